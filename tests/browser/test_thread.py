"""A directive is carried down and reported back; an order is given and its cause put right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_desk import give
from tests.browser.visitor import WIDE, WIDTHS, Visitor
from tests.builders import County
from zhian.desk.models import Clock, Matter

SIZES = pytest.mark.parametrize("size", WIDTHS, ids=["1440", "390"])
DIRECTIVE = "排查校园周边食品经营单位，月底前反馈。"


def in_days(days: int) -> str:
    """A day and hour as a form takes it."""
    return f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT17:00}"


def day_in(days: int) -> str:
    """A day as a form takes it."""
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"


def phase_of(visitor: Visitor) -> str:
    """The phase that the line at the top shows."""
    return visitor.page.locator(".phases .p-now").inner_text()


@SIZES
def test_a_task_from_directive_to_report_back(
    here: County, come_in: ComeIn, photograph: Path, size: tuple[int, int]
) -> None:
    giver = come_in(here.head, size, by="pages")
    giver.press("交办")
    giver.fill(
        text=DIRECTIVE,
        origin="领导批示",
        office="河口市场监管所",
        handler="吴所长",
        deadline=in_days(12),
        scan=photograph,
    )
    assert "已交办" in giver.confirm()
    assert phase_of(giver) == "待签收"

    chief = come_in(here.office_head, size, by="pages")
    chief.go("排查校园周边")
    chief.sees("交办人", "周局长", "内部时限", "签收")
    assert "已签收" in chief.do("签收")
    assert "进展已登记" in chief.do("登记进展", text="已走访一半。")
    assert "已反馈" in chief.do("反馈结果", text="共排查 42 户，全部合格。", files=photograph)
    assert phase_of(chief) == "已反馈"

    giver.open("/desk/")
    giver.press("通知", within=".nav", exact=False)
    giver.sees("排查校园周边")
    giver.go("排查校园周边")
    giver.sees("共排查 42 户")
    assert "已办结" in giver.do("办结", opinion="同意办结。")
    assert phase_of(giver) == "已办结"
    matter = Matter.objects.get(kind="task", parent=None)
    assert matter.closed_at is not None
    assert not Clock.objects.filter(matter=matter, state="running").exists()


def test_a_task_is_split_and_its_parts_come_back_together(here: County, come_in: ComeIn) -> None:
    give(here, "排查校园周边食品经营单位", 12, to="office_head")
    chief = come_in(here.office_head)
    chief.go("排查校园周边")
    chief.press("分解交办")
    for number, (part, who) in enumerate((("河东片", "郑一平"), ("河西片", "王建国"))):
        row = f"parts-{number}"
        chief.fill(**{f"{row}-text": part, f"{row}-handler": who, f"{row}-deadline": in_days(6)})
    assert "已分解" in chief.confirm()
    chief.sees("河东片 · 郑一平", "河西片 · 王建国")
    blocked = chief.page.locator(".cannot li", has_text="反馈结果")
    expect(blocked).to_contain_text("子事项")
    for who, part in ((here.inspector, "河东片"), (here.second, "河西片")):
        officer = come_in(who)
        officer.go(part)
        officer.do("签收")
        assert "已反馈" in officer.do("反馈结果", text=f"{part}已查完，无问题。")
        chief.go(part)
        chief.sees("已查完，无问题")
        assert "办结" in chief.do("办结", opinion="同意。")
    chief.go("排查校园周边")
    chief.sees("分解任务办结")
    assert "已反馈" in chief.do("反馈结果", text="各片均已查完。")


def test_a_report_is_returned_with_a_reason_and_a_new_day(here: County, come_in: ComeIn) -> None:
    giver = come_in(here.head)
    giver.press("交办")
    giver.fill(
        text="报送第三季度数据", office="河口市场监管所", handler="吴所长", deadline=in_days(5)
    )
    giver.confirm()
    chief = come_in(here.office_head)
    chief.go("报送第三季度数据")
    chief.do("签收")
    chief.do("反馈结果", text="见附件。")
    giver.go("报送第三季度数据")
    giver.do("退回重办", why="没有附件，数据不全。", deadline=in_days(3))
    chief.open("/desk/")
    chief.press("通知", within=".nav", exact=False)
    chief.sees("报送第三季度数据：已退回")
    chief.go("报送第三季度数据")
    chief.sees("没有附件，数据不全。")
    assert phase_of(chief) == "办理中"


def test_a_form_sent_with_gaps_keeps_what_was_entered(here: County, come_in: ComeIn) -> None:
    giver = come_in(here.head)
    giver.press("交办")
    giver.fill(text="排查冷库", deadline=in_days(-3), office="河口市场监管所")
    with giver.refused(422):
        giver.confirm()
        giver.sees("没有办理，填写的内容都在。", "期限")
    expect(giver.page.locator('[name="text"]')).to_have_value("排查冷库")
    giver.fill(deadline=in_days(3))
    assert "已交办" in giver.confirm()


@SIZES
def test_a_rectification_from_order_to_closing(
    here: County, come_in: ComeIn, photograph: Path, size: tuple[int, int]
) -> None:
    inspector = come_in(here.inspector, size, by="pages")
    inspector.press("发现问题，拟责令改正")
    inspector.fill(operator="河口兴旺豆制品厂", premises="河口兴旺豆制品厂")
    inspector.fill(basis="监督检查发现", problems="原料库房无防鼠设施，地面积水。")
    assert "已登记" in inspector.confirm()
    inspector.do(
        "下达责令改正通知书",
        requirements="加装防鼠板，清理积水。",
        until=day_in(10),
        law="《中华人民共和国食品安全法》第三十三条",
    )
    assert phase_of(inspector) == "待下达"
    inspector.sees("正在报批")

    chief = come_in(here.office_head, size, by="pages")
    assert "已签批" in chief.sign()
    assert phase_of(chief) == "待送达"
    chief.sees("〔", "1号")
    fetched = chief.context.request.get(chief.address + pdf_of(chief))
    assert fetched.ok and fetched.body().startswith(b"%PDF-")
    assert fetched.headers["content-type"] == "application/pdf"

    inspector.go("责令改正")
    serve(inspector, photograph)
    assert phase_of(inspector) == "整改中"
    inspector.sees("剩余", "责令")
    inspector.do("报告整改情况", measures="已加装防鼠板，积水已清。", files=photograph)
    assert phase_of(inspector) == "待复查"
    inspector.press("复查合格，办结")
    inspector.fill(record="现场复查，问题已整改到位。", files=photograph)
    with inspector.refused(422):
        inspector.confirm()
        inspector.sees("两")
    inspector.fill(officers="王建国")
    assert "复查合格" in inspector.confirm()
    assert phase_of(inspector) == "已办结"
    inspector.sees("事项已于", "现场照片.jpg")
    assert inspector.download("现场照片.jpg").read_bytes().startswith(b"\xff\xd8\xff")


def pdf_of(visitor: Visitor) -> str:
    """The address of the newest paper of a matter."""
    address = visitor.page.locator('main a[href$=".pdf"]').first.get_attribute("href")
    assert address is not None
    return address


def serve(officer: Visitor, proof: Path, hours_ago: int = 0, title: str = "送达") -> None:
    """From the page of a matter to its service, record it, and come back."""
    back = officer.path
    children = officer.page.locator(".side .rows li", has_text="子事项").filter(has_text="待送达")
    with officer.page.expect_navigation(wait_until="load"):
        children.get_by_role("link").first.click()
    officer.looks()
    officer.sees(title)
    at = timezone.localtime() - timedelta(hours=hours_ago, minutes=2)
    told = officer.do(
        "登记送达",
        method="直接送达",
        served_at=f"{at:%Y-%m-%dT%H:%M}",
        receiver="赵立新",
        relation="本人",
        proof=proof,
    )
    assert "已送达" in told
    officer.open(back)


def test_a_file_that_is_not_what_it_says_is_refused(
    here: County, come_in: ComeIn, tmp_path: Path
) -> None:
    false = tmp_path / "照片.jpg"
    false.write_bytes(b"MZ this is a program")
    giver = come_in(here.head, WIDE)
    giver.press("交办")
    giver.fill(text="看照片", office="河口市场监管所", deadline=in_days(3), scan=false)
    with giver.refused(422):
        giver.confirm()
        giver.sees("照片.jpg：内容与扩展名不符。")
    assert not Matter.objects.exists()
