"""How many establishments nobody has on a list: capture–recapture over several rosters.

Each establishment that was seen carries the pattern of the lists it stands on. What no list has is
the one pattern that cannot be seen; models of the others extend to it. Lists depend on one another
in two ways that look alike: one list follows another (who has a licence is inspected), and some
establishments are hardly visible to any (a backyard workshop). No table can tell how far either
goes beyond what it shows (Link 2003), so no model is believed alone: some hundred of them, each a
shape of visibility with its own room for pairs and larger groups of lists to bind or repel, are
weighed by how well they foretell the table, and the interval is that of all of them together.
Since none of them is true, evidence counts for less than it says (a power posterior: Grünwald 2012;
Holmes and Walker 2017): a model must be better by far before the others are silent.

Log-linear models: Bishop, Fienberg, Holland (1975), chapter 6; visibility as what is added to the
log of a pattern of m lists: Darroch et al. (1993), Rivest and Baillargeon (2007); the same cells as
a Gaussian field with Laplace's approximation: Rasmussen and Williams (2006), algorithm 3.1; Chapman
(1951) for two lists; Chao (1987) for what is there at least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
DRAWS = 4000
STEPS = 40
LEVEL = 0.95
MOST_LOG = 16.0
NEGLIGIBLE = 1e-4  # a model that is believed less is not asked which pairs it binds
WORTH = 0.3  # a log odds ratio between two lists that is worth naming
EVIDENCE = 0.7  # how much the fit of a model counts
# How far a pair of lists, and what three do beyond their pairs, may be from independence: standard
# deviations of log odds ratios; each larger group has DECAY of the one before.
PAIRS = (0.3, 0.7, 1.2)
THREES = (0.08, 0.2, 0.5)
DECAY = 0.7
LEVEL_SD, LIST_SD = 10.0, 5.0  # of the level of the table and of each list: as good as free
# How visible establishments differ: chances of each family before the table is seen.
ALIKE, NORMAL, TWO_KINDS, SHARED_OUT = 0.25, 0.3, 0.3, 0.15
VAGUE = 0.5  # an interval wider than this share of the total tells a lower bound only
ASSUMES_ZH = (
    "假定：各名册已正确关联；每户有机会被任一名册看到。名册之间相互牵连或者分工、主体之间显眼程度不同，"
    "都已计入区间；对所有名册都完全看不见的一类主体，任何估计都无从算起。"
)
ASSUMES_EN = (
    "Assumes that the rosters were linked rightly and that every establishment could have been on "
    "any of them. The interval allows for lists that follow or avoid one another and for "
    "establishments that are harder to see; a kind that no list can see at all is beyond every "
    "estimate."
)


class TooFew(ValueError):
    """Nothing can be estimated: fewer than two lists, or lists that share no establishment."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """How many are on no list: estimate and interval, with the total that follows.

    `bound`: the pairs of lists that depend on each other, each with how sure that is (0 to 1).
    `chapman`: the total by the two largest lists alone, with its interval, for comparison.
    `lower_bound`: at least so many are on no list (95 %, one-sided); `chao`: what Chao's formula
    says is there at least. `range_only`: the lists do not tell more than the lower bound, and
    `why_zh`, `why_en` say why.
    """

    seen: int
    unseen: float
    low: float
    high: float
    bound: tuple[tuple[int, int, float], ...]
    chapman: tuple[float, float, float] | None
    lower_bound: float = 0.0
    chao: float = 0.0
    range_only: bool = False
    why_zh: str = ""
    why_en: str = ""

    @property
    def total(self) -> float:
        """Seen and unseen together."""
        return self.seen + self.unseen

    @property
    def words(self) -> tuple[str, str]:
        """The finding as a sentence, in Chinese and English."""
        zh, en = f"名册上在营 {self.seen:,} 户，", f"{self.seen:,} are on some roster; "
        span = f"{self.low:,.0f}—{self.high:,.0f}", f"{self.low:,.0f} to {self.high:,.0f}"
        if self.range_only:
            return (
                f"{zh}另有至少 {self.lower_bound:,.0f} 户任何名册都没有"
                f"（95% 区间 {span[0]}）。{self.why_zh}",
                f"{en}at least {self.lower_bound:,.0f} more are on none (95 % interval {span[1]}). "
                f"{self.why_en}",
            )
        return (
            f"{zh}估计另有 {self.unseen:,.0f} 户任何名册都没有（95% 区间 {span[0]}），"
            f"合计约 {self.total:,.0f} 户。",
            f"{en}an estimated {self.unseen:,.0f} more are on none (95 % interval {span[1]}), "
            f"about {self.total:,.0f} in all.",
        )


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


def chao(counts: Sequence[int] | NDArray[np.int64]) -> float:
    """How many are on no list at least, from those on one and on two (Chao 1987, with the
    correction for few lists and small counts).

    counts: (2^k,) from `patterns`. Holds where establishments differ in visibility; lists that
    shun one another make it too high.
    """
    table = np.asarray(counts, dtype=np.float64)
    size = int(np.log2(len(table)))
    ones, twos = (float(table[_on(size) == lists].sum()) for lists in (1, 2))
    return (size - 1) / size * ones * (ones - 1) / (2 * (twos + 1))


def unseen(counts: Sequence[int] | NDArray[np.int64], *, seed: int = 1) -> Unseen:
    """Estimate what no list has.

    counts: (2^k,) from `patterns`; the first is not looked at. seed: of the drawing from all
    models. Raises TooFew where the lists say nothing about one another.
    """
    table = np.asarray(counts, dtype=np.float64)
    size = int(np.log2(len(table)))
    if size < 2 or len(table) != 1 << size:
        raise TooFew("至少要有两份名册 / at least two lists are needed")
    if not table[_on(size) > 1].sum():
        raise TooFew("各名册没有共同的主体，无法估计 / the lists share no establishment")
    cells = table[1:]
    fit = _fit(cells, _grid(size))
    drawn = _draw(fit, np.random.default_rng(seed))
    edge = (1 - LEVEL) / 2
    low, least, middle, high = np.quantile(drawn, [edge, 2 * edge, 0.5, 1 - edge]).tolist()
    seen = int(cells.sum())
    why_zh, why_en = _why(size, (high - low) / max(1.0, seen + middle))
    return Unseen(
        seen, middle, low, high, _bound(fit, size), _two_largest(cells, size),
        least, chao(np.asarray(counts)), bool(why_zh), why_zh, why_en,
    )  # fmt: skip


def _why(size: int, width: float) -> tuple[str, str]:
    """Why only a lower bound can be told; empty where more can."""
    if size == 2:
        return (
            "只有两份名册，看不出它们是否相互牵连，上限只是推测。",
            "Two lists cannot tell whether they depend on each other: the upper end is conjecture.",
        )
    if width > VAGUE:
        return (
            "几种说法都合乎这些名册，推出的总数却相差一半以上；再添一份来源不同的名册才能分清。",
            "Explanations that fit these lists alike differ by more than half of the total; a list "
            "from another source would tell them apart.",
        )
    return "", ""


# --- the models


@dataclass(frozen=True, slots=True)
class _Grid:
    """All models of k lists: which kernel each has, what it adds to the log of every pattern, and
    its chance beforehand. `kernels`: (kernels, 2^k, 2^k); `pairs`: variance of a pair's effect."""

    kernels: Floats
    pairs: Floats
    kernel: NDArray[np.int64]
    added: Floats
    prior: Floats


