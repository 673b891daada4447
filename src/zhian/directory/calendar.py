"""The office's table of holidays: edited from the published notice, then put in force.

Edits stand in the database until the year is published; publishing writes calendar.toml, which
the law reads at once, and calls everybody who counted with the old table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from zhian.directory import files, log, reach
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, CalendarDay, CalendarYear
from zhian.directory.words import SHIPPED, holiday_words, say
from zhian.law import calendar as law

MOST_DAYS = 31
Hook = Callable[[str], int]
# What runs after the table changed; each gets the notice and returns how much it changed.
after_calendar_change: list[Hook] = []


@dataclass(frozen=True, slots=True)
class Shown:
    """A day that differs from Monday-Friday as the page shows it."""

    day: date
    working: bool
    name: str
    source: str
    own: bool


def overlay_file() -> Path:
    """Where the law reads the administrator's table."""
    return law.data_folder() / law.OVERLAY


def days_of(year: int) -> list[Shown]:
    """The holidays and make-up days of a year: the shipped ones, ours laid over them."""
    shipped, _ = law.seed()
    rows = {
        r.day: Shown(r.day, r.workday, say(holiday_words(r.name)), say(SHIPPED), False)
        for r in shipped
        if r.day.year == year
    }
    for row in CalendarDay.objects.filter(day__year=year):
        rows[row.day] = Shown(row.day, row.working, row.name, row.source, True)
    return [rows[day] for day in sorted(rows)]


def published(year: int) -> bool:
    """Whether a notice for the year is in force; otherwise everything that rests on it is
    provisional."""
    return year in law.seed()[1] or CalendarYear.objects.filter(year=year).exists()


def years() -> list[int]:
    """The years of the page: the last three with a shipped notice, ours, and the next two."""
    shipped = sorted(law.seed()[1])[-3:]
    last = shipped[-1]
    own = CalendarYear.objects.values_list("year", flat=True)
    return sorted({*shipped, *own, last + 1, last + 2})


@transaction.atomic
def set_days(
    *,
    first: date,
    last: date,
    working: bool,
    name: str,
    source: str,
    by: Appointment | None,
) -> int:
    """Enter a span of days off, or of make-up days, with the notice that says so."""
    _need(by)
    if not source.strip():
        raise NotPossible("请写明所依据的通知。", "Name the notice this rests on.", "source")
    if not first <= last or (last - first).days >= MOST_DAYS:
        raise NotPossible(
            f"日期须先后相接，不超过 {MOST_DAYS} 天。",
            f"The span must run forward and take at most {MOST_DAYS} days.",
            "last",
        )
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for day in span:
        row, _ = CalendarDay.objects.update_or_create(
            day=day,
            defaults={"working": working, "name": name[:50], "source": source[:200]},
        )
    after = {"first": first, "last": last, "working": working, "name": name}
    log.write("day", row, by=by, reason=source, after=after)
    return len(span)


@transaction.atomic
def clear_day(*, day: date, by: Appointment | None, reason: str) -> None:
    """Take an entry out again: the shipped notice (or Monday-Friday) holds for that day."""
    _need(by)
    row = CalendarDay.objects.filter(day=day).first()
    if row is None:
        raise NotPossible("该日没有录入。", "Nothing was entered for that day.", "day")
    before = {"day": day, "working": row.working, "name": row.name}
    log.write("day", row, by=by, reason=reason, before=before)
    row.delete()


def _need(by: Appointment | None) -> None:
    if by is not None:
        reach.need(by, "calendar", by.post.territory)


def text() -> str:
    """The table as the law reads it."""
    rows = [law.CalendarDay(r.day, r.working, r.source, r.name) for r in CalendarDay.objects.all()]
    named = dict(CalendarYear.objects.values_list("year", "source"))
    return law.overlay_text(rows, named)


def pending() -> bool:
    """Whether something was entered that is not in force yet."""
    path = overlay_file()
    kept = path.read_text(encoding="utf-8") if path.exists() else law.overlay_text((), {})
    return kept != text()


def publish(
    *,
    year: int,
    source: str,
    published_on: date | None,
    by: Appointment | None,
) -> int:
    """Put the year's table in force and have every open clock counted again, on record.

    Returns how many clocks moved. Raises NotPossible where no day off was entered.
    """
    _need(by)
    if not source.strip():
        raise NotPossible("请写明所依据的通知。", "Name the notice this rests on.", "source")
    if not any(not row.working for row in days_of(year)):
        raise NotPossible(
            f"{year} 年还没有录入放假日。", f"No day off of {year} was entered.", "year"
        )
    with transaction.atomic():
        row, _ = CalendarYear.objects.update_or_create(
            year=year,
            defaults={"source": source[:200], "published_on": published_on},
        )
        after = {"year": year, "published_on": published_on}
        log.write("calendar", row, by=by, reason=source, after=after)
        files.replace(overlay_file(), text())
    return sum(hook(source) for hook in list(after_calendar_change))
