"""The law as this office counts it: the shipped rules with its own calendar and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from zhian.law.calendar import OVERLAY, data_folder
from zhian.law.counting import CannotCount, Due, Pause
from zhian.law.reckoning import Reckoner
from zhian.law.rules import Rule, UnknownRule
from zhian.law.settings import OWN_FILE
from zhian.law.words import Words

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Counted:
    """When a duty is due, under which rule, and why that day."""

    rule: str
    basis: str
    moment: datetime | None
    day: date | None
    provisional: bool
    immediate: bool
    explanation: str


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=2)
def _reckoner(_calendar: int, _choices: int) -> Reckoner:
    return Reckoner.load()


def reckoner() -> Reckoner:
    """The reckoner of this office; a changed table of holidays or choices is seen at once, in
    every process."""
    folder = data_folder()
    return _reckoner(_stamp(folder / OVERLAY), _stamp(folder / OWN_FILE))


def end_of_day(day: date) -> datetime:
    """A day limit ends at 24:00."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)


def due(
    duty: str,
    at: datetime,
    *,
    set_due: datetime | None = None,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Mapping[str, Any]] = (),
) -> Counted:
    """When a duty is due that an event at `at` triggers.

    A day set by an officer (`set_due`) stands as it is; 立即 and 及时 carry the agency's internal
    target, which is never counted as a breach of law.
    """
    ours = reckoner()
    rule = ours.book.duty(duty, at.date())
    if set_due is not None:
        return _set(rule, set_due)
    if rule.at_once or ours.target(rule, at) is not None:
        return _at_once(ours, rule, at)
    granted = [row.get("by") for row in extensions if row.get("until") is None]
    open_ended = [p for p in pauses if p.end is None]
    closed = [p for p in pauses if p.end is not None]
    try:
        counted = ours.count(rule, at, pauses=closed, extend=granted)
    except CannotCount as why:
        return Counted(rule.id, rule.basis, None, None, False, False, str(why))
    return _statute(rule, counted, bool(open_ended))


def _set(rule: Rule, moment: datetime) -> Counted:
    local = moment.astimezone(SHANGHAI)
    whole = local.hour == local.minute == local.second == 0
    day = (local - timedelta(days=1)).date() if whole else local.date()
    basis = rule.basis if rule.basis != "statute" else "order"
    return Counted(rule.id, basis, moment, day, False, False, "")


def _at_once(ours: Reckoner, rule: Rule, at: datetime) -> Counted:
    target = ours.target(rule, at)
    if target is None:
        return Counted(rule.id, rule.basis, None, None, False, True, "")
    moment, day, unsure = target.moment, target.day, target.provisional
    return Counted(rule.id, "internal", moment, day, unsure, rule.at_once, "")


def _statute(rule: Rule, counted: Due, standing_still: bool) -> Counted:
    reason = counted.reason.zh if counted.reason else ""
    return Counted(
        rule.id,
        rule.basis,
        counted.moment,
        counted.day,
        counted.provisional or standing_still,
        counted.immediate,
        reason,
    )


def rule_of(rule_id: str) -> Rule | None:
    """The rule behind a clock, for its article and consequence."""
    try:
        return reckoner().book.rule(rule_id)
    except UnknownRule:
        return None


NOT_A_TERM = frozenset({"duration", "cooldown", "limitation", "window_open", "waiting_period"})


def runs_out(duty: str, rule: Rule | None) -> bool:
    """Whether the time simply runs out: a right of the other side (申请期间) or a waiting time.

    Nobody is late when it ends, so it is neither overdue nor what a matter is due for.
    """
    return duty.endswith(".window") or (rule is not None and rule.kind in NOT_A_TERM)


def duty_words(duty: str, on: date) -> Words:
    """What a duty is called in the office."""
    book = reckoner().book
    if not book.has_duty(duty):
        return Words(duty, duty)
    versions = book.versions(duty)
    fitting = [r for r in versions if r.in_force(on)] or list(versions)
    return fitting[0].title
