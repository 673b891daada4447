"""Workshops and stalls, from application to card, change, renewal and end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.builders import person
from tests.web.licence_office import EXIT, JY, Office, due, office, running
from tests.web.test_rectification import proof
from zhian.apps.registry.licences import queries, small
from zhian.apps.registry.models import Licence
from zhian.desk.actors import Actor
from zhian.desk.engine import begin
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import NotAllowed, Refused
from zhian.desk.kinds import Opening
from zhian.desk.models import Document, Matter
from zhian.desk.papers import printing
from zhian.directory.models import Standing, User
from zhian.law.licence_numbers import parse_licence

__all__ = ["office"]
pytestmark = pytest.mark.django_db

WORKSHOP, STALL = "workshop_registration", "stall_filing"
SHOP, STREET = "licence.{}.small_workshop", "licence.{}.small_stall"


@pytest.fixture
def henan(data_folder: Path) -> Path:
    """The office's lawyer has chosen a province."""
    (data_folder / "law.toml").write_text('[setting]\nprovince = "henan"\n', encoding="utf-8")
    return data_folder


@pytest.fixture
def zhejiang(data_folder: Path) -> Path:
    (data_folder / "law.toml").write_text('[setting]\nprovince = "zhejiang"\n', encoding="utf-8")
    return data_folder


def applied(office: Office, product: str = "tofu") -> Matter:
    return office.open(
        WORKSHOP, "apply", received_on=office.now.date(), workshop_product=product,
        scope="豆腐、豆腐干",
    )  # fmt: skip


def registered(office: Office) -> Licence:
    matter = applied(office)
    office.do(matter, "accept")
    office.checked(matter)
    office.do(matter, "grant", opinion="符合要求")
    return Licence.objects.get(applications__matter=matter)


def filed(office: Office, **fields: Any) -> Matter:
    given = {"stall_trade": "cooked", "scope": "煎饼", "hours": "6:00—9:00"}
    return office.open(STALL, "file", received_on=office.now.date(), **given | fields)


def test_a_workshop_is_seen_and_registered_on_the_countys_own_terms(office: Office) -> None:
    matter = applied(office)
    assert due(matter, SHOP.format("correct")) == date(2026, 1, 12)
    office.do(matter, "accept")
    clock = matter.clocks.get(duty=SHOP.format("decide"))
    assert (clock.basis, clock.due_day) == ("internal", date(2026, 1, 26))
    with pytest.raises(Refused, match="现场核查"):
        office.do(matter, "need_no_check", why="熟悉")
    office.checked(matter)
    office.do(matter, "grant", opinion="可")
    licence = Licence.objects.get()
    assert licence.number.startswith("XZF23990000001")
    assert parse_licence(licence.number).kind == "WORKSHOP"
    assert (licence.issued_on, licence.expires_on) == (date(2026, 1, 5), date(2029, 1, 4))
    assert licence.what.zh == "豆制品"
    standing = Standing.objects.get(kind="registered_workshop")
    assert standing.premises_id == office.here.premises.pk and standing.until is not None


def test_in_henan_the_terms_are_the_provinces_and_the_place_is_seen_afterwards(
    henan: Path, office: Office
) -> None:
    matter = applied(office.on("2026-02-12"))
    office.do(matter, "accept")
    clock = matter.clocks.get(duty=SHOP.format("decide"))
    assert (clock.basis, clock.rule, clock.due_day) == ("statute", "HN-21", date(2026, 2, 28))
    office.do(matter, "need_no_check", why="本省先登记后检查")
    office.do(matter, "grant", opinion="材料齐全")
    card = Document.objects.get(matter=matter, template="small_card")
    about = card.data["as_issued"]["about"]
    assert about["paper"] == "食品小作坊登记证" and "健康证明" in about["hang"]
    office.serve(matter)
    office.publish(matter)
    assert due(matter, SHOP.format("inspect_first")) == date(2026, 4, 13)
    with pytest.raises(Refused, match="首次检查"):
        office.do(matter, "archive")
    office.do(matter, "inspected", office.here.inspector, agrees=True, record="相符")
    office.do(matter, "archive")
    assert matter.phase == "closed" and running(matter) == {SHOP.format("term")}


