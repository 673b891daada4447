"""A citizen on the public site, without a login; and the two people who let an entry out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_every_page import axe_is_here, judged
from tests.browser.test_thread import SIZES
from tests.browser.visitor import PHONE, WIDE, Visitor
from tests.builders import County
from tests.web.publishing_world import approve, concluded, drafted, published
from zhian.desk import timing
from zhian.desk.models import Publication
from zhian.desk.publishing import deciding

__all__ = ["axe_is_here"]


@pytest.fixture
def full(here: County) -> County:
    """A county that has let out enough to turn a page."""
    here.bureau.phone, here.bureau.mailbox = "0000-1234567", "松原县人民路1号"
    here.bureau.address = "松原县人民路1号"
    here.bureau.save()
    for number in range(22):
        entry = published(
            here,
            food=("豇豆", "韭菜", "豆腐干", "鸡蛋")[number % 4],
            place=(here.town, here.other_town)[number % 2],
        )
        since = timing.now() - timedelta(days=30 * number)
        Publication.objects.filter(pk=entry.pk).update(since=since)
    return here


def calm(visitor: Visitor) -> None:
    """What holds for every public page: no script, nothing grave for whoever cannot see well."""
    html = visitor.page.content()
    assert "<script" not in html.lower(), visitor.path
    assert not (found := judged(visitor)), f"{visitor.path}: {found}"


def visit(visitor: Visitor, path: str, status: int = 200) -> str:
    with visitor.refused(status):
        text = visitor.open(path, status)
        calm(visitor)
    return text


@SIZES
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_citizen_finds_what_he_looks_for(
    full: County, come_in: ComeIn, size: tuple[int, int], language: str
) -> None:
    gone = published(full, food="撤下的样品")
    deciding.withdraw(gone, by=full.actor("publisher"), reason="改判")
    citizen = come_in(full.clerk, size, by="")
    visit(citizen, f"/public/?lang={language}")
    words = {"zh": ("查询", "公布内容"), "en": ("Search", "What is published")}[language]
    citizen.sees("12315", "0000-1234567")
    citizen.page.fill("#q", "豆腐")
    citizen.press(words[0])
    calm(citizen)
    assert citizen.path == "/public/entries/" and "豆腐干：灭蝇胺" in citizen.text
    assert "韭菜：" not in citizen.text
    visit(citizen, "/public/entries/")
    citizen.page.select_option("#town", label="柳林镇")
    citizen.page.select_option("#sort", value="title")
    citizen.press(words[0])
    assert "town=239900200" in citizen.page.url and "豇豆：" not in citizen.text
    visit(citizen, "/public/entries/?page=2")
    with citizen.page.expect_navigation(wait_until="load"):
        citizen.page.locator("main .rows a").first.click()
    citizen.looks()
    calm(citizen)
    citizen.sees("0.9mg/kg", "赵某某", {"zh": "被抽样单位", "en": "Where it was sampled"}[language])
    assert "13900000000" not in citizen.page.content()
    visit(citizen, "/public/data/")
    visit(citizen, f"/public/entries/{gone.uid}/", 410)
    visit(citizen, "/public/lost/", 404)
    citizen.sees({"zh": "没有这个页面", "en": "There is no such page"}[language])


def test_an_old_telephone_without_script_does_it_all(full: County, come_in: ComeIn) -> None:
    citizen = come_in(full.clerk, (320, 568), by="", java_script_enabled=False)
    page = citizen.page
    page.goto(f"{citizen.address}/public/")
    page.fill("#q", "鸡蛋")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("main")).to_contain_text("鸡蛋：灭蝇胺")
    page.get_by_role("link", name="English").click()
    expect(page.locator("main h1")).to_have_text("What is published")
    page.locator("main .rows a").first.click()
    expect(page.locator("main")).to_contain_text("Failed items")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("main")).to_contain_text("被抽样单位")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])
def test_the_dark_public_site_can_be_read(
    full: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    citizen = come_in(full.clerk, size, by="", color_scheme="dark")
    entry = Publication.objects.filter(state="approved").latest("pk")
    for path in ("/public/", "/public/entries/", f"/public/entries/{entry.uid}/", "/public/data/"):
        visit(citizen, path)


@SIZES
def test_one_drafts_another_returns_and_lets_it_out(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    matter = concluded(here)
    publisher = come_in(here.publisher, size)
    publisher.open(f"/m/{matter.pk}/")
    assert "公布稿已生成" in publisher.do("拟稿公布")
    publisher.press("豇豆：灭蝇胺")
    publisher.sees(
        "公众将看到的", "您拟过或者改过这一稿，须由另一人复核。", "可以复核的人：", "周局长"
    )
    expect(publisher.page.locator("mark.cut").first).to_be_visible()
    assert not judged(publisher)
    entry = Publication.objects.get(matter=matter)

    head = come_in(here.office_head, size)
    head.sees("有 1 件公布稿待您复核或者修改")
    head.press("有 1 件公布稿待您复核或者修改")
    assert not judged(head)
    head.press("豇豆：灭蝇胺")
    head.page.locator("summary", has_text="退回修改").click()
    head.page.fill("#return-reason", "摊主姓氏也隐去。")
    head.press("退回")
    assert "已退回拟稿人" in head.told()

    publisher.open("/publications/")
    publisher.press("豇豆：灭蝇胺")
    publisher.sees("摊主姓氏也隐去。")
    publisher.press("修改", within=".side")
    assert not judged(publisher)
    publisher.fill(sampled_unit="河口镇某蔬菜摊", food="")
    with publisher.refused(422):
        publisher.press("保存，送复核")
        publisher.sees("标题取自这里，不能为空。")
    publisher.fill(food="豇豆")
    publisher.press("保存，送复核")
    assert "等待另一人复核" in publisher.told()

    citizen = come_in(here.clerk, size, by="")
    visit(citizen, f"/public/entries/{entry.uid}/", 404)
    head.open(f"/publications/{entry.pk}/")
    head.sees("河口镇某蔬菜摊")
    head.fill(opinion="已核对。")
    head.press("同意公布")
    assert "已公布，公众现在可以看到。" in head.told()
    visit(citizen, f"/public/entries/{entry.uid}/")
    citizen.sees("河口镇某蔬菜摊", "赵某某")

    head.page.locator("summary", has_text="撤下").click()
    head.page.fill("#withdraw-reason", "复检改判合格。")
    head.press("撤下")
    assert "公众不再看到" in head.told()
    visit(citizen, f"/public/entries/{entry.uid}/", 410)


def test_every_page_of_the_publication_desk_keeps_the_rules(here: County, come_in: ComeIn) -> None:
    waiting, out = drafted(here, food="待复核的样品"), published(here)
    approve(drafted(here, food="另一样品"), here.head)
    boxes = [
        f"/publications/?box={box}" for box in ("mine", "public", "ending", "withdrawn", "all")
    ]
    paths = [*boxes, f"/publications/{out.pk}/", f"/publications/{waiting.pk}/",
             f"/publications/{waiting.pk}/edit/", f"/publications/{out.pk}/edit/"]  # fmt: skip
    for size in (WIDE, PHONE):
        publisher = come_in(here.publisher, size, color_scheme="dark" if size == PHONE else "light")
        for path in paths:
            publisher.open(path)
            assert not (found := judged(publisher)), f"{path}: {found}"
