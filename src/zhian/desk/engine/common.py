"""Acts that every kind of matter knows: note, evidence, share, hand over, link, waiting acts.

They only record (or change hands) and never move the matter, so they never check the head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from zhian.desk import notices, timing, visibility
from zhian.desk.actors import Actor
from zhian.desk.engine import book
from zhian.desk.errors import MovedOn, NotAllowed, Reason, Refused, refuse
from zhian.desk.models import (
    Act,
    Document,
    Evidence,
    Matter,
    MatterShare,
    Notice,
    WaitingAct,
)
from zhian.directory.models import Agency, Appointment, Post
from zhian.law.words import Words

OUTSIDE = Words("此事项不在您的职责范围内。", "This matter is outside your scope.")
NOT_ISSUED = Words("文书尚未制发，不能盖章。", "The paper is not issued yet: nothing to seal.")
VOID = Words("文书已作废，不能盖章。", "The paper is void and cannot be sealed.")
SEALED_ALREADY = Words(
    "文书已有盖章件，更换须写明理由。",
    "The paper has its sealed file already: replacing it needs a reason.",
)
HANDED = Words("{title} 已移交给您。", "{title} was handed over to you.")
WHO_HANDS_OVER = (
    "office_head",
    "deputy_head",
    "bureau_head",
    "department_head",
    "township_head",
    "intake_clerk",
)


def record(
    matter: Matter,
    verb: str,
    *,
    by: Actor,
    data: Mapping[str, Any],
    at: datetime | None = None,
    key: str | None = None,
    reason: str = "",
) -> Act:
    """Append an act that only records; the caller has checked the right."""
    with transaction.atomic():
        locked = book.lock(matter.pk)
        known = Act.objects.filter(key=key).first() if key else None
        if known is not None:
            return known
        act = book.write(
            locked,
            verb,
            by=by,
            at=at or timing.now(),
            data=data,
            key=key,
            reason=reason,
        )
        locked.save(update_fields=["seq", "last_hash"])
    matter.refresh_from_db()
    return act


def _within_reach(matter: Matter, by: Actor) -> None:
    if by.kind == "official" and (
        by.appointment is None or not visibility.may_see(by.appointment, matter)
    ):
        raise NotAllowed(Reason(OUTSIDE))


def note(
    matter: Matter,
    *,
    text: str,
    by: Actor,
    files: Sequence[Evidence] = (),
    at: datetime | None = None,
    key: str | None = None,
) -> Act:
    """Write something down, with files where there are any."""
    if not text.strip() and not files:
        raise refuse("请写内容或者上传文件。", "Write something or add a file.")
    _within_reach(matter, by)
    with transaction.atomic():
        data = {
            "text": text.strip(),
            "files": [{"name": f.name, "sha256": f.sha256} for f in files],
        }
        act = record(matter, "note", by=by, data=data, at=at, key=key)
        Evidence.objects.filter(pk__in=[f.pk for f in files], act__isnull=True).update(
            act=act, matter=matter
        )
    return act


def share(
    matter: Matter,
    *,
    by: Actor,
    reason: str,
    agency: Agency | None = None,
    post: Post | None = None,
    what: str = "read",
    until: date | None = None,
) -> Act:
    """Let another agency or post read (or act on) this matter, until a day, for a reason."""
    _acts_on(matter, by)
    if (agency is None) == (post is None):
        raise refuse("请选择一个部门或者岗位。", "Choose one agency or one post.")
    if not reason.strip():
        raise refuse("共享须写明理由。", "Sharing needs its reason.")
    with transaction.atomic():
        target = agency.code if agency else f"{post.agency.code}/{post.kind}" if post else ""
        data = {"with": target, "what": what, "until": until}
        act = record(matter, "share", by=by, data=data, reason=reason)
        MatterShare.objects.create(
            matter=matter, agency=agency, post=post, what=what, until=until, act=act
        )
    return act


def _acts_on(matter: Matter, by: Actor) -> None:
    if by.appointment is None or not visibility.may_act(by.appointment, matter):
        raise NotAllowed(Reason(OUTSIDE))


def hand_over(
    matter: Matter, *, to: Appointment, by: Actor, reason: str, leaving: bool = False
) -> Act:
    """Give a matter to another handler of the same agency; his desk shows it at once."""
    if not leaving:
        may_hand_over(matter, to, by)
    with transaction.atomic():
        locked = book.lock(matter.pk)
        if locked.closed_at is not None:
            raise refuse("事项已办结。", "The matter is closed.")
        data = {
            "from": locked.handler.user.username if locked.handler else None,
            "to": to.user.username,
        }
        act = book.write(locked, "hand_over", by=by, at=timing.now(), data=data, reason=reason)
        locked.handler = to
        if to.post.office_id and not leaving:
            locked.office = to.post.office
        locked.save()
        notices.give([to], HANDED.format(title=locked.title), locked, act)
    matter.refresh_from_db()
    return act


def may_hand_over(matter: Matter, to: Appointment, by: Actor) -> None:
    """Whether this person may give this matter to that one; raises Refused or NotAllowed."""
    _acts_on(matter, by)
    assert by.appointment is not None
    mine = matter.handler_id == by.appointment.pk
    if not mine and by.appointment.post.kind not in WHO_HANDS_OVER:
        raise NotAllowed(Reason(OUTSIDE))
    if to.post.agency_id != matter.agency_id:
        raise refuse("只能移交给本部门的人员。", "Only to somebody of the same agency.")


def may_seal(paper: Document, by: Actor, reason: str = "") -> None:
    """Whether this person may record a seal on this paper now; raises Refused or NotAllowed."""
    _acts_on(paper.matter, by)
    if paper.state != "issued":
        raise Refused(Reason(VOID if paper.state == "void" else NOT_ISSUED))
    if paper.scan_id is not None and not reason.strip():
        raise Refused(Reason(SEALED_ALREADY))


def seal(
    paper: Document,
    *,
    file: Evidence,
    way: str,
    by: Actor,
    reason: str = "",
    key: str | None = None,
) -> Act:
    """Record that an issued paper carries the seal: `scan` by hand, `electronic` by program.

    A second file takes the place of the first, with its reason; the first stays on record.
    """
    with transaction.atomic():
        matter = book.lock(paper.matter_id)
        row = Document.objects.select_related("scan").get(pk=paper.pk)
        row.matter = matter
        may_seal(row, by, reason)
        data = {
            "paper": row.number or row.title,
            "document": row.pk,
            "way": way,
            "file": file.name,
            "sha256": file.sha256,
            "replaces": row.scan.sha256 if row.scan else "",
        }
        act = record(matter, "seal", by=by, data=data, reason=reason, key=key)
        Evidence.objects.filter(pk=file.pk, act__isnull=True).update(act=act, matter=matter)
        row.scan, row.sealed_by, row.sealed_at = file, act, act.recorded_at
        row.save(update_fields=["scan", "sealed_by", "sealed_at"])
    paper.refresh_from_db(fields=["scan", "sealed_by", "sealed_at"])
    return act


def log_call(notice: Notice, *, by: Actor, reached: bool, text: str) -> Act:
    """A person telephoned instead: who, and whether somebody was reached."""
    if notice.matter is None:
        raise refuse("该通知不属于任何事项。", "This notice belongs to no matter.")
    _within_reach(notice.matter, by)
    act = record(
        notice.matter,
        "call",
        by=by,
        data={"to": notice.recipient, "reached": reached, "text": text},
    )
    notice.state = "reached" if reached else "failed"
    notice.channel, notice.sent_at = "call", act.recorded_at
    notice.save()
    return act


def submit_late(
    matter: Matter,
    verb: str,
    *,
    fields: Mapping[str, Any],
    by: Actor,
    at: datetime,
    head: int,
    key: str,
) -> Act | WaitingAct:
    """What comes late from a phone: done if it still can be, else kept waiting; never dropped."""
    from zhian.desk.engine.perform import perform

    waiting = WaitingAct.objects.filter(key=key).first()
    if waiting is not None:
        return waiting
    try:
        return perform(matter, verb, fields=fields, by=by, at=at, head=head, key=key)
    except (MovedOn, Refused) as why:
        if isinstance(why, NotAllowed):
            raise
        assert by.appointment is not None
        return WaitingAct.objects.create(
            matter=matter,
            key=key,
            verb=verb,
            fields=dict(fields),
            head=head,
            appointment=by.appointment,
            happened_at=at,
            received_at=timing.now(),
            why=str(why),
        )


def take_waiting(waiting: WaitingAct, *, by: Actor, reason: str) -> Act:
    """Take a waiting act after all, as it happened."""
    from zhian.desk.engine.perform import perform

    with transaction.atomic():
        act = perform(
            waiting.matter,
            waiting.verb,
            fields=waiting.fields,
            by=Actor.official(waiting.appointment),
            at=waiting.happened_at,
            key=waiting.key,
            reason=reason,
        )
        _decide(waiting, "taken", act)
    return act


def set_aside(waiting: WaitingAct, *, by: Actor, reason: str) -> Act:
    """Set a waiting act aside, with the reason; it stays on record."""
    if not reason.strip():
        raise refuse("搁置须写明理由。", "Setting it aside needs a reason.")
    _acts_on(waiting.matter, by)
    with transaction.atomic():
        data = {
            "verb": waiting.verb,
            "key": waiting.key,
            "happened_at": waiting.happened_at,
        }
        act = record(waiting.matter, "set_aside", by=by, data=data, reason=reason)
        _decide(waiting, "set_aside", act)
    return act


def _decide(waiting: WaitingAct, state: str, act: Act) -> None:
    if waiting.state != "waiting":
        raise refuse("该行为已处理。", "This act was dealt with already.")
    waiting.state, waiting.decided_by = state, act
    waiting.save()
