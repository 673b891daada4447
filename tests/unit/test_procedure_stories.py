"""The four procedures as stories: what leads where, who does it, and what it starts and stops."""

from __future__ import annotations

from datetime import date

import pytest

from zhian.law.diagrams import mermaid
from zhian.law.procedure import Procedure, State, book, obstacles, opened, possible, step
from zhian.law.words import Words, joined

TODAY = date(2026, 11, 24)
TASK, RECTIFICATION, DISPOSAL, SERVICE = (
    book().pick(kind, TODAY) for kind in ("task", "rectification", "disposal", "service")
)


def after(procedure: Procedure, *verbs: str) -> State:
    """The state after these acts, each of which must be possible at its time."""
    state = opened(procedure, verbs[0])
    for verb in verbs[1:]:
        hindered = obstacles(procedure, state, verb)
        assert not hindered, f"{verb}: {[o.reason.zh for o in hindered]}"
        state = step(procedure, state, verb)
    return state


def refused(procedure: Procedure, state: State, verb: str) -> set[str]:
    """Which verbs, or the phase, stand in the way."""
    return {name for o in obstacles(procedure, state, verb) for name in (o.verbs or (o.kind,))}


SERVED = ("open", "assign", "notify", "notified", "begin")
WORKED = (*SERVED, "control", "find_cause", "need_no_rectification", "no_case")

