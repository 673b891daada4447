"""Matter: everything with a life, in one table."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.directory.models import (
    Agency,
    Appointment,
    Office,
    Operator,
    Place,
    Post,
    Premises,
)


class Matter(models.Model):
    """Something somebody owes somebody an answer for, from its opening to its closing."""

    uid = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("种类", max_length=40)
    procedure_version = models.CharField("程序版本", max_length=20)
    number = models.CharField("编号", max_length=40, unique=True)
    old_number = models.CharField("原编号", max_length=80, blank=True)
    title = models.CharField("标题", max_length=300)
    phase = models.CharField("阶段", max_length=40)
    done = models.JSONField("已办行为", default=list)
    trigger_date = models.DateField("起因日期")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="matters")
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="matters"
    )
    handler = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="matters"
    )
    giver = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="given_matters"
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="matters")
    place_code = models.CharField("地点代码", max_length=15, editable=False)
    operator = models.ForeignKey(
        Operator, models.PROTECT, null=True, blank=True, related_name="matters"
    )
    premises = models.ForeignKey(
        Premises, models.PROTECT, null=True, blank=True, related_name="matters"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    opened_by_act = models.BigIntegerField("由行为开启", null=True, blank=True)
    is_child = models.BooleanField("子事项", default=False)
    tells = models.JSONField("通知上级事项", default=list, blank=True)

    opened_at = models.DateTimeField("开启时间")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    next_due_at = models.DateTimeField("最近期限", null=True, blank=True)
    confidential = models.BooleanField("涉密", default=False)
    sealed = models.BooleanField("封存", default=False)

    seq = models.PositiveIntegerField("行为数", default=0)
    head = models.PositiveIntegerField("最近推进行为", default=0)
    last_hash = models.CharField("末条校验值", max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "old_number"],
                name="matter_taken_over_once",
                condition=~Q(old_number=""),
            )
        ]
        indexes = [
            models.Index(
                fields=["handler", "next_due_at"],
                name="matter_handler_open",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["agency", "next_due_at"],
                name="matter_agency_open",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["agency", "office", "next_due_at"],
                name="matter_office_open",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["agency", "kind", "phase"], name="matter_agency_kind"),
            models.Index(fields=["place_code", "kind"], name="matter_place"),
            models.Index(fields=["operator", "-opened_at"], name="matter_operator"),
            models.Index(fields=["kind", "-opened_at"], name="matter_kind_opened"),
            models.Index(
                fields=["giver", "next_due_at"],
                name="matter_giver_open",
                condition=Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the place code beside the place, for range queries."""
        self.place_code = self.place.code
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes an answer."""
        return self.closed_at is None


class MatterShare(models.Model):
    """The only way across agencies: this matter, to that agency or post, until then."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="shares")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True)
    what = models.CharField(
        "范围",
        max_length=20,
        choices=[("read", gettext_lazy("查看")), ("act", gettext_lazy("办理"))],
    )
    until = models.DateField("截止", null=True, blank=True)
    act = models.ForeignKey("desk.Act", models.PROTECT, related_name="shares")

    class Meta:
        indexes = [models.Index(fields=["agency", "until"], name="share_agency")]

    def __str__(self) -> str:
        return f"{self.matter_id} → {self.agency or self.post}"
