"""Matters that an official begins by hand: whose they are and where, from what was entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhian.desk import kinds, tasks
from zhian.desk.kinds import Opening
from zhian.desk.labels import kind_words
from zhian.directory.models import Appointment
from zhian.law.procedure import ActSpec, Procedure, book
from zhian.law.words import Words

Builder = Callable[[Appointment, Mapping[str, Any]], Opening]
_builders: dict[str, Builder] = {}


def register(kind: str, builder: Builder) -> None:
    """Say how a kind begins by hand, where its operator and its giver do not say it all."""
    _builders[kind] = builder


@dataclass(frozen=True, slots=True)
class Door:
    """A page of an app that brings in many matters at once, and the posts that may open it."""

    words: Words
    address: str
    posts: tuple[str, ...]


_doors: list[Door] = []


def add_door(door: Door) -> None:
    """Offer a page beside what begins by hand; an app does it once, when it is loaded."""
    if door not in _doors:
        _doors.append(door)


def doors(appointment: Appointment) -> list[Door]:
    """The pages that this post may open to bring in matters."""
    return [door for door in _doors if appointment.post.kind in door.posts]


def newest(kind: str) -> Procedure | None:
    """The newest version of a kind's procedure."""
    return next((p for p in reversed(book().all()) if p.kind == kind), None)


def openings(appointment: Appointment) -> list[tuple[str, ActSpec]]:
    """The kinds of matter that this post may begin by hand, with the act that begins them."""
    post = appointment.post.kind
    return [
        (kind.name, act)
        for kind in kinds.all_kinds()
        for act in _openings_of(kind.name)
        if "official" in act.by and {post, "*"} & set(act.posts)
    ]


def _openings_of(kind: str) -> list[ActSpec]:
    procedure = newest(kind)
    acts = procedure.openings() if procedure else ()
    return [a for a in acts if kind in _builders or _about_operator(a)]


def _about_operator(act: ActSpec) -> bool:
    row = act.field("operator")
    return row is not None and row.required


def opening(
    kind: str, appointment: Appointment, values: Mapping[str, Any], given: Mapping[str, Any]
) -> Opening:
    """Where a matter begins; `values` are checked, `given` is what the engine checks again."""
    builder = _builders.get(kind, _of_operator(kind))
    begun = builder(appointment, values)
    return Opening(
        title=begun.title,
        agency=begun.agency,
        place=begun.place,
        office=begun.office,
        handler=begun.handler,
        giver=begun.giver,
        operator=begun.operator,
        premises=begun.premises,
        confidential=begun.confidential,
        fields=given,
    )


def _of_operator(kind: str) -> Builder:
    def build(appointment: Appointment, values: Mapping[str, Any]) -> Opening:
        operator, premises = values["operator"], values.get("premises")
        post = appointment.post
        return Opening(
            title=f"{kind_words(kind).zh}：{operator.name}",
            agency=post.agency,
            office=post.office,
            handler=appointment,
            place=premises.place if premises else operator.place,
            operator=operator,
            premises=premises,
        )

    return build


def _task(appointment: Appointment, values: Mapping[str, Any]) -> Opening:
    return tasks.opening_of(giver=appointment, source=None, fields=dict(values))


register("task", _task)
