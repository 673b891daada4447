"""许可证: the register, one licence, and the ghosts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhian.apps.registry.licences import queries, shown
from zhian.apps.registry.licences.importing.pages import POSTS as IMPORTERS
from zhian.apps.registry.licences.sorts import sort_of
from zhian.apps.registry.models import Licence, LicenceQuerySet
from zhian.desk import timing
from zhian.desk.engine import begin
from zhian.desk.errors import speak
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.directory.access import access
from zhian.web.lists import chosen, listing, ordering


@access()
def licences(request: HttpRequest) -> HttpResponse:
    """Every licence and filing in reach."""
    found = queries.narrowed(queries.visible_to(me(request)), request.GET.dict(), timing.today())
    if file_kind(request):
        return _as_file(request, _("许可证"), found)
    context = {
        "kinds": Licence.KINDS,
        "states": shown.CHOICES,
        "may_import": me(request).post.kind in IMPORTERS,
        **_list(request, found, "-issued"),
    }
    return render(request, "registry/licences.html", context)


@access()
def ghosts(request: HttpRequest) -> HttpResponse:
    """Licences that are not what they seem, one sort at a time."""
    mine, today = me(request), timing.today()
    ghost = queries.ghost(request.GET.get("sort_of", ""))
    found = ghost.find(queries.visible_to(mine), today)
    if file_kind(request):
        return _as_file(request, speak(ghost.words), found)
    may = {(kind, act.verb) for kind, act in begin.openings(mine)}
    context = {
        "ghost": ghost,
        "ghosts": queries.GHOSTS,
        "counts": queries.counts(mine, today),
        "do": ghost.do if ghost.do and ghost.do[:2] in may else None,
        **_list(request, found, "expires"),
    }
    return render(request, "registry/ghosts.html", context)


@access(about="licence")
def licence(request: HttpRequest, pk: int) -> HttpResponse:
    """One licence: what it says, how it came to be so, and what may be done with it."""
    mine = me(request)
    found = queries.visible_to(mine).filter(pk=pk).first()
    if found is None:
        raise Http404
    row = shown.rows([found], timing.today())[0]
    context = {
        "row": row,
        "history": queries.history(found),
        "matters": queries.matters(found, mine).select_related("operator")[:50],
        "openings": _openings(request, row),
    }
    return render(request, "registry/licence.html", context)


def _openings(request: HttpRequest, row: shown.Row) -> list[tuple[str, object]]:
    """What this post may begin about the licence, each with its address kind and act."""
    sort = sort_of(row.licence.kind)
    kinds = {sort.procedure, "licence_exit"} if sort.ours else {sort.procedure}
    acts = begin.openings(me(request))
    return [(kind, act) for kind, act in acts if kind in kinds and act.field("licence_number")]


def _list(request: HttpRequest, found: LicenceQuerySet, sort: str) -> dict[str, object]:
    page = listing(request.GET, found, shown.COLUMNS, sort)
    return {"list": page, "rows": shown.rows(page.rows, timing.today()), "records": True}


def _as_file(request: HttpRequest, name: str, found: LicenceQuerySet) -> HttpResponse:
    columns = chosen(shown.COLUMNS, request.GET)
    _sort, terms = ordering(shown.COLUMNS, request.GET.get("sort", ""), "expires")
    body = shown.rows(list(found.order_by(*terms)[: printed.most(request)]), timing.today())
    return printed.as_file(request, name, columns, body)
