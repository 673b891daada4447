"""The report of gaps and overlaps: its questions, how their rows are shown, where they are mended.

Every finding is a list of rows; its figure is their number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.directory import gaps, stewards
from zhian.directory.gaps import Cell, Rows
from zhian.directory.models import Appointment, Premises
from zhian.directory.words import business_words, named, post_words, say
from zhian.web.lists import Column


@dataclass(frozen=True, slots=True)
class Finding:
    """One question of the report: its rows, how they are shown, and where they are mended."""

    key: str
    title: Any
    why: Any
    rows: Callable[[Appointment, date], Rows]
    columns: tuple[Column, ...]
    fallback: str = "place"
    mend: str = ""
    gap: bool = True
    link: Callable[[Any], str] | None = None

    def count(self, by: Appointment, day: date) -> int:
        """The figure: how many rows stand behind it."""
        rows = self.rows(by, day)
        return rows.order_by().count() if isinstance(rows, QuerySet) else len(rows)


def _to_cell(cell: Cell) -> str:
    """Where a cell of the matrix is filled, with what is known."""
    query = urlencode({"business_type": cell.business_type, "place": cell.place.code})
    return f"{reverse('directory:responsibility-new')}?{query}"


def _to_sponsor(premises: Premises) -> str:
    return f"{reverse('directory:sponsorship-new')}?{urlencode({'premises': premises.name})}"


def _to_sponsors(premises: Premises) -> str:
    return f"{reverse('directory:sponsorships')}?{urlencode({'q': premises.name})}"


def _to(name: str) -> Callable[[Any], str]:
    return lambda row: reverse(f"directory:{name}", args=[row.pk])


_PREMISES = (
    Column("name", _("场所"), lambda r: r.name, ("name",)),
    Column("operator", _("主体"), lambda r: r.operator.name, ("operator__name",)),
    Column("place", _("地点"), lambda r: named(r.place), ("place__code",)),
    Column(
        "business_type",
        _("业态"),
        lambda r: say(business_words(r.business_type)),
        ("business_type",),
    ),
)
_CELL = (
    Column("place", _("乡镇"), lambda r: named(r.place)),
    Column("business_type", _("业态"), lambda r: say(business_words(r.business_type))),
    Column("premises", _("在营场所"), lambda r: r.premises, numeric=True),
    Column("agencies", _("现负责部门"), lambda r: _("、").join(map(named, r.agencies))),
)
_PERSON = (
    Column("name", _("姓名"), named, ("name",)),
    Column("username", _("登录名"), lambda r: r.username, ("username",)),
    Column("card", _("执法证号"), lambda r: r.card_number, ("card_number",)),
    Column("until", _("有效期至"), lambda r: r.card_until, ("card_until",)),
)
_SPONSORSHIP = (
    Column("premises", _("场所"), lambda r: r.premises.name, ("premises__name",)),
    Column("place", _("地点"), lambda r: named(r.premises.place), ("premises__place__code",)),
    Column(
        "official",
        _("包保人"),
        lambda r: named(r.appointment.user),
        ("appointment__user__name",),
    ),
    Column(
        "agency",
        _("部门"),
        lambda r: named(r.appointment.post.agency),
        ("appointment__post__agency__name",),
    ),
    Column("since", _("起"), lambda r: r.since, ("since",)),
)
_POST = (
    Column("agency", _("部门"), lambda r: named(r.agency), ("agency__name",)),
    Column("office", _("科室"), lambda r: named(r.office), ("office__name",)),
    Column("post", _("岗位"), lambda r: say(post_words(r.kind)), ("kind",)),
    Column("place", _("辖区"), lambda r: named(r.place), ("place__code",)),
)
_PLACE = (
    Column("place", _("乡镇"), named, ("code",)),
    Column("code", _("代码"), lambda r: r.code, ("code",)),
)


def _to_steward(premises: Premises) -> str:
    return reverse("directory:steward-new", args=[premises.pk])


def _stewards(key: str) -> Finding:
    """属地责任: nobody at one level, or two (食品安全法 6; 实施条例 4)."""
    why = (
        _("同一级有两名责任人，谁都可能以为是对方的事。")
        if key == stewards.DOUBLE
        else _("每个在营场所在地址所到的每一级都要有一名责任人；只知道乡镇的不要求村级。")
    )
    return Finding(
        f"steward_{key}",
        STEWARDS[key],
        why,
        stewards.report(key),
        _PREMISES,
        mend="answering",
        link=_to_steward,
    )


STEWARDS = {
    "county": _("无县级责任人的场所"),
    "township": _("无乡镇责任人的场所"),
    "village": _("无村级责任人的场所"),
    "double": _("同级两名责任人的场所"),
}
LEVELS = {
    "A": _("A 级包保"),
    "B": _("B 级包保"),
    "C": _("C 级包保"),
    "D": _("D 级包保"),
}


def _level(letter: str) -> Finding:
    return Finding(
        f"level_{letter.lower()}",
        LEVELS[letter],
        _("现有包保关系，一行一条。"),
        gaps.sponsored_at(letter),
        _SPONSORSHIP,
        mend="directory:sponsorships",
        gap=False,
        link=_to("sponsorship-end"),
    )


FINDINGS: dict[str, Finding] = {
    row.key: row
    for row in (
        Finding(
            "unanswered",
            _("无部门负责的业态"),
            _("该乡镇的这种业态没有任何部门负责。"),
            gaps.unanswered,
            _CELL,
            mend="directory:responsibilities",
            link=_to_cell,
        ),
        Finding(
            "contested",
            _("多部门重复负责的业态"),
            _("两个以上部门负责，而法律没有在它们之间分工。"),
            gaps.contested,
            _CELL,
            mend="directory:responsibilities",
        ),
        Finding(
            "without_sponsor",
            _("无包保人的场所"),
            _("在营场所没有任何一级的包保人。"),
            gaps.without_sponsor,
            _PREMISES,
            mend="directory:sponsorships",
            link=_to_sponsor,
        ),
        Finding(
            "twice_sponsored",
            _("同级重复包保的场所"),
            _("同一级有两名包保人，谁都可能以为是对方的事。"),
            gaps.twice_sponsored,
            _PREMISES,
            mend="directory:sponsorships",
            link=_to_sponsors,
        ),
        *(_stewards(key) for key in stewards.GAPS),
        Finding(
            "without_station",
            _("无监管所的乡镇"),
            _("没有监管所负责该乡镇，也没有驻乡镇的岗位。一个所可以负责几个乡镇，在科室页增加。"),
            gaps.without_station,
            _PLACE,
            mend="directory:agencies",
            link=_to("place"),
        ),
        Finding(
            "unfilled",
            _("空缺的岗位"),
            _("岗位已设而无人任职，轮到它签批的事会停住。"),
            gaps.unfilled,
            _POST,
            "agency",
            "directory:appointments",
            link=_to("post"),
        ),
        Finding(
            "card_expired",
            _("执法证缺失或者过期"),
            _("执法须两人以上并出示证件（行政处罚法第42、55条）。"),
            gaps.card_expired,
            _PERSON,
            "name",
            "directory:people",
            link=_to("person"),
        ),
        Finding(
            "card_soon",
            _("执法证三十日内到期"),
            _("请提前换证。"),
            gaps.card_soon,
            _PERSON,
            "until",
            "directory:people",
            link=_to("person"),
        ),
        *(_level(letter) for letter in LEVELS),
    )
}
