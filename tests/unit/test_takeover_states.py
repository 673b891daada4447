"""Where a matter of another system may stand: what its procedure can reach, and what that implies.

The atlas is held against walks through the real engine of order (zhian.law.procedure), in which
children are counted one by one.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from tests.unit.procedures_kit import box
from zhian.desk.takeover.states import Atlas, Stand, Unreachable, atlas
from zhian.law.procedure import ActSpec, Procedure, State, book, obstacles, opened, step

KINDS = ["rectification", "disposal", "task"]


@cache
def newest(kind: str) -> Procedure:
    return [p for p in book().all() if p.kind == kind][-1]


def stand(kind: str, phase: str, *done: str) -> Stand:
    return atlas(kind, newest(kind).version).stand(phase, done)


# --- by hand


@pytest.mark.parametrize(
    ("kind", "phase", "done", "implied"),
    [
        ("rectification", "drafting", "", "open"),
        ("rectification", "ordered", "not_served", "open order not_served"),
        ("rectification", "correcting", "", "open order served"),
        ("rectification", "review", "", "open order served report"),
        ("disposal", "handling", "", "open assign begin"),
        ("disposal", "handling", "notify notified", "open assign begin notify notified"),
        ("task", "given", "", "direct"),
    ],
)
def test_a_phase_says_what_has_been_done(kind: str, phase: str, done: str, implied: str) -> None:
    found = stand(kind, phase, *done.split())
    begins = {act.verb for act in newest(kind).openings()}
    assert found.done - begins == set(implied.split()) - begins


def test_what_another_way_could_do_without_is_not_taken_for_done() -> None:
    found = stand("disposal", "publication")
    assert {"conclude", "control", "find_cause"} <= found.done
    assert not {"need_no_rectification", "rectified", "no_case", "hand_to_case"} & found.done


def test_several_ways_are_asked_for_by_their_shortest_lists() -> None:
    with pytest.raises(Unreachable) as why:
        stand("disposal", "conclusion")
    acts = newest("disposal").acts
    for verb in ("conclude", "retest_overturned", "objection_overturned"):
        assert acts[verb].words.zh in why.value.words.zh
        assert acts[verb].words.en in why.value.words.en


@pytest.mark.parametrize(
    ("kind", "phase", "done", "named"),
    [
        ("rectification", "ordered", (), "not_served"),
        ("disposal", "handling", ("notify",), "notified"),
    ],
)
def test_a_child_that_would_be_open_is_asked_for(
    kind: str, phase: str, done: tuple[str, ...], named: str
) -> None:
    with pytest.raises(Unreachable) as why:
        stand(kind, phase, *done)
    assert newest(kind).acts[named].words.zh in why.value.words.zh
    assert "送达" in why.value.words.zh


def test_what_cannot_have_been_done_is_named() -> None:
    with pytest.raises(Unreachable, match="不会在“整改中”阶段已办"):
        stand("rectification", "correcting", "report")


def test_acts_that_exclude_each_other_are_named_together() -> None:
    procedure = box(
        """
        [act.open]
        opening = true
        to = "one"
        posts = ["inspector"]
        zh = "开"
        en = "Open"
        [act.left]
        from = ["one"]
        unless = ["right"]
        posts = ["inspector"]
        zh = "左"
        en = "Left"
        [act.right]
        from = ["one"]
        unless = ["left"]
        posts = ["inspector"]
        zh = "右"
        en = "Right"
        [act.go]
        from = ["one"]
        to = "end"
        posts = ["inspector"]
        zh = "走"
        en = "Go"
        """
    )
    with pytest.raises(Unreachable) as why:
        Atlas(procedure, {}).stand("one", ("left", "right"))
    assert why.value.words.zh == "在“一”阶段，“左、右”不会都已办而没有其他进展。"


@pytest.mark.parametrize(
    ("kind", "phase", "certain", "possible"),
    [
        ("rectification", "correcting", "rectification.term", "spot.correct"),
        ("rectification", "review", "rectification.recheck", "spot.recheck"),
        ("disposal", "handling", "disposal.finish", "sampling.urgent"),
        ("task", "given", "task.take task.report", ""),
    ],
)
def test_a_phase_says_which_clocks_run(kind: str, phase: str, certain: str, possible: str) -> None:
    found = stand(kind, phase)
    assert set(certain.split()) <= found.certain
    assert set(possible.split()) <= found.possible - found.certain


def test_a_clock_that_was_stopped_does_not_run() -> None:
    before = stand("disposal", "handling")
    after = stand("disposal", "handling", "notify", "notified")
    assert "disposal.notify" in before.certain
    assert "disposal.notify" not in after.possible
    assert "retest.window" in after.possible
    assert "retest.window" not in before.possible


# --- against the engine of order


def children_after(open_now: Counter[str], act: ActSpec, procedure: Procedure) -> Counter[str]:
    """The open children after an act: one more for each it opens, one fewer where one told it."""
    left = Counter(open_now)
    for other in procedure.acts.values():
        for row in other.opens:
            if row.as_child and act.by == ("child",) and act.verb in {t.do for t in row.tells}:
                left[row.kind] -= left[row.kind] > 0
                return +left
    left.update(row.kind for row in act.opens if row.as_child)
    return +left


def may(state: State, open_now: Counter[str], act: ActSpec, procedure: Procedure) -> bool:
    if act.opening or obstacles(procedure, state, act.verb):
        return False
    if any(open_now[kind] for kind in act.children):
        return False
    if act.by != ("child",):
        return True
    tellers = {
        row.kind
        for other in procedure.acts.values()
        for row in other.opens
        if row.as_child and act.verb in {t.do for t in row.tells}
    }
    return not tellers or any(open_now[kind] for kind in tellers)


def walked(kind: str, seed: int, steps: int) -> list[tuple[State, Counter[str]]]:
    """A matter's life as chance has it: every state with the children that are open in it."""
    procedure, random = newest(kind), Random(seed)
    verb = random.choice(procedure.openings()).verb
    state, open_now = opened(procedure, verb), Counter[str]()
    seen = [(state, open_now)]
    for _ in range(steps):
        acts = [a for a in procedure.acts.values() if may(state, open_now, a, procedure)]
        if procedure.phase(state.phase).closed or not acts:
            break
        act = random.choice(acts)
        state = step(procedure, state, act.verb)
        open_now = children_after(open_now, act, procedure)
        seen.append((state, open_now))
    return seen


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 10_000), steps=st.integers(0, 40))
@settings(max_examples=60)
def test_every_state_that_the_engine_reaches_is_taken_as_it_is(
    kind: str, seed: int, steps: int
) -> None:
    procedure = newest(kind)
    for state, open_now in walked(kind, seed, steps):
        if not open_now and not procedure.phase(state.phase).closed:
            assert stand(kind, state.phase, *sorted(state.done)).done == state.done


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=40)
def test_whatever_is_taken_can_be_brought_to_its_end(kind: str, data: st.DataObject) -> None:
    """From a state of which only some acts were named the engine reaches a closing."""
    procedure = newest(kind)
    open_phases = [p.key for p in procedure.phases if not p.closed]
    phase = data.draw(st.sampled_from(open_phases))
    done = data.draw(st.sets(st.sampled_from(sorted(procedure.acts)), max_size=3))
    try:
        found = stand(kind, phase, *sorted(done))
    except Unreachable:
        return
    assert done <= found.done
    assert reaches_an_end(procedure, State(phase, found.done))


def reaches_an_end(procedure: Procedure, first: State) -> bool:
    """Whether some way of acts leads to a closed phase; at most one child of a kind is open."""
    waiting, seen = [(first, Counter[str]())], set()
    while waiting:
        state, open_now = waiting.pop()
        key = (state, tuple(sorted(open_now)))
        if procedure.phase(state.phase).closed:
            return True
        if key in seen or max(open_now.values(), default=0) > 1:
            continue
        seen.add(key)
        for act in procedure.acts.values():
            if may(state, open_now, act, procedure):
                after = children_after(open_now, act, procedure)
                waiting.append((step(procedure, state, act.verb), after))
    return False
