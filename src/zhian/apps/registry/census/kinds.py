"""Which rosters there are, whose they are, and what their trades mean in the directory."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from zhian.law.words import Words

REGISTER = "register"  # the directory's own premises, linked as one more roster


@dataclass(frozen=True, slots=True)
class RosterKind:
    """A sort of roster: its words, the kinds of agency that keep it, what its rows are known by."""

    name: str
    words: Words
    departments: frozenset[str]
    key: tuple[str, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade as rosters name it, with what the directory calls such a business and its owner."""

    name: str
    words: Words
    business: str
    operator: str


@cache
def _data() -> Mapping[str, Any]:
    folder = files("zhian.apps.registry.census")
    return tomllib.loads(folder.joinpath("kinds.toml").read_text(encoding="utf-8"))


@cache
def rosters() -> Mapping[str, RosterKind]:
    """Every sort of roster by its name."""
    return {name: _roster(name, row) for name, row in _data()["rosters"].items()}


def _roster(name: str, row: Mapping[str, Any]) -> RosterKind:
    departments = frozenset(row["departments"])
    return RosterKind(
        name, Words(row["zh"], row["en"]), departments, tuple(row["key"]), row["counts"]
    )


@cache
def trades() -> Mapping[str, Trade]:
    """Every trade by its name."""
    return {
        name: Trade(name, Words(row["zh"], row["en"]), row["business"], row["operator"])
        for name, row in _data()["kinds"].items()
    }


def roster_words(name: str) -> Words:
    """What a roster is called; a name that nobody knows as it stands."""
    if name == REGISTER:
        return Words("主体名录", "Directory")
    known = rosters().get(name)
    return known.words if known else Words(name, name)


def trade_words(name: str) -> Words:
    """What a trade is called; nothing known is said as such."""
    known = trades().get(name)
    return known.words if known else Words("业态不详", "Trade unknown")


def statuses() -> Mapping[str, str]:
    """Our words for how a registration or licence stands, with the English of each."""
    found: Mapping[str, str] = _data()["statuses"]
    return found


def status_words(name: str) -> Words:
    """How a registration or licence stands; a word that nobody knows as it stands."""
    return Words(name, statuses().get(name, name))
