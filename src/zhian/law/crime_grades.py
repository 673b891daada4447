"""The tables behind the crime prompts: grades of the sentence, people hurt, derived findings.

They stand in crime_grades.toml; findings and amounts are those of the prompts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from zhian.law.crime_prompts import read_prompts
from zhian.law.offices import read_named
from zhian.law.penalty_steps import ZERO
from zhian.law.reading import (
    BASIS_KEYS,
    DATA,
    NAME_KEYS,
    Basis,
    basis,
    decimal,
    key_of,
    listed,
    name,
    rows,
    tables,
)
from zhian.law.tables import Table
from zhian.law.words import Words

FILE = "crime_grades.toml"
PROMPTS = "crime_prompts.toml"
GRADE_KEYS = BASIS_KEYS | NAME_KEYS | {"offences", "any_of"}
LINE_KEYS = frozenset(["facts", "at_least", "with"])
DERIVED_KEYS = BASIS_KEYS | {"finding", "needs", "facts", "at_least"}


@dataclass(frozen=True, slots=True)
class GradeLine:
    """Facts that added up reach a number, and one of several circumstances where named."""

    facts: tuple[str, ...]
    at_least: Decimal
    any_flag: frozenset[str]

    def met(self, numbers: Mapping[str, Decimal], flags: frozenset[str]) -> bool:
        """Whether the numbers and circumstances of a case meet it."""
        if self.any_flag and not self.any_flag & flags:
            return False
        return sum((numbers[key] for key in self.facts), ZERO) >= self.at_least


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of the statutory sentence that a case reaches once its prompt is raised."""

    key: str
    words: Words
    offences: frozenset[str]
    any_of: tuple[GradeLine, ...]
    note: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Derived:
    """A finding that follows from people who were hurt."""

    finding: str
    needs: frozenset[str]
    line: GradeLine
    basis: Basis


def read_grades(folder: Path) -> dict[str, Grade]:
    """The grades of crime_grades.toml by key; RuleFileError where a row is wrong."""
    prompts = frozenset(read_prompts(folder))
    numbers = _numbers_known(folder)
    flags = frozenset(read_named(folder, FILE, "flags"))
    found = {}
    for table in tables(folder, FILE, "grades"):
        table.known(GRADE_KEYS)
        found[key_of(table)] = Grade(
            key=key_of(table),
            words=name(table),
            offences=frozenset(listed(table, "offences", prompts)),
            any_of=tuple(_line(row, numbers, flags) for row in rows(table, "any_of")),
            note=table.words("note"),
            basis=basis(table),
        )
    return found


def read_derived(folder: Path) -> dict[str, Derived]:
    """The derived findings of crime_grades.toml by key."""
    known = frozenset(read_named(folder, PROMPTS, "findings"))
    people = frozenset(read_named(folder, FILE, "people"))
    found = {}
    for table in tables(folder, FILE, "derived"):
        table.known(DERIVED_KEYS)
        found[key_of(table)] = Derived(
            finding=table.choice("finding", known),
            needs=frozenset(listed(table, "needs", known)),
            line=GradeLine(
                listed(table, "facts", people), decimal(table, "at_least") or ZERO, frozenset()
            ),
            basis=basis(table),
        )
    return found


def _numbers_known(folder: Path) -> frozenset[str]:
    amounts, people = read_named(folder, PROMPTS, "amounts"), read_named(folder, FILE, "people")
    return frozenset(amounts) | frozenset(people)


def _line(row: Table, numbers: frozenset[str], flags: frozenset[str]) -> GradeLine:
    row.known(LINE_KEYS)
    line = GradeLine(
        facts=listed(row, "facts", numbers),
        at_least=decimal(row, "at_least") or ZERO,
        any_flag=frozenset(listed(row, "with", flags)),
    )
    if not (line.any_flag or (line.facts and line.at_least)):
        raise row.wrong("每行要有数额或者情节", "a line needs an amount or a circumstance")
    return line


@cache
def grades() -> Mapping[str, Grade]:
    """The grades, in the order of the file."""
    return read_grades(DATA)


@cache
def derived() -> Mapping[str, Derived]:
    """The findings that follow from people who were hurt."""
    return read_derived(DATA)


@cache
def people() -> Mapping[str, Words]:
    """How people may have been hurt."""
    return read_named(DATA, FILE, "people")


@cache
def flags() -> Mapping[str, Words]:
    """Circumstances that an officer ticks for the grades."""
    return read_named(DATA, FILE, "flags")
