"""Searches a procedure to the end and says what is wrong with it.

It finds phases that no matter reaches, acts that can never happen, matters that can never be
closed, closings with a running statutory clock, clocks started twice, conditions of a gate that
some path to a closing avoids, closings over an open child, and children whose ending comes at a
time when the parent cannot hear it. Each finding carries the shortest sequence of acts that
leads there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from zhian.law.explore_model import Space, children, clock
from zhian.law.explore_walk import SHIFT, Graph, Graphs, Walk
from zhian.law.procedure import Procedure


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


def explore(
    procedure: Procedure,
    exempt: Collection[str] = (),
    endings: Mapping[str, Collection[str]] | None = None,
) -> Exploration:
    """Searches the procedure by itself, then with one clock and one kind of child at a time.

    `exempt` are duties whose clock may run on after closing: windows, cooldowns, durations.
    `endings` are the closing verbs of each kind of child, where that kind is known.
    """
    graphs = Graphs(procedure)
    plain = graphs.walk()
    findings = [*_dead_phases(procedure, plain), *_idle_acts(procedure, plain)]
    findings += _stuck(plain, "")
    findings += _avoided_gates(procedure)
    sizes: dict[str, int] = {}
    for duty in clocks_of(procedure):
        walk = graphs.walk(clock(duty))
        sizes[duty] = len(walk.came) - 1
        findings += _clock_findings(procedure, walk, duty, duty in exempt)
    for kind in child_kinds(procedure):
        walk = graphs.walk(children(procedure, kind, (endings or {}).get(kind)))
        sizes[kind] = len(walk.came) - 1
        findings += _child_findings(procedure, walk, kind)
    return Exploration(len(plain.came) - 1, sizes, tuple(_distinct(findings)))


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


def _dead_phases(procedure: Procedure, walk: Walk) -> Iterator[Finding]:
    reached = {walk.phase(position).key for position in walk.positions()}
    for phase in procedure.phases:
        if phase.key not in reached:
            message = f"no sequence of acts reaches the phase {phase.key!r}"
            yield Finding("unreachable", f"phases.{phase.key}", message)


def _idle_acts(procedure: Procedure, walk: Walk) -> Iterator[Finding]:
    performed = {verb for state in walk.graph.out for verb in walk.graph.possible(state)}
    for verb in procedure.acts:
        if verb not in performed:
            yield Finding("idle", f"act.{verb}", "this act can never happen")


def _stuck(walk: Walk, about: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for position in walk.stuck():
        phase = walk.phase(position).key
        if phase not in seen:
            seen.add(phase)
            message = f"a matter in {phase!r} can get stuck: no act leads to a closed phase{about}"
            yield Finding("dead end", f"phases.{phase}", message, walk.path(position))


def _avoided_gates(procedure: Procedure) -> Iterator[Finding]:
    for gate, conditions in procedure.abstract.items():
        if not any(gate in act.gates for act in procedure.acts.values()):
            yield Finding("gate", "abstract", f"no act asks for the gate {gate!r}")
        terms = {t.removeprefix("!") for row in conditions for t in row}
        walk = Walk(Graph(Space(procedure, terms)))
        masks = [walk.graph.space.condition(row) for row in conditions]
        for (verb, reached), position in walk.entered.items():
            done = reached >> 2 >> SHIFT
            if not all(done & pos or neg & ~done for pos, neg in masks):
                message = f"a matter can be closed here although the gate {gate!r} does not hold"
                yield Finding("gate", f"act.{verb}", message, walk.path(position, verb))


def _clock_findings(procedure: Procedure, walk: Walk, duty: str, exempt: bool) -> Iterator[Finding]:
    for verb, position in walk.doubled.items():
        message = f"starts {duty}, which is running already"
        yield Finding("restart", f"act.{verb}", message, walk.path(position, verb))
    for verb, position in walk.left_running().items():
        if not exempt:
            message = f"closes while the clock {duty} runs"
            yield Finding("running clock", f"act.{verb}", message, walk.path(position, verb))
    if any(duty in act.on_due for act in procedure.acts.values()):
        yield from _stuck(walk, f" when {duty} has stopped")


def _child_findings(procedure: Procedure, walk: Walk, kind: str) -> Iterator[Finding]:
    for verb, position in walk.left_running().items():
        message = f"closes while a child of kind {kind!r} may still be open"
        yield Finding("open child", f"act.{verb}", message, walk.path(position, verb))
    yield from _stuck(walk, f" while it waits for {kind!r}")
    yield from _deaf(procedure, walk, kind)


def _deaf(procedure: Procedure, walk: Walk, kind: str) -> Iterator[Finding]:
    """Endings that a child may tell at a time when the parent's act is not possible."""
    opens = (o for act in procedure.acts.values() for o in act.opens)
    told = {tell.do for o in opens if o.as_child and o.kind == kind for tell in o.tells}
    seen: set[tuple[str, str]] = set()
    for position in walk.positions():
        if not position & 3:
            continue
        phase = walk.phase(position).key
        for verb in sorted(told - walk.graph.possible(position >> 2)):
            if (verb, phase) in seen:
                continue
            seen.add((verb, phase))
            message = f"a child of kind {kind!r} may tell this in {phase!r}, when it cannot happen"
            yield Finding("unheard", f"act.{verb}", message, walk.path(position))
