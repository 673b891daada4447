"""The holiday table changed: every open clock is counted again, and what moved is on record."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from zhian.desk.actors import Actor
from zhian.desk.engine import book, clocks, common
from zhian.desk.models import Clock, Matter

CHUNK = 500


def recount_open(source: str = "calendar") -> int:
    """Count every open clock again; each matter whose clock moved gets an act `recount` that
    says from which day to which. Returns how many clocks moved; a second run moves none."""
    rows = Clock.objects.filter(state__in=book.OPEN_CLOCKS).order_by("matter")
    touched = {row.matter_id for row in rows.iterator(CHUNK) if _moved(row)}
    return sum(_recount(pk, source) for pk in sorted(touched))


def _recount(matter_id: int, source: str) -> int:
    """One matter, counted again under its lock; a clock set by an officer stands as set."""
    with transaction.atomic():
        matter = book.lock(matter_id)
        moved = []
        for clock in Clock.objects.filter(matter=matter, state__in=book.OPEN_CLOCKS):
            line = _moved(clock)
            if line is not None:
                clock.save()
                moved.append(line)
        if moved:
            _keep(matter, moved, source)
    return len(moved)


def _moved(clock: Clock) -> dict[str, object] | None:
    """Count a clock again (unsaved); what changed, None where nothing did."""
    before = clock.due_at, clock.due_day, clock.provisional
    clocks.count(clock)
    if (clock.due_at, clock.due_day, clock.provisional) == before:
        return None
    return {
        "duty": clock.duty,
        "from": _shown(before[0], before[1]),
        "to": _shown(clock.due_at, clock.due_day),
        "provisional": clock.provisional,
    }


def _shown(moment: datetime | None, day: date | None) -> str | None:
    if day is not None:
        return day.isoformat()
    return timezone.localtime(moment).isoformat() if moment else None


def _keep(matter: Matter, moved: list[dict[str, object]], source: str) -> None:
    common.record(
        matter,
        "recount",
        by=Actor.system("calendar"),
        data={"clocks": moved, "source": source},
        reason=source,
    )
    fresh = Matter.objects.get(pk=matter.pk)
    fresh.next_due_at = clocks.next_due(fresh)
    fresh.save(update_fields=["next_due_at"])


def connect() -> None:
    """The directory publishes a year; the desk counts again."""
    from zhian.directory import calendar

    if recount_open not in calendar.after_calendar_change:
        calendar.after_calendar_change.append(recount_open)
