"""The forms of a file, made from its sections: labels, types and choices stand in archive.toml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from zhian.apps.registry.archive.actions import PEOPLE
from zhian.apps.registry.archive.sections import model_of, own_choices
from zhian.desk import uploads
from zhian.directory.forms import Day, Form, PlaceField
from zhian.directory.models import Operator, Premises
from zhian.law import vocabulary
from zhian.law.archive import Field, Section, archive
from zhian.web.words import say

WHY = gettext_lazy("理由或者依据")
FIRST = ("business_type", "address")  # what a new file asks of its first premises
NONE = [("", "—")]


def _why(required: bool) -> forms.CharField:
    return forms.CharField(label=WHY, max_length=300, required=required)


def field_of(section: Section, field: Field, required: bool) -> forms.Field:
    """One entry of a section as a field of a form."""
    label, hint = say(field.words), say(field.hint) if field.hint else ""
    more: dict[str, Any] = {"label": label, "required": required, "help_text": hint}
    if field.type == "place":
        del more["help_text"]
        return PlaceField(**more)
    if field.type == "choice":
        return forms.ChoiceField(choices=NONE + _choices(section, field), **more)
    return _plain_field(section, field, more)


def _choices(section: Section, field: Field) -> list[tuple[str, str]]:
    if field.choices:
        return [(c.key, say(c.words)) for c in vocabulary.choices(field.choices)]
    return [(key, say(words)) for key, words in own_choices(section, field).items()]


def _plain_field(section: Section, field: Field, more: dict[str, Any]) -> forms.Field:
    match field.type:
        case "date":
            return Day(**more)
        case "number":
            return forms.IntegerField(min_value=0, max_value=999_999_999, **more)
        case "degree":
            return forms.FloatField(**more)
        case "bool":
            return forms.BooleanField(**(more | {"required": False}))
        case "file":
            return forms.FileField(
                **(more | {"help_text": gettext_lazy("jpg、png、pdf、xlsx、docx、csv")})
            )
        case "links":
            return _links(more)
        case "text":
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **more)
        case _:
            return forms.CharField(max_length=_longest(section, field), **more)


def _links(more: dict[str, Any]) -> forms.Field:
    links = [(key, say(link.words)) for key, link in archive().chain.items()]
    hint = gettext_lazy("都不选的，按业态确定")
    return forms.MultipleChoiceField(
        choices=links,
        widget=forms.CheckboxSelectMultiple,
        **(more | {"required": False, "help_text": hint}),
    )


def _longest(section: Section, field: Field) -> int | None:
    tables: Mapping[str, Any] = {"operator": Operator, "premises": Premises}
    model = tables.get(section.model) or model_of(section)
    most: int | None = model._meta.get_field(field.key).max_length
    return most


class RowForm(Form):
    """A line of a section; of managers also who it is, which is compared and never kept."""

    def __init__(
        self, *args: Any, section: Section, operator: Operator, fresh: bool, **more: Any
    ) -> None:
        self.section, self.operator = section, operator
        self.base_fields = dict(self._fields(fresh))
        super().__init__(*args, **more)

    def _fields(self, fresh: bool) -> list[tuple[str, forms.Field]]:
        section = self.section
        found = [
            (f.key, field_of(section, f, f.must or f is section.title)) for f in section.fields
        ]
        if section.key == PEOPLE:
            found += [("identity", _identity()), ("another", _another())]
        if fresh:
            found += [("premises", _shop(self.operator))]
        return [*found, ("why", _why(not fresh))]

    def said(self) -> dict[str, Any]:
        """The values of the section's own fields; a file that was sent is kept."""
        found = {f.key: self.cleaned_data.get(f.key) for f in self.section.fields}
        for field in self.section.fields:
            if field.type == "file":
                sent = found.pop(field.key)
                if isinstance(sent, UploadedFile):
                    found[field.key] = uploads.keep([sent], None, "archive")[0]
        return found


def _identity() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("身份证号"),
        max_length=18,
        required=False,
        help_text=gettext_lazy("只用于比对从业禁止，不保存号码"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _another() -> forms.BooleanField:
    return forms.BooleanField(
        label=gettext_lazy("经核对，与被禁止从业的同名人员不是同一人"), required=False
    )


def _shop(operator: Operator) -> forms.ModelChoiceField:
    rows = Premises.objects.filter(operator=operator).order_by("pk")
    return forms.ModelChoiceField(rows, label=gettext_lazy("所在场所"), required=False)


class EndForm(Form):
    """A line no longer holds."""

    why = _why(True)


class OwnForm(Form):
    """The subject or its premises, by the fields of the section."""

    def __init__(self, *args: Any, section: Section, **more: Any) -> None:
        self.section = section
        must = {"name", "kind", "place", "business_type"}
        self.base_fields = {
            f.key: field_of(section, f, f.key in must) for f in section.fields
        } | self.extra()
        super().__init__(*args, **more)

    def extra(self) -> dict[str, forms.Field]:
        """What is asked beside the section's fields."""
        more = {"another": _another()} if self.section.key == "subject" else {}
        return more | {"why": _why(True)}

    def said(self) -> dict[str, Any]:
        """The values of the section's own fields; links as the table keeps them."""
        found = {f.key: self.cleaned_data.get(f.key) for f in self.section.fields}
        if "links" in found:
            found["links"] = " ".join(found["links"] or ())
        texts = ("line", "text", "choice")
        return {
            f.key: "" if found[f.key] is None and f.type in texts else found[f.key]
            for f in self.section.fields
        }


class NewFileForm(OwnForm):
    """A new file: the subject and its first premises, which mostly lie at the same address."""

    def extra(self) -> dict[str, forms.Field]:
        """What the first premises add; left empty there are none yet."""
        shop = archive().sections["premises"]
        business = field_of(shop, shop.field("business_type"), False)
        business.help_text = gettext_lazy("没有经营场所的不选")
        address = field_of(shop, shop.field("address"), False)
        address.label, address.help_text = (
            gettext_lazy("场所地址"),
            gettext_lazy("与住所相同的不填"),
        )
        return {
            "business_type": business,
            "shop_address": address,
            "another": _another(),
            "why": _why(True),
        }

    def shop(self) -> dict[str, Any] | None:
        """The first premises, where a business is named."""
        said = self.cleaned_data
        if not said.get("business_type"):
            return None
        return {
            "name": said["name"],
            "place": said["place"],
            "address": said.get("shop_address") or said.get("address") or "",
            "business_type": said["business_type"],
        }


class StateForm(Form):
    """The trading status, since when and why."""

    state = forms.ChoiceField(label=gettext_lazy("经营状态"), choices=Operator.STATES)
    since = Day(label=gettext_lazy("自哪日起"))
    reason = _why(True)
