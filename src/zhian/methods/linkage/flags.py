"""Blind spots: what some roster has seen and the roster that should know it has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhian.methods.linkage.records import Records

UNREGISTERED = "unregistered_operating"
CANCELLED = "cancelled_operating"
UNLICENSED = "food_unlicensed_operating"
UNINSPECTED = "active_uninspected"
WORDS = {
    UNREGISTERED: ("在经营而无登记", "operates without a market registration"),
    CANCELLED: ("已注销吊销仍在经营", "operates after its registration ended"),
    UNLICENSED: ("经营食品而无有效许可", "sells food without a valid licence"),
    UNINSPECTED: ("登记在册而无人见过", "registered, and seen by nobody"),
}
FOOD = frozenset({"grocery", "catering", "vegmeat", "workshop", "mill", "inst"})
ENDED = frozenset({"注销", "吊销", "撤销", "cancelled", "revoked", "deregistered", "expired"})
SEEN_BY = frozenset({"sweep", "health", "agri"})


@dataclass(frozen=True, slots=True)
class Flag:
    """A row and what is wrong with its establishment."""

    row: int
    flag: str


def flags(records: Records, cluster: NDArray[np.int64]) -> list[Flag]:
    """The blind spots of linked rosters, by row.

    cluster: the establishment of each row, as `clustering.cluster` gives it. Rosters are known by
    their names: market (registrations), foodlic (food licences), sweep (what was found on the
    ground), health, agri.
    """
    held = _held(records, cluster)
    found: list[Flag] = []
    for row, roster in enumerate(records.roster):
        mine = held[int(cluster[row])]
        if roster == "sweep":
            found += _of_sweep(row, records, mine)
        elif roster == "market" and records.status[row] not in ENDED and not mine.rosters & SEEN_BY:
            found.append(Flag(row, UNINSPECTED))
    return found


@dataclass(slots=True)
class _Establishment:
    rosters: set[str]
    registered: bool = False
    alive: bool = False
    licensed: bool = False


def _held(records: Records, cluster: NDArray[np.int64]) -> dict[int, _Establishment]:
    held: dict[int, _Establishment] = {}
    for row, name in enumerate(cluster.tolist()):
        mine = held.setdefault(name, _Establishment(set()))
        roster, ended = records.roster[row], records.status[row] in ENDED
        mine.rosters.add(roster)
        if roster == "market":
            mine.registered = True
            mine.alive |= not ended
        elif roster == "foodlic":
            mine.licensed |= not ended
    return held


def _of_sweep(row: int, records: Records, mine: _Establishment) -> list[Flag]:
    found = []
    if not mine.registered:
        found.append(Flag(row, UNREGISTERED))
    elif not mine.alive:
        found.append(Flag(row, CANCELLED))
    if records.kind[row] in FOOD and not mine.licensed:
        found.append(Flag(row, UNLICENSED))
    return found


def rows_with(found: Sequence[Flag], flag: str) -> list[int]:
    """The rows that carry a flag."""
    return [row.row for row in found if row.flag == flag]
