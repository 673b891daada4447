"""What people may answer, and what each answer says about the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhian.apps.registry.census.review.reclustering import Answer
from zhian.apps.registry.census.words import CONFLICTS
from zhian.law.words import Words
from zhian.methods.linkage import suspects


@dataclass(frozen=True, slots=True)
class Said:
    """An answer by the rows' own keys: as a decision keeps it."""

    answer: str
    one: str
    two: str = ""
    unlike: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def meaning(self) -> Answer | None:
        """What it says about who is one establishment; None where it says nothing."""
        if self.answer == "same":
            return Answer(self.one, self.two, self.unlike)
        if self.answer == "different":
            return Answer(self.one, "", (self.two, *self.unlike))
        return Answer(self.one, "", self.unlike) if self.answer == "new" else None

    @property
    def gist(self) -> tuple[str, str, str]:
        """What two answers to one question must share to be the same answer."""
        return self.answer, self.one, self.two


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a conflict; `does` says what follows."""

    key: str
    words: Words
    does: Words
    needs: int = 2


DISPUTED = "legal_acts_alike"  # two on which legal acts rest, and which look like one
TITLES = {
    **CONFLICTS,
    DISPUTED: Words("各有事项而相像", "alike, and each with matters"),
}
UNSURE = Option(
    "unsure",
    Words("说不准", "Not sure"),
    Words("留在队列里，由别人判定", "Stays in the queue for somebody else"),
    1,
)
OPTIONS: dict[str, tuple[Option, ...]] = {
    suspects.ONE_CODE_TWO_PLACES: (
        Option(
            "first",
            Words("代码是甲的", "The code is A's"),
            Words(
                "甲、乙分为两户；乙的代码不再作数，列入更正清单",
                "A and B are two; B's code counts no more and goes on the list of corrections",
            ),
        ),
        Option(
            "second",
            Words("代码是乙的", "The code is B's"),
            Words(
                "甲、乙分为两户；甲的代码不再作数，列入更正清单",
                "A and B are two; A's code counts no more and goes on the list of corrections",
            ),
        ),
        Option(
            "neither",
            Words("两个都不对", "Neither is right"),
            Words(
                "甲、乙分为两户；两个代码都不再作数，列入更正清单",
                "A and B are two; both codes count no more and go on the list of corrections",
            ),
        ),
        Option(
            "same",
            Words("其实是同一户", "They are one business"),
            Words("甲、乙并为一户，例如迁了地址", "A and B become one: it moved, for instance"),
        ),
    ),
    suspects.TWO_CODES_ONE_PLACE: (
        Option(
            "first",
            Words("甲是重新登记后的", "A is the later registration"),
            Words(
                "并为一户，以甲的代码为准；须另一人同意",
                "They become one, with A's code; a second person must agree",
            ),
        ),
        Option(
            "second",
            Words("乙是重新登记后的", "B is the later registration"),
            Words(
                "并为一户，以乙的代码为准；须另一人同意",
                "They become one, with B's code; a second person must agree",
            ),
        ),
        Option(
            "two",
            Words("是两户", "They are two businesses"),
            Words("分开，今后也不合并", "They are kept apart, from now on too"),
        ),
    ),
    DISPUTED: (
        Option(
            "two",
            Words("是两户", "They are two businesses"),
            Words("各自保留事项和许可，今后也不合并", "Each keeps its matters and licences"),
        ),
        Option(
            "same",
            Words("其实是同一户", "They are one business"),
            Words("并为一户；须另一人同意", "They become one; a second person must agree"),
        ),
    ),
    suspects.ENDED_BUT_OPERATING: (
        Option(
            "check",
            Words("实地核查", "Have it looked at"),
            Words(
                "保留盲区，转实地核查", "The blind spot stays and is to be checked on the ground"
            ),
            1,
        ),
        Option(
            "two",
            Words("不是同一户", "Not the same business"),
            Words(
                "甲与已注销的登记分为两户",
                "A is another business than the registration that ended",
            ),
        ),
    ),
}


def options(kind: str) -> tuple[Option, ...]:
    """The answers to a kind of conflict."""
    return (*OPTIONS.get(kind, ()), UNSURE)


def said(kind: str, key: str, rows: Sequence[str]) -> Said | None:
    """What an answer to a conflict says; rows: their natural keys, A first. None: no such one."""
    option = next((o for o in options(kind) if o.key == key), None)
    if option is None or len(rows) < option.needs:
        return None
    one, others = rows[0], tuple(rows[1:])
    two = others[0] if others else ""
    if key in ("unsure", "check"):
        return Said(key, one)
    if kind == suspects.ENDED_BUT_OPERATING:
        return Said("new", one, "", others)
    if key == "two":
        return Said("different", one, two)
    if key == "same":
        return Said("same", one, two)
    if kind == suspects.TWO_CODES_ONE_PLACE:
        return Said("same", one, two, (), (two,) if key == "first" else (one,))
    wrong = {"first": (two,), "second": (one,), "neither": (one, two)}[key]
    # the row whose code is another's leaves; where both are wrong, the second does
    leaves, stays = (one, two) if key == "second" else (two, one)
    return Said("different", leaves, stays, (), wrong)
