"""How licences and filings end, and how a mistake is undone."""

from __future__ import annotations

from datetime import date

import pytest

from tests.web.licence_office import (
    EXIT,
    JY,
    SC,
    Office,
    branch,
    due,
    office,
)
from zhian.apps.registry.licences import numbers, queries
from zhian.apps.registry.models import Licence
from zhian.desk.actors import Actor
from zhian.desk.engine.annul import annul
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import NotAllowed, Refused
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter
from zhian.directory.models import Operator, Standing, User
from zhian.law.licence_numbers import parse_licence
from zhian.law.thresholds import Application

__all__ = ["office"]
pytestmark = pytest.mark.django_db


FORM = Application("JY", "first", form="caterer", item="hot")


def test_a_revocation_ends_the_licence_at_once_and_bars_for_five_years(office: Office) -> None:
    licence = office.licence(SC)
    matter = office.on("2026-03-02").revoke(licence)
    licence.refresh_from_db()
    assert (licence.state, licence.ended_on) == ("revoked", date(2026, 3, 2))
    standing = {s.kind for s in Standing.objects.on(date(2026, 3, 3))}
    assert standing == {"licence_revoked"}
    assert due(matter, "ban.food_work") == date(2031, 3, 3)  # 2 March 2031 is a Sunday
    for kind in (SC, JY):
        with pytest.raises(Refused, match="2031-03-03"):
            office.apply(kind)
    with pytest.raises(Refused, match="公告作废"):
        office.do(matter, "strike_off")
    office.do(matter, "strike_off", returned=True)
    licence.refresh_from_db()
    assert (licence.state, licence.struck_off_on) == ("revoked", date(2026, 3, 2))
    assert licence.state_on(date(2026, 3, 3)) == "cancelled"


def test_an_annulment_hears_the_holder_first(office: Office) -> None:
    licence = office.licence(JY)
    matter = office.on("2026-01-05").open(
        EXIT, "open_annul", licence_number=licence.number, ground="fraud",
        found_on=date(2026, 1, 5), problems="健康证明系伪造",
    )  # fmt: skip
    assert due(matter, "licence.annul") == date(2026, 4, 3)
    with pytest.raises(Refused):
        office.do(matter, "annul", findings="x", law="y")
    office.do(matter, "tell", findings="健康证明系伪造。", law="《行政许可法》第六十九条")
    office.on("2026-02-14").serve(matter)
    assert due(matter, "licence.statement") == date(2026, 2, 28)
    with pytest.raises(Refused, match="期限未满"):
        office.do(matter, "annul", findings="x", law="y")
    office.on("2026-03-02").do(matter, "annul", findings="属实。", law="第六十九条第二款")
    licence.refresh_from_db()
    assert licence.state == "annulled"
    assert due(matter, "licence.ban_fraud.food_business") == date(2029, 3, 2)
    assert {s.kind for s in Standing.objects.on(date(2026, 3, 3))} == {"licence_annulled"}
    office.serve(matter)
    office.publish(matter)
    office.do(matter, "strike_off", returned=True)
    with pytest.raises(Refused, match="已公布"):
        office.do(matter, "archive")  # what was published before lacks the striking off
    entry = office.publish(matter)
    assert entry.content["fields"]["way"]["zh"] == "撤销"
    office.do(matter, "archive")
    assert matter.closed_at is not None


def test_striking_off_on_application_asks_whether_an_inquiry_runs(office: Office) -> None:
    licence = office.licence(SC)
    owner = User.objects.create(username="owner", name="赵立新", operator=office.here.operator)
    matter = office.on("2026-03-02").open(
        EXIT, "apply_cancel", by=Actor.of_operator(owner), received_on=date(2026, 3, 2),
        licence_number=licence.number, why="不再生产",
    )  # fmt: skip
    with pytest.raises(Refused, match="正在被调查"):
        office.do(matter, "strike_off", returned=True)
    office.do(matter, "strike_off", returned=True, no_inquiry=True)
    licence.refresh_from_db()
    assert licence.state == "cancelled" and licence.struck_off_on == date(2026, 3, 2)
    assert {s.kind for s in Standing.objects.on(date(2026, 3, 3))} == {"licence_cancelled"}
    again = office.licence(SC)
    assert again.number != licence.number  # a number is never used again
    assert {s.kind for s in Standing.objects.on(date(2026, 3, 3))} == {"licence_food_production"}


