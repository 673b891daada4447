"""What the random sample says of the links: in sum, by how sure the run was, and run by run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhian.apps.registry.census.review.precision import Precision, wilson

# lower bounds of the chance that the run gave a link
BANDS = (0.0, 0.5, 0.9, 0.99, 0.999)
Judged = tuple[int, float, bool]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the result; no figure without its interval."""

    name: str
    found: Precision

    @property
    def percents(self) -> tuple[float, float, float]:
        """The share and its interval in per cent."""
        return 100 * self.found.share, 100 * self.found.low, 100 * self.found.high

    @property
    def wide(self) -> float:
        """How wide the interval is drawn: never so thin that it cannot be seen."""
        return max(1.0, 100 * (self.found.high - self.found.low))

    @property
    def at(self) -> float:
        """Where the share is drawn, within the drawing."""
        return min(99.0, 100 * self.found.share)


@dataclass(frozen=True, slots=True)
class Result:
    """The audit of one run, its bands, and the runs before it."""

    total: Line | None
    bands: tuple[Line, ...]
    runs: tuple[Line, ...]


def result(judged: Sequence[Judged], run: int) -> Result:
    """judged: run, chance and whether the link was right, of every link that was looked at."""
    mine = [row for row in judged if row[0] == run]
    bands = [
        (_band(n), [r for r in mine if BANDS[n] <= r[1] < _upper(n)]) for n in range(len(BANDS))
    ]
    by_run = [(f"#{number}", [r for r in judged if r[0] == number])
              for number in sorted({r[0] for r in judged})]  # fmt: skip
    whole = _lines([("", mine)])
    return Result(whole[0] if whole else None, _lines(bands[::-1]), _lines(by_run))


def _upper(n: int) -> float:
    return BANDS[n + 1] if n + 1 < len(BANDS) else 1.1


def _band(n: int) -> str:
    upper = f"{BANDS[n + 1]:g}" if n + 1 < len(BANDS) else "1"
    return f"{BANDS[n]:g} – {upper}"


def _lines(groups: Sequence[tuple[str, Sequence[Judged]]]) -> tuple[Line, ...]:
    found = ((name, wilson(sum(r[2] for r in rows), len(rows))) for name, rows in groups)
    return tuple(Line(name, one) for name, one in found if one is not None)
