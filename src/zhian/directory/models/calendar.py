"""The office's table of holidays and make-up days, kept by an administrator."""

from __future__ import annotations

from django.db import models


class CalendarYear(models.Model):
    """A year whose holiday notice is published; other years are provisional."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("通知文号", max_length=200)
    published_on = models.DateField("公布日期", null=True, blank=True)

    class Meta:
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from Monday-Friday: a holiday or a make-up working day."""

    day = models.DateField("日期", primary_key=True)
    working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=50, blank=True)
    source = models.CharField("通知文号", max_length=200)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {'班' if self.working else '休'}"
