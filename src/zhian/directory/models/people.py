"""People, the posts they hold from day to day, and who stands in for them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from zhian.directory.models.agencies import Post


class User(AbstractUser):
    """A person who can log in: an official, an operator's person or a partner."""

    name = models.CharField("姓名", max_length=50)
    name_en = models.CharField("英文姓名", max_length=100, blank=True)
    phone = models.CharField("手机", max_length=30, blank=True)
    card_number = models.CharField("执法证号", max_length=40, blank=True)
    card_until = models.DateField("执法证有效期至", null=True, blank=True)
    left_on = models.DateField("离任日期", null=True, blank=True)
    must_change_password = models.BooleanField("须改密码", default=False)
    operator = models.ForeignKey(
        "directory.Operator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone"],
                condition=Q(operator__isnull=False) & ~Q(phone=""),
                name="operator_phone_once",
            )
        ]

    first_name = None  # type: ignore[assignment]  # Chinese names have no first and last part here
    last_name = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name as it is signed."""
        return str(self)

    def has_card(self, day: date) -> bool:
        """Whether the person may enforce on a day (行政处罚法 42)."""
        return bool(self.card_number) and (self.card_until is None or day <= self.card_until)


class DatedQuerySet(models.QuerySet["Appointment"]):
    """Appointments by date."""

    def on(self, day: date) -> Self:
        """Appointments in force on a day, of people who have not left."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=day),
            Q(user__left_on__isnull=True) | Q(user__left_on__gt=day),
            since__lte=day,
        )


class Appointment(models.Model):
    """A person in a post from one day to another; every act says in which post it was done."""

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    since = models.DateField("任职日期")
    until = models.DateField("离任日期", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="appointment_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["user", "until"], name="appointment_user")]
        ordering = ["-since"]

    def __str__(self) -> str:
        return _("%(who)s（%(post)s）") % {"who": self.user, "post": self.post.called}


class Deputyship(models.Model):
    """While one is on leave another signs for him, in his own name."""

    absent = models.ForeignKey(Appointment, models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Appointment, models.PROTECT, related_name="deputises_for")
    since = models.DateField("起")
    until = models.DateField("止")
    reason = models.CharField("事由", max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")) & ~Q(absent=F("deputy")),
                name="deputyship_is_sensible",
            )
        ]

    def __str__(self) -> str:
        return f"{self.deputy} ← {self.absent}"
