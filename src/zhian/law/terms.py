"""Grades, classes and terms kept as tables: retention, recall classes, incident and risk grades."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from zhian.law.counting import months_from
from zhian.law.errors import LawError
from zhian.law.offices import PLACES, in_force, read_named
from zhian.law.reading import (
    BASIS_KEYS,
    DATA,
    NAME_KEYS,
    Basis,
    basis,
    decimal,
    decimals,
    flag,
    key_of,
    name,
    one,
    rows,
    tables,
)
from zhian.law.tables import Table
from zhian.law.words import Words

RETENTION_KEYS = BASIS_KEYS | set(
    "who record keep keep_without_shelf_life not_beyond permanent".split()
)
CLASS_KEYS = NAME_KEYS | BASIS_KEYS | {"risk", "start_hours", "finish"}
LEVEL_KEYS = NAME_KEYS | BASIS_KEYS | set("when any_of all_of command decided_by".split())
REACH = frozenset("provinces cities counties townships ill deaths grave_harm".split())
GRADE_KEYS = NAME_KEYS | BASIS_KEYS | {"over", "to", "visits"}
REWARD_KEYS = NAME_KEYS | BASIS_KEYS | {"rate", "least", "needs"}
KEEP_UNITS = frozenset("hour calendar_day month year".split())
FINISH_UNITS = frozenset(["working_day", "calendar_day"])


class ScoreOutOfRange(LawError):
    """A risk score that no grade covers."""

    def __init__(self, score: Decimal) -> None:
        super().__init__(
            f"风险得分 {score} 不在 0 至 100 之间，请检查打分表",
            f"The risk score {score} is not between 0 and 100; check the score sheet",
        )


@dataclass(frozen=True, slots=True)
class KeepTerm:
    """So much time after an event."""

    amount: int
    unit: str
    after: str

    def ends(self, event: date) -> date:
        """The last day of the term; hours are rounded up to whole days."""
        if self.unit == "hour":
            return event + timedelta(days=math.ceil(self.amount / 24))
        if self.unit == "calendar_day":
            return event + timedelta(days=self.amount)
        months = self.amount * (12 if self.unit == "year" else 1)
        return date.fromordinal(months_from(event.toordinal(), months))


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a record or sample is kept, and by whom."""

    key: str
    who: Words
    record: Words
    keep: tuple[KeepTerm, ...]
    without_shelf_life: tuple[KeepTerm, ...]
    not_beyond: str | None
    permanent: bool
    note: Words
    basis: Basis

    def keep_until(self, events: Mapping[str, date]) -> date | None:
        """The last day it must be kept, from the days of the events known so far.

        None means no end yet: it is kept for ever, or an event that starts a term is not known.
        """
        terms = self.keep
        if self.without_shelf_life and not any(term.after in events for term in terms):
            terms = self.without_shelf_life
        known = [term.ends(events[term.after]) for term in terms if term.after in events]
        if self.permanent or not known or (len(known) < len(terms) and not self._either()):
            return None
        last = max(known)
        end = events.get(self.not_beyond) if self.not_beyond else None
        return min(last, end) if end else last

    def _either(self) -> bool:
        """Storage or transport: whichever happened starts the term."""
        return {term.after for term in self.keep} == {"storage_end", "transport_end"}


@dataclass(frozen=True, slots=True)
class RecallClass:
    """A class of recall: its risk, the hours to start, the days to finish and from what."""

    key: str
    words: Words
    risk: Words
    start_hours: int
    finish_amount: int
    finish_unit: str
    finish_after: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class EmergencyLevel:
    """A grade of incident: what makes it so and who commands."""

    key: str
    words: Words
    when: Words
    any_of: Mapping[str, int]
    all_of: Mapping[str, int]
    command: str
    decided_by: str
    basis: Basis

    def reached(self, facts: Mapping[str, int]) -> bool:
        """Whether counted facts reach this grade: places, ill, deaths, grave_harm as 0 or 1."""
        single = any(facts.get(fact, 0) >= least for fact, least in self.any_of.items())
        return single or (
            bool(self.all_of)
            and all(facts.get(fact, 0) >= least for fact, least in self.all_of.items())
        )


