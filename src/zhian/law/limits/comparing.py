"""A result against a limit: exceeds, within, or cannot be judged, and why.

Values are compared as written, without rounding (GB/T 8170, 全数值比较法), unless the standard asks
for the rounded value (修约值比较法). The verdict shows an official what the paper says; the finding
itself is the laboratory's (抽样检验管理办法 24).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from zhian.law.limit_texts import (
    Bounds,
    Forbidden,
    Limit,
    Plan,
    Quantity,
    Result,
    Unreadable,
    read_limit,
    read_result,
)
from zhian.law.limits.rounding import rounded_like
from zhian.law.quantities import ZERO, Interval, Unit, shown
from zhian.law.words import Words

EXCEEDS, WITHIN, CANNOT_JUDGE = "exceeds", "within", "cannot_judge"
FULL, ROUNDED = "full", "rounded"
OUTCOMES = {
    EXCEEDS: Words("不符合标准值", "Beyond the limit"),
    WITHIN: Words("未超出标准值", "Within the limit"),
    CANNOT_JUDGE: Words("不能自动比较", "Cannot be compared"),
}

OVER = Words("{value} 高于上限 {bound}。", "{value} is above the upper limit of {bound}.")
UNDER = Words("{value} 低于下限 {bound}。", "{value} is below the lower limit of {bound}.")
INSIDE = Words("{value} 在允许范围 {bound} 之内。", "{value} is inside the allowed range {bound}.")
TWO_UNITS = Words(
    "结果的单位（{result}）与标准值的单位（{limit}）不能换算。",
    "The unit of the result ({result}) cannot be converted to that of the limit ({limit}).",
)
OVERLAPS = Words(
    "{value} 没有给出足以与 {bound} 比较的数值。",
    "{value} is not exact enough to compare with {bound}.",
)
FOUND = {
    "detect": Words("不得检出，而{value}。", "Must not be found, but {value}."),
    "use": Words("不得使用，而{value}。", "Must not be used, but {value}."),
}
HAS = Words("检出 {value}", "{value} was found")
TOO_COARSE = Words(
    "未检出，但检出限高于标准值 {bound}，方法灵敏度不够，不能判定。",
    "Not found, but the detection limit is above {bound}: the method is not sensitive enough.",
)
NOT_FOUND = Words("未检出。", "Not found.")
BARELY = Words(
    "结果只写 {value}，没有写明是否检出。",
    "The result only says {value}, not whether it was found.",
)
ABOVE_UPPER = Words(
    "第 {i} 个样品 {value} 高于 M（{bound}），一个也不允许。",
    "Unit {i}, {value}, is above M ({bound}), which none may be.",
)
TOO_MANY = Words(
    "{k} 个样品高于 m（{bound}），只允许 {c} 个。",
    "{k} units are above m ({bound}); at most {c} may be.",
)
FEW_ENOUGH = Words(
    "{k} 个样品高于 m（{bound}），不超过允许的 {c} 个，没有样品高于 M。",
    "{k} units are above m ({bound}), not more than the {c} allowed; none is above M.",
)
WRONG_NUMBER = Words(
    "采样方案要求 {n} 个结果，文件给出 {k} 个。", "The plan needs {n} results; the file gives {k}."
)
NOT_EXACT = Words(
    "有结果没有写明是否高于 m（{bound}）。", "Some results do not say whether they exceed {bound}."
)
CENT = Decimal("0.01")
NO_UNIT = Words("无", "none")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Exceeds, within or cannot_judge, and why; `times` is the value divided by the bound."""

    outcome: str
    reason: Words
    times: Decimal | None = None

    @property
    def words(self) -> Words:
        """The outcome as the office says it."""
        return OUTCOMES[self.outcome]


