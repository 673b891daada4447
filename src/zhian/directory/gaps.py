"""Gaps and overlaps: where nobody answers, and where two do.

Nothing here decides who is right: it names the cell, the premises or the person. How each is
shown, and where it is mended, stands in `findings.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from zhian.directory import reach, stations
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
from zhian.law import offices

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
    by_type: dict[str, list[Responsibility]] = defaultdict(list)
    for row in _answering(day).select_related("agency", "place"):
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


def proposed(by: Appointment, day: date) -> list[tuple[str, Agency]]:
    """Business types for which nobody answers in the whole of the administrator's place, each
    with the agency there that the law names for it (business_types.toml)."""
    here = by.post.territory
    agencies = Agency.objects.filter(place=here, closed_on__isnull=True).order_by("code")
    by_kind = {a.kind: a for a in reversed(agencies)}
    taken = {
        row.business_type
        for row in _answering(day).select_related("place")
        if here.code.startswith(row.place.prefix)
    }
    return [
        (key, by_kind[known.department])
        for key, known in offices.business_types().items()
        if key not in taken and known.department in by_kind
    ]


def _answering(day: date) -> QuerySet[Responsibility]:
    return Responsibility.objects.filter(reach.in_force(day), agency__closed_on__isnull=True)


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
    """Townships for which no station of the regulator answers, and where it has no post.

    A station has its seat in one township and may answer for others beside it.
    """
    seats = Office.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        place=OuterRef("pk"),
        agency__kind__in=STATIONED,
    )
    others = stations.rows(day).filter(place=OuterRef("pk"), agency__kind__in=STATIONED)
    placed = Post.objects.filter(place=OuterRef("pk"), agency__kind__in=STATIONED)
    return townships(by, day).filter(~Exists(seats), ~Exists(others), ~Exists(placed))


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
