"""Weighing a fine within (and below) its range: circumstances, bands, and what a proposal owes.

The program never picks the sum. It says what the facts amount to, where the bands lie, and what is
missing in a proposal: a ground of law, or a written reason for leaving the band.
Sources: Administrative Penalty Law art. 30 to 34 and 49, FSL 136, FSLR 67 and 76.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from zhian.law.discretion_tables import (
    Benchmark,
    Weight,
    benchmarks,
    circumstance_words,
    weights,
)
from zhian.law.errors import LawError
from zhian.law.penalty_clauses import FineRange
from zhian.law.penalty_steps import Step, not_negative, step, to_fen
from zhian.law.quantities import shown
from zhian.law.words import Words

EFFECT_WORDS = {
    "exempt": Words("不予行政处罚", "no penalty is imposed"),
    "may_exempt": Words("可以不予（免予）处罚", "the penalty may be waived"),
    "lighten": Words("应当从轻或者减轻处罚", "the penalty must be lightened or reduced"),
    "may_lighten": Words("可以从轻或者减轻处罚", "the penalty may be lightened or reduced"),
    "heavier": Words("从重处罚", "a heavy penalty"),
}
LEVEL_WORDS = {
    "none": Words("不予处罚", "no penalty"),
    "reduced": Words("减轻", "reduced"),
    "lighter": Words("从轻", "lighter"),
    "ordinary": Words("一般", "ordinary"),
    "heavier": Words("从重", "heavier"),
    "above": Words("超过上限", "above the highest"),
}


class UnknownCircumstance(LawError):
    """No such circumstance in the table."""

    def __init__(self, key: str) -> None:
        super().__init__(f"裁量情节清单中没有“{key}”", f"The list of circumstances has no “{key}”")


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a range in yuan, both ends included, with its arithmetic."""

    level: str
    low: Decimal
    high: Decimal
    step: Step

    @property
    def words(self) -> Words:
        """What the band is called."""
        return LEVEL_WORDS[self.level]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What all the facts of a violation amount to together.

    `outcome` is exempt, may_exempt, lighter, ordinary or heavier; `may_reduce` says whether a fine
    below the lowest has a ground in law.
    """

    outcome: str
    may_reduce: bool
    met: frozenset[str]
    keeps: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def band(self) -> str:
        """The band in which a fine lies without further reasons."""
        return self.outcome if self.outcome in ("lighter", "heavier") else "ordinary"


@dataclass(frozen=True, slots=True)
class Review:
    """Whether a proposed fine may go on, what it is called, and what stands against it."""

    allowed: bool
    level: str
    problems: tuple[Step, ...]


def weigh(facts: Iterable[str], *, field: str) -> Weighed:
    """What the facts ticked amount to in a field (food, drug, product, credit).

    Raises UnknownCircumstance. Where something lightens and something aggravates, neither is taken
    as outweighing the other: the middle is suggested and both are shown.
    """
    ticked = frozenset(facts)
    for key in sorted(ticked - circumstance_words().keys()):
        raise UnknownCircumstance(key)
    met = [
        row
        for row in weights().values()
        if row.field in (None, field) and ticked.issuperset(row.needs)
    ]
    effects = frozenset(row.effect for row in met)
    return Weighed(
        outcome=_outcome(effects),
        may_reduce=bool(effects & {"lighten", "may_lighten"}),
        met=frozenset(row.key for row in met),
        keeps=tuple(dict.fromkeys(measure for row in met for measure in row.keeps)),
        steps=tuple(_weight_step(row) for row in met),
    )


def _outcome(effects: frozenset[str]) -> str:
    for exempting in ("exempt", "may_exempt"):
        if exempting in effects:
            return exempting
    lighter, heavier = bool(effects & {"lighten", "may_lighten"}), "heavier" in effects
    if lighter == heavier:
        return "ordinary"
    return "lighter" if lighter else "heavier"


def _weight_step(row: Weight) -> Step:
    words = circumstance_words()
    zh = "，".join(words[key].zh for key in row.needs)
    en = "; ".join(words[key].en for key in row.needs)
    effect = EFFECT_WORDS[row.effect]
    note_zh = f"（{row.note.zh}）" if row.note else ""
    note_en = f" ({row.note.en})" if row.note else ""
    text = Words(f"{zh}：{effect.zh}{note_zh}", f"{en}: {effect.en}{note_en}")
    return Step(text, row.basis.source, row.basis.article)


def bands(fine: FineRange, tables: Mapping[str, Benchmark] | None = None) -> tuple[Band, ...]:
    """The lighter, ordinary and heavier band of a range; an edge belongs to both its bands.

    `tables` are the agency's benchmarks (the shipped one by default): one that names the clause
    comes before the general one.
    """
    mark = _benchmark(fine.scale.key, benchmarks() if tables is None else tables)
    edges = (Decimal(0), mark.lighter_to, mark.heavier_from, Decimal(1))
    cuts = [to_fen(fine.low + (fine.high - fine.low) * share) for share in edges]
    return tuple(
        Band(
            level,
            cuts[i],
            cuts[i + 1],
            _band_step(fine, mark, level, edges[i : i + 2], cuts[i : i + 2]),
        )
        for i, level in enumerate(("lighter", "ordinary", "heavier"))
    )


def _benchmark(scale: str, tables: Mapping[str, Benchmark]) -> Benchmark:
    own = [row for row in tables.values() if scale in row.scales]
    return (own or [row for row in tables.values() if not row.scales])[0]


def _band_step(
    fine: FineRange,
    mark: Benchmark,
    level: str,
    shares: tuple[Decimal, ...],
    cuts: list[Decimal],
) -> Step:
    low, high = (shown((share * 100).normalize()) for share in shares)
    return step(
        "{level}（{mark}，幅度的 {a}% 至 {b}%）：{from_} 至 {to}"
        "；{low} + ({high} − {low}) × {b}% = {to}",
        "{level} ({mark}, {a}% to {b}% of the range): {from_} to {to};"
        " {low} + ({high} − {low}) × {b}% = {to}",
        mark.basis.source,
        mark.basis.article,
        level=LEVEL_WORDS[level],
        mark=mark.words,
        a=low,
        b=high,
        from_=cuts[0],
        to=cuts[1],
        low=fine.low,
        high=fine.high,
    )


def review(
    fine: FineRange,
    proposed: Decimal,
    weighed: Weighed,
    reason: str = "",
    tables: Mapping[str, Benchmark] | None = None,
) -> Review:
    """Whether a proposed fine (yuan) may go on, and what is missing.

    Above the highest or below the lowest without a ground of law nothing helps; below the lowest
    with a ground, outside the band, and a waiver that is only allowed, need a written reason.
    """
    not_negative(Words("罚款", "The fine"), proposed)
    level = _level(fine, proposed, weighed, tables)
    problems = tuple(_problems(fine, proposed, weighed, level, bool(reason.strip()), tables))
    return Review(not problems, level, problems)


def _level(
    fine: FineRange,
    proposed: Decimal,
    weighed: Weighed,
    tables: Mapping[str, Benchmark] | None,
) -> str:
    """What the proposed fine is called; on an edge, the band that the facts ask for."""
    if proposed == 0 and (weighed.outcome in ("exempt", "may_exempt") or _may_be_nothing(fine)):
        return "none"
    if proposed > fine.high:
        return "above"
    if proposed < fine.low:
        return "reduced"
    holding = [b.level for b in bands(fine, tables) if b.low <= proposed <= b.high]
    return weighed.band if weighed.band in holding else holding[0]


def _may_be_nothing(fine: FineRange) -> bool:
    return not fine.fined or fine.optional


def _problems(
    fine: FineRange,
    proposed: Decimal,
    weighed: Weighed,
    level: str,
    reasoned: bool,
    tables: Mapping[str, Benchmark] | None,
) -> Iterator[Step]:
    if proposed > 0 and weighed.outcome == "exempt":
        yield step(
            "依法不予行政处罚，不得罚款", "The law exempts: no fine may be imposed", "APL", "33"
        )
    elif level == "above":
        yield _above(fine, proposed)
    elif level == "reduced" and not weighed.may_reduce:
        yield _groundless(fine, proposed)
    elif not reasoned and _owes_a_reason(weighed, level):
        yield _unreasoned(weighed, level)


def _owes_a_reason(weighed: Weighed, level: str) -> bool:
    if level == "none":
        return weighed.outcome == "may_exempt"
    return level != weighed.band


def _above(fine: FineRange, proposed: Decimal) -> Step:
    if not fine.fined:
        return step(
            "这一阶段不处罚款，拟处 {sum}没有依据",
            "At this stage there is no fine: {sum} has no basis",
            fine.basis.source,
            fine.basis.article,
            sum=proposed,
        )
    return step(
        "拟处 {sum}，高于法定最高 {high}，任何理由都不能超过",
        "{sum} lies above the highest of {high}: no reason allows it",
        fine.basis.source,
        fine.basis.article,
        sum=proposed,
        high=fine.high,
    )


def _groundless(fine: FineRange, proposed: Decimal) -> Step:
    return step(
        "拟处 {sum}，低于法定最低 {low}，没有从轻、减轻情节不得减轻；请先勾选有证据的情节",
        "{sum} lies below the lowest of {low}, which only a ground of law allows: tick the"
        " circumstance that the evidence shows",
        "APL",
        "32",
        sum=proposed,
        low=fine.low,
    )


def _unreasoned(weighed: Weighed, level: str) -> Step:
    if level == "reduced":
        return step(
            "低于法定最低限的减轻处罚，请写明理由",
            "A fine reduced below the lowest: give the reason in writing",
            "APL",
            "32",
        )
    if level == "none":
        return step(
            "可以不予处罚而不予处罚的，请写明理由",
            "A penalty that may be waived is waived: give the reason in writing",
            "APL",
            "33",
        )
    return step(
        "拟处罚款属“{level}”，按情节应为“{band}”，请写明偏离裁量基准的理由",
        "The fine proposed is “{level}”, the facts ask for “{band}”: give the reason for leaving"
        " the benchmark",
        "APL",
        "34",
        level=LEVEL_WORDS[level],
        band=LEVEL_WORDS[weighed.band],
    )
