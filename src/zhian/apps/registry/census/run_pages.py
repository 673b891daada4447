"""关联: runs, how far one is, its checks, and the decision of a second person."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhian.apps.registry.census import queries, rights, shown
from zhian.apps.registry.census.errors import CensusError
from zhian.apps.registry.census.kinds import roster_words
from zhian.apps.registry.census.runs import checks, computing, publishing
from zhian.apps.registry.census.words import CONFLICTS
from zhian.apps.registry.models import LinkRun
from zhian.desk.errors import speak
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.directory.access import access
from zhian.law.words import Words
from zhian.web.lists import listing, ordering
from zhian.web.parts import render_part, wants_part

STEPS = (
    computing.READING,
    computing.PARSING,
    computing.LINKING,
    computing.ASKING,
    computing.ESTIMATING,
)
DISPUTED = Words("像是一户，但各有执法或者许可", "Look like one, with legal acts on both")


@access("GET", "POST", posts=rights.CENSUS)
def runs(request: HttpRequest) -> HttpResponse:
    """Every run, and the button that begins one."""
    mine = me(request)
    if request.method == "POST":
        return _begin(request)
    found = queries.runs(mine)
    if file_kind(request):
        _sort, terms = ordering(shown.RUN_COLUMNS, request.GET.get("sort", ""), "-run")
        rows = found.order_by(*terms)[: printed.most(request)]
        return printed.as_file(request, _("关联"), shown.RUN_COLUMNS, rows)
    context = {
        "list": listing(request.GET, found, shown.RUN_COLUMNS, "-run"),
        "may_run": rights.may_run(mine),
        "busy": found.filter(state__in=publishing.UNDERWAY).exists(),
        "records": True,
    }
    return render(request, "registry/census_runs.html", context)


def _begin(request: HttpRequest) -> HttpResponse:
    mine = me(request)
    if not rights.may_run(mine):
        messages.error(request, _("您的岗位不能发起关联。"))
        return redirect("census_runs")
    try:
        run = publishing.begin(rights.county(mine), mine)
    except CensusError as why:
        messages.error(request, speak(why.words))
        return redirect("census_runs")
    return redirect("census_run", run.pk)


def _found(request: HttpRequest, pk: int) -> LinkRun:
    run = queries.runs(me(request)).filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


@access(posts=rights.CENSUS, about="census_run")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, or what it found, against the bars."""
    found = _found(request, pk)
    underway = found.state in publishing.UNDERWAY
    if wants_part(request) and not underway:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context: dict[str, Any] = {"run": found, "underway": underway, "step": _step(found)}
    if "zh" in found.error:
        context["problem"] = Words(found.error["zh"], found.error["en"])
    if found.manifest:
        context |= _figures(found)
    if found.state == "checked":
        context["refused"] = publishing.why_not(found, me(request))
        context["outdated"] = publishing.outdated(found)
    page, part = "registry/census_run.html", "registry/_census_run_progress.html"
    return render_part(request, page, part, context)


def _step(found: LinkRun) -> Words:
    return next((words for words in STEPS if words.zh == found.step), Words("", ""))


def _figures(found: LinkRun) -> dict[str, Any]:
    """The manifest in words."""
    manifest, counts = found.manifest, found.manifest["counts"]
    before = manifest.get("last_flags", {})
    return {
        "counts": counts,
        "checks": [_check(one) for one in manifest.get("checks", [])],
        "failed": len(checks.failed(manifest)),
        "sizes": [(size, n) for size, n in counts["sizes"]],
        "most": max((n for _size, n in counts["sizes"]), default=1),
        "flags": [
            (shown.flag_words(flag), before.get(flag), counts["flags"].get(flag, 0))
            for flag in dict.fromkeys([*counts["flags"], *before])
        ],
        "rosters": [(roster_words(name), n) for name, n in manifest["inputs"]["rosters"].items()],
        "conflicts": [
            (CONFLICTS.get(kind, DISPUTED), n) for kind, n in counts["conflicts"].items()
        ],
        "model": manifest["model"],
        "inputs": manifest["inputs"],
        "seconds": round(sum(manifest["seconds"].values())),
    }


def _check(one: dict[str, Any]) -> dict[str, Any]:
    """A check with its number and bar as people write them."""
    share = one["share"]
    bar = one["least"] if one["most"] is None else one["most"]
    return {
        "words": Words(one["zh"], one["en"]),
        "value": _number(one["value"], share),
        "bar": _number(bar, share),
        "least": one["most"] is None,
        "met": one["met"],
        "measured": one["value"] is not None,
    }


def _number(value: float | None, share: bool) -> str:
    if value is None:
        return "—"
    return f"{value * 100:.2f} %" if share else f"{value:,}"


@access("POST", posts=rights.PUBLISHERS, about="census_run")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the run the register."""
    found = _found(request, pk)
    try:
        publishing.publish(found, me(request), request.POST.get("remark", ""))
    except CensusError as why:
        messages.error(request, speak(why.words))
    else:
        messages.success(request, _("已发布，登记按这次关联更新。"))
    return redirect("census_run", found.pk)


@access("POST", posts=rights.PUBLISHERS, about="census_run")
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the register as it is."""
    found = _found(request, pk)
    try:
        publishing.refuse(found, me(request), request.POST.get("remark", ""))
    except CensusError as why:
        messages.error(request, speak(why.words))
    else:
        messages.success(request, _("已决定不发布，登记没有变动。"))
    return redirect("census_run", found.pk)


@access(posts=rights.CENSUS, about="census_run")
def manifest(request: HttpRequest, pk: int) -> HttpResponse:
    """The run's inputs, model, figures and checks as a file."""
    found = _found(request, pk)
    text = json.dumps(found.manifest, ensure_ascii=False, indent=1, sort_keys=True)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="census-run-{found.pk}.json"'
    return response
