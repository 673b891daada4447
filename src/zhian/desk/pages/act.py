"""The form of an act, made from its procedure; and the forms that begin a matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhian.desk import labels, timing, visibility
from zhian.desk.engine import begin
from zhian.desk.engine.perform import procedure_of
from zhian.desk.errors import DeskError, MovedOn, speak
from zhian.desk.models import Act, Clock, Matter, Proposal
from zhian.desk.pages.base import field_errors, me, reasons, the_matter
from zhian.desk.show import choosing, doing, foresight, forms, rows
from zhian.desk.show.offers import offer_of
from zhian.directory.access import access
from zhian.directory.models import Premises
from zhian.law.procedure import ActSpec, Procedure

# Proposals that did not come about: what was entered then is offered again.
CAME_BACK = ("returned", "withdrawn", "undone")


@access("GET", "POST", about="matter", acts=True)
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Fill in and do one act."""
    matter, mine = the_matter(request, pk), me(request)
    procedure = procedure_of(matter)
    spec = procedure.acts.get(verb)
    if spec is None or spec.opening or "official" not in spec.by:
        raise Http404
    sheet = forms.Sheet(matter.kind, spec, mine, matter, known=_known(matter, spec))
    if request.method != "POST" or "find" in request.POST:
        return _form(request, sheet, procedure)
    entered = forms.read(matter.kind, spec, request.POST, request.FILES, mine.user_id, matter)
    head = request.POST.get("head", "")
    try:
        done = doing.act(
            matter,
            spec,
            entered,
            mine,
            int(head) if head.isdigit() else None,
            request.POST.get("key", ""),
        )
    except DeskError as why:
        return _form(request, sheet, procedure, why, entered)
    messages.success(request, doing.said(done, spec, mine), extra_tags=f"done {request.path}")
    still = visibility.may_see(mine, matter)
    return redirect("matter", matter.pk) if still else redirect("desk")


def _form(
    request: HttpRequest,
    sheet: forms.Sheet,
    procedure: Procedure,
    why: DeskError | None = None,
    entered: forms.Entered | None = None,
) -> HttpResponse:
    if request.method == "POST":
        sheet.posted = request.POST
        found = entered or forms.read(
            sheet.kind,
            sheet.spec,
            request.POST,
            request.FILES,
            sheet.appointment.user_id,
            sheet.matter,
        )
        sheet.files = found.files
    sheet.errors = field_errors(why) if why else {}
    moved = why if isinstance(why, MovedOn) else None
    matter = sheet.matter
    context = {
        "m": matter,
        "spec": sheet.spec,
        "title": speak(sheet.spec.words),
        "kind": speak(labels.kind_words(sheet.kind)),
        "phase": speak(labels.phase_words(matter)) if matter else "",
        "offer": offer_of(matter, sheet.spec, sheet.appointment, timing.now()) if matter else None,
        "widgets": forms.widgets(sheet),
        "effects": foresight.effects(procedure, sheet.spec, matter, {}, timing.now()),
        "deadlines": _deadlines(matter, sheet.spec) if matter else [],
        "reasons": reasons(why) if why else [],
        "moved": [_moved(matter, a) for a in moved.acts] if moved and matter else [],
        "head": _head(request, matter, moved),
        "key": request.POST.get("key") or forms.new_key(),
        "at": request.POST.get("at", ""),
        "at_error": speak(sheet.errors["at"]) if "at" in sheet.errors else "",
        "back": f"/m/{matter.pk}/" if matter else "/desk/",
    }
    return render(request, "desk/act.html", context, status=422 if why else 200)


def _head(request: HttpRequest, matter: Matter | None, moved: MovedOn | None) -> str:
    """The head that the person saw; after what changed was shown, the present one."""
    if matter is None:
        return ""
    if moved is not None:
        return str(Matter.objects.values_list("head", flat=True).get(pk=matter.pk))
    return request.POST.get("head", str(matter.head))


def _moved(matter: Matter, done: Any) -> tuple[Act, str]:
    return done, labels.act_title(done, matter)


def _deadlines(matter: Matter, spec: ActSpec) -> list[rows.Deadline]:
    """The clocks that this act settles."""
    running = Clock.objects.filter(matter=matter, state__in=("running", "paused"))
    now = timing.now()
    return [rows.deadline(c, now) for c in running if rows.stops(spec, c.duty)]


def _known(matter: Matter, spec: ActSpec) -> Mapping[str, Any]:
    """What is known already: the matter's own operator and premises, today for what happened
    today, and what was written before where a proposal came back."""
    known: dict[str, Any] = {"operator": matter.operator, "premises": matter.premises}
    known |= {f.name: timing.today() for f in spec.fields if _is_today(f.name, f.type)}
    last = (
        Proposal.objects.filter(matter=matter, verb=spec.verb, state__in=CAME_BACK)
        .select_related("act")
        .order_by("-id")
        .first()
    )
    if last is not None:
        fields = {f.name for f in spec.fields if f.type not in forms.FILES}
        known |= {k: v for k, v in last.act.data.items() if k in fields}
    return known


def _is_today(name: str, kind: str) -> bool:
    return kind == "date" and name.endswith("_on")


# ---- what begins --------------------------------------------------------------------------------


@access()
def begin_choice(request: HttpRequest) -> HttpResponse:
    """What this post may begin."""
    found = [
        (kind, spec.verb, speak(labels.kind_words(kind)), speak(spec.words))
        for kind, spec in begin.openings(me(request))
    ]
    context = {"openings": found, "doors": begin.doors(me(request))}
    return render(request, "desk/begin.html", context)


@access("GET", "POST", about="opening")
def begin_form(request: HttpRequest, kind: str, verb: str) -> HttpResponse:
    """Fill in what begins a matter."""
    mine = me(request)
    spec = next((s for k, s in begin.openings(mine) if (k, s.verb) == (kind, verb)), None)
    procedure = begin.newest(kind)
    if spec is None or procedure is None:
        raise Http404
    sheet = forms.Sheet(kind, spec, mine, known=_asked(request, spec))
    if request.method != "POST" or "find" in request.POST:
        return _form(request, sheet, procedure)
    entered = forms.read(kind, spec, request.POST, request.FILES, mine.user_id, None)
    try:
        matter = doing.begin_matter(kind, spec, entered, mine, request.POST.get("key", ""))
    except DeskError as why:
        return _form(request, sheet, procedure, why, entered)
    first = matter.acts.order_by("seq")[0]
    messages.success(request, doing.said(first, spec, mine), extra_tags=f"done {request.path}")
    still = visibility.may_see(mine, matter)
    return redirect("matter", matter.pk) if still else redirect("desk")


def _asked(request: HttpRequest, spec: ActSpec) -> Mapping[str, Any]:
    """What the address brings along, such as the operator whose page one came from."""
    known: dict[str, Any] = {
        f.name: request.GET[f.name] for f in spec.fields if f.name in request.GET
    }
    known |= {f.name: timing.today() for f in spec.fields if _is_today(f.name, f.type)}
    if known.get("premises", "").isdigit() and "operator" not in known:
        found = Premises.objects.filter(pk=int(known["premises"])).first()
        known |= {"operator": found.operator_id} if found else {}
    return known


@access()
def pick(request: HttpRequest, what: str) -> HttpResponse:
    """What a search inside a form finds, as a part of the page."""
    if what not in choosing.FINDERS:
        raise Http404
    name = request.GET.get("name", what)
    text = request.GET.get(f"find-{name}", "")
    context = {
        "name": name,
        "options": choosing.found(what, me(request), text),
        "text": text,
    }
    return render(request, "web/widgets/_found.html", context)
