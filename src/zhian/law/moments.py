"""Dates and pauses as people type them: YYYY-MM-DD, YYYY-MM-DDTHH:MM:SS, FROM..TO."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from zhian.law.calendar import FIRST_YEAR, LAST_YEAR, OutsideCalendar
from zhian.law.counting import Pause
from zhian.law.errors import LawError


class NoSuchMoment(LawError):
    """What was typed is no date, no local time or no span of them."""


@lru_cache(maxsize=1 << 16)
def parse_at(text: str) -> date:
    """A day, or a local time to the second; NoSuchMoment names what was typed."""
    try:
        moment = _read(text)
    except ValueError:
        moment = None
    if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise OutsideCalendar
    if moment is not None:
        return moment
    raise NoSuchMoment(
        f"日期应写成 2026-03-02 或 2026-03-02T10:00:00，不是“{text}”",
        f"A date is written 2026-03-02 or 2026-03-02T10:00:00, not “{text}”",
    )


def _read(text: str) -> date | None:
    if len(text) == 10 and text[4] == "-" == text[7]:
        return date.fromisoformat(text)
    if len(text) == 19 and text[10] == "T":
        return datetime.fromisoformat(text)
    return None


def parse_length(text: str) -> int | None:
    """A whole number above zero with at most four digits; None for anything else."""
    if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) > 0:
        return int(text)
    return None


@lru_cache(maxsize=1 << 16)
def parse_pause(text: str) -> Pause:
    """A paused span FROM..TO, both ends included; NoSuchMoment."""
    first, dots, last = text.partition("..")
    if not dots:
        raise NoSuchMoment(
            f"中止应写成 2026-03-02..2026-03-10，不是“{text}”",
            f"A pause is written 2026-03-02..2026-03-10, not “{text}”",
        )
    return Pause(parse_at(first.strip()), parse_at(last.strip()))
