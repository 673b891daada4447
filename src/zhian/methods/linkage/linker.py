"""The whole way from rows to establishments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhian.methods.linkage import blocking, clustering, features, model, suspects
from zhian.methods.linkage.clustering import Pair
from zhian.methods.linkage.records import Records

BIAS = 0.7
BATCH = 150_000
THREADS = 2
AT_ONCE = 1_500_000  # pairs whose features are kept from learning to judging


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking found. `cluster`: for each row the smallest row of its establishment.

    `pairs` (n, 2) with their `log_odds` are the evidence; `labelled` says how many of them the
    credit codes labelled; `doubtful` which rows' codes were set aside; `calibration` what the
    chances are worth on labels that were not learned from (None where there are none);
    `pretrained`: whether the codes were too few to learn from.
    """

    cluster: NDArray[np.int64]
    pairs: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    judge: model.Model
    labelled: int
    doubtful: NDArray[np.bool_]
    calibration: model.Calibration | None = None
    pretrained: bool = False


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
    values = _values(data, pairs) if len(pairs) <= AT_ONCE else None
    if judge is None:
        judge = learn(records, data, found, known, values)
    odds = score(judge, data, pairs) if values is None else _odds(judge, values)
    del data, values
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
    worth = _worth(records, found, known, odds)
    ready_made = judge is model.pretrained()
    return Linked(clusters, pairs, odds, judge, len(known.at), doubts, worth, ready_made)


def learn(
    records: Records,
    data: features.Arrays,
    found: blocking.Candidates,
    known: model.Labels,
    values: features.Floats | None = None,
) -> model.Model:
    """Learn from the pairs that the credit codes label, and from strangers.

    values: the features of all pairs where they are known already. Where codes label too few
    pairs, or label them all alike, the pretrained model is taken.
    """
    use = np.flatnonzero(~model.held_out(records, found, known))
    if len(use) < model.ENOUGH or len(set(known.same[use].tolist())) < 2:
        return model.pretrained()
    if len(use) > model.MOST:
        use = np.sort(np.random.default_rng(1).choice(use, model.MOST, replace=False))
    strange = model.strangers(records, len(use) // 8)
    at = known.at[use]
    taught = _values(data, found.pairs[at]) if values is None else values[at]
    same = np.concatenate([known.same[use], np.zeros(len(strange), dtype=np.int8)])
    return model.learn(np.concatenate([taught, _values(data, strange)]), same)


def _worth(
    records: Records,
    found: blocking.Candidates,
    known: model.Labels,
    odds: NDArray[np.float64],
) -> model.Calibration | None:
    held = model.held_out(records, found, known)
    if not held.any():
        return None
    chances = 1 / (1 + np.exp(-odds[known.at[held]]))
    return model.calibration(chances, known.same[held])


def trusted(records: Records, doubtful: NDArray[np.bool_]) -> list[str]:
    """The credit codes that count."""
    return ["" if doubt else code for code, doubt in zip(records.code, doubtful, strict=True)]


def score(
    judge: model.Model, data: features.Arrays, pairs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The log-odds of every pair, batch by batch, a thread for each core."""
    if not len(pairs):
        return np.zeros(0)
    return _batches(lambda part: judge.log_odds(features.compare(data, part)), pairs)


def _odds(judge: model.Model, values: features.Floats) -> NDArray[np.float64]:
    return _batches(judge.log_odds, values) if len(values) else np.zeros(0)


def _values(data: features.Arrays, pairs: NDArray[np.int64]) -> features.Floats:
    return _batches(lambda part: features.compare(data, part), pairs)


def _batches(work: Callable[[Any], NDArray[Any]], rows: NDArray[Any]) -> NDArray[Any]:
    """What work makes of the rows, batch by batch, a thread for each core."""
    parts = [rows[start : start + BATCH] for start in range(0, max(1, len(rows)), BATCH)]
    if len(parts) == 1:
        return work(parts[0])
    with ThreadPoolExecutor(THREADS) as pool:
        return np.concatenate(list(pool.map(work, parts)))
