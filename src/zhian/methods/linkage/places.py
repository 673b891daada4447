"""Where a row is: its address in parts, against a gazetteer that the rosters teach."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from zhian.methods.linkage.normalise import numerals, plain

LEVELS = ("province", "city", "county", "town", "village")
SUFFIXES = {
    "province": ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省"),
    "city": ("自治州", "地区", "盟", "市"),
    "county": ("自治县", "自治旗", "县", "区", "市", "旗"),
    "town": (
        "街道办事处", "街道办", "街道", "民族乡", "镇", "乡", "苏木", "良种场", "种畜场", "原种场",
        "农场", "林场", "牧场", "渔场", "茶场", "开发区", "管理区",
    ),
    "village": (
        "社区居委会", "村委会", "居委会", "村民委员会", "社区", "行政村", "新村", "嘎查", "村",
    ),
}  # fmt: skip
_SHAPE = {
    "province": (2, 4), "city": (1, 4), "county": (1, 6), "town": (1, 6), "village": (1, 6),
}  # fmt: skip
# what follows shows that it was none: 城东市场, 南乡社区
_NOT = dict.fromkeys(LEVELS, "(?!场)") | {"town": "(?!场|社区|村|居委)"}
_NAME = {
    level: re.compile(
        f"[\\u3400-\\u9fff]{{{low},{high}}}?(?:{'|'.join(SUFFIXES[level])}){_NOT[level]}"
    )
    for level, (low, high) in _SHAPE.items()
}
_KIND = {level: re.compile("|".join(SUFFIXES[level]) + "(?!场)") for level in SUFFIXES}
_PEOPLE = re.compile(
    "(?:壮|瑶|苗|侗|回|满|蒙古|朝鲜|土家|畲|黎|藏|彝|白|傣|仡佬|仫佬|毛南|水|布依|羌|维吾尔|哈萨克|达斡尔"
    "|鄂温克|鄂伦春|锡伯|赫哲|裕固|撒拉|东乡|保安|土|哈尼|傈僳|佤|拉祜|纳西|景颇|各)族"
)
# a road, a gate or a market is no division, whatever its last character
_NO_DIVISION = re.compile(r"路|大街|街(?!道)|大道|胡同|巷|\d|市场|小区|商贸|广场|号|城区|早市|夜市")
# what no slip of a division looks like: a road, a door, another place below
_SOLID = re.compile(r"路|大街|街(?!道)|巷|\d|市场|广场|小区|[村镇乡屯]|社区|街道")
# what lies below a county is no part of its name: 肇州镇民主社区 ends like one and is none
_NO_UPPER = re.compile(r"[镇乡村屯](?!.*自治)|社区|街道|园区|批发|集市")
_ROAD = re.compile(r"([\u3400-\u9fff]{1,6}?(?:大街|大道|路|街|巷|胡同|弄|道)(?!道|口|东|南|西|北))")
_HOUSE = re.compile(r"(\d+)号")
_GROUP = re.compile(r"(\d+)(?:组|社|队)(?!区)")
_ROOM = re.compile(r"(?<=\d)[号栋幢座].*?(\d+)(?![\d楼层组])")
_BUILDING = re.compile(r"(\d+)(?:栋|幢|座)")
_STALL = re.compile(r"[A-Za-z]\d{1,2}\s*[-—－]\s*(\d+)号?")
_PART = re.compile(r"(\d)\s*(?:号?之|[-—－])\s*([一二三四五六七八九\d]+)号?(?![\d组])")
_ORDINAL = re.compile(r"第(?=\d)")
_MARKET = re.compile(r"([\u3400-\u9fff]{1,8}?(?:市场|商贸城|批发城|商城|商场|广场|超市|百货))")
_ESTATE = re.compile(
    r"([\u3400-\u9fff]{2,8}?(?:小区|花园|花苑|家园|华庭|豪庭|公寓|大厦|新城|美食城|购物中心|步行街|家属院|苑))"
)
_HIGHWAY = re.compile(
    r"(?:(?:[国省县乡]道|(?<![A-Z]))[GSXYC]|[国省县乡]道)(\d{2,4})|(\d{2,4})[国省县]道"
)
_ON_ROAD = re.compile(r"^.*(?:路|街|大道|巷)(?=.{3,})")
_ASIDE = re.compile(r"[(（][^)）]*[)）]?")
SLIP = 40  # a name so many times as frequent is what a name one character off was meant to be
LONGEST = 10  # characters of the name of a division
SKIPPED = 8  # characters before a division that may be a slip of what stands above it


@dataclass(frozen=True, slots=True)
class Address:
    """An address in parts, each empty where the text does not say."""

    county: str = ""
    town: str = ""
    village: str = ""
    hamlet: str = ""
    road: str = ""
    house: str = ""
    room: str = ""
    group: str = ""
    market: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The divisions that the addresses name often enough to be believed.

    `names`: level → full name → short name. `shorts`: level → short name → full name, where the
    short one is unambiguous on its level.
    """

    names: dict[str, dict[str, str]] = field(default_factory=dict)
    shorts: dict[str, dict[str, str]] = field(default_factory=dict)


