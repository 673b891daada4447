"""The seal on a paper: scanned back or set by the office's program; served unsealed or refused."""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.builders import County, county
from tests.web import paper_files as files
from tests.web.pages import logged_in, text_of
from tests.web.test_printing import issued, proposed
from tests.web.test_rectification import serve
from zhian.desk import uploads
from zhian.desk.engine import sealing
from zhian.desk.engine.annul import annul
from zhian.desk.engine.perform import perform
from zhian.desk.errors import NotAllowed, Refused
from zhian.desk.ledger import chain
from zhian.desk.models import Document, Evidence, Matter
from zhian.desk.papers import printing, sealing as seals
from zhian.desk.papers.issuing import void
from zhian.desk.show import papers
from zhian.directory import choices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT, settings.SECOND_FACTOR_REQUIRED = tmp_path / "files", False
    settings.SEAL_COMMAND = ""
    return tmp_path


@pytest.fixture
def here() -> County:
    return county()


def scanned(here: County, paper: Document, *given: Any, **more: Any) -> Any:
    sent = given or (files.upload("盖章.pdf", files.pdf()),)
    return sealing.scanned(paper, list(sent), by=here.actor("inspector"), **more)


def fresh(paper: Document) -> Document:
    return Document.objects.get(pk=paper.pk)


def kept_files(store: Path) -> list[Path]:
    return [path for path in (store / "files").rglob("*") if path.is_file()]


# --- stamped and scanned back


def test_a_scan_is_on_record_with_its_digest_and_moves_nothing(here: County) -> None:
    paper = issued(here)
    before = Matter.objects.get(pk=paper.matter_id)
    content = files.pdf(2)
    act = scanned(here, paper, files.upload("盖章.pdf", content))
    sealed, matter = fresh(paper), Matter.objects.get(pk=paper.matter_id)
    assert (sealed.sealed_by, sealed.sealed_at) == (act, act.recorded_at)
    assert act.data["sha256"] == hashlib.sha256(content).hexdigest() == sealed.scan.sha256
    assert (act.data["paper"], act.data["way"]) == (paper.number, "scan")
    assert sealed.scan.act == act and sealed.scan.matter == matter
    assert (matter.phase, matter.head, matter.done) == (before.phase, before.head, before.done)
    assert matter.seq == before.seq + 1 and chain.verify().whole


def test_photographs_become_one_pdf_in_their_order(here: County) -> None:
    paper = issued(here)
    shots = [
        files.upload("1.jpg", files.picture(600, 800)),
        files.upload("2.PNG", files.picture(900, 500, "PNG")),
    ]
    scanned(here, paper, *shots)
    kept = fresh(paper).scan
    pages = PdfReader(uploads.path_of(kept.stored)).pages
    assert [page.mediabox.width > page.mediabox.height for page in pages] == [False, True]
    assert kept.media_type == "application/pdf" and kept.name.endswith("（盖章）.pdf")
    assert Evidence.objects.count() == 1


def test_a_wrong_scan_is_replaced_with_a_reason_and_stays_on_record(here: County) -> None:
    paper = issued(here)
    first = scanned(here, paper)
    paper = fresh(paper)
    with pytest.raises(Refused, match="更换须写明理由"):
        scanned(here, paper, files.upload("b.pdf", files.pdf(2)))
    assert Evidence.objects.count() == 1
    second = scanned(here, paper, files.upload("b.pdf", files.pdf(2)), reason="扫描缺页")
    assert second.data["replaces"] == first.data["sha256"] and second.reason == "扫描缺页"
    assert fresh(paper).sealed_by == second
    old, new = first.evidence.get(), second.evidence.get()
    assert uploads.path_of(old.stored).exists() and fresh(paper).scan == new
    assert [(s.act, s.file, s.valid) for s in papers.sealings(paper)] == [
        (second, new, True),
        (first, old, False),
    ]


def test_a_repeated_submission_seals_once(here: County, store: Path) -> None:
    paper = issued(here)
    first = scanned(here, paper, key="k1")
    assert scanned(here, fresh(paper), key="k1", reason="x") == first
    assert Evidence.objects.count() == 1 and len(kept_files(store)) == 1


