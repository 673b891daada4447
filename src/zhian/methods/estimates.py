"""How many establishments nobody has on a list: capture–recapture over several rosters.

Each establishment that was seen carries the pattern of the lists it stands on. What no list has is
the one pattern that cannot be seen; log-linear models of the others extend to it. Lists depend on
one another (who has a licence is inspected), so many models are fitted, each with other pairs of
lists bound together, and none is believed alone.

Bishop, Fienberg, Holland (1975), chapter 6; Evans and Bonett (1994) for the half counts; Chapman
(1951) for two lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS = 400
# How visible establishments differ among themselves, beyond what pairs of lists explain: what is
# added to the log of a pattern of m lists (Darroch 1993; Rivest and Baillargeon 2007).
VISIBILITY = ("none", "darroch", "poisson", "gamma")
STEPS = 25
LEVEL = 0.95
MOST_LOG = 12.0
WORTH = 10.0  # models with a BIC farther than this from the best are left out
ASSUMES_ZH = (
    "假定：各名册已正确关联；每户有机会被任一名册看到；两两之间的关联由模型考虑，"
    "对所有名册都看不见的一类主体，任何估计都会偏低。"
)
ASSUMES_EN = (
    "Assumes that the rosters were linked rightly and that every establishment could have been on "
    "any of them. Dependence between pairs of lists is allowed for; a kind that hides from all "
    "lists alike makes every estimate too low."
)


class TooFew(ValueError):
    """Nothing can be estimated: fewer than two lists, or lists that share no establishment."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """How many are on no list: estimate and interval, with the total that follows.

    `bound`: the pairs of lists that the models bind, each with the weight of evidence for it.
    `chapman`: the total by the two largest lists alone, with its interval, for comparison.
    """

    seen: int
    unseen: float
    low: float
    high: float
    bound: tuple[tuple[int, int, float], ...]
    chapman: tuple[float, float, float] | None

    @property
    def total(self) -> float:
        """Seen and unseen together."""
        return self.seen + self.unseen


def patterns(lists: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How often each pattern of lists occurs: (2^k,), the unseen pattern 0 first.

    lists: (establishments, k), whether each stands on each list.
    """
    size = lists.shape[1]
    codes = lists.astype(np.int64) @ (1 << np.arange(size))
    return np.bincount(codes, minlength=1 << size)


def chapman(one: int, two: int, both: int) -> tuple[float, float, float]:
    """The total from two independent lists: estimate, low, high (95 %).

    one, two: how many are on each; both: on both. Chapman 1951; variance by Seber 1970.
    """
    total = (one + 1) * (two + 1) / (both + 1) - 1
    variance = (one + 1) * (two + 1) * (one - both) * (two - both) / ((both + 1) ** 2 * (both + 2))
    half = 1.96 * variance**0.5
    return total, max(one + two - both, total - half), total + half


def unseen(counts: Sequence[int] | NDArray[np.int64], *, seed: int = 1) -> Unseen:
    """Estimate what no list has.

    counts: (2^k,) from `patterns`; the first is not looked at. seed: of the bootstrap. Raises
    TooFew where the lists say nothing about one another.
    """
    table = np.asarray(counts, dtype=np.float64)
    size = int(np.log2(len(table)))
    if size < 2 or len(table) != 1 << size:
        raise TooFew("至少要有两份名册 / at least two lists are needed")
    cells = table[1:]
    if not _overlap(cells, size):
        raise TooFew("各名册没有共同的主体，无法估计 / the lists share no establishment")
    models = _models(cells, size)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(int(cells.sum()), cells / cells.sum(), DRAWS).astype(np.float64)
    weights, hidden = _fit_all(cells[None, :], models, size)
    estimate = float(np.exp((weights[:, 0] * np.log(hidden[:, 0])).sum()))
    low, high = _interval(drawn, models, size, rng)
    return Unseen(
        int(cells.sum()),
        estimate,
        min(low, estimate),
        max(high, estimate),
        _bound(models, weights[:, 0]),
        _two_largest(cells, size),
    )


def _overlap(cells: Floats, size: int) -> bool:
    codes = np.arange(1, 1 << size)
    several = np.array([code.bit_count() > 1 for code in codes.tolist()])
    return bool(cells[several].sum() > 0)


@dataclass(frozen=True, slots=True)
class _Model:
    """Which pairs of lists are bound, and how visibility differs."""

    pairs: tuple[tuple[int, int], ...] = ()
    visibility: str = "none"

    def bind(self, pair: tuple[int, int]) -> _Model:
        return _Model(tuple(sorted((*self.pairs, pair))), self.visibility)


def _design(size: int, model: _Model) -> Floats:
    """Columns for the patterns 1 … 2^k − 1: start, each list, each bound pair, visibility."""
    bits = (np.arange(1, 1 << size)[:, None] >> np.arange(size)) & 1
    bound = [bits[:, a] * bits[:, b] for a, b in model.pairs]
    columns = [np.ones(len(bits)), bits, *bound]
    if model.visibility != "none":
        columns.append(_visibility(bits.sum(axis=1).astype(np.float64), model.visibility))
    return np.column_stack(columns).astype(np.float64)


