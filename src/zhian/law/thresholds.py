"""Raised thresholds of market access: what products that touch safety must show beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhian.law.check import Problem
from zhian.law.licence_formats import LicenceFormat, licence_formats, read_formats
from zhian.law.reading import (
    BASIS_KEYS,
    DATA,
    NAME_KEYS,
    Basis,
    basis,
    flag,
    key_of,
    name,
    tables,
)
from zhian.law.tables import RuleFileError, Table, read_toml
from zhian.law.words import Words

FILE = "thresholds.toml"
ROW_KEYS = (
    NAME_KEYS | BASIS_KEYS | frozenset("licence categories forms items purposes refuse".split())
)
PURPOSES = frozenset(["first", "change", "renewal", "reissue", "register"])


@dataclass(frozen=True, slots=True)
class Application:
    """What is applied for: the licence, why, and of what kind."""

    licence: str
    purpose: str
    category: str = ""
    form: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One raised condition; an empty list holds for everything, `refuse` lets nothing through."""

    key: str
    words: Words
    licence: str
    categories: tuple[str, ...]
    forms: tuple[str, ...]
    items: tuple[str, ...]
    purposes: tuple[str, ...]
    refuse: bool
    basis: Basis

    def holds_for(self, wanted: Application) -> bool:
        """Whether the condition is asked of this application."""
        pairs = (
            (self.categories, wanted.category),
            (self.forms, wanted.form),
            (self.items, wanted.item),
            (self.purposes, wanted.purpose),
        )
        fits = all(not listed or value in listed for listed, value in pairs)
        return self.licence == wanted.licence and fits


def read_thresholds(folder: Path) -> dict[str, Threshold]:
    """The raised conditions by key; raises RuleFileError."""
    return {key_of(table): _threshold(table) for table in tables(folder, FILE, "rows")}


def _threshold(table: Table) -> Threshold:
    table.known(ROW_KEYS)
    return Threshold(
        key=key_of(table),
        words=name(table),
        licence=table.text("licence"),
        categories=_listed(table, "categories"),
        forms=_listed(table, "forms"),
        items=_listed(table, "items"),
        purposes=_listed(table, "purposes"),
        refuse=flag(table, "refuse"),
        basis=basis(table),
    )


def _listed(table: Table, key: str) -> tuple[str, ...]:
    return tuple(str(value) for value in table.values.get(key, ()))


@cache
def thresholds() -> Mapping[str, Threshold]:
    """The raised conditions known here."""
    return read_thresholds(DATA)


@cache
def form_digits() -> Mapping[str, str]:
    """The digit that each kind of business has in the number of its licence (JYLIC 27)."""
    return {str(k): str(v) for k, v in read_toml(DATA / FILE, FILE)["forms"].items()}


def asked_of(wanted: Application) -> tuple[Threshold, ...]:
    """What this application must show beyond the ordinary papers."""
    return tuple(t for t in thresholds().values() if not t.refuse and t.holds_for(wanted))


def forbidden(wanted: Application) -> Threshold | None:
    """The rule that lets nobody have this, if there is one."""
    return next((t for t in thresholds().values() if t.refuse and t.holds_for(wanted)), None)


def check_thresholds(folder: Path) -> Iterator[Problem]:
    """For `zhian law check`: every row names a licence, categories and answers that exist."""
    try:
        found = read_thresholds(folder)
        lists = _known_lists(folder)
    except RuleFileError as error:
        yield Problem(error.file, error.table, error.what)
        return
    formats = read_formats(folder)
    for row in found.values():
        for listed, named in _named(row, formats):
            for value in sorted(set(named) - lists.get(listed, frozenset())):
                words = Words(f"{listed} 中没有 {value!r}", f"{listed} has no {value!r}")
                yield Problem(FILE, row.key, words)


def _named(
    row: Threshold, formats: Mapping[str, LicenceFormat]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the row names, each with the list of choices that this licence takes it from."""
    form = formats.get(row.licence)
    lists = form.lists if form else {}
    return (
        ("licence_formats", (row.licence,)),
        (lists.get("category", ""), row.categories),
        (lists.get("form", ""), row.forms),
        (lists.get("item", ""), row.items),
        ("purposes", row.purposes),
    )


def _known_lists(folder: Path) -> dict[str, frozenset[str]]:
    choices = read_toml(folder / "choices.toml", "choices.toml")
    known = {key: frozenset(str(row["key"]) for row in rows) for key, rows in choices.items()}
    known["licence_formats"] = frozenset(read_formats(folder))
    known["purposes"] = PURPOSES
    return known


def first_digits(wanted: Application) -> dict[str, str]:
    """What of the application stands in the number: the category, the digit of the form, nothing.

    Raises KeyError where the application says neither.
    """
    parts = {part.key for part in licence_formats()[wanted.licence].parts}
    if "category" in parts:
        return {"category": wanted.category}
    if "form" in parts:
        return {"form": form_digits().get(wanted.form, wanted.form)}
    return {}
