"""Collecting what is wrong: every cell of the file is looked at, none stops the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from zhian.desk.takeover.columns import Sheet
from zhian.desk.takeover.plan import Fault
from zhian.desk.takeover.reading import Table
from zhian.directory.imports.table import Row, Wrong
from zhian.law.words import Words

T = TypeVar("T")
FILL = Words("此格必填。", "This cell must be filled.")


class Faults:
    """The faults and remarks of one sheet."""

    def __init__(self, table: Table, faults: list[Fault], remarks: list[Fault]) -> None:
        self.table, self.faults, self.remarks = table, faults, remarks

    @property
    def count(self) -> int:
        """How many faults the file has so far."""
        return len(self.faults)

    def read(self, row: Row, cell: Callable[[], T]) -> T | None:
        """What a cell means; None where it cannot be taken, which is noted."""
        try:
            return cell()
        except Wrong as wrong:
            self.add(row, wrong.column, wrong.words)
            return None

    def add(self, row: Row, key: str, words: Words) -> None:
        """Note one cell as wrong."""
        self.faults.append(self._fault(row, key, words))

    def remark(self, row: Row, key: str, words: Words) -> None:
        """Note something that is taken, but that a person should look at."""
        self.remarks.append(self._fault(row, key, words))

    def need(self, row: Row, keys: tuple[str, ...]) -> None:
        """Note every needed cell that is empty."""
        for key in keys:
            if not row.text(key):
                self.add(row, key, FILL)

    def _fault(self, row: Row, key: str, words: Words) -> Fault:
        sheet: Sheet = self.table.sheet
        named = {f.key: f.words.zh for f in sheet.fields}
        column = self.table.headings.get(key) or named.get(key, key)
        return Fault(sheet.key, sheet.words, row.number, column, row.text(key), words)
