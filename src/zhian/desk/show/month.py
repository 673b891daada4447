"""A month of deadlines, week by week; and the columns of the list of notices."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from zhian.desk import labels
from zhian.desk.errors import speak
from zhian.desk.models import Clock, Notice
from zhian.desk.show import rows
from zhian.directory import office_law
from zhian.web.lists import Column, reach

MOST_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One deadline in the calendar."""

    deadline: rows.Deadline
    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the month, whether the office works, and what is due."""

    day: date
    inside: bool
    today: bool
    working: bool
    entries: Sequence[Entry]


def first_day(text: str, today: date) -> date:
    """The first day of the month `YYYY-MM`, or of this month."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)


def span(first: date, after: date) -> tuple[datetime, datetime]:
    """The moments between which a deadline falls into these days (a day ends at 24:00)."""
    return _midnight(first), _midnight(after)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def entry(clock: Clock, now: datetime) -> Entry:
    """One clock as the calendar shows it."""
    last = clock.due_at - timedelta(microseconds=1) if clock.due_at else now
    day = clock.due_day or timezone.localtime(last).date()
    return Entry(rows.deadline(clock, now), day, speak(labels.kind_words(clock.matter.kind)))


def weeks(first: date, entries: Sequence[Entry], today: date) -> list[list[Day]]:
    """The month in weeks from Monday, with the days around it."""
    by_day: dict[date, list[Entry]] = {}
    for row in entries:
        by_day.setdefault(row.day, []).append(row)
    calendar = office_law.reckoner().calendar
    return [
        [
            Day(d, d.month == first.month, d == today, calendar.is_workday(d), by_day.get(d, []))
            for d in week
        ]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]


COLUMNS: Sequence[Column] = (
    Column("day", gettext_lazy("到期日"), reach("day")),
    Column("left", gettext_lazy("期限"), reach("deadline.left.words")),
    Column("duty", gettext_lazy("应办"), reach("deadline.duty")),
    Column("article", gettext_lazy("依据"), reach("deadline.article")),
    Column("basis", gettext_lazy("期限性质"), reach("deadline.basis")),
    Column("title", gettext_lazy("事项"), reach("deadline.clock.matter.title")),
    Column("number", gettext_lazy("编号"), reach("deadline.clock.matter.number")),
    Column("kind", gettext_lazy("种类"), reach("kind")),
    Column("handler", gettext_lazy("承办人"), reach("deadline.clock.matter.handler.user.name")),
)


def notice_text(notice: Notice) -> str:
    """A notice in the reader's language."""
    english = (get_language() or "zh").startswith("en")
    return notice.text_en if english and notice.text_en else notice.text


NOTICE_COLUMNS: Sequence[Column] = (
    Column("created", gettext_lazy("时间"), reach("created_at"), ("created_at",)),
    Column("text", gettext_lazy("内容"), notice_text),
    Column("recipient", gettext_lazy("收件人"), reach("recipient"), ("recipient",)),
    Column("channel", gettext_lazy("渠道"), lambda n: n.get_channel_display(), ("channel",)),
    Column("state", gettext_lazy("状态"), lambda n: n.get_state_display(), ("state",)),
    Column("read", gettext_lazy("阅读时间"), reach("read_at"), ("read_at",), shown=False),
)
