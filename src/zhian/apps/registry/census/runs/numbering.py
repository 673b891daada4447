"""Which cluster is which establishment: numbers stay from run to run, above all those on which a
legal act rests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from zhian.apps.registry.models import Establishment
from zhian.directory.models import Place
from zhian.methods.linkage import register

WIDTH = 7


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number of each row, and what changed: numbers that went into others, new ones that were
    part of others, all new ones."""

    of_row: Sequence[str]
    redirects: dict[str, str]
    splits: dict[str, str]
    new: Sequence[str]


def fresh(county: Place) -> Iterator[str]:
    """Numbers that no establishment of the county ever had, in order."""
    prefix = f"E{county.prefix}"
    used = Establishment.objects.filter(number__startswith=prefix)
    last = used.order_by("-number").values_list("number", flat=True).first()
    start = int(last.removeprefix(prefix)) if last else 0
    return (f"{prefix}{number:0{WIDTH}d}" for number in count(start + 1))


def number(
    cluster: NDArray[np.int64],
    before: Sequence[str],
    held: frozenset[str],
    real: Sequence[bool],
    numbers: Iterator[str],
) -> Numbered:
    """Give each cluster the number of the establishment that it continues.

    cluster, before: of each row, as `register.assign` takes them. held: numbers on which a legal
    act rests; a cluster with such rows keeps that number, however many rows of others come to it.
    real: rows of rosters; a cluster of the directory's own rows alone gets no number.
    """
    names = cluster.tolist()
    owner = {name: old for name, old in zip(names, before, strict=True) if old in held}
    kept = [
        old if owner.get(name, old) == old else "" for name, old in zip(names, before, strict=True)
    ]
    placeholders = count()
    ids = register.assign(cluster, kept, lambda: f"*{next(placeholders)}")
    found = _with_swallowed(ids, before)
    return _named(found, real, numbers)


def _with_swallowed(ids: register.Ids, before: Sequence[str]) -> register.Ids:
    """Numbers whose rows all went to a held establishment lead there."""
    there, homes = set(ids.of_row), dict[str, Counter[str]]()
    for old, now in zip(before, ids.of_row, strict=True):
        if old and old not in there:
            homes.setdefault(old, Counter())[now] += 1
    redirects = {old: counts.most_common(1)[0][0] for old, counts in homes.items()}
    return replace(ids, redirects={**redirects, **ids.redirects})


def _named(ids: register.Ids, real: Sequence[bool], numbers: Iterator[str]) -> Numbered:
    """Numbers for the new clusters that hold a roster's row, in the order of the rows."""
    used = dict.fromkeys(name for name, mine in zip(ids.of_row, real, strict=True) if mine)
    named = {name: next(numbers) if name.startswith("*") else name for name in used}
    of_row = [named.get(name, "") for name in ids.of_row]
    redirects = {
        old: named[now] for old, now in ids.redirects.items() if now in named and named[now] != old
    }
    splits = {named[new]: old for new, old in ids.splits.items() if new in named}
    return Numbered(of_row, redirects, splits, [named[new] for new in ids.new if new in named])
