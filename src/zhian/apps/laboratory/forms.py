"""The form with which a bulletin is uploaded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _, gettext_lazy

from zhian.apps.laboratory.bulletins.keeping import ACCEPT, fitting
from zhian.desk import timing

MISSING = gettext_lazy("请填写收到日期。")


class BulletinForm(forms.Form):
    """A file, the day on which it was received, and the paper it came with."""

    file = forms.FileField(
        label=gettext_lazy("通报文件"),
        help_text=gettext_lazy("csv、xlsx、xls，或者装有 xlsx 的 zip"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ACCEPT}),
        max_length=150,
        error_messages={"required": gettext_lazy("请选择通报文件。")},
    )
    received = forms.DateField(
        label=gettext_lazy("收到日期"),
        help_text=gettext_lazy("送达、核查处置的期限从这一天起算"),
        initial=timing.today,
        widget=forms.DateInput({"type": "date", "class": "form-control w-date"}, "%Y-%m-%d"),
        error_messages={
            "required": MISSING,
            "invalid": gettext_lazy("不是日期，应如 2026-11-24。"),
        },
    )
    notice = forms.CharField(
        label=gettext_lazy("通告或者来文编号"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def clean_file(self) -> UploadedFile:
        """Only the endings that bulletins come in, and no more than the house takes."""
        file: UploadedFile = self.cleaned_data["file"]
        if not fitting(file.name or ""):
            raise forms.ValidationError(_("只接受 csv、xlsx、xls 和 zip 文件。"))
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            limit = settings.UPLOAD_LIMIT // 1024 // 1024
            raise forms.ValidationError(_("文件超过 %(mb)d MB。") % {"mb": limit})
        return file

    def refuse(self, field: str, sentence: Any) -> None:
        """Say beside a field why the file cannot be taken in."""
        self.add_error(field if field in self.fields else "file", sentence)
