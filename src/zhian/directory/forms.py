"""The forms of the administration pages: few fields, errors beside them, input kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext as _, gettext_lazy

from zhian.directory import queries, reach, series
from zhian.directory.models import Agency, Appointment, Office, Place, Sponsorship, User
from zhian.directory.words import named, say
from zhian.law import offices, vocabulary

FOUND = 20


class Day(forms.DateField):
    """A date, picked or typed."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **more)


class PlaceField(forms.CharField):
    """A division in reach, by its code or its name where only one has it."""

    def __init__(self, **more: Any) -> None:
        self.by: Appointment | None = None
        more.setdefault("help_text", gettext_lazy("代码或者名称"))
        super().__init__(max_length=100, **more)
        self.widget.attrs["list"] = "places-in-reach"

    def clean(self, value: Any) -> Place | None:
        """The division; ValidationError where there is none or more than one."""
        text = super().clean(value)
        if not text:
            return None
        assert self.by is not None
        rows = reach.places(self.by).filter(valid_to__isnull=True)
        found = (
            list(rows.filter(code=text)[:2])
            or list(rows.filter(name=text)[:2])
            or list(rows.filter(short_name=text)[:2])
        )
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(_("有多个区划叫“%(text)s”，请写代码。") % {"text": text})
        raise ValidationError(_("管理范围内没有区划“%(text)s”。") % {"text": text})


class Form(forms.Form):
    """A form of an administrator: `by` sets what can be chosen."""

    required_css_class = "required"

    def __init__(self, *args: Any, by: Appointment, **more: Any) -> None:
        super().__init__(*args, **more)
        self.by = by
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            tick = isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple)
            if not tick:
                field.widget.attrs["class"] = "form-select" if select else "form-control"
            if isinstance(field, PlaceField):
                field.by = by

    def places(self) -> list[Place]:
        """Divisions to offer while typing: those from the township up."""
        if not any(isinstance(f, PlaceField) for f in self.fields.values()):
            return []
        rows = reach.places(self.by).filter(valid_to__isnull=True)
        return list(rows.filter(level__in=["city", "county", "township"])[:300])


def _words(rows: dict[str, Any]) -> list[tuple[str, str]]:
    return [("", "—"), *((key, say(row.words)) for key, row in rows.items())]


def business_types() -> list[tuple[str, str]]:
    """The business types to choose from."""
    return _words(dict(offices.business_types()))


def post_kinds(agency: Agency) -> list[tuple[str, str]]:
    """The posts that such an agency has."""
    rows = offices.posts().items()
    return _words({k: p for k, p in rows if not p.agencies or agency.kind in p.agencies})


def _reason(required: bool = True) -> forms.CharField:
    return forms.CharField(label=gettext_lazy("理由或者依据"), max_length=300, required=required)


NAME, NAME_EN = gettext_lazy("名称"), gettext_lazy("英文名称")


def _name(label: Any = NAME, most: int = 100) -> forms.CharField:
    return forms.CharField(label=label, max_length=most)


def _name_en(label: Any = NAME_EN) -> forms.CharField:
    return forms.CharField(label=label, max_length=100, required=False)


class PlaceForm(Form):
    """A new division."""

    code = forms.CharField(
        label=gettext_lazy("代码"),
        max_length=15,
        help_text=gettext_lazy("12 位区划代码，网格 15 位；级别和上级由代码得出"),
    )
    name = _name()
    name_en = _name_en()
    valid_from = Day(label=gettext_lazy("启用日期"), required=False)


class PlaceNameForm(Form):
    """Another name for a division."""

    name = _name()
    name_en = _name_en()
    reason = _reason()


class PlaceEndForm(Form):
    """A division ends, and what it becomes part of."""

    last_day = Day(label=gettext_lazy("最后一日"))
    merged_into = PlaceField(label=gettext_lazy("并入"), required=False)
    reason = _reason()


