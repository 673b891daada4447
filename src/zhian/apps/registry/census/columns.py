"""Which column of a roster is what, and what its words mean to us."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from zhian.apps.registry.census.errors import WrongMap
from zhian.law.words import Words

FIELDS = ("rid", "roster", "name", "uscc", "owner", "phone", "addr", "licence", "status", "kind")
TITLES = {
    "rid": Words("行标识", "rid"),
    "roster": Words("名册", "roster"),
    "name": Words("名称", "name"),
    "uscc": Words("统一社会信用代码", "credit code"),
    "owner": Words("经营者", "owner"),
    "phone": Words("联系电话", "telephone"),
    "addr": Words("地址", "address"),
    "licence": Words("许可证编号", "licence"),
    "status": Words("登记状态", "status"),
    "kind": Words("业态", "kind"),
}
TELLING = ("uscc", "owner", "phone", "addr")
KNOWN_ROSTERS = ("market", "foodlic", "sweep", "health", "agri", "taxelec")
MAP_TABLES = {"columns", "values", "rosters"}
_ASIDE = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]$")

Header = Mapping[str, int]


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """The tables of columns.toml: table → field or value of ours → what others call it."""
    text = files("zhian.apps.registry.census").joinpath("columns.toml").read_text(encoding="utf-8")
    return {
        table: {ours: theirs.split() for ours, theirs in rows.items()}
        for table, rows in tomllib.loads(text).items()
    }


def plain(header: str) -> str:
    """A header or a word of a cell, without what does not count."""
    text = unicodedata.normalize("NFKC", header)
    return re.sub(r"[\s*:：]", "", text).casefold()


@cache
def _ranks() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for name, headers in words()["headers"].items():
        for rank, header in enumerate(headers):
            found.setdefault(plain(header), (name, rank))
    return found


@cache
def _meanings(table: str) -> dict[str, str]:
    return {plain(word): ours for ours, theirs in words()[table].items() for word in theirs}


@dataclass(frozen=True, slots=True)
class Map:
    """What the people who linked them said about their files.

    `columns`: name of a roster, of a file, or empty for all → field → headers. `values`: status or
    kind → their word → ours. `rosters`: their name of a roster → ours.
    """

    columns: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rosters: Mapping[str, str] = field(default_factory=dict)

    def roster(self, name: str) -> str:
        """The roster that a name means: as mapped, else by its words, else as it stands."""
        if name in self.rosters:
            return self.rosters[name]
        text = plain(name)
        for ours, marks in words()["roster"].items():
            if re.match(rf"{ours}(?![a-z])", text) or any(mark in text for mark in marks[1:]):
                return ours
        return name

    def means(self, table: str, word: str) -> str | None:
        """Our word for theirs, or None where it is not known."""
        own = self.values.get(table, {}).get(word)
        if own is not None or not word:
            return own or ""
        text = plain(word)
        return _meanings(table).get(text) or _meanings(table).get(_ASIDE.sub("", text))

    def locate(self, cells: Sequence[str], sources: Sequence[str]) -> dict[str, int]:
        """Field → position among the cells of a row of headers.

        sources: the names under which the map may speak of this table.
        """
        found: dict[str, tuple[int, int]] = {}
        for place, cell in enumerate(cells):
            known = _known(cell)
            if known and (known[0] not in found or known[1] < found[known[0]][0]):
                found[known[0]] = (known[1], place)
        places = {name: place for name, (_rank, place) in found.items()}
        texts = [cell.strip() for cell in cells]
        for source in ("", *sources):
            for name, headers in self.columns.get(source, {}).items():
                named = [texts.index(header) for header in headers if header in texts]
                if named:
                    places = {k: v for k, v in places.items() if v != named[0]} | {name: named[0]}
        return places


def _known(header: str) -> tuple[str, int] | None:
    text = plain(header)
    return _ranks().get(text) or _ranks().get(_ASIDE.sub("", text))


def complete(found: Header) -> bool:
    """Whether these columns make a roster: a name, and something to tell who or where it is."""
    return "name" in found and any(name in found for name in TELLING)


def read_map(path: Path | None) -> Map:
    """The map file; raises WrongMap."""
    if path is None:
        return Map()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as why:
        raise WrongMap(
            f"对应表 {path.name} 无法读取：{why}", f"The map {path.name} cannot be read: {why}"
        ) from None
    unknown = [name for name in data if name not in MAP_TABLES]
    if unknown:
        raise _wrong(path, f"[{unknown[0]}]", "columns, values, rosters")
    return Map(
        _columns(path, data.get("columns", {})),
        _values(path, data.get("values", {})),
        _rosters(path, data.get("rosters", {})),
    )


def _columns(path: Path, table: Mapping[str, Any]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {"": {}}
    for name, value in table.items():
        rows = value if isinstance(value, dict) else {name: value}
        source = name if isinstance(value, dict) else ""
        for key, headers in rows.items():
            if key not in FIELDS:
                raise _wrong(path, f"[columns] {key}", ", ".join(FIELDS))
            listed = [headers] if isinstance(headers, str) else headers
            if not isinstance(listed, list) or not all(isinstance(h, str) for h in listed):
                raise _wrong(path, f"[columns] {key} = {headers!r}", '"…" / ["…", "…"]')
            found.setdefault(source, {})[key] = tuple(listed)
    return found


def _values(path: Path, table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    for name, rows in table.items():
        if name not in {"status", "kind"} or not isinstance(rows, dict):
            raise _wrong(path, f"[values.{name}]", "[values.status], [values.kind]")
        for theirs, ours in rows.items():
            if ours not in words()[name]:
                raise _wrong(path, f"[values.{name}] {theirs} = {ours!r}", ", ".join(words()[name]))
    return {name: dict(rows) for name, rows in table.items()}


def _rosters(path: Path, table: Mapping[str, Any]) -> dict[str, str]:
    for theirs, ours in table.items():
        if ours not in KNOWN_ROSTERS:
            raise _wrong(path, f"[rosters] {theirs} = {ours!r}", ", ".join(KNOWN_ROSTERS))
    return dict(table)


def _wrong(path: Path, what: str, known: str) -> WrongMap:
    return WrongMap(
        f"对应表 {path.name} 中的 {what} 不认识；可以写的是：{known}。",
        f"The map {path.name} says {what}, which is unknown; what may stand there: {known}.",
    )
