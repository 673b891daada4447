"""What the report calls things, in Chinese and English."""

from __future__ import annotations

from zhian.law.words import Words
from zhian.methods.linkage import flags, suspects

ROSTERS = {
    "market": Words("市场主体登记", "market registrations"),
    "foodlic": Words("食品经营许可", "food licences"),
    "sweep": Words("排查", "ground sweep"),
    "health": Words("卫生健康", "health"),
    "agri": Words("农业农村", "agriculture"),
    "taxelec": Words("税务用电", "tax and electricity"),
}
FLAGS = {flag: Words(zh, en) for flag, (zh, en) in flags.WORDS.items()}
MEANING = {
    flags.UNREGISTERED: Words(
        "排查见到，所属主体在市场主体登记中一行也没有",
        "seen by the sweep; its establishment has no row among the registrations",
    ),
    flags.CANCELLED: Words(
        "排查见到，所属主体的登记全部已注销或者吊销",
        "seen by the sweep; all registrations of its establishment have ended",
    ),
    flags.UNLICENSED: Words(
        "排查见到食品业态，所属主体没有有效的食品许可",
        "the sweep saw a food business; its establishment has no valid food licence",
    ),
    flags.UNINSPECTED: Words(
        "登记存续，而排查、卫生健康、农业农村都没有见过",
        "registered and active, and seen by neither sweep, health nor agriculture",
    ),
}
CONFLICTS = {
    suspects.ONE_CODE_TWO_PLACES: Words("一码两处：代码相同而其余不像", "one code, two places"),
    suspects.TWO_CODES_ONE_PLACE: Words("两码一处：代码不同而其余相同", "two codes, one place"),
    suspects.ENDED_BUT_OPERATING: Words(
        "登记已止而仍在经营", "registration ended, still operating"
    ),
}


def roster(name: str) -> Words:
    """A roster by its name; one that we do not know is called as it stands."""
    known = ROSTERS.get(name)
    return Words(f"{known.zh} ({name})", known.en) if known else Words(name, "")
