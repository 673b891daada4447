"""The file of a matter as one PDF: what it holds, in order, numbered, whatever is broken in it."""

from __future__ import annotations

import io
import random
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.builders import County, county
from tests.web import paper_files as files
from tests.web.pages import logged_in
from tests.web.test_printing import issued, proposed
from tests.web.test_rectification import begin, serve
from zhian.desk import timing
from zhian.desk.engine import common, sealing
from zhian.desk.models import Document, Evidence, Matter
from zhian.desk.pages import papers as paper_pages
from zhian.desk.papers import binding, fonts, foreign, printing
from zhian.desk.papers.issuing import void
from zhian.desk.show import filing

pytestmark = pytest.mark.django_db

PDF, JPEG = "application/pdf", "image/jpeg"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT, settings.SECOND_FACTOR_REQUIRED = tmp_path / "files", False
    return tmp_path


@pytest.fixture
def here() -> County:
    return county()


def bound(matter: Matter, who: Any, by: str = "郑一平") -> PdfReader:
    """The file of a matter as this person has it bound."""
    out = io.BytesIO()
    pages = binding.bind(filing.volume(matter, who), out, by=by, at=timing.now())
    reader = PdfReader(io.BytesIO(out.getvalue()), strict=True)
    assert len(reader.pages) == pages
    return reader


def words(reader: PdfReader) -> list[str]:
    """What stands on each page, without what the layout put between the words."""
    return [re.sub(r"[\s\u200b]", "", page.extract_text()) for page in reader.pages]


def marks(reader: PdfReader) -> list[tuple[int, str, int]]:
    """The bookmarks: depth, title, page from 1."""

    def walk(rows: Any, level: int) -> Any:
        for row in rows:
            if isinstance(row, list):
                yield from walk(row, level + 1)
            else:
                yield level, row.title, reader.get_destination_page_number(row) + 1

    return list(walk(reader.outline, 0))


def test_a_file_has_cover_contents_papers_services_evidence_and_acts(here: County) -> None:
    paper = issued(here)
    matter = paper.matter
    service = serve(here, matter)
    files.kept(matter, "现场照片.jpg", files.picture(), JPEG)
    files.kept(matter, "检验报告.pdf", files.pdf(3), PDF)
    reader = bound(matter, here.inspector)
    pages, listed = words(reader), marks(reader)
    assert f"事项编号{matter.number}" in pages[0] and matter.title.replace(" ", "") in pages[0]
    assert "本卷由郑一平于" in pages[0] and f"共{len(pages)}页" in pages[0]
    assert "卷内目录" in pages[1]
    sections = [title for level, title, _page in listed if level == 0]
    assert sections == ["封面", "卷内目录", "文书", "送达", "材料", "办理经过"]
    where = {title: page for _level, title, page in listed}
    assert "现责令你（单位）" in "".join(pages[where[f"{paper.title} {paper.number}"] - 1 :])
    assert "受送达人河口兴旺豆制品厂" in pages[where[f"{service.title} {service.number}"] - 1]
    assert "直接送达" in pages[where[f"{service.title} {service.number}"] - 1]
    assert where["检验报告.pdf"] == where["现场照片.jpg"] + 1
    assert where["办理经过"] == where["检验报告.pdf"] + 3
    assert "签批同意" in pages[where["办理经过"] - 1]


def test_every_page_is_a4_and_carries_its_number(here: County) -> None:
    matter = issued(here).matter
    files.kept(matter, "横幅.jpg", files.picture(900, 500), JPEG)
    files.kept(matter, "图纸.pdf", files.pdf(2, 2384, 1684), PDF)
    reader = bound(matter, here.inspector)
    total = len(reader.pages)
    for number, (page, text) in enumerate(zip(reader.pages, words(reader), strict=True), 1):
        assert f"第{number}页共{total}页" in text
        sides = sorted((float(page.mediabox.width), float(page.mediabox.height)))
        assert sides == pytest.approx(foreign.A4, abs=1)


