"""A whole take-over taken back: what nobody has touched ends, so that a better file may come in."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from zhian.desk import kinds, timing
from zhian.desk.actors import Actor
from zhian.desk.engine import book
from zhian.desk.models import Act, Clock, Document, Matter, Proposal, TakeOver
from zhian.directory.models import Standing

VERB = "take_over"
BY_ITSELF = ("import", "system")
VOID_REASON = "接管已撤回"


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of it: how many matters were taken back, and which had been touched since."""

    back: int
    left: int


def of(row: TakeOver) -> QuerySet[Matter]:
    """The open matters that came in with a file."""
    first = Act.objects.filter(verb=VERB, key__startswith=f"takeover:{row.pk}:")
    return Matter.objects.filter(pk__in=first.values("matter"), closed_at__isnull=True)


def untouched(row: TakeOver) -> QuerySet[Matter]:
    """Those on which no person did anything since: what a term's end did goes back with them."""
    since = Act.objects.filter(matter=OuterRef("pk")).exclude(actor_kind__in=BY_ITSELF)
    waiting = Proposal.objects.filter(matter=OuterRef("pk"))
    opened = Matter.objects.filter(parent=OuterRef("pk"))
    return of(row).filter(~Exists(since), ~Exists(waiting), ~Exists(opened))


def undo(row: TakeOver, by: Actor, reason: str) -> Undone:
    """Take back every matter of a file that nobody has touched, each in its own transaction.

    The numbers stay with them; the old numbers are free again.
    """
    back = 0
    for pk in list(untouched(row).values_list("pk", flat=True)):
        back += _one(pk, row, by, reason)
    return Undone(back, of(row).count())


@transaction.atomic
def _one(pk: int, row: TakeOver, by: Actor, reason: str) -> bool:
    matter = book.lock(pk)
    if not untouched(row).filter(pk=pk).exists():
        return False
    now = timing.now()
    act = book.write(
        matter,
        VERB,
        by=by,
        at=now,
        data={"act": 1},
        stage="annulled",
        effective=False,
        reason=reason,
    )
    Clock.objects.filter(matter=matter, state__in=book.OPEN_CLOCKS).update(state="void")
    Document.objects.filter(matter=matter).update(state="void", void_reason=VOID_REASON)
    ours = Act.objects.filter(matter=matter).values("pk")
    standings = Standing.objects.filter(set_by_act__in=ours, lifted_on__isnull=True)
    standings.update(lifted_on=timing.today(), lifted_by_act=act.pk)
    bound = kinds.get(matter.kind).take_over
    if bound is not None and bound.release is not None:
        bound.release(matter)
    matter.old_number, matter.closed_at, matter.next_due_at = "", now, None
    matter.save()
    return True
