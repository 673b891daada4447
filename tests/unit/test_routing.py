"""Days of visits: nothing dropped, no day too long, the grave ones first."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from zhian.methods import routing
from zhian.methods.routing import Visits, legs, plan


def county(count: int, seed: int = 3) -> tuple[Visits, routing.Legs]:
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 60, (count, 2))
    minutes = rng.choice([45.0, 60.0, 90.0, 120.0], count)
    return Visits(minutes, rng.beta(1.5, 8, count)), legs((30, 30), points)


def measured(visits: Visits, ways: routing.Legs, stops: tuple[int, ...]) -> tuple[float, float]:
    """Kilometres and minutes of a route, added up leg by leg."""
    path = [0, *(n + 1 for n in stops), 0]
    pairs = list(itertools.pairwise(path))
    km = sum(ways.km[a, b] for a, b in pairs)
    return km, sum(ways.minutes[a, b] for a, b in pairs) + sum(visits.minutes[n] for n in stops)


def test_every_visit_has_its_day_and_no_day_is_too_long() -> None:
    visits, ways = county(150)
    found = plan(visits, ways, [6] * 10)
    assert not found.left
    assert sorted(n for route in found.routes for n in route.stops) == list(range(150))
    for route in found.routes:
        km, minutes = measured(visits, ways, route.stops)
        assert (route.km, route.minutes) == pytest.approx((km, minutes))
        assert minutes <= 420
    counts = np.bincount([route.day for route in found.routes], minlength=10)
    assert (counts <= 6).all()


def test_the_riskiest_routes_take_the_first_days() -> None:
    visits, ways = county(1200)
    found = plan(visits, ways, [20] * 16, seconds=5)
    risks = [route.risk for route in sorted(found.routes, key=lambda route: route.day)]
    assert risks == sorted(risks, reverse=True)
    assert routing.early_share(found.routes, 16) > 0.6
    whole = plan(visits, ways, [20] * 16, strata=1, seconds=5)
    assert routing.early_share(found.routes, 16) > routing.early_share(whole.routes, 16)


def test_a_route_is_walked_in_the_direction_that_has_its_risk_earlier() -> None:
    visits, ways = county(60)
    for route in plan(visits, ways, [10] * 5).routes:
        risk = visits.risk[list(route.stops)]
        place = np.arange(len(risk))
        assert (risk * place).sum() <= (risk[::-1] * place).sum() + 1e-12


def test_the_same_county_gives_the_same_plan() -> None:
    visits, ways = county(120)
    assert plan(visits, ways, [5] * 10) == plan(visits, ways, [5] * 10)


def test_what_is_too_far_or_too_much_is_named_and_not_dropped() -> None:
    visits = Visits(np.array([60.0, 60.0, 60.0, 400.0]), np.array([0.5, 0.4, 0.1, 0.3]))
    ways = legs((0, 0), np.array([[5.0, 0.0], [-5.0, 0.0], [0.0, 300.0], [30.0, 0.0]]))
    found = plan(visits, ways, [1])
    assert [route.stops for route in found.routes] in ([(0, 1)], [(1, 0)])
    assert {(n, en) for n, _zh, en in found.left} == {
        (2, "there and back takes more than a day"),
        (3, "there and back takes more than a day"),
    }
    crowded = plan(visits, ways, [0, 0])
    assert {en for n, _zh, en in crowded.left if n < 2} == {"the period has too few teams"}


@pytest.mark.parametrize("teams", [[], [0]])
def test_nothing_due_and_nobody_there(teams: list[int]) -> None:
    visits = Visits(np.zeros(0), np.zeros(0))
    found = plan(visits, legs((0, 0), np.zeros((0, 2))), teams)
    assert (found.routes, found.left, found.km) == ((), (), 0)


def test_a_week_is_planned_again_in_two_seconds() -> None:
    visits, ways = county(430)
    began = time.process_time()
    assert not plan(visits, ways, [16] * 8).left
    assert time.process_time() - began < 2


def test_minutes_follow_the_road() -> None:
    road = routing.Road()
    assert road.minutes(np.array([6.0, 51.0])) == pytest.approx([15.0, 75.0])


def test_degrees_become_kilometres() -> None:
    east, north = routing.plane(np.array([126.1]), np.array([46.1]), (126.0, 46.0))[0]
    assert (east, north) == pytest.approx((7.72, 11.12), abs=0.01)
