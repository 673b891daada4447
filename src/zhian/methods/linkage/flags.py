"""Blind spots: what some roster has seen and the roster that should know it has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

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
DORMANT = "停业"  # registered, and by its own word not at work: 歇业, 停业, 迁出
SEEN_BY = frozenset({"sweep", "health", "agri"})


@dataclass(frozen=True, slots=True)
class Flag:
    """A row and what is wrong with its establishment."""

    row: int
    flag: str


@dataclass(slots=True)
class Seen:
    """What the rosters say of one establishment, taken together."""

    rosters: frozenset[str] = frozenset()
    registered: bool = False
    alive: bool = False
    active: bool = False
    licensed: bool = False
    food: bool = False

    def __or__(self, other: Seen) -> Seen:
        return Seen(
            self.rosters | other.rosters,
            self.registered or other.registered,
            self.alive or other.alive,
            self.active or other.active,
            self.licensed or other.licensed,
            self.food or other.food,
        )

    @property
    def gone(self) -> bool:
        """All its registrations ended, and nobody who goes there saw it since."""
        return self.registered and not self.alive and not self.rosters & SEEN_BY

    @property
    def flags(self) -> frozenset[str]:
        """The flags of the establishment, whichever of its rows carry them."""
        found = set()
        if "sweep" in self.rosters and not self.registered:
            found.add(UNREGISTERED)
        if "sweep" in self.rosters and self.registered and not self.alive:
            found.add(CANCELLED)
        if "sweep" in self.rosters and self.food and not self.licensed:
            found.add(UNLICENSED)
        if self.active and not self.rosters & SEEN_BY:
            found.add(UNINSPECTED)
        return frozenset(found)


def seen(records: Records, row: int) -> Seen:
    """What one row says by itself."""
    roster, alive = records.roster[row], records.status[row] not in ENDED
    return Seen(
        frozenset({roster}),
        roster == "market",
        roster == "market" and alive,
        _active(records, row),
        roster == "foodlic" and alive,
        roster == "sweep" and records.kind[row] in FOOD,
    )


def together(records: Records, cluster: NDArray[np.int64]) -> dict[int, Seen]:
    """What the rosters say of each establishment."""
    said: dict[tuple[str, str, str], int] = {}
    masks: dict[int, int] = {}
    rows = zip(records.roster, records.status, records.kind, strict=True)
    kinds: list[Seen] = []
    for row, (words, name) in enumerate(zip(rows, cluster.tolist(), strict=True)):
        if words not in said:
            said[words] = len(kinds)
            kinds.append(seen(records, row))
        masks[name] = masks.get(name, 0) | 1 << said[words]
    known = {mask: _all(kinds, mask) for mask in set(masks.values())}
    return {name: known[mask] for name, mask in masks.items()}


def _all(kinds: Sequence[Seen], mask: int) -> Seen:
    """What several sorts of rows say together: bit n of the mask stands for the n-th sort."""
    return reduce(or_, (kind for n, kind in enumerate(kinds) if mask >> n & 1))


def flags(records: Records, cluster: NDArray[np.int64]) -> list[Flag]:
    """The blind spots of linked rosters, by row.

    cluster: the establishment of each row, as `clustering.cluster` gives it. Rosters are known by
    their names: market (registrations), foodlic (food licences), sweep (what was found on the
    ground), health, agri.
    """
    held = together(records, cluster)
    known = {id(mine): mine.flags for mine in held.values()}
    told = {name: known[id(mine)] for name, mine in held.items()}
    found: list[Flag] = []
    for row, name in enumerate(cluster.tolist()):
        if told[name]:
            found += (Flag(row, flag) for flag in WORDS if _carries(records, row, flag, told[name]))
    return found


def counted(records: Records, cluster: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The rows by which an establishment counts as there, for estimating how many are on no list:
    what ended does not count, nor an old row of tax or electricity of one that is gone. (rows,)"""
    gone = {name for name, mine in together(records, cluster).items() if mine.gone}
    ended = np.array([status in ENDED for status in records.status], dtype=bool)
    left = np.array([name in gone for name in cluster.tolist()], dtype=bool)
    counts: NDArray[np.bool_] = ~ended & ~left
    return counts


def _active(records: Records, row: int) -> bool:
    """A registration that has neither ended nor rests."""
    state = records.status[row]
    return records.roster[row] == "market" and state not in ENDED and state != DORMANT


def _carries(records: Records, row: int, flag: str, held: frozenset[str]) -> bool:
    if flag not in held:
        return False
    if flag == UNINSPECTED:
        return _active(records, row)
    on_ground = records.roster[row] == "sweep"
    return on_ground and (flag != UNLICENSED or records.kind[row] in FOOD)


def rows_with(found: Sequence[Flag], flag: str) -> list[int]:
    """The rows that carry a flag."""
    return [row.row for row in found if row.flag == flag]
