"""Clocks of a matter: what an act stops, pauses, resumes, extends and starts.

The law says how to count (zhian.law); here stands only which clock it is and what was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from zhian.desk import kinds, timing
from zhian.desk.deed import Deed
from zhian.desk.engine.book import OPEN_CLOCKS
from zhian.desk.errors import refuse
from zhian.desk.models import Act, Clock, Matter
from zhian.directory import office_law
from zhian.law.counting import Pause
from zhian.law.procedure import ActSpec, ClockPause, ClockStart

Holds = Callable[[str], bool]
Values = Mapping[str, Any]


def key_of(duty: str, values: Values) -> str:
    """A duty's key with the family chosen: `recall.start.{class}` → `recall.start.II`."""
    return duty.format_map(values) if "{" in duty else duty


def running(matter: Matter, duty: str) -> Clock | None:
    """The clock of a duty that is running or standing still; none before a second act."""
    if matter.seq <= 1:
        return None
    return Clock.objects.filter(matter=matter, duty=duty, state__in=OPEN_CLOCKS).first()


def move(deed: Deed, act: Act, holds: Holds) -> None:
    """Everything an act does to clocks, in the order of the law: stop, resume, extend, start,
    pause."""
    matter, spec, values = deed.matter, deed.spec, _with_reported_days(deed)
    _stop(matter, spec, act, values)
    for row in spec.resumes:
        _resume(matter, row, act, values)
    for extension in spec.extends:
        _extend(matter, extension.duty, extension.due, act, values)
    for duty in spec.changes:
        _change(matter, duty, act, values)
    for duty in spec.meets:
        _meet(matter, key_of(duty, values), act)
    for start_row in spec.starts:
        if start_row.when is None or holds(start_row.when):
            start(matter, start_row, act, values)
    for row in spec.pauses:
        _pause(matter, row, act, values)


def _with_reported_days(deed: Deed) -> Values:
    """What was given, and the days that the procedure takes from the kind's facts instead."""
    rows = [(row.at, row.due) for row in deed.spec.starts]
    rows += [(row.at, None) for row in (*deed.spec.pauses, *deed.spec.resumes)]
    absent = {name for row in rows for name in row if name and name not in deed.values}
    if not absent:
        return deed.values
    facts = kinds.get(deed.matter.kind).facts(deed.matter)
    return {**deed.values, **{name: facts[name] for name in absent}}


def touches(spec: ActSpec) -> bool:
    """Whether an act does anything to clocks."""
    rows = (spec.stops, spec.resumes, spec.extends, spec.changes, spec.meets, spec.starts)
    return any(rows) or bool(spec.pauses)


def _stop(matter: Matter, spec: ActSpec, act: Act, values: Values) -> None:
    if not spec.stops:
        return
    clocks = Clock.objects.filter(matter=matter, state__in=OPEN_CLOCKS)
    if spec.stops != "all":
        clocks = clocks.filter(duty__in=[key_of(duty, values) for duty in spec.stops])
    clocks.update(state="stopped", stopped_by=act, stopped_at=act.happened_at)


def start(matter: Matter, row: ClockStart, act: Act, values: Values) -> Clock:
    """Start one clock: from the day the act names, or due on the day the officer set."""
    duty = key_of(row.duty, values)
    if running(matter, duty) is not None:
        raise refuse(
            f"期限“{duty}”已在计时，不能重复起算。",
            f"The clock {duty} is running already.",
        )
    at = _moment(values.get(row.at), act) if row.at else act.happened_at
    clock = Clock(
        matter=matter,
        duty=duty,
        started_by=act,
        counts_from=at,
        set_due=_end_of(values.get(row.due)) if row.due else None,
    )
    count(clock)
    clock.save()
    return clock


def _moment(value: Any, act: Act) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return timezone.make_aware(datetime(value.year, value.month, value.day))
    return act.happened_at


def _end_of(value: Any) -> datetime | None:
    """A day given by an officer ends at 24:00; a moment is itself."""
    if isinstance(value, datetime) or value is None:
        return value
    return office_law.end_of_day(value)


