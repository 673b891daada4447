"""What people do at the review desk: answer, settle a conflict, agree to another's answer, undo.

One answer is one row that is only added to. It takes effect at once, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhian.apps.registry.census.review import (
    answers,
    doing,
    queries,
    reclustering,
    standing,
    undoing,
)
from zhian.apps.registry.census.review.answers import Said
from zhian.apps.registry.census.review.doing import Asked
from zhian.apps.registry.census.review.errors import (
    Changed,
    Lapsed,
    NotTaken,
    NotThisPerson,
)
from zhian.apps.registry.census.review.reclustering import Bonds
from zhian.apps.registry.census.review.standing import Situation, key_of
from zhian.apps.registry.census.review.undoing import OVERTAKEN
from zhian.apps.registry.models import (
    CensusConflict,
    CensusDecision,
    CensusQuestion,
    LinkRun,
)
from zhian.directory.models import Appointment

NOTHING = NotTaken("请选择一个答复。", "Choose an answer.")


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent: same, new, right, wrong, unsure or an answer to a conflict; which of the
    choices; the establishments that stood on the page, to tell whether they still do."""

    answer: str
    choice: int = 0
    shown: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended: done, waits (for a second person), already (the same answer stood), overtaken
    (another answer stood; this one waits beside it). `first`: the decision that was there."""

    state: str
    decision: CensusDecision | None
    first: CensusDecision | None = None


# --- answering


@transaction.atomic
def answer(question: CensusQuestion, given: Given, *, by: Appointment, at: datetime) -> Outcome:
    """Answer a question; raises NotTaken in the words of its kind."""
    doing.lock(question.run)
    rows = CensusQuestion.objects.select_related("run__place", "record__agency")
    question = rows.get(pk=question.pk)
    view = standing.situation(question.run, _records(question))
    said = _said(question, given, view)
    source = "audit" if question.purpose == "audit" else "review"
    return _take(question, said, given, view, source, by, at)


@transaction.atomic
def settle(conflict: CensusConflict, given: Given, *, by: Appointment, at: datetime) -> Outcome:
    """Settle a conflict; raises NotTaken in the words of its kind."""
    doing.lock(conflict.run)
    conflict = CensusConflict.objects.select_related("run__place").get(pk=conflict.pk)
    view = standing.situation(conflict.run, conflict.records)
    keys = _keys(conflict.records)
    said = answers.said(conflict.kind, given.answer, keys)
    if said is None:
        raise NOTHING
    return _take(conflict, said, given, view, "conflict", by, at)


def _keys(records: Sequence[int]) -> list[str]:
    known = standing.keys(records)
    return [known[pk] for pk in records if pk in known]


def _said(question: CensusQuestion, given: Given, view: Situation) -> Said:
    """What an answer to a question says, by the rows' own keys."""
    keys = dict(
        zip(records := [c["record"] for c in question.choices], _keys(records), strict=True)
    )
    one = key_of(question.record)
    if given.answer == "unsure":
        return Said("unsure", one)
    if given.answer == "new":
        return Said("new", one, "", tuple(keys.values()))
    if given.answer not in ("same", "different") or given.choice not in range(len(records)):
        raise NOTHING
    chosen = records[given.choice]
    home, picked = view.home(question.record_id), view.home(chosen)
    # whoever chooses another card than the one where the row stands says that it left that one
    left = tuple(
        keys[other]
        for other in records
        if given.answer == "same" and home is not None and home != picked
        and view.home(other) == home
    )  # fmt: skip
    return Said(given.answer, one, keys[chosen], left)


