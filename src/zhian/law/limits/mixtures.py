"""Several additives of one function in one food: their shares of what is allowed, added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from zhian.law.errors import LawError
from zhian.law.limit_texts import Bounds, Quantity, Result
from zhian.law.limits.comparing import judge
from zhian.law.limits.deciding import decide
from zhian.law.limits.measured import limit_of, result_of
from zhian.law.limits.questions import VERDICTS, Decision, Question
from zhian.law.limits.register import Register
from zhian.law.quantities import ONE, ZERO, Interval
from zhian.law.words import Words

AT_MOST_ONE = Bounds(Interval(None, ONE), None)
SUM = Words(
    "GB 2760 附录 A.4：各自用量占其最大使用量的比例之和 {sum}，{why}",
    "GB 2760 A.4: the shares of what is allowed add up to {sum}. {why}",
)
PLACES = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Part:
    """One additive of a mixture and what was found of it."""

    item: str
    result: str


def mixture(
    register: Register, food: str, parts: Sequence[Part], on: date | None, *, category: str = ""
) -> Decision:
    """Whether the shares of several preservatives, colours or antioxidants exceed 1 (A.4).

    A part whose own limit cannot be found, or that is not allowed at all, decides by itself.
    """
    low = high = ZERO
    for part in parts:
        found = decide(register, Question(food, part.item, part.result, on, category=category))
        share = _share(found, part)
        if share is None:
            return found
        low, high = low + (share.low or ZERO), high + (share.high or ZERO)
    total = Result((Quantity(Interval(low, high, high_open=low != high), None),))
    verdict = judge(total, AT_MOST_ONE)
    reason = SUM.format(sum=low.quantize(PLACES), why=verdict.reason)
    return Decision(
        VERDICTS[verdict.outcome], reason, "GB 2760-2024", "附录 A.4", "≤1", item="比例之和"
    )  # fmt: skip


def _share(found: Decision, part: Part) -> Interval | None:
    """What was found as a share of the limit; None where there is no number to divide by."""
    limit = limit_of(found.limit) if found.rows and found.limit else None
    if not isinstance(limit, Bounds) or not limit.interval.high or limit.unit is None:
        return None
    try:
        (value,) = result_of(part.result).values
    except (LawError, ValueError):
        return None
    if value.interval.high is None:
        value = replace(value, interval=Interval(ZERO, ZERO))
    if value.unit is None or value.unit.dimension != limit.unit.dimension:
        return None
    return value.interval.times(value.unit.factor / limit.unit.factor / limit.interval.high)
