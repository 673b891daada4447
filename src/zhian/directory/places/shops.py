"""Rows of a table that are about premises: which ones a row means, and what cannot be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhian.directory import reach
from zhian.directory.imports.table import Field, Roster, Row, Wrong
from zhian.directory.models import Appointment, Premises
from zhian.law.words import Words

FIELDS = (
    Field(
        "premises",
        Words("场所编号", "Premises number"),
        Words("本系统编号；没有时按信用代码和名称", "our number; else by credit code and name"),
        also=("编号", "id"),
    ),
    Field(
        "uscc",
        Words("统一社会信用代码", "Credit code"),
        Words("主体的代码", "of the operator"),
        also=("信用代码",),
    ),
    Field(
        "name",
        Words("名称", "Name"),
        Words("场所名称", "name of the premises"),
        also=("场所", "场所名称"),
    ),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that cannot be taken, or that somebody should look at."""

    row: int
    column: str
    value: str
    words: Words


def cell(fields: Sequence[Field], roster: Roster, row: Row, key: str, words: Words) -> Cell:
    """A cell of a row as the file heads it."""
    known = {field.key: field for field in fields}
    heading = roster.headings.get(key) or known[key].words.zh
    return Cell(row.number, heading, row.text(key), words)


class Finder:
    """Premises by our number, else by credit code, else by name: the reach is read once."""

    def __init__(self, by: Appointment) -> None:
        self.by_number: dict[str, Premises] = {}
        self.by_code: dict[str, list[Premises]] = {}
        self.by_name: dict[str, list[Premises]] = {}
        for row in reach.premises(by):
            self.by_number[str(row.pk)] = row
            self.by_name.setdefault(row.name, []).append(row)
            if row.operator.uscc:
                self.by_code.setdefault(row.operator.uscc, []).append(row)

    def __call__(self, row: Row) -> Premises:
        """The premises of a row; raises Wrong."""
        number, code, name = (row.text(key) for key in ("premises", "uscc", "name"))
        if number:
            if number not in self.by_number:
                raise Wrong(
                    "premises", f"管理范围内没有编号 {number}。", f"No number {number} in reach."
                )
            return self.by_number[number]
        if not code and not name:
            raise Wrong(
                "name",
                "编号、信用代码、名称须填一项。",
                "Give a number, a credit code or a name.",
            )
        return self._one(code, name)

    def _one(self, code: str, name: str) -> Premises:
        found = self.by_code.get(code, []) if code else self.by_name.get(name, [])
        if len(found) > 1 and name:
            found = [p for p in found if p.name == name]
        key, said = ("uscc", code) if code else ("name", name)
        if not found:
            raise Wrong(key, f"管理范围内没有“{said}”。", f"There is no “{said}” in reach.")
        if len(found) > 1:
            raise Wrong(
                key,
                f"“{said}”有 {len(found)} 个场所，请写场所编号。",
                f"“{said}” has {len(found)} premises; give the number.",
            )
        return found[0]
