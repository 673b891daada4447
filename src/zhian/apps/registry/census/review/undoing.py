"""A decision taken back: by its maker at once, by anybody in the list, never under a later one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from zhian.apps.registry.census.review import doing, queries
from zhian.apps.registry.census.review.errors import NotTaken, Rests
from zhian.apps.registry.models import CensusDecision, LinkRun
from zhian.directory.models import Appointment

OVERTAKEN = "overtaken"


@transaction.atomic
def undo(
    decision: CensusDecision, *, by: Appointment, at: datetime, reason: str = ""
) -> CensusDecision:
    """Take a decision back: links, establishments and blind spots are exactly as before it. Raises
    Rests where something later stands on it."""
    doing.lock(decision.run)
    decision = CensusDecision.objects.select_related("run").get(pk=decision.pk)
    stands = _newest(decision.run)
    against = obstacle(decision, queries.later(decision.run) if stands else ())
    if against is not None:
        raise against
    row = CensusDecision.objects.create(
        place=decision.place,
        one=decision.one,
        two=decision.two,
        answer="undo",
        source=decision.source,
        reason=reason.strip()[:300],
        run=decision.run,
        question=decision.question,
        conflict=decision.conflict,
        by=by,
        at=at,
        undoes=decision,
    )
    if stands:
        doing.take_back(decision, at)
        _reopen(decision)
    return row


def _newest(run: LinkRun) -> bool:
    """Whether the register is still that of this run."""
    return queries.newest(run.place_id) == run.pk


def _reopen(decision: CensusDecision) -> None:
    """What was asked is open again; with an agreement gone, the decision waits again."""
    second_of = decision.seconds
    if second_of is None:
        if decision.second != OVERTAKEN and decision.answer != "unsure":
            doing.restore_asked(decision)
    elif second_of.second == OVERTAKEN:
        doing.restore_asked(decision)
    elif decision.answer == "decline":
        asked = decision.question or decision.conflict
        if asked is not None:
            doing.close(asked)


def obstacle(decision: CensusDecision, after: Iterable[CensusDecision]) -> NotTaken | None:
    """Why a decision cannot be taken back, if so. after: the later ones that hold."""
    if decision.answer == "undo" or hasattr(decision, "undone_by"):
        return NotTaken("这条判定已经撤销。", "This decision has been undone already.")
    if decision.answer == "unsure":
        return None
    touched = set(decision.effects.get("touched", ()))
    for row in after:
        if row.pk <= decision.pk:
            continue
        if row.seconds_id == decision.pk:
            return Rests(
                f"{row.by.user} 已就此表态（#{row.pk}），请先撤销那一条。",
                f"{row.by.user} has answered to it (#{row.pk}): undo that first.",
            )
        if touched & set(row.effects.get("touched", ())) or _answers_anew(row, decision):
            return Rests(
                f"后来的判定 #{row.pk} 以它为基础，请先撤销那一条。",
                f"The later decision #{row.pk} rests on it: undo that first.",
            )
    return None


def _answers_anew(row: CensusDecision, decision: CensusDecision) -> bool:
    """Whether a later answer to the same question came after this one was set aside."""
    mine = (decision.question_id, decision.conflict_id)
    if row.answer == "unsure" or row.second == OVERTAKEN:
        return False
    return mine == (row.question_id, row.conflict_id) and row.seconds_id is None


@transaction.atomic
def undo_last(run: LinkRun, *, by: Appointment, at: datetime, source: str) -> CensusDecision:
    """Take back the person's own last decision; raises NotTaken where there is none."""
    rows = CensusDecision.objects.filter(run=run, by__user=by.user_id, source=source, undoes=None)
    last = rows.filter(undone_by__isnull=True).order_by("-id").first()
    if last is None:
        raise NotTaken("没有可以撤销的答复。", "There is no answer of yours to undo.")
    return undo(last, by=by, at=at)
