"""Reading the register's csv tables: named columns, lists behind strokes, errors by line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zhian.law.limits.errors import TableError
from zhian.law.reading import DATA

FOLDER = DATA / "limits"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table under its columns; a missing column reads as empty."""

    file: str
    number: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """The cell of a column, without blanks around it."""
        return (self.cells.get(column) or "").strip()

    def needed(self, column: str) -> str:
        """A cell that must be filled in; TableError if it is not."""
        text = self.text(column)
        if not text:
            raise self.wrong(f"{column} 列不能为空", f"column {column} must not be empty")
        return text

    def listed(self, column: str) -> tuple[str, ...]:
        """The parts of a cell between its strokes."""
        return tuple(part.strip() for part in self.text(column).split("|") if part.strip())

    def wrong(self, zh: str, en: str) -> TableError:
        """The error to raise about this line."""
        return TableError(self.file, self.number, zh, en)


def lines(folder: Path, file: str) -> Iterator[Line]:
    """Every line of a table, the header's line counted as the first."""
    try:
        with (folder / file).open(encoding="utf-8-sig", newline="") as text:
            for number, cells in enumerate(csv.DictReader(text), 2):
                yield Line(file, number, cells)
    except OSError as error:
        raise TableError(
            file, 0, f"无法读取（{error.strerror}）", f"cannot be read ({error.strerror})"
        ) from error
