"""How good the links are, from a random sample of them: never a figure without its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z95 = 1.959963984540054  # the normal distribution's 97.5 % quantile


@dataclass(frozen=True, slots=True)
class Precision:
    """`right` of `judged` links were right; `low` and `high` bound the share at 95 %."""

    right: int
    judged: int
    share: float
    low: float
    high: float


def wilson(right: int, judged: int) -> Precision | None:
    """The share that is right with Wilson's 95 % interval; None where nothing was judged.

    right, judged: counts, 0 <= right <= judged. Source: E. B. Wilson, Probable inference, the law
    of succession, and statistical inference, JASA 22 (1927), 209-212.
    """
    if not judged:
        return None
    share, z2 = right / judged, Z95 * Z95
    middle = (share + z2 / (2 * judged)) / (1 + z2 / judged)
    spread = share * (1 - share) / judged + z2 / (4 * judged * judged)
    half = Z95 * math.sqrt(spread) / (1 + z2 / judged)
    return Precision(right, judged, share, max(0.0, middle - half), min(1.0, middle + half))
