"""Bulletins as files: which column is which, how rows become samples, and what is named."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, strategies as st

from zhian.apps.laboratory.bulletins import columns
from zhian.apps.laboratory.bulletins.errors import NoHeader, UnreadableFile, WrongMap
from zhian.apps.laboratory.bulletins.files import File
from zhian.apps.laboratory.bulletins.folding import Folded, fold
from zhian.apps.laboratory.bulletins.places import locate, national
from zhian.apps.laboratory.bulletins.reading import Row, read_rows

HEAD = ("序号", "食品名称", "生产日期/批号", "被抽样单位名称", "不合格项目", "检验结果", "标准值")
PLAN = "n=5,c=2,m=10,M=100CFU/g"

Table = Sequence[Sequence[str]]


def as_csv(path: Path, table: Table, encoding: str = "utf-8") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def as_xlsx(path: Path, *sheets: Table, merge: str = "") -> Path:
    with xlsxwriter.Workbook(path) as book:
        for table in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
            if merge:
                sheet.merge_range(merge, table[0][0])
    return path


def read(path: Path, map_file: Path | None = None) -> Folded:
    return fold(read_rows(File.of(path), columns.load(map_file)))


def folded(*rows: Sequence[str], head: Sequence[str] = HEAD) -> Folded:
    """Rows under the usual headers, without a file."""
    places = columns.locate(head, columns.load(None))
    made = [
        Row(number, "", {name: row[at] for name, at in places.items() if at < len(row)})
        for number, row in enumerate(rows, 2)
    ]
    return fold(made)


def results(done: Folded) -> list[list[tuple[str, str, str]]]:
    return [[(f.item, f.result, f.limit) for f in s.findings] for s in done.samples]


def heaps(done: Folded) -> tuple[int, int, int]:
    return done.rows_results, len(done.folded), done.rows_named


A = ("1", "豇豆", "2026-03-01", "东风菜店")
B = ("2", "糯米糕", "2026-03-02", "西街糕点铺")


def test_rows_with_one_number_are_one_sample() -> None:
    done = folded(
        (*A, "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"),
        (*A, "噻虫胺", "0.2mg/kg", "≤0.01mg/kg"),
        (*B, "霉菌", "360CFU/g", "≤150CFU/g"),
    )
    assert [len(s.findings) for s in done.samples] == [2, 1]
    assert heaps(done) == (3, 0, 0)


def test_without_numbers_equal_descriptions_in_a_row_are_one_sample() -> None:
    done = folded(
        ("", *A[1:], "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"),
        ("", *A[1:], "噻虫胺", "0.2mg/kg", "≤0.01mg/kg"),
        ("", *B[1:], "霉菌", "360CFU/g", "≤150CFU/g"),
        ("", *A[1:], "灭蝇胺", "0.8mg/kg", "≤0.5mg/kg"),
    )
    assert [len(s.findings) for s in done.samples] == [2, 1, 1]


def test_without_numbers_an_item_named_again_begins_another_sample() -> None:
    done = folded(
        ("", *A[1:], "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"),
        ("", *A[1:], "灭蝇胺", "0.7mg/kg", "≤0.5mg/kg"),
    )
    assert len(done.samples) == 2


def test_the_five_counts_of_a_plan_fold_into_one_result() -> None:
    done = folded(
        (*B, "大肠菌群", "26", ""),
        (*B, "＜10", "", ""),
        (*B, "150", "", ""),
        (*B, "24", "", ""),
        (*B, "15CFU/g", PLAN, ""),
        (*B, "霉菌", "360CFU/g", "≤150CFU/g"),
    )
    assert results(done) == [
        [
            ("大肠菌群", "26；＜10；150；24；15CFU/g", PLAN),
            ("霉菌", "360CFU/g", "≤150CFU/g"),
        ]
    ]
    assert [[r.number for r in f.rows] for f in done.samples[0].findings] == [[2, 3, 4, 5, 6], [7]]
    assert heaps(done) == (2, 4, 0)


def test_an_item_hung_behind_a_plan_begins_the_next_result() -> None:
    done = folded(
        (*B, "菌落总数", "12000", ""),
        *((*B, n, "", "") for n in ("9600", "12000", "9500")),
        (*B, "13000CFU/g", "n=5,c=2,m=10000,M=100000CFU/g\n大肠菌群", "470"),
        *((*B, n, "", "") for n in ("540", "540", "580")),
        (*B, "490CFU/g", "n=5,c=2,m=100,M=1000CFU/g\n霉菌", "1100CFU/g"),
    )
    assert results(done) == [
        [
            ("菌落总数", "12000；9600；12000；9500；13000CFU/g", "n=5,c=2,m=10000,M=100000CFU/g"),
            ("大肠菌群", "470；540；540；580；490CFU/g", "n=5,c=2,m=100,M=1000CFU/g"),
            ("霉菌", "1100CFU/g", ""),
        ]
    ]
    assert heaps(done) == (1, 8, 0)
    assert [(n.row.number, n.column) for n in done.remarks] == [(10, "limit")]


@pytest.mark.parametrize(
    ("limit", "kept", "item"),
    [
        ("≤0.2mg/kg\n三唑磷", "≤0.2mg/kg", "三唑磷"),
        ("不得使用\n日落黄", "不得使用", "日落黄"),
        (f"{PLAN}；霉菌", PLAN, "霉菌"),
    ],
)
def test_an_item_hung_behind_a_limit_is_kept_and_remarked_upon(
    limit: str, kept: str, item: str
) -> None:
    done = folded((*A, "甲", "1;2;3;4;5CFU/g" if "n=" in limit else "1mg/kg", limit))
    assert [(i, lim) for i, _, lim in results(done)[0]] == [("甲", kept), (item, "")]
    assert heaps(done) == (1, 0, 0)
    assert item in done.remarks[0].reason.zh


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (("灭蝇胺", "见附件", "≤0.5mg/kg"), "result", "从第 1 个字符"),
        (("灭蝇胺", "0.9mg/kg", "按生产需要适量使用"), "limit", "从第 1 个字符"),
        (("灭蝇胺", "0.9mg/kg", ""), "limit", "没有标准值"),
        (("灭蝇胺", "", "≤0.5mg/kg"), "result", "没有检验结果"),
        (("", "0.9mg/kg", "≤0.5mg/kg"), "item", "没有不合格项目"),
        (("菌落总数", "22000", ""), "limit", "没有标准值"),
    ],
)
def test_what_cannot_be_read_is_named_but_kept(
    line: tuple[str, str, str], column: str, said: str
) -> None:
    done = folded((*A, *line))
    (named,) = done.named
    assert (named.row.number, named.column) == (2, column)
    assert said in named.reason.zh and named.reason.en
    assert results(done) == [[line]]
    assert heaps(done) == (0, 0, 1)


def test_counts_whose_plan_is_missing_are_named() -> None:
    done = folded(
        (*B, "菌落总数", "22000", ""),
        (*B, "19000", "", ""),
        (*B, "霉菌", "360CFU/g", "≤150CFU/g"),
    )
    assert results(done)[0][0] == ("菌落总数", "22000；19000", "")
    assert heaps(done) == (1, 1, 1)
    assert "没有采样方案" in done.named[0].reason.zh


def test_a_plan_with_too_few_counts_is_named() -> None:
    done = folded((*B, "大肠菌群", "26", ""), (*B, "15CFU/g", PLAN, ""))
    assert heaps(done) == (0, 1, 1)
    assert "要求 5 个结果，文件给出 2 个" in done.named[0].reason.zh


def test_a_row_without_food_is_named_and_makes_no_sample() -> None:
    done = folded(
        (*A, "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"),
        ("注：本表由承检机构提供", "", "", "", "", "", ""),
    )
    assert len(done.samples) == 1
    assert (done.named[0].column, done.named[0].value) == ("food", "注：本表由承检机构提供")
    assert heaps(done) == (1, 0, 1)


def test_rows_below_merged_cells_belong_to_the_sample_above() -> None:
    done = folded(
        (*A, "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"),
        ("", "", "", "", "噻虫胺", "0.2mg/kg", "≤0.01mg/kg"),
        (*B, "霉菌", "360CFU/g", "≤150CFU/g"),
    )
    assert [len(s.findings) for s in done.samples] == [2, 1]


def test_a_number_used_again_for_another_food_is_another_sample() -> None:
    """序号 begins again on every page of some bulletins."""
    done = folded(
        (*A, "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"), ("1", *B[1:], "霉菌", "360CFU/g", "≤150CFU/g")
    )
    assert len(done.samples) == 2


def test_an_official_number_holds_rows_together_and_differences_are_said() -> None:
    head = ("抽样编号", *HEAD[1:])
    done = folded(
        ("XBJ26239900001", *A[1:], "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"),
        ("XBJ26239900002", *B[1:], "霉菌", "360CFU/g", "≤150CFU/g"),
        ("XBJ26239900001", "长豇豆", *A[2:], "噻虫胺", "0.2mg/kg", "≤0.01mg/kg"),
        head=head,
    )
    assert [s.number for s in done.samples] == ["XBJ26239900001", "XBJ26239900002"]
    assert [len(s.findings) for s in done.samples] == [2, 1]
    assert [(n.column, n.value) for n in done.remarks] == [("food", "长豇豆")]


def test_a_failing_result_that_keeps_its_limit_is_remarked_upon() -> None:
    done = folded((*A, "二氧化碳气容量", "1.22倍", "≤1.5倍"))
    assert heaps(done) == (1, 0, 0)
    assert "与不合格结论不符" in done.remarks[0].reason.zh


def test_the_own_number_of_a_sample_comes_from_what_it_is() -> None:
    line = ("灭蝇胺", "0.9mg/kg", "≤0.5mg/kg")
    first, spaced = folded((*A, *line)), folded(("77", " 豇豆", *A[2:], *line))
    other = folded((*A, "灭蝇胺", "0.8mg/kg", "≤0.5mg/kg"))
    assert first.samples[0].number == spaced.samples[0].number
    assert first.samples[0].number != other.samples[0].number


def test_two_samples_that_look_alike_in_one_file_stay_two() -> None:
    line = ("灭蝇胺", "0.9mg/kg", "≤0.5mg/kg")
    done = folded(("1", *A[1:], *line), ("2", *A[1:], *line))
    first, second = (s.number for s in done.samples)
    assert second == f"{first}-2"


def test_a_day_that_a_spreadsheet_made_a_number_is_a_day_again() -> None:
    done = folded(("1", "豇豆", "45951.0", "店", "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"))
    assert done.samples[0].text("made_on") == "2025-10-21"


COMBINED = (*HEAD[:4], "不合格项目║检验结果║标准值")


@pytest.mark.parametrize(
    "cell",
    [
        "灭蝇胺║0.9mg/kg║≤0.5mg/kg\n噻虫胺║0.2mg/kg║≤0.01mg/kg",
        "灭蝇胺║0.9mg/kg║≤0.5mg/kg；噻虫胺║0.2mg/kg║≤0.01mg/kg",
        "灭蝇胺 | 0.9mg/kg | ≤0.5mg/kg\n噻虫胺 || 0.2mg/kg || ≤0.01mg/kg",
    ],
)
def test_item_result_and_limit_in_one_cell(cell: str) -> None:
    done = folded((*A, cell), head=COMBINED)
    assert results(done) == [
        [("灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"), ("噻虫胺", "0.2mg/kg", "≤0.01mg/kg")]
    ]
    assert heaps(done) == (1, 0, 0)


cells = st.sampled_from(["", "10", "＜10", "15CFU/g", PLAN, "霉菌", "≤5mg/kg", "6mg/kg", "x?"])
lines = st.tuples(st.sampled_from(["", "1", "2"]), st.sampled_from(["", "糕", "饼"]), *[cells] * 3)


@given(st.lists(lines, max_size=25))
def test_every_row_is_a_result_a_folded_line_or_named(rows: list[tuple[str, ...]]) -> None:
    done = folded(*((r[0], r[1], "", "", *r[2:]) for r in rows))
    named = {n.row.key for n in done.named}
    taken = {row.key for s in done.samples for row in s.rows}
    assert not named & done.folded
    assert len(taken | named) == done.rows_total
    assert sum(heaps(done)) == done.rows_total
    assert {r.key for s in done.samples for f in s.findings for r in f.rows} == taken


ROWS: Table = [HEAD, (*A, "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"), (*B, "霉菌", "360CFU/g", "≤150CFU/g")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_of_the_office(tmp_path: Path, encoding: str) -> None:
    assert len(read(as_csv(tmp_path / "a.csv", ROWS, encoding)).samples) == 2


def test_a_title_may_stand_above_the_headers_of_a_workbook(tmp_path: Path) -> None:
    table = [["松原县2026年第3期不合格样品信息"], [""], *ROWS]
    done = read(as_xlsx(tmp_path / "a.xlsx", table, merge="A1:G1"))
    assert [s.text("food") for s in done.samples] == ["豇豆", "糯米糕"]
    assert done.samples[0].rows[0].number == 4


def test_sheets_without_headers_are_passed_over(tmp_path: Path) -> None:
    done = read(as_xlsx(tmp_path / "a.xlsx", [["封面"]], ROWS))
    assert [s.rows[0].sheet for s in done.samples] == ["Sheet2", "Sheet2"]


def test_a_zip_of_workbooks_keeps_the_name_of_each(tmp_path: Path) -> None:
    inner = [as_xlsx(tmp_path / f"{n}.xlsx", [ROWS[0], ROWS[n]]) for n in (1, 2)]
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in inner:
            archive.write(path, f"第3期/{path.name}")
        archive.writestr("第3期/~$1.xlsx", "lock")
        archive.writestr("说明.txt", "x")
    done = read(tmp_path / "all.zip")
    assert [s.rows[0].sheet for s in done.samples] == ["1.xlsx", "2.xlsx"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", b"PK no"),
        ("a.xlsx", b"no workbook"),
        ("a.csv", b"\xff\xfe\x00\x00"),
        ("b.csv", b""),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises((UnreadableFile, NoHeader)) as caught:
        read(tmp_path / name)
    assert caught.value.words.zh and caught.value.words.en


def test_a_zip_without_workbooks_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UnreadableFile, match="没有 xlsx"):
        read(tmp_path / "a.zip")


def test_missing_columns_are_named_with_the_headers_that_are_there(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [["食品名称", "项目号", "数值"], ["豇豆", "1", "2"]])
    with pytest.raises(NoHeader) as caught:
        read(path)
    assert "不合格项目、检验结果、标准值" in caught.value.words.zh
    assert "食品名称、项目号、数值" in caught.value.words.zh


def test_a_map_file_names_foreign_headers_and_constants(tmp_path: Path) -> None:
    path = as_csv(
        tmp_path / "a.csv",
        [["品名", "什么", "测得", "要求"], ["豇豆", "灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"]],
    )
    map_file = tmp_path / "map.toml"
    map_file.write_text(
        '[columns]\nfood = "品名"\nitem = ["什么"]\nresult = "测得"\nlimit = "要求"\n'
        '[constants]\nsource = "县级监督抽检"\n',
        encoding="utf-8",
    )
    (sample,) = read(path, map_file).samples
    assert (sample.text("food"), sample.text("source")) == ("豇豆", "县级监督抽检")
    assert sample.findings[0].result == "0.9mg/kg"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns]\nfoood = '品名'", "foood"),
        ("[columns]\nfood = 3", "表头"),
        ("[other]\nfood = '品名'", "other"),
        ("columns = 3", "应为表"),
        ("[columns", "map.toml"),
    ],
)
def test_a_wrong_map_file_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WrongMap, match=said):
        columns.load(tmp_path / "map.toml")


def test_a_map_file_demands_the_columns_it_names(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('[columns]\nlaboratory = "承检单位"\n', encoding="utf-8")
    with pytest.raises(NoHeader, match="检验机构"):
        read(as_csv(tmp_path / "a.csv", ROWS), tmp_path / "map.toml")


@pytest.mark.parametrize(
    ("address", "source", "digits"),
    [
        ("山东省聊城市莘县", "", "371522"),
        ("山东省日照东港区", "", "371102"),
        ("沂水县", "山东", "371323"),
        ("沂水县", "", ""),
        ("威海经济技术开发区", "山东", "3710"),
        ("重庆市酉阳县", "", "500242"),
        ("湖南省湘西土家族苗族自治州永顺县", "", "433127"),
        ("内蒙古呼和浩特市赛罕区", "", "150105"),
        ("深圳市龙岗区", "安徽", "440307"),
        ("金水农贸市场", "山东", ""),
        ("", "山东", ""),
        ("上海市金山工业区", "", "31"),
    ],
)
def test_an_address_leads_to_a_division_code(address: str, source: str, digits: str) -> None:
    assert locate(address, source).digits == digits
    assert locate(address, source).code in ("", digits.ljust(12, "0"))


@pytest.mark.reference
def test_every_county_is_found_by_its_full_name(reference: Path) -> None:
    """Development zones have no national code and lead to what they lie in."""
    path = reference / "census/division_province_city_county_town.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    names = {d.digits for d in national()[6]}
    counties = [c for c, row in rows.items() if row["level"] == "county" and c[:6] in names]
    wrong = []
    for code in counties:
        city = rows[code[:4]]["name"]
        middle = "" if "辖" in city or city == "县" else city
        full = rows[code[:2]]["name"] + middle + rows[code]["name"]
        if locate(full).digits != code[:6]:
            wrong.append((full, code, locate(full).digits))
    assert len(counties) > 2700
    assert len(wrong) <= 5, wrong


@pytest.fixture(scope="module")
def shared(reference: Path) -> Folded:
    return read(reference / "law/sampling/nonconforming_2026_bulletins.csv")


@pytest.mark.reference
def test_the_shared_bulletins_give_816_samples(shared: Folded) -> None:
    assert len(shared.samples) == 816
    assert len({s.number for s in shared.samples}) == 816
    assert shared.rows_total == 1009


@pytest.mark.reference
def test_every_row_of_the_shared_bulletins_is_accounted_for(shared: Folded) -> None:
    assert sum(heaps(shared)) == 1009
    assert shared.rows_named <= 1009 * 0.03
    plans = [f for s in shared.samples for f in s.findings if len(f.rows) > 1]
    assert len(plans) == 33
    assert all(f.result.count("；") == 4 and f.limit.startswith("n=5") for f in plans)
    assert len(shared.folded) == 4 * 33


@pytest.mark.reference
def test_where_the_shared_samples_were_taken(shared: Folded) -> None:
    """Of the addresses that name a place, nearly all lead to a division."""
    given = [s for s in shared.samples if s.text("sampled_in")]
    found = [locate(s.text("sampled_in"), s.text("source")).digits for s in given]
    assert sum(map(bool, found)) >= len(given) * 0.98
    assert sum(len(d) == 6 for d in found) >= len(given) * 0.7
