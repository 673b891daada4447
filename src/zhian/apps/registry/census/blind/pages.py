"""盲区: the list, why each stands on it, and sending somebody to look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhian.apps.registry.census import queries, rights
from zhian.apps.registry.census.blind import answers, finding, opening, reasons, shown
from zhian.apps.registry.census.blind.finding import Wanted
from zhian.apps.registry.census.kinds import trade_words, trades
from zhian.apps.registry.census.shown import said
from zhian.apps.registry.census.words import FLAGS
from zhian.desk import visibility
from zhian.desk.errors import DeskError, speak
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me, reasons as why
from zhian.directory.access import access
from zhian.directory.models import Appointment
from zhian.law import offices
from zhian.law.words import Words
from zhian.web.lists import Listing, chosen, listing, ordering, paged

TITLES = {
    finding.SPOTS: Words("名册盲区", "Blind spots of the rosters"),
    answers.UNSPONSORED: Words("无人包保", "Nobody bound to it"),
    answers.UNVISITED: Words("久未到场", "Not visited for long"),
    answers.CELL: Words("网格久无人到", "Cells without a visit"),
}
FALLBACK = {
    finding.SPOTS: "-since", answers.UNSPONSORED: "place", answers.UNVISITED: "place",
    answers.CELL: "",
}  # fmt: skip


def _rows(mine: Appointment, wanted: Wanted) -> Any:
    if wanted.what == finding.SPOTS:
        return finding.narrowed(mine, wanted)
    if wanted.what == answers.CELL:
        return finding.cells(mine, wanted)
    return finding.premises(mine, wanted)


def _lines(found: Any, what: str) -> list[shown.Line]:
    if what == finding.SPOTS:
        return shown.of_spots(found)
    return shown.of_cells(found) if what == answers.CELL else shown.of_premises(found, what)


@access(posts=rights.READERS)
def blind(request: HttpRequest) -> HttpResponse:
    """What is blind, by sort, and how far somebody is with it."""
    mine, wanted = me(request), Wanted.read(request.GET.dict())
    found, columns = _rows(mine, wanted), shown.columns(wanted.what)
    if file_kind(request):
        return _as_file(request, found, wanted, columns)
    page = _page(request, found, wanted, columns)
    counts = finding.counts(mine) if wanted.what == finding.SPOTS else []
    context = {
        "list": page,
        "rows": _lines(page.rows, wanted.what),
        "records": True,
        "wanted": wanted,
        "tabs": [(key, speak(TITLES[key])) for key in finding.LISTS],
        "why": answers.WHY.get(wanted.what),
        "townships": queries.townships(mine),
        "kinds": _kinds(wanted.what),
        "flags": [(flag, speak(words)) for flag, words in FLAGS.items()],
        "counts": counts,
        "totals": [
            (flag, speak(words), sum(town.counts.get(flag, 0) for town in counts))
            for flag, words in FLAGS.items()
        ],
        "days": finding.DAYS,
        "opens": opening.may_open(mine),
    }
    return render(request, "registry/blind_list.html", context)


def _page(request: HttpRequest, found: Any, wanted: Wanted, columns: Any) -> Listing:
    if wanted.what == answers.CELL:
        return paged(request.GET, found, columns, "")
    return listing(request.GET, found, columns, FALLBACK[wanted.what])


def _kinds(what: str) -> list[tuple[str, str]]:
    """The trades by which a list may be narrowed."""
    if what == answers.CELL:
        return []
    if what == finding.SPOTS:
        return [*((name, speak(trade_words(name))) for name in trades()), ("-", _("业态不详"))]
    return [(key, speak(row.words)) for key, row in offices.business_types().items()]


def _as_file(request: HttpRequest, found: Any, wanted: Wanted, columns: Any) -> HttpResponse:
    most = printed.most(request)
    if wanted.what != answers.CELL:
        sort = request.GET.get("sort", "")
        _sort, terms = ordering(columns, sort, FALLBACK[wanted.what])
        found = found.order_by(*terms)
    lines = _lines(list(found[:most]), wanted.what)
    title = speak(TITLES[wanted.what])
    return printed.as_file(request, title, chosen(columns, request.GET), lines)


@access(posts=rights.READERS, about="blind_spot")
def spot(request: HttpRequest, pk: int) -> HttpResponse:
    """One blind spot: the rows of its establishment, and why it is one."""
    mine = me(request)
    found = finding.spots(mine).filter(pk=pk).first()
    if found is None:
        raise Http404
    one = found.establishment
    links = [row for row in queries.links_of(one) if row.ended_at is None]
    context = {
        "spot": found,
        "one": one,
        "flag": answers.flag_words(found.flag),
        "meaning": answers.WHY[found.flag],
        "kind": trade_words(one.kind),
        "reasons": reasons.reasons(found, [row.record for row in links]),
        "said": said(links, mine),
        "opens": opening.may_open(mine),
        "reads": found.matter is not None and visibility.may_see(mine, found.matter),
        "addressees": opening.ADDRESSEES,
        "offered": answers.offered(found.flag),
    }
    return render(request, "registry/blind_spot.html", context)


@access("GET", "POST", posts=opening.OPENERS)
def open_many(request: HttpRequest) -> HttpResponse:
    """Send somebody to look: first what would be given to whom, then the checks."""
    mine = me(request)
    given = request.POST if request.method == "POST" else request.GET
    tokens = given.getlist("one")
    wanted = Wanted.read(given.dict())
    if not opening.may_open(mine):
        targets, total = [], 0
    elif tokens or not given.get("all"):
        targets = opening.targets(mine, tokens[: opening.MOST])
        total = len(tokens)
    else:
        targets = opening.all_of(mine, wanted)
        total = len(targets)
    to = given.get("to", "") if given.get("to") in dict(opening.ADDRESSEES) else opening.TOWNSHIP
    if request.method == "POST":
        return _open(request, mine, targets, to)
    who = opening.Addressees(mine, to)
    context = {
        "ready": [(row, *who.of(row.place)) for row in targets if row.open is None],
        "already": [row for row in targets if row.open is not None],
        "total": total,
        "most": opening.MOST,
        "to": to,
        "addressees": opening.ADDRESSEES,
        "back": wanted,
    }
    return render(request, "registry/blind_open.html", context)


def _open(
    request: HttpRequest, mine: Appointment, targets: list[opening.Target], to: str
) -> HttpResponse:
    try:
        text = request.POST.get("text", "")
        done = opening.open_checks(targets, giver=mine, to=to, text=text)
    except DeskError as error:
        for line in why(error):
            messages.error(request, line)
        return redirect("census_blind")
    if done.given:
        told = _("已交办实地核查 %(n)d 件。") % {"n": len(done.given)}
        messages.success(request, told)
    if done.already:
        told = _("%(n)d 件已在核查中，没有重复交办。") % {"n": done.already}
        messages.info(request, told)
    if not targets:
        messages.error(request, _("没有选中可以交办的项目。"))
        return redirect("census_blind")
    return redirect("census_checks")
