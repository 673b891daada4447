"""Credit repairs that another system had open come in with their entry, and go on here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.web.archive_office import Office, day, office, paper
from tests.web.takeover_files import book, taken, wrong
from zhian.apps.registry.archive import crediting, queries
from zhian.apps.registry.models import CreditEntry, CreditRepair
from zhian.desk.actors import Actor
from zhian.desk.models import Clock, Document, Matter
from zhian.desk.takeover import undoing

__all__ = ["office"]
pytestmark = pytest.mark.django_db

REPAIR = {
    "种类": "信用修复",
    "原编号": "XF-1",
    "标题": "信用修复：河口兴旺豆制品厂",
    "开启日期": "2026-05-28",
    "阶段": "审查中",
    "已办行为": "",
    "承办人": "郑一平",
    "主体": "河口兴旺豆制品厂",
    "信用记录编号": "",
    "失信信息种类": "一般行政处罚",
    "失信决定日期": "2026-02-20",
    "失信决定机关": "松原县市场监督管理局",
    "失信决定文号": "松市监罚〔2026〕12号",
    "失信事项": "罚款五千元",
}
CLOCK = [["原编号", "期限名称", "起算日"], ["XF-1", "repair.decide", "2026-05-29"]]


@pytest.fixture(autouse=True)
def own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"


def sheet(*rows: dict[str, str]) -> bytes:
    """Open repairs; the first is under examination."""
    lines = [list((REPAIR | row).values()) for row in rows or ({},)]
    return book({"事项": [list(REPAIR), *lines], "期限": CLOCK})


def recorded(office: Office, sort: str = "penalty_normal", number: str = "1号") -> CreditEntry:
    """An entry that an official made here."""
    matter = office.open(
        "credit_record", "record", by=office.here.actor("clerk"), sort=sort, subject="罚款",
        decided_by="本局", decision_number=number, happened_on=day("2026-02-20"), files=[paper()],
    )  # fmt: skip
    crediting.hear(matter.acts.get(verb="record"))
    return CreditEntry.objects.get(matter=matter)


def test_a_repair_goes_on_with_the_entry_that_came_with_it(office: Office) -> None:
    taken(sheet(), office.here)
    matter, entry = Matter.objects.get(old_number="XF-1"), CreditEntry.objects.get()
    assert (entry.entry, entry.tone, entry.public) == ("penalty_normal", "bad", True)
    assert entry.detail == "罚款五千元，松原县市场监督管理局，松市监罚〔2026〕12号"
    assert (entry.happened_on, entry.act.verb) == (day("2026-02-20"), "take_over")
    assert CreditRepair.objects.get(matter=matter).entry == entry
    assert Clock.objects.get(matter=matter, duty="repair.decide").due_day == day("2026-06-09")
    office.do(matter, "grant", opinion="符合条件", confirmed=["REPAIR-11"])
    paper = Document.objects.get(matter=matter, template="repair_grant_decision")
    assert paper.data["as_issued"]["about"]["detail"] == entry.detail
    office.do(matter, "process", where="公示系统")
    assert not queries.credit(office.operator, office.now.date()).bad


def test_an_entry_that_is_here_is_not_entered_twice(office: Office) -> None:
    by_number, by_decision = recorded(office), recorded(office, number="松市监罚〔2026〕12号")
    second = {"原编号": "XF-2", "信用记录编号": by_number.number, "失信信息种类": ""}
    third = {"原编号": "XF-3", "失信决定文号": "松市监罚〔2026〕15号"}
    taken(sheet({}, second, third), office.here)
    found = CreditRepair.objects.order_by("matter__old_number")
    assert [r.entry for r in found][:2] == [by_decision, by_number]
    assert CreditEntry.objects.count() == 3


def test_a_listing_of_an_operator_that_is_new_here_comes_with_both(office: Office) -> None:
    other = {"主体": "柳林粉条厂", "失信信息种类": "列入经营异常名录"}
    taken(sheet(other), office.here, add_operators=True)
    entry = CreditEntry.objects.get()
    assert (entry.operator.name, entry.entry, entry.stands_until) == (
        "柳林粉条厂",
        "abnormal",
        None,
    )


def test_what_is_taken_back_never_stood(office: Office) -> None:
    row = taken(sheet(), office.here)
    undoing.undo(row, Actor.official(office.here.clerk), "导错了文件")
    assert CreditEntry.objects.get().void
    assert not queries.credit(office.operator, office.now.date()).bad


@pytest.mark.parametrize(
    ("other", "column", "why"),
    [
        ({"信用记录编号": "XY999999"}, "信用记录编号", "没有这个编号"),
        ({"失信信息种类": ""}, "失信信息种类", "必填"),
        ({"失信信息种类": "轻微行政处罚"}, "失信信息种类", "可填：一般行政处罚"),
        ({"失信决定日期": ""}, "失信决定日期", "必填"),
        ({"失信决定日期": "2027-01-01"}, "失信决定日期", "晚于今天"),
        ({"失信决定文号": ""}, "失信决定文号", "必填"),
        ({"失信事项": "罚" * 300}, "失信事项", "超过 300 字"),
        ({"主体": ""}, "主体", "须写明主体"),
    ],
)
def test_a_wrong_cell_is_named(
    office: Office, other: dict[str, str], column: str, why: str
) -> None:
    found = wrong(sheet(other), office.here)
    assert [(row[2], why in row[3]) for row in found] == [(column, True)], found


def test_what_stands_for_the_operator_is_not_repaired(office: Office) -> None:
    award = recorded(office, "award")
    found = wrong(sheet({"信用记录编号": award.number}), office.here)
    assert [row[2] for row in found] == ["信用记录编号"]
