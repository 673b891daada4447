"""What may happen next to a matter, and the book of all procedures.

The rules of the engine that concern order alone live here, as functions of values:

* An act is possible from its phases, when all its `after` conditions hold, none of its `unless`
  verbs is done, and, with `once`, it is not done itself.
* Performing it first clears (`clears` turns done back into not done, so `once` and `unless` are
  free again), then counts it as done, then moves.
* A move to an earlier phase clears every verb that belongs only to later phases: a waiver given
  before the file was sent back must not open the second decision. `keeps` names exceptions.

Rights, signatures, clocks, gates and documents are judged by the desk, from the same shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from zhian.law.procedure_file import read_labels, read_procedure
from zhian.law.procedure_model import (
    ActSpec,
    Approval,
    ClockExtension,
    ClockPause,
    ClockStart,
    Condition,
    DocumentUse,
    FieldSpec,
    Mark,
    NoProcedure,
    Obstacle,
    Opens,
    Phase,
    Procedure,
    ProcedureError,
    ProcedureFileError,
    Publish,
    State,
    Tell,
    UnknownPhase,
    UnknownVerb,
)
from zhian.law.words import Words, joined

__all__ = [
    "ActSpec",
    "Approval",
    "ClockExtension",
    "ClockPause",
    "ClockStart",
    "Condition",
    "DocumentUse",
    "FieldSpec",
    "Mark",
    "NoProcedure",
    "Obstacle",
    "Opens",
    "Phase",
    "Procedure",
    "ProcedureBook",
    "ProcedureError",
    "ProcedureFileError",
    "Publish",
    "State",
    "Tell",
    "UnknownPhase",
    "UnknownVerb",
    "book",
    "holds",
    "obstacles",
    "opened",
    "possible",
    "stale",
    "step",
]

DATA = Path(__file__).parent / "data"

WRONG_PHASE = Words(
    "现处“{now}”，此事只能在“{phases}”办理。", "Now: {now}. Possible only in: {phases}."
)
BEGINS_A_MATTER = Words(
    "“{act}”用于新开事项，不能在已有事项上办理。",
    "“{act}” begins a new matter; it cannot be done on one that exists.",
)
FIRST = Words("须先满足：{needs}。", "Needed first: {needs}.")
NEED_DONE = Words("已办“{act}”", "“{act}” done")
NEED_NOT_DONE = Words("未办“{act}”", "“{act}” not done")
BLOCKED = Words("“{act}”已办，不能再办此事。", "“{act}” is done, so this is no longer possible.")
ONLY_ONCE = Words("“{act}”只能办理一次，已经办过。", "“{act}” can be done only once and is done.")


def obstacles(procedure: Procedure, state: State, verb: str) -> tuple[Obstacle, ...]:
    """Why the act is not possible in this state: phase, after, unless and once only.

    Each reason is a sentence that names acts and phases by their labels. An empty tuple means
    that order does not stand in the way. Raises UnknownVerb.
    """
    act = procedure.act(verb)
    if act.opening:
        return (Obstacle("phase", BEGINS_A_MATTER.format(act=act.words)),)
    return (
        *_wrong_phase(procedure, state, act),
        *_not_yet(procedure, state, act),
        *_blocked(procedure, state, act),
    )


def _wrong_phase(procedure: Procedure, state: State, act: ActSpec) -> Iterator[Obstacle]:
    if state.phase in act.sources:
        return
    allowed = tuple(p.words for p in procedure.phases if p.key in act.sources)
    now = procedure.phase(state.phase).words
    yield Obstacle("phase", WRONG_PHASE.format(now=now, phases=joined(allowed, "、", ", ")))


def _not_yet(procedure: Procedure, state: State, act: ActSpec) -> Iterator[Obstacle]:
    for condition in act.after:
        if not holds(condition, state.done):
            needs = tuple(_need(procedure, term) for term in condition)
            reason = FIRST.format(needs=joined(needs, "，或", " or "))
            yield Obstacle("after", reason, condition)


def _need(procedure: Procedure, term: str) -> Words:
    words = procedure.act(term.removeprefix("!")).words
    return (NEED_NOT_DONE if term.startswith("!") else NEED_DONE).format(act=words)


def _blocked(procedure: Procedure, state: State, act: ActSpec) -> Iterator[Obstacle]:
    if act.once and act.verb in state.done:
        yield Obstacle("once", ONLY_ONCE.format(act=act.words), (act.verb,))
    for verb in act.unless:
        if verb in state.done:
            yield Obstacle("unless", BLOCKED.format(act=procedure.act(verb).words), (verb,))


def holds(condition: Condition, done: frozenset[str]) -> bool:
    """Whether any term of the condition is true: a verb is done, or `!verb` is not done."""
    return any((term[1:] not in done) if term[:1] == "!" else term in done for term in condition)


def step(procedure: Procedure, state: State, verb: str) -> State:
    """The state after the act: clears, then done, then the phase (moving back clears).

    The caller has asked `obstacles` first; `state` of an opening act is `State(act.to)` with
    nothing done. Raises UnknownVerb.
    """
    act = procedure.act(verb)
    kept = act.keeps & state.done
    done = kept if act.clears == "all" else state.done - act.clears | kept
    done = done | {verb}
    phase = act.to or state.phase
    if not act.opening and procedure.phase(phase).index < procedure.phase(state.phase).index:
        done -= stale(procedure, phase) - act.keeps
    return State(phase, done)


def stale(procedure: Procedure, phase: str) -> frozenset[str]:
    """The verbs that belong only to phases after this one, so a move back to it clears them."""
    index = procedure.phase(phase).index
    place = {p.key: p.index for p in procedure.phases}
    return frozenset(
        act.verb
        for act in procedure.acts.values()
        if act.sources and all(place.get(source, index) > index for source in act.sources)
    )


def opened(procedure: Procedure, verb: str) -> State:
    """The first state of a matter that begins with this opening act."""
    act = procedure.act(verb)
    if not act.opening or act.to is None:
        raise UnknownVerb(f"{procedure.kind}@{procedure.version}: {verb!r} begins no matter")
    return State(act.to, frozenset({verb}))


def possible(procedure: Procedure, state: State) -> Iterator[tuple[ActSpec, tuple[Obstacle, ...]]]:
    """Every act but the openings, with what stands in its way now; in the order of the file."""
    for act in procedure.acts.values():
        if not act.opening:
            yield act, obstacles(procedure, state, act.verb)


class ProcedureBook:
    """All procedures in all versions; a matter keeps the version it began with."""

    def __init__(self, procedures: tuple[Procedure, ...]) -> None:
        self._all = tuple(sorted(procedures, key=lambda p: (p.kind, p.valid_from, p.version)))
        self._by_version = {(p.kind, p.version): p for p in self._all}
        _refuse_doubles(self._all)

    @classmethod
    def load(cls, folder: Path | None = None) -> ProcedureBook:
        """The book of all *.toml in the folder; field labels come from fields.toml beside it."""
        folder = folder or DATA / "procedures"
        labels = read_labels(folder.parent / "fields.toml")
        return cls(tuple(read_procedure(path, labels) for path in sorted(folder.glob("*.toml"))))

    def pick(self, kind: str, on: date) -> Procedure:
        """The version in force on the day of the trigger; raises NoProcedure."""
        for procedure in self._all:
            if procedure.kind == kind and procedure.in_force(on):
                return procedure
        raise NoProcedure(f"no procedure for {kind!r} was in force on {on}")

    def version(self, kind: str, version: str) -> Procedure:
        """The version that is stored on the matter; raises NoProcedure."""
        try:
            return self._by_version[kind, version]
        except KeyError:
            raise NoProcedure(f"there is no procedure {kind}@{version}") from None

    def kinds(self) -> tuple[str, ...]:
        """Every kind of matter that has a procedure, in alphabetical order."""
        return tuple(sorted({p.kind for p in self._all}))

    def all(self) -> tuple[Procedure, ...]:
        """Every procedure, by kind and by the day it came into force."""
        return self._all


def _refuse_doubles(procedures: tuple[Procedure, ...]) -> None:
    for first, second in pairwise(procedures):
        if first.kind != second.kind:
            continue
        if first.valid_to is None or first.valid_to >= second.valid_from:
            raise ProcedureFileError(
                second.file,
                "procedure",
                f"{second.kind}@{second.version} begins on {second.valid_from} "
                f"while {first.file} is still in force",
            )


@cache
def book() -> ProcedureBook:
    """The book of this house, read once."""
    return ProcedureBook.load()
