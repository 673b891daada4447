"""What leaves an act after it is recorded: handlers, notices, publications, ledger roots."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.desk.models.act import Act
from zhian.desk.models.matter import Matter
from zhian.directory.models import Appointment, Operator


class OutboxItem(models.Model):
    """A handler that must run once after an act; its failure never undoes the act."""

    act = models.ForeignKey(Act, models.PROTECT, related_name="outbox")
    handler = models.CharField("处理器", max_length=100)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.TextField("错误", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "handler"], name="handler_runs_once")]
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.act_id} {self.handler}"


class Notice(models.Model):
    """A message to one person by one channel, and whether it arrived."""

    CHANNELS = [
        ("app", gettext_lazy("站内")),
        ("sms", gettext_lazy("短信")),
        ("email", gettext_lazy("邮件")),
        ("slip", gettext_lazy("纸质")),
        ("call", gettext_lazy("电话")),
    ]
    STATES = [
        ("waiting", gettext_lazy("待发")),
        ("sent", gettext_lazy("已发")),
        ("reached", gettext_lazy("已达")),
        ("failed", gettext_lazy("未达")),
    ]

    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, related_name="notices"
    )
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="notices")
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="notices"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
    )
    operator = models.ForeignKey(Operator, models.PROTECT, null=True, blank=True)
    recipient = models.CharField("收件人", max_length=200)
    channel = models.CharField("渠道", max_length=10, choices=CHANNELS, default="app")
    text = models.TextField("内容")
    text_en = models.TextField("英文内容", blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="waiting")
    created_at = models.DateTimeField("生成时间")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    failure = models.CharField("未达原因", max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["state"], name="notice_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.channel} {self.state}"


class WaitingAct(models.Model):
    """An act that came late from a phone, kept beside what changed until somebody decides."""

    STATES = [
        ("waiting", gettext_lazy("待处理")),
        ("taken", gettext_lazy("已采纳")),
        ("set_aside", gettext_lazy("已搁置")),
    ]

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="waiting_acts")
    key = models.CharField("幂等键", max_length=64, unique=True)
    verb = models.CharField("行为", max_length=40)
    fields = models.JSONField("内容", default=dict)
    head = models.PositiveIntegerField("所据版本")
    appointment = models.ForeignKey(Appointment, models.PROTECT)
    happened_at = models.DateTimeField("发生时间")
    received_at = models.DateTimeField("收到时间")
    why = models.TextField("未入账原因")
    state = models.CharField("状态", max_length=10, choices=STATES, default="waiting")
    decided_by = models.ForeignKey(Act, models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["matter", "state"], name="waiting_act_matter")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.verb} {self.state}"


class LedgerRoot(models.Model):
    """The daily Merkle root over all heads; it names the one before and leaves the house."""

    day = models.DateField("日期", primary_key=True)
    root = models.CharField("根", max_length=64)
    previous = models.CharField("前一日根", max_length=64, blank=True)
    matters = models.PositiveIntegerField("事项数")
    acts = models.PositiveBigIntegerField("行为数")
    made_at = models.DateTimeField("生成时间")
    sent_to = models.JSONField("已送", default=list)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.root[:12]}"
