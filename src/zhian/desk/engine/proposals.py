"""An act that needs signatures is recorded as a proposal: drafts are made, no clock moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zhian.desk import notices
from zhian.desk.actors import Actor
from zhian.desk.deed import Deed, facts_of
from zhian.desk.engine import book, checks, clocks
from zhian.desk.models import Act, Matter, Proposal, Signature
from zhian.desk.papers import issuing
from zhian.directory.models import SignatureRule
from zhian.law.procedure import ActSpec, Approval, ClockStart

Take = Callable[[Deed, Act], None]


def needed(spec: ActSpec, by: Actor) -> bool:
    """Whether an act waits for signatures; what jobs and children record does not."""
    return spec.approve is not None and by.kind not in checks.BY_ITSELF


def chain(matter: Matter, spec: ActSpec) -> tuple[str, ...]:
    """Who signs, in order: the agency's own rule where it asks for at least the minimum."""
    assert spec.approve is not None
    minimum = spec.approve.posts
    rule = SignatureRule.objects.filter(
        agency=matter.agency_id, kind=matter.kind, verb=spec.verb
    ).first()
    if rule and set(minimum) <= set(rule.posts):
        return tuple(rule.posts)
    return minimum


def propose(deed: Deed, data: Mapping[str, Any], take: Take) -> Act:
    """Record the proposal, draft its documents and call the first signer."""
    matter, spec, approval = deed.matter, deed.spec, deed.spec.approve
    assert approval is not None
    urgent = bool(approval.urgent and deed.values.get(approval.urgent))
    act = book.write(
        matter,
        spec.verb,
        by=deed.by,
        at=deed.at,
        data=data,
        stage="proposed",
        effective=urgent,
        moves=urgent,
        reason=deed.reason,
        key=deed.key,
    )
    proposal = Proposal.objects.create(
        matter=matter,
        verb=spec.verb,
        act=act,
        state="catching_up" if urgent else "open",
    )
    _lay_out(matter, proposal, chain(matter, spec))
    if urgent:
        take(deed, act)
        _sign_within(matter, approval, act, deed.values)
    else:
        issuing.draft(deed, act, facts_of(matter))
    matter.save()
    notices.to_sign(matter, proposal)
    return act


def _lay_out(matter: Matter, proposal: Proposal, posts: tuple[str, ...]) -> None:
    Signature.objects.bulk_create(
        Signature(
            proposal=proposal,
            position=position,
            post=post,
            agency=matter.agency,
            office=matter.office if post == "office_head" else None,
            state="waiting" if position == 0 else "later",
        )
        for position, post in enumerate(posts)
    )


def _sign_within(matter: Matter, approval: Approval, act: Act, values: Mapping[str, Any]) -> None:
    """Urgent: the measure counts now and the signature must follow within its term (PUN-36)."""
    if approval.within:
        clocks.start(matter, ClockStart(approval.within), act, values)
