"""Outlines from GeoJSON: read, checked ring by ring, matched to divisions, kept in CGCS2000.

The datum is declared by the person who brings the file, because GeoJSON does not say it (RFC 7946
means WGS 84; domestic files are often GCJ-02 or BD-09). One mistake and nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhian.directory import log, reach
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, Outline, Place
from zhian.law.words import Words
from zhian.methods import geo

# Degrees by which a drawn outline may leave the true one: about fifty metres.
SKETCH = 0.0005
MOST_FEATURES, MOST_POINTS = 5_000, 400_000
# Kilometres by which a division may reach beyond the county's own outline.
BEYOND_KM = 5.0
GEOMETRIES = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing in a file that cannot be taken: which feature, where in it, and why."""

    feature: int
    where: Words
    why: Words


@dataclass(frozen=True, slots=True)
class Shape:
    """One feature of a file: its properties and its outline in CGCS2000."""

    number: int
    properties: Mapping[str, Any]
    outline: geo.Outline


@dataclass(frozen=True, slots=True)
class Match:
    """A feature and the division that it is the outline of; `replaces` where it has one."""

    shape: Shape
    place: Place
    replaces: bool
    square_km: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read: its features and what is wrong; its properties to choose from."""

    shapes: tuple[Shape, ...]
    mistakes: tuple[Mistake, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do: which outlines are taken, which features match nothing, what errs."""

    matches: tuple[Match, ...]
    unmatched: tuple[tuple[int, str], ...]
    missing: tuple[Place, ...]
    mistakes: tuple[Mistake, ...]


