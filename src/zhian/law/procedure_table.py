"""A table of a procedure file: read key by key, and complain with file and table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhian.law.procedure_model import Condition, ProcedureFileError

Table = Mapping[str, Any]


def names(text: str) -> frozenset[str]:
    """Words of one line as a set."""
    return frozenset(text.split())


class Place:
    """Where in which file something stands; its methods complain from there."""

    def __init__(self, file: str, table: str) -> None:
        self.file, self.name = file, table

    def error(self, message: str) -> ProcedureFileError:
        """The complaint, ready to be raised."""
        return ProcedureFileError(self.file, self.name, message)

    def known(self, table: Table, keys: frozenset[str]) -> None:
        """Refuses a key that nobody reads: it is a spelling mistake."""
        if not isinstance(table, Mapping):
            raise self.error("a table is needed here")
        for key in table:
            if key not in keys:
                raise self.error(f"unknown key {key!r}")

    def table(self, table: Table, key: str) -> Table:
        """A table that must be there and hold something."""
        value = table.get(key)
        if not isinstance(value, Mapping) or not value:
            raise self.error(f"the table [{key}] is missing or empty")
        return value

    def required(self, table: Table, key: str) -> str:
        """A text that must be there."""
        value = table.get(key)
        if not isinstance(value, str) or not value:
            raise self.error(f"{key} is missing")
        return value

    def optional(self, table: Table, key: str) -> str | None:
        """A text that may be missing but not empty."""
        return self.required(table, key) if key in table else None

    def day(self, table: Table, key: str) -> date:
        """A day, written as TOML writes days."""
        value = table.get(key)
        if not isinstance(value, date):
            raise self.error(f"{key} must be a date such as 2026-04-15")
        return value

    def names(self, table: Table, key: str) -> tuple[str, ...]:
        """A list of names; one name may stand without brackets."""
        value = table.get(key, [])
        rows = [value] if isinstance(value, str) else value
        if not isinstance(rows, list) or not all(isinstance(row, str) and row for row in rows):
            raise self.error(f"{key} must be a list of names")
        return tuple(rows)

    def flag(self, table: Table, key: str, default: bool) -> bool:
        """Yes or no."""
        value = table.get(key, default)
        if not isinstance(value, bool):
            raise self.error(f"{key} must be true or false")
        return value

    def rows(self, table: Table, key: str, main: str, keys: str) -> tuple[dict[str, Any], ...]:
        """A list of tables; a bare name stands for a table with only its main key."""
        value = table.get(key, [])
        if not isinstance(value, list):
            raise self.error(f"{key} must be a list")
        rows = tuple({main: row} if isinstance(row, str) else row for row in value)
        for row in rows:
            self.known(row, frozenset(keys.split()) | {main})
            self.required(row, main)
        return rows

    def conditions(self, rows: object, key: str) -> tuple[Condition, ...]:
        """A list of conditions that must all hold; an inner list is satisfied by any of its own."""
        if not isinstance(rows, list):
            raise self.error(f"{key} must be a list of verbs or of lists of verbs")
        inner = [[row] if isinstance(row, str) else row for row in rows]
        for row in inner:
            if not isinstance(row, list) or not row or not all(isinstance(v, str) for v in row):
                raise self.error(f"{key} must be a list of verbs or of lists of verbs")
        return tuple(tuple(row) for row in inner)
