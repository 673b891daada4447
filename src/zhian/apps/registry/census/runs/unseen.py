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
    counts = np.zeros(1 << len(used), dtype=np.int64)
    for code in codes:
        counts[sum((code >> n & 1) << place for place, n in enumerate(used))] += 1
    row["lists"] = [lists[n] for n in used]
    try:
        found = estimates.unseen(counts, seed=1)
    except estimates.TooFew as why:
        zh, _slash, en = str(why).partition(" / ")
        return row | {"why": {"zh": zh, "en": en or zh}}
    return row | _figures(found)


def _too_small(fewest: int) -> Json:
    words = Words(
        f"各名册上一共不到 {fewest} 户，太少，无法估计。",
        f"Fewer than {fewest} on all lists together: too few to estimate from.",
    )
    return {"zh": words.zh, "en": words.en}


def _figures(found: estimates.Unseen) -> Json:
    return {
        "unseen": round(found.unseen, 2),
        "low": round(found.low, 2),
        "high": round(found.high, 2),
        "bound": [list(row) for row in found.bound],
        "lower_bound": round(found.lower_bound, 2),
        "range_only": found.range_only,
        "why": {"zh": found.why_zh, "en": found.why_en} if found.range_only else {},
        "chapman": [round(value, 2) for value in found.chapman] if found.chapman else None,
    }


def figures(rows: Sequence[Json]) -> Iterator[Json]:
    """Those that have a figure."""
    return (row for row in rows if "unseen" in row)
