"""How likely a critical finding is: a logistic model that learns around the inspectors.

Some inspectors find six times as much as others, and every premises is seen by few of them. So each
inspector has a term of his own while the model learns, which takes up what is his; the term is then
thrown away. The chance is calibrated on outcomes of all inspectors together, so it is that of a
finding by whoever may come. Nobody's name is read when premises are scored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from zhian.methods.targeting.features import Features, features
from zhian.methods.targeting.history import (
    Bools,
    Days,
    Floats,
    HistoryError,
    Inspections,
    Ints,
    Register,
    Words,
)

HORIZON = 61  # days that one plan covers
WARM = 61  # days of history before the first planning day that is learned from
STRENGTH = 0.002  # inverse of the ridge
FREE = 3.0  # how much less the inspectors' terms are held back
BLOCKS = 4  # spans of time that calibration is learned on, each judged by the others
LATELY = 365  # days over which as much must be expected as was found: all seasons once
FLAT = 1e-9
LIMIT, STEPS = 15.0, 50


@dataclass(frozen=True, slots=True)
class Examples:
    """Past inspections as they looked when each plan was made: `values` (examples, features),
    `day`, `found` and `inspector` (examples,), oldest plan first."""

    values: Floats
    day: Days
    found: Bools
    inspector: Ints
    keys: tuple[str, ...]
    topics: tuple[Words, ...]

    def __len__(self) -> int:
        """How many."""
        return len(self.found)


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned: log-odds = `base` + sum of `weights` x (value - `mean`)."""

    keys: tuple[str, ...]
    topics: tuple[Words, ...]
    mean: Floats
    weights: Floats
    base: float

    def parts(self, known: Features) -> Floats:
        """What each feature adds to the log-odds: (premises, features)."""
        if known.keys != self.keys:
            raise HistoryError(
                "特征与学习时不同，请重新学习",
                "the features are not those learned from: learn again",
            )
        return (known.values - self.mean) * self.weights

    def log_odds(self, known: Features) -> Floats:
        """The log-odds of a critical finding: (premises,)."""
        return np.asarray(self.base + self.parts(known).sum(axis=1))

    def chance(self, known: Features) -> Floats:
        """The chance of a critical finding by whoever may come: (premises,)."""
        return _chance(self.log_odds(known))


def examples(
    register: Register, inspections: Inspections, planned: np.datetime64, horizon: int = HORIZON
) -> Examples | None:
    """Everything inspected before the planning day, as the plans of the time would have seen it;
    None where there is less than one plan's worth.

    Plans lie `horizon` days apart and the last ends on the eve of the planning day.
    """
    past = inspections.before(planned)
    if not len(past):
        return None
    first, end = past.day[0] + np.timedelta64(WARM, "D"), planned
    spans: list[tuple[Features, Inspections]] = []
    while end - np.timedelta64(horizon, "D") >= first:
        start = end - np.timedelta64(horizon, "D")
        made = past.between(start, end)
        spans.append((features(register, past, made.premises, start), made))
        end = start
    if not spans:
        return None
    spans.reverse()
    return Examples(
        np.concatenate([seen.values for seen, _made in spans]),
        np.concatenate([made.day for _seen, made in spans]),
        np.concatenate([made.found for _seen, made in spans]),
        np.concatenate([made.inspector for _seen, made in spans]),
        spans[0][0].keys,
        spans[0][0].topics,
    )


def learn(known: Examples) -> Model:
    """Learn from examples; the same ones give the same model. Raises where all ended alike."""
    if known.found.all() or not known.found.any():
        raise HistoryError(
            "检查结果全部相同，无法学习", "all inspections ended alike: nothing to learn"
        )
    mean, scale = known.values.mean(axis=0), known.values.std(axis=0)
    scaled = np.where(scale > FLAT, (known.values - mean) / np.maximum(scale, FLAT), 0.0)
    slope, base = _calibration(scaled, known)
    weights = slope * _weights(scaled, known.found, known.inspector)
    weights = np.where(scale > FLAT, weights / np.maximum(scale, FLAT), 0.0)
    return Model(known.keys, known.topics, mean, weights, base)


def _weights(scaled: Floats, found: Bools, inspector: Ints) -> Floats:
    who = np.unique(inspector)
    terms = (inspector[:, None] == who[None, :]) * FREE
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(np.hstack([scaled, terms]), found)
    return np.asarray(model.coef_[0][: scaled.shape[1]], dtype=np.float64)


def _calibration(scaled: Floats, known: Examples) -> tuple[float, float]:
    """By how much to stretch the log-odds, and where they start, so that chances come true."""
    score = np.zeros(len(known))
    for held in np.array_split(np.arange(len(known)), BLOCKS):
        rest = np.ones(len(known), dtype=bool)
        rest[held] = False
        if len(np.unique(known.found[rest])) == 2:
            weights = _weights(scaled[rest], known.found[rest], known.inspector[rest])
            score[held] = scaled[held] @ weights
    plain = LogisticRegression(C=1e6, max_iter=1000).fit(score[:, None], known.found)
    # a negative slope would turn the order round on what can only be noise
    slope = max(float(plain.coef_[0][0]), FLAT)
    late = known.day >= known.day.max() - np.timedelta64(LATELY, "D")
    return slope, _start(slope * score[late], known.found[late])


def _start(score: Floats, found: Bools) -> float:
    """Where log-odds must start so that as much is expected as was found (bisection)."""
    low, high = -LIMIT, LIMIT
    for _step in range(STEPS):
        middle = (low + high) / 2
        short = _chance(score + middle).mean() < found.mean()
        low, high = (middle, high) if short else (low, middle)
    return (low + high) / 2


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), dtype=np.float64)
