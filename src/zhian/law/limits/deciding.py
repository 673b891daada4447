"""From a result to a verdict: the stated limit if there is one, else the row of the register.

The order of thought is a laboratory's: read the result; which item; which food in the terms of
the standard; which edition judges a product made that day; which row; compare; say why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhian.law.errors import LawError
from zhian.law.limit_texts import Bounds, Forbidden, Result, Unreadable
from zhian.law.limits import special
from zhian.law.limits.comparing import CANNOT_JUDGE, EXCEEDS, WITHIN, Verdict, judge
from zhian.law.limits.foods import Match
from zhian.law.limits.items import Item
from zhian.law.limits.measured import limit_of, result_of
from zhian.law.limits.questions import VERDICTS, Decision, Question
from zhian.law.limits.register import Found, Option, Register
from zhian.law.limits.rows import AS_NEEDED, UNREAD, Row
from zhian.law.words import NO_WORDS, Words

STATED = "文件所列标准值"
NO_ITEM = Words("登记内没有项目“{item}”的限量。", "The register has no limit for “{item}”.")
NO_ROW = Words("{item}在{food}中没有登记限量。", "The register sets no limit for {item} in {food}.")
NO_FOOD = Words(
    "食品“{food}”不能归入标准的食品类别，请人工选定类别。",
    "“{food}” cannot be placed in a category of the standards; choose one.",
)
UNSURE = Words(
    "食品“{food}”{why}，请人工选定类别。", "“{food}”: {why}; choose the category."
)  # fmt: skip
NO_EDITION = Words(
    "登记内没有 {day} 生产的产品适用的版本（{editions}）。",
    "No edition in the register judges a product made on {day} ({editions}).",
)
SPLIT = Words(
    "食品可能属于几个类别，结论不同：{options}。请人工选定类别。",
    "The food may belong to several categories with different outcomes: {options}. Choose one.",
)
BY_ROW = Words("{where}：{food} {item} {limit}。{why}", "{where}: {food}, {item} {limit}. {why}")
BY_STATED = Words("按文件所列标准值 {limit}：{why}", "By the stated limit {limit}: {why}")
MAY_BE_USED = Words("可按生产需要适量使用。", "May be used as needed.")
UNREAD_ROW = Words(
    "{standard} 对{food}的{item}另有规定，登记内没有其数值，请查标准原文。",
    "{standard} sets {item} in {food} differently; its value is not in the register.",
)
DIFFERS = Words(
    "文件所列标准值 {stated} 与 {where} 的 {limit} 不同，请核对。",
    "The stated limit {stated} differs from {limit} of {where}: check it.",
)
NO_LOD = Words(
    "未写检出限：按低于标准值理解，请核对方法检出限。",
    "No detection limit is given; taken to be below the limit: check the method.",
)
WITHIN_UNCERTAINTY = Words(
    "结果与标准值之差在测量不确定度之内。", "The result is within its uncertainty of the limit."
)
WITHOUT_LIMIT = Words("没有限量", "no limit")


@dataclass(frozen=True, slots=True)
class _Judged:
    """One option with its outcome."""

    option: Option
    verdict: Verdict
    remarks: tuple[Words, ...] = ()


def decide(register: Register, asked: Question) -> Decision:
    """The verdict on a question; what cannot be read or found is a reason, never an error.

    Raises UnknownCategory for a chosen category that no standard has.
    """
    item = register.items.find(asked.item)
    match = register.foods.match(asked.food, asked.kind)
    if asked.category:
        match = register.foods.chosen(match, asked.category)
    base = Decision(CANNOT_JUDGE, NO_WORDS, item=item.name, food=match.words)
    try:
        result = result_of(asked.result, asked.lod, asked.loq)
    except Unreadable as why:
        return replace(base, reason=Words(f"检验结果{why.words.zh}", f"The result {why.words.en}"))
    except LawError as why:
        return replace(base, reason=why.words)
    if asked.limit.strip():
        return _by_stated(register, asked, base, item, match, result)
    return _by_register(register, asked, base, item, match, result)


def _by_stated(
    register: Register, asked: Question, base: Decision, item: Item, match: Match, result: Result
) -> Decision:
    try:
        verdict = judge(result, limit_of(asked.limit), rounding=asked.rounding)
    except Unreadable as why:
        return replace(base, reason=Words(f"标准值{why.words.zh}", f"The limit {why.words.en}"))
    reason = BY_STATED.format(limit=asked.limit, why=verdict.reason)
    return replace(
        base,
        verdict=VERDICTS[verdict.outcome],
        reason=reason,
        standard=STATED,
        limit=asked.limit,
        times=verdict.times,
        remarks=(*_remarks(asked, asked.limit, result), *_differing(register, asked, item, match)),
    )


def _differing(register: Register, asked: Question, item: Item, match: Match) -> tuple[Words, ...]:
    """A stated limit that is not the register's: a slip of the paper, or a limit made to fit."""
    if not match.sure:
        return ()
    rows = register.find(item, match, asked.on, asked.item).rows
    if len(rows) != 1 or rows[0].edition.from_bulletins or rows[0].state == UNREAD:
        return ()
    row = rows[0]
    if row.limit == AS_NEEDED or _same(limit_of(row.limit), limit_of(asked.limit)):
        return ()
    where = f"{row.standard} {row.where}"
    return (DIFFERS.format(stated=asked.limit, where=where, limit=row.limit),)