class AgencyForm(Form):
    """An agency; its kind and code are given once."""

    code = forms.CharField(label=gettext_lazy("代码"), max_length=30)
    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    name = _name()
    name_en = _name_en()
    place = PlaceField(label=gettext_lazy("区划"))
    superior = forms.ModelChoiceField(
        label=gettext_lazy("上级"), queryset=Agency.objects.none(), required=False
    )
    short_name = forms.CharField(
        label=gettext_lazy("文号代字"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("如 松市监；没有它不能制发文书"),
    )
    phone = forms.CharField(label=gettext_lazy("公开电话"), max_length=50, required=False)
    mailbox = forms.CharField(label=gettext_lazy("公开信箱"), max_length=200, required=False)
    address = forms.CharField(label=gettext_lazy("地址"), max_length=200, required=False)
    reason = _reason(required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = _words(dict(offices.agency_kinds()))
        self.fields["superior"].queryset = reach.agencies(self.by)


class AgencyChangeForm(AgencyForm):
    """What may change of an agency."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["code"], self.fields["kind"], self.fields["place"]


class OfficeForm(Form):
    """An office, or a station with the place it answers for."""

    code = forms.CharField(label=gettext_lazy("代码"), max_length=30)
    name = _name()
    name_en = _name_en()
    place = PlaceField(
        label=gettext_lazy("所在乡镇"),
        required=False,
        help_text=gettext_lazy("监管所填所在的乡镇，负责的其他乡镇另外增加；科室不填"),
    )


class PostForm(Form):
    """A post in an agency."""

    kind = forms.ChoiceField(label=gettext_lazy("岗位"))
    office = forms.ModelChoiceField(
        label=gettext_lazy("科室"), queryset=Office.objects.none(), required=False
    )
    place = PlaceField(label=gettext_lazy("辖区"), required=False)
    title = forms.CharField(label=gettext_lazy("职务名称"), max_length=100, required=False)
    title_en = _name_en(gettext_lazy("英文职务"))

    def __init__(self, *args: Any, agency: Agency, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = post_kinds(agency)
        self.fields["office"].queryset = agency.offices.filter(closed_on__isnull=True)


class PostChangeForm(Form):
    """What a post is called here; empty: as in the list of posts."""

    title = forms.CharField(
        label=gettext_lazy("职务名称"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("如 所长；不填按岗位清单的名称"),
    )
    title_en = _name_en(gettext_lazy("英文职务"))


class TownshipForm(Form):
    """One more township for a station."""

    place = PlaceField(label=gettext_lazy("乡镇"))
    since = Day(label=gettext_lazy("起"), initial=localdate)
    reason = _reason(required=False)


class SeriesForm(Form):
    """The last number of each series that was given on paper this year."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for key in series.every():
            word = format_html('<span lang="zh-Hans">{}</span>', vocabulary.series_word(key))
            self.fields[key] = forms.IntegerField(
                label=format_html(_("%(word)s 字今年已用到的号") % {"word": "{}"}, word),
                min_value=0,
                max_value=series.HIGHEST,
                required=False,
                widget=forms.NumberInput(attrs={"class": "form-control w-number"}),
            )


class RemediesForm(Form):
    """Which body reviews the agency's decisions, and which court hears lawsuits against them."""

    review = forms.CharField(
        label=gettext_lazy("行政复议机关"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("不填按行政复议法第24条：本级人民政府"),
    )
    court = forms.CharField(
        label=gettext_lazy("行政诉讼管辖法院"),
        max_length=100,
        required=False,
        help_text=gettext_lazy(
            "不填按行政诉讼法第18条：本机关所在地基层人民法院；实行集中管辖的，填指定的法院"
        ),
    )
    reason = _reason()


class PersonForm(Form):
    """A person; the login is opened by the security administrator."""

    username = forms.CharField(label=gettext_lazy("登录名"), max_length=150)
    name = _name(gettext_lazy("姓名"), 50)
    name_en = _name_en(gettext_lazy("英文姓名"))
    phone = forms.CharField(label=gettext_lazy("手机"), max_length=30, required=False)
    card_number = forms.CharField(label=gettext_lazy("执法证号"), max_length=40, required=False)
    card_until = Day(label=gettext_lazy("执法证有效期至"), required=False)


class PersonChangeForm(PersonForm):
    """What may change of a person."""

    reason = _reason(required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["username"]


class AppointForm(Form):
    """A person into a post of one agency."""

    post = forms.ModelChoiceField(label=gettext_lazy("岗位"), queryset=None)
    since = Day(label=gettext_lazy("任职日期"), initial=localdate)
    until = Day(label=gettext_lazy("离任日期"), required=False)
    reason = _reason()

    def __init__(self, *args: Any, agency: Agency, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["post"].queryset = agency.posts.select_related("agency", "office", "place")
        self.fields["post"].label_from_instance = post_label


def post_label(post: Any) -> str:
    """A post as it is chosen: what it is, in which office, for which place."""
    parts = [post.called, post.office, post.place]
    return " · ".join(named(part) for part in parts if part)


class DeputyForm(Form):
    """Who stands in for whom, and how long."""

    absent = forms.ModelChoiceField(label=gettext_lazy("请假人"), queryset=None)
    deputy = forms.ModelChoiceField(label=gettext_lazy("代理人"), queryset=None)
    since = Day(label=gettext_lazy("起"))
    until = Day(label=gettext_lazy("止"))
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=200)

    def __init__(self, *args: Any, own: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        today = localdate()
        inside = Appointment.objects.on(today).select_related("user", "post__office")
        if own:
            inside = inside.filter(post__agency=self.by.post.agency_id)
            self.fields["absent"].queryset = inside.filter(pk=self.by.pk)
            self.fields["absent"].initial = self.by.pk
        else:
            mine = reach.appointments(self.by).order_by().values("pk")
            inside = inside.filter(pk__in=mine)
            self.fields["absent"].queryset = inside
        self.fields["deputy"].queryset = inside.exclude(pk=self.by.pk if own else None)
        for name in ("absent", "deputy"):
            self.fields[name].label_from_instance = holder_label


def holder_label(row: Appointment) -> str:
    """A person in a post as he is chosen."""
    return f"{named(row.user)} · {post_label(row.post)}"


class ReasonForm(Form):
    """Only the reason."""

    reason = _reason()


class EndForm(Form):
    """The last day, and why."""

    on = Day(label=gettext_lazy("最后一日"), initial=localdate)
    reason = _reason()


class ResponsibilityForm(Form):
    """Cells of the matrix: an agency for business types in a place."""

    agency = forms.ModelChoiceField(label=gettext_lazy("部门"), queryset=Agency.objects.none())
    place = PlaceField(label=gettext_lazy("区划"))
    business_types = forms.MultipleChoiceField(
        label=gettext_lazy("业态"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("可以一次勾选几种"),
    )
    basis = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=200,
        help_text=gettext_lazy("三定规定、分工文件的文号"),
    )
    since = Day(label=gettext_lazy("起"), initial=localdate)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["business_types"].choices = business_types()[1:]
        self.fields["agency"].queryset = reach.agencies(self.by).filter(closed_on__isnull=True)
        self.fields["agency"].initial = self.by.post.agency_id


class ProposalForm(Form):
    """Which of the departments that the law names shall answer from when."""

    rows = forms.MultipleChoiceField(
        label=gettext_lazy("业态"), widget=forms.CheckboxSelectMultiple
    )
    basis = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=200,
        help_text=gettext_lazy("三定规定、分工文件的文号"),
    )
    since = Day(label=gettext_lazy("起"), initial=localdate)

    def __init__(self, *args: Any, offered: list[tuple[str, Agency]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.offered = dict(offered)
        self.fields["rows"].choices = [(key, key) for key in self.offered]

    def clean_rows(self) -> list[tuple[str, Agency]]:
        """The ticked business types, each with its agency."""
        return [(key, self.offered[key]) for key in self.cleaned_data["rows"]]


class LoginsForm(Form):
    """Who gets a one-time password, and why."""

    users = forms.ModelMultipleChoiceField(
        label=gettext_lazy("人员"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=gettext_lazy("理由或者依据"),
        max_length=300,
        initial=gettext_lazy("首次开通"),
    )

    def __init__(self, *args: Any, people: list[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["users"].queryset = User.objects.filter(pk__in=[p.pk for p in people])


class SponsorForm(Form):
    """An official bound to premises; only what was searched for is offered."""

    premises = forms.ModelChoiceField(label=gettext_lazy("场所"), queryset=None)
    appointment = forms.ModelChoiceField(label=gettext_lazy("包保人"), queryset=None)
    level = forms.ChoiceField(
        label=gettext_lazy("层级"), choices=[(k, k) for k, _w in Sponsorship.LEVELS]
    )
    since = Day(label=gettext_lazy("起"), initial=localdate)
    reason = _reason(required=False)

    def __init__(self, *args: Any, shop: str, who: str, **more: Any) -> None:
        super().__init__(*args, **more)
        day = localdate()
        holders = Appointment.objects.on(day).values("pk")
        self.fields["appointment"].label_from_instance = holder_label
        people = queries.found_appointments(self.by, who, day)[:FOUND] if who else []
        shops = queries.premises_named(self.by, shop, FOUND) if shop else []
        self._offer("premises", reach.premises(self.by), shops)
        inside = reach.appointments(self.by).filter(pk__in=holders)
        self._offer("appointment", inside, people)

    def _offer(self, name: str, reachable: Any, rows: Any) -> None:
        """Everything in reach is taken, but only what was found is offered: a list of thousands
        helps nobody. What was sent stays chosen."""
        field, sent = self.fields[name], self.data.get(name, "")
        field.queryset = reachable
        if sent.isdigit():
            rows = reachable.filter(pk=int(sent))
        rows = list(rows)
        field.choices = [("", "—"), *((r.pk, field.label_from_instance(r)) for r in rows)]
        if len(rows) == 1:
            field.initial = rows[0].pk


class UploadForm(Form):
    """A roster as a file, or pasted from a spreadsheet."""

    file = forms.FileField(label=gettext_lazy("xlsx 或者 csv 文件"), required=False)
    text = forms.CharField(
        label=gettext_lazy("或者从表格粘贴（连同表头）"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        given = super().clean() or {}
        if not given.get("file") and not (given.get("text") or "").strip():
            raise ValidationError(_("请选择文件，或者粘贴内容。"))
        return given


class DaysForm(Form):
    """A line of the holiday notice."""

    first = Day(label=gettext_lazy("首日"))
    last = Day(label=gettext_lazy("末日"), required=False)
    working = forms.TypedChoiceField(
        label=gettext_lazy("安排"),
        choices=[("0", gettext_lazy("放假")), ("1", gettext_lazy("上班（调休）"))],
        coerce=lambda value: value == "1",
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=50, required=False)
    source = forms.CharField(label=gettext_lazy("通知文号"), max_length=200)


class PublishForm(Form):
    """A year's table goes into force."""

    source = forms.CharField(label=gettext_lazy("通知文号"), max_length=200)
    published_on = Day(label=gettext_lazy("公布日期"), required=False)
