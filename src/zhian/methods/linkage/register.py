"""The standing register: establishments keep their ids from run to run.

A new run clusters anew; which cluster is which establishment is decided by the rows that they
share. What a legal act rests on is never merged or split here: its rows stand together and apart
from other such establishments before clustering begins, and what the evidence would have changed
is reported for a person to decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhian.methods.linkage import blocking, clustering, features, linker, model
from zhian.methods.linkage.records import Records, joined


@dataclass(frozen=True, slots=True)
class Ids:
    """The id of each row, and what changed since the run before.

    `redirects`: an id that is no more → the id that took its rows. `splits`: a new id → the id it
    was part of.
    """

    of_row: tuple[str, ...]
    redirects: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    new: tuple[str, ...] = ()


def assign(
    cluster: NDArray[np.int64],
    before: Sequence[str],
    fresh: Callable[[], str],
) -> Ids:
    """Give each cluster the id of the establishment with which it shares most rows.

    cluster: of each row. before: the id that each row had, or empty. fresh: makes a new id. An id
    goes to one cluster only; a cluster takes one only.
    """
    names = cluster.tolist()
    shares = Counter((old, name) for old, name in zip(before, names, strict=True) if old)
    taken: dict[int, str] = {}
    used: set[str] = set()
    for (old, name), _rows in sorted(shares.items(), key=lambda row: (-row[1], row[0])):
        if name not in taken and old not in used:
            taken[name] = old
            used.add(old)
    splits: dict[str, str] = {}
    new: list[str] = []
    origins = _origins(shares)
    for name in dict.fromkeys(names):
        if name not in taken:
            taken[name] = fresh()
            new.append(taken[name])
            if name in origins:
                splits[taken[name]] = origins[name]
    homes = _homes(shares).items()
    redirects = {old: taken[home] for old, home in homes if old not in used}
    return Ids(tuple(taken[name] for name in names), redirects, splits, tuple(new))


def _homes(shares: Counter[tuple[str, int]]) -> dict[str, int]:
    """For each id the cluster that took most of its rows."""
    found: dict[str, int] = {}
    for (old, name), _rows in sorted(shares.items(), key=lambda row: (-row[1], row[0])):
        found.setdefault(old, name)
    return found


def _origins(shares: Counter[tuple[str, int]]) -> dict[int, str]:
    """For each cluster the id from which most of its rows come."""
    found: dict[int, str] = {}
    for (old, name), _rows in sorted(shares.items(), key=lambda row: (-row[1], row[0])):
        found.setdefault(name, old)
    return found


def held(before: Sequence[str], protected: frozenset[str]) -> list[str]:
    """What clustering must leave as it is: the id of each row on which a legal act rests."""
    return [name if name in protected else "" for name in before]


def disputed(
    found: linker.Linked, before: Sequence[str], protected: frozenset[str], bias: float
) -> list[tuple[int, int, float]]:
    """What the evidence says against the protected establishments: pairs of rows (a, b, log-odds)
    that look like one and stand in two of them."""
    rows = []
    for (a, b), weight in zip(found.pairs.tolist(), found.log_odds.tolist(), strict=True):
        one, two = before[a], before[b]
        if one in protected and two in protected and one != two and weight + bias > 0:
            rows.append((a, b, weight))
    return sorted(rows, key=lambda row: -row[2])


@dataclass(frozen=True, slots=True)
class Attached:
    """New rows in a standing register: the establishment of each, an id of the register or, for
    those that belong to none, `*n` (rows with the same one are a new establishment together)."""

    of_row: tuple[str, ...]
    log_odds: tuple[float, ...]


def attach(
    standing: Records, ids: Sequence[str], fresh: Records, judge: model.Model, bias: float
) -> Attached:
    """Add the rows of a new roster to a register that does not change.

    standing: its rows, ids: the establishment of each. fresh: the new rows, read with the same
    vocabulary. Only pairs with a new row are compared; establishments of the register are neither
    merged nor split.
    """
    both, start = joined(standing, fresh), len(standing)
    found = blocking.candidates(both, since=start)
    odds = linker.score(judge, features.arrays(both), found.pairs)
    touched = np.unique(np.concatenate([found.pairs.ravel(), np.arange(start, len(both))]))
    place = {int(row): n for n, row in enumerate(touched)}
    pairs = np.searchsorted(touched, found.pairs)
    cluster = clustering.cluster(
        len(touched),
        pairs,
        odds,
        [both.code[row] for row in touched],
        standing=[ids[row] if row < start else "" for row in touched],
        bias=bias,
    )
    return _attached(cluster, touched, place, ids, start, pairs, odds)


def _attached(
    cluster: NDArray[np.int64],
    touched: NDArray[np.int64],
    place: Mapping[int, int],
    ids: Sequence[str],
    start: int,
    pairs: NDArray[np.int64],
    odds: NDArray[np.float64],
) -> Attached:
    name: dict[int, str] = {}
    for n, row in enumerate(touched.tolist()):
        if row < start:
            name[int(cluster[n])] = ids[row]
    for n, row in enumerate(touched.tolist()):
        if row >= start:
            name.setdefault(int(cluster[n]), f"*{row - start}")
    evidence: dict[int, float] = defaultdict(float)
    for (a, b), weight in zip(pairs.tolist(), odds.tolist(), strict=True):
        if cluster[a] == cluster[b]:
            evidence[b] += weight
            evidence[a] += weight
    rows = [place[row] for row in touched.tolist() if row >= start]
    return Attached(
        tuple(name[int(cluster[n])] for n in rows), tuple(evidence.get(n, 0.0) for n in rows)
    )
