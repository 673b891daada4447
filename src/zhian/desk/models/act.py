"""Act: what somebody did to a matter. Append-only, dated twice, chained by hash."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from zhian.desk.models.matter import Matter
from zhian.directory.models import Appointment


class Act(models.Model):
    """One row per thing done; never changed, never deleted (triggers on both databases)."""

    STAGES = [
        ("done", gettext_lazy("完成")),
        ("proposed", gettext_lazy("报批")),
        ("signed", gettext_lazy("签批")),
        ("returned", gettext_lazy("退回")),
        ("withdrawn", gettext_lazy("撤回")),
        ("annulled", gettext_lazy("撤销")),
    ]

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="acts")
    seq = models.PositiveIntegerField("序号")
    verb = models.CharField("行为", max_length=40)
    stage = models.CharField("性质", max_length=10, choices=STAGES)
    effective = models.BooleanField("已生效")
    actor_kind = models.CharField("行为人类别", max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True)
    actor_name = models.CharField("行为人", max_length=150)
    happened_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("登记时间")
    data = models.JSONField("内容", default=dict)
    reason = models.TextField("理由", blank=True)
    key = models.CharField("幂等键", max_length=64, null=True, blank=True, unique=True)
    before = models.JSONField("行为前状态", default=dict)
    text = models.TextField("规范文本")
    previous_hash = models.CharField("前校验值", max_length=64, blank=True)
    hash = models.CharField("校验值", max_length=64)

    class Meta:
        ordering = ["matter_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["matter", "seq"], name="act_seq_once")]
        indexes = [
            models.Index(fields=["recorded_at"], name="act_recorded"),
            models.Index(fields=["appointment", "-recorded_at"], name="act_appointment"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}/{self.seq} {self.verb}"


class Erasable(models.Model):
    """Names, phones and statements: kept beside the act by a salted hash, so that they can go."""

    digest = models.CharField("校验值", max_length=64, unique=True)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="personal")
    salt = models.CharField("盐", max_length=64)
    content = models.JSONField("内容", null=True)
    erased_at = models.DateTimeField("删除时间", null=True, blank=True)

    def __str__(self) -> str:
        return self.digest[:12]
