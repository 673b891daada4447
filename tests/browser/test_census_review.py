"""The review desk by key, by thumb and without a script; its pages at both widths and languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_every_page import Round
from tests.browser.test_thread import SIZES
from tests.browser.visitor import PHONE, WIDE
from tests.web.review_world import Desk, desk, state
from zhian.apps.registry.models import CensusDecision
from zhian.methods.linkage import suspects


@pytest.fixture
def here(transactional_db: None, settings: Any, tmp_path: Any) -> Desk:
    """A county with a published register and questions waiting."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    made = desk()
    asked = made.questions()[0]
    for record, x in zip(
        (asked.record_id, asked.choices[0]["record"]), (116.10, 116.11), strict=True
    ):
        type(asked.record).objects.filter(pk=record).update(rest={"经度": x, "纬度": 28.2})
    return made


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@SIZES
def test_every_page_of_the_review_desk_fits_and_can_be_read(
    here: Desk, come_in: ComeIn, size: tuple[int, int], language: str
) -> None:
    for asked in here.questions("audit")[:4]:
        here.answer(asked, "same")
    answered = here.questions()[-1]
    here.answer(answered, "same")
    visitor = come_in(here.one, size)
    cookie = {"name": "django_language", "value": language, "url": visitor.address}
    visitor.context.add_cookies([cookie])
    paths = (
        "/census/review/", "/census/review/?flag=no", f"/census/review/{answered.pk}/",
        f"/census/review/?after={answered.pk}", "/census/audit/", "/census/audit/result/",
        "/census/decisions/", "/census/decisions/?state=waiting",
        *(f"/census/conflicts/?kind={kind}" for kind in (
            suspects.ONE_CODE_TWO_PLACES, suspects.ENDED_BUT_OPERATING)),
    )  # fmt: skip
    walk = Round(visitor)
    walk.visit_all(*paths)
    assert walk.opened == set(paths)


def test_keys_answer_skip_and_undo(here: Desk, come_in: ComeIn) -> None:
    visitor, before = come_in(here.one, WIDE), state()
    first, second = here.questions()[:2]
    visitor.open("/census/review/")
    head = visitor.page.locator("#mine-head")
    expect(head).to_have_text(first.record.name)
    visitor.page.keyboard.press("u")
    expect(head).to_have_text(second.record.name)
    assert CensusDecision.objects.get().answer == "unsure"
    visitor.page.keyboard.press("z")
    expect(head).to_have_text(first.record.name)
    visitor.page.keyboard.press("1")
    expect(visitor.page.locator(".notes")).to_contain_text("同一户")
    assert CensusDecision.objects.filter(answer="same", question=first).exists()
    visitor.page.keyboard.press("z")
    expect(head).to_have_text(first.record.name)
    assert state() == before
    visitor.page.keyboard.press("s")
    expect(head).not_to_have_text(first.record.name)
    visitor.looks()


def test_a_key_pressed_in_a_field_answers_nothing(here: Desk, come_in: ComeIn) -> None:
    visitor = come_in(here.one, WIDE)
    visitor.open(f"/census/conflicts/?kind={suspects.ONE_CODE_TWO_PLACES}")
    visitor.page.locator("#f-reason").press_sequentially("1nu")
    expect(visitor.page.locator("#f-reason")).to_have_value("1nu")
    assert not CensusDecision.objects.exists()


def test_a_thumb_answers_on_a_telephone(here: Desk, come_in: ComeIn) -> None:
    visitor = come_in(here.one, PHONE)
    visitor.open("/census/review/")
    button = visitor.page.locator('button[value="new"]')
    box = button.bounding_box()
    assert box is not None and box["height"] >= 44
    button.click()
    expect(visitor.page.locator(".notes")).to_contain_text("另为一户")
    visitor.looks()


def test_without_a_script_buttons_are_forms(here: Desk, come_in: ComeIn) -> None:
    visitor = come_in(here.one, WIDE, java_script_enabled=False)
    visitor.page.goto(visitor.address + "/census/review/")
    visitor.page.locator('button[value="unsure"]').click()
    expect(visitor.page.locator("main")).to_contain_text("说不准")
    assert CensusDecision.objects.get().answer == "unsure"
