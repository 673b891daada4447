"""What gates look at and what they answer: values only, so that a decision can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from zhian.law.words import Words


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts: `key` tells two people apart, `card` is a valid enforcement card."""

    key: Hashable
    name: str
    card: bool = False
    post: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who performs the act, in which role, and which officers stand beside."""

    kind: str
    person: Person | None = None
    officers: tuple[Person, ...] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody in the act, each counted once."""
        own = (self.person,) if self.person else ()
        return tuple({p.key: p for p in (*own, *self.officers)}.values())


@dataclass(frozen=True, slots=True)
class Moment:
    """Which act it is and when it happened, as local time."""

    verb: str
    at: datetime

    @property
    def day(self) -> date:
        """The day of the act, as the calendar on the wall says."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class View:
    """All that a gate may look at: frozen values, never rows that change.

    `facts` are what the kind of matter reports, `fields` what was entered, `confirmed` the rules
    that the person has confirmed on the form.
    """

    facts: Mapping[str, Any]
    fields: Mapping[str, Any]
    act: Moment
    actor: Actor
    confirmed: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class GateRule:
    """What a gate says: in which case, what must hold, under which article."""

    gate: str
    source: str
    article: str
    when: Words
    requires: Words

    @property
    def house(self) -> bool:
        """Whether it is a rule of this house and not of the law."""
        return self.source == "HOUSE"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the act is not possible; `confirm` means that a confirmation is all that is missing."""

    gate_id: str
    reason: Words
    article: str
    confirm: bool = False


class UnknownGate(LookupError):
    """A gate that neither the data nor the checks know."""


Check = Callable[[View], Words | None]


@dataclass(frozen=True, slots=True)
class GateCheck:
    """A check and the facts it reads, which the kind of matter must report."""

    check: Check
    reads: tuple[str, ...] = ()

    def __call__(self, view: View) -> Words | None:
        return self.check(view)


CHECKS: dict[str, GateCheck] = {}


def checks(*gate_ids: str, reads: tuple[str, ...] = ()) -> Callable[[Check], Check]:
    """Registers a check under its gate ids."""

    def register(check: Check) -> Check:
        for gate_id in gate_ids:
            CHECKS[gate_id] = GateCheck(check, reads)
        return check

    return register
