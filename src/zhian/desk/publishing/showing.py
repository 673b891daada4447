"""An entry as it is read: the same values for the desk's preview and for the public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from zhian.desk.models import Publication
from zhian.desk.publishing import content
from zhian.law.offices import sources
from zhian.law.publications import PublicationKind, PublicField, publication
from zhian.law.rule_model import cited
from zhian.law.words import Words

NOT_STATED = Words("未标示", "not stated")


@dataclass(frozen=True, slots=True)
class Cell:
    """One text; `own` is one in the language of the record, which a screen reader must be told."""

    text: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its label, and a text or a small table."""

    key: str
    label: str
    sort: str
    cell: Cell
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One entry in one language."""

    title: str
    kind: str
    lines: tuple[Line, ...]
    agency: str
    place: str
    article: str
    since: datetime
    until: datetime | None

    @property
    def last_day(self) -> date | None:
        """The last day in public, where its end is set."""
        return last_day(self.until)

    @property
    def gaps(self) -> list[str]:
        """What the article demands and nobody filled in."""
        return [line.label for line in self.lines if line.missing]


def last_day(until: datetime | None) -> date | None:
    """The last day of a term that ends at 24:00."""
    if until is None:
        return None
    return (timezone.localtime(until) - timedelta(microseconds=1)).date()


def page(entry: Publication, language: str) -> Page:
    """What one reader sees; texts stay in the language of the record."""
    kind = publication(entry.what)
    return Page(
        title=entry.title,
        kind=kind.words.text(language),
        lines=tuple(lines(kind, fields_of(entry), language)),
        agency=_said(entry.content.get("agency"), language).text,
        place=_said(entry.content.get("place"), language).text,
        article=citation(kind, language),
        since=entry.since,
        until=entry.until,
    )


def fields_of(entry: Publication) -> Mapping[str, Any]:
    """The frozen values."""
    found: Mapping[str, Any] = entry.content.get("fields", {})
    return found


def lines(kind: PublicationKind, values: Mapping[str, Any], language: str) -> list[Line]:
    """Every field that says something, or must."""
    found = (_line(field, values.get(field.key), language) for field in kind.fields)
    return [line for line in found if line.cell.text or line.rows or line.missing]


def _line(field: PublicField, value: Any, language: str) -> Line:
    label = field.words.text(language)
    if field.is_list:
        heads = tuple(f.words.text(language) for f in field.fields)
        rows = tuple(
            tuple(_said(row.get(f.key), language) for f in field.fields) for row in value or ()
        )
        return Line(field.key, label, "list", Cell(""), heads, rows, field.must and not rows)
    cell = _said(value, language)
    missing = field.must and not cell.text
    if missing:
        cell = Cell(NOT_STATED.text(language), own=False)
    return Line(field.key, label, field.sort, cell, missing=missing)


def _said(value: Any, language: str) -> Cell:
    if isinstance(value, Mapping):
        return Cell(Words(value.get("zh", ""), value.get("en", "")).text(language), own=False)
    return Cell(str(value or ""))


def listed(entry: Publication, language: str) -> Sequence[tuple[str, str]]:
    """What a list says of an entry below its title: label and text."""
    kind, values = publication(entry.what), fields_of(entry)
    rows = ((kind.field(key), "、".join(content.texts(values, key))) for key in kind.listed)
    return [(field.words.text(language), text) for field, text in rows if field and text]


def citation(kind: PublicationKind, language: str) -> str:
    """The article that wants it published, as people cite it."""
    source, article = sources()[kind.basis.source].title, cited(kind.basis.article)
    zh, en = f"《{source.zh}》{article.zh}", f"{source.en}, {article.en}"
    return Words(zh, en).text(language)
