"""Where a recurring duty's current period ends.

Weeks run Monday to Sunday; months, quarters and years are those of the calendar; semesters end
where the settings say. A period of several days has no natural place in the calendar: it is
counted in blocks of N days from the day it began, that day being the first of the first block, so
that blocks neither overlap nor leave a gap. Without a start the block begins with the day asked
about. Several months lie in blocks from January (half-years for 6) or from the start; several
years from the start, else from the year asked about. A recurring period never rolls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from zhian.law.tables import names

PERIODIC = names(
    "meal_periodic day_periodic week_periodic month_periodic quarter_periodic semester_periodic "
    "year_periodic hours_per_year per_year"
)

Monthday = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What places a recurring duty: its first day, the months or span of the year it falls in."""

    start: date | None = None
    months: tuple[int, ...] = ()
    until: Monthday | None = None
    semesters: tuple[Monthday, ...] = ((1, 31), (7, 31))


def period_end(unit: str, amount: int, at: date, recurrence: Recurrence) -> date:
    """The last day of the period that holds `at`."""
    if recurrence.months:
        return _month_listed(at, recurrence.months)
    if recurrence.until:
        return _next(at, (recurrence.until,))
    return _ENDS[unit](max(amount, 1), at, recurrence)


def _month_listed(at: date, months: tuple[int, ...]) -> date:
    """The end of the first listed month that is not over yet (每年1月、7月)."""
    ends = (month_end(at.year + k // 12, k % 12 + 1) for k in range(at.month - 1, at.month + 12))
    return next(end for end in ends if end.month in months)


def _next(at: date, ends: tuple[Monthday, ...]) -> date:
    """The first of these days of the year that is not before `at`."""
    days = [clipped(at.year + k, *end) for k in (0, 1) for end in sorted(ends)]
    return next(day for day in days if day >= at)


def clipped(year: int, month: int, day: int) -> date:
    """A day of the year, or the month's last where the month is shorter."""
    return min(date(year, month, 1) + timedelta(days=day - 1), month_end(year, month))


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _days(amount: int, at: date, recurrence: Recurrence) -> date:
    start = min(recurrence.start or at, at)
    blocks = (at - start).days // amount + 1
    return start + timedelta(days=amount * blocks - 1)


def _weeks(amount: int, at: date, recurrence: Recurrence) -> date:
    monday = at - timedelta(days=at.weekday())
    start = min(recurrence.start or monday, at)
    return _days(7 * amount, at, Recurrence(start - timedelta(days=start.weekday())))


def _months(amount: int, at: date, recurrence: Recurrence) -> date:
    start = min(recurrence.start or date(at.year, 1, 1), at)
    first = start.year * 12 + start.month - 1
    last = first + amount * ((at.year * 12 + at.month - 1 - first) // amount + 1) - 1
    return month_end(last // 12, last % 12 + 1)


def _years(amount: int, at: date, recurrence: Recurrence) -> date:
    start = min(recurrence.start or at, at)
    return date(start.year + amount * ((at.year - start.year) // amount + 1) - 1, 12, 31)


def _year(amount: int, at: date, recurrence: Recurrence) -> date:
    return date(at.year, 12, 31)


_ENDS: dict[str, Callable[[int, date, Recurrence], date]] = {
    "meal_periodic": lambda amount, at, recurrence: at,
    "day_periodic": _days,
    "week_periodic": _weeks,
    "month_periodic": _months,
    "quarter_periodic": lambda amount, at, r: _months(3 * amount, at, r),
    "semester_periodic": lambda amount, at, r: _next(at, r.semesters),
    "year_periodic": _years,
    "hours_per_year": _year,
    "per_year": _year,
}
