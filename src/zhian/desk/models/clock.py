"""Clock: a deadline that an act started."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.desk.models.act import Act
from zhian.desk.models.matter import Matter


class Clock(models.Model):
    """A statutory deadline, one set by order, or an internal target (内部时限)."""

    STATES = [
        ("running", gettext_lazy("计时")),
        ("paused", gettext_lazy("中止")),
        ("stopped", gettext_lazy("停止")),
        ("void", gettext_lazy("作废")),
    ]
    BASES = [
        ("statute", gettext_lazy("法定")),
        ("contract", gettext_lazy("约定")),
        ("order", gettext_lazy("责令")),
        ("internal", gettext_lazy("内部时限")),
    ]

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="clocks")
    duty = models.CharField("职责", max_length=80)
    rule = models.CharField("条款", max_length=40, blank=True)
    basis = models.CharField("依据", max_length=10, choices=BASES)
    started_by = models.ForeignKey(Act, models.PROTECT, related_name="started_clocks")
    counts_from = models.DateTimeField("起算时间")
    set_due = models.DateTimeField("指定期限", null=True, blank=True)
    due_at = models.DateTimeField("期限", null=True, blank=True)
    due_day = models.DateField("到期日", null=True, blank=True)
    immediate = models.BooleanField("立即", default=False)
    provisional = models.BooleanField("暂定", default=False)
    pauses = models.JSONField("中止期间", default=list)
    extensions = models.JSONField("延长", default=list)
    state = models.CharField("状态", max_length=10, choices=STATES, default="running")
    stopped_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, related_name="stopped_clocks"
    )
    stopped_at = models.DateTimeField("停止时间", null=True, blank=True)
    explanation = models.TextField("算法说明", blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "duty"],
                name="clock_runs_once",
                condition=Q(state__in=["running", "paused"]),
            )
        ]
        indexes = [
            models.Index(fields=["matter", "state"], name="clock_matter"),
            models.Index(fields=["due_at"], name="clock_due", condition=Q(state="running")),
            models.Index(
                fields=["provisional"],
                name="clock_open_calendar",
                condition=Q(state="running"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.duty} {self.due_at}"


class Reminder(models.Model):
    """A reminder given once per clock and stage, so that a second tick says nothing twice."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="reminders")
    stage = models.CharField("阶段", max_length=20)
    due_at = models.DateTimeField("当时期限")
    given_at = models.DateTimeField("提醒时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "stage", "due_at"], name="reminder_given_once")
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.stage}"
