"""Laws of counting that hold for every date, checked against a slow day-by-day count."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, strategies as st

from zhian.law.calendar import Calendar
from zhian.law.counting import SHANGHAI, Counting, Pause, Period, count, months_from

CALENDAR = Calendar.load()
DAYS = st.dates(date(2004, 1, 2), date(2035, 12, 31))
DAY_UNITS = st.sampled_from(["working_day", "calendar_day", "month", "year"])
LENGTHS = st.integers(0, 120)
MOMENTS = st.builds(datetime.combine, DAYS, st.times(), st.just(SHANGHAI))
ONE = timedelta(days=1)


@st.composite
def pauses(draw: st.DrawFn, around: date) -> list[Pause]:
    spans = draw(st.lists(st.tuples(st.integers(-30, 400), st.integers(0, 40)), max_size=4))
    starts = [(around + timedelta(days=first), length) for first, length in spans]
    return [Pause(first, first + timedelta(days=length)) for first, length in starts]


@st.composite
def paused_days(draw: st.DrawFn) -> tuple[date, list[Pause]]:
    at = draw(DAYS)
    return at, draw(pauses(at))


def end(amount: int, unit: str, at: date, spans: list[Pause] | None = None, **options) -> date:
    return count(Period(amount, unit), at, calendar=CALENDAR, pauses=spans or [], **options).day


def paused(day: date, spans: list[Pause]) -> bool:
    return any(span.start <= day <= span.end for span in spans if span.end)


def by_hand(amount: int, unit: str, at: date, spans: list[Pause]) -> date:
    """Walks the wall calendar: a day counts if it is not paused and, where asked, worked."""
    day = at
    while amount > 0:
        day += ONE
        counts = unit == "calendar_day" or CALENDAR.is_workday(day)
        amount -= counts and not paused(day, spans)
    while unit == "calendar_day" and (not CALENDAR.is_workday(day) or paused(day, spans)):
        day += ONE
    return day


@given(paused_days(), st.integers(1, 60), st.sampled_from(["working_day", "calendar_day"]))
def test_the_count_agrees_with_a_walk_through_the_calendar(
    case: tuple[date, list[Pause]], amount: int, unit: str
) -> None:
    at, spans = case
    assert end(amount, unit, at, spans) == by_hand(amount, unit, at, spans)


@given(DAYS, LENGTHS.filter(bool), DAY_UNITS)
def test_a_due_day_is_never_before_its_event(at: date, amount: int, unit: str) -> None:
    found = end(amount if unit != "year" else amount % 20 + 1, unit, at)
    assert found > at
    assert CALENDAR.is_workday(found)


@given(DAYS, LENGTHS, DAY_UNITS)
def test_a_longer_period_never_ends_earlier(at: date, amount: int, unit: str) -> None:
    amount = amount % 20 if unit == "year" else amount
    assert end(amount, unit, at) <= end(amount + 1, unit, at)


@given(paused_days(), LENGTHS, DAY_UNITS)
def test_a_further_pause_never_shortens(
    case: tuple[date, list[Pause]], amount: int, unit: str
) -> None:
    at, spans = case
    amount = amount % 20 if unit == "year" else amount
    for known in range(len(spans)):
        assert end(amount, unit, at, spans[:known]) <= end(amount, unit, at, spans[: known + 1])


@given(paused_days(), LENGTHS, DAY_UNITS)
def test_the_order_of_pauses_does_not_matter(
    case: tuple[date, list[Pause]], amount: int, unit: str
) -> None:
    at, spans = case
    amount = amount % 20 if unit == "year" else amount
    assert end(amount, unit, at, spans) == end(amount, unit, at, spans[::-1])


@given(paused_days(), st.integers(1, 60), st.integers(1, 60))
def test_extending_is_counting_on(case: tuple[date, list[Pause]], first: int, more: int) -> None:
    at, spans = case
    for unit in ("working_day", "calendar_day"):
        extended = end(first, unit, at, spans, extend=[Period(more, unit)])
        assert extended == end(first + more, unit, at, spans)


@given(DAYS, st.integers(1, 120))
def test_counting_back_undoes_counting_on(at: date, amount: int) -> None:
    worked = CALENDAR.shift(at, 1)
    assert end(amount, "before_working_day", end(amount, "working_day", worked)) == worked
    ahead = end(amount, "calendar_day", at, choices=Counting(roll=False))
    assert end(amount, "before_calendar_day", ahead) == at


@given(DAYS, st.integers(1, 60))
def test_the_last_n_days_before_begin_on_the_nth_day_before(at: date, amount: int) -> None:
    for unit in ("working_day", "calendar_day"):
        found = count(Period(amount, f"within_before_{unit}"), at, calendar=CALENDAR)
        assert found.window == (end(amount, f"before_{unit}", at), at - ONE)


@given(DAYS, st.integers(1, 240))
def test_months_end_on_the_corresponding_day_or_the_months_last(at: date, months: int) -> None:
    found = date.fromordinal(months_from(at.toordinal(), months))
    assert (found.year * 12 + found.month) - (at.year * 12 + at.month) == months
    assert found.day == at.day or (found.day < at.day and (found + ONE).day == 1)


@given(MOMENTS, st.integers(0, 200))
def test_hours_are_elapsed_time(at: datetime, amount: int) -> None:
    found = count(Period(amount, "hour"), at, calendar=CALENDAR)
    assert found.moment - at == timedelta(hours=amount)
    assert not found.provisional


@given(
    MOMENTS,
    st.integers(1, 100),
    st.lists(st.tuples(st.integers(-50, 200), st.integers(0, 30)), max_size=4),
)
def test_paused_hours_leave_the_running_time_unchanged(
    at: datetime, amount: int, spans: list[tuple[int, int]]
) -> None:
    hours = [(at + timedelta(hours=first), length) for first, length in spans]
    given_pauses = [Pause(first, first + timedelta(hours=length)) for first, length in hours]
    found = count(Period(amount, "hour"), at, calendar=CALENDAR, pauses=given_pauses)
    total = int((found.moment - at).total_seconds() // 3600)
    slots = (at + timedelta(hours=n) for n in range(total))
    running = [s for s in slots if not any(p.start <= s < p.end for p in given_pauses if p.end)]
    assert len(running) == amount
