"""复核、冲突、抽查、判定记录: one question a page, answered by a button or a key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhian.apps.registry.census import words
from zhian.apps.registry.census.kinds import rosters
from zhian.apps.registry.census.review import (
    actions,
    queries,
    queue,
    shown,
    standing,
    undoing,
)
from zhian.apps.registry.census.review.actions import Given, Outcome
from zhian.apps.registry.census.review.errors import Lapsed, NotTaken
from zhian.apps.registry.census.review.queries import REVIEWERS
from zhian.apps.registry.census.review.queue import Filters
from zhian.apps.registry.census.review.reclustering import Bonds
from zhian.apps.registry.models import CensusDecision, CensusQuestion, LinkRun
from zhian.desk import timing
from zhian.desk.errors import speak
from zhian.desk.pages.base import me
from zhian.directory.access import access
from zhian.directory.models import Appointment
from zhian.web.parts import render_part, wants_part
from zhian.web.words import named

PURPOSES = {"review": "census_review", "audit": "census_audit"}
Context = dict[str, object]


def since() -> datetime:
    """The beginning of today."""
    return timezone.make_aware(datetime.combine(timing.today(), time.min))


# --- one question


@access(posts=REVIEWERS)
def review(request: HttpRequest) -> HttpResponse:
    """The next question whose answer changes most."""
    return _next(request, "review")


@access(posts=REVIEWERS)
def audit(request: HttpRequest) -> HttpResponse:
    """The next link of the random sample."""
    return _next(request, "audit")


def _next(request: HttpRequest, purpose: str) -> HttpResponse:
    filters = Filters.read(request.GET)
    return _desk(request, _context(request, purpose, filters))


def _context(request: HttpRequest, purpose: str, filters: Filters) -> Context:
    mine = me(request)
    run = queries.current(mine)
    context: Context = {"purpose": purpose, "filters": filters, "run": run, "here": purpose}
    if run is None:
        return context
    rows = queue.queue(mine, run, purpose, filters)
    ahead = queue.beyond(rows, filters.after) if filters.after else rows
    found = _first(ahead[: queue.AHEAD], run)
    return context | _around(mine, run, purpose, filters) | {"shown": found}


def _first(rows: object, run: LinkRun) -> shown.Shown | None:
    """The first question that other answers have not settled meanwhile."""
    bonds = None
    for asked in rows:  # type: ignore[attr-defined]
        bonds = bonds or queries.bonds(run.place)[0]
        asked.run = run
        found = _shown(asked, bonds)
        if not found.moot:
            return found
    return None


def _shown(asked: CensusQuestion, bonds: Bonds) -> shown.Shown:
    records = [asked.record_id, *(choice["record"] for choice in asked.choices)]
    view = standing.situation(asked.run, records)
    return shown.question(asked, view, bonds, actions.shown(asked, view))


def _around(mine: Appointment, run: LinkRun, purpose: str, filters: Filters) -> Context:
    """What stands around a question: how far the queue is, the filters, the keys."""
    return {
        "progress": queue.progress(run, purpose, since()),
        "townships": queue.townships(run.place),
        "flags": words.FLAGS.items(),
        "rosters": [(name, kind.words) for name, kind in rosters().items()],
        "kept": urlencode(filters.kept),
        "waiting_second": queries.waits(queries.decisions(mine)).count(),
    }


def _desk(request: HttpRequest, context: Context) -> HttpResponse:
    return render_part(request, "registry/review_page.html", "registry/review_desk.html", context)


@access(posts=REVIEWERS, about="census_question")
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question, open or answered."""
    mine = me(request)
    asked = _question(request, pk)
    found = _shown(asked, queries.bonds(asked.run.place)[0])
    context: Context = {
        "purpose": asked.purpose,
        "here": asked.purpose,
        "filters": Filters(),
        "run": asked.run,
        "shown": found,
        "standing": actions.closing(asked),
        "single": True,
    }
    return _desk(request, context | _around(mine, asked.run, asked.purpose, Filters()))


def _question(request: HttpRequest, pk: int) -> CensusQuestion:
    found = queries.questions(me(request)).select_related("run__place").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access("POST", posts=REVIEWERS, about="census_question")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer it, and go on to the next."""
    asked = _question(request, pk)
    said, _colon, choice = request.POST.get("say", "").partition(":")
    given = Given(
        said,
        int(choice) if choice.isdigit() and len(choice) < 3 else 0,
        request.POST.get("shown", "")[:200],
        request.POST.get("reason", ""),
    )
    attempt(
        request,
        lambda: tell(
            request,
            actions.answer(asked, given, by=me(request), at=timing.now()),
            asked.record.name,
        ),
    )
    return _onward(request, asked.purpose)


def _onward(request: HttpRequest, purpose: str) -> HttpResponse:
    """The next question in the same filters: in part for a script, by a redirect without one."""
    filters = Filters.read(request.POST)
    if wants_part(request):
        return _desk(request, _context(request, purpose, filters))
    kept = filters.kept | ({"after": str(filters.after)} if filters.after else {})
    return redirect(f"{reverse(PURPOSES[purpose])}{'?' if kept else ''}{urlencode(kept)}")


def attempt(request: HttpRequest, do: Callable[[], object]) -> bool:
    """Do it, or say why it was not done."""
    try:
        do()
    except NotTaken as why:
        messages.error(request, str(why))
        return False
    return True


def tell(request: HttpRequest, outcome: Outcome, name: str) -> None:
    """What became of an answer, in words."""
    row, first = outcome.decision, outcome.first
    values = {
        "name": name,
        "number": row.pk if row else "",
        "who": named(first.by.user) if first else "",
        "what": _said(first),
        "said": _said(row),
    }
    if outcome.state == "done":
        messages.success(request, _("“%(name)s”：%(said)s（#%(number)s）。") % values)
    elif outcome.state == "waits" and row is not None:
        why = speak(shown.SECONDS[row.second])
        messages.warning(request, f"{_('“%(name)s”（#%(number)s）：') % values}{why}")
    elif outcome.state == "already":
        messages.info(request, _("%(who)s 刚才已作出同样的答复，没有重复记录。") % values)
    else:
        text = _("%(who)s 刚才已答“%(what)s”。您的答复已记下（#%(number)s），待另一人选定。")
        messages.warning(request, text % values)


def _said(decision: CensusDecision | None) -> str:
    return str(decision.get_answer_display()) if decision else ""


# --- taking back


@access("POST", posts=REVIEWERS)
def undo_last(request: HttpRequest) -> HttpResponse:
    """Take back one's own last answer."""
    mine = me(request)
    run = queries.current(mine)
    purpose = "audit" if request.POST.get("purpose") == "audit" else "review"

    def do() -> None:
        if run is None:
            raise Lapsed
        row = undoing.undo_last(run, by=mine, at=timing.now(), source=purpose)
        text = _("已撤销 #%(number)s，主体和盲区已恢复原样。")
        messages.success(request, text % {"number": row.undoes_id})

    attempt(request, do)
    return _onward(request, purpose)
