"""The form of a draft: one field for each thing the public reads, its source beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date

from zhian.desk import timing
from zhian.desk.errors import FieldErrors, speak
from zhian.desk.fields import NOT_A_DATE, TOO_LONG
from zhian.desk.models import Publication
from zhian.desk.publishing import content, redaction, rules, showing
from zhian.law.publications import PublicField, publication, redactions
from zhian.law.words import Words

LONGEST = {"line": 500, "address": 500, "text": 5000}
MOST_ROWS = 60
PAST = Words("须在今天以后。", "It must lie after today.")
NEEDED = Words("标题取自这里，不能为空。", "The title is made of it: it cannot be empty.")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the source; `why` says what it is where it was taken out."""

    text: str
    why: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One text to edit: what the public would read, and the source with every cut marked."""

    name: str
    label: str
    value: str
    source: tuple[Piece, ...]
    error: str = ""

    @property
    def id(self) -> str:
        """The id of the input."""
        return f"f-{self.name}"

    @property
    def cut(self) -> bool:
        """Whether something was taken out by itself."""
        return any(piece.why for piece in self.source)

    @property
    def differs(self) -> bool:
        """Whether the public would read something else than the source says."""
        return self.value != "".join(piece.text for piece in self.source)

    @property
    def empty(self) -> bool:
        """Whether there is nothing on either side."""
        return not self.value and not self.source


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the form: a box, rows of boxes, or a fixed word."""

    key: str
    label: str
    sort: str
    must: bool
    box: Box | None = None
    fixed: str = ""
    rows: tuple[tuple[Box, ...], ...] = ()
    headings: tuple[str, ...] = ()


class Draft:
    """An entry as its editor sees it."""

    def __init__(
        self,
        entry: Publication,
        values: Mapping[str, Any] | None = None,
        errors: Mapping[str, Words] | None = None,
    ) -> None:
        self.kind = publication(entry.what)
        self.values = values if values is not None else showing.fields_of(entry)
        self.errors = errors or {}
        self.source = content.source(entry.matter, entry.what)
        self.context = content.context_of(entry.matter, self.source)

    @property
    def parts(self) -> list[Part]:
        """Every field, in the order of the page."""
        return [self._part(field) for field in self.kind.fields]

    @property
    def cut(self) -> list[Box]:
        """The texts of which something was taken out, for whoever reviews."""
        boxes = [b for part in self.parts for b in _boxes(part)]
        return [b for b in boxes if b.cut or (b.differs and b.source)]

    def _part(self, field: PublicField) -> Part:
        label, value = speak(field.words), self.values.get(field.key)
        if field.is_list:
            heads = tuple(speak(f.words) for f in field.fields)
            rows = tuple(self._rows(field, value or ()))
            return Part(field.key, label, "list", field.must, rows=rows, headings=heads)
        if isinstance(value, Mapping) or field.sort == "choice":
            words = Words(*(str((value or {}).get(k, "")) for k in ("zh", "en")))
            return Part(field.key, label, "choice", field.must, fixed=speak(words))
        box = self._box(field, field.key, str(value or ""), self.source.get(field.key) or "")
        return Part(field.key, label, field.sort, field.must, box=box)

    def _rows(self, field: PublicField, values: Sequence[Any]) -> Sequence[tuple[Box, ...]]:
        """The rows that are there, and an empty one to add."""
        source = self.source.get(field.key) or []
        count = min(max(len(values), len(source)) + 1, MOST_ROWS)
        return [
            tuple(
                self._box(
                    f,
                    f"{field.key}-{n}-{f.key}",
                    _at(values, n).get(f.key, ""),
                    _at(source, n).get(f.key, ""),
                )
                for f in field.fields
            )
            for n in range(count)
        ]

    def _box(self, field: PublicField, name: str, value: str, source: str) -> Box:
        found = content.cuts(field, source, self.source, self.context)
        pieces = tuple(
            Piece(text, speak(redactions()[kind].words) if kind else "", instead)
            for text, kind, instead in redaction.marked(source, found)
        )
        error = self.errors.get(name)
        return Box(name, speak(field.words), value, pieces, speak(error) if error else "")


def _at(rows: Sequence[Any], number: int) -> Mapping[str, str]:
    return rows[number] if number < len(rows) else {}


def _boxes(part: Part) -> list[Box]:
    return [part.box] if part.box else [box for row in part.rows for box in row]


def read(entry: Publication, given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Words]]:
    """The values of a form that was sent, and what is wrong with them."""
    kind, before = publication(entry.what), showing.fields_of(entry)
    errors: dict[str, Words] = {}
    values: dict[str, Any] = {}
    for field in kind.fields:
        if field.is_list:
            values[field.key] = _list(field, given, errors)
        elif field.sort == "choice":
            values[field.key] = before.get(field.key, "")
        else:
            values[field.key] = _text(field, field.key, given, errors)
    for key in kind.title:
        if not content.texts(values, key):
            head, _, inner = key.partition(".")
            errors.setdefault(f"{head}-0-{inner}" if inner else head, NEEDED)
    return values, errors


def _list(
    field: PublicField, given: Mapping[str, str], errors: dict[str, Words]
) -> list[dict[str, str]]:
    rows = (
        {f.key: _text(f, f"{field.key}-{n}-{f.key}", given, errors) for f in field.fields}
        for n in range(MOST_ROWS)
    )
    return [row for row in rows if any(row.values())]


def _text(field: PublicField, name: str, given: Mapping[str, str], errors: dict[str, Words]) -> str:
    text = given.get(name, "").replace("\r\n", "\n").strip()
    most = LONGEST[field.sort]
    if len(text) > most:
        errors[name] = TOO_LONG.format(n=most)
    return text


def read_until(text: str) -> datetime | None:
    """The end of the day until which it stays in public; raises FieldErrors."""
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None:
        raise FieldErrors({"until": NOT_A_DATE})
    if day < timing.today():
        raise FieldErrors({"until": PAST})
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def last_day(entry: Publication) -> str:
    """The last day in public, as the form shows it."""
    day = showing.last_day(entry.until)
    return day.isoformat() if day else ""


def may_show_source(entry: Publication, mine: Any) -> bool:
    """The source is shown to those who work on the draft: it holds what was taken out."""
    editing = rules.against_editing(entry, mine)
    return not editing or not rules.against_withdrawing(entry, mine)
