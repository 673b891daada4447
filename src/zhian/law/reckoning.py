"""From a duty and the day of its event to the day it is due: book, calendar, choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from zhian.law.calendar import Calendar
from zhian.law.counting import CannotCount, Due, Pause, Period, as_day, count
from zhian.law.periodic import PERIODIC, Recurrence
from zhian.law.rules import LawBook, Rule
from zhian.law.settings import Settings


@dataclass(frozen=True, slots=True)
class Reckoner:
    """Counts every duty of the book with one calendar and the agency's choices."""

    book: LawBook
    calendar: Calendar
    settings: Settings

    @classmethod
    def load(cls, folder: Path | None = None) -> Reckoner:
        """The shipped (or given) law with the agency's calendar and choices of $ZHIAN_DATA."""
        settings = Settings.load(folder)
        return cls(LawBook.load(folder, settings.province), Calendar.load(), settings)

    def due(
        self,
        name: str,
        at: date,
        *,
        pauses: Sequence[Pause] = (),
        extend: Sequence[int | None] = (),
        start: date | None = None,
    ) -> tuple[Rule, Due]:
        """The rule that an event at `at` triggers, and when it is due.

        `name` is a duty or a rule id; `extend` holds one length per extension in the rule's own
        unit, None for the length the article grants; `start` is the first day of a recurring duty.
        Raises UnknownRule, RuleOutOfForce, CannotCount and OutsideCalendar.
        """
        rule = self.book.pick(name, as_day(at))
        return rule, self.count(rule, at, pauses=pauses, extend=extend, start=start)

    def count(
        self,
        rule: Rule,
        at: date,
        *,
        pauses: Sequence[Pause] = (),
        extend: Sequence[int | None] = (),
        start: date | None = None,
    ) -> Due:
        """When a rule is due for an event at `at`, whether or not the rule is in force then."""
        due = count(
            rule.period,
            at,
            calendar=self.calendar,
            pauses=pauses,
            extend=[extension(rule, length) for length in extend] if extend else (),
            choices=self.settings.counting(rule),
            recurrence=self._recurrence(rule, start),
        )
        if due.window and rule.kind == "window_open":
            return replace(due, day=due.window[0], window=(due.window[0], as_day(at)))
        return due

    def target(self, rule: Rule, at: date) -> Due | None:
        """The agency's own target for an at-once duty; None for any other. Never statute."""
        target = self.settings.target(rule)
        return None if target is None else count(target.period, at, calendar=self.calendar)

    def _recurrence(self, rule: Rule, start: date | None) -> Recurrence | None:
        if rule.period.unit not in PERIODIC:
            return None
        if start is None and rule.period.unit != "semester_periodic":
            return rule.recurrence
        return replace(rule.recurrence, start=start, semesters=self.settings.semesters())


def extension(rule: Rule, length: int | None = None) -> Period:
    """One extension of a rule: a length in its own unit, or what the article grants (None).

    Raises CannotCount where the rule cannot be extended or names no length.
    """
    if rule.extension is None:
        raise CannotCount(f"{rule.id} 没有规定可以延长", f"{rule.id} does not allow an extension")
    if length is not None:
        return Period(length, rule.period.unit)
    if rule.extension.amount is None or rule.extension.unit is None:
        raise CannotCount(
            f"{rule.id} 没有规定延长多久，请写明延长的长度",
            f"{rule.id} names no length of extension; give one",
        )
    return Period(rule.extension.amount, rule.extension.unit)


@lru_cache(maxsize=1)
def reckoner() -> Reckoner:
    """The reckoner of this process; `cache_clear()` it when calendar or choices change."""
    return Reckoner.load()
