"""A file that cannot be taken over: each cell is named with what would do, or it is said why."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.builders import County, county, local, person
from tests.web.takeover_files import (
    CLOCK_HEAD,
    ORDER,
    PDF,
    book,
    damaged,
    disposal,
    disposals,
    order,
    orders,
    packed,
    receive,
    taken,
    task,
    wrong,
)
from zhian.config import importing
from zhian.desk import timing
from zhian.desk.models import Matter, TakeOver
from zhian.desk.takeover import job, workbook
from zhian.directory.models import Agency, Operator
from zhian.web.sheets import Unreadable

pytestmark = pytest.mark.django_db
PAPER_HEAD = ["原编号", "文书名称", "文号", "日期", "文件名"]


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> Iterator[County]:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    with timing.recorded_at(local("2026-11-24 10:00")):
        yield county()


# --- cells of the sheet of matters


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("种类", "行政处罚", "没有事项种类“行政处罚”；可填："),
        ("种类", "送达", "没有事项种类“送达”"),
        ("种类", "", "此格必填"),
        ("原编号", "", "此格必填"),
        ("原编号", "X" * 81, "超过 80 字"),
        ("标题", "题" * 301, "超过 300 字"),
        ("开启日期", "去年", "“去年”不是日期"),
        ("开启日期", "2026-11-25", "晚于今天"),
        ("开启日期", "1999-12-31", "没有适用的程序"),
        ("阶段", "飞行中", "没有阶段“飞行中”；可填：待下达、待送达、整改中"),
        ("阶段", "已办结", "是已办结的阶段"),
        ("已办行为", "飞行", "没有行为“飞行”"),
        ("已办行为", "报告整改情况", "不会在“整改中”阶段已办"),
        ("承办人", "无此人", "没有在岗人员“无此人”"),
        ("主体", "不存在的店", "名录中没有“不存在的店”"),
        ("场所", "河西", "没有唯一的场所“河西”；名下有：河口兴旺豆制品厂"),
        ("存在的问题", "", "此格必填"),
    ],
)
def test_a_wrong_cell_is_named_with_what_would_do(
    here: County, column: str, value: str, says: str
) -> None:
    line = dict(zip(ORDER, order(), strict=True)) | {column: value}
    found = wrong(orders(list(line.values())), here)
    assert [(sheet, row, name) for sheet, row, name, _ in found] == [("matters", 2, column)]
    assert says in found[0][3]


def test_every_wrong_cell_of_the_file_is_named_at_once(here: County) -> None:
    lines = [
        order("A", 阶段="飞行中", 承办人="无此人"),
        order("B", 开启日期="2027-01-01"),
        order("A"),
    ]
    clocks = [CLOCK_HEAD, ["C", "rectification.term", "2026-11-05", "2026-12-04"]]
    found = wrong(orders(*lines, clocks=clocks), here)
    assert [(sheet, row, column) for sheet, row, column, _ in found] == [
        ("matters", 2, "承办人"),
        ("matters", 2, "阶段"),
        ("matters", 3, "开启日期"),
        ("clocks", 2, "原编号"),
    ]


def test_one_old_number_twice_is_wrong(here: County) -> None:
    found = wrong(orders(order("A"), order("A")), here)
    assert found == [("matters", 3, "原编号", "与第 2 行重复。")]


def test_several_people_of_one_name_are_told_apart_by_their_login(here: County) -> None:
    person(here.bureau, "inspector", here.other_station, name="郑一平", username="zheng2")
    found = wrong(orders(order()), here)
    assert "有 2 人叫“郑一平”" in found[0][3]
    assert "zheng2" in found[0][3]
    taken(orders(order(承办人="zheng2")), here)
    assert Matter.objects.get().office == here.other_station


def test_several_operators_of_one_name_are_told_apart_by_their_code(here: County) -> None:
    code = "91230000MA1ABCDE2X"
    Operator.objects.create(name=here.operator.name, kind="company", place=here.town, uscc=code)
    assert "请写统一社会信用代码" in wrong(orders(order()), here)[0][3]
    taken(orders(order(主体=code)), here)
    assert Matter.objects.get().operator.uscc == code


def test_an_order_without_an_operator_is_refused(here: County) -> None:
    found = wrong(orders(order(主体="")), here)
    assert [(row[2], row[3]) for row in found] == [("主体", "责令改正须写明主体。")]


def test_a_task_needs_whoever_gave_it(here: County) -> None:
    head, line = task()
    line[-1] = ""
    found = wrong(book({"事项": [head, line]}), here)
    assert found[0][2:] == ("交办人", "交办督办须写明交办人。")


def test_a_sample_that_is_registered_is_not_registered_again(here: County) -> None:
    taken(disposals(disposal("A", 抽样编号="S1")), here)
    found = wrong(disposals(disposal("B", 抽样编号="S1"), disposal("C", 抽样编号="S1")), here)
    assert [(row[1], row[2]) for row in found] == [(2, "抽样编号"), (3, "抽样编号")]


def test_results_must_fit_the_failed_items(here: County) -> None:
    found = wrong(disposals(disposal(不合格项目="铅；镉", 检验结果="0.9")), here)
    assert found[0][2:] == ("检验结果", "有 1 个值，而不合格项目有 2 个。")


@pytest.mark.parametrize(
    ("phase", "done", "says"),
    [
        ("待送达", "", "还有未办结的送达"),
        ("待送达", "当场已改正", "不会在“待送达”阶段已办"),
        ("整改中", "复查不合格", "不会在“整改中”阶段已办"),
    ],
)
def test_a_state_from_which_nothing_goes_on_is_refused(
    here: County, phase: str, done: str, says: str
) -> None:
    found = wrong(orders(order(阶段=phase, 已办行为=done)), here)
    assert says in found[0][3]


def test_several_ways_to_a_phase_are_asked_for(here: County) -> None:
    found = wrong(disposals(disposal(阶段="已下结论")), here)
    assert found[0][2] == "阶段"
    assert "可由多种方式到达" in found[0][3]
    assert "作出核查处置结论" in found[0][3]


# --- cells of the other sheets


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ({"期限名称": "case.file"}, "期限名称", "没有期限“case.file”；可填：限期改正"),
        ({"期限名称": "rectification.recheck"}, "期限名称", "在“整改中”阶段不计时"),
        ({"起算日": ""}, "起算日", "此格必填"),
        ({"起算日": "2026-11-25"}, "起算日", "晚于今天"),
        ({"指定期限": ""}, "指定期限", "算不出到期日"),
        ({"指定期限": "2026-11-01"}, "指定期限", "早于起算日"),
        ({"中止期间": "2026-11-10"}, "中止期间", "不是期间"),
        ({"中止期间": "2026-11-12..2026-11-10"}, "中止期间", "结束早于开始"),
        ({"中止期间": "2026-11-01..2026-11-10"}, "中止期间", "早于起算日"),
        ({"中止至今自": "2026-11-01"}, "中止至今自", "早于起算日"),
        ({"延长": "很久"}, "延长", "“很久”不是数"),
    ],
)
def test_a_wrong_clock_is_named(here: County, line: dict[str, str], column: str, says: str) -> None:
    right = {
        "原编号": "ZG-1",
        "期限名称": "rectification.term",
        "起算日": "2026-11-05",
        "指定期限": "2026-12-04",
        "中止期间": "",
        "中止至今自": "",
        "延长": "",
    }
    clocks = [list(right), list((right | line).values())]
    found = wrong(orders(order(), clocks=clocks), here)
    assert [(sheet, row, name) for sheet, row, name, _ in found] == [("clocks", 2, column)]
    assert says in found[0][3]


def test_a_term_of_the_law_is_not_set_by_an_officer(here: County) -> None:
    clocks = [CLOCK_HEAD, ["HC-1", "disposal.finish", "2026-10-01", "2027-06-30"]]
    found = wrong(disposals(disposal(), clocks=clocks), here)
    assert "期限由条文规定，不能另行指定" in found[0][3]


def test_one_clock_twice_is_wrong(here: County) -> None:
    line = ["ZG-1", "rectification.term", "2026-11-05", "2026-12-04"]
    found = wrong(orders(order(), clocks=[CLOCK_HEAD, line, line]), here)
    assert found == [("clocks", 3, "期限名称", "“限期改正”写了两次。")]


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("没有.pdf", "压缩包中没有文件“没有.pdf”"),
        ("两个.pdf", "或者有几个同名的"),
        ("锁.pdf", "加了密码"),
        ("表.docx", "只接受 pdf、jpg、png"),
        ("空.pdf", "文件是空的"),
    ],
)
def test_a_scan_that_is_not_there_or_no_scan_is_named(here: County, file: str, says: str) -> None:
    papers = [PAPER_HEAD, ["ZG-1", "通知书", "", "2026-11-04", file]]
    inside = {"表.docx": b"PK", "空.pdf": b"", "锁.pdf": PDF, "两个.pdf": PDF, "a/两个.pdf": PDF}
    content = packed(orders(order(), papers=papers), inside, locked="锁.pdf")
    found = wrong(content, here, name="在办.zip")
    assert [(sheet, row, column) for sheet, row, column, _ in found] == [("papers", 2, "文件名")]
    assert says in found[0][3]


def test_a_scan_named_without_a_zip_is_explained(here: County) -> None:
    papers = [PAPER_HEAD, ["ZG-1", "通知书", "", "2026-11-04", "1.pdf"]]
    found = wrong(orders(order(), papers=papers), here)
    assert "一起打成 zip" in found[0][3]


def test_a_scan_that_is_not_what_its_name_says_is_found_before_anything_is_kept(
    here: County,
) -> None:
    papers = [PAPER_HEAD, ["ZG-1", "通知书", "", "2026-11-04", "1.pdf"]]
    content = packed(orders(order(), papers=papers), {"1.pdf": b"no pdf at all"})
    row, plan = receive(content, here, name="在办.zip")
    assert plan.faults == []
    job.run(row)
    row.refresh_from_db()
    assert (row.state, row.errors[0]["column"]) == ("wrong", "文件名")
    assert "内容与扩展名不符" in row.errors[0]["zh"]
    assert not Matter.objects.exists()


def test_a_scan_that_was_damaged_inside_the_zip_is_named(here: County) -> None:
    papers = [PAPER_HEAD, ["ZG-1", "通知书", "", "2026-11-04", "1.pdf"]]
    content = damaged(packed(orders(order(), papers=papers), {"1.pdf": PDF * 9}), "1.pdf")
    row, plan = receive(content, here, name="在办.zip")
    assert plan.faults == []
    job.run(row)
    row.refresh_from_db()
    assert (row.state, row.errors[0]["column"]) == ("wrong", "文件名")
    assert "1.pdf：在压缩包里已损坏" in row.errors[0]["zh"]
    assert not Matter.objects.exists()


def test_a_note_of_tomorrow_is_wrong(here: County) -> None:
    lines = [["ZG-1", f"2026-11-24 {at}", "x"] for at in ("10:01", "25:00")]
    past = [["原编号", "日期", "情况"], *lines]
    found = wrong(orders(order(), history=past), here)
    assert [(row[1], row[3]) for row in found] == [
        (2, "2026-11-24 10:01 晚于现在。"),
        (3, "“2026-11-24 25:00”不是时间。"),
    ]


# --- the file as a whole


def empty_rows() -> bytes:
    return book({"事项": [list(ORDER), order(), *[[] for _ in range(100)]]})


def two_books() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.xlsx", orders(order()))
        archive.writestr("b.xlsx", orders(order()))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "文件是空的"),
        (b"kind,old number\n", "既不是 xlsx 工作簿，也不是可以打开的 zip"),
        (b"PK\x03\x04broken", "既不是 xlsx 工作簿，也不是可以打开的 zip"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 512, "既不是 xlsx 工作簿"),
        (packed(b"PK", {}), "工作簿"),
        (damaged(packed(orders(order()), {}), ".xlsx"), "既不是 xlsx 工作簿"),
        (damaged(orders(order()), "sheet1.xml"), "可能已损坏"),
        (two_books(), "应有一个 xlsx 工作簿，现有 2 个"),
        (book({"人员": [["姓名"], ["张三"]]}), "缺少列：种类、原编号"),
        (book({"期限": [CLOCK_HEAD]}), "没有“事项”表"),
        (orders(order(), clocks=[["原编号", "期限名称"], ["A", "x"]]), "“期限”表缺少列：起算日"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_a_file_that_is_no_such_workbook_is_refused_in_a_sentence(
    here: County, content: bytes, says: str
) -> None:
    with pytest.raises(Unreadable, match=says) as refused:
        receive(content, here)
    assert refused.value.words.en
    assert not TakeOver.objects.exists()
    assert list((Path(job.settings.DATA) / job.FOLDER).iterdir()) == []


def test_an_empty_sheet_is_said_to_be_empty(here: County) -> None:
    assert wrong(orders(), here)[0][3] == "表中没有事项。"


def test_empty_rows_are_passed_over(here: County) -> None:
    taken(empty_rows(), here)
    assert Matter.objects.count() == 1


def test_columns_that_nobody_knows_are_named(here: County) -> None:
    content = book({"事项": [[*ORDER, "备用"], [*order(), "x"]]})
    row, plan = receive(content, here)
    assert [(sheet.zh, name) for sheet, name in plan.ignored()] == [("事项", "备用")]
    assert row.counts["ignored"][0]["name"] == "备用"


def test_an_agency_out_of_reach_is_refused(here: County) -> None:
    far = Agency.objects.create(
        code="FAR",
        name="北安局",
        kind="commerce",
        place=here.county.__class__.objects.create(
            code="238800000000", name="北安县", level="county"
        ),
    )
    admin = person(here.bureau, "system_admin")
    content = book({"事项": [[*ORDER, "部门"], [*order(承办人=""), far.code]]})
    assert "不在您的管理范围内" in wrong(content, here, by=admin)[0][3]


# --- the file with its errors, and the empty one


def test_the_marked_file_comes_back_with_its_errors_and_is_right_once_they_are_mended(
    here: County,
) -> None:
    row, _ = receive(orders(order("A", 承办人="无此人"), order("B")), here)
    marked = workbook.marked(job.source_of(row), row.errors)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(marked)).get_sheet_by_index(0).to_python()
    head, first, second = sheet
    assert head[-1] == "有误之处"
    assert first[-1].startswith("承办人：")
    assert second[-1] == ""
    mended = [[cell if cell != "无此人" else "郑一平" for cell in line] for line in sheet]
    done = taken(book({"事项": mended}), here)
    assert (done.counts["added"], done.counts["ignored"]) == (2, [])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_empty_workbook_names_everything_that_may_stand_in_it(
    here: County, language: str
) -> None:
    content = workbook.template(language)
    found = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert len(found.sheet_names) == 6
    said = {cell for line in found.get_sheet_by_index(5).to_python() for cell in line}
    assert {"correcting", "rectification.term", "disposal.finish", "SYSJ", "HK"} <= said
    assert "closed" not in said


def test_the_empty_workbook_filled_in_is_taken(here: County) -> None:
    """What the template prescribes as headings is what the reader knows."""
    found = CalamineWorkbook.from_filelike(io.BytesIO(workbook.template("en")))
    head = found.get_sheet_by_index(0).to_python()[0]
    known = {
        "Kind": "Rectification order",
        "Old number": "R1",
        "Title": "x",
        "Opened on": "2026-11-04",
        "Phase": "Being corrected",
        "Operator": here.operator.name,
        "Problems": "wet floor",
    }
    assert set(known) <= set(head)
    taken(book({"Matters": [head, [known.get(name, "") for name in head]]}), here)


# --- from the console


def run(capsys: Any, *words: str) -> tuple[int, str]:
    code = importing.main(["matters", *words])
    out, err = capsys.readouterr()
    return code, out + err


def test_the_command_takes_a_file_over_and_a_second_time_nothing(
    here: County, capsys: Any, tmp_path: Path
) -> None:
    path = tmp_path / "office.xlsx"
    path.write_bytes(orders(order("A"), order("B")))
    words = [str(path), "--agency", "SYSJ", "--by", here.clerk.user.username]
    code, said = run(capsys, *words)
    assert (code, said.splitlines()[0]) == (
        0,
        "2 行：已接管 2，已有 0，有误 0 格；期限 0，文书 0，经过 0，新增主体 0",
    )
    assert Matter.objects.first().acts.get().user == here.clerk.user
    code, said = run(capsys, *words)
    assert (code, said.startswith("2 行：已接管 0，已有 2，有误 0 格")) == (0, True)
    assert TakeOver.objects.count() == 2


def test_the_command_checks_without_writing_and_marks_what_is_wrong(
    here: County, capsys: Any, tmp_path: Path
) -> None:
    path, marked = tmp_path / "office.xlsx", tmp_path / "marked.xlsx"
    path.write_bytes(orders(order("A")))
    code, said = run(capsys, str(path), "--agency", "SYSJ", "--check")
    assert (code, "可接管 1" in said) == (0, True)
    path.write_bytes(orders(order("A", 承办人="无此人")))
    code, said = run(capsys, str(path), "--agency", "SYSJ", "--errors", str(marked))
    assert (code, marked.exists()) == (1, True)
    assert "无误（均未接管） 0" in said
    assert "Nobody “无此人”" in said
    assert not Matter.objects.exists()
    assert not TakeOver.objects.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none.xlsx"], "找不到文件"),
        ([], "找不到文件"),
        (["{file}", "--agency", "NONE"], "没有这个部门"),
        (["{file}", "--by", "nobody"], "没有在岗人员"),
        (["{broken}", "--agency", "SYSJ"], "既不是 xlsx"),
    ],
)
def test_the_command_says_what_is_missing(
    here: County, capsys: Any, tmp_path: Path, words: list[str], says: str
) -> None:
    file, broken = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    file.write_bytes(orders(order()))
    broken.write_bytes(b"nothing")
    code, said = run(capsys, *(w.format(file=file, broken=broken) for w in words))
    assert (code, says in said) == (2, True)


def test_the_command_writes_the_empty_workbook(here: County, capsys: Any, tmp_path: Path) -> None:
    out = tmp_path / "empty.xlsx"
    assert run(capsys, "--template", str(out))[0] == 0
    assert CalamineWorkbook.from_path(out).sheet_names[0] == "事项"


def test_what_waited_for_a_week_is_thrown_away(here: County) -> None:
    import os

    row, _ = receive(orders(order()), here)
    old = job.path_of(row)
    week = (timing.now() - timedelta(days=8)).timestamp()
    os.utime(old, (week, week))
    receive(orders(order("B")), here)
    assert not old.exists()
    job.run(row)
    row.refresh_from_db()
    assert row.state == "failed"