def verdict(result: str, limit: str, *, rounding: str = FULL) -> Verdict:
    """The verdict on two texts; what cannot be read is a reason not to judge, never an error."""
    try:
        return judge(read_result(result), read_limit(limit), rounding=rounding)
    except Unreadable as why:
        label = ("检验结果", "The result") if why.text == result else ("标准值", "The limit")
        return Verdict(CANNOT_JUDGE, Words(label[0] + why.words.zh, f"{label[1]} {why.words.en}"))


def judge(result: Result, limit: Limit, *, rounding: str = FULL) -> Verdict:
    """A result against a limit; of several values one that is beyond the bounds decides.

    With `rounding=ROUNDED` a measured value is first rounded to the places of the limit
    (GB/T 8170, 修约值比较法); counts of a plan are never rounded.
    """
    if isinstance(limit, Plan):
        return _by_plan(result, limit)
    found = [_judge_one(value, limit, rounding) for value in result.values]
    if len(found) == 1:
        return found[0]
    return min(found, key=lambda v: (EXCEEDS, CANNOT_JUDGE, WITHIN).index(v.outcome))


def _judge_one(value: Quantity, limit: Bounds | Forbidden, rounding: str) -> Verdict:
    if isinstance(limit, Forbidden):
        return _against_ban(value, limit)
    if not value.found and limit.interval.low is None:
        return _not_found_below(value, limit)
    return _against_bounds(value, limit, rounding)


def _not_found_below(value: Quantity, limit: Bounds) -> Verdict:
    """未检出 keeps an upper limit, unless the method could not have seen that much."""
    high = limit.interval.high
    known = _converted(value, limit.unit)
    if known is not None and known.high is not None and high is not None and known.high > high:
        return Verdict(CANNOT_JUDGE, TOO_COARSE.format(bound=_number(shown(high), limit.unit)))
    return Verdict(WITHIN, NOT_FOUND)


def _against_ban(value: Quantity, limit: Forbidden) -> Verdict:
    if not value.found:
        return Verdict(WITHIN, NOT_FOUND)
    if value.interval.above(ZERO):
        return Verdict(EXCEEDS, FOUND[limit.what].format(value=_has(value)))
    if value.interval == Interval.exactly(ZERO):
        return Verdict(WITHIN, NOT_FOUND)
    return Verdict(CANNOT_JUDGE, BARELY.format(value=_said(value)))


def _against_bounds(value: Quantity, limit: Bounds, rounding: str) -> Verdict:
    bound = _range(limit.interval, limit.unit)
    if not value.found and value.interval.high is None:
        return Verdict(CANNOT_JUDGE, OVERLAPS.format(value=_said(value), bound=bound))
    known = _converted(value, limit.unit)
    if known is None:
        return Verdict(CANNOT_JUDGE, _units(value, limit.unit))
    if rounding == ROUNDED:
        known = rounded_like(known, limit.interval)
    if known.beyond(limit.interval):
        return _beyond(value, known, limit)
    if known.inside(limit.interval):
        return Verdict(WITHIN, INSIDE.format(value=_said(value), bound=bound))
    return Verdict(CANNOT_JUDGE, OVERLAPS.format(value=_said(value), bound=bound))


def _beyond(value: Quantity, known: Interval, limit: Bounds) -> Verdict:
    high, low = limit.interval.high, limit.interval.low
    over = high is not None and known.low is not None and known.low >= high
    bound = high if over else low
    assert bound is not None
    words = (OVER if over else UNDER).format(
        value=_said(value), bound=_number(shown(bound), limit.unit)
    )
    exact = known.low if known.low == known.high else None
    times = (exact / bound).quantize(CENT) if exact is not None and bound else None
    return Verdict(EXCEEDS, words, times)


def _converted(value: Quantity, unit: Unit | None) -> Interval | None:
    """The value in the limit's unit; None where the two measure different things."""
    if value.unit == unit:
        return value.interval
    if value.unit is None or unit is None or value.unit.dimension != unit.dimension:
        return None
    return value.interval.times(value.unit.factor / unit.factor)


def _units(value: Quantity, unit: Unit | None) -> Words:
    return TWO_UNITS.format(result=value.unit or NO_UNIT, limit=unit or NO_UNIT)