def test_in_zhejiang_the_paper_has_no_last_day(zhejiang: Path, office: Office) -> None:
    matter = applied(office)
    office.do(matter, "accept")
    office.do(matter, "need_no_check", why="本省先登记后检查")
    office.do(matter, "grant", opinion="可")
    licence = Licence.objects.get()
    assert licence.expires_on is None and licence.state_on(date(2099, 1, 1)) == "valid"
    assert Standing.objects.get(kind="registered_workshop").until is None


def test_what_the_province_forbids_is_refused_at_the_counter(henan: Path, office: Office) -> None:
    with pytest.raises(Refused, match="乳制品"):
        applied(office, "dairy")
    assert applied(office, "liquor").phase == "received"


def test_missing_papers_are_asked_for_once_and_printed(office: Office) -> None:
    matter = applied(office)
    office.do(matter, "ask_correction", missing="健康证明、流程图", until=date(2026, 1, 20))
    paper = Document.objects.get(matter=matter, template="small_correction_notice")
    assert printing.render(paper).startswith(b"%PDF")
    office.do(matter, "correct", materials=[proof(matter)])
    assert due(matter, "licence.accept_completed") == date(2026, 1, 7)
    with pytest.raises(Refused):
        office.do(matter, "ask_correction", missing="又一件", until=date(2026, 1, 30))


def test_a_refusal_says_why_and_is_served(office: Office) -> None:
    matter = applied(office)
    office.do(matter, "accept")
    office.do(matter, "deny", ground="place", why="与旱厕相邻。", law="本县小作坊管理规定")
    paper = Document.objects.get(matter=matter, template="small_refusal")
    assert paper.state == "issued" and paper.number
    assert printing.render(paper).startswith(b"%PDF")
    office.serve(matter)
    office.do(matter, "archive")
    assert matter.closed_at is not None and not Licence.objects.exists()


def test_a_change_keeps_the_number_and_a_renewal_begins_a_new_term(office: Office) -> None:
    licence = registered(office)
    matter = office.on("2026-06-01").open(
        WORKSHOP, "apply_change", received_on=date(2026, 6, 1), licence_number=licence.number,
        changed_on=date(2026, 5, 28), changes="增加豆浆", conditions_changed=False,
        scope="豆腐、豆腐干、豆浆",
    )  # fmt: skip
    office.do(matter, "accept")
    office.do(matter, "need_no_check", why="条件未变化")
    office.do(matter, "grant_change", opinion="可")
    number, ends = licence.number, licence.expires_on
    licence.refresh_from_db()
    assert (licence.number, licence.expires_on) == (number, ends) and "豆浆" in licence.scope
    with pytest.raises(Refused, match="2028-12-05"):
        office.on("2028-12-20").open(
            WORKSHOP, "apply_renewal", received_on=date(2028, 12, 20), licence_number=number
        )
    again = office.on("2028-12-04").open(
        WORKSHOP, "apply_renewal", received_on=date(2028, 12, 4), licence_number=number
    )
    office.do(again, "accept")
    office.do(again, "need_no_check", why="条件未变化")
    office.on("2028-12-11").do(again, "grant", opinion="可")
    licence.refresh_from_db()
    assert (licence.number, licence.expires_on) == (number, date(2031, 12, 10))
    standing = Standing.objects.on(date(2028, 12, 12)).get(kind="registered_workshop")
    assert standing.since == date(2028, 12, 11)  # the old one was lifted, not doubled


def test_a_registration_ends_through_the_exit_and_its_standing_with_it(office: Office) -> None:
    licence = registered(office)
    matter = office.on("2026-03-02").open(
        EXIT, "apply_cancel", received_on=date(2026, 3, 2), licence_number=licence.number,
        why="不再经营",
    )  # fmt: skip
    office.do(matter, "strike_off", no_inquiry=True, returned=True)
    licence.refresh_from_db()
    assert licence.state == "cancelled"
    assert not Standing.objects.on(date(2026, 3, 3)).filter(kind="registered_workshop").exists()


def test_who_holds_a_licence_for_the_place_is_no_workshop(office: Office) -> None:
    number = office.licence(JY).number
    with pytest.raises(Refused, match=number):
        applied(office)
    with pytest.raises(Refused, match=number):
        filed(office)


def test_a_card_prints_with_the_longest_and_rarest_names(office: Office) -> None:
    office.here.operator.name = "𠮷" * 30 + "豆制品小作坊"
    office.here.operator.save()
    licence = registered(office)
    card = Document.objects.get(matter__licence_application__licence=licence, template="small_card")
    assert printing.render(card).startswith(b"%PDF")


