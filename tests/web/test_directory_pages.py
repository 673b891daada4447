"""The administration pages, used as an administrator uses them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.builders import County, county, person
from tests.web.test_directory_handover import proposed, rectification
from tests.web.test_directory_imports import STAFF
from zhian.desk import timing
from zhian.directory import assistant, calendar, series, setup
from zhian.directory.actions import duties
from zhian.directory.findings import FINDINGS
from zhian.directory.models import (
    Agency,
    Appointment,
    Deputyship,
    Place,
    Post,
    Responsibility,
    Sponsorship,
    User,
)
from zhian.law.settings import Settings

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def here(data_folder: Path, settings: Any) -> County:
    settings.DATA, settings.SECOND_FACTOR_REQUIRED = data_folder, False
    return county()


@pytest.fixture
def admin(here: County) -> Appointment:
    return person(here.bureau, "system_admin", name="系统管理员")


@pytest.fixture
def web(admin: Appointment) -> Client:
    return logged_in(admin.user)


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"directory:{name}", args=args)


def said(client: Client, page: str) -> str:
    return client.get(page).content.decode()


PAGES = (
    "home places place-new agencies agency-new people person-new appointments deputies gaps "
    "responsibilities matrix responsibility-new sponsorships sponsorship-new imports settings "
    "holidays changes setup-done"
).split()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_and_keeps_the_security_policy(
    web: Client, here: County, name: str, language: str
) -> None:
    answer = web.get(url(name), headers={"Accept-Language": language})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script>", text)
    assert "<h1>" in text


@pytest.mark.parametrize("name", ["places", "agencies", "people", "appointments", "changes"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_every_list_is_a_file_as_well(web: Client, name: str, kind: str) -> None:
    answer = web.get(url(name), {"format": kind})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_people_are_found_and_paged(web: Client, here: County) -> None:
    for number in range(60):
        person(here.bureau, "publisher", name=f"张{number:02d}")
    text = said(web, url("people") + "?q=张")
    assert "共 60 条记录" in text
    assert text.count("data-row") == 50
    assert "郑一平" not in text
    assert said(web, url("people") + "?q=张&page=2").count("data-row") == 10


def test_a_person_is_added_and_appointed(web: Client, here: County) -> None:
    answer = web.post(url("person-new"), {"username": "xinren", "name": "新人"}, follow=True)
    user = User.objects.get(username="xinren")
    assert "下一步：任命到岗位" in answer.content.decode()
    post = Post.objects.create(agency=here.bureau, office=here.station, kind="sampler")
    page = f"{url('appoint', user.pk)}?agency={here.bureau.pk}"
    given = {"post": post.pk, "since": timing.today(), "reason": "任免文件"}
    assert web.post(page, given).status_code == 302
    assert user.appointments.get().post == post


def test_a_refusal_stands_beside_its_field_and_keeps_the_input(web: Client, here: County) -> None:
    user = person(here.bureau, "audit_admin").user
    post = Post.objects.get_or_create(agency=here.bureau, office=None, kind="bureau_head")[0]
    page = f"{url('appoint', user.pk)}?agency={here.bureau.pk}"
    answer = web.post(page, {"post": post.pk, "since": timing.today(), "reason": "任免文件"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "同一人不能同时任" in text
    assert 'value="任免文件"' in text
    assert user.appointments.count() == 1


def test_the_one_time_password_is_shown_once(here: County) -> None:
    security = logged_in(person(here.bureau, "security_admin").user)
    page = url("person-password", here.inspector.user.pk)
    answer = security.post(page, {"reason": "新同事"})
    shown = re.search(r'class="password">([^<]+)<', answer.content.decode())
    here.inspector.user.refresh_from_db()
    assert shown is not None
    assert here.inspector.user.check_password(shown[1])
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'class="password"' not in said(security, page)


def test_a_place_is_added_below_its_county_and_merged(web: Client, here: County) -> None:
    web.post(url("place-new"), {"code": "239900700000", "name": "新镇"})
    new = Place.objects.get(code="239900700000")
    assert new.parent == here.county
    given = {"last_day": "2025-12-31", "merged_into": "河口镇", "reason": "撤乡并镇"}
    assert web.post(url("place-end", new.pk), given).status_code == 302
    new.refresh_from_db()
    assert new.merged_into == here.town
    assert "已并入" in said(web, url("place", new.pk))


def test_an_agency_office_and_post_are_added_and_closed(web: Client, here: County) -> None:
    given = {"code": "NY", "name": "农业农村局", "kind": "agriculture", "place": "松原县"}
    answer = web.post(url("agency-new"), given)
    agency = Agency.objects.get(code="NY")
    assert answer.headers["Location"] == url("agency", agency.pk)
    web.post(url("office-new", agency.pk), {"code": "A", "name": "执法队"})
    office = agency.offices.get()
    web.post(url("post-new", agency.pk), {"kind": "department_officer", "office": office.pk})
    assert "空缺" in said(web, url("agency", agency.pk))
    web.post(url("office-end", office.pk), {"on": timing.today(), "reason": "撤并"})
    office.refresh_from_db()
    assert office.closed_on == timing.today()


def test_every_figure_opens_as_many_rows_as_it_says(web: Client, here: County) -> None:
    text = said(web, url("gaps"))
    figure = r'/gaps/(\w+)/">(?:<b>(\d+)</b>|[^<]*</a> <span class="muted">(\d+)</span>)'
    figures = {key: int(big or small) for key, big, small in re.findall(figure, text)}
    assert set(figures) == set(FINDINGS)
    assert sum(figures.values()) > 0
    for key, n in figures.items():
        rows = said(web, url("gap", key))
        assert (f"共 {n} 条记录" if n else "没有。") in rows
        assert rows.count("data-row") == min(n, 50)


def test_a_gap_is_mended_from_the_matrix(web: Client, here: County) -> None:
    assert "无 (1)" in said(web, url("matrix"))
    given = {
        "business_types": ["food_production"],
        "place": here.county.code,
        "agency": here.bureau.pk,
        "basis": "三定规定",
        "since": timing.today(),
    }
    assert web.post(url("responsibility-new"), given).status_code == 302
    assert "无 (1)" not in said(web, url("matrix"))
    row = Responsibility.objects.get()
    web.post(url("responsibility-end", row.pk), {"on": timing.today(), "reason": "机构改革"})
    row.refresh_from_db()
    assert row.until == timing.today()


def test_a_sponsor_is_found_by_name_and_set(web: Client, here: County) -> None:
    page = url("sponsorship-new")
    text = said(web, f"{page}?premises=兴旺&official=卫镇长")
    assert "河口兴旺豆制品厂" in text
    assert "卫镇长" in text
    given = {
        "premises": here.premises.pk,
        "appointment": here.township_head.pk,
        "level": "C",
        "since": timing.today(),
    }
    assert web.post(page, given).status_code == 302
    row = Sponsorship.objects.get()
    web.post(url("sponsorship-end", row.pk), {"on": timing.today(), "reason": "换届"})
    row.refresh_from_db()
    assert row.until == timing.today()


def test_an_official_names_his_deputy_and_takes_it_back(here: County) -> None:
    mine = logged_in(here.office_head.user)
    given = {
        "absent": here.office_head.pk,
        "deputy": here.inspector.pk,
        "since": timing.today(),
        "until": timing.today() + timedelta(days=3),
        "reason": "病假",
    }
    assert mine.post(url("deputies"), given).status_code == 302
    row = Deputyship.objects.get()
    assert logged_in(here.second.user).post(url("deputy-end", row.pk)).status_code == 404
    assert mine.post(url("deputy-end", row.pk)).status_code == 302
    row.refresh_from_db()
    assert row.until == timing.today()


def test_leaving_shows_what_moves_before_it_moves(web: Client, here: County) -> None:
    matter = rectification(here)
    page = reverse("leave", args=[here.inspector.user.pk])
    text = said(web, page)
    assert matter.number in text
    assert re.search(r'承办的事项 <b class="num">1</b>', text)
    refused = web.post(page, {"on": timing.today(), "reason": "退休"})
    assert (refused.status_code, "请选择接任者" in refused.content.decode()) == (422, True)
    given = {
        "on": timing.today(),
        "reason": "退休",
        f"successor-{here.inspector.pk}": here.second.pk,
    }
    assert web.post(page, given).status_code == 302
    matter.refresh_from_db()
    here.inspector.user.refresh_from_db()
    assert (matter.handler, here.inspector.user.left_on) == (here.second, timing.today())


def test_signatures_without_a_signer_are_shown_and_must_be_accepted(
    web: Client, here: County
) -> None:
    proposed(here)
    page = reverse("hand_on", args=[here.office_head.pk])
    assert "离任后无人可签" in said(web, page)
    given = {"successor": here.second.pk, "on": timing.today(), "reason": "调任"}
    assert web.post(page, given).status_code == 422
    assert web.post(page, given | {"accept_unsigned": "on"}).status_code == 302


def upload(name: str, text: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, text.encode())}


def test_a_roster_is_previewed_and_then_taken_over_once(web: Client, here: County) -> None:
    page = url("import", "staff")
    text = web.post(page, upload("人员.csv", STAFF)).content.decode()
    assert "新增 2" in text
    assert not User.objects.filter(username="liwei").exists()
    done = web.post(url("import-commit", "staff"), follow=True).content.decode()
    assert "已导入" in done
    assert User.objects.filter(username="liwei").exists()
    again = web.post(url("import-commit", "staff"), follow=True).content.decode()
    assert "没有待导入的文件" in again


def test_mistakes_of_a_roster_are_listed_by_cell(web: Client, here: County) -> None:
    answer = web.post(url("import", "staff"), upload("a.csv", STAFF.replace("SYSJ", "NOPE")))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "没有部门“NOPE”" in text
    assert "确认导入" not in text


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.exe", STAFF, "只接受"),
        ("a.xlsx", "no", "不是可读的表格"),
        ("a.csv", "甲,乙\n1,2\n", "缺少列"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(web: Client, name: str, text: str, why: str) -> None:
    assert why in web.post(url("import", "staff"), upload(name, text)).content.decode()


@pytest.mark.parametrize("kind", ["places", "agencies", "offices", "staff"])
def test_the_template_can_be_downloaded(web: Client, kind: str) -> None:
    assert web.get(url("import-template", kind)).content.startswith(b"PK")


def test_a_lawyers_choice_is_made_on_its_page(web: Client) -> None:
    page = url("setting", "roll_weekends")
    assert "民法典（总则编）第203条" in said(web, page)
    assert web.post(page, {"value": "no", "reason": "法制科意见"}).status_code == 302
    assert Settings.load().on("roll_weekends") is False
    wrong = web.post(url("setting", "semester_ends"), {"value": "99-99", "reason": "校历"})
    assert (wrong.status_code, "取值无效" in wrong.content.decode()) == (422, True)


def test_a_year_is_entered_and_published_on_its_page(web: Client) -> None:
    page = url("holidays")
    given = {
        "first": "2027-02-05",
        "last": "2027-02-12",
        "working": "0",
        "name": "春节",
        "source": "国办发明电〔2026〕9号",
    }
    assert web.post(page, given).headers["Location"] == f"{page}?year=2027"
    assert "尚未公布" in said(web, f"{page}?year=2027")
    web.post(url("holidays-clear"), {"day": "2027-02-12"})
    web.post(url("holidays-publish", 2027), {"source": "国办发明电〔2026〕9号"})
    assert calendar.published(2027)
    assert [d.day for d in calendar.days_of(2027)][-1] == date(2027, 2, 11)
    assert "尚未公布" not in said(web, f"{page}?year=2027")


@pytest.fixture
def empty(data_folder: Path, settings: Any) -> Client:
    """An empty system, its system administrator logged in."""
    settings.DATA, settings.SECOND_FACTOR_REQUIRED = data_folder, False
    made = setup.first_administrators()
    assert [row.username for row in made] == ["system_admin", "security_admin", "audit_admin"]
    user = User.objects.get(username="system_admin")
    assert user.check_password(made[0].password)
    assert user.must_change_password
    User.objects.update(must_change_password=False)
    return logged_in(user)


def test_a_second_setup_makes_nobody(empty: Client) -> None:
    assert setup.first_administrators() == []
    assert User.objects.count() == 3


def test_five_steps_make_an_empty_system_ready(empty: Client) -> None:
    assert "系统还是空的" in said(empty, url("home"))
    county_given = {
        "code": "239900000000",
        "county": "松原县",
        "agency_code": "SYSJ",
        "name": "松原县市场监督管理局",
    }
    answer = empty.post(url("setup", "county"), county_given)
    assert answer.headers["Location"] == url("setup", "townships")
    towns = "代码,名称\n239900100000,河口镇\n239900200000,柳林镇\n"
    assert empty.post(url("setup", "townships"), {"text": towns}).status_code == 302
    staff = (
        "登录名,姓名,部门,岗位,任职日期\n"
        "zhou,周明,SYSJ,局长,2024-03-01\nwu,吴江,SYSJ,inspector,2024-03-01\n"
    )
    assert empty.post(url("setup", "staff"), {"text": staff}).status_code == 302
    numbers = {"name": "松原县市场监督管理局", "short_name": "松市监", "rectification": 56}
    assert empty.post(url("setup", "numbers"), numbers).status_code == 302
    public = {"phone": "0455-1234567", "address": "松原县建设路1号"}
    answer = empty.post(url("setup", "public"), public, follow=True)
    assert "可以开始工作了" in answer.content.decode()
    agency = Agency.objects.get()
    assert (agency.code, agency.short_name, agency.phone) == ("SYSJ", "松市监", "0455-1234567")
    assert series.last_used(agency, "rectification", timing.today().year) == 56
    assert Place.objects.within(agency.place).count() == 3
    assert not assistant.is_empty()


def test_the_county_of_a_working_system_keeps_its_code(web: Client, here: County) -> None:
    given = {
        "code": "230621000000",
        "county": "别县",
        "agency_code": "SYSJ",
        "name": "别局",
    }
    answer = web.post(url("setup", "county"), given)
    here.county.refresh_from_db()
    assert (answer.status_code, here.county.code) == (422, "239900000000")


def test_a_wrong_line_in_the_assistant_says_which(empty: Client) -> None:
    empty.post(
        url("setup", "county"),
        {"code": "239900000000", "county": "松原县", "agency_code": "SYSJ", "name": "松原局"},
    )
    answer = empty.post(url("setup", "townships"), {"text": "代码,名称\n2399001,河口镇\n"})
    assert answer.status_code == 422
    assert "代码须为 12 位数字" in answer.content.decode()


def test_the_pages_speak_english(web: Client, here: County) -> None:
    duties.give_responsibility(
        agency=here.bureau,
        place=here.county,
        business_type="food_production",
        since=timing.today(),
        by=None,
    )
    with translation.override("en"):
        text = web.get(url("responsibilities"), headers={"Accept-Language": "en"}).content.decode()
    assert "food producer" in text
