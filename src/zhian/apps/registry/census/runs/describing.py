"""What an establishment is called, where it is and what it does, from its rows taken together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from zhian.apps.registry.census.kinds import rosters
from zhian.apps.registry.census.runs.inputs import Inputs
from zhian.directory.models import Place
from zhian.methods.linkage import flags, normalise, places
from zhian.methods.linkage.records import Records

Json = dict[str, Any]


def members(numbers: Sequence[str], rows: int) -> dict[str, list[int]]:
    """The rosters' rows of each establishment."""
    found: dict[str, list[int]] = {}
    for row in range(rows):
        found.setdefault(numbers[row], []).append(row)
    return found


def speaking(read: Records, rows: Sequence[int]) -> list[int]:
    """The rows in the order in which they are believed: a registration in force before one that
    has ended, the market's roster before others."""
    rank = {name: n for n, name in enumerate(rosters())}

    def order(row: int) -> tuple[bool, int, int]:
        ended = read.status[row] in flags.ENDED
        return ended, rank.get(read.roster[row], len(rank)), row

    return sorted(rows, key=order)


def described(
    inputs: Inputs,
    read: Records,
    codes: Sequence[str],
    homes: Mapping[str, Sequence[int]],
    premises: Mapping[str, int],
    towns: Mapping[str, int],
) -> list[Json]:
    """Each establishment as it is stored; premises: those that the directory has of it."""
    return [
        _one(inputs, read, codes, number, speaking(read, rows), premises, towns)
        for number, rows in homes.items()
    ]


def _one(
    inputs: Inputs,
    read: Records,
    codes: Sequence[str],
    number: str,
    rows: Sequence[int],
    premises: Mapping[str, int],
    towns: Mapping[str, int],
) -> Json:
    texts = inputs.columns
    there = {texts["roster"][row] for row in rows}
    return {
        "number": number,
        "name": texts["name"][rows[0]][:200],
        "address": _first(texts["addr"], rows)[:300],
        "kind": _most([texts["kind"][row] for row in rows]),
        "uscc": _first(codes, rows)[:18],
        "rosters": f" {' '.join(name for name in rosters() if name in there)} ",
        "place": towns.get(_most([read.town[row] for row in rows]), inputs.place.pk),
        "premises": premises.get(number),
        "speaks": inputs.pks[rows[0]],
    }


def _first(column: Sequence[str], rows: Sequence[int]) -> str:
    return next((column[row] for row in rows if column[row]), "")


def _most(values: Sequence[str]) -> str:
    """What most rows say; the first of those that are said equally often."""
    counts = Counter(filter(None, values))
    return counts.most_common(1)[0][0] if counts else ""


def townships(county: Place) -> dict[str, int]:
    """The county's townships by the names under which addresses know them."""
    found: dict[str, int] = {}
    rows = Place.objects.within(county).filter(level="township", valid_to__isnull=True)
    for pk, name in rows.values_list("pk", "name"):
        for text in (normalise.plain(name), places.short_of(normalise.plain(name), "town")):
            found.setdefault(text, pk)
    return found


def premises_of(
    inputs: Inputs, numbers: Sequence[str], linked: Mapping[int, str]
) -> tuple[dict[str, int], int]:
    """The directory's premises of each establishment, and how many more of them look like one that
    an establishment has already. linked: premises → number, as it stood before the run."""
    found: dict[str, int] = {}
    double = 0
    rows = [row for row in range(len(inputs)) if not inputs.real[row] and numbers[row]]
    for row in sorted(rows, key=lambda n: linked.get(inputs.pks[n], "") != numbers[n]):
        if numbers[row] in found:
            double += 1
        else:
            found[numbers[row]] = inputs.pks[row]
    return found, double
