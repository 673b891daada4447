"""A bulletin on the web: uploaded, columns settled, previewed, confirmed, found again."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

from tests.builders import County, county, person
from tests.unit.test_bulletin_files import GROUPS, HEAD, ROW, packed, workbook
from tests.web.pages import logged_in, text_of
from tests.web.test_english import chinese_on, compiled, in_latin
from zhian.apps.laboratory import job, uploading
from zhian.apps.laboratory.bulletins import import_bulletin, importing
from zhian.apps.laboratory.kinds import TAKERS
from zhian.apps.laboratory.models import Bulletin, Sample, SampleResult
from zhian.desk import timing, uploads
from zhian.desk.actors import Actor
from zhian.desk.engine.begin import newest
from zhian.desk.models import Act, Evidence, Matter, Notice
from zhian.directory.models import Agency, Appointment

__all__ = ["compiled"]
pytestmark = pytest.mark.django_db
FULL = (*HEAD, "被抽样单位名称", "被抽样单位地址")
LINES = (
    (*ROW, "河口兴旺豆制品厂", "松原县河口镇河东村"),
    ("XBJ2", "糯米糕", "霉菌", "见附件", "≤150CFU/g", "东风店", "松原县柳林镇"),
)


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def clerk(here: County) -> Client:
    return logged_in(here.clerk)


def as_csv(*rows: tuple[str, ...], head: tuple[str, ...] = FULL) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode("utf-8-sig")


def post(client: Client, content: bytes, name: str = "a.csv", **more: str) -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    day = (timing.today() - timedelta(days=2)).isoformat()
    return client.post("/bulletins/", {"file": file, "received": day, **more})


def uploaded(client: Client, content: bytes, name: str = "a.csv", **more: str) -> Bulletin:
    answer = post(client, content, name, **more)
    assert answer.status_code == 302, text_of(answer)
    return Bulletin.objects.get(pk=int(answer["Location"].strip("/").split("/")[-1]))


def page(client: Client, row: Bulletin) -> str:
    return text_of(client.get(f"/bulletins/{row.pk}/"))


def confirmed(client: Client, row: Bulletin) -> Bulletin:
    """Confirmed by the clerk and taken in by the worker."""
    assert client.post(f"/bulletins/{row.pk}/confirm/").status_code == 302
    job.take_in.call(row.pk)
    row.refresh_from_db()
    return row


# ---- from the file to the desk ------------------------------------------------------------------


def test_the_clerk_finds_the_page_and_others_do_not(here: County, clerk: Client) -> None:
    assert 'href="/bulletins/"' in clerk.get("/new/").content.decode()
    assert "还没有导入过通报" in text_of(clerk.get("/bulletins/"))
    inspector = logged_in(here.inspector)
    assert 'href="/bulletins/"' not in inspector.get("/new/").content.decode()
    assert inspector.get("/bulletins/").status_code == 403


def test_whoever_registers_by_hand_may_take_in_a_file() -> None:
    procedure = newest("disposal")
    assert procedure is not None
    assert procedure.act("register").posts == TAKERS


def test_a_preview_says_what_would_come_of_it_and_changes_nothing(
    here: County, clerk: Client
) -> None:
    row = uploaded(clerk, as_csv(*LINES))
    seen = page(clerk, row)
    assert "新增样品 2" in seen and "未识别的行 1" in seen and "待分派 1" in seen
    assert f"{here.station.name} 1" in seen
    assert "见附件" in seen and "河口兴旺豆制品厂" in seen
    assert (Sample.objects.count(), Act.objects.count(), Notice.objects.count()) == (0, 0, 0)


def test_confirmed_it_is_taken_in_and_the_clerk_is_told(here: County, clerk: Client) -> None:
    row = confirmed(clerk, uploaded(clerk, as_csv(*LINES), notice="某省2026年第3期"))
    assert (row.state, row.samples_done, row.samples_total) == ("done", 2, 2)
    assert Matter.objects.filter(kind="disposal").count() == 2
    assert set(Sample.objects.values_list("notice", flat=True)) == {"某省2026年第3期"}
    assert Matter.objects.get(office=here.station).operator == here.operator
    act = Act.objects.first()
    assert act is not None and (act.actor_kind, act.user) == ("import", here.clerk.user)
    notice = Notice.objects.get(user=here.clerk.user)
    assert "新增样品 2 个" in notice.text and "2 samples added" in notice.text_en
    seen = page(clerk, row)
    assert "已完成" in seen and "新增样品 2" in seen and "见附件" in seen
    assert row.name in text_of(clerk.get("/bulletins/"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", workbook(FULL, *LINES)),
        ("a.zip", packed(one=workbook(FULL, LINES[0]), two=workbook(FULL, LINES[1]))),
    ],
)
def test_workbooks_and_archives_of_them(
    clerk: Client, here: County, name: str, content: bytes
) -> None:
    assert confirmed(clerk, uploaded(clerk, content, name)).samples.count() == 2


def test_the_same_file_again_leads_to_its_report(clerk: Client, here: County) -> None:
    row = confirmed(clerk, uploaded(clerk, as_csv(*LINES)))
    acts = Act.objects.count()
    again = clerk.post(
        "/bulletins/",
        {"file": SimpleUploadedFile("b.csv", as_csv(*LINES)), "received": timing.today()},
        follow=True,
    )
    assert again.redirect_chain[-1][0] == f"/bulletins/{row.pk}/"
    assert "没有重复导入" in text_of(again)
    assert (Bulletin.objects.count(), Act.objects.count()) == (1, acts)


def test_what_is_here_already_is_counted_and_not_taken_in_again(
    clerk: Client, here: County
) -> None:
    confirmed(clerk, uploaded(clerk, as_csv(*LINES)))
    more = uploaded(clerk, as_csv(*LINES, ("XBJ3", "韭菜", *ROW[2:], "东风店", "")), "b.csv")
    seen = page(clerk, more)
    assert "新增样品 1" in seen and "已有样品 2" in seen and "已有，不再登记" in seen
    assert confirmed(clerk, more).samples.count() == 1
    assert "已有样品 2" in page(clerk, more)


def test_confirmed_twice_it_runs_once(clerk: Client, here: County) -> None:
    row = uploaded(clerk, as_csv(*LINES))
    clerk.post(f"/bulletins/{row.pk}/confirm/")
    again = clerk.post(f"/bulletins/{row.pk}/confirm/", follow=True)
    assert "没有重复导入" in text_of(again)
    job.take_in.call(row.pk)
    job.take_in.call(row.pk)
    assert Sample.objects.count() == 2


def test_a_file_that_nobody_confirmed_is_dropped_with_all_that_was_kept(
    clerk: Client, here: County
) -> None:
    row = uploaded(clerk, as_csv(*LINES))
    assert row.file is not None
    path = uploads.path_of(row.file.stored)
    assert path.exists()
    clerk.post(f"/bulletins/{row.pk}/drop/")
    assert not path.exists()
    assert (Bulletin.objects.count(), Evidence.objects.count()) == (0, 0)


def test_what_was_taken_in_is_not_dropped(clerk: Client, here: County) -> None:
    row = confirmed(clerk, uploaded(clerk, as_csv(*LINES)))
    answer = clerk.post(f"/bulletins/{row.pk}/drop/", follow=True)
    assert "不能删除" in text_of(answer)
    assert Bulletin.objects.count() == 1


def test_the_named_rows_are_a_file_before_and_after(clerk: Client, here: County) -> None:
    row = uploaded(clerk, as_csv(*LINES))
    before = clerk.get(f"/bulletins/{row.pk}/rows/")
    confirmed(clerk, row)
    after = clerk.get(f"/bulletins/{row.pk}/rows/")
    for answer in (before, after):
        assert answer["Content-Disposition"].startswith("attachment")
        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [line[1] for line in lines[1:]] == ["3"]
        assert lines[1][4] == "见附件"


def test_whoever_reads_english_meets_english(clerk: Client, here: County, compiled: None) -> None:
    latin = as_csv(("X1", "cake", "lead", "see annex", "≤0.5mg/kg"),
                   head=("number", "food", "item", "result", "limit"))  # fmt: skip
    row = uploaded(clerk, latin)
    in_latin()
    clerk.cookies["django_language"] = "en"
    for state in ("preview", "queued", "done"):
        Bulletin.objects.update(state=state)
        for path in ("/bulletins/", f"/bulletins/{row.pk}/"):
            answer = clerk.get(path)
            assert answer.status_code == 200 and chinese_on(answer) == []
    assert "Rows not read" in text_of(answer)
    wrong = post(clerk, b"%PDF", "a.csv")
    assert chinese_on(wrong) == [] and "is a PDF file" in text_of(wrong)


# ---- columns ------------------------------------------------------------------------------------


def test_foreign_headers_are_pointed_at_and_remembered(clerk: Client, here: County) -> None:
    head = ("抽样编号", "品名", "问题项", "检验结果", "标准值")
    row = uploaded(clerk, as_csv(ROW, head=head))
    assert "找不到列：食品名称、不合格项目" in page(clerk, row)
    chosen = {
        "column-number": "抽样编号",
        "column-food": "品名",
        "column-item": "问题项",
        "column-result": "检验结果",
        "column-limit": "标准值",
    }
    clerk.post(f"/bulletins/{row.pk}/columns/", chosen)
    assert "新增样品 1" in page(clerk, row)
    confirmed(clerk, row)
    assert SampleResult.objects.get().item == "灭蝇胺"
    again = uploaded(clerk, as_csv(("XBJ9", "姜", *ROW[2:]), head=head), "next.csv")
    assert "新增样品 1" in page(clerk, again), "the choice of last time holds"


def test_a_column_is_one_thing_only(clerk: Client, here: County) -> None:
    row = uploaded(clerk, as_csv(*LINES))
    chosen = {f"column-{n}": h for n, h in row.column_map["columns"].items()}
    clerk.post(f"/bulletins/{row.pk}/columns/", chosen | {"column-brand": "食品名称"})
    assert "选了两次" in page(clerk, row)
    clerk.post(f"/bulletins/{row.pk}/confirm/")
    row.refresh_from_db()
    assert row.state == "preview"


def test_a_column_taken_away_is_not_found_again_by_its_name(clerk: Client, here: County) -> None:
    row = uploaded(clerk, as_csv(*LINES))
    chosen = {f"column-{n}": h for n, h in row.column_map["columns"].items()}
    clerk.post(f"/bulletins/{row.pk}/columns/", chosen | {"column-sampled_unit": ""})
    assert "待分派 2" in page(clerk, row)


# ---- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", b"PK\x03\x04", "只接受 csv、xlsx、xls 和 zip"),
        ("a.csv", b" ", "文件是空的"),
        ("a.xlsx", b"no workbook at all", "不是可读的表格"),
        ("a.xlsx", b"%PDF-1.4", "PDF 文件"),
        ("a.xlsx", workbook(HEAD, HEAD, ROW), "表头占了两行"),
        ("a.xlsx", workbook(GROUPS, ("", "", *HEAD[2:]), ROW), "表头占了两行"),
        ("a.xlsx", workbook(HEAD, blank=60_000), "没有数据行"),
        ("a.xlsx", workbook(("姓名", "电话"), ("赵立新", "1")), "这不像不合格样品通报"),
        ("a.xlsx", workbook(HEAD, ROW, far=(1_000_000, 16_000)), "散布在"),
        ("a.zip", packed(), "没有 xlsx"),
    ],
)
def test_a_broken_file_ends_in_a_sentence_beside_the_field(
    clerk: Client, here: County, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    answer = post(clerk, content, name)
    assert answer.status_code == 422
    assert said in " ".join(map(str, answer.context["form"].errors["file"]))
    assert said in text_of(answer)
    assert (Bulletin.objects.count(), Evidence.objects.count(), Sample.objects.count()) == (0, 0, 0)
    assert not list((tmp_path / "media").rglob("*.*"))


def test_a_day_of_receipt_in_the_future_stands_beside_the_day(clerk: Client, here: County) -> None:
    day = (timing.today() + timedelta(days=1)).isoformat()
    answer = post(clerk, as_csv(*LINES), received=day)
    assert answer.status_code == 422
    assert "不能晚于今天" in str(answer.context["form"].errors["received"])
    assert not Bulletin.objects.exists()


def test_without_a_file_nothing_happens(clerk: Client, here: County) -> None:
    answer = clerk.post("/bulletins/", {"received": "2026-02-30"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"file", "received"}


# ---- while it runs, and when it stops -----------------------------------------------------------


def test_under_way_the_page_counts_and_asks_again(clerk: Client, here: County) -> None:
    row = uploaded(clerk, as_csv(*LINES))
    clerk.post(f"/bulletins/{row.pk}/confirm/")
    Bulletin.objects.filter(pk=row.pk).update(state="running", samples_done=1)
    whole = clerk.get(f"/bulletins/{row.pk}/").content.decode()
    assert 'hx-trigger="every 2s"' in whole and "1 / 2" in whole
    part = clerk.get(f"/bulletins/{row.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section") and "<html" not in part
    Bulletin.objects.filter(pk=row.pk).update(state="done")
    done = clerk.get(f"/bulletins/{row.pk}/", headers={"HX-Request": "true"})
    assert done["HX-Refresh"] == "true"
    assert "hx-trigger" not in clerk.get(f"/bulletins/{row.pk}/").content.decode()


class Stopped(Exception):
    """The machine stops here."""


def test_an_import_that_broke_off_says_so_and_goes_on(
    clerk: Client, here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [(f"XBJ{n}", "豇豆", *ROW[2:], "店", "") for n in range(importing.BATCH + 2)]
    row = uploaded(clerk, as_csv(*many))
    real, left = importing.open_matter, iter(range(importing.BATCH + 1))

    def some(*args: Any, **more: Any) -> Matter:
        if next(left, None) is None:
            raise Stopped
        return real(*args, **more)

    monkeypatch.setattr(importing, "open_matter", some)
    stopped = confirmed(clerk, row)
    assert stopped.state == "failed" and Sample.objects.count() == importing.BATCH
    seen = page(clerk, row)
    assert "导入中断" in seen and "继续导入" in seen
    assert "导入中断" in Notice.objects.get().text
    monkeypatch.setattr(importing, "open_matter", real)
    assert confirmed(clerk, row).state == "done"
    assert Sample.objects.count() == Matter.objects.count() == importing.BATCH + 2
    assert f"新增样品 {importing.BATCH + 2}" in page(clerk, row)


def test_a_kept_file_that_is_gone_is_asked_for_again(clerk: Client, here: County) -> None:
    row = uploaded(clerk, as_csv(*LINES))
    assert row.file is not None
    uploads.path_of(row.file.stored).unlink()
    assert "请重新上传" in page(clerk, row)
    Bulletin.objects.filter(pk=row.pk).update(state="queued")
    job.take_in.call(row.pk)
    row.refresh_from_db()
    assert (row.state, row.why.en) == (
        "failed", "The file that was kept is gone: upload it again.",
    )  # fmt: skip
    assert uploaded(clerk, as_csv(*LINES)).pk == row.pk
    assert confirmed(clerk, row).samples.count() == 2


def test_a_bulletin_of_the_command_is_on_the_list_too(
    clerk: Client, here: County, tmp_path: Path
) -> None:
    (tmp_path / "c.csv").write_bytes(as_csv(*LINES))
    import_bulletin(
        tmp_path / "c.csv",
        agency=here.bureau,
        received=timing.today(),
        by=Actor.importer("bulletin"),
    )
    row = Bulletin.objects.get()
    assert (row.state, row.samples_done) == ("done", 2)
    assert "c.csv" in text_of(clerk.get("/bulletins/")) and "新增样品 2" in page(clerk, row)
    Bulletin.objects.update(state="running", completed_at=None)
    assert "请再次运行同一条命令" in page(clerk, row)
    assert clerk.get("/bulletins/?format=csv").status_code == 200


def test_another_agency_does_not_see_it(clerk: Client, here: County) -> None:
    row = uploaded(clerk, as_csv(*LINES))
    other = Agency.objects.create(
        code="XX", name="邻县局", kind="market_regulation", place=here.county
    )
    theirs = logged_in(person(other, "intake_clerk"))
    assert theirs.get(f"/bulletins/{row.pk}/").status_code == 404
    assert theirs.post(f"/bulletins/{row.pk}/confirm/").status_code == 404


def test_the_list_asks_as_often_for_many_as_for_few(
    clerk: Client, here: County, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        uploaded(clerk, as_csv((f"N{n}", *ROW[1:], "店", "")), f"{n}.csv")
    clerk.get("/bulletins/")
    with django_assert_max_num_queries(12):
        clerk.get("/bulletins/")


@pytest.mark.django_db(transaction=True)
class TestTheWorker:
    """The queue in the database and the process that works on it."""

    def clerk(self) -> tuple[Client, Appointment]:
        here = county()
        return logged_in(here.clerk), here.clerk

    def work(self) -> None:
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)

    def test_a_confirmed_bulletin_is_worked_from_the_queue(self) -> None:
        client, _mine = self.clerk()
        row = uploaded(client, as_csv(*LINES))
        client.post(f"/bulletins/{row.pk}/confirm/")
        row.refresh_from_db()
        assert (row.state, Sample.objects.count()) == ("queued", 0)
        self.work()
        row.refresh_from_db()
        assert (row.state, Sample.objects.count()) == ("done", 2)

    def test_what_a_dead_worker_left_goes_on_with_the_next(self) -> None:
        client, mine = self.clerk()
        row = uploaded(client, as_csv(*LINES))
        Bulletin.objects.filter(pk=row.pk).update(state="running", by=mine)
        assert job.resume() == 1
        self.work()
        row.refresh_from_db()
        assert (row.state, Sample.objects.count()) == ("done", 2)
        assert job.resume() == 0


def test_guessing_leaves_a_header_to_one_field(here: County) -> None:
    from zhian.apps.laboratory.bulletins.files import File

    found = uploading.guess(here.bureau, File("a.csv", as_csv(*LINES)))
    assert len(set(found.values())) == len(found)
    assert found["sampled_in"] == "被抽样单位地址"
