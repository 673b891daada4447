"""Outlines: rings of points, whether they are sound, what lies inside, and fewer points to draw.

A ring is a closed list of (longitude, latitude) in degrees whose last point is its first; an
outline is a list of polygons, a polygon a list of rings: the outer one, then its holes (RFC 7946).
Degrees are treated as a plane, which for a county is exact enough for all that is asked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, hypot, radians

import numpy as np
from numpy.typing import NDArray

from zhian.methods.geo.datum import Point, metres_between

Ring = Sequence[Point]
Polygon = Sequence[Ring]
Outline = Sequence[Polygon]
Box = tuple[float, float, float, float]
Floats = NDArray[np.float64]


def box_of(points: Iterable[Point]) -> Box:
    """West, south, east, north of some points; ValueError where there are none."""
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def points_of(outline: Outline) -> list[Point]:
    """Every point of an outline."""
    return [point for polygon in outline for ring in polygon for point in ring]


def is_closed(ring: Ring) -> bool:
    """Whether a ring has at least a triangle and ends where it began."""
    return len(ring) >= 4 and tuple(ring[0]) == tuple(ring[-1])


def without_repeats(ring: Ring) -> list[Point]:
    """A ring without points that stand twice in a row (rounded files are full of them)."""
    kept = [(point[0], point[1]) for point in ring[:1]]
    return kept + [(q[0], q[1]) for p, q in pairwise(ring) if tuple(p) != tuple(q)]


def area(ring: Ring) -> float:
    """Signed area of a ring in square degrees: positive anticlockwise (shoelace formula)."""
    at = np.asarray(ring, dtype=np.float64) - np.asarray(ring[0], dtype=np.float64)
    x, y = at[:, 0], at[:, 1]
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def square_km(outline: Outline) -> float:
    """Area of an outline in square kilometres, holes left out (plane at its middle latitude)."""
    degrees = sum(
        abs(area(ring)) * (1 if position == 0 else -1)
        for polygon in outline
        for position, ring in enumerate(polygon)
    )
    box = box_of(points_of(outline))
    side = 111.195
    return float(degrees * side * side * cos(radians((box[1] + box[3]) / 2)))


def crossing(ring: Ring) -> Point | None:
    """Where a closed ring first cuts or touches itself, None where it does not.

    Every edge against the later edges whose boxes it meets; neighbours may share their end.
    """
    at = np.asarray(ring, dtype=np.float64)
    start, end = at[:-1], at[1:]
    low, high = np.minimum(start, end), np.maximum(start, end)
    last = len(start) - 1
    for one in range(len(start) - 2):
        later = slice(one + 2, last if one == 0 else last + 1)
        near = np.flatnonzero(
            np.all(low[later] <= high[one], axis=1) & np.all(high[later] >= low[one], axis=1)
        )
        for other in near + one + 2:
            found = _cut(start[one], end[one], start[other], end[other])
            if found is not None:
                return found
    return None


def _side(a: Floats, b: Floats, c: Floats) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _cut(a: Floats, b: Floats, c: Floats, d: Floats) -> Point | None:
    """A common point of two edges; edges on one line whose boxes meet count as touching."""
    c_side, d_side = _side(a, b, c), _side(a, b, d)
    a_side, b_side = _side(c, d, a), _side(c, d, b)
    if c_side * d_side > 0 or a_side * b_side > 0:
        return None
    if c_side == d_side:
        return float(c[0]), float(c[1])
    share = c_side / (c_side - d_side)
    return float(c[0] + share * (d[0] - c[0])), float(c[1] + share * (d[1] - c[1]))


def inside(outline: Outline, points: Sequence[Point]) -> NDArray[np.bool_]:
    """For each point whether it lies in the outline (even-odd rule, holes are outside)."""
    at = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    found = np.zeros(len(at), dtype=bool)
    for polygon in outline:
        within = np.zeros(len(at), dtype=bool)
        for ring in polygon:
            within ^= _in_ring(np.asarray(ring, dtype=np.float64), at)
        found |= within
    return found


def _in_ring(ring: Floats, at: Floats) -> NDArray[np.bool_]:
    odd = np.zeros(len(at), dtype=bool)
    for (x1, y1), (x2, y2) in pairwise(ring):
        if y1 == y2:
            continue
        between = (y1 > at[:, 1]) != (y2 > at[:, 1])
        odd ^= between & (at[:, 0] < (x2 - x1) * (at[:, 1] - y1) / (y2 - y1) + x1)
    return odd


def metres_outside(outline: Outline, point: Point) -> float:
    """How far a point lies from an outline in metres; 0 inside."""
    if bool(inside(outline, [point])[0]):
        return 0.0
    rings = (ring for polygon in outline for ring in polygon)
    return min(_metres_to_ring(point, ring) for ring in rings)


def _metres_to_ring(point: Point, ring: Ring) -> float:
    scale = np.asarray((cos(radians(point[1])), 1.0))
    at = (np.asarray(ring, dtype=np.float64) - np.asarray(point)) * scale
    start, way = at[:-1], at[1:] - at[:-1]
    length = np.maximum(np.sum(way * way, axis=1), 1e-30)
    share = np.clip(-np.sum(start * way, axis=1) / length, 0.0, 1.0)
    near = start + share[:, None] * way
    best = near[int(np.argmin(np.sum(near * near, axis=1)))] / scale
    return metres_between(point, (point[0] + float(best[0]), point[1] + float(best[1])))


def simplified(ring: Ring, tolerance: float) -> list[Point]:
    """A closed ring with fewer points, none of the left-out ones farther than `tolerance` degrees
    from it (Douglas & Peucker 1973); a ring that would collapse keeps four points."""
    if len(ring) <= 5:
        return [(p[0], p[1]) for p in ring]
    far = max(
        range(len(ring)), key=lambda i: hypot(ring[i][0] - ring[0][0], ring[i][1] - ring[0][1])
    )
    kept = {0, far, len(ring) - 1}
    at = np.asarray(ring, dtype=np.float64)
    waiting = [(0, far), (far, len(ring) - 1)]
    while waiting:
        first, last = waiting.pop()
        middle, off = _farthest(at, first, last)
        if off > tolerance:
            kept.add(middle)
            waiting += [(first, middle), (middle, last)]
    if len(kept) < 4:
        kept |= {far // 2, (far + len(ring)) // 2}
    return [(ring[i][0], ring[i][1]) for i in sorted(kept)]


def _farthest(at: Floats, first: int, last: int) -> tuple[int, float]:
    if last - first < 2:
        return first, -1.0
    between, start, way = at[first + 1 : last], at[first], at[last] - at[first]
    length = float(np.hypot(*way))
    off = between - start
    if length == 0.0:
        away = np.hypot(off[:, 0], off[:, 1])
    else:
        away = np.abs(off[:, 0] * way[1] - off[:, 1] * way[0]) / length
    found = int(np.argmax(away))
    return first + 1 + found, float(away[found])


def hull(points: Iterable[Point]) -> list[Point]:
    """The convex hull of some points as a closed anticlockwise ring (Andrew 1979); fewer than
    three points that do not lie on one line give none."""
    rows = sorted(set(points))
    lower, upper = _half(rows), _half(rows[::-1])
    around = lower[:-1] + upper[:-1]
    return [*around, around[0]] if len(around) >= 3 else []


def _half(rows: Sequence[Point]) -> list[Point]:
    found: list[Point] = []
    for point in rows:
        while len(found) >= 2 and _turn(found[-2], found[-1], point) <= 0:
            found.pop()
        found.append(point)
    return found


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
