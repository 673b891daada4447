"""Who goes where: inspectors drawn onto routes, in pairs, by a value that nobody chose.

Targets are drawn first, then routes are planned without names, then people are drawn onto them.
Nobody is sent where he must stand aside, nobody goes alone, and the two of last time do not go
together to the same premises again. Everything follows from the seed, so that it can be recomputed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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


Couple = tuple[Inspector, Inspector]


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

    def aside(self, route: Route) -> frozenset[str]:
        """Who must not go a route."""
        return frozenset[str]().union(*(self.recused.get(stop, ()) for stop in route.stops))

    def before(self, route: Route) -> frozenset[frozenset[str]]:
        """The pairs that went to one of its stops last time."""
        return frozenset(
            frozenset(pair) for stop in route.stops for pair in self.last.get(stop, ())
        )


@dataclass(frozen=True, slots=True)
class Team:
    """Two inspectors for a route; `lead` is a senior."""

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

    seed: of the draw, text. Pairs are drawn, then matched to the routes that they may go; where
    that leaves a route unmanned, pairs are drawn again. The first draw that mans all routes stands,
    else the one that leaves the fewest. Ids must be distinct.
    """
    people = [one for one in inspectors if one.licensed]
    best: dict[str, Team] = {}
    for attempt in range(MOST_TRIES):
        own = f"{seed}\n{attempt}"
        found = _match(own, routes, _paired(own, people), rules)
        if len(found) > len(best):
            best = found
        if len(best) == len(routes) or len(people) < 2:
            break
    return Teams(
        tuple(best[route.id] for route in routes if route.id in best),
        tuple(_why(route, people, rules) for route in routes if route.id not in best),
    )


def _paired(seed: str, people: Sequence[Inspector]) -> list[Couple]:
    """As many pairs as there can be, each led by a senior, in the order of their hashes."""
    order = sorted(people, key=lambda one: digest(seed, one.id))
    seniors = [one for one in order if one.senior]
    count = min(len(order) // 2, len(seniors))
    leads = seniors[:count]
    others = [one for one in order if not one.senior] + seniors[count:]
    return list(zip(leads, others[:count], strict=True))


def _match(
    seed: str, routes: Sequence[Route], pairs: Sequence[Couple], rules: Rules
) -> dict[str, Team]:
    """Give routes to pairs, each route trying the pairs in the order of its hashes; a pair that is
    taken is freed where its route may have another (Kuhn 1955)."""
    may = {route.id: _fitting(seed, route, pairs, rules) for route in routes}
    held: dict[int, str] = {}

    def find(route: str, tried: set[int]) -> bool:
        for pair in may[route]:
            if pair not in tried:
                tried.add(pair)
                if pair not in held or find(held[pair], tried):
                    held[pair] = route
                    return True
        return False

    for route in sorted(may, key=lambda name: digest(seed, "route", name)):
        find(route, set())
    return {
        route: Team(route, pairs[pair][0].id, pairs[pair][1].id) for pair, route in held.items()
    }


def _fitting(seed: str, route: Route, pairs: Sequence[Couple], rules: Rules) -> list[int]:
    """The pairs that may go a route, in the order of its hashes."""
    aside = rules.aside(route)
    before = rules.before(route)
    found = [n for n, (one, two) in enumerate(pairs) if _may(route, one, two, aside, before)]
    return sorted(found, key=lambda n: digest(seed, route.id, pairs[n][0].id, pairs[n][1].id))


def _may(
    route: Route,
    one: Inspector,
    two: Inspector,
    aside: frozenset[str],
    before: frozenset[frozenset[str]],
) -> bool:
    return (
        not {one.id, two.id} & aside
        and route.needs <= one.skills | two.skills
        and frozenset((one.id, two.id)) not in before
    )


def digest(*parts: str) -> str:
    """SHA-256 of lines of text, hexadecimal."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _why(route: Route, people: Sequence[Inspector], rules: Rules) -> tuple[str, str, str]:
    aside, before = rules.aside(route), rules.before(route)
    could = any(
        (one.senior or two.senior) and _may(route, one, two, aside, before)
        for one, two in combinations(people, 2)
    )
    if could:
        return route.id, "可派的人已在其他路线上", "those who may go are on other routes"
    if len(people) < 2:
        return route.id, "持证人员不足两人", "fewer than two licensed inspectors"
    return (
        route.id,
        "回避、专长或上次同组的限制下没有可派的两人",
        "no pair is left after recusals, skills and the pairs of last time",
    )
