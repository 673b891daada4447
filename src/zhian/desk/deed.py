"""One act on its way through the door: what every check and effect of it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhian.desk import kinds
from zhian.desk.actors import Actor
from zhian.desk.models import Act, Matter
from zhian.law.procedure import ActSpec, Procedure


@dataclass(frozen=True, slots=True)
class Deed:
    """The matter (its row locked), what its procedure says of the act, and what was given.

    `values` are the cleaned fields, `confirmed` the gates that the person answered for, `key`
    what makes a repeated submission the same one, `approved` the proposal that was signed.
    """

    matter: Matter
    procedure: Procedure
    spec: ActSpec
    values: Mapping[str, Any]
    by: Actor
    at: datetime
    confirmed: frozenset[str] = frozenset()
    key: str | None = None
    reason: str = ""
    approved: Act | None = None


def facts_of(matter: Matter) -> Callable[[str], bool]:
    """A test for `fact` and `!fact`; the kind is asked once, and only when somebody asks."""
    known: dict[str, Any] = {}

    def holds(name: str) -> bool:
        if not known:
            known.update(kinds.get(matter.kind).facts(matter))
        wanted = not name.startswith("!")
        return bool(known[name.removeprefix("!")]) is wanted

    return holds