@cache
def _bits(size: int) -> Floats:
    """Every pattern as 0 and 1 for each list: (2^k, k)."""
    found: Floats = ((np.arange(1 << size)[:, None] >> np.arange(size)) & 1).astype(np.float64)
    return found


def _on(size: int) -> NDArray[np.int64]:
    """On how many lists each pattern stands."""
    found: NDArray[np.int64] = _bits(size).sum(axis=1).astype(np.int64)
    return found


@cache
def _grid(size: int) -> _Grid:
    sides = _bits(size) - 0.5
    base = LEVEL_SD**2 + LIST_SD**2 * sides @ sides.T
    products = {order: _products(size, order) for order in range(2, size + 1)}
    kernels, pairs = [], []
    for pair in PAIRS:
        for three in THREES if size > 2 else THREES[:1]:
            kernel = base + pair**2 * products[2] + 1e-6 * np.eye(1 << size)
            for order in range(3, size + 1):
                kernel += (three * DECAY ** (order - 3)) ** 2 * products[order]
            kernels.append(kernel)
            pairs.append(pair**2)
    shapes = _shapes(size)
    added = np.array([shape[_on(size)] for shape, _chance in shapes])
    prior = np.log([chance for _shape, chance in shapes])
    return _Grid(
        np.array(kernels),
        np.array(pairs),
        np.repeat(np.arange(len(kernels)), len(shapes)),
        np.tile(added, (len(kernels), 1)),
        np.tile(prior, len(kernels)),
    )


