"""Every page of the desk opens for its reader, says what it should, and holds the strict policy."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from tests.builders import County, county
from tests.web.pages import logged_in, text_of
from zhian.desk import tasks, timing
from zhian.desk.engine.perform import open_matter
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter
from zhian.directory.models import Appointment

pytestmark = pytest.mark.django_db

PAGES = (
    "/desk/",
    "/desk/?whose=office",
    "/desk/?whose=given&due=late&kind=task&q=x",
    "/desk/?sort=-title&col=title&col=operator&page=9",
    "/desk/sign/",
    "/desk/hand-over/",
    "/new/",
    "/new/task/direct/",
    "/tasks/",
    "/tasks/?box=given&closed=1",
    "/notices/",
    "/notices/?box=failed",
    "/calendar/",
    "/calendar/?month=2026-10&whose=office",
    "/search/",
    "/search/?q=河口",
    "/search/?q=河口&what=operators",
    "/search/?q=河口&what=documents",
    "/accounts/2fa/",
)


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def inspector(here: County) -> Client:
    return logged_in(here.inspector)


def rectification(here: County) -> Matter:
    return open_matter(
        "rectification",
        "open",
        Opening(
            title="责令改正：河口兴旺豆制品厂",
            agency=here.bureau,
            place=here.town,
            office=here.station,
            handler=here.inspector,
            operator=here.operator,
            premises=here.premises,
            fields={"operator": here.operator, "basis": "inspection", "problems": "台账不全"},
        ),
        by=here.actor("inspector"),
    )


def task(here: County) -> Matter:
    fields = {
        "text": "排查校园周边食品店",
        "deadline": timing.now() + timedelta(days=3),
        "office": here.station,
        "handler": here.inspector,
    }
    opening = tasks.opening_of(giver=here.head, source=None, fields=fields)
    return open_matter("task", "direct", opening, by=here.actor("head"))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_without_inline_script_or_style(
    here: County, inspector: Client, path: str
) -> None:
    rectification(here)
    task(here)
    response = inspector.get(path)
    assert response.status_code == 200, response.content.decode()[:3000]
    html = response.content.decode()
    assert "style=" not in html and "hx-on" not in html and "onclick" not in html
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html)
    assert not scripts
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_a_stranger_is_led_to_the_login(here: County) -> None:
    response = Client().get("/desk/")
    assert response.status_code == 302 and "/accounts/login/" in response.headers["Location"]
    assert Client().get("/accounts/login/").status_code == 200


def test_home_leads_an_official_to_the_desk(here: County, inspector: Client) -> None:
    assert inspector.get("/").headers["Location"] == "/desk/"


def test_the_desk_lists_what_i_must_do_with_its_deadline_in_words(
    here: County, inspector: Client
) -> None:
    task(here)
    page = text_of(inspector.get("/desk/"))
    assert "排查校园周边食品店" in page
    assert "内部时限" in page  # the clock for taking it over is the office's own
    assert "签收" in page


def test_an_empty_desk_says_what_to_do(here: County, inspector: Client) -> None:
    assert "现在没有需要办理的事项" in text_of(inspector.get("/desk/"))


def test_the_page_of_a_matter_answers_the_six_questions(here: County, inspector: Client) -> None:
    matter = rectification(here)
    page = text_of(inspector.get(f"/m/{matter.pk}/"))
    for words in ("责令改正：河口兴旺豆制品厂", "待下达", "下达责令改正通知书", "台账不全"):
        assert words in page


def test_what_may_not_be_done_is_listed_with_the_reason(here: County, inspector: Client) -> None:
    matter = rectification(here)
    page = text_of(inspector.get(f"/m/{matter.pk}/"))
    assert "复查合格，办结" in page
    assert "现处“待下达”" in page
    assert "该主体证照齐全" in page  # a gate over facts is judged before the form is filled


def test_a_matter_out_of_reach_does_not_exist(here: County) -> None:
    matter = rectification(here)
    stranger = logged_in(here.outsider)
    assert stranger.get(f"/m/{matter.pk}/").status_code == 404
    assert stranger.get(f"/m/{matter.pk}/order/").status_code == 404
    page = stranger.get(f"/m/{matter.pk}/").content.decode()
    assert "找不到" in page


def test_the_short_address_of_a_message_leads_to_the_matter(
    here: County, inspector: Client
) -> None:
    matter = rectification(here)
    response = inspector.get(f"/m/{matter.uid.hex[:12]}")
    assert response.headers["Location"] == f"/m/{matter.pk}/"
    assert inspector.get("/m/000000000000").status_code == 404


def test_the_choice_of_post_is_kept_and_only_own_posts_count(here: County) -> None:
    client = logged_in(here.inspector)
    response = client.post("/post/", {"appointment": str(here.head.pk)})
    assert response.status_code == 302
    assert "appointment" not in client.session


def test_one_acts_in_another_post_after_choosing_it(here: County) -> None:
    client = logged_in(here.inspector)
    other = Appointment.objects.create(
        user=here.inspector.user, post=here.publisher.post, since=here.inspector.since
    )
    assert "以哪个岗位办理" in text_of(client.get("/desk/"))
    client.post("/post/", {"appointment": str(other.pk), "next": "//evil.example/"})
    page = client.get("/desk/")
    assert page.context["appointment"] == other


def test_a_page_speaks_english_to_whoever_chose_it(here: County, inspector: Client) -> None:
    matter = rectification(here)
    with translation.override("zh-hans"):  # a request leaves its language to the thread
        inspector.post("/i18n/setlang/", {"language": "en", "next": "/desk/"})
        page = inspector.get(f"/m/{matter.pk}/")
    assert "Issue the rectification order" in text_of(page)
    assert '<html lang="en">' in page.content.decode()
