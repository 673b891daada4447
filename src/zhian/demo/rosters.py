"""Rosters of a county that does not exist, with the truth behind them: six departments write down
the same shops, each in its own way.

Shops have near twins (one owner with two doors, branches of a chain with one telephone, a successor
at the same address, a shop registered anew) and a past (another owner, another sign); companies
share the telephone of their agent. Departments are slow to notice, and clerks write as clerks do.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from zhian.demo.roster_clerks import ROSTERS, Clerks
from zhian.demo.roster_shops import Shops
from zhian.demo.roster_words import STYLES, Style, neighbour

__all__ = ["COLUMNS", "ROSTERS", "Roster", "counties", "county"]

COLUMNS = ("rid", "roster", "name", "uscc", "owner", "phone", "addr", "licence", "status", "kind")


@dataclass(slots=True)
class Roster:
    """Rows of all departments, column by column, and the shop behind each row."""

    columns: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    truth: list[int] = field(default_factory=list)


def county(
    operators: int = 2000, seed: int = 1, style: str = "south", noise: float = 1.0
) -> Roster:
    """The rosters of a fictitious county.

    style: how signs and addresses read there (south, central, north). noise: 1 as departments
    write, 1.6 as the worst of them do.
    """
    roster = Roster()
    _fill(roster, _rows(random.Random(f"{seed}/{style}"), STYLES[style], operators, noise, 0))
    return roster


def counties(
    count: int, operators: int = 2000, seed: int = 1, style: str = "south", noise: float = 1.0
) -> Roster:
    """The rosters of several neighbouring counties, each with its own divisions and codes.

    operators: in each county. The other arguments are those of `county`.
    """
    roster = Roster()
    for number in range(count):
        rng = random.Random(f"{seed}/{style}/{number}")
        here = neighbour(STYLES[style], number)
        _fill(roster, _rows(rng, here, operators, noise, number * operators))
    return roster


Row = tuple[int, dict[str, str]]


def _rows(
    rng: random.Random, style: Style, operators: int, noise: float, first: int
) -> Iterator[Row]:
    shops = Shops(rng, style, first)
    made = shops.make(operators)
    clerks = Clerks(rng, style, noise, shops)
    rows = [(shop.number, row) for shop in made for row in clerks.rows(shop)]
    rng.shuffle(rows)
    return iter(rows)


def _fill(roster: Roster, rows: Iterator[Row]) -> None:
    number = len(roster.truth)
    for shop, row in rows:
        roster.truth.append(shop)
        roster.columns["rid"].append(str(number))
        for name in COLUMNS[1:]:
            roster.columns[name].append(row[name])
        number += 1
