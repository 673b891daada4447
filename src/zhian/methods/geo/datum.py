"""Coordinates of the public maps and what surveyors mean: CGCS2000, GCJ-02, BD-09.

A point is (longitude, latitude) in degrees. CGCS2000 and WGS 84 differ by centimetres and are the
same here. GCJ-02 is the enciphered datum that domestic map services must show; its formula was
never published officially: this is the one that was found by comparison and is in common use
(eviltransform, coordtransform), with the Krasovsky 1940 ellipsoid. BD-09 is Baidu's twist on top
of it. Outside the box of `IN_CHINA` GCJ-02 changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, hypot, pi, radians, sin, sqrt

Point = tuple[float, float]

# Semi-major axis in metres and squared eccentricity of the Krasovsky 1940 ellipsoid.
AXIS, ECCENTRICITY2 = 6378245.0, 0.00669342162296594323
# West, south, east, north: where the shift is applied.
IN_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
BAIDU_TURN = pi * 3000.0 / 180.0
BAIDU_LON, BAIDU_LAT = 0.0065, 0.006
EARTH = 6371008.8
STEPS = 30
# A thousandth of a millimetre, in degrees.
CLOSE = 1e-11


class UnknownDatum(ValueError):
    """A file declares a datum that is none of `DATUMS`."""


def in_china(point: Point) -> bool:
    """Whether a point lies in the box in which GCJ-02 differs from CGCS2000."""
    west, south, east, north = IN_CHINA
    return west <= point[0] <= east and south <= point[1] <= north


def metres_between(one: Point, other: Point) -> float:
    """Distance over the sphere of mean radius 6,371,008.8 m (haversine), in metres."""
    half_lat = radians(other[1] - one[1]) / 2
    half_lon = radians(other[0] - one[0]) / 2
    square = sin(half_lat) ** 2 + cos(radians(one[1])) * cos(radians(other[1])) * sin(half_lon) ** 2
    return 2 * EARTH * atan2(sqrt(square), sqrt(max(0.0, 1 - square)))


def _wave(x: float) -> float:
    return (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0


def _shift_lat(x: float, y: float) -> float:
    near = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + _wave(x)
    near += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    return near + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0


def _shift_lon(x: float, y: float) -> float:
    near = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + _wave(x)
    near += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    return near + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0


def to_gcj02(point: Point) -> Point:
    """CGCS2000 / WGS 84 to GCJ-02; a point outside `IN_CHINA` stays."""
    if not in_china(point):
        return point
    lon, lat = point
    x, y, phi = lon - 105.0, lat - 35.0, radians(lat)
    magic = 1 - ECCENTRICITY2 * sin(phi) ** 2
    meridian = AXIS * (1 - ECCENTRICITY2) / (magic * sqrt(magic))
    parallel = AXIS / sqrt(magic) * cos(phi)
    return (
        lon + _shift_lon(x, y) * 180.0 / (parallel * pi),
        lat + _shift_lat(x, y) * 180.0 / (meridian * pi),
    )


def from_gcj02(point: Point) -> Point:
    """GCJ-02 to CGCS2000 / WGS 84, by fixed-point iteration until it stands still (within a
    millimetre; the shift changes by less than a hundredth of the way, so each step gains two
    places). A point outside `IN_CHINA` stays."""
    if not in_china(point):
        return point
    lon, lat = point
    for _ in range(STEPS):
        seen = to_gcj02((lon, lat))
        off_lon, off_lat = seen[0] - point[0], seen[1] - point[1]
        if abs(off_lon) < CLOSE and abs(off_lat) < CLOSE:
            break
        lon, lat = lon - off_lon, lat - off_lat
    return lon, lat


def to_bd09(point: Point) -> Point:
    """GCJ-02 to BD-09."""
    lon, lat = point
    far = hypot(lon, lat) + 0.00002 * sin(lat * BAIDU_TURN)
    turn = atan2(lat, lon) + 0.000003 * cos(lon * BAIDU_TURN)
    return far * cos(turn) + BAIDU_LON, far * sin(turn) + BAIDU_LAT


def from_bd09(point: Point) -> Point:
    """BD-09 to GCJ-02, by the same iteration (the formula in common use stops after one step,
    a metre or so away)."""
    lon, lat = point[0] - BAIDU_LON, point[1] - BAIDU_LAT
    for _ in range(STEPS):
        seen = to_bd09((lon, lat))
        off_lon, off_lat = seen[0] - point[0], seen[1] - point[1]
        if abs(off_lon) < CLOSE and abs(off_lat) < CLOSE:
            break
        lon, lat = lon - off_lon, lat - off_lat
    return lon, lat


def _same(point: Point) -> Point:
    return point


def _from_baidu(point: Point) -> Point:
    return from_gcj02(from_bd09(point))


DATUMS: dict[str, Callable[[Point], Point]] = {
    "cgcs2000": _same,
    "wgs84": _same,
    "gcj02": from_gcj02,
    "bd09": _from_baidu,
}


def to_cgcs2000(point: Point, datum: str) -> Point:
    """A point of a declared datum (a key of `DATUMS`) in CGCS2000; UnknownDatum."""
    try:
        return DATUMS[datum](point)
    except KeyError:
        raise UnknownDatum(datum) from None
