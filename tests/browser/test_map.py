"""The map in a browser: drawn, pressed, zoomed by keys, at both widths; and its rooms beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_every_page import Round
from tests.browser.test_thread import SIZES
from tests.browser.visitor import PHONE, WIDE
from tests.builders import County, person
from zhian.directory.models import Operator, Premises

__all__ = ["County"]


def shops(here: County, n: int, located: bool = True) -> None:
    """Shops in a row from west to east, none where another is."""
    operator = Operator.objects.create(name="连锁店", kind="company", place=here.town)
    Premises.objects.bulk_create(
        Premises(
            operator=operator,
            name=f"店{i}",
            place=here.village if i % 2 else here.other_town,
            business_type="food_sale",
            longitude=125.0 + (i % 150) / 500 if located else None,
            latitude=45.0 + (i // 150) / 500 if located else None,
        )
        for i in range(n)
    )


@SIZES
def test_every_page_of_places_fits_and_can_be_read(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    shops(here, 60)
    admin = person(here.bureau, "system_admin", name="系统管理员")
    walk = Round(come_in(admin, size))
    town = here.town.pk
    walk.visit_all(
        "/map/",
        "/map/?q=没有这个",
        f"/map/{here.premises.pk}/",
        "/answering/",
        f"/answering/{town}/",
        f"/answering/{town}/?gap=village",
        f"/answering/{town}/fill/",
        f"/answering/{town}/bind/",
        "/answering/roster/",
        "/directory/places/load/",
        "/directory/places/outlines/",
        "/directory/places/points/",
        f"/directory/premises/{here.premises.pk}/point/",
        f"/directory/premises/{here.premises.pk}/stewards/new/",
    )
    assert "/map/" in walk.opened


def test_a_press_opens_the_card_and_the_card_the_file(here: County, come_in: ComeIn) -> None:
    Premises.objects.update(longitude=125.0, latitude=45.0)
    visitor = come_in(here.head, WIDE)
    page = visitor.page
    page.goto(visitor.address + "/map/")
    expect(page.locator("#map[data-ready='1']")).to_be_visible()
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    side = page.locator("[data-side]")
    expect(side).to_contain_text(here.premises.name)
    side.get_by_role("link", name="查看主体").click()
    expect(page.locator("main")).to_contain_text(here.operator.name)


def test_keys_and_buttons_move_the_map_and_clusters_open(here: County, come_in: ComeIn) -> None:
    shops(here, 3000)
    visitor = come_in(here.head, WIDE)
    page = visitor.page
    page.goto(visitor.address + "/map/")
    expect(page.locator("#map[data-ready='3000']")).to_be_visible()

    def picture() -> str:
        page.wait_for_timeout(100)
        return str(page.evaluate("document.querySelector('#map canvas').toDataURL()"))

    whole = picture()
    page.locator("#map canvas").focus()
    page.keyboard.press("+")
    near = picture()
    page.keyboard.press("ArrowRight")
    aside = picture()
    page.keyboard.press("0")
    assert len({whole, near, aside}) == 3
    assert picture() == whole
    page.get_by_role("button", name="放大").click()
    assert picture() != whole


def test_twenty_thousand_points_are_drawn_within_a_frame_or_two(
    here: County, come_in: ComeIn
) -> None:
    shops(here, 20_000)
    visitor = come_in(here.head, WIDE)
    page = visitor.page
    page.goto(visitor.address + "/map/")
    expect(page.locator("#map[data-ready='20000']")).to_be_visible()
    page.locator("#map canvas").focus()
    took = page.evaluate(
        """async () => {
          const canvas = document.querySelector("#map canvas");
          const began = performance.now();
          for (let i = 0; i < 40; i += 1) {
            const key = i % 2 ? "ArrowLeft" : "ArrowRight";
            canvas.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
            await new Promise((done) => requestAnimationFrame(done));
          }
          return (performance.now() - began) / 40;
        }"""
    )
    assert took < 50, f"{took:.1f} ms a picture"


def test_without_a_point_the_map_is_a_plan_and_says_so(here: County, come_in: ComeIn) -> None:
    visitor = come_in(here.head, PHONE)
    page = visitor.page
    page.goto(visitor.address + "/map/")
    expect(page.locator("#map[data-ready='0']")).to_be_visible()
    expect(page.get_by_text("圆表示各区划的场所数，不是位置")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_without_script_the_list_is_all_there(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    visitor = come_in(here.head, size, java_script_enabled=False)
    visitor.page.goto(visitor.address + "/map/")
    expect(visitor.page.locator("#map")).to_be_hidden()
    expect(visitor.page.get_by_role("link", name=here.premises.name)).to_be_visible()
