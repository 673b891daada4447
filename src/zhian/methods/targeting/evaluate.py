"""How good an order is, on inspections whose outcome is known.

The simulation keeps the days on which visits were made and hands them out in the order of the
scores: what is found early then is what the order would have found early. An order gains nothing by
knowing who goes in `within`, where every inspector keeps his own days.
Source of the simulation: City of Chicago, food-inspections-evaluation (2015).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zhian.methods.targeting.history import Bools, Days, Floats, HistoryError, Ints

FEW = 1e-4  # share that an empty bin counts for in `drift`

Measure = Callable[[Floats, Days, Bools], float]


@dataclass(frozen=True, slots=True)
class Bin:
    """Premises of like chance: how many, the mean `chance`, and the share `found`."""

    count: int
    chance: float
    found: float


def simulated(score: Floats, day: Days) -> Days:
    """On which day each inspection would have been made, highest score first: (inspections,)."""
    new = np.empty_like(day)
    new[np.argsort(-score, kind="stable")] = np.sort(day)
    return new


def days_earlier(score: Floats, day: Days, found: Bools) -> float:
    """By how many days critical findings come earlier than they did, on the average."""
    _some(found)
    moved = (day[found] - simulated(score, day)[found]).astype(np.float64)
    return float(moved.mean())


def by_chance(day: Days, found: Bools) -> float:
    """What `days_earlier` gives for a random order, on the average: exact, not drawn."""
    _some(found)
    when = day.astype(np.int64)
    return float(when[found].mean() - when.mean())


def net(score: Floats, day: Days, found: Bools) -> float:
    """Days earlier than a random order."""
    return days_earlier(score, day, found) - by_chance(day, found)


def within(measure: Measure, score: Floats, day: Days, found: Bools, who: Ints) -> float:
    """A measure in days where every inspector keeps his own days and only the order inside
    changes; the mean over findings. Who is unknown (-1) is left out."""
    _some(found & (who >= 0))
    summed, many = 0.0, 0
    for one in np.unique(who[found & (who >= 0)]):
        at = who == one
        here = int(found[at].sum())
        summed += here * measure(score[at], day[at], found[at])
        many += here
    return summed / many


def first_half(score: Floats, found: Bools) -> float:
    """Which share of the critical findings falls into the first half of the visits."""
    return capture(score, found, 0.5)


def capture(score: Floats, found: Bools, share: float) -> float:
    """Which share of the critical findings lies among the highest scores, `share` of all."""
    _some(found)
    return float(found[_top(score, share)].sum() / found.sum())


def yielded(score: Floats, found: Bools, share: float) -> float:
    """How many of the highest scores, `share` of all, had a critical finding."""
    return float(found[_top(score, share)].mean())


def auc(score: Floats, found: Bools) -> float:
    """The chance that a premises with a finding is scored above one without; ties count half."""
    _some(found)
    _some(~found)
    values, at = np.unique(score, return_inverse=True)
    count = np.bincount(at, minlength=len(values))
    rank = (np.cumsum(count) - (count - 1) / 2)[at]
    good = int(found.sum())
    return float((rank[found].sum() - good * (good + 1) / 2) / (good * (len(found) - good)))


def calibration(chance: Floats, found: Bools, bins: int = 10) -> tuple[Bin, ...]:
    """Groups of equal size from the lowest chance up: what was said and what came."""
    parts = np.array_split(np.argsort(chance, kind="stable"), bins)
    return tuple(
        Bin(len(at), float(chance[at].mean()), float(found[at].mean())) for at in parts if len(at)
    )


def brier(chance: Floats, found: Bools) -> float:
    """The mean squared error of the chances; that of the mean alone is the base to beat."""
    return float(((chance - found) ** 2).mean())


def drift(before: Floats, now: Floats, bins: int = 10) -> float:
    """How far values moved away (population stability index): under 0.1 hardly, above 0.25 so far
    that the model should not be trusted before it has learned again."""
    if not len(before) or not len(now):
        raise HistoryError("没有可比较的数据", "there is nothing to compare")
    edges = np.unique(np.quantile(before, np.linspace(0, 1, bins + 1)[1:-1]))
    old, new = (
        np.maximum(
            np.bincount(np.searchsorted(edges, one), minlength=len(edges) + 1) / len(one), FEW
        )
        for one in (before, now)
    )
    return float(((new - old) * np.log(new / old)).sum())


def _top(score: Floats, share: float) -> Ints:
    return np.argsort(-score, kind="stable")[: max(1, round(share * len(score)))]


def _some(found: Bools) -> None:
    if not found.any():
        raise HistoryError(
            "这段时间没有可用来衡量的检查", "no inspection of this span can be measured by"
        )
