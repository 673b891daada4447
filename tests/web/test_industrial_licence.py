"""Production licences for industrial products, through the one door."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.web.licence_office import EXIT, Office, due, office, running
from tests.web.takeover_files import book, taken
from tests.web.test_rectification import proof
from zhian.apps.registry.licences import queries
from zhian.apps.registry.models import Licence, LicenceApplication
from zhian.desk.actors import Actor
from zhian.desk.clockwork import falling_due
from zhian.desk.engine.annul import annul
from zhian.desk.errors import Refused
from zhian.desk.models import Clock, Document, Matter
from zhian.directory.models import Place, Standing
from zhian.law.licence_numbers import parse_licence

__all__ = ["office"]
pytestmark = pytest.mark.django_db

XK = "industrial_licence"
NUMBER = "黑XK08-001-02345"
CANONICAL = "（黑）XK08-001-02345"


@pytest.fixture
def province(office: Office) -> Office:
    """The agency is the province's."""
    Place.objects.filter(pk=office.here.county.pk).update(level="province")
    office.here.bureau.refresh_from_db()
    return office


def apply(office: Office, product: str = "cement") -> Matter:
    return office.open(
        XK, "apply", received_on=office.now.date(), industrial_product=product,
        product="通用硅酸盐水泥", seat="河口镇工业路1号", scope="P·O 42.5",
    )  # fmt: skip


def team(office: Office) -> dict[str, Any]:
    return {
        "checkers": [office.officer, office.here.inspector],
        "confirmed": frozenset({"IPL-UNITS"}),
    }


def seen(office: Office, matter: Matter, result: str = "pass") -> None:
    """Accepted, announced, checked on site, told."""
    office.do(matter, "accept", thresholds_met=True)
    start = office.now.date()
    office.do(
        matter, "order_site_check", check_on=start.replace(day=start.day + 10), **team(office)
    )
    office.do(matter, "tell_site_check", told_on=start, told="书面通知")
    office.do(
        matter, "site_check", office.here.inspector, result=result, record="已核查",
        files=[proof(matter)],
    )  # fmt: skip
    office.do(matter, "tell_finding", findings="合格")


def through_test(office: Office, matter: Matter, result: str = "pass") -> None:
    """Sealed, delivered and reported on one day."""
    day = office.now.date()
    office.do(matter, "seal_sample", sealed_on=day, laboratory="省质检院", test_until=day)
    office.do(matter, "sample_delivered", delivered_on=day, test_until=day)
    office.do(
        matter, "test_report", reported_on=day, test_result=result, files=[proof(matter)]
    )  # fmt: skip


def granted(office: Office, product: str = "cement", number: str = NUMBER) -> Licence:
    matter = apply(office, product)
    seen(office, matter)
    through_test(office, matter)
    office.do(matter, "grant", opinion="符合条件", number=number)
    return Licence.objects.get(applications__matter=matter)


def test_a_county_takes_no_application_and_a_city_only_by_commission(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="省级"):
        apply(office)
    Place.objects.filter(pk=office.here.county.pk).update(level="city")
    office.here.bureau.refresh_from_db()
    with pytest.raises(Refused, match="省级"):
        apply(office)
    monkeypatch.setattr(
        "zhian.apps.registry.licences.industrial.commissioned", lambda: True
    )  # fmt: skip
    assert apply(office).phase == "received"


