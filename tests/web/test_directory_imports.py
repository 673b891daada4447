"""Rosters from xlsx and csv: every mistake with its cell, whole or not at all, twice the same."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings, strategies as st
from python_calamine import CalamineWorkbook

from tests.builders import County, county, person
from zhian.directory import imports
from zhian.directory.imports import Report, Unreadable, table, template
from zhian.directory.imports.columns import COLUMNS
from zhian.directory.models import (
    Agency,
    Appointment,
    DirectoryChange,
    Office,
    Place,
    Post,
    User,
)

pytestmark = pytest.mark.django_db

STAFF = (
    "登录名,姓名,手机,执法证号,执法证有效期至,部门代码,科室,岗位,任职日期\n"
    "liwei,李伟,13900000001,HB100001,2029-12-31,SYSJ,HK,inspector,2024-03-01\n"
    "sunli,孙丽,13900000002,,,松原县市场监督管理局,河口市场监管所,机构负责人,2024/3/1\n"
)


@pytest.fixture
def here() -> County:
    return county()


def take(kind: str, text: str, commit: bool = True, **more: object) -> Report:
    return imports.import_bytes(kind, f"{kind}.csv", text.encode(), commit=commit, **more)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.same, len(report.errors)


def rows_everywhere() -> list[int]:
    models = (Place, Agency, Office, Post, User, Appointment, DirectoryChange)
    return [model.objects.count() for model in models]


def test_a_preview_says_what_a_commit_does_and_keeps_nothing(here: County) -> None:
    before = rows_everywhere()
    seen = take("staff", STAFF, commit=False)
    assert rows_everywhere() == before
    done = take("staff", STAFF)
    assert counts(seen) == counts(done) == (2, 0, 0, 0)
    assert (seen.committed, done.committed) == (False, True)
    assert Appointment.objects.filter(user__username="liwei", post__office=here.station).exists()


def test_the_same_file_again_adds_nothing(here: County) -> None:
    take("staff", STAFF)
    before = rows_everywhere()
    assert counts(take("staff", STAFF)) == (0, 0, 2, 0)
    assert rows_everywhere() == before


def test_a_changed_cell_changes_that_person_only(here: County) -> None:
    take("staff", STAFF)
    assert counts(take("staff", STAFF.replace("13900000002", "13900000009"))) == (0, 1, 1, 0)
    assert User.objects.get(username="sunli").phone == "13900000009"
    assert DirectoryChange.objects.filter(what="change").get().after == {"phone": "13900000009"}


def test_imported_people_cannot_log_in_yet(here: County) -> None:
    take("staff", STAFF)
    assert not User.objects.get(username="liwei").has_usable_password()


def test_every_mistake_names_its_cell_and_nothing_is_kept(here: County) -> None:
    before = rows_everywhere()
    wrong = (
        "登录名,姓名,部门代码,岗位,任职日期,执法证有效期至\n"
        "a1,甲,SYSJ,inspector,2024-03-01,\n"
        "a2,乙,NOPE,inspector,2024-03-01,\n"
        "a3,丙,SYSJ,皇帝,2024-03-01,\n"
        "a4,丁,SYSJ,inspector,2024-13-01,\n"
        "a5,,SYSJ,inspector,2024-03-01,\n"
        "a6,戊,SYSJ,township_head,2024-03-01,\n"
        "a7,己,SYSJ,inspector,2024-03-01,永久\n"
    )
    report = take("staff", wrong)
    assert [(e.row, e.column, e.value) for e in report.errors] == [
        (3, "部门代码", "NOPE"),
        (4, "岗位", "皇帝"),
        (5, "任职日期", "2024-13-01"),
        (6, "姓名", ""),
        (7, "岗位", "township_head"),
        (8, "执法证有效期至", "永久"),
    ]
    assert all(e.words.zh and e.words.en for e in report.errors)
    assert not report.committed
    assert rows_everywhere() == before


def test_posts_that_exclude_each_other_are_found_within_one_file(here: County) -> None:
    both = (
        "登录名,姓名,部门代码,岗位,任职日期\n"
        "zh,周,SYSJ,system_admin,2024-03-01\n"
        "zh,周,SYSJ,audit_admin,2024-03-01\n"
    )
    report = take("staff", both)
    assert [(e.row, e.column) for e in report.errors] == [(3, "岗位")]


def test_english_headings_mean_the_same(here: County) -> None:
    text = (
        "Login name,Name,Agency,Post,Since,Division\n"
        "wanghai,Wang Hai,SYSJ,publisher,2024-03-01,239900100000\n"
    )
    assert counts(take("staff", text)) == (1, 0, 0, 0)
    assert Appointment.objects.get(user__username="wanghai").post.place == here.town


def test_another_person_under_a_known_login_name_is_refused(here: County) -> None:
    take("staff", STAFF)
    report = take("staff", STAFF.replace("李伟", "李卫"))
    assert [(e.row, e.column, e.value) for e in report.errors] == [(2, "姓名", "李卫")]


TREE = (
    "代码,名称,级别,启用日期,停用日期,并入代码\n"
    "239900400201,东屯村,,,,\n"
    "239900400000,新立镇,乡镇,,,\n"
    "239900500000,老林乡,,,2023-12-31,239900400000\n"
    "239900500200,林场村,村,,2023-12-31,239900400201\n"
)


def test_the_tree_comes_in_any_order_and_merged_codes_lead_on(here: County) -> None:
    report = take("places", TREE)
    assert counts(report) == (4, 0, 0, 0)
    new, old = (Place.objects.get(code=c) for c in ("239900400000", "239900500000"))
    assert (new.parent, new.level) == (here.county, "township")
    assert Place.objects.resolve("239900500000", date(2023, 12, 31)) == old
    assert Place.objects.resolve("239900500000", date(2024, 1, 1)) == new
    village = Place.objects.resolve("239900500200", date(2026, 1, 1))
    assert village is not None and village.name == "东屯村"
    assert counts(take("places", TREE)) == (0, 0, 4, 0)


def test_an_agency_at_a_merged_township_stands_in_its_successor(here: County) -> None:
    take("places", TREE)
    text = "代码,名称,类别,区划代码,上级代码\nXX,老林乡政府,township,239900500000,\n"
    assert counts(take("agencies", text, day=date(2026, 3, 1))) == (1, 0, 0, 0)
    assert Agency.objects.get(code="XX").place.code == "239900400000"


def test_superiors_may_stand_below_in_the_file(here: County) -> None:
    text = (
        "代码,名称,类别,区划代码,上级代码,公开电话\n"
        "NY,松原县农业农村局,agriculture,239900000000,ZF,\n"
        "ZF,松原县人民政府,县级人民政府,239900000000,,12345\n"
    )
    assert counts(take("agencies", text)) == (2, 0, 0, 0)
    assert Agency.objects.get(code="NY").superior == Agency.objects.get(code="ZF")
    assert counts(take("agencies", text)) == (0, 0, 2, 0)


def test_offices_and_stations(here: County) -> None:
    text = "部门代码,科室代码,名称,辖区代码\nSYSJ,FG,法规科,\nSYSJ,LL,柳林所,239900200000\n"
    assert counts(take("offices", text)) == (1, 1, 0, 0)
    assert Office.objects.get(code="LL").name == "柳林所"


def test_an_administrator_imports_into_his_own_county_only(here: County) -> None:
    admin = person(here.bureau, "system_admin")
    text = "代码,名称\n238800000000,北安县\n239900600000,自己镇\n"
    report = take("places", text, by=admin)
    assert [e.row for e in report.errors] == [2]
    assert not Place.objects.filter(code="239900600000").exists()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "空"),
        ("a.csv", "姓名,岗位\n甲,乙\n".encode(), "缺少列：部门代码、任职日期"),
        ("a.xlsx", b"not a workbook", "不是可读的表格"),
        ("a.xlsx", b"PK\x03\x04broken", "不是可读的表格"),
        ("a.csv", b"\x00\xff\x00\xff\xff", "UTF-8"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(
    here: County, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(Unreadable, match=why):
        imports.import_bytes("staff", name, content, commit=True)


def test_files_of_old_spreadsheets_are_read(here: County) -> None:
    content = STAFF.encode("gb18030")
    report = imports.import_bytes("staff", "a.csv", content, commit=True)
    assert report.added == 2


def test_what_is_pasted_from_a_spreadsheet_is_read(here: County) -> None:
    assert counts(take("staff", STAFF.replace(",", "\t"))) == (2, 0, 0, 0)


def workbook(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for position, value in enumerate(row):
            if isinstance(value, date):
                form = book.add_format({"num_format": "yyyy-mm-dd"})
                sheet.write_datetime(number, position, value, form)
            else:
                sheet.write(number, position, value)
    book.close()
    return out.getvalue()


def test_numbers_and_dates_of_a_workbook_are_codes_and_days(here: County, tmp_path: Path) -> None:
    path = tmp_path / "人员.xlsx"
    path.write_bytes(
        workbook(
            [
                ["姓名", "手机", "部门", "岗位", "任职日期", "辖区代码"],
                ["钱多", 13900000003, "SYSJ", "publisher", date(2024, 3, 1), 239900100000],
            ]
        )
    )
    assert counts(imports.import_file("staff", path, commit=True)) == (1, 0, 0, 0)
    row = Appointment.objects.get(user__username="13900000003")
    assert (row.since, row.post.place) == (date(2024, 3, 1), here.town)


@pytest.mark.parametrize("kind", imports.KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_has_the_headings_that_are_read(kind: str, language: str) -> None:
    content = template(kind, language)
    headings = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    roster = table.read("x.xlsx", content, COLUMNS[kind])
    assert len(headings[0]) == len(roster.headings) == len(COLUMNS[kind])
    assert (roster.rows, roster.ignored) == ((), ())


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=4))
def test_whatever_stands_in_the_cells_nothing_is_half_imported(
    here: County, lines: list[tuple[str, str, str]]
) -> None:
    before = Place.objects.count()
    rows = [["代码", "名称", "级别"], *map(list, lines)]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    report = imports.import_bytes("places", "x.csv", out.getvalue().encode(), commit=False)
    assert Place.objects.count() == before
    assert report.added + report.changed + report.same + len(report.errors) == report.rows
