"""What two rows have in common: thirty numbers for each pair, none of them the credit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from zhian.methods.linkage.records import Records

Floats = NDArray[np.float32]
Index = NDArray[np.int64]
NAMES = (
    "full_ratio", "base_ratio", "base_partial", "core_ratio", "core_sound", "core_first",
    "core_rarity", "trade", "words", "kind", "owner_same", "owner_ratio", "owner_sound", "surname",
    "owner_rarity", "owner_known", "owner_in_name", "core_is_owner", "phone_same", "phone_rarity",
    "phone_known", "phone_near", "town", "village", "road", "road_ratio", "house", "room", "group",
    "hamlet_ratio", "market", "rest_ratio", "same_roster", "rosters", "status", "licence",
)  # fmt: skip
WORDS = {
    "full_ratio": "全称相似", "base_ratio": "字号行业相似", "base_partial": "名称互相包含",
    "core_ratio": "字号相似", "core_sound": "字号读音", "core_first": "字号开头",
    "core_rarity": "字号少见", "trade": "行业", "words": "行业用词", "kind": "业态",
    "owner_same": "经营者相同", "owner_ratio": "经营者姓名相似", "owner_sound": "经营者姓名读音",
    "surname": "姓氏", "owner_rarity": "姓名少见", "owner_known": "经营者姓名齐全",
    "owner_in_name": "招牌含经营者姓名", "core_is_owner": "以姓名为字号", "phone_same": "电话相同",
    "phone_rarity": "电话少见", "phone_known": "电话齐全", "phone_near": "电话相近", "town": "乡镇",
    "village": "村（社区）", "road": "道路", "road_ratio": "道路相似", "house": "门牌号",
    "room": "房间号", "group": "组", "hamlet_ratio": "屯名相似", "market": "市场",
    "rest_ratio": "地址其余部分", "same_roster": "同一名册", "rosters": "名册组合",
    "status": "登记状态", "licence": "许可证号",
}  # fmt: skip
NOWHERE = "\0"  # stands in no text
SAME, DIFFERENT, UNKNOWN = 1.0, 0.0, 0.5


@dataclass(slots=True)
class Arrays:
    """Columns of the rows as arrays of objects, and how often a value occurs."""

    texts: dict[str, NDArray[np.object_]]
    counts: dict[str, Floats]
    rosters: NDArray[np.int64]
    pairs_of: int


def arrays(records: Records) -> Arrays:
    """Prepare the columns once for any number of pairs."""
    wanted = set(Records.__dataclass_fields__) - {"rid"}
    texts = {name: np.array(getattr(records, name), dtype=object) for name in wanted}
    texts["needle"] = np.array([o if len(o) > 1 else NOWHERE for o in records.owner], dtype=object)
    counts = {name: _counts(getattr(records, name)) for name in ("core", "owner", "phone")}
    known = {name: n for n, name in enumerate(sorted(set(records.roster)))}
    rosters = np.array([known[name] for name in records.roster], dtype=np.int64)
    return Arrays(texts, counts, rosters, len(known))


def _counts(values: Sequence[str]) -> Floats:
    often = Counter(values)
    return np.array([np.log1p(often[value]) for value in values], dtype=np.float32)


def compare(data: Arrays, pairs: Index) -> Floats:
    """The features of pairs: an array (pairs, features) in the order of NAMES."""
    found: dict[str, Floats] = {}
    _Comparison(data, pairs, found).all()
    return np.column_stack([found[name] for name in NAMES]).astype(np.float32)


@dataclass(slots=True)
class _Comparison:
    data: Arrays
    pairs: Index
    found: dict[str, Floats]

    def all(self) -> None:
        self._names()
        self._people()
        self._phones()
        self._place()
        self._papers()

    def _two(self, column: str) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        texts = self.data.texts[column]
        return texts[self.pairs[:, 0]], texts[self.pairs[:, 1]]

    def _same(self, column: str) -> Floats:
        """1 same, 0 different, .5 where one of them is not known."""
        one, two = self._two(column)
        same = np.where(one == two, SAME, DIFFERENT)
        return np.where((one == "") | (two == ""), UNKNOWN, same).astype(np.float32)

    def _alike(self, column: str, scorer: Callable[..., float] = fuzz.ratio) -> Floats:
        """From 0 to 1; -1 where one of them is empty."""
        one, two = self._two(column)
        score = np.where((one == "") | (two == ""), -1, 1).astype(np.float32)
        unequal = np.flatnonzero((score == 1) & (one != two))
        score[unequal] = _scores(one[unequal], two[unequal], scorer)
        return score

    def _names(self) -> None:
        put = self.found
        put["full_ratio"] = self._alike("full")
        put["base_ratio"] = self._alike("base")
        put["base_partial"] = self._alike("base", fuzz.partial_ratio)
        put["core_ratio"] = self._alike("core")
        put["core_sound"] = self._alike("core_sound")
        put["core_first"] = self._alike("core", JaroWinkler.normalized_similarity)
        put["core_rarity"] = self._rarity("core")
        put["trade"], put["words"] = self._same("trade"), self._same("words")
        put["kind"] = self._same("kind")

    def _rarity(self, column: str) -> Floats:
        counts = self.data.counts[column]
        return np.maximum(counts[self.pairs[:, 0]], counts[self.pairs[:, 1]])

    def _people(self) -> None:
        put = self.found
        put["owner_same"], put["surname"] = self._same("owner"), self._same("surname")
        put["owner_ratio"] = self._alike("owner")
        put["owner_sound"] = self._alike("owner_sound")
        put["owner_rarity"] = self._rarity("owner")
        one, two = self._two("owner")
        put["owner_known"] = ((one != "").astype(np.float32) + (two != "")).astype(np.float32)
        base_one, base_two = self._two("base")
        name_one, name_two = self._two("needle")
        put["owner_in_name"] = _inside(name_one, base_two) + _inside(name_two, base_one)
        core_one, core_two = self._two("core")
        put["core_is_owner"] = ((core_one == one).astype(np.float32) + (core_two == two)).astype(
            np.float32
        )

    def _phones(self) -> None:
        one, two = self._two("phone")
        more_one, more_two = self._two("phone2")
        same = ((one == two) | (one == more_two)) & (one != "")
        same |= ((more_one == two) | (more_one == more_two)) & (more_one != "")
        known = (one != "") & (two != "")
        self.found["phone_same"] = np.where(same, SAME, np.where(known, DIFFERENT, UNKNOWN)).astype(
            np.float32
        )
        self.found["phone_known"] = known.astype(np.float32)
        self.found["phone_rarity"] = np.where(same, self._rarity("phone"), -1).astype(np.float32)
        near = np.full(len(one), -1, dtype=np.float32)
        apart = np.flatnonzero(known & ~same)
        near[apart] = _scores(one[apart], two[apart], fuzz.ratio)
        self.found["phone_near"] = near

    def _place(self) -> None:
        put = self.found
        for column in ("town", "village", "road", "house", "room", "group", "market"):
            put[column] = self._same(column)
        put["road_ratio"] = self._alike("road")
        put["hamlet_ratio"] = self._alike("hamlet")
        put["rest_ratio"] = self._alike("rest")

    def _papers(self) -> None:
        rosters = self.data.rosters
        one, two = rosters[self.pairs[:, 0]], rosters[self.pairs[:, 1]]
        self.found["same_roster"] = (one == two).astype(np.float32)
        pair = np.minimum(one, two) * self.data.pairs_of + np.maximum(one, two)
        self.found["rosters"] = pair.astype(np.float32)
        self.found["status"] = self._same("status")
        self.found["licence"] = self._same("licence")


def _scores(
    one: NDArray[np.object_], two: NDArray[np.object_], scorer: Callable[..., float]
) -> Floats:
    most = 1.0 if scorer is JaroWinkler.normalized_similarity else 100.0
    found = process.cpdist(one, two, scorer=scorer, workers=1).astype(np.float32)
    return np.asarray(found / np.float32(most), dtype=np.float32)


def _inside(needles: NDArray[np.object_], texts: NDArray[np.object_]) -> Floats:
    pairs = zip(needles.tolist(), texts.tolist(), strict=True)
    return np.array([needle in text for needle, text in pairs], dtype=np.float32)
