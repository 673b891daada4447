"""What the order was worth, period by period: the page that tells when to stop believing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhian.methods.targeting import evaluate
from zhian.methods.targeting.choose import Advice, advise
from zhian.methods.targeting.evaluate import Bin
from zhian.methods.targeting.features import features
from zhian.methods.targeting.history import Bools, Floats, Inspections, Register
from zhian.methods.targeting.model import HORIZON, examples

TOP = 0.2


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
        evaluate.first_half(score, day, found),
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


def drifts(
    register: Register, inspections: Inspections, made: Inspections, planned: np.datetime64
) -> dict[str, float]:
    """For each feature how far the premises of a plan are from those learned from (see
    `evaluate.drift`), largest first; empty where nothing could be learned from."""
    known = examples(register, inspections, planned)
    if known is None or not len(made):
        return {}
    now = features(register, inspections, made.premises, planned)
    moved = {
        key: evaluate.drift(known.values[:, n], now.values[:, n])
        for n, key in enumerate(known.keys)
    }
    return dict(sorted(moved.items(), key=lambda one: -one[1]))
