"""Numbers of matters: one series per agency, kind and year."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from zhian.desk.papers.issuing import next_serial
from zhian.directory.models import Agency


def matter_number(agency: Agency, prefix: str, at: datetime) -> str:
    """The next number such as `肇州市监 HC-2026-000123`, taken in the opening transaction."""
    year = timezone.localtime(at).year
    _row, serial = next_serial(agency, f"matter.{prefix}", year)
    return f"{agency.code}-{prefix}-{year}-{serial:06d}"
