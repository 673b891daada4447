"""Taking over on the web: uploaded, looked through, confirmed, found again, taken back."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.builders import County, county, person, place
from tests.web.pages import logged_in, text_of
from tests.web.takeover_files import CLOCK_HEAD, PDF, order, orders, packed, term
from zhian.desk import timing
from zhian.desk.models import Matter, Notice, TakeOver
from zhian.desk.takeover import job
from zhian.directory.models import Agency, Appointment

pytestmark = pytest.mark.django_db
INDEX = "/directory/takeover/"
WRONG = orders(order("A", 承办人="无此人"), order("B", 阶段="飞行中"))


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> County:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return county()


@pytest.fixture
def admin(here: County) -> Appointment:
    return person(here.bureau, "system_admin", name="管理员")


@pytest.fixture
def client(admin: Appointment) -> Client:
    return logged_in(admin)


def right(*numbers: str) -> bytes:
    clocks = [CLOCK_HEAD, *(term(n) for n in numbers)]
    return orders(*(order(n) for n in numbers), clocks=clocks)


def post(
    client: Client, here: County, content: bytes, name: str = "在办.xlsx", **more: Any
) -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    return client.post(INDEX, {"file": file, "agency": here.bureau.pk, **more})


def uploaded(client: Client, here: County, content: bytes, **more: str) -> TakeOver:
    answer = post(client, here, content, **more)
    assert answer.status_code == 302, text_of(answer)
    return TakeOver.objects.get(pk=int(answer["Location"].strip("/").split("/")[-1]))


def page(client: Client, row: TakeOver) -> str:
    return text_of(client.get(f"{INDEX}{row.pk}/"))


def done(client: Client, row: TakeOver) -> TakeOver:
    """Confirmed, and taken over by the worker."""
    assert client.post(f"{INDEX}{row.pk}/confirm/").status_code == 302
    job.run_later.call(row.pk)
    row.refresh_from_db()
    return row


def test_nothing_comes_in_before_it_was_confirmed(client: Client, here: County) -> None:
    row = uploaded(client, here, right("A", "B"))
    shown = page(client, row)
    assert (row.state, Matter.objects.count()) == ("preview", 0)
    assert "接管 2 件" in shown
    assert "责令改正 · 整改中" in shown
    assert done(client, row).state == "done"
    assert Matter.objects.count() == 2
    assert "撤回这次接管" in page(client, row)
    told = Notice.objects.get(user=row.by.user)
    assert told.text == "已接管 2 件在办事项：在办.xlsx"


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_it_from_the_queue(client: Client, here: County) -> None:
    row = uploaded(client, here, right("A"))
    client.post(f"{INDEX}{row.pk}/confirm/")
    row.refresh_from_db()
    assert row.state == "queued"
    call_command("db_worker", batch=True, interval=0, verbosity=0, startup_delay=False)
    row.refresh_from_db()
    assert (row.state, Matter.objects.count()) == ("done", 1)


def test_a_second_click_takes_nothing_over_twice(client: Client, here: County) -> None:
    row = done(client, uploaded(client, here, right("A")))
    answer = client.post(f"{INDEX}{row.pk}/confirm/", follow=True)
    assert "正在接管，或者有误" in text_of(answer)
    job.run_later.call(row.pk)
    assert Matter.objects.count() == 1


def test_wrong_cells_stand_in_the_list_and_in_the_file(client: Client, here: County) -> None:
    row = uploaded(client, here, WRONG)
    shown = page(client, row)
    assert row.state == "wrong"
    assert "有 2 格不能接管" in shown
    assert "没有在岗人员“无此人”" in shown
    assert "接管 2 件" not in shown
    client.post(f"{INDEX}{row.pk}/confirm/")
    row.refresh_from_db()
    assert row.state == "wrong"
    marked = client.get(f"{INDEX}{row.pk}/marked/")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(marked.content)).get_sheet_by_index(0)
    assert [bool(line[-1]) for line in sheet.to_python()] == [True, True, True]
    listed = client.get(f"{INDEX}{row.pk}/?format=csv").content.decode("utf-8-sig")
    assert listed.splitlines()[0] == "表,行,列,内容,原因"
    assert len(listed.splitlines()) == 3


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"x", "只接受 xlsx 和 zip"),
        ("a.xlsx", b"x", "既不是 xlsx 工作簿"),
        ("a.xlsx", b"", "空"),
        ("a.zip", b"PK\x03\x04", "既不是 xlsx 工作簿"),
    ],
)
def test_a_file_that_is_none_is_refused_beside_its_field(
    client: Client, here: County, name: str, content: bytes, says: str
) -> None:
    answer = post(client, here, content, name=name)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not TakeOver.objects.exists()


def test_a_file_is_forgotten_when_nobody_wants_it(client: Client, here: County) -> None:
    row = uploaded(client, here, right("A"))
    path = job.path_of(row)
    answer = client.post(f"{INDEX}{row.pk}/drop/", follow=True)
    assert "没有接管任何事项" in text_of(answer)
    assert (TakeOver.objects.count(), path.exists()) == (0, False)
    kept = done(client, uploaded(client, here, right("A")))
    client.post(f"{INDEX}{kept.pk}/drop/")
    assert TakeOver.objects.filter(pk=kept.pk).exists()


def test_how_far_it_is_can_be_asked_and_ends_with_the_whole_page(
    client: Client, here: County
) -> None:
    row = uploaded(client, here, right("A"))
    TakeOver.objects.filter(pk=row.pk).update(
        state="running", moved_at=timing.now(), step="check", step_done=500, step_total=5000
    )
    part = client.get(f"{INDEX}{row.pk}/", headers={"HX-Request": "true"})
    assert "500 / 5000" in text_of(part)
    assert 'hx-trigger="every 2s"' in part.content.decode()
    assert "<html" not in part.content.decode()
    TakeOver.objects.filter(pk=row.pk).update(state="done")
    part = client.get(f"{INDEX}{row.pk}/", headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"


def test_a_worker_that_died_is_noticed_and_the_file_started_again(
    client: Client, here: County
) -> None:
    row = uploaded(client, here, right("A"))
    TakeOver.objects.filter(pk=row.pk).update(state="running", moved_at=timing.now())
    client.post(f"{INDEX}{row.pk}/confirm/")
    row.refresh_from_db()
    assert row.state == "running"
    long_ago = timing.now() - timedelta(minutes=6)
    TakeOver.objects.filter(pk=row.pk).update(moved_at=long_ago)
    assert "可以重新开始" in page(client, row)
    assert done(client, row).state == "done"


def test_a_take_over_is_taken_back_with_its_reason(client: Client, here: County) -> None:
    row = done(client, uploaded(client, here, right("A", "B")))
    answer = client.post(f"{INDEX}{row.pk}/undo/", {"reason": ""}, follow=True)
    assert "请写明理由" in text_of(answer)
    client.post(f"{INDEX}{row.pk}/undo/", {"reason": "导错了文件"})
    job.undo_later.call(row.pk, row.by_id, "导错了文件")
    shown = page(client, row)
    assert "已撤回接管" in shown
    assert Matter.objects.filter(closed_at__isnull=True).count() == 0
    undone = Matter.objects.first().acts.get(stage="annulled")
    assert (undone.reason, undone.user) == ("导错了文件", row.by.user)


def test_the_empty_workbook_can_be_had(client: Client, here: County) -> None:
    answer = client.get(f"{INDEX}template/")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names[:4] == ["事项", "期限", "文书", "经过"]


def test_files_of_other_counties_are_not_there(client: Client, here: County) -> None:
    row = uploaded(client, here, right("A"))
    far = place("238800000000", "北安县", "county")
    agency = Agency.objects.create(code="FAR", name="北安局", kind="market_regulation", place=far)
    stranger = logged_in(person(agency, "system_admin"))
    assert stranger.get(f"{INDEX}{row.pk}/").status_code == 404
    assert stranger.post(f"{INDEX}{row.pk}/confirm/").status_code == 404
    assert "在办.xlsx" not in text_of(stranger.get(INDEX))
    answer = post(stranger, here, right("B"))
    assert answer.status_code == 422


def test_the_handler_opens_the_matter_its_papers_and_its_file(client: Client, here: County) -> None:
    papers = [
        ["原编号", "文书名称", "文号", "日期", "文件名"],
        ["A", "责令改正通知书", "松市监责改〔2026〕7号", "2026-11-04", ""],
        ["A", "现场照片说明", "", "2026-11-03", "说明.pdf"],
    ]
    past = [["原编号", "日期", "情况", "何人"], ["A", "2026-11-05 09:00", "电话催办", "李所长"]]
    book = orders(order("A"), clocks=[CLOCK_HEAD, term("A")], papers=papers, history=past)
    done(client, uploaded(client, here, packed(book, {"说明.pdf": PDF}), name="在办.zip"))
    matter, mine = Matter.objects.get(), logged_in(here.inspector)
    shown = text_of(mine.get(f"/m/{matter.pk}/"))
    for words in ("接管", "原编号", "A", "电话催办", "李所长", "限期改正", "报告整改情况"):
        assert words in shown
    listed = text_of(mine.get("/desk/?q=A"))
    assert matter.title in listed
    printed = {}
    for paper in matter.documents.all():
        answer = mine.get(f"/d/{paper.pk}.pdf")
        printed[paper.title] = b"".join(answer)
        assert mine.get(f"/d/{paper.pk}/").status_code == 200
    assert printed["现场照片说明"] == PDF
    assert printed["责令改正通知书"].startswith(b"%PDF")
    checked = text_of(Client().get(f"/verify/{matter.uid.hex[:12]}/1/"))
    assert "松市监责改〔2026〕7号" in checked
    bound = mine.get(f"/m/{matter.pk}/file.pdf")
    assert b"".join(bound).startswith(b"%PDF")


def test_only_who_imports_may_take_over(here: County) -> None:
    for who in (here.clerk, here.inspector, here.head):
        assert logged_in(who).get(INDEX).status_code == 403


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    client: Client, here: County
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(INDEX)
        return len(queries)

    uploaded(client, here, right("A"))
    few = asked()
    for n in range(5):
        uploaded(client, here, right(f"B{n}"))
    assert asked() == few
