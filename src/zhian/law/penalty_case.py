"""A whole case: all violations of a party together, who decides, terms, repeats, and the persons.

Sources: Administrative Penalty Law art. 29 (no second fine for one act) and 36 (limitation), Food
Safety Law art. 134 (three in a year), its Regulations art. 67 and 81.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhian.law.counting import months_from
from zhian.law.errors import LawError
from zhian.law.offices import LEVEL_ORDER, at_least_level
from zhian.law.penalties import Circumstance, circumstances, governing, offered, serious_scope
from zhian.law.penalty_clauses import FineRange, clause, fine_range
from zhian.law.penalty_steps import ZERO, Step, step
from zhian.law.rules import Rule, book
from zhian.law.words import Words

TIMES_IN_A_YEAR = 3  # FSL 134


class NotALevel(LawError):
    """No such level of administration."""

    def __init__(self, level: str) -> None:
        listed = ", ".join(LEVEL_ORDER)
        super().__init__(
            f"没有“{level}”这一级，只有 {listed}", f"There is no level “{level}”, only {listed}"
        )


@dataclass(frozen=True, slots=True)
class Violation:
    """One provision broken by one act of one party; `base` in yuan is what its clause counts by.

    Violations that are one and the same act share `act`.
    """

    act: str
    scale: str
    base: Decimal
    stage: str = "found"
    who: str = "operator"
    already_fined: bool = False


@dataclass(frozen=True, slots=True)
class CaseFine:
    """What one party may be fined in all, in yuan, and what else comes with it."""

    low: Decimal
    high: Decimal
    chosen: tuple[FineRange, ...]
    must: tuple[str, ...]
    may: tuple[str, ...]
    steps: tuple[Step, ...]


def combined(violations: Iterable[Violation], *, on: date) -> CaseFine:
    """All violations of a party: acts are added up, of one act only the highest fine counts.

    Of two ranges the one with the higher maximum is the higher (then the higher minimum); an act
    that was fined before is not fined again. `on` is the day of the acts. Source: APL art. 29.
    """
    by_act: dict[str, list[Violation]] = {}
    for violation in violations:
        by_act.setdefault(violation.act, []).append(violation)
    chosen: list[FineRange] = []
    steps: list[Step] = []
    for together in by_act.values():
        fine, said = _one_act(together, on)
        steps += said
        if fine is not None:
            chosen.append(fine)
            steps += fine.steps
    low = sum((fine.low for fine in chosen), ZERO)
    high = sum((fine.high for fine in chosen), ZERO)
    steps.append(_total(low, high, len(chosen)))
    must, may = _all(fine.must for fine in chosen), _all(fine.may for fine in chosen)
    return CaseFine(low, high, tuple(chosen), must, may, tuple(steps))


def _all(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(measure for found in lists for measure in found))


def _total(low: Decimal, high: Decimal, acts: int) -> Step:
    return step(
        "{acts} 个违法行为合计：{low}以上 {high}以下",
        "{acts} acts in all: from {low} to {high}",
        acts=acts,
        low=low,
        high=high,
    )


def _one_act(violations: list[Violation], on: date) -> tuple[FineRange | None, list[Step]]:
    """The range that counts for one act, and why the others do not; None if it was fined before."""
    if any(violation.already_fined for violation in violations):
        return None, [
            step(
                "同一违法行为已经受过罚款，不再罚款（其他种类的处罚不受此限）",
                "The same act was fined before: no second fine (other penalties remain possible)",
                "APL",
                "29",
            )
        ]
    scales = offered(clause(violation.scale) for violation in violations)
    kept = [v for v in violations if v.scale in {scale.key for scale in scales}]
    said = [_stands_back(v.scale) for v in violations if v not in kept]
    ranges = [fine_range(v.scale, v.base, on=on, stage=v.stage, who=v.who) for v in kept]
    highest = max(ranges, key=lambda fine: (fine.high, fine.low))
    return highest, said + [_lower(fine, highest) for fine in ranges if fine is not highest]


def _stands_back(scale: str) -> Step:
    return step(
        "{scale}：法律已有规定，不适用特别规定",
        "{scale}: a law provides, the Special Provisions step back",
        "SP503",
        "2",
        scale=scale,
    )


def _lower(fine: FineRange, highest: FineRange) -> Step:
    return step(
        "同一违法行为违反 {a} 与 {b}，按罚款数额高的 {b}（最高 {high}）处罚，"
        "{a}（最高 {low}）不另罚",
        "One act breaks {a} and {b}: the higher fine of {b} (up to {high}) counts, not {a} (up to"
        " {low})",
        "APL",
        "29",
        a=fine.scale.key,
        b=highest.scale.key,
        high=highest.high,
        low=fine.high,
    )


def lighter_law(then: FineRange, now: FineRange) -> tuple[FineRange, Step]:
    """Which of two texts is used where the law changed between the act and the decision.

    `then` is the range on the day of the act, `now` that on the day of the decision: the new text
    counts only where it is lighter (lower maximum, then lower minimum). Source: APL art. 37.
    """
    new = (now.high, now.low) < (then.high, then.low)
    used = now if new else then
    why = (
        Words("新规定较轻", "the new text is lighter")
        if new
        else Words("新规定并不较轻", "it is not")
    )
    said = step(
        "行为时的 {then} 最高 {a}，决定时的 {now} 最高 {b}：{why}，适用 {used}",
        "{then} of the day of the act: up to {a}; {now} of the day of the decision: up to {b};"
        " {why}: {used} is used",
        "APL",
        "37",
        then=then.scale.key,
        a=then.high,
        now=now.scale.key,
        b=now.high,
        why=why,
        used=used.scale.key,
    )
    return used, said


@dataclass(frozen=True, slots=True)
class Decider:
    """The lowest level of administration that may decide a fine, and whether ours may."""

    level: str
    within: bool
    steps: tuple[Step, ...]


def decided_at(fine: Decimal, *, field: str, on: date, level: str) -> Decider:
    """Who decides a fine of so many yuan on one party; `level` is ours (county, city …).

    Raises NotALevel. Source: the rows of powers.toml for `penalty.fine` (FSLR art. 81).
    """
    if level not in LEVEL_ORDER:
        raise NotALevel(level)
    rows = governing("penalty.fine", on, field=field, amount=fine)
    if not rows:
        return Decider("county", at_least_level(level, "county"), ())
    top = rows[0]
    words = Words("{rule}（拟处 {fine}）", "{rule} (proposed: {fine})")
    said = step(words.zh, words.en, top.basis.source, top.basis.article, rule=top.rule, fine=fine)
    return Decider(top.level, at_least_level(level, top.level), (said,))


@dataclass(frozen=True, slots=True)
class Limitation:
    """The last day on which a violation can be found and still be punished; None: it goes on."""

    last_day: date | None
    too_late: bool
    steps: tuple[Step, ...]


def limitation(ended: date | None, found: date, *, safety_and_harm: bool) -> Limitation:
    """Whether a violation that ended on a day and was found on another can still be punished.

    `ended` is None while it goes on. Two years, five where it concerns life, health or financial
    safety and harm resulted. A last day of rest does not extend it. Source: APL art. 36.
    """
    rule = book().rule("APL-36")
    years = _years(rule, safety_and_harm)
    if ended is None:
        said = step("违法行为仍在继续，期限尚未起算", "It goes on: no term runs yet", "APL", "36")
        return Limitation(None, False, (said,))
    last = date.fromordinal(months_from(ended.toordinal(), 12 * years))
    late = found > last
    said = step(
        "{ended} 终了，{years} 年内即 {last} 前（含当日）发现的可以处罚；{found} 发现，{verdict}",
        "It ended on {ended}; found within {years} years, by {last}, it can be punished; it was"
        " found on {found}: {verdict}",
        "APL",
        "36",
        ended=ended.isoformat(),
        years=years,
        last=last.isoformat(),
        found=found.isoformat(),
        verdict=Words("已过期限，不再处罚", "too late") if late else Words("未过期限", "in time"),
    )
    return Limitation(last, late, (said,))


def _years(rule: Rule, longer: bool) -> int:
    """The years of the rule, or of its longer alternative."""
    other = rule.more["alt"]
    years = other["amount"] if longer and isinstance(other, Mapping) else rule.period.amount
    return int(years or 0)


@dataclass(frozen=True, slots=True)
class Prior:
    """An earlier penalty under the food law: its day, and whether it stopped or revoked."""

    on: date
    stopped_or_revoked: bool = False


@dataclass(frozen=True, slots=True)
class InAYear:
    """Which penalty of the year this one is, and whether the business must be stopped."""

    number: int
    reached: bool
    steps: tuple[Step, ...]


def three_in_a_year(priors: Iterable[Prior], on: date) -> InAYear:
    """Whether a food-law penalty decided on a day is the third within a year.

    Earlier orders to stop and revocations do not count, nor what lies more than a year back (a year
    ago to the day still counts). The penalty of `on` itself is counted. Source: FSL art. 134.
    """
    since = date.fromordinal(months_from(on.toordinal(), -12))
    earlier = [prior for prior in priors if since <= prior.on <= on]
    number = 1 + sum(not prior.stopped_or_revoked for prior in earlier)
    reached = number >= TIMES_IN_A_YEAR
    verdict = (
        Words("应当责令停产停业，直至吊销许可证", "the business must be stopped, up to revocation")
        if reached
        else Words("未满三次", "not yet three")
    )
    said = step(
        "自 {since} 起一年内，本次为第 {number} 次受停产停业、吊销许可证以外的处罚：{verdict}",
        "Penalty number {number} within the year since {since}, stops and revocations left out:"
        " {verdict}",
        "FSL",
        "134",
        since=since.isoformat(),
        number=number,
        verdict=verdict,
    )
    return InAYear(number, reached, (said,))


def grave(
    scale: str,
    *,
    value: Decimal | None = None,
    began: date | None = None,
    ended: date | None = None,
    deaths: int = 0,
    ill: int = 0,
    punished: date | None = None,
    seen: Iterable[str] = (),
) -> tuple[Circumstance, ...]:
    """The grave circumstances (情节严重) of the food law that the facts show for a clause.

    `value` in yuan; `began` and `ended` of the violation; `punished`: the last penalty for the same
    kind; `seen`: circumstances that an officer judges. Empty for clauses outside FSLR art. 67.
    """
    if scale not in serious_scope():
        return ()
    counted = {"deaths": Decimal(deaths), "ill": Decimal(ill)}
    if value is not None:
        counted["value"] = value
    if began and ended:
        counted["months"] = Decimal(_full_months(began, ended))
    if punished and ended and punished <= ended:
        counted["months_since_penalty"] = Decimal(_begun_months(punished, ended))
    judged = frozenset(seen)
    return tuple(row for row in circumstances().values() if row.key in judged or row.met(counted))


def _full_months(first: date, last: date) -> int:
    months = (last.year - first.year) * 12 + last.month - first.month
    reached = date.fromordinal(months_from(first.toordinal(), months)) <= last
    return months if reached else months - 1


def _begun_months(first: date, last: date) -> int:
    full = _full_months(first, last)
    exact = date.fromordinal(months_from(first.toordinal(), full)) == last
    return full if exact else full + 1