STORIES = [
    (TASK, "closed", "direct take progress report close"),
    (TASK, "closed", "direct take ask_more_time more_time report return report close"),
    (TASK, "reported", "direct take split part_done report"),
    (TASK, "closed", "direct refuse close"),
    (TASK, "closed", "direct cancel"),
    (SERVICE, "closed", "open served"),
    (SERVICE, "closed", "open attempt announce announced"),
    (SERVICE, "closed", "open attempt announce found"),
    (SERVICE, "closed", "open cancel"),
    (RECTIFICATION, "closed", "open corrected"),
    (RECTIFICATION, "closed", "open order served report pass"),
    (RECTIFICATION, "closed", "open order not_served serve_again served report pass"),
    (RECTIFICATION, "closed", "open order served ask_more_time extend report pass"),
    (RECTIFICATION, "failed", "open order served lapse"),
    (RECTIFICATION, "closed", "open order served lapse order_again served report pass"),
    (RECTIFICATION, "closed", "open order served report fail hand_to_case"),
    (RECTIFICATION, "closed", "open guide_licence order served lapse close_down"),
    (RECTIFICATION, "closed", "open order cancel"),
    (DISPOSAL, "closed", "open pass_on"),
    (DISPOSAL, "closed", " ".join([*WORKED, "conclude", "send_to_publish", "publish", "published",
                                   "close"])),
    (DISPOSAL, "closed", " ".join([*SERVED, "ask_retest", "retest_overturned",
                                   "conclude_overturned"])),
    (DISPOSAL, "conclusion", " ".join([*WORKED, "ask_retest", "retest_upheld", "ask_objection",
                                       "objection_refused", "conclude"])),
    (DISPOSAL, "handling", "open assign notify not_notified notify notified begin"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("procedure", "phase", "story"), STORIES, ids=lambda v: v if isinstance(v, str) else v.kind
)
def test_the_story_goes_through_and_ends_in_its_phase(
    procedure: Procedure, phase: str, story: str
) -> None:
    assert after(procedure, *story.split()).phase == phase


def test_a_conclusion_waits_for_every_strand() -> None:
    state = after(DISPOSAL, "open", "assign", "begin")
    assert refused(DISPOSAL, state, "conclude") == {
        "notified", "control", "find_cause", "rectified", "need_no_rectification",
        "hand_to_case", "no_case",
    }  # fmt: skip
    asked = after(DISPOSAL, *WORKED, "ask_retest")
    assert refused(DISPOSAL, asked, "conclude") == {
        "!ask_retest", "retest_upheld", "retest_refused",
    }  # fmt: skip


def test_a_conclusion_needs_two_signatures_and_the_end_of_both_windows() -> None:
    conclude = DISPOSAL.act("conclude")
    assert conclude.approve is not None
    assert conclude.approve.posts == ("office_head", "bureau_head")
    assert conclude.waits == ("retest.window", "objection.window")
    assert set(conclude.children) == {"service"}


def test_the_statutory_clocks_of_a_failed_sample() -> None:
    opening = {s.duty: s.at for s in DISPOSAL.act("open").starts if s.when is None}
    assert opening == dict.fromkeys(
        ("disposal.notify", "disposal.begin", "disposal.finish"), "received_on"
    )
    served = {s.duty: s.at for s in DISPOSAL.act("notified").starts}
    assert served == dict.fromkeys(
        ("retest.window", "objection.window", "operator.control"), "served_at"
    )
    assert [s.duty for s in DISPOSAL.act("conclude").starts] == ["disposal.publish"]


def test_who_concludes_does_not_publish() -> None:
    publish = DISPOSAL.act("publish")
    assert (publish.posts, publish.other_than) == (("publisher",), ("conclude",))


def test_a_withdrawn_service_can_be_repeated() -> None:
    state = after(DISPOSAL, "open", "assign", "notify")
    assert refused(DISPOSAL, state, "notify") == {"notify"}
    state = step(DISPOSAL, state, "not_notified")
    assert refused(DISPOSAL, state, "notify") == set()


def test_a_second_order_must_be_served_again_before_it_counts() -> None:
    state = after(RECTIFICATION, "open", "order", "served", "report", "fail", "order_again")
    assert state.phase == "ordered"
    assert refused(RECTIFICATION, state, "report") == {"phase"}


def test_an_order_makes_the_document_runs_the_day_set_and_is_signed() -> None:
    order = RECTIFICATION.act("order")
    assert order.approve is not None and order.approve.posts == ("office_head",)
    assert [d.template for d in order.documents] == ["rectification_order"]
    assert (order.starts[0].duty, order.starts[0].due) == ("rectification.term", "until")
    assert {s.duty for s in order.starts if s.when == "product_check"} == {
        "spot.correct", "spot.recheck",
    }  # fmt: skip


def test_a_term_that_is_over_ends_the_correction_by_itself() -> None:
    lapse = RECTIFICATION.act("lapse")
    assert (lapse.by, lapse.on_due, lapse.to) == (("system",), ("rectification.term",), "failed")


def test_only_the_unlicensed_are_closed_down_and_two_heads_sign() -> None:
    close_down = RECTIFICATION.act("close_down")
    assert close_down.approve is not None
    assert close_down.approve.posts == ("office_head", "bureau_head")
    assert "RECT-UNLICENSED" in close_down.gates and close_down.officers == 2
    assert [m.standing for m in close_down.marks] == ["closed_down"]


def test_handing_over_opens_a_task_until_the_kind_case_exists() -> None:
    for procedure in (RECTIFICATION, DISPOSAL):
        (opens,) = procedure.act("hand_to_case").opens
        assert (opens.kind, opens.verb, opens.as_child) == ("task", "direct", False)


def test_a_returned_task_forgets_its_parts_and_runs_on_a_new_day() -> None:
    state = after(TASK, "direct", "take", "split", "part_done", "report", "return")
    assert state.phase == "working"
    assert not state.done & {"split", "part_done", "ask_more_time"}
    assert [s.due for s in TASK.act("return").starts] == ["deadline"]


def test_an_announcement_ends_by_itself_and_counts_as_served() -> None:
    announced = SERVICE.act("announced")
    assert (announced.by, announced.on_due) == (("system",), ("service.announcement",))
    assert SERVICE.act("announce").starts[0].at == "posted_on"


@pytest.mark.parametrize(
    "procedure", [TASK, RECTIFICATION, DISPOSAL, SERVICE], ids=lambda p: p.kind
)
def test_nothing_of_the_main_line_is_left_to_do_in_a_closed_matter(procedure: Procedure) -> None:
    for phase in procedure.closed_phases:
        free = [a.verb for a, hindered in possible(procedure, State(phase)) if not hindered]
        assert free == []


def test_the_four_procedures_are_drawn_with_every_moving_act() -> None:
    for procedure in (TASK, RECTIFICATION, DISPOSAL, SERVICE):
        for language in ("zh", "en"):
            text = mermaid(procedure, language)
            assert text.startswith("stateDiagram-v2\n")
            for act in procedure.acts.values():
                if act.to is not None:
                    words = act.words.text(language).translate(str.maketrans(":;#", "   "))
                    assert words.strip() in text


def test_a_drawing_shows_order_signatures_and_who_else_acts() -> None:
    text = mermaid(RECTIFICATION, "en")
    assert '    state "To be ordered" as drafting\n' in text
    assert "    [*] --> drafting : Propose a rectification order\n" in text
    assert "    drafting --> ordered : Issue the rectification order [signed]\n" in text
    assert "    ordered --> correcting : Order served [child]\n" in text
    assert "Term over without a report [system]" in text
    assert "    closed --> [*]\n" in text


def test_words_speak_both_languages_and_know_when_one_is_missing() -> None:
    greeting = Words("“{who}”已办", "{who} is done").format(who=Words("送达", "Service"))
    assert (greeting.text(), greeting.text("en-gb")) == ("“送达”已办", "Service is done")
    assert str(greeting) == "“送达”已办"
    assert greeting.text("zh-hans") == greeting.zh
    assert Words("甲", "A") and not Words("甲", "") and not Words("", "A")
    both = joined((Words("甲", "A"), Words("乙", "B")), "、", " or ")
    assert both == Words("甲、乙", "A or B")
