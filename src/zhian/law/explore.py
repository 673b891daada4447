"""Searches a procedure to the end and says what is wrong with it.

It finds phases that no matter reaches, acts that can never happen, matters that can never be
closed, closings with a running statutory clock, clocks started twice, conditions of a gate that
some path to a closing avoids, closings over an open child, and children whose ending comes at a
time when the parent cannot hear it. Each finding carries the shortest sequence of acts that
leads there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from zhian.law.explore_model import Move, Space, children, clock
from zhian.law.procedure import Procedure

PHASE = 0b11111
COUNT = 5
SHIFT = 7
"""A state is one number: the phase, two bits that count what is followed, the done verbs above."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which sort, in which table of the file, and how to get there."""

    sort: str
    table: str
    message: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.message} ({' → '.join(self.path)})" if self.path else self.message


@dataclass(frozen=True, slots=True)
class Exploration:
    """The size of the space, alone and with each clock or child kind, and what was found."""

    states: int
    sizes: Mapping[str, int]
    findings: tuple[Finding, ...]

    def sort(self, name: str) -> tuple[Finding, ...]:
        """The findings of one sort."""
        return tuple(f for f in self.findings if f.sort == name)


class Search:
    """Every state that the acts of a space can reach, each with the act that first led there."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.came: dict[int, tuple[int, str]] = {}
        self.edges: dict[int, list[int]] = {}
        self.performed: set[str] = set()
        self.doubled: dict[str, int] = {}
        self.entered: dict[tuple[str, int], int] = {}
        self._run()

    def _run(self) -> None:
        waiting: deque[int] = deque()
        for move in self.space.openings:
            self._follow(-1, move, move.sets & move.after_move, 0, waiting)
        while waiting:
            state = waiting.popleft()
            done, count = state >> SHIFT, running(state)
            if count and self.space.token and self.space.token.ends_by_itself:
                self._arrive(state, "", state - (1 << COUNT), waiting)
            for move in self.space.moves[state & PHASE]:
                if move.counts[count] and move.possible(done):
                    self._follow(state, move, move.result(done), count, waiting)

    def _follow(self, state: int, move: Move, done: int, count: int, waiting: deque[int]) -> None:
        verb = move.act.verb
        self.performed.add(verb)
        if move.starts[count]:
            self.doubled.setdefault(verb, state)
        closes = move.target in self.space.closed and (state & PHASE) not in self.space.closed
        for after in move.counts[count]:
            reached = done << SHIFT | after << COUNT | move.target
            self._arrive(state, verb, reached, waiting)
            if closes:
                self.entered.setdefault((verb, reached), state)

    def _arrive(self, state: int, verb: str, reached: int, waiting: deque[int]) -> None:
        if reached not in self.came:
            self.came[reached] = (state, verb)
            waiting.append(reached)
        self.edges.setdefault(reached, []).append(state)

    def path(self, state: int, *last: str) -> tuple[str, ...]:
        """The acts that lead to a state, from the opening on."""
        verbs: list[str] = []
        while state != -1:
            state, verb = self.came[state]
            if verb:
                verbs.append(verb)
        return (*reversed(verbs), *last)

    def stuck(self) -> Iterator[int]:
        """States from which no closed phase can be reached any more, nearest first."""
        hopeful = [s for s in self.came if s & PHASE in self.space.closed]
        seen = set(hopeful)
        while hopeful:
            for before in self.edges.get(hopeful.pop(), ()):
                if before not in seen and before != -1:
                    seen.add(before)
                    hopeful.append(before)
        return (state for state in self.came if state not in seen)


def running(state: int) -> int:
    """How many of what is followed run in a state."""
    return state >> COUNT & 0b11


def explore(
    procedure: Procedure,
    exempt: Collection[str] = (),
    endings: Mapping[str, Collection[str]] | None = None,
) -> Exploration:
    """Searches the procedure by itself, then with one clock and one kind of child at a time.

    `exempt` are duties whose clock may run on after closing: windows, cooldowns, durations.
    `endings` are the closing verbs of each kind of child, where that kind is known.
    """
    plain = Search(Space(procedure))
    findings = [*_dead_phases(procedure, plain), *_idle_acts(procedure, plain)]
    findings += _stuck(procedure, plain, "")
    findings += _avoided_gates(procedure)
    sizes: dict[str, int] = {}
    for duty in clocks_of(procedure):
        search = Search(Space(procedure, clock(duty)))
        sizes[duty] = len(search.came)
        findings += _clock_findings(procedure, search, duty, duty in exempt)
    for kind in child_kinds(procedure):
        search = Search(Space(procedure, children(procedure, kind, (endings or {}).get(kind))))
        sizes[kind] = len(search.came)
        findings += _child_findings(procedure, search, kind)
    return Exploration(len(plain.came), sizes, tuple(_distinct(findings)))


def clocks_of(procedure: Procedure) -> tuple[str, ...]:
    """Every duty that some act starts, in the order of the file."""
    return tuple(dict.fromkeys(s.duty for a in procedure.acts.values() for s in a.starts))


def closing_verbs(procedure: Procedure) -> frozenset[str]:
    """The acts that close an open matter of this kind."""
    closed = procedure.closed_phases
    return frozenset(
        a.verb for a in procedure.acts.values() if a.to in closed and not a.sources <= closed
    )


def child_kinds(procedure: Procedure) -> tuple[str, ...]:
    """Every kind that some act opens as a child, in the order of the file."""
    opens = (o for a in procedure.acts.values() for o in a.opens)
    return tuple(dict.fromkeys(o.kind for o in opens if o.as_child))


def _distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: set[tuple[str, str, str]] = set()
    for finding in findings:
        key = (finding.sort, finding.table, finding.message)
        if key not in seen:
            seen.add(key)
            yield finding


def _dead_phases(procedure: Procedure, search: Search) -> Iterator[Finding]:
    reached = {state & PHASE for state in search.came}
    for phase in procedure.phases:
        if phase.index not in reached:
            message = f"no sequence of acts reaches the phase {phase.key!r}"
            yield Finding("unreachable", f"phases.{phase.key}", message)


def _idle_acts(procedure: Procedure, search: Search) -> Iterator[Finding]:
    for verb in procedure.acts:
        if verb not in search.performed:
            yield Finding("idle", f"act.{verb}", "this act can never happen")


def _stuck(procedure: Procedure, search: Search, about: str) -> Iterator[Finding]:
    seen: set[int] = set()
    for state in search.stuck():
        index = state & PHASE
        if index in seen:
            continue
        seen.add(index)
        phase = procedure.phases[index].key
        message = f"a matter in {phase!r} can get stuck: no act leads to a closed phase{about}"
        yield Finding("dead end", f"phases.{phase}", message, search.path(state))


def _avoided_gates(procedure: Procedure) -> Iterator[Finding]:
    for gate, conditions in procedure.abstract.items():
        used = any(gate in act.gates for act in procedure.acts.values())
        if not used:
            yield Finding("gate", "abstract", f"no act asks for the gate {gate!r}")
        terms = {t.removeprefix("!") for row in conditions for t in row}
        search = Search(Space(procedure, remember=terms))
        masks = [search.space.condition(row) for row in conditions]
        for (verb, reached), state in search.entered.items():
            done = reached >> SHIFT
            if not all(done & pos or neg & ~done for pos, neg in masks):
                message = f"a matter can be closed here although the gate {gate!r} does not hold"
                yield Finding("gate", f"act.{verb}", message, search.path(state, verb))


def _clock_findings(
    procedure: Procedure, search: Search, duty: str, exempt: bool
) -> Iterator[Finding]:
    for verb, state in search.doubled.items():
        message = f"starts {duty}, which is running already"
        yield Finding("restart", f"act.{verb}", message, search.path(state, verb))
    for (verb, reached), state in search.entered.items():
        if running(reached) and not exempt:
            message = f"closes while the clock {duty} runs"
            yield Finding("running clock", f"act.{verb}", message, search.path(state, verb))
    if any(duty in act.on_due for act in procedure.acts.values()):
        yield from _stuck(procedure, search, f" when {duty} has stopped")


def _child_findings(procedure: Procedure, search: Search, kind: str) -> Iterator[Finding]:
    for (verb, reached), state in search.entered.items():
        if running(reached):
            message = f"closes while a child of kind {kind!r} may still be open"
            yield Finding("open child", f"act.{verb}", message, search.path(state, verb))
    yield from _stuck(procedure, search, f" while it waits for {kind!r}")
    yield from _deaf(procedure, search, kind)


def _deaf(procedure: Procedure, search: Search, kind: str) -> Iterator[Finding]:
    """Endings that a child may tell at a time when the parent's act is not possible."""
    told = {
        tell.do
        for act in procedure.acts.values()
        for o in act.opens
        if o.as_child and o.kind == kind
        for tell in o.tells
    }
    moves = [{m.act.verb: m for m in rows} for rows in search.space.moves]
    for state in search.came:
        if not running(state):
            continue
        for verb in told:
            move = moves[state & PHASE].get(verb)
            if move is None or not move.possible(state >> SHIFT):
                phase = procedure.phases[state & PHASE].key
                message = f"a child of kind {kind!r} may tell this in {phase!r}, when it cannot"
                yield Finding("unheard", f"act.{verb}", message + " happen", search.path(state))
