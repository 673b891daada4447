"""What an answer does to establishments, as values; figures beside a question; the audit's sums."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from zhian.apps.registry.census.review import auditing, figures
from zhian.apps.registry.census.review.answers import OPTIONS, options, said
from zhian.apps.registry.census.review.errors import Contradiction
from zhian.apps.registry.census.review.precision import wilson
from zhian.apps.registry.census.review.reclustering import (
    NEW,
    Answer,
    Bonds,
    House,
    Plan,
    Register,
    Row,
    plan,
)
from zhian.apps.registry.census.review.standing import said as said_by
from zhian.apps.registry.models import SourceRecord
from zhian.methods.linkage import flags, suspects
from zhian.methods.linkage.flags import Seen

SWEEP = said_by(SourceRecord(roster="sweep", kind="grocery"))
MARKET = said_by(SourceRecord(roster="market", status="存续"))
LICENCE = said_by(SourceRecord(roster="foodlic", status="有效"))
ALL = frozenset(flags.WORDS)


def register(*houses: House, **homes: tuple[tuple[str, Seen], ...]) -> Register:
    """Establishments h1, h2 … with their rows."""
    rows: list[Row] = []
    for name, mine in homes.items():
        home = int(name[1:])
        code = next((h.code for h in houses if h.pk == home), "")
        rows += [Row(len(rows) + n, key, home, says, code) for n, (key, says) in enumerate(mine, 1)]
    known = {h.pk: h for h in houses}
    for name in homes:
        pk = int(name[1:])
        known.setdefault(pk, House(pk))
    made = Register(tuple(rows), known, ALL)
    full = {
        pk: House(h.pk, h.code, h.flags or made.flags(made.of(pk)), h.held, h.filed)
        for pk, h in known.items()
    }
    return Register(tuple(rows), full, ALL)


def none() -> Bonds:
    return Bonds([], [])


def test_a_shop_seen_on_the_ground_is_the_registered_one_after_all() -> None:
    two = register(h1=(("s", SWEEP),), h2=(("m", MARKET), ("l", LICENCE)))
    found = plan(two, none(), Answer("s", "m"))
    assert found.gone == (1, 2) and [house for _pk, house in found.moves] == [2]
    assert set(found.ends) == {
        (1, flags.UNREGISTERED), (1, flags.UNLICENSED), (2, flags.UNINSPECTED)
    }  # fmt: skip
    assert found.begins == () and not found.second


def test_none_of_these_leaves_a_stranger_where_it_is() -> None:
    two = register(h1=(("s", SWEEP),), h2=(("m", MARKET),))
    assert plan(two, none(), Answer("s", "", ("m",))) == Plan()


def test_a_row_that_is_none_of_its_house_leaves_with_what_people_bound_to_it() -> None:
    one = register(h1=(("s", SWEEP), ("t", SWEEP), ("m", MARKET), ("l", LICENCE)))
    found = plan(one, Bonds([("s", "t")], []), Answer("s", "", ("m",)))
    assert [house for _pk, house in found.moves] == [NEW, NEW] and found.split_from == 1
    assert (NEW, flags.UNREGISTERED) in found.begins and (1, flags.UNINSPECTED) in found.begins


def test_whoever_chooses_another_card_moves_the_row_alone() -> None:
    three = register(h1=(("s", SWEEP), ("x", SWEEP)), h2=(("m", MARKET),))
    found = plan(three, none(), Answer("s", "m", ("x",)))
    assert len(found.moves) == 1 and found.gone is None


@pytest.mark.parametrize(
    ("bonds", "answer"),
    [
        (Bonds([], [("s", "m")]), Answer("s", "m")),
        (Bonds([], [("m", "s")]), Answer("s", "m")),
        (Bonds([("s", "l")], [("l", "m")]), Answer("s", "m")),
        (Bonds([("s", "m")], []), Answer("s", "", ("m",))),
        (Bonds([("s", "l"), ("l", "m")], []), Answer("s", "", ("m",))),
        (Bonds([], [("l", "t")]), Answer("s", "m")),
    ],
)
def test_what_people_decided_is_not_contradicted_unnoticed(bonds: Bonds, answer: Answer) -> None:
    two = register(h1=(("s", SWEEP), ("t", SWEEP)), h2=(("m", MARKET), ("l", LICENCE)))
    with pytest.raises(Contradiction) as why:
        plan(two, bonds, answer)
    assert all(key in why.value.words.zh and key in why.value.words.en for key in why.value.pair)


@pytest.mark.parametrize(
    ("one", "two", "second"),
    [
        (House(1), House(2), ""),
        (House(1, "C1"), House(2), ""),
        (House(1, "C1"), House(2, "C1"), ""),
        (House(1, "C1"), House(2, "C2"), "two_codes"),
        (House(1), House(2, held=True), "legal_act"),
        (House(1, "C1", held=True), House(2, "C2"), "legal_act"),
    ],
)
def test_codes_and_legal_acts_need_a_second_person(one: House, two: House, second: str) -> None:
    both = register(one, two, h1=(("s", SWEEP),), h2=(("m", MARKET),))
    assert plan(both, none(), Answer("s", "m")).second == second


def test_the_one_with_a_legal_act_stays_and_the_losing_code_is_named() -> None:
    both = register(
        House(1, "C1", held=True), House(2, "C2"), h1=(("s", SWEEP),),
        h2=(("m", MARKET), ("l", LICENCE)),
    )  # fmt: skip
    found = plan(both, none(), Answer("m", "s"))
    assert found.gone == (2, 1) and set(found.aside) == {"m", "l"}


def test_what_was_answered_on_the_ground_does_not_come_back() -> None:
    open_now = frozenset({flags.UNLICENSED})  # unregistered was looked into and closed
    two = register(House(1, flags=open_now), h1=(("s", SWEEP), ("x", SWEEP)), h2=(("y", SWEEP),))
    found = plan(two, none(), Answer("s", "", ("x",)))
    assert (NEW, flags.UNREGISTERED) not in found.begins
    assert (NEW, flags.UNLICENSED) in found.begins


def test_a_blind_spot_that_no_roster_tells_goes_with_its_house() -> None:
    own = frozenset({flags.UNREGISTERED, flags.UNLICENSED, "no_visit"})
    two = register(House(1, flags=own), h1=(("s", SWEEP),), h2=(("m", MARKET), ("l", LICENCE)))
    found = plan(two, none(), Answer("s", "m"))
    assert (2, "no_visit") in found.begins and (1, "no_visit") in found.ends


KEYS = st.sampled_from([f"k{n}" for n in range(8)])


@given(
    st.lists(st.tuples(KEYS, KEYS), max_size=6),
    st.lists(st.tuples(KEYS, KEYS), max_size=4),
    st.dictionaries(KEYS, st.integers(1, 4), min_size=2),
    KEYS,
    KEYS,
    st.lists(KEYS, max_size=3),
)
def test_no_row_is_lost_and_nothing_apart_comes_together(
    same: list[tuple[str, str]],
    different: list[tuple[str, str]],
    homes: dict[str, int],
    one: str,
    two: str,
    unlike: list[str],
) -> None:
    rows = tuple(Row(n, key, home, SWEEP) for n, (key, home) in enumerate(homes.items()))
    view = Register(rows, {pk: House(pk) for pk in set(homes.values())}, ALL)
    try:
        found = plan(view, Bonds(same, different), Answer(one, two, tuple(unlike)))
    except Contradiction:
        return
    after = {row.key: dict(found.moves).get(row.pk, row.home) for row in rows}
    assert set(after) == set(homes)
    if one in after and two in after and one != two:
        assert after[one] == after[two]
    if one in homes and two in homes:
        assert all(after[one] != after[u] for u in unlike if u in after)
    before = {frozenset(p) for p in different if homes.get(p[0]) == homes.get(p[1])}
    for a, b in different:
        if a in after and b in after and after[a] == after[b] and found.gone:
            assert frozenset((a, b)) in before


# --- figures


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=37))
def test_each_bar_begins_where_the_one_before_ended_and_all_sum_to_the_score(
    adds: list[float],
) -> None:
    stored = [{"name": str(n), "zh": "甲", "en": "A", "adds": a} for n, a in enumerate(adds)]
    drawn = figures.waterfall(stored)
    assert math.isclose(sum(bar.adds for bar in drawn.top), math.fsum(adds), abs_tol=1e-9)
    assert math.isclose(drawn.total, math.fsum(adds), abs_tol=1e-9)
    assert len(drawn.top) <= figures.STRONGEST + 1 and len(drawn.all) == len(adds)
    assert all(-0.01 <= bar.x <= figures.WIDE + 0.01 for bar in drawn.all)


TEXT = st.text("河口镇兴旺豆制品厂门市部一二三", max_size=12)


@given(TEXT, TEXT)
def test_compared_texts_keep_every_character(one: str, two: str) -> None:
    mine, theirs = figures.compared(one, two)
    assert "".join(p.text for p in mine) == one and "".join(p.text for p in theirs) == two
    common = ["".join(p.text for p in side if not p.differs) for side in (mine, theirs)]
    assert common[0] == common[1]


@pytest.mark.parametrize(
    ("there", "metres"),
    [((116.0, 28.0), 0), ((116.0, 28.001), 111), ((116.001, 28.0), 98), ((116.01, 28.01), 1485)],
)
def test_the_sketch_says_how_far_apart_two_points_are(
    there: tuple[float, float], metres: int
) -> None:
    drawn = figures.sketch((116.0, 28.0), there)
    assert abs(drawn.metres - metres) <= 2
    for x, y in (drawn.here, drawn.there):
        assert 0 <= x <= figures.BOX[0] and 0 <= y <= figures.BOX[1]


@pytest.mark.parametrize(
    ("rest", "point"),
    [
        ({"经度": "116.1", "纬度": "28.2"}, (116.1, 28.2)),
        ({"lng": 116.1, "lat": 28.2}, (116.1, 28.2)),
        ({"经度": "28.2", "纬度": "116.1"}, None),
        ({"经度": "不详", "纬度": "28"}, None),
        ({"经度": "116.1"}, None),
        ({}, None),
    ],
)
def test_coordinates_among_the_other_columns(
    rest: dict[str, object], point: tuple[float, float] | None
) -> None:
    assert figures.point(rest) == point


# --- the audit


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    [
        (10, 10, 0.7225, 1.0),
        (0, 10, 0.0, 0.2775),
        (190, 200, 0.9104, 0.9726),
        (5, 10, 0.2366, 0.7634),
    ],
)
def test_wilsons_interval(right: int, judged: int, low: float, high: float) -> None:
    found = wilson(right, judged)
    assert found is not None
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(high, abs=1e-4)


def test_nothing_judged_has_no_figure() -> None:
    assert wilson(0, 0) is None
    assert auditing.result([], 1) == auditing.Result(None, (), ())


def test_the_audit_by_band_and_by_run() -> None:
    judged = [(1, 0.95, True), (1, 0.9995, True), (2, 0.95, False), (2, 1.0, True), (2, 0.4, True)]
    found = auditing.result(judged, 2)
    assert found.total is not None and (found.total.found.right, found.total.found.judged) == (2, 3)
    assert [(line.name, line.found.judged) for line in found.bands] == [
        ("0.999 – 1", 1), ("0.9 – 0.99", 1), ("0 – 0.5", 1)
    ]  # fmt: skip
    assert [(line.name, line.found.judged) for line in found.runs] == [("#1", 2), ("#2", 3)]


# --- answers to conflicts


@pytest.mark.parametrize("kind", OPTIONS)
def test_every_answer_to_a_conflict_says_something(kind: str) -> None:
    rows = ["A/market/1", "B/sweep/2", "A/market/3"]
    for option in options(kind):
        found = said(kind, option.key, rows)
        assert found is not None and found.one in rows
        assert set(found.aside) <= set(rows)
    assert said(kind, "nonsense", rows) is None


@pytest.mark.parametrize(
    ("key", "leaves", "aside"),
    [("first", "b", ("b",)), ("second", "a", ("a",)), ("neither", "b", ("a", "b"))],
)
def test_whose_code_it_is_says_who_leaves(key: str, leaves: str, aside: tuple[str, ...]) -> None:
    found = said(suspects.ONE_CODE_TWO_PLACES, key, ["a", "b"])
    assert found is not None and (found.answer, found.one, found.aside) == (
        "different",
        leaves,
        aside,
    )
