"""A map without tiles: degrees to a picture's units, a path of SVG, and a plan where no outline is.

The picture is as high as the place is, narrowed by the cosine of its middle latitude, so that a
township keeps its shape; north is up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, cos, radians, sqrt

from zhian.methods.geo.datum import Point
from zhian.methods.geo.rings import Box, Outline


@dataclass(frozen=True, slots=True)
class Frame:
    """How degrees become units of a picture: `x = (lon - west) * scale_x`, `y` from the north."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    width: float
    height: float

    def at(self, point: Point) -> Point:
        """A point in units of the picture."""
        return (point[0] - self.west) * self.scale_x, (self.north - point[1]) * self.scale_y

    @property
    def view_box(self) -> str:
        """The attribute of an SVG."""
        return f"0 0 {self.width:.0f} {self.height:.0f}"


def frame(box: Box, width: float = 1000.0, margin: float = 0.04) -> Frame:
    """A frame of a given width around a box of degrees, with a margin on every side; a box
    without extent gets one of about a kilometre."""
    west, south, east, north = box
    narrow = cos(radians((south + north) / 2))
    wide, high = max(east - west, 0.01), max(north - south, 0.01)
    west, north = (west + east - wide) / 2, (south + north + high) / 2
    edge = margin * max(wide, high)
    west, north, wide, high = west - edge, north + edge, wide + 2 * edge, high + 2 * edge
    scale_x = width / wide
    scale_y = scale_x / narrow
    return Frame(west, north, scale_x, scale_y, width, high * scale_y)


def path(outline: Outline, on: Frame) -> str:
    """An outline as the `d` of an SVG path, to a tenth of a unit."""
    return "".join(_ring_path(ring, on) for polygon in outline for ring in polygon)


def _ring_path(ring: Sequence[Point], on: Frame) -> str:
    steps = (f"{x:.1f} {y:.1f}" for x, y in map(on.at, ring[:-1]))
    return "M" + "L".join(steps) + "Z"


def plan(counts: Iterable[int], width: float = 1000.0) -> list[tuple[float, float, float]]:
    """Circles in rows, one per count, whose area follows the count: x, y, radius.

    For townships of which nobody has an outline or a single point: a plan, not a map.
    """
    numbers = list(counts)
    columns = max(1, ceil(sqrt(len(numbers))))
    cell = width / columns
    most = max([*numbers, 1])
    found = []
    for position, number in enumerate(numbers):
        row, column = divmod(position, columns)
        radius = cell * (0.14 + 0.24 * sqrt(number / most))
        found.append(((column + 0.5) * cell, (row + 0.5) * cell, radius))
    return found