def test_from_application_to_licence_the_test_is_not_counted(province: Office) -> None:
    office = province.on("2026-03-02")
    matter = apply(office)
    assert due(matter, "licence.correct.industrial") == date(2026, 3, 9)
    office.do(matter, "accept", thresholds_met=True)
    assert due(matter, "licence.decide.industrial") == date(2026, 5, 28)
    assert due(matter, "licence.site_check.industrial") == date(2026, 4, 14)
    office.do(matter, "order_site_check", check_on=date(2026, 3, 9), **team(office))
    assert due(matter, "licence.site_notice.industrial") == date(2026, 3, 2)
    office.do(matter, "tell_site_check", told_on=date(2026, 3, 2), told="书面通知")
    office.on("2026-03-09").do(
        matter, "site_check", office.here.inspector, result="pass", record="已核查",
        files=[proof(matter)],
    )  # fmt: skip
    with pytest.raises(Refused):
        office.do(matter, "seal_sample", sealed_on=date(2026, 3, 9), laboratory="x",
                  test_until=date(2026, 4, 10))  # fmt: skip
    office.on("2026-03-12").do(matter, "tell_finding", findings="实地核查合格。")
    office.on("2026-03-13").do(
        matter, "seal_sample", sealed_on=date(2026, 3, 13), laboratory="省质检院",
        test_until=date(2026, 4, 10),
    )  # fmt: skip
    assert due(matter, "licence.sample_delivery.industrial") == date(2026, 3, 24)
    office.on("2026-03-20").do(
        matter, "sample_delivered", delivered_on=date(2026, 3, 20), test_until=date(2026, 4, 10)
    )
    assert Clock.objects.get(duty="licence.decide.industrial").state == "paused"
    assert due(matter, "licence.test_term.industrial") == date(2026, 4, 10)
    with pytest.raises(Refused):
        office.do(matter, "grant", opinion="可", number=NUMBER)
    office.on("2026-04-10").do(
        matter, "test_report", reported_on=date(2026, 4, 10), test_result="pass",
        files=[proof(matter)],
    )  # fmt: skip
    assert due(matter, "licence.decide.industrial") == date(2026, 6, 18)
    with pytest.raises(Refused, match="请录入"):
        office.do(matter, "grant", opinion="可")
    with pytest.raises(Refused, match="10"):
        office.do(matter, "grant", opinion="可", number="XK08-001-234")
    office.on("2026-04-13").do(matter, "grant", opinion="符合条件", number=NUMBER)
    licence = Licence.objects.get()
    assert (licence.number, licence.what.zh) == (CANONICAL, "水泥")
    assert (licence.issued_on, licence.expires_on) == (date(2026, 4, 13), date(2031, 4, 12))
    assert licence.details["product"] == "通用硅酸盐水泥" and licence.ours
    card = Document.objects.get(matter=matter, template="licence_card_xk")
    said = card.data["as_issued"]["about"]
    assert (said["number"], said["category"], said["product"]) == (
        CANONICAL, "水泥", "通用硅酸盐水泥",
    )  # fmt: skip
    assert Standing.objects.on(date(2026, 4, 14)).get(kind="licence_industrial")
    office.serve(matter)
    entry = office.publish(matter)
    assert entry.title == f"河口兴旺豆制品厂：{CANONICAL}"
    office.do(matter, "archive")
    assert matter.closed_at is not None


def test_who_fails_the_site_check_is_not_tested(province: Office) -> None:
    matter = apply(province.on("2026-03-02"))
    seen(province, matter, "fail")
    with pytest.raises(Refused, match="不再进行产品检验"):
        province.do(matter, "seal_sample", sealed_on=province.now.date(), laboratory="x",
                    test_until=province.now.date())  # fmt: skip
    with pytest.raises(Refused):
        province.do(matter, "grant", opinion="可", number=NUMBER)
    province.do(matter, "deny", ground="conditions", why="无检验设备。", law="第十条")
    assert matter.phase == "serving" and not Licence.objects.exists()


def test_a_product_that_fails_its_test_gets_no_licence(province: Office) -> None:
    matter = apply(province.on("2026-03-02"))
    seen(province, matter)
    through_test(province, matter, "fail")
    with pytest.raises(Refused, match="没有都合格"):
        province.do(matter, "grant", opinion="可", number=NUMBER)
    province.do(matter, "deny", ground="test_failed", why="强度不合格。", law="第十条")
    assert matter.phase == "serving"


def test_the_team_is_confirmed_not_to_come_from_one_unit(province: Office) -> None:
    matter = apply(province.on("2026-03-02"))
    province.do(matter, "accept", thresholds_met=True)
    wanted = {"check_on": date(2026, 3, 20), "checkers": [province.officer]}
    with pytest.raises(Refused, match="二至四人"):
        province.do(matter, "order_site_check", **wanted, confirmed=frozenset({"IPL-UNITS"}))
    wanted["checkers"] = [province.officer, province.here.inspector]
    with pytest.raises(Refused, match="同一单位"):
        province.do(matter, "order_site_check", **wanted)
    province.do(matter, "order_site_check", **wanted, confirmed=frozenset({"IPL-UNITS"}))
    notice = Document.objects.get(matter=matter, template="licence_site_notice")
    assert notice.number and notice.state == "issued"


