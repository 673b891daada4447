"""The rooms of the administration: stations, posts, numbers, logins, duties by law."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import County, county, person, place
from tests.web.test_directory_pages import logged_in
from tests.web.test_rectification import ordered
from zhian.desk import timing
from zhian.desk.papers.particulars import particulars
from zhian.directory import gaps, remedies, series, stations
from zhian.directory.models import Appointment, Post, Responsibility, Setting, User
from zhian.law import offices
from zhian.law.settings import Settings

pytestmark = pytest.mark.django_db


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


def url(name: str, *args: object) -> str:
    return reverse(f"directory:{name}", args=args)


def said(client: Client, page: str) -> str:
    return client.get(page).content.decode()


# --- a station and its townships


def without_station(admin: Appointment) -> list[str]:
    return [p.name for p in gaps.without_station(admin, timing.today())]


def test_a_station_answers_for_a_township_beside_its_seat(
    web: Client, here: County, admin: Appointment
) -> None:
    far = place("239900300000", "白土乡", "township", here.county)
    assert without_station(admin) == ["白土乡"]
    page = url("office-township", here.station.pk)
    given = {"place": "白土乡", "since": timing.today()}
    assert web.post(page, given).headers["Location"] == url("office", here.station.pk)
    assert without_station(admin) == []
    assert (far, here.station) in stations.places_of(here.bureau, timing.today())
    assert "白土乡" in said(web, url("agency", here.bureau.pk))
    row = Responsibility.objects.get()
    web.post(url("office-township-end", here.station.pk), {"row": row.pk})
    assert without_station(admin) == ["白土乡"]


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("柳林镇", "已由 柳林市场监管所 负责"),
        ("河口镇", "已经是本所所在的乡镇"),
        ("松原县", "请选择乡镇或者村"),
    ],
)
def test_a_township_of_another_station_is_refused_beside_the_field(
    web: Client, here: County, name: str, refusal: str
) -> None:
    page = url("office-township", here.station.pk)
    answer = web.post(page, {"place": name, "since": timing.today()})
    assert answer.status_code == 422
    assert refusal in answer.content.decode()
    assert not Responsibility.objects.exists()


def test_a_closed_station_answers_for_nothing(here: County, admin: Appointment) -> None:
    far = place("239900300000", "白土乡", "township", here.county)
    stations.give(office=here.station, place=far, since=timing.today(), by=admin)
    here.station.closed_on = timing.today()
    here.station.save()
    assert without_station(admin) == ["河口镇", "白土乡"]


def test_a_township_of_a_station_is_no_cell_of_the_matrix(here: County, admin: Appointment) -> None:
    far = place("239900300000", "白土乡", "township", here.county)
    stations.give(office=here.station, place=far, since=timing.today(), by=admin)
    assert not any(cell.agencies for cell in gaps.cells(admin, timing.today()))


# --- the report


def test_what_there_is_stands_apart_from_what_must_be_mended(web: Client, here: County) -> None:
    text = said(web, url("gaps"))
    mend, _, rest = text.partition("没有问题的")
    assert "无包保人的场所" in mend
    assert "无监管所的乡镇" in rest
    stock = rest.partition("现有情况")[2]
    assert all(f"{level} 级包保" in stock for level in "ABCD")


def test_rows_lead_to_where_they_are_mended_for_those_who_may(web: Client, here: County) -> None:
    here.inspector.user.card_number = ""
    here.inspector.user.save()
    person_page = url("person", here.inspector.user.pk)
    assert person_page in said(web, url("gap", "card_expired"))
    head = logged_in(here.head.user)
    text = said(head, url("gap", "card_expired"))
    assert "郑一平" in text
    assert person_page not in text
    assert url("sponsorship-new") in said(head, url("gap", "without_sponsor"))


# --- posts


def test_a_post_gets_another_title(web: Client, here: County) -> None:
    post = here.office_head.post
    assert web.post(url("post", post.pk), {"title": "所长"}).status_code == 302
    post.refresh_from_db()
    assert post.called == "所长"
    assert "所长" in said(web, url("agency", here.bureau.pk))


def test_only_a_post_that_nobody_ever_held_is_removed(web: Client, here: County) -> None:
    new = Post.objects.create(agency=here.bureau, kind="storekeeper")
    assert url("post-remove", new.pk) in said(web, url("post", new.pk))
    web.post(url("post-remove", new.pk))
    assert not Post.objects.filter(pk=new.pk).exists()
    held = here.inspector.post
    assert url("post-remove", held.pk) not in said(web, url("post", held.pk))
    answer = web.post(url("post-remove", held.pk), follow=True)
    assert "有人任过此岗位，不能删除" in answer.content.decode()
    assert Post.objects.filter(pk=held.pk).exists()


# --- numbers and notices of an agency


def test_a_paper_register_is_carried_on_until_the_house_gives_numbers(
    web: Client, here: County
) -> None:
    year = timing.today().year
    page = url("agency-numbers", here.bureau.pk)
    assert web.post(page, {"rectification": 56}).status_code == 302
    paper = ordered(here).documents.get()
    assert paper.number.endswith("57号")
    answer = web.post(page, {"rectification": 80})
    assert answer.status_code == 422
    assert "本系统今年已在此字编号" in answer.content.decode()
    kept = {row.key: row for row in series.of_agency(here.bureau, year)}["rectification"]
    assert (kept.begun, kept.reached) == (True, 57)


def test_papers_name_the_court_that_the_agency_chose(web: Client, here: County) -> None:
    paper = ordered(here).documents.get()
    assert particulars(paper)["remedies"]["court"] == "松原县人民法院"
    given = {"review": "", "court": "大庆铁路运输法院", "reason": "集中管辖公告"}
    assert web.post(url("agency-remedies", here.bureau.pk), given).status_code == 302
    assert remedies.own(here.bureau) == {"review": "", "court": "大庆铁路运输法院"}
    said_now = particulars(paper)["remedies"]
    assert said_now == {"review": "松原县人民政府", "court": "大庆铁路运输法院"}
    web.post(url("agency-remedies", here.bureau.pk), {"reason": "公告废止"})
    assert particulars(paper)["remedies"]["court"] == "松原县人民法院"
    assert [row.key for row in Setting.objects.all()] == ["paper.court"]


# --- logins


@pytest.fixture
def security(here: County) -> Client:
    who = person(here.bureau, "security_admin", name="安全管理员")
    who.user.set_password("own-password-2026")
    who.user.save()
    return logged_in(who.user)


def shut(here: County) -> None:
    User.objects.exclude(username__contains="_admin").update(password="!")


def test_many_logins_are_opened_at_once_as_slips(security: Client, here: County) -> None:
    shut(here)
    text = said(security, url("logins"))
    assert "郑一平" in text
    wanted = [here.inspector.user.pk, here.second.user.pk]
    answer = security.post(url("logins"), {"users": wanted, "reason": "首次开通"})
    slips = re.findall(r'class="password">([^<]+)<', answer.content.decode())
    assert len(set(slips)) == 2
    assert answer.headers["Cache-Control"] == "no-store"
    opened = {u.pk for u in User.objects.filter(pk__in=wanted) if u.has_usable_password()}
    assert opened == set(wanted)
    assert not User.objects.get(pk=here.clerk.user.pk).has_usable_password()
    assert "郑一平" not in said(security, url("logins"))


def test_nobody_ticked_is_said_and_nothing_is_issued(security: Client, here: County) -> None:
    shut(here)
    answer = security.post(url("logins"), {"reason": "首次开通"})
    assert answer.status_code == 422
    assert 'class="password"' not in answer.content.decode()


def test_a_login_that_is_open_already_is_not_issued_anew(security: Client, here: County) -> None:
    user = here.inspector.user
    user.set_password("own-password-2026")
    user.save()
    answer = security.post(url("logins"), {"users": [user.pk], "reason": "首次开通"})
    user.refresh_from_db()
    assert answer.status_code == 422
    assert user.check_password("own-password-2026")


def test_the_first_page_says_what_waits(security: Client, web: Client, here: County) -> None:
    shut(here)
    waiting = said(security, url("logins")).count('name="users"')
    assert waiting > 5
    assert f"{waiting} 人在任而未开通登录" in said(security, url("home"))
    assert "人在任而未开通登录" not in said(web, url("home"))
    assert "初始设置还差：公开电话和信箱" in said(web, url("home"))


# --- duties by law


def test_what_the_law_names_is_filled_in_where_ticked(
    web: Client, here: County, admin: Appointment
) -> None:
    offered = gaps.proposed(admin, timing.today())
    named = {k for k, t in offices.business_types().items() if t.department == here.bureau.kind}
    assert {key for key, _agency in offered} == named
    given = {"rows": ["caterer", "food_seller"], "basis": "三定规定", "since": timing.today()}
    rows = [key for key, _agency in offered][:2]
    given["rows"] = rows
    assert web.post(url("responsibility-propose"), given).status_code == 302
    assert set(Responsibility.objects.values_list("business_type", flat=True)) == set(rows)
    left = {key for key, _agency in gaps.proposed(admin, timing.today())}
    assert left == named - set(rows)


def test_a_proposal_without_its_basis_is_kept_and_refused(web: Client, here: County) -> None:
    rows = [next(iter(offices.business_types()))]
    answer = web.post(url("responsibility-propose"), {"rows": rows, "since": timing.today()})
    assert answer.status_code == 422
    assert not Responsibility.objects.exists()


# --- choices of law that nothing reads


def test_a_choice_that_nothing_reads_says_so(web: Client, here: County) -> None:
    unused = [q.key for q in Settings.load() if not q.used]
    assert "complaint_reopened" in unused
    assert said(web, url("settings")).count("暂无程序使用") == len(unused)
    assert "现在还没有任何程序读取此项" in said(web, url("setting", "complaint_reopened"))
    given = {"value": "statute", "reason": "法制科意见"}
    answer = web.post(url("setting", "complaint_reopened"), given, follow=True)
    assert "现在没有程序读取此项" in answer.content.decode()
    assert Settings.load().value("complaint_reopened") == "statute"


# --- the side list


def test_the_side_list_shows_where_one_is(web: Client, here: County) -> None:
    here_now = re.compile(r'<a href="([^"]+)" aria-current="true">')
    for page, room in (
        (url("person", here.inspector.user.pk), url("people")),
        (url("office", here.station.pk), url("agencies")),
        (url("post", here.inspector.post.pk), url("agencies")),
        (url("matrix"), url("responsibilities")),
    ):
        assert set(here_now.findall(said(web, page))) == {room}


def test_a_roster_with_mistakes_gives_them_as_a_file(web: Client, here: County) -> None:
    page = url("import", "places")
    answer = web.post(page, {"text": "代码,名称\n2399001,某镇\n2399002,某乡\n"})
    assert answer.status_code == 422
    answer = web.get(url("import-mistakes", "places"))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "行,列,内容,原因"
    assert len(lines) == 3
    assert web.get(url("import-mistakes", "staff")).status_code == 302
