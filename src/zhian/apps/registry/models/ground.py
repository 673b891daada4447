"""Ground checks: what somebody was sent to look at, and what was found there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhian.apps.registry.models.census import CensusDecision, Establishment
from zhian.desk.models import Matter
from zhian.directory.models import Appointment, Place


class GroundCheck(models.Model):
    """One check: an establishment with a blind spot, premises that nobody looks after, or a cell.

    `subject` names what is checked, so that it has one open check for each flag at most. `spots`:
    the blind spots that the answer ended, so that undoing it opens them again.
    """

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="ground_check"
    )
    flag = models.CharField("种类", max_length=40)
    subject = models.CharField("对象", max_length=40)
    open = models.BooleanField("未办结", default=True)
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, null=True, blank=True, related_name="ground_checks"
    )
    cell = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField("核查结果", max_length=20, blank=True)
    number = models.CharField("编号", max_length=60, blank=True)
    note = models.TextField("说明", blank=True)
    who = models.CharField("到场人", max_length=300, blank=True)
    visited_at = models.DateTimeField("到场时间", null=True, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    accuracy = models.FloatField("定位精度", null=True, blank=True)
    no_point = models.CharField("没有定位的原因", max_length=300, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.ForeignKey(
        CensusDecision, models.PROTECT, null=True, blank=True, related_name="ground_checks"
    )
    spots = models.JSONField("消除的盲区", default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "flag"], condition=Q(open=True), name="ground_check_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.flag}"
