"""What will be taken over, before anything is written: matters with all that hangs on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from zhian.desk.models import Clock, Matter
from zhian.desk.takeover.reading import Source
from zhian.desk.takeover.states import Stand
from zhian.directory.imports.table import Row
from zhian.directory.models import Agency, Operator
from zhian.law.procedure import Procedure
from zhian.law.words import Words

MOST_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that cannot be taken, or a remark on one: sheet, row, column, value, and why."""

    sheet: str
    sheet_words: Words
    row: int
    column: str
    value: str
    words: Words

    def text(self, language: str = "zh") -> str:
        """The fault as one line."""
        shown = f"“{self.value}”" if self.value else ""
        if language.startswith("en"):
            return f"{self.sheet_words.en}, row {self.row}, {self.column} {shown}: {self.words.en}"
        return f"{self.sheet_words.zh}，第 {self.row} 行，{self.column}{shown}：{self.words.zh}"

    def as_json(self) -> dict[str, Any]:
        """The fault as it is kept with the file."""
        words = {"zh": self.words.zh, "en": self.words.en}
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value[:200],
            **words,
        }


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the old system; `scan` is its file in the zip, empty where there is none."""

    row: int
    title: str
    template: str
    number: str
    day: date
    scan: str


@dataclass(frozen=True, slots=True)
class Note:
    """One line of what happened before."""

    at: datetime
    text: str
    who: str


@dataclass(slots=True)
class Planned:
    """One matter that will be taken over; nothing of it is in the database yet."""

    row: Row
    matter: Matter
    procedure: Procedure
    stand: Stand
    clocks: list[Clock] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    own: Sequence[Model] = ()

    @property
    def key(self) -> tuple[int, str, str]:
        """What makes it the same matter: agency, kind, old number."""
        return self.matter.agency_id, self.matter.kind, self.matter.old_number


@dataclass(slots=True)
class Plan:
    """A file that was looked through: what would come in, what is here, what is wrong."""

    source: Source
    agency: Agency | None
    planned: list[Planned] = field(default_factory=list)
    known: int = 0
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """The figures of the report."""
        return {
            "rows": len(self.source.rows("matters")),
            "fresh": len(self.planned),
            "known": self.known,
            "clocks": sum(len(p.clocks) for p in self.planned),
            "papers": sum(len(p.papers) for p in self.planned),
            "scans": sum(bool(paper.scan) for p in self.planned for paper in p.papers),
            "notes": sum(len(p.notes) for p in self.planned),
            "operators": len(self.operators),
            "errors": len(self.faults),
            "remarks": len(self.remarks),
        }

    def ignored(self) -> Iterator[tuple[Words, str]]:
        """Headings that nobody knows, each with its sheet."""
        for table in self.source.tables.values():
            yield from ((table.sheet.words, name) for name in table.ignored)
