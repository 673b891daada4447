"""Rosters of several departments become one register."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, strategies as st

from zhian.demo.rosters import Roster, county
from zhian.law.identifiers import is_uscc
from zhian.methods.linkage import (
    additive,
    clustering,
    explain,
    features,
    flags,
    linker,
    names,
    normalise,
    places,
    records,
    register,
    review,
    suspects,
)


@pytest.fixture(scope="module")
def roster() -> Roster:
    return county(operators=900, seed=4)


@pytest.fixture(scope="module")
def read(roster: Roster) -> records.Records:
    return records.read(roster.columns, valid_code=is_uscc)


@pytest.fixture(scope="module")
def linked(read: records.Records) -> linker.Linked:
    return linker.link(read)


def scores(truth: list[int], cluster: np.ndarray) -> tuple[float, float]:
    """Pairwise precision and recall."""
    mine = set(_pairs(cluster.tolist()))
    theirs = set(_pairs(truth))
    both = len(mine & theirs)
    return both / len(mine), both / len(theirs)


def _pairs(labels: list[int]) -> Iterator[tuple[int, int]]:
    rows: dict[int, list[int]] = {}
    for row, label in enumerate(labels):
        rows.setdefault(label, []).append(row)
    for group in rows.values():
        yield from itertools.combinations(group, 2)


# --- how texts are read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("肇州縣　萬福（分店）", "肇州县万福分店"),
        ("ＫＴＶ 12号", "KTV12号"),
        ("", ""),
    ],
)
def test_width_script_and_marks_do_not_matter(text: str, read: str) -> None:
    assert normalise.plain(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("兴盛路十四号", "兴盛路14号"),
        ("向阳街三十二号", "向阳街32号"),
        ("中央大街二〇八号", "中央大街208号"),
        ("一百二十号", "120号"),
        ("三合村七棵树", "三合村七棵树"),
    ],
)
def test_numbers_of_doors_are_figures(text: str, read: str) -> None:
    assert normalise.numerals(text) == read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("156 5111 0656", ("15651110656",)),
        ("15748278961；0459-8132672", ("15748278961", "8132672")),
        ("１８６０４１８３３１５", ("18604183315",)),
        ("+86 13800001111", ("13800001111",)),
        ("无", ()),
    ],
)
def test_telephone_numbers_are_found_in_a_cell(text: str, found: tuple[str, ...]) -> None:
    assert normalise.phones(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("老王", ("", "王")), ("王某", ("", "王")), ("欧阳春", ("欧阳春", "欧阳")), ("", ("", ""))],
)
def test_who_is_named_by_surname_only_has_no_name(text: str, found: tuple[str, str]) -> None:
    assert names.owner(text) == found


ADDRESSES = [
    "安平县河口镇北桥村3组", "安平县河口镇北桥村", "河口镇北桥村李家湾", "安平县松岭乡大坪村",
    "松岭乡大坪村5组", "安平县河口镇人民路12号", "河口镇人民路3号", "安平县松岭乡大坪村",
] * 3  # fmt: skip


def test_an_address_is_taken_apart_against_what_the_rosters_teach() -> None:
    reader = places.Reader(places.learn(ADDRESSES))
    found = reader.read("安平县河口北桥村李家湾2组")
    assert (found.county, found.town, found.village) == ("安平县", "河口镇", "北桥")
    assert (found.hamlet, found.group) == ("李家湾", "2")
    road = reader.read("河口镇人民路十二号")
    assert (road.town, road.road, road.house) == ("河口镇", "人民路", "12")


def test_a_signboard_is_place_brand_and_trade() -> None:
    gazetteer = places.learn(ADDRESSES)
    where = places.Reader(gazetteer).read("安平县河口镇北桥村")
    reader = names.Reader(gazetteer, frozenset())
    sign = reader.read("安平县河口镇福满多食杂店（个体工商户）", where)
    assert (sign.base, sign.core, sign.trade) == ("福满多食杂店", "福满多", "grocery")
    assert reader.read("河口福满多小卖部", where).core == "福满多"


def test_a_roster_without_names_is_refused() -> None:
    with pytest.raises(records.MissingColumn, match="name"):
        records.read({"rid": [1]}, valid_code=is_uscc)


# --- linking


def test_rosters_are_linked(roster: Roster, linked: linker.Linked) -> None:
    precision, recall = scores(roster.truth, linked.cluster)
    assert precision > 0.97
    assert recall > 0.95


def test_a_cluster_never_holds_two_codes(read: records.Records, linked: linker.Linked) -> None:
    held: dict[int, set[str]] = {}
    for row, code in enumerate(linker.trusted(read, linked.doubtful)):
        if code:
            held.setdefault(int(linked.cluster[row]), set()).add(code)
    assert max(map(len, held.values())) == 1


def test_reviewers_are_obeyed(read: records.Records, linked: linker.Linked) -> None:
    codes = linker.trusted(read, linked.doubtful)
    one, two = next(
        (a, b)
        for a, b in linked.pairs.tolist()
        if linked.cluster[a] == linked.cluster[b] and not (codes[a] and codes[b])
    )
    kept = clustering.cluster(
        len(read), linked.pairs, linked.log_odds, codes, different=[(one, two)], bias=linker.BIAS
    )
    assert kept[one] != kept[two]
    far = next(
        row for row in range(len(read)) if linked.cluster[row] != kept[one] and not codes[row]
    )
    free = next(row for row in range(len(read)) if not codes[row] and kept[row] != kept[far])
    joined = clustering.cluster(
        len(read), linked.pairs, linked.log_odds, codes, same=[(far, free)], bias=linker.BIAS
    )
    assert joined[far] == joined[free]


@given(st.randoms(use_true_random=False))
def test_an_undone_answer_leaves_the_clusters_as_they_were(rnd: random.Random) -> None:
    size = 24
    pairs = np.array([(a, b) for a in range(size) for b in range(a + 1, size)])
    odds = np.array([rnd.gauss(-2, 3) for _ in range(len(pairs))])
    codes = [rnd.choice(["", "", "X", "Y"]) for _ in range(size)]
    before = clustering.cluster(size, pairs, odds, codes)
    answers = [tuple(sorted(rnd.sample(range(size), 2))) for _ in range(4)]
    changed = clustering.cluster(size, pairs, odds, codes, same=answers[:2], different=answers[2:])
    for one, two in answers[2:]:
        assert changed[one] != changed[two] or (one, two) in answers[:2]
    assert (clustering.cluster(size, pairs, odds, codes) == before).all()


def test_every_waterfall_sums_to_its_score(read: records.Records, linked: linker.Linked) -> None:
    rows = [tuple(pair) for pair in linked.pairs[:200].tolist()]
    for at, evidence in enumerate(explain.waterfall(linked.judge, read, rows)):
        assert sum(row.adds for row in evidence) == pytest.approx(linked.log_odds[at], abs=1e-6)


def test_where_trees_cannot_load_weights_take_over(
    roster: Roster, read: records.Records, linked: linker.Linked
) -> None:
    data = features.arrays(read)
    values = features.compare(data, linked.pairs)
    codes = np.array(read.code, dtype=object)
    one, two = codes[linked.pairs[:, 0]], codes[linked.pairs[:, 1]]
    coded = (one != "") & (two != "")
    judge = additive.learn(values[coded], (one == two)[coded].astype(np.int8))
    odds = judge.log_odds(values)
    assert judge.why(values).sum(axis=1) == pytest.approx(odds)
    found = clustering.cluster(len(read), linked.pairs, odds, read.code, bias=linker.BIAS)
    precision, recall = scores(roster.truth, found)
    assert min(precision, recall) > 0.9


# --- what only a person can settle


def test_a_code_among_strangers_proves_nothing(roster: Roster) -> None:
    columns = {name: list(values) for name, values in roster.columns.items()}
    coded = [row for row, code in enumerate(columns["uscc"]) if is_uscc(normalise.code(code))]
    rnd = random.Random(1)
    wrong = rnd.sample(coded, len(coded) // 60)
    for row in wrong:
        columns["uscc"][row] = columns["uscc"][rnd.choice(coded)]
    read = records.read(columns, valid_code=is_uscc)
    linked = linker.link(read)
    found = suspects.conflicts(read, linked.pairs, linked.log_odds, linked.cluster)
    queued = {row for conflict in found for row in conflict.rows}
    assert len(queued & set(wrong)) >= 0.8 * len(wrong)
    precision, _recall = scores(roster.truth, linked.cluster)
    assert precision > 0.95


def test_blind_spots_are_found_by_row(roster: Roster, read: records.Records) -> None:
    first: dict[int, int] = {}
    truth = np.array([first.setdefault(name, row) for row, name in enumerate(roster.truth)])
    found = flags.flags(read, truth)
    unregistered = set(flags.rows_with(found, flags.UNREGISTERED))
    on_market = {n for n, r in zip(roster.truth, read.roster, strict=True) if r == "market"}
    expected = {
        row
        for row, name in enumerate(roster.truth)
        if read.roster[row] == "sweep" and name not in on_market
    }
    assert unregistered == expected
    assert expected, "the county has shops that nobody registered"


def test_questions_are_asked_where_a_flag_hangs_on_them(
    read: records.Records, linked: linker.Linked
) -> None:
    codes = linker.trusted(read, linked.doubtful)
    asked = review.questions(read, linked.pairs, linked.log_odds, linked.cluster, codes)
    worth = [question.worth for question in asked]
    assert worth == sorted(worth, reverse=True)
    assert all(question.changes and question.choices for question in asked)
    rest = review.questions(
        read,
        linked.pairs,
        linked.log_odds,
        linked.cluster,
        codes,
        answered=frozenset({asked[0].row}),
    )
    assert asked[0].row not in {question.row for question in rest}


# --- from run to run


def fresh() -> register.Callable[[], str]:
    count = itertools.count(1)
    return lambda: f"E{next(count)}"


def test_an_id_goes_with_most_of_its_rows() -> None:
    before = ["E1", "E1", "E1", "E2", "", ""]
    ids = register.assign(np.array([0, 0, 2, 2, 4, 4]), before, lambda: "E9")
    assert ids.of_row == ("E1", "E1", "E2", "E2", "E9", "E9")
    assert not ids.redirects
    assert ids.new == ("E9",)


def test_a_merge_leaves_a_redirect_and_a_split_says_from_where() -> None:
    merged = register.assign(np.array([0, 0, 0]), ["E1", "E1", "E2"], lambda: "E9")
    assert merged.redirects == {"E2": "E1"}
    split = register.assign(np.array([0, 0, 2]), ["E1", "E1", "E1"], lambda: "E9")
    assert split.of_row == ("E1", "E1", "E9")
    assert split.splits == {"E9": "E1"}


def test_what_a_legal_act_rests_on_is_neither_merged_nor_split(
    read: records.Records, linked: linker.Linked
) -> None:
    ids = list(register.assign(linked.cluster, [""] * len(read), fresh()).of_row)
    wronged = list(ids)
    one, two = ids[0], next(name for name in ids if name != ids[0])
    wronged[0] = two  # a row that the evidence puts elsewhere
    held = register.held(wronged, frozenset({one, two}))
    again = linker.link(read, judge=linked.judge, standing=held)
    homes = {
        name: {int(again.cluster[row]) for row, own in enumerate(held) if own == name}
        for name in (one, two)
    }
    assert all(len(home) <= 1 for home in homes.values())
    assert not homes[one] & homes[two]


def test_new_rows_join_a_register_that_stands(roster: Roster) -> None:
    sweep = [row for row, name in enumerate(roster.columns["roster"]) if name == "sweep"]
    new = set(sweep[::12])
    old = [row for row in range(len(roster.truth)) if row not in new]
    order = [*old, *sorted(new)]
    columns = {name: [values[row] for row in order] for name, values in roster.columns.items()}
    words = records.learn(columns["name"], columns["owner"], columns["addr"])
    all_rows = records.read(columns, valid_code=is_uscc, vocabulary=words)
    first = {name: values[: len(old)] for name, values in columns.items()}
    later = {name: values[len(old) :] for name, values in columns.items()}
    standing = records.read(first, valid_code=is_uscc, vocabulary=words)
    linked = linker.link(standing)
    ids = register.assign(linked.cluster, [""] * len(standing), fresh()).of_row
    added = register.attach(
        standing, ids, records.read(later, valid_code=is_uscc, vocabulary=words), linked.judge, 0.7
    )
    assert len(added.of_row) == len(new)
    names_ = {name: n for n, name in enumerate(dict.fromkeys([*ids, *added.of_row]))}
    truth = [roster.truth[row] for row in order]
    cluster = np.array([names_[name] for name in [*ids, *added.of_row]])
    precision, recall = scores(truth, cluster)
    whole = scores(truth, linker.link(all_rows).cluster)
    assert precision > whole[0] - 0.02
    assert recall > whole[1] - 0.02
