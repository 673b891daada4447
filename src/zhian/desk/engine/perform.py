"""The one door: everything that happens to a matter happens through `perform`.

In one transaction it checks rights, phase, conditions, fields and gates, appends exactly one
act, calls the app's effect, moves clocks, makes documents, opens matters, sets standings and
notes what is to be published. An act that needs signatures becomes a proposal instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhian.desk import fields, kinds, timing
from zhian.desk.actors import Actor
from zhian.desk.deed import Deed
from zhian.desk.engine import book, checks, children, effects, proposals
from zhian.desk.errors import MovedOn, refuse
from zhian.desk.models import Act, Matter
from zhian.desk.papers.numbers import matter_number
from zhian.law.procedure import Procedure, book as procedures, opened as opened_state

Given = Mapping[str, Any]


def procedure_of(matter: Matter) -> Procedure:
    """The version of the procedure that a matter began with."""
    return procedures().version(matter.kind, matter.procedure_version)


def perform(
    matter: Matter,
    verb: str,
    *,
    fields: Given | None = None,
    by: Actor,
    at: datetime | None = None,
    head: int | None = None,
    key: str | None = None,
    reason: str = "",
) -> Act:
    """Do one thing to a matter, or refuse with every reason and change nothing.

    `at` is when it happened (now if absent), `head` the last moving act that the person saw,
    `key` makes a repeated submission return the first act. Raises Refused, NotAllowed,
    FieldErrors or MovedOn.
    """
    with transaction.atomic():
        locked = book.lock(matter.pk)
        known = _already(key, locked, verb)
        if known is not None:
            return known
        act = _perform_locked(locked, verb, fields or {}, by, at or timing.now(), head, key, reason)
    matter.refresh_from_db()
    return act


def _already(key: str | None, matter: Matter, verb: str) -> Act | None:
    act = Act.objects.filter(key=key).first() if key else None
    if act is not None and (act.matter_id != matter.pk or act.verb != verb):
        raise refuse(
            "这个提交标识已用于另一行为。",
            "This submission key belongs to another act.",
        )
    return act


def _perform_locked(
    matter: Matter,
    verb: str,
    given: Given,
    by: Actor,
    at: datetime,
    head: int | None,
    key: str | None,
    reason: str,
) -> Act:
    procedure = procedure_of(matter)
    spec = procedure.act(verb)
    if spec.moves and head is not None and head != matter.head:
        raise MovedOn(list(Act.objects.filter(matter=matter, seq__gt=head)))
    checks.time(matter, by, at)
    checks.may(matter, spec, by)
    checks.order(matter, procedure, spec)
    confirmed = frozenset(given.get("confirmed") or ())
    values = fields.clean(spec, given)
    return _act(Deed(matter, procedure, spec, values, by, at, confirmed, key, reason), count_in)


def _act(deed: Deed, take: proposals.Take) -> Act:
    """Check what was given; then the act counts, or it is proposed where it must be signed."""
    checks.conditions(deed)
    data = fields.data_of(deed.matter, deed.spec, deed.values)
    if deed.confirmed:
        data["confirmed"] = sorted(deed.confirmed)
    if proposals.needed(deed.spec, deed.by):
        return proposals.propose(deed, data, take)
    act = book.write(
        deed.matter,
        deed.spec.verb,
        by=deed.by,
        at=deed.at,
        data=data,
        moves=deed.spec.moves,
        reason=deed.reason,
        key=deed.key,
    )
    take(deed, act)
    return act


def count_in(deed: Deed, act: Act) -> None:
    """Let an act take effect: at once, or with the last signature of its proposal.

    The order is fixed: clears, done, clocks, papers; other matters; standings; the parent.
    """
    if deed.spec.opening:
        effects.clocks_and_papers(deed, act)
        deed.matter.done = [deed.spec.verb]
    else:
        effects.take(deed, act)
    children.open_all(deed, act, _begin)
    effects.settle(deed, act)
    if not deed.spec.opening:
        children.tell_parent(deed, act, tell)


def tell(parent_id: int, verb: str, child: Matter, at: datetime, given: Given) -> Act:
    """A child's ending becomes an ordinary act of its parent."""
    parent = book.lock(parent_id)
    spec = procedure_of(parent).act(verb)
    known = {row.name for row in spec.fields}
    wanted = {name: value for name, value in given.items() if name in known}
    return _perform_locked(
        parent,
        verb,
        wanted,
        Actor.child(child.number),
        at,
        None,
        None,
        child.title[:200],
    )


