"""How likely two rows are the same establishment: learned from the credit codes themselves.

Two rows that both carry a valid code are a labelled example: same code, same establishment; two
codes, two establishments. The code is no feature, so what is learned holds where it is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from zhian.methods.linkage.blocking import Candidates
from zhian.methods.linkage.features import NAMES, Floats
from zhian.methods.linkage.records import Records

ENOUGH = 5_000
TREES = {
    "objective": "binary",
    "num_leaves": 63,
    "learning_rate": 0.08,
    "min_child_samples": 40,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.9,
    "bagging_freq": 1,
    "lambda_l2": 2.0,
    "verbose": -1,
    "num_threads": 2,
    "seed": 1,
    "deterministic": True,
}
ROUNDS = 200


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
        return np.asarray(self.booster.predict(features, raw_score=True), dtype=np.float64)

    def why(self, features: Floats) -> NDArray[np.float64]:
        return np.asarray(self.booster.predict(features, pred_contrib=True), dtype=np.float64)


def learn(features: Floats, same: NDArray[np.int8]) -> Model:
    """Learn from labelled pairs; the additive model where LightGBM cannot be loaded."""
    try:
        import lightgbm
    except (ImportError, OSError):
        from zhian.methods.linkage.additive import learn as learn_additive

        return learn_additive(features, same)
    data = lightgbm.Dataset(features, same, feature_name=list(NAMES), free_raw_data=True)
    return Trees(lightgbm.train(TREES, data, ROUNDS))
