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

from zhian.desk import book, checks, children, effects, fields, kinds, proposals, timing
from zhian.desk.actors import Actor
from zhian.desk.errors import MovedOn, refuse
from zhian.desk.models import Act, Matter, Proposal
from zhian.desk.numbers import matter_number
from zhian.law.procedure import ActSpec, Procedure, book as procedures, opened as opened_state

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
    values = fields.clean(spec, given)
    confirmed = frozenset(given.get("confirmed") or ())
    checks.conditions(matter, procedure, spec, values, by, at, confirmed)
    data = fields.data_of(matter, spec, values)
    if confirmed:
        data["confirmed"] = sorted(confirmed)
    if proposals.needed(spec, by):
        return proposals.propose(
            matter, procedure, spec, values, data, by, at, key, reason, count_in
        )
    act = book.write(
        matter, verb, by=by, at=at, data=data, moves=spec.moves, reason=reason, key=key
    )
    take_effect(matter, procedure, spec, act, values, by, None)
    return act


def take_effect(
    matter: Matter,
    procedure: Procedure,
    spec: ActSpec,
    act: Act,
    values: Given,
    by: Actor,
    proposal: Proposal | None,
) -> None:
    """What an act does once it counts; the order is fixed (clears, done, clocks, papers, …)."""
    effects.take(matter, procedure, spec, act, values, proposal.act if proposal else None)
    children.open_all(matter, spec, act, values, by, _begin)
    effects.settle(matter, procedure, spec, act, values)
    children.tell_parent(matter, act, values, tell)


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
    values = fields.clean(spec, given)
    state = opened_state(procedure, verb)
    matter = _new(bound, procedure, state.phase, opening, at, trigger, opened_by, tells)
    confirmed = frozenset(given.get("confirmed") or ())
    checks.conditions(matter, procedure, spec, values, by, at, confirmed)
    data = fields.data_of(matter, spec, values)
    if proposals.needed(spec, by):
        act = proposals.propose(
            matter, procedure, spec, values, data, by, at, key, reason, _created_and_opened
        )
        if not act.effective:
            _create(matter, act, values)
            matter.save()
    else:
        act = book.write(matter, verb, by=by, at=at, data=data, moves=True, reason=reason, key=key)
        _created_and_opened(matter, procedure, spec, act, values, by, None)
    return matter


def _create(matter: Matter, act: Act, values: Given) -> None:
    """The app's own row, made with the opening act even while that waits for signatures."""
    creates = kinds.get(matter.kind).effects.get(act.verb)
    if creates is not None:
        creates(matter, act, values)


def _created_and_opened(
    matter: Matter,
    procedure: Procedure,
    spec: ActSpec,
    act: Act,
    values: Given,
    by: Actor,
    proposal: Proposal | None,
) -> None:
    _create(matter, act, values)
    _opened(matter, procedure, spec, act, values, by, proposal)


def count_in(
    matter: Matter,
    procedure: Procedure,
    spec: ActSpec,
    act: Act,
    values: Given,
    by: Actor,
    proposal: Proposal | None,
) -> None:
    """Let a proposal take effect: with its last signature, or at once where it is urgent."""
    take = _opened if spec.opening else take_effect
    take(matter, procedure, spec, act, values, by, proposal)


def _opened(
    matter: Matter,
    procedure: Procedure,
    spec: ActSpec,
    act: Act,
    values: Given,
    by: Actor,
    proposal: Proposal | None,
) -> None:
    """What an opening act does once it counts."""
    effects.clocks_and_papers(matter, spec, act, values, proposal.act if proposal else None)
    matter.done = [spec.verb]
    children.open_all(matter, spec, act, values, by, _begin)
    effects.settle(matter, procedure, spec, act, values)


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
