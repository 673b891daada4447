"""The persons behind a unit: who answers beside it, and the range of each (双罚).

Sources: Regulations of the Food Safety Law art. 75, Drug Administration Law art. 118.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from zhian.law.offices import read_named
from zhian.law.penalty_case import Violation
from zhian.law.penalty_clauses import FineRange, clause, fine_range
from zhian.law.reading import BASIS_KEYS, DATA, Basis, basis, key_of, listed, tables
from zhian.law.words import Words

PERSON_KEYS = BASIS_KEYS | set("scale sources except scales grave grounds".split())


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who answers beside the unit: the post held, and the income that counts, in yuan."""

    post: str
    income: Decimal


@dataclass(frozen=True, slots=True)
class PersonalRule:
    """When persons answer beside the unit, and by which clause."""

    key: str
    scale: str
    sources: frozenset[str]
    excepted: frozenset[str]
    scales: frozenset[str]
    grave: frozenset[str]
    grounds: frozenset[str]
    basis: Basis

    def covers(self, violation: Violation, grounds: frozenset[str]) -> bool:
        """Whether the violation of the unit reaches its persons, given the grounds found."""
        key = violation.scale
        named = key in self.scales or (key in self.grave and violation.stage == "serious")
        by_source = clause(key).basis.source in self.sources and key not in self.excepted
        return (named or by_source) and (not self.grounds or bool(self.grounds & grounds))


@dataclass(frozen=True, slots=True)
class PersonalFine:
    """The range for one person."""

    person: Person
    fine: FineRange


def read_personal(folder: Path) -> dict[str, PersonalRule]:
    """The rows of personal_fines.toml by key."""
    known = frozenset(read_named(folder, "personal_fines.toml", "grounds"))
    found = {}
    for table in tables(folder, "personal_fines.toml", "rows"):
        table.known(PERSON_KEYS)
        found[key_of(table)] = PersonalRule(
            key=key_of(table),
            scale=table.text("scale"),
            sources=frozenset(table.texts("sources")),
            excepted=frozenset(table.texts("except")),
            scales=frozenset(table.texts("scales")),
            grave=frozenset(table.texts("grave")),
            grounds=frozenset(listed(table, "grounds", known)),
            basis=basis(table),
        )
    return found


@cache
def personal_rules() -> Mapping[str, PersonalRule]:
    """When persons answer beside the unit."""
    return read_personal(DATA)


@cache
def grounds() -> Mapping[str, Words]:
    """On which grounds persons of a food business are fined beside it."""
    return read_named(DATA, "personal_fines.toml", "grounds")


def personal_fines(
    violation: Violation,
    persons: Iterable[Person],
    found: Iterable[str],
    *,
    on: date,
    unit: bool = True,
) -> tuple[PersonalFine, ...]:
    """The range for each person behind a unit, beside the penalty of the unit itself (双罚).

    `found` are the grounds that the evidence shows; nobody stands behind a party that is no unit.
    Income is last year's from the unit (FSLR art. 75) or that of the time of the violation (Drug
    Law art. 118).
    """
    shown = frozenset(found)
    rules = [row for row in personal_rules().values() if unit and row.covers(violation, shown)]
    return tuple(
        PersonalFine(person, fine_range(rule.scale, person.income, on=on, who="persons"))
        for person in persons
        for rule in rules
    )
