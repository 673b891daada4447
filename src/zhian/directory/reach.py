"""How far an administrator reaches: the place of his post and everything below it."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from zhian.directory import rights
from zhian.directory.errors import NotPossible, NotYours
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


def covers(by: Appointment | None, place: Place) -> bool:
    """Whether a place lies where this administrator answers; the console reaches everything."""
    if by is None:
        return True
    first, after = by.post.territory.code_range
    return first <= place.code < after


def need(by: Appointment | None, part: str | tuple[str, ...], place: Place) -> None:
    """Refuse unless the post administers one of these parts, here; raises NotPossible."""
    parts = (part,) if isinstance(part, str) else part
    if by is not None and not any(rights.may_administer(by, p) for p in parts):
        raise NotPossible("您的岗位不能办理此事。", "Your post may not do this.")
    if not covers(by, place):
        raise NotYours


def _under(by: Appointment, path: str) -> Q:
    first, after = by.post.territory.code_range
    return Q(**{f"{path}code__gte": first, f"{path}code__lt": after})


def places(by: Appointment) -> QuerySet[Place]:
    """The divisions in reach."""
    return Place.objects.filter(_under(by, ""))


def agencies(by: Appointment) -> QuerySet[Agency]:
    """The agencies in reach."""
    return Agency.objects.filter(_under(by, "place__")).select_related("place", "superior")


def offices(by: Appointment) -> QuerySet[Office]:
    """The offices of the agencies in reach."""
    rows = Office.objects.filter(_under(by, "agency__place__"))
    return rows.select_related("agency__place", "place")


def posts(by: Appointment) -> QuerySet[Post]:
    """The posts of the agencies in reach."""
    rows = Post.objects.filter(_under(by, "agency__place__"))
    return rows.select_related("agency__place", "office__place", "place")


def appointments(by: Appointment) -> QuerySet[Appointment]:
    """Every appointment, past and present, to a post in reach."""
    rows = Appointment.objects.filter(_under(by, "post__agency__place__"))
    return rows.select_related("user", "post__agency__place", "post__office__place", "post__place")


def people(by: Appointment) -> QuerySet[User]:
    """Officials who hold or held a post in reach, and those who hold none yet."""
    inside = appointments(by).order_by().values("user")
    nowhere = Q(appointments__isnull=True, operator__isnull=True)
    return User.objects.filter(Q(pk__in=inside) | nowhere).distinct()


def premises(by: Appointment) -> QuerySet[Premises]:
    """The premises in reach."""
    rows = Premises.objects.filter(_under(by, "place__"))
    return rows.select_related("operator", "place")


def responsibilities(by: Appointment) -> QuerySet[Responsibility]:
    """The cells of the matrix for places in reach."""
    rows = Responsibility.objects.filter(_under(by, "place__"))
    return rows.select_related("agency", "office", "place")


def sponsorships(by: Appointment) -> QuerySet[Sponsorship]:
    """The sponsorships of premises in reach."""
    rows = Sponsorship.objects.filter(_under(by, "premises__place__"))
    return rows.select_related("premises__place", "appointment__user", "appointment__post__agency")


def in_force(day: date) -> Q:
    """Rows with `since` and `until` that hold on a day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))
