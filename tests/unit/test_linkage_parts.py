"""What stands behind the census: confidence, calibration, the pretrained model, clustering, and the
fictitious rosters on which all of it is measured."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from zhian.demo.rosters import Roster, counties, county
from zhian.methods.linkage import (
    blocking,
    clustering,
    confidence,
    features,
    flags,
    linker,
    model,
    records,
    review,
)


@pytest.fixture(scope="module")
def roster() -> Roster:
    return county(operators=500, seed=3, style="central")


def pairs(labels: Sequence[object]) -> set[tuple[int, int]]:
    held: dict[object, list[int]] = {}
    for row, label in enumerate(labels):
        held.setdefault(label, []).append(row)
    return {(a, b) for rows in held.values() for a in rows for b in rows if a < b}


# --- what stands behind it


def test_a_row_alone_is_certain_and_a_shared_code_makes_sure() -> None:
    pairs_ = np.array([[0, 1], [1, 2]])
    sure = confidence.of_rows(
        pairs_, np.array([1.0, -4.0]), np.array([0, 0, 2]), ["", "", ""]
    ).tolist()
    assert sure == pytest.approx([0.731, 0.731, 1.0], abs=1e-3)
    coded = confidence.of_rows(
        pairs_, np.array([1.0, -4.0]), np.array([0, 0, 2]), ["X", "X", ""]
    ).tolist()
    assert coded[0] > 0.99


def test_chances_that_say_what_is_so_have_no_error() -> None:
    chances = np.repeat([0.05, 0.5, 0.95], 20)
    same = np.array([1] + [0] * 19 + [1] * 10 + [0] * 10 + [1] * 19 + [0], dtype=np.int8)
    assert model.calibration(chances, same).error == pytest.approx(0)
    assert model.calibration(chances, 1 - same).error == pytest.approx(0.6)


def test_without_any_code_the_pretrained_model_links(roster: Roster) -> None:
    bare = {**roster.columns, "uscc": [""] * len(roster.truth)}
    read = records.read(bare, valid_code=lambda _code: False)
    found = linker.link(read)
    mine, theirs = pairs(found.cluster.tolist()), pairs(roster.truth)
    assert found.pretrained and found.calibration is None
    assert 2 * len(mine & theirs) / (len(mine) + len(theirs)) > 0.93


def test_the_pretrained_model_is_blind_to_which_rosters_are_compared(roster: Roster) -> None:
    read = records.read(roster.columns, valid_code=lambda _code: False)
    values = features.compare(features.arrays(read), blocking.candidates(read).pairs)
    other = values.copy()
    other[:, features.NAMES.index("rosters")] = 99
    judge = model.pretrained()
    assert (judge.log_odds(values) == judge.log_odds(other)).all()


def test_leaving_out_what_cannot_count_changes_no_cluster() -> None:
    """Only pairs that hang together by links that speak for merging are looked at."""
    rnd = random.Random(9)
    size = 60
    for _ in range(40):
        chosen = [(a, b) for a in range(size) for b in range(a + 1, size) if rnd.random() < 0.1]
        odds = np.array([rnd.gauss(-1.5, 3) for _ in chosen])
        codes = [rnd.choice(["", "", "", "X", "Y", "Z"]) for _ in range(size)]
        mine = clustering.cluster(size, np.array(chosen), odds, codes)
        assert mine.tolist() == naive(size, chosen, odds.tolist(), codes)


def naive(
    size: int, chosen: list[tuple[int, int]], odds: list[float], codes: list[str]
) -> list[int]:
    """Merge the two clusters with the most evidence between them until none speaks for it."""
    home = list(range(size))
    first: dict[str, int] = {}
    for row, code in enumerate(codes):
        if code:
            home[row] = first.setdefault(code, row)
    while True:
        total: dict[tuple[int, int], float] = {}
        for (a, b), weight in zip(chosen, odds, strict=True):
            key = min(home[a], home[b]), max(home[a], home[b])
            total[key] = total.get(key, 0.0) + weight
        held = {h: {codes[r] for r in range(size) if home[r] == h} - {""} for h in set(home)}
        best = [(w, k) for k, w in total.items() if w > 0 and k[0] != k[1]
                and len(held[k[0]] | held[k[1]]) < 2]  # fmt: skip
        if not best:
            return home
        _weight, (keep, gone) = max(best)
        home = [keep if h == gone else h for h in home]


# --- the fictitious rosters


def test_the_same_seed_makes_the_same_rosters() -> None:
    assert county(60, 5, "north").columns == county(60, 5, "north").columns
    assert county(60, 5, "north").columns != county(60, 6, "north").columns


def test_counties_have_their_own_places_codes_and_rows() -> None:
    both = counties(3, 80, 1, "south")
    assert len(set(both.columns["rid"])) == len(both.truth)
    assert max(both.truth) < 240
    codes = {code[2:8] for code in both.columns["uscc"] if len(code) == 18 and code.isascii()}
    assert len([c for c, n in Counter(c[:6] for c in codes).items() if n]) >= 3


@pytest.mark.parametrize("style", ["south", "central", "north"])
def test_rosters_have_what_makes_real_ones_hard(style: str) -> None:
    roster = county(1500, 2, style)
    columns_ = roster.columns
    phones = Counter(filter(None, columns_["phone"]))
    owners: dict[int, set[str]] = {}
    of_phone: dict[str, set[int]] = {}
    for row, shop in enumerate(roster.truth):
        owners.setdefault(shop, set()).add(columns_["owner"][row])
        of_phone.setdefault(columns_["phone"][row], set()).add(shop)
    shared = [p for p in phones if len(of_phone[p]) > 4]
    assert shared, "companies share the telephone of their agent"
    assert sum(len(names - {""}) > 1 for names in owners.values()) > 150, "spouses, predecessors"
    assert any(len(code) == 15 and code.isdigit() for code in columns_["uscc"])
    homonyms = Counter(o for names in owners.values() for o in names if len(o) > 1)
    assert homonyms.most_common(1)[0][1] >= 4


# --- counties together


def test_a_credit_code_names_the_county_that_its_address_leaves_out() -> None:
    rows = {
        "rid": ["1", "2", "3", "4"],
        "name": ["甲店", "乙店", "丙店", "丁店"],
        "uscc": ["92450101MA1111111A", "92450102MA1111111B", "92450101MA2222222C", ""],
        "addr": ["安平县河口镇1号", "新山县河口镇2号", "河口镇3号", "河口镇4号"],
        "licence": ["", "", "", "JY14501020000012"],
    }
    many = {k: [*v[:2] * 30, *v[2:]] for k, v in rows.items()}
    many["rid"] = [str(n) for n in range(len(many["rid"]))]
    read = records.read(many, valid_code=lambda code: len(code) == 18)
    assert read.county[-2:] == ["安平县", "新山县"]


def test_what_sorts_of_rows_say_together_is_what_the_rows_say(roster: Roster) -> None:
    read = records.read(roster.columns, valid_code=lambda _code: False)
    cluster = np.unique(np.array(roster.truth), return_inverse=True)[1]
    expected: dict[int, flags.Seen] = {}
    for row, home in enumerate(cluster.tolist()):
        mine = flags.seen(read, row)
        expected[home] = expected[home] | mine if home in expected else mine
    assert flags.together(read, cluster) == expected


def test_a_question_names_the_best_row_of_each_neighbour() -> None:
    table = {
        "rid": ["0", "1", "2", "3"],
        "roster": ["sweep", "market", "market", "market"],
        "name": ["甲店", "甲店", "甲店", "甲店"],
    }
    read = records.read(table, valid_code=lambda _code: False)
    chosen = np.array([[0, 1], [0, 2], [0, 3]])
    asked = review.questions(
        read, chosen, np.array([-1.0, -0.5, -2.0]), np.array([0, 1, 2, 2]), [""] * 4
    )
    mine = next(question for question in asked if question.row == 0)
    assert [(c.cluster, c.by_row) for c in mine.choices] == [(2, 2), (1, 1)]
    assert flags.UNREGISTERED in mine.changes
