"""The census on the web: handed in, linked, published, searched, each post within its reach."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.builders import person
from tests.web.census_world import DAY, Census, as_csv, book, census, looked, rows
from tests.web.pages import logged_in, text_of
from zhian.apps.registry.census.intake import job as intake_job
from zhian.apps.registry.census.runs import job
from zhian.apps.registry.models import (
    BlindSpot,
    Establishment,
    LinkRun,
    RecordLink,
    RosterImport,
)
from zhian.desk.models import Evidence

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def here() -> Census:
    return census()


# --- the register


@pytest.fixture
def clerk(here: Census) -> Client:
    return logged_in(here.clerk)


def test_from_the_button_to_the_register(here: Census, clerk: Client) -> None:
    here.everything()
    assert "还没有发布过登记" in text_of(clerk.get("/census/"))
    path = clerk.post("/census/runs/")["Location"]
    assert "排队中" in text_of(clerk.get(path))
    job.link.call(LinkRun.objects.get().pk)
    page = text_of(clerk.get(path))
    for words in ("发布前检查", "全部达标", "每户有几行", "您的岗位不能发布"):
        assert words in page
    head = logged_in(here.second)
    assert "发布" in text_of(head.get(path))
    head.post(f"{path}publish/", {"remark": ""})
    assert "已发布" in text_of(head.get(path))
    number = path.rstrip("/").rsplit("/", 1)[-1]
    assert f"第 {number} 次" in text_of(head.get("/census/runs/"))
    assert clerk.get(f"{path}manifest/").json()["counts"]["records"] > 0
    page = text_of(clerk.get("/census/"))
    assert "在经营而无登记" in page


def test_the_register_is_searched_filtered_and_exported(here: Census, clerk: Client) -> None:
    here.everything()
    here.publish()
    one = Establishment.objects.exclude(uscc="").first()
    assert one is not None
    for query in (f"q={one.number}", f"q={one.uscc}", f"q={one.name}"):
        assert one.number in text_of(clerk.get(f"/census/establishments/?{query}"))
    for roster in here.rows:
        rows = clerk.get(f"/census/establishments/?roster={roster}").context["list"].total
        links = RecordLink.objects.filter(record__roster=roster)
        assert rows == links.values("establishment").distinct().count()
    flag = BlindSpot.objects.first()
    assert flag is not None
    rows = clerk.get(f"/census/establishments/?flag={flag.flag}").context["list"].total
    assert rows == BlindSpot.objects.filter(flag=flag.flag).count()
    assert clerk.get("/census/establishments/?township=0&kind=-").status_code == 200
    csv = clerk.get("/census/establishments/?format=csv").content.decode("utf-8-sig")
    assert len(csv.splitlines()) == Establishment.objects.count() + 1


def test_owners_and_telephones_are_shown_to_those_with_the_right(here: Census) -> None:
    here.everything()
    here.publish()
    link = (
        RecordLink.objects.filter(record__roster="health")
        .exclude(record__phone="")
        .select_related("record", "establishment")
        .first()
    )
    assert link is not None
    path = f"/census/establishments/{link.establishment.number}/"
    shown = [
        (here.clerk, True),
        (here.here.inspector, True),
        (person(here.agencies["health"], "department_officer"), True),
        (person(here.agencies["agri"], "department_officer"), False),
        (person(here.here.bureau, "supervision_officer"), False),
    ]
    for who, reads in shown:
        page = text_of(logged_in(who).get(path))
        assert (link.record.phone in page) == reads, who


def test_a_township_reads_its_own_part_of_the_register(here: Census) -> None:
    here.everything()
    here.publish()
    mine, other = Establishment.objects.order_by("pk")[:2]
    Establishment.objects.filter(pk=mine.pk).update(place=here.here.town)
    Establishment.objects.filter(pk=other.pk).update(place=here.here.other_town)
    client = logged_in(here.here.township_officer)
    assert client.get("/census/establishments/").context["list"].total == 1
    assert client.get(f"/census/establishments/{mine.number}/").status_code == 200
    assert client.get(f"/census/establishments/{other.number}/").status_code == 404


def test_pages_of_the_register_ask_few_questions(
    here: Census, clerk: Client, django_assert_max_num_queries: Any
) -> None:
    here.everything()
    here.publish()
    one = Establishment.objects.first()
    assert one is not None
    for path in ("/census/establishments/", f"/census/establishments/{one.number}/", "/census/"):
        clerk.get(path)
        with django_assert_max_num_queries(24):
            assert clerk.get(path).status_code == 200


# --- rosters


def post(
    client: Client, here: Census, content: bytes, name: str = "a.csv", **more: str
) -> HttpResponse:
    given = {"agency": str(here.here.bureau.pk), "roster": "market", "as_of": DAY.isoformat()}
    file = SimpleUploadedFile(name, content)
    return client.post("/census/rosters/new/", given | {"extent": "whole", "file": file} | more)


def test_a_clerk_uploads_settles_and_confirms(here: Census, clerk: Client) -> None:
    content = book(("", [["门头", "地址", "业态"], ["甲店", "河口镇河东村", "下馆子"]]))
    answer = post(clerk, here, content, "a.xlsx")
    assert answer.status_code == 302
    path = answer["Location"]
    page = text_of(clerk.get(path))
    assert "至少要选出“名称”列" in page
    assert "甲店" in page
    chosen = {"column-name": "门头", "column-addr": "地址", "column-kind": "业态"}
    clerk.post(f"{path}columns/", chosen)
    assert "“下馆子”不认识" in text_of(clerk.get(path))
    clerk.post(f"{path}columns/", chosen | {"word-kind-0": "catering"})
    assert "确认导入 1 行" in text_of(clerk.get(path))
    clerk.post(f"{path}confirm/")
    assert "排队中" in text_of(clerk.get(path))
    row = RosterImport.objects.get()
    intake_job.take_in.call(row.pk)
    page = text_of(clerk.get(path))
    assert "已导入" in page
    assert "撤回这份名册" in page
    kept = clerk.get(f"{path}file/")
    assert b"".join(kept.streaming_content) == content
    clerk.post(f"{path}withdraw/")
    assert "已撤回" in text_of(clerk.get(path))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"as_of": "2099-01-01"}, "截至日期不能晚于今天"),
        ({"as_of": ""}, "请填写截至日期"),
        ({"roster": "health"}, "这个部门没有这种名册"),
        ({"name": "a.pdf"}, "只接受 xlsx、csv 和 parquet"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    here: Census, clerk: Client, change: dict[str, str], words: str
) -> None:
    answer = post(clerk, here, as_csv(rows({})), **change)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not RosterImport.objects.exists()


def test_errors_are_downloaded_as_csv(here: Census, clerk: Client) -> None:
    row = looked(here, as_csv(rows({"name": ""}, {"uscc": "91230000MA00000001"})))
    text = clerk.get(f"/census/rosters/{row.pk}/faults/").content.decode("utf-8-sig")
    assert "没有名称" in text
    assert "校验位" in text
    clerk.post(f"/census/rosters/{row.pk}/drop/")
    assert not RosterImport.objects.exists()
    assert not Evidence.objects.exists()


def test_a_department_sees_its_own_files_only(here: Census) -> None:
    here.hand_in("health", here.rows["health"])
    mine = here.hand_in("agri", here.rows["agri"])
    officer = logged_in(person(here.agencies["agri"], "department_officer"))
    page = text_of(officer.get("/census/rosters/"))
    assert "agri.csv" in page
    assert "health.csv" not in page
    assert officer.get(f"/census/rosters/{mine.pk}/").status_code == 200
    other = RosterImport.objects.get(roster="health")
    assert officer.get(f"/census/rosters/{other.pk}/").status_code == 404
    form = text_of(officer.get("/census/rosters/new/"))
    assert "农业农村" in form
    assert "食品经营许可" not in form
