"""My desk: overdue first, filters, keyboard, bulk signing, bulk hand-over, the list as a file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import ComeIn
from tests.browser.visitor import PHONE, WIDE, WIDTHS, Visitor
from tests.builders import County, days_ago
from zhian.desk import tasks, timing
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter


def give(here: County, text: str, days: float, to: str = "inspector", ago: int = 0) -> Matter:
    """A task from the head of the bureau, due so many days from when it was given."""
    with timing.recorded_at(days_ago(ago)):
        fields = {
            "text": text,
            "deadline": timing.now() + timedelta(days=days),
            "office": here.station,
            "handler": getattr(here, to),
        }
        opening = tasks.opening_of(giver=here.head, source=None, fields=fields)
        matter = open_matter("task", "direct", opening, by=here.actor("head"))
        perform(matter, "take", by=here.actor(to))
    return matter


def propose_order(here: County, problems: str) -> Matter:
    """A rectification order that waits for the head of the station."""
    fields = {"operator": here.operator, "premises": here.premises, "basis": "inspection"}
    opening = Opening(
        title=f"责令改正：{problems}",
        agency=here.bureau,
        office=here.station,
        handler=here.inspector,
        place=here.village,
        operator=here.operator,
        premises=here.premises,
        fields={**fields, "problems": problems},
    )
    matter = open_matter("rectification", "open", opening, by=here.actor("inspector"))
    until = timing.today() + timedelta(days=10)
    values = {"requirements": "限期改正。", "until": until, "law": "食品安全法第三十三条"}
    perform(matter, "order", fields=values, by=here.actor("inspector"))
    return matter


@pytest.fixture
def busy(here: County) -> County:
    """A desk with something late, something due soon, something far, and one order."""
    give(here, "远期：整理季度材料", 40)
    give(here, "逾期：报送检查情况", 3, ago=9)
    give(here, "近期：排查校园周边", 2)
    propose_order(here, "台账不全")
    return here


def titles(visitor: Visitor) -> list[str]:
    """The matters of the list, in its order."""
    return visitor.page.locator("#desk-list td.c-title a").all_inner_texts()


@pytest.mark.parametrize("size", WIDTHS, ids=["1440", "390"])
def test_what_is_overdue_comes_first_and_says_so(
    busy: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    inspector = come_in(busy.inspector, size)
    assert [title[:2] for title in titles(inspector)[:3]] == ["逾期", "近期", "远期"]
    first = inspector.page.locator("#desk-list tr[data-row]").first
    expect(first.locator(".due")).to_contain_text("逾期")
    expect(first.locator(".due")).to_have_class("due late")
    second = inspector.page.locator("#desk-list tr[data-row]").nth(1)
    expect(second.locator(".due")).to_contain_text("剩余")


@pytest.mark.parametrize("size", WIDTHS, ids=["1440", "390"])
def test_a_filter_stands_in_the_address_and_survives_a_reload(
    busy: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    inspector = come_in(busy.inspector, size)
    inspector.page.select_option('.filters [name="due"]', "late")
    expect(inspector.page.locator("#desk-list tr[data-row]")).to_have_count(1)
    assert "due=late" in inspector.page.url
    inspector.looks()
    inspector.page.reload()
    assert [title[:2] for title in titles(inspector)] == ["逾期"]
    inspector.press("清除")
    inspector.page.fill('.filters [name="q"]', "没有这样的事项")
    expect(inspector.page.locator("#desk-list .empty")).to_contain_text("没有符合筛选条件")
    inspector.looks()


def test_a_list_is_walked_by_keyboard(busy: County, come_in: ComeIn) -> None:
    inspector = come_in(busy.inspector)
    keys = inspector.page.keyboard
    rows = inspector.page.locator("#desk-list tr[data-row]")
    keys.press("j")
    expect(rows.nth(0)).to_be_focused()
    keys.press("j")
    expect(rows.nth(1)).to_be_focused()
    keys.press("x")
    expect(rows.nth(1).locator("input[type=checkbox]")).to_be_checked()
    expect(inspector.page.locator("#desk-list [data-bulk]")).to_be_visible()
    keys.press("x")
    expect(inspector.page.locator("#desk-list [data-bulk]")).to_be_hidden()
    keys.press("k")
    with inspector.page.expect_navigation():
        keys.press("Enter")
    inspector.looks()
    inspector.sees("逾期：报送检查情况")
    keys.press("/")
    expect(inspector.page.locator("[data-quick]")).to_be_focused()


@pytest.mark.parametrize("size", WIDTHS, ids=["1440", "390"])
def test_several_proposals_are_signed_after_a_preview(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    matters = [propose_order(here, text) for text in ("台账不全", "无防鼠设施", "生熟混放")]
    chief = come_in(here.office_head, size)
    box = chief.page.locator("section[aria-labelledby=to-sign]")
    expect(box.locator("tr[data-row]")).to_have_count(3)
    for problems in ("台账不全", "无防鼠设施"):
        box.locator("tr[data-row]", has_text=problems).locator("input").check()
    expect(box.locator("[data-chosen]")).to_have_text("2")
    chief.press("预览并签批")
    chief.sees("批量签批：2 件", "台账不全", "限期改正。", "食品安全法第三十三条")
    chief.fill(opinion="同意。")
    chief.press("签批勾选的事项")
    assert "已签批 2 件" in chief.told()
    expect(box.locator("tr[data-row]")).to_have_count(1)
    states = [Matter.objects.get(pk=m.pk).phase for m in matters]
    assert states == ["ordered", "ordered", "drafting"]


def test_several_matters_are_handed_over_after_a_preview(busy: County, come_in: ComeIn) -> None:
    inspector = come_in(busy.inspector, WIDE)
    for title in ("逾期", "近期"):
        inspector.page.locator("#desk-list tr[data-row]", has_text=title).locator("input").check()
    inspector.press("移交所选")
    inspector.fill(to="王建国", reason="外出学习")
    inspector.press("预览", exact=False)
    inspector.sees("逾期：报送检查情况", "近期：排查校园周边")
    inspector.press("移交", exact=False)
    assert "2" in inspector.told() and "王建国" in inspector.told()
    assert Matter.objects.filter(handler=busy.second).count() == 2


@pytest.mark.parametrize("size", WIDTHS, ids=["1440", "390"])
def test_the_list_comes_as_a_file_of_what_is_seen(
    busy: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    inspector = come_in(busy.inspector, size)
    inspector.open("/desk/?kind=task&due=late")
    file = inspector.download("导出 xlsx")
    rows = CalamineWorkbook.from_path(str(named_xlsx(file))).get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert {"期限", "事项", "阶段"} <= set(rows[0])
    line = dict(zip(rows[0], rows[1], strict=True))
    assert line["事项"] == "逾期：报送检查情况" and "逾期" in str(line["期限"])


def named_xlsx(path: Path) -> Path:
    """The file under a name that says what it is."""
    return path.rename(path.with_suffix(".xlsx"))


def test_a_draft_survives_a_reload_until_it_is_sent(busy: County, come_in: ComeIn) -> None:
    inspector = come_in(busy.inspector, PHONE)
    inspector.press("近期：排查校园周边")
    inspector.press("反馈结果")
    inspector.fill(text="已排查 42 户，写到一半")
    inspector.waits_until("localStorage.length > 0")
    inspector.page.reload()
    expect(inspector.page.locator('[name="text"]')).to_have_value("已排查 42 户，写到一半")
    expect(inspector.page.locator("[data-draft-says]")).to_be_visible()
    inspector.looks()
    assert "已反馈" in inspector.confirm()
    assert inspector.page.evaluate("localStorage.length") == 0


def test_the_month_shows_what_is_due_when(busy: County, come_in: ComeIn) -> None:
    inspector = come_in(busy.inspector)
    inspector.press("日历", within=".nav", exact=False)
    soon = timezone.localdate() + timedelta(days=2)
    inspector.open(f"/calendar/?month={soon:%Y-%m}")
    inspector.sees("近期：排查校园周边")