@dataclass(frozen=True, slots=True)
class RiskGrade:
    """A risk grade: scores above `over` up to and including `to`, and visits a year."""

    key: str
    words: Words
    over: Decimal
    to: Decimal
    visits: tuple[int, int]
    basis: Basis


@dataclass(frozen=True, slots=True)
class RewardLevel:
    """A level of reward for a report: a share of the money taken, but at least so much."""

    key: str
    words: Words
    rate: Decimal
    least: Decimal
    needs: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Reward:
    """The reward scheme: levels, cap, and the amount from which finance confirms."""

    cap: Decimal
    fiscal_confirm_at: Decimal
    eligible: Words
    levels: Mapping[str, RewardLevel]
    basis: Basis

    def amount(self, level: str, taken: Decimal) -> Decimal:
        """Yuan due for a report of this level when `taken` yuan were fined and confiscated."""
        row = self.levels[level]
        return min(self.cap, max(row.least, taken * row.rate))


def read_retention(folder: Path) -> dict[str, Retention]:
    """The retention rules by key; the events are a part of the same file."""
    events = frozenset(read_named(folder, "retention.toml", "events"))
    found = {}
    for table in tables(folder, "retention.toml", "rules"):
        table.known(RETENTION_KEYS)
        end = table.choice("not_beyond", events) if "not_beyond" in table.values else None
        found[key_of(table)] = Retention(
            key=key_of(table),
            who=table.words("who", required=True),
            record=table.words("record", required=True),
            keep=_terms(table, "keep", events),
            without_shelf_life=_terms(table, "keep_without_shelf_life", events),
            not_beyond=end,
            permanent=flag(table, "permanent"),
            note=table.words("note"),
            basis=basis(table),
        )
    return found


def _terms(table: Table, key: str, events: frozenset[str]) -> tuple[KeepTerm, ...]:
    return tuple(
        KeepTerm(
            _number(row, "amount"), row.choice("unit", KEEP_UNITS), row.choice("after", events)
        )
        for row in rows(table, key)
    )


def _number(table: Table, key: str) -> int:
    value = table.number(key)
    if value is None:
        raise table.wrong(f"缺少 {key}", f"{key} is missing")
    return value


def read_recall_classes(folder: Path) -> dict[str, tuple[RecallClass, ...]]:
    """The classes of each recall regulation, by its source."""
    found: dict[str, list[RecallClass]] = {}
    for edition in tables(folder, "recall_classes.toml"):
        for table in tables(folder, "recall_classes.toml", edition.name):
            row = _recall_class(table)
            found.setdefault(row.basis.source, []).append(row)
    return {source: tuple(classes) for source, classes in found.items()}


def _recall_class(table: Table) -> RecallClass:
    table.known(CLASS_KEYS)
    finish = table.table("finish")
    if finish is None:
        raise table.wrong("缺少 finish", "finish is missing")
    return RecallClass(
        key=key_of(table),
        words=name(table),
        risk=table.words("risk", required=True),
        start_hours=_number(table, "start_hours"),
        finish_amount=_number(finish, "amount"),
        finish_unit=finish.choice("unit", FINISH_UNITS),
        finish_after=finish.text("after"),
        basis=basis(table),
    )


def read_emergency_levels(folder: Path) -> dict[str, EmergencyLevel]:
    """The grades of incident, gravest first."""
    found = {}
    for table in tables(folder, "emergency_levels.toml"):
        table.known(LEVEL_KEYS)
        found[table.name] = EmergencyLevel(
            key=table.name,
            words=name(table),
            when=table.words("when", required=True),
            any_of=_reach(table, "any_of"),
            all_of=_reach(table, "all_of"),
            command=table.choice("command", PLACES),
            decided_by=table.choice("decided_by", PLACES),
            basis=basis(table),
        )
    return found


