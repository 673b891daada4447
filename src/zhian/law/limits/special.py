"""What a standard says beside its numbers: dried foods, drinks' powders, conditions, species."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from zhian.law.errors import LawError
from zhian.law.limit_texts import Bounds, Limit, Result
from zhian.law.limits.comparing import CANNOT_JUDGE, EXCEEDS, WITHIN, judge
from zhian.law.limits.foods import Match
from zhian.law.limits.items import Item
from zhian.law.limits.measured import limit_of, result_of, scaled
from zhian.law.limits.questions import COMPLIANT, NON_COMPLIANT, Decision, Question
from zhian.law.limits.register import Register
from zhian.law.limits.rows import UNREAD, Row
from zhian.law.limits.trees import GB2760, GB2762
from zhian.law.words import Words

DRIED, DRY_WEIGHT = "干制", "干重"
POWDERS = ("14.06",)
NEEDS_FACTOR = Words(
    "{food}为干制品，限量按相应新鲜食品结合脱水率折算（GB 2762 3.5），请给出浓缩倍数。",
    "{food} is dried: the limit of the fresh food counts with the water loss (GB 2762 3.5); "
    "give the factor.",
)
NEEDS_DILUTION = Words(
    "{food}的限量以即饮（冲调后）状态计，固体饮料等按稀释倍数增加，请给出稀释倍数。",
    "The limit counts for the drink as drunk; a powder may hold more by its dilution: give the "
    "factor.",
)
NEEDS_CONDITION = Words(
    "本限量仅适用于：{condition}。请确认后再判定。",
    "The limit holds only if: {condition}. Confirm it first.",
)
BY_FACTOR = Words("限量按 {factor} 倍折算。", "The limit was multiplied by {factor}.")
BASIS = Words("限量{basis}。", "The limit is expressed: {basis}.")
UNVERIFIED = Words("{note}。", "Not checked in the standard itself: {note}.")
TOTAL_KEEPS = Words(
    "{where}：{food} {species} {limit}。{item}未超过{species}限量，可判定符合，不必再测{species}。",
    "{where}: {food}, {species} {limit}. The total {item} is within it; {species} need not be "
    "measured.",
)
TOTAL_TOO_HIGH = Words(
    "{where}：{food} {species} {limit}。{item}超过该值，需测定{species}含量再作判定。",
    "{where}: {food}, {species} {limit}. The total {item} is above it: {species} must be measured.",
)
SPECIES_TOO_HIGH = Words(
    "{where}：{food} {total} {limit}。{item}已超过该值，总量必然超过。",
    "{where}: {food}, {total} {limit}. {item} alone is above it.",
)
SPECIES_ONLY = Words(
    "{where} 对{food}规定的是{total}，只有{item}的结果不能判定符合。",
    "{where} limits {total} in {food}; a result for {item} alone cannot show that it is kept.",
)


def fitted(row: Row, asked: Question, match: Match) -> tuple[Limit, tuple[Words, ...]]:
    """The limit of a row as it holds for this product, and what was done to it."""
    limit = limit_of(row.limit)
    remarks = (BASIS.format(basis=row.basis),) if row.basis else ()
    if asked.factor is not None and _needs_factor(row, match):
        remarks = (*remarks, BY_FACTOR.format(factor=asked.factor))
        return scaled(limit, asked.factor), remarks
    return limit, remarks


def doubt(row: Row, asked: Question, match: Match) -> Words | None:
    """Why a value above a row's limit does not yet fail the product, if so."""
    if asked.factor is None and _needs_factor(row, match):
        words = NEEDS_DILUTION if row.ready else NEEDS_FACTOR
        return words.format(food=match.word or asked.food)
    if row.condition and not any(row.condition in given for given in asked.given):
        return NEEDS_CONDITION.format(condition=row.condition)
    return None


def _needs_factor(row: Row, match: Match) -> bool:
    if row.ready:
        nodes = match.nodes.get(GB2760, ())
        return any(n.startswith(POWDERS) for n in nodes) or "粉" in match.text[-2:]
    return (
        row.edition.scheme == GB2762
        and DRIED in match.tags
        and DRY_WEIGHT not in row.basis
        and not any(name.startswith((DRIED, "木耳", "银耳")) for name in row.within)
    )


def origin(row: Row) -> tuple[Words, ...]:
    """What is known about where a row comes from, where it was not read in the standard."""
    note = row.edition.note
    return (UNVERIFIED.format(note=note),) if note and row.edition.verified == "no" else ()


def other_form(
    register: Register,
    asked: Question,
    item: Item,
    match: Match,
    result: Result,
    without: Decision,
) -> Decision:
    """Total and speciated arsenic and mercury: a result for the one against a limit for the other.

    GB 2762 table 3 note a, table 4 note a: the total within the limit of the species keeps it.
    """
    book = register.items
    other = book.items.get(item.speciated) if item.speciated else book.totals.get(item.name)
    if other is None or not match.sure:
        return without
    rows = register.find(other, match, asked.on, asked.item).rows
    if any(row.state == UNREAD for row in rows):
        return without
    outcomes = {judge(result, limit_of(r.limit), rounding=asked.rounding).outcome for r in rows}
    if len(outcomes) != 1:
        return without
    (outcome,) = outcomes
    row = rows[0]
    found = replace(
        without,
        standard=row.standard,
        table=row.where,
        limit=row.limit,
        rows=rows,
        remarks=origin(row),
    )
    if item.speciated:
        return _total(found, row, item, other, outcome, doubt(row, asked, match))
    return _species(found, row, item, other, outcome, doubt(row, asked, match))


def _total(
    found: Decision, row: Row, item: Item, species: Item, outcome: str, why: Words | None
) -> Decision:
    values = _values(row) | {"item": item.name, "species": species.name}
    if outcome == WITHIN:
        return replace(found, verdict=COMPLIANT, reason=TOTAL_KEEPS.format(**values))
    if why is not None:
        return replace(found, verdict=CANNOT_JUDGE, reason=why)
    return replace(found, verdict=CANNOT_JUDGE, reason=TOTAL_TOO_HIGH.format(**values))


def _species(
    found: Decision, row: Row, item: Item, total: Item, outcome: str, why: Words | None
) -> Decision:
    values = _values(row) | {"item": item.name, "total": total.name}
    if outcome == EXCEEDS and why is None:
        return replace(found, verdict=NON_COMPLIANT, reason=SPECIES_TOO_HIGH.format(**values))
    return replace(found, verdict=CANNOT_JUDGE, reason=why or SPECIES_ONLY.format(**values))


def _values(row: Row) -> dict[str, str]:
    return {"where": f"{row.standard} {row.where}", "food": row.food, "limit": row.limit}


def is_close(uncertainty: str, limit: str, result: Result) -> bool:
    """Whether a limit lies within the uncertainty (in the unit of the result) of a result."""
    try:
        reach = result_of(uncertainty.strip("± ")).values[0].interval.low
        bounds = limit_of(limit)
    except LawError:
        return False
    (value,) = result.values[:1]
    if value.interval.low is None or reach is None or not isinstance(bounds, Bounds):
        return False
    share = value.unit.factor / bounds.unit.factor if value.unit and bounds.unit else Decimal(1)
    ends = [e for e in (bounds.interval.low, bounds.interval.high) if e is not None]
    return any(abs(value.interval.low * share - end) <= reach * share for end in ends)
