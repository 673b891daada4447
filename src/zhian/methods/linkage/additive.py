"""The pair model without trees: one logistic weight for each bin of each feature.

It takes over where LightGBM's library cannot be loaded, and loses half a point of F1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from zhian.methods.linkage.features import Floats

BINS = 12


@dataclass(frozen=True, slots=True)
class Additive:
    """Edges of the bins, one weight for each bin, and where the sum starts."""

    edges: tuple[NDArray[np.float64], ...]
    weights: tuple[NDArray[np.float64], ...]
    start: float

    def log_odds(self, features: Floats) -> NDArray[np.float64]:
        total: NDArray[np.float64] = self.why(features).sum(axis=1)
        return total

    def why(self, features: Floats) -> NDArray[np.float64]:
        parts = [
            weights[np.searchsorted(edges, features[:, n], side="right")]
            for n, (edges, weights) in enumerate(zip(self.edges, self.weights, strict=True))
        ]
        return np.column_stack([*parts, np.full(len(features), self.start)])


def learn(features: Floats, same: NDArray[np.int8]) -> Additive:
    """Learn from labelled pairs (rows of `features`; 1 for the same establishment)."""
    edges = tuple(_edges(features[:, n]) for n in range(features.shape[1]))
    model: Any = LogisticRegression(C=1.0, max_iter=300)
    model.fit(_one_hot(features, edges), same)
    sizes = np.cumsum([len(row) + 1 for row in edges])[:-1]
    weights = tuple(np.split(model.coef_[0], sizes))
    return Additive(edges, weights, float(model.intercept_[0]))


def dump(model: Additive) -> str:
    """A model as JSON."""
    rows = {name: [row.round(4).tolist() for row in getattr(model, name)]
            for name in ("edges", "weights")}  # fmt: skip
    return json.dumps({**rows, "start": round(model.start, 4)}) + "\n"


def load(text: str) -> Additive:
    """A model from its JSON."""
    data = json.loads(text)
    edges, weights = (
        tuple(np.array(row, dtype=np.float64) for row in data[name])
        for name in ("edges", "weights")
    )
    return Additive(edges, weights, float(data["start"]))


def _edges(values: Floats) -> NDArray[np.float64]:
    """Where bins part: between the values where they are few, else at quantiles."""
    distinct = np.unique(values)
    if len(distinct) <= BINS:
        return np.asarray((distinct[1:] + distinct[:-1]) / 2, dtype=np.float64)
    cuts = np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1])
    return np.unique(np.concatenate([cuts, [0.0, 0.999]])).astype(np.float64)


def _one_hot(features: Floats, edges: tuple[NDArray[np.float64], ...]) -> csr_matrix:
    columns, offset = [], 0
    for n, row in enumerate(edges):
        columns.append(np.searchsorted(row, features[:, n], side="right") + offset)
        offset += len(row) + 1
    at = np.column_stack(columns)
    ones = np.ones(at.size, dtype=np.float32)
    starts = np.arange(0, at.size + 1, at.shape[1])
    return csr_matrix((ones, at.ravel(), starts), shape=(len(features), offset))
