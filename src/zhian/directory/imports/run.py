"""Running an import: one transaction, every mistake with its cell, a preview that is the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from zhian.directory import log
from zhian.directory.errors import NotPossible
from zhian.directory.imports import rosters
from zhian.directory.imports.columns import COLUMNS, TITLES
from zhian.directory.imports.table import Roster, Row, Wrong, read
from zhian.directory.models import Appointment, Place
from zhian.law.words import Words

KINDS = tuple(COLUMNS)
# What the actions call a value that a roster calls otherwise.
SAME_COLUMN = {("staff", "kind"): "post", ("staff", "user"): "username"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that cannot be taken: its row in the file, its heading, what stands there, why."""

    row: int
    column: str
    value: str
    words: Words

    def text(self, language: str = "zh") -> str:
        """The mistake as one line."""
        where = (
            f"row {self.row}, {self.column}"
            if language.startswith("en")
            else f"第 {self.row} 行，{self.column}"
        )
        shown = f"“{self.value}”" if self.value else ""
        return f"{where} {shown}: {self.words.text(language)}"


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do: rows read, added, changed, left as they are, refused."""

    kind: str
    rows: int
    added: int
    changed: int
    same: int
    errors: tuple[Cell, ...] = ()
    ignored: tuple[str, ...] = ()
    committed: bool = False

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, language: str = "zh") -> Iterator[str]:
        """The report for a terminal."""
        title = TITLES[self.kind].text(language)
        if language.startswith("en"):
            done = "taken over" if self.committed else "not taken over"
            yield (
                f"{title}: {self.rows} rows, {self.added} added, {self.changed} changed, "
                f"{self.same} as before, {len(self.errors)} refused; {done}"
            )
        else:
            done = "已导入" if self.committed else "未导入"
            yield (
                f"{title}：{self.rows} 行，新增 {self.added}，修改 {self.changed}，"
                f"不变 {self.same}，有误 {len(self.errors)}；{done}"
            )
        for cell in self.errors:
            yield cell.text(language)


def import_file(kind: str, path: Path | str, commit: bool, by: Appointment | None = None) -> Report:
    """Take over a roster from a file (`kind`: places, agencies, offices, staff).

    Without `commit` nothing is kept; with it everything is, unless a cell is wrong. Raises
    Unreadable where the file is no such table.
    """
    source = Path(path)
    return import_bytes(kind, source.name, source.read_bytes(), commit=commit, by=by)


def import_bytes(
    kind: str,
    name: str,
    content: bytes,
    *,
    commit: bool,
    by: Appointment | None = None,
    day: date | None = None,
) -> Report:
    """The same for a file that was uploaded or pasted."""
    roster = read(name, content, COLUMNS[kind])
    day = day or timezone.localdate()
    with transaction.atomic():
        counts, errors = _take_all(kind, roster, by, day)
        keeps = commit and not errors
        if keeps:
            _log(kind, name, roster, counts, by)
        else:
            transaction.set_rollback(True)
    return Report(
        kind,
        len(roster.rows),
        counts["added"],
        counts["changed"],
        counts["same"],
        tuple(errors),
        roster.ignored,
        keeps,
    )


def _take_all(
    kind: str, roster: Roster, by: Appointment | None, day: date
) -> tuple[Counter[str], list[Cell]]:
    needed = [f.key for f in COLUMNS[kind] if f.required]
    counts: Counter[str] = Counter()
    errors: list[Cell] = []
    for row in rosters.ORDER[kind](roster.rows):
        try:
            with transaction.atomic():
                rosters.need(row, needed)
                counts[rosters.TAKE[kind](row, by, day)] += 1
        except Wrong as error:
            errors.append(_cell(kind, roster, row, error.column, error.words))
        except NotPossible as error:
            errors.append(_cell(kind, roster, row, error.field, error.words))
    return counts, sorted(errors, key=lambda cell: cell.row)


def _cell(kind: str, roster: Roster, row: Row, key: str, words: Words) -> Cell:
    known = {f.key: f for f in COLUMNS[kind]}
    key = SAME_COLUMN.get((kind, key), key)
    if key not in known:
        key = next(f.key for f in COLUMNS[kind] if f.required)
    heading = roster.headings.get(key) or known[key].words.zh
    return Cell(row.number, heading, row.text(key), words)


def _log(
    kind: str, name: str, roster: Roster, counts: Counter[str], by: Appointment | None
) -> None:
    """One line for the file, at the topmost division; the rows have theirs."""
    top = by.post.territory if by else Place.objects.order_by("code").first()
    if top is not None and counts["added"] + counts["changed"]:
        after = {"kind": kind, "file": name, "rows": len(roster.rows), **counts}
        log.write("import", top, by=by, after=after)
