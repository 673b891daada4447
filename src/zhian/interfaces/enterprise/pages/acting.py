"""The forms by which an operator's person acts: an act, a new matter, a paper to sign for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from zhian.desk import timing
from zhian.desk.engine.perform import procedure_of
from zhian.desk.errors import DeskError, MovedOn, speak
from zhian.desk.models import Clock, Matter
from zhian.desk.pages.base import field_errors, reasons
from zhian.desk.papers.fonts import FontsMissing
from zhian.desk.show import forms, rows
from zhian.directory.access import access
from zhian.interfaces.enterprise import acts, doing, sheets
from zhian.interfaces.enterprise.frame import binding, mine, person, shown
from zhian.interfaces.enterprise.pages.my import matter_of


@access("GET", "POST", operator=True, about="my_matter")
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Fill in and do one act."""
    matter = matter_of(request, pk)
    spec = procedure_of(matter).acts.get(verb)
    if spec is None or spec.opening or not acts.by_operator(spec):
        raise Http404
    if matter.kind == "service":
        return sign_for(request, matter)
    task = sheets.Task(matter.kind, spec, mine(request), person(request), matter)
    known: dict[str, Any] = {"operator": matter.operator, "premises": matter.premises}
    if request.method != "POST":
        return _form(request, task, sheets.sheet(task, known))
    entered = sheets.read(request, task, timing.today())
    head = request.POST.get("head", "")
    try:
        done = doing.act(
            task, entered, int(head) if head.isdigit() else None, request.POST.get("key", "")
        )
    except DeskError as why:
        return _form(request, task, sheets.sheet(task, known), why, entered)
    messages.success(request, doing.said(matter, task.wording.words, done.recorded_at))
    return redirect("enterprise:matter", matter.pk)


@access("GET", "POST", operator=True, about="my_opening")
def begin(request: HttpRequest, kind: str, verb: str) -> HttpResponse:
    """Fill in what begins a matter."""
    spec = next((s for k, s in acts.openings() if (k, s.verb) == (kind, verb)), None)
    if spec is None:
        raise Http404
    task = sheets.Task(kind, spec, mine(request), person(request))
    known = {f.name: request.GET[f.name] for f in spec.fields if f.name in request.GET}
    if request.method != "POST":
        return _form(request, task, sheets.sheet(task, known))
    entered = sheets.read(request, task, timing.today())
    try:
        matter = doing.begin(task, entered, request.POST.get("key", ""), timing.now())
    except DeskError as why:
        return _form(request, task, sheets.sheet(task, known), why, entered)
    messages.success(request, doing.said(matter, task.wording.words, matter.opened_at))
    return redirect("enterprise:matter", matter.pk)


def _form(
    request: HttpRequest,
    task: sheets.Task,
    made: forms.Sheet,
    why: DeskError | None = None,
    entered: forms.Entered | None = None,
) -> HttpResponse:
    if entered is not None:
        made.posted, made.files = request.POST, entered.files
    made.errors = field_errors(why) if why else {}
    matter = task.matter
    back = reverse("enterprise:matter", args=[matter.pk]) if matter else reverse("enterprise:my")
    context: Mapping[str, Any] = {
        "m": matter,
        "title": speak(task.wording.words),
        "widgets": sheets.widgets(task, made, timing.today()),
        "deadlines": _deadlines(matter, task) if matter else [],
        "reasons": reasons(why) if why else [],
        "head": _head(request, matter, why),
        "key": request.POST.get("key") or forms.new_key(),
        "back": back,
    }
    return shown(request, "act", context, 422 if why else 200)


def _head(request: HttpRequest, matter: Matter | None, why: DeskError | None) -> str:
    """The head that the person saw; after he was told that it moved on, the present one."""
    if matter is None:
        return ""
    if isinstance(why, MovedOn):
        return str(Matter.objects.values_list("head", flat=True).get(pk=matter.pk))
    return request.POST.get("head", str(matter.head))


def _deadlines(matter: Matter, task: sheets.Task) -> list[rows.Deadline]:
    """The terms that this act settles."""
    running = Clock.objects.filter(matter=matter, state__in=("running", "paused"))
    now = timing.now()
    return [rows.deadline(c, now) for c in running if rows.stops(task.spec, c.duty)]


def sign_for(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Sign for a paper: whoever agrees to be served here reads it at once."""
    key = request.POST.get("key") or forms.new_key()
    context: dict[str, Any] = {"m": matter, "service": matter.service, "key": key}
    if request.method != "POST":
        return shown(request, "sign", context)
    bound = binding(request)
    consent = request.POST.get("consent") == "1"
    try:
        doing.sign_for(
            matter,
            person(request),
            bound is not None and bound.is_head,
            consent,
            key,
            timing.now(),
        )
    except FontsMissing as error:
        return shown(request, "sign", context | {"reasons": [str(error)]}, 503)
    except DeskError as why:
        return shown(request, "sign", context | {"reasons": reasons(why)}, 422)
    return redirect("enterprise:papers")
