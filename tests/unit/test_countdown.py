"""A deadline in the words of the office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from zhian.law.calendar import Calendar
from zhian.web.countdown import countdown

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI)  # a Tuesday
CALENDAR = Calendar((), ())


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """Whatever language another test left behind."""
    with translation.override("zh-hans"):
        yield


def due(day: date) -> datetime:
    """A day limit ends at 24:00."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)


CASES = [
    (date(2026, 11, 27), "working_day", "剩余 3 个工作日", "soon"),
    (date(2026, 12, 1), "working_day", "剩余 5 个工作日", "later"),
    (date(2026, 11, 29), "calendar_day", "剩余 5 天", "soon"),
    (date(2026, 12, 24), "month", "剩余 30 天", "later"),
    (date(2026, 11, 24), "working_day", "今日到期", "today"),
    (date(2026, 11, 22), "calendar_day", "逾期 2 天", "late"),
    (date(2026, 11, 20), "working_day", "逾期 2 个工作日", "late"),
    (date(2026, 11, 23), "calendar_day", "逾期 1 天", "late"),
]


@pytest.mark.parametrize(("day", "unit", "words", "tone"), CASES)
def test_what_is_left_of_a_day_limit(day: date, unit: str, words: str, tone: str) -> None:
    left = countdown(NOW, due(day), day, unit, CALENDAR)
    assert (left.words, left.tone) == (words, tone)


HOURS = [
    (timedelta(hours=36), "剩余 36 小时", "soon"),
    (timedelta(hours=5, minutes=20), "剩余 5 小时", "today"),
    (timedelta(minutes=40), "剩余 40 分钟", "today"),
    (timedelta(hours=-3), "逾期 3 小时", "late"),
]


@pytest.mark.parametrize(("away", "words", "tone"), HOURS)
def test_what_is_left_of_a_limit_in_hours(away: timedelta, words: str, tone: str) -> None:
    left = countdown(NOW, NOW + away, None, "hour", CALENDAR)
    assert (left.words, left.tone) == (words, tone)


def test_a_moment_today_names_its_hour() -> None:
    at = NOW.replace(hour=17, minute=0)
    assert countdown(NOW, at, None, "", CALENDAR).words == "今日 17:00 到期"


def test_the_last_minute_of_the_day_is_not_late_and_midnight_is() -> None:
    day = date(2026, 11, 24)
    before = NOW.replace(hour=23, minute=59)
    assert countdown(before, due(day), day, "working_day", CALENDAR).tone == "today"
    assert countdown(due(day), due(day), day, "working_day", CALENDAR).tone == "late"


def test_a_right_that_ran_out_is_over_and_nobody_is_late() -> None:
    day = date(2026, 11, 20)
    left = countdown(NOW, due(day), day, "working_day", CALENDAR, runs_out=True)
    assert (left.words, left.tone) == ("期间已满", "still")


def test_a_clock_that_stands_still_and_one_without_a_day() -> None:
    assert countdown(NOW, NOW, None, "hour", CALENDAR, paused=True).words == "中止计时"
    assert countdown(NOW, None, None, "", CALENDAR).tone == "none"
