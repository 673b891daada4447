"""The form with which a roster is handed in."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _, gettext_lazy

from zhian.apps.registry.census import rights
from zhian.apps.registry.census.intake.reading import ENDINGS
from zhian.apps.registry.census.kinds import rosters
from zhian.desk import timing
from zhian.directory.models import Agency, Appointment
from zhian.web.words import named, say

WHOLE = "whole"
EXTENTS = [
    (WHOLE, gettext_lazy("全量：这份名册就是现在的全部，缺的算不再出现")),
    ("more", gettext_lazy("补充：只新增或者更新，其余不动")),
]


class RosterForm(forms.Form):
    """A file, whose roster it is, the day of which it speaks, and whether it is all of it."""

    agency = forms.ChoiceField(
        label=gettext_lazy("部门"),
        widget=forms.Select({"class": "form-select"}),
        error_messages={"required": gettext_lazy("请选择部门。")},
    )
    roster = forms.ChoiceField(
        label=gettext_lazy("名册"),
        widget=forms.Select({"class": "form-select"}),
        error_messages={"required": gettext_lazy("请选择名册。")},
    )
    file = forms.FileField(
        label=gettext_lazy("名册文件"),
        help_text=gettext_lazy("xlsx、csv 或者 parquet，表头占一行，每户一行"),
        widget=forms.FileInput({"class": "form-control", "accept": ",".join(ENDINGS)}),
        max_length=150,
        error_messages={"required": gettext_lazy("请选择名册文件。")},
    )
    as_of = forms.DateField(
        label=gettext_lazy("截至日期"),
        help_text=gettext_lazy("名册反映的是哪一天的情况"),
        initial=timing.today,
        widget=forms.DateInput({"type": "date", "class": "form-control w-date"}, "%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("请填写截至日期。"),
            "invalid": gettext_lazy("不是日期，应如 2026-11-24。"),
        },
    )
    extent = forms.ChoiceField(
        label=gettext_lazy("范围"), choices=EXTENTS, initial=WHOLE, widget=forms.RadioSelect
    )

    def __init__(self, mine: Appointment, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.known = {str(agency.pk): agency for agency in rights.agencies(mine)}
        kinds = [kind for kind in rosters().values() if self._kept(kind.departments)]
        agencies = [(key, named(agency)) for key, agency in self.known.items()]
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]
        self.fields["roster"].choices = [(k.name, say(k.words)) for k in kinds]  # type: ignore[attr-defined]
        own = str(mine.post.agency_id)
        self.fields["agency"].initial = own if own in self.known else None

    def _kept(self, departments: frozenset[str]) -> bool:
        return any(agency.kind in departments for agency in self.known.values())

    @property
    def agency_chosen(self) -> Agency:
        """The agency whose roster it is."""
        return self.known[self.cleaned_data["agency"]]

    def clean_file(self) -> UploadedFile:
        """Only the endings that rosters come in, and no more than the house takes."""
        file: UploadedFile = self.cleaned_data["file"]
        if PurePath(file.name or "").suffix.lower() not in ENDINGS:
            raise forms.ValidationError(_("只接受 xlsx、csv 和 parquet 文件。"))
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            limit = settings.UPLOAD_LIMIT // 1024 // 1024
            raise forms.ValidationError(_("文件超过 %(mb)d MB。") % {"mb": limit})
        return file

    def refuse(self, field: str, sentence: Any) -> None:
        """Say beside a field why the file cannot be taken in."""
        self.add_error(field if field in self.fields else "file", sentence)
