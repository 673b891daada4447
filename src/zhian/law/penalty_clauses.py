"""Which clauses apply to what was done, and the lowest and highest fine of one, explained.

The answer is the range of the article, never a sum: see `zhian.law.discretion` for weighing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhian.law.errors import LawError
from zhian.law.offices import in_force
from zhian.law.penalties import FineLine, Scale, penalties
from zhian.law.penalty_steps import ZERO, NegativeAmount, Step, not_negative, step, to_fen
from zhian.law.quantities import shown
from zhian.law.reading import Basis
from zhian.law.words import Words

__all__ = [
    "FineRange",
    "NegativeAmount",
    "NotInForce",
    "UnknownClause",
    "applicable",
    "clause",
    "fine_range",
]

BASE_WORDS = {
    "value": Words("货值金额", "value of the goods"),
    "income_last_year": Words("上一年度从本单位取得的收入", "income from the unit last year"),
    "income_during_violation": Words(
        "违法行为发生期间自本单位所获收入", "income from the unit during the violation"
    ),
}


class UnknownClause(LawError):
    """There is no penalty clause of this name."""

    def __init__(self, key: str) -> None:
        super().__init__(f"没有编号为 {key} 的罚则", f"There is no penalty clause named {key}")


class NotInForce(LawError):
    """The clause was not law on the day of the act (APL art. 37)."""

    def __init__(self, scale: Scale, on: date) -> None:
        text = f"{scale.basis.source} {scale.basis.article}"
        super().__init__(
            f"违法行为发生日 {on.isoformat()}，{scale.key}（{text}）不适用，请另选罚则",
            f"{scale.key} ({text}) was not in force on {on.isoformat()}, the day of the act:"
            " choose another clause",
        )


@dataclass(frozen=True, slots=True)
class FineRange:
    """What one clause allows for one violation: yuan from and to, measures, and why."""

    scale: Scale
    fined: bool
    optional: bool
    low: Decimal
    high: Decimal
    must: tuple[str, ...]
    may: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def basis(self) -> Basis:
        """The article of the clause."""
        return self.scale.basis


def clause(key: str) -> Scale:
    """One penalty clause; UnknownClause if the table does not have it."""
    try:
        return penalties()[key]
    except KeyError:
        raise UnknownClause(key) from None


def applicable(on: date, *, field: str | None = None, words: str = "") -> tuple[Scale, ...]:
    """The clauses that were law on the day of the act, of a field, whose violation says `words`."""
    wanted = words.strip().casefold()
    return tuple(
        scale
        for scale in penalties().values()
        if in_force(scale.basis.source, on)
        and field in (None, scale.field)
        and (wanted in scale.violation.zh.casefold() or wanted in scale.violation.en.casefold())
    )


def fine_range(
    key: str, base: Decimal, *, on: date, stage: str = "found", who: str = "operator"
) -> FineRange:
    """The range of a clause for a base in yuan, on the day of the act, with its arithmetic.

    `base` is the value of goods, or the income of a person where the clause counts by it. Raises
    UnknownClause, NotInForce (the act lies outside the text's validity) or NegativeAmount.
    Source: the article of the clause (`basis`); amounts are rounded to the fen.
    """
    scale = clause(key)
    if not in_force(scale.basis.source, on):
        raise NotInForce(scale, on)
    not_negative(Words("货值或者收入", "The value or income"), base)
    line = scale.line(base, stage=stage, who=who)
    low, high = line.range(base) if line else (ZERO, ZERO)
    return FineRange(
        scale=scale,
        fined=line is not None,
        optional=bool(line and line.may),
        low=to_fen(low),
        high=to_fen(high),
        must=scale.must(stage),
        may=scale.may.get("found", ()) + (scale.may.get(stage, ()) if stage != "found" else ()),
        steps=tuple(_steps(scale, line, base)),
    )


def _steps(scale: Scale, line: FineLine | None, base: Decimal) -> Iterator[Step]:
    source, article = scale.basis.source, scale.basis.article
    yield Step(scale.violation, source, article)
    if line is None:
        yield step("这一阶段不处罚款", "At this stage there is no fine", source, article)
    elif line.fine:
        yield from _fixed(line, base)
    else:
        yield from _multiplied(line, base)
    if line and line.may:
        yield step("罚款可以处，也可以不处", "The fine may be imposed or left out", source, article)


def _fixed(line: FineLine, base: Decimal) -> Iterator[Step]:
    """The band that the base falls into, and its two amounts."""
    if line.below is not None:
        yield step(
            "{what} {base}，不足 {below}",
            "The {what} is {base}, below {below}",
            what=BASE_WORDS[line.base],
            base=base,
            below=line.below,
        )
    low, high = line.range(base)
    yield step("罚款 {low}以上 {high}以下", "Fine from {low} to {high}", low=low, high=high)


def _multiplied(line: FineLine, base: Decimal) -> Iterator[Step]:
    """The base, raised to its minimum where the clause says so, times the lowest and highest."""
    what, counted = BASE_WORDS[line.base], base
    if line.at_least is not None and base < line.at_least:
        counted = line.at_least
        yield step(
            "{what} {base}，不足 {least}的按 {least}计算",
            "The {what} is {base}; below {least} it counts as {least}",
            what=what,
            base=base,
            least=line.at_least,
        )
    pairs = zip(_LIMITS, line.times or (ZERO, ZERO), strict=True)
    for limit, times in pairs:
        yield step(
            "{limit}：{what} {base} × {times} = {sum}",
            "{limit}: {what} {base} × {times} = {sum}",
            limit=limit,
            what=what,
            base=counted,
            times=shown(times),
            sum=counted * times,
        )


_LIMITS = (Words("最低", "Lowest"), Words("最高", "Highest"))
