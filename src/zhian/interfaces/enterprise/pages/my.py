"""Mine: what I owe, licences, papers, credit, matters."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme

from zhian.apps.registry.archive import queries as archive
from zhian.apps.registry.licences import shown as licence_rows
from zhian.apps.registry.models import Licence
from zhian.desk import labels, timing
from zhian.desk.actors import Actor
from zhian.desk.errors import speak
from zhian.desk.models import Act, Matter
from zhian.desk.show import entered, offers
from zhian.directory.access import access
from zhian.directory.middleware import CHOSEN_OPERATOR
from zhian.directory.models import Premises
from zhian.interfaces.enterprise import acts, doing, owed, seeing
from zhian.interfaces.enterprise.frame import mine, person, shown
from zhian.interfaces.enterprise.sheets import ENTRY
from zhian.web.lists import Column, listing

NEWS, PER_PAGE = 5, 20
COLUMNS = (Column("opened", "", lambda m: m.opened_at, ("opened_at",)),)


@access(operator=True)
def my(request: HttpRequest) -> HttpResponse:
    """What do I owe, by when."""
    operator, now = mine(request), timing.now()
    key = request.GET.get("premises", "")
    places = list(Premises.objects.filter(operator=operator).order_by("name"))
    one = next((p for p in places if str(p.pk) == key), None)
    context = {
        "owed": owed.owed(operator, now, one),
        "premises": one,
        "places": places if len(places) > 1 else [],
        "news": [(n, seeing.told(n)) for n in seeing.notices(operator)[:NEWS]],
    }
    return shown(request, "my", context)


def openings() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What an operator may begin, by what it is about: kind, act, words."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for kind, spec in acts.openings():
        row = (kind, spec.verb, speak(acts.wording(kind, spec).words))
        found.setdefault(speak(labels.kind_words(kind)), []).append(row)
    return list(found.items())


@access("POST", operator=True)
def choose(request: HttpRequest) -> HttpResponse:
    """Act for another of one's operators from now on."""
    bound = {str(r.operator_id): r for r in getattr(request, "representations", [])}
    wanted = bound.get(request.POST.get("operator", ""))
    if wanted is not None:
        request.session[CHOSEN_OPERATOR] = wanted.operator_id
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe and back else "enterprise:my")


@access(operator=True)
def licences(request: HttpRequest) -> HttpResponse:
    """Every licence and filing of the operator, and when to renew."""
    rows = Licence.objects.filter(operator=mine(request)).exclude(state="void")
    found = list(rows.select_related("premises", "agency").order_by("state", "expires_on", "id"))
    return shown(request, "licences", {"rows": licence_rows.rows(found, timing.today())})


@access(operator=True)
def matters(request: HttpRequest) -> HttpResponse:
    """What is under way, and what was; and what may be begun."""
    found = seeing.matters(mine(request)).exclude(kind="service").select_related("agency")
    page = listing(request.GET, found, COLUMNS, "-opened", PER_PAGE, narrow=True)
    rows = [(m, speak(labels.kind_words(m.kind)), speak(labels.phase_words(m))) for m in page.rows]
    return shown(request, "matters", {"list": page, "rows": rows, "openings": openings()})


def matter_of(request: HttpRequest, pk: int) -> Matter:
    """A matter of the operator that has reached it; any other does not exist."""
    reach = seeing.matters(mine(request)).select_related("agency", "operator", "premises", "place")
    return get_object_or_404(reach, pk=pk)


@access(operator=True, about="my_matter")
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter as the operator may see it: where it stands, what to do, what was done."""
    found, now = matter_of(request, pk), timing.now()
    operator = mine(request)
    done = list(seeing.course(found, operator))
    own = [act for act in done if act.actor_kind == "operator" and act.matter_id == pk]
    items = owed.of_matter(found, now)
    context = {
        "m": found,
        "kind": speak(labels.kind_words(found.kind)),
        "phase": speak(labels.phase_words(found)),
        "offers": _offers(request, found, {item.verb for item in items}),
        "answer": doing.awaited(found),
        "papers": seeing.papers(operator).filter(matter=found),
        "items": items,
        "course": [(a, _title(a)) for a in done],
        "said": entered.entries(found, own),
    }
    return shown(request, "matter", context)


def _title(act: Act) -> str:
    """What was done: in the operator's words what its people did, else in the office's."""
    known = labels.procedure(act.matter.kind, act.matter.procedure_version)
    spec = known.acts.get(act.verb) if known and act.actor_kind == "operator" else None
    if spec is None:
        return labels.act_title(act, act.matter)
    return speak(acts.wording(act.matter.kind, spec).words)


def _offers(
    request: HttpRequest, found: Matter, owed_already: set[str]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """What else may be done now, and why the rest of what is near may not: verb, words, reasons."""
    near = {spec.verb for spec in acts.now_possible(found)} - owed_already
    by = Actor.of_operator(person(request))
    return [
        (o.spec.verb, speak(acts.wording(found.kind, o.spec).words), o.reasons)
        for o in offers.offers(found, by, timing.now())
        if o.spec.verb in near
    ]


@access(operator=True, about="my_short")
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The short address of a message leads to the matter; a paper to sign for to its signing."""
    first, last = UUID(code.ljust(32, "0")), UUID(code.ljust(32, "f"))
    found = seeing.matters(mine(request)).filter(uid__gte=first, uid__lte=last).first()
    if found is None:
        raise Http404
    return redirect("enterprise:matter", found.pk)


@access(operator=True)
def credit(request: HttpRequest) -> HttpResponse:
    """The operator's record of good and bad, as the register keeps it."""
    record = archive.credit(mine(request), timing.today())
    repairs = [(kind, spec.verb) for kind, spec in acts.openings() if spec.field(ENTRY)]
    return shown(request, "credit", {"credit": record, "repair": next(iter(repairs), None)})
