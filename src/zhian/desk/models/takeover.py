"""A file of open matters that another system, or paper, kept before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from zhian.directory.models import Agency, Appointment


class TakeOver(models.Model):
    """One file of a take-over: looked through, confirmed by a person, taken over whole or not.

    What was wrong stands in `errors`; the matters that came with it carry its number in the key of
    their first act. `stored` names the file while it waits; afterwards only its hash is kept.
    """

    STATES = [
        ("preview", gettext_lazy("待确认")),
        ("wrong", gettext_lazy("有误")),
        ("queued", gettext_lazy("排队中")),
        ("running", gettext_lazy("接管中")),
        ("done", gettext_lazy("已接管")),
        ("failed", gettext_lazy("未能接管")),
        ("undoing", gettext_lazy("撤回中")),
        ("undone", gettext_lazy("已撤回接管")),
    ]

    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="take_overs"
    )
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("校验值", max_length=64)
    stored = models.CharField("存储名", max_length=100, blank=True)
    add_operators = models.BooleanField("新增名录中没有的主体", default=False)
    by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="take_overs"
    )
    state = models.CharField("状态", max_length=10, choices=STATES, default="preview")
    uploaded_at = models.DateTimeField("上传时间")
    completed_at = models.DateTimeField("完成时间", null=True, blank=True)
    moved_at = models.DateTimeField("最近进展", null=True, blank=True)
    step = models.CharField("步骤", max_length=20, blank=True)
    step_done = models.PositiveIntegerField("已办", default=0)
    step_total = models.PositiveIntegerField("总数", default=0)
    counts = models.JSONField("计数", default=dict)
    errors = models.JSONField("错误", default=list)
    remarks = models.JSONField("提示", default=list)
    failure = models.JSONField("未能接管的原因", default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["sha256"], name="take_over_file")]

    def __str__(self) -> str:
        return self.name
