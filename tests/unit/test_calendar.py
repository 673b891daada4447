"""Which days are worked, and what an administrator's table changes."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, strategies as st

from zhian.law.calendar import (
    Calendar,
    CalendarDay,
    CalendarError,
    OutsideCalendar,
    overlay_text,
    read_overlay,
)

CALENDAR = Calendar.load()
ANY_DAY = st.dates(date(1991, 1, 1), date(2099, 12, 31))


def test_every_published_day_agrees_with_the_yearly_notices() -> None:
    day, wrong = date(2004, 1, 1), []
    while day <= date(2026, 12, 31):
        if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 14), True),  # Saturday before Spring Festival, a make-up day
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2026, 10, 10), True),  # make-up day for the National Day week
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),
        (date(2027, 2, 8), True),  # a Monday of a year without a notice
    ],
)
def test_a_day_is_worked_or_not(day: date, worked: bool) -> None:
    assert CALENDAR.is_workday(day) is worked


def test_2026_has_248_working_days() -> None:
    assert CALENDAR.workdays_between(date(2026, 1, 1), date(2026, 12, 31)) == 248


def test_a_holiday_is_a_day_off_of_a_notice_not_any_weekend() -> None:
    assert CALENDAR.is_holiday(date(2026, 10, 1))
    assert not CALENDAR.is_holiday(date(2026, 11, 28))


def test_a_year_without_a_notice_is_monday_to_friday_and_unpublished() -> None:
    assert not CALENDAR.is_published(2027)
    days = (date(2027, 1, 1) + timedelta(days=n) for n in range(365))
    assert all(CALENDAR.is_workday(day) == (day.weekday() < 5) for day in days)


def test_an_administrator_publishes_a_year(tmp_path) -> None:
    path = tmp_path / "calendar.toml"
    rows = [
        CalendarDay(date(2027, 1, 1), False, "国办发明电〔2026〕9号", "元旦"),
        CalendarDay(date(2027, 1, 2), True, "国办发明电〔2026〕9号"),
    ]
    path.write_text(overlay_text(rows, {2027: "国办发明电〔2026〕9号"}), encoding="utf-8")
    calendar = Calendar.load(path)
    assert calendar.is_published(2027)
    assert not calendar.is_workday(date(2027, 1, 1))
    assert calendar.is_workday(date(2027, 1, 2))
    assert not calendar.unpublished(date(2026, 12, 1).toordinal(), date(2027, 3, 1).toordinal())


def test_rows_alone_do_not_publish_a_year(tmp_path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(overlay_text([CalendarDay(date(2027, 1, 1), False, "预告")], {}), "utf-8")
    assert not Calendar.load(path).is_published(2027)


def test_the_table_of_the_data_folder_is_used(tmp_path, monkeypatch) -> None:
    row = CalendarDay(date(2026, 11, 24), False, "县政府通知")
    (tmp_path / "calendar.toml").write_text(overlay_text([row], {}), encoding="utf-8")
    monkeypatch.setenv("ZHIAN_DATA", str(tmp_path))
    assert not Calendar.load().is_workday(date(2026, 11, 24))


def test_what_is_written_is_read_back(tmp_path) -> None:
    rows = (CalendarDay(date(2027, 5, 1), False, '通知 "甲" \\ 乙', "劳动节"),)
    path = tmp_path / "calendar.toml"
    path.write_text(overlay_text(rows, {2027: "通知"}), encoding="utf-8")
    assert read_overlay(path) == (rows, frozenset([2027]))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[days]]\nworkday = true\nnotice = 'x'", "第 1 个"),
        ("[[days]]\ndate = 2027-01-01\nworkday = 1\nnotice = 'x'", "workday"),
        ("[[days]]\ndate = 2027-01-01\nworkday = true\nnotice = ' '", "notice"),
        ("[[days]]\ndate = 1899-01-01\nworkday = true\nnotice = 'x'", "date"),
        ("[years.soon]\nnotice = 'x'", "years.soon"),
        ("[years.2027]\n", "years.2027"),
        ("days = 3", "[[days]]"),
        ("[[days", "无法读取"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, text: str, named: str) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError, match=r"calendar\.toml") as caught:
        Calendar.load(path)
    assert named in str(caught.value)


def test_a_named_table_that_is_missing_is_an_error(tmp_path) -> None:
    with pytest.raises(CalendarError):
        Calendar.load(tmp_path / "none.toml")


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(2101, 1, 1)])
def test_a_day_no_calendar_covers_is_refused(day: date) -> None:
    with pytest.raises(OutsideCalendar):
        CALENDAR.is_workday(day)


@given(ANY_DAY, st.integers(1, 300))
def test_the_nth_working_day_is_worked_and_has_n_behind_it(day: date, n: int) -> None:
    end = CALENDAR.shift(day, n)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(day + timedelta(days=1), end) == n


@given(ANY_DAY, st.integers(1, 200))
def test_counting_back_from_the_nth_working_day_returns(day: date, n: int) -> None:
    start = CALENDAR.shift(day, 1)
    assert CALENDAR.shift(CALENDAR.shift(start, n), -n) == start
