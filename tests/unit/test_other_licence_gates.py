"""The gates of industrial licences, drug licences and compulsory certificates, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.unit.test_licence_procedures import view
from tests.unit.test_other_licences import CCC, DRUG, EXIT, XK
from zhian.law import gates, vocabulary
from zhian.law.licence_formats import licence_formats
from zhian.law.licence_gates import LicenceSeen
from zhian.law.other_licence_gates import CHECKS
from zhian.law.thresholds import Application

# ---- gates --------------------------------------------------------------------------------------

NUMBER = "XK0800102345"
ENTERED = {"licence_number": "XK08-001-02345"}
SINGLE = Application("DRUG", "first", "prescription", "single")
D = date


def seen(state: str = "valid", **more: Any) -> Mapping[str, LicenceSeen]:
    return {NUMBER: LicenceSeen("XK08-001-02345", state, **more)}


def number_of(**facts: Any) -> dict[str, Any]:
    return {
        "licence_kind": "DRUG",
        "purpose": "first",
        "application": SINGLE,
        "operator_kind": "individual",
    } | facts


ENDS = {
    "expires_on": D(2026, 11, 24),
    "opens_on": D(2026, 5, 24),
    "renew_by": D(2026, 9, 24),
}
LATE = ENTERED | {"received_on": D(2026, 10, 20)}
EARLY = ENTERED | {"received_on": D(2026, 5, 20)}
# gate, facts and fields of a refusal, a word of its sentence; then what lets it pass. The act is
# of 20 October 2026.
Case = tuple[str, dict[str, Any], dict[str, Any], str, dict[str, Any], dict[str, Any]]
REFUSED: list[Case] = [
    ("LIC-NUMBER", number_of(), {"number": ""}, "请录入", number_of(), {"number": "黑DB451300001"}),
    ("LIC-NUMBER", number_of(), {"number": "黑CB451300001"}, "应为 D", number_of(),
     {"number": "黑DB451300001"}),
    ("LIC-NUMBER", number_of(operator_kind="company"), {"number": "黑DB451300001"}, "应为 A",
     number_of(operator_kind="company"), {"number": "黑DA451300001"}),
    ("LIC-NUMBER", number_of(), {"number": "DB451300001"}, "省份简称", number_of(),
     {"number": "黑DB451300001"}),
    ("LIC-NUMBER", number_of(purpose="renewal"), {"number": "黑DB451300001"}, "编号不变",
     number_of(purpose="renewal"), {"number": ""}),
    ("IPL-OFFICE", {"may_issue": False}, {}, "省级", {"may_issue": True}, {}),
    ("IPL-ONE", {"held_products": {"cement": NUMBER}}, {"industrial_product": "cement"}, NUMBER,
     {"held_products": {"cement": NUMBER}}, {"industrial_product": "cable"}),
    ("IPL-ONE", {"held_products": {"cement": NUMBER}}, {"industrial_product": "cement"}, NUMBER,
     {"held_products": {"other": NUMBER}}, {"industrial_product": "other"}),
    ("IPL-BARRED", {"barred_products": {"cement": D(2027, 1, 1)}},
     {"industrial_product": "cement"}, "未满三年", {"barred_products": {"cement": D(2026, 10, 19)}},
     {"industrial_product": "cement"}),
    ("IPL-TEAM", {}, {"checkers": [1]}, "二至四人", {}, {"checkers": [1, 2]}),
    ("IPL-TEAM", {}, {"checkers": [1, 2, 3, 4, 5]}, "二至四人", {}, {"checkers": [1, 2, 3, 4]}),
    ("IPL-CHECK-DAY", {}, {"check_on": D(2026, 10, 20)}, "今天之后", {},
     {"check_on": D(2026, 10, 28)}),
    ("IPL-NO-CHECK", {"purpose": "renewal", "conditions_changed": False}, {}, "实地核查",
     {"purpose": "change", "conditions_changed": False}, {}),
    ("IPL-NO-CHECK", {"purpose": "change", "conditions_changed": True}, {}, "实地核查",
     {"purpose": "reissue", "conditions_changed": False}, {}),
    ("IPL-SITE-FIRST", {"site_result": "fail"}, {}, "不再进行产品检验",
     {"site_result": "pass"}, {}),
    ("IPL-PASSED", {"site_result": "pass", "test_result": "fail", "needs_no_check": False}, {},
     "没有都合格", {"site_result": "pass", "test_result": "pass", "needs_no_check": False}, {}),
    ("IPL-PASSED", {"site_result": "", "test_result": "", "needs_no_check": False}, {},
     "没有都合格", {"site_result": "", "test_result": "", "needs_no_check": True}, {}),
    ("IPL-ELSEWHERE", {"licences": seen()}, ENTERED, "由本机关发给",
     {"licences": seen(ours=False)}, ENTERED),
    ("DRG-ORDINARY", {}, {"drug_class": "otc_b"}, "承诺", {}, {"drug_class": "otc_a"}),
    ("DRG-PLEDGED", {}, {"drug_class": "prescription"}, "不能凭承诺", {}, {"drug_class": "otc_b"}),
    ("DRG-WINDOW", {"licences": seen(**ENDS)}, EARLY, "尚未到", {"licences": seen(**ENDS)},
     ENTERED | {"received_on": D(2026, 9, 24)}),
    ("DRG-WINDOW", {"licences": seen(**ENDS)}, LATE, "不得继续经营", {"licences": seen(**ENDS)},
     LATE | {"told_to_stop": True}),
    ("DRG-REGISTER", {"registering": False}, {}, "登记事项", {"registering": True}, {}),
    ("DRG-PLEDGE-SEEN", {"pledged": True, "pledge_result": ""}, {}, "三个月",
     {"pledged": True, "pledge_result": "true"}, {}),
    ("DRG-PLEDGE-SEEN", {"pledged": True, "pledge_result": ""}, {}, "三个月",
     {"pledged": False, "pledge_result": ""}, {}),
    ("DRG-PLEDGE-UNTRUE", {"pledge_result": "true"}, {}, "没有认定", {"pledge_result": "untrue"},
     {}),
    ("EXIT-FOOD", {"licences": seen(kind="XK")}, ENTERED, "不是食品", {"licences": seen(kind="JY")},
     ENTERED),
    ("EXIT-INDUSTRIAL", {"licences": seen(kind="SC")}, ENTERED, "不是工业产品",
     {"licences": seen(kind="XK")}, ENTERED),
    ("EXIT-OTHER", {"licences": seen(kind="XK")}, ENTERED, "另有禁止",
     {"licences": seen(kind="DRUG")}, ENTERED),
    ("EXIT-OURS", {"licences": seen(ours=False)}, ENTERED, "其他机关", {"licences": seen()},
     ENTERED),
    ("CCC-KNOWN", {"licences": {}}, ENTERED, "没有这份证书", {"licences": seen()}, ENTERED),
    ("CCC-WAS-VALID", {"state_before": "suspended"}, {}, "有效状态", {"state_before": "valid"}, {}),
    ("CCC-WAS-SUSPENDED", {"state_before": "valid"}, {}, "暂停期间",
     {"state_before": "suspended"}, {}),
    ("CCC-DAYS", {}, {"issued_on": D(2026, 10, 21), "expires_on": D(2027, 1, 1)}, "尚未到", {},
     {"issued_on": D(2026, 10, 20), "expires_on": D(2027, 1, 1)}),
    ("CCC-DAYS", {}, {"issued_on": D(2026, 10, 1), "expires_on": D(2026, 10, 1)}, "之后", {},
     {"issued_on": D(2026, 10, 1), "expires_on": D(2026, 10, 2)}),
    ("CCC-DAYS", {}, {"issued_on": D(2024, 2, 29), "expires_on": D(2029, 3, 1)}, "5年", {},
     {"issued_on": D(2024, 2, 29), "expires_on": D(2029, 2, 28)}),
    *(
        (f"LIC-{name.upper()}-IN-PAST", {}, {f"{name}_on": D(2026, 10, 21)}, "尚未到", {},
         {f"{name}_on": D(2026, 10, 20)})
        for name in ("issued", "sealed", "delivered", "reported", "begun", "ended")
    ),
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


@pytest.mark.parametrize(
    ("verb", "states"),
    [
        ("record_suspension", {"valid"}),
        ("record_resumption", {"suspended"}),
        ("record_renewal", {"valid", "expired"}),
        ("record_annulment", {"valid", "suspended", "expired"}),
        ("record_deregistration", {"valid", "suspended", "expired"}),
        ("withdraw_entry", {"valid", "suspended", "expired", "cancelled", "annulled"}),
    ],
)
def test_what_a_body_did_fits_the_state_of_the_certificate(verb: str, states: set[str]) -> None:
    every = ("valid", "suspended", "expired", "cancelled", "annulled")
    may = {
        state
        for state in every
        if gates.gate("CCC-KNOWN", view(verb, {"licences": seen(state)}, **ENTERED), verb) is None
    }
    assert may == states


@pytest.mark.parametrize(
    ("verb", "field", "reason"),
    [
        ("end_review", "ended_on", "technical_review"),
        ("site_check", "ended_on", "site_check"),
        ("site_check", "ended_on", "rectification"),
        ("test_report", "reported_on", "testing"),
    ],
)
def test_what_does_not_count_ends_no_earlier_than_it_began(
    verb: str, field: str, reason: str
) -> None:
    facts = {"standing_still": {reason: D(2026, 10, 12)}}
    refusal = gates.gate("LIC-SPAN", view(verb, facts, **{field: D(2026, 10, 11)}), verb)
    assert refusal is not None and "2026-10-12" in refusal.reason.zh
    assert gates.gate("LIC-SPAN", view(verb, facts, **{field: D(2026, 10, 12)}), verb) is None


def test_every_gate_of_these_kinds_has_been_tried() -> None:
    named = {g for p in (XK, DRUG, CCC, EXIT) for a in p.acts.values() for g in a.gates}
    tried = {case[0] for case in REFUSED}
    ours = {g for g in named if g.startswith(("IPL-", "DRG-", "CCC-"))} | {
        *("LIC-NUMBER", "EXIT-FOOD", "EXIT-INDUSTRIAL", "EXIT-OTHER", "EXIT-OURS"),
    }
    assert ours - tried == {"IPL-UNITS"} and "IPL-UNITS" not in CHECKS  # a person confirms it


def test_every_word_of_the_new_lists_is_in_both_languages() -> None:
    listed = [name for kind in ("XK", "DRUG") for name in licence_formats()[kind].lists.values()]
    for name in (*listed, "ccc_suspension_ground", "ccc_annulment_ground", "licence_end_way"):
        assert all(row.words.zh and row.words.en for row in vocabulary.choices(name))
