"""When a period ends, as the law counts time (Asia/Shanghai).

The day or hour that triggers a period is not counted (民法典201). Working days follow make-up
days. Days, months and years run through holidays and roll only at their end to the next working
day (民法典203; PUNISH 80, SPOT 55, COMPL 45). Months end on the corresponding day or the month's
last (民法典202). Hours run on the clock and never roll (民法典200). A paused span leaves out its
first day, its last day and all between, which are added back at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhian.law.calendar import FIRST_YEAR, LAST_YEAR, Calendar, OutsideCalendar
from zhian.law.errors import LawError
from zhian.law.periodic import PERIODIC, Recurrence, period_end
from zhian.law.words import Words

SHANGHAI = ZoneInfo("Asia/Shanghai")

FORWARD = frozenset({"working_day", "calendar_day", "month", "year"})
BACKWARD = frozenset({"before_working_day", "before_calendar_day", "before_month"})
WITHIN = frozenset({"within_before_working_day", "within_before_calendar_day"})
AT_ONCE = frozenset({"immediate", "prompt"})
TARGETED = AT_ONCE | {"by_reference"}  # no number in the law: the agency may set its own target
COUNTED = FORWARD | BACKWARD | WITHIN | {"hour"}

UNCOUNTED = {
    "not_stated": Words("条文未规定期限", "The article sets no time limit"),
    "none": Words("本条是条件或权限，不是期限", "The article is a condition, not a time limit"),
    "by_reference": Words("期限由其他规定确定", "The time limit stands in another provision"),
    "set_by_inspector": Words("期限由执法人员当场确定", "The officer sets the time limit"),
    "until_event": Words("持续到所述事件发生为止", "It lasts until the event named happens"),
    "before_event": Words("须在所述事件之前完成", "It must be done before the event named"),
    "by_act": Words("期限由作出该行为的人在文书中确定", "The act that starts it sets the date"),
}
UNITS = COUNTED | AT_ONCE | PERIODIC | UNCOUNTED.keys() - {"by_act"}


class CannotCount(LawError):
    """A rule from which no date follows; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in one unit of the law, such as 15 working days."""

    amount: int | None
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS and self.unit != "by_act":
            raise CannotCount(f"未知的期限单位：{self.unit}", f"Unknown unit of time: {self.unit}")


@dataclass(frozen=True, slots=True)
class Pause:
    """A span that is left out of a period; without an end the clock is standing still."""

    start: date
    end: date | None

    def __post_init__(self) -> None:
        if self.end is not None and _backwards(self.start, self.end):
            raise CannotCount("中止的结束早于开始", "A pause ends before it begins")


def _backwards(start: date, end: date) -> bool:
    if isinstance(start, datetime) or isinstance(end, datetime):
        return _after(end) < as_moment(start)
    return end < start


@dataclass(frozen=True, slots=True)
class Counting:
    """The lawyer's choices that bear on counting; the defaults are explained in settings.toml."""

    roll: bool = True
    roll_weekends: bool = True
    next_full_hour: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period, or the last moment where it runs in hours or is due at once."""

    day: date
    exact: datetime | None = None
    provisional: bool = False
    immediate: bool = False
    reason: Words | None = None
    window: tuple[date, date] | None = None

    @property
    def moment(self) -> datetime:
        """When it is late: the midnight that ends the due day, or the exact moment."""
        if self.exact is not None:
            return self.exact
        return datetime.combine(self.day, time(), SHANGHAI) + timedelta(days=1)

    @property
    def text(self) -> str:
        """The date, or the local time where an hour counts: 2026-03-02, 2026-12-02T22:00:00."""
        if self.exact is None:
            return self.day.isoformat()
        return self.exact.replace(tzinfo=None).isoformat(timespec="seconds")


PLAIN = Counting()


def as_moment(at: date) -> datetime:
    """A day or local time as a moment in Shanghai; a day stands for its first moment."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time(), SHANGHAI)
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def as_day(at: date) -> date:
    """The day in Shanghai on which a moment lies."""
    if not isinstance(at, datetime):
        return at
    return at.date() if at.tzinfo is None else at.astimezone(SHANGHAI).date()