def count(clock: Clock) -> None:
    """Work out when a clock is due, from its start, its pauses and extensions."""
    counted = office_law.due(
        clock.duty,
        timezone.localtime(clock.counts_from),
        set_due=clock.set_due,
        pauses=[_span(row) for row in clock.pauses],
        extensions=clock.extensions,
    )
    clock.rule, clock.basis = counted.rule, counted.basis
    clock.due_at, clock.due_day = counted.moment, counted.day
    clock.provisional, clock.immediate = counted.provisional, counted.immediate
    clock.explanation = counted.explanation


def _span(row: Mapping[str, str | None]) -> Pause:
    until = row["to"]
    return Pause(
        date.fromisoformat(row["from"] or ""),
        date.fromisoformat(until) if until else None,
    )


def _resume(matter: Matter, row: ClockPause, act: Act, values: Values) -> None:
    clock = running(matter, key_of(row.duty, values))
    if clock is None:
        return
    day = timezone.localtime(_moment(values.get(row.at or ""), act)).date().isoformat()
    clock.pauses = [
        {**p, "to": day} if p["reason"] == row.reason and p["to"] is None else p
        for p in clock.pauses
    ]
    if all(p["to"] for p in clock.pauses):
        clock.state = "running"
    count(clock)
    clock.save()


def _pause(matter: Matter, row: ClockPause, act: Act, values: Values) -> None:
    clock = running(matter, key_of(row.duty, values))
    if clock is None:
        return
    day = timezone.localtime(_moment(values.get(row.at or ""), act)).date().isoformat()
    clock.pauses = [*clock.pauses, {"reason": row.reason, "from": day, "to": None}]
    clock.state = "paused"
    clock.save()


def _extend(matter: Matter, duty: str, due: str | None, act: Act, values: Values) -> None:
    clock = running(matter, key_of(duty, values))
    if clock is None:
        return
    until = values.get(due) if due else None
    if until is not None:
        clock.set_due = _end_of(until)
    step = {"act": act.seq, "until": str(until) if until is not None else None}
    clock.extensions = [*clock.extensions, step]
    count(clock)
    clock.save()


def _change(matter: Matter, duty: str, act: Act, values: Values) -> None:
    """Another member of a family of duties: the old one stops, the new runs from the same start."""
    family = duty.split("{", 1)[0]
    old = Clock.objects.filter(
        matter=matter, duty__startswith=family, state__in=OPEN_CLOCKS
    ).first()
    if old is None:
        return
    _close(old, act)
    new = Clock(
        matter=matter,
        duty=key_of(duty, values),
        started_by=act,
        counts_from=old.counts_from,
    )
    new.pauses = old.pauses
    count(new)
    new.save()


def _meet(matter: Matter, duty: str, act: Act) -> None:
    """A periodic duty is met for this period; the next period begins."""
    clock = running(matter, duty)
    if clock is None:
        return
    _close(clock, act)
    following = Clock(
        matter=matter,
        duty=duty,
        started_by=act,
        counts_from=clock.due_at or act.happened_at,
    )
    count(following)
    following.save()


def _close(clock: Clock, act: Act) -> None:
    clock.state, clock.stopped_by, clock.stopped_at = "stopped", act, act.happened_at
    clock.save()


def overdue_waits(matter: Matter, duties: Iterable[str], values: Values) -> list[Clock]:
    """Clocks of these duties that still run: an act that waits for their end is refused."""
    keys = [key_of(duty, values) for duty in duties]
    if not keys:
        return []
    return list(
        Clock.objects.filter(
            matter=matter, duty__in=keys, state__in=OPEN_CLOCKS, due_at__gt=timing.now()
        )
    )


def next_due(matter: Matter) -> datetime | None:
    """The earliest deadline of a matter, kept on its row so that the desk sorts by index."""
    running = Clock.objects.filter(matter=matter, state="running", due_at__isnull=False)
    return min((c.due_at for c in running if not runs_out(c)), default=None)


def runs_out(clock: Clock) -> bool:
    """Whether the clock measures a right or a waiting time that nobody can be late for."""
    rule = office_law.rule_of(clock.rule) if clock.rule else None
    return office_law.runs_out(clock.duty, rule)


def recount_open() -> int:
    """Recompute every open clock after the holiday table changed; returns how many moved."""
    moved = 0
    for clock in Clock.objects.filter(state__in=OPEN_CLOCKS).iterator(chunk_size=500):
        before = (clock.due_at, clock.provisional)
        count(clock)
        if (clock.due_at, clock.provisional) != before:
            clock.save()
            moved += 1
    return moved
