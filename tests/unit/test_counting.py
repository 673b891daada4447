"""When a period ends: the cases a clerk can follow with a wall calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from zhian.law.calendar import Calendar
from zhian.law.counting import (
    SHANGHAI,
    UNCOUNTED,
    CannotCount,
    Counting,
    Due,
    Pause,
    Period,
    count,
)

CALENDAR = Calendar.load()


def moment(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def due(amount: int | None, unit: str, at: str, *pauses: str, **options) -> Due:
    spans = [Pause(*(moment(end) for end in pause.split(".."))) for pause in pauses]
    return count(Period(amount, unit), moment(at), calendar=CALENDAR, pauses=spans, **options)


@pytest.mark.parametrize(
    ("amount", "unit", "at", "end"),
    [
        (7, "working_day", "2026-02-13", "2026-03-02"),  # two make-up Saturdays count
        (7, "working_day", "2026-10-08", "2026-10-16"),
        (15, "working_day", "2026-09-18", "2026-10-15"),
        (1, "working_day", "2026-11-27", "2026-11-30"),  # Friday to Monday
        (1, "working_day", "2026-11-28", "2026-11-30"),  # triggered on a Saturday
        (90, "calendar_day", "2026-07-05", "2026-10-08"),  # 3 October rolls past the holidays
        (30, "calendar_day", "2026-11-03", "2026-12-03"),
        (30, "calendar_day", "2026-10-22", "2026-11-23"),  # a Saturday... rolls to Monday
        (3, "calendar_day", "2026-02-11", "2026-02-14"),  # a make-up Saturday does not roll
        (6, "month", "2026-02-28", "2026-08-28"),
        (1, "month", "2026-01-30", "2026-02-28"),  # no 30 February, and 28 is a make-up day
        (1, "month", "2026-01-31", "2026-02-28"),
        (3, "month", "2026-08-24", "2026-11-24"),
        (2, "month", "2025-12-31", "2026-02-28"),
        (1, "year", "2024-02-29", "2025-02-28"),
        (5, "year", "2021-11-24", "2026-11-24"),
        (0, "calendar_day", "2026-11-24", "2026-11-24"),
    ],
)
def test_a_period_ends_on(amount: int, unit: str, at: str, end: str) -> None:
    found = due(amount, unit, at)
    assert found.day == date.fromisoformat(end)
    assert not found.provisional


@pytest.mark.parametrize(
    ("amount", "unit", "at", "end"),
    [
        (30, "before_working_day", "2026-11-24", "2026-10-13"),
        (1, "before_working_day", "2026-11-24", "2026-11-23"),
        (1, "before_working_day", "2026-11-22", "2026-11-20"),
        (0, "before_working_day", "2026-11-22", "2026-11-22"),
        (30, "before_calendar_day", "2026-11-24", "2026-10-25"),  # a Sunday: never rolled
        (0, "before_calendar_day", "2026-11-24", "2026-11-24"),
        (6, "before_month", "2026-08-31", "2026-02-28"),
        (2, "before_month", "2026-01-15", "2025-11-15"),
    ],
)
def test_a_term_counted_back_ends_on(amount: int, unit: str, at: str, end: str) -> None:
    assert due(amount, unit, at).day == date.fromisoformat(end)


def test_n_working_days_before_and_within_the_last_n_are_different_things() -> None:
    last_day = due(15, "before_working_day", "2026-11-24")
    window = due(15, "within_before_working_day", "2026-11-24")
    assert (last_day.day, last_day.window) == (date(2026, 11, 3), None)
    assert window.window == (date(2026, 11, 3), date(2026, 11, 23))
    assert window.day == date(2026, 11, 23)


def test_the_last_calendar_days_before_are_a_window() -> None:
    assert due(7, "within_before_calendar_day", "2026-11-24").window == (
        date(2026, 11, 17),
        date(2026, 11, 23),
    )


def test_six_months_from_the_end_of_august_is_a_provisional_first_of_march() -> None:
    found = due(6, "month", "2026-08-31")
    assert (found.day, found.provisional) == (date(2027, 3, 1), True)


@pytest.mark.parametrize(
    ("amount", "unit", "at", "provisional"),
    [
        (5, "working_day", "2026-12-24", False),  # ends on 31 December
        (6, "working_day", "2026-12-24", True),  # needs 2027
        (30, "calendar_day", "2026-12-10", True),  # 9 January 2027 may be a day off or not
        (60, "calendar_day", "2026-11-01", False),  # 31 December, a published working day
        (48, "hour", "2026-12-31", False),  # hours know no holidays
        (15, "before_working_day", "2027-01-29", True),
        (30, "before_calendar_day", "2027-01-29", False),
        (1, "before_working_day", "2027-01-01", False),  # 31 December
        (3, "working_day", "2003-12-30", True),  # before the first notice
    ],
)
def test_what_rests_on_an_unpublished_year_is_provisional(
    amount: int, unit: str, at: str, provisional: bool
) -> None:
    assert due(amount, unit, at).provisional is provisional


@pytest.mark.parametrize(
    ("amount", "at", "end"),
    [
        (48, "2026-11-30T10:00:00", "2026-12-02T10:00:00"),
        (36, "2026-12-01T10:00:00", "2026-12-02T22:00:00"),
        (24, "2026-10-01T23:59:59", "2026-10-02T23:59:59"),  # over a holiday, never rolled
        (24, "2026-12-01", "2026-12-02T00:00:00"),  # a bare day stands for its first moment
    ],
)
def test_hours_run_on_the_clock(amount: int, at: str, end: str) -> None:
    assert due(amount, "hour", at).text == end


def test_hours_of_the_penalty_procedure_may_start_at_the_next_full_hour() -> None:
    choices = Counting(next_full_hour=True)
    assert due(24, "hour", "2026-12-01T10:20:00", choices=choices).text == "2026-12-02T11:00:00"
    assert due(24, "hour", "2026-12-01T10:00:00", choices=choices).text == "2026-12-02T10:00:00"


def test_a_day_limit_ends_at_midnight_in_shanghai() -> None:
    found = due(7, "working_day", "2026-02-13")
    assert found.moment == datetime(2026, 3, 3, tzinfo=SHANGHAI)


def test_a_moment_elsewhere_is_counted_by_the_day_in_shanghai() -> None:
    late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # one o'clock at night on the 24th
    assert count(Period(1, "working_day"), late, calendar=CALENDAR).day == date(2026, 11, 25)
    assert count(Period(2, "hour"), late, calendar=CALENDAR).text == "2026-11-24T03:00:00"


@pytest.mark.parametrize("unit", ["immediate", "prompt"])
def test_at_once_is_due_at_the_event_itself(unit: str) -> None:
    found = due(None, unit, "2026-11-24T09:30:00")
    assert found.immediate
    assert found.text == "2026-11-24T09:30:00"
    assert due(None, unit, "2026-11-24").text == "2026-11-24"
    assert found.reason


@pytest.mark.parametrize("unit", sorted(UNCOUNTED))
def test_no_date_follows_from(unit: str) -> None:
    with pytest.raises(CannotCount) as caught:
        due(None, unit, "2026-11-24")
    assert caught.value.words == UNCOUNTED[unit]


def test_a_period_without_its_length_cannot_be_counted() -> None:
    with pytest.raises(CannotCount):
        due(None, "working_day", "2026-11-24")


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(CannotCount, match="fortnight"):
        Period(1, "fortnight")


@pytest.mark.parametrize(
    ("amount", "unit", "at", "pauses", "end"),
    [
        # ten calendar days, three of them left out
        (10, "calendar_day", "2026-11-03", ["2026-11-05..2026-11-07"], "2026-11-16"),
        # one day is a pause too: both ends are the same day
        (7, "calendar_day", "2026-11-03", ["2026-11-05..2026-11-05"], "2026-11-11"),
        # overlapping pauses for two reasons are left out once
        (10, "calendar_day", "2026-11-03", ["2026-11-05..2026-11-07", "2026-11-06..2026-11-09"],
         "2026-11-18"),
        # of a paused week only its five working days are given back
        (5, "working_day", "2026-11-06", ["2026-11-09..2026-11-15"], "2026-11-20"),
        # a paused weekend takes nothing from working days
        (5, "working_day", "2026-11-06", ["2026-11-14..2026-11-15"], "2026-11-13"),
        # what was paused before or on the day of the event was not running
        (5, "working_day", "2026-11-06", ["2026-11-02..2026-11-06"], "2026-11-13"),
        # a pause after the end changes nothing
        (5, "working_day", "2026-11-06", ["2026-11-16..2026-11-18"], "2026-11-13"),
        # months end on the corresponding day, then the pause is added
        (1, "month", "2026-10-20", ["2026-11-01..2026-11-04"], "2026-11-24"),
        # a pause that begins on a rest day at the end: the last day comes after it
        (10, "calendar_day", "2026-11-04", ["2026-11-16..2026-11-17"], "2026-11-18"),
        # a pause with hours leaves out its whole days
        (7, "calendar_day", "2026-11-03", ["2026-11-05T14:00:00..2026-11-06T09:00:00"],
         "2026-11-12"),
    ],
)  # fmt: skip
def test_paused_days_are_given_back(
    amount: int, unit: str, at: str, pauses: list[str], end: str
) -> None:
    assert due(amount, unit, at, *pauses).day == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("pauses", "end"),
    [
        (["2026-11-24T12:00:00..2026-11-24T18:00:00"], "2026-11-25T16:00:00"),
        (["2026-11-25..2026-11-25"], "2026-11-26T10:00:00"),
        (["2026-11-24T12:00:00..2026-11-24T18:00:00", "2026-11-24T15:00:00..2026-11-24T20:00:00"],
         "2026-11-25T18:00:00"),
        (["2026-11-24T06:00:00..2026-11-24T11:00:00"], "2026-11-25T11:00:00"),
        (["2026-11-26..2026-11-27"], "2026-11-25T10:00:00"),
    ],
)  # fmt: skip
def test_paused_hours_are_given_back(pauses: list[str], end: str) -> None:
    assert due(24, "hour", "2026-11-24T10:00:00", *pauses).text == end


def test_a_clock_that_stands_still_has_no_end() -> None:
    with pytest.raises(CannotCount, match="中止"):
        count(
            Period(5, "working_day"),
            date(2026, 11, 6),
            calendar=CALENDAR,
            pauses=[Pause(date(2026, 11, 9), None)],
        )


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(CannotCount):
        Pause(date(2026, 11, 9), date(2026, 11, 8))


@pytest.mark.parametrize(
    ("amount", "unit", "at", "more", "end"),
    [
        (15, "working_day", "2026-09-18", [(15, "working_day")], "2026-11-05"),
        (30, "calendar_day", "2026-09-01", [(45, "calendar_day")], "2026-11-16"),  # 15th: Sunday
        (90, "calendar_day", "2026-07-05", [(30, "calendar_day")], "2026-11-02"),
        (10, "calendar_day", "2026-11-03", [(5, "working_day")], "2026-11-20"),
        (5, "working_day", "2026-11-06", [(5, "working_day"), (5, "working_day")], "2026-11-27"),
    ],
)
def test_an_extension_is_added_to_the_end_in_its_own_unit(
    amount: int, unit: str, at: str, more: list[tuple[int, str]], end: str
) -> None:
    found = due(amount, unit, at, extend=[Period(*length) for length in more])
    assert found.day == date.fromisoformat(end)


def test_a_pause_in_the_extended_part_is_given_back_too() -> None:
    extended = [Period(5, "working_day")]
    plain = due(5, "working_day", "2026-11-06", extend=extended)
    paused = due(5, "working_day", "2026-11-06", "2026-11-16..2026-11-17", extend=extended)
    assert (plain.day, paused.day) == (date(2026, 11, 20), date(2026, 11, 24))


def test_hours_are_extended_by_hours_only() -> None:
    assert due(24, "hour", "2026-11-24", extend=[Period(12, "hour")]).text == "2026-11-25T12:00:00"
    with pytest.raises(CannotCount):
        due(24, "hour", "2026-11-24", extend=[Period(1, "working_day")])
    with pytest.raises(CannotCount):
        due(5, "working_day", "2026-11-24", extend=[Period(12, "hour")])


def test_what_is_counted_back_is_neither_paused_nor_extended() -> None:
    with pytest.raises(CannotCount):
        due(30, "before_working_day", "2026-11-24", "2026-11-01..2026-11-02")
    with pytest.raises(CannotCount):
        due(None, "immediate", "2026-11-24", extend=[Period(1, "working_day")])


def test_without_weekend_roll_over_only_holidays_move_the_end() -> None:
    strict = Counting(roll_weekends=False)
    assert due(30, "calendar_day", "2026-10-22", choices=strict).day == date(2026, 11, 21)
    assert due(90, "calendar_day", "2026-07-05", choices=strict).day == date(2026, 10, 8)


def test_a_period_that_does_not_roll_ends_on_the_day_itself() -> None:
    found = due(30, "calendar_day", "2026-12-03", choices=Counting(roll=False))
    assert (found.day, found.provisional) == (date(2027, 1, 2), False)
