"""Pairs become establishments: greedy contraction under what may never be together.

Clusters are merged in the order of the evidence between them (the sum of the log-odds of all their
pairs), the strongest first, until none is left that speaks for merging. Two different valid codes
never come into one cluster, nor what a reviewer has called different; what he called the same
stands together from the start.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

Pair = tuple[int, int]


@dataclass(slots=True)
class _Graph:
    """Clusters by their representative row."""

    weights: dict[int, dict[int, float]]
    labels: list[list[str]]
    barred: dict[int, set[int]] = field(default_factory=dict)

    def may_merge(self, a: int, b: int) -> bool:
        for label in self.labels:
            if label[a] and label[b] and label[a] != label[b]:
                return False
        return b not in self.barred.get(a, ())

    def merge(self, keep: int, gone: int) -> list[tuple[int, float]]:
        """Join two clusters; the neighbours whose evidence changed, with what it is now."""
        mine, theirs = self.weights[keep], self.weights.pop(gone)
        mine.pop(gone, None)
        theirs.pop(keep, None)
        changed = []
        for other, weight in theirs.items():
            total = mine.get(other, 0.0) + weight
            mine[other] = total
            around = self.weights[other]
            around.pop(gone, None)
            around[keep] = total
            changed.append((other, total))
        for label in self.labels:
            label[keep] = label[keep] or label[gone]
        for other in self.barred.pop(gone, ()):
            self.barred.setdefault(keep, set()).add(other)
            self.barred[other].discard(gone)
            self.barred[other].add(keep)
        return changed


def cluster(
    size: int,
    pairs: NDArray[np.int64],
    log_odds: NDArray[np.float64],
    codes: Sequence[str],
    *,
    same: Iterable[Pair] = (),
    different: Iterable[Pair] = (),
    standing: Sequence[str] = (),
    bias: float = 0.0,
) -> NDArray[np.int64]:
    """The cluster of every row, named by the smallest row in it.

    size: number of rows. pairs (n, 2), log_odds (n,): the evidence. codes: the valid credit code
    of each row or empty. same, different: what reviewers decided. standing: the register's id of
    each row that has one; rows of one id stay together, whatever their codes, and two ids apart.
    bias: added to every log-odds.
    """
    parent = list(range(size))
    labels = [list(codes), list(standing)] if standing else [list(codes)]
    bound = [*same, *_by_label(codes)]
    weights = log_odds + bias
    near = _reachable(size, pairs, weights, [*bound, *_by_label(standing)])
    graph = _graph(size, pairs[near], weights[near], labels, different)
    for a, b in _by_label(standing):
        _contract(graph, parent, _root(parent, a), _root(parent, b))
    for a, b in bound:
        _join(graph, parent, a, b)
    heap = [
        (-weight, a, b)
        for a, around in graph.weights.items()
        for b, weight in around.items()
        if a < b and weight > 0
    ]
    heapq.heapify(heap)
    while heap:
        weight, a, b = heapq.heappop(heap)
        around = graph.weights.get(a)
        if around is None or around.get(b) != -weight or not graph.may_merge(a, b):
            continue
        for other, total in _contract(graph, parent, a, b):
            if total > 0:
                root = _root(parent, a)
                heapq.heappush(heap, (-total, min(root, other), max(root, other)))
    return np.array([_root(parent, i) for i in range(size)], dtype=np.int64)


def _reachable(
    size: int, pairs: NDArray[np.int64], weights: NDArray[np.float64], bound: Sequence[Pair]
) -> NDArray[np.bool_]:
    """The pairs whose evidence can come to count: both rows hang together by links that speak for
    merging or were decided. What keeps strangers apart that nothing draws together is left out."""
    given = np.array(bound, dtype=np.int64).reshape(-1, 2)
    edges = np.concatenate([pairs[weights > 0], given])
    ones = np.ones(len(edges), dtype=np.int8)
    graph = csr_matrix((ones, (edges[:, 0], edges[:, 1])), shape=(size, size))
    _count, group = connected_components(graph, directed=False)
    found: NDArray[np.bool_] = group[pairs[:, 0]] == group[pairs[:, 1]]
    return found


def _graph(
    size: int,
    pairs: NDArray[np.int64],
    weights: NDArray[np.float64],
    labels: list[list[str]],
    different: Iterable[Pair],
) -> _Graph:
    around: dict[int, dict[int, float]] = {i: {} for i in range(size)}
    for (a, b), weight in zip(pairs.tolist(), weights.tolist(), strict=True):
        around[a][b] = weight
        around[b][a] = weight
    barred: dict[int, set[int]] = {}
    for a, b in different:
        barred.setdefault(a, set()).add(b)
        barred.setdefault(b, set()).add(a)
    return _Graph(around, labels, barred)


def _by_label(labels: Sequence[str]) -> Iterable[Pair]:
    first: dict[str, int] = {}
    for i, label in enumerate(labels):
        if label:
            start = first.setdefault(label, i)
            if start != i:
                yield start, i


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def _join(graph: _Graph, parent: list[int], a: int, b: int) -> None:
    a, b = _root(parent, a), _root(parent, b)
    if a != b and graph.may_merge(a, b):
        _contract(graph, parent, a, b)


def _contract(graph: _Graph, parent: list[int], a: int, b: int) -> list[tuple[int, float]]:
    keep, gone = min(a, b), max(a, b)
    parent[gone] = keep
    return graph.merge(keep, gone)
