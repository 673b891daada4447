"""What an act changes once it counts: the state, the app's row, clocks, papers, standings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from zhian.desk import handlers, kinds, notices
from zhian.desk.deed import Deed, facts_of
from zhian.desk.engine import clocks
from zhian.desk.models import Act, Clock, Matter
from zhian.desk.papers import issuing
from zhian.desk.publishing import preparing
from zhian.directory import office_law
from zhian.directory.models import Standing
from zhian.law.procedure import ActSpec, Mark, State, step

SETTABLE = {"agency", "office", "handler", "operator", "premises", "place"}


def take(deed: Deed, act: Act) -> None:
    """Clears, done, phase; then what the procedure sets, the app's effect, clocks and papers."""
    matter, spec = deed.matter, deed.spec
    state = step(deed.procedure, State(matter.phase, frozenset(matter.done)), spec.verb)
    matter.phase, matter.done = state.phase, sorted(state.done)
    _set(deed)
    effect = kinds.get(matter.kind).effects.get(spec.verb)
    if effect is not None:
        effect(matter, act, deed.values)
    clocks_and_papers(deed, act)


def clocks_and_papers(deed: Deed, act: Act) -> None:
    """Move the clocks and issue the documents of an act that counts."""
    holds = facts_of(deed.matter)
    clocks.move(deed, act, holds)
    issuing.issue(deed, act, holds)


def _set(deed: Deed) -> None:
    for name, source in deed.spec.sets.items():
        value = deed.values.get(source)
        if isinstance(value, list):
            value = value[0] if value else None
        if name in SETTABLE and isinstance(value, Model):
            setattr(deed.matter, name, value)


def settle(deed: Deed, act: Act) -> None:
    """The last part: standings, publications, closing, notices, and who must hear of it."""
    matter, spec = deed.matter, deed.spec
    for mark in spec.marks:
        _mark(matter, mark, act)
    if spec.lifts:
        _lift(matter, spec, act)
    for row in spec.publishes:
        preparing.prepare(deed, act, row.what, _until(matter, row.until, act))
    if spec.unpublishes:
        preparing.unpublish(matter, spec.unpublishes, act, spec.words)
    closed = deed.procedure.phase(matter.phase).closed
    matter.closed_at = act.happened_at if closed else None
    if clocks.touches(spec):
        matter.next_due_at = clocks.next_due(matter)
    matter.save()
    notices.of_act(matter, spec, act)
    handlers.queue(matter.kind, act)


def _mark(matter: Matter, mark: Mark, act: Act) -> None:
    bearer = {
        "operator": {"operator_id": matter.operator_id},
        "premises": {"premises_id": matter.premises_id},
    }.get(mark.on, {})
    if not any(bearer.values()):
        return
    ends = _until(matter, mark.until, act)
    Standing.objects.create(
        kind=mark.standing,
        since=timezone.localtime(act.happened_at).date(),
        until=_last_day(ends),
        set_by_act=act.pk,
        **bearer,
    )


def _last_day(ends: datetime | None) -> date | None:
    """The last day that counts: a term that ends at 24:00 ends on the day before that midnight."""
    return timezone.localtime(ends - timedelta(microseconds=1)).date() if ends else None


def _lift(matter: Matter, spec: ActSpec, act: Act) -> None:
    """What this matter and the earlier ones set ends. A matter of no operator, as a roster of
    licences is, set the standings of many: of those only what these very bearers bear."""
    acts = Act.objects.filter(matter__in=[matter.pk, *kinds.get(matter.kind).continues(matter)])
    before = acts.exclude(pk=act.pk)
    own = before.filter(Q(matter=matter.pk) | Q(matter__operator__isnull=False)).values("pk")
    shared = before.filter(matter__operator=None).values("pk")
    borne = Q(operator=matter.operator_id)
    if matter.premises_id:
        borne |= Q(premises=matter.premises_id)
    ours = Q(set_by_act__in=own)
    if matter.operator_id:
        ours |= Q(set_by_act__in=shared) & borne
    standing = Standing.objects.filter(ours, kind__in=spec.lifts, lifted_on__isnull=True)
    standing.update(lifted_on=timezone.localtime(act.happened_at).date(), lifted_by_act=act.pk)


def _until(matter: Matter, duty: str | None, act: Act) -> Any:
    """When a standing or a publication ends: with its duty's clock, else counted from the act."""
    if duty is None:
        return None
    clock = Clock.objects.filter(matter=matter, duty=duty).order_by("-id").first()
    if clock is not None:
        return clock.due_at
    return office_law.due(duty, timezone.localtime(act.happened_at)).moment
