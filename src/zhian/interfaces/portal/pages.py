"""The public pages: they read what was let out, and never a matter."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from zhian.desk import timing
from zhian.desk.models import Publication
from zhian.desk.publishing import queries, showing
from zhian.directory.access import access
from zhian.directory.models import Agency
from zhian.interfaces.portal import finding, opendata
from zhian.interfaces.portal.frame import KEPT, language, public_page, regulator, shown
from zhian.law.publications import publications

ROOM = "/public/"


@access(public=True)
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What this office publishes, whom to call, how to complain."""
    now, speaks = timing.now(), language()
    with_phone = Agency.objects.filter(closed_on__isnull=True).exclude(phone="")
    context = {
        "kinds": [(k, showing.citation(k, speaks)) for k in publications().values()],
        "latest": finding.rows(finding.latest(now), speaks),
        "agencies": with_phone.order_by("place__code", "code"),
    }
    return shown(request, "home", context)


@access(public=True)
@public_page
def entries(request: HttpRequest) -> HttpResponse:
    """Search, narrow and turn the pages of what is in public."""
    now, speaks = timing.now(), language()
    search, listed = finding.wanted(request.GET), finding.page(request.GET, now)
    context = {
        "list": listed,
        "rows": finding.rows(listed.rows, speaks),
        "search": search,
        "text": request.GET.get("q", "").strip()[:100],
        "kinds": list(publications().values()),
        "years": finding.years(now),
        "towns": finding.towns(now),
        "sorts": (
            ("-date", _("最新公布的在前")),
            ("date", _("最早公布的在前")),
            ("title", _("按名称")),
        ),
        "only": search.what or next(iter(publications()), ""),
    }
    return shown(request, "entries", context)


@access(public=True)
@public_page
def entry(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One entry; what was corrected leads to its present version, what was withdrawn says so."""
    now = timing.now()
    found = queries.in_public(now).filter(uid=uid, what__in=publications()).first()
    if found is not None:
        return shown(request, "entry", {"e": showing.page(found, language()), "p": found})
    known = Publication.objects.filter(uid=uid).first()
    if known is None or not queries.was_public(known):
        return shown(request, "lost", {}, status=404)
    newer = queries.successor(known, now)
    if newer is not None:
        return redirect("portal:entry", newer.uid)
    return shown(request, "gone", {}, status=410)


@access(public=True)
@public_page
def data(request: HttpRequest) -> HttpResponse:
    """What the open data hold, column by column, and how they may be used."""
    kinds = [(kind, opendata.columns(kind)) for kind in publications().values()]
    response = shown(request, "data", {"kinds": kinds, "licence": opendata.LICENCE})
    response.headers["Cache-Control"] = KEPT
    return response


@access(public=True)
@public_page
def draw(request: HttpRequest) -> HttpResponse:
    """A published draw recomputed on the visitor's own machine; no file is sent here."""
    response = shown(request, "draw", {})
    response.headers["Cache-Control"] = KEPT
    return response


@access(public=True)
@public_page
def csv(request: HttpRequest, what: str) -> HttpResponse:
    """Every entry of a kind that is in public, narrowed like the list."""
    kind = publications().get(what)
    if kind is None:
        return shown(request, "lost", {}, status=404)
    params = request.GET.copy()
    params["what"] = what
    head = request.GET.get("head", "key")
    rows = finding.found(finding.wanted(params), timing.now()).order_by("-since", "-id")
    body = opendata.lines(
        kind,
        rows.iterator(chunk_size=500),
        head if head in opendata.HEADS else "key",
        request.GET.get("bom") == "1",
        _credit(),
    )
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{what}.csv"'
    return response  # type: ignore[return-value]


def _credit() -> str:
    """The first line of a file: from whom, when, and how it may be used."""
    office, moment = regulator(), timing.now()
    zh = f"{office or ''} · {moment:%Y-%m-%dT%H:%MZ} · {opendata.LICENCE.zh}"
    return f"{zh} · {office.name_en if office else ''} · {opendata.LICENCE.en}"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A citizen who went astray is not sent to an official's desk."""
    if request.path.startswith(ROOM):
        lost: Callable[[HttpRequest], HttpResponse] = public_page(
            lambda asked: shown(asked, "lost", {}, status=404)
        )
        return lost(request)
    return page_not_found(request, exception if isinstance(exception, Http404) else Http404())
