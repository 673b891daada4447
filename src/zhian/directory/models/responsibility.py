"""Who answers for what: departments by business type, officials by premises."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.directory.models.agencies import Agency, Office
from zhian.directory.models.operators import Premises
from zhian.directory.models.people import Appointment
from zhian.directory.models.places import Place


class Responsibility(models.Model):
    """One cell of the matrix: this agency (office) answers for this business type here."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="responsibilities")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True)
    place = models.ForeignKey(Place, models.PROTECT)
    business_type = models.CharField("业态", max_length=40)
    basis = models.CharField("依据", max_length=200, blank=True)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name_plural = "responsibilities"
        indexes = [models.Index(fields=["business_type", "place"], name="responsibility_cell")]

    def __str__(self) -> str:
        return f"{self.agency} · {self.business_type} · {self.place}"


class SponsorshipQuerySet(models.QuerySet["Sponsorship"]):
    """Sponsorships by date."""

    def on(self, day: date) -> Self:
        """Sponsorships in force on a day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class Sponsorship(models.Model):
    """包保: an official bound to premises. Levels A-D follow the size of the risk's reach."""

    LEVELS = [
        ("A", gettext_lazy("A 级")),
        ("B", gettext_lazy("B 级")),
        ("C", gettext_lazy("C 级")),
        ("D", gettext_lazy("D 级")),
    ]

    premises = models.ForeignKey(Premises, models.PROTECT, related_name="sponsorships")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="sponsorships")
    level = models.CharField("层级", max_length=1, choices=LEVELS)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    objects = SponsorshipQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["premises", "until"], name="sponsorship_premises")]

    def __str__(self) -> str:
        return f"{self.appointment} {self.level} {self.premises}"


class StewardshipQuerySet(models.QuerySet["Stewardship"]):
    """Stewardships by date."""

    def on(self, day: date) -> Self:
        """Those in force on a day, of people who still hold the post then."""
        person = Q(appointment__user__left_on__isnull=True) | Q(appointment__user__left_on__gt=day)
        post = Q(appointment__until__isnull=True) | Q(appointment__until__gte=day)
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=day),
            post,
            person,
            since__lte=day,
            appointment__since__lte=day,
        )


class Stewardship(models.Model):
    """属地责任: who answers for premises at one level of administration, county to village
    (食品安全法 6; 食品安全法实施条例 4). Sponsorship (包保) is another scale and kept apart."""

    LEVELS = [
        ("county", gettext_lazy("县级")),
        ("township", gettext_lazy("乡镇")),
        ("village", gettext_lazy("村级")),
    ]
    WAYS = [
        ("hand", gettext_lazy("逐个指定")),
        ("rule", gettext_lazy("按岗位")),
        ("roster", gettext_lazy("按名册")),
    ]

    premises = models.ForeignKey(Premises, models.PROTECT, related_name="stewardships")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="stewardships")
    level = models.CharField("级别", max_length=10, choices=LEVELS)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    way = models.CharField("方式", max_length=10, choices=WAYS, default="hand")

    objects = StewardshipQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["premises", "level", "until"], name="stewardship_premises"),
            models.Index(fields=["appointment", "until"], name="stewardship_person"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment} {self.level} {self.premises}"
