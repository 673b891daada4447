"""What an act changes once it counts: the state, the app's row, clocks, papers, standings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone

from zhian.desk import clocks, handlers, kinds, notices, papers
from zhian.desk.models import Act, Clock, Matter, Publication
from zhian.directory import office_law
from zhian.directory.models import Standing
from zhian.law.procedure import ActSpec, Mark, Procedure, State, step

SETTABLE = {"agency", "office", "handler", "operator", "premises", "place"}
Values = Mapping[str, Any]


def facts_of(matter: Matter) -> Callable[[str], bool]:
    """A test for `fact` and `!fact`; the kind is asked once, and only when somebody asks."""
    known: dict[str, Any] = {}

    def holds(name: str) -> bool:
        if not known:
            known.update(kinds.get(matter.kind).facts(matter))
        wanted = not name.startswith("!")
        return bool(known[name.removeprefix("!")]) is wanted

    return holds


def take(
    matter: Matter,
    procedure: Procedure,
    spec: ActSpec,
    act: Act,
    values: Values,
    proposal_act: Act | None,
) -> None:
    """Clears, done, phase; then what the procedure sets, the app's effect, clocks and papers."""
    state = step(procedure, State(matter.phase, frozenset(matter.done)), spec.verb)
    matter.phase, matter.done = state.phase, sorted(state.done)
    _set(matter, spec, values)
    effect = kinds.get(matter.kind).effects.get(spec.verb)
    if effect is not None:
        effect(matter, act, values)
    clocks_and_papers(matter, spec, act, values, proposal_act)


def clocks_and_papers(
    matter: Matter, spec: ActSpec, act: Act, values: Values, proposal_act: Act | None
) -> None:
    """Move the clocks and issue the documents of an act that counts."""
    holds = facts_of(matter)
    clocks.move(matter, spec, act, values, holds)
    papers.issue(matter, spec, act, proposal_act, values, holds)


def _set(matter: Matter, spec: ActSpec, values: Values) -> None:
    for name, source in spec.sets.items():
        value = values.get(source)
        if isinstance(value, list):
            value = value[0] if value else None
        if name in SETTABLE and isinstance(value, Model):
            setattr(matter, name, value)


def settle(matter: Matter, procedure: Procedure, spec: ActSpec, act: Act, values: Values) -> None:
    """The last part: standings, publications, closing, notices, and who must hear of it."""
    for mark in spec.marks:
        _mark(matter, mark, act)
    if spec.lifts:
        _lift(matter, spec, act)
    for row in spec.publishes:
        Publication.objects.create(
            matter=matter,
            act=act,
            what=row.what,
            needs_review=row.review,
            since=act.happened_at,
            until=_until(matter, row.until, act),
        )
    if spec.unpublishes:
        Publication.objects.filter(
            matter=matter, what__in=spec.unpublishes, withdrawn_at__isnull=True
        ).update(withdrawn_at=act.happened_at)
    closed = procedure.phase(matter.phase).closed
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
        until=timezone.localtime(ends).date() if ends else None,
        set_by_act=act.pk,
        **bearer,
    )


def _lift(matter: Matter, spec: ActSpec, act: Act) -> None:
    ours = Act.objects.filter(matter=matter).values("pk")
    Standing.objects.filter(
        kind__in=spec.lifts, set_by_act__in=ours, lifted_on__isnull=True
    ).update(lifted_on=timezone.localtime(act.happened_at).date(), lifted_by_act=act.pk)


def _until(matter: Matter, duty: str | None, act: Act) -> Any:
    """When a standing or a publication ends: with its duty's clock, else counted from the act."""
    if duty is None:
        return None
    clock = Clock.objects.filter(matter=matter, duty=duty).order_by("-id").first()
    if clock is not None:
        return clock.due_at
    return office_law.due(duty, timezone.localtime(act.happened_at)).moment
