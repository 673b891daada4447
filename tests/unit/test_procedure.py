"""Order alone: which act is possible now, what it leaves behind, and what moving back forgets."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from tests.unit.procedures_kit import TOY, box
from zhian.law.procedure import (
    NoProcedure,
    Procedure,
    ProcedureBook,
    ProcedureFileError,
    State,
    UnknownPhase,
    UnknownVerb,
    book,
    obstacles,
    opened,
    possible,
    stale,
    step,
)

PAPER = box(
    """
[act.bring]
opening = true
to = "one"
zh = "收件"
en = "Bring"
[act.check]
from = ["one"]
zh = "核对"
en = "Check"
[act.waive]
from = ["two"]
zh = "放弃申辩"
en = "Waive"
[act.hear]
from = ["two"]
zh = "听取申辩"
en = "Hear"
[act.forward]
from = ["one"]
to = "two"
after = ["check"]
zh = "上报"
en = "Forward"
[act.decide]
from = ["two"]
to = "end"
after = [["waive", "hear", "!object"]]
unless = ["pause"]
zh = "决定"
en = "Decide"
[act.object]
from = ["two"]
zh = "提出异议"
en = "Object"
[act.pause]
from = ["one", "two"]
unless = ["pause"]
zh = "中止"
en = "Pause"
[act.resume]
from = ["one", "two"]
after = ["pause"]
clears = ["pause"]
zh = "恢复"
en = "Resume"
[act.stamp]
from = "any"
once = true
zh = "盖章"
en = "Stamp"
[act.back]
from = ["two"]
to = "one"
zh = "退回"
en = "Send back"
[act.back_but_keep]
from = ["two"]
to = "one"
keeps = ["hear"]
zh = "退回，保留申辩"
en = "Send back, keep the hearing"
[act.anew]
from = ["two"]
to = "one"
clears = "all"
keeps = ["stamp"]
zh = "重来"
en = "Anew"
"""
)


def at(phase: str, *done: str) -> State:
    return State(phase, frozenset(done))


def why(procedure: Procedure, state: State, verb: str) -> list[str]:
    return [o.kind for o in obstacles(procedure, state, verb)]


@pytest.mark.parametrize(
    ("state", "verb", "kinds"),
    [
        (at("one"), "check", []),
        (at("two"), "check", ["phase"]),
        (at("one"), "forward", ["after"]),
        (at("one", "check"), "forward", []),
        (at("two"), "decide", []),
        (at("two", "object"), "decide", ["after"]),
        (at("two", "object", "hear"), "decide", []),
        (at("two", "pause"), "decide", ["unless"]),
        (at("one", "pause"), "pause", ["unless"]),
        (at("two", "object", "pause"), "decide", ["after", "unless"]),
        (at("end", "stamp"), "stamp", ["once"]),
        (at("one"), "bring", ["phase"]),
    ],
)
def test_what_stands_in_the_way_of_an_act(state: State, verb: str, kinds: list[str]) -> None:
    assert why(PAPER, state, verb) == kinds


def test_the_reason_names_phases_and_acts_by_their_labels_in_both_languages() -> None:
    (wrong,) = obstacles(PAPER, at("two"), "check")
    assert wrong.reason.zh == "现处“二”，此事只能在“一”办理。"
    assert wrong.reason.en == "Now: Two. Possible only in: One."
    (first,) = obstacles(PAPER, at("two", "object"), "decide")
    assert first.reason.zh == "须先满足：已办“放弃申辩”，或已办“听取申辩”，或未办“提出异议”。"
    assert first.verbs == ("waive", "hear", "!object")


def test_an_act_counts_as_done_and_a_toggle_can_be_used_again() -> None:
    paused = step(PAPER, at("one"), "pause")
    assert paused == at("one", "pause")
    resumed = step(PAPER, paused, "resume")
    assert resumed == at("one", "resume")
    assert why(PAPER, resumed, "pause") == []


def test_moving_back_forgets_what_belongs_only_to_later_phases() -> None:
    """A waiver given before the file was sent back must not open the second decision."""
    before = at("two", "check", "waive", "object", "forward")
    after = step(PAPER, before, "back")
    assert after == at("one", "check", "forward")
    again = step(PAPER, step(PAPER, after, "forward"), "object")
    assert why(PAPER, again, "decide") == ["after"]


def test_keeps_names_what_survives_moving_back() -> None:
    after = step(PAPER, at("two", "hear", "waive"), "back_but_keep")
    assert after == at("one", "hear")


def test_clearing_all_keeps_only_what_it_says() -> None:
    after = step(PAPER, at("two", "check", "stamp", "hear", "forward"), "anew")
    assert after == at("one", "stamp")


def test_moving_on_forgets_nothing() -> None:
    assert step(PAPER, at("one", "check"), "forward") == at("two", "check", "forward")


def test_every_act_but_the_openings_is_offered_in_the_order_of_the_file() -> None:
    offered = [act.verb for act, _ in possible(PAPER, at("one"))]
    assert offered == [verb for verb in PAPER.acts if verb != "bring"]
    free = {act.verb for act, hindered in possible(PAPER, at("one")) if not hindered}
    assert free == {"check", "pause", "stamp"}


def test_a_matter_begins_with_its_opening_act_done() -> None:
    assert opened(PAPER, "bring") == at("one", "bring")
    with pytest.raises(UnknownVerb):
        opened(PAPER, "check")


def test_unknown_names_are_errors_that_name_the_procedure() -> None:
    with pytest.raises(UnknownVerb, match=r"box@1.*'fly'"):
        obstacles(PAPER, at("one"), "fly")
    with pytest.raises(UnknownPhase, match=r"box@1.*'four'"):
        PAPER.phase("four")


@given(st.sets(st.sampled_from(sorted(PAPER.acts))), st.sampled_from(["back", "anew"]))
def test_after_moving_back_nothing_is_done_that_could_not_have_been_done_yet(
    done: set[str], verb: str
) -> None:
    after = step(PAPER, State("two", frozenset(done)), verb)
    left_over = after.done & stale(PAPER, "one")
    assert not left_over - PAPER.act(verb).keeps


@given(st.lists(st.integers(0, 30), max_size=40))
def test_on_any_walk_an_act_that_is_refused_was_refused_for_a_reason_and_once_means_once(
    choices: list[int],
) -> None:
    state, stamped = opened(PAPER, "bring"), 0
    for number in choices:
        free = [act for act, hindered in possible(PAPER, state) if not hindered]
        if not free:
            break
        act = free[number % len(free)]
        assert state.phase in act.sources
        assert not set(act.unless) & state.done
        stamped += act.verb == "stamp"
        state = step(PAPER, state, act.verb)
    assert stamped <= 1


def test_only_acts_that_move_clear_sign_or_stop_check_the_head() -> None:
    moving = {verb for verb, act in PAPER.acts.items() if act.moves}
    assert moving == {"bring", "forward", "decide", "resume", "back", "back_but_keep", "anew"}
    task = book().pick("task", date(2026, 11, 24))
    assert task.act("take").moves
    assert not task.act("progress").moves


def test_a_version_is_picked_by_the_day_of_the_trigger() -> None:
    toys = ProcedureBook.load(TOY / "procedures")
    assert toys.pick("stall", date(2026, 12, 1)).version == "1"
    assert toys.pick("stall", date(2030, 12, 31)).version == "1"
    for day in (date(2026, 11, 30), date(2031, 1, 1)):
        with pytest.raises(NoProcedure):
            toys.pick("stall", day)


def test_a_matter_finds_the_version_it_began_with() -> None:
    assert book().version("disposal", "2022").kind == "disposal"
    with pytest.raises(NoProcedure, match="disposal@1999"):
        book().version("disposal", "1999")


def test_two_versions_of_one_kind_may_not_hold_on_the_same_day() -> None:
    first = PAPER
    second = box('[act.bring]\nopening = true\nto = "one"')
    with pytest.raises(ProcedureFileError, match=r"box@1.*while procedures/box.toml"):
        ProcedureBook((first, second))


def test_this_house_has_its_four_procedures() -> None:
    assert {"task", "rectification", "disposal", "service"} <= set(book().kinds())