# --- stalls


def test_a_stall_gets_its_card_and_is_looked_at(henan: Path, office: Office) -> None:
    matter = filed(office.on("2026-02-13"))
    assert due(matter, STREET.format("card")) == date(2026, 2, 27)
    office.do(matter, "give_number")
    licence = Licence.objects.get()
    assert licence.number.startswith("TFB23990000001") and licence.expires_on is None
    assert licence.details["hours"] == "6:00—9:00"
    card = Document.objects.get(matter=matter, template="small_card")
    assert card.data["as_issued"]["about"]["paper"] == "食品小摊点备案卡"
    assert printing.render(card).startswith(b"%PDF")
    office.do(matter, "inspected", agrees=True, record="在划定地点经营")
    assert matter.closed_at is not None
    with pytest.raises(Refused, match="已备案"):
        filed(office)


def test_a_stall_that_has_stopped_is_struck_off_from_that_day(office: Office) -> None:
    matter = filed(office)
    office.do(matter, "give_number")
    licence = Licence.objects.get()
    end = office.on("2026-05-06").open(
        STALL, "file_end", received_on=date(2026, 5, 6), licence_number=licence.number,
        changed_on=date(2026, 4, 30), changes="不再出摊",
    )  # fmt: skip
    with pytest.raises(Refused, match="更新"):
        office.do(end, "give_number")
    office.do(end, "strike_filing")
    licence.refresh_from_db()
    assert (licence.state, licence.ended_on) == ("cancelled", date(2026, 4, 30))
    assert not Standing.objects.on(date(2026, 5, 7)).filter(kind="filed_stall").exists()
    assert not queries.counts(office.officer, date(2026, 5, 7))["alive"]


def test_where_the_county_registers_the_township_does_not(office: Office) -> None:
    here = office.here
    opening = Opening(
        title="摊贩", agency=here.township, place=here.town, handler=here.township_officer,
        operator=here.operator, premises=here.premises,
        fields={
            "operator": here.operator, "premises": here.premises, "received_on": date(2026, 1, 5),
            "stall_trade": "cooked", "scope": "煎饼",
        },
    )  # fmt: skip
    with pytest.raises(Refused, match="市场监督管理部门"):
        open_matter(STALL, "file", opening, by=Actor.official(here.township_officer), at=office.now)


def test_where_the_township_files_stalls_its_officer_does_all_of_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A province that leaves stalls to the townships: only `authority` differs in its file."""
    rule = replace(small.rule("STALL"), authority="township")
    monkeypatch.setattr(small, "rule", lambda kind: rule)
    here = office.here
    opening = Opening(
        title="摊贩", agency=here.township, place=here.town, handler=here.township_officer,
        operator=here.operator, premises=here.premises,
        fields={
            "operator": here.operator, "premises": here.premises, "received_on": date(2026, 1, 5),
            "stall_trade": "cooked", "scope": "煎饼",
        },
    )  # fmt: skip
    by = Actor.official(here.township_officer)
    matter = open_matter(STALL, "file", opening, by=by, at=office.now)
    perform(matter, "give_number", by=by, at=office.now)
    assert Licence.objects.get().agency == here.township
    with pytest.raises(NotAllowed):
        perform(matter, "inspected", fields={"agrees": True, "record": "x"},
                by=Actor.official(person(here.bureau, "inspector")), at=office.now)  # fmt: skip
    perform(matter, "inspected", fields={"agrees": True, "record": "相符"}, by=by, at=office.now)
    assert matter.phase == "closed"


def test_the_operator_files_from_his_own_phone(office: Office) -> None:
    owner = User.objects.create(username="owner", name="赵立新", operator=office.here.operator)
    matter = office.open(
        STALL, "file", by=Actor.of_operator(owner), received_on=office.now.date(),
        stall_trade="loose", scope="炒货",
    )  # fmt: skip
    assert matter.phase == "received"


def test_the_counter_is_offered_what_it_may_begin(office: Office) -> None:
    offered = {(kind, act.verb) for kind, act in begin.openings(office.officer)}
    assert {(WORKSHOP, "apply"), (STALL, "file"), (STALL, "file_end")} <= offered
    assert not any(kind == "register_licences" for kind, _verb in offered)