def short_of(name: str, level: str) -> str:
    """A division's name without its kind: 永胜乡 → 永胜; itself where nothing would remain."""
    short = _without_kind(name, level)
    return _PEOPLE.split(short)[0] or short


def _without_kind(name: str, level: str) -> str:
    for suffix in SUFFIXES[level]:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name


def cleaned(address: str) -> str:
    """An address as one string: numbers in figures, asides in brackets left out; 190-2号 and
    190号之二 are 190号附2."""
    text = _PART.sub(r"\1号附\2号", _STALL.sub(r"\1号", _ASIDE.sub("", address)))
    return _ORDINAL.sub("", plain(numerals(text)))


def learn(addresses: Iterable[str], least: int = 4) -> Gazetteer:
    """The gazetteer of a set of addresses.

    addresses: raw texts. least: how often a division must be named; rarer ones are taken for
    slips of the pen. Villages are learned when towns are known: 新福红旗村 is a town's short name
    and a village.
    """
    texts = [cleaned(address) for address in addresses]
    counts = _count(texts, LEVELS[:-1])
    upper = _bars(counts, least)
    slips = {level: _slips(upper[level], counts[level]) for level in upper}
    reader = Reader(_gazetteer(upper, slips))
    rests = [reader.below_town(text) for text in texts]
    villages = Counter(
        found.group()
        for found in map(_NAME["village"].match, rests)
        if found and not _NO_DIVISION.search(found.group())
    )
    upper["village"] = [name for name, n in villages.most_common() if n >= least]
    return _gazetteer(upper, slips)


