"""Gates: what they refuse, with which sentence and under which article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from zhian.law.gates import (
    CHECKS,
    Actor,
    Moment,
    Person,
    UnknownGate,
    View,
    facts_needed,
    gate,
    needs_confirmation,
    rule,
    rules,
)
from zhian.law.procedure import book

NOON = datetime(2026, 11, 24, 12, 0)
LI = Person("li", "李执法", card=True)
WANG = Person("wang", "王执法", card=True)
ZHAO = Person("zhao", "赵无证", card=False)


def view(
    facts: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    actor: Actor | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> View:
    official = actor or Actor("official", LI)
    return View(facts or {}, fields or {}, Moment("do", NOON), official, confirmed)


def refusal(gate_id: str, **parts: Any) -> str | None:
    """The Chinese sentence with which the gate refuses, if it does."""
    found = gate(gate_id, view(**parts), "do")
    return found.reason.zh if found else None


@pytest.mark.parametrize("gate_id", ["G-PUN-22", "G-APL-42"])
@pytest.mark.parametrize(
    ("actor", "says"),
    [
        (Actor("official", LI, (WANG,)), None),
        (Actor("official", LI), "不得少于两人"),
        (Actor("official", LI, (LI,)), "不得少于两人"),
        (Actor("official", LI, (ZHAO,)), "没有有效执法证件：赵无证"),
        (Actor("operator", ZHAO), None),
        (Actor("system"), None),
    ],
)
def test_two_officers_with_cards(gate_id: str, actor: Actor, says: str | None) -> None:
    found = refusal(gate_id, actor=actor)
    assert found is None if says is None else says in str(found)


@pytest.mark.parametrize("gate_id", ["G-PUN-49", "G-HEAR-11"])
def test_who_handled_the_case_neither_reviews_it_nor_hosts_its_hearing(gate_id: str) -> None:
    facts = {"handlers": ["li", "sun"]}
    assert "李执法是本案办案人员" in str(refusal(gate_id, facts=facts))
    assert refusal(gate_id, facts=facts, actor=Actor("official", WANG)) is None


def served(**fields: Any) -> dict[str, Any]:
    return {"served_at": NOON - timedelta(hours=1), **fields}


@pytest.mark.parametrize(
    ("gate_id", "fields", "says"),
    [
        ("G-PUN-82-1", {"method": "direct"}, "须上传送达回证"),
        ("G-PUN-82-1", {"method": "direct", "proof": ["f"]}, "签收人及其身份"),
        ("G-PUN-82-1", {"method": "direct", "proof": ["f"], "receiver": "张", "relation": "self"},
         None),
        ("G-PUN-82-1", {"method": "post"}, None),
        ("G-PUN-82-2", {"method": "left"}, "须有见证人，或者拍照"),
        ("G-PUN-82-2", {"method": "left", "witnessed": True}, None),
        ("G-PUN-82-2", {"method": "left", "proof": ["f"]}, None),
        ("G-PUN-82-3", {"method": "electronic", "proof": ["f"]}, "送达地址确认书"),
        ("G-PUN-82-3", {"method": "electronic", "proof": ["f"], "consent": True}, "地址确认书"),
        ("G-PUN-82-3", {"method": "electronic", "consent": True, "address_confirmed": True},
         "留存截屏"),
        ("G-PUN-82-3", {"method": "electronic", "consent": True, "address_confirmed": True,
                        "proof": ["f"]}, None),
        ("G-PUN-82-4", {"method": "post"}, "邮寄回执"),
        ("G-PUN-82-4", {"method": "entrusted", "proof": ["f"]}, None),
        ("SERVICE-PAPER", {}, "没有要送达的文书"),
        ("SERVICE-PAPER", {"document": 1}, None),
        ("SERVICE-PAPER", {"papers": ["f"]}, None),
    ],
)  # fmt: skip
def test_service_as_article_82_wants_it(
    gate_id: str, fields: dict[str, Any], says: str | None
) -> None:
    found = refusal(gate_id, fields=served(**fields))
    assert found is None if says is None else says in str(found)


@pytest.mark.parametrize(
    ("facts", "fields", "says"),
    [
        ({"attempts": 0}, {"reason": "no_other_way", "where": "website"}, "尚无送达未成"),
        ({}, {"reason": "no_other_way", "where": "website"}, "尚无送达未成"),
        ({"attempts": 1}, {"reason": "no_other_way", "where": "website"}, None),
        ({}, {"reason": "whereabouts_unknown", "where": "newspaper"}, None),
        ({"attempts": 2}, {"reason": "no_other_way", "where": "notice_board"}, "须拍照"),
        ({}, {"reason": "whereabouts_unknown", "where": "notice_board", "photos": ["f"]}, None),
        ({}, {"reason": "whereabouts_unknown", "where": "website",
              "posted_on": date(2026, 11, 25)}, "2026-11-25 尚未到"),
    ],
)  # fmt: skip
def test_announcement_only_when_nothing_else_works(
    facts: dict[str, Any], fields: dict[str, Any], says: str | None
) -> None:
    found = refusal("G-PUN-82-5", facts=facts, fields=fields)
    assert found is None if says is None else says in str(found)


@pytest.mark.parametrize(
    ("gate_id", "facts", "fields", "says"),
    [
        ("SERVED-IN-PAST", {}, {"served_at": NOON + timedelta(minutes=1)}, "尚未到"),
        ("SERVED-IN-PAST", {}, {"served_at": NOON}, None),
        ("SERVED-IN-PAST", {}, {}, None),
        ("RECEIVED-IN-PAST", {}, {"received_on": date(2026, 11, 25)}, "尚未到"),
        ("RECEIVED-IN-PAST", {}, {"received_on": date(2026, 11, 24)}, None),
        ("RECT-DAY", {}, {"until": date(2026, 11, 24)}, "须在今天之后"),
        ("RECT-DAY", {}, {"until": date(2026, 11, 25)}, None),
        ("RECT-DAY", {}, {}, "须在今天之后"),
        ("G-SPT-46", {"product_check": True}, {"until": date(2027, 1, 23)}, None),
        ("G-SPT-46", {"product_check": True}, {"until": date(2027, 1, 24)}, "最迟 2027-01-23"),
        ("G-SPT-46", {"product_check": False}, {"until": date(2027, 6, 1)}, None),
        ("RECT-UNLICENSED", {"unlicensed": False}, {}, "证照齐全"),
        ("RECT-UNLICENSED", {"unlicensed": True}, {}, None),
        ("TASK-ADDRESSEE", {}, {"text": "x"}, "请选择承办"),
        ("TASK-ADDRESSEE", {}, {"office": 3}, None),
        ("TASK-DAY", {}, {"deadline": NOON - timedelta(days=1)}, "已过"),
        ("TASK-DAY", {}, {"deadline": NOON + timedelta(hours=3)}, None),
        ("TASK-DAY", {}, {}, "请填写"),
        ("TASK-PARTS", {}, {"parts": []}, "至少写一个部分"),
        ("TASK-PARTS", {}, {"parts": [{"text": "a", "office": 1, "deadline": NOON}, {}]},
         "第 2 部分缺少内容"),
        ("TASK-PARTS", {}, {"parts": [{"text": "a", "handler": 1}]}, "第 1 部分缺少期限"),
        ("TASK-PARTS", {}, {"parts": [{"text": "a", "office": 1, "deadline": NOON}]}, None),
        ("DISPOSAL-OPERATOR", {"operator": None}, {}, "对应到主体"),
        ("DISPOSAL-OPERATOR", {"operator": 7}, {}, None),
        ("DISPOSAL-QUANTITY", {}, {"qty_sold": 3, "qty_left": -1}, "不能为负数"),
        ("DISPOSAL-QUANTITY", {}, {"qty_sold": None, "qty_left": 0}, None),
        ("G-SMP-31", {"microbiological": True}, {}, "微生物"),
        ("G-SMP-31", {"reserve_expires_on": date(2026, 11, 1)}, {"result_on": date(2026, 11, 2)},
         "保质期至 2026-11-01"),
        ("G-SMP-31", {"reserve_expires_on": date(2026, 11, 2)}, {"result_on": date(2026, 11, 2)},
         None),
        ("G-SMP-31", {"retest_applied_on": date(2026, 11, 3), "retest_due": date(2026, 11, 2)}, {},
         "逾期（最迟 2026-11-02）"),
        ("G-SMP-31", {"retest_applied_on": date(2026, 11, 2), "retest_due": date(2026, 11, 2)}, {},
         None),
    ],
)  # fmt: skip
def test_days_addressees_and_samples(
    gate_id: str, facts: dict[str, Any], fields: dict[str, Any], says: str | None
) -> None:
    found = refusal(gate_id, facts=facts, fields=fields)
    assert found is None if says is None else says in str(found)


def test_a_refusal_says_so_in_both_languages_and_cites_the_article() -> None:
    found = gate("G-PUN-22", view(), "do")
    assert found is not None
    assert found.reason.en == "Two officers are needed: name the other."
    assert (found.gate_id, found.article, found.confirm) == ("G-PUN-22", "PUNISH 22", False)


def test_a_rule_of_the_house_cites_no_article() -> None:
    found = gate("TASK-ADDRESSEE", view(), "do")
    assert found is not None and found.article == ""
    assert rule("TASK-ADDRESSEE").house


def test_what_only_a_person_can_decide_is_confirmed_on_the_form() -> None:
    assert needs_confirmation("RECT-CLOSE-DOWN") and not needs_confirmation("RECT-UNLICENSED")
    asked = gate("RECT-CLOSE-DOWN", view(), "do")
    assert asked is not None and asked.confirm
    assert asked.reason.zh.startswith("须确认：") and "引导其办理证照" in asked.reason.zh
    assert gate("RECT-CLOSE-DOWN", view(confirmed=frozenset({"RECT-CLOSE-DOWN"})), "do") is None


def test_a_confirmation_never_opens_a_gate_that_a_program_decides() -> None:
    assert gate("G-PUN-22", view(confirmed=frozenset({"G-PUN-22"})), "do") is not None


def test_an_unknown_gate_and_a_view_of_another_act_are_errors() -> None:
    with pytest.raises(UnknownGate, match="G-NONE"):
        gate("G-NONE", view(), "do")
    with pytest.raises(ValueError, match="'do'"):
        gate("G-PUN-22", view(), "undo")


def test_every_check_belongs_to_a_gate_with_its_article_and_both_languages() -> None:
    for gate_id in CHECKS:
        known = rule(gate_id)
        assert known.when and known.requires
        assert known.house or known.article


def test_every_gate_of_our_procedures_is_known_and_most_are_decided_by_a_program() -> None:
    used = {g for p in book().all() for a in p.acts.values() for g in a.gates}
    assert used <= rules().keys()
    asked = {g for g in used if needs_confirmation(g)}
    assert asked == {"RECT-CLOSE-DOWN", "IPL-UNITS", "REPAIR-11"}


def test_a_kind_knows_which_facts_it_must_report() -> None:
    needed = {p.kind: facts_needed(p) for p in book().all()}
    assert needed["service"] == {"attempts", "seal_missing"}
    assert needed["rectification"] == {"unlicensed", "product_check"}
    assert {"serious_hazard", "operator", "microbiological"} <= needed["disposal"]
    assert needed["task"] == frozenset()


def test_checks_read_only_the_facts_that_they_announce() -> None:
    class Watched(dict[str, Any]):
        def __init__(self) -> None:
            super().__init__()
            self.asked: set[str] = set()

        def get(self, key: str, default: Any = None) -> Any:
            self.asked.add(key)
            return default

    for check in CHECKS.values():
        facts = Watched()
        for reason in ("no_other_way", "whereabouts_unknown"):
            check(view(facts=facts, fields={"reason": reason, "until": date(2030, 1, 1)}))
        assert facts.asked <= set(check.reads)


@given(st.dates(date(2026, 11, 25), date(2028, 1, 1)))
def test_the_term_for_a_product_is_refused_exactly_after_sixty_days(until: date) -> None:
    found = refusal("G-SPT-46", facts={"product_check": True}, fields={"until": until})
    assert (found is not None) == ((until - NOON.date()).days > 60)
