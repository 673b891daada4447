"""Why a premises stands where it stands, in words for the inspector and for the shop owner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhian.methods.targeting.features import RECORD, SINCE, Features
from zhian.methods.targeting.history import Days, Words
from zhian.methods.targeting.model import Model
from zhian.methods.targeting.rule import Standing


@dataclass(frozen=True, slots=True)
class Reason:
    """One topic: what it adds to the log-odds against the average premises (above 0: inspect
    earlier), and the day of the newest record behind it (NaT where there is none)."""

    topic: Words
    adds: float
    newest: np.datetime64


def of_model(model: Model, known: Features) -> tuple[tuple[Reason, ...], ...]:
    """For each premises all topics, weightiest first; with `model.base` they add up to its
    log-odds."""
    parts = model.parts(known)
    topics = tuple(dict.fromkeys(known.topics))
    at = [np.flatnonzero([one == topic for one in known.topics]) for topic in topics]
    adds = np.column_stack([parts[:, columns].sum(axis=1) for columns in at])
    newest = np.column_stack([_newest(known.newest[:, columns]) for columns in at])
    order = np.argsort(-np.abs(adds), axis=1, kind="stable")
    return tuple(
        tuple(Reason(topics[n], float(adds[row, n]), newest[row, n]) for n in order[row])
        for row in range(len(adds))
    )


def of_rule(stands: Standing) -> tuple[tuple[Reason, ...], ...]:
    """For each premises what the rule looked at: the finding (1) before the days."""
    return tuple(
        (*((Reason(RECORD, 1.0, day),) if found else ()), Reason(SINCE, float(days), day))
        for day, found, days in zip(stands.last, stands.found, stands.days, strict=True)
    )


def _newest(days: Days) -> Days:
    return np.asarray(np.fmax.reduce(days, axis=1))
