"""登记: the establishments that the rosters together know, one of them with all its rows, and how
they come into the directory."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhian.apps.registry.census import filing, queries, rights, shown
from zhian.apps.registry.census.kinds import rosters, trade_words, trades
from zhian.apps.registry.census.words import FLAGS
from zhian.apps.registry.models import BlindSpot, Establishment
from zhian.desk.errors import speak
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.directory.access import access
from zhian.directory.errors import NotPossible
from zhian.web.lists import chosen, listing, ordering

SHOWN = 200


@access(posts=rights.READERS)
def establishments(request: HttpRequest) -> HttpResponse:
    """The register as one list."""
    mine = me(request)
    rows = queries.establishments(mine)
    found = queries.narrowed(rows, request.GET.dict(), rights.county(mine))
    if file_kind(request):
        return _as_file(request, found)
    page = listing(request.GET, found, shown.COLUMNS, "number")
    context = {
        "list": page,
        "rows": _rows(page.rows),
        "records": True,
        "townships": queries.townships(mine),
        "kinds": [(name, speak(trade_words(name))) for name in trades()],
        "rosters": [(name, speak(kind.words)) for name, kind in rosters().items()],
        "flags": [(flag, speak(words)) for flag, words in FLAGS.items()],
        "keeps": rights.keeps_census(mine),
    }
    return render(request, "registry/census_establishments.html", context)


def _rows(found: list[Establishment]) -> list[shown.Row]:
    flags = queries.open_flags([one.pk for one in found])
    return [shown.Row(one, flags.get(one.pk, ())) for one in found]


def _as_file(request: HttpRequest, found: Any) -> HttpResponse:
    columns = chosen(shown.COLUMNS, request.GET)
    _sort, terms = ordering(shown.COLUMNS, request.GET.get("sort", ""), "number")
    rows = _rows(list(found.order_by(*terms)[: printed.most(request)]))
    return printed.as_file(request, _("普查登记"), columns, rows)


def _found(request: HttpRequest, number: str) -> Establishment:
    rows = queries.establishments(me(request)).select_related("merged_into", "split_from")
    one = rows.filter(number=number).first()
    if one is None:
        raise Http404
    return one


@access(posts=rights.READERS, about="establishment")
def establishment(request: HttpRequest, number: str) -> HttpResponse:
    """One establishment: its rows from all rosters beside one another, and its history."""
    mine = me(request)
    one = _found(request, number)
    last = queries.survivor(one)
    if last.pk != one.pk and not request.GET.get("old"):
        told = _("%(old)s 已并入 %(new)s。") % {"old": one.number, "new": last.number}
        messages.info(request, told)
        return redirect("census_establishment", last.number)
    said = shown.said(queries.links_of(one), mine)
    spots = BlindSpot.objects.filter(establishment=one).select_related("since_run", "until_run")
    context = {
        "one": one,
        "kind": trade_words(one.kind),
        "now": [row for row in said if row.link.ended_at is None],
        "past": [row for row in said if row.link.ended_at is not None],
        "spots": [(spot, shown.flag_words(spot.flag)) for spot in spots.order_by("-id")],
        "merged": one.merged_from.all(),
        "parted": one.split_into.all(),
        "files": rights.keeps_census(mine),
        "proposal": filing.proposal(one),
    }
    return render(request, "registry/census_establishment.html", context)


@access("POST", posts=rights.CENSUS, about="establishment")
def enter(request: HttpRequest, number: str) -> HttpResponse:
    """Enter one establishment in the directory."""
    one = _found(request, number)
    try:
        premises = filing.enter(one, me(request))
    except NotPossible as why:
        messages.error(request, str(why))
    else:
        told = _("已登入主体名录：%(name)s。") % {"name": premises.name}
        messages.success(request, told)
    return redirect("census_establishment", one.number)


@access("GET", "POST", posts=rights.CENSUS)
def enter_many(request: HttpRequest) -> HttpResponse:
    """Enter the establishments of a filtered list in the directory, after looking at them."""
    mine = me(request)
    rows = (
        queries.establishments(mine) if rights.keeps_census(mine) else Establishment.objects.none()
    )
    given = (request.POST if request.method == "POST" else request.GET).dict()
    found = queries.narrowed(rows, {**given, "state": "unfiled"}, rights.county(mine))
    proposals = filing.proposals(found.order_by("number")[: filing.MOST])
    ready = [row for row in proposals if row.ready]
    if request.method == "POST":
        if not ready:
            messages.error(request, _("没有可以登入名录的主体。"))
            return redirect("census_establishments")
        done, failed = filing.enter_all([row.one for row in ready], mine)
        told = _("已登入主体名录 %(done)d 户，未能登入 %(failed)d 户。")
        messages.success(request, told % {"done": done, "failed": failed})
        return redirect("census_establishments")
    context = {
        "ready": ready,
        "waiting": [row for row in proposals if not row.ready],
        "total": found.count(),
        "most": filing.MOST,
        "shown": SHOWN,
        "given": [
            (k, v) for k, v in given.items() if k not in ("state", "page", "csrfmiddlewaretoken")
        ],
    }
    return render(request, "registry/census_enter.html", context)
