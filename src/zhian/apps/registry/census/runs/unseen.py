"""How many no roster has: for the county, its townships and its trades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from zhian.apps.registry.census.kinds import rosters
from zhian.law.words import Words
from zhian.methods import estimates
from zhian.methods.linkage.records import Records

MOST_LISTS = 6
MOST_CROSSED = 4  # of a trade in a township: each list more makes the estimate four times as slow
FEWEST, FEWEST_CROSSED = 60, 150  # of a trade in a township there is a figure only for many
Json = dict[str, Any]


def estimated(
    read: Records,
    rows: int,
    numbers: Sequence[str],
    places: Mapping[str, int],
    trades: Mapping[str, str],
    county: int,
    *,
    counted: Sequence[bool],
) -> list[Json]:
    """One row for each place and trade: figures, or why there are none.

    numbers: the establishment of each row, of which the first `rows` count; places, trades: of each
    establishment; counted: which rows say that the establishment is there.
    """
    lists = _lists(read, rows)
    on = _patterns(read, numbers, lists, counted[:rows])
    groups: dict[tuple[int, str], list[str]] = {}
    for number in on:
        for place in {county, places[number]}:
            for trade in {"", trades[number]}:
                groups.setdefault((place, trade), []).append(number)
    return [
        _one(place, trade, [on[number] for number in members], lists, place == county or not trade)
        for (place, trade), members in sorted(groups.items())
    ]


def _lists(read: Records, rows: int) -> list[str]:
    """The rosters that count, the largest first, six at most."""
    counts = Counter(name for name in read.roster[:rows] if name in _counting())
    return [name for name, _n in sorted(counts.items(), key=lambda row: (-row[1], row[0]))][
        :MOST_LISTS
    ]


def _counting() -> set[str]:
    return {name for name, kind in rosters().items() if kind.counts}


def _patterns(
    read: Records, numbers: Sequence[str], lists: Sequence[str], counted: Sequence[bool]
) -> dict[str, int]:
    """For each establishment that some list has at work the set of those lists, as bits."""
    bit = {name: 1 << n for n, name in enumerate(lists)}
    found: dict[str, int] = {}
    for row, there in enumerate(counted):
        mine = bit.get(read.roster[row], 0)
        if mine and there:
            found[numbers[row]] = found.get(numbers[row], 0) | mine
    return found


def _one(place: int, trade: str, codes: Sequence[int], lists: Sequence[str], plain: bool) -> Json:
    row: Json = {"place": place, "kind": trade, "lists": list(lists), "seen": len(codes)}
    fewest = FEWEST if plain else FEWEST_CROSSED
    if len(codes) < fewest:
        return row | {"why": _too_small(fewest)}
    used = [n for n in range(len(lists)) if any(code >> n & 1 for code in codes)]
    if not plain:
        used = _largest(codes, used)
    try:
        found, known = _estimated(codes, used)
        if known and found.high <= known:
            used = list(range(len(lists)))
            found, known = _estimated(codes, used)
    except estimates.TooFew as why:
        zh, _slash, en = str(why).partition(" / ")
        return row | {"why": {"zh": zh, "en": en or zh}}
    row["lists"] = [lists[n] for n in used]
    return row | _figures(found, known)


def _largest(codes: Sequence[int], used: Sequence[int]) -> list[int]:
    """The lists that have most of these establishments, in their own order."""
    sizes = {n: sum(code >> n & 1 for code in codes) for n in used}
    return sorted(sorted(used, key=lambda n: (-sizes[n], n))[:MOST_CROSSED])


def _estimated(codes: Sequence[int], used: Sequence[int]) -> tuple[estimates.Unseen, int]:
    """How many are on none of the lists used; and how many of those another list has, so that they
    are seen all the same."""
    counts = np.zeros(1 << len(used), dtype=np.int64)
    for code in codes:
        counts[sum((code >> n & 1) << place for place, n in enumerate(used))] += 1
    return estimates.unseen(counts, seed=1), int(counts[0])


def _too_small(fewest: int) -> Json:
    words = Words(
        f"各名册上一共不到 {fewest} 户，太少，无法估计。",
        f"Fewer than {fewest} on all lists together: too few to estimate from.",
    )
    return {"zh": words.zh, "en": words.en}


def _figures(found: estimates.Unseen, known: int) -> Json:
    """What is kept of an estimate; known: those it counts that another list has."""
    unseen, low, high, least = (
        round(max(0.0, value - known), 2)
        for value in (found.unseen, found.low, found.high, found.lower_bound)
    )
    return {
        "unseen": unseen,
        "low": low,
        "high": high,
        "bound": [list(row) for row in found.bound],
        "lower_bound": least,
        "range_only": found.range_only,
        "why": {"zh": found.why_zh, "en": found.why_en} if found.range_only else {},
        "chapman": [round(value, 2) for value in found.chapman] if found.chapman else None,
    }


def figures(rows: Sequence[Json]) -> Iterator[Json]:
    """Those that have a figure."""
    return (row for row in rows if "unseen" in row)
