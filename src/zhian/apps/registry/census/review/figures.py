"""What is drawn beside a question: the evidence as bars, texts character by character, a map."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from zhian.law.words import Words

WIDE = 200.0  # units of a bar's drawing
STRONGEST = 6  # pieces of evidence shown at once
THIN = 0.75
START = "start"
METRES = 111_320.0  # a degree of latitude
LONGITUDES = ("longitude", "lng", "lon", "经度")
LATITUDES = ("latitude", "lat", "纬度")
BOX = (180.0, 100.0)
EDGE = 16.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of evidence: what it adds, and where its bar lies from x on."""

    words: Words
    adds: float
    x: float
    width: float

    @property
    def speaks_for(self) -> bool:
        """Whether it speaks for one establishment."""
        return self.adds >= 0


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Evidence that sums to the score: each bar begins where the one before ended.

    `top`: the strongest and one bar for all the rest; `all`: every one.
    """

    top: tuple[Bar, ...]
    all: tuple[Bar, ...]
    zero: float
    total: float


def waterfall(evidence: Sequence[Mapping[str, Any]]) -> Waterfall:
    """The bars of stored evidence, in its order: the strongest first."""
    steps = [(Words(str(e["zh"]), str(e["en"])), float(e["adds"])) for e in evidence]
    first, rest = steps[:STRONGEST], steps[STRONGEST:]
    if len(rest) > 1:
        others = Words(f"其余 {len(rest)} 项合计", f"the other {len(rest)} together")
        first = [*first, (others, math.fsum(adds for _, adds in rest))]
    else:
        first = steps
    top, zero = _bars(first)
    every, _zero = _bars(steps)
    return Waterfall(top, every, zero, math.fsum(adds for _, adds in steps))


def _bars(steps: Sequence[tuple[Words, float]]) -> tuple[tuple[Bar, ...], float]:
    ends = [0.0]
    for _words, adds in steps:
        ends.append(ends[-1] + adds)
    low, high = min(ends), max(ends)
    scale = WIDE / (high - low) if high - low > 1e-9 else 0.0
    bars = tuple(
        Bar(
            words,
            adds,
            round((min(ends[n], ends[n + 1]) - low) * scale, 2),
            round(max(abs(adds) * scale, THIN), 2),
        )
        for n, (words, adds) in enumerate(steps)
    )
    return bars, round(-low * scale, 2)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `differs`: the other text does not have it."""

    text: str
    differs: bool


def compared(one: str, two: str) -> tuple[list[Piece], list[Piece]]:
    """Two texts in stretches that both have, or only one of them."""
    mine: list[Piece] = []
    theirs: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        differs = what != "equal"
        mine += [Piece(one[a:b], differs)] if b > a else []
        theirs += [Piece(two[c:d], differs)] if d > c else []
    return mine, theirs


def point(rest: Mapping[str, Any]) -> Point | None:
    """Longitude and latitude among the other columns of a row, where they can be coordinates."""
    found = [
        next((rest[name] for name in names if rest.get(name)), None)
        for names in (LONGITUDES, LATITUDES)
    ]
    try:
        longitude, latitude = (float(str(value)) for value in found)
    except ValueError:
        return None
    inside = 70 < longitude < 140 and 3 < latitude < 55
    return (longitude, latitude) if inside else None


@dataclass(frozen=True, slots=True)
class Sketch:
    """Two points in a small map, north up, and the metres between them."""

    here: Point
    there: Point
    metres: int


def sketch(here: Point, there: Point) -> Sketch:
    """Where two points lie to one another (degrees; exact to a few metres within a county)."""
    east = (there[0] - here[0]) * METRES * math.cos(math.radians(here[1]))
    north = (there[1] - here[1]) * METRES
    metres = math.hypot(east, north)
    wide, high = BOX[0] - 2 * EDGE, BOX[1] - 2 * EDGE
    scale = min(wide / abs(east) if east else math.inf, high / abs(north) if north else math.inf)
    scale = scale if math.isfinite(scale) else 0.0
    dx, dy = east * scale / 2, north * scale / 2
    middle = BOX[0] / 2, BOX[1] / 2
    return Sketch(
        (round(middle[0] - dx, 1), round(middle[1] + dy, 1)),
        (round(middle[0] + dx, 1), round(middle[1] - dy, 1)),
        round(metres),
    )
