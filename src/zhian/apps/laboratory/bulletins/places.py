"""Where an address lies: its division code, and the division of the house's own tree.

The national names and codes are those of python-stdnum (cn/loc.dat, GB/T 2260); development zones
have no code there and are found as the city or county that they lie in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from zhian.directory.models import Agency, Place

_LINE = re.compile(r'^\s*(?P<code>\d+) (?:province|county)="(?P<names>[^"]*)"')
_NAME = re.compile(r"^(?:\[\d*-(?P<until>\d*)\])?(?P<name>[^\[\]]+)$")
_STILL_WRITTEN_AFTER = 2015
_NOT_DIVISIONS = frozenset(["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"])
_PEOPLES = re.compile(
    r"(?:壮族|回族|维吾尔|满族|蒙古族|苗族|土家族|侗族|瑶族|彝族|藏族|羌族|白族|傣族|哈尼族|景颇族"
    r"|布依族|朝鲜族|黎族|畲族|土族|撒拉族|东乡族|保安族|裕固族|仡佬族|水族|仫佬族|毛南族|纳西族"
    r"|傈僳族|拉祜族|佤族|独龙族|怒族|普米族|各族|达斡尔族|鄂温克族|鄂伦春族|哈萨克族?|柯尔克孜族?"
    r"|锡伯族?|塔吉克族?)*自治(?:区|州|县)$"
)
_ENDINGS = ("特别行政区", "自治区", "自治州", "地区", "省", "市", "盟")


@dataclass(frozen=True, slots=True)
class Division:
    """A division of the national list; `digits` without the zeros behind."""

    digits: str
    name: str

    @property
    def short(self) -> str:
        """The name as people shorten it: 山东, 聊城, 酉阳."""
        stem = _PEOPLES.sub("", self.name)
        if stem != self.name:
            return stem
        ending = next((e for e in _ENDINGS if self.name.endswith(e)), "")
        return self.name.removesuffix(ending)


@dataclass(frozen=True, slots=True)
class Found:
    """The deepest division that an address names, and what is left of the address."""

    digits: str
    rest: str

    @property
    def code(self) -> str:
        """Twelve digits, or nothing."""
        return self.digits.ljust(12, "0") if self.digits else ""


@cache
def national() -> Mapping[int, tuple[Division, ...]]:
    """Provinces, cities and counties by number of digits (2, 4, 6).

    A name that ended after 2015 is still found on papers; it counts while no other bears it.
    """
    found: dict[int, dict[tuple[str, str], Division]] = {2: {}, 4: {}, 6: {}}
    for digits, name in sorted(_listed(), key=lambda row: row[1].until or 9999, reverse=True):
        key = (digits[:2], name.text) if len(digits) < 6 else (digits[:4], name.text)
        found[len(digits)].setdefault(key, Division(digits, name.text))
    return {width: tuple(rows.values()) for width, rows in found.items()}


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    until: int


def _listed() -> Iterator[tuple[str, _Name]]:
    province = ""
    text = resources.files("stdnum").joinpath("cn/loc.dat").read_text(encoding="utf-8")
    for row in filter(None, map(_LINE.match, text.splitlines())):
        code = row["code"]
        province = code if len(code) == 2 else province
        digits = code if len(code) == 2 else _significant(province + code)
        if len(code) == 2 or len(digits) > 2:
            yield from ((digits, name) for name in _names(row["names"]))


def _names(listed: str) -> Iterator[_Name]:
    for found in filter(None, (_NAME.match(name.strip()) for name in listed.split(","))):
        until = int(found["until"] or 0)
        if found["name"] not in _NOT_DIVISIONS and (not until or until > _STILL_WRITTEN_AFTER):
            yield _Name(found["name"], until)


def _significant(code: str) -> str:
    for width in (2, 4):
        if not code[width:].strip("0"):
            return code[:width]
    return code


@cache
def locate(address: str, source: str = "") -> Found:
    """The division that an address begins with; `source` (山东) helps where it names no province.

    An address that begins with nothing known has no division; nothing is guessed from `source`
    alone.
    """
    text = re.sub(r"\s", "", address).removeprefix("中国").lstrip("(（")
    province, rest = _province(text)
    if province:
        return _inside(province, rest)
    hinted, _rest = _province(source)
    near = _inside(hinted, text) if hinted else Found("", text)
    if len(near.digits) > 2:
        return near
    city = next((d for d in national()[4] if text.startswith(d.name)), None)
    return _inside(city.digits, text.removeprefix(city.name)) if city else Found("", text)


def called(code: str) -> str:
    """What the national list calls a division, with all above it: 安徽省亳州市蒙城县."""
    widths = (2, 4, 6)
    known = {d.digits: d.name for width in widths for d in national()[width]}
    return "".join(known.get(code[:w], "") for w in widths if code[w - 2 : w] != "00")


def _inside(area: str, text: str) -> Found:
    """The city and county that a text begins with, inside a province or city."""
    city, rest = (None, text) if len(area) == 4 else _begins(text, _below(area, 4))
    area = city.digits if city else area
    county, after = _county(rest, area)
    return Found(county.digits, after) if county else Found(area, rest)


def _province(text: str) -> tuple[str, str]:
    found, rest = _begins(text, national()[2])
    return (found.digits, rest) if found else ("", text)


def _below(digits: str, width: int) -> Iterator[Division]:
    return (d for d in national()[width] if d.digits.startswith(digits))


def _begins(text: str, divisions: Iterable[Division]) -> tuple[Division | None, str]:
    """The division whose full name, else whose short name, the text begins with."""
    rows = tuple(divisions)
    for names in (lambda d: d.name, lambda d: d.short):
        fitting = [d for d in rows if len(names(d)) > 1 and text.startswith(names(d))]
        if fitting:
            best = max(fitting, key=lambda d: len(names(d)))
            return best, text[len(names(best)) :]
    return None, text


def _county(text: str, area: str) -> tuple[Division | None, str]:
    """The county that the text begins with, if only one in the area can be meant."""
    rows = tuple(_below(area, 6))
    fitting = [(d, len(d.name)) for d in rows if text.startswith(d.name)]
    fitting = fitting or [(d, len(d.short) + 1) for d in rows if _shortened(text, d)]
    longest = max((size for _, size in fitting), default=0)
    best = [d for d, size in fitting if size == longest]
    return (best[0], text[longest:]) if len(best) == 1 else (None, text)


def _shortened(text: str, division: Division) -> bool:
    """An autonomous county by its short name (酉阳县)."""
    short = division.short
    if short == division.name or len(short) < 2 or "自治" not in division.name:
        return False
    return text.startswith(short) and text[len(short) : len(short) + 1] in ("县", "旗")


class Territory:
    """The divisions below an agency's place, to find townships and villages in an address."""

    def __init__(self, agency: Agency) -> None:
        self.home = agency.place
        rows = Place.objects.within(agency.place).exclude(level="grid")
        self.places = [p for p in rows if p.pk != agency.place_id and p.valid_to is None]

    def place_in(self, address: str, found: Found) -> Place | None:
        """The deepest division of the territory that the address names, if it lies there."""
        home = self.home.prefix
        if found.digits and not (home.startswith(found.digits) or found.digits.startswith(home)):
            return None
        named = [p for p in self.places if p.name in address]
        if not named:
            return self.home if found.digits == home or self.home.name in address else None
        deepest = max(named, key=lambda p: (len(p.prefix), len(p.name)))
        rivals = [p for p in named if len(p.prefix) == len(deepest.prefix) and p != deepest]
        return self._above(deepest, named) if rivals else deepest

    def _above(self, deepest: Place, named: list[Place]) -> Place:
        """Where two places of one level are named, the one below another named place, else what
        they share."""
        uppers = {p.prefix for p in named if len(p.prefix) < len(deepest.prefix)}
        level = [p for p in named if len(p.prefix) == len(deepest.prefix)]
        below = [p for p in level if any(p.prefix.startswith(u) for u in uppers)]
        if len(below) == 1:
            return below[0]
        return next((p for p in named if p.prefix in uppers), self.home)
