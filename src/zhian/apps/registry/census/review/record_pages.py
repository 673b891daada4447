"""判定记录 and what the audit found: lists, figures, undoing, a second person's word."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.apps.registry.census.review import (
    actions,
    auditing,
    lists,
    queries,
    queue,
    undoing,
)
from zhian.apps.registry.census.review.errors import NotTaken
from zhian.apps.registry.census.review.pages import attempt, since
from zhian.apps.registry.census.review.queries import REVIEWERS
from zhian.apps.registry.models import CensusDecision
from zhian.desk import timing
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.directory.access import access
from zhian.web.lists import chosen, listing, ordering


@access("POST", posts=REVIEWERS, about="census_decision")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one decision; somebody else's with a reason."""
    found, mine = _decision(request, pk), me(request)
    reason = request.POST.get("reason", "")

    def do() -> None:
        if found.by.user_id != mine.user_id and not reason.strip():
            raise NotTaken(
                "撤销别人的判定要写明理由。", "Give a reason for undoing somebody else's decision."
            )
        undoing.undo(found, by=mine, at=timing.now(), reason=reason)
        newest = queries.current(mine)
        text = _("已撤销 #%(number)s，主体和盲区已恢复原样。")
        if newest is None or newest.pk != found.run_id:
            text = _("已撤销 #%(number)s；那一批关联已被替换，下次关联时生效。")
        messages.success(request, text % {"number": found.pk})

    attempt(request, do)
    return redirect("census_decisions")


def _decision(request: HttpRequest, pk: int) -> CensusDecision:
    found = queries.decisions(me(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access("POST", posts=REVIEWERS, about="census_decision")
def second(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to another's decision, or decline it."""
    found, mine = _decision(request, pk), me(request)
    agrees = request.POST.get("agrees") == "yes"

    def do() -> None:
        reason = request.POST.get("reason", "")
        actions.second(found, agrees, by=mine, at=timing.now(), reason=reason)
        done = _("已同意 #%(number)s，已生效。")
        text = done if agrees else _("已不同意 #%(number)s，原题重新待答。")
        messages.success(request, text % {"number": found.pk})

    attempt(request, do)
    return redirect(f"{reverse('census_decisions')}?state=waiting")


@access(posts=REVIEWERS)
def decisions(request: HttpRequest) -> HttpResponse:
    """Every decision, with what may be undone and what waits for a second person."""
    mine = me(request)
    found = lists.narrowed(queries.decisions(mine), request.GET.dict(), mine)
    if file_kind(request):
        columns = chosen(lists.COLUMNS, request.GET)
        _sort, terms = ordering(lists.COLUMNS, request.GET.get("sort", ""), "-number")
        body = lists.rows(list(found.order_by(*terms)[: printed.most(request)]), mine)
        return printed.as_file(request, _("判定记录"), columns, body)
    page = listing(request.GET, found, lists.COLUMNS, "-number")
    context = {
        "list": page,
        "rows": lists.rows(page.rows, mine),
        "records": True,
        "here": "decisions",
        "states": lists.STATES,
        "waiting_second": queries.waits(queries.decisions(mine)).count(),
        "sources": CensusDecision.SOURCES,
        "answers": CensusDecision.ANSWERS,
    }
    return render(request, "registry/review_decisions.html", context)


@access(posts=REVIEWERS)
def audit_result(request: HttpRequest) -> HttpResponse:
    """How good the links are, with the interval."""
    mine = me(request)
    run = queries.current(mine)
    judged = queries.audited(mine)
    context = {
        "here": "audit",
        "run": run,
        "result": auditing.result(judged, run.pk if run else 0),
        "progress": queue.progress(run, "audit", since()) if run else None,
    }
    return render(request, "registry/review_audit.html", context)
