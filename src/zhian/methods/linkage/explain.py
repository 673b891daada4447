"""Why two rows are held for the same: each piece of evidence with what it adds, summing to the
score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhian.methods.linkage import features, model
from zhian.methods.linkage.records import Records

START = "起点"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One feature: its name, its value for this pair, and the log-odds that it adds."""

    name: str
    words: str
    value: float
    adds: float


def waterfall(
    judge: model.Model, records: Records, pairs: list[tuple[int, int]]
) -> list[list[Evidence]]:
    """For each pair the evidence, the strongest first; the sum of `adds` is the pair's log-odds."""
    if not pairs:
        return []
    data = features.arrays(records)
    values = features.compare(data, np.array(pairs, dtype=np.int64))
    adds = judge.why(values)
    return [_one(values[row], adds[row]) for row in range(len(pairs))]


def _one(values: features.Floats, adds: np.ndarray) -> list[Evidence]:
    found = [
        Evidence(name, features.WORDS[name], float(values[n]), float(adds[n]))
        for n, name in enumerate(features.NAMES)
    ]
    found.append(Evidence("start", START, 1.0, float(adds[-1])))
    return sorted(found, key=lambda row: -abs(row.adds))
