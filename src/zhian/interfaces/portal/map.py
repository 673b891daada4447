"""公开地图: where licensed shops are, by name alone; only where the office turned it on.

Drawn by the server as one picture, so that it needs no script and asks no other site.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from zhian.apps.registry.models import Licence
from zhian.desk import timing
from zhian.directory import office_law
from zhian.directory.access import access
from zhian.directory.models import Outline, Place, Premises
from zhian.interfaces.portal.frame import public_page, regulator, shown
from zhian.methods import geo
from zhian.web.lists import Column, listing

WIDTH, CELL = 760.0, 12.0
TOWN = 9
COLUMNS = (Column("name", gettext_lazy("名称"), lambda r: r.name, ("name",)),)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture: its box, the townships as paths with a name, circles of shops."""

    view_box: str
    areas: tuple[tuple[str, str, str, Place, bool], ...]
    dots: tuple[tuple[str, str, str], ...]


def is_on() -> bool:
    """Whether the office shows a map to the public (settings.toml)."""
    return office_law.reckoner().settings.on("public_map")


def licensed(within: Place, day: date) -> QuerySet[Premises]:
    """Premises in business in a place that hold a licence or filing in force."""
    first, after = within.code_range
    held = Licence.objects.in_force(day).filter(premises=OuterRef("pk"))
    return Premises.objects.filter(
        Exists(held), place__code__gte=first, place__code__lt=after, state="active"
    )


@access(public=True)
@public_page
def page(request: HttpRequest) -> HttpResponse:
    """The map and the names beneath it, township by township; switched off it leads home."""
    office, day = regulator(), timing.today()
    if office is None or not is_on():
        return redirect("portal:home")
    towns = Place.objects.within(office.place).on(day).filter(level="township").order_by("code")
    wanted = request.GET.get("town", "")
    town = next((t for t in towns if t.prefix == wanted), None)
    rows = licensed(town or office.place, day)
    context = {
        "list": listing(request.GET, rows, COLUMNS, "name"),
        "towns": towns,
        "town": town,
        "drawing": draw(office.place, list(towns), rows),
    }
    return shown(request, "map", context)


def draw(county: Place, towns: list[Place], rows: QuerySet[Premises]) -> Drawing | None:
    """The picture of some premises on their townships; None where nobody has a point."""
    points: dict[str, list[geo.Point]] = defaultdict(list)
    located = rows.filter(longitude__isnull=False, latitude__isnull=False)
    for code, lon, lat in located.values_list("place__code", "longitude", "latitude"):
        points[code[:TOWN]].append((lon, lat))
    kept = {o.place_id: o.sketch for o in Outline.objects.filter(place__in=towns).defer("rings")}
    rings = {t.pk: kept.get(t.pk) or _hull(points.get(t.prefix, [])) for t in towns}
    at = [p for outline in rings.values() for p in geo.points_of(outline)]
    at += [p for there in points.values() for p in there]
    if not at:
        return None
    on = geo.frame(geo.box_of(at), WIDTH)
    areas = tuple(_area(town, rings[town.pk], town.pk not in kept, on) for town in towns)
    return Drawing(on.view_box, tuple(a for a in areas if a[0]), _dots(points, on))


def _hull(points: list[geo.Point]) -> Any:
    ring = geo.hull(points)
    return [[ring]] if ring else []


def _area(
    town: Place, outline: geo.Outline, guessed: bool, on: geo.Frame
) -> tuple[str, str, str, Place, bool]:
    if not outline:
        return "", "", "", town, guessed
    west, south, east, north = geo.box_of(geo.points_of(outline))
    x, y = on.at(((west + east) / 2, (south + north) / 2))
    return geo.path(outline, on), f"{x:.1f}", f"{y:.1f}", town, guessed


def _dots(points: Mapping[str, list[geo.Point]], on: geo.Frame) -> tuple[tuple[str, str, str], ...]:
    """Shops close together are one circle whose area is their number."""
    cells: Counter[tuple[int, int]] = Counter()
    for there in points.values():
        for point in there:
            x, y = on.at(point)
            cells[int(x // CELL), int(y // CELL)] += 1
    return tuple(
        (f"{(x + 0.5) * CELL:.1f}", f"{(y + 0.5) * CELL:.1f}", f"{min(2 + sqrt(n), CELL):.1f}")
        for (x, y), n in sorted(cells.items())
    )
