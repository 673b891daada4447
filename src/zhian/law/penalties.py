"""Fines, thresholds and powers: what the law allows, who may impose it, and what comes first.

A scale gives a range, never a sum: within it the discretion benchmark and the officers decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from zhian.law.offices import LEVEL_ORDER, PLACES, in_force, read_named
from zhian.law.reading import (
    BASIS_KEYS,
    DATA,
    NAME_KEYS,
    Basis,
    Range,
    basis,
    decimal,
    decimals,
    flag,
    key_of,
    listed,
    name,
    one,
    rows,
    tables,
)
from zhian.law.tables import Table
from zhian.law.words import Words

STAGES = frozenset(["found", "refused", "serious", "harm"])
PAYERS = frozenset(["operator", "provider", "producer", "seller", "persons", "holder"])
BASES = frozenset(["value", "income_last_year", "income_during_violation"])
FIELDS = frozenset(["food", "drug", "product", "credit"])
KINDS = frozenset(["person", "entity"])

SCALE_KEYS = BASIS_KEYS | set(
    "field violation level subsidiary condition serious_when exempt fines measures may "
    "same_as".split()
)
FINE_KEYS = frozenset("stage who base from below fine times at_least may".split())
POWER_KEYS = BASIS_KEYS | set(
    "power act level field agency person consent at_least limits rule".split()
)
CIRCUMSTANCE_KEYS = NAME_KEYS | BASIS_KEYS | {"fact", "at_least", "at_most"}


@dataclass(frozen=True, slots=True)
class FineLine:
    """One line of a scale: who pays what at which stage, for which band of the base."""

    stage: str
    who: str
    base: str
    from_: Decimal | None
    below: Decimal | None
    fine: Range | None
    times: Range | None
    at_least: Decimal | None
    may: bool

    def covers(self, amount: Decimal) -> bool:
        """Whether the base (yuan) lies in this line's band: `from` included, `below` not."""
        return (self.from_ or Decimal(0)) <= amount and (self.below is None or amount < self.below)

    def range(self, amount: Decimal) -> Range:
        """Lowest and highest fine in yuan for a base of so many yuan."""
        if self.fine:
            return self.fine
        counted = max(amount, self.at_least or Decimal(0))
        low, high = self.times or (Decimal(0), Decimal(0))
        return counted * low, counted * high


@dataclass(frozen=True, slots=True)
class Scale:
    """What one provision allows for one kind of violation."""

    key: str
    field: str
    violation: Words
    fines: tuple[FineLine, ...]
    measures: Mapping[str, tuple[str, ...]]
    may: Mapping[str, tuple[str, ...]]
    level: str
    subsidiary: bool
    condition: Words
    serious_when: Words
    exempt: Words
    same_as: tuple[str, ...]
    note: Words
    basis: Basis

    def fine(self, amount: Decimal, *, stage: str = "found", who: str = "operator") -> Range | None:
        """Lowest and highest fine in yuan, or None where this stage or payer is not fined.

        `amount` is the base in yuan: the value of goods, or the income for responsible persons. A
        grave case without a line of its own is fined as found.
        """
        line = self.line(amount, stage=stage, who=who)
        return line.range(amount) if line else None

    def line(
        self, amount: Decimal, *, stage: str = "found", who: str = "operator"
    ) -> FineLine | None:
        """The line that governs a base of so many yuan; a grave case falls back on the finding."""
        stages = ("serious", "found") if stage == "serious" else (stage,)
        for wanted in stages:
            for line in self.fines:
                if (line.stage, line.who) == (wanted, who) and line.covers(amount):
                    return line
        return None

    def must(self, stage: str = "found") -> tuple[str, ...]:
        """The measures that come with it at this stage, those of the finding included."""
        first = self.measures.get("found", ())
        return first if stage == "found" else first + self.measures.get(stage, ())


@dataclass(frozen=True, slots=True)
class Power:
    """Who may do something: the lowest level, from which amount, with whose consent."""

    key: str
    power: Words
    act: str
    level: str
    field: str | None
    agency: str
    person: str | None
    consent: str | None
    at_least: Decimal | None
    limits: Mapping[str, Any]
    rule: Words
    basis: Basis

    def applies(self, act: str, field: str | None, amount: Decimal | None) -> bool:
        """Whether this row governs an act in a field for an amount of yuan."""
        if self.act != act or self.field not in (None, field):
            return False
        return self.at_least is None or (amount is not None and amount >= self.at_least)