class NotGeoJSON(NotPossible):
    """The file as a whole is no GeoJSON."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en, "file")


# --- reading


def read(content: bytes, datum: str) -> Reading:
    """The features of a GeoJSON file with their points in CGCS2000; raises NotGeoJSON."""
    features = _features(content)
    shapes: list[Shape] = []
    mistakes: list[Mistake] = []
    for number, feature in enumerate(features, start=1):
        try:
            shapes.append(_shape(number, feature, datum))
        except _Refused as refused:
            mistakes.append(refused.mistake)
    named = Counter(key for f in features for key in _properties(f))
    return Reading(tuple(shapes), tuple(mistakes), tuple(sorted(named)))


def _features(content: bytes) -> list[Any]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotGeoJSON("文件不是 UTF-8 文本。", "The file is no UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise NotGeoJSON(
            f"JSON 第 {error.lineno} 行第 {error.colno} 列有误。",
            f"The JSON is wrong at line {error.lineno}, column {error.colno}.",
        ) from None
    if not isinstance(document, dict):
        raise NotGeoJSON("不是 GeoJSON。", "This is no GeoJSON.")
    kind = document.get("type")
    found = document.get("features") if kind == "FeatureCollection" else [document]
    if kind not in ("FeatureCollection", "Feature") or not isinstance(found, list) or not found:
        raise NotGeoJSON(
            "GeoJSON 须为 FeatureCollection 或者 Feature，且有内容。",
            "The GeoJSON must be a FeatureCollection or a Feature, and not empty.",
        )
    if len(found) > MOST_FEATURES:
        raise NotGeoJSON(f"最多 {MOST_FEATURES} 个图形。", f"At most {MOST_FEATURES} features.")
    return found


def _properties(feature: Any) -> Mapping[str, Any]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


class _Refused(Exception):
    def __init__(self, feature: int, where: Words, why: Words) -> None:
        super().__init__(why.zh)
        self.mistake = Mistake(feature, where, why)


WHOLE = Words("整个图形", "the whole feature")


def _shape(number: int, feature: Any, datum: str) -> Shape:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in GEOMETRIES:
        shown = kind or "—"
        raise _Refused(
            number,
            WHOLE,
            Words(
                f"图形是 {shown}，须为面（Polygon）。", f"It is a {shown}; it must be a Polygon."
            ),
        )
    assert isinstance(geometry, dict)
    given = geometry.get("coordinates")
    polygons = [given] if kind == "Polygon" else given
    if not isinstance(polygons, list) or not polygons:
        raise _Refused(number, WHOLE, Words("图形是空的。", "It is empty."))
    outline = [
        [_ring(number, p, r, ring, datum) for r, ring in enumerate(_rings(number, rings), start=1)]
        for p, rings in enumerate(polygons, start=1)
    ]
    return Shape(number, _properties(feature), outline)


def _rings(number: int, rings: Any) -> list[Any]:
    if not isinstance(rings, list) or not rings:
        raise _Refused(number, WHOLE, Words("缺少环。", "A ring is missing."))
    return rings


def _ring(number: int, polygon: int, position: int, ring: Any, datum: str) -> list[geo.Point]:
    where = Words(f"第 {polygon} 个面的第 {position} 环", f"polygon {polygon}, ring {position}")
    points = geo.without_repeats(_points(number, where, ring))
    if not geo.is_closed(points):
        why = Words(
            "环没有闭合：首点和末点须相同。",
            "The ring is not closed: its last point must be its first.",
        )
        raise _Refused(number, where, why)
    for point in points:
        _sensible(number, where, point)
    moved = [geo.to_cgcs2000(point, datum) for point in points]
    moved[-1] = moved[0]
    at = geo.crossing(moved)
    if at is not None:
        lon, lat = at
        why = Words(
            f"边界自相交，在 {lon:.5f}, {lat:.5f} 附近。",
            f"It crosses itself near {lon:.5f}, {lat:.5f}.",
        )
        raise _Refused(number, where, why)
    if geo.area(moved) == 0:
        raise _Refused(number, where, Words("面积为零。", "It has no area."))
    return moved


def _points(number: int, where: Words, ring: Any) -> list[geo.Point]:
    try:
        rows = [(float(p[0]), float(p[1])) for p in ring]
    except (TypeError, ValueError, IndexError, KeyError):
        why = Words(
            "坐标须为 [经度, 纬度] 数字。", "Coordinates must be numbers: [longitude, latitude]."
        )
        raise _Refused(number, where, why) from None
    if len(rows) > MOST_POINTS:
        raise _Refused(number, where, Words("点太多。", "It has too many points."))
    return rows


def _sensible(number: int, where: Words, point: geo.Point) -> None:
    if geo.in_china(point):
        return
    shown = f"{point[0]:.5f}, {point[1]:.5f}"
    if geo.in_china((point[1], point[0])):
        why = Words(
            f"经纬度写反了（{shown}）：先经度，后纬度。",
            f"Swapped ({shown}): longitude first, then latitude.",
        )
    elif abs(point[0]) > 180 or abs(point[1]) > 90:
        why = Words(
            f"{shown} 不是经纬度，可能是投影坐标；请转为经纬度。",
            f"{shown} is no longitude and latitude but projected; convert it to degrees.",
        )
    else:
        why = Words(f"{shown} 不在中国境内。", f"{shown} lies outside China.")
    raise _Refused(number, where, why)


# --- matching


# Where a file of outlines usually keeps the code or the name.
USUAL = ("code", "adcode", "gb", "id", "代码", "name", "名称")


def best_key(reading: Reading, by: Appointment) -> str:
    """The property by which most features find their division; usual names first."""
    known = _known(by)
    order = [*(k for k in USUAL if k in reading.properties), *reading.properties]

    def found(key: str) -> int:
        return sum(bool(_named(shape, key, known)) for shape in reading.shapes)

    return max(order, key=found, default="")


def _named(shape: Shape, key: str, known: Mapping[str, list[Place]]) -> list[Place]:
    """The divisions that a feature's property means: by name or code, padded or not."""
    text = str(shape.properties.get(key, "")).strip()
    return known.get(text) or known.get(text.ljust(12, "0"), [])


def plan(reading: Reading, key: str, by: Appointment) -> Plan:
    """Which division each feature is, by the property that carries its code or its name.

    Outlines far outside the county's own, two features for one division and names that several
    divisions have are mistakes; features that name no division in reach are left out and listed.
    """
    known = _known(by)
    mistakes = list(reading.mistakes)
    matches: dict[int, Match] = {}
    unmatched = []
    drawn = set(Outline.objects.values_list("pk", flat=True))
    for shape in reading.shapes:
        text = str(shape.properties.get(key, "")).strip()
        found = _named(shape, key, known)
        if len(found) > 1:
            mistakes.append(_several(shape, text))
        elif not found:
            unmatched.append((shape.number, text))
        elif found[0].pk in matches:
            mistakes.append(_twice(shape, text))
        else:
            place = found[0]
            area = geo.square_km(shape.outline)
            matches[place.pk] = Match(shape, place, place.pk in drawn, area)
    mistakes += _far(matches, by)
    rows = sorted(matches.values(), key=lambda m: m.place.code)
    return Plan(tuple(rows), tuple(unmatched), _missing(rows, by), tuple(mistakes))