def test_drafts_and_void_papers_are_not_sealed(here: County, store: Path) -> None:
    draft = proposed(here)
    with pytest.raises(Refused, match="尚未制发"):
        scanned(here, draft)
    paper = issued(here)
    void(paper, "写错")
    with pytest.raises(Refused, match="已作废"):
        scanned(here, paper)
    assert not kept_files(store) and not Evidence.objects.exists()


def test_a_paper_that_became_void_meanwhile_leaves_no_file(here: County, store: Path) -> None:
    paper = issued(here)
    stale = fresh(paper)
    void(paper, "写错")
    with pytest.raises(Refused, match="已作废"):
        scanned(here, stale)
    assert not kept_files(store) and not Evidence.objects.exists()
    assert not paper.matter.acts.filter(verb="seal").exists()


def test_nobody_seals_the_paper_of_another_office(here: County) -> None:
    paper = issued(here)
    with pytest.raises(NotAllowed):
        sealing.scanned(paper, [files.upload("a.pdf", files.pdf())], by=here.actor("outsider"))
    with pytest.raises(NotAllowed):
        sealing.electronically(paper, by=here.actor("outsider"))


def test_the_seal_does_not_keep_a_wrong_click_from_being_undone(here: County) -> None:
    paper = issued(here)
    scanned(here, paper)
    annul(paper.issued_by, by=here.actor("office_head"), reason="写错期限")
    assert (fresh(paper).state, fresh(paper).sealed_at is not None) == ("void", True)
    with pytest.raises(Refused, match="已作废"):
        scanned(here, fresh(paper), reason="再盖")


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ([], "请选择盖章后的扫描件"),
        ([("a.docx", b"PK\x03\x04")], "a.docx：盖章件只接受 pdf、jpg、png"),
        ([("a.exe", b"MZ")], "只接受 pdf、jpg、png"),
        ([("无后缀", b"%PDF-1.7")], "只接受 pdf、jpg、png"),
        ([("a.pdf", b"")], "a.pdf：文件是空的"),
        ([("a.pdf", files.picture())], "a.pdf：内容与扩展名不符"),
        ([("a.jpg", files.pdf())], "a.jpg：内容与扩展名不符"),
        ([("a.pdf", b"%PDF-1.7 nothing")], "a.pdf：文件损坏"),
        ([("a.pdf", files.no_pages())], "a.pdf：文件没有页面"),
        ([("a.pdf", files.locked())], "a.pdf：文件设有密码"),
        ([("a.pdf", files.pdf(1, 20_000, 20_000))], "a.pdf：第 1 页的尺寸异常（7056×7056 毫米）"),
        ([("a.jpg", b"\xff\xd8\xff broken")], "a.jpg：图片无法读取"),
        ([("a.pdf", files.pdf()), ("b.pdf", files.pdf())], "一次上传一个 PDF"),
        ([("a.pdf", files.pdf()), ("b.jpg", files.picture())], "一次上传一个 PDF"),
    ],
)
def test_a_file_that_is_no_scan_is_refused_in_plain_words(
    here: County, store: Path, sent: list[tuple[str, bytes]], why: str
) -> None:
    paper = issued(here)
    with pytest.raises(uploads.BadFile, match=why):
        sealing.scanned(paper, [files.upload(*one) for one in sent], by=here.actor("inspector"))
    assert fresh(paper).sealed_at is None
    assert not kept_files(store) and not Evidence.objects.exists()


