"""What may be done to a matter now, by this person, and why the rest may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from zhian.desk import kinds, labels
from zhian.desk.actors import Actor
from zhian.desk.engine import checks
from zhian.desk.engine.perform import procedure_of
from zhian.desk.errors import Reason, speak
from zhian.desk.models import Clock, Matter
from zhian.desk.show.rows import settles
from zhian.directory.models import Appointment
from zhian.law import gates
from zhian.law.procedure import ActSpec, Procedure


@dataclass(frozen=True, slots=True)
class Offer:
    """One act: possible now where there is no reason against it."""

    spec: ActSpec
    reasons: tuple[str, ...]
    who: str
    signers: str

    @property
    def words(self) -> str:
        """What the button says."""
        return speak(self.spec.words)

    @property
    def moves(self) -> bool:
        """Whether it brings the matter to another phase."""
        return self.spec.to is not None


class FieldsAsked(Exception):
    """A gate looked at what is not entered yet: it cannot be judged before the form is filled."""


class _Unfilled(Mapping[str, Any]):
    """The fields of a form that nobody has filled in."""

    def __getitem__(self, name: str) -> Any:
        raise FieldsAsked

    def __iter__(self) -> Iterator[str]:
        raise FieldsAsked

    def __len__(self) -> int:
        raise FieldsAsked

    def get(self, name: str, default: Any = None) -> Any:
        """Asking is enough to know that the gate needs the form."""
        raise FieldsAsked


class _Somebody:
    """The person who will act; who stands beside is not known yet."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __getattr__(self, name: str) -> Any:
        raise FieldsAsked


def offers(matter: Matter, by: Actor, at: datetime) -> list[Offer]:
    """Every act that this sort of actor (an official, an operator's person) may ever do to this
    matter, with the reasons against it now."""
    facts = kinds.get(matter.kind).facts(matter)
    return [
        _judged(matter, spec, facts, by, at)
        for spec in procedure_of(matter).acts.values()
        if not spec.opening and by.kind in spec.by
    ]


def offer_of(matter: Matter, spec: ActSpec, appointment: Appointment, at: datetime) -> Offer:
    """One act for one person, with the reasons against it now."""
    facts = kinds.get(matter.kind).facts(matter)
    return _judged(matter, spec, facts, Actor.official(appointment), at)


def _judged(
    matter: Matter, spec: ActSpec, facts: Mapping[str, Any], by: Actor, at: datetime
) -> Offer:
    reasons = checks.foreseeable(matter, procedure_of(matter), spec, by, at)
    reasons += _gates(spec, facts, by, at)
    posts = spec.approve.posts if spec.approve else ()
    return Offer(
        spec,
        tuple(dict.fromkeys(map(str, reasons))),
        labels.posts_text(spec.posts, matter),
        " → ".join(speak(labels.post_words(p)) for p in posts),
    )


def _gates(spec: ActSpec, facts: Mapping[str, Any], by: Actor, at: datetime) -> Iterator[Reason]:
    """What gates say about the facts alone."""
    view = gates.View(
        facts=facts,
        fields=_Unfilled(),
        act=gates.Moment(spec.verb, timezone.localtime(at)),
        actor=_Somebody(by.kind),  # type: ignore[arg-type]
    )
    for gate_id in spec.gates:
        if gates.needs_confirmation(gate_id):
            continue
        try:
            refusal = gates.gate(gate_id, view, spec.verb)
        except FieldsAsked:
            continue
        if refusal is not None:
            yield Reason(refusal.reason, refusal.article, gate_id)


def settling(known: Procedure, found: list[Offer], clock: Clock) -> list[Offer]:
    """The acts that settle a clock; ways out that stop everything are left aside."""
    return [o for o in found if settles(known, o.spec, clock.duty) and o.spec.verb != "cancel"]
