"""What to ask a person first: the answers that would make a blind spot appear or vanish.

A question is one record against the establishment it stands in and its best neighbours. Its worth
is how likely the answer changes a flag, times how grave that flag is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhian.methods.linkage import flags as blind
from zhian.methods.linkage.flags import Seen
from zhian.methods.linkage.records import Records

SEVERITY = {blind.UNREGISTERED: 3.0, blind.CANCELLED: 3.0, blind.UNLICENSED: 2.0,
            blind.UNINSPECTED: 1.0}  # fmt: skip
FAINT = -5.0  # below this the two are hardly ever one
FIRM = 5.0  # above this a link is not asked about
CHOICES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """An establishment (by its smallest row) the record may belong to, and the best evidence."""

    cluster: int
    by_row: int
    log_odds: float


@dataclass(frozen=True, slots=True)
class Question:
    """Is `row` one of these establishments, or a new one? `changes`: the flags at stake."""

    row: int
    choices: tuple[Choice, ...]
    worth: float
    changes: tuple[str, ...]


def questions(
    records: Records,
    pairs: NDArray[np.int64],
    log_odds: NDArray[np.float64],
    cluster: NDArray[np.int64],
    codes: list[str],
    *,
    answered: frozenset[int] = frozenset(),
    most: int = 1000,
) -> list[Question]:
    """The questions worth asking, the most worth first.

    pairs, log_odds, cluster: as `linker.link` found them; codes: those that count. answered: rows
    that a person has decided upon already.
    """
    held = blind.together(records, cluster)
    near, links = _edges(pairs, log_odds, cluster)
    coded = _coded(cluster, codes)
    best: dict[int, Question] = {}
    for row, choices in near.items():
        mine = int(cluster[row])
        fitting = [c for c in choices if _fit(coded, mine, c.cluster)][:CHOICES]
        if fitting and row not in answered:
            _put(best, _merging(row, fitting, held, mine))
    for row, link in links.items():
        if row not in answered:
            around = [c for c in near.get(row, []) if _fit(coded, link.cluster, c.cluster)]
            _put(best, _parting(row, [link, *around][:CHOICES], held, records, cluster))
    return sorted(best.values(), key=lambda q: (-q.worth, q.row))[:most]


def _put(best: dict[int, Question], question: Question) -> None:
    known = best.get(question.row)
    if question.worth > 0 and (known is None or known.worth < question.worth):
        best[question.row] = question


def _edges(
    pairs: NDArray[np.int64], log_odds: NDArray[np.float64], cluster: NDArray[np.int64]
) -> tuple[dict[int, list[Choice]], dict[int, Choice]]:
    """For each row its neighbouring establishments, best first; and its firmest link at home, where
    that is not firm enough to be left alone."""
    near: dict[int, dict[int, Choice]] = {}
    links: dict[int, Choice] = {}
    homes = cluster[pairs]
    inside = homes[:, 0] == homes[:, 1]
    firm = _firm(pairs[inside], log_odds[inside], len(cluster))
    heard = (log_odds > FAINT) & ~(inside & firm[pairs].all(axis=1))
    for (a, b), (home_a, home_b), odds in zip(
        pairs[heard].tolist(), homes[heard].tolist(), log_odds[heard].tolist(), strict=True
    ):
        for row, other, home in ((a, b, home_b), (b, a, home_a)):
            if home_a == home_b:
                if not firm[row] and (row not in links or links[row].log_odds < odds):
                    links[row] = Choice(home, other, odds)
            else:
                mine = near.setdefault(row, {})
                if home not in mine or mine[home].log_odds < odds:
                    mine[home] = Choice(home, other, odds)
    ordered = {r: sorted(c.values(), key=lambda c: -c.log_odds) for r, c in near.items()}
    return ordered, links


def _firm(inside: NDArray[np.int64], log_odds: NDArray[np.float64], size: int) -> NDArray[np.bool_]:
    """The rows whose best link at home is not asked about."""
    best = np.full(size, -np.inf)
    np.maximum.at(best, inside[:, 0], log_odds)
    np.maximum.at(best, inside[:, 1], log_odds)
    found: NDArray[np.bool_] = best >= FIRM
    return found


def _coded(cluster: NDArray[np.int64], codes: Iterable[str]) -> dict[int, str]:
    return {name: code for name, code in zip(cluster.tolist(), codes, strict=True) if code}


def _fit(coded: dict[int, str], one: int, two: int) -> bool:
    return not (one in coded and two in coded and coded[one] != coded[two])


def chance(log_odds: float) -> float:
    """A probability from its log-odds."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, log_odds))))


def _merging(row: int, choices: list[Choice], held: dict[int, Seen], mine: int) -> Question:
    """Worth of asking whether the record's establishment is one with a neighbour."""
    worth, changes = 0.0, set[str]()
    for choice in choices:
        apart = held[mine].flags | held[choice.cluster].flags
        gone = apart ^ (held[mine] | held[choice.cluster]).flags
        worth += chance(choice.log_odds) * sum(SEVERITY[flag] for flag in gone)
        changes |= gone
    return Question(row, tuple(choices), worth, tuple(sorted(changes)))


def _parting(
    row: int,
    choices: list[Choice],
    held: dict[int, Seen],
    records: Records,
    cluster: NDArray[np.int64],
) -> Question:
    """Worth of asking whether the record stands where it belongs."""
    home = choices[0].cluster
    alone = blind.seen(records, row)
    changed = alone.flags - held[home].flags
    doubt = 1 - chance(choices[0].log_odds)
    worth = doubt * sum(SEVERITY[flag] for flag in changed)
    return Question(row, tuple(choices), worth, tuple(sorted(changed)))
