"""Rosters that another hand wrote: other divisions and doors, other people, other signs, other
words for states and kinds. Nothing that linking knows was written from them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from zhian.apps.registry.census import commands
from zhian.demo import roster_strangers
from zhian.demo.rosters import Roster
from zhian.law.identifiers import is_uscc
from zhian.methods.linkage import flags, linker, names, normalise, places, records

NOWHERE = places.Gazetteer(
    {level: {} for level in places.LEVELS}, {level: {} for level in places.LEVELS}
)


def f1(truth: list[int], cluster: list[int]) -> float:
    """Of pairs of rows: how many are right, of those said and of those there."""

    def pairs(labels: list[object]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(labels).values())

    both = pairs(list(zip(truth, cluster, strict=True)))
    return 2 * both / (pairs(list(truth)) + pairs(list(cluster)))


def linked(roster: Roster, *, codes: bool = True) -> float:
    """How well the rosters are linked, with their credit codes or without any."""
    columns = roster.columns if codes else roster.columns | {"uscc": [""] * len(roster.truth)}
    found = linker.link(records.read(columns, valid_code=is_uscc))
    return f1(roster.truth, found.cluster.tolist())


@pytest.mark.parametrize("style", ["south", "central", "north"])
def test_rosters_of_another_hand_are_linked(style: str) -> None:
    assert linked(roster_strangers.county(1500, 3, style)) > 0.985


@pytest.mark.parametrize("style", ["south", "central"])
def test_and_where_they_are_untidy_or_bare_of_codes(style: str) -> None:
    assert linked(roster_strangers.county(1500, 4, style, 1.6)) > 0.965
    assert linked(roster_strangers.county(1500, 4, style), codes=False) > 0.965


def test_the_same_seed_writes_the_same() -> None:
    one, two = (roster_strangers.county(80, 5, "central") for _ in range(2))
    assert one.columns == two.columns
    assert one.columns != roster_strangers.county(80, 6, "central").columns


# --- how their texts are read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0775-2123456转801", ("2123456",)),
        ("0775-2123456-8012", ("2123456",)),
        ("(0775)2123456", ("2123456",)),
        ("0086-13895305431", ("13895305431",)),
        ("17708510019.0", ("17708510019",)),
        ("13895305431（微信同号）", ("13895305431",)),
        ("微信13895305431", ("13895305431",)),
        ("18253477303 13847119059", ("18253477303", "13847119059")),
        ("138-1234-5678，2123456", ("13812345678", "2123456")),
        ("138123", ()),
    ],
)
def test_telephones_with_extensions_words_and_neighbours(text: str, found: tuple[str, ...]) -> None:
    assert normalise.phones(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("陈志强、李秀英", ("陈志强", "陈")),
        ("陈志强 李秀英", ("陈志强", "陈")),
        ("覃 军昌", ("覃军昌", "覃")),
        ("莫秀珍（店主）", ("莫秀珍", "莫")),
        ("蒙*玲", ("", "蒙")),
        ("阿坤", ("", "")),
        ("秀姐", ("", "")),
        ("欧阳老板", ("", "欧阳")),
        ("韦某某", ("", "韦")),
        ("梁太", ("", "梁")),
    ],
)
def test_people_as_the_street_calls_them(text: str, found: tuple[str, str]) -> None:
    assert names.owner(text) == found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("解放路12号附3号", {"road": "解放路", "house": "12", "room": "3"}),
        ("解放路190-2号", {"road": "解放路", "house": "190", "room": "2"}),
        ("解放路190号之二", {"road": "解放路", "house": "190", "room": "2"}),
        ("解放路12号一楼", {"road": "解放路", "house": "12", "room": ""}),
        ("金碧花园27幢1号", {"market": "金碧花园", "house": "27", "room": "1"}),
        ("万隆广场1层B1-23", {"market": "万隆广场", "house": "23"}),
        ("人民路东门市场18号档", {"market": "东门市场", "house": "18"}),
        ("省道S302线旁", {"road": "道302", "house": ""}),
        ("207国道路边", {"road": "道207", "house": ""}),
        ("第三组", {"group": "3"}),
    ],
)
def test_doors_of_every_sort(text: str, parts: dict[str, str]) -> None:
    found = places.Reader(NOWHERE).read(text)
    assert {name: getattr(found, name) for name in parts} == parts


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("佳宜购便利店六分店", "佳宜购"),
        ("佳宜购便利店（六分店）", "佳宜购"),
        ("霞姨奶茶店桂花街店", "霞姨"),
        ("潘家摩托车行罗秀分店有限公司", "潘家"),
        ("益丰源大药房连锁有限公司城东分店", "益丰源"),
        ("8090烧烤店", "8090"),
        ("新华书店", "新华"),
        ("福满多食杂店", "福满多"),
    ],
)
def test_a_branch_bears_the_brand_of_its_chain(text: str, core: str) -> None:
    assert names.Reader(NOWHERE, frozenset()).read(text, places.Address()).core == core


def test_a_branch_in_brackets_stays_in_the_full_name() -> None:
    reader = names.Reader(NOWHERE, frozenset())
    assert "六分店" in reader.read("佳宜购便利店（六分店）", places.Address()).full
    assert "个体" not in reader.read("佳宜购便利店（个体工商户）", places.Address()).full


PLACES = ("城东街道龙塘村委会", "盘龙瑶族乡南乡社区", "石嘴镇新垌村", "石嘴镇上垌村")
COUNTY = [f"郁州市浔岭县{place}" for place in PLACES] * 30 + ["浔岭县城东街道城东市场3号档"] * 9


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("浔岭县盘龙瑶族南乡社区", ("浔岭县", "盘龙瑶族乡", "南乡")),
        ("盘龙乡南乡社区3号", ("浔岭县", "盘龙瑶族乡", "南乡")),
        ("石嘴乡新垌", ("浔岭县", "石嘴镇", "新垌")),
        ("郁一市浔岭县石嘴镇上垌村", ("浔岭县", "石嘴镇", "上垌")),
        ("城东市场3号档", ("", "", "")),
    ],
    ids=["without its kind", "without its people", "another kind", "a slip above", "a market"],
)
def test_divisions_that_are_not_written_in_full(text: str, parts: tuple[str, ...]) -> None:
    found = places.Reader(places.learn(COUNTY)).read(text)
    told = (found.county or parts[0], found.town, found.village)
    assert told == parts


def test_what_is_one_slip_off_a_common_name_means_that_name() -> None:
    gazetteer = places.learn([*COUNTY * 4, *["郁州市浔县石嘴镇新垌村"] * 6])
    assert "浔县" not in gazetteer.names["county"]
    found = places.Reader(gazetteer).read("浔县石嘴镇新垌村")
    assert (found.county, found.town, found.village) == ("浔岭县", "石嘴镇", "新垌")


def test_neighbouring_villages_are_no_slips_of_one_another() -> None:
    gazetteer = places.learn(COUNTY)
    assert {"新垌村", "上垌村"} <= set(gazetteer.names["village"])


# --- states and kinds in words


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("吊销，未注销", "吊销"), ("吊销,未注销", "吊销"), ("吊销未注销", "吊销"),
        ("已注销", "注销"), ("注销", "注销"), ("已撤销", "撤销"), ("开业", "存续"),
        ("存续（在营、开业、在册）", "存续"), ("迁出", "停业"), ("歇业", "停业"),
        ("拟注销", "拟注销"), ("正常（未注销）", "存续"), ("无效", "注销"), ("待核", "待核"),
    ],
)  # fmt: skip
def test_a_state_is_read_in_one_word(text: str, meant: str) -> None:
    assert normalise.status(text) == meant
    ended = meant in {"注销", "吊销", "撤销"}
    assert (normalise.status(text) in flags.ENDED) == ended


def world(*rows: tuple[str, str, str]) -> set[tuple[int, str]]:
    """The flags of rows of one establishment: roster, state, kind."""
    table = {
        "rid": [str(n) for n in range(len(rows))],
        "roster": [row[0] for row in rows],
        "name": ["好又来饭店"] * len(rows),
        "status": [row[1] for row in rows],
        "kind": [row[2] for row in rows],
    }
    read = records.read(table, valid_code=is_uscc)
    found = flags.flags(read, np.zeros(len(rows), dtype=np.int64))
    return {(row.row, row.flag) for row in found}


def test_a_registration_revoked_and_not_yet_cancelled_has_ended() -> None:
    found = world(("market", "吊销，未注销", "retail"), ("sweep", "", "retail"))
    assert found == {(1, flags.CANCELLED)}


def test_who_rests_or_moved_away_is_neither_cancelled_nor_unseen() -> None:
    assert world(("market", "歇业", "retail")) == set()
    assert world(("market", "迁出", "retail")) == set()
    assert world(("market", "停业", "retail"), ("sweep", "", "retail")) == set()
    assert world(("market", "开业", "retail")) == {(0, flags.UNINSPECTED)}


def test_a_state_that_nobody_explained_does_not_end_a_registration() -> None:
    assert world(("market", "待核", "retail"), ("sweep", "", "retail")) == set()


def test_what_is_gone_does_not_count_though_an_old_list_has_it() -> None:
    table = {
        "rid": list("012345"),
        "roster": ["market", "taxelec", "market", "sweep", "market", "taxelec"],
        "name": ["甲店", "甲店", "乙店", "乙店", "丙店", "丙店"],
        "status": ["注销", "", "注销", "", "存续", ""],
    }
    read = records.read(table, valid_code=is_uscc)
    counts = flags.counted(read, np.array([0, 0, 2, 2, 4, 4]))
    assert counts.tolist() == [False, False, False, True, True, True]


def test_the_command_reads_their_words(tmp_path: Path) -> None:
    """The same county with states and kinds in words gives the blind spots of the codes."""
    spots = []
    for in_words in (False, True):
        roster = roster_strangers.county(500, 7, "south", in_words=in_words)
        file, out = tmp_path / f"{in_words}.csv", tmp_path / f"out{in_words}"
        with file.open("w", encoding="utf-8", newline="") as written:
            csv.writer(written).writerows(
                [list(roster.columns), *zip(*roster.columns.values(), strict=True)]
            )
        assert commands.main(["link", str(file), "--out", str(out)]) == 0
        assert "待核" not in (out / "report.html").read_text(encoding="utf-8")
        with (out / "blindspots.csv").open(encoding="utf-8-sig", newline="") as found:
            spots.append(Counter(row["flag"] for row in csv.DictReader(found)))
    codes, told = spots
    assert set(codes) == set(flags.WORDS)
    for flag in flags.WORDS:
        assert told[flag] == pytest.approx(codes[flag], rel=0.35, abs=4)