def _visibility(lists: Floats, kind: str) -> Floats:
    if kind == "darroch":
        return lists**2 / 2
    if kind == "poisson":
        return np.asarray(2.0**lists - 1, dtype=np.float64)
    return np.asarray(np.log(3.5) - np.log(3.5 + lists), dtype=np.float64)


def _fit(cells: Floats, design: Floats) -> tuple[Floats, Floats]:
    """Poisson models of many tables at once: coefficients (n, columns) and deviance (n,)."""
    start = np.log(cells.mean(axis=1) + 0.5)
    beta = np.zeros((len(cells), design.shape[1]))
    beta[:, 0] = start
    small = 1e-6 * np.eye(design.shape[1])
    for _ in range(STEPS):
        mean = np.exp(np.clip(beta @ design.T, -20, 20))
        gradient = (cells - mean) @ design
        hessian = (design.T * mean[:, None, :]) @ design + small
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        beta += np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-7:
            break
    mean = np.exp(np.clip(beta @ design.T, -20, 20))
    ratio = np.where(cells > 0, cells / mean, 1.0)
    deviance: Floats = 2 * (cells * np.log(ratio) - (cells - mean)).sum(axis=1)
    return beta, deviance


def _halves(cells: Floats, size: int) -> Floats:
    """Evans and Bonett: (1/2)^(k−1) more in every cell takes the bias of small tables away."""
    added: Floats = cells + 0.5 ** (size - 1)
    return added


def _fit_all(tables: Floats, models: Sequence[_Model], size: int) -> tuple[Floats, Floats]:
    """Weights by BIC and the unseen of every model for every table: two arrays (models, tables)."""
    score, hidden = [], []
    for model in models:
        design = _design(size, model)
        beta, deviance = _fit(_halves(tables, size), design)
        score.append(deviance + design.shape[1] * np.log(tables.sum(axis=1)))
        hidden.append(np.exp(np.minimum(beta[:, 0], MOST_LOG)))
    bic = np.array(score)
    weights = np.exp(-(bic - bic.min(axis=0)) / 2)
    return weights / weights.sum(axis=0), np.array(hidden)


def _models(cells: Floats, size: int) -> list[_Model]:
    """The models worth weighing: those met on the way from independence, pair by pair, under each
    idea of visibility. Two lists have independence alone."""
    met: dict[_Model, float] = {}
    for visibility in VISIBILITY if size > 2 else VISIBILITY[:1]:
        _walk(cells, size, _Model((), visibility), met)
    bar = min(met.values()) + WORTH
    return [model for model, bic in met.items() if bic <= bar]


def _walk(cells: Floats, size: int, model: _Model, met: dict[_Model, float]) -> None:
    """Bind one more pair of lists at a time, the best first, as far as the table can tell."""
    pairs = list(combinations(range(size), 2)) if size > 2 else []
    most = min(len(pairs), (1 << size) - 2 - size - (model.visibility != "none"))
    met[model] = _bic(cells, model, size)
    while len(model.pairs) < most:
        longer = [model.bind(pair) for pair in pairs if pair not in model.pairs]
        met |= {row: _bic(cells, row, size) for row in longer if row not in met}
        model = min(longer, key=met.__getitem__)
        if len(model.pairs) > 2 and met[model] > min(met.values()) + WORTH:
            break


def _bic(cells: Floats, model: _Model, size: int) -> float:
    design = _design(size, model)
    _beta, deviance = _fit(_halves(cells[None, :], size), design)
    return float(deviance[0] + design.shape[1] * np.log(cells.sum()))


def _interval(
    drawn: Floats,
    models: Sequence[_Model],
    size: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Resampled tables, each judged by a model drawn by its weight there."""
    weights, hidden = _fit_all(drawn, models, size)
    chosen = (weights.cumsum(axis=0) > rng.random(drawn.shape[0])).argmax(axis=0)
    values = rng.poisson(hidden[chosen, np.arange(drawn.shape[0])])
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _bound(models: Sequence[_Model], weights: Floats) -> tuple[tuple[int, int, float], ...]:
    found: dict[tuple[int, int], float] = {}
    for model, weight in zip(models, weights.tolist(), strict=True):
        for pair in model.pairs:
            found[pair] = found.get(pair, 0.0) + weight
    ordered = sorted(found.items(), key=lambda row: (-row[1], row[0]))
    return tuple((a, b, round(weight, 4)) for (a, b), weight in ordered if weight >= 0.01)


def _two_largest(cells: Floats, size: int) -> tuple[float, float, float] | None:
    bits = (np.arange(1, 1 << size)[:, None] >> np.arange(size)) & 1
    sizes = cells @ bits
    one, two = np.argsort(-sizes)[:2]
    both = int(cells[(bits[:, one] & bits[:, two]) == 1].sum())
    return chapman(int(sizes[one]), int(sizes[two]), both) if both else None
