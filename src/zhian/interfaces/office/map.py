"""地图: premises on the ground, filtered; beside it a list for whoever cannot use a picture."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _, gettext_lazy

from zhian.apps.registry.models import BlindSpot, Licence
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.directory import reach, rights, stewards
from zhian.directory.access import access
from zhian.directory.models import Appointment, Sponsorship
from zhian.directory.pages.base import Filter, found, today
from zhian.directory.words import named
from zhian.interfaces.office import mapping
from zhian.web.lists import Column, listing

MAINTAIN = ("directory", "responsibility")
COLUMNS = (
    Column("name", gettext_lazy("场所"), lambda r: r.name, ("name",)),
    Column("number", gettext_lazy("场所编号"), lambda r: r.pk, ("pk",), shown=False),
    Column("operator", gettext_lazy("主体"), lambda r: r.operator.name, ("operator__name",)),
    Column("place", gettext_lazy("地点"), lambda r: named(r.place), ("place__code",)),
    Column("type", gettext_lazy("业态"), mapping.type_words, ("business_type",)),
    Column("state", gettext_lazy("状态"), lambda r: r.get_state_display(), ("state",)),
    Column("longitude", gettext_lazy("经度"), lambda r: r.longitude, ("longitude",), shown=False),
    Column("latitude", gettext_lazy("纬度"), lambda r: r.latitude, ("latitude",), shown=False),
)


def _maintains(mine: Appointment) -> bool:
    return any(rights.may_administer(mine, part) for part in MAINTAIN)


@access()
def page(request: HttpRequest) -> HttpResponse:
    """The map, its filters, and what they found as a list."""
    mine, day = me(request), today()
    wanted = mapping.Wanted.of(request.GET)  # type: ignore[arg-type]
    rows = mapping.found(mine, wanted, day)
    if file_kind(request):
        taken = rows.order_by("place__code", "name")[: printed.most(request)]
        return printed.as_file(request, _("场所分布"), _chosen(request), taken)
    shown = listing(request.GET, rows, COLUMNS, "place")
    located = rows.filter(longitude__isnull=False).order_by().count()
    filters = [Filter("q", _("场所或者主体名称"), wanted.q)]
    filters += [
        Filter(name, label, getattr(wanted, name), options)
        for name, label, options in mapping.choices(mine, day)
        if options
    ]
    context = {
        "list": shown,
        "located": located,
        "unlocated": shown.total - located,
        "filters": filters,
        "query": request.GET.urlencode(),
        "place": mine.post.territory,
        "maintains": _maintains(mine),
    }
    return render(request, "office/map.html", context)


def _chosen(request: HttpRequest) -> list[Column]:
    wanted = request.GET.getlist("col")
    return [c for c in COLUMNS if c.key in wanted] or [c for c in COLUMNS if c.shown]


@access()
def points(request: HttpRequest) -> JsonResponse:
    """Every located premises that the filters find, as numbers."""
    wanted = mapping.Wanted.of(request.GET)  # type: ignore[arg-type]
    rows = mapping.found(me(request), wanted, today())
    return _private(JsonResponse({"points": mapping.points(rows)}))


@access()
def ground(request: HttpRequest) -> JsonResponse:
    """The divisions under the points."""
    mine, day = me(request), today()
    wanted = mapping.Wanted.of(request.GET)  # type: ignore[arg-type]
    return _private(JsonResponse(mapping.ground(mine, mapping.found(mine, wanted, day), day)))


def _private(response: JsonResponse) -> JsonResponse:
    response["Cache-Control"] = "private, no-store"
    return response


@access(about="premises")
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """One premises in short: a part of the map's page, or a page of its own."""
    mine, day = me(request), today()
    row = found(reach.premises(mine), pk)
    bonds = stewards.of_premises([row], day)[row.pk]
    context: dict[str, Any] = {
        "p": row,
        "type": mapping.type_words(row),
        "licences": Licence.objects.filter(premises=row).in_force(day)[:5],
        "sponsors": Sponsorship.objects.on(day)
        .filter(premises=row)
        .select_related("appointment__user")
        .order_by("level"),
        "stewards": [bond for level in stewards.LEVELS for bond in bonds.get(level, [])],
        "blind": BlindSpot.objects.filter(ended_at__isnull=True, establishment__premises=row),
        "maintains": _maintains(mine),
    }
    name = "office/_card.html" if "part" in request.GET else "office/card.html"
    return render(request, name, context)
