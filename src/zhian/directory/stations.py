"""监管所 and their townships: the one of the seat, and those that it answers for beside it.

A row of responsibilities that names an office and no business type is a township of that station;
which agency answers for which business type is said by the rows that name one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from zhian.directory import log, reach
from zhian.directory.errors import NotPossible
from zhian.directory.models import Agency, Appointment, Office, Place, Responsibility

EVERY_TYPE = ""


def rows(day: date) -> QuerySet[Responsibility]:
    """The townships that stations answer for beside their seats, on a day."""
    open_still = Q(office__closed_on__isnull=True) | Q(office__closed_on__gt=day)
    return Responsibility.objects.filter(
        reach.in_force(day), open_still, office__isnull=False, business_type=EVERY_TYPE
    )


def also(office: Office, day: date) -> QuerySet[Responsibility]:
    """What one station answers for beside its seat."""
    return rows(day).filter(office=office).select_related("place").order_by("place__code")


def townships_of(agency: Agency, day: date) -> Mapping[int, list[Place]]:
    """By station of an agency: the townships that it answers for beside its seat."""
    found: dict[int, list[Place]] = defaultdict(list)
    for row in rows(day).filter(agency=agency).select_related("place").order_by("place__code"):
        assert row.office_id is not None
        found[row.office_id].append(row.place)
    return dict(found)


def places_of(agency: Agency, day: date) -> list[tuple[Place, Office]]:
    """Every place that a station of an agency answers for, with the station: seats and others."""
    open_still = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
    seats = agency.offices.filter(open_still, place__isnull=False).exclude(place=agency.place)
    more = rows(day).filter(agency=agency).select_related("place", "office__place")
    found = [(o.place, o) for o in seats.select_related("place") if o.place]
    return found + [(r.place, r.office) for r in more if r.office]


@transaction.atomic
def give(
    *, office: Office, place: Place, since: date, by: Appointment | None, reason: str = ""
) -> Responsibility:
    """A station answers for one more township; refused where it does, or another one does."""
    reach.need(by, ("responsibility", "directory"), office.agency.place)
    if place.pk == office.place_id:
        raise NotPossible("这已经是本所所在的乡镇。", "That is the station's own seat.", "place")
    if place.level not in ("township", "village"):
        raise NotPossible("请选择乡镇或者村。", "Choose a township or a village.", "place")
    holder = _holder(office.agency, place, since)
    if holder is not None:
        raise NotPossible(
            f"{place} 已由 {holder} 负责。", f"{holder} answers for {place} already.", "place"
        )
    row = Responsibility.objects.create(
        agency=office.agency, office=office, place=place, business_type=EVERY_TYPE, since=since
    )
    after = {"office": office, "place": place, "since": since}
    log.write("responsibility", row, by=by, reason=reason, after=after)
    return row


def _holder(agency: Agency, place: Place, day: date) -> Office | None:
    return next((o for where, o in places_of(agency, day) if where.pk == place.pk), None)


@transaction.atomic
def take(*, row: Responsibility, on: date, by: Appointment | None, reason: str = "") -> None:
    """The station answers for the township no longer; what began today is taken out again."""
    reach.need(by, ("responsibility", "directory"), row.agency.place)
    after = {"until": on}
    log.write("end_responsibility", row, by=by, reason=reason, before={"until": None}, after=after)
    if row.since >= on:
        row.delete()
        return
    row.until = on - timedelta(days=1)
    row.save(update_fields=["until"])
