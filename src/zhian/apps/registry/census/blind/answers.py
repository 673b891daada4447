"""What may be answered to a ground check, by the reason for which somebody was sent."""

from __future__ import annotations

from zhian.apps.registry.census.words import MEANING
from zhian.law import vocabulary
from zhian.law.words import Words
from zhian.methods.linkage import flags

UNSPONSORED, UNVISITED, CELL = "unsponsored", "unvisited", "cell_unvisited"
TRADING = "trading"  # an act of its own: it opens what follows
TRADING_WORDS = Words("在经营，证照不全", "Trading without what it needs")
GONE = ("ceased", "absent")
BY_FLAG: dict[str, tuple[str, ...]] = {
    flags.UNREGISTERED: (TRADING, "registered", "same", *GONE),
    flags.CANCELLED: (TRADING, "registered", "new", "same", *GONE),
    flags.UNLICENSED: (TRADING, "licensed", "same", *GONE),
    flags.UNINSPECTED: ("trading_well", "same", *GONE),
    UNSPONSORED: ("trading_well", *GONE),
    UNVISITED: ("trading_well", TRADING, *GONE),
    CELL: ("looked",),
}
WHY = {
    **MEANING,
    UNSPONSORED: Words(
        "在主体名录中在营，却没有一名包保干部",
        "in business by the directory, and no official is bound to it",
    ),
    UNVISITED: Words(
        "在主体名录中在营，规定天数内没有任何到场记录",
        "in business by the directory, and no visit within the days given",
    ),
    CELL: Words(
        "网格（没有网格的为村）在规定天数内没有任何到场记录",
        "a grid cell (or a village without any) with no visit within the days given",
    ),
}


def flag_words(flag: str) -> Words:
    """The reason in words."""
    found = {row.key: row.words for row in vocabulary.choices("ground_flag")}
    return found.get(flag, Words(flag, flag))


def answer_words(key: str) -> Words:
    """An answer in words."""
    if key == TRADING:
        return TRADING_WORDS
    found = {row.key: row.words for row in vocabulary.choices("ground_answer")}
    return found.get(key, Words(key, key))


def offered(flag: str) -> list[tuple[str, Words]]:
    """The answers that fit a reason, each with its words."""
    return [(key, answer_words(key)) for key in BY_FLAG.get(flag, ())]
