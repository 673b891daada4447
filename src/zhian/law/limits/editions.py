"""Editions of standards: from which day of production each judges, and where its rows stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhian.law.limits.tables import FOLDER
from zhian.law.reading import rows, tables
from zhian.law.tables import Table
from zhian.law.words import Words

FILE = "standards.toml"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a standard, or another source of limits."""

    number: str
    title: Words
    scheme: str
    rows: str
    first: date | None
    last: date | None
    verified: str
    source: str
    note: str = ""
    changed: tuple[tuple[str, str, str], ...] = ()
    unread: tuple[tuple[tuple[str, ...], str], ...] = ()

    def valid(self, day: date | None) -> bool:
        """Whether it judges what was made on a day; an undated source judges every day."""
        if day is None:
            return self.last is None
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def from_bulletins(self) -> bool:
        """Whether its limits were only seen in bulletins, not read in a standard."""
        return self.scheme == "class"


def load_editions(folder: Path = FOLDER) -> tuple[Edition, ...]:
    """All editions in the order in which they are asked; RuleFileError where one is wrong."""
    return tuple(_edition(table) for table in tables(folder, FILE))


def _edition(table: Table) -> Edition:
    return Edition(
        table.name,
        Words(table.text("zh"), table.text("en")),
        table.choice("scheme", frozenset(["gb2762", "gb2760", "class"])),
        table.text("rows"),
        table.day("from"),
        table.day("to"),
        table.choice("verified", frozenset(["yes", "partial", "no"])),
        table.text("read_in"),
        str(table.values.get("note", "")),
        tuple((t.text("item"), t.text("food"), str(t.values.get("limit", "")))
              for t in rows(table, "changed")),
        tuple((t.texts("items"), t.text("category")) for t in rows(table, "unread")),
    )  # fmt: skip
