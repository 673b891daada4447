"""What happens because a term ended: acts that a procedure gives to the system (`on_due`)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from zhian.desk import kinds
from zhian.desk.actors import Actor
from zhian.desk.engine import book
from zhian.desk.engine.perform import perform, procedure_of
from zhian.desk.errors import DeskError
from zhian.desk.models import Act, Clock, Matter
from zhian.law.procedure import ActSpec, book as procedures

log = logging.getLogger(__name__)
JOB = "tick"
Stand = tuple[str, str]


@dataclass(slots=True)
class Fallen:
    """What came of the terms that ended; each refusal is a sentence for the administrator."""

    performed: int = 0
    provisional: int = 0
    refused: list[str] = field(default_factory=list)


def due_acts() -> Mapping[Stand, tuple[ActSpec, ...]]:
    """Per kind and version of a procedure the acts that happen when a term ends."""
    return {
        (procedure.kind, procedure.version): tuple(
            act for act in procedure.acts.values() if act.on_due
        )
        for procedure in procedures().all()
    }


def _family(duty: str) -> str | None:
    return duty.split("{", 1)[0] if "{" in duty else None


def _answers(act: ActSpec, duty: str) -> bool:
    """Whether an act happens when this duty's term ends (a family of duties by its beginning)."""
    return any(
        duty == named or bool((family := _family(named)) and duty.startswith(family))
        for named in act.on_due
    )


def ended(now: datetime) -> QuerySet[Clock]:
    """Running clocks that are due and whose end makes something happen."""
    wanted = Q(pk__in=[])
    exact = set()
    for acts in due_acts().values():
        for duty in (d for act in acts for d in act.on_due):
            family = _family(duty)
            if family:
                wanted |= Q(duty__startswith=family)
            else:
                exact.add(duty)
    return Clock.objects.filter(
        wanted | Q(duty__in=sorted(exact)),
        state="running",
        due_at__lte=now,
        matter__closed_at__isnull=True,
    )


def perform_due(now: datetime) -> Fallen:
    """Perform every act whose term has ended, each in its own transaction and once.

    A provisional end (the year's holidays are not entered) makes nothing happen yet.
    """
    fallen = Fallen()
    acts = due_acts()
    rows = ended(now).order_by("due_at", "pk").values_list("pk", "matter", "provisional")
    for clock_id, matter_id, provisional in list(rows):
        if provisional:
            fallen.provisional += 1
            continue
        try:
            fallen.performed += _perform_one(clock_id, matter_id, acts, now)
        except DeskError as why:
            fallen.refused.append(f"{_name(matter_id)}：{why}")
        except Exception as why:  # one broken matter must not stop the clocks of all others
            log.exception("the term of clock %s could not be acted upon", clock_id)
            fallen.refused.append(f"{_name(matter_id)}：{type(why).__name__} {why}")
    return fallen


def _name(matter_id: int) -> str:
    return str(Matter.objects.values_list("number", flat=True).get(pk=matter_id))


def _perform_one(
    clock_id: int, matter_id: int, acts: Mapping[Stand, tuple[ActSpec, ...]], now: datetime
) -> int:
    """Look again under the matter's lock: the term may have been extended a moment ago."""
    with transaction.atomic():
        matter = book.lock(matter_id)
        clock = Clock.objects.get(pk=clock_id)
        if clock.state != "running" or clock.due_at is None or clock.due_at > now:
            return 0
        stand = (matter.kind, matter.procedure_version)
        done = 0
        for act in _possible(matter, clock, acts.get(stand, ())):
            key = f"due:{clock.pk}:{act.verb}:{int(clock.due_at.timestamp())}"[:64]
            if not Act.objects.filter(key=key).exists():
                perform(matter, act.verb, by=Actor.system(JOB), at=end_of(clock), key=key)
                done += 1
    return done


def _possible(matter: Matter, clock: Clock, acts: tuple[ActSpec, ...]) -> Iterator[ActSpec]:
    """The first act that the matter's phase admits; a term may run through phases without one."""
    kinds.get(matter.kind)
    closed = procedure_of(matter).phase(matter.phase).closed
    fitting = (a for a in acts if _answers(a, clock.duty) and matter.phase in a.sources)
    if not closed:
        yield from list(fitting)[:1]


def end_of(clock: Clock) -> datetime:
    """When a term ended: its moment; where it ends at 24:00 the last moment of that day."""
    assert clock.due_at is not None
    day = timezone.localtime(clock.due_at).date()
    if clock.due_day is not None and day > clock.due_day:
        return clock.due_at - timedelta(microseconds=1)
    return clock.due_at
