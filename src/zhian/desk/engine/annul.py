"""A wrong click: undone by its actor within 30 minutes, later by the superior's signature.

Annulment is itself an act. It restores phase, conditions and clocks from the picture that was
kept before the act, and voids the act's documents; numbers stay with their reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from zhian.desk import kinds, labels, relations, timing, visibility
from zhian.desk.actors import Actor
from zhian.desk.engine import book, clocks
from zhian.desk.errors import NotAllowed, Reason, Refused, refuse
from zhian.desk.models import (
    Act,
    Clock,
    Document,
    Matter,
    Notice,
    Proposal,
    Publication,
)
from zhian.desk.papers import issuing
from zhian.desk.publishing import preparing
from zhian.directory.models import Standing
from zhian.law.words import Words

GRACE = timedelta(minutes=30)
SUPERIORS = (
    "office_head",
    "deputy_head",
    "bureau_head",
    "department_head",
    "township_head",
)

NOT_LAST = Words(
    "只能撤销最近一次推进事项的行为。", "Only the last act that moved it can be undone."
)
OPENING = Words("开启事项的行为不能撤销，请办结或撤销事项。", "An opening act cannot be undone.")
LEFT = Words("文书已送达，不能撤销。", "A document was served: this cannot be undone.")
TOLD = Words("通知已发出，不能撤销。", "A notice has left the house: this cannot be undone.")
PUBLIC = Words(
    "内容已经公布，不能撤销；请在“信息公布”中更正或者撤下。",
    "It is in public: correct or withdraw it under Publications instead.",
)
CHILD = Words("由此开启的事项已有办理，不能撤销。", "A matter it opened has moved on.")
PARENT = Words("上级事项已据此办理，不能撤销。", "The parent matter has moved because of it.")
ALREADY = Words("该行为已撤销。", "It has been undone already.")
TOO_LATE = Words("已超过 30 分钟，须由上级撤销。", "After 30 minutes a superior must undo it.")
WHO = Words(
    "只能由办理人或其上级撤销。",
    "Only the person who did it or a superior may undo it.",
)


def obstacles(act: Act) -> list[Reason]:
    """Why an act cannot be annulled at all."""
    return [Reason(words) for words in _obstacles(act)]


def _obstacles(act: Act) -> Iterator[Words]:
    matter = act.matter
    if Act.objects.filter(matter=matter, stage="annulled", data__act=act.seq).exists():
        yield ALREADY
    elif act.seq != matter.head or not act.effective or _acted_after(act):
        yield NOT_LAST
    elif not act.before.get("done"):
        yield OPENING
    yield from _gone_out(act)
    if Matter.objects.filter(opened_by_act=act.pk, seq__gt=1).exists():
        yield CHILD
    if matter.parent_id and _parent_heard(matter, act):
        yield PARENT


def _acted_after(act: Act) -> bool:
    """Whether an act of its procedure followed, be it one that did not move the matter."""
    procedure = labels.procedure(act.matter.kind, act.matter.procedure_version)
    later = Act.objects.filter(matter=act.matter, seq__gt=act.seq, effective=True)
    return later.filter(verb__in=procedure.acts if procedure else ()).exists()


def _gone_out(act: Act) -> Iterator[Words]:
    """What has left the house because of it."""
    if Document.objects.filter(issued_by=act, services__served_at__isnull=False).exists():
        yield LEFT
    if preparing.let_out(act):
        yield PUBLIC
    outside = Notice.objects.filter(act=act).exclude(channel="app")
    if outside.filter(state__in=["sent", "reached"]).exists():
        yield TOLD


def _parent_heard(matter: Matter, act: Act) -> bool:
    verbs = [row["do"] for row in matter.tells if act.verb in row["on"]]
    return Act.objects.filter(
        matter=matter.parent_id,
        verb__in=verbs,
        actor_kind="child",
        actor_name=matter.number,
        happened_at=act.happened_at,
    ).exists()


def may(act: Act, by: Actor, now: datetime) -> Reason | None:
    """Why this person may not annul it now."""
    if by.user is None or by.appointment is None:
        return Reason(WHO)
    superior = by.appointment.post.kind in SUPERIORS and visibility.may_act(
        by.appointment, act.matter
    )
    if act.user_id == by.user.pk:
        return None if now - act.recorded_at <= GRACE else Reason(TOO_LATE)
    return None if superior else Reason(WHO)


def annul(act: Act, *, by: Actor, reason: str) -> Act:
    """Undo one act; raises Refused or NotAllowed."""
    if not reason.strip():
        raise refuse("撤销须写明理由。", "Undoing needs its reason.")
    with transaction.atomic():
        matter = book.lock(act.matter_id)
        act = Act.objects.select_related("matter").get(pk=act.pk)
        found = obstacles(act)
        if found:
            raise Refused(*found)
        not_allowed = may(act, by, timing.now())
        if not_allowed is not None:
            raise NotAllowed(not_allowed)
        undo = book.write(
            matter,
            act.verb,
            by=by,
            at=timing.now(),
            data={"act": act.seq},
            stage="annulled",
            effective=False,
            reason=reason,
        )
        _restore(matter, act, undo, reason)
    return undo


def _restore(matter: Matter, act: Act, undo: Act, reason: str) -> None:
    before = act.before
    matter.phase, matter.done, matter.head = before["phase"], before["done"], undo.seq
    for name in ("handler", "office", "agency", "operator", "premises", "place"):
        setattr(matter, f"{name}_id", before[name])
    matter.closed_at = None
    _clocks(matter, act, before["clocks"])
    undo_rows = kinds.get(matter.kind).undo
    if undo_rows is not None:
        undo_rows(matter, act)
    for paper in Document.objects.filter(issued_by=act):
        issuing.void(paper, f"行为撤销：{reason}"[:300])
    Standing.objects.filter(set_by_act=act.pk).update(
        lifted_on=timing.today(), lifted_by_act=undo.pk
    )
    Standing.objects.filter(lifted_by_act=act.pk).update(lifted_on=None, lifted_by_act=None)
    Publication.objects.filter(act=act).update(
        state="withdrawn", withdrawn_at=undo.recorded_at, withdrawn_why=reason[:300]
    )
    Notice.objects.filter(act=act, state="waiting").update(
        state="failed", failure="行为已撤销 / the act was undone"
    )
    Proposal.objects.filter(decided_by=act).update(state="undone", decided_by=undo)
    for child in Matter.objects.filter(opened_by_act=act.pk, closed_at__isnull=True):
        _void_child(child, undo, reason)
    matter.next_due_at = clocks.next_due(matter)
    matter.save()


def _clocks(matter: Matter, act: Act, before: list[dict[str, Any]]) -> None:
    Clock.objects.filter(started_by=act).update(state="void", stopped_by=None, stopped_at=None)
    for row in before:
        Clock.objects.filter(pk=row["id"]).update(
            state=row["state"],
            due_at=datetime.fromisoformat(row["due_at"]) if row["due_at"] else None,
            due_day=date.fromisoformat(row["due_day"]) if row["due_day"] else None,
            provisional=row["provisional"],
            pauses=row["pauses"],
            extensions=row["extensions"],
            stopped_by=None,
            stopped_at=None,
        )


def _void_child(child: Matter, undo: Act, reason: str) -> None:
    """A matter that the act opened and nobody touched ends with it."""
    locked = book.lock(child.pk)
    book.write(
        locked,
        "open",
        by=Actor.system("annul"),
        at=undo.happened_at,
        data={"act": 1, "because": undo.seq},
        stage="annulled",
        effective=False,
        reason=reason,
    )
    Clock.objects.filter(matter=locked, state__in=book.OPEN_CLOCKS).update(state="void")
    locked.closed_at, locked.next_due_at = undo.happened_at, None
    locked.save()


def superiors(matter: Matter) -> list[Any]:
    """Who may undo it after the half hour."""
    return [a for post in SUPERIORS for a in relations.signers(matter, post)]
