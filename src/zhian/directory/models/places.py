"""The division tree from province to grid cell (GB/T 10114 codes of 12 digits)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

SIGNIFICANT = {
    "province": 2,
    "city": 4,
    "county": 6,
    "township": 9,
    "village": 12,
    "grid": 15,
}


class PlaceQuerySet(models.QuerySet["Place"]):
    """Reads over the tree by code and by date."""

    def on(self, day: date) -> Self:
        """Divisions that exist on a day."""
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )

    def within(self, place: Place) -> Self:
        """A division and everything below it."""
        first, after = place.code_range
        return self.filter(code__gte=first, code__lt=after)

    def resolve(self, code: str, day: date) -> Place | None:
        """The division that a code means on a day; a merged one leads to its successor."""
        found = self.on(day).filter(code=code).first()
        if found:
            return found
        old = self.filter(code=code).order_by("-valid_to").first()
        while old and old.merged_into and not old.exists_on(day):
            old = old.merged_into
        return old if old and old.exists_on(day) else None


class Place(models.Model):
    """A division (or grid cell) and the years in which its code was in force."""

    LEVELS = [
        ("province", gettext_lazy("省")),
        ("city", gettext_lazy("市")),
        ("county", gettext_lazy("县")),
        ("township", gettext_lazy("乡镇")),
        ("village", gettext_lazy("村")),
        ("grid", gettext_lazy("网格")),
    ]

    code = models.CharField("代码", max_length=15)
    name = models.CharField("名称", max_length=100)
    name_en = models.CharField("英文名称", max_length=100, blank=True)
    short_name = models.CharField("简称", max_length=100, blank=True)
    level = models.CharField("级别", max_length=10, choices=LEVELS)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    source = models.CharField("来源", max_length=100, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="place_code_once")
        ]
        indexes = [models.Index(fields=["code"], name="place_code")]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """What people call it: the short name where the official one is long."""
        return self.short_name or self.name

    @property
    def prefix(self) -> str:
        """The digits that this division and all below it share."""
        return self.code[: SIGNIFICANT[self.level]]

    @property
    def code_range(self) -> tuple[str, str]:
        """First code inside, first code after: only digits, so every collation agrees."""
        return self.prefix, str(int(self.prefix) + 1).zfill(len(self.prefix))

    def exists_on(self, day: date) -> bool:
        """Whether the code is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Outline(models.Model):
    """边界: where a division lies, in CGCS2000; apart from it, so that no list reads it along.

    `rings` are polygons of rings of [longitude, latitude]; `sketch` the same with fewer points, as
    maps draw it. `declared` is the datum of the file that it came from.
    """

    place = models.OneToOneField(Place, models.PROTECT, primary_key=True, related_name="outline")
    rings = models.JSONField("边界")
    sketch = models.JSONField("简化边界")
    declared = models.CharField("原坐标系", max_length=10)
    source = models.CharField("来源文件", max_length=200)
    sha256 = models.CharField("校验值", max_length=64)
    since = models.DateTimeField("导入时间")

    def __str__(self) -> str:
        return self.place.name
