"""How sure it is that a row belongs to the establishment in which it stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Two rows of one valid code that nothing speaks against are one establishment as good as always.
SAME_CODE = 4.0


def of_rows(
    pairs: NDArray[np.int64],
    log_odds: NDArray[np.float64],
    cluster: NDArray[np.int64],
    codes: Sequence[str],
) -> NDArray[np.float64]:
    """The chance that each row belongs to its establishment: (rows,), between 0 and 1.

    pairs, log_odds, cluster: as `linker.link` found them; codes: those that count. It is the chance
    of the row's best link to another row of its establishment, the code that they share included.
    A row that stands alone makes its own establishment, with certainty; whether it should have been
    joined to another is asked by `review.questions`.
    """
    size = len(cluster)
    home = cluster[pairs[:, 0]] == cluster[pairs[:, 1]]
    inside, odds = pairs[home], log_odds[home] + SAME_CODE * _share_code(pairs[home], codes)
    best = np.full(size, -np.inf)
    for side in (0, 1):
        np.maximum.at(best, inside[:, side], odds)
    # rows that only a third row or a reviewer holds together have no link of their own
    best = np.where(np.isfinite(best), best, SAME_CODE)
    alone = np.bincount(cluster, minlength=size)[cluster] == 1
    chances: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(best, -40, 40)))
    return np.where(alone, 1.0, chances)


def _share_code(pairs: NDArray[np.int64], codes: Sequence[str]) -> NDArray[np.bool_]:
    known = np.array(codes, dtype=object)
    one, two = known[pairs[:, 0]], known[pairs[:, 1]]
    found: NDArray[np.bool_] = ((one != "") & (one == two)).astype(bool)
    return found