def test_ex_officio_needs_a_ground_that_the_register_shows(office: Office) -> None:
    licence = office.licence(SC)
    fields = {"licence_number": licence.number, "found_on": date(2026, 1, 5), "why": "注销"}
    with pytest.raises(Refused, match="尚未注销"):
        office.open(EXIT, "open_ex_officio", ground="ended", **fields)
    with pytest.raises(Refused, match="不符"):
        office.open(EXIT, "open_ex_officio", ground="expired", **fields)
    Operator.objects.update(state="deregistered")
    office.here.operator.refresh_from_db()
    matter = office.open(EXIT, "open_ex_officio", ground="ended", **fields)
    assert matter.phase == "ending"


def test_the_holder_takes_back_only_his_own_application(office: Office) -> None:
    licence = office.licence(SC)
    owner = User.objects.create(username="owner", name="赵立新", operator=office.here.operator)
    matter = office.open(
        EXIT, "open_annul", licence_number=licence.number, ground="procedure",
        found_on=date(2026, 1, 5), problems="未公示",
    )  # fmt: skip
    with pytest.raises(Refused, match="自己提出"):
        perform(matter, "drop", fields={"why": "不同意"}, by=Actor.of_operator(owner))
    stranger = User.objects.create(
        username="stranger", name="某人",
        operator=Operator.objects.create(name="别家", kind="stall", place=office.here.town),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        perform(matter, "drop", fields={"why": "x"}, by=Actor.of_operator(stranger))


# --- undoing


def test_a_grant_that_was_a_mistake_is_void_and_its_number_stays_used(office: Office) -> None:
    matter = office.checked(office.accepted(SC))
    act = office.do(matter, "grant", opinion="可")
    annul(act, by=Actor.official(office.here.head), reason="类别选错")
    matter.refresh_from_db()
    void = Licence.objects.get()
    assert void.state == "void" and matter.phase == "examining"
    assert not Standing.objects.on(date(2026, 1, 6)).exists()
    assert not queries.visible_to(office.officer).exists()
    office.do(matter, "grant", opinion="可")
    assert parse_licence(Licence.objects.get(state="valid").number).parts["serial"] == "0002"


def test_a_change_that_is_undone_gives_back_what_stood_there(office: Office) -> None:
    licence = office.licence(SC)
    matter = office.on("2026-06-01").open(
        SC, "apply_change", received_on=date(2026, 6, 1), licence_number=licence.number,
        changed_on=date(2026, 5, 25), changes="增加豆浆", scope="豆浆",
    )  # fmt: skip
    office.do(matter, "accept")
    office.do(matter, "need_no_check", why="声明未变化")
    act = office.do(matter, "grant_change", opinion="可")
    annul(act, by=Actor.official(office.here.head), reason="写错")
    licence.refresh_from_db()
    assert licence.scope == "豆制品：豆腐、豆腐干" and licence.issued_on == date(2026, 1, 5)


def test_numbers_that_were_taken_over_are_passed_by(office: Office) -> None:
    first = office.licence(JY)
    taken = numbers.take(Matter.objects.get(licence_application__licence=first), FORM)
    Licence.objects.create(
        kind="JY", number=taken, agency=office.here.bureau, operator=office.here.operator,
        place_code="239900", first_issued_on=date(2020, 1, 1), issued_on=date(2020, 1, 1),
        expires_on=date(2020, 12, 31),
    )  # fmt: skip
    office.here.premises = branch(office)
    assert parse_licence(office.licence(JY).number).parts["serial"] == "000003"


def test_a_revocation_reaches_inspections_by_itself(office: Office) -> None:
    licence = office.licence(SC)
    order = rectification(office)
    with pytest.raises(Refused, match="证照齐全"):
        perform(order, "guide_licence", fields={"text": "办证"}, by=office.here.actor("inspector"))
    office.on("2026-03-02").revoke(licence)
    order = rectification(office.on("2026-03-03"))
    perform(order, "guide_licence", fields={"text": "办证"}, by=office.here.actor("inspector"))
    assert "guide_licence" in order.done


def rectification(office: Office) -> Matter:
    here = office.here
    fields = {"operator": here.operator, "premises": here.premises, "basis": "unlicensed"}
    opening = Opening(
        title="责令改正", agency=here.bureau, office=here.station, handler=here.inspector,
        place=here.village, operator=here.operator, premises=here.premises,
        fields=fields | {"problems": "无证经营"},
    )  # fmt: skip
    by = here.actor("inspector")
    return open_matter("rectification", "open", opening, by=by, at=office.now)


def test_the_paper_of_another_place_is_not_ended_here(office: Office) -> None:
    licence = office.licence(JY)
    office.here.premises = branch(office)
    with pytest.raises(Refused, match="不是所选场所"):
        office.open(
            EXIT, "apply_cancel", received_on=date(2026, 1, 5), licence_number=licence.number,
            why="停业",
        )  # fmt: skip
