"""Files that are no bulletins end in a sentence that says what to do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter

from zhian.apps.laboratory.bulletins import columns
from zhian.apps.laboratory.bulletins.days import read_day
from zhian.apps.laboratory.bulletins.errors import BulletinError, NoHeader, TwoHeaders
from zhian.apps.laboratory.bulletins.files import File
from zhian.apps.laboratory.bulletins.folding import fold
from zhian.apps.laboratory.bulletins.reading import read_rows, top
from zhian.apps.laboratory.elsewhere import elsewhere
from zhian.apps.laboratory.hazard import serious
from zhian.apps.laboratory.models import SampleResult

HEAD = ("抽样编号", "食品名称", "不合格项目", "检验结果", "标准值")
ROW = ("XBJ1", "豇豆", "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg")
KNOWN = columns.load(None)


def workbook(*rows: Sequence[str], far: tuple[int, int] | None = None, blank: int = 0) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("汇总")
    grey = book.add_format({"bg_color": "#eeeeee"})
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    for number in range(len(rows), len(rows) + blank):
        sheet.write_blank(number, 0, None, grey)
    if far:
        sheet.write_string(*far, "备注")
    book.close()
    return out.getvalue()


def refused(name: str, content: bytes) -> BulletinError:
    with pytest.raises(BulletinError) as caught:
        read_rows(File(name, content), KNOWN)
    assert caught.value.words.zh and caught.value.words.en
    return caught.value


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.xlsx", content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "是空的"),
        ("a.xlsx", b"\r\n ", "是空的"),
        ("a.xlsx", b"%PDF-1.7 ...", "PDF 文件，不是表格"),
        ("a.csv", b"\x89PNG\r\n\x1a\n....", "PNG 文件，不是表格"),
        ("a.zip", b"Rar!\x1a\x07\x00", "RAR 文件，不是表格"),
        ("a.xlsx", b"PK\x03\x04 half a file", "可能已损坏"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "加了密码"),
        ("a.xlsx", packed(inner=b"x"), "可能已损坏"),
        ("a.zip", packed(), "没有 xlsx"),
        ("a.zip", packed(inner=b"not a workbook"), "inner.xlsx"),
        ("a.zip", packed(inner=workbook(HEAD, ROW))[:-40], "损坏"),
        ("a.xlsx", workbook(), "找不到列"),
        ("a.xlsx", workbook(HEAD), "没有数据行"),
        ("a.xlsx", workbook(HEAD, blank=60_000), "没有数据行"),
        ("a.xlsx", workbook(("姓名", "电话"), ("赵立新", "1")), "找不到列：食品名称"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "找不到列"),
    ],
)
def test_what_is_no_bulletin_is_refused_in_a_sentence(name: str, content: bytes, said: str) -> None:
    assert said in refused(name, content).words.zh


def test_sixty_thousand_empty_rows_behind_the_last_cost_nothing() -> None:
    rows = read_rows(File("a.xlsx", workbook(HEAD, ROW, blank=60_000)), KNOWN)
    assert [r.text("number") for r in rows] == ["XBJ1"]


def test_a_note_in_a_far_corner_does_not_fill_the_memory() -> None:
    error = refused("a.xlsx", workbook(HEAD, ROW, far=(1_000_000, 16_000)))
    assert "1000001 行、16001 列" in error.words.zh


def test_a_note_a_little_way_off_is_nothing() -> None:
    assert len(read_rows(File("a.xlsx", workbook(HEAD, ROW, far=(40, 12))), KNOWN)) == 2


GROUPS = ("抽样编号", "食品名称", "检测情况", "", "")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (HEAD, HEAD),
        (GROUPS, ("", "", "不合格项目", "检验结果", "标准值")),
        (HEAD, ("number", "food", "item", "result", "limit")),
    ],
    ids=["repeated", "grouped", "translated"],
)
def test_headers_in_two_rows_are_refused_with_their_numbers(
    first: Sequence[str], second: Sequence[str]
) -> None:
    error = refused("a.xlsx", workbook(("某市通报",), first, second, ROW))
    assert isinstance(error, TwoHeaders)
    assert "第 2、3 行" in error.words.zh


def test_headers_repeated_further_down_are_named_and_nothing_else_is_lost() -> None:
    other = ("XBJ2", "韭菜", *ROW[2:])
    done = fold(read_rows(File("a.xlsx", workbook(HEAD, ROW, HEAD, other)), KNOWN))
    assert [s.number for s in done.samples] == ["XBJ1", "XBJ2"]
    assert [(n.row.number, n.reason.zh) for n in done.named] == [(3, "这一行重复了表头。")]


def test_the_headers_are_shown_with_a_text_below_each() -> None:
    found = top(
        File("a.xlsx", workbook(("标题",), ("品名", *HEAD[2:], "序"), ("", "", "x"))), KNOWN
    )
    assert found.headers == ["品名", "不合格项目", "检验结果", "标准值", "序"]
    assert found.known == {"item": "不合格项目", "result": "检验结果", "limit": "标准值"}
    assert found.below["检验结果"] == "x"


def test_a_file_of_something_else_is_said_to_be_none() -> None:
    with pytest.raises(NoHeader, match="这不像不合格样品通报") as caught:
        top(File("a.xlsx", workbook(("姓名", "电话"), ("赵立新", "1"))), KNOWN)
    assert "姓名、电话" in caught.value.words.zh


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-13", "2026-01-13"),
        ("2026/1/3", "2026-01-03"),
        ("2026.1.3", "2026-01-03"),
        ("2026年1月3日", "2026-01-03"),
        ("20260103", "2026-01-03"),
        ("2026-01-03 00:00:00", "2026-01-03"),
        ("46035", "2026-01-13"),
        ("2026-02-30", None),
        ("上旬", None),
        ("", None),
    ],
)
def test_days_as_bulletins_write_them(text: str, day: str | None) -> None:
    found = read_day(text)
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("home", "sampled", "made", "told"),
    [
        ("239900", "239900100000", "341622000000", "province"),
        ("239900", "239900100000", "230126000000", "county"),
        ("239900", "", "230126000000", "county"),
        ("239900", "239900000000", "239900200000", ""),
        ("239900", "239900000000", "230000000000", ""),
        ("239900", "239900000000", "", ""),
        ("239900", "371522000000", "341622000000", ""),
        ("2301", "230103000000", "230126000000", ""),
        ("2301", "230103000000", "230281000000", "county"),
        ("23", "230103000000", "230281000000", ""),
        ("239900100", "239900100000", "239900200000", "county"),
    ],
)
def test_whom_the_place_of_sampling_tells(home: str, sampled: str, made: str, told: str) -> None:
    assert elsewhere(home, sampled, made) == told


def result(item: str, value: str, limit: str) -> SampleResult:
    return SampleResult(item=item, result=value, limit=limit)


@pytest.mark.parametrize(
    ("entry", "grave"),
    [
        ("镉", True),
        ("镉×2", True),
        ("镉×3", False),
        ("×2", True),
        ("×3", False),
        ("不得使用", False),
        ("铅×1", False),
        ("镉×许多", False),
    ],
)
def test_an_entry_is_a_word_or_a_multiple(entry: str, grave: bool) -> None:
    failed = [result("镉(以Cd计)", "0.1mg/kg", "≤0.05mg/kg")]
    assert bool(serious(failed, (entry,))) is grave


def test_each_entry_is_named_once() -> None:
    failed = [result("柠檬黄", "1g/kg", "不得使用"), result("日落黄", "1g/kg", "不得使用")]
    assert serious(failed, ("不得使用", "日落黄")) == ("不得使用", "日落黄")