def _take(
    asked: Asked,
    said: Said,
    given: Given,
    view: Situation,
    source: str,
    by: Appointment,
    at: datetime,
) -> Outcome:
    row = _row(asked, said, given, source, by, at)
    if asked.state == "passed" or asked.run.state != "published":
        raise Lapsed
    if asked.state != "open":
        return _second_to_come(asked, said, row)
    if said.answer == "unsure":
        row.save()
        return Outcome("done", row)
    if given.shown and given.shown != shown(asked, view):
        raise Changed
    bonds, _codes = queries.bonds(asked.run.place)
    plan = _plan(said, view, bonds)
    row.second, row.aside = plan.second, _aside(said, plan, view)
    if plan.second:
        row.save()
        state = "waits"
    else:
        _decide(row, plan, view, at)
        _pass_by(row, said, view, bonds)
        state = "done"
    doing.close(asked)
    return Outcome(state, row)


def _row(
    asked: Asked, said: Said, given: Given, source: str, by: Appointment, at: datetime
) -> CensusDecision:
    return CensusDecision(
        place=asked.run.place,
        one=said.one,
        two=said.two,
        unlike=list(said.unlike),
        aside=list(said.aside),
        answer=said.answer,
        source=source,
        reason=given.reason.strip()[:300],
        run=asked.run,
        question=asked if isinstance(asked, CensusQuestion) else None,
        conflict=asked if isinstance(asked, CensusConflict) else None,
        by=by,
        at=at,
    )


def _plan(said: Said, view: Situation, bonds: Bonds) -> reclustering.Plan:
    meaning = said.meaning
    return reclustering.plan(view.register, bonds, meaning) if meaning else reclustering.Plan()


def _aside(said: Said, plan: reclustering.Plan, view: Situation) -> list[str]:
    """The rows whose code counts no more: those named, and others of the same code where the two
    become one."""
    if not said.aside:
        return list(plan.aside)
    lost = {row.code for row in view.register.rows if row.key in said.aside and row.code}
    more = [row.key for row in view.register.rows if row.code in lost and said.answer == "same"]
    return list(dict.fromkeys([*said.aside, *more]))


def _decide(row: CensusDecision, plan: reclustering.Plan, view: Situation, at: datetime) -> None:
    """Write the decision with what it does, and do it."""
    work = doing.prepare(plan, view, row.run, row.aside)
    row.effects = work.effects
    row.save()
    doing.carry_out(work, row, at)


def _pass_by(row: CensusDecision, said: Said, view: Situation, bonds: Bonds) -> None:
    """Other questions that this answer settles too need not be asked."""
    if said.meaning is None:
        return
    known = bonds.told(said.meaning)
    nearby = [link.record_id for link in view.links]
    rows = CensusQuestion.objects.filter(
        run=row.run, purpose="review", state="open", record__in=nearby
    ).exclude(decisions=row)
    asked = list(rows.select_related("record__agency"))
    records = [choice["record"] for one in asked for choice in one.choices]
    keys = standing.keys(records)
    passed = [
        one.pk
        for one in asked
        if known.settles(
            key_of(one.record), [keys[c["record"]] for c in one.choices if c["record"] in keys]
        )
    ]
    if passed:
        CensusQuestion.objects.filter(pk__in=passed).update(state="passed")
        row.effects = {**row.effects, "passed": passed}
        row.save(update_fields=["effects"])


def _second_to_come(asked: Asked, said: Said, row: CensusDecision) -> Outcome:
    """Somebody was quicker: the same answer adds nothing, another one waits beside it."""
    first = closing(asked)
    if said.answer == "unsure" or (first and said.gist == (first.answer, first.one, first.two)):
        return Outcome("already", None, first)
    row.second = OVERTAKEN
    row.save()
    return Outcome(OVERTAKEN, row, first)


def closing(asked: Asked) -> CensusDecision | None:
    """The decision by which a question or conflict is closed."""
    rows = asked.decisions.filter(undone_by__isnull=True, undoes=None, seconds=None)
    rows = rows.exclude(answer="unsure").exclude(second=OVERTAKEN)
    return rows.select_related("by__user").order_by("-id").first()


