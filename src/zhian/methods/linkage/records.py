"""Rows of rosters, read once: everything that keys and comparisons ask of a row."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from zhian.methods.linkage import names, normalise, places
from zhian.methods.linkage.places import Gazetteer

COLUMNS = ("rid", "roster", "name", "uscc", "owner", "phone", "addr", "licence", "status", "kind")
LICENCE = 16  # characters of a food licence: kind, three figures of sort, division, number
_OLD_NUMBER = re.compile(r"\d{15}")


class MissingColumn(ValueError):
    """A roster without a column that linking cannot do without."""

    def __init__(self, column: str) -> None:
        super().__init__(f"名册缺少列“{column}” / the rosters have no column “{column}”")


@dataclass(slots=True)
class Records:
    """Parsed rows, column by column; all lists have one element per row, texts are never None.

    `code`: a valid credit code or empty; `wrong`: what stands in its place and is none; `old`: a
    registration number of fifteen digits. `owner` is empty where only 老王 or 王某 is written.
    """

    rid: list[str]
    roster: list[str]
    code: list[str]
    wrong: list[str]
    old: list[str]
    licence: list[str]
    status: list[str]
    kind: list[str]
    full: list[str]
    base: list[str]
    core: list[str]
    trade: list[str]
    words: list[str]
    core_sound: list[str]
    owner: list[str]
    surname: list[str]
    owner_sound: list[str]
    phone: list[str]
    phone2: list[str]
    county: list[str]
    town: list[str]
    village: list[str]
    hamlet: list[str]
    road: list[str]
    house: list[str]
    room: list[str]
    group: list[str]
    market: list[str]
    rest: list[str]

    def __len__(self) -> int:
        return len(self.rid)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a county's rows must be read with: its divisions and its trade words."""

    gazetteer: Gazetteer
    tails: frozenset[str]


def learn(names_: Sequence[str], owners: Sequence[str], addresses: Sequence[str]) -> Vocabulary:
    """Learn the words of a county from the names, owners and addresses of its rosters."""
    gazetteer = places.learn(addresses)
    return Vocabulary(gazetteer, names.learn_tails(names_, owners, gazetteer))


def joined(one: Records, two: Records) -> Records:
    """The rows of both, those of the first before those of the second."""
    return Records(
        **{row.name: getattr(one, row.name) + getattr(two, row.name) for row in fields(Records)}
    )


def read(
    rows: Mapping[str, Sequence[object]],
    *,
    valid_code: Callable[[str], bool],
    vocabulary: Vocabulary | None = None,
) -> Records:
    """Read the columns of rosters (COLUMNS; rid and name must be there, others may lack).

    valid_code: whether a cleaned credit code carries the right check digit. vocabulary: the words
    of the county; learned from these very rows where it is absent. Raises MissingColumn.
    """
    for column in ("rid", "name"):
        if column not in rows:
            raise MissingColumn(column)
    size = len(rows["rid"])
    columns = {name: _texts(rows.get(name), size) for name in COLUMNS}
    known = vocabulary or learn(columns["name"], columns["owner"], columns["addr"])
    addresses = list(map(places.Reader(known.gazetteer).read, columns["addr"]))
    found = {row.name: [] for row in fields(Records)}  # type: dict[str, list[str]]
    found["rid"], found["roster"] = columns["rid"], columns["roster"]
    found["status"] = list(map(normalise.status, columns["status"]))
    found["kind"] = columns["kind"]
    found["licence"] = [normalise.plain(text) for text in columns["licence"]]
    _codes(found, columns["uscc"], valid_code)
    _signs(found, columns["name"], known, addresses)
    _people(found, columns["owner"], columns["phone"])
    for part in fields(places.Address):
        found[part.name] = [getattr(address, part.name) for address in addresses]
    _fill_above(found)
    return Records(**found)


def _fill_above(found: dict[str, list[str]]) -> None:
    """A village names its town and a town its county, where the other rows leave no doubt."""
    for below, above in (("village", "town"), ("town", "county")):
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        for name, upper in zip(found[below], found[above], strict=True):
            if name and upper:
                seen[name][upper] += 1
        sure = {name: _sure(counts) for name, counts in seen.items()}
        found[above] = [
            upper or sure.get(name, "")
            for name, upper in zip(found[below], found[above], strict=True)
        ]
    _fill_by_numbers(found)
    common = _sure(Counter(filter(None, found["county"])))
    found["county"] = [name or common for name in found["county"]]


def _fill_by_numbers(found: dict[str, list[str]]) -> None:
    """Credit codes and licence numbers begin with the division that gave them (GB 32100-2015, 3.3):
    it names the county, where the other rows of that division leave no doubt."""
    numbers = zip(found["code"], found["licence"], strict=True)
    divisions = [code[2:8] or _division(licence) for code, licence in numbers]
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for division, county in zip(divisions, found["county"], strict=True):
        if division and county:
            seen[division][county] += 1
    sure = {division: _sure(counts) for division, counts in seen.items()}
    found["county"] = [
        county or sure.get(division, "")
        for division, county in zip(divisions, found["county"], strict=True)
    ]


def _division(licence: str) -> str:
    part = licence[3:9]
    return part if len(licence) >= LICENCE and part.isdecimal() else ""


def _sure(counts: Counter[str]) -> str:
    """The name that nearly all agree upon; empty where they do not."""
    total = sum(counts.values())
    name, often = counts.most_common(1)[0] if total else ("", 0)
    return name if often >= 0.9 * total else ""


def _texts(values: Sequence[object] | None, size: int) -> list[str]:
    if values is None:
        return [""] * size
    return ["" if value is None or value != value else str(value).strip() for value in values]


def _codes(
    found: dict[str, list[str]], texts: Sequence[str], valid_code: Callable[[str], bool]
) -> None:
    for text in texts:
        code = normalise.code(text) if text else ""
        old = code if _OLD_NUMBER.fullmatch(code) else ""
        valid = bool(code) and not old and valid_code(code)
        found["code"].append(code if valid else "")
        found["old"].append(old)
        found["wrong"].append("" if valid or old else code)


def _signs(
    found: dict[str, list[str]],
    texts: Sequence[str],
    words: Vocabulary,
    addresses: Sequence[places.Address],
) -> None:
    read = names.Reader(words.gazetteer, words.tails)
    for text, where in zip(texts, addresses, strict=True):
        sign = read.read(text, where)
        for part in ("full", "base", "core", "trade", "words"):
            found[part].append(getattr(sign, part))
        found["core_sound"].append(normalise.sounds(sign.core))


def _people(found: dict[str, list[str]], owners: Sequence[str], phones: Sequence[str]) -> None:
    for text in owners:
        name, surname = names.owner(text)
        found["owner"].append(name)
        found["surname"].append(surname)
        found["owner_sound"].append(normalise.sounds(name))
    for text in phones:
        numbers = normalise.phones(text)
        found["phone"].append(numbers[0] if numbers else "")
        found["phone2"].append(numbers[1] if len(numbers) > 1 else "")