def _reach(table: Table, key: str) -> dict[str, int]:
    inner = table.table(key)
    if inner is None:
        return {}
    inner.known(REACH)
    return {fact: _number(inner, fact) for fact in inner.values}


def read_risk_grades(folder: Path) -> dict[str, RiskGrade]:
    """The risk grades, lowest risk first."""
    found = {}
    for table in tables(folder, "risk_grading.toml", "grades"):
        table.known(GRADE_KEYS)
        low, high = decimals(table, "visits") or (Decimal(0), Decimal(0))
        found[key_of(table)] = RiskGrade(
            key=key_of(table),
            words=name(table),
            over=decimal(table, "over") or Decimal(0),
            to=decimal(table, "to") or Decimal(0),
            visits=(int(low), int(high)),
            basis=basis(table),
        )
    return found


def read_reward(folder: Path) -> Reward:
    """The reward scheme."""
    levels = {}
    for table in tables(folder, "report_reward.toml", "levels"):
        table.known(REWARD_KEYS)
        levels[key_of(table)] = RewardLevel(
            key=key_of(table),
            words=name(table),
            rate=_share(table),
            least=Decimal(_number(table, "least")),
            needs=table.words("needs", required=True),
            basis=basis(table),
        )
    head = one(folder, "report_reward.toml", "reward")
    return Reward(
        cap=Decimal(_number(head, "cap")),
        fiscal_confirm_at=Decimal(_number(head, "fiscal_confirm_at")),
        eligible=head.words("eligible", required=True),
        levels=levels,
        basis=basis(head),
    )


def _share(table: Table) -> Decimal:
    rate = decimal(table, "rate")
    if rate is None or rate > 1:
        raise table.wrong("rate 应在 0 与 1 之间", "rate must lie between 0 and 1")
    return rate


@cache
def retention_rules() -> Mapping[str, Retention]:
    """Every retention rule, in force or not."""
    return read_retention(DATA)


def retention(on: date) -> Mapping[str, Retention]:
    """The retention rules in force on a day."""
    return {k: row for k, row in retention_rules().items() if in_force(row.basis.source, on)}


def keep_until(keys: frozenset[str], events: Mapping[str, date]) -> date | None:
    """The latest day that several rules on one record ask for; None while any has no end yet."""
    ends = [retention_rules()[key].keep_until(events) for key in sorted(keys)]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


@cache
def _recall_classes() -> Mapping[str, tuple[RecallClass, ...]]:
    return read_recall_classes(DATA)


def recall_classes(on: date) -> tuple[RecallClass, ...]:
    """The classes of food recall in force on the day the risk became known."""
    for source, classes in _recall_classes().items():
        if in_force(source, on):
            return classes
    return ()


@cache
def emergency_levels() -> Mapping[str, EmergencyLevel]:
    """The grades of incident, gravest first."""
    return read_emergency_levels(DATA)


def emergency_level(facts: Mapping[str, int]) -> EmergencyLevel | None:
    """The gravest grade that counted facts reach; a person confirms it."""
    return next((row for row in emergency_levels().values() if row.reached(facts)), None)


@cache
def risk_grades() -> Mapping[str, RiskGrade]:
    """The risk grades, lowest risk first."""
    return read_risk_grades(DATA)


def risk_grade(score: Decimal) -> RiskGrade:
    """The grade of a score from 0 to 100; a score of 0 has the lowest risk."""
    for grade in risk_grades().values():
        if grade.over < score <= grade.to or score == grade.over == 0:
            return grade
    raise ScoreOutOfRange(score)


@cache
def reward() -> Reward:
    """The reward scheme for reports."""
    return read_reward(DATA)
