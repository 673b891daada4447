"""Signatures: a click that needs them is a proposal; the act counts with the last one.

Nobody signs what he proposed; a deputy signs in his own name for the one on leave; a return
carries its reason; urgent measures count at once and are signed afterwards.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from zhian.desk import fields, notices, timing
from zhian.desk.actors import Actor
from zhian.desk.deed import Deed
from zhian.desk.engine import book, checks, perform
from zhian.desk.errors import NotAllowed, Reason, refuse
from zhian.desk.models import Act, Clock, Document, Matter, Proposal, Signature
from zhian.desk.papers import issuing
from zhian.directory import rights
from zhian.directory.models import Appointment
from zhian.law.words import Words

OWN_PROPOSAL = Words("不能签批自己提出的事项。", "Nobody signs what he proposed himself.")
SIGNED_ALREADY = Words("同一人不能在一件事上签批两次。", "Nobody signs the same proposal twice.")
NOT_YOUR_TURN = Words("现在不由您签批。", "It is not your turn to sign.")


def sign(proposal: Proposal, *, by: Actor, opinion: str = "", at: datetime | None = None) -> Act:
    """Give one signature; with the last one the act takes effect."""
    with transaction.atomic():
        matter = book.lock(proposal.matter_id)
        proposal = _live(proposal.pk)
        signature = _my_turn(proposal, by)
        deed = _deed(matter, proposal, by, at or timing.now())
        last = not proposal.signatures.filter(position__gt=signature.position).exists()
        counts = last and proposal.state == "open"
        if counts:
            checks.order_at_signing(deed)
            checks.conditions(replace(deed, by=_proposer(proposal.act)))
        act = book.write(
            matter,
            proposal.verb,
            by=by,
            at=deed.at,
            data={"proposal": proposal.act.seq, "post": signature.post, "opinion": opinion},
            stage="signed",
            effective=counts,
            moves=deed.spec.moves,
        )
        _mark(signature, "signed", act, by, opinion)
        if last:
            _conclude(deed, proposal, act, counts)
        else:
            _call_next(proposal, signature)
        matter.save()
    return act


def _deed(matter: Matter, proposal: Proposal, by: Actor, at: datetime) -> Deed:
    """What was proposed, as it can be checked again; personal texts stay where they are."""
    procedure = perform.procedure_of(matter)
    spec, said = procedure.act(proposal.verb), proposal.act.data
    given = {name: value for name, value in said.items() if name != "confirmed"}
    confirmed = frozenset(said.get("confirmed", ()))
    values = fields.clean(spec, given)
    return Deed(matter, procedure, spec, values, by, at, confirmed, approved=proposal.act)


def _proposer(act: Act) -> Actor:
    """The person who proposed, with the officers he named."""
    officers = Appointment.objects.filter(user__username__in=_officer_names(act)).select_related(
        "user", "post"
    )
    seen = {a.user_id: a for a in officers}
    return Actor(
        act.actor_kind,
        act.actor_name,
        act.user,
        act.appointment,
        None,
        tuple(seen.values()),
    )


def _officer_names(act: Act) -> list[str]:
    return list(json.loads(act.text)["actor"]["officers"])


def _conclude(deed: Deed, proposal: Proposal, act: Act, counts: bool) -> None:
    proposal.state, proposal.decided_by = "effective", act
    proposal.save()
    approval = deed.spec.approve
    if counts:
        perform.count_in(deed, act)
    elif approval and approval.within:
        Clock.objects.filter(
            matter=deed.matter, duty=approval.within, state__in=book.OPEN_CLOCKS
        ).update(state="stopped", stopped_by=act, stopped_at=act.happened_at)


def _call_next(proposal: Proposal, signature: Signature) -> None:
    following = proposal.signatures.get(position=signature.position + 1)
    following.state = "waiting"
    following.save(update_fields=["state"])
    proposal.step = following.position
    proposal.save(update_fields=["step"])
    notices.to_sign(proposal.matter, proposal)


def send_back(proposal: Proposal, *, by: Actor, reason: str, at: datetime | None = None) -> Act:
    """Return a proposal with its reason: drafts are void, nothing else changed."""
    if not reason.strip():
        raise refuse("退回须写明理由。", "A return needs its reason.")
    with transaction.atomic():
        matter = book.lock(proposal.matter_id)
        proposal = _live(proposal.pk)
        signature = _my_turn(proposal, by)
        urgent = proposal.state == "catching_up"
        act = book.write(
            matter,
            proposal.verb,
            by=by,
            at=at or timing.now(),
            data={"proposal": proposal.act.seq, "post": signature.post},
            stage="returned",
            effective=False,
            reason=reason,
        )
        _mark(signature, "returned", act, by, reason)
        _end(proposal, act, "returned", "签批退回")
        matter.save()
        spec = perform.procedure_of(matter).act(proposal.verb)
        if urgent and spec.approve and spec.approve.refused:
            perform.perform(
                matter, spec.approve.refused, by=Actor.system("approval"), reason=reason
            )
        notices.returned(matter, proposal, reason)
    return act


def withdraw(proposal: Proposal, *, by: Actor, reason: str = "") -> Act:
    """The proposer takes his proposal back before the last signature."""
    with transaction.atomic():
        matter = book.lock(proposal.matter_id)
        proposal = _live(proposal.pk)
        if proposal.state != "open" or by.user is None or by.user.pk != proposal.act.user_id:
            raise refuse(
                "只有提出人可以在签批完成前撤回。",
                "Only the proposer may withdraw it in time.",
            )
        act = book.write(
            matter,
            proposal.verb,
            by=by,
            at=timing.now(),
            data={"proposal": proposal.act.seq},
            stage="withdrawn",
            effective=False,
            reason=reason,
        )
        _end(proposal, act, "withdrawn", "提出人撤回")
        matter.save()
    return act


def _end(proposal: Proposal, act: Act, state: str, why: str) -> None:
    proposal.state, proposal.decided_by = state, act
    proposal.save()
    proposal.signatures.filter(state__in=["later", "waiting"]).update(state="void")
    for paper in Document.objects.filter(drafted_by=proposal.act, state="draft"):
        issuing.void(paper, why)


def _live(proposal_id: int) -> Proposal:
    proposal = Proposal.objects.select_related("act__user", "act__appointment").get(pk=proposal_id)
    if proposal.state not in {"open", "catching_up"}:
        raise refuse("该报批已处理。", "This proposal has been decided already.")
    return proposal


def _mark(signature: Signature, state: str, act: Act, by: Actor, opinion: str) -> None:
    signature.state, signature.act = state, act
    signature.signed_by, signature.opinion = by.appointment, opinion
    signature.save()


def _my_turn(proposal: Proposal, by: Actor) -> Signature:
    signature = proposal.signatures.filter(state="waiting").first()
    if signature is None or by.appointment is None:
        raise NotAllowed(Reason(NOT_YOUR_TURN))
    day = timing.today()
    if not any(_fits(signature, hand) for hand in rights.hands(by.appointment, day)):
        raise NotAllowed(Reason(NOT_YOUR_TURN))
    if by.user is not None and proposal.act.user_id == by.user.pk:
        raise NotAllowed(Reason(OWN_PROPOSAL))
    if proposal.signatures.filter(state="signed", signed_by__user=by.user).exists():
        raise NotAllowed(Reason(SIGNED_ALREADY))
    return signature


def against(proposal: Proposal, by: Actor) -> Reason | None:
    """Why somebody whose post signs now may not: he proposed it, or has signed it already."""
    try:
        _my_turn(proposal, by)
    except NotAllowed as why:
        return next((r for r in why.reasons if r.words != NOT_YOUR_TURN), None)
    return None


def _fits(signature: Signature, hand: Appointment) -> bool:
    post = hand.post
    same_office = signature.office_id is None or post.office_id == signature.office_id
    return post.kind == signature.post and post.agency_id == signature.agency_id and same_office


def waiting_for(appointment: Appointment) -> QuerySet[Signature]:
    """Everything that waits for this person's signature, his own and as a deputy."""
    condition = Q(pk__in=[])
    for hand in rights.hands(appointment, timing.today()):
        post = hand.post
        office = Q(office__isnull=True) | Q(office=post.office_id)
        condition |= Q(post=post.kind, agency=post.agency_id) & office
    return (
        Signature.objects.filter(condition, state="waiting")
        .exclude(proposal__act__user=appointment.user_id)
        .select_related("proposal__matter", "proposal__act__user")
        .order_by("proposal__matter__next_due_at", "id")
    )
