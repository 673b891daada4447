"""What kinds of matter there are: each app binds its own here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from zhian.desk.models import Act, Matter
from zhian.directory.imports.table import Field, Row
from zhian.directory.models import (
    Agency,
    Appointment,
    Office,
    Operator,
    Place,
    Premises,
)

Values = Mapping[str, Any]
Facts = Mapping[str, Any]
Effect = Callable[[Matter, Act, Values], None]


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a new matter begins: whose it is, where, about whom."""

    title: str
    agency: Agency
    place: Place
    office: Office | None = None
    handler: Appointment | None = None
    giver: Appointment | None = None
    operator: Operator | None = None
    premises: Premises | None = None
    confidential: bool = False
    fields: Values = field(default_factory=dict)


def _no_facts(matter: Matter) -> Facts:
    return {}


def _nothing_earlier(matter: Matter) -> Collection[int]:
    return ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a take-over as a kind reads it: its cells, and when its clocks are due."""

    row: Row
    due: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class TakeOver:
    """How a kind is taken over from another system: its own columns, and its own rows.

    `rows` makes what is not in the database yet, in the order in which it must be written; raises
    `table.Wrong` for a cell that cannot be taken. The first column names what must be unique;
    `release` gives that free again when a take-over is taken back. `entered` tells rows that name
    the act by which they were written which act that is.
    """

    rows: Callable[[Matter, Line], Sequence[Model]]
    columns: tuple[Field, ...] = ()
    release: Callable[[Matter], None] | None = None
    entered: Callable[[Sequence[Model], Act], None] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of matter: its number's prefix, its app's row, facts and effects.

    `papers`: what a template prints beside the acts' own words, by template. `public`: what the
    public may read of a matter, by the name of the publication. `continues`: the earlier matters
    whose standings this one may lift, such as the application that a licence came of. `undo`:
    gives the app's rows back what stood there before an act that was annulled.
    """

    name: str
    prefix: str
    model: type[Any] | None = None
    open_from: Callable[[Matter, Values], Opening] | None = None
    facts: Callable[[Matter], Facts] = _no_facts
    effects: Mapping[str, Effect] = field(default_factory=dict)
    lists: Mapping[str, Callable[[Matter], Sequence[Any]]] = field(default_factory=dict)
    relations: Mapping[str, Callable[[Matter], Sequence[Appointment]]] = field(default_factory=dict)
    recipients: Mapping[str, Callable[[Matter], Sequence[Appointment]]] = field(
        default_factory=dict
    )
    papers: Mapping[str, Callable[[Matter], Mapping[str, Any]]] = field(default_factory=dict)
    public: Mapping[str, Callable[[Matter], Mapping[str, Any]]] = field(default_factory=dict)
    continues: Callable[[Matter], Collection[int]] = _nothing_earlier
    undo: Callable[[Matter, Act], None] | None = None
    take_over: TakeOver | None = None
    page: str = ""


class UnknownKind(LookupError):
    """No app binds this kind of matter."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Bind a kind; an app does it once, when it is loaded."""
    if kind.name in _kinds and _kinds[kind.name] != kind:
        raise ValueError(f"kind {kind.name!r} is bound twice")
    _kinds[kind.name] = kind
    return kind


def get(name: str) -> Kind:
    """The kind of that name; raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"没有这种事项 / no such kind of matter: {name}") from None


def all_kinds() -> tuple[Kind, ...]:
    """Every kind that is bound."""
    return tuple(_kinds.values())
