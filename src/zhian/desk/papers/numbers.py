"""Numbers of matters: one series per agency, kind and year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from zhian.desk.models import DocumentSeries
from zhian.desk.papers.issuing import next_serial
from zhian.directory import series
from zhian.directory.models import Agency


def matter_number(agency: Agency, prefix: str, at: datetime) -> str:
    """The next number such as `肇州市监 HC-2026-000123`, taken in the opening transaction."""
    year = timezone.localtime(at).year
    _row, serial = next_serial(agency, f"matter.{prefix}", year)
    return _number(agency, prefix, year, serial)


def given(agency: Agency, year: int) -> Mapping[str, int]:
    """The last number that was given in each series of an agency, in a year."""
    rows = DocumentSeries.objects.filter(agency=agency, year=year)
    return dict(rows.values_list("series", "last"))


def connect() -> None:
    """Tell the directory how far each series has come."""
    series.given_here.append(given)


def matter_numbers(agency: Agency, prefix: str, at: datetime, count: int) -> list[str]:
    """The next so many numbers at once, for matters that come in together.

    The first is taken as one number is, with its lock; the rest follow while that is held.
    """
    if not count:
        return []
    year = timezone.localtime(at).year
    row, first = next_serial(agency, f"matter.{prefix}", year)
    DocumentSeries.objects.filter(pk=row.pk).update(last=F("last") + count - 1)
    return [_number(agency, prefix, year, serial) for serial in range(first, first + count)]


def _number(agency: Agency, prefix: str, year: int, serial: int) -> str:
    return f"{agency.code}-{prefix}-{year}-{serial:06d}"
