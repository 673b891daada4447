"""Credit codes that cannot be right, and the conflicts that only a person can settle.

A code that is valid may still be another's: copied from the line above, an agent's own. Where a row
has nothing in common with the others of its code, its code proves nothing and is set aside.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhian.methods.linkage.flags import CANCELLED, flags
from zhian.methods.linkage.records import Records

STRANGERS = -2.0
TWINS = 3.0
ONE_CODE_TWO_PLACES = "one_code_two_places"
TWO_CODES_ONE_PLACE = "two_codes_one_place"
ENDED_BUT_OPERATING = "cancelled_but_operating"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rows that contradict one another; `weight` (log-odds) says how strongly."""

    kind: str
    rows: tuple[int, ...]
    weight: float


def doubtful(
    records: Records, pairs: NDArray[np.int64], log_odds: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether the code of a row is set aside: (rows,).

    Its own code's other rows are strangers to it (or there are none), and either all of them are,
    or rows of another code look like its twins.
    """
    size = len(records)
    own, other = np.full(size, -np.inf), np.full(size, -np.inf)
    codes = np.array(records.code, dtype=object)
    one, two = codes[pairs[:, 0]], codes[pairs[:, 1]]
    both = (one != "") & (two != "")
    equal = both & (one == two)
    for best, chosen in ((own, equal), (other, both & ~equal)):
        np.maximum.at(best, pairs[chosen, 0], log_odds[chosen])
        np.maximum.at(best, pairs[chosen, 1], log_odds[chosen])
    strangers = np.isfinite(own) & (own < STRANGERS)
    twins = (own < 0) & (other > TWINS)
    found: NDArray[np.bool_] = strangers | twins
    return found


def conflicts(
    records: Records,
    pairs: NDArray[np.int64],
    log_odds: NDArray[np.float64],
    cluster: NDArray[np.int64],
) -> list[Conflict]:
    """What a person must settle, the strongest contradiction first."""
    found = [*_codes(records, pairs, log_odds), *_ended(records, cluster)]
    return sorted(found, key=lambda row: (-row.weight, row.rows))


def _codes(
    records: Records, pairs: NDArray[np.int64], log_odds: NDArray[np.float64]
) -> list[Conflict]:
    codes = np.array(records.code, dtype=object)
    one, two = codes[pairs[:, 0]], codes[pairs[:, 1]]
    both, equal = (one != "") & (two != ""), one == two
    found = []
    for kind, at, sign in (
        (ONE_CODE_TWO_PLACES, both & equal & (log_odds < STRANGERS), -1.0),
        (TWO_CODES_ONE_PLACE, both & ~equal & (log_odds > TWINS), 1.0),
    ):
        rows, weights = pairs[at].tolist(), (sign * log_odds[at]).tolist()
        found += [Conflict(kind, (a, b), w) for (a, b), w in zip(rows, weights, strict=True)]
    return found


def _ended(records: Records, cluster: NDArray[np.int64]) -> list[Conflict]:
    rows = [row.row for row in flags(records, cluster) if row.flag == CANCELLED]
    market: dict[int, list[int]] = defaultdict(list)
    for i, roster in enumerate(records.roster):
        if roster == "market":
            market[int(cluster[i])].append(i)
    return [Conflict(ENDED_BUT_OPERATING, (row, *market[int(cluster[row])]), 0.0) for row in rows]