def test_silence_accepts_and_the_term_runs_from_the_day_of_receipt(province: Office) -> None:
    matter = apply(province.on("2025-12-31"))
    fallen = falling_due.perform_due(province.on("2026-01-09 00:01").now)
    matter.refresh_from_db()
    assert fallen.performed == 1 and matter.phase == "examining"
    clock = Clock.objects.get(matter=matter, duty="licence.decide.industrial")
    assert clock.counts_from.astimezone().date() == date(2025, 12, 31)


def test_only_names_change_without_check_and_test(province: Office) -> None:
    licence = granted(province.on("2026-03-02"))
    fields = {
        "received_on": date(2026, 6, 1), "licence_number": NUMBER, "changes": "更名",
        "changed_on": date(2026, 5, 25), "seat": "河口镇工业路2号",
    }  # fmt: skip
    matter = province.on("2026-06-01").open(XK, "apply_change", **fields)
    province.do(matter, "accept")
    province.do(matter, "need_no_check", why="仅名称变化")
    province.do(matter, "grant_change", opinion="可")
    ends = licence.expires_on
    licence.refresh_from_db()
    assert (licence.expires_on, licence.issued_on) == (ends, date(2026, 6, 1))
    assert licence.details["seat"] == "河口镇工业路2号"
    assert licence.details["product"] == "通用硅酸盐水泥"
    moved = province.open(XK, "apply_change", conditions_changed=True, **fields)
    province.do(moved, "accept")
    with pytest.raises(Refused, match="实地核查"):
        province.do(moved, "need_no_check", why="x")


def test_a_renewal_follows_the_old_term_and_keeps_the_number(province: Office) -> None:
    licence = granted(province.on("2021-12-11"))
    assert licence.expires_on == date(2026, 12, 10)
    fields = {"licence_number": "XK08-001-02345".replace("-", ""), "conditions_changed": False}
    province.on("2026-06-11")
    with pytest.raises(Refused, match="没有这个编号"):
        province.open(XK, "apply_renewal", received_on=date(2026, 6, 10), **fields)
    fields["licence_number"] = NUMBER
    with pytest.raises(Refused, match="2026-06-10"):
        province.open(XK, "apply_renewal", received_on=date(2026, 6, 11), **fields)
    matter = province.on("2026-06-10").open(
        XK, "apply_renewal", received_on=date(2026, 6, 10), **fields
    )
    seen(province, matter)
    assert due(matter, "licence.renew_decide.industrial") == date(2026, 12, 10)
    through_test(province, matter)
    with pytest.raises(Refused, match="编号不变"):
        province.do(matter, "grant", opinion="可", number=NUMBER)
    province.on("2026-11-03").do(matter, "grant", opinion="可")
    licence.refresh_from_db()
    assert (licence.number, licence.expires_on) == (CANONICAL, date(2031, 12, 10))
    standing = Standing.objects.on(date(2026, 11, 4)).get(kind="licence_industrial")
    assert standing.until == date(2031, 12, 10)


def test_a_renewal_that_nobody_decides_is_granted_by_silence(province: Office) -> None:
    licence = granted(province.on("2021-12-11"))
    matter = province.on("2026-06-10").open(
        XK, "apply_renewal", received_on=date(2026, 6, 10), licence_number=NUMBER
    )
    province.do(matter, "accept", thresholds_met=True)
    falling_due.perform_due(province.on("2026-12-11 00:01").now)
    matter.refresh_from_db()
    licence.refresh_from_db()
    assert matter.phase == "serving" and licence.expires_on == date(2031, 12, 10)
    assert Document.objects.filter(matter=matter, template="licence_card_xk").exists()


