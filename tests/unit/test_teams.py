"""Inspectors are drawn onto routes: two with cards, nobody where he must stand aside."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings, strategies as st

from zhian.methods.teams import Inspector, Route, Rules, Team, draw

PEOPLE = [Inspector(f"I{n:02d}", senior=n % 2 == 0) for n in range(10)]


def routes(count: int) -> list[Route]:
    return [Route(f"R{n}", (f"P{n}a", f"P{n}b")) for n in range(count)]


def members(team: Team) -> set[str]:
    return {team.lead, team.second}


def test_everybody_goes_once_and_in_pairs_led_by_a_senior() -> None:
    found = draw("seed", routes(5), PEOPLE)
    assert not found.unmanned
    assert sorted(who for team in found.teams for who in members(team)) == [p.id for p in PEOPLE]
    assert all(int(team.lead[1:]) % 2 == 0 for team in found.teams)


def test_the_same_seed_gives_the_same_people_and_another_gives_others() -> None:
    one, two, three = (draw(seed, routes(4), PEOPLE) for seed in ("a", "a", "b"))
    assert one == two != three


def test_who_must_stand_aside_is_not_sent() -> None:
    aside = frozenset(p.id for p in PEOPLE[:8])
    found = draw("x", routes(2), PEOPLE, Rules(recused={"P1b": aside}))
    assert next(members(t) for t in found.teams if t.route == "R1") == {"I08", "I09"}


def test_the_pair_of_last_time_does_not_go_again() -> None:
    three = PEOPLE[:3]
    last = {"P0a": frozenset({("I01", "I00")})}
    for seed in map(str, range(40)):
        (team,) = draw(seed, routes(1), three, Rules(last=last)).teams
        assert members(team) != {"I00", "I01"}


@pytest.mark.parametrize(
    ("people", "rules", "why"),
    [
        ([Inspector("A"), Inspector("B", licensed=False)], Rules(), "fewer than two"),
        ([Inspector("A"), Inspector("B")], Rules({"P0a": frozenset({"A"})}), "no pair is left"),
        ([Inspector("A", senior=False), Inspector("B", senior=False)], Rules(), "no pair is left"),
    ],
)
def test_a_route_that_nobody_may_go_says_why(people, rules: Rules, why: str) -> None:
    found = draw("x", routes(1), people, rules)
    assert not found.teams
    assert why in found.unmanned[0][2]


def test_more_routes_than_people_leaves_some_for_another_day() -> None:
    found = draw("x", routes(7), PEOPLE)
    assert len(found.teams) == 5
    assert {why for _, _, why in found.unmanned} == {"those who may go are on other routes"}


def test_a_skill_goes_where_it_is_needed() -> None:
    people = [Inspector("A", skills=frozenset({"drugs"})), *PEOPLE[:3]]
    found = draw("x", [Route("R0", ("P",)), Route("R1", ("Q",), frozenset({"drugs"}))], people)
    assert "A" in next(members(t) for t in found.teams if t.route == "R1")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_recusal_is_ever_broken(data: st.DataObject) -> None:
    ids = [p.id for p in PEOPLE]
    some = st.frozensets(st.sampled_from(ids), max_size=7)
    recused = {f"P{n}a": data.draw(some) for n in range(5)}
    found = draw(data.draw(st.text(max_size=5)), routes(5), PEOPLE, Rules(recused))
    for team in found.teams:
        assert len(members(team)) == 2
        assert not members(team) & recused[f"P{team.route[1:]}a"]
    assert len(found.teams) + len(found.unmanned) == 5


def test_a_day_of_a_county_is_manned_in_a_second() -> None:
    people = [Inspector(f"I{n:02d}", senior=n % 3 > 0) for n in range(40)]
    barred = {f"P{n}a": frozenset(p.id for p in people[n % 7 :: 7]) for n in range(18)}
    began = time.process_time()
    found = draw("x", routes(18), people, Rules(barred))
    assert not found.unmanned
    assert time.process_time() - began < 1