def count(
    period: Period,
    at: date,
    *,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extend: Sequence[Period] = (),
    choices: Counting = PLAIN,
    recurrence: Recurrence | None = None,
) -> Due:
    """The end of a period triggered at `at` (a day, or a datetime where hours matter).

    `before_*` counts back from `at` and never rolls; `within_before_*` is the window of the last
    N days before it; a periodic unit ends with the period that holds `at`; 立即 and 及时 are due
    at `at` itself. `extend` adds lengths to the end, each in its own unit, before the end rolls.
    Raises CannotCount with the reason where no date follows from the rule, OutsideCalendar where
    a date lies before 1990 or after 2100.
    """
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise OutsideCalendar
    try:
        if period.unit in FORWARD:
            return _forward(period, at, calendar, pauses, extend, choices)
        if period.unit == "hour":
            return _hours(period, at, pauses, extend, choices)
        if pauses or extend:
            raise CannotCount(*_FIXED)
        return _unpaused(period, at, calendar, recurrence or Recurrence())
    except (OverflowError, ValueError) as error:
        raise OutsideCalendar from error


def _unpaused(period: Period, at: date, calendar: Calendar, recurrence: Recurrence) -> Due:
    unit = period.unit
    if unit in AT_ONCE:
        return _at_once(unit, at)
    if unit in PERIODIC:
        return Due(period_end(unit, _amount(period), as_day(at), recurrence))
    if unit in UNCOUNTED:
        raise CannotCount(UNCOUNTED[unit].zh, UNCOUNTED[unit].en)
    return _backward(period, as_day(at), calendar)


def _amount(period: Period) -> int:
    if period.amount is None or period.amount < 0:
        raise CannotCount("条文未写明期限的长度", "The length of the period is not stated")
    return period.amount


def _forward(
    period: Period,
    at: date,
    calendar: Calendar,
    pauses: Sequence[Pause],
    extend: Sequence[Period],
    choices: Counting,
) -> Due:
    trigger = as_day(at).toordinal()
    spans = _merged(pauses) if pauses else []
    end = _ADD[period.unit](trigger, _amount(period), calendar, spans)
    working = period.unit == "working_day"
    rolls = choices.roll and not working
    for more in extend:
        if more.unit not in _ADD:
            raise CannotCount(*_MISFIT)
        end = _ADD[more.unit](end, _amount(more), calendar, spans)
        working = working or more.unit == "working_day"
        rolls = choices.roll and (rolls or more.unit != "working_day")
    raw = end
    if rolls:
        end = _rolled(end, calendar, spans, choices)
    provisional = (working or rolls) and calendar.unpublished(trigger + 1 if working else raw, end)
    return Due(date.fromordinal(end), None, provisional)


def _rolled(end: int, calendar: Calendar, spans: list[tuple[int, int]], choices: Counting) -> int:
    """The first day from `end` on that is neither a rest day nor paused (民法典203)."""
    while calendar.rests(end, choices.roll_weekends) or (spans and _within(end, spans)):
        end += 1
    return end


def _within(day: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= day <= last for first, last in spans)


def _merged(pauses: Iterable[Pause]) -> list[tuple[int, int]]:
    """The paused days as spans of ordinals in order, overlapping ones as one."""
    spans: list[tuple[int, int]] = []
    for first, last in sorted(map(_days, pauses)):
        if spans and first <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _days(pause: Pause) -> tuple[int, int]:
    return as_day(pause.start).toordinal(), as_day(_ended(pause)).toordinal()


def _working_days(
    trigger: int, amount: int, calendar: Calendar, spans: list[tuple[int, int]]
) -> int:
    end = calendar.rank(trigger) + amount
    for first, last in spans:
        first = max(first, trigger + 1)
        if last >= first and first <= calendar.workday_at(end):
            end += calendar.rank(last) - calendar.rank(first - 1)
    return calendar.workday_at(end)