def test_a_late_renewal_is_not_granted_by_silence(province: Office) -> None:
    granted(province.on("2021-12-11"))
    matter = province.on("2026-10-12").open(
        XK, "apply_renewal", received_on=date(2026, 10, 12), licence_number=NUMBER,
        late_reason="停产检修",
    )  # fmt: skip
    province.do(matter, "accept", thresholds_met=True)
    assert "licence.renew_decide.industrial" not in running(matter)


def test_each_product_has_its_licence_and_a_revocation_bars_that_product_alone(
    province: Office,
) -> None:
    cement = granted(province.on("2026-03-02"))
    with pytest.raises(Refused, match="XK08"):
        apply(province, "cement")
    granted(province, "cable", "XK06-001-00001")
    paper = proof(Matter.objects.get(licence_application__licence=cement))
    fields = {
        "licence_number": NUMBER, "decided_on": date(2026, 4, 1), "why": "监督抽查复查仍不合格",
        "decision_number": "市监罚〔2026〕9号", "files": [paper],
    }  # fmt: skip
    province.on("2026-04-01")
    with pytest.raises(Refused, match="不是食品"):
        province.open(EXIT, "record_revocation", **fields)
    matter = province.open(EXIT, "record_revocation_industrial", **fields)
    cement.refresh_from_db()
    assert cement.state == "revoked"
    assert due(matter, "licence.ban_revoked.industrial") == date(2029, 4, 2)  # 1 April: a Sunday
    kinds = [s.kind for s in Standing.objects.on(date(2026, 4, 2))]
    assert sorted(kinds) == ["licence_industrial", "licence_revoked"]  # the cable licence stands
    with pytest.raises(Refused, match="2029-04-02"):
        apply(province, "cement")
    assert apply(province, "steel_bar").phase == "received"


def test_false_papers_bar_for_a_year(province: Office) -> None:
    matter = apply(province.on("2026-01-05"))
    seen(province, matter, "fail")
    province.do(matter, "deny", ground="false_papers", why="伪造检验报告。", law="第七十条")
    assert due(matter, "licence.ban_false.industrial") == date(2027, 1, 5)
    with pytest.raises(Refused, match="禁止申请"):
        apply(province.on("2026-06-01"), "cable")


def test_a_lost_licence_is_made_anew_promptly(province: Office) -> None:
    licence = granted(province.on("2026-03-02"))
    paper = proof(Matter.objects.get(licence_application__licence=licence))
    matter = province.open(
        XK, "apply_reissue", received_on=date(2026, 3, 2), licence_number=NUMBER, why="遗失",
        materials=[paper],
    )  # fmt: skip
    province.do(matter, "accept")
    clock = Clock.objects.get(matter=matter, duty="licence.reissue.industrial")
    assert (clock.due_day, clock.basis) == (date(2026, 3, 5), "internal")
    assert "licence.decide.industrial" not in running(matter)
    province.do(matter, "grant_reissue", opinion="可")
    ends = licence.expires_on
    licence.refresh_from_db()
    assert licence.expires_on == ends


def test_a_grant_that_was_a_mistake_leaves_the_number_to_be_given_again(province: Office) -> None:
    matter = apply(province.on("2026-03-02"))
    seen(province, matter)
    through_test(province, matter)
    act = province.do(matter, "grant", opinion="可", number=NUMBER)
    annul(act, by=Actor.official(province.here.head), reason="产品单元写错")
    matter.refresh_from_db()
    assert Licence.objects.get().state == "void"
    province.do(matter, "grant", opinion="可", number=NUMBER)
    assert Licence.objects.get().state == "valid"


def test_somebody_elses_number_is_not_given_twice(province: Office) -> None:
    licence = granted(province.on("2026-03-02"))
    matter = apply(province, "cable")
    seen(province, matter)
    through_test(province, matter)
    with pytest.raises(Refused, match="已经登记"):
        province.do(matter, "grant", opinion="可", number=licence.number)


# --- what the county enters


def entered(office: Office, **more: Any) -> Licence:
    fields = {
        "number": NUMBER, "industrial_product": "food_contact", "product": "塑料包装",
        "issuer": "省市场监督管理局", "issued_on": date(2024, 5, 6), "expires_on": date(2029, 5, 5),
    }  # fmt: skip
    matter = office.open(XK, "record_issued", **fields | more)
    assert matter.closed_at is not None
    return Licence.objects.get(applications__matter=matter)