def open_matter(
    kind: str,
    verb: str,
    opening: kinds.Opening,
    *,
    by: Actor,
    at: datetime | None = None,
    key: str | None = None,
    reason: str = "",
) -> Matter:
    """Begin a matter with one of its procedure's opening acts; the same checks as `perform`.

    A repeated `key` returns the matter it opened the first time.
    """
    known = Act.objects.filter(key=key).select_related("matter").first() if key else None
    if known is not None:
        return known.matter
    with transaction.atomic():
        matter = _begin(kind, verb, opening, by, at or timing.now(), None, (), key, reason)
    matter.refresh_from_db()
    return matter


def _begin(
    kind: str,
    verb: str,
    opening: kinds.Opening,
    by: Actor,
    at: datetime,
    opened_by: Act | None,
    tells: tuple[Mapping[str, Any], ...],
    key: str | None = None,
    reason: str = "",
) -> Matter:
    bound = kinds.get(kind)
    given = opening.fields
    trigger = _trigger_day(given, at)
    procedure = procedures().pick(kind, trigger)
    spec = procedure.act(verb)
    if not spec.opening:
        raise refuse("这不是开启事项的行为。", "This act does not begin a matter.")
    checks.may_open(kind, spec, by, opening, nested=opened_by is not None)
    checks.time(None, by, at)
    confirmed = frozenset(given.get("confirmed") or ())
    values = fields.clean(spec, given)
    state = opened_state(procedure, verb)
    matter = _new(bound, procedure, state.phase, opening, at, trigger, opened_by, tells)
    deed = Deed(matter, procedure, spec, values, by, at, confirmed, key, reason)
    act = _act(deed, _created)
    if not act.effective:
        _create(deed, act)
        matter.save()
    return matter


def _create(deed: Deed, act: Act) -> None:
    """The app's own row, made with the opening act even while that waits for signatures."""
    creates = kinds.get(deed.matter.kind).effects.get(act.verb)
    if creates is not None:
        creates(deed.matter, act, deed.values)


def _created(deed: Deed, act: Act) -> None:
    _create(deed, act)
    count_in(deed, act)


def _trigger_day(given: Given, at: datetime) -> date:
    """The day whose law governs the matter: when it was received, else when it began."""
    received = given.get("received_on")
    if isinstance(received, str) and received:
        return date.fromisoformat(received)
    return received if isinstance(received, date) else timezone.localtime(at).date()


def _new(
    bound: kinds.Kind,
    procedure: Procedure,
    phase: str,
    opening: kinds.Opening,
    at: datetime,
    trigger: date,
    opened_by: Act | None,
    tells: tuple[Mapping[str, Any], ...],
) -> Matter:
    parent = opened_by.matter if opened_by and tells else None
    return Matter.objects.create(
        kind=bound.name,
        procedure_version=procedure.version,
        number=matter_number(opening.agency, bound.prefix, at),
        title=opening.title[:300],
        phase=phase,
        done=[],
        trigger_date=trigger,
        agency=opening.agency,
        office=opening.office,
        handler=opening.handler,
        giver=opening.giver,
        place=opening.place,
        operator=opening.operator,
        premises=opening.premises,
        confidential=opening.confidential,
        opened_at=at,
        parent=parent,
        is_child=bool(parent),
        tells=list(tells),
        opened_by_act=opened_by.pk if opened_by else None,
    )
