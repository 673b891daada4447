"""`zhian census link`: from the departments' files to a register, and what it says to bad ones."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter

from zhian.apps.registry.census import columns, commands, rosters
from zhian.apps.registry.census.errors import SameId, WrongMap
from zhian.demo.rosters import COLUMNS, Roster, county
from zhian.methods.linkage import flags

FILES = {"clusters.csv", "blindspots.csv", "conflicts.csv", "questions.csv", "report.html"}
OTHER_HEADERS = {"name": "主体名称", "uscc": "统一社会信用代码", "owner": "法定代表人",
                 "phone": "联系电话", "addr": "经营场所", "licence": "许可证编号",
                 "status": "登记状态", "kind": "业态"}  # fmt: skip


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[str]], merged: str = "") -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if merged:
        sheet.merge_range(merged, "安平县")
    book.close()
    return path


def refused(words: list[str | Path], capsys: pytest.CaptureFixture[str], out: Path) -> str:
    """The sentence with which files are refused; nothing may have been written."""
    before = sorted(out.parent.iterdir())
    assert commands.main(["link", *map(str, words), "--out", str(out)]) == 2
    assert sorted(out.parent.iterdir()) == before
    return capsys.readouterr().err


@pytest.fixture(scope="module")
def roster() -> Roster:
    return county(operators=500, seed=3, style="central")


@pytest.fixture(scope="module")
def table(roster: Roster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All rosters as one parquet table, with the truth beside them."""
    path = tmp_path_factory.mktemp("rosters") / "all.parquet"
    parquet.write_table(pa.table({**roster.columns, "eid": roster.truth}), path)
    return path


