"""Rosters of a county as another hand would write them, with the truth behind them.

`rosters` and the way in which rosters are read have one author; what is measured there flatters.
This module shares neither words nor habits with either: other divisions and doors (圩, 垌, 寨,
附号, 档, 铺), other people (阿强, 陈生, 某姐, 韦, 覃, 欧阳), other signs (陈记, 8090, branches by
number), other telephones (extensions, 微信同号), and, on request, statuses and kinds in words.
"""

from __future__ import annotations

import random

from zhian.demo import roster_stranger_words as words
from zhian.demo.roster_stranger_clerks import Clerks
from zhian.demo.roster_stranger_shops import Town
from zhian.demo.rosters import COLUMNS, Roster


def county(
    operators: int = 2000, seed: int = 1, style: str = "south", noise: float = 1.0,
    *, in_words: bool = False,
) -> Roster:  # fmt: skip
    """The rosters of a county by this hand.

    style: south, central or north. noise: 1 as departments write, 1.6 as the worst of them do.
    in_words: statuses and kinds as departments call them, not as zhian does.
    """
    rng = random.Random(f"another hand/{seed}/{style}")
    town = Town(rng, words.region(style))
    shops = town.shops(operators)
    clerks = Clerks(rng, town, noise, in_words)
    rows = [(shop.number, row) for shop in shops for row in clerks.rows(shop)]
    rng.shuffle(rows)
    found = Roster()
    for number, (shop_number, row) in enumerate(rows):
        found.truth.append(shop_number)
        for name in COLUMNS:
            found.columns[name].append(row.get(name, "") if name != "rid" else str(number))
    return found
