"""Helpers of the loaders of reference data: whole files, cited rows, decimals, closed keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from zhian.law.tables import RuleFileError, Table, read_toml
from zhian.law.words import Words

DATA = Path(__file__).parent / "data"
VERIFIED = frozenset(["yes", "partial", "no"])
BASIS_KEYS = frozenset(["source", "article", "verified", "note"])
NAME_KEYS = frozenset(["zh", "en"])

Range = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Basis:
    """The article a row rests on, and whether the article itself was read."""

    source: str
    article: str
    verified: str


def basis(table: Table) -> Basis:
    """Source, article and verified of a row; all three must be there."""
    return Basis(table.text("source"), table.text("article"), table.choice("verified", VERIFIED))


def name(table: Table) -> Words:
    """The `zh` and `en` of a row, both filled in."""
    return Words(table.text("zh"), table.text("en"))


def tables(folder: Path, file: str, part: str = "") -> Iterator[Table]:
    """Every table of a file, or of one top-level part of it, in the order of the file."""
    document: Any = read_toml(folder / file, file)
    if part:
        document = document.get(part)
    if not isinstance(document, dict) or not document:
        raise RuleFileError(file, part, "没有内容", "holds nothing")
    for key, values in document.items():
        table = f"{part}.{key}" if part else key
        if not isinstance(values, dict):
            raise RuleFileError(file, table, "应为表", "must be a table")
        yield Table(file, table, values)


def key_of(table: Table) -> str:
    """The last word of a table's name: `scales.P-FSL-122` is the scale P-FSL-122."""
    return table.name.rpartition(".")[2]


def flag(table: Table, key: str, default: bool = False) -> bool:
    """Yes or no."""
    value = table.values.get(key, default)
    if not isinstance(value, bool):
        raise table.wrong(f"{key} 应为 true 或 false", f"{key} must be true or false")
    return value


def decimal(table: Table, key: str) -> Decimal | None:
    """A number from 0 on as an exact decimal, if given."""
    value = table.values.get(key)
    return None if value is None else _exact(table, key, value)


def decimals(table: Table, key: str) -> Range | None:
    """A pair of numbers, lower first, if given."""
    value = table.values.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise table.wrong(f"{key} 应为两个数", f"{key} must be two numbers")
    low, high = (_exact(table, key, item) for item in value)
    if low > high:
        raise table.wrong(f"{key} 前大后小", f"the first number of {key} is above the second")
    return low, high


def _exact(table: Table, key: str, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise table.wrong(f"{key} 应为非负数", f"{key} must be a number from 0 on")
    return Decimal(str(value))


def rows(table: Table, key: str) -> Iterator[Table]:
    """The inline tables of a list, each under the name of its table and its place in the list."""
    value = table.values.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise table.wrong(f"{key} 应为表的列表", f"{key} must be a list of tables")
    for place, item in enumerate(value, 1):
        yield Table(table.file, f"{table.name}, {key} {place}", item)


def one(folder: Path, file: str, part: str) -> Table:
    """The single table of a part, such as [hearing] of hearing.toml."""
    values = read_toml(folder / file, file).get(part)
    if not isinstance(values, dict):
        raise RuleFileError(file, part, "没有这个表", "this table is missing")
    return Table(file, part, values)


def listed(table: Table, key: str, allowed: frozenset[str]) -> tuple[str, ...]:
    """A list of texts out of a closed list."""
    found = table.texts(key)
    for text in found:
        if text not in allowed:
            raise table.wrong(f"{key} 中的 {text} 不在清单内", f"{text} in {key} is not listed")
    return found
