"""The kinds of licence, filing and certificate in the register: one row each.

What a number looks like and what such a licence says stands in licence_formats.toml; here stands
how the register treats it. A new kind is a row here, its format, its procedure and its papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhian.law.words import Words

Scope = Literal["operator", "place", "product"]


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind of licence.

    `family`: how its duties end, as in licence.term.drug; empty: it has no term. `per`: one for
    the operator, for each place of business, or for each product. `bans`: the duties whose clock
    bars a new application. `given`: its number comes from another register and is typed in.
    `renewed_from_end`: a renewed term follows the old one (LICPROC 27) instead of the decision.
    `ours`: an agency grants it and ends it; else somebody else does and the register only knows.
    """

    key: str
    procedure: str
    prefix: str
    words: Words
    family: str = ""
    per: Scope = "place"
    bans: tuple[str, ...] = ()
    given: bool = False
    renewed_from_end: bool = False
    ours: bool = True


SORTS = (
    Sort(
        "SC",
        "food_production_licence",
        "SCXK",
        Words("食品生产许可", "food production licence"),
        "food_production",
        "operator",  # SCLIC 4; JYLIC 7 and 42 look at the place
        ("licence.ban_false.food_production", "licence.ban_fraud.food_production", "ban.food_work"),
    ),
    Sort(
        "JY",
        "food_business_licence",
        "JYXK",
        Words("食品经营许可", "food business licence"),
        "food_business",
        bans=(
            *("licence.ban_false.food_business", "licence.ban_fraud.food_business"),
            "ban.food_work",
        ),
    ),
    Sort(
        "YB",
        "food_filing",
        "YBBA",
        Words("仅销售预包装食品备案", "filing for prepackaged food"),
        bans=("ban.food_work",),
    ),
    Sort(
        "XK",
        "industrial_licence",
        "GYXK",
        Words("工业产品生产许可", "production licence for industrial products"),
        "industrial",
        "product",
        ("licence.ban_false.industrial", "licence.ban_fraud.industrial"),
        given=True,
        renewed_from_end=True,
    ),
    Sort(
        "DRUG",
        "drug_retail_licence",
        "YPXK",
        Words("药品经营许可（零售）", "drug retail licence"),
        "drug",
        bans=("licence.ban_false.drug", "licence.ban_fraud.drug"),
        given=True,
        renewed_from_end=True,
    ),
    Sort(
        "CCC",
        "ccc_record",
        "CCC",
        Words("强制性产品认证证书", "compulsory product certificate"),
        "ccc",
        "product",
        given=True,
        ours=False,
    ),
    Sort(
        "WORKSHOP",
        "workshop_registration",
        "XZFD",
        Words("小作坊登记", "workshop registration"),
        "small_workshop",
        bans=("ban.food_work",),
    ),
    Sort(
        "STALL",
        "stall_filing",
        "TFBA",
        Words("食品摊贩备案", "filing of a food stall"),
        "small_stall",
        bans=("ban.food_work",),
    ),
    Sort("FARM", "farm_filing", "YZBA", Words("养殖场、基地备案", "filing of a farm"), "farm"),
)
BY_KEY = {sort.key: sort for sort in SORTS}
PER_OPERATOR = tuple(sort.key for sort in SORTS if sort.per == "operator")
PER_PRODUCT = tuple(sort.key for sort in SORTS if sort.per == "product")
OURS = tuple(sort.key for sort in SORTS if sort.ours)


def sort_of(kind: str) -> Sort:
    """The row of a kind of licence; raises KeyError."""
    return BY_KEY[kind]
