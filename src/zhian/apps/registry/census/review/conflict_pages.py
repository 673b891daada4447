"""冲突: rows that contradict one another, side by side."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhian.apps.registry.census.review import (
    actions,
    queries,
    queue,
    shown,
    standing,
)
from zhian.apps.registry.census.review.actions import Given
from zhian.apps.registry.census.review.answers import OPTIONS, TITLES
from zhian.apps.registry.census.review.pages import Context, attempt, tell
from zhian.apps.registry.census.review.queries import REVIEWERS
from zhian.apps.registry.models import CensusConflict, LinkRun
from zhian.desk import timing
from zhian.desk.errors import speak
from zhian.desk.pages.base import me
from zhian.directory.access import access


@access(posts=REVIEWERS)
def conflicts(request: HttpRequest) -> HttpResponse:
    """The next conflict of a kind, its rows side by side."""
    mine = me(request)
    run = queries.current(mine)
    kind = request.GET.get("kind", "")
    counts = queue.conflict_counts(run) if run else {}
    kind = kind if kind in OPTIONS else max(OPTIONS, key=lambda one: counts.get(one, 0))
    context: Context = {
        "here": "conflicts",
        "run": run,
        "kind": kind,
        "kinds": [(key, TITLES[key], counts.get(key, 0)) for key in OPTIONS],
    }
    if run is not None:
        after = request.GET.get("after", "")
        rows = queue.conflict_queue(mine, run, kind, int(after) if after.isdigit() else 0)
        context["shown"] = _first_conflict(rows[: queue.AHEAD], run)
    return render(request, "registry/review_conflicts.html", context)


def _first_conflict(rows: object, run: LinkRun) -> shown.ConflictShown | None:
    """The first conflict whose rows still stand."""
    for asked in rows:  # type: ignore[attr-defined]
        asked.run = run
        found = _shown_conflict(asked)
        if found.sides:
            return found
    return None


def _shown_conflict(asked: CensusConflict) -> shown.ConflictShown:
    view = standing.situation(asked.run, asked.records)
    return shown.conflict(asked, view, actions.shown(asked, view))


@access("POST", posts=REVIEWERS, about="census_conflict")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a conflict, and go on to the next of its kind."""
    mine = me(request)
    asked = queries.conflicts(mine).filter(pk=pk).first()
    if asked is None:
        raise Http404
    given = Given(
        request.POST.get("say", ""),
        0,
        request.POST.get("shown", "")[:200],
        request.POST.get("reason", ""),
    )
    name = speak(TITLES[asked.kind])
    attempt(
        request,
        lambda: tell(request, actions.settle(asked, given, by=mine, at=timing.now()), name),
    )
    return redirect(f"{reverse('census_conflicts')}?{urlencode({'kind': asked.kind})}")
