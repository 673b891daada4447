"""Operators, their premises, and what stands against or for them (standings)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Upper
from django.utils.translation import gettext_lazy

from zhian.directory.models.places import Place


def _found_by(*fields: str) -> models.GeneratedField:
    """What a part of these texts finds a row by: one column, because an index of three letters
    knows no Chinese word of two, and one short text is read faster than four."""
    parts = [part for name in fields for part in (Value(" "), name)][1:]
    text = models.TextField()
    return models.GeneratedField(
        expression=Upper(Concat(*parts, output_field=text)), output_field=text, db_persist=True
    )


class Operator(models.Model):
    """A subject that makes, sells or serves: enterprise, shop, canteen, workshop, stall or farm."""

    KINDS = [
        ("company", gettext_lazy("企业")),
        ("individual", gettext_lazy("个体工商户")),
        ("cooperative", gettext_lazy("合作社")),
        ("institution", gettext_lazy("机关事业单位")),
        ("workshop", gettext_lazy("小作坊")),
        ("stall", gettext_lazy("小摊贩")),
        ("farm", gettext_lazy("种养殖户")),
        ("cook", gettext_lazy("农村宴席厨师")),
    ]
    STATES = [
        ("active", gettext_lazy("经营中")),
        ("paused", gettext_lazy("歇业")),
        ("closed", gettext_lazy("停业")),
        ("deregistered", gettext_lazy("注销")),
        ("revoked", gettext_lazy("吊销")),
    ]

    name = models.CharField("名称", max_length=200)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True, unique=True)
    kind = models.CharField("类别", max_length=20, choices=KINDS)
    head = models.CharField("负责人", max_length=50, blank=True)
    phone = models.CharField("电话", max_length=50, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="operators")
    address = models.CharField("住所", max_length=300, blank=True)
    state = models.CharField("状态", max_length=20, choices=STATES, default="active")
    registered_on = models.DateField("成立日期", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    search = _found_by("name", "uscc", "head", "address")

    class Meta:
        indexes = [models.Index(fields=["place", "name"], name="operator_place_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Premises(models.Model):
    """A place of business: what inspectors visit and what a sponsor answers for.

    `links` are its own links of the chain, each between spaces; empty: as its business type says.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="premises")
    name = models.CharField("名称", max_length=200)
    place = models.ForeignKey(Place, models.PROTECT, related_name="premises")
    address = models.CharField("地址", max_length=300, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    business_type = models.CharField("业态", max_length=40)
    links = models.CharField("链条环节", max_length=200, blank=True)
    search = _found_by("name", "address")
    state = models.CharField("状态", max_length=20, choices=Operator.STATES, default="active")

    class Meta:
        indexes = [
            models.Index(fields=["place", "name"], name="premises_place_name"),
            models.Index(fields=["business_type"], name="premises_business"),
        ]
        ordering = ["name"]
        verbose_name_plural = "premises"

    def __str__(self) -> str:
        return self.name


class StandingQuerySet(models.QuerySet["Standing"]):
    """Standings by date."""

    def on(self, day: date) -> Self:
        """Standings in force on a day."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=day),
            lifted_on__isnull=True,
            since__lte=day,
        )


class Standing(models.Model):
    """What an act made of an operator, premises or person: graded, listed, banned, closed, weak."""

    kind = models.CharField("种类", max_length=40)
    value = models.CharField("取值", max_length=40, blank=True)
    operator = models.ForeignKey(
        Operator, models.PROTECT, null=True, blank=True, related_name="standings"
    )
    premises = models.ForeignKey(
        Premises, models.PROTECT, null=True, blank=True, related_name="standings"
    )
    user = models.ForeignKey(
        "directory.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="standings",
    )
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    set_by_act = models.BigIntegerField("设立行为")
    lifted_on = models.DateField("解除日期", null=True, blank=True)
    lifted_by_act = models.BigIntegerField("解除行为", null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["operator", "kind"], name="standing_operator"),
            models.Index(fields=["set_by_act"], name="standing_act"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(operator__isnull=False)
                | Q(premises__isnull=False)
                | Q(user__isnull=False),
                name="standing_has_a_bearer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}".strip()
