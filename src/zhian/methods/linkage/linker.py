"""The whole way from rows to establishments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhian.methods.linkage import blocking, clustering, features, model, suspects
from zhian.methods.linkage.clustering import Pair
from zhian.methods.linkage.records import Records

BIAS = 0.7
BATCH = 500_000


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking found. `cluster`: for each row the smallest row of its establishment.

    `pairs` (n, 2) with their `log_odds` are the evidence; `labelled` says how many of them the
    credit codes labelled; `doubtful` which rows' codes were set aside.
    """

    cluster: NDArray[np.int64]
    pairs: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    judge: model.Model
    labelled: int
    doubtful: NDArray[np.bool_]


def link(
    records: Records,
    *,
    judge: model.Model | None = None,
    same: Iterable[Pair] = (),
    different: Iterable[Pair] = (),
    standing: Sequence[str] = (),
    bias: float = BIAS,
) -> Linked:
    """Link the rows of rosters.

    judge: a model that was learned before; without one it is learned from the rows' own codes.
    same, different: positions of rows that a reviewer decided upon. standing: for each row the
    register's id that must not change, or empty.
    """
    found = blocking.candidates(records)
    pairs = found.pairs
    data = features.arrays(records)
    known = model.labels(records, found)
    if judge is None:
        judge = learn(records, data, found, known)
    odds = score(judge, data, pairs)
    doubts = suspects.doubtful(records, pairs, odds)
    clusters = clustering.cluster(
        len(records),
        pairs,
        odds,
        trusted(records, doubts),
        same=same,
        different=different,
        standing=standing,
        bias=bias,
    )
    return Linked(clusters, pairs, odds, judge, len(known.at), doubts)


def learn(
    records: Records, data: features.Arrays, found: blocking.Candidates, known: model.Labels
) -> model.Model:
    """Learn from the pairs that the credit codes label, and from strangers."""
    strange = model.strangers(records, len(known.at) // 8)
    rows = np.concatenate([found.pairs[known.at], strange])
    same = np.concatenate([known.same, np.zeros(len(strange), dtype=np.int8)])
    return model.learn(features.compare(data, rows), same)


def trusted(records: Records, doubtful: NDArray[np.bool_]) -> list[str]:
    """The credit codes that count."""
    return ["" if doubt else code for code, doubt in zip(records.code, doubtful, strict=True)]


def score(
    judge: model.Model, data: features.Arrays, pairs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The log-odds of every pair, batch by batch."""
    parts = [
        judge.log_odds(features.compare(data, pairs[start : start + BATCH]))
        for start in range(0, len(pairs), BATCH)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)
