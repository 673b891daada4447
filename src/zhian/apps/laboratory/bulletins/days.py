"""Days as bulletins write them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_BEFORE_SERIALS = date(1899, 12, 30)
_SERIAL = re.compile(r"^[34]\d{4}(?:\.0+)?$")
_PACKED = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_WRITTEN = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[\sT].*)?$")


def serial_day(text: str) -> date | None:
    """The day behind a number that a spreadsheet made of it (46035 is 2026-01-13)."""
    if not _SERIAL.match(text):
        return None
    return _BEFORE_SERIALS + timedelta(days=int(float(text)))


def read_day(text: str) -> date | None:
    """2026-01-13, 2026/1/13, 2026.1.13, 2026年1月13日, 20260113 or a spreadsheet's number."""
    found = _WRITTEN.match(text.strip()) or _PACKED.match(text.strip())
    if found is None:
        return serial_day(text.strip())
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