def test_the_contents_name_the_page_on_which_each_thing_begins(here: County) -> None:
    matter = issued(here).matter
    for n in range(70):
        files.kept(matter, f"材料{n:02}.jpg", files.picture(60, 80), JPEG)
    reader = bound(matter, here.inspector)
    pages, where = words(reader), {title: page for _l, title, page in marks(reader)}
    assert where["文书"] > 4, "seventy lines do not stand on one page"
    contents = "".join(re.sub(r"第\d+页共\d+页", "", p) for p in pages[1 : where["文书"] - 1])
    for n in (0, 35, 69):
        page = where[f"材料{n:02}.jpg"]
        assert re.search(rf"材料{n:02}\.jpg{timing.today()}{page}(?=\d|子|办|材)", contents)
        assert f"材料{n:02}.jpg" in pages[page - 1]


def test_a_sealed_paper_is_bound_as_it_was_sealed(here: County) -> None:
    paper = issued(here)
    scan = files.upload("扫描.pdf", files.stamped())
    sealing.scanned(paper, [scan], by=here.actor("inspector"))
    matter = Matter.objects.get(pk=paper.matter_id)
    reader = bound(matter, here.inspector)
    where = {title: page for _l, title, page in marks(reader)}
    page = words(reader)[where[f"{paper.title} {paper.number}"] - 1]
    assert "SEAL" in page and "现责令" not in page
    assert where["送达"] == where[f"{paper.title} {paper.number}"] + 1
    assert f"{timing.today()}盖章" in words(reader)[1]


def test_an_unsealed_paper_says_so_in_the_contents(here: County) -> None:
    assert "未盖章" in words(bound(issued(here).matter, here.inspector))[1]


def test_void_papers_are_named_with_their_reason_and_not_bound(here: County) -> None:
    paper = issued(here)
    void(paper, "期限写错")
    reader = bound(paper.matter, here.inspector)
    contents = words(reader)[1]
    assert f"未装订题名文号原因{paper.title}{paper.number}作废：期限写错" in contents
    assert "文书" not in [title for _l, title, _p in marks(reader)]
    assert "现责令" not in "".join(words(reader))


def test_a_draft_is_bound_with_its_watermark(here: County) -> None:
    paper = proposed(here)
    reader = bound(paper.matter, here.inspector)
    where = {title: page for _l, title, page in marks(reader)}
    assert "草稿" in words(reader)[where[paper.title] - 1]
    assert f"{paper.title}草稿" in words(reader)[1]


def test_a_scan_that_was_replaced_is_named_and_not_bound(here: County) -> None:
    paper = issued(here)
    sealing.scanned(paper, [files.upload("a.pdf", files.pdf(2))], by=here.actor("inspector"))
    right = [files.upload("b.pdf", files.pdf(1))]
    sealing.scanned(paper, right, by=here.actor("inspector"), reason="扫描缺页")
    reader = bound(Matter.objects.get(pk=paper.matter_id), here.inspector)
    where = {title: page for _l, title, page in marks(reader)}
    assert where["送达"] == where[f"{paper.title} {paper.number}"] + 1
    assert "已被后来的盖章件替换" in words(reader)[1]
    assert "材料" not in where


