"""Coming in: password, second factor, a first login, refusals, language and post."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ComeIn
from tests.browser.visitor import PASSWORD, PHONE, WIDE, WIDTHS, Visitor, code_of, context_of
from tests.builders import County
from zhian.directory.models import Appointment, Post, User


@pytest.mark.parametrize("size", WIDTHS, ids=["1440", "390"])
def test_password_and_second_factor_lead_to_the_desk(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    inspector = come_in(here.inspector, size, by="")
    inspector.open("/desk/")
    assert inspector.path == "/accounts/login/"
    inspector.give_password(PASSWORD)
    assert inspector.path == "/accounts/2fa/authenticate/"
    inspector.page.fill("#id_code", "000000")
    inspector.press("登录")
    assert inspector.page.locator(".error, .summary-errors").inner_text()
    inspector.page.fill("#id_code", code_of(inspector.secret))
    inspector.press("登录")
    assert inspector.path == "/desk/"
    inspector.sees("我的办公桌", "待我签批", "待办理")
    expect(inspector.page.locator(".me-name")).to_have_text("郑一平")


def test_a_first_login_must_enrol_a_second_factor(
    here: County, chromium: Browser, live_server: object
) -> None:
    user = here.clerk.user
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))
    clerk = Visitor(context_of(chromium, WIDE), live_server.url, user)  # type: ignore[attr-defined]
    clerk.open("/")
    clerk.give_password(PASSWORD)
    assert clerk.path == "/accounts/2fa/totp/activate/"
    clerk.open("/desk/")
    assert clerk.path == "/accounts/2fa/totp/activate/", "no page opens before"
    expect(clerk.page.get_by_alt_text("验证器二维码")).to_be_visible()
    clerk.page.fill("#id_code", code_of(clerk.page.input_value("#authenticator_secret")))
    clerk.press("启用")
    clerk.open("/desk/")
    assert clerk.path == "/desk/"
    clerk.context.close()


def test_a_one_time_password_must_be_changed_first(here: County, come_in: ComeIn) -> None:
    clerk = come_in(here.clerk, by="")
    User.objects.filter(pk=clerk.user.pk).update(must_change_password=True)
    clerk.open("/desk/")
    clerk.give_password(PASSWORD)
    clerk.page.fill("#id_code", code_of(clerk.secret))
    clerk.press("登录")
    assert clerk.path == "/accounts/password/change/"
    clerk.page.fill("#id_oldpassword", PASSWORD)
    clerk.page.fill("#id_password1", "xin-de-kouling-88")
    clerk.page.fill("#id_password2", "xin-de-kouling-88")
    clerk.press("更改密码")
    clerk.open("/desk/")
    assert clerk.path == "/desk/"


def test_after_five_wrong_passwords_the_right_one_must_wait(here: County, come_in: ComeIn) -> None:
    inspector = come_in(here.inspector, PHONE, by="")
    inspector.open("/")
    for _ in range(5):
        inspector.give_password("zheyebushimima")
        assert inspector.path == "/accounts/login/"
    inspector.give_password(PASSWORD)
    assert inspector.path == "/accounts/login/"
    inspector.sees("登录失败次数过多")


def test_the_page_speaks_english_when_asked(here: County, come_in: ComeIn) -> None:
    inspector = come_in(here.inspector, by="pages")
    inspector.page.locator(".me > summary").click()
    inspector.press("English", within=".me")
    inspector.sees("My desk")
    assert inspector.page.locator("html").get_attribute("lang") == "en"
    inspector.page.locator(".me > summary").click()
    inspector.press("中文", within=".me")
    inspector.sees("我的办公桌")


@pytest.mark.parametrize("size", WIDTHS, ids=["1440", "390"])
def test_who_holds_two_posts_chooses_in_which_he_acts(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    deputy = Post.objects.create(agency=here.bureau, kind="deputy_head")
    Appointment.objects.create(user=here.office_head.user, post=deputy, since=here.head.since)
    person = come_in(here.office_head, size)
    person.page.locator(".me > summary").click()
    person.press("副局长", within=".me", exact=False)
    assert "副局长" in person.told()
    assert "副局长" in person.text
    person.open("/desk/")
    assert "副局长" in person.page.locator(".head").inner_text(), "the choice is kept"


def test_logging_out_ends_the_session_and_the_drafts(here: County, come_in: ComeIn) -> None:
    inspector = come_in(here.inspector)
    inspector.page.evaluate("localStorage.setItem('zhian.draft.1./x/', '[]')")
    inspector.page.locator(".me > summary").click()
    inspector.press("退出登录", within=".me")
    assert inspector.page.evaluate("localStorage.length") == 0
    inspector.open("/desk/")
    assert inspector.path == "/accounts/login/"
