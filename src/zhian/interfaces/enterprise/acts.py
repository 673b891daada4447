"""Acts as operators know them: their own words, what they need not fill in, whose a duty is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from zhian.desk import kinds, labels
from zhian.desk.engine import begin
from zhian.desk.models import Clock, Matter
from zhian.desk.show import rows
from zhian.directory import office_law
from zhian.law.procedure import ActSpec, Procedure, State, book, possible
from zhian.law.rules import Rule
from zhian.law.words import Words, words_of

TABLE = Path(__file__).parent / "acts.toml"
OPERATOR = "operator"
# Days of handing in: what is sent from here is handed in today.
TODAY = frozenset({"received_on", "asked_on", "applied_on"})


@dataclass(frozen=True, slots=True)
class Wording:
    """One act in the operator's words, with what is fixed or hidden in its form."""

    words: Words
    fixed: Mapping[str, str] = field(default_factory=dict)
    hides: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """The whole of acts.toml."""

    actors: frozenset[str]
    rights: tuple[str, ...]
    verbs: Mapping[str, Wording]
    acts: Mapping[tuple[str, str], Wording]


@cache
def table() -> Table:
    """Read once."""
    raw = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    acts = {
        (kind, verb): _row(row)
        for kind, verbs in raw["acts"].items()
        for verb, row in verbs.items()
    }
    verbs = {verb: _row(row) for verb, row in raw["verbs"].items()}
    return Table(frozenset(raw["actors"]), tuple(raw["rights"]), verbs, acts)


def _row(row: Mapping[str, Any]) -> Wording:
    return Wording(words_of(row), row.get("fixed", {}), frozenset(row.get("hides", ())))


def wording(kind: str, spec: ActSpec) -> Wording:
    """An act in the operator's words: of this kind, else of any; else the procedure's own."""
    known = table().acts.get((kind, spec.verb))
    if known is not None:
        return known
    general = table().verbs.get(spec.verb, Wording(spec.words))
    said = general.words.format(kind=labels.kind_words(kind))
    return Wording(said, general.fixed, general.hides)


def by_operator(spec: ActSpec) -> bool:
    """Whether an operator's person may ever do it."""
    return OPERATOR in spec.by


def now_possible(matter: Matter) -> list[ActSpec]:
    """What an operator's person may do to a matter as it stands; gates are asked with the form."""
    known = labels.procedure(matter.kind, matter.procedure_version)
    if known is None or not matter.is_open:
        return []
    state = State(matter.phase, frozenset(matter.done))
    return [act for act, against in possible(known, state) if not against and by_operator(act)]


def settling(matter: Matter, specs: list[ActSpec], duty: str) -> ActSpec | None:
    """The act that settles a duty of the operator."""
    known: Procedure | None = labels.procedure(matter.kind, matter.procedure_version)
    return next((spec for spec in specs if rows.settles(known, spec, duty)), None)


def is_ours(rule: Rule | None, spec: ActSpec | None) -> bool:
    """Whether a duty is the operator's: the rule says whose it is; a term that was only set by an
    order is whose act settles it."""
    if rule is None:
        return spec is not None
    return any(actor.strip() in table().actors for actor in rule.actor.split("/"))


def is_right(clock: Clock) -> bool:
    """Whether it is a right with a last day, not a duty."""
    named = clock.duty.startswith(table().rights)
    return named or office_law.runs_out(clock.duty, labels.rule_of(clock))


def openings() -> list[tuple[str, ActSpec]]:
    """The kinds of matter that an operator may begin, with the act that begins them."""
    return [(kind.name, act) for kind in kinds.all_kinds() for act in _openings_of(kind.name)]


def _openings_of(kind: str) -> Iterator[ActSpec]:
    procedure = begin.newest(kind)
    for act in procedure.openings() if procedure else ():
        row = act.field("operator")
        if by_operator(act) and row is not None and row.required:
            yield act


def opening_verbs() -> dict[str, set[str]]:
    """By kind: the acts with which an operator may begin, in every version."""
    found: dict[str, set[str]] = {}
    for kind in kinds.all_kinds():
        verbs = {a.verb for a in _all_openings(kind.name) if by_operator(a)}
        if verbs:
            found[kind.name] = verbs
    return found


def _all_openings(kind: str) -> Iterator[ActSpec]:
    for procedure in book().all():
        if procedure.kind == kind:
            yield from procedure.openings()
