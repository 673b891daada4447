"""Operators' files at both widths, and a file that is opened, filled and read as of a day."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_every_page import Round
from tests.browser.test_thread import SIZES
from tests.browser.visitor import WIDE
from tests.builders import County
from tests.web.archive_office import Office
from zhian.apps.registry.models import Product

__all__ = ["County"]


@pytest.fixture
def office(transactional_db: None) -> Office:
    """A county with one file that holds something of most sections."""
    with pytest.MonkeyPatch.context() as patch:
        made = Office(patch)
        made.add("products", name="卤水豆腐", standard="GB 2712", sold_to="本县和邻县")
        made.add("people", name="李四", role="head", phone="13812345678")
        made.add("documents", title="进货查验制度", stage="purchase")
        made.add("weak_points", finding="不会检大肠菌群", area="testing", evidence="两次不合格")
    return made


@SIZES
def test_every_page_of_files_fits_and_can_be_read(
    office: Office, come_in: ComeIn, size: tuple[int, int]
) -> None:
    pk, shop = office.operator.pk, office.here.premises.pk
    row = Product.objects.get()
    walk = Round(come_in(office.here.inspector, size))
    walk.visit_all(
        "/operators/",
        "/operators/?q=没有这个",
        "/operators/new/",
        "/operators/completeness/",
        f"/operators/{pk}/",
        f"/operators/{pk}/as-of/?day=2026-06-02",
        f"/operators/{pk}/history/",
        f"/operators/{pk}/change/",
        f"/operators/{pk}/state/",
        f"/operators/{pk}/premises/new/",
        f"/operators/{pk}/people/add/",
        f"/operators/{pk}/products/{row.line}/",
        f"/operators/{pk}/products/{row.line}/end/",
        f"/premises/{shop}/change/",
        "/new/record_correction/propose/",
        "/new/support_request/ask/",
        "/new/credit_repair/apply/",
    )
    assert f"/operators/{pk}/" in walk.opened


def test_a_product_is_entered_and_changed_on_the_pages(office: Office, come_in: ComeIn) -> None:
    visitor = come_in(office.here.inspector, WIDE)
    page = visitor.page
    page.goto(visitor.address + "/operators/?q=兴旺")
    page.get_by_role("link", name="河口兴旺豆制品厂").first.click()
    page.locator("#s-products").get_by_role("link", name="新增").click()
    page.get_by_label("产品名称").fill("豆腐干")
    page.get_by_role("button", name="保存").click()
    section = page.locator("#s-products")
    expect(section).to_contain_text("豆腐干")
    section.locator("tr", has_text="豆腐干").get_by_role("link", name="修改").click()
    page.get_by_label("产品名称").fill("五香豆腐干")
    page.get_by_label("理由或者依据").fill("换了包装")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#s-products")).to_contain_text("五香豆腐干")
    page.get_by_role("link", name="变更历史").click()
    expect(page.get_by_role("table")).to_contain_text("换了包装")
