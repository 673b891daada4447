"""Crime prompts: which findings and amounts raise the flag that no fine may replace a transfer.

A prompt is not a verdict. It opens a question on the case that a person answers with reasons
(TRANS art. 3, 5 and 11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from zhian.law.offices import read_named
from zhian.law.reading import BASIS_KEYS, DATA, Basis, basis, decimal, key_of, listed, rows, tables
from zhian.law.tables import Table
from zhian.law.words import Words

PROMPT_KEYS = BASIS_KEYS | set("offence prompt any_of tiers aggravated goes_to also".split())
TRIGGER_KEYS = frozenset(["all", "amount", "at_least"])
POLICE = "public_security"


@dataclass(frozen=True, slots=True)
class Trigger:
    """All these findings, and where an amount is named, at least so many yuan of it."""

    findings: frozenset[str]
    amount: str | None
    at_least: Decimal

    def met(self, findings: frozenset[str], amounts: Mapping[str, Decimal]) -> bool:
        """Whether what was found meets it."""
        if not self.findings <= findings:
            return False
        return self.amount is None or amounts.get(self.amount, Decimal(0)) >= self.at_least


@dataclass(frozen=True, slots=True)
class CrimePrompt:
    """An offence that findings may point to, and where the case then goes."""

    key: str
    offence: Words
    prompt: Words
    any_of: tuple[Trigger, ...]
    tiers: tuple[int, ...]
    aggravated: Words
    goes_to: str
    also: tuple[tuple[str, str], ...]
    note: Words
    basis: Basis

    def raised(self, findings: Iterable[str], amounts: Mapping[str, Decimal]) -> bool:
        """Whether findings (keys) and amounts in yuan raise the prompt."""
        found = frozenset(findings)
        return any(trigger.met(found, amounts) for trigger in self.any_of)


def read_prompts(folder: Path) -> dict[str, CrimePrompt]:
    """The prompts by key; findings and amounts are parts of the same file."""
    findings = frozenset(read_named(folder, "crime_prompts.toml", "findings"))
    amounts = frozenset(read_named(folder, "crime_prompts.toml", "amounts"))
    found = {}
    for table in tables(folder, "crime_prompts.toml", "prompts"):
        table.known(PROMPT_KEYS)
        found[key_of(table)] = CrimePrompt(
            key=key_of(table),
            offence=table.words("offence", required=True),
            prompt=table.words("prompt", required=True),
            any_of=tuple(_trigger(row, findings, amounts) for row in rows(table, "any_of")),
            tiers=tuple(table.values.get("tiers", ())),
            aggravated=table.words("aggravated"),
            goes_to=table.text("goes_to", POLICE),
            also=tuple((r.text("source"), r.text("article")) for r in rows(table, "also")),
            note=table.words("note"),
            basis=basis(table),
        )
    return found


def _trigger(row: Table, findings: frozenset[str], amounts: frozenset[str]) -> Trigger:
    row.known(TRIGGER_KEYS)
    needed = frozenset(listed(row, "all", findings))
    if not needed:
        raise row.wrong("all 至少要有一项", "all needs at least one finding")
    amount = row.choice("amount", amounts) if "amount" in row.values else None
    return Trigger(needed, amount, decimal(row, "at_least") or Decimal(0))


@cache
def crime_prompts() -> Mapping[str, CrimePrompt]:
    """The prompts."""
    return read_prompts(DATA)


@cache
def findings() -> Mapping[str, Words]:
    """What an officer may tick as found."""
    return read_named(DATA, "crime_prompts.toml", "findings")


@cache
def amounts() -> Mapping[str, Words]:
    """The amounts in yuan that prompts read."""
    return read_named(DATA, "crime_prompts.toml", "amounts")


def prompts_raised(found: Iterable[str], sums: Mapping[str, Decimal]) -> tuple[CrimePrompt, ...]:
    """Every prompt that the findings and amounts of a case raise, in the order of the file."""
    keys = frozenset(found)
    return tuple(row for row in crime_prompts().values() if row.raised(keys, sums))
