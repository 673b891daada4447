"""One proposal: what is proposed, what it will do, and the signature, return or withdrawal."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.desk import kinds, labels, timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.errors import DeskError, speak
from zhian.desk.models import Proposal
from zhian.desk.pages.base import me, refused, the_matter
from zhian.desk.show import bulk, queries
from zhian.directory.access import access


def _the_proposal(request: HttpRequest, pk: int) -> Proposal:
    """A proposal on a matter within reach, or one that waits for this person's signature."""
    found = Proposal.objects.select_related("act__user", "matter").filter(pk=pk).first()
    if found is None:
        raise Http404
    if not queries.to_sign(me(request)).filter(proposal=found).exists():
        found.matter = the_matter(request, found.matter_id)
    return found


@access(about="proposal")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposal as its signer must see it before signing."""
    proposal, mine = _the_proposal(request, pk), me(request)
    signatures = list(proposal.signatures.select_related("signed_by__user", "act"))
    waiting = next((s for s in signatures if s.state == "waiting"), None)
    my_turn = queries.to_sign(mine).filter(proposal=proposal).exists()
    context = {
        "p": proposal,
        "m": proposal.matter,
        "title": speak(labels.verb_words(proposal.matter, proposal.verb)),
        "kind": speak(labels.kind_words(proposal.matter.kind)),
        "signatures": signatures,
        "preview": bulk.preview(waiting or signatures[-1], timing.now()),
        "drafts": proposal.matter.documents.filter(drafted_by=proposal.act),
        "panel": kinds.get(proposal.matter.kind).page,
        "my_turn": my_turn,
        "against": approvals.against(proposal, Actor.official(mine)),
        "may_withdraw": proposal.state == "open" and proposal.act.user_id == mine.user_id,
    }
    return render(request, "desk/proposal.html", context)


@access("POST", about="proposal")
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign, with an opinion."""
    proposal = _the_proposal(request, pk)
    opinion = request.POST.get("opinion", "").strip()
    try:
        act = approvals.sign(proposal, by=Actor.official(me(request)), opinion=opinion)
    except DeskError as why:
        return refused(request, why, reverse("proposal", args=[pk]))
    name = speak(labels.verb_words(proposal.matter, proposal.verb))
    counts, goes_on = _("“%(act)s”已签批，行为生效。"), _("“%(act)s”已签批，已送下一签批人。")
    text = counts if act.effective else goes_on
    messages.success(request, text % {"act": name})
    return _back(request, proposal)


@access("POST", about="proposal")
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return it with the reason."""
    proposal = _the_proposal(request, pk)
    reason = request.POST.get("reason", "")
    try:
        approvals.send_back(proposal, by=Actor.official(me(request)), reason=reason)
    except DeskError as why:
        return refused(request, why, reverse("proposal", args=[pk]))
    name = {"who": proposal.act.actor_name}
    messages.success(request, _("已退回%(who)s，理由已告知。") % name)
    return _back(request, proposal)


@access("POST", about="proposal")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposer takes it back."""
    proposal = _the_proposal(request, pk)
    reason = request.POST.get("reason", "")
    try:
        approvals.withdraw(proposal, by=Actor.official(me(request)), reason=reason)
    except DeskError as why:
        return refused(request, why, reverse("proposal", args=[pk]))
    messages.success(request, _("报批已撤回，文书草稿作废。"))
    return _back(request, proposal)


def _back(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """To the matter; a signer goes on with the next one that waits."""
    following = queries.to_sign(me(request)).first()
    if request.POST.get("then") == "next" and following is not None:
        return redirect("proposal", following.proposal_id)
    return redirect("matter", proposal.matter_id)
