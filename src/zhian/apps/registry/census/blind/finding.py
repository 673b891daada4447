"""What is open in reach: blind spots of the census, premises and cells that nobody looks after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from zhian.apps.registry.census import queries, rights
from zhian.apps.registry.census.blind.answers import CELL, UNSPONSORED, UNVISITED
from zhian.apps.registry.models import BlindSpot, GroundCheck
from zhian.desk import timing, visits
from zhian.directory import stewards
from zhian.directory.models import Appointment, Place, Premises, Sponsorship
from zhian.methods.linkage import flags

SPOTS = "spots"
LISTS = (SPOTS, UNSPONSORED, UNVISITED, CELL)
DAYS = (180, 365, 730)
USUAL = 365


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list was narrowed to."""

    what: str = SPOTS
    text: str = ""
    township: str = ""
    flag: str = ""
    kind: str = ""
    state: str = ""
    days: int = USUAL

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wanted:
        """From an address; what is no filter is left out."""
        days = given.get("days", "")
        town = given.get("township", "")
        return cls(
            given.get("what", "") if given.get("what") in LISTS else SPOTS,
            given.get("q", "").strip()[:100],
            town if town.isdigit() and len(town) < 18 else "",
            given.get("flag", "") if given.get("flag") in flags.WORDS else "",
            given.get("kind", "")[:40],
            given.get("state", "") if given.get("state") in ("none", "given") else "",
            int(days) if days.isdigit() and int(days) in DAYS else USUAL,
        )

    @property
    def since(self) -> datetime:
        """The moment since when somebody should have been there."""
        return timing.now() - timedelta(days=self.days)


def spots(mine: Appointment) -> QuerySet[BlindSpot]:
    """Every open blind spot in reach."""
    first, after = queries.territory(mine).code_range
    rows = BlindSpot.objects.filter(
        ended_at__isnull=True,
        establishment__place__code__gte=first,
        establishment__place__code__lt=after,
    )
    return rows.select_related("establishment__place", "establishment__premises", "matter",
                               "since_run", "record")  # fmt: skip


def narrowed(mine: Appointment, wanted: Wanted) -> QuerySet[BlindSpot]:
    """The blind spots as filtered on the page."""
    rows = spots(mine)
    if wanted.text:
        text = wanted.text
        rows = rows.filter(
            Q(establishment__name__icontains=text)
            | Q(establishment__address__icontains=text)
            | Q(establishment__number__iexact=text)
            | Q(establishment__uscc__iexact=text)
        )
    if wanted.flag:
        rows = rows.filter(flag=wanted.flag)
    if wanted.kind:
        rows = rows.filter(establishment__kind="" if wanted.kind == "-" else wanted.kind)
    if wanted.township:
        rows = rows.filter(_within("establishment__place", wanted.township, mine))
    waiting = Q(matter__isnull=False, matter__closed_at__isnull=True)
    if wanted.state:
        rows = rows.filter(waiting) if wanted.state == "given" else rows.exclude(waiting)
    return rows


def _within(path: str, town: str, mine: Appointment) -> Q:
    """A township of the reach, or (0) what lies in none that is known."""
    county = rights.county(mine)
    if town == "0":
        return Q(**{path: county})
    place = queries.townships(mine).filter(pk=int(town)).first()
    if place is None:
        return Q(pk__in=[])
    first, after = place.code_range
    return Q(**{f"{path}__code__gte": first, f"{path}__code__lt": after})


def premises(mine: Appointment, wanted: Wanted) -> QuerySet[Premises]:
    """Premises in business that nobody is bound to, or where nobody was for long."""
    rows = stewards.in_business(queries.territory(mine))
    if wanted.what == UNSPONSORED:
        bound = Sponsorship.objects.on(timing.today()).filter(premises=OuterRef("pk"))
        rows = rows.filter(~Exists(bound))
    else:
        rows = rows.filter(~Exists(visits.acts(wanted.since).filter(premises=OuterRef("pk"))))
    if wanted.text:
        rows = rows.filter(Q(name__icontains=wanted.text) | Q(address__icontains=wanted.text))
    if wanted.kind:
        rows = rows.filter(business_type=wanted.kind)
    if wanted.township:
        rows = rows.filter(_within("place", wanted.township, mine))
    if wanted.state:
        keys = [int(s[1:]) for s in _open_subjects(wanted.what)]
        rows = rows.filter(pk__in=keys) if wanted.state == "given" else rows.exclude(pk__in=keys)
    return rows.select_related("place", "operator")


def _open_subjects(flag: str) -> list[str]:
    rows = GroundCheck.objects.filter(flag=flag, open=True)
    return list(rows.values_list("subject", flat=True))


def cells(mine: Appointment, wanted: Wanted) -> list[Place]:
    """The cells in reach where nobody was for long."""
    found = visits.grids_without_visit(queries.territory(mine), wanted.since)
    if wanted.text:
        found = [cell for cell in found if wanted.text in cell.name]
    if wanted.township:
        town = queries.townships(mine).filter(pk=int(wanted.township)).first()
        found = [cell for cell in found if town and cell.code.startswith(town.prefix)]
    if wanted.state:
        keys = set(_open_subjects(CELL))
        given = wanted.state == "given"
        found = [cell for cell in found if (f"C{cell.pk}" in keys) == given]
    return found


def checks_of(subjects: Sequence[str], flag: str) -> dict[str, GroundCheck]:
    """The open checks of some things, by what they check."""
    rows = GroundCheck.objects.filter(subject__in=subjects, flag=flag, open=True)
    return {row.subject: row for row in rows.select_related("matter")}


@dataclass(frozen=True, slots=True)
class TownCounts:
    """One township: how many open blind spots of each sort."""

    name: str
    place: Place | None
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def counts(mine: Appointment) -> list[TownCounts]:
    """Open blind spots by township and sort, what lies in no known township last."""
    rows = spots(mine).order_by().select_related(None)
    grouped = rows.annotate(town=Substr("establishment__place__code", 1, 9))
    found: dict[str, dict[str, int]] = {}
    for town, flag, n in grouped.values_list("town", "flag").annotate(n=Count("pk")):
        found.setdefault(town, {})[flag] = n
    places = {place.code[:9]: place for place in queries.townships(mine)}
    listed = [
        TownCounts(str(place), place, found[code])
        for code, place in sorted(places.items())
        if code in found
    ]
    rest: dict[str, int] = {}
    for code, by_flag in found.items():
        if code not in places:
            for flag, n in by_flag.items():
                rest[flag] = rest.get(flag, 0) + n
    return [*listed, TownCounts("", None, rest)] if rest else listed
