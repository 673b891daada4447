"""Holding an order against the calendar: counted by hand, and for any calendar."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from zhian.methods.targeting import HistoryError, evaluate

DAYS = np.array(["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"], dtype="datetime64[D]")
FOUND = np.array([False, False, True, True])


@pytest.mark.parametrize(
    ("score", "earlier", "half"),
    [
        ([1, 2, 3, 4], 2.0, 1.0),  # the findings move from days 3 and 4 to days 2 and 1
        ([4, 3, 2, 1], 0.0, 0.0),  # as it was
        ([2, 1, 4, 3], 2.0, 1.0),
        ([4, 1, 3, 2], 1.0, 0.5),  # third to second, fourth to third
    ],
)
def test_days_earlier_as_counted_by_hand(score: list[float], earlier: float, half: float) -> None:
    given_ = np.array(score, dtype=np.float64)
    assert evaluate.days_earlier(given_, DAYS, FOUND) == earlier
    assert evaluate.first_half(given_, FOUND) == half


def test_what_depends_on_who_goes_gains_nothing_within_inspectors() -> None:
    rng = np.random.default_rng(1)
    who = rng.integers(0, 4, 2_000)
    found = rng.random(2_000) < 0.05 + 0.1 * who
    day = DAYS[0] + rng.integers(0, 60, 2_000)
    by_name = who + rng.random(2_000) / 2
    assert evaluate.net(by_name, day, found) > 5
    assert abs(evaluate.within(evaluate.net, by_name, day, found, who)) < 2


@st.composite
def calendars(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    size = draw(st.integers(2, 30))
    rows = st.lists(st.integers(0, 40), min_size=size, max_size=size)
    found = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    found[0], found[1] = True, False
    score, day = (np.array(draw(rows)) for _ in range(2))
    return score.astype(np.float64), DAYS[0] + day, found


@given(calendars())
def test_no_order_beats_the_one_that_knows(case: tuple[np.ndarray, ...]) -> None:
    score, day, found = case
    best = evaluate.days_earlier(found.astype(np.float64), day, found)
    worst = evaluate.days_earlier(-found.astype(np.float64), day, found)
    assert worst - 1e-9 <= evaluate.days_earlier(score, day, found) <= best + 1e-9
    assert sorted(evaluate.simulated(score, day)) == sorted(day)


@given(calendars())
def test_the_area_under_the_curve_is_the_share_of_pairs_in_order(
    case: tuple[np.ndarray, ...],
) -> None:
    score, _day, found = case
    gaps = score[found][:, None] - score[~found][None, :]
    assert evaluate.auc(score, found) == pytest.approx(((gaps > 0) + (gaps == 0) / 2).mean())


def test_the_random_order_is_the_mean_of_many_draws() -> None:
    rng = np.random.default_rng(2)
    day = DAYS[0] + rng.integers(0, 60, 300)
    found = rng.random(300) < 0.2
    draws = [evaluate.days_earlier(rng.random(300), day, found) for _ in range(400)]
    assert np.mean(draws) == pytest.approx(evaluate.by_chance(day, found), abs=0.5)


def test_drift_is_nothing_for_the_same_and_much_for_the_moved() -> None:
    values = np.random.default_rng(3).normal(size=4_000)
    assert evaluate.drift(values, values[::2]) < 0.02
    assert evaluate.drift(values, values + 1) > 0.25
    assert evaluate.drift(np.ones(50), np.ones(20)) == 0


def test_calibration_counts_every_premises_once() -> None:
    chance = np.array([0.1, 0.9, 0.2, 0.8])
    low, high = evaluate.calibration(chance, FOUND[[0, 2, 1, 3]], bins=2)
    assert (low.count, low.chance, low.found) == (2, pytest.approx(0.15), 0.0)
    assert (high.count, high.chance, high.found) == (2, pytest.approx(0.85), 1.0)


def test_a_span_without_a_finding_cannot_be_measured() -> None:
    nothing = np.zeros(4, dtype=bool)
    for measure in (evaluate.days_earlier, evaluate.net):
        with pytest.raises(HistoryError, match="no inspection of this span"):
            measure(np.zeros(4), DAYS, nothing)
