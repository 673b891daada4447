"""区划名单、边界、坐标: places from an official list, outlines and points from maps."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.directory import assistant, reach
from zhian.directory.access import access
from zhian.directory.errors import NotPossible
from zhian.directory.models import Outline
from zhian.directory.pages import twostep
from zhian.directory.pages.base import attempt, bound, form_page, found, me, show, today
from zhian.directory.places import fetch, forms, loading, outlines, points, source
from zhian.directory.words import named, say
from zhian.methods import geo
from zhian.web.sheets import Unreadable

LISTS = (".csv", ".gz", ".json", ".sqlite", ".tgz")
MAPS = (".geojson", ".json")
TABLES = (".xlsx", ".csv")
LOAD, DRAW, POINT = "place_list", "place_outlines", "place_points"
SETUP = "setup"
SHOWN = 200
WIDTH = 720.0


# ---- the list of divisions


@access("GET", "POST", admin="directory")
def load(request: HttpRequest) -> HttpResponse:
    """One county of an official list: looked through, then taken whole."""
    if request.method == "POST" and twostep.commits(request):
        return _load_now(request)
    here = me(request).post.territory
    given = {"county": here.code[:6] if here.level == "county" and here.code.strip("0") else ""}
    form = bound(forms.LoadForm, request, initial=given)
    report, status = None, 200
    if request.method == "POST":
        report = attempt(form, lambda said: _look(request, form, said))
        status = 200 if report else 422
    context = {
        "title": _("载入区划名单"),
        "form": form,
        "report": report,
        "lines": [say(line) for line in report.lines()] if report else [],
        "kept": fetch.kept().is_file(),
        "back": reverse("directory:places"),
    }
    return show(request, "directory/load.html", context, status)


def _look(request: HttpRequest, form: Any, said: dict[str, Any]) -> loading.Loaded | None:
    file = twostep.file_of(form, LISTS)
    if form.errors:
        return None
    name = file.name if file else ""
    content = file.read() if file else b""
    report = _loaded(request, said["county"], name, content, commit=False)
    setup = request.GET.get("from") == SETUP
    twostep.put_aside(request, LOAD, name, content, county=said["county"], setup=setup)
    return report


def _loaded(
    request: HttpRequest, county: str, name: str, content: bytes, *, commit: bool
) -> loading.Loaded:
    with tempfile.TemporaryDirectory(prefix="zhian-places-") as folder:
        file = twostep.as_path(folder, name, content) if name else fetch.kept()
        listed = source.read([file], county)
    called = name or f"{fetch.PACKAGE} {fetch.VERSION}"
    return loading.load(listed, called[:100], day=today(), by=me(request), commit=commit)


def _load_now(request: HttpRequest) -> HttpResponse:
    waiting = twostep.take(request, LOAD)
    if waiting is None:
        return _gone(request, "directory:place-load")
    try:
        report = _loaded(
            request, str(waiting.said["county"]), waiting.name, waiting.content, commit=True
        )
    except NotPossible as refused:
        messages.error(request, str(refused))
        return redirect("directory:place-load")
    messages.success(request, say(next(report.lines())))
    if waiting.said.get("setup"):
        return redirect("directory:setup", key=assistant.following("townships"))
    return redirect("directory:places")


def _gone(request: HttpRequest, name: str) -> HttpResponse:
    messages.error(request, _("没有待导入的文件，请重新上传。"))
    return redirect(name)


# ---- outlines


@access("GET", "POST", admin="directory")
def outline_list(request: HttpRequest) -> HttpResponse:
    """Outlines from a file: drawn and matched first, kept when all of it is sound."""
    if request.method == "POST" and twostep.commits(request):
        return _draw_now(request)
    form = bound(forms.OutlineForm, request)
    plan, key, reading, status = None, "", None, 200
    if request.method == "POST":
        answer = attempt(form, lambda said: _drawn(request, form, said))
        plan, key, reading = answer or (None, "", None)
        status = 200 if plan is not None and not plan.mistakes else 422
    mine = me(request)
    context = {
        "title": _("边界"),
        "form": form,
        "plan": plan,
        "key": key,
        "properties": reading.properties if reading else (),
        "drawing": _drawing(plan.matches) if plan else None,
        "mistakes": plan.mistakes[:SHOWN] if plan else (),
        "kept": Outline.objects.filter(place__in=reach.places(mine).values("pk"))
        .select_related("place")
        .defer("rings", "sketch")
        .order_by("place__code"),
        "back": reverse("directory:places"),
    }
    return show(request, "directory/outlines.html", context, status)


def _drawn(
    request: HttpRequest, form: Any, said: dict[str, Any]
) -> tuple[outlines.Plan, str, outlines.Reading] | None:
    file = twostep.file_of(form, MAPS)
    before = twostep.look(request, DRAW)
    if file is None and before is None and not form.errors:
        form.add_error("file", _("请选择文件。"))
    if form.errors:
        return None
    name, content = (file.name, file.read()) if file else (before.name, before.content)
    reading = outlines.read(content, said["datum"])
    key = said["key"] or outlines.best_key(reading, me(request))
    plan = outlines.plan(reading, key, me(request))
    twostep.put_aside(request, DRAW, name, content, datum=said["datum"], key=key)
    return plan, key, reading


def _drawing(matches: Sequence[outlines.Match]) -> dict[str, Any] | None:
    """What the page draws: each outline as a path, with its name in the middle."""
    if not matches:
        return None
    every = [point for match in matches for point in geo.points_of(match.shape.outline)]
    on = geo.frame(geo.box_of(every), WIDTH)
    rows = []
    for match in matches:
        drawn = outlines.sketch(match.shape.outline)
        west, south, east, north = geo.box_of(geo.points_of(drawn))
        x, y = on.at(((west + east) / 2, (south + north) / 2))
        rows.append((geo.path(drawn, on), f"{x:.1f}", f"{y:.1f}", match.place))
    wide = {"county": 0, "township": 1}
    rows.sort(key=lambda row: wide.get(row[3].level, 2))
    return {"view_box": on.view_box, "rows": rows}


def _draw_now(request: HttpRequest) -> HttpResponse:
    waiting = twostep.take(request, DRAW)
    if waiting is None:
        return _gone(request, "directory:outlines")
    datum, key, mine = str(waiting.said["datum"]), str(waiting.said["key"]), me(request)
    try:
        plan = outlines.plan(outlines.read(waiting.content, datum), key, mine)
        n = outlines.keep(plan, name=waiting.name, content=waiting.content, datum=datum, by=mine)
    except NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已导入 %(n)s 个边界。") % {"n": n})
    return redirect("directory:outlines")


@access("GET", "POST", admin="directory", about="place")
def outline_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """An outline is taken away; the map then guesses from the points."""
    row = found(reach.places(me(request)), pk)
    return form_page(
        request,
        forms.ReasonForm,
        outlines.remove,
        about={"place": row},
        title=_("删除边界：%(name)s") % {"name": named(row)},
        button=_("删除"),
        back=reverse("directory:outlines"),
        done=_("边界已删除。"),
    )


# ---- points


@access("GET", "POST", admin=("directory", "responsibility"))
def point_table(request: HttpRequest) -> HttpResponse:
    """Where premises stand, from a table: looked through, then taken whole."""
    if request.method == "POST" and twostep.commits(request):
        return _point_now(request)
    form = bound(forms.PointsForm, request)
    report, status = None, 200
    if request.method == "POST":
        report = attempt(form, lambda said: _pointed(request, form, said))
        status = 200 if report and not report.errors else 422
    context = {
        "title": _("导入坐标"),
        "form": form,
        "report": report,
        "errors": report.errors[:SHOWN] if report else (),
        "remarks": report.remarks[:SHOWN] if report else (),
        "fields": points.FIELDS,
        "back": reverse("map"),
    }
    return show(request, "directory/points.html", context, status)


def _pointed(request: HttpRequest, form: Any, said: dict[str, Any]) -> points.Report | None:
    file = twostep.file_of(form, TABLES)
    if file is None:
        return None
    content, datum = file.read(), said["datum"]
    try:
        report = points.import_points(file.name, content, datum=datum, by=me(request), commit=False)
    except Unreadable as error:
        form.add_error("file", say(error.words))
        return None
    if not report.errors:
        twostep.put_aside(request, POINT, file.name, content, datum=datum)
    return report


def _point_now(request: HttpRequest) -> HttpResponse:
    waiting = twostep.take(request, POINT)
    if waiting is None:
        return _gone(request, "directory:points")
    datum = str(waiting.said["datum"])
    report = points.import_points(
        waiting.name, waiting.content, datum=datum, by=me(request), commit=True
    )
    if not report.committed:
        return _gone(request, "directory:points")
    n = report.set + report.moved
    messages.success(request, _("已定位 %(n)s 个场所。") % {"n": n})
    return redirect("map")


@access("GET", "POST", admin=("directory", "responsibility"), about="premises")
def point(request: HttpRequest, pk: int) -> HttpResponse:
    """One point by hand."""
    row = found(reach.premises(me(request)), pk)
    initial = {"longitude": row.longitude, "latitude": row.latitude, "datum": "cgcs2000"}
    form, status = bound(forms.PointForm, request, initial=initial), 200
    if request.method == "POST":
        said = attempt(
            form, lambda given: (points.set_point(premises=row, by=me(request), **given),)
        )
        if not form.errors and said is not None:
            messages.success(request, _("坐标已保存。"))
            if said[0] is not None:
                messages.warning(request, say(said[0]))
            return redirect(f"{reverse('map')}?q={row.name}")
        status = 422
    context = {
        "title": _("坐标：%(name)s") % {"name": named(row)},
        "form": form,
        "button": _("保存"),
        "back": reverse("map"),
    }
    return show(request, "directory/form.html", context, status)