@pytest.fixture(scope="module")
def out(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "register"
    assert commands.main(["link", str(table), "--out", str(folder)]) == 0
    return folder


# --- what it writes


def test_every_row_comes_out_once_in_its_order_with_its_establishment(
    roster: Roster, out: Path
) -> None:
    rows = rows_of(out / "clusters.csv")
    assert {path.name for path in out.iterdir()} == FILES
    assert [row["rid"] for row in rows] == roster.columns["rid"]
    assert all(0 <= float(row["confidence"]) <= 1 for row in rows)
    mine, theirs = pairs([row["establishment"] for row in rows]), pairs(roster.truth)
    assert len(mine & theirs) / len(mine) > 0.95
    assert len(mine & theirs) / len(theirs) > 0.93


def pairs(labels: Sequence[object]) -> set[tuple[int, int]]:
    held: dict[object, list[int]] = {}
    for row, label in enumerate(labels):
        held.setdefault(label, []).append(row)
    return {(a, b) for rows in held.values() for a in rows for b in rows if a < b}


def test_blind_spots_are_those_of_the_specification(roster: Roster, out: Path) -> None:
    homes = {row["rid"]: row["establishment"] for row in rows_of(out / "clusters.csv")}
    of: dict[str, list[dict[str, str]]] = {}
    for row in range(len(roster.truth)):
        cells = {name: roster.columns[name][row] for name in COLUMNS}
        of.setdefault(homes[cells["rid"]], []).append(cells)
    expected = {spot for rows in of.values() for row in rows for spot in spots_of(row, rows)}
    found = [(row["rid"], row["flag"]) for row in rows_of(out / "blindspots.csv")]
    assert set(found) == expected
    assert len(found) == len(set(found))
    assert {flag for _rid, flag in found} == set(flags.WORDS)


def spots_of(row: dict[str, str], rows: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
    """The flags of a row among the rows of its establishment, word by word."""
    market = [r for r in rows if r["roster"] == "market"]
    alive = [r for r in market if r["status"] == "存续"]
    valid = any(r["roster"] == "foodlic" and r["status"] == "有效" for r in rows)
    on_ground = row["roster"] == "sweep"
    if on_ground and not market:
        yield row["rid"], "unregistered_operating"
    if on_ground and market and not alive:
        yield row["rid"], "cancelled_operating"
    if on_ground and row["kind"] in flags.FOOD and not valid:
        yield row["rid"], "food_unlicensed_operating"
    if row in alive and not any(r["roster"] in {"sweep", "health", "agri"} for r in rows):
        yield row["rid"], "active_uninspected"


def test_the_same_rosters_give_the_same_bytes(table: Path, out: Path, tmp_path: Path) -> None:
    assert commands.main(["link", str(table), "--out", str(tmp_path / "again")]) == 0
    for name in FILES:
        one, two = ((folder / name).read_bytes() for folder in (out, tmp_path / "again"))
        assert hashlib.sha256(one).digest() == hashlib.sha256(two).digest(), name


def test_the_truth_beside_the_rows_is_never_read(roster: Roster, out: Path, tmp_path: Path) -> None:
    path = tmp_path / "bare.parquet"
    parquet.write_table(pa.table({**roster.columns}), path)
    assert commands.main(["link", str(path), "--out", str(tmp_path / "out")]) == 0
    for name in ("clusters.csv", "blindspots.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (out / name).read_bytes()


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_report_needs_nothing_else_and_says_it_in_both_languages(out: Path) -> None:
    text = (out / "report.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _attributes in tags.found}
    assert not any("src" in a or "href" in a for _tag, a in tags.found)
    establishments = {row["establishment"] for row in rows_of(out / "clusters.csv")}
    assert f"{len(establishments):,} 户" in text
    for zh, en in flags.WORDS.values():
        assert zh in text and en in text
    assert "95% 区间" in text and "95 % interval" in text and "Chapman" in text
    assert "@media print" in text


def test_a_name_is_text_and_never_markup_nor_formula(tmp_path: Path) -> None:
    rows = [["rid", "roster", "name", "owner", "uscc"]]
    bad = "=cmd|<script>alert(1)</script>食杂店"
    code = "91110000600037341L"
    rows += [["1", "market", bad, "王小明", code], ["2", "market", "另一家酒楼", "李四", code]]
    write_csv(tmp_path / "r.csv", rows)
    assert commands.main(["link", str(tmp_path / "r.csv"), "--out", str(tmp_path / "o")]) == 0
    assert "<script>" not in (tmp_path / "o/report.html").read_text(encoding="utf-8")
    for name in ("conflicts.csv", "questions.csv"):
        for row in rows_of(tmp_path / "o" / name):
            assert not any(value.startswith("=") for value in row.values())


# --- what it reads


def by_department(roster: Roster) -> dict[str, list[list[str]]]:
    """One table for each roster under Chinese headers, without rid."""
    head = list(OTHER_HEADERS.values())
    found: dict[str, list[list[str]]] = {}
    for row, name in enumerate(roster.columns["roster"]):
        cells = [roster.columns[column][row] for column in OTHER_HEADERS]
        found.setdefault(name, [head]).append(cells)
    return found


@pytest.mark.parametrize("kind", ["utf-8", "gb18030", "utf-16", "xlsx"])
def test_a_file_for_each_department_under_chinese_headers(
    roster: Roster, kind: str, tmp_path: Path
) -> None:
    paths = []
    for name, rows in by_department(roster).items():
        titled = [["安平县名册", *[""] * 7], *rows]
        if kind == "xlsx":
            paths.append(write_xlsx(tmp_path / f"{name}.xlsx", titled))
        else:
            paths.append(write_csv(tmp_path / f"{name}.csv", titled, kind))
    read = rosters.read(paths, columns.Map())
    assert Counter(read.columns["roster"]) == Counter(roster.columns["roster"])
    assert sorted(read.columns["name"]) == sorted(roster.columns["name"])
    assert sorted(read.columns["uscc"]) == sorted(roster.columns["uscc"])
    assert read.columns["rid"][0] == f"{read.columns['roster'][0]}:3", "the third row of its sheet"
    assert len(set(read.columns["rid"])) == len(roster.truth)


@pytest.mark.parametrize(
    ("stem", "roster"),
    [
        ("市场主体登记2026", "market"),
        ("食品经营许可台账", "foodlic"),
        ("网格排查", "sweep"),
        ("卫健委", "health"),
        ("农业农村局", "agri"),
        ("用电户", "taxelec"),
        ("market_2026", "market"),
        ("marketing", "marketing"),
        ("摊贩", "摊贩"),
    ],
)
def test_a_roster_is_known_by_the_name_of_its_file(stem: str, roster: str) -> None:
    assert columns.Map().roster(stem) == roster


def mapped(tmp_path: Path, text: str) -> columns.Map:
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    return columns.read_map(path)


def test_a_map_names_columns_words_and_rosters(tmp_path: Path) -> None:
    mapping = mapped(
        tmp_path,
        '[columns]\nname = "店号"\n[columns."摊点"]\nphone = ["手边电话", "电话二"]\n'
        '[values.status]\n"营业" = "存续"\n[values.kind]\n"烟火" = "catering"\n'
        '[rosters]\n"摊点" = "sweep"\n',
    )
    rows = [["店号", "电话", "电话二", "状态", "业态"]]
    rows += [["老王面馆", "1", "13800001111", "营业", "烟火"], ["甲", "2", "", "怪", ""]]
    read = rosters.read([write_csv(tmp_path / "摊点.csv", rows)], mapping)
    assert read.columns["roster"] == ["sweep", "sweep"]
    assert read.columns["phone"] == ["13800001111", ""]
    assert (read.columns["status"][0], read.columns["kind"][0]) == ("存续", "catering")
    assert read.columns["status"][1] == "", "a word that nobody explained is not known"
    assert any("怪" in zh for zh, _en in read.notes)


@pytest.mark.parametrize(
    "text",
    [
        "[columns\n",
        '[colums]\nname = "a"\n',
        '[columns]\nnom = "a"\n',
        "[columns]\nname = 3\n",
        '[values.status]\n"营业" = "好"\n',
        '[rosters]\n"甲" = "乙"\n',
    ],
)
def test_a_wrong_map_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(WrongMap, match=r"map\.toml"):
        mapped(tmp_path, text)


@pytest.mark.parametrize(
    "text", ['[columns.nobody]\nname = "a"\n', '[columns.shops]\nname = "没有这一列"\n']
)
def test_a_map_that_does_not_fit_its_files_is_refused(text: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "shops.csv", [["名称", "地址"], ["甲", "乙"]])
    with pytest.raises(WrongMap, match=r"nobody|没有这一列"):
        rosters.read([path], mapped(tmp_path, text))


def test_rids_come_out_as_they_went_in(tmp_path: Path) -> None:
    rids = ["007", " 7 ", "甲-１", "a,b", 'say "x"', "1e5"]
    rows = [[rid, f"福满多{n}食杂店", "王小明"] for n, rid in enumerate(rids)]
    write_csv(tmp_path / "market.csv", [["rid", "名称", "经营者"], *rows])
    out = tmp_path / "out"
    assert commands.main(["link", str(tmp_path / "market.csv"), "--out", str(out)]) == 0
    assert [row["rid"] for row in rows_of(out / "clusters.csv")] == rids


def test_empty_rows_are_left_out_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    head, empty = ["名称", "经营者"], ["", ""]
    rows = [head, ["甲店", "王"], *[empty] * 60_000, ["乙店", "李"]]
    read = rosters.read([write_csv(tmp_path / "sweep.csv", rows)], columns.Map())
    assert read.columns["rid"] == ["sweep:2", "sweep:60003"]
    assert any("60,000" in zh for zh, _en in read.notes)


def test_what_else_stands_in_the_folder_stays(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "clusters.csv").write_text("old", encoding="utf-8")
    assert commands.main(["link", str(table), "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == FILES | {"notes.txt"}
    assert len(rows_of(out / "clusters.csv")) > 1000
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_without_registrations_nobody_is_called_unregistered(tmp_path: Path) -> None:
    rows = [["名称", "经营者", "业态"], ["甲面馆", "王小明", "catering"]]
    path, out = write_csv(tmp_path / "sweep.csv", rows), tmp_path / "out"
    assert commands.main(["link", str(path), "--out", str(out)]) == 0
    assert rows_of(out / "blindspots.csv") == []
    assert "没有判断" in (out / "report.html").read_text(encoding="utf-8")


# --- what it refuses

HEAD = ["名称", "统一社会信用代码", "经营者"]
ROW = ["甲店", "", "王"]


def two_headers(folder: Path) -> Path:
    return write_csv(folder / "r.csv", [HEAD, ["", "联系电话", "地址"], ROW])


def second_header_by_one_word(folder: Path) -> Path:
    return write_csv(folder / "r.csv", [[*HEAD, "联系"], ["", "", "", "电话"], [*ROW, "1"]])


def merged_rows(folder: Path) -> Path:
    return write_xlsx(folder / "r.xlsx", [HEAD, ROW, ROW], merged="C2:C3")


def other_department(folder: Path) -> Path:
    return write_csv(folder / "r.csv", [["抽样编号", "食品名称", "检验结果"], ["1", "韭菜", "0.2"]])


def names_only(folder: Path) -> Path:
    return write_csv(folder / "r.csv", [["名称", "备注"], ["甲店", ""]])


def wrong_parquet(folder: Path) -> Path:
    path = folder / "r.parquet"
    parquet.write_table(pa.table({"a": [1], "b": [2]}), path)
    return path


def only_headers(folder: Path) -> Path:
    return write_csv(folder / "r.csv", [HEAD])


def only_empty_rows(folder: Path) -> Path:
    return write_csv(folder / "r.csv", [HEAD, *[["", "", ""]] * 60_000])


def raw(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def no_roster_in_a_row(folder: Path) -> Path:
    return write_csv(folder / "r.csv", [["roster", *HEAD], ["market", *ROW], ["", *ROW]])


def shifted(folder: Path) -> Path:
    return write_csv(folder / "r.csv", [HEAD, ROW, [*ROW, "", "一号"]])


def same_rid(folder: Path) -> Path:
    return write_csv(folder / "r.csv", [["rid", *HEAD], ["7", *ROW], ["8", *ROW], ["7", *ROW]])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (two_headers, ["r.csv", "第 1、2 行"]),
        (second_header_by_one_word, ["第 1、2 行"]),
        (merged_rows, ["r.xlsx", "C2:C3"]),
        (other_department, ["r.csv", "抽样编号", "名称"]),
        (names_only, ["r.csv", "除名称外"]),
        (wrong_parquet, ["r.parquet", "a、b"]),
        (only_headers, ["没有数据行"]),
        (only_empty_rows, ["没有数据行"]),
        (raw("r.xlsx", b"PK\x03\x04broken"), ["r.xlsx", "损坏"]),
        (raw("r.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600), ["r.xlsx", "密码"]),
        (raw("r.parquet", b"PAR1xxxxPAR1"), ["r.parquet", "损坏"]),
        (raw("r.csv", "名称,地址\n甲,乙\n".encode() + b"\xff\xff,\x80\n"), ["r.csv", "第 3 行"]),
        (raw("r.csv", b""), ["r.csv", "空"]),
        (raw("r.csv", b"%PDF-1.7 ..."), ["PDF"]),
        (no_roster_in_a_row, ["第 3 行", "roster"]),
        (shifted, ["第 3 行", "多 2 格"]),
        (same_rid, ["第 2 行", "第 4 行", "7"]),
        (lambda folder: folder / "nowhere.csv", ["nowhere.csv"]),
        (lambda folder: folder, ["无法读取"]),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(
    make: Callable[[Path], Path],
    says: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    text = refused([make(tmp_path / "in")], capsys, tmp_path / "out" / "register")
    assert all(part in text for part in says), text
    assert "Traceback" not in text


def test_one_rid_in_two_files_names_both(tmp_path: Path) -> None:
    paths = [write_csv(tmp_path / f"{name}.csv", [["rid", *HEAD], ["9", *ROW]]) for name in "ab"]
    with pytest.raises(SameId, match=r"a\.csv 第 2 行.*b\.csv 第 2 行"):
        rosters.read(paths, columns.Map())


def test_a_result_folder_that_is_a_file_is_refused_before_the_work(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    assert "无法写入" in refused([table], capsys, tmp_path / "out")


def test_help_speaks_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        commands.main(["link", "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert "名册" in text and "blind spots" in text and "--map" in text
