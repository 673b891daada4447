"""What the pages of the census read, each within the reach of whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhian.apps.registry.census import rights
from zhian.apps.registry.census.kinds import RosterKind, rosters
from zhian.apps.registry.models import (
    BlindSpot,
    CensusQuestion,
    Establishment,
    LinkRun,
    RecordLink,
    RosterImport,
    SourceRecord,
)
from zhian.directory.models import Appointment, Place

LOCAL = ("township", "village")


def imports(mine: Appointment) -> QuerySet[RosterImport]:
    """The files that a post sees: all of the county for those who keep the census, else those of
    the post's own agency."""
    rows = RosterImport.objects.select_related("agency", "place", "by__user", "by__post", "file")
    if rights.keeps_census(mine):
        return rows.filter(place=rights.county(mine))
    return rows.filter(agency=mine.post.agency_id)


def runs(mine: Appointment) -> QuerySet[LinkRun]:
    """The runs of the county."""
    rows = LinkRun.objects.select_related("place", "by__user", "by__post", "published_by__user")
    return rows.filter(place=rights.county(mine)) if rights.keeps_census(mine) else rows.none()


def territory(mine: Appointment) -> Place:
    """Where a post reads the register: a township its own part, everybody else the county."""
    local = mine.post.agency.kind in LOCAL
    return mine.post.territory if local else rights.county(mine)


def establishments(mine: Appointment) -> QuerySet[Establishment]:
    """The establishments in reach, those that ended as well."""
    first, after = territory(mine).code_range
    rows = Establishment.objects.filter(place__code__gte=first, place__code__lt=after)
    return rows.select_related("place", "premises")


def narrowed(
    rows: QuerySet[Establishment], given: Mapping[str, str], county: Place
) -> QuerySet[Establishment]:
    """As filtered on the page; what ended is shown only where it is asked for."""
    text = given.get("q", "").strip()
    if text:
        by_row = RecordLink.objects.filter(
            establishment=OuterRef("pk"), ended_at__isnull=True, record__name__icontains=text
        )
        mine = Q(name__icontains=text) | Q(address__icontains=text) | Q(number__iexact=text)
        rows = rows.filter(mine | Q(uscc__iexact=text) | Exists(by_row))
    town = given.get("township", "")
    if town.isdigit():
        rows = rows.filter(_within(town, county))
    if given.get("kind"):
        rows = rows.filter(kind="" if given["kind"] == "-" else given["kind"])
    if given.get("roster") in rosters():
        rows = rows.filter(rosters__contains=f" {given['roster']} ")
    if given.get("flag"):
        rows = rows.filter(Exists(_spots(given["flag"])))
    return _by_state(rows, given.get("state", ""))


def _within(town: str, county: Place) -> Q:
    """A township, or those whose township nobody knows."""
    if town == "0":
        return Q(place=county)
    place = Place.objects.within(county).filter(pk=int(town)).first() if len(town) < 18 else None
    if place is None:
        return Q(pk__in=[])
    first, after = place.code_range
    return Q(place__code__gte=first, place__code__lt=after)


def _spots(flag: str) -> QuerySet[BlindSpot]:
    return BlindSpot.objects.filter(establishment=OuterRef("pk"), flag=flag, ended_at__isnull=True)


def _by_state(rows: QuerySet[Establishment], state: str) -> QuerySet[Establishment]:
    if state == "ended":
        return rows.filter(ended_on__isnull=False)
    rows = rows.filter(ended_on__isnull=True)
    if state in ("filed", "unfiled"):
        return rows.filter(premises__isnull=state == "unfiled")
    return rows


def open_flags(pks: Sequence[int]) -> dict[int, list[str]]:
    """The open blind spots of establishments."""
    found: dict[int, list[str]] = {}
    rows = BlindSpot.objects.filter(establishment__in=pks, ended_at__isnull=True)
    for pk, flag in rows.order_by("flag").values_list("establishment_id", "flag"):
        found.setdefault(pk, []).append(flag)
    return found


def townships(mine: Appointment) -> QuerySet[Place]:
    """The townships by which a post may narrow the register."""
    return Place.objects.within(territory(mine)).filter(level="township", valid_to__isnull=True)


def links_of(one: Establishment) -> list[RecordLink]:
    """Every row that is or was of an establishment, those of today first."""
    rows = RecordLink.objects.filter(establishment=one).select_related(
        "record__agency", "record__brought_by", "run", "until_run"
    )
    return sorted(rows, key=lambda link: (link.ended_at is not None, link.record.roster, link.pk))


def survivor(one: Establishment) -> Establishment:
    """The establishment that took this one in, however often that happened."""
    found, seen = one, set[int]()
    while found.merged_into is not None and found.pk not in seen:
        seen.add(found.pk)
        found = found.merged_into
    return found


@dataclass(frozen=True, slots=True)
class RosterState:
    """One roster of one agency: its last list and how many rows stand."""

    kind: RosterKind
    last: RosterImport | None
    rows: int


def roster_states(mine: Appointment) -> list[RosterState]:
    """Every roster with what stands of it, in the order of the data."""
    county = rights.county(mine)
    reach = Q(place=county) if rights.keeps_census(mine) else Q(agency=mine.post.agency_id)
    counted = SourceRecord.objects.filter(reach, until__isnull=True).values_list("roster")
    counts = dict(counted.annotate(n=Count("pk")).order_by())
    last: dict[str, RosterImport] = {}
    done = RosterImport.objects.filter(reach, state="done").select_related("agency")
    for row in done.order_by("as_of", "pk"):
        last[row.roster] = row
    own = {kind.name for kind in rights.rosters_of(mine.post.agency)}
    return [
        RosterState(kind, last.get(name), counts.get(name, 0))
        for name, kind in rosters().items()
        if rights.keeps_census(mine) or name in own
    ]


def standing_counts(mine: Appointment) -> dict[str, Any]:
    """The register in figures: establishments, rows without one, blind spots, open questions."""
    county = rights.county(mine)
    mine_rows = establishments(mine).filter(ended_on__isnull=True)
    first, after = territory(mine).code_range
    spots = BlindSpot.objects.filter(
        ended_at__isnull=True,
        establishment__place__code__gte=first,
        establishment__place__code__lt=after,
    )
    records = SourceRecord.objects.filter(place=county, until__isnull=True)
    linked = RecordLink.objects.filter(record=OuterRef("pk"), ended_at__isnull=True)
    return {
        "establishments": mine_rows.order_by().count(),
        "unlinked": records.exclude(Exists(linked)).count(),
        "flags": dict(spots.order_by().values_list("flag").annotate(n=Count("pk"))),
        "questions": CensusQuestion.objects.filter(
            run__place=county, state="open", purpose="review"
        ).count(),
    }


def current_run(mine: Appointment) -> LinkRun | None:
    """The run whose register stands."""
    rows = LinkRun.objects.filter(place=rights.county(mine), state="published")
    return rows.select_related("published_by__user").order_by("-published_at", "-pk").first()
