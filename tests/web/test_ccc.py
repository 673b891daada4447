"""Compulsory certificates: entered, renewed, suspended, restored, ended, and seen to."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.web.licence_office import EXIT, Office, due, office, running
from tests.web.takeover_files import book, taken
from tests.web.test_rectification import proof
from zhian.apps.registry.licences import queries
from zhian.apps.registry.models import CertificateEvent, Licence
from zhian.desk.errors import Refused
from zhian.desk.models import Act, Clock, Matter
from zhian.directory.models import Standing

__all__ = ["office"]
pytestmark = pytest.mark.django_db

CCC = "ccc_record"
NUMBER = "2023010901123456"


def record(office: Office, **more: Any) -> Licence:
    fields = {
        "number": NUMBER, "product": "电热毯", "models": "RT-01、RT-02", "maker": "河口电器厂",
        "body": "某认证中心", "issued_on": date(2023, 5, 8), "expires_on": date(2028, 5, 7),
    }  # fmt: skip
    matter = office.open(CCC, "record", **fields | more)
    assert matter.closed_at is not None
    return CertificateEvent.objects.get(matter=matter).licence


def event(office: Office, verb: str, **more: Any) -> Matter:
    dated = {} if verb == "withdraw_entry" else {"decided_on": office.now.date()}
    return office.open(CCC, verb, licence_number=NUMBER, **dated, **more)


def suspend(office: Office) -> Matter:
    return event(office, "record_suspension", ccc_suspension_ground="refused")


def standings(on: date) -> set[str]:
    return {s.kind for s in Standing.objects.on(on)}


def test_a_certificate_is_entered_with_its_standing_until_its_own_end(office: Office) -> None:
    licence = record(office.on("2026-03-02"))
    assert (licence.kind, licence.what.zh, licence.ours) == ("CCC", "电热毯", False)
    assert [value for _, value in licence.particulars] == [
        "电热毯", "RT-01、RT-02", "河口电器厂", "某认证中心",
    ]  # fmt: skip
    standing = Standing.objects.get(kind="ccc_valid")
    assert (standing.operator, standing.until) == (office.here.operator, date(2028, 5, 7))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"expires_on": date(2028, 5, 9)}, "5年"),
        ({"expires_on": date(2023, 5, 8)}, "之后"),
        ({"issued_on": date(2026, 3, 3), "expires_on": date(2027, 1, 1)}, "尚未到"),
        ({"number": "￥"}, "写法"),
        ({"number": ""}, "填"),
    ],
)
def test_what_a_certificate_cannot_say_is_refused(
    office: Office, more: dict[str, Any], why: str
) -> None:
    with pytest.raises(Exception, match=why):
        record(office.on("2026-03-02"), **more)
    assert not Licence.objects.exists()


def test_the_same_certificate_is_not_entered_twice(office: Office) -> None:
    record(office.on("2026-03-02"))
    with pytest.raises(Refused, match="已经登记"):
        record(office, number="2023 0109 0112 3456")


def test_a_suspension_stops_sale_until_it_is_restored(office: Office) -> None:
    licence = record(office.on("2026-03-02"))
    matter = suspend(office.on("2026-03-10"))
    licence.refresh_from_db()
    assert (licence.state, matter.phase) == ("suspended", "stopping")
    assert standings(date(2026, 3, 11)) == {"ccc_suspended"}
    assert due(matter, "ccc.stop_check") == date(2026, 3, 17)
    stop = Clock.objects.get(matter=matter, duty="licence.stop_sale.ccc")
    assert stop.basis == "internal" and stop.immediate
    with pytest.raises(Refused, match="已被暂停"):
        suspend(office)
    with pytest.raises(Refused, match="2 名"):
        office.do(matter, "stop_seen", record="仓库封存，未出厂")
    office.do(matter, "stop_seen", office.here.inspector, record="仓库封存，未出厂")
    assert matter.closed_at is not None and not running(matter)
    assert standings(date(2026, 3, 11)) == {"ccc_suspended"}  # seen to, and still suspended
    event(office.on("2026-04-01"), "record_resumption")
    licence.refresh_from_db()
    assert licence.state == "valid"
    assert standings(date(2026, 4, 2)) == {"ccc_valid"}
    assert Standing.objects.on(date(2026, 4, 2)).get().until == date(2028, 5, 7)


def test_what_is_still_sold_gets_an_order_to_correct(office: Office) -> None:
    record(office.on("2026-03-02"))
    matter = event(office.on("2026-03-10"), "record_annulment", ccc_annulment_ground="differs")
    assert standings(date(2026, 3, 11)) == {"ccc_ended"}
    office.do(matter, "tell_stop", told_on=date(2026, 3, 10), told="当面告知")
    office.do(
        matter, "still_sold", office.here.inspector, basis="inspection",
        problems="证书撤销后仍在销售电热毯。", files=[proof(matter)],
    )  # fmt: skip
    order = Matter.objects.get(kind="rectification")
    assert (order.operator, order.phase) == (office.here.operator, "drafting")
    assert Act.objects.get(matter=order, seq=1).data["problems"] == "证书撤销后仍在销售电热毯。"


@pytest.mark.parametrize(
    ("verb", "ground", "state"),
    [
        ("record_deregistration", {"ccc_deregistration_ground": "not_made"}, "cancelled"),
        ("record_annulment", {"ccc_annulment_ground": "accident"}, "annulled"),
    ],
)
def test_an_end_is_an_end(office: Office, verb: str, ground: dict[str, str], state: str) -> None:
    licence = record(office.on("2026-03-02"))
    suspend(office)
    event(office, verb, **ground)
    licence.refresh_from_db()
    assert (licence.state, licence.ended_on) == (state, date(2026, 3, 2))
    assert CertificateEvent.objects.get(way=verb).ground == next(iter(ground.values()))
    with pytest.raises(Refused):
        event(office, "record_resumption")
    assert standings(date(2026, 3, 3)) == {"ccc_ended"}


def test_a_renewal_gives_it_another_term(office: Office) -> None:
    licence = record(office.on("2026-03-02"))
    office.on("2028-04-10").open(
        CCC, "record_renewal", licence_number=NUMBER, issued_on=date(2028, 4, 10),
        expires_on=date(2033, 4, 9),
    )  # fmt: skip
    licence.refresh_from_db()
    assert (licence.issued_on, licence.expires_on) == (date(2028, 4, 10), date(2033, 4, 9))
    assert licence.first_issued_on == date(2023, 5, 8)
    assert Standing.objects.on(date(2028, 4, 11)).get().until == date(2033, 4, 9)


def test_one_certificate_of_several_is_suspended_alone(office: Office) -> None:
    record(office.on("2026-03-02"))
    other = record(office, number="2023010902000001", product="插座")
    suspend(office)
    other.refresh_from_db()
    assert other.state == "valid"
    assert standings(date(2026, 3, 3)) == {"ccc_valid", "ccc_suspended"}


def test_a_suspension_noted_by_mistake_is_taken_back(office: Office) -> None:
    licence = record(office.on("2026-03-02"))
    matter = suspend(office)
    with pytest.raises(Refused, match="暂停期间"):
        office.do(matter, "mistaken_end", why="看错了编号")
    office.do(matter, "mistaken", why="看错了编号")
    licence.refresh_from_db()
    assert licence.state == "valid" and matter.closed_at is not None
    assert standings(date(2026, 3, 3)) == {"ccc_valid"}
    assert Standing.objects.on(date(2026, 3, 3)).get().until == date(2028, 5, 7)


def test_an_annulment_noted_by_mistake_leaves_the_suspension(office: Office) -> None:
    licence = record(office.on("2026-03-02"))
    suspend(office)
    matter = event(office, "record_annulment", ccc_annulment_ground="fraud")
    with pytest.raises(Refused, match="有效状态"):
        office.do(matter, "mistaken", why="另一份证书")
    office.do(matter, "mistaken_end", why="另一份证书")
    licence.refresh_from_db()
    assert (licence.state, licence.ended_on) == ("suspended", None)
    assert standings(date(2026, 3, 3)) == {"ccc_suspended"}


def test_a_certificate_entered_by_mistake_goes_and_can_come_again(office: Office) -> None:
    licence = record(office.on("2026-03-02"))
    event(office, "withdraw_entry", why="登错了主体")
    licence.refresh_from_db()
    assert licence.state == "void" and standings(date(2026, 3, 3)) == set()
    assert not queries.visible_to(office.officer).exists()
    assert record(office, product="电热毯（单人）").pk == licence.pk
    assert queries.visible_to(office.officer).get().details["product"] == "电热毯（单人）"


def test_the_county_neither_strikes_a_certificate_off_nor_annuls_it(office: Office) -> None:
    record(office.on("2026-03-02"))
    for verb, more in (
        ("apply_cancel", {"received_on": date(2026, 3, 2), "why": "停产"}),
        ("open_annul", {"ground": "fraud", "found_on": date(2026, 3, 2), "problems": "x"}),
    ):
        with pytest.raises(Refused, match="其他机关"):
            office.open(EXIT, verb, licence_number=NUMBER, **more)


def test_renewals_are_seen_in_time_and_what_no_longer_holds_is_listed(office: Office) -> None:
    licence = record(office.on("2026-03-02"))
    mine = queries.visible_to(office.officer)
    expiring, over = queries.ghost("expiring").find, queries.ghost("certificates").find
    # the ninetieth day before 7 May 2028 is 7 February
    assert not expiring(mine, date(2028, 2, 6)).exists()
    assert expiring(mine, date(2028, 2, 7)).get() == licence
    assert not over(mine, date(2028, 5, 7)).exists()
    assert over(mine, date(2028, 5, 8)).get() == licence
    for sort in ("expired", "operating", "alive"):  # nothing that this agency could strike off
        assert not queries.ghost(sort).find(mine, date(2028, 5, 8)).exists()
    suspend(office)
    assert over(mine, date(2026, 3, 3)).exists()
    assert not queries.lost(office.here.operator.pk, None, date(2028, 6, 1))


def test_an_open_check_is_taken_over(office: Office, settings: Any, tmp_path: Path) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    row = {
        "种类": "强制性认证证书登记", "原编号": "CCC-1", "标题": "证书暂停核实",
        "开启日期": "2026-03-02", "阶段": "待核实停售", "已办行为": "record_suspension",
        "承办人": "沈青", "主体": "河口兴旺豆制品厂", "场所": "河口兴旺豆制品厂",
        "许可证编号": NUMBER,
        "证书事件": "暂停", "事件日期": "2026-03-01", "产品名称": "电热毯",
        "认证机构": "某认证中心",
        "发证日期": "2023-05-08", "有效期至": "2028-05-07",
    }  # fmt: skip
    taken(book({"事项": [list(row), list(row.values())]}), office.on("2026-03-03").here)
    licence = Licence.objects.get()
    assert (licence.state, licence.details["product"]) == ("suspended", "电热毯")
    matter = CertificateEvent.objects.get().matter
    office.do(matter, "stop_seen", office.here.inspector, record="已停止")
    assert matter.closed_at is not None
