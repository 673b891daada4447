"""Who goes where: inspectors drawn onto routes, in pairs, by a value that nobody chose.

Targets are drawn first, then routes are planned without names, then people are drawn onto them.
Nobody is sent where he must stand aside, nobody goes alone, and the two of last time do not go
together to the same premises again. Everything follows from the seed, so that it can be recomputed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

MOST_TRIES = 200
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Inspector:
    """An inspector on duty that day. `licensed`: holds a card in force; `senior`: may lead;
    `skills`: what he is a specialist in."""

    id: str
    licensed: bool = True
    senior: bool = True
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """One day's visits of one team. `stops`: premises; `needs`: skills that one of the team must
    have."""

    id: str
    stops: tuple[str, ...]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """Who must stand aside where (premises → inspectors), and which pairs went there last."""

    recused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    last: Mapping[str, frozenset[Pair]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Team:
    """Two inspectors for a route; `lead` is the senior one with the lower hash."""

    route: str
    lead: str
    second: str


@dataclass(frozen=True, slots=True)
class Teams:
    """The teams of a day; `unmanned`: routes that no pair may go, with the reason zh and en."""

    teams: tuple[Team, ...]
    unmanned: tuple[tuple[str, str, str], ...] = ()


def draw(
    seed: str, routes: Sequence[Route], inspectors: Sequence[Inspector], rules: Rules = Rules()
) -> Teams:
    """Draw a licensed pair for each route of a day, everybody on one route at most.

    seed: of the draw, text. Orders are tried one after another, each given by hashes; the first in
    which every route is manned stands, else the one with the fewest unmanned. Ids must be distinct.
    """
    people = [one for one in inspectors if one.licensed]
    fitting = {route.id: _pairs(route, people, rules) for route in routes}
    possible = [route for route in routes if fitting[route.id]]
    best: dict[str, Pair] = {}
    for attempt in range(MOST_TRIES):
        found = _try(f"{seed}\n{attempt}", possible, fitting)
        if len(found) > len(best) or not attempt:
            best = found
        if len(best) == len(possible):
            break
    seniors = frozenset(one.id for one in people if one.senior)
    return Teams(
        tuple(_team(seed, row.id, best[row.id], seniors) for row in routes if row.id in best),
        tuple(_why(route, fitting, people) for route in routes if route.id not in best),
    )


def _pairs(route: Route, people: Sequence[Inspector], rules: Rules) -> list[Pair]:
    """Every pair that may go the route."""
    aside = frozenset[str]().union(*(rules.recused.get(stop, ()) for stop in route.stops))
    before = {tuple(sorted(pair)) for stop in route.stops for pair in rules.last.get(stop, ())}
    free = [one for one in people if one.id not in aside]
    return [
        (one.id, two.id)
        for one, two in combinations(free, 2)
        if (one.senior or two.senior)
        and route.needs <= one.skills | two.skills
        and tuple(sorted((one.id, two.id))) not in before
    ]


def _try(
    seed: str, routes: Iterable[Route], fitting: Mapping[str, Sequence[Pair]]
) -> dict[str, Pair]:
    """Man the routes in the order of those with the fewest pairs left, ties by hash."""
    waiting = {route.id: list(fitting[route.id]) for route in routes}
    order = {name: digest(seed, name) for name in waiting}
    found: dict[str, Pair] = {}
    while waiting:
        name = min(waiting, key=lambda one: (len(waiting[one]), order[one]))
        pairs = waiting.pop(name)
        if not pairs:
            continue
        pair = min(pairs, key=lambda two: digest(seed, name, *sorted(two)))
        found[name] = pair
        for other, left in waiting.items():
            waiting[other] = [two for two in left if set(pair).isdisjoint(two)]
    return found


def _team(seed: str, route: str, pair: Pair, seniors: frozenset[str]) -> Team:
    """The lead is senior; of two seniors the one with the lower hash."""
    one, two = sorted(pair, key=lambda who: (who not in seniors, digest(seed, route, who)))
    return Team(route, one, two)


def digest(*parts: str) -> str:
    """SHA-256 of lines of text, hexadecimal."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _why(
    route: Route, fitting: Mapping[str, Sequence[Pair]], people: Sequence[Inspector]
) -> tuple[str, str, str]:
    if fitting[route.id]:
        return (
            route.id,
            "可派的人已在其他路线上",
            "those who may go are on other routes",
        )
    if len(people) < 2:
        return route.id, "持证人员不足两人", "fewer than two licensed inspectors"
    return (
        route.id,
        "回避、专长或上次同组的限制下没有可派的两人",
        "no pair is left after recusals, skills and the pairs of last time",
    )
