"""Which visits make a day: routes over a county, the riskiest days first, nobody named.

Visits are parted into strata of risk per minute; in each stratum PyVRP (Wouda, Lan and Kool 2024)
looks for the shortest routes that fit into a day; routes then take the days in the order of their
risk. Strata cost some kilometres against one great problem and bring the grave visits forward.
Who goes is drawn afterwards (`teams`), so that no optimiser decides who inspects whom.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyvrp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
DAY = 420.0
STRATA = 3
STRATUM = 400  # fewer visits than this for each stratum are not parted further
STEPS = 1.5
LEAST_STEPS = 400
SECOND = 60
METRE = 1000
ROUTE_COST = 20_000  # metres that one route less is worth


@dataclass(frozen=True, slots=True)
class Road:
    """How far and how long: straight line × factor; slow near the start of a leg, faster beyond.

    near_km at near_kmh, the rest at far_kmh, and `parking` minutes at the end of every leg.
    """

    factor: float = 1.35
    near_km: float = 6.0
    near_kmh: float = 30.0
    far_kmh: float = 45.0
    parking: float = 3.0

    def km(self, one: Floats, two: Floats) -> Floats:
        """Kilometres between points in km east and north: (n, 2) and (m, 2) give (n, m)."""
        apart = one[:, None, :] - two[None, :, :]
        found: Floats = np.hypot(apart[..., 0], apart[..., 1]) * self.factor
        return found

    def minutes(self, km: Floats) -> Floats:
        """Minutes for legs of so many kilometres, any shape."""
        near = np.minimum(km, self.near_km)
        found: Floats = near / self.near_kmh * 60 + (km - near) / self.far_kmh * 60 + self.parking
        return found


@dataclass(frozen=True, slots=True)
class Legs:
    """Kilometres and minutes between all points, (n + 1, n + 1): the seat first, then visits."""

    km: Floats
    minutes: Floats


@dataclass(frozen=True, slots=True)
class Visits:
    """What is due: service `minutes` and `risk` (chance of a grave finding), (n,) each."""

    minutes: Floats
    risk: Floats


@dataclass(frozen=True, slots=True)
class Route:
    """One team's day: the day's number, its stops in order, and what they add up to."""

    day: int
    stops: tuple[int, ...]
    km: float
    minutes: float
    risk: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes by day; `left`: visits that found no place, each with the reason zh and en."""

    routes: tuple[Route, ...]
    left: tuple[tuple[int, str, str], ...] = field(default=())

    @property
    def km(self) -> float:
        """All kilometres together."""
        return sum(route.km for route in self.routes)


def legs(seat: Sequence[float], points: Floats, road: Road = Road()) -> Legs:
    """Legs between a seat (2,) and points (n, 2), in km east and north."""
    every = np.vstack([np.asarray(seat, dtype=np.float64)[None, :], points])
    km = road.km(every, every)
    return Legs(km, road.minutes(km))


def plane(longitude: Floats, latitude: Floats, seat: tuple[float, float]) -> Floats:
    """Points as km east and north of a seat (longitude, latitude): (n, 2). Within a county an even
    plane errs by less than a thousandth."""
    radius = 6371.0
    east = np.radians(longitude - seat[0]) * radius * np.cos(np.radians(seat[1]))
    north = np.radians(latitude - seat[1]) * radius
    return np.column_stack([east, north])


def plan(
    visits: Visits,
    ways: Legs,
    teams: Sequence[int],
    *,
    day_minutes: float = DAY,
    strata: int = STRATA,
    seconds: float = 12.0,
    seed: int = 1,
) -> Plan:
    """Plan all visits.

    teams: how many teams each day has. day_minutes: the longest day of a team, travel included.
    seconds: of processor time at most; below that the same input gives the same plan. What cannot
    be placed is named, never dropped.
    """
    far = _alone(visits, ways) > day_minutes
    within = np.flatnonzero(~far)
    parts = _strata(visits, within, strata)
    found: list[Route] = []
    for part in parts:
        share = seconds * len(part) / max(1, len(within))
        found += _routes(visits, ways, part, day_minutes, share, seed)
    placed, over = _days(found, teams)
    left = [(int(n), "一天之内无法往返", "there and back takes more than a day")
            for n in np.flatnonzero(far)]  # fmt: skip
    left += [
        (stop, "计划期内人员不足", "the period has too few teams")
        for route in over
        for stop in route.stops
    ]
    return Plan(tuple(placed), tuple(sorted(left)))


