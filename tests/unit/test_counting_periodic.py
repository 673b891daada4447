"""Where the current period of a recurring duty ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from zhian.law.periodic import PERIODIC, Recurrence, period_end

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
STANDING = Recurrence()


@pytest.mark.parametrize(
    ("unit", "amount", "at", "end"),
    [
        ("meal_periodic", 1, "2026-11-24", "2026-11-24"),
        ("day_periodic", 1, "2026-11-24", "2026-11-24"),
        ("day_periodic", 5, "2026-11-24", "2026-11-28"),  # the day asked about is the first of five
        ("week_periodic", 1, "2026-11-24", "2026-11-29"),  # Sunday
        ("week_periodic", 1, "2026-11-29", "2026-11-29"),
        ("month_periodic", 1, "2026-02-10", "2026-02-28"),
        ("month_periodic", 3, "2026-11-24", "2026-12-31"),
        ("month_periodic", 6, "2026-06-30", "2026-06-30"),  # a half-year
        ("month_periodic", 6, "2026-07-01", "2026-12-31"),
        ("quarter_periodic", 1, "2026-05-01", "2026-06-30"),
        ("semester_periodic", 1, "2026-09-01", "2027-01-31"),
        ("semester_periodic", 1, "2026-02-01", "2026-07-31"),
        ("year_periodic", 1, "2026-11-24", "2026-12-31"),
        ("year_periodic", 3, "2026-11-24", "2028-12-31"),
        ("hours_per_year", 40, "2026-01-01", "2026-12-31"),
        ("per_year", 2, "2026-01-01", "2026-12-31"),
    ],
)
def test_the_period_that_holds_a_day_ends_on(unit: str, amount: int, at: str, end: str) -> None:
    assert period_end(unit, amount, date.fromisoformat(at), STANDING) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("unit", "amount", "start", "at", "end"),
    [
        ("day_periodic", 5, "2026-12-02", "2026-12-02", "2026-12-06"),
        ("day_periodic", 5, "2026-12-02", "2026-12-06", "2026-12-06"),
        ("day_periodic", 5, "2026-12-02", "2026-12-07", "2026-12-11"),
        ("month_periodic", 3, "2026-02-10", "2026-05-02", "2026-07-31"),
        ("year_periodic", 2, "2025-03-01", "2026-11-24", "2026-12-31"),
        ("year_periodic", 2, "2025-03-01", "2027-01-01", "2028-12-31"),
        ("week_periodic", 2, "2026-11-04", "2026-11-16", "2026-11-29"),
    ],
)
def test_blocks_are_counted_from_the_first_day(
    unit: str, amount: int, start: str, at: str, end: str
) -> None:
    recurrence = Recurrence(start=date.fromisoformat(start))
    assert period_end(unit, amount, date.fromisoformat(at), recurrence) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-01-15", "2026-01-31"),
        ("2026-02-01", "2026-07-31"),
        ("2026-07-31", "2026-07-31"),
        ("2026-08-01", "2027-01-31"),
    ],
)
def test_a_duty_of_january_and_july(at: str, end: str) -> None:
    recurrence = Recurrence(months=(1, 7))
    assert period_end("per_year", 2, date.fromisoformat(at), recurrence) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("at", "end"), [("2026-06-30", "2026-06-30"), ("2026-07-01", "2027-06-30")]
)
def test_an_annual_report_due_by_the_end_of_june(at: str, end: str) -> None:
    found = period_end("year_periodic", 1, date.fromisoformat(at), Recurrence(until=(6, 30)))
    assert found == date.fromisoformat(end)


def test_a_semester_that_ends_in_february_is_clipped_to_the_month() -> None:
    found = period_end("semester_periodic", 1, date(2026, 2, 1), Recurrence(semesters=((2, 30),)))
    assert found == date(2026, 2, 28)


@given(st.sampled_from(sorted(PERIODIC)), st.integers(1, 12), DAYS, DAYS)
def test_the_end_is_never_before_the_day_and_holds_until_it(
    unit: str, amount: int, at: date, start: date
) -> None:
    recurrence = Recurrence(start=min(start, at))
    end = period_end(unit, amount, at, recurrence)
    assert end >= at
    assert period_end(unit, amount, end, recurrence) == end


@given(st.sampled_from(sorted(PERIODIC - {"meal_periodic"})), st.integers(1, 9), DAYS)
def test_the_next_period_begins_the_day_after(unit: str, amount: int, start: date) -> None:
    recurrence = Recurrence(start=start)
    end = period_end(unit, amount, start, recurrence)
    following = period_end(unit, amount, end + timedelta(days=1), recurrence)
    assert following > end
