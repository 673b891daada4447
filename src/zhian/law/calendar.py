"""Working days of the People's Republic of China as one county keeps them.

Seeded from the published holiday notices (package chinesecalendar, 2004 onwards), overlaid by
the rows an administrator enters with the notice as source. A year whose notice is not out is
counted Monday to Friday and everything that rests on it is provisional.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from zhian.law.errors import LawError

FIRST_YEAR = 1990
LAST_YEAR = 2100
OVERLAY = "calendar.toml"


class CalendarError(LawError):
    """The file of holidays cannot be read; the sentence names file and row."""


class OutsideCalendar(LawError):
    """A date before 1990 or after 2100, which no calendar of the office covers."""

    def __init__(self) -> None:
        years = f"{FIRST_YEAR}—{LAST_YEAR}"
        super().__init__(f"日期超出{years}年，无法计算期限", f"The date lies outside {years}")


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One row of a holiday notice: a day off, or a make-up day that is worked."""

    day: date
    workday: bool
    notice: str
    name: str = ""


class Calendar:
    """Answers, for any day from 1990 to 2100, whether the office works and how days count.

    Days are proleptic Gregorian ordinals inside; the public methods take and give dates.
    """

    __slots__ = ("_first", "_last", "_off", "_rank", "_span", "_workdays", "_worked", "published")

    def __init__(self, days: Iterable[CalendarDay], published: Iterable[int]) -> None:
        self._first = date(FIRST_YEAR, 1, 1).toordinal()
        self._last = date(LAST_YEAR, 12, 31).toordinal()
        span = range(self._first, self._last + 1)
        worked = bytearray((o - 1) % 7 < 5 for o in span)
        off = bytearray(len(worked))
        for row in days:
            self._put(row, worked, off)
        self._worked, self._off = worked, off
        self._rank = list(accumulate(worked))
        self._workdays = [o for o, w in zip(span, worked, strict=True) if w]
        self.published = frozenset(published)
        self._span = _unbroken(self.published)

    def _put(self, row: CalendarDay, worked: bytearray, off: bytearray) -> None:
        index = row.day.toordinal() - self._first
        if not 0 <= index < len(worked):
            raise OutsideCalendar
        worked[index] = row.workday
        off[index] = not row.workday

    def is_workday(self, day: date) -> bool:
        """Whether the office works on this day (make-up days do, holidays do not)."""
        return bool(self._worked[self._index(day.toordinal())])

    def is_holiday(self, day: date) -> bool:
        """Whether a notice gives this day off (法定节假日 with the days moved to it)."""
        return bool(self._off[self._index(day.toordinal())])

    def is_published(self, year: int) -> bool:
        """Whether the State Council's notice for this year is in the table."""
        return year in self.published

    def shift(self, day: date, workdays: int) -> date:
        """The n-th working day after (n > 0) or before (n < 0) a day, which is not counted."""
        ordinal = day.toordinal()
        if workdays < 0:
            return date.fromordinal(self.workday_at(self.rank(ordinal - 1) + workdays + 1))
        return date.fromordinal(self.workday_at(self.rank(ordinal) + workdays))

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days lie between two days, both included; 0 if last is earlier."""
        return max(0, self.rank(last.toordinal()) - self.rank(first.toordinal() - 1))

    def rank(self, ordinal: int) -> int:
        """How many working days there are up to and including a day, from 1990."""
        return self._rank[self._index(ordinal)]

    def workday_at(self, rank: int) -> int:
        """The ordinal of the working day with this rank (the inverse of `rank`)."""
        if not 0 < rank <= len(self._workdays):
            raise OutsideCalendar
        return self._workdays[rank - 1]

    def rests(self, ordinal: int, weekends: bool) -> bool:
        """Whether a period may not end on this day; without `weekends` only holidays count."""
        index = self._index(ordinal)
        return not self._worked[index] if weekends else bool(self._off[index])

    def unpublished(self, first: int, last: int) -> bool:
        """Whether a day between two ordinals, both included, lies in a year without a notice."""
        if self._span[0] <= first and last <= self._span[1]:
            return False
        years = range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
        return any(year not in self.published for year in years)

    def _index(self, ordinal: int) -> int:
        if not self._first <= ordinal <= self._last:
            raise OutsideCalendar
        return ordinal - self._first

    @classmethod
    def load(cls, path: Path | None = None) -> Calendar:
        """The published holidays with the administrator's rows of `path` laid over them.

        Without a path the file calendar.toml in $ZHIAN_DATA (var/) is used if it exists.
        Raises CalendarError with file and row.
        """
        days, years = seed()
        source = path or data_folder() / OVERLAY
        if path is not None or source.exists():
            more, named = read_overlay(source)
            days, years = (*days, *more), years | named
        return cls(days, years)


def _unbroken(years: frozenset[int]) -> tuple[int, int]:
    """The days (ordinals) of the published years from the first on without a gap."""
    if not years:
        return 1, 0
    last = first = min(years)
    while last + 1 in years:
        last += 1
    return date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()


def data_folder() -> Path:
    """Where database, files and the administrator's tables live ($ZHIAN_DATA)."""
    return Path(os.environ.get("ZHIAN_DATA") or "var")


