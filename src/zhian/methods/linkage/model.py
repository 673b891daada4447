"""How likely two rows are the same establishment: learned from the credit codes themselves.

Two rows that both carry a valid code are a labelled example: same code, same establishment; two
codes, two establishments. The code is no feature, so what is learned holds where it is missing.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from zhian.methods.linkage.blocking import Candidates
from zhian.methods.linkage.features import NAMES, Floats
from zhian.methods.linkage.records import Records

ENOUGH = 5_000  # labelled pairs; below, what was learned before judges better
MOST = 400_000  # more labelled pairs teach nothing that can be measured
HELD = 10  # one code in so many is not learned from, to see what the model is worth
BINS = 10
TREES = {
    "objective": "binary",
    "num_leaves": 63,
    "learning_rate": 0.13,
    "min_child_samples": 40,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.9,
    "bagging_freq": 1,
    "lambda_l2": 2.0,
    "verbose": -1,
    "num_threads": 1,  # two that wait for one another cost more than they bring
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
}
ROUNDS = 110


class Model(Protocol):
    """Judges pairs; `why` says what each feature adds, in log-odds, the last being the start."""

    def log_odds(self, features: Floats) -> NDArray[np.float64]: ...

    def why(self, features: Floats) -> NDArray[np.float64]: ...


@dataclass(frozen=True, slots=True)
class Labels:
    """The pairs that the codes label: their positions among all pairs, and 1 for the same."""

    at: NDArray[np.int64]
    same: NDArray[np.int8]


def labels(records: Records, found: Candidates) -> Labels:
    """Pairs of which both rows carry a valid code and which share more than that.

    A pair found by its code alone is always a match: learning from it would teach that having
    nothing in common speaks for one establishment.
    """
    codes = np.array(records.code, dtype=object)
    one, two = codes[found.pairs[:, 0]], codes[found.pairs[:, 1]]
    at = np.flatnonzero((one != "") & (two != "") & found.beyond)
    return Labels(at, (one[at] == two[at]).astype(np.int8))


def held_out(records: Records, found: Candidates, known: Labels) -> NDArray[np.bool_]:
    """Which labelled pairs are kept from learning, whole codes at a time: (labels,)."""
    held = np.array([_is_held(code) for code in records.code], dtype=bool)
    pairs = found.pairs[known.at]
    kept: NDArray[np.bool_] = held[pairs[:, 0]] | held[pairs[:, 1]]
    return kept


def _is_held(code: str) -> bool:
    return bool(code) and zlib.crc32(code.encode()) % (2 * HELD) == 0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether chances mean what they say, on labelled pairs that the model never saw.

    `bins`: number of pairs, mean chance, share that are one establishment; `error`: the mean
    distance of the two, weighted by pairs.
    """

    pairs: int
    error: float
    bins: tuple[tuple[int, float, float], ...]


def calibration(chances: NDArray[np.float64], same: NDArray[np.int8]) -> Calibration:
    """Compare chances (n,) with what is so (n,), in ten bins of equal width."""
    at = np.minimum((chances * BINS).astype(np.int64), BINS - 1)
    bins = []
    for n in range(BINS):
        mine = at == n
        if mine.any():
            row = int(mine.sum()), float(chances[mine].mean()), float(same[mine].mean())
            bins.append(row)
    total = max(1, len(chances))
    error = sum(size * abs(mean - share) for size, mean, share in bins) / total
    return Calibration(len(chances), error, tuple(bins))


def strangers(records: Records, size: int, seed: int = 1) -> NDArray[np.int64]:
    """Pairs drawn at random among rows with different codes: what two establishments look like
    that share nothing. An array (at most size, 2)."""
    coded = np.flatnonzero(np.array(records.code, dtype=object) != "")
    if len(coded) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    drawn = np.random.default_rng(seed).choice(coded, (size, 2))
    codes = np.array(records.code, dtype=object)
    found: NDArray[np.int64] = drawn[codes[drawn[:, 0]] != codes[drawn[:, 1]]].astype(np.int64)
    return found


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees (LightGBM)."""

    booster: Any

    def log_odds(self, features: Floats) -> NDArray[np.float64]:
        odds = self.booster.predict(features, raw_score=True, num_threads=1)
        return np.asarray(odds, dtype=np.float64)

    def why(self, features: Floats) -> NDArray[np.float64]:
        return np.asarray(self.booster.predict(features, pred_contrib=True), dtype=np.float64)


def learn(features: Floats, same: NDArray[np.int8]) -> Model:
    """Learn from labelled pairs; the additive model where LightGBM cannot be loaded."""
    lightgbm = _lightgbm()
    if lightgbm is None:
        from zhian.methods.linkage.additive import learn as learn_additive

        return learn_additive(features, same)
    data = lightgbm.Dataset(features, same, feature_name=list(NAMES), free_raw_data=True)
    return Trees(lightgbm.train(TREES, data, ROUNDS))


def _lightgbm() -> Any:
    """The library, or None where it cannot be loaded (it needs the machine's OpenMP)."""
    try:
        import lightgbm
    except (ImportError, OSError):
        return None
    return lightgbm


@cache
def pretrained() -> Model:
    """The model for rosters with too few codes to learn from, taught on fictitious counties.

    It looks at no pair of rosters, whose numbers differ from county to county.
    """
    folder, lightgbm = files("zhian.methods.linkage.pretrained"), _lightgbm()
    if lightgbm is None:
        from zhian.methods.linkage.additive import load

        return load(folder.joinpath("additive.json").read_text(encoding="utf-8"))
    text = folder.joinpath("trees.txt").read_text(encoding="utf-8")
    return Trees(lightgbm.Booster(model_str=text))
