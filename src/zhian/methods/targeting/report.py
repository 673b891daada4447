"""What the order was worth, period by period: the page that tells when to stop believing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhian.methods.targeting import evaluate
from zhian.methods.targeting.choose import Advice, advise
from zhian.methods.targeting.evaluate import Bin
from zhian.methods.targeting.features import features
from zhian.methods.targeting.history import Bools, Floats, HistoryError, Inspections, Ints, Register
from zhian.methods.targeting.model import FLAT, HORIZON, examples, learn

TOP = 0.2
YEAR = 365


@dataclass(frozen=True, slots=True)
class Period:
    """One past period, ordered as it would have been on its eve, beside what was found in it.

    `net`: days that critical findings come earlier than in a random order; `within` the same with
    every inspector keeping his days (None where no inspector is known). `base`: share with a
    critical finding; `top`: share among the fifth that is ordered first.
    """

    start: np.datetime64
    count: int
    by_model: bool
    earlier: float
    net: float
    within: float | None
    first_half: float
    base: float
    top: float
    chance: Floats | None
    found: Bools


@dataclass(frozen=True, slots=True)
class Drift:
    """`score`: stability index of the scores (see `evaluate.drift`). `moved`: by feature, how many
    standard deviations the mean went, furthest first."""

    score: float
    moved: dict[str, float]


def backtest(
    register: Register,
    inspections: Inspections,
    periods: Sequence[tuple[np.datetime64, np.datetime64]],
    horizon: int = HORIZON,
) -> tuple[Period, ...]:
    """Every period (first day, day after the last) that has a critical finding, each ordered from
    what was known on its eve."""
    told = []
    for start, end in periods:
        made = inspections.between(start, end)
        if made.found.any():
            advice = advise(register, inspections, made.premises, start, horizon)
            told.append(measure(advice, made, start))
    return tuple(told)


def measure(advice: Advice, made: Inspections, start: np.datetime64) -> Period:
    """Hold advice against what the inspections found, position by position."""
    score, day, found = advice.score, made.day, made.found
    named = bool((found & (made.inspector >= 0)).any())
    return Period(
        start,
        len(made),
        advice.model is not None,
        evaluate.days_earlier(score, day, found),
        evaluate.net(score, day, found),
        evaluate.within(evaluate.net, score, day, found, made.inspector) if named else None,
        evaluate.first_half(score, found),
        float(found.mean()),
        evaluate.yielded(score, found, TOP),
        advice.chance,
        found,
    )


def calibration(periods: Sequence[Period], bins: int = 10) -> tuple[Bin, ...]:
    """What was said and what came, over all periods that a model ordered; empty where none was."""
    pairs = [(one.chance, one.found) for one in periods if one.chance is not None]
    if not pairs:
        return ()
    chance = np.concatenate([one for one, _found in pairs])
    return evaluate.calibration(chance, np.concatenate([found for _one, found in pairs]), bins)


def drift(
    register: Register,
    inspections: Inspections,
    premises: Ints,
    planned: np.datetime64,
    horizon: int = HORIZON,
) -> Drift:
    """How far the premises of a plan (codes) are from those of the year before it. Raises
    HistoryError where nothing could be learned from or nothing is planned."""
    known = examples(register, inspections, planned, horizon)
    if known is None or not len(premises):
        raise HistoryError("没有可比较的数据", "there is nothing to compare")
    model, now = learn(known), features(register, inspections, premises, planned)
    late = known.day >= planned - np.timedelta64(YEAR, "D")
    before = known.values[late]
    score = evaluate.drift((before - model.mean) @ model.weights, model.log_odds(now) - model.base)
    spread = np.maximum(before.std(axis=0), FLAT)
    moved = np.where(
        before.std(axis=0) > FLAT, (now.values.mean(axis=0) - before.mean(axis=0)) / spread, 0.0
    )
    order = np.argsort(-np.abs(moved), kind="stable")
    return Drift(score, {known.keys[n]: float(moved[n]) for n in order})