def _by_plan(result: Result, plan: Plan) -> Verdict:
    known = [_for_plan(value, plan) for value in result.values]
    for value, interval in zip(result.values, known, strict=True):
        if interval is None:
            return Verdict(CANNOT_JUDGE, _units(value, plan.unit))
    intervals = [i for i in known if i is not None]
    return _above_upper(result, intervals, plan) or _counted(intervals, plan)


def _for_plan(value: Quantity, plan: Plan) -> Interval | None:
    if not value.found:
        return Interval.exactly(ZERO)
    if not value.numeric or value.unit is None or plan.unit is None:
        return value.interval
    return _converted(value, plan.unit)


def _above_upper(result: Result, known: list[Interval], plan: Plan) -> Verdict | None:
    upper = plan.upper
    if upper is None:
        return None
    for i, (value, interval) in enumerate(zip(result.values, known, strict=True), 1):
        if interval.above(upper):
            words = ABOVE_UPPER.format(
                i=i, value=_said(value), bound=_number(shown(upper), plan.unit)
            )
            return Verdict(EXCEEDS, words)
    return None


def _counted(known: list[Interval], plan: Plan) -> Verdict:
    above = sum(interval.above(plan.m) for interval in known)
    unclear = sum(not _clear(interval, plan) for interval in known)
    bound = _number(shown(plan.m), plan.unit)
    if above > plan.c:
        return Verdict(EXCEEDS, TOO_MANY.format(k=above, bound=bound, c=plan.c))
    if len(known) != plan.n:
        return Verdict(CANNOT_JUDGE, WRONG_NUMBER.format(n=plan.n, k=len(known)))
    if unclear:
        return Verdict(CANNOT_JUDGE, NOT_EXACT.format(bound=bound))
    return Verdict(WITHIN, FEW_ENOUGH.format(k=above, bound=bound, c=plan.c))


def _clear(interval: Interval, plan: Plan) -> bool:
    """Whether a value is known to be above m or not, and not above M."""
    low_enough = interval.inside(Interval(None, plan.m))
    if plan.upper is None:
        return low_enough or interval.above(plan.m)
    return interval.inside(Interval(None, plan.upper)) and (low_enough or interval.above(plan.m))


def _said(value: Quantity) -> Words:
    """A value as it is spoken of in a reason."""
    if not value.found:
        return _not_found(value)
    if not value.numeric:
        return Words("检出", "found")
    return _joined(_ends(value.interval), value.unit)


def _has(value: Quantity) -> Words:
    """That something was found, and how much of it where that was measured."""
    if not value.numeric:
        return Words("检出", "it was found")
    return HAS.format(value=_said(value))


def _not_found(value: Quantity) -> Words:
    if value.interval.high is None:
        return Words("未检出（未写检出限）", "not found (no detection limit given)")
    limit = _number(shown(value.interval.high), value.unit)
    return Words(f"未检出（检出限 {limit}）", f"not found (detection limit {limit})")


def _joined(parts: Iterator[str], unit: Unit | None) -> Words:
    text = _number(" ".join(parts), unit)
    return Words(text, text)


def _range(interval: Interval, unit: Unit | None) -> str:
    return _number(" ".join(_ends(interval)), unit)


def _ends(interval: Interval) -> Iterator[str]:
    low, high = interval.low, interval.high
    if low is not None and low == high:
        yield shown(low)
        return
    if low is not None and not (low == 0 and high is not None and interval.high_open):
        yield f"{'>' if interval.low_open else '≥'}{shown(low)}"
    if high is not None:
        yield f"{'<' if interval.high_open else '≤'}{shown(high)}"


def _number(text: str, unit: Unit | None) -> str:
    if unit is None:
        return text
    tight = unit.symbol.startswith(("%", "/", "℃", "°", "‰"))
    return f"{text}{unit}" if tight else f"{text} {unit}"
