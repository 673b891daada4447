"""A roster of licences and filings that another system, or paper, kept before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from zhian.desk.models import Matter
from zhian.directory.models import Agency, Appointment


class LicenceImport(models.Model):
    """One file of licences: looked through, confirmed by a person, taken in whole or not at all.

    Once it is taken in, `matter` is where it stands in the ledger: one matter, one act.
    """

    STATES = [
        ("columns", gettext_lazy("待对列")),
        ("preview", gettext_lazy("待确认")),
        ("wrong", gettext_lazy("有误")),
        ("queued", gettext_lazy("排队中")),
        ("running", gettext_lazy("导入中")),
        ("done", gettext_lazy("已导入")),
        ("failed", gettext_lazy("未能导入")),
    ]

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="licence_imports")
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("校验值", max_length=64)
    stored = models.CharField("存储名", max_length=100, blank=True)
    columns = models.JSONField("列对照", default=dict, blank=True)
    by = models.ForeignKey(Appointment, models.PROTECT, related_name="licence_imports")
    state = models.CharField("状态", max_length=10, choices=STATES, default="preview")
    uploaded_at = models.DateTimeField("上传时间")
    moved_at = models.DateTimeField("最近进展", null=True, blank=True)
    completed_at = models.DateTimeField("完成时间", null=True, blank=True)
    counts = models.JSONField("计数", default=dict)
    errors = models.JSONField("错误", default=list)
    remarks = models.JSONField("提示", default=list)
    failure = models.JSONField("未能导入的原因", default=dict, blank=True)
    matter = models.OneToOneField(
        Matter, models.PROTECT, null=True, blank=True, related_name="licence_import"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["agency", "-uploaded_at"], name="licence_import_agency")]

    def __str__(self) -> str:
        return self.name