def _alone(visits: Visits, ways: Legs) -> Floats:
    there: Floats = ways.minutes[0, 1:] + visits.minutes + ways.minutes[1:, 0]
    return there


def _strata(visits: Visits, within: Whole, strata: int) -> list[Whole]:
    """Visits by risk per minute of service, in parts of equal number, the riskiest first."""
    order = within[np.argsort(-visits.risk[within] / visits.minutes[within], kind="stable")]
    parts = max(1, min(strata, len(within) // STRATUM))
    return [np.sort(part) for part in np.array_split(order, parts) if len(part)]


def _routes(
    visits: Visits, ways: Legs, part: Whole, day_minutes: float, seconds: float, seed: int
) -> list[Route]:
    """The shortest routes that PyVRP finds for one stratum."""
    at = np.concatenate([[0], part + 1])
    km = np.rint(ways.km[np.ix_(at, at)] * METRE).astype(np.int64)
    took = np.ceil(ways.minutes[np.ix_(at, at)] * SECOND).astype(np.int64)
    for table in (km, took):
        np.fill_diagonal(table, 0)
    service = np.ceil(visits.minutes[part] * SECOND).astype(np.int64)
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in at],
        [pyvrp.Client(n, service_duration=s) for n, s in enumerate(service.tolist(), start=1)],
        [pyvrp.Depot(0)],
        [
            pyvrp.VehicleType(
                num_available=len(part),
                shift_duration=int(day_minutes * SECOND),
                fixed_cost=ROUTE_COST,
            )
        ],
        [km],
        [took],
    )
    stop = _Stop(max(LEAST_STEPS, round(STEPS * len(part))), seconds)
    best = pyvrp.solve(data, stop, seed=seed, collect_stats=False, display=False).best
    found = []
    for route in best.routes():
        inside = [step.idx for step in route if step.is_client()]
        found.append(_route(visits, ways, part[inside]))
    return found


class _Stop:
    """Ends the search after so many steps, or where the processor time is used up."""

    def __init__(self, steps: int, seconds: float) -> None:
        self.steps, self.until = steps, time.process_time() + seconds

    def __call__(self, best_cost: float) -> bool:
        self.steps -= 1
        return self.steps < 0 or time.process_time() > self.until

    def fraction_remaining(self) -> float | None:
        return None


def _route(visits: Visits, ways: Legs, stops: Whole) -> Route:
    """A route in the direction that has its risk earlier."""
    risk = visits.risk[stops]
    if (risk * np.arange(len(stops))).sum() > (risk[::-1] * np.arange(len(stops))).sum():
        stops = stops[::-1]
    path = np.concatenate([[0], stops + 1, [0]])
    return Route(
        -1,
        tuple(int(n) for n in stops),
        float(ways.km[path[:-1], path[1:]].sum()),
        float(ways.minutes[path[:-1], path[1:]].sum() + visits.minutes[stops].sum()),
        float(visits.risk[stops].sum()),
    )


def _days(routes: Sequence[Route], teams: Sequence[int]) -> tuple[list[Route], list[Route]]:
    """Give the days to the routes in the order of their risk; the rest has no day."""
    order = sorted(routes, key=lambda route: (-route.risk, route.stops))
    seats = [day for day, count in enumerate(teams) for _team in range(count)]
    placed = [
        Route(day, route.stops, route.km, route.minutes, route.risk)
        for day, route in zip(seats, order, strict=False)
    ]
    return placed, list(order[len(seats) :])


def early_share(routes: Sequence[Route], days: int) -> float:
    """The share of all risk that is visited in the first half of the days."""
    total = sum(route.risk for route in routes)
    early = sum(route.risk for route in routes if route.day < days / 2)
    return early / total if total else 0.0
