"""The steps of the publication desk: edit, correct, approve, return, withdraw.

Each is one act of the matter, with the hash of the content; nothing here moves the matter but the
act that a procedure records by itself once its entry is in public.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from zhian.desk import notices
from zhian.desk.actors import Actor
from zhian.desk.engine import book
from zhian.desk.engine.perform import perform, procedure_of
from zhian.desk.errors import NotAllowed, Reason, Refused, refuse
from zhian.desk.models import Act, Matter, Publication
from zhian.desk.publishing import content, preparing, rules
from zhian.directory.models import Appointment
from zhian.law.procedure import State, obstacles
from zhian.law.words import Words

JOB = "publication"
CORRECTED = "由更正后的内容代替"
RETURNED = Words(
    "公布稿被退回：{title}。理由：{reason}", "Publication returned: {title}. Reason: {reason}"
)
OUT = Words("已复核公布：{title}", "Reviewed and published: {title}")
CHANGED = (
    "稿子在您打开后改过，请看过再办理。",
    "The draft changed after you opened it: look again.",
)
SOFT = frozenset({rules.EMPTY, rules.SECRET, rules.OVER})
RIGHTS = frozenset({rules.NOT_YOURS, rules.NOT_A_REVIEWER, rules.OUT_OF_SCOPE, rules.OWN})


@contextmanager
def _locked(entry: Publication) -> Iterator[tuple[Publication, Matter]]:
    """The entry as it stands now, its matter locked; the chain of acts is kept when it ends."""
    with transaction.atomic():
        matter = book.lock(entry.matter_id)
        fresh = Publication.objects.select_related("act", "prepared_by__user").get(pk=entry.pk)
        fresh.matter = matter
        yield fresh, matter
        fresh.save()
        matter.save(update_fields=["seq", "last_hash"])
    entry.refresh_from_db()


def _refuse_for(reasons: list[Reason]) -> None:
    if not reasons:
        return
    if any(reason.words in RIGHTS for reason in reasons):
        raise NotAllowed(*reasons)
    raise Refused(*reasons)


def _by(actor: Actor) -> Appointment:
    if actor.appointment is None:
        raise NotAllowed(Reason(rules.OUT_OF_SCOPE))
    return actor.appointment


def _same(entry: Publication, seen: str) -> None:
    if seen != content.digest(entry):
        raise refuse(*CHANGED, code="changed")


def edit(
    entry: Publication,
    values: dict[str, Any],
    *,
    by: Actor,
    seen: str,
    until: datetime | None = None,
    reason: str = "",
) -> Publication:
    """Change a draft, or begin a correction of what is in public; gives the version that waits.

    `seen` is the hash of the content that the person had before him. What is or was in public
    stays on record as it is: a new version is made beside it.
    """
    with transaction.atomic():
        matter = book.lock(entry.matter_id)
        fresh = Publication.objects.select_related("act").get(pk=entry.pk)
        fresh.matter = matter
        _refuse_for(rules.against_editing(fresh, _by(by)))
        _same(fresh, seen)
        if fresh.state not in ("waiting", "returned"):
            fresh = Publication(matter=matter, act=fresh.act, what=fresh.what, since=fresh.since)
        fresh.until = until
        preparing.fill(fresh, values)
        _newest(fresh)
        if not fresh.title:
            raise Refused(Reason(rules.EMPTY))
        preparing.draft(fresh, matter, by)
        matter.save(update_fields=["seq", "last_hash"])
    return fresh


def _newest(entry: Publication) -> None:
    """Two versions never wait beside each other."""
    waiting = preparing.others(entry).filter(state__in=("waiting", "returned"))
    if entry._state.adding and waiting.exists():
        raise refuse(
            "已有一稿在办理中，请改那一稿。", "A draft is under way already: edit that one."
        )


def approve(entry: Publication, *, by: Actor, seen: str, opinion: str = "") -> Act:
    """A second person lets it out, exactly as he read it."""
    with transaction.atomic():
        act = _let_out(entry, by, seen, opinion.strip()[:300])
        _record_in_public(entry)
    return act


def _let_out(entry: Publication, by: Actor, seen: str, opinion: str) -> Act:
    with _locked(entry) as (fresh, matter):
        _refuse_for(rules.against_review(fresh, _by(by)))
        _same(fresh, seen)
        act = preparing.note(fresh, matter, rules.APPROVE, by, {"opinion": opinion})
        fresh.state, fresh.review_act, fresh.opinion = "approved", act, opinion
        fresh.reviewed_by, fresh.reviewed_at = by.appointment, act.recorded_at
        fresh.since = act.recorded_at
        older = preparing.others(fresh).filter(state="approved")
        older.update(state="withdrawn", withdrawn_at=act.recorded_at, withdrawn_why=CORRECTED)
        _tell(fresh, OUT.format(title=fresh.title), act)
    return act


def _record_in_public(entry: Publication) -> None:
    """The matter hears of it once: its own act stops the clock of the duty."""
    kind = rules.kind_of(entry)
    matter = Matter.objects.get(pk=entry.matter_id)
    spec = procedure_of(matter).acts.get(kind.tells) if kind else None
    if spec is None:
        return
    state = State(matter.phase, frozenset(matter.done))
    if not obstacles(procedure_of(matter), state, spec.verb):
        perform(matter, spec.verb, by=Actor.system(JOB))


def against_returning(entry: Publication, by: Appointment) -> list[Reason]:
    """Why this person may not send it back; what is wrong with the content is a reason to."""
    return [r for r in rules.against_review(entry, by) if r.words not in SOFT]


def send_back(entry: Publication, *, by: Actor, reason: str) -> Act:
    """The second person does not let it out, and says why."""
    if not reason.strip():
        raise refuse("退回须写明理由。", "Sending it back needs a reason.")
    with _locked(entry) as (fresh, matter):
        _refuse_for(against_returning(fresh, _by(by)))
        act = preparing.note(fresh, matter, rules.RETURN, by, {}, reason.strip())
        fresh.state, fresh.opinion = "returned", reason.strip()[:300]
        fresh.reviewed_by, fresh.reviewed_at = by.appointment, act.recorded_at
        _tell(fresh, RETURNED.format(title=fresh.title, reason=reason.strip()), act)
    return act


def withdraw(entry: Publication, *, by: Actor, reason: str) -> Act:
    """Take it down at once, draft or public; the record keeps it with the reason."""
    if not reason.strip():
        raise refuse("撤下须写明理由。", "Withdrawing needs a reason.")
    with _locked(entry) as (fresh, matter):
        _refuse_for(rules.against_withdrawing(fresh, _by(by)))
        act = preparing.note(fresh, matter, rules.WITHDRAW, by, {}, reason.strip())
        fresh.state, fresh.withdrawn_at = "withdrawn", act.recorded_at
        fresh.withdrawn_why = reason.strip()[:300]
    return act


def _tell(entry: Publication, words: Words, act: Act) -> None:
    people = [entry.prepared_by] if entry.prepared_by else []
    notices.give(people, words, entry.matter, act)
