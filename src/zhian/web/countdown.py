"""A deadline as an official reads it: words first, then a tone for the colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from zhian.law.calendar import Calendar

SOON = 3  # working days
WORKING_UNITS = frozenset({"working_day", "before_working_day", "within_before_working_day"})


@dataclass(frozen=True, slots=True)
class Countdown:
    """How much is left; `tone` is one of late, today, soon, later, still, none."""

    words: str
    tone: str


def countdown(
    now: datetime,
    due_at: datetime | None,
    due_day: date | None,
    unit: str,
    calendar: Calendar,
    *,
    paused: bool = False,
    runs_out: bool = False,
) -> Countdown:
    """What is left until a deadline: in its own unit, or how late it is.

    `runs_out` marks a right or a waiting time: at its end it is over, and nobody is late.
    """
    if paused:
        return Countdown(_("中止计时"), "still")
    if runs_out and due_at is not None and now >= due_at:
        return Countdown(_("期间已满"), "still")
    if due_at is None:
        return Countdown(_("无固定期限"), "none")
    if unit == "hour" and abs(due_at - now) < timedelta(hours=72):
        return _hours(now, due_at)
    today = timezone.localtime(now).date()
    last = due_day or timezone.localtime(due_at - timedelta(microseconds=1)).date()
    if now >= due_at:
        return Countdown(_late(today, last, unit, calendar), "late")
    if last == today:
        return Countdown(_today(due_at, today), "today")
    return _left(today, last, unit, calendar)


def _hours(now: datetime, due_at: datetime) -> Countdown:
    minutes = int(abs(due_at - now).total_seconds() // 60)
    hours = minutes // 60
    if now >= due_at:
        words = ngettext("逾期 %(n)d 小时", "逾期 %(n)d 小时", max(hours, 1))
        return Countdown(words % {"n": max(hours, 1)}, "late")
    if hours == 0:
        words = ngettext("剩余 %(n)d 分钟", "剩余 %(n)d 分钟", minutes)
        return Countdown(words % {"n": minutes}, "today")
    words = ngettext("剩余 %(n)d 小时", "剩余 %(n)d 小时", hours)
    return Countdown(words % {"n": hours}, "today" if hours < 24 else "soon")


def _late(today: date, last: date, unit: str, calendar: Calendar) -> str:
    working = calendar.workdays_between(last + timedelta(days=1), today)
    if unit in WORKING_UNITS and working:
        words = ngettext("逾期 %(n)d 个工作日", "逾期 %(n)d 个工作日", working)
        return words % {"n": working}
    days = max((today - last).days, 1)
    return ngettext("逾期 %(n)d 天", "逾期 %(n)d 天", days) % {"n": days}


def _today(due_at: datetime, today: date) -> str:
    local = timezone.localtime(due_at)
    if local.date() == today:
        return _("今日 %(time)s 到期") % {"time": f"{local:%H:%M}"}
    return _("今日到期")


def _left(today: date, last: date, unit: str, calendar: Calendar) -> Countdown:
    working = calendar.workdays_between(today + timedelta(days=1), last)
    tone = "soon" if working <= SOON else "later"
    if unit in WORKING_UNITS and working:
        words = ngettext("剩余 %(n)d 个工作日", "剩余 %(n)d 个工作日", working)
        return Countdown(words % {"n": working}, tone)
    days = (last - today).days
    return Countdown(ngettext("剩余 %(n)d 天", "剩余 %(n)d 天", days) % {"n": days}, tone)
