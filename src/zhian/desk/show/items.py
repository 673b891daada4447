"""Fields that hold several lines, each with columns: which columns, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhian.desk.errors import speak
from zhian.desk.show import choosing
from zhian.directory.models import Appointment
from zhian.law.words import Words
from zhian.web.forms import Option, Widget

MOST_LINES = 200
EMPTY_LINES = 2

Options = Callable[[Appointment], list[Option]]


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """One column of a field with lines; `names` is the type of what it refers to."""

    name: str
    kind: str
    words: Words
    options: Options | None = None
    names: str = ""


_columns: dict[tuple[str, str], tuple[ItemColumn, ...]] = {}
PLAIN = (ItemColumn("text", "line", Words("内容", "Text")),)


def register(kind: str, field: str, columns: Sequence[ItemColumn]) -> None:
    """Say which columns the lines of a field have; an app does it beside its kinds."""
    _columns[kind, field] = tuple(columns)


def columns(kind: str, field: str) -> tuple[ItemColumn, ...]:
    """The columns of a field with lines; one text where nobody said more."""
    return _columns.get((kind, field), PLAIN)


def lines(
    kind: str, field: str, appointment: Appointment, given: Sequence[Mapping[str, Any]]
) -> list[list[Widget]]:
    """The lines of a form: what was given, then empty ones to fill."""
    known = columns(kind, field)
    offered = {c.name: c.options(appointment) if c.options else [] for c in known}
    rows = [*given, *({} for _ in range(EMPTY_LINES if given else EMPTY_LINES + 1))]
    return [
        [_widget(field, number, c, row.get(c.name, ""), offered[c.name]) for c in known]
        for number, row in enumerate(rows)
    ]


def _widget(
    field: str, number: int, column: ItemColumn, value: Any, options: list[Option]
) -> Widget:
    chosen = [replace(o, chosen=o.value == str(value)) for o in options]
    return Widget(
        f"{field}-{number}-{column.name}",
        column.kind,
        speak(column.words),
        False,
        value,
        options=chosen,
        more={"plain": True},
    )


def read(kind: str, field: str, posted: Mapping[str, Any]) -> list[dict[str, str]]:
    """The lines that were filled in; empty ones are left out."""
    names = [c.name for c in columns(kind, field)]
    found = []
    for number in _numbers(field, posted)[:MOST_LINES]:
        line = {n: str(posted.get(f"{field}-{number}-{n}", "")).strip() for n in names}
        if any(line.values()):
            found.append({name: value for name, value in line.items() if value})
    return found


def _numbers(field: str, posted: Mapping[str, Any]) -> list[int]:
    """The lines that the form has, in their order; a removed one leaves a gap."""
    parts = (
        name.removeprefix(f"{field}-").split("-", 1)[0]
        for name in posted
        if name.startswith(f"{field}-")
    )
    return sorted({int(part) for part in parts if part.isdigit()})


register(
    "task",
    "parts",
    (
        ItemColumn("text", "line", Words("内容", "Text")),
        ItemColumn("agency", "select", Words("承办部门", "Agency"), choosing.agencies, "agency"),
        ItemColumn("office", "select", Words("承办机构", "Office"), choosing.offices, "office"),
        ItemColumn("handler", "select", Words("承办人", "Person"), choosing.people, "user"),
        ItemColumn("deadline", "datetime", Words("反馈期限", "Report back by")),
    ),
)
