"""Gaps and overlaps: where nobody answers, and where two do.

Every finding is a list of rows; its figure is their number. Nothing here decides who is right:
it names the cell, the premises or the person, and the page leads to where it is mended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from zhian.directory import reach
from zhian.directory.models import (
    Agency,
    Appointment,
    Office,
    Place,
    Post,
    Premises,
    Responsibility,
    Sponsorship,
    User,
)
from zhian.directory.words import business_words, post_words, say
from zhian.law import offices
from zhian.web.lists import Column

Rows = QuerySet[Any] | Sequence[Any]
SOON = timedelta(days=30)
# Posts whose work needs an enforcement card in hand (行政处罚法 42, 55).
CARD_POSTS = ("inspector", "office_head", "sampler")
# Kinds of agency that keep stations in townships.
STATIONED = ("market_regulation",)


@dataclass(frozen=True, slots=True)
class Cell:
    """One business type in one township: who answers, and for how many premises."""

    place: Place
    business_type: str
    premises: int
    agencies: tuple[Agency, ...] = ()


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
    bad: bool = True
    link: Callable[[Any], str] | None = None

    def count(self, by: Appointment, day: date) -> int:
        """The figure: how many rows stand behind it."""
        rows = self.rows(by, day)
        return rows.order_by().count() if isinstance(rows, QuerySet) else len(rows)


def working(by: Appointment) -> QuerySet[Premises]:
    """Premises in reach that are in business."""
    return reach.premises(by).filter(state__in=["active", "paused"])


def without_sponsor(by: Appointment, day: date) -> QuerySet[Premises]:
    """Premises in business that no official is bound to."""
    bound = Sponsorship.objects.on(day).filter(premises=OuterRef("pk"))
    return working(by).filter(~Exists(bound))


def twice_sponsored(by: Appointment, day: date) -> QuerySet[Premises]:
    """Premises to which two officials are bound at the same level."""
    live = reach.in_force(day)
    twice = (
        Sponsorship.objects.filter(live)
        .order_by()
        .values("premises", "level")
        .annotate(n=Count("appointment", distinct=True))
        .filter(n__gt=1)
        .values("premises")
    )
    return reach.premises(by).filter(pk__in=twice)


def sponsored_at(level: str) -> Callable[[Appointment, date], Rows]:
    """The sponsorships of one level that are in force."""

    def rows(by: Appointment, day: date) -> QuerySet[Sponsorship]:
        return reach.sponsorships(by).filter(reach.in_force(day), level=level)

    return rows


def townships(by: Appointment, day: date) -> QuerySet[Place]:
    """The townships in reach that exist on a day."""
    return (
        reach.places(by).filter(pk__in=Place.objects.on(day).values("pk")).filter(level="township")
    )


def _premises_by_cell(by: Appointment) -> dict[tuple[str, str], int]:
    rows = (
        working(by)
        .order_by()
        .annotate(town=Substr("place__code", 1, 9))
        .values_list("town", "business_type")
        .annotate(n=Count("pk"))
    )
    return {(town, kind): n for town, kind, n in rows}


def cells(by: Appointment, day: date) -> list[Cell]:
    """The whole matrix: every township by every business type, with who answers there.

    A responsibility covers its place and everything below, so that one row of the county
    answers for all of its townships.
    """
    live = Responsibility.objects.filter(reach.in_force(day), agency__closed_on__isnull=True)
    by_type: dict[str, list[Responsibility]] = defaultdict(list)
    for row in live.select_related("agency", "place"):
        by_type[row.business_type].append(row)
    counted = _premises_by_cell(by)
    return [
        Cell(
            place,
            kind,
            counted.get((place.prefix, kind), 0),
            _covering(by_type[kind], place),
        )
        for place in townships(by, day).order_by("code")
        for kind in offices.business_types()
    ]


def _covering(rows: list[Responsibility], place: Place) -> tuple[Agency, ...]:
    found = {r.agency_id: r.agency for r in rows if place.code.startswith(r.place.prefix)}
    return tuple(found.values())


def unanswered(by: Appointment, day: date) -> list[Cell]:
    """Business types that nobody answers for in a township; those with premises first."""
    rows = [c for c in cells(by, day) if not c.agencies]
    return sorted(rows, key=lambda c: -c.premises)


def contested(by: Appointment, day: date) -> list[Cell]:
    """Business types that two agencies answer for, where the law does not divide the work."""
    rows = [c for c in cells(by, day) if len(c.agencies) > 1 and not divided(c)]
    return sorted(rows, key=lambda c: -c.premises)


def divided(cell: Cell) -> bool:
    """Whether the law itself names each of these kinds of agency for the business type."""
    known = offices.business_types()[cell.business_type]
    kinds = [a.kind for a in cell.agencies]
    allowed = {known.department, *known.also}
    return set(kinds) <= allowed and len(set(kinds)) == len(kinds)


def without_station(by: Appointment, day: date) -> QuerySet[Place]:
    """Townships where the regulator has neither a station nor a post."""
    stations = Office.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        place=OuterRef("pk"),
        agency__kind__in=STATIONED,
    )
    placed = Post.objects.filter(place=OuterRef("pk"), agency__kind__in=STATIONED)
    return townships(by, day).filter(~Exists(stations), ~Exists(placed))


def unfilled(by: Appointment, day: date) -> QuerySet[Post]:
    """Posts of open agencies that nobody holds."""
    held = Appointment.objects.on(day).filter(post=OuterRef("pk"))
    open_posts = reach.posts(by).filter(
        agency__closed_on__isnull=True, office__closed_on__isnull=True
    )
    return open_posts.filter(~Exists(held))


def _carded(by: Appointment, day: date) -> QuerySet[User]:
    inside = reach.appointments(by).filter(
        pk__in=Appointment.objects.on(day).values("pk"), post__kind__in=CARD_POSTS
    )
    return User.objects.filter(pk__in=inside.order_by().values("user"))


def card_expired(by: Appointment, day: date) -> QuerySet[User]:
    """Enforcement officers without a card, or with one that has run out."""
    return _carded(by, day).filter(Q(card_number="") | Q(card_until__lt=day))


def card_soon(by: Appointment, day: date) -> QuerySet[User]:
    """Enforcement officers whose card runs out within thirty days."""
    rows = _carded(by, day).exclude(card_number="")
    return rows.filter(card_until__gte=day, card_until__lte=day + SOON)


_PREMISES = (
    Column("name", _("场所"), lambda r: r.name, ("name",)),
    Column("operator", _("主体"), lambda r: r.operator.name, ("operator__name",)),
    Column("place", _("地点"), lambda r: r.place.name, ("place__code",)),
    Column(
        "business_type",
        _("业态"),
        lambda r: say(business_words(r.business_type)),
        ("business_type",),
    ),
)
_CELL = (
    Column("place", _("乡镇"), lambda r: r.place.name),
    Column("business_type", _("业态"), lambda r: say(business_words(r.business_type))),
    Column("premises", _("在营场所"), lambda r: r.premises, numeric=True),
    Column("agencies", _("现负责部门"), lambda r: _("、").join(str(a) for a in r.agencies)),
)
_PERSON = (
    Column("name", _("姓名"), lambda r: r.name, ("name",)),
    Column("username", _("登录名"), lambda r: r.username, ("username",)),
    Column("card", _("执法证号"), lambda r: r.card_number, ("card_number",)),
    Column("until", _("有效期至"), lambda r: r.card_until, ("card_until",)),
)
_SPONSORSHIP = (
    Column("premises", _("场所"), lambda r: r.premises.name, ("premises__name",)),
    Column("place", _("地点"), lambda r: r.premises.place.name, ("premises__place__code",)),
    Column(
        "official",
        _("包保人"),
        lambda r: str(r.appointment.user),
        ("appointment__user__name",),
    ),
    Column(
        "agency",
        _("部门"),
        lambda r: str(r.appointment.post.agency),
        ("appointment__post__agency__name",),
    ),
    Column("since", _("起"), lambda r: r.since, ("since",)),
)
_POST = (
    Column("agency", _("部门"), lambda r: str(r.agency), ("agency__name",)),
    Column("office", _("科室"), lambda r: str(r.office or ""), ("office__name",)),
    Column("post", _("岗位"), lambda r: say(post_words(r.kind)), ("kind",)),
    Column("place", _("辖区"), lambda r: str(r.place or ""), ("place__code",)),
)
_PLACE = (
    Column("place", _("乡镇"), lambda r: r.name, ("code",)),
    Column("code", _("代码"), lambda r: r.code, ("code",)),
)


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
        sponsored_at(letter),
        _SPONSORSHIP,
        mend="directory:sponsorships",
        bad=False,
    )


FINDINGS: dict[str, Finding] = {
    row.key: row
    for row in (
        Finding(
            "unanswered",
            _("无部门负责的业态"),
            _("该乡镇的这种业态没有任何部门负责。"),
            unanswered,
            _CELL,
            mend="directory:responsibilities",
        ),
        Finding(
            "contested",
            _("多部门重复负责的业态"),
            _("两个以上部门负责，而法律没有在它们之间分工。"),
            contested,
            _CELL,
            mend="directory:responsibilities",
        ),
        Finding(
            "without_sponsor",
            _("无包保人的场所"),
            _("在营场所没有任何一级的包保人。"),
            without_sponsor,
            _PREMISES,
            mend="directory:sponsorships",
        ),
        Finding(
            "twice_sponsored",
            _("同级重复包保的场所"),
            _("同一级有两名包保人，谁都可能以为是对方的事。"),
            twice_sponsored,
            _PREMISES,
            mend="directory:sponsorships",
        ),
        Finding(
            "without_station",
            _("无监管所的乡镇"),
            _("市场监管部门在该乡镇既没有所，也没有岗位。"),
            without_station,
            _PLACE,
            mend="directory:agencies",
        ),
        Finding(
            "unfilled",
            _("空缺的岗位"),
            _("岗位已设而无人任职，轮到它签批的事会停住。"),
            unfilled,
            _POST,
            "agency",
            "directory:appointments",
        ),
        Finding(
            "card_expired",
            _("执法证缺失或者过期"),
            _("执法须两人以上并出示证件（行政处罚法第42、55条）。"),
            card_expired,
            _PERSON,
            "name",
            "directory:people",
        ),
        Finding(
            "card_soon",
            _("执法证三十日内到期"),
            _("请提前换证。"),
            card_soon,
            _PERSON,
            "until",
            "directory:people",
            False,
        ),
        *(_level(letter) for letter in LEVELS),
    )
}
