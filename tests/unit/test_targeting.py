"""Whom to inspect first: the rule, the model, the guard against knowing too much."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pytest

from zhian.methods.targeting import (
    Advice,
    HistoryError,
    Inspections,
    Register,
    Words,
    advise,
    evaluate,
    report,
)
from zhian.methods.targeting.choose import ENOUGH, FINDINGS
from zhian.methods.targeting.features import features
from zhian.methods.targeting.history import Ints
from zhian.methods.targeting.model import examples, learn
from zhian.methods.targeting.rule import score, standing

PLANNED = np.datetime64("2026-01-01")
HEAVY, LIGHT = 0, 1


@dataclass(frozen=True)
class Town:
    """An invented town whose risks are known: `risk` is each premises' own part of the log-odds."""

    register: Register
    inspections: Inspections
    risk: np.ndarray

    @property
    def premises(self) -> Ints:
        return np.arange(len(self.risk))


def town(premises: int, visits: int, seed: int, *, rate: float = -2.0) -> Town:
    """Premises of two risk classes visited on random days of three years (and two months after the
    planning day), by six inspectors of very different strictness who each keep to their part."""
    rng = np.random.default_rng(seed)
    risk = np.where(rng.random(premises) < 0.5, 0.8, -0.8) + rng.normal(0, 0.7, premises)
    ids = np.arange(premises)
    who = ids % 6
    at = np.sort(rng.integers(0, premises, visits))
    strict = np.linspace(-1.5, 1.5, 6)[who[at]]
    found = rng.random(visits) < 1 / (1 + np.exp(-(rate + risk[at] + strict)))
    day = PLANNED - 1100 + rng.integers(0, 1160, visits)
    code = rng.integers(0, max(premises // 5, 1), premises)
    register = Register(
        ids,
        np.full(premises, PLANNED - 1500),
        PLANNED - rng.integers(1500, 5000, premises),
        ids % 4,
        (risk < 0).astype(np.int64),
        code,
        np.full(premises, -1),
        ids // 2,
        rng.random((premises, 2)) < 0.3,
        2,
        (Words("酒类", "liquor"), Words("外摆", "patio")),
    )
    items = rng.poisson(1 + found)[:, None].astype(np.float64)
    table = Inspections(at, day, found, who[at], items, (Words("一般问题", "general items"),))
    return Town(register, table, risk)


@pytest.fixture(scope="module")
def big() -> Town:
    return town(1_200, 6_000, seed=1)


@pytest.fixture(scope="module")
def learned(big: Town) -> Advice:
    return advise(big.register, big.inspections, big.premises, PLANNED)


@pytest.fixture(scope="module")
def small() -> Town:
    return town(300, 900, seed=2)


# --- what may be known


def test_other_inspectors_on_the_visits_to_come_change_no_score(big: Town, learned: Advice) -> None:
    table = big.inspections
    ahead = table.day >= PLANNED
    who = table.inspector.copy()
    who[ahead] = np.random.default_rng(5).permutation(who[ahead])
    assert (who != table.inspector).any()
    again = advise(big.register, replace(table, inspector=who), big.premises, PLANNED)
    assert (again.score == learned.score).all()


def test_nothing_that_happens_from_the_planning_day_on_changes_a_score(
    big: Town, learned: Advice
) -> None:
    table, register = big.inspections, big.register
    ahead = table.day >= PLANNED
    changed = replace(
        table,
        found=np.where(ahead, ~table.found, table.found),
        items=table.items + 9 * ahead[:, None],
    )
    later = replace(
        register,
        since=np.full(len(big.risk), PLANNED),
        risk=1 - register.risk,
        owner=np.zeros(len(big.risk), dtype=np.int64),
        sorts=~register.sorts,
    )
    both = joined(register, later)
    again = advise(both, changed, big.premises, PLANNED)
    assert (again.score == learned.score).all()


def joined(one: Register, two: Register) -> Register:
    columns = [f.name for f in fields(one) if f.name not in ("risks", "licences")]
    return replace(
        one, **{name: np.concatenate([getattr(one, name), getattr(two, name)]) for name in columns}
    )


def test_the_same_change_a_day_earlier_does_change_scores(big: Town, learned: Advice) -> None:
    later = replace(
        big.register, since=np.full(len(big.risk), PLANNED - 1), risk=1 - big.register.risk
    )
    again = advise(joined(big.register, later), big.inspections, big.premises, PLANNED)
    assert (again.score != learned.score).mean() > 0.9


def test_every_feature_is_dated_before_the_planning_day(big: Town) -> None:
    seen = features(big.register, big.inspections, big.premises, PLANNED)
    dated = ~np.isnat(seen.newest)
    assert dated.any(axis=0).all() and (seen.newest[dated] < PLANNED).all()


@pytest.mark.parametrize(
    "word", ["lat", "lon", "inspector", "ward", "zip", "township", "office", "district", "point"]
)
def test_neither_places_nor_inspectors_are_features(big: Town, word: str) -> None:
    seen = features(big.register, big.inspections, big.premises, PLANNED)
    told = [
        key.split("_") + topic.en.split() for key, topic in zip(seen.keys, seen.topics, strict=True)
    ]
    assert word not in {part for parts in told for part in parts}
    assert word not in {one.name for one in fields(Register)}


# --- the model


def test_the_order_follows_the_true_risk_although_inspectors_differ(
    big: Town, learned: Advice
) -> None:
    assert learned.model is not None and learned.labels >= ENOUGH
    assert np.corrcoef(learned.score, big.risk)[0, 1] > 0.6
    strictness = np.arange(len(big.risk)) % 6
    assert abs(np.corrcoef(learned.score, strictness)[0, 1]) < 0.12


def test_without_the_inspectors_names_the_strict_ones_premises_seem_worse(big: Town) -> None:
    nameless = replace(big.inspections, inspector=np.full(len(big.inspections), -1))
    misled = advise(big.register, nameless, big.premises, PLANNED)
    assert np.corrcoef(misled.score, np.arange(len(big.risk)) % 6)[0, 1] > 0.25


def test_reasons_add_up_to_the_log_odds(learned: Advice) -> None:
    assert learned.model is not None and learned.chance is not None
    for told, odds in zip(learned.reasons, learned.score, strict=True):
        assert learned.model.base + sum(one.adds for one in told) == pytest.approx(odds)
    assert learned.chance == pytest.approx(1 / (1 + np.exp(-learned.score)))


def test_a_topic_is_told_once_and_the_weightiest_first(learned: Advice) -> None:
    for told in learned.reasons:
        assert len({one.topic for one in told}) == len(told)
        weights = [abs(one.adds) for one in told]
        assert weights == sorted(weights, reverse=True)


def test_chances_come_true(big: Town, learned: Advice) -> None:
    ahead = big.inspections.at(big.inspections.day >= PLANNED)
    assert learned.chance is not None
    chance = learned.chance[ahead.premises]
    assert chance.mean() == pytest.approx(ahead.found.mean(), abs=0.06)
    assert evaluate.brier(chance, ahead.found) < ahead.found.mean() * (1 - ahead.found.mean())


def test_the_same_history_gives_the_same_advice_in_any_order_of_rows(
    big: Town, learned: Advice
) -> None:
    mixed = np.random.default_rng(3).permutation(len(big.register.premises))
    again = advise(big.register.at(mixed), big.inspections, big.premises, PLANNED)
    assert (again.order == learned.order).all() and (again.score == learned.score).all()


def test_features_that_were_not_learned_from_are_refused(big: Town, learned: Advice) -> None:
    assert learned.model is not None
    other = replace(big.register, risks=3)
    seen = features(other, big.inspections, big.premises, PLANNED)
    with pytest.raises(HistoryError, match="learn again"):
        learned.model.chance(seen)


def test_nothing_is_learned_where_all_visits_ended_alike(big: Town) -> None:
    known = examples(big.register, big.inspections, PLANNED)
    assert known is not None
    with pytest.raises(HistoryError, match="nothing to learn"):
        learn(replace(known, found=np.zeros(len(known), dtype=bool)))


# --- the rule, and which of both


def visits(*rows: tuple[int, str, bool]) -> Inspections:
    premises, days, found = zip(*rows, strict=True) if rows else ((), (), ())
    return Inspections(
        np.array(premises, dtype=np.int64),
        np.array(days, dtype="datetime64[D]"),
        np.array(found, dtype=bool),
        np.full(len(rows), -1),
        np.zeros((len(rows), 0)),
        (),
    )


def test_the_rule_asks_for_the_last_finding_then_for_the_days_since(small: Town) -> None:
    table = visits(
        (0, "2025-11-01", False),
        (1, "2025-12-01", True),
        (2, "2025-06-01", True),
        (3, "2025-02-01", True),
        (3, "2025-10-01", False),
        (5, "2026-01-01", True),
    )
    advice = advise(small.register, table, np.arange(6), PLANNED)
    # 2 and 1 were found wanting last; 4 and 5 were never inspected before the planning day
    assert advice.order.tolist() == [2, 1, 4, 5, 3, 0]
    assert advice.model is None and advice.chance is None
    assert [one.topic.en for one in advice.reasons[1]] == [
        "critical findings here before",
        "time since the last inspection",
    ]


def test_a_county_with_few_inspections_gets_the_rule_and_is_told_so(small: Town) -> None:
    advice = advise(small.register, small.inspections, small.premises, PLANNED)
    stands = standing(small.register, small.inspections, small.premises, PLANNED)
    assert (advice.score == score(stands)).all()
    assert advice.model is None and 0 < advice.labels < ENOUGH
    assert str(advice.labels) in advice.why.zh and "2,500" in advice.why.en


def test_a_county_that_hardly_ever_finds_anything_gets_the_rule() -> None:
    calm = town(1_200, 6_000, seed=4, rate=-6.5)
    advice = advise(calm.register, calm.inspections, calm.premises, PLANNED)
    assert 0 < calm.inspections.before(PLANNED).found.sum() < FINDINGS
    assert advice.model is None and advice.labels >= ENOUGH and "too even" in advice.why.en


def test_an_office_without_any_inspection_still_gets_an_order(small: Town) -> None:
    advice = advise(small.register, visits(), np.array([7, 3, 5]), PLANNED)
    assert advice.order.tolist() == [1, 2, 0] and advice.labels == 0


def test_premises_that_nobody_knows_are_named(small: Town) -> None:
    with pytest.raises(HistoryError, match="premises 300 is neither"):
        advise(small.register, small.inspections, np.array([1, 300]), PLANNED)


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(HistoryError, match="column day"):
        replace(visits((0, "2025-01-01", True)), day=np.array([], dtype="datetime64[D]"))
    with pytest.raises(HistoryError, match="no day"):
        replace(visits((0, "2025-01-01", True)), day=np.array(["NaT"], dtype="datetime64[D]"))


# --- the report


def test_a_backtest_says_what_the_order_was_worth(big: Town) -> None:
    spans = [(PLANNED - 120, PLANNED - 60), (PLANNED - 60, PLANNED), (PLANNED, PLANNED + 60)]
    told = report.backtest(big.register, big.inspections, spans)
    assert [one.by_model for one in told] == [True] * 3
    assert np.mean([one.net for one in told]) > 2
    assert np.mean([one.within for one in told if one.within is not None]) > 2
    assert np.mean([one.top for one in told]) > 1.3 * np.mean([one.base for one in told])
    assert sum(one.count for one in report.calibration(told)) == sum(one.count for one in told)


def test_a_plan_of_like_premises_has_not_drifted_and_one_of_a_single_sort_has(big: Town) -> None:
    like = report.drift(big.register, big.inspections, big.premises, PLANNED)
    heavy = np.flatnonzero(big.register.risk == HEAVY)
    other = report.drift(big.register, big.inspections, heavy, PLANNED)
    assert like.score < 0.1 < 0.25 < other.score
    assert abs(other.moved["risk0"]) > 0.8 > 0.3 > abs(like.moved["risk0"])