def test_a_file_over_the_limit_is_refused(here: County, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1024 * 1024
    with pytest.raises(uploads.BadFile, match="超过 1 MB"):
        scanned(here, issued(here), files.upload("a.pdf", b"%PDF-" + b"x" * 1024 * 1024))


# --- sealed by the office's own program


def program(store: Path, body: str) -> str:
    """The command of a sealing program with this body: `pdf` is what came in."""
    path = store / "seal me.py"
    head = "import sys, time, os, subprocess\npdf = sys.stdin.buffer.read()\n"
    path.write_text(head + body, encoding="utf-8")
    return f"{sys.executable} '{path}' --office"


GOOD = "sys.stdout.buffer.write(pdf + b'\\n%sealed\\n')"


def test_the_program_gets_the_paper_and_its_answer_is_kept(
    here: County, store: Path, settings: Any
) -> None:
    paper = issued(here)
    settings.SEAL_COMMAND = program(store, GOOD)
    act = sealing.electronically(paper, by=here.actor("inspector"))
    kept = uploads.path_of(fresh(paper).scan.stored).read_bytes()
    assert kept == printing.render(paper) + b"\n%sealed\n"
    assert (act.data["way"], act.data["sha256"]) == ("electronic", hashlib.sha256(kept).hexdigest())


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("sys.stderr.write('\\n 证书已过期 \\nTraceback'); sys.exit(3)", "拒绝盖章：证书已过期"),
        ("sys.exit(4)", r"没有说明原因（退出码 4）"),
        ("sys.stderr.buffer.write(b'\\x1b[31m\\xff bad'); sys.exit(1)", r"拒绝盖章：\[31m� bad"),
        ("os.kill(os.getpid(), 9)", r"没有说明原因（退出码 -9）"),
        ("pass", "没有交回可用的 PDF：没有内容"),
        ("print('sealed!')", "没有交回可用的 PDF：文件损坏"),
        ("sys.stdout.buffer.write(pdf[:200])", "没有交回可用的 PDF：文件损坏"),
    ],
)
def test_a_program_that_fails_seals_nothing_and_says_why(
    here: County, store: Path, settings: Any, body: str, why: str
) -> None:
    paper = issued(here)
    seq = Matter.objects.get(pk=paper.matter_id).seq
    settings.SEAL_COMMAND = program(store, body)
    with pytest.raises(seals.SealRefused, match=why):
        sealing.electronically(paper, by=here.actor("inspector"))
    assert Matter.objects.get(pk=paper.matter_id).seq == seq
    assert fresh(paper).sealed_at is None and not kept_files(store)


@pytest.mark.parametrize("command", ["/no/such/program", "/", "'unbalanced"])
def test_a_program_that_is_not_there_is_told_to_the_administrator(
    here: County, settings: Any, command: str
) -> None:
    settings.SEAL_COMMAND = command
    with pytest.raises(seals.SealRefused, match="无法启动，请联系管理员"):
        sealing.electronically(issued(here), by=here.actor("inspector"))


def test_without_a_program_nothing_is_sealed_by_one(here: County) -> None:
    with pytest.raises(seals.SealRefused, match="未设置电子印章程序"):
        sealing.electronically(issued(here), by=here.actor("inspector"))


