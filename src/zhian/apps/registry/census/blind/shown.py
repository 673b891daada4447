"""Blind spots and ground checks as rows of lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from zhian.apps.registry.census.blind import answers, finding
from zhian.apps.registry.census.kinds import roster_words, rosters, trade_words
from zhian.apps.registry.models import BlindSpot, GroundCheck
from zhian.desk.labels import phase_words
from zhian.desk.models import Matter
from zhian.directory.models import Place, Premises
from zhian.law import offices
from zhian.law.words import Words, joined
from zhian.web.lists import Column
from zhian.web.words import named, say

NOT_GIVEN = Words("未交办", "Nobody sent")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on a list, whichever sort it is."""

    token: str
    number: str
    name: str
    address: str
    flag: str
    place: Place
    kind: Words
    rosters: Words
    since: date | None
    check: Matter | None
    url: str = ""

    @property
    def running(self) -> bool:
        """Whether somebody was sent and has not answered."""
        return self.check is not None and self.check.is_open

    @property
    def check_words(self) -> str:
        """How far the check is."""
        return say(phase_words(self.check)) if self.check else say(NOT_GIVEN)


def _named(line: Line) -> str:
    return named(line.place)


def columns(what: str) -> tuple[Column, ...]:
    """The columns of one sort of list, with what each sorts by."""
    sorts = SORTS[what]
    return tuple(
        Column(key, label, value, sorts.get(key, ()), shown=shown)
        for key, label, value, shown in ALL
        if key in SHOWN[what]
    )


ALL: tuple[tuple[str, Any, Any, bool], ...] = (
    ("name", gettext_lazy("名称"), lambda r: r.name, True),
    ("flag", gettext_lazy("原因"), lambda r: say(answers.flag_words(r.flag)), True),
    ("place", gettext_lazy("地点"), _named, True),
    ("address", gettext_lazy("地址"), lambda r: r.address, True),
    ("kind", gettext_lazy("业态"), lambda r: say(r.kind), True),
    ("rosters", gettext_lazy("在册"), lambda r: say(r.rosters), True),
    ("since", gettext_lazy("发现日期"), lambda r: r.since, True),
    ("check", gettext_lazy("核查"), lambda r: r.check_words, True),
    ("number", gettext_lazy("编号"), lambda r: r.number, False),
)
SPOT_SORTS = {
    "name": ("establishment__name",), "flag": ("flag",), "place": ("establishment__place__code",),
    "address": ("establishment__address",), "kind": ("establishment__kind",),
    "since": ("since_run__published_at",), "check": ("matter__number",),
    "number": ("establishment__number",),
}  # fmt: skip
PREMISES_SORTS = {
    "name": ("name",), "place": ("place__code",), "address": ("address",),
    "kind": ("business_type",),
}  # fmt: skip
SORTS: dict[str, dict[str, tuple[str, ...]]] = {
    finding.SPOTS: SPOT_SORTS,
    answers.UNSPONSORED: PREMISES_SORTS,
    answers.UNVISITED: PREMISES_SORTS,
    answers.CELL: {},
}
PREMISES_SHOWN = ("name", "flag", "place", "address", "kind", "check")
SHOWN = {
    finding.SPOTS: (*SPOT_SORTS, "rosters"),
    answers.UNSPONSORED: PREMISES_SHOWN,
    answers.UNVISITED: PREMISES_SHOWN,
    answers.CELL: ("name", "flag", "place", "check", "number"),
}


def of_spots(rows: Sequence[BlindSpot]) -> list[Line]:
    """Blind spots of the census."""
    return [_spot(row) for row in rows]


def _spot(row: BlindSpot) -> Line:
    one, found = row.establishment, row.since_run.published_at
    known = [name for name in one.rosters.split() if name in rosters()]
    words = joined(tuple(roster_words(name) for name in known), "、", ", ")
    day = timezone.localtime(found).date() if found else None
    return Line(
        f"S{row.pk}", one.number, one.name, one.address, row.flag, one.place,
        trade_words(one.kind), words, day, row.matter, reverse("census_blind_spot", args=[row.pk]),
    )  # fmt: skip


