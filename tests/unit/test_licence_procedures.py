"""Licences as the law tells them: terms counted by hand, numbers, thresholds, and stories."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from zhian.law import gates, vocabulary
from zhian.law.check import DATA
from zhian.law.gate_model import Actor, Moment, Person, View
from zhian.law.licence_decision_gates import CHECKS
from zhian.law.licence_formats import food_categories
from zhian.law.licence_gates import LicenceSeen
from zhian.law.licence_numbers import UnknownLicenceKind, compose_licence, parse_licence
from zhian.law.plain_numbers import WrongCharacter, WrongCheckDigit
from zhian.law.procedure import Procedure, State, book, obstacles, opened, step
from zhian.law.reckoning import Reckoner
from zhian.law.thresholds import (
    Application,
    asked_of,
    check_thresholds,
    first_digits,
    forbidden,
    form_digits,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 24)
SC, JY, YB, EXIT = (
    book().pick(kind, TODAY)
    for kind in ("food_production_licence", "food_business_licence", "food_filing", "licence_exit")
)
PRODUCTION, BUSINESS = "licence.{}.food_production", "licence.{}.food_business"


def counted(duty: str, day: str) -> date | None:
    reckoner = Reckoner.load(None)
    at = datetime.combine(date.fromisoformat(day), time(10), SHANGHAI)
    return reckoner.due(duty, at)[1].day


# 2026: off 1–3 January and 15–23 February; at work on Sunday 4 January and on the Saturdays 14 and
# 28 February. Each line was counted on the wall calendar; the day itself does not count.
GOLDEN = [
    # over New Year
    (SC, "apply", PRODUCTION.format("correct"), "2025-12-31", "2026-01-08"),
    (SC, "grant", PRODUCTION.format("issue"), "2025-12-30", "2026-01-07"),
    (JY, "apply", BUSINESS.format("correct"), "2025-12-31", "2026-01-08"),
    (JY, "accept", BUSINESS.format("decide"), "2025-12-26", "2026-01-12"),
    (JY, "accept", BUSINESS.format("reissue"), "2025-12-26", "2026-01-12"),
    (JY, "grant", BUSINESS.format("issue"), "2025-12-30", "2026-01-07"),
    (YB, "give_number", "filing.prepackaged_publish", "2025-12-31", "2026-01-08"),
    # over Spring Festival
    (SC, "accept", PRODUCTION.format("decide"), "2026-02-12", "2026-03-04"),
    (SC, "order_site_check", PRODUCTION.format("site_check"), "2026-02-13", "2026-02-27"),
    (SC, "tell_hearing", PRODUCTION.format("hearing_request"), "2026-02-11", "2026-02-25"),
    (SC, "ask_hearing", PRODUCTION.format("hearing"), "2026-02-12", "2026-03-18"),
    (SC, "ask_hearing", "licence.hearing_host", "2026-02-13", "2026-02-25"),
    (JY, "order_site_check", BUSINESS.format("site_check"), "2026-02-13", "2026-02-27"),
    (JY, "tell_hearing", BUSINESS.format("hearing_request"), "2026-02-11", "2026-02-25"),
    (JY, "ask_hearing", BUSINESS.format("hearing"), "2026-02-12", "2026-03-18"),
    (JY, "served", BUSINESS.format("inspect_unseen"), "2026-02-14", "2026-04-03"),
    (YB, "give_number", "filing.prepackaged_publish", "2026-02-14", "2026-02-28"),
    (EXIT, "open_annul", "licence.annul", "2026-01-05", "2026-04-03"),
    (EXIT, "served", "licence.statement", "2026-02-14", "2026-02-28"),
    (EXIT, "served", "licence.hearing_request", "2026-02-14", "2026-02-28"),
    (EXIT, "ask_hearing", "licence.hearing", "2026-02-12", "2026-03-18"),
]


@pytest.mark.parametrize(("procedure", "verb", "duty", "from_", "due"), GOLDEN)
def test_a_term_ends_on_the_day_counted_by_hand(
    procedure: Procedure, verb: str, duty: str, from_: str, due: str
) -> None:
    assert duty in {row.duty for row in procedure.act(verb).starts}
    assert counted(duty, from_) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("duty", "expires", "last"),
    [
        (PRODUCTION.format("renew"), "2026-11-24", "2026-10-13"),
        (BUSINESS.format("renew"), "2026-11-24", "2026-11-03"),
        (BUSINESS.format("renew_open"), "2026-11-24", "2026-07-15"),
        (PRODUCTION.format("renew"), "2026-02-25", "2026-01-07"),
    ],
)
def test_a_renewal_is_applied_for_by_the_day_counted_back(
    duty: str, expires: str, last: str
) -> None:
    assert counted(duty, expires) == date.fromisoformat(last)


# ---- stories ------------------------------------------------------------------------------------

ACCEPTED = "apply accept order_site_check site_check"
STORIES = [
    (SC, "closed", f"{ACCEPTED} grant served published archive"),
    (SC, "closed", "apply ask_correction correct accept need_no_check grant served published "
                   "archive"),
    (SC, "closed", "apply ask_correction more_time abandoned"),
    (SC, "filing", "apply accept_by_silence order_site_check site_check deny served"),
    (SC, "closed", "apply decline not_served serve_again served archive"),
    (SC, "serving", f"{ACCEPTED} allow_rectification site_check grant"),
    (SC, "serving", f"{ACCEPTED} tell_hearing ask_hearing name_host announce_hearing hearing_held "
                    "deny"),
    (SC, "serving", f"{ACCEPTED} call_hearing name_host hearing_held extend grant"),
    (SC, "examining", f"{ACCEPTED} tell_hearing ask_hearing name_host hearing_dropped"),
    (SC, "closed", "apply_renewal accept need_no_check grant served published archive"),
    (SC, "closed", "apply_change accept order_site_check site_check grant_change served published "
                   "archive"),
    (SC, "closed", "apply_change accept terminate"),
    (JY, "closed", f"{ACCEPTED} grant served published archive"),
    (JY, "closed", "apply_renewal accept need_no_check grant served inspected published archive"),
    (JY, "closed", "apply_reissue accept grant_reissue served archive"),
    (YB, "closed", "file ask_missing complete give_number published"),
    (YB, "closed", "file give_number made_public"),
    (YB, "closed", "file_update update_record published"),
    (YB, "closed", "file reject"),
    (YB, "closed", "file withdraw"),
    (EXIT, "closed", "apply_cancel strike_off published archive"),
    (EXIT, "closed", "open_ex_officio strike_off published archive"),
    (EXIT, "closed", "record_revocation published strike_off not_published archive"),
    (EXIT, "closed", "record_revocation_industrial strike_off published archive"),
    (EXIT, "closed", "record_revocation_other strike_off published archive"),
    (EXIT, "closed", "open_annul tell served statement annul served strike_off published archive"),
    (EXIT, "closed", "open_annul tell not_served serve_again served keep"),
    (EXIT, "ending", "open_annul tell served ask_hearing name_host hearing_held extend annul"),
    (EXIT, "closed", "open_withdrawal tell served withdraw_licence served strike_off published "
                     "archive"),
    (EXIT, "closed", "apply_cancel drop"),
]  # fmt: skip


def after(procedure: Procedure, story: str) -> State:
    first, *rest = story.split()
    state = opened(procedure, first)
    for verb in rest:
        hindered = obstacles(procedure, state, verb)
        assert not hindered, f"{verb}: {[o.reason.zh for o in hindered]}"
        state = step(procedure, state, verb)
    return state


@pytest.mark.parametrize(("procedure", "phase", "story"), STORIES)
def test_the_story_goes_through(procedure: Procedure, phase: str, story: str) -> None:
    assert after(procedure, story).phase == phase


@pytest.mark.parametrize(
    ("procedure", "story", "verb"),
    [
        (SC, "apply ask_correction correct", "ask_correction"),  # once, and everything at once
        (SC, "apply ask_correction correct", "accept_by_silence"),  # it was told in time
        (SC, "apply accept", "grant"),  # neither checked nor found to need none
        (SC, "apply accept need_no_check", "order_site_check"),
        (SC, f"{ACCEPTED} extend", "extend"),  # the law extends once
        (YB, "file ask_missing", "give_number"),
        (EXIT, "open_annul", "annul"),  # before the holder was told
        (EXIT, "record_revocation", "drop"),  # a revocation is not taken back here
        (EXIT, "open_annul tell served annul", "drop"),
        (EXIT, "record_revocation published strike_off", "archive"),  # it is published anew
        (SC, f"{ACCEPTED} grant served", "archive"),
    ],
)
def test_what_the_order_forbids(procedure: Procedure, story: str, verb: str) -> None:
    assert obstacles(procedure, after(procedure, story), verb)


# ---- numbers ------------------------------------------------------------------------------------

CODES = st.integers(110000, 659999).map(str)
MADE = st.one_of(
    st.tuples(
        st.just("SC"), CODES, st.integers(1, 9999), st.sampled_from(sorted(food_categories()))
    ),
    st.tuples(st.just("JY"), CODES, st.integers(1, 999_999), st.sampled_from("123")),
    st.tuples(st.just("YB"), CODES, st.integers(1, 999_999), st.sampled_from("12")),
)


def made(kind: str, division: str, serial: int, first: str) -> str:
    key, width = ("category", 4) if kind == "SC" else ("form", 6)
    return compose_licence(kind, division=division, serial=str(serial).zfill(width), **{key: first})


@given(MADE)
def test_what_is_composed_is_read_back(parts: tuple[str, str, int, str]) -> None:
    number = parse_licence(made(*parts))
    assert (number.kind, number.division, int(number.parts["serial"])) == parts[:3]
    assert not [r for r in number.remarks if "校验" in r.zh]


@given(MADE)
def test_every_single_digit_that_changes_is_found(parts: tuple[str, str, int, str]) -> None:
    number = made(*parts)
    for place in range(2, len(number)):
        for digit in "0123456789".replace(number[place], ""):
            wrong = number[:place] + digit + number[place + 1 :]
            if parts[0] == "YB":  # the algorithm is presumed: remarked, not refused
                assert [r for r in parse_licence(wrong).remarks if "校验" in r.zh]
                continue
            with pytest.raises(WrongCheckDigit):
                parse_licence(wrong)


def test_a_real_number_is_composed_as_it_was_given() -> None:
    real = compose_licence("SC", category="125", division="230110", serial="0007")
    assert (
        real[:-1] == "SC1252301100007" and parse_licence(real).meanings["category"].zh == "豆制品"
    )


def test_a_part_of_the_wrong_length_is_refused_by_name() -> None:
    with pytest.raises(WrongCharacter, match="serial"):
        compose_licence("SC", category="125", division="230110", serial="12345")
    with pytest.raises(WrongCharacter, match="county"):
        compose_licence("SC", category="125", division="2301", serial="0001")
    with pytest.raises(UnknownLicenceKind):
        compose_licence("XK", serial="00001")


# ---- thresholds ----------------------------------------------------------------------------


def keys(**wanted: str) -> set[str]:
    return {t.key for t in asked_of(Application(**wanted))}


def test_special_food_shows_its_registration_and_its_quality_system() -> None:
    found = keys(licence="SC", purpose="renewal", category="127")
    assert found == {"special_food_system", "special_food_registration"}
    assert keys(licence="SC", purpose="renewal", category="101") == set()
    assert keys(licence="SC", purpose="first", category="101") == {"trial_report"}
    assert "infant_formula_batches" in keys(licence="SC", purpose="change", category="129")


def test_raw_food_is_examined_in_full() -> None:
    assert keys(licence="JY", purpose="first", form="caterer", item="raw") == {"raw_and_cold"}
    assert keys(licence="JY", purpose="first", form="caterer", item="hot") == set()


@pytest.mark.parametrize(
    ("form", "item", "rule"),
    [
        ("school_canteen", "raw", "school_high_risk"),
        ("school_canteen", "cold_meat", "school_high_risk"),
        ("caterer", "semi_finished", "semi_finished_elsewhere"),
        ("canteen", "bulk", "canteen_not_selling"),
        ("central_kitchen", "semi_finished", None),
        ("canteen", "raw", None),
    ],
)
def test_what_nobody_of_this_kind_may_have(form: str, item: str, rule: str | None) -> None:
    found = forbidden(Application("JY", "first", form=form, item=item))
    assert (found.key if found else None) == rule


def test_every_kind_of_business_has_its_digit_and_every_category_its_code() -> None:
    assert set(form_digits()) == vocabulary.choice_keys("business_form")
    assert vocabulary.choice_keys("food_category") == set(food_categories())
    assert first_digits(Application("JY", "first", form="central_kitchen")) == {"form": "2"}
    assert first_digits(Application("YB", "first", form="1")) == {"form": "1"}


def test_a_threshold_that_names_nothing_known_is_found(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    path = data / "thresholds.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('categories = ["105"]', 'categories = ["905"]'), encoding="utf-8")
    assert [(p.file, p.table) for p in check_thresholds(data)] == [
        ("thresholds.toml", "dairy_practice")
    ]
    assert not list(check_thresholds(DATA))


# ---- gates ---------------------------------------------------------------------------------

NUMBER = "SC12523990000014"
AT = datetime(2026, 10, 20, 9, tzinfo=SHANGHAI)


def seen(state: str = "valid", **more: Any) -> Mapping[str, LicenceSeen]:
    return {NUMBER: LicenceSeen(NUMBER, state, **more)}


def view(verb: str, facts: Mapping[str, Any], kind: str = "official", **fields: Any) -> View:
    actor = Actor(kind, Person(1, "沈青", card=True))
    return View(facts, fields, Moment(verb, AT), actor)


ENDS = {"expires_on": date(2026, 11, 24), "renew_by": date(2026, 10, 13)}
RECEIVED = {"received_on": date(2026, 10, 20), "licence_number": NUMBER}
LATER, EARLIER = date(2026, 12, 1), date(2026, 9, 1)
# gate, facts and fields of a refusal, a word of its sentence; then what lets it pass.
Case = tuple[str, dict[str, Any], dict[str, Any], str, dict[str, Any], dict[str, Any]]
REFUSED: list[Case] = [
    ("LIC-ALIVE", {"subject_ended": True}, {}, "主体资格", {"subject_ended": False}, {}),
    ("LIC-PREMISES", {"premises_fault": "other"}, {}, "不属于", {"premises_fault": ""}, {}),
    ("LIC-PREMISES", {"premises_fault": "closed"}, {}, "停业", {"premises_fault": ""}, {}),
    ("LIC-BARRED", {"barred_until": LATER}, {}, "禁止申请", {"barred_until": EARLIER}, {}),
    ("LIC-ONE", {"own_licence": NUMBER}, {}, NUMBER, {"own_licence": ""}, {}),
    ("LIC-SCOPE", {"licence_kind": "JY"}, {"form": "school_canteen", "item": "raw"}, "幼儿园",
     {"licence_kind": "JY"}, {"form": "school_canteen", "item": "hot"}),
    ("LIC-KNOWN", {"licences": {}}, {"licence_number": NUMBER}, "没有这个编号",
     {"licences": seen()}, {"licence_number": "SC 1252 3990 0000 14"}),
    ("LIC-KNOWN", {"licences": seen("revoked")}, {"licence_number": NUMBER}, "吊销",
     {"licences": seen()}, {"licence_number": NUMBER}),
    ("LIC-KNOWN", {"licences": seen("expired")}, {"licence_number": NUMBER}, "届满",
     {"licences": seen()}, {"licence_number": NUMBER}),
    ("LIC-MOVED", {}, {"moved": True}, "重新申请", {}, {"moved": False}),
    ("LIC-RENEW-WINDOW", {"licences": seen(**ENDS)}, RECEIVED, "2026-10-13",
     {"licences": seen(**ENDS)}, RECEIVED | {"received_on": date(2026, 10, 13)}),
    ("LIC-RENEW-WINDOW", {"licences": seen(**ENDS)}, RECEIVED, "2026-10-13",
     {"licences": seen(**ENDS)}, RECEIVED | {"late_reason": "经办人住院"}),
    ("LIC-RENEW-WINDOW", {"licences": seen(opens_on=LATER)}, RECEIVED, "尚未到",
     {"licences": seen(opens_on=EARLIER)}, RECEIVED),
    ("LIC-STILL", {"licence_state": "annulled"}, {}, "撤销", {"licence_state": "valid"}, {}),
    ("LIC-DAY", {}, {"until": AT.date()}, "今天之后", {}, {"until": LATER}),
    ("LIC-CHANGED-IN-PAST", {}, {"changed_on": LATER}, "尚未到", {}, {"changed_on": EARLIER}),
    ("LIC-THRESHOLDS", {"application": Application("SC", "first", "129")}, {}, "逐批检验",
     {"application": Application("SC", "first", "129")}, {"thresholds_met": True}),
    ("LIC-DECLINE", {}, {"ground": "not_ours"}, "何机关", {},
     {"ground": "not_ours", "where_to": "省局"}),
    ("LIC-TWO-CHECKERS", {}, {"checkers": [3]}, "两人", {}, {"checkers": [3, 4]}),
    ("LIC-TWO-CHECKERS", {}, {"checkers": [3, 3]}, "两人", {}, {"checkers": [3, 4]}),
    ("LIC-NO-CHECK", {"conditions_changed": True}, {}, "现场核查", {"conditions_changed": False},
     {}),
    ("LIC-RECTIFY-FIRST", {"site_result": "fail"}, {}, "限期整改", {"site_result": "rectify"}, {}),
    ("LIC-CLOCK-RUNS", {"reissuing": True}, {}, "补办", {"reissuing": False}, {}),
    ("LIC-HEARING-IN-TIME", {"hearing_until": date(2026, 10, 19)}, {"asked_on": AT.date()},
     "视为放弃", {"hearing_until": date(2026, 10, 20)}, {"asked_on": AT.date()}),
    ("LIC-HEARD", {"hearing_open": True}, {}, "听证笔录", {"hearing_open": False}, {}),
    ("LIC-SITE-PASSED", {"site_result": "rectify", "needs_no_check": False}, {}, "符合条件",
     {"site_result": "", "needs_no_check": True}, {}),
    ("LIC-NEW-TERM", {"purpose": "change"}, {}, "有效期", {"purpose": "renewal"}, {}),
    ("LIC-SAME-TERM", {"purpose": "first"}, {}, "变更", {"purpose": "change"}, {}),
    ("LIC-REISSUE", {"purpose": "first"}, {}, "补办", {"purpose": "reissue"}, {}),
    ("LIC-UNSEEN", {"uninspected": True}, {}, "监督检查", {"uninspected": False}, {}),
    (
        *("LIC-TERMINATE", {}, {"ground": "asked"}, "书面申请"),
        *({}, {"ground": "asked", "materials": [1]}),
    ),
    ("FILING-NEEDED", {"licensed": "JY1"}, {}, "不需要另行备案", {"licensed": ""}, {}),
    ("FILING-ONE", {"own_licence": "YB1"}, {}, "YB1", {"own_licence": ""}, {}),
    ("FILING-FIRST", {"purpose": "change"}, {}, "更新", {"purpose": "first"}, {}),
    ("FILING-UPDATE", {"purpose": "first"}, {}, "更新", {"purpose": "change"}, {}),
    ("EXIT-KNOWN", {"licences": {}}, {"licence_number": NUMBER}, "没有这个编号",
     {"licences": seen("expired")}, {"licence_number": NUMBER}),
    ("EXIT-KNOWN", {"licences": seen("cancelled")}, {"licence_number": NUMBER}, "注销",
     {"licences": seen()}, {"licence_number": NUMBER}),
    ("EXIT-GROUND", {"licences": seen()}, {"licence_number": NUMBER, "ground": "expired"},
     "不符", {"licences": seen("expired")}, {"licence_number": NUMBER, "ground": "expired"}),
    ("EXIT-GROUND", {"licences": seen(), "subject_ended": False},
     {"licence_number": NUMBER, "ground": "ended"}, "尚未注销",
     {"licences": seen(), "subject_ended": True}, {"licence_number": NUMBER, "ground": "ended"}),
    ("EXIT-FOUND-IN-PAST", {}, {"found_on": LATER}, "尚未到", {}, {"found_on": EARLIER}),
    ("EXIT-ANNULLING", {"annulling": False}, {}, "撤销", {"annulling": True}, {}),
    ("EXIT-WITHDRAWING", {"annulling": True}, {}, "撤回", {"annulling": False}, {}),
    ("EXIT-STILL", {"licence_state": "revoked"}, {}, "吊销", {"licence_state": "expired"}, {}),
    ("EXIT-INQUIRY", {"exit_way": "apply_cancel"}, {}, "正在被调查",
     {"exit_way": "apply_cancel"}, {"no_inquiry": True}),
    ("EXIT-PAPER", {}, {"announced_on": EARLIER}, "公告作废", {}, {"returned": True}),
]  # fmt: skip


@pytest.mark.parametrize(("gate", "facts", "fields", "word", "better", "right"), REFUSED)
def test_a_gate_refuses_with_its_reason_and_lets_through_what_is_right(
    gate: str,
    facts: dict[str, Any],
    fields: dict[str, Any],
    word: str,
    better: dict[str, Any],
    right: dict[str, Any],
) -> None:
    refusal = gates.gate(gate, view("x", facts, **fields), "x")
    assert refusal is not None and word in refusal.reason.zh and refusal.reason.en
    assert gates.gate(gate, view("x", better, **right), "x") is None


def test_the_host_does_not_examine_and_the_operator_ends_only_its_own() -> None:
    class Host:
        user_id = 7

    facts = {"examiners": frozenset([7])}
    assert gates.gate("LIC-HOST", view("x", facts, host=Host()), "x") is not None
    assert gates.gate("LIC-HOST", view("x", {"examiners": frozenset()}, host=Host()), "x") is None
    mine = view("x", {"exit_way": "open_annul"}, "operator")
    assert gates.gate("EXIT-DROP", mine, "x") is not None
    own = view("x", {"exit_way": "apply_cancel"}, "operator")
    assert gates.gate("EXIT-DROP", own, "x") is None
    ended = view("x", {}, "operator", ground="force_majeure")
    assert gates.gate("LIC-TERMINATE", ended, "x") is not None


def test_every_gate_of_licences_has_been_tried() -> None:
    named = {g for p in (SC, JY, YB, EXIT) for a in p.acts.values() for g in a.gates}
    ours = {g for g in named if g.startswith(("LIC-", "FILING-", "EXIT-"))}
    elsewhere = {"LIC-HOST", "EXIT-DROP", "EXIT-FOOD", "EXIT-INDUSTRIAL", "EXIT-OTHER", "EXIT-OURS"}
    days = {g for g in ours if g.endswith("-IN-PAST")}
    assert ours <= CHECKS.keys()
    assert ours - days - elsewhere <= {case[0] for case in REFUSED}
