"""A licensing officer's pages at both widths, and a licence begun from the register's own link."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_every_page import Round
from tests.browser.test_thread import SIZES
from tests.browser.visitor import WIDE
from tests.builders import County
from tests.web.licence_office import JY, SC, Office, kept
from zhian.apps.registry.models import Licence
from zhian.desk.models import Matter

__all__ = ["County"]


@pytest.fixture
def office(transactional_db: None) -> Office:
    """A county with a licence of each kind, and one that its holder outlived."""
    with pytest.MonkeyPatch.context() as patch:
        made = Office(patch)
        made.licence(SC)
        made.licence(JY)
        kept(made, operator_state="deregistered")
    return made


@SIZES
def test_every_page_of_licences_fits_and_can_be_read(
    office: Office, come_in: ComeIn, size: tuple[int, int]
) -> None:
    one = Licence.objects.get(kind="JY")
    matter = Matter.objects.get(licence_application__licence=one)
    walk = Round(come_in(office.officer, size))
    walk.visit_all(
        "/licences/",
        "/licences/?q=没有这个",
        *(f"/licences/ghosts/?sort_of={key}" for key in ("alive", "operating", "expired")),
        "/licences/ghosts/?sort_of=expiring",
        f"/licences/{one.pk}/",
        f"/m/{matter.pk}/",
        f"/new/{SC}/apply/",
        f"/new/{JY}/apply/",
        "/new/food_filing/file/",
        "/new/licence_exit/open_annul/",
    )
    assert "/licences/" in walk.opened and f"/m/{matter.pk}/" in walk.opened


def test_a_licence_without_its_holder_is_struck_off_from_the_list(
    office: Office, come_in: ComeIn
) -> None:
    visitor = come_in(office.officer, WIDE)
    ghost = Licence.objects.get(operator__state="deregistered")
    visitor.page.goto(visitor.address + "/licences/ghosts/?sort_of=alive")
    expect(visitor.page.get_by_role("link", name=ghost.number)).to_be_visible()
    visitor.page.get_by_role("link", name="办理").click()
    expect(visitor.page.locator('input[name="licence_number"]')).to_have_value(ghost.number)
    expect(visitor.page.locator('[name="ground"]:checked, select[name="ground"]')).to_have_value(
        "ended"
    )
    assert ghost.first_issued_on == date(2020, 1, 1)