def of_premises(rows: Sequence[Premises], flag: str) -> list[Line]:
    """Premises that nobody looks after."""
    running = finding.checks_of([f"P{row.pk}" for row in rows], flag)
    letter = "U" if flag == answers.UNSPONSORED else "V"
    none = Words("", "")
    return [
        Line(
            f"{letter}{row.pk}", "", row.name, row.address, flag, row.place,
            offices.business_types()[row.business_type].words, none, None,
            _running(running, f"P{row.pk}"), reverse("operator", args=[row.operator_id]),
        )
        for row in rows
    ]  # fmt: skip


def of_cells(rows: Sequence[Place]) -> list[Line]:
    """Cells where nobody was."""
    running = finding.checks_of([f"C{row.pk}" for row in rows], answers.CELL)
    none = Words("", "")
    return [
        Line(f"C{row.pk}", row.code, named(row), "", answers.CELL, row.parent or row, none, none,
             None, _running(running, f"C{row.pk}"))
        for row in rows
    ]  # fmt: skip


def _running(found: dict[str, GroundCheck], key: str) -> Matter | None:
    return found[key].matter if key in found else None


# --- checks


CHECK_COLUMNS = (
    Column("number", gettext_lazy("编号"), lambda r: r.matter.number, ("matter__number",)),
    Column("title", gettext_lazy("核查对象"), lambda r: r.name, ("matter__title",)),
    Column("flag", gettext_lazy("原因"), lambda r: say(answers.flag_words(r.flag)), ("flag",)),
    Column("address", gettext_lazy("地址"), lambda r: r.address, ()),
    Column("place", gettext_lazy("地点"), lambda r: named(r.matter.place), ("matter__place_code",)),
    Column("agency", gettext_lazy("承办"), lambda r: r.holder, ("matter__agency__code",)),
    Column("phase", gettext_lazy("状态"), lambda r: say(phase_words(r.matter)), ("matter__phase",)),
    Column("due", gettext_lazy("期限"), lambda r: r.matter.next_due_at, ("matter__next_due_at",)),
    Column("answer", gettext_lazy("核查结果"), lambda r: r.answer_said, ("answer",), shown=False),
    Column("who", gettext_lazy("到场人"), lambda r: r.who, (), shown=False),
    Column(
        "visited", gettext_lazy("到场时间"), lambda r: r.visited_at, ("visited_at",), shown=False
    ),
)
BLANK = ("answer", "who", "visited")
SHEET = ("number", "title", "flag", "address", "place", *BLANK)


@dataclass(frozen=True, slots=True)
class Check:
    """A ground check as a line."""

    row: GroundCheck

    @property
    def matter(self) -> Matter:
        """The matter."""
        return self.row.matter

    @property
    def flag(self) -> str:
        """Why somebody was sent."""
        return self.row.flag

    @property
    def name(self) -> str:
        """What is looked at."""
        if self.row.establishment is not None:
            return self.row.establishment.name
        return self.matter.premises.name if self.matter.premises else named(self.matter.place)

    @property
    def address(self) -> str:
        """Where it is, as far as anybody wrote it down."""
        if self.row.establishment is not None:
            return self.row.establishment.address
        return self.matter.premises.address if self.matter.premises else ""

    @property
    def holder(self) -> str:
        """Who has it."""
        office = f" {named(self.matter.office)}" if self.matter.office else ""
        return f"{named(self.matter.agency)}{office}"

    @property
    def answer_said(self) -> str:
        """What was found."""
        return say(answers.answer_words(self.row.answer)) if self.row.answer else ""

    @property
    def who(self) -> str:
        """Who was there."""
        return self.row.who

    @property
    def visited_at(self) -> Any:
        """When."""
        return self.row.visited_at

    @property
    def offered(self) -> list[tuple[str, Words]]:
        """The answers that fit."""
        return answers.offered(self.flag)