def test_a_slow_program_is_ended_with_all_that_it_started(
    here: County, store: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "SECONDS", 1)
    mark = store / "still-alive"
    child = f"import time; time.sleep(3); open({str(mark)!r}, 'w')"
    settings.SEAL_COMMAND = program(
        store, f"subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    )
    begun = time.monotonic()
    with pytest.raises(seals.SealRefused, match="1 秒内没有答复"):
        sealing.electronically(issued(here), by=here.actor("inspector"))
    assert time.monotonic() - begun < 3
    time.sleep(3)
    assert not mark.exists()


def test_a_program_that_does_not_read_what_it_gets_is_no_trouble(
    here: County, store: Path, settings: Any
) -> None:
    path = store / "deaf.py"
    path.write_text("import sys; sys.stderr.write('closed'); sys.exit(9)")
    settings.SEAL_COMMAND = f"{sys.executable} {path}"
    with pytest.raises(seals.SealRefused, match="closed"):
        seals.run(settings.SEAL_COMMAND, b"%PDF-" + b"x" * 5_000_000)


# --- served with or without


def test_the_words_of_a_paper_follow_its_way(here: County) -> None:
    draft = proposed(here)
    assert papers.of_matter(draft.matter)[0].state == "草稿"
    paper = issued(here)
    assert papers.of_matter(paper.matter)[0].state == "已制发"
    scanned(here, paper)
    assert papers.of_matter(paper.matter)[0].state == "已盖章"
    serve(here, paper.matter)
    shown = papers.of_matter(paper.matter)[0]
    assert (shown.state, shown.wants_seal) == ("已送达", False)
    assert [step.state for step in shown.steps] == ["past", "past", "past", "now"]


def test_an_unsealed_paper_is_served_with_a_warning(here: County) -> None:
    paper = issued(here)
    service = paper.matter.children.get(kind="service")
    client = logged_in(here.inspector)
    assert "未盖章" in text_of(client.get(f"/m/{service.pk}/"))
    assert serve(here, paper.matter).closed_at is not None
    assert papers.of_matter(paper.matter)[0].wants_seal
    scanned(here, paper)
    assert "未盖章" not in text_of(client.get(f"/m/{service.pk}/"))


def test_where_the_agency_says_so_only_a_sealed_paper_is_served(
    here: County, data_folder: Path
) -> None:
    choices.choose(key="seal_required", value=True, by=None, reason="局务会决定")
    paper = issued(here)
    with pytest.raises(Refused, match="尚未盖章"):
        serve(here, paper.matter)
    scanned(here, paper)
    assert serve(here, paper.matter).closed_at is not None


def test_a_paper_that_was_taken_over_needs_no_second_seal(here: County, data_folder: Path) -> None:
    choices.choose(key="seal_required", value=True, by=None, reason="局务会决定")
    paper = issued(here)
    paper.scan = files.kept(paper.matter, "原件.pdf", files.pdf(), "application/pdf")
    paper.save()
    assert serve(here, paper.matter).closed_at is not None


def test_an_announcement_is_not_held_up_by_the_seal(here: County, data_folder: Path) -> None:
    choices.choose(key="seal_required", value=True, by=None, reason="局务会决定")
    service = issued(here).matter.children.get(kind="service")
    fields = {"method": "direct", "failed": "门锁闭"}
    assert perform(service, "attempt", fields=fields, by=here.actor("inspector")).effective


# --- the page


def test_the_clerk_prints_uploads_and_replaces_on_one_page(here: County) -> None:
    paper = issued(here)
    client, address = logged_in(here.inspector), f"/d/{paper.pk}/"
    assert f'href="{address}"' in client.get(f"/m/{paper.matter_id}/").content.decode()
    page = client.get(address).content.decode()
    assert f"/d/{paper.pk}/print.pdf" in page and "电子盖章" not in page and "未盖章" in page
    wrong = client.post(f"{address}seal/", {"files": files.upload("a.docx", b"x")})
    assert wrong.status_code == 422 and "盖章件只接受 pdf、jpg、png" in text_of(wrong)
    done = client.post(f"{address}seal/", {"files": files.upload("a.pdf", files.pdf()), "key": "q"})
    assert (done.status_code, done["Location"]) == (302, address)
    page = client.get(address).content.decode()
    assert "盖章件已存档" in page and "更换理由" in page and "盖章记录" in page
    again = client.post(f"{address}seal/", {"files": files.upload("b.pdf", files.pdf(2))})
    assert again.status_code == 409 and "更换须写明理由" in text_of(again)


def test_the_sealed_file_is_what_is_downloaded(here: County) -> None:
    paper = issued(here)
    content = files.pdf(2)
    scanned(here, paper, files.upload("a.pdf", content))
    client = logged_in(here.inspector)
    answer = client.get(f"/d/{paper.pk}.pdf")
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(f"/d/{paper.pk}/print.pdf").content == printing.render(fresh(paper))
    assert logged_in(here.outsider).get(f"/d/{paper.pk}.pdf").status_code == 404


def test_the_button_of_the_program_is_there_when_the_office_has_one(
    here: County, store: Path, settings: Any
) -> None:
    paper = issued(here)
    settings.SEAL_COMMAND = program(store, GOOD)
    client, address = logged_in(here.inspector), f"/d/{paper.pk}/"
    assert "电子盖章" in client.get(address).content.decode()
    assert client.post(f"{address}seal/program/", {"key": "p"}).status_code == 302
    assert fresh(paper).sealed_by.data["way"] == "electronic"
    settings.SEAL_COMMAND = program(store, "sys.stderr.write('印章机忙'); sys.exit(1)")
    refused = client.post(f"{address}seal/program/", {"reason": "重盖"})
    assert refused.status_code == 409 and "电子印章程序拒绝盖章：印章机忙" in text_of(refused)


def test_the_seal_stands_in_the_course_of_the_matter(here: County) -> None:
    paper = issued(here)
    act = scanned(here, paper)
    page = text_of(logged_in(here.inspector).get(f"/m/{paper.matter_id}/"))
    assert "盖章后扫描" in page and act.data["sha256"][:16] in page
    assert paper.number in page
