"""Applications of another licensing system come in, and go on here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.web.licence_office import SC, Office, office
from tests.web.takeover_files import book, taken, wrong
from zhian.apps.registry.models import Licence, LicenceApplication, LicenceExit
from zhian.desk.kinds import all_kinds
from zhian.desk.models import Matter
from zhian.desk.takeover.checking import takeable
from zhian.law.licence_numbers import compose_licence

__all__ = ["office"]
pytestmark = pytest.mark.django_db

RENEWAL = {
    "种类": "食品生产许可",
    "原编号": "XK-1",
    "标题": "延续：河口兴旺豆制品厂",
    "开启日期": "2026-10-13",
    "阶段": "待受理",
    "已办行为": "apply_renewal",
    "承办人": "沈青",
    "主体": "河口兴旺豆制品厂",
    "场所": "河口兴旺豆制品厂",
    "许可证编号": "",
    "申请类型": "延续",
    "食品类别": "豆制品",
    "许可范围": "豆腐",
    "发证日期": "2021-11-25",
    "有效期至": "2026-11-24",
}
EXIT = RENEWAL | {
    "种类": "许可证退出",
    "原编号": "TC-1",
    "阶段": "待注销",
    "已办行为": "apply_cancel",
    "申请类型": "",
    "退出方式": "申请注销",
}


@pytest.fixture(autouse=True)
def own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"


def sheet(row: dict[str, str], **other: str) -> bytes:
    """One open matter."""
    full = row | {"许可证编号": valid_number()} | other
    return book({"事项": [list(full), list(full.values())]})


def valid_number() -> str:
    """An SC number of this county for bean products, with its check digit."""
    return compose_licence("SC", category="125", division="239900", serial="0001")


def test_every_kind_that_stands_by_itself_can_be_taken_over() -> None:
    # a service comes with its matter; what an operator asks of its own file, and a check of the
    # list against the ground, begin only here: no other system has one open
    begin_here = {"record_correction", "support_request", "ground_check"}
    assert {kind.name for kind in all_kinds()} - set(takeable()) == {"service"} | begin_here


def test_a_renewal_goes_on_with_the_licence_that_came_with_it(office: Office) -> None:
    office.on("2026-10-20")
    taken(sheet(RENEWAL), office.here)
    matter, licence = Matter.objects.get(old_number="XK-1"), Licence.objects.get()
    assert (licence.number, licence.expires_on) == (valid_number(), date(2026, 11, 24))
    assert LicenceApplication.objects.get(matter=matter).licence == licence
    office.do(matter, "accept")
    office.do(matter, "need_no_check", why="声明条件未变化")
    office.do(matter, "grant", opinion="可")
    licence.refresh_from_db()
    assert licence.expires_on == date(2031, 10, 19)


def test_one_of_the_register_and_one_that_comes_along_may_stand_in_one_file(
    office: Office,
) -> None:
    known = office.on("2021-11-25").licence(SC)
    office.on("2026-10-20")
    other = compose_licence("SC", category="125", division="239900", serial="0777")
    first = RENEWAL | {"许可证编号": known.number, "发证日期": ""}
    second = RENEWAL | {"原编号": "XK-2", "许可证编号": other}
    content = book({"事项": [list(first), list(first.values()), list(second.values())]})
    taken(content, office.here)
    found = LicenceApplication.objects.filter(purpose="renewal").order_by("matter__old_number")
    assert [row.licence.number for row in found if row.licence] == [known.number, other]


def test_a_licence_that_is_here_is_not_entered_twice(office: Office) -> None:
    licence = office.on("2021-11-25").licence(SC)
    office.on("2026-10-20")
    taken(sheet(RENEWAL, 许可证编号=licence.number, 发证日期=""), office.here)
    assert LicenceApplication.objects.get(purpose="renewal").licence == licence
    assert Licence.objects.count() == 1


@pytest.mark.parametrize(
    ("other", "column", "why"),
    [
        ({"许可证编号": "SC12523990000010"}, "许可证编号", "校验"),
        ({"发证日期": ""}, "发证日期", "须写发证日期"),
        ({"食品类别": "飞船"}, "食品类别", "没有食品类别"),
        ({"申请类型": "飞行"}, "申请类型", "没有申请类型"),
    ],
)
def test_a_wrong_cell_is_named(
    office: Office, other: dict[str, str], column: str, why: str
) -> None:
    office.on("2026-10-20")
    found = wrong(sheet(RENEWAL, **other), office.here)
    assert [(row[2], why in row[3]) for row in found] == [(column, True)], found


def test_an_exit_comes_in_and_the_licence_is_struck_off(office: Office) -> None:
    office.on("2026-10-20")
    taken(sheet(EXIT), office.here)
    ended = LicenceExit.objects.get()
    assert (ended.licence.number, ended.way) == (valid_number(), "apply_cancel")
    office.do(ended.matter, "strike_off", returned=True, no_inquiry=True)
    ended.licence.refresh_from_db()
    assert ended.licence.struck_off_on == date(2026, 10, 20)
