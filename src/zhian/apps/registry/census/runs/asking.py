"""The questions of a run for people: what may flip a blind spot, and links drawn for an audit;
each answer with the evidence that sums to its score."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhian.methods.linkage import explain, linker, review
from zhian.methods.linkage.explain import Evidence
from zhian.methods.linkage.records import Records

MOST = 1_000
AUDITED = 200
Json = dict[str, Any]


@cache
def english() -> Mapping[str, str]:
    """What each piece of evidence is called in English."""
    folder = files("zhian.apps.registry.census.runs")
    return tomllib.loads(folder.joinpath("evidence.toml").read_text(encoding="utf-8"))


def asked(
    read: Records,
    found: linker.Linked,
    codes: list[str],
    numbers: Sequence[str],
    speakers: Mapping[str, int],
    pks: Sequence[int],
    *,
    rows: int,
    answered: frozenset[int],
    seed: int,
) -> tuple[list[Json], list[Json]]:
    """Questions to review, the most worth first, and links to audit; as they are stored.

    numbers: the establishment of each row; speakers: for each of them the row that speaks for it.
    rows: how many rows, from the first, come from rosters; the others are the directory's.
    """
    asked_for = review.questions(
        read, found.pairs, found.log_odds, found.cluster, codes, answered=answered, most=MOST
    )
    questions = [
        question
        for question in (_fitting(one, rows, numbers) for one in asked_for)
        if question is not None
    ]
    drawn = audit(found, rows, seed)
    pairs = [(q.row, choice.by_row) for q in questions for choice in q.choices]
    evidence = iter(explain.waterfall(found.judge, read, [*pairs, *((a, b) for a, b, _ in drawn)]))
    stored = [
        {
            "record": pks[question.row],
            "choices": [
                _choice(numbers[c.by_row], _record(c.by_row, rows, pks, speakers, numbers),
                        c.log_odds, next(evidence))
                for c in question.choices
            ],
            "changes": list(question.changes),
            "worth": round(question.worth, 6),
        }
        for question in questions
    ]  # fmt: skip
    audited = [
        {
            "record": pks[a],
            "choices": [_choice(numbers[b], pks[b], odds, next(evidence))],
            "changes": [],
            "worth": 0.0,
        }
        for a, b, odds in drawn
    ]
    return stored, audited


def _fitting(one: review.Question, rows: int, numbers: Sequence[str]) -> review.Question | None:
    """A question about a roster's row, its choices those that are establishments."""
    choices = tuple(choice for choice in one.choices if numbers[choice.by_row])
    if one.row >= rows or not choices:
        return None
    return review.Question(one.row, choices, one.worth, one.changes)


def _record(
    row: int,
    rows: int,
    pks: Sequence[int],
    speakers: Mapping[str, int],
    numbers: Sequence[str],
) -> int:
    """The roster's row that is shown for a choice: its own, or the one that speaks for it."""
    return pks[row] if row < rows else pks[speakers[numbers[row]]]


def _choice(number: str, record: int, odds: float, evidence: Sequence[Evidence]) -> Json:
    return {
        "establishment": number,
        "record": record,
        "log_odds": odds,
        "chance": review.chance(odds),
        "evidence": [
            {
                "name": one.name,
                "zh": one.words,
                "en": english().get(one.name, one.name.replace("_", " ")),
                "value": one.value,
                "adds": one.adds,
            }
            for one in evidence
        ],
    }


def audit(found: linker.Linked, rows: int, seed: int) -> list[tuple[int, int, float]]:
    """Links of the run drawn at random: each row with its best link at home, one in a draw."""
    pairs, odds = _inside(found, rows)
    if not len(pairs):
        return []
    order = np.argsort(-odds, kind="stable")
    best: dict[int, tuple[int, float]] = {}
    for a, b, weight in zip(*pairs[order].T.tolist(), odds[order].tolist(), strict=True):
        best.setdefault(a, (b, weight))
        best.setdefault(b, (a, weight))
    linked = np.array(sorted(best))
    drawn = np.random.default_rng(seed).permutation(linked)[:AUDITED].tolist()
    return [(row, *best[row]) for row in sorted(drawn)]


def _inside(found: linker.Linked, rows: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    home = found.cluster[found.pairs]
    mine = (home[:, 0] == home[:, 1]) & (found.pairs < rows).all(axis=1)
    return found.pairs[mine], found.log_odds[mine]