@dataclass(frozen=True, slots=True)
class HearingThreshold:
    """When the party must be told of the right to a hearing."""

    person_fine: Decimal
    entity_fine: Decimal
    measures: frozenset[str]
    rule: Words
    basis: Basis

    def reached(
        self, kind: str, fine: Decimal, confiscated: Decimal, measures: Iterable[str] = ()
    ) -> bool:
        """Whether a proposed penalty gives the right; kind is person or entity.

        The fine counts by itself, and so does the total of gains and goods to be confiscated.
        """
        least = {"person": self.person_fine, "entity": self.entity_fine}[kind]
        return max(fine, confiscated) >= least or bool(self.measures & set(measures))


@dataclass(frozen=True, slots=True)
class SimpleProcedure:
    """When two officers may decide on the spot."""

    person_fine_max: Decimal
    entity_fine_max: Decimal
    measures: frozenset[str]
    rule: Words
    basis: Basis

    def allows(self, kind: str, fine: Decimal, measures: Iterable[str] = ()) -> bool:
        """Whether a fine and other measures fit into it; kind is person or entity."""
        most = {"person": self.person_fine_max, "entity": self.entity_fine_max}[kind]
        return fine <= most and set(measures) <= self.measures


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One grave circumstance under the food law; without a fact the officer judges it."""

    key: str
    words: Words
    fact: str | None
    at_least: Decimal | None
    at_most: Decimal | None
    basis: Basis

    def met(self, facts: Mapping[str, Decimal]) -> bool:
        """Whether a counted fact shows it; False where nothing is counted."""
        value = facts.get(self.fact or "")
        if value is None:
            return False
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)


def read_scales(folder: Path) -> dict[str, Scale]:
    """The scales of penalties.toml by key."""
    measures = frozenset(read_named(folder, "penalties.toml", "measures"))
    return {
        key_of(table): _scale(table, measures)
        for table in tables(folder, "penalties.toml", "scales")
    }


def _scale(table: Table, measures: frozenset[str]) -> Scale:
    table.known(SCALE_KEYS)
    return Scale(
        key=key_of(table),
        field=table.choice("field", FIELDS),
        violation=table.words("violation", required=True),
        fines=tuple(_fine(row) for row in rows(table, "fines")),
        measures=_by_stage(table, "measures", measures),
        may=_by_stage(table, "may", measures),
        level=table.choice("level", PLACES, "county"),
        subsidiary=flag(table, "subsidiary"),
        condition=table.words("condition"),
        serious_when=table.words("serious_when"),
        exempt=table.words("exempt"),
        same_as=table.texts("same_as"),
        note=table.words("note"),
        basis=basis(table),
    )


def _fine(row: Table) -> FineLine:
    row.known(FINE_KEYS)
    fine, times = decimals(row, "fine"), decimals(row, "times")
    if (fine is None) == (times is None):
        raise row.wrong("fine 与 times 只能写一个", "needs either fine or times")
    return FineLine(
        stage=row.choice("stage", STAGES, "found"),
        who=row.choice("who", PAYERS, "operator"),
        base=row.choice("base", BASES, "value"),
        from_=decimal(row, "from"),
        below=decimal(row, "below"),
        fine=fine,
        times=times,
        at_least=decimal(row, "at_least"),
        may=flag(row, "may"),
    )


def _by_stage(table: Table, key: str, allowed: frozenset[str]) -> dict[str, tuple[str, ...]]:
    inner = table.table(key)
    if inner is None:
        return {}
    inner.known(STAGES)
    return {stage: listed(inner, stage, allowed) for stage in inner.values}


def read_powers(folder: Path) -> dict[str, Power]:
    """The powers by key."""
    found = {}
    for table in tables(folder, "powers.toml"):
        table.known(POWER_KEYS)
        limits = table.table("limits")
        found[table.name] = Power(
            key=table.name,
            power=table.words("power", required=True),
            act=table.text("act"),
            level=table.choice("level", PLACES),
            field=table.choice("field", FIELDS) if "field" in table.values else None,
            agency=table.text("agency", "market_regulation"),
            person=_choice(table, "person", frozenset(["chief", "head"])),
            consent=_choice(table, "consent", frozenset(["next_level"])),
            at_least=decimal(table, "at_least"),
            limits=dict(limits.values) if limits else {},
            rule=table.words("rule", required=True),
            basis=basis(table),
        )
    return found


def _choice(table: Table, key: str, allowed: frozenset[str]) -> str | None:
    return table.choice(key, allowed) if key in table.values else None


def read_hearing(folder: Path) -> HearingThreshold:
    """The thresholds of hearing.toml."""
    table = one(folder, "hearing.toml", "hearing")
    measures = frozenset(read_named(folder, "penalties.toml", "measures"))
    return HearingThreshold(
        person_fine=_yuan(table, "person_fine"),
        entity_fine=_yuan(table, "entity_fine"),
        measures=frozenset(listed(table, "measures", measures)),
        rule=table.words("rule", required=True),
        basis=basis(table),
    )


def read_simple_procedure(folder: Path) -> SimpleProcedure:
    """The limits of simple_procedure.toml."""
    table = one(folder, "simple_procedure.toml", "simple_procedure")
    measures = frozenset(read_named(folder, "penalties.toml", "measures"))
    return SimpleProcedure(
        person_fine_max=_yuan(table, "person_fine_max"),
        entity_fine_max=_yuan(table, "entity_fine_max"),
        measures=frozenset(listed(table, "measures", measures)),
        rule=table.words("rule", required=True),
        basis=basis(table),
    )


def _yuan(table: Table, key: str) -> Decimal:
    value = decimal(table, key)
    if value is None:
        raise table.wrong(f"缺少 {key}", f"{key} is missing")
    return value


def read_circumstances(folder: Path) -> dict[str, Circumstance]:
    """The grave circumstances by key."""
    found = {}
    for table in tables(folder, "serious_circumstances.toml", "circumstances"):
        table.known(CIRCUMSTANCE_KEYS)
        found[key_of(table)] = Circumstance(
            key=key_of(table),
            words=name(table),
            fact=table.text("fact") if "fact" in table.values else None,
            at_least=decimal(table, "at_least"),
            at_most=decimal(table, "at_most"),
            basis=basis(table),
        )
    return found


def read_serious_scope(folder: Path) -> tuple[str, ...]:
    """The scales whose grave circumstances the food law defines (FSLR art. 67)."""
    return one(folder, "serious_circumstances.toml", "scope").texts("scales")


@cache
def penalties() -> Mapping[str, Scale]:
    """The statutory scales."""
    return read_scales(DATA)


@cache
def measures() -> Mapping[str, Words]:
    """The names of warnings, orders, confiscations, revocations and the like."""
    return read_named(DATA, "penalties.toml", "measures")


@cache
def powers() -> Mapping[str, Power]:
    """Who may do what."""
    return read_powers(DATA)


@cache
def hearing() -> HearingThreshold:
    """When a hearing must be offered."""
    return read_hearing(DATA)


@cache
def simple_procedure() -> SimpleProcedure:
    """What may be decided on the spot."""
    return read_simple_procedure(DATA)


@cache
def circumstances() -> Mapping[str, Circumstance]:
    """The grave circumstances under the food law."""
    return read_circumstances(DATA)


@cache
def serious_scope() -> tuple[str, ...]:
    """The scales to which those circumstances belong."""
    return read_serious_scope(DATA)


def governing(
    act: str, on: date, *, field: str | None = None, amount: Decimal | None = None
) -> tuple[Power, ...]:
    """The rows in force on a day that govern an act, the highest level first.

    Empty where no row limits the act; `amount` is in yuan.
    """
    found = [row for row in powers().values() if row.applies(act, field, amount)]
    held = [row for row in found if in_force(row.basis.source, on)]
    return tuple(sorted(held, key=lambda row: LEVEL_ORDER.index(row.level), reverse=True))


def offered(scales: Iterable[Scale]) -> tuple[Scale, ...]:
    """The scales to offer for one act: those of SP503 only where no law provides (its art. 2)."""
    found = tuple(scales)
    if any(not scale.subsidiary for scale in found):
        return tuple(scale for scale in found if not scale.subsidiary)
    return found
