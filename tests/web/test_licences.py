"""Licences from application to the file, through the one door."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import local
from tests.web.licence_office import (
    JY,
    SC,
    YB,
    Office,
    branch,
    due,
    office,
    running,
)
from tests.web.test_rectification import proof
from zhian.apps.registry.models import Licence
from zhian.desk.actors import Actor
from zhian.desk.clockwork import falling_due
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import perform
from zhian.desk.errors import Refused
from zhian.desk.models import Document
from zhian.directory.models import Operator, Standing, User
from zhian.law.licence_numbers import parse_licence

__all__ = ["office"]
pytestmark = pytest.mark.django_db


def test_a_first_licence_from_application_to_file(office: Office) -> None:
    matter = office.checked(office.accepted(SC))
    office.do(matter, "grant", opinion="符合条件")
    licence = Licence.objects.get()
    assert licence.number.startswith("SC1252399000001") and len(licence.number) == 16
    assert parse_licence(licence.number).parts["serial"] == "0001"
    assert (licence.issued_on, licence.expires_on) == (date(2026, 1, 5), date(2031, 1, 4))
    papers = Document.objects.filter(matter=matter, state="issued")
    assert set(papers.values_list("template", flat=True)) == {
        "licence_acceptance_notice",
        "licence_grant_decision",
        "licence_card_sc",
    }
    card = papers.get(template="licence_card_sc")
    assert card.data["as_issued"]["about"]["number"] == licence.number
    assert card.data["as_issued"]["about"]["expires_on"] == "2031年1月4日"
    assert due(matter, "licence.issue.food_production") == date(2026, 1, 12)
    assert due(matter, "licence.publish") == date(2026, 2, 2)
    office.serve(matter)
    with pytest.raises(Refused, match="已公布"):
        office.do(matter, "archive")
    office.publish(matter)
    office.do(matter, "archive")
    assert matter.closed_at is not None and running(matter) == {"licence.term.food_production"}


def test_the_standing_ends_with_the_licence_and_no_act_is_needed(office: Office) -> None:
    office.licence(SC)
    standing = Standing.objects.get(kind="licence_food_production")
    assert (standing.since, standing.until) == (date(2026, 1, 5), date(2031, 1, 6))
    # 4 January 2031 is a Saturday: the term of the law rolls to Monday, the paper says Saturday
    assert Standing.objects.on(date(2031, 1, 6)).exists()
    assert not Standing.objects.on(date(2031, 1, 7)).exists()
    assert Licence.objects.get().state_on(date(2031, 1, 5)) == "expired"


def test_the_decision_waits_for_both_signatures(office: Office) -> None:
    matter = office.checked(office.accepted(SC))
    perform(matter, "grant", fields={"opinion": "可"}, by=Actor.official(office.officer))
    assert not Licence.objects.exists() and matter.phase == "examining"
    proposal = matter.proposals.get(state="open")
    approvals.sign(proposal, by=Actor.official(office.here.office_head), opinion="同意")
    assert not Licence.objects.exists()
    proposal.refresh_from_db()
    approvals.sign(proposal, by=Actor.official(office.here.head), opinion="同意")
    assert Licence.objects.get().state == "valid"


def test_the_decision_is_due_over_spring_festival_and_can_be_extended_once(office: Office) -> None:
    matter = office.on("2026-02-12").accepted(SC)
    assert due(matter, "licence.decide.food_production") == date(2026, 3, 4)
    office.do(matter, "extend", why="工艺复杂，需要补充核实。")
    assert due(matter, "licence.decide.food_production") == date(2026, 3, 11)
    with pytest.raises(Refused):
        office.do(matter, "extend", why="再次")
    notice = Document.objects.get(matter=matter, template="licence_extension_notice")
    assert notice.state == "issued"
    assert notice.data["as_issued"]["about"]["due"] == "2026年3月11日"


def test_a_hearing_stops_the_clock_for_the_decision(office: Office) -> None:
    matter = office.on("2026-02-12").accepted(SC)
    office.on("2026-02-24").do(
        matter, "tell_hearing", told_on=date(2026, 2, 24), persons="相邻住户三户"
    )
    office.on("2026-02-25").do(
        matter, "ask_hearing", asked_on=date(2026, 2, 25), persons="相邻住户三户"
    )
    assert due(matter, "licence.hearing.food_production") == date(2026, 3, 24)
    by = Actor.official(office.here.office_head)
    fields = {"host": office.officer, "held_at": local("2026-03-10 09:00")}
    with pytest.raises(Refused, match="主持人"):
        perform(matter, "name_host", fields=fields, by=by, at=office.now)
    perform(matter, "name_host", fields=fields | {"host": office.legal}, by=by, at=office.now)
    office.do(matter, "announce_hearing", told="书面通知申请人和三户")
    with pytest.raises(Refused, match="听证笔录"):
        office.do(matter, "deny", ground="conditions", why="x", law="y")
    office.on("2026-03-10").do(
        matter, "hearing_held", held_on=date(2026, 3, 10), record="各方意见", files=[proof(matter)]
    )
    # 13, 14 and 24 February had gone; seven days were left, counted from 11 March
    assert due(matter, "licence.decide.food_production") == date(2026, 3, 19)


def test_the_term_to_ask_for_a_hearing_must_be_over(office: Office) -> None:
    matter = office.on("2026-03-02").checked(office.accepted(SC))
    office.do(matter, "tell_hearing", told_on=date(2026, 3, 2), persons="申请人")
    with pytest.raises(Refused, match="期限未满"):
        office.do(matter, "grant", opinion="可")
    office.on("2026-03-10").do(matter, "grant", opinion="可")
    assert Licence.objects.exists()


# --- acceptance


def test_silence_accepts_from_the_day_of_receipt(office: Office) -> None:
    matter = office.on("2025-12-31").apply(SC)
    assert due(matter, "licence.correct.food_production") == date(2026, 1, 8)
    fallen = falling_due.perform_due(office.on("2026-01-09 00:01").now)
    matter.refresh_from_db()
    assert fallen.performed == 1 and matter.phase == "examining"
    # ten working days from 31 December, not from the day when silence was noticed
    assert due(matter, "licence.decide.food_production") == date(2026, 1, 15)


def test_correction_is_asked_for_once(office: Office) -> None:
    matter = office.apply(SC)
    office.do(matter, "ask_correction", missing="工艺流程图", until=date(2026, 1, 20))
    assert due(matter, "licence.correction_term") == date(2026, 1, 20)
    with pytest.raises(Refused, match="期限未满"):
        office.do(matter, "abandoned", why="无正当理由")
    owner = User.objects.create(username="owner", name="赵立新", operator=office.here.operator)
    perform(
        matter,
        "correct",
        fields={"materials": [proof(matter)]},
        by=Actor.of_operator(owner),
        at=office.now,
    )
    assert matter.phase == "received"
    with pytest.raises(Refused):
        office.do(matter, "ask_correction", missing="又一件", until=date(2026, 1, 30))
    office.do(matter, "accept", thresholds_met=True)
    assert due(matter, "licence.decide.food_production") == date(2026, 1, 19)


def test_an_application_that_was_not_completed_is_given_up(office: Office) -> None:
    matter = office.apply(JY)
    office.do(matter, "ask_correction", missing="布局图", until=date(2026, 1, 20))
    office.on("2026-01-21").do(matter, "abandoned", why="未说明理由")
    assert matter.closed_at is not None and not running(matter)


def test_raised_thresholds_are_named_before_acceptance(office: Office) -> None:
    matter = office.apply(SC, category="129", scope="婴幼儿配方乳粉")
    with pytest.raises(Refused, match="逐批检验"):
        office.do(matter, "accept")
    office.do(matter, "accept", thresholds_met=True)
    assert matter.phase == "examining"


def test_a_school_canteen_may_not_have_raw_food(office: Office) -> None:
    with pytest.raises(Refused, match="幼儿园"):
        office.apply(JY, form="school_canteen", item="raw")


def test_another_agencys_business_is_declined_with_the_way_to_go(office: Office) -> None:
    matter = office.apply(JY)
    with pytest.raises(Refused, match="何机关"):
        office.do(matter, "decline", ground="not_ours", why="属省级权限")
    office.do(matter, "decline", ground="not_ours", why="属省级权限", where_to="省市场监管局")
    assert matter.phase == "serving" and not running(matter)
    office.serve(matter)
    office.do(matter, "archive")
    assert matter.phase == "closed" and not Licence.objects.exists()


def test_a_withdrawn_service_can_be_served_again_with_the_same_paper(office: Office) -> None:
    matter = office.checked(office.accepted(SC))
    office.do(matter, "grant", opinion="可")
    service = matter.children.get(kind="service")
    office.do(service, "cancel", why="地址写错")
    matter.refresh_from_db()
    office.do(matter, "serve_again")
    again = matter.children.get(kind="service", closed_at=None)
    assert again.service.document.template == "licence_card_sc"
    office.serve(matter)
    assert matter.phase == "filing"


# --- examination


def test_what_was_found_wrong_is_put_right_and_seen_again(office: Office) -> None:
    matter = office.checked(office.accepted(JY), "rectify")
    with pytest.raises(Refused, match="符合条件"):
        office.do(matter, "grant", opinion="可")
    office.do(matter, "allow_rectification", requirements="加装防蝇帘", until=date(2026, 1, 12))
    assert due(matter, "licence.rectify_term") == date(2026, 1, 12)
    office.on("2026-01-09").checked(matter)
    office.do(matter, "grant", opinion="整改合格")
    assert Licence.objects.get().number.startswith("JY2239900000001")


def test_one_person_does_not_check_alone(office: Office) -> None:
    matter = office.accepted(SC)
    with pytest.raises(Refused, match="两人"):
        office.do(matter, "order_site_check", checkers=[office.officer])
    office.do(matter, "order_site_check", checkers=[office.officer, office.here.inspector])
    assert due(matter, "licence.site_check.food_production") == date(2026, 1, 12)
    with pytest.raises(Refused, match="2 名"):
        office.do(matter, "site_check", result="pass", record="x", files=[proof(matter)])


def test_false_papers_bar_for_a_year(office: Office) -> None:
    matter = office.checked(office.accepted(SC), "fail")
    office.do(
        matter, "deny", ground="false_papers", why="检验报告系伪造。",
        law="《食品生产许可管理办法》第五十条",
    )  # fmt: skip
    ban = due(matter, "licence.ban_false.food_production")
    assert ban == date(2027, 1, 5)
    with pytest.raises(Refused, match="禁止申请"):
        office.on("2026-06-01").apply(SC)
    office.apply(JY)  # the bar is on the licence that was applied for


def test_a_refusal_for_other_reasons_bars_nobody(office: Office) -> None:
    matter = office.checked(office.accepted(SC), "fail")
    office.do(matter, "deny", ground="conditions", why="无更衣室。", law="第十二条")
    paper = Document.objects.get(matter=matter, template="licence_denial_decision")
    assert paper.data["as_issued"]["facts"]["ground"] == "不符合法定条件、标准"
    assert running(matter) == set()
    assert office.on("2026-02-02").apply(SC).phase == "received"


# --- change, renewal, new copy


def test_a_change_keeps_number_and_end(office: Office) -> None:
    licence = office.licence(SC)
    matter = office.on("2026-06-01").open(
        SC, "apply_change", received_on=date(2026, 6, 1), licence_number=licence.number.lower(),
        changed_on=date(2026, 5, 25), changes="增加豆浆", conditions_changed=True,
        scope="豆制品：豆腐、豆腐干、豆浆",
    )  # fmt: skip
    office.do(matter, "accept")
    with pytest.raises(Refused, match="现场核查"):
        office.do(matter, "need_no_check", why="声明")
    office.checked(matter)
    with pytest.raises(Refused, match="有效期"):
        office.do(matter, "grant", opinion="可")
    office.do(matter, "grant_change", opinion="可")
    number = licence.number
    licence.refresh_from_db()
    assert (licence.number, licence.expires_on) == (number, date(2031, 1, 4))
    assert licence.issued_on == date(2026, 6, 1) and "豆浆" in licence.scope
    assert Standing.objects.on(date(2026, 6, 2)).get(kind="licence_food_production")


def test_a_renewal_begins_a_new_term_from_its_decision(office: Office) -> None:
    licence = office.on("2021-11-25").licence(SC)
    assert licence.expires_on == date(2026, 11, 24)
    matter = office.on("2026-10-13").open(
        SC, "apply_renewal", received_on=date(2026, 10, 13), licence_number=licence.number
    )
    office.do(matter, "accept")
    assert due(matter, "licence.renew_decide.food_production") == date(2026, 11, 24)
    office.do(matter, "need_no_check", why="声明条件未变化")
    office.on("2026-10-20").do(matter, "grant", opinion="可")
    number = licence.number
    licence.refresh_from_db()
    assert (licence.number, licence.issued_on) == (number, date(2026, 10, 20))
    assert licence.expires_on == date(2031, 10, 19)
    standing = Standing.objects.on(date(2026, 10, 21)).get(kind="licence_food_production")
    assert standing.since == date(2026, 10, 20)  # the old one was lifted, not doubled


def test_a_renewal_that_comes_late_says_why_and_one_after_the_end_is_refused(
    office: Office,
) -> None:
    licence = office.on("2021-11-25").licence(SC)
    fields = {"licence_number": licence.number}
    office.on("2026-10-14")
    with pytest.raises(Refused, match="2026-10-13"):
        office.open(SC, "apply_renewal", received_on=date(2026, 10, 14), **fields)
    office.open(
        SC, "apply_renewal", received_on=date(2026, 10, 14), late_reason="负责人住院", **fields
    )
    with pytest.raises(Refused, match="届满"):
        office.on("2026-11-25").open(
            SC, "apply_renewal", received_on=date(2026, 11, 25), late_reason="忘记", **fields
        )


def test_a_food_business_renews_within_its_window(office: Office) -> None:
    licence = office.on("2024-01-08").licence(JY)
    Licence.objects.filter(pk=licence.pk).update(expires_on=date(2026, 11, 24))
    fields = {"licence_number": licence.number}
    with pytest.raises(Refused, match="2026-07-15"):
        office.on("2026-07-14").open(JY, "apply_renewal", received_on=date(2026, 7, 14), **fields)
    matter = office.on("2026-07-15").open(
        JY, "apply_renewal", received_on=date(2026, 7, 15), **fields
    )
    assert matter.phase == "received"


def test_what_was_renewed_unseen_is_inspected_before_the_file_is_closed(office: Office) -> None:
    licence = office.on("2024-01-08").licence(JY)
    matter = office.on("2026-02-10").open(
        JY, "apply_change", received_on=date(2026, 2, 10), licence_number=licence.number,
        changed_on=date(2026, 2, 9), changes="负责人变更",
    )  # fmt: skip
    office.do(matter, "accept")
    office.do(matter, "need_no_check", why="声明条件未变化")
    office.on("2026-02-14").do(matter, "grant_change", opinion="可")
    office.serve(matter)
    office.publish(matter)
    assert due(matter, "licence.inspect_unseen.food_business") == date(2026, 4, 3)
    with pytest.raises(Refused, match="监督检查"):
        office.do(matter, "archive")
    office.do(matter, "inspected", office.here.inspector, agrees=True, record="相符")
    office.do(matter, "archive")
    assert matter.closed_at is not None


def test_a_lost_licence_is_made_anew_as_it_was(office: Office) -> None:
    licence = office.on("2024-01-08").licence(JY)
    matter = office.on("2026-02-12").reissue(licence)
    office.do(matter, "accept")
    assert due(matter, "licence.reissue.food_business") == date(2026, 3, 4)
    assert "licence.decide.food_business" not in running(matter)
    with pytest.raises(Refused, match="补办"):
        office.do(matter, "extend", why="x")
    office.do(matter, "grant_reissue", opinion="可")
    before = (licence.number, licence.issued_on, licence.expires_on)
    licence.refresh_from_db()
    assert (licence.number, licence.issued_on, licence.expires_on) == before


def test_who_moves_applies_anew(office: Office) -> None:
    licence = office.licence(SC)
    with pytest.raises(Refused, match="重新申请"):
        office.open(
            SC, "apply_change", received_on=date(2026, 1, 5), licence_number=licence.number,
            changed_on=date(2026, 1, 4), changes="迁址", moved=True,
        )  # fmt: skip


def test_somebody_elses_number_is_nobody_here(office: Office) -> None:
    licence = office.licence(SC)
    other = Operator.objects.create(name="别家", kind="company", place=office.here.town)
    Licence.objects.filter(pk=licence.pk).update(operator=other)
    with pytest.raises(Refused, match="没有这个编号"):
        office.open(
            SC, "apply_renewal", received_on=date(2026, 1, 5), licence_number=licence.number
        )


def test_a_producer_has_one_licence_and_a_caterer_one_for_each_place(office: Office) -> None:
    number = office.licence(SC).number
    with pytest.raises(Refused, match=number):
        office.apply(SC)
    office.licence(JY)
    with pytest.raises(Refused, match="已有有效许可证"):
        office.apply(JY)
    office.here.premises = branch(office)
    second = office.licence(JY)
    assert parse_licence(second.number).parts["serial"] == "000002"


# --- filings


def test_a_filing_gets_its_number_and_is_public_in_five_days(office: Office) -> None:
    matter = office.on("2026-02-14").apply(YB)
    office.do(matter, "give_number")
    filing = Licence.objects.get()
    assert filing.number.startswith("YB2239900000001") and filing.expires_on is None
    assert due(matter, "filing.prepackaged_publish") == date(2026, 2, 28)
    assert Standing.objects.on(date(2026, 2, 15)).get(kind="filed_prepackaged")
    entry = office.on("2026-02-25").publish(matter)
    said = entry.content["fields"]
    assert (said["number"], said["decided_on"]) == (filing.number, "2026-02-14")
    assert matter.closed_at is not None and not running(matter)
    with pytest.raises(Refused, match="已备案"):
        office.apply(YB)


def test_missing_papers_hold_a_filing_up(office: Office) -> None:
    matter = office.apply(YB)
    office.do(matter, "ask_missing", missing="信息采集表未签字")
    with pytest.raises(Refused):
        office.do(matter, "give_number")
    office.do(matter, "complete", materials=[proof(matter)])
    office.do(matter, "give_number")
    assert Licence.objects.filter(kind="YB").count() == 1


def test_a_licence_takes_the_place_of_a_filing(office: Office) -> None:
    matter = office.apply(YB)
    office.do(matter, "give_number")
    office.licence(JY)
    assert Licence.objects.get(kind="YB").state == "lapsed"
    assert not Standing.objects.on(date(2026, 1, 6)).filter(kind="filed_prepackaged")
    with pytest.raises(Refused, match="不需要另行备案"):
        office.apply(YB)
