"""Which column of a bulletin is which: known headers, and an agency's own map file."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from zhian.apps.laboratory.bulletins.errors import WrongMap
from zhian.law.words import Words

FILE = Path(__file__).parent / "columns.toml"
NEEDED = ("food",)
FINDINGS = ("item", "result", "limit")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The headers to look for per field, and values that hold for the whole file."""

    headers: Mapping[str, Sequence[str]]
    constants: Mapping[str, str] = field(default_factory=dict)
    demanded: frozenset[str] = frozenset()


@cache
def _known() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def fields() -> tuple[str, ...]:
    """Every field that a bulletin may bring."""
    return tuple(_known())


def title(name: str) -> Words:
    """What a column is called in the office."""
    row = _known()[name]
    return Words(row["zh"], row["en"])


def plain(header: str) -> str:
    """A header without what people change when they retype it: blanks, widths, case."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return "".join(c for c in text if not c.isspace() and c not in "*")


def load(path: Path | None) -> ColumnMap:
    """The known headers, with those of a map file before them; raises WrongMap."""
    given = _read(path) if path else {}
    columns, constants = _table(given, "columns"), _table(given, "constants")
    for key in given.keys() - {"columns", "constants"}:
        raise WrongMap(f"未知的表 [{key}]", f"unknown table [{key}]")
    headers = {
        name: (*_listed(columns.get(name)), *row["headers"]) for name, row in _known().items()
    }
    texts = {name: str(value) for name, value in constants.items()}
    return ColumnMap(headers, texts, frozenset(columns))


def chosen(choice: Mapping[str, Any]) -> ColumnMap:
    """What a person chose on the page: these headers and no others; raises WrongMap."""
    columns, constants = _table(choice, "columns"), _table(choice, "constants")
    headers = {name: _listed(value) for name, value in columns.items()}
    texts = {name: str(value) for name, value in constants.items() if value}
    return ColumnMap(headers, texts, frozenset(headers))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as why:
        raise WrongMap(f"无法读取 {path.name}：{why}", f"cannot read {path.name}: {why}") from why


def _table(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = given.get(name, {})
    if not isinstance(table, dict):
        raise WrongMap(f"[{name}] 应为表", f"[{name}] must be a table")
    for key in table.keys() - _known().keys():
        known = "、".join(_known())
        raise WrongMap(
            f"[{name}] 中的 {key} 不是栏目；栏目有：{known}",
            f"{key} in [{name}] is no column; the columns are: {', '.join(_known())}",
        )
    return table


def _listed(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(v, str) and v.strip() for v in values):
        raise WrongMap("[columns] 的值应为表头文字", "values of [columns] must be headers")
    return tuple(values)


def locate(header: Sequence[str], columns: ColumnMap) -> dict[str, int]:
    """Which field stands in which column of a header row."""
    places = {plain(text): i for i, text in reversed(list(enumerate(header))) if text.strip()}
    found: dict[str, int] = {}
    for name, candidates in columns.headers.items():
        place = next((places[p] for p in map(plain, candidates) if p in places), None)
        if place is not None and place not in found.values():
            found[name] = place
    return found


def missing(found: Mapping[str, int], columns: ColumnMap) -> tuple[str, ...]:
    """The fields without which nothing can be read, and those that the map file demands."""
    lacking = [n for n in NEEDED if n not in found and n not in columns.constants]
    if "finding" not in found:
        lacking += [n for n in FINDINGS if n not in found]
    lacking += sorted(columns.demanded - found.keys())
    return tuple(dict.fromkeys(lacking))
