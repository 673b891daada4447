"""Field by field: who changed what, from what to what, when and why; and the file as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from zhian.apps.registry.archive.sections import model_of, own_choices, text_of, values_of
from zhian.apps.registry.models.archive import FileRow
from zhian.directory.models import DirectoryChange, Operator, Premises
from zhian.law.archive import Field, Section, archive
from zhian.law.words import Words
from zhian.web.words import say

STATE = Field("state", Words("经营状态", "Trading status"), "choice")
ENDED = Field("ended_on", Words("终止日期", "Ended on"), "date")
HOLDER = Field("operator", Words("所属主体", "Operator"), "line")
EXTRA = {"state": STATE, "ended_on": ENDED, "operator": HOLDER}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one thing, before and after."""

    at: datetime
    section: Words
    what: str
    field: Words
    before: str
    after: str
    who: str
    why: str
    personal: bool = False


def changes(operator: Operator, section: str = "") -> list[Change]:
    """The whole history of a file, the latest first; of one section where one is named."""
    found: list[Change] = []
    for row in archive().sections.values():
        if section in ("", row.key):
            found += _own(operator, row) if row.own else _of_rows(operator, row)
    return sorted(found, key=lambda c: c.at, reverse=True)


# ---- subject and premises: from the directory's log ---------------------------------------------


def _log(operator: Operator, section: Section) -> Iterator[DirectoryChange]:
    keys = [str(operator.pk)]
    if section.model == "premises":
        held = Premises.objects.filter(operator=operator).values_list("pk", flat=True)
        keys = [str(pk) for pk in held]
    rows = DirectoryChange.objects.filter(subject_kind=section.model, subject_id__in=keys)
    return rows.order_by("id").iterator()


def _own(operator: Operator, section: Section) -> Iterator[Change]:
    for row in _log(operator, section):
        for key in row.after:
            field = _field(section, key)
            if field is not None:
                yield Change(
                    row.at, section.words, row.subject, field.words,
                    _said(section, field, row.before.get(key)),
                    _said(section, field, row.after[key]),
                    row.by_name, row.reason, field.personal,
                )  # fmt: skip


def _field(section: Section, key: str) -> Field | None:
    return EXTRA.get(key) or next((f for f in section.fields if f.key == key), None)


def _said(section: Section, field: Field, value: Any) -> str:
    """A value of the log: choices stand there by their keys, all else as text."""
    if field is STATE:
        return str(dict(Operator.STATES).get(str(value or ""), value or ""))
    if field.type == "choice" and not field.choices:
        text = str(value or "")
        return say(own_choices(section, field).get(text, Words(text, text)))
    return text_of(section, field, value)


# ---- rows: from their versions ------------------------------------------------------------------


def _of_rows(operator: Operator, section: Section) -> Iterator[Change]:
    lines: dict[Any, list[FileRow]] = defaultdict(list)
    for row in model_of(section).objects.filter(operator=operator).order_by("recorded_at", "id"):
        lines[row.line].append(row)
    for versions in lines.values():
        before: FileRow | None = None
        for version in versions:
            yield from _difference(section, before, version)
            before = version
        last = versions[-1]
        if last.until is not None:
            yield _ending(section, last)


def _difference(section: Section, before: FileRow | None, row: FileRow) -> Iterator[Change]:
    old = values_of(section, before) if before else {}
    for field in section.fields:
        was = text_of(section, field, old.get(field.key))
        now = text_of(section, field, getattr(row, field.key))
        if was != now:
            yield Change(
                row.recorded_at, section.words, str(row), field.words, was, now, row.by_name,
                row.why, field.personal,
            )  # fmt: skip


def _ending(section: Section, row: FileRow) -> Change:
    title = section.title
    return Change(
        row.ended_at or row.recorded_at, section.words, str(row), title.words,
        text_of(section, title, getattr(row, title.key)), "", row.ended_by_name, row.ended_why,
    )  # fmt: skip


# ---- the file as of a day -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing of a section as it stood: each field with its text."""

    title: str
    cells: Sequence[tuple[Field, str]]
    row: Any = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A section as it stood on a day."""

    section: Section
    rows: Sequence[Shown]


def sheets(operator: Operator, day: date | None, personal: bool) -> list[Sheet]:
    """Every section as it stands, or as it stood at the end of a day."""
    return [
        Sheet(section, list(_shown(operator, section, day, personal)))
        for section in archive().sections.values()
    ]


def _shown(
    operator: Operator, section: Section, day: date | None, personal: bool
) -> Iterator[Shown]:
    if not section.own:
        yield from _rows_on(operator, section, day, personal)
        return
    things: Iterable[Any] = [operator]
    if section.model == "premises":
        things = Premises.objects.filter(operator=operator).select_related("place").order_by("pk")
    undone = _undone(operator, section, day) if day else {}
    for thing in things:
        values = _rolled_back(section, thing, undone.get(str(thing.pk), ()))
        if values is not None:
            cells = [(f, t) for f, t in values if personal or not f.personal]
            yield Shown(next((t for f, t in cells if f.key == "name"), ""), cells, thing)


def _rows_on(
    operator: Operator, section: Section, day: date | None, personal: bool
) -> Iterator[Shown]:
    rows = model_of(section).objects.filter(operator=operator).select_related("premises")
    fields = [f for f in section.fields if personal or not f.personal]
    for row in rows.on(day) if day else rows.current():
        cells = [(f, text_of(section, f, getattr(row, f.key))) for f in fields]
        yield Shown(str(row), cells, row)


def _undone(
    operator: Operator, section: Section, day: date
) -> Mapping[str, Sequence[DirectoryChange]]:
    """What happened after a day, by thing, the latest first."""
    after = timezone.make_aware(datetime.combine(day, datetime.max.time()))
    found: dict[str, list[DirectoryChange]] = defaultdict(list)
    for row in _log(operator, section):
        if row.at > after:
            found[row.subject_id].insert(0, row)
    return found


def _rolled_back(
    section: Section, thing: Any, later: Sequence[DirectoryChange]
) -> list[tuple[Field, str]] | None:
    """What a thing said before all that came later; None where it was not on file yet."""
    fields = [*section.fields, STATE]
    said = {f.key: _said(section, f, _value(thing, f)) for f in fields}
    for change in later:
        if change.what.startswith("add"):
            return None
        for key, value in change.before.items():
            field = _field(section, key)
            if field is not None and key in said:
                said[key] = _said(section, field, value)
    return [(f, said[f.key]) for f in fields]


def _value(thing: Any, field: Field) -> Any:
    value = getattr(thing, field.key)
    return str(value) if field.type == "place" else value
