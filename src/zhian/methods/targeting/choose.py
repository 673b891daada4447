"""The rule or the model: which one orders the plan, and why, said so that it can be printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhian.methods.targeting import reasons, rule
from zhian.methods.targeting.features import features
from zhian.methods.targeting.history import Floats, HistoryError, Inspections, Ints, Register, Words
from zhian.methods.targeting.model import HORIZON, Examples, Model, examples, learn
from zhian.methods.targeting.reasons import Reason

ENOUGH = 2_500  # labelled inspections; with half as many a model is no better than the rule
FINDINGS = 100  # critical findings among them; three for each thing that is learned


@dataclass(frozen=True, slots=True)
class Advice:
    """Premises in the order of `order` (positions among those asked for, first to go to first).

    By position: `score` (higher first), `chance` of a critical finding (None under the rule, which
    knows none), `reasons`. `model` is None under the rule; `why` says which one and for what
    reason; `labels` how many inspections could be learned from.
    """

    order: Ints
    score: Floats
    chance: Floats | None
    reasons: tuple[tuple[Reason, ...], ...]
    model: Model | None
    why: Words
    labels: int


def advise(
    register: Register,
    inspections: Inspections,
    premises: Ints,
    planned: np.datetime64,
    horizon: int = HORIZON,
) -> Advice:
    """Whom to inspect first among some premises (codes), planned on a day for `horizon` days.

    Only rows dated before that day are read. Ties go to the lower premises code. Raises
    HistoryError where a premises is in neither table.
    """
    _listed(register, inspections, premises)
    known = examples(register, inspections, planned, horizon)
    labels = 0 if known is None else len(known)
    short = shortage(known)
    if known is None or short:
        return _by_rule(register, inspections, premises, planned, short, labels)
    model = learn(known)
    seen = features(register, inspections, premises, planned)
    odds = model.log_odds(seen)
    why = Words(
        f"按模型排序：有 {labels:,} 次检查可供学习，其中 {int(known.found.sum()):,} 次有严重问题",
        f"ordered by the model: it learned from {labels:,} inspections,"
        f" {int(known.found.sum()):,} with a critical finding",
    )
    told = reasons.of_model(model, seen)
    return Advice(_order(odds, premises), odds, model.chance(seen), told, model, why, labels)


def shortage(known: Examples | None) -> Words | None:
    """What is missing for a model to be worth more than the rule; None where nothing is."""
    labels = 0 if known is None else len(known)
    if known is None or labels < ENOUGH:
        return Words(
            f"只有 {labels:,} 次检查可供学习，不足 {ENOUGH:,} 次",
            f"only {labels:,} inspections can be learned from, fewer than {ENOUGH:,}",
        )
    hits = int(known.found.sum())
    if min(hits, labels - hits) < FINDINGS:
        return Words(
            f"{labels:,} 次检查中只有 {hits:,} 次有严重问题，学不出差别",
            f"{hits:,} of {labels:,} inspections had a critical finding: too even to learn from",
        )
    return None


def _by_rule(
    register: Register,
    inspections: Inspections,
    premises: Ints,
    planned: np.datetime64,
    short: Words | None,
    labels: int,
) -> Advice:
    short = short or Words("没有检查", "there are no inspections")
    why = Words(
        f"按规则排序（先看上次是否有严重问题，再看多久未查）：{short.zh}",
        f"ordered by the rule (last critical finding, then days since): {short.en}",
    )
    stands = rule.standing(register, inspections, premises, planned)
    score = rule.score(stands)
    told = reasons.of_rule(stands)
    return Advice(_order(score, premises), score, None, told, None, why, labels)


def _order(score: Floats, premises: Ints) -> Ints:
    return np.lexsort((premises, -score)).astype(np.int64)


def _listed(register: Register, inspections: Inspections, premises: Ints) -> None:
    there = np.union1d(register.premises, inspections.premises)
    strange = premises[~np.isin(premises, there)]
    if len(strange):
        raise HistoryError(
            f"场所 {strange[0]} 不在登记和检查记录中",
            f"premises {strange[0]} is neither on the register nor among the inspections",
        )
