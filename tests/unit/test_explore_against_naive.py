"""The search on bits finds exactly what a plain search over whole states finds."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings, strategies as st

from zhian.law.explore import explore
from zhian.law.procedure import (
    ActSpec,
    ClockStart,
    Phase,
    Procedure,
    State,
    obstacles,
    opened,
    stale,
    step,
)
from zhian.law.words import Words

LABEL = Words("某", "some")
PHASES = ("one", "two", "three", "end")
VERBS = ("a", "b", "c", "d", "e", "f")
DUTY = "some.duty"
Position = tuple[State, bool]


def some_verbs(most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(VERBS), max_size=most, unique=True).map(tuple)


terms = st.tuples(st.sampled_from(["", "!"]), st.sampled_from(VERBS)).map("".join)
conditions = st.lists(st.lists(terms, min_size=1, max_size=2).map(tuple), max_size=1).map(tuple)


@st.composite
def acts(draw: st.DrawFn, verb: str) -> ActSpec:
    """An act with any mixture of the keys that concern order and one clock."""
    clears = draw(st.one_of(st.just("all"), *[some_verbs(1).map(frozenset)] * 4))
    unless = draw(some_verbs(1)) + draw(st.sampled_from([(), (), (verb,)]))
    return ActSpec(
        verb=verb,
        words=LABEL,
        sources=frozenset(draw(st.sets(st.sampled_from(PHASES[:3]), min_size=1))),
        to=draw(st.sampled_from([None, None, *PHASES])),
        after=draw(conditions),
        unless=unless,
        once=draw(st.booleans()),
        clears=clears,
        keeps=frozenset(draw(some_verbs(1))),
        starts=(ClockStart(DUTY),) if draw(st.booleans()) and draw(st.booleans()) else (),
        stops=(DUTY,) if draw(st.booleans()) and draw(st.booleans()) else (),
        on_due=(DUTY,) if draw(st.integers(0, 7)) == 0 else (),
    )


@st.composite
def procedures(draw: st.DrawFn) -> Procedure:
    """A procedure of three phases, a closing and six acts."""
    opening = ActSpec("open", words=LABEL, opening=True, to="one")
    phases = tuple(Phase(key, LABEL, key == "end", n) for n, key in enumerate(PHASES))
    every = {"open": opening} | {verb: draw(acts(verb)) for verb in VERBS}
    day = date(2026, 1, 1)
    return Procedure("box", "1", day, None, LABEL, phases, {}, {}, every)


def plain_steps(procedure: Procedure, here: Position, clocked: bool) -> list[tuple[str, Position]]:
    state, running = here
    found = []
    for verb, act in procedure.acts.items():
        if obstacles(procedure, state, verb) or (clocked and act.on_due and not running):
            continue
        still = running and not act.stops
        found.append(
            (verb, (step(procedure, state, verb), clocked and (still or bool(act.starts))))
        )
    return found


def plain_search(procedure: Procedure, clocked: bool) -> dict[Position, list[tuple[str, Position]]]:
    first = (opened(procedure, "open"), False)
    edges: dict[Position, list[tuple[str, Position]]] = {}
    waiting = [first]
    while waiting:
        here = waiting.pop()
        if here not in edges:
            edges[here] = plain_steps(procedure, here, clocked)
            waiting += [there for _, there in edges[here]]
    return edges


def stuck_phases(edges: dict[Position, list[tuple[str, Position]]]) -> set[str]:
    hopeful = {here for here in edges if here[0].phase == "end"}
    grown = True
    while grown:
        more = {h for h, out in edges.items() if any(there in hopeful for _, there in out)}
        grown = not more <= hopeful
        hopeful |= more
    return {here[0].phase for here in edges if here not in hopeful}


@settings(max_examples=150, deadline=None)
@given(procedures())
def test_it_agrees_with_a_plain_search_over_whole_states(procedure: Procedure) -> None:
    edges = plain_search(procedure, clocked=False)
    found = explore(procedure)
    reached = {here[0].phase for here in edges}
    assert {f.table for f in found.sort("unreachable")} == {
        f"phases.{phase}" for phase in set(PHASES) - reached
    }
    done = {verb for out in edges.values() for verb, _ in out}
    assert {f.table for f in found.sort("idle")} == {f"act.{v}" for v in set(VERBS) - done}
    dead = {f.table for f in found.sort("dead end") if "stopped" not in f.message}
    assert dead == {f"phases.{phase}" for phase in stuck_phases(edges)}
    assert found.states <= len(edges)


@settings(max_examples=150, deadline=None)
@given(procedures())
def test_it_agrees_about_the_clock(procedure: Procedure) -> None:
    edges = plain_search(procedure, clocked=True)
    found = explore(procedure)
    left, doubled = set(), set()
    for (state, running), out in edges.items():
        for verb, (after, still) in out:
            act = procedure.acts[verb]
            if after.phase == "end" and state.phase != "end" and still:
                left.add(f"act.{verb}")
            if running and act.starts and not act.stops:
                doubled.add(f"act.{verb}")
    if any(act.starts for act in procedure.acts.values()):
        assert {f.table for f in found.sort("running clock")} == left
        assert {f.table for f in found.sort("restart")} == doubled


@settings(max_examples=80, deadline=None)
@given(procedures())
def test_every_path_that_is_shown_can_be_walked(procedure: Procedure) -> None:
    """A finding's path is a proof: each act in it is possible when its turn comes."""
    for finding in explore(procedure).findings:
        if not finding.path:
            continue
        state = opened(procedure, finding.path[0])
        for verb in finding.path[1:]:
            assert not obstacles(procedure, state, verb)
            state = step(procedure, state, verb)


@settings(max_examples=80, deadline=None)
@given(procedures())
def test_what_belongs_only_to_later_phases_is_done_only_where_it_was_kept(
    procedure: Procedure,
) -> None:
    kept = frozenset[str]().union(*(act.keeps for act in procedure.acts.values()))
    for state, _ in plain_search(procedure, clocked=False):
        assert state.done & stale(procedure, state.phase) <= kept
