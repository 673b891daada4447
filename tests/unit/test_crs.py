"""Datums and outlines: control values, round trips, and the geometry that maps rest on."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st

from zhian.methods import geo

# Well inside China, so that neither the point nor its image leaves the box.
LON = st.floats(75.0, 134.0, allow_nan=False)
LAT = st.floats(4.0, 53.0, allow_nan=False)
SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]

# WGS 84 -> GCJ-02. The first three are those that eviltransform tests itself with (Shanghai,
# Shenzhen, Beijing), the last is the example of coordtransform.
CONTROL = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]


@pytest.mark.parametrize(("true", "shown"), CONTROL)
def test_control_points_are_shifted_as_published(true: geo.Point, shown: geo.Point) -> None:
    assert geo.metres_between(geo.to_gcj02(true), shown) < 0.5
    assert geo.metres_between(geo.from_gcj02(shown), true) < 0.5


@given(LON, LAT)
def test_gcj02_and_back_is_within_a_centimetre(lon: float, lat: float) -> None:
    point = (lon, lat)
    assert geo.metres_between(geo.from_gcj02(geo.to_gcj02(point)), point) < 0.01


@given(LON, LAT)
def test_bd09_and_back_is_within_a_centimetre(lon: float, lat: float) -> None:
    point = (lon, lat)
    assert geo.metres_between(geo.from_bd09(geo.to_bd09(point)), point) < 0.01
    whole = geo.to_bd09(geo.to_gcj02(point))
    assert geo.metres_between(geo.to_cgcs2000(whole, "bd09"), point) < 0.5


@given(LON, LAT)
def test_the_shift_is_some_hundred_metres(lon: float, lat: float) -> None:
    moved = geo.metres_between(geo.to_gcj02((lon, lat)), (lon, lat))
    assert 20 < moved < 1500


@given(st.floats(-180, 60), st.floats(-89, 0))
def test_abroad_nothing_is_shifted(lon: float, lat: float) -> None:
    assert geo.to_gcj02((lon, lat)) == (lon, lat) == geo.from_gcj02((lon, lat))


@pytest.mark.parametrize("datum", ["cgcs2000", "wgs84"])
def test_satellite_datums_stay(datum: str) -> None:
    assert geo.to_cgcs2000((125.1, 45.7), datum) == (125.1, 45.7)


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(geo.UnknownDatum):
        geo.to_cgcs2000((125.1, 45.7), "beijing54")


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert geo.metres_between((125.0, 45.0), (125.0, 46.0)) == pytest.approx(111_195, abs=5)


# ---- outlines


def test_area_has_the_sign_of_the_turn() -> None:
    assert geo.area(SQUARE) == 16
    assert geo.area(SQUARE[::-1]) == -16
    at_equator = geo.square_km([[SQUARE]])
    assert at_equator == pytest.approx(16 * 111.195**2 * math.cos(math.radians(2)), rel=1e-3)
    hole = [(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0), (1.0, 1.0)]
    assert geo.square_km([[SQUARE, hole]]) == pytest.approx(at_equator * 15 / 16)


@pytest.mark.parametrize(
    ("ring", "closed"),
    [(SQUARE, True), (SQUARE[:-1], False), ([(0, 0), (1, 1), (0, 0)], False), ([], False)],
)
def test_a_ring_ends_where_it_began(ring: Any, closed: bool) -> None:
    assert geo.is_closed(ring) is closed


@pytest.mark.parametrize(
    ("ring", "cuts"),
    [
        (SQUARE, False),
        ([(0, 0), (4, 4), (4, 0), (0, 4), (0, 0)], True),  # a bow tie
        ([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4), (0, 0)], True),  # touches its own edge
        ([(0, 0), (4, 0), (6, 0), (3, 0), (3, 3), (0, 0)], True),  # runs back on itself
        ([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4), (0, 0)], False),  # a notch
    ],
)
def test_a_ring_that_crosses_itself_is_found(ring: Any, cuts: bool) -> None:
    assert (geo.crossing(ring) is not None) is cuts


def test_points_that_stand_twice_are_no_crossing() -> None:
    twice = [p for p in SQUARE for _ in range(2)]
    assert geo.without_repeats(twice) == SQUARE
    assert geo.crossing(geo.without_repeats(twice)) is None
    assert geo.without_repeats([]) == []


def test_the_crossing_is_located() -> None:
    at = geo.crossing([(0, 0), (4, 4), (4, 0), (0, 4), (0, 0)])
    assert at == (2.0, 2.0)


def test_holes_are_outside() -> None:
    hole = [(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0), (1.0, 1.0)]
    found = geo.inside([[SQUARE, hole]], [(0.5, 0.5), (1.5, 1.5), (5.0, 1.0), (3.0, 3.0)])
    assert list(found) == [True, False, False, True]


def test_how_far_outside_is_in_metres() -> None:
    outline = [[[(125.0, 45.0), (126.0, 45.0), (126.0, 46.0), (125.0, 46.0), (125.0, 45.0)]]]
    assert geo.metres_outside(outline, (125.5, 45.5)) == 0
    assert geo.metres_outside(outline, (125.5, 46.1)) == pytest.approx(11_120, rel=1e-3)


POINTS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda p: (float(p[0]), float(p[1]))),
    min_size=3,
    max_size=60,
)


@given(POINTS)
def test_the_hull_holds_every_point_and_turns_one_way(points: list[geo.Point]) -> None:
    ring = geo.hull(points)
    if not ring:  # all on one line
        (x1, y1), (x2, y2) = min(points), max(points)
        assert all((x2 - x1) * (y - y1) == (y2 - y1) * (x - x1) for x, y in points)
        return
    assert geo.is_closed(ring) and geo.area(ring) > 0
    assert geo.crossing(ring) is None
    for x, y in points:
        for (x1, y1), (x2, y2) in pairwise(ring):
            assert (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) >= 0


@given(st.integers(6, 200), st.floats(0.0001, 0.5))
def test_a_simpler_ring_stays_within_its_tolerance(n: int, tolerance: float) -> None:
    turn = [2 * math.pi * i / n for i in range(n)]
    around = [(math.cos(a) * (1 + 0.1 * math.sin(7 * a)), math.sin(a)) for a in turn]
    ring = [*around, around[0]]
    less = geo.simplified(ring, tolerance)
    assert geo.is_closed(less) and len(less) <= len(ring)
    assert set(less) <= set(ring)
    if len(less) > 5:
        assert max(_away(point, less) for point in ring) <= tolerance + 1e-12


def _away(point: geo.Point, ring: list[geo.Point]) -> float:
    best = math.inf
    for (x1, y1), (x2, y2) in pairwise(ring):
        length = (x2 - x1) ** 2 + (y2 - y1) ** 2
        t = ((point[0] - x1) * (x2 - x1) + (point[1] - y1) * (y2 - y1)) / length if length else 0
        t = min(1.0, max(0.0, t))
        best = min(best, math.dist(point, (x1 + t * (x2 - x1), y1 + t * (y2 - y1))))
    return best


# ---- drawing


def test_a_frame_keeps_shapes_and_puts_north_up() -> None:
    on = geo.frame((125.0, 45.0, 126.0, 46.0), width=1000.0, margin=0.0)
    assert on.at((125.0, 46.0)) == pytest.approx((0.0, 0.0))
    assert on.at((126.0, 45.0)) == pytest.approx((1000.0, on.height))
    wide = geo.metres_between((125.0, 45.5), (126.0, 45.5))
    high = geo.metres_between((125.5, 45.0), (125.5, 46.0))
    assert on.width / on.height == pytest.approx(wide / high, rel=1e-3)


def test_a_single_point_still_has_a_picture() -> None:
    on = geo.frame((125.0, 45.0, 125.0, 45.0))
    x, y = on.at((125.0, 45.0))
    assert (x, y) == pytest.approx((on.width / 2, on.height / 2))


def test_a_path_closes_every_ring() -> None:
    on = geo.frame((0.0, 0.0, 4.0, 4.0), width=400.0, margin=0.0)
    drawn = geo.path([[SQUARE, SQUARE]], on)
    assert drawn.count("M") == drawn.count("Z") == 2


@pytest.mark.parametrize("n", [1, 2, 5, 14, 30])
def test_circles_of_a_plan_do_not_overlap(n: int) -> None:
    circles = geo.plan(range(n))
    assert len(circles) == n
    for i, (x, y, r) in enumerate(circles):
        for other_x, other_y, other_r in circles[i + 1 :]:
            assert math.dist((x, y), (other_x, other_y)) >= r + other_r
