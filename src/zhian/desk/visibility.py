"""Which matters a person in a post may read, and on which he may act."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from zhian.desk import kinds, timing
from zhian.desk.models import Matter, MatterShare
from zhian.directory import rights
from zhian.directory.models import Appointment

NOTHING = Q(pk__in=[])


def visible_to(appointment: Appointment | None) -> QuerySet[Matter]:
    """Every matter that the post may read: own, office, place, agency, and what is shared."""
    if appointment is None:
        return Matter.objects.none()
    return _reach(appointment, "see", _shared(appointment))


def acting_on(appointment: Appointment) -> QuerySet[Matter]:
    """Every matter on which the post may act, by its scope or by a share."""
    return _reach(appointment, "act", _shared(appointment, "act"))


def _reach(appointment: Appointment, side: str, shared: Q) -> QuerySet[Matter]:
    mine = rights.of(appointment)
    named = [k.name for k in kinds.all_kinds() if mine.scope(side, k.name) != mine.scope(side, "")]
    condition = _scope(appointment, mine.scope(side, "")) & ~Q(kind__in=named)
    for kind in named:
        condition |= Q(kind=kind) & _scope(appointment, mine.scope(side, kind))
    if not mine.confidential:
        condition &= Q(confidential=False) | own(appointment)
    return Matter.objects.filter(condition & Q(sealed=False) | own(appointment) | shared)


def _scope(appointment: Appointment, scope: str) -> Q:
    post = appointment.post
    if scope == "all":
        return Q()
    if scope == "agency":
        return Q(agency=post.agency_id)
    if scope == "place":
        first, after = post.territory.code_range
        return Q(place_code__gte=first, place_code__lt=after)
    if scope == "office":
        return Q(agency=post.agency_id, office=post.office_id) | own(appointment)
    if scope == "own":
        return own(appointment)
    return NOTHING


def own(appointment: Appointment) -> Q:
    """Matters that the person handles, gave or must sign."""
    return Q(handler=appointment) | Q(giver=appointment)


def _shared(appointment: Appointment, what: str | None = None) -> Q:
    shares = live_shares(appointment, timing.today())
    if what:
        shares = shares.filter(what=what)
    return Q(pk__in=shares.values("matter"))


def live_shares(appointment: Appointment, day: date) -> QuerySet[MatterShare]:
    """The shares that reach this post on a day."""
    return MatterShare.objects.filter(
        Q(agency=appointment.post.agency_id) | Q(post=appointment.post_id),
        Q(until__isnull=True) | Q(until__gte=day),
    )


def may_see(appointment: Appointment, matter: Matter) -> bool:
    """Whether one matter is within reach."""
    return visible_to(appointment).filter(pk=matter.pk).exists()


def may_act(appointment: Appointment, matter: Matter) -> bool:
    """Whether the post's scope of acting covers this matter."""
    scope = rights.of(appointment).scope("act", matter.kind)
    if scope == "none":
        return False
    if matter.handler_id == appointment.pk or matter.giver_id == appointment.pk:
        return True
    if _within(appointment, matter, scope) and not (matter.sealed or _hidden(appointment, matter)):
        return True
    return live_shares(appointment, timing.today()).filter(matter=matter, what="act").exists()


def _hidden(appointment: Appointment, matter: Matter) -> bool:
    return matter.confidential and not rights.of(appointment).confidential


def _within(appointment: Appointment, matter: Matter, scope: str) -> bool:
    post = appointment.post
    if scope == "all":
        return True
    if scope == "agency":
        return matter.agency_id == post.agency_id
    if scope == "office":
        return matter.agency_id == post.agency_id and matter.office_id == post.office_id
    if scope == "place":
        first, after = post.territory.code_range
        return first <= matter.place_code < after
    return False
