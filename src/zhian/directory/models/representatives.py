"""Who may act for an operator by telephone, how each came to it, and the code on its wall."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.directory.models.operators import Operator, Premises
from zhian.directory.models.people import Appointment, User

HEAD, STAFF = "head", "staff"
ROLES = [(HEAD, gettext_lazy("负责人")), (STAFF, gettext_lazy("代办人"))]


class RepresentativeQuerySet(models.QuerySet["Representative"]):
    """Representatives by date."""

    def on(self, day: date) -> Self:
        """Those who may act on a day: on its last day a binding holds no longer."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)

    def open(self) -> Self:
        """Those whom nobody has unbound."""
        return self.filter(until__isnull=True)


class Representative(models.Model):
    """A person bound to an operator: several persons for one, one person for several.

    `User.operator` is the one for whom the person acts unless he chooses another; it is set and
    taken away with these rows (actions/representatives.py) and never by itself.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="represents")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="representatives")
    role = models.CharField("身份", max_length=10, choices=ROLES, default=STAFF)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        ordering = ["operator__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "operator"],
                condition=Q(until__isnull=True),
                name="representative_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.operator} · {self.user}"

    @property
    def is_head(self) -> bool:
        """Whether the person may let others in and send them away."""
        return self.role == HEAD


class Invitation(models.Model):
    """A slip with a code, handed over in person: whoever scans it binds his telephone, once."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="invitations")
    token_hash = models.CharField("校验值", max_length=64, unique=True)
    role = models.CharField("身份", max_length=10, choices=ROLES, default=STAFF)
    made_at = models.DateTimeField("开具时间")
    by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    by_head = models.ForeignKey(
        Representative, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    expires_at = models.DateTimeField("有效期至")
    used_by = models.ForeignKey(
        Representative, models.PROTECT, null=True, blank=True, related_name="came_by"
    )
    withdrawn_at = models.DateTimeField("收回时间", null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.operator} {self.role}"

    def is_live(self, now: datetime) -> bool:
        """Whether somebody may still come in by it."""
        return self.used_by_id is None and self.withdrawn_at is None and now < self.expires_at


class WallCode(models.Model):
    """The code that hangs on the wall of premises: drawn, not counted, and withdrawn singly."""

    premises = models.ForeignKey(Premises, models.PROTECT, related_name="wall_codes")
    code = models.CharField("墙码", max_length=12, unique=True)
    issued_at = models.DateTimeField("制发时间")
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True)

    # Crockford's 32 letters and figures: none that is read as another.
    LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
    LENGTH = 12

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["premises"],
                condition=Q(withdrawn_at__isnull=True),
                name="wall_code_once",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @classmethod
    def draw(cls) -> str:
        """A new code of 60 bits: nobody finds one by trying."""
        return "".join(secrets.choice(cls.LETTERS) for _ in range(cls.LENGTH))


class PhoneCode(models.Model):
    """A six-figure code that was asked for: neither number, address nor code in the clear.

    A row is written whether or not the number is known, so that both answers are the same.
    """

    number_key = models.CharField("号码校验值", max_length=64)
    source_key = models.CharField("来源校验值", max_length=64)
    code_hash = models.CharField("验证码校验值", max_length=64)
    sent_at = models.DateTimeField("发出时间")
    tries = models.PositiveSmallIntegerField("试过次数", default=0)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["number_key", "sent_at"], name="phone_code_number"),
            models.Index(fields=["source_key", "sent_at"], name="phone_code_source"),
            models.Index(fields=["sent_at"], name="phone_code_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.number_key[:8]} {self.sent_at}"
