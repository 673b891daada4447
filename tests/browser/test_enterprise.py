"""A shop owner with an old telephone: scan, log in by code, see what is due, do it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_every_page import axe_is_here, judged
from tests.browser.test_thread import SIZES
from tests.browser.visitor import PHONE, Visitor
from tests.builders import County
from tests.web.enterprise_world import (
    PHONE as NUMBER,
    another,
    bound,
    competent,
    licence_until,
    order,
    sent,
)
from zhian.desk import timing
from zhian.desk.models import Matter
from zhian.directory.actions import representatives
from zhian.directory.actions.representatives import Doer
from zhian.directory.models import PhoneCode, WallCode

__all__ = ["axe_is_here"]


@pytest.fixture(autouse=True)
def outbox(settings: Any, tmp_path: Path) -> None:
    settings.OUTBOX, settings.SMS_URL = tmp_path / "outbox", ""


@pytest.fixture
def shop(here: County) -> County:
    """A business that owes something: an order to sign for and a licence to renew."""
    here.bureau.phone = "0000-1234567"
    here.bureau.save()
    competent(here)
    bound(here)
    order(here)
    licence_until(here, timing.today() + timedelta(days=40))
    return here


def hangs(here: County) -> WallCode:
    doer = Doer(by=here.inspector)
    return representatives.wall_code(premises=here.premises, doer=doer, now=timing.now())


def calm(visitor: Visitor) -> None:
    """What holds for every page of the site: no script, nothing grave for weak eyes."""
    visitor.looks()
    assert "<script" not in visitor.page.content().lower(), visitor.path
    assert not (found := judged(visitor)), f"{visitor.path}: {found}"


def log_in(visitor: Visitor) -> None:
    visitor.page.fill("#phone", NUMBER)
    visitor.press("获取验证码")
    calm(visitor)
    visitor.page.fill("#code", sent()[-1].code)
    visitor.press("确定")


@SIZES
def test_from_the_code_on_the_wall_to_the_paper_that_was_signed_for(
    shop: County, come_in: ComeIn, size: tuple[int, int], photograph: Path
) -> None:
    owner = come_in(shop.clerk, size, by="")
    owner.open(f"/e/{hangs(shop).code}/")
    owner.sees("河口兴旺豆制品厂", "食品经营许可证", "12315")
    calm(owner)
    owner.press("登录：我要办什么，哪天前办")
    calm(owner)
    log_in(owner)
    assert owner.path == "/my/"
    owner.sees("有 2 件事等您办", "签收文书", "可申请延续")
    calm(owner)
    owner.press("查看并签收")
    calm(owner)
    owner.page.locator("label.tick input").check()
    owner.press("签收并查看")
    owner.sees("责令改正通知书")
    calm(owner)
    owner.open("/my/")
    owner.sees("限期改正", "剩余")
    owner.press("报告整改情况")
    calm(owner)
    with owner.refused(422):
        owner.press("报告整改情况")
        owner.sees("没有提交，填写的内容都在", "必填")
        calm(owner)
    owner.page.fill("[name=measures]", "已加装防鼠板。")
    owner.page.set_input_files("[name=files]", photograph)
    owner.press("报告整改情况")
    owner.sees("已提交给", "待复查", "已加装防鼠板。", "现场照片.jpg")
    calm(owner)


@SIZES
def test_every_page_of_the_operators_keeps_the_rules(
    shop: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    bound(shop, operator=another(shop))
    owner = come_in(shop.clerk, size, by="")
    owner.open("/accounts/login/phone/")
    log_in(owner)
    for path in ("licences/", "papers/", "matters/", "people/", "phone/"):
        owner.open(f"/my/{path}")
        calm(owner)
    owner.open("/my/new/food_production_licence/apply/")
    calm(owner)
    with owner.refused(404):
        owner.open("/e/0123456789ab/", 404)
        calm(owner)
    with owner.refused(410):
        owner.open("/e/join/nonsense/", 410)
        calm(owner)
    owner.open("/my/")
    owner.page.select_option("#choose-operator", label="柳林老王豆腐坊")
    owner.press("换到这家", within="footer")
    owner.sees("现在没有等您办的事")
    owner.press("退出登录", within="footer")
    assert owner.path == "/accounts/login/phone/"


@pytest.mark.parametrize("size", [(320, 568), PHONE], ids=["320", "390"])
def test_an_old_telephone_without_script_applies_for_a_licence(
    shop: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    owner = come_in(shop.clerk, size, by="", java_script_enabled=False)
    page = owner.page
    page.goto(f"{owner.address}/my/new/food_production_licence/apply/")
    page.fill("#phone", NUMBER)
    page.get_by_role("button", name="获取验证码").click()
    page.fill("#code", sent()[-1].code)
    page.get_by_role("button", name="确定").click()
    expect(page.locator("h1")).to_have_text("申请食品生产许可")
    page.fill("[name=scope]", "豆腐")
    page.select_option("[name=category]", index=1)
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("已提交给")
    assert Matter.objects.filter(kind="food_production_licence").count() == 1
    page.get_by_role("button", name="English").click()
    expect(page.locator("main")).to_contain_text("Handled by")


def test_the_dark_site_and_the_english_one_can_be_read(shop: County, come_in: ComeIn) -> None:
    owner = come_in(shop.clerk, PHONE, by="", color_scheme="dark")
    owner.open("/accounts/login/phone/")
    log_in(owner)
    calm(owner)
    owner.press("English", within="header")
    owner.sees("What do I owe, by when", "Sign for a paper")
    calm(owner)
    owner.open("/my/people/")
    calm(owner)


@SIZES
def test_an_official_binds_a_telephone_and_prints_the_sheet(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    clerk = come_in(here.inspector, size)
    clerk.open(f"/operators/{here.operator.pk}/phones/")
    assert not judged(clerk)
    clerk.fill(name="赵立新", phone=NUMBER)
    clerk.press("绑定")
    clerk.sees("手机号已绑定", "139****5678", "没有登录过")
    with clerk.page.expect_download() as sheet:
        clerk.page.get_by_role("button", name="下载墙贴（PDF）").click()
    assert Path(sheet.value.path()).read_bytes().startswith(b"%PDF")
    clerk.open(f"/operators/{here.operator.pk}/phones/")
    clerk.sees("换新码", "作废")
    assert not judged(clerk)
    assert WallCode.objects.count() == 1 and not PhoneCode.objects.exists()
