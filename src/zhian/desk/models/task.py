"""Task (交办 / 督办): a directive carried down and reported back."""

from __future__ import annotations

from django.db import models

from zhian.desk.models.matter import Matter
from zhian.directory.models import Agency, Appointment


class Task(models.Model):
    """What was asked, by whom, of whom, until when; its life is the matter's."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="task")
    origin = models.CharField("来源", max_length=20)
    text = models.TextField("要求")
    deadline = models.DateTimeField("期限", null=True, blank=True)
    assignee_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    assignee = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    linked = models.ManyToManyField(Matter, related_name="linked_tasks", blank=True)

    def __str__(self) -> str:
        return self.text[:60]
