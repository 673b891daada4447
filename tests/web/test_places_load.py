"""The divisions of a county from an official list: whole, once, by date, with plain errors."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tarfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.builders import county, person, place
from zhian.directory.errors import NotPossible
from zhian.directory.models import Agency, DirectoryChange, Operator, Place
from zhian.directory.places import command, fetch, loading, source
from zhian.directory.places.errors import NoCounty, NotAList, NotFetched
from zhian.directory.setup import NO_CODE, first_administrators

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)

# A list of our own: a fictitious city with two counties, as the statistics bureau would write it.
ROWS = [
    ("99", "某省", "province", ""),
    ("9901", "某市", "city", "99"),
    ("990101", "甲县", "county", "9901"),
    ("990102", "乙县", "county", "9901"),
    ("990101100", "城关镇", "township", "990101"),
    ("990101200", "东河乡", "township", "990101"),
    ("990102100", "南山镇", "township", "990102"),
    ("990101100001", "北关社区居委会", "village", "990101100"),
    ("990101100200", "大柳村委会", "village", "990101100"),
    ("990101200200", "东河村村民委员会", "village", "990101200"),
    ("990102100200", "南山村委会", "village", "990102100"),
]

TABLES = {"province": 2, "city": 4, "area": 6, "street": 9, "village": 12}


def as_csv(path: Path, rows: list[tuple[str, ...]] = ROWS) -> Path:
    lines = ["code,name,level,parent", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def as_csv_gz(path: Path) -> Path:
    path = path.with_suffix(".csv.gz")
    path.write_bytes(gzip.compress(as_csv(path.with_suffix(".csv")).read_bytes()))
    return path


def as_json(path: Path) -> Path:
    rows = [{"code": code, "name": name} for code, name, *_ in ROWS]
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return path


def as_tree(path: Path) -> Path:
    def under(parent: str) -> list[dict[str, Any]]:
        found = [row for row in ROWS if row[3] == parent]
        return [{"code": c, "name": n, "children": under(c)} for c, n, *_ in found]

    path.write_text(json.dumps(under(""), ensure_ascii=False), encoding="utf-8")
    return path


def as_database(path: Path) -> Path:
    with sqlite3.connect(path) as database:
        for table, width in TABLES.items():
            database.execute(f"CREATE TABLE {table} (code TEXT PRIMARY KEY, name TEXT)")
            rows = [row[:2] for row in ROWS if len(row[0]) == width]
            database.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
    database.close()
    return path


def as_package(path: Path) -> Path:
    content = as_database(path.with_suffix(".sqlite")).read_bytes()
    path = path.with_suffix(".tgz")
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("package/dist/data.sqlite")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return path


FORMS = [as_csv, as_csv_gz, as_json, as_tree, as_database, as_package]


def read(folder: Path, rows: list[tuple[str, ...]] = ROWS, asked: str = "990101") -> source.Listed:
    return source.read([as_csv(folder / "list.csv", rows)], asked)


def orphans() -> int:
    return Place.objects.filter(parent=None).exclude(level="province").count()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_list_gives_the_same_county(
    form: Callable[[Path], Path], tmp_path: Path
) -> None:
    listed = source.read([form(tmp_path / "list.x")], "990101")
    assert listed == read(tmp_path)
    report = loading.load(listed, "our list", day=DAY, by=None)
    assert (report.added, report.same, report.ended) == (7, 1, ())
    assert report.levels == {"township": 2, "village": 3}
    assert orphans() == 0
    assert not Place.objects.filter(name="南山镇").exists()


def test_official_names_stay_and_people_have_a_short_one(tmp_path: Path) -> None:
    loading.load(read(tmp_path), "list", day=DAY, by=None)
    named = dict(Place.objects.filter(level="village").values_list("name", "short_name"))
    assert named == {
        "北关社区居委会": "北关社区",
        "大柳村委会": "大柳村",
        "东河村村民委员会": "东河村",
    }
    assert Place.objects.get(name="城关镇").called == "城关镇"


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    loading.load(read(tmp_path), "list", day=DAY, by=None)
    before = list(Place.objects.order_by("pk").values())
    lines = DirectoryChange.objects.count()
    report = loading.load(read(tmp_path), "list", day=DAY, by=None)
    assert (report.added, report.renamed, report.ended, report.same) == (0, (), (), 8)
    assert list(Place.objects.order_by("pk").values()) == before
    assert DirectoryChange.objects.count() == lines


def test_the_next_edition_renames_ends_and_adds(tmp_path: Path) -> None:
    loading.load(read(tmp_path), "2025", day=DAY, by=None)
    gone = Place.objects.get(code="990101200200")
    Operator.objects.create(name="东河油坊", kind="workshop", place=gone)
    rows = [r for r in ROWS if r[0] != "990101200200"]
    rows = [(c, "城关街道" if c == "990101100" else n, *m) for c, n, *m in rows]
    rows.append(("990101100201", "小柳村委会", "village", "990101100"))
    report = loading.load(read(tmp_path, rows), "2026", day=date(2026, 7, 1), by=None)
    assert report.added == 1
    assert report.renamed == (loading.Renamed("990101100000", "城关镇", "城关街道"),)
    assert report.ended == (("990101200200", "东河村村民委员会"),)
    assert report.settled == 1
    gone.refresh_from_db()
    assert gone.valid_to == date(2026, 6, 30)
    assert not gone.exists_on(date(2026, 7, 1))


def test_a_preview_keeps_nothing(tmp_path: Path) -> None:
    report = loading.load(read(tmp_path), "list", day=DAY, by=None, commit=False)
    assert report.added == 7 and not report.committed
    assert not Place.objects.filter(code__startswith="9901").exists()


def test_what_the_office_added_itself_is_never_ended(tmp_path: Path) -> None:
    loading.load(read(tmp_path), "list", day=DAY, by=None)
    town = Place.objects.get(code="990101100000")
    own = place("990101100999", "开发区", "village", town)
    cell = place("990101100001001", "一网格", "grid", Place.objects.get(code="990101100001"))
    report = loading.load(read(tmp_path), "list", day=DAY, by=None)
    assert report.unlisted == ((own.code, own.name),)
    own.refresh_from_db()
    cell.refresh_from_db()
    assert own.valid_to is None and cell.valid_to is None


def test_an_empty_system_becomes_the_county(tmp_path: Path) -> None:
    first_administrators()
    loading.load(read(tmp_path), "list", day=DAY, by=None)
    assert not Place.objects.filter(code=NO_CODE).exists()
    assert Agency.objects.get(code="SETUP").place.name == "甲县"
    assert orphans() == 0


def test_an_administrator_loads_only_his_own_county(tmp_path: Path) -> None:
    here = county()
    admin = person(here.bureau, "system_admin")
    with pytest.raises(NotPossible, match="不在您的管理范围内"):
        loading.load(read(tmp_path), "list", day=DAY, by=admin)


def test_a_city_without_counties_is_its_own_county(tmp_path: Path) -> None:
    rows = [
        ("99", "某省", "province", ""),
        ("9919", "某市", "city", "99"),
        ("991900", "某市", "county", "9919"),
        ("991900003", "东城街道", "township", "991900"),
        ("991900003001", "岗贝社区居委会", "village", "991900003"),
    ]
    listed = read(tmp_path, rows, "991900")
    assert listed.county.level == "county" and [r.level for r in listed.above] == ["province"]
    loading.load(listed, "list", day=DAY, by=None)
    assert Place.objects.get(name="东城街道").parent == Place.objects.get(code="991900000000")


def test_an_unknown_county_is_answered_with_those_near_it(tmp_path: Path) -> None:
    with pytest.raises(NoCounty) as by_name:
        read(tmp_path, asked="甲区")
    assert ("990101", "甲县") in by_name.value.near
    with pytest.raises(NoCounty) as by_code:
        read(tmp_path, asked="990109")
    assert by_code.value.near == (("990101", "甲县"), ("990102", "乙县"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"a,b\n1,2\n", "没有“代码”和“名称”两列"),
        ("a.csv", "code,name\n12,某\n123,某\n".encode(), "第 3 行的代码“123”"),
        ("a.json", b'[{"code": "99",\n "name": ]', "JSON 第 2 行"),
        ("a.json", b'[{"code": "99"}]', "没有“代码”和“名称”两列"),
        ("a.csv.gz", gzip.compress(b"code,name\n")[:-6], "压缩文件已损坏"),
        ("a.tgz", gzip.compress(b"no archive"), "包已损坏"),
        ("a.sqlite", b"SQLite format 3\x00" + b"\x00" * 200, "数据库读不出来"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "不是 UTF-8 文本"),
    ],
)
def test_a_broken_file_is_refused_in_a_sentence(
    name: str, content: bytes, says: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotAList, match=says):
        source.read([tmp_path / name], "990101")


# ---- the command


def test_the_command_loads_and_says_what_it_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = as_csv(tmp_path / "list.csv")
    assert command.main(["load", "--county", "甲县", "--file", str(path)]) == 0
    assert "已载入：乡镇 2，村 3；新增 7" in capsys.readouterr().out
    assert Place.objects.filter(level="village").count() == 3


def test_without_a_network_the_command_says_how_to_give_a_file(
    data_folder: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.DATA = data_folder
    script = "import sys; sys.stderr.write('npm error code ENOTFOUND\\n'); sys.exit(1)"
    monkeypatch.setattr(fetch, "_npm", lambda: [__import__("sys").executable, "-c", script])
    assert command.main(["load", "--county", "990101"]) == 2
    said = capsys.readouterr().err
    assert "--file" in said and "ENOTFOUND" in said


def test_a_package_that_is_not_the_published_one_is_refused(
    data_folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA = data_folder
    made = as_package(data_folder / "forged")
    monkeypatch.setattr(fetch, "_pack", lambda folder: made)
    with pytest.raises(NotFetched, match="校验值不符"):
        fetch.package()


# ---- any county of the real list


@pytest.mark.reference
@pytest.mark.parametrize("code", ["230621", "230623", "231282", "230624", "231223"])
def test_a_real_county_loads_whole_and_soon(code: str, reference: Path) -> None:
    folder = reference / "census"
    files = [
        folder / "division_province_city_county_town.csv.gz",
        folder / "division_villages_heilongjiang.csv.gz",
    ]
    began = time.monotonic()
    listed = source.read(files, code)
    report = loading.load(listed, "NBS 2023", day=DAY, by=None)
    assert time.monotonic() - began < 10
    assert orphans() == 0
    assert report.levels["township"] > 10 and report.levels["village"] > 90
    again = loading.load(listed, "NBS 2023", day=DAY, by=None)
    assert (again.added, again.renamed, again.ended) == (0, (), ())