def _known(by: Appointment) -> dict[str, list[Place]]:
    """Divisions in reach by code, official name and short name."""
    found: dict[str, list[Place]] = {}
    for place in reach.places(by).filter(valid_to__isnull=True):
        for name in {place.code, place.prefix, place.name, place.short_name} - {""}:
            found.setdefault(name, []).append(place)
    return found


def _several(shape: Shape, text: str) -> Mistake:
    why = Words(
        f"有多个区划叫“{text}”，请改用代码属性。",
        f"Several divisions are called “{text}”; use the property with the code.",
    )
    return Mistake(shape.number, WHOLE, why)


def _twice(shape: Shape, text: str) -> Mistake:
    why = Words(
        f"“{text}”在文件中出现两次；一个区划的几块须写成一个 MultiPolygon。",
        f"“{text}” stands twice in the file; the parts of one division are one MultiPolygon.",
    )
    return Mistake(shape.number, WHOLE, why)


def _far(matches: Mapping[int, Match], by: Appointment) -> Iterator[Mistake]:
    """Outlines that leave the county by more than `BEYOND_KM`: by the file's own county or ours."""
    county = _county_outline(matches, by)
    if county is None:
        return
    box = geo.box_of(geo.points_of(county))
    for match in matches.values():
        if match.place.level not in ("township", "village", "grid"):
            continue
        point = max(geo.points_of(match.shape.outline), key=lambda p: _off(p, box))
        metres = geo.metres_outside(county, point)
        if metres > BEYOND_KM * 1000:
            km, at = f"{metres / 1000:.1f}", f"{point[0]:.5f}, {point[1]:.5f}"
            why = Words(
                f"{match.place.name} 超出县界 {km} 公里（{at}），请检查坐标系和图形。",
                f"It reaches {km} km beyond the county ({at}): check the datum and the shape.",
            )
            yield Mistake(match.shape.number, WHOLE, why)


def _off(point: geo.Point, box: geo.Box) -> float:
    return max(box[0] - point[0], box[1] - point[1], point[0] - box[2], point[1] - box[3])


def _county_outline(matches: Mapping[int, Match], by: Appointment) -> geo.Outline | None:
    mine = next((m for m in matches.values() if m.place.level == "county"), None)
    if mine is not None:
        return mine.shape.outline
    kept = Outline.objects.filter(place=by.post.territory, place__level="county").first()
    return kept.rings if kept else None


def _missing(rows: Sequence[Match], by: Appointment) -> tuple[Place, ...]:
    """Divisions of the levels in the file that have no outline, in it or before."""
    levels = {m.place.level for m in rows}
    have = {m.place.pk for m in rows} | set(Outline.objects.values_list("pk", flat=True))
    wanted = reach.places(by).filter(valid_to__isnull=True, level__in=levels)
    return tuple(p for p in wanted.order_by("code") if p.pk not in have)


# --- keeping


@transaction.atomic
def keep(found: Plan, *, name: str, content: bytes, datum: str, by: Appointment) -> int:
    """Keep every matched outline, or none; how many. Raises NotPossible."""
    if found.mistakes or not found.matches:
        raise NotPossible(
            "文件有误，没有导入。", "The file has mistakes; nothing was taken.", "file"
        )
    digest = hashlib.sha256(content).hexdigest()
    for match in found.matches:
        reach.need(by, "directory", match.place)
        Outline.objects.update_or_create(
            place=match.place,
            defaults={
                "rings": match.shape.outline,
                "sketch": sketch(match.shape.outline),
                "declared": datum,
                "source": name[:200],
                "sha256": digest,
                "since": timezone.now(),
            },
        )
    after = {"kind": "outlines", "file": name, "datum": datum, "added": len(found.matches)}
    log.write("import", by.post.territory, by=by, after=after)
    return len(found.matches)


def sketch(outline: geo.Outline) -> list[list[list[geo.Point]]]:
    """The outline as maps draw it: fewer points, five places after the point, no specks."""
    return [
        [[(round(x, 5), round(y, 5)) for x, y in geo.simplified(ring, SKETCH)] for ring in polygon]
        for polygon in outline
    ]


@transaction.atomic
def remove(*, place: Place, by: Appointment, reason: str) -> None:
    """Take an outline away again."""
    reach.need(by, "directory", place)
    row = Outline.objects.filter(place=place).first()
    if row is None:
        raise NotPossible("没有边界。", "There is no outline.")
    before = {"outline": row.source, "sha256": row.sha256}
    log.write("change", place, by=by, reason=reason, before=before, after={"outline": None})
    row.delete()
