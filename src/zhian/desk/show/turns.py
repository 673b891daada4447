"""Whose turn it is: which open matters stand on a person's desk, read from the procedures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from zhian.desk.engine.common import WHO_HANDS_OVER
from zhian.directory.models import Appointment
from zhian.law.procedure import ActSpec, Procedure, book

Stand = tuple[str, str]
"""A kind of matter and one of its phases."""


def on_my_desk(appointment: Appointment) -> Q:
    """Open matters that wait for this person: his own, what he gave and must judge, what his post
    alone may do, and what came to his office and is nobody's yet."""
    post = appointment.post
    found = _open(handler=appointment) & ~_stands(giver_turn())
    found |= _open(giver=appointment) & _stands(giver_turn())
    found |= _open(handler=None, agency=post.agency_id, office=post.office_id) & Q(
        kind__in=addressed_kinds()
    )
    if post.office_id and post.kind in WHO_HANDS_OVER:
        found |= _open(handler=None, agency=post.agency_id, office=post.office_id)
    return found | _by_post(appointment)


def of_my_office(appointment: Appointment) -> Q:
    """Open matters of the person's office; of the whole agency where the post has no office."""
    post = appointment.post
    if post.office_id:
        return _open(agency=post.agency_id, office=post.office_id)
    return _open(agency=post.agency_id)


def given_by(appointment: Appointment) -> Q:
    """Open matters that the person gave to others."""
    return _open(giver=appointment)


def _open(**terms: object) -> Q:
    """Every branch says itself that the matter is open, so that each finds its partial index."""
    nulls = {f"{k}__isnull": True for k, v in terms.items() if v is None}
    given = {k: v for k, v in terms.items() if v is not None}
    return Q(closed_at__isnull=True, **given, **nulls)


def _stands(stands: frozenset[Stand]) -> Q:
    found = Q(pk__in=[])
    for kind in sorted({kind for kind, _phase in stands}):
        phases = sorted(phase for k, phase in stands if k == kind)
        found |= Q(kind=kind, phase__in=phases)
    return found


def _by_post(appointment: Appointment) -> Q:
    post = appointment.post
    found = Q(pk__in=[])
    where = {"agency": post.agency_id} | ({"office": post.office_id} if post.office_id else {})
    for assigning in (True, False):
        stands = post_turn(post.kind, assigning)
        if stands:
            who = {"handler": None} if assigning else {}
            found |= _open(**where, **who) & _stands(stands) & ~_spent(post.kind, assigning)
    return found


def _spent(post: str, assigning: bool) -> Q:
    """Where all that a phase waits for from this post is done."""
    found = Q(pk__in=[])
    for (kind, phase), waits in awaited(post, assigning).items():
        over = Q(kind=kind, phase=phase)
        for verbs in waits:
            over &= _any_done(verbs)
        found |= over
    return found


def _any_done(verbs: frozenset[str]) -> Q:
    """Matters in which one of these acts is done; `done` is a list of verbs on both databases."""
    found = Q(pk__in=[])
    for verb in sorted(verbs):
        found |= Q(Contains(Cast("done", TextField()), f'"{verb}"'))
    return found


@cache
def giver_turn() -> frozenset[Stand]:
    """Phases in which only whoever gave the matter can move it on."""
    return frozenset(
        (p.kind, phase.key)
        for p in book().all()
        for phase in p.phases
        if not phase.closed and _movers(p, phase.key) == {"@giver"}
    )


def _movers(procedure: Procedure, phase: str) -> set[str]:
    acts = [a for a in _acts_in(procedure, phase) if a.to and a.to != phase]
    return {post for a in acts for post in a.posts}


def _acts_in(procedure: Procedure, phase: str) -> Iterator[ActSpec]:
    for act in procedure.acts.values():
        if not act.opening and phase in act.sources and "official" in act.by:
            yield act


@cache
def addressed_kinds() -> tuple[str, ...]:
    """Kinds that are given to somebody (`@assignee`): they wait for whoever takes them."""
    return tuple(
        sorted(
            {p.kind for p in book().all() if any("@assignee" in a.posts for a in p.acts.values())}
        )
    )


@cache
def post_turn(post: str, assigning: bool) -> frozenset[Stand]:
    """Phases in which an act names this post and not the handler; `assigning` are the acts that
    find a handler, and matter only while there is none."""
    return frozenset(
        (p.kind, phase.key)
        for p in book().all()
        for phase in p.phases
        if not phase.closed and _acts_of_post(p, phase.key, post, assigning)
    )


def _acts_of_post(procedure: Procedure, phase: str, post: str, assigning: bool) -> list[ActSpec]:
    if not assigning and _assigned_here(procedure, phase):
        return []
    return [
        a
        for a in _acts_in(procedure, phase)
        if post in a.posts
        and "@handler" not in a.posts
        and len(a.sources) < len(procedure.phases) - 1
        and bool({"handler", "office"} & set(a.sets)) is assigning
    ]


@cache
def awaited(post: str, assigning: bool) -> Mapping[Stand, tuple[frozenset[str], ...]]:
    """By phase of the post's turn: the conditions of leaving it that the post's acts fulfil, each
    as the verbs of which one must be done. Where there is none, the turn lasts as the phase."""
    found: dict[Stand, tuple[frozenset[str], ...]] = {}
    for p in book().all():
        for phase in p.phases:
            mine = {a.verb for a in _acts_of_post(p, phase.key, post, assigning)}
            waits = tuple(_conditions(p, phase.key, mine))
            if waits:
                found[p.kind, phase.key] = waits
    return found


def _conditions(procedure: Procedure, phase: str, verbs: set[str]) -> Iterator[frozenset[str]]:
    for act in _acts_in(procedure, phase):
        if act.to and act.to != phase:
            for condition in act.after:
                if verbs & set(condition):
                    yield frozenset(verb for verb in condition if not verb.startswith("!"))


def _assigned_here(procedure: Procedure, phase: str) -> bool:
    """Whether a handler is found in this phase: then its other acts come with that one."""
    return any({"handler", "office"} & set(a.sets) for a in _acts_in(procedure, phase))
