"""The words of a second hand, read from `roster_strangers.toml`, and which lists have what."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of business: what signs call it (the words of a group mean the same), how common it
    is, how often nobody registered it, and which lists have it."""

    share: float
    groups: tuple[tuple[str, ...], ...]
    unregistered: float
    company: float
    lists: dict[str, float]


@dataclass(frozen=True, slots=True)
class Region:
    """One county: its divisions, its doors, its people and its signs."""

    code: str
    province: str
    city: str
    county: str
    area: str
    towns: tuple[str, ...]
    villages: tuple[str, ...]
    village_ends: tuple[str, ...]
    hamlets: tuple[str, ...]
    streets: tuple[str, ...]
    lanes: tuple[str, ...]
    markets: tuple[str, ...]
    malls: tuple[str, ...]
    estates: tuple[str, ...]
    highways: tuple[str, ...]
    nearby: tuple[str, ...]
    families: tuple[str, ...]
    trades: dict[str, Trade]


ONE_WORD = ("code", "province", "city", "county", "area")
_STREET = {"taxelec": 0.74, "sweep": 0.82}
# share, unregistered, company, lists
TRADES: dict[str, tuple[float, float, float, dict[str, float]]] = {
    "grocery": (26, 0.06, 0.06, _STREET | {"health": 0.1}),
    "catering": (22, 0.08, 0.06, _STREET | {"health": 0.75}),
    "retail": (13, 0.05, 0.15, _STREET),
    "vegmeat": (9, 0.2, 0.03, _STREET | {"agri": 0.25, "health": 0.25}),
    "coop": (7, 0.06, 0.8, {"taxelec": 0.45, "sweep": 0.55, "agri": 0.8}),
    "breed": (6, 0.3, 0.15, {"taxelec": 0.4, "sweep": 0.6, "agri": 0.75}),
    "mill": (3, 0.08, 0.5, _STREET | {"agri": 0.45}),
    "workshop": (7, 0.25, 0.04, _STREET | {"health": 0.35}),
    "product": (2, 0.04, 0.6, _STREET),
    "drug": (3, 0.02, 0.3, _STREET | {"health": 0.6}),
    "inst": (2, 0.03, 0.3, {"taxelec": 0.5, "sweep": 0.75, "health": 0.9}),
}


@cache
def table() -> dict[str, Any]:
    """The file as it stands."""
    text = files("zhian.demo").joinpath("roster_strangers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def people(name: str) -> tuple[str, ...]:
    """Given names: male, female (one character each), common_male, common_female."""
    found: str = table()["people"][name]
    return tuple(found.split()) if " " in found else tuple(found)


@cache
def signs(name: str) -> tuple[str, ...]:
    """What signs begin with: lucky, odd, syllables (one character each)."""
    found: str = table()["signs"][name]
    return tuple(found.split()) if " " in found else tuple(found)


@cache
def chains() -> dict[str, tuple[str, ...]]:
    """Chains by kind."""
    return {kind: tuple(names.split()) for kind, names in table()["chains"].items()}


@cache
def region(name: str) -> Region:
    """South, central or north."""
    rows = dict(table()["regions"][name])
    trades = {kind: _trade(kind, text) for kind, text in rows.pop("trades").items()}
    parts = {key: text if key in ONE_WORD else tuple(text.split()) for key, text in rows.items()}
    return Region(**parts, trades=trades)


def _trade(kind: str, text: str) -> Trade:
    share, unregistered, company, lists = TRADES[kind]
    groups = tuple(tuple(group.split("/")) for group in text.split())
    return Trade(share, groups, unregistered, company, lists)