def shown(asked: Asked, view: Situation) -> str:
    """What stood on a page: the establishments in question and how many rows they have."""
    rows = asked.records if isinstance(asked, CensusConflict) else _records(asked)
    homes = [home.pk for pk in rows if (home := view.home(pk)) is not None]
    return ",".join(f"{home}:{len(view.rows(home))}" for home in dict.fromkeys(homes))


def _records(question: CensusQuestion) -> list[int]:
    return [question.record_id, *(choice["record"] for choice in question.choices)]


# --- a second person


@transaction.atomic
def second(
    decision: CensusDecision, agrees: bool, *, by: Appointment, at: datetime, reason: str = ""
) -> CensusDecision:
    """Agree to what another decided, which then takes effect, or decline it; raises NotTaken."""
    doing.lock(decision.run)
    decision = CensusDecision.objects.select_related("run__place", "by").get(pk=decision.pk)
    _waits(decision, by)
    row = CensusDecision(
        place=decision.place,
        one=decision.one,
        answer="agree" if agrees else "decline",
        source=decision.source,
        reason=reason.strip()[:300],
        run=decision.run,
        question=decision.question,
        conflict=decision.conflict,
        by=by,
        at=at,
        seconds=decision,
    )
    if agrees:
        _agree(decision, row, at)
    else:
        row.save()
        if decision.second != OVERTAKEN:
            doing.restore_asked(decision)
    return row


def _waits(decision: CensusDecision, by: Appointment) -> None:
    answered = decision.seconded.filter(undone_by__isnull=True).exists()
    if not decision.second or answered or hasattr(decision, "undone_by"):
        raise NotTaken("这条判定已不在等待。", "This decision waits no longer.")
    if decision.by.user_id == by.user_id:
        raise NotThisPerson
    if decision.run.state != "published":
        raise Lapsed


def _agree(decision: CensusDecision, row: CensusDecision, at: datetime) -> None:
    asked = decision.question or decision.conflict
    if asked and decision.second == OVERTAKEN and (first := closing(asked)) is not None:
        undoing.undo(first, by=row.by, at=at, reason=row.reason)
    said = _again(decision)
    view = standing.situation(decision.run, _asked_about(asked, said, decision.place_id))
    bonds, _codes = queries.bonds(decision.place)
    plan = _plan(said, view, bonds)
    row.aside = _aside(said, plan, view)
    _decide(row, plan, view, at)
    _pass_by(row, said, view, bonds)
    if asked:
        asked.refresh_from_db()
        doing.close(asked)


def _asked_about(asked: Asked | None, said: Said, place: int) -> list[int]:
    """The rows that a decision is about; what was seen on the ground was asked by nobody."""
    if asked is None:
        return standing.records((said.one, said.two, *said.unlike), place)
    return asked.records if isinstance(asked, CensusConflict) else _records(asked)


# --- seen on the ground


@transaction.atomic
def tell(run: LinkRun, said: Said, *, by: Appointment, at: datetime, reason: str = "") -> Outcome:
    """Take what somebody saw on the ground as a decision of its own; raises NotTaken."""
    doing.lock(run)
    if run.state != "published" or queries.newest(run.place_id) != run.pk:
        raise Lapsed
    view = standing.situation(run, _asked_about(None, said, run.place_id))
    row = CensusDecision(
        place=run.place,
        one=said.one,
        two=said.two,
        unlike=list(said.unlike),
        answer=said.answer,
        source="ground",
        reason=reason.strip()[:300],
        run=run,
        by=by,
        at=at,
    )
    bonds, _codes = queries.bonds(run.place)
    plan = _plan(said, view, bonds)
    row.second, row.aside = plan.second, _aside(said, plan, view)
    if plan.second:
        row.save()
        return Outcome("waits", row)
    _decide(row, plan, view, at)
    _pass_by(row, said, view, bonds)
    return Outcome("done", row)


def _again(decision: CensusDecision) -> Said:
    """A decision as it was said."""
    return Said(
        decision.answer,
        decision.one,
        decision.two,
        tuple(decision.unlike),
        tuple(decision.aside),
    )
