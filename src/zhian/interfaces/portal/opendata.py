"""The open data: one csv per kind of publication, with columns whose names stay.

A list of a field (the failed items) makes one row each; what belongs to the entry is repeated.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from zhian.desk.models import Publication
from zhian.desk.publishing import showing
from zhian.law.publications import PublicationKind
from zhian.law.words import Words
from zhian.web.exports import FORMULA

LICENCE = Words(
    "可以自由使用，须注明来源和取得日期",
    "free to use; name the source and the day you took it",
)
ENTRY = (
    ("id", Words("编号", "Identifier")),
    ("published_on", Words("公布日期", "Published on")),
    ("published_until", Words("公布至", "Published until")),
    ("agency", Words("公布机关", "Agency")),
    ("agency_en", Words("公布机关（英文）", "Agency, in English")),
    ("place", Words("地点", "Place")),
    ("place_en", Words("地点（英文）", "Place, in English")),
)
HEADS = ("key", "zh", "en")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its lasting name and what it is called."""

    key: str
    words: Words


def columns(kind: PublicationKind) -> list[Column]:
    """The columns of a kind, in their order; a word of a closed list stands in both languages."""
    found = [Column(key, words) for key, words in ENTRY]
    for field in kind.fields:
        for one in field.fields or (field,):
            found.append(Column(one.key, one.words))
        if field.sort == "choice":
            words = Words(f"{field.words.zh}（英文）", f"{field.words.en}, in English")
            found.append(Column(f"{field.key}_en", words))
    return found


def lines(
    kind: PublicationKind, entries: Iterable[Publication], head: str, bom: bool, credit: str
) -> Iterator[str]:
    """The file line by line: the licence, the heads, the rows.

    With `bom` it is for a spreadsheet: the mark that tells it the encoding, and no cell that it
    would run as a formula. Without, every value is exactly what was approved.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield ("\ufeff" if bom else "") + f"# {credit}\r\n"
    heads = [c.key if head == "key" else c.words.text(head) for c in columns(kind)]
    for row in _chain(heads, kind, entries):
        writer.writerow([_harmless(cell) for cell in row] if bom else row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _chain(
    heads: Sequence[str], kind: PublicationKind, entries: Iterable[Publication]
) -> Iterator[Sequence[str]]:
    yield heads
    for entry in entries:
        yield from _rows(kind, entry)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _rows(kind: PublicationKind, entry: Publication) -> Iterator[list[str]]:
    values = showing.fields_of(entry)
    lists = [values.get(field.key) or [] for field in kind.fields if field.is_list]
    for number in range(max([1, *map(len, lists)])):
        yield [*_of_entry(entry), *_of_fields(kind, values, number)]


def _of_entry(entry: Publication) -> Iterator[str]:
    last = showing.last_day(entry.until)
    yield str(entry.uid)
    yield _day(entry.since)
    yield last.isoformat() if last else ""
    for name in ("agency", "place"):
        said = entry.content.get(name, {})
        yield from (said.get("zh", ""), said.get("en", ""))


def _of_fields(kind: PublicationKind, values: Mapping[str, Any], number: int) -> Iterator[str]:
    for field in kind.fields:
        value = values.get(field.key)
        if field.is_list:
            row = value[number] if value and number < len(value) else {}
            yield from (row.get(one.key, "") for one in field.fields)
        elif field.sort == "choice":
            said = value if isinstance(value, Mapping) else {}
            yield from (said.get("zh", ""), said.get("en", ""))
        else:
            yield str(value or "")


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()