@pytest.mark.parametrize(
    ("name", "content", "media_type", "why"),
    [
        ("坏.pdf", b"%PDF-1.7\nnothing that a reader knows", PDF, "文件损坏，无法读取"),
        ("截断.pdf", files.pdf(5)[:300], PDF, "文件损坏，无法读取"),
        ("加密.pdf", files.locked(), PDF, "文件设有密码，无法打开"),
        ("空.pdf", b"", PDF, "文件损坏，无法读取"),
        ("无页.pdf", files.no_pages(), PDF, "文件没有页面"),
        ("巨幅.pdf", files.pdf(1, 50_000, 50_000), PDF, "第1页的尺寸异常（17639×17639毫米）"),
        ("细线.pdf", files.pdf(1, 0.1, 800), PDF, "第1页的尺寸异常"),
        ("坏.jpg", b"\xff\xd8\xff nothing", JPEG, "图片损坏或者过大"),
        ("截断.jpg", files.picture()[:200], JPEG, "图片损坏或者过大"),
        ("台账.csv", "名称,数量\n豆腐,3\n".encode(), "text/csv", "电子件（csv），不能装订"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_cannot_be_bound_leaves_a_sheet_that_says_why(
    here: County, name: str, content: bytes, media_type: str, why: str
) -> None:
    matter = issued(here).matter
    bad = files.kept(matter, name, content, media_type)
    files.kept(matter, "好.pdf", files.pdf(2), PDF)
    reader = bound(matter, here.inspector)
    where = {title: page for _l, title, page in marks(reader)}
    sheet = words(reader)[where[name] - 1]
    assert "此处材料未装入" in sheet and name in sheet and why in sheet and bad.sha256 in sheet
    assert where["好.pdf"] == where[name] + 1
    assert where["办理经过"] == where["好.pdf"] + 2


def test_a_file_that_is_gone_from_the_store_leaves_a_sheet(here: County) -> None:
    matter = issued(here).matter
    file = files.kept(matter, "丢失.pdf", files.pdf(), PDF)
    binding.uploads.path_of(file.stored).unlink()
    assert any("文件不在存储中" in page for page in words(bound(matter, here.inspector)))


def test_a_broken_sealed_file_is_named_and_the_printed_paper_bound(here: County) -> None:
    paper = issued(here)
    sealing.scanned(paper, [files.upload("a.pdf", files.pdf())], by=here.actor("inspector"))
    assert paper.scan is not None
    binding.uploads.path_of(paper.scan.stored).write_bytes(b"%PDF-1.4 broken")
    pages = words(bound(Matter.objects.get(pk=paper.matter_id), here.inspector))
    assert any("（盖章件）" in page and "文件损坏" in page for page in pages)
    assert any("现责令你（单位）" in page for page in pages)


def test_a_pdf_that_only_guards_copying_is_bound(here: County) -> None:
    matter = issued(here).matter
    files.kept(matter, "只读.pdf", files.locked("", "owner"), PDF)
    assert not any("未装入" in page for page in words(bound(matter, here.inspector)))


def test_nothing_that_acts_by_itself_comes_into_the_file(here: County) -> None:
    matter = issued(here).matter
    writer = files.blank()
    script = DictionaryObject()
    script[NameObject("/S")] = NameObject("/JavaScript")
    script[NameObject("/JS")] = TextStringObject("app.alert('hello')")
    writer.root_object[NameObject("/OpenAction")] = script
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    writer.add_attachment("evil.exe", b"MZ")
    files.kept(matter, "动作.pdf", files.written(writer), PDF)
    out = io.BytesIO()
    binding.bind(filing.volume(matter, here.inspector), out, by="x", at=timing.now())
    root = PdfReader(out).trailer["/Root"]
    assert set(root) == {"/Type", "/Pages", "/Lang", "/Outlines", "/PageMode"}
    assert not any("/Annots" in page for page in PdfReader(out).pages)
    for banned in (b"/JavaScript", b"/EmbeddedFile", b"app.alert"):
        assert banned not in out.getvalue()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_stamp_that_a_viewer_draws_is_drawn_into_the_turned_page(
    here: County, turn: int, tmp_path: Path
) -> None:
    target = tmp_path / "out.pdf"
    assert foreign.normalise(files.stamped(turn), target) == 1
    page = PdfReader(target).pages[0]
    assert "SEAL" in page.extract_text() and "/Rotate" not in page and "/Annots" not in page
    across = page.mediabox.width > page.mediabox.height
    assert across == (turn in (90, 270))


def test_a_child_out_of_reach_is_left_out_with_all_that_hangs_on_it(here: County) -> None:
    paper = issued(here)
    service = paper.matter.children.get(kind="service")
    files.kept(service, "回证.jpg", files.picture(), JPEG)
    Matter.objects.filter(pk=service.pk).update(handler=here.outsider, sealed=True)
    seen = "".join(words(bound(paper.matter, here.inspector)))
    assert service.number not in seen and "回证.jpg" not in seen
    whole = "".join(words(bound(paper.matter, here.outsider)))
    assert service.number in whole and "回证.jpg" in whole


def test_other_matters_that_it_opened_are_chapters_of_their_own(here: County) -> None:
    matter, below = issued(here).matter, issued(here)
    deeper = begin(here)
    files.kept(below.matter, "复查照片.jpg", files.picture(), JPEG)
    Matter.objects.filter(pk=below.matter_id).update(parent=matter, title="复查事项")
    Matter.objects.filter(pk=deeper.pk).update(parent=below.matter, title="再下一层")
    reader = bound(matter, here.inspector)
    listed = [(level, title) for level, title, _page in marks(reader)]
    at = listed.index((0, "子事项"))
    chapter = [(level, title.split()[0]) for level, title in listed[at + 1 : at + 7]]
    assert chapter[:3] == [(1, "复查事项"), (2, below.title), (2, "复查照片.jpg")]
    assert (2, "再下一层") in chapter and listed[-1] == (0, "办理经过")
    assert "发现问题" in words(reader)[marks(reader)[at + 1][2] - 1]


def test_reading_what_a_file_holds_takes_as_many_queries_for_many_files(
    here: County, django_assert_max_num_queries: Any
) -> None:
    matter = issued(here).matter
    for n in range(40):
        files.kept(matter, f"{n}.pdf", files.pdf(), PDF)
    with django_assert_max_num_queries(25):
        assert len(filing.volume(matter, here.inspector).items) > 40


def test_rare_characters_and_long_names_stay_on_the_page(here: County) -> None:
    matter = issued(here).matter
    files.kept(matter, f"{'长' * 120}㐂䶮.jpg", files.picture(), JPEG)
    common.note(matter, text="https://example.org/" + "a-b_c/" * 300, by=here.actor("inspector"))
    text = "".join(words(bound(matter, here.inspector)))
    assert "长" * 120 + "㐂䶮.jpg" in text and "a-b_c/" * 250 in text


def test_two_hundred_files_need_no_more_memory_than_a_few(here: County) -> None:
    matter = issued(here).matter
    heavy = noisy()
    assert len(heavy) > 400_000
    for n in range(200):
        files.kept(matter, f"{n}.pdf", heavy, PDF)
    out = _Sink()
    tracemalloc.start()
    binding.bind(filing.volume(matter, here.inspector), out, by="x", at=timing.now())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert out.size > 80_000_000
    assert peak < 40_000_000


class _Sink(io.RawIOBase):
    """A file that only counts what is written to it."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.size += len(data)
        return len(data)


def noisy() -> bytes:
    """A PDF of one picture that cannot be compressed, half a megabyte."""
    noise = random.Random(7).randbytes(600 * 600 * 3)
    shot = io.BytesIO()
    Image.frombytes("RGB", (600, 600), noise).save(shot, "PDF", quality=100)
    return files.written(PdfWriter(clone_from=io.BytesIO(shot.getvalue())))


# --- the button and the address


def test_whoever_sees_the_matter_downloads_its_file(here: County) -> None:
    paper = issued(here)
    client, address = logged_in(here.inspector), f"/m/{paper.matter_id}/file.pdf"
    assert address in client.get(f"/m/{paper.matter_id}/").content.decode()
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "private, no-store"
    assert "郑一平" in words(PdfReader(io.BytesIO(answer.content)))[0]
    assert logged_in(here.outsider).get(address).status_code == 404


def test_a_large_file_is_sent_from_the_disk(here: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_pages, "IN_MEMORY", 1000)
    answer = logged_in(here.inspector).get(f"/m/{issued(here).matter_id}/file.pdf")
    content = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(content)
    assert "卷内目录" in words(PdfReader(io.BytesIO(content)))[1]
    assert answer["Content-Disposition"].startswith("attachment;")


def test_without_fonts_the_page_says_what_to_do(
    here: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = issued(here)
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    answer = logged_in(here.inspector).get(f"/m/{paper.matter_id}/file.pdf")
    assert answer.status_code == 503 and "scripts/front_end.py" in answer.content.decode()


def test_a_matter_without_papers_has_a_file_too(here: County) -> None:
    reader = bound(begin(here), here.inspector)
    assert [title for _l, title, _p in marks(reader)] == ["封面", "卷内目录", "办理经过"]


def test_a_paper_whose_template_is_gone_leaves_a_sheet(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = issued(here)
    Document.objects.filter(pk=paper.pk).update(template="long_gone")
    monkeypatch.setattr(printing, "context", lambda document: {})
    assert any("不能按原模板打印" in page for page in words(bound(paper.matter, here.inspector)))
    assert Evidence.objects.count() == 0