def _products(size: int, order: int) -> Floats:
    """What two patterns have in common by the groups of so many lists on which both stand."""
    bits, groups = _bits(size), combinations(range(size), order)
    together = np.array([bits[:, list(group)].prod(axis=1) for group in groups])
    product: Floats = together.T @ together
    return product


def _shapes(size: int) -> list[tuple[Floats, float]]:
    """What visibility adds to the log of a pattern of 0 … k lists, and its chance beforehand.

    It is the logarithm of E[exp(m θ)] over those that no list has: θ normal in the county
    (`spread`, at the log-odds `middle` of a list); of two kinds, `gap` apart in log-odds, the
    visible one outnumbering the other from `at` lists on; or the reverse, where lists share the
    work out.
    """
    lists = np.arange(size + 1.0)
    normal = [(s, m) for s in (0.5, 1.0, 1.5, 2.0, 2.5) for m in (-2.0, -1.0, 0.0, 1.0)]
    kinds = [(g, a) for g in (1.0, 2.0, 3.0, 4.0) for a in (0.3, 0.7, 1.0, 1.5, 2.0, 3.0)]
    apart = (0.1, 0.25, 0.5)
    found = [(np.zeros(size + 1), ALIKE)]
    found += [(_normal(lists, s, m), NORMAL / len(normal)) for s, m in normal]
    found += [(_from_start(np.logaddexp(0, g * (lists - a))), TWO_KINDS / len(kinds))
              for g, a in kinds]  # fmt: skip
    found += [(-strength * lists**2 / 2, SHARED_OUT / len(apart)) for strength in apart]
    return found


def _normal(lists: Floats, spread: float, middle: float) -> Floats:
    at, weight = np.polynomial.hermite_e.hermegauss(41)
    theta = spread * at
    unseen_ = np.log(weight) - lists[-1] * np.log1p(np.exp(middle + theta))
    return _from_start(np.logaddexp.reduce(unseen_ + lists[:, None] * theta, axis=1))


def _from_start(values: Floats) -> Floats:
    moved: Floats = values - values[0]
    return moved


# --- weighing them


@dataclass(frozen=True, slots=True)
class _Fit:
    """Every model against one table. `weight` adds to 1, and `belief`, where evidence counts in
    full; `mean`, `spread`: of the log of the unseen count; `pull`, `root`, `inner`: what the effect
    of a pair is read from."""

    grid: _Grid
    weight: Floats
    belief: Floats
    mean: Floats
    spread: Floats
    pull: Floats
    root: Floats
    inner: Floats


