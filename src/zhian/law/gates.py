"""Gates: conditions over facts that an act must meet, each with its article.

A gate is named in a procedure. Where a program can decide it, a check of the same id stands in
`zhian.law.gate_checks` (licences: `licence_gates`, `licence_decision_gates`) and returns the
sentence shown under the greyed button. Where only a person can, the gate is a rule that the person
who acts must confirm on the form.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from zhian.law.gate_model import (
    Actor,
    GateCheck,
    GateRule,
    Moment,
    Person,
    Refusal,
    UnknownGate,
    View,
)
from zhian.law.ground_gates import CHECKS
from zhian.law.procedure import Procedure
from zhian.law.words import Words, words_of

__all__ = [
    "CHECKS",
    "Actor",
    "GateCheck",
    "GateRule",
    "Moment",
    "Person",
    "Refusal",
    "UnknownGate",
    "View",
    "facts_needed",
    "gate",
    "needs_confirmation",
    "read_rules",
    "rule",
    "rules",
]

DATA = Path(__file__).parent / "data"
GATE_FILES = ("gates.toml", "house_gates.toml")


def read_rules(folder: Path) -> Iterator[GateRule]:
    """The gates of the data files in a folder; a missing file holds none."""
    for name in GATE_FILES:
        path = folder / name
        if not path.exists():
            continue
        for gate_id, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield GateRule(
                gate_id,
                str(row.get("source", "")),
                str(row.get("article", "")),
                words_of(row.get("when", {})),
                words_of(row.get("requires", {})),
            )


@cache
def rules() -> Mapping[str, GateRule]:
    """Every gate of this house by its id."""
    return {rule.gate: rule for rule in read_rules(DATA)}


def rule(gate_id: str) -> GateRule:
    """The rule of a gate, for the form and the docs; raises UnknownGate."""
    try:
        return rules()[gate_id]
    except KeyError:
        raise UnknownGate(f"no such gate: {gate_id}") from None


def needs_confirmation(gate_id: str) -> bool:
    """Whether only a person can decide the gate, so the form shows it as a line to confirm."""
    return gate_id not in CHECKS


CONFIRM = Words("须确认：{requires}。", "Please confirm: {requires}.")


def gate(gate_id: str, view: View, verb: str) -> Refusal | None:
    """Whether the gate lets the act pass: None, or the refusal with reason and article.

    A gate without a check passes when its id is among `view.confirmed`. Raises UnknownGate, and
    ValueError when the view is of another verb.
    """
    if verb != view.act.verb:
        raise ValueError(f"the view is of {view.act.verb!r}, not of {verb!r}")
    known = rule(gate_id)
    article = "" if known.house else f"{known.source} {known.article}"
    if needs_confirmation(gate_id):
        if gate_id in view.confirmed:
            return None
        return Refusal(gate_id, CONFIRM.format(requires=known.requires), article, confirm=True)
    reason = CHECKS[gate_id](view)
    return Refusal(gate_id, reason, article) if reason else None


def facts_needed(procedure: Procedure) -> frozenset[str]:
    """The facts that a kind must report: those the procedure declares and those its gates read."""
    used = {gate_id for act in procedure.acts.values() for gate_id in act.gates}
    read = (name for gate_id in used & CHECKS.keys() for name in CHECKS[gate_id].reads)
    return frozenset((*procedure.facts, *read))