def _same(ours: object, theirs: object) -> bool:
    """Whether two limits allow the same, whatever unit they are written in."""
    if isinstance(ours, Forbidden) or isinstance(theirs, Forbidden):
        return isinstance(ours, Forbidden) and isinstance(theirs, Forbidden)
    if not (isinstance(ours, Bounds) and isinstance(theirs, Bounds)):
        return False
    one, two = ours.unit, theirs.unit
    if one == two or one is None or two is None:
        return ours.interval == theirs.interval
    return one.dimension == two.dimension and ours.interval == theirs.interval.times(
        two.factor / one.factor
    )


def _by_register(
    register: Register, asked: Question, base: Decision, item: Item, match: Match, result: Result
) -> Decision:
    found = register.find(item, match, asked.on, asked.item)
    if not found.options:
        return special.other_form(register, asked, item, match, result, _none(base, asked, found))
    if not match.sure and not all(row.within == ("*",) for row in found.rows):
        return _unsure(base, asked, match, found)
    judged = [_option(option, asked, match, result) for option in found.options]
    outcomes = {each.verdict.outcome for each in judged}
    if len(outcomes) > 1:
        return _split(base, judged)
    return _settled(base, asked, item, judged, result)


def _none(base: Decision, asked: Question, found: Found) -> Decision:
    """Why the register has nothing to compare with."""
    food = asked.food or "（未填食品）"
    if found.other_days:
        editions = "、".join(e.number for e in found.other_days)
        reason = NO_EDITION.format(day=asked.on, editions=editions)
    elif not found.known_item:
        reason = NO_ITEM.format(item=asked.item)
    elif base.food.zh.startswith("食品名称表内没有"):
        reason = NO_FOOD.format(food=food)
    else:
        reason = NO_ROW.format(item=base.item, food=food)
    return replace(base, reason=reason)


def _unsure(base: Decision, asked: Question, match: Match, found: Found) -> Decision:
    reason = UNSURE.format(food=asked.food, why=match.words)
    if not match.word:
        reason = NO_FOOD.format(food=asked.food)
    return replace(base, reason=reason, choices=_categories(found.options))


def _categories(options: Sequence[Option]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(option.category for option in options))


def _option(option: Option, asked: Question, match: Match, result: Result) -> _Judged:
    row = option.row
    if row is None:
        return _Judged(option, Verdict(WITHIN, WITHOUT_LIMIT))
    if row.state == UNREAD:
        words = UNREAD_ROW.format(standard=row.standard, food=row.food, item=row.item)
        return _Judged(option, Verdict(CANNOT_JUDGE, words))
    if row.limit == AS_NEEDED:
        return _Judged(option, Verdict(WITHIN, MAY_BE_USED))
    limit, remarks = special.fitted(row, asked, match)
    verdict = judge(result, limit, rounding=asked.rounding)
    if verdict.outcome == EXCEEDS:
        doubt = special.doubt(row, asked, match)
        if doubt is not None:
            return _Judged(option, Verdict(CANNOT_JUDGE, doubt), remarks)
    return _Judged(option, verdict, remarks)


def _split(base: Decision, judged: Sequence[_Judged]) -> Decision:
    """Options that disagree: a person must choose the category."""
    shown = tuple(dict.fromkeys(_option_words(each) for each in judged))
    listed = Words("；".join(w.zh for w in shown), "; ".join(w.en for w in shown))
    rows = tuple(each.option.row for each in judged if each.option.row is not None)
    choices = _categories([each.option for each in judged])
    return replace(base, reason=SPLIT.format(options=listed), choices=choices, rows=rows)


def _option_words(each: _Judged) -> Words:
    row = each.option.row
    limit = Words(row.limit or "—", row.limit or "—") if row is not None else WITHOUT_LIMIT
    return Words(
        f"{each.option.category}（{limit.zh}）", f"{each.option.category} ({limit.en})"
    )  # fmt: skip


def _settled(
    base: Decision, asked: Question, item: Item, judged: Sequence[_Judged], result: Result
) -> Decision:
    """All options agree: the first with a row speaks for them."""
    first = next((each for each in judged if each.option.row is not None), judged[0])
    row = first.option.row
    assert row is not None
    where = f"{row.standard} {row.where}".strip()
    reason = BY_ROW.format(
        where=where, food=row.food, item=item.name, limit=row.limit, why=first.verdict.reason
    )
    if row.state == UNREAD:
        reason = first.verdict.reason
    return replace(
        base,
        verdict=VERDICTS[first.verdict.outcome],
        reason=reason,
        standard=row.standard,
        table=row.where,
        limit=row.limit,
        category=first.option.category,
        rows=tuple(dict.fromkeys(e.option.row for e in judged if e.option.row is not None)),
        times=first.verdict.times,
        remarks=(*first.remarks, *special.origin(row), *_remarks(asked, row.limit, result)),
    )


def _remarks(asked: Question, limit: str, result: Result) -> tuple[Words, ...]:
    """What the report leaves open, and what was read in spite of a slip of the pen."""
    found = list(result.remarks)
    if any(not value.found and value.interval.high is None for value in result.values):
        found.append(NO_LOD)
    if asked.uncertainty and special.is_close(asked.uncertainty, limit, result):
        found.append(WITHIN_UNCERTAINTY)
    return tuple(found)


__all__ = ["Decision", "Question", "Row", "decide"]
