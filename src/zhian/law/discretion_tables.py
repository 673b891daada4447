"""The tables of weighing: circumstances, what they amount to, and benchmarks of the agency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from zhian.law.offices import read_named
from zhian.law.penalties import FIELDS
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
    tables,
)
from zhian.law.tables import Table
from zhian.law.words import Words

FILE = "discretion.toml"
EFFECTS = frozenset(["exempt", "may_exempt", "lighten", "may_lighten", "heavier"])
WEIGHT_KEYS = BASIS_KEYS | {"needs", "effect", "field", "keeps"}
BENCHMARK_KEYS = BASIS_KEYS | NAME_KEYS | {"scales", "lighter_to", "heavier_from"}


@dataclass(frozen=True, slots=True)
class Weight:
    """What certain facts together amount to."""

    key: str
    needs: tuple[str, ...]
    effect: str
    field: str | None
    keeps: tuple[str, ...]
    note: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Where the light and the heavy band of a range end, as shares of it."""

    key: str
    words: Words
    scales: frozenset[str]
    lighter_to: Decimal
    heavier_from: Decimal
    note: Words
    basis: Basis


def read_weights(folder: Path) -> dict[str, Weight]:
    """The weights of discretion.toml by key; RuleFileError where a row is wrong."""
    known = frozenset(read_named(folder, FILE, "facts"))
    measures = frozenset(read_named(DATA, "penalties.toml", "measures"))
    found = {}
    for table in tables(folder, FILE, "weights"):
        table.known(WEIGHT_KEYS)
        needs = listed(table, "needs", known)
        if not needs:
            raise table.wrong("needs 至少要有一项", "needs must name at least one fact")
        found[key_of(table)] = Weight(
            key=key_of(table),
            needs=needs,
            effect=table.choice("effect", EFFECTS),
            field=table.choice("field", FIELDS) if "field" in table.values else None,
            keeps=listed(table, "keeps", measures),
            note=table.words("note"),
            basis=basis(table),
        )
    return found


def read_benchmarks(folder: Path) -> dict[str, Benchmark]:
    """The benchmarks of discretion.toml by key; RuleFileError where a row is wrong."""
    found = {}
    for table in tables(folder, FILE, "benchmarks"):
        table.known(BENCHMARK_KEYS)
        light, heavy = _share(table, "lighter_to"), _share(table, "heavier_from")
        if light > heavy:
            raise table.wrong(
                "lighter_to 不能大于 heavier_from", "lighter_to cannot lie above heavier_from"
            )
        found[key_of(table)] = Benchmark(
            key=key_of(table),
            words=name(table),
            scales=frozenset(table.texts("scales")),
            lighter_to=light,
            heavier_from=heavy,
            note=table.words("note"),
            basis=basis(table),
        )
    return found


def _share(table: Table, key: str) -> Decimal:
    value = decimal(table, key)
    if value is None or value > 1:
        raise table.wrong(f"{key} 应为 0 至 1 的数", f"{key} must be a number from 0 to 1")
    return value


@cache
def circumstance_words() -> Mapping[str, Words]:
    """What an officer may tick about a violation."""
    return read_named(DATA, FILE, "facts")


@cache
def weights() -> Mapping[str, Weight]:
    """What the circumstances amount to."""
    return read_weights(DATA)


@cache
def benchmarks() -> Mapping[str, Benchmark]:
    """The shipped benchmark."""
    return read_benchmarks(DATA)
