"""How many are on no list: the estimate, its interval, and what cannot be estimated."""

from __future__ import annotations

import numpy as np
import pytest

from zhian.methods import estimates


def county(rng: np.random.Generator, size: int, lists: int, *, bound: bool) -> np.ndarray:
    """Establishments on lists; where `bound`, every second list follows the one before it."""
    share = rng.uniform(0.25, 0.7, lists)
    on = np.zeros((size, lists), dtype=bool)
    for n in range(lists):
        odds = np.full(size, np.log(share[n] / (1 - share[n])))
        if bound and n % 2:
            odds += np.where(on[:, n - 1], rng.uniform(0.5, 1.5), -rng.uniform(0, 0.5))
        on[:, n] = rng.random(size) < 1 / (1 + np.exp(-odds))
    return on


def estimated(on: np.ndarray) -> tuple[estimates.Unseen, int]:
    seen = on.any(axis=1)
    return estimates.unseen(estimates.patterns(on[seen])), int((~seen).sum())


def test_patterns_count_each_combination_of_lists() -> None:
    on = np.array([[1, 0], [1, 0], [0, 1], [1, 1]], dtype=bool)
    assert estimates.patterns(on).tolist() == [0, 2, 1, 1]


def test_two_lists_give_chapmans_figure() -> None:
    # Chapman (1951): (200 + 1)(150 + 1) / (50 + 1) − 1
    total, low, high = estimates.chapman(200, 150, 50)
    assert total == pytest.approx(594.12, abs=0.01)
    assert low < total < high


def test_the_interval_covers_the_truth_though_lists_depend_on_one_another() -> None:
    rng = np.random.default_rng(7)
    hits, by_two = 0, 0
    for _ in range(60):
        on = county(rng, int(rng.integers(500, 4000)), 4, bound=True)
        found, truth = estimated(on)
        hits += found.low <= truth <= found.high
        assert found.chapman is not None
        by_two += found.chapman[1] <= len(on) <= found.chapman[2]
    assert hits >= 54, "a 95 % interval that misses more than one in ten is none"
    assert by_two < hits, "two lists alone know nothing of dependence"


def test_a_bound_pair_of_lists_is_named() -> None:
    rng = np.random.default_rng(3)
    on = county(rng, 6000, 4, bound=True)
    found, _truth = estimated(on)
    assert {(a, b) for a, b, weight in found.bound if weight > 0.9} >= {(0, 1), (2, 3)}


def test_the_interval_holds_the_estimate_and_says_how_many_there_are() -> None:
    rng = np.random.default_rng(1)
    on = county(rng, 1500, 3, bound=False)
    found, truth = estimated(on)
    assert found.low <= found.unseen <= found.high
    assert found.total == found.seen + found.unseen
    assert found.unseen == pytest.approx(truth, rel=0.35)


@pytest.mark.parametrize(
    "counts",
    [[0, 10], [0, 10, 12, 0], [0, 5, 5]],
    ids=["one list", "lists that share nobody", "no power of two"],
)
def test_what_says_nothing_is_refused(counts: list[int]) -> None:
    with pytest.raises(estimates.TooFew):
        estimates.unseen(counts)


def test_the_same_lists_give_the_same_figures() -> None:
    on = county(np.random.default_rng(5), 900, 3, bound=True)
    assert estimated(on) == estimated(on)