def _count(texts: Iterable[str], levels: Sequence[str]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {level: Counter() for level in levels}
    for rest in texts:
        for level in levels:
            found = _NAME[level].match(rest)
            if found and _may_be(level, found.group()):
                counts[level][found.group()] += 1
                rest = rest[found.end() :]
    return counts


def _may_be(level: str, name: str) -> bool:
    upper = level in {"province", "city", "county"} and _NO_UPPER.search(name)
    return not upper and not _NO_DIVISION.search(name)


def _bars(counts: dict[str, Counter[str]], least: int) -> dict[str, list[str]]:
    """The names that are named often enough for their level."""
    total = max(1, sum(counts["county"].values()) or sum(counts["town"].values()))
    share = {"province": 500, "city": 1000, "county": 2000, "town": 8000}
    return {
        level: [n for n, often in counts[level].most_common() if often >= max(least, total // part)]
        for level, part in share.items()
    }


def _slips(kept: Sequence[str], counts: Counter[str]) -> dict[str, str]:
    """Slip of the pen → what was meant: one character off a name that is written much more often.

    kept: the names of a level, the most frequent first.
    """
    found: dict[str, str] = {}
    for place, name in enumerate(kept):
        for meant in kept[:place]:
            if counts[meant] < SLIP * counts[name]:
                break
            if meant not in found and OSA.distance(name, meant, score_cutoff=1) == 1:
                found[name] = meant
                break
    return found


def _gazetteer(kept: dict[str, list[str]], slips: dict[str, dict[str, str]]) -> Gazetteer:
    names: dict[str, dict[str, str]] = {}
    shorts: dict[str, dict[str, str]] = {}
    for level in LEVELS:
        meant = slips.get(level, {})
        names[level] = {n: short_of(n, level) for n in kept.get(level, ()) if n not in meant}
        shorts[level] = {}
        for name, short in names[level].items():
            for text in (short, _without_kind(name, level)):
                if len(text) > 1 and text not in names[level]:
                    shorts[level].setdefault(text, name)
        shorts[level] |= meant
    return Gazetteer(names, shorts)


class Reader:
    """Takes addresses apart; a text that comes again is not read again."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._longest = {
            level: _by_first(gazetteer.names[level], gazetteer.shorts[level]) for level in LEVELS
        }
        self._within = {level: _any_of(gazetteer.names[level]) for level in ("county", "town")}
        self.read = lru_cache(maxsize=1 << 18)(self._read)

    def _read(self, address: str) -> Address:
        rest = cleaned(address)
        found: dict[str, str] = {}
        for level in LEVELS:
            found[level], rest = self._take(level, rest)
        return _parts(found, rest)

    def below_town(self, text: str) -> str:
        """What a cleaned address says below its town."""
        for level in LEVELS[:-1]:
            _name, text = self._take(level, text)
        return text

    def _take(self, level: str, rest: str) -> tuple[str, str]:
        """The division of a level that the text begins with, and what follows it."""
        for text, name in self._longest[level].get(rest[:1], ()):
            if rest.startswith(text) and not self._leads_on(level, text, rest):
                return name, self._after(level, text, rest)
        if level in self._within:
            within = self._within[level].search(rest, 1, SKIPPED + LONGEST)
            if within and within.start() <= SKIPPED and not _SOLID.search(rest[: within.start()]):
                return within.group(), rest[within.end() :]
        if level in {"town", "village"}:
            unknown = _NAME[level].match(rest)
            if unknown and not _NO_DIVISION.search(unknown.group()):
                return unknown.group(), rest[unknown.end() :]
        return "", rest

    def _after(self, level: str, text: str, rest: str) -> str:
        """What follows a division; behind a short name also without its kind, whichever is
        written: a township that has become a town is the same place."""
        after = rest[len(text) :]
        kind = None if text in self.gazetteer.names[level] else _KIND[level].match(after)
        return after[kind.end() :] if kind else after

    def _leads_on(self, level: str, text: str, rest: str) -> bool:
        """A short name that only begins a longer word: 朝阳 of 朝阳路, or of a lower division."""
        if text in self.gazetteer.names[level]:
            return False
        after = rest[len(text) : len(text) + 2]
        if re.match(r"路|街|大街|大道|巷|市场", after):
            return True
        if not after:
            return level != "village"
        if level in {"province", "city"}:
            return False
        lower = LEVELS[LEVELS.index(level) + 1 :]
        return any(
            rest.startswith(name)
            for below in lower
            for name, _full in self._longest[below].get(rest[:1], ())
            if len(name) > len(text) and name in self.gazetteer.names[below]
        )


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of these names, the longest first; a pattern that nothing matches where there is none."""
    texts = sorted((name for name in names if len(name) > 2), key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, texts)) or r"(?!)")


def _by_first(
    names: dict[str, str], shorts: dict[str, str]
) -> dict[str, Sequence[tuple[str, str]]]:
    """First character → (text, full name), longest first: what a text may begin with."""
    texts = {name: name for name in names} | {s: n for s, n in shorts.items() if s not in names}
    found: dict[str, list[tuple[str, str]]] = {}
    for text, name in sorted(texts.items(), key=lambda pair: -len(pair[0])):
        found.setdefault(text[0], []).append((text, name))
    return {first: tuple(rows) for first, rows in found.items()}


def _parts(found: dict[str, str], rest: str) -> Address:
    market, road = _market_and_road(rest)
    house, room = _house_and_room(rest, bool(market or road))
    group = _GROUP.search(rest)
    return Address(
        county=found["county"],
        town=found["town"],
        village=short_of(found["village"], "village"),
        hamlet="" if road or market else re.sub(r"\d.*", "", rest),
        road=road,
        house=house,
        room=room,
        group=group.group(1) if group else "",
        market=market,
        rest=rest,
    )


def _market_and_road(rest: str) -> tuple[str, str]:
    """The market, or the road, or the estate; a highway is known by its number."""
    market = _MARKET.search(rest)
    if market:
        return _ON_ROAD.sub("", market.group(1)), ""
    highway = _HIGHWAY.search(rest)
    if highway:
        return "", f"道{highway.group(1) or highway.group(2)}"
    road = _ROAD.search(rest)
    if road:
        return "", road.group(1)
    estate = _ESTATE.search(rest)
    return (estate.group(1), "") if estate else ("", "")


def _house_and_room(rest: str, named: bool) -> tuple[str, str]:
    """The number of the door and what it is divided into; `named`: in a road, market or estate."""
    rest = _HIGHWAY.sub("", rest)
    building = _BUILDING.search(rest)
    house = building or _HOUSE.search(rest)
    if not house:
        number = re.search(r"(\d+)(?![楼层])", rest) if named else None
        return (number.group(1) if number else "", "")
    room = _ROOM.search(rest, house.start())
    return house.group(1), room.group(1) if room else ""
