"""Who answers for what: the matrix of departments, and sponsorship (包保)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from zhian.directory import log, reach
from zhian.directory.errors import NotPossible
from zhian.directory.models import (
    Agency,
    Appointment,
    Office,
    Place,
    Premises,
    Responsibility,
    Sponsorship,
)
from zhian.directory.words import business_words
from zhian.law import offices

PARTS = ("responsibility", "directory")


@transaction.atomic
def give_responsibility(
    *,
    agency: Agency,
    place: Place,
    business_type: str,
    since: date,
    by: Appointment | None,
    office: Office | None = None,
    basis: str = "",
    reason: str = "",
) -> Responsibility:
    """This agency answers for this business type in this place and everywhere below it."""
    reach.need(by, PARTS, place)
    if business_type not in offices.business_types():
        raise NotPossible(
            f"没有“{business_type}”业态。",
            f"There is no business type {business_type}.",
            "business_type",
        )
    same = Responsibility.objects.filter(
        reach.in_force(since),
        agency=agency,
        office=office,
        place=place,
        business_type=business_type,
    )
    if same.exists():
        raise NotPossible(
            "此职责已明确给该部门。", "The agency answers for this already.", "agency"
        )
    row = Responsibility.objects.create(
        agency=agency,
        office=office,
        place=place,
        business_type=business_type,
        basis=basis[:200],
        since=since,
    )
    after = {
        "agency": agency,
        "office": office,
        "place": place,
        "business_type": business_words(business_type).zh,
        "since": since,
    }
    log.write("responsibility", row, by=by, reason=reason, after=after)
    return row


@transaction.atomic
def give_responsibilities(*, business_types: Iterable[str], **given: Any) -> list[Responsibility]:
    """The same for several business types at once: all or none."""
    return [give_responsibility(business_type=key, **given) for key in business_types]


@transaction.atomic
def give_proposed(
    *,
    rows: Iterable[tuple[str, Agency]],
    since: date,
    basis: str,
    by: Appointment | None,
) -> int:
    """Each agency answers for its business type in its own division; how many were given."""
    given = [
        give_responsibility(
            agency=agency, place=agency.place, business_type=key, since=since, basis=basis, by=by
        )
        for key, agency in rows
    ]
    return len(given)


@transaction.atomic
def end_responsibility(
    *, row: Responsibility, on: date, by: Appointment | None, reason: str
) -> None:
    """The agency answers for it until this day."""
    reach.need(by, PARTS, row.place)
    before, row.until = {"until": row.until}, max(on, row.since)
    row.save(update_fields=["until"])
    after = {"until": row.until}
    log.write("end_responsibility", row, by=by, reason=reason, before=before, after=after)


@transaction.atomic
def sponsor(
    *,
    premises: Premises,
    appointment: Appointment,
    level: str,
    since: date,
    by: Appointment | None,
    reason: str = "",
) -> Sponsorship:
    """Bind an official to premises at a level; one official per level (the old one is ended)."""
    reach.need(by, PARTS, premises.place)
    if level not in dict(Sponsorship.LEVELS):
        raise NotPossible("层级须为 A、B、C 或者 D。", "The level is A, B, C or D.", "level")
    now = premises.sponsorships.filter(reach.in_force(since), level=level)
    if now.filter(appointment=appointment).exists():
        raise NotPossible("此人已包保该主体。", "This person sponsors it already.", "appointment")
    for old in now:
        end_sponsorship(row=old, on=since - timedelta(days=1), by=by, reason=reason or "更换包保人")
    row = Sponsorship.objects.create(
        premises=premises, appointment=appointment, level=level, since=since
    )
    after = {"premises": premises, "official": appointment, "level": level}
    log.write("sponsor", row, by=by, reason=reason, after=after, person=appointment.user)
    return row


@transaction.atomic
def end_sponsorship(*, row: Sponsorship, on: date, by: Appointment | None, reason: str) -> None:
    """The official answers for the premises until this day; one not begun by then is taken out."""
    reach.need(by, PARTS, row.premises.place)
    before, after = {"since": row.since, "until": row.until}, {"until": on}
    person = row.appointment.user
    log.write(
        "end_sponsor",
        row,
        by=by,
        reason=reason,
        before=before,
        after=after,
        person=person,
    )
    if row.since > on:
        row.delete()
        return
    row.until = on
    row.save(update_fields=["until"])
