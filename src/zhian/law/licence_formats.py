"""How the numbers of licences, filings and certificates are built."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zhian.law.offices import read_named
from zhian.law.reading import (
    BASIS_KEYS,
    DATA,
    NAME_KEYS,
    Basis,
    basis,
    flag,
    key_of,
    name,
    rows,
    tables,
)
from zhian.law.tables import Table
from zhian.law.words import Words

FORMAT_KEYS = (
    NAME_KEYS
    | BASIS_KEYS
    | set(
        "prefix parts pattern check check_certain valid_years values province_prefix "
        "province_required lists details county_gives".split()
    )
)
CHECKS = frozenset(["mod_11_10"])
DESCRIBED = ("category", "form", "item")


@dataclass(frozen=True, slots=True)
class Part:
    """So many digits of a number, and what they say."""

    key: str
    length: int
    words: Words


@dataclass(frozen=True, slots=True)
class LicenceFormat:
    """How one kind of number is built, what such a licence says, and how long it is valid.

    `lists`: of the fields category, form and item those that it has, each with its list of
    choices; the first says what the licence is for. `details`: what else stands on it.
    `county_gives`: the county gives numbers of this form although they carry no check digit. With
    both `parts` and a `pattern`, what does not have the parts' shape follows the pattern.
    """

    key: str
    words: Words
    prefix: str
    parts: tuple[Part, ...]
    pattern: str
    check: str | None
    check_certain: bool
    valid_years: int | None
    values: Mapping[str, Mapping[str, Words]]
    province_prefix: bool
    province_required: bool
    lists: Mapping[str, str]
    details: tuple[str, ...]
    county_gives: bool
    note: Words
    basis: Basis

    @property
    def digits(self) -> int:
        """How many digits follow the prefix; 0 where only a pattern is known."""
        return sum(part.length for part in self.parts)

    def shaped(self, code: str) -> bool:
        """Whether a number is to be read by its parts: always, unless a pattern stands beside."""
        length = len(self.prefix) + self.digits
        alike = code.startswith(self.prefix) and len(code) == length
        return bool(self.parts) and (alike or not self.pattern)

    def described(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Category, form and item from what an act was given, by field name or by list."""
        return {
            name: str(values.get(name) or values.get(self.lists.get(name, "")) or "")
            for name in DESCRIBED
        }


def read_formats(folder: Path) -> dict[str, LicenceFormat]:
    """The formats by key."""
    return {
        key_of(table): _format(table) for table in tables(folder, "licence_formats.toml", "formats")
    }


def _format(table: Table) -> LicenceFormat:
    table.known(FORMAT_KEYS)
    return LicenceFormat(
        key=key_of(table),
        words=name(table),
        prefix=table.text("prefix") if "prefix" in table.values else "",
        parts=tuple(_part(row) for row in rows(table, "parts")),
        pattern=_pattern(table),
        check=table.choice("check", CHECKS) if "check" in table.values else None,
        check_certain=flag(table, "check_certain", default=True),
        valid_years=table.number("valid_years"),
        values=_values(table),
        province_prefix=flag(table, "province_prefix"),
        province_required=flag(table, "province_required"),
        lists={str(k): str(v) for k, v in (table.values.get("lists") or {}).items()},
        details=table.texts("details"),
        county_gives=flag(table, "county_gives"),
        note=table.words("note"),
        basis=basis(table),
    )


def _part(row: Table) -> Part:
    length = row.number("length")
    if not length:
        raise row.wrong("length 应大于 0", "length must be above 0")
    return Part(row.text("key"), length, name(row))


def _pattern(table: Table) -> str:
    if "pattern" not in table.values:
        if not table.values.get("parts"):
            raise table.wrong("缺少 parts 或 pattern", "needs parts or a pattern")
        return ""
    pattern = table.text("pattern")
    try:
        re.compile(pattern)
    except re.error as error:
        raise table.wrong(
            f"pattern 无效（{error}）", f"the pattern is invalid ({error})"
        ) from error
    return pattern


def _values(table: Table) -> dict[str, dict[str, Words]]:
    outer = table.table("values")
    if outer is None:
        return {}
    found = {}
    for part in outer.values:
        inner = outer.table(part)
        if inner is not None:
            found[part] = {code: inner.words(code, required=True) for code in inner.values}
    return found


@cache
def licence_formats() -> Mapping[str, LicenceFormat]:
    """The formats known here."""
    return read_formats(DATA)


@cache
def food_categories() -> Mapping[str, Words]:
    """The food categories in the first three digits of an SC number."""
    return read_named(DATA, "licence_formats.toml", "food_categories")