def _fit(cells: Floats, grid: _Grid) -> _Fit:
    """Laplace's approximation of all models at once; cells: (2^k − 1,)."""
    whole = grid.kernels[grid.kernel]
    kernel, towards = whole[:, 1:, 1:], whole[:, 1:, 0]
    start = grid.added + np.log(cells.mean() + 0.5)
    log = np.broadcast_to(np.log(cells + 0.5), (len(whole), len(cells))).copy()
    pull = np.zeros_like(log)
    for _ in range(STEPS):
        root, inner = _inner(log, kernel)
        wanted = root**2 * (log - start[:, 1:]) + cells - root**2
        pull = wanted - root * _solve(inner, root * _times(kernel, wanted))
        step = start[:, 1:] + _times(kernel, pull) - log
        log += np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-5:
            break
    root, inner = _inner(log, kernel)
    evidence = _evidence(cells, log, pull, start[:, 1:], inner)
    reduced = np.asarray(root * towards, dtype=np.float64)
    variance = whole[:, 0, 0] - (reduced * _solve(inner, reduced)).sum(axis=1)
    return _Fit(
        grid,
        _shares(EVIDENCE * evidence + grid.prior),
        _shares(evidence + grid.prior),
        start[:, 0] + (towards * pull).sum(axis=1),
        np.sqrt(np.maximum(variance, 1e-9)),
        pull,
        root,
        inner,
    )


def _shares(log: Floats) -> Floats:
    shares = np.exp(log - log.max())
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _inner(log: Floats, kernel: Floats) -> tuple[Floats, Floats]:
    root = np.exp(np.clip(log, -20, 20) / 2)
    return root, np.eye(log.shape[1]) + root[:, :, None] * kernel * root[:, None, :]


def _solve(matrix: Floats, right: Floats) -> Floats:
    return np.asarray(np.linalg.solve(matrix, right[:, :, None])[:, :, 0], dtype=np.float64)


def _times(matrix: Floats, right: Floats) -> Floats:
    return np.asarray((matrix @ right[:, :, None])[:, :, 0], dtype=np.float64)


def _evidence(cells: Floats, log: Floats, pull: Floats, start: Floats, inner: Floats) -> Floats:
    """The log of the chance of the table under each model, up to a constant."""
    told = (cells * log - np.exp(log)).sum(axis=1) - (pull * (log - start)).sum(axis=1) / 2
    return np.asarray(told - np.linalg.slogdet(inner)[1] / 2, dtype=np.float64)


def _draw(fit: _Fit, rng: np.random.Generator) -> Floats:
    """Unseen counts from all models, each as often as it weighs."""
    model = rng.choice(len(fit.weight), DRAWS, p=fit.weight)
    log = fit.mean[model] + fit.spread[model] * rng.standard_normal(DRAWS)
    return rng.poisson(np.exp(np.minimum(log, MOST_LOG))).astype(np.float64)


def _bound(fit: _Fit, size: int) -> tuple[tuple[int, int, float], ...]:
    """How sure it is that a pair of lists binds or repels, visibility apart."""
    bits, found = _bits(size)[1:], []
    believed = np.flatnonzero(fit.belief > NEGLIGIBLE)
    belief, pull, root = fit.belief[believed], fit.pull[believed], fit.root[believed]
    variance, inner = fit.grid.pairs[fit.grid.kernel[believed]], fit.inner[believed]
    for a, b in combinations(range(size), 2) if size > 2 else ():
        both = bits[:, a] * bits[:, b]
        mean, reduced = variance * (pull @ both), root * both
        told = variance**2 * (reduced * _solve(inner, reduced)).sum(axis=1)
        spread = np.sqrt(np.maximum(variance - told, 1e-12))
        binds = float(belief @ ndtr((mean - WORTH) / spread))
        repels = float(belief @ ndtr((-mean - WORTH) / spread))
        found.append((a, b, round(max(binds, repels), 4)))
    ordered = sorted(found, key=lambda row: (-row[2], row[:2]))
    return tuple(row for row in ordered if row[2] >= 0.5)


def _two_largest(cells: Floats, size: int) -> tuple[float, float, float] | None:
    bits = _bits(size)[1:]
    sizes = cells @ bits
    one, two = np.argsort(-sizes, kind="stable")[:2]
    both = int(cells @ (bits[:, one] * bits[:, two]))
    return chapman(int(sizes[one]), int(sizes[two]), both) if both else None
