"""How many are on no list: the estimate, its interval, and what cannot be estimated."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from zhian.demo import roster_strangers, rosters
from zhian.law.identifiers import is_uscc
from zhian.methods import estimates
from zhian.methods.linkage import flags, records


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


def test_pairs_of_lists_that_depend_on_each_other_are_named_first() -> None:
    rng = np.random.default_rng(4)
    found, _truth = estimated(county(rng, 6000, 4, bound=True))
    assert {(a, b) for a, b, _weight in found.bound[:2]} == {(0, 1), (2, 3)}
    assert all(weight > 0.9 for _a, _b, weight in found.bound[:2])


def hidden(rng: np.random.Generator, size: int, lists: int) -> np.ndarray:
    """Registered shops that every list sees, and backyards that hardly any sees."""
    back = rng.random(size) < rng.uniform(0.1, 0.4)
    seen, barely = rng.uniform(0.4, 0.9, lists), rng.uniform(0.05, 0.3, lists)
    return rng.random((size, lists)) < np.where(back[:, None], barely, seen)


def shaded(rng: np.random.Generator, size: int, lists: int) -> np.ndarray:
    """Visibility that varies smoothly from one establishment to the next."""
    effect = rng.normal(0, rng.uniform(0.5, 2.0), size)
    odds = rng.uniform(-1.5, 1, lists) + effect[:, None]
    return rng.random((size, lists)) < 1 / (1 + np.exp(-odds))


def apart(rng: np.random.Generator, size: int, lists: int) -> np.ndarray:
    """Two departments share the work out: who is on the first list is less likely on the second."""
    on = rng.random((size, lists)) < rng.uniform(0.2, 0.6, lists)
    on[:, 1] &= ~on[:, 0] | (rng.random(size) < 0.5)
    return on


@pytest.mark.parametrize("kind", [hidden, shaded, apart])
def test_the_interval_covers_the_truth_however_the_lists_come_to_depend(
    kind: Callable[[np.random.Generator, int, int], np.ndarray],
) -> None:
    rng, held, bounded, width = np.random.default_rng(11), 0, 0, []
    for _ in range(40):
        on = kind(rng, int(rng.integers(400, 6000)), int(rng.integers(3, 6)))
        found, truth = estimated(on)
        held += found.low <= truth <= found.high
        bounded += found.lower_bound <= truth
        width.append((found.high - found.low) / len(on))
    assert held >= 36
    assert bounded >= 36, "what is called the least must not be more than there is"
    assert float(np.median(width)) < 0.5, "an interval that says nothing covers everything"


def test_two_lists_tell_a_lower_bound_only_and_say_why() -> None:
    found = estimates.unseen([0, 300, 200, 80])
    assert found.range_only and found.why_zh and found.why_en
    assert 0 < found.low <= found.lower_bound <= found.unseen <= found.high
    zh, en = found.words
    assert f"至少 {found.lower_bound:,.0f} 户" in zh
    assert f"at least {found.lower_bound:,.0f} more" in en


def test_lists_that_tell_enough_are_given_as_an_estimate() -> None:
    found, _truth = estimated(county(np.random.default_rng(2), 8000, 5, bound=False))
    assert not found.range_only and not found.why_zh
    assert f"合计约 {found.total:,.0f} 户" in found.words[0]


def test_chaos_lower_bound_is_his_formula() -> None:
    # Chao (1987) with (k − 1)/k and f1(f1 − 1) / 2(f2 + 1): three lists, f1 = 30, f2 = 14
    assert estimates.chao([0, 10, 10, 5, 10, 5, 4, 6]) == pytest.approx(2 / 3 * 30 * 29 / 30)


def test_a_county_has_hundreds_of_townships_and_trades() -> None:
    """One table of six lists takes well under a second; small ones next to nothing."""
    rng = np.random.default_rng(8)
    found, truth = estimated(county(rng, 20_000, 6, bound=True))
    assert found.low <= truth <= found.high
    began = time.process_time()
    for _ in range(20):
        estimated(county(rng, 60, 3, bound=False))
    assert time.process_time() - began < 4


def test_rosters_of_a_county_whose_unseen_are_known() -> None:
    """Both hands that write fictitious rosters: shops that no list ever had are numbered too."""
    for make in (rosters.county, roster_strangers.county):
        roster = make(3000, 2, "south")
        read = records.read(roster.columns, valid_code=is_uscc)
        cluster = np.unique(np.array(roster.truth), return_inverse=True)[1]
        on = np.zeros((cluster.max() + 1, len(rosters.ROSTERS)), dtype=bool)
        for row in np.flatnonzero(flags.counted(read, cluster)):
            on[cluster[row], rosters.ROSTERS.index(read.roster[row])] = True
        found = estimates.unseen(estimates.patterns(on[on.any(axis=1)]))
        assert found.low <= 3000 - len(on) <= found.high


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
