"""An act that needs signatures is recorded as a proposal: drafts are made, no clock moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from zhian.desk import book, checks, clocks, effects, notices, papers
from zhian.desk.actors import Actor
from zhian.desk.models import Act, Matter, Proposal, Signature
from zhian.directory.models import SignatureRule
from zhian.law.procedure import ActSpec, Approval, ClockStart, Procedure


class Take(Protocol):
    """How the one door lets an act take effect."""

    def __call__(
        self,
        matter: Matter,
        procedure: Procedure,
        spec: ActSpec,
        act: Act,
        values: Mapping[str, Any],
        by: Actor,
        proposal: Proposal | None,
    ) -> None: ...


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


def propose(
    matter: Matter,
    procedure: Procedure,
    spec: ActSpec,
    values: Mapping[str, Any],
    data: Mapping[str, Any],
    by: Actor,
    at: datetime,
    key: str | None,
    reason: str,
    take: Take,
) -> Act:
    """Record the proposal, draft its documents and call the first signer."""
    assert spec.approve is not None
    urgent = bool(spec.approve.urgent and values.get(spec.approve.urgent))
    act = book.write(
        matter,
        spec.verb,
        by=by,
        at=at,
        data=data,
        stage="proposed",
        effective=urgent,
        moves=urgent,
        reason=reason,
        key=key,
    )
    proposal = Proposal.objects.create(
        matter=matter,
        verb=spec.verb,
        act=act,
        state="catching_up" if urgent else "open",
    )
    _lay_out(matter, proposal, chain(matter, spec))
    if urgent:
        take(matter, procedure, spec, act, values, by, None)
        _sign_within(matter, spec.approve, act, values)
    else:
        papers.draft(matter, spec, act, values, effects.facts_of(matter))
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
