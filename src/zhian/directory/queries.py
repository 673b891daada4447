"""Reads of the directory for its pages, all within the reach of the administrator."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from zhian.directory import reach
from zhian.directory.models import (
    Agency,
    Appointment,
    Deputyship,
    DirectoryChange,
    Office,
    Place,
    Post,
    Premises,
    Responsibility,
    Sponsorship,
    User,
)

# Above this many it is cheaper to read every appointment than to name the people.
MOST_NAMED = 500


def found_places(by: Appointment, text: str, level: str) -> QuerySet[Place]:
    """Divisions by name or beginning of the code, and by level."""
    rows = reach.places(by).select_related("parent", "merged_into")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text))
    return rows.filter(level=level) if level else rows


def found_agencies(by: Appointment, text: str, kind: str) -> QuerySet[Agency]:
    """Agencies by name or code, and by kind, with how many offices and posts they have."""
    rows = reach.agencies(by).annotate(
        n_offices=Count("offices", distinct=True), n_posts=Count("posts", distinct=True)
    )
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__icontains=text))
    return rows.filter(kind=kind) if kind else rows


def offices_of(agency: Agency) -> QuerySet[Office]:
    """The offices of an agency."""
    return agency.offices.select_related("place").order_by("code")


def posts_of(agency: Agency, day: date) -> QuerySet[Post]:
    """The posts of an agency, each with who holds it on a day (`.holders`)."""
    holders = Appointment.objects.on(day).select_related("user").order_by("since")
    return (
        agency.posts.select_related("office", "place")
        .prefetch_related(Prefetch("appointments", holders, to_attr="holders"))
        .order_by("office__code", "kind")
    )


def found_people(by: Appointment, text: str, state: str, day: date) -> QuerySet[User]:
    """People by name, login name or card number; `state` is serving, idle, shut (serves, but cannot
    log in yet) or left."""
    serving = Appointment.objects.on(day).filter(user=OuterRef("pk"))
    rows = reach.people(by).annotate(serves=Exists(serving))
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(username__icontains=text) | Q(card_number__icontains=text)
        )
    if state == "left":
        return rows.filter(left_on__isnull=False)
    if state in ("serving", "idle"):
        return rows.filter(left_on__isnull=True, serves=state == "serving")
    if state == "shut":
        closed = Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return rows.filter(closed, left_on__isnull=True, serves=True)
    return rows


def posts_in_words(people: list[User], day: date) -> dict[int, list[Appointment]]:
    """What each of these people holds on a day, in one query."""
    found: dict[int, list[Appointment]] = {p.pk: [] for p in people}
    rows = Appointment.objects.on(day)
    if len(found) <= MOST_NAMED:
        rows = rows.filter(user__in=found)
    for row in rows.select_related("post__agency", "post__office").order_by("since"):
        if row.user_id in found:
            found[row.user_id].append(row)
    return found


def found_appointments(by: Appointment, text: str, day: date | None) -> QuerySet[Appointment]:
    """Appointments by person, post or agency; only those in force where a day is given."""
    rows = reach.appointments(by)
    if day is not None:
        rows = rows.filter(pk__in=Appointment.objects.on(day).values("pk"))
    if text:
        rows = rows.filter(
            Q(user__name__icontains=text)
            | Q(user__username__icontains=text)
            | Q(post__agency__name__icontains=text)
            | Q(post__kind__icontains=text)
        )
    return rows


def found_deputies(by: Appointment, day: date) -> QuerySet[Deputyship]:
    """Who stands in for whom, now and in future."""
    inside = reach.appointments(by).order_by().values("pk")
    return (
        Deputyship.objects.filter(absent__in=inside, until__gte=day)
        .select_related("absent__user", "absent__post", "deputy__user", "deputy__post")
        .order_by("since", "id")
    )


def found_responsibilities(
    by: Appointment, text: str, business_type: str, day: date
) -> QuerySet[Responsibility]:
    """The cells in force, by agency or place, and by business type."""
    rows = reach.responsibilities(by).filter(reach.in_force(day))
    if text:
        rows = rows.filter(Q(agency__name__icontains=text) | Q(place__name__icontains=text))
    return rows.filter(business_type=business_type) if business_type else rows


def found_sponsorships(by: Appointment, text: str, level: str, day: date) -> QuerySet[Sponsorship]:
    """Sponsorships in force, by premises or official, and by level."""
    rows = reach.sponsorships(by).filter(reach.in_force(day))
    if text:
        rows = rows.filter(
            Q(premises__name__icontains=text) | Q(appointment__user__name__icontains=text)
        )
    return rows.filter(level=level) if level else rows


def premises_named(by: Appointment, text: str, most: int = 20) -> list[Premises]:
    """Premises to choose from by a part of the name."""
    return list(reach.premises(by).filter(name__icontains=text).order_by("name")[:most])


def changes(by: Appointment, text: str, what: str) -> QuerySet[DirectoryChange]:
    """The log in reach: made by or about people and things of this administrator's places."""
    first, after = by.post.territory.code_range
    path = "by__post__agency__place__code"
    mine = Q(**{f"{path}__gte": first, f"{path}__lt": after})
    rows = DirectoryChange.objects.filter(mine | Q(by__isnull=True))
    if text:
        rows = rows.filter(Q(subject__icontains=text) | Q(by_name__icontains=text))
    return rows.filter(what=what) if what else rows