@lru_cache(maxsize=1)
def seed() -> tuple[tuple[CalendarDay, ...], frozenset[int]]:
    """The holidays and make-up days of the yearly State Council notices, and their years."""
    from chinese_calendar.constants import holidays, workdays

    notice = "国务院办公厅年度节假日安排通知（chinesecalendar）"
    rows = [CalendarDay(day, False, notice, str(name)) for day, name in holidays.items()]
    rows += [CalendarDay(day, True, notice, str(name)) for day, name in workdays.items()]
    return tuple(rows), frozenset(row.day.year for row in rows if not row.workday)


def read_overlay(path: Path) -> tuple[tuple[CalendarDay, ...], frozenset[int]]:
    """The administrator's rows and the years they complete; CalendarError names the row."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CalendarError(
            f"{path.name}：无法读取（{error}）", f"{path.name}: cannot be read ({error})"
        ) from error
    if not isinstance(table.get("days", []), list) or not isinstance(table.get("years", {}), dict):
        raise CalendarError(
            f"{path.name}：应由 [years.年份] 与 [[days]] 组成",
            f"{path.name}: must consist of [years.YEAR] and [[days]]",
        )
    rows = enumerate(table.get("days", []), start=1)
    days = tuple(_row(path.name, number, raw) for number, raw in rows)
    years = frozenset(_year(path.name, key, raw) for key, raw in table.get("years", {}).items())
    return days, years


def _row(file: str, number: int, raw: Mapping[str, Any]) -> CalendarDay:
    zh, en = f"{file}，第 {number} 个 [[days]]：", f"{file}, [[days]] no. {number}: "
    day, workday, notice = raw.get("date"), raw.get("workday"), raw.get("notice")
    if type(day) is not date or not FIRST_YEAR <= day.year <= LAST_YEAR:
        years = f"{FIRST_YEAR}—{LAST_YEAR}"
        raise CalendarError(f"{zh}date 应为{years}年间的日期", f"{en}date must lie in {years}")
    if not isinstance(workday, bool):
        raise CalendarError(f"{zh}workday 应为 true 或 false", f"{en}workday: true or false")
    if not isinstance(notice, str) or not notice.strip():
        raise CalendarError(f"{zh}notice 应写明所依据的通知", f"{en}notice must name its source")
    return CalendarDay(day, workday, notice, str(raw.get("name", "")))


def _year(file: str, key: str, raw: object) -> int:
    zh, en = f"{file}，[years.{key}]：", f"{file}, [years.{key}]: "
    if not key.isdigit() or not FIRST_YEAR <= int(key) <= LAST_YEAR:
        raise CalendarError(f"{zh}不是{FIRST_YEAR}—{LAST_YEAR}年间的年份", f"{en}not a year here")
    if not isinstance(raw, dict) or not str(raw.get("notice", "")).strip():
        raise CalendarError(f"{zh}notice 应写明所依据的通知", f"{en}notice must name its source")
    return int(key)


def overlay_text(days: Iterable[CalendarDay], years: Mapping[int, str]) -> str:
    """The file that `read_overlay` reads: years with their notices, then the days."""
    lines = ["# 节假日与调休（管理员维护） / holidays and make-up days kept by the administrator"]
    for year, notice in sorted(years.items()):
        lines += ["", f"[years.{year}]", f"notice = {_quoted(notice)}"]
    for row in sorted(days, key=lambda r: r.day):
        lines += ["", "[[days]]", f"date = {row.day.isoformat()}"]
        lines += [f"workday = {str(row.workday).lower()}", f"notice = {_quoted(row.notice)}"]
        lines += [f"name = {_quoted(row.name)}"] if row.name else []
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    kept = "".join(c for c in text if c >= " " and c != "\x7f")
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'