def _calendar_days(
    trigger: int, amount: int, calendar: Calendar, spans: list[tuple[int, int]]
) -> int:
    return _made_up(trigger, trigger + amount, spans)


def _months(trigger: int, amount: int, calendar: Calendar, spans: list[tuple[int, int]]) -> int:
    return _made_up(trigger, months_from(trigger, amount), spans)


def _years(trigger: int, amount: int, calendar: Calendar, spans: list[tuple[int, int]]) -> int:
    return _months(trigger, 12 * amount, calendar, spans)


def _made_up(trigger: int, end: int, spans: list[tuple[int, int]]) -> int:
    """The end moved by every paused day that lies after the trigger and before the (new) end."""
    for first, last in spans:
        first = max(first, trigger + 1)
        if last >= first and first <= end:
            end += last - first + 1
    return end


def months_from(ordinal: int, months: int) -> int:
    """The corresponding day so many months later (or earlier), else the month's last day."""
    day = date.fromordinal(ordinal)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1).toordinal()
    following = date(year + month // 11, (month + 1) % 12 + 1, 1).toordinal()
    return min(first + day.day, following) - 1


def _hours(
    period: Period,
    at: date,
    pauses: Sequence[Pause],
    extend: Sequence[Period],
    choices: Counting,
) -> Due:
    start = as_moment(at)
    if choices.next_full_hour and (start.minute or start.second or start.microsecond):
        start = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if any(more.unit != "hour" for more in extend):
        raise CannotCount(*_MISFIT)
    end = start + timedelta(hours=_amount(period) + sum(_amount(more) for more in extend))
    reached = start
    for first, last in sorted(map(_interval, pauses)):
        first = max(first, reached)
        if last > first and first < end:
            end, reached = end + (last - first), last
    return Due(end.date(), exact=end)


def _interval(pause: Pause) -> tuple[datetime, datetime]:
    return as_moment(pause.start), _after(_ended(pause))


def _ended(pause: Pause) -> date:
    if pause.end is None:
        raise CannotCount("期限已中止，尚未恢复", "The clock is paused and has not been resumed")
    return pause.end


def _after(end: date) -> datetime:
    """The moment at which a pause is over: the given moment, or the midnight that ends a day."""
    return as_moment(end) + timedelta(days=0 if isinstance(end, datetime) else 1)


def _at_once(unit: str, at: date) -> Due:
    exact = as_moment(at) if isinstance(at, datetime) else None
    return Due(as_day(at), exact, immediate=True, reason=_AT_ONCE[unit])


def _backward(period: Period, at: date, calendar: Calendar) -> Due:
    unit, amount = period.unit.removeprefix("within_"), _amount(period)
    day = _BACK[unit](at, amount, calendar)
    doubt = unit == "before_working_day" and amount > 0
    provisional = doubt and calendar.unpublished(day.toordinal(), at.toordinal() - 1)
    if unit == period.unit:
        return Due(day, provisional=provisional)
    end = at - timedelta(days=1)
    return Due(end, provisional=provisional, window=(day, end))


_FIXED = ("这种期限不中止、不延长", "This kind of period is not paused or extended")
_MISFIT = ("延长的单位与期限不合", "The extension's unit does not fit the period")
_AT_ONCE = {
    "immediate": Words("立即：条文没有期限数字", "At once (立即): the article gives no number"),
    "prompt": Words("及时：条文没有期限数字", "Promptly (及时): the article gives no number"),
}
_BACK: dict[str, Callable[[date, int, Calendar], date]] = {
    "before_working_day": lambda at, n, calendar: calendar.shift(at, -n) if n else at,
    "before_calendar_day": lambda at, n, _: at - timedelta(days=n),
    "before_month": lambda at, n, _: date.fromordinal(months_from(at.toordinal(), -n)),
}
_Add = Callable[[int, int, Calendar, list[tuple[int, int]]], int]
_ADD: dict[str, _Add] = {
    "working_day": _working_days,
    "calendar_day": _calendar_days,
    "month": _months,
    "year": _years,
}
