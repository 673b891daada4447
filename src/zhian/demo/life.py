"""Two years in the life of the county, every act through the one door.

A script is a generator: it performs acts and yields how long it rests. The scheduler wakes each
script at its time, so that what is unfinished today stands open on somebody's desk.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhian.demo import names
from zhian.demo.county import County
from zhian.demo.papers import Papers
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.engine.common import note
from zhian.desk.engine.perform import perform
from zhian.desk.models import Matter, Proposal
from zhian.directory.models import Appointment, Office, Premises

Script = Generator[timedelta, None, None]
COMMIT_EVERY = 200
RUSH = timedelta(days=45)


@dataclass
class World:
    """The county, its papers, and the queue of what happens next."""

    here: County
    papers: Papers
    start: datetime
    end: datetime
    queue: list[tuple[datetime, int, Script]] = field(default_factory=list)
    order: Any = field(default_factory=count)

    def plan(self, at: datetime, script: Script) -> None:
        """Let a script begin at a moment."""
        heapq.heappush(self.queue, (at, next(self.order), script))

    def run(self, progress: Callable[[datetime], None]) -> None:
        """Let everything happen until today."""
        while self.queue and self.queue[0][0] < self.end:
            with transaction.atomic():
                for _ in range(COMMIT_EVERY):
                    if not self.queue or self.queue[0][0] >= self.end:
                        break
                    at = self._wake()
            progress(at)

    def _wake(self) -> datetime:
        at, _, script = heapq.heappop(self.queue)
        at = office_hours(at)
        if at >= self.end:
            self.plan(at, script)
            return at
        with timing.recorded_at(at):
            rest = next(script, None)
        if rest is not None:
            self.plan(at + self._busy(at, rest), script)
        return at

    def _busy(self, at: datetime, rest: timedelta) -> timedelta:
        """Lately much lies waiting: one rest in five is long, so that some terms are missed."""
        if self.end - at > RUSH or self.here.random.random() > 0.2:
            return rest
        return rest * 4 + timedelta(days=self.here.random.uniform(3, 20))


def office_hours(at: datetime) -> datetime:
    """The next moment at which the office works (Monday to Friday, 8:30 to 17:00)."""
    local = timezone.localtime(at)
    opens, shuts = time(8, 30), time(17, 0)
    if local.time() >= shuts:
        local = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), opens))
    elif local.time() < opens:
        local = timezone.make_aware(datetime.combine(local.date(), opens))
    while local.weekday() >= 5:
        local += timedelta(days=1)
    return local


def hours(world: World, least: float, most: float) -> timedelta:
    """A rest of so many hours, drawn by the seed."""
    return timedelta(hours=world.here.random.uniform(least, most))


def days(world: World, least: float, most: float) -> timedelta:
    """A rest of so many days."""
    return hours(world, least * 24, most * 24)


def pair(world: World, station: Office) -> tuple[Appointment, Appointment]:
    """Two inspectors of a station."""
    first, second = world.here.random.sample(world.here.inspectors(station), 2)
    return first, second


def head_of(world: World, station: Office) -> Appointment:
    """Who signs for a station."""
    return world.here.at_station[station.pk, "office_head"][0]


def propose(
    world: World,
    matter: Matter,
    verb: str,
    fields: dict[str, Any],
    by: Actor,
    *signers: Appointment,
) -> Script:
    """Propose and get it signed; a few come back, and so does what lay too long."""
    perform(matter, verb, fields=fields, by=by)
    if world.here.random.random() < 0.06:
        yield hours(world, 1, 10)
        _send_back(matter, signers[0], "依据条款不全，请补充。")
        yield hours(world, 2, 20)
        fields = _still_ahead(fields)
        perform(matter, verb, fields=fields, by=by)
    for signer in signers:
        yield hours(world, 1, 20)
        while _still_ahead(fields) != fields:
            _send_back(matter, signer, "期限已过，请重新确定。")
            yield hours(world, 1, 6)
            fields = _still_ahead(fields)
            perform(matter, verb, fields=fields, by=by)
            yield hours(world, 1, 6)
        proposal = Proposal.objects.get(matter=matter, state="open")
        approvals.sign(proposal, by=Actor.official(signer), opinion="同意。")


def _still_ahead(fields: dict[str, Any]) -> dict[str, Any]:
    """The same, with a new day where the day that was set has come meanwhile."""
    if "until" in fields and fields["until"] <= timing.today():
        return fields | {"until": timing.today() + timedelta(days=15)}
    return fields


def _send_back(matter: Matter, signer: Appointment, reason: str) -> None:
    proposal = Proposal.objects.get(matter=matter, state="open")
    approvals.send_back(proposal, by=Actor.official(signer), reason=reason)


def serve(world: World, matter: Matter, by: Actor) -> Script:
    """Serve what the last act issued; sometimes the first attempt fails."""
    service = matter.children.filter(kind="service", closed_at__isnull=True).first()
    if service is None:
        return
    yield hours(world, 2, 40)
    if world.here.random.random() < 0.1:
        fields = {"method": "direct", "failed": "店门关闭，无人签收。"}
        perform(service, "attempt", fields=fields, by=by)
        yield days(world, 1, 2)
    fields = {
        "method": "direct",
        "served_at": timing.now(),
        "receiver": service.operator.head if service.operator else "负责人",
        "relation": "head",
        "proof": [world.papers.photo(service)],
    }
    perform(service, "served", fields=fields, by=by)


def rectification_fields(world: World, premises: Premises) -> dict[str, Any]:
    """What an inspector found."""
    return {
        "operator": premises.operator,
        "premises": premises,
        "basis": world.here.random.choice(("inspection", "inspection", "report", "self_check")),
        "problems": world.here.random.choice(names.PROBLEMS),
    }


def remark(world: World, matter: Matter, by: Appointment) -> None:
    """Now and then somebody writes something down."""
    if world.here.random.random() < 0.3:
        note(matter, text="已电话提醒经营者按期整改。", by=Actor.official(by))