def test_the_county_enters_what_the_province_gave(office: Office) -> None:
    licence = entered(office.on("2026-03-02"))
    assert (licence.number, licence.ours) == (CANONICAL, False)
    assert licence.expires_on == date(2029, 5, 5)
    standing = Standing.objects.on(date(2026, 3, 3)).get(kind="licence_industrial")
    assert standing.until == date(2029, 5, 5)  # as its paper states
    with pytest.raises(Refused, match="12 位"):
        entered(office, number="XK08-1", industrial_product="cable")
    with pytest.raises(Refused, match="尚未到"):
        entered(office, number="XK06-001-1", industrial_product="cable",
                issued_on=date(2027, 1, 1))  # fmt: skip


def test_the_county_ends_no_licence_of_the_province_but_notes_its_end(office: Office) -> None:
    licence = entered(office.on("2026-03-02"))
    for verb, more in (
        ("apply_cancel", {"received_on": date(2026, 3, 2), "why": "停产"}),
        ("open_annul", {"ground": "procedure", "found_on": date(2026, 3, 2), "problems": "x"}),
    ):
        with pytest.raises(Refused, match="其他机关"):
            office.open(EXIT, verb, licence_number=NUMBER, **more)
    matter = office.open(
        XK, "record_ended", licence_number=NUMBER, ended_way="revoked",
        decided_on=date(2026, 3, 2), why="省局处罚决定",
    )  # fmt: skip
    licence.refresh_from_db()
    assert (licence.state, licence.ended_on) == ("revoked", date(2026, 3, 2))
    assert due(matter, "licence.ban_revoked.industrial") == date(2029, 3, 2)
    assert not Standing.objects.on(date(2026, 3, 3)).filter(kind="licence_industrial").exists()


def test_what_this_agency_gave_is_not_ended_by_a_note(province: Office) -> None:
    granted(province.on("2026-03-02"))
    with pytest.raises(Refused, match="由本机关发给"):
        province.open(
            XK, "record_ended", licence_number=NUMBER, ended_way="cancelled",
            decided_on=date(2026, 3, 2), why="x",
        )  # fmt: skip


def test_ghosts_and_renewals_see_industrial_licences(office: Office) -> None:
    licence = entered(office.on("2026-03-02"))
    mine = office.officer
    expiring = queries.ghost("expiring").find
    assert not expiring(queries.visible_to(mine), date(2028, 10, 5)).exists()
    # due by 5 November 2028; without an article that opens the window thirty days before are named
    assert expiring(queries.visible_to(mine), date(2028, 10, 6)).get() == licence
    assert queries.ghost("expired").find(queries.visible_to(mine), date(2029, 5, 7)).exists()
    assert queries.lost(licence.operator_id, None, date(2029, 5, 7))


# --- from another system


def test_an_open_application_is_taken_over_and_goes_on(
    province: Office, settings: Any, tmp_path: Path
) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    row = {
        "种类": "工业产品生产许可", "原编号": "GY-1", "标题": "延续：水泥",
        "开启日期": "2026-03-02", "阶段": "待受理", "已办行为": "apply_renewal", "承办人": "沈青",
        "主体": "河口兴旺豆制品厂", "场所": "河口兴旺豆制品厂", "许可证编号": NUMBER,
        "申请类型": "延续", "许可产品": "水泥", "产品名称": "通用硅酸盐水泥",
        "发证日期": "2021-12-01", "有效期至": "2026-11-30",
    }  # fmt: skip
    taken(book({"事项": [list(row), list(row.values())]}), province.on("2026-03-03").here)
    licence = Licence.objects.get()
    assert (licence.number, licence.category) == (CANONICAL, "cement")
    assert licence.details == {"product": "通用硅酸盐水泥"}
    matter = LicenceApplication.objects.get().matter
    seen(province, matter)
    through_test(province, matter)
    province.do(matter, "grant", opinion="可")
    licence.refresh_from_db()
    assert licence.expires_on == date(2031, 11, 30)
    assert parse_licence(licence.number, "XK").parts["product"] == "001"
