"""What is asked of the register, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhian.law.limits.comparing import CANNOT_JUDGE, EXCEEDS, FULL, WITHIN
from zhian.law.limits.rows import Row
from zhian.law.words import NO_WORDS, Words

COMPLIANT, NON_COMPLIANT = "compliant", "non_compliant"
VERDICTS = {WITHIN: COMPLIANT, EXCEEDS: NON_COMPLIANT, CANNOT_JUDGE: CANNOT_JUDGE}
SAID = {
    COMPLIANT: Words("符合", "compliant"),
    NON_COMPLIANT: Words("不符合", "non-compliant"),
    CANNOT_JUDGE: Words("不能判定", "cannot judge"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A result to judge. `on` is the day of production, or of sampling where that is unknown.

    `kind` is the class under which the food was sampled, `category` a person's choice; `limit`
    a stated limit, which is then used; `factor` how many times a dried food or a powder is
    concentrated; `given` conditions known to hold (镀锡薄钢板容器包装).
    """

    food: str
    item: str
    result: str
    on: date | None = None
    limit: str = ""
    kind: str = ""
    category: str = ""
    lod: str = ""
    loq: str = ""
    uncertainty: str = ""
    rounding: str = FULL
    factor: Decimal | None = None
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict with its reason, the row that decided, and what else must be known."""

    verdict: str
    reason: Words
    standard: str = ""
    table: str = ""
    limit: str = ""
    item: str = ""
    food: Words = NO_WORDS
    category: str = ""
    rows: tuple[Row, ...] = ()
    choices: tuple[str, ...] = ()
    remarks: tuple[Words, ...] = ()
    times: Decimal | None = None

    @property
    def words(self) -> Words:
        """The verdict as a laboratory says it."""
        return SAID[self.verdict]
