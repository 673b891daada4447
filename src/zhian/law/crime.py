"""Crime prompts computed from the facts of a case, with the reason, the grade and what is near.

A prompt is a question that a person answers with reasons, never a verdict (TRANS art. 3, 5, 11).
Sources: Criminal Law, the interpretations of 2001, 2021 and 2022 and the filing standards of 2008,
each cited in crime_prompts.toml and crime_grades.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from zhian.law.counting import months_from
from zhian.law.crime_grades import Grade, derived, flags, grades, people
from zhian.law.crime_prompts import CrimePrompt, Trigger, amounts, crime_prompts, findings
from zhian.law.errors import LawError
from zhian.law.penalty_steps import ZERO, Step, money, not_negative, step
from zhian.law.words import Words, joined

NOBODY: Mapping[str, int] = MappingProxyType({})
MONTHS_OF_LASTING = 6  # JI2021 3, 7
MONTHS_OF_REPEAT = 24  # JI2021 25
TIMES_SOLD = 3  # PROS2008 16


class UnknownFact(LawError):
    """A finding, a count of people or a circumstance that the table does not know."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"犯罪提示的清单中没有“{key}”", f"The lists of the crime prompts have no “{key}”"
        )


@dataclass(frozen=True, slots=True)
class Dealing:
    """One act of making or selling: yuan sold and yuan unsold; `settled` = already dealt with."""

    sales: Decimal
    unsold: Decimal = ZERO
    settled: bool = False


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case knows that may point to a crime; amounts in yuan, people in persons."""

    findings: frozenset[str] = frozenset()
    dealings: tuple[Dealing, ...] = ()
    turnover: Decimal = ZERO
    gains: Decimal = ZERO
    loss: Decimal = ZERO
    people: Mapping[str, int] = field(default_factory=lambda: NOBODY)
    flags: frozenset[str] = frozenset()
    began: date | None = None
    ended: date | None = None
    penalised_on: date | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A prompt that the facts raise: why, and the grades they reach."""

    prompt: CrimePrompt
    grades: tuple[Grade, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A prompt whose findings are there but whose amount falls short, by how much (yuan)."""

    prompt: CrimePrompt
    amount: str
    missing: Decimal
    step: Step


def prompted(case: CaseFacts) -> tuple[Raised, ...]:
    """Every prompt that the facts raise, in the order of the file, with reasons and grades.

    Raises UnknownFact or NegativeAmount. Amounts of acts that were settled are left out
    (interpretation of 2001, art. 2).
    """
    _check(case)
    found, numbers, ticked = _found(case), sums(case), _flags(case)
    return tuple(
        Raised(
            prompt=prompt,
            grades=tuple(_reached(prompt, numbers, ticked)),
            steps=tuple(_why(prompt, found, numbers, ticked)),
        )
        for prompt in crime_prompts().values()
        if prompt.raised(found, numbers)
    )


def nearly(case: CaseFacts) -> tuple[Near, ...]:
    """Prompts not raised because only an amount above zero falls short, with what is missing."""
    _check(case)
    found, numbers = _found(case), sums(case)
    open_ones = [row for row in crime_prompts().values() if not row.raised(found, numbers)]
    return tuple(
        _near(prompt, trigger, numbers)
        for prompt in open_ones
        for trigger in prompt.any_of
        if trigger.findings <= found and trigger.amount and numbers[trigger.amount] > 0
    )


def sums(case: CaseFacts) -> dict[str, Decimal]:
    """Every number that prompts and grades read: amounts in yuan, people in persons."""
    open_acts = [dealing for dealing in case.dealings if not dealing.settled]
    sales = sum((dealing.sales for dealing in open_acts), ZERO)
    unsold = sum((dealing.unsold for dealing in open_acts), ZERO)
    return {
        "sales": sales,
        "unsold": unsold,
        "combined": TIMES_SOLD * sales + unsold,
        "made_or_sold": sales + unsold,
        "turnover": case.turnover,
        "gains": case.gains,
        "loss": case.loss,
        **{key: Decimal(case.people.get(key, 0)) for key in people()},
    }


def _check(case: CaseFacts) -> None:
    known = [(case.findings, findings()), (case.people, people()), (case.flags, flags())]
    for named, table in known:
        for key in sorted(set(named) - table.keys()):
            raise UnknownFact(key)
    for dealing in case.dealings:
        not_negative(amounts()["sales"], dealing.sales)
        not_negative(amounts()["unsold"], dealing.unsold)
    for key, number in sums(case).items():
        not_negative(_named(key), number)


def _named(key: str) -> Words:
    return amounts().get(key) or people()[key]


def _found(case: CaseFacts) -> frozenset[str]:
    numbers = sums(case)
    follow = [
        row.finding
        for row in derived().values()
        if row.needs <= case.findings and row.line.met(numbers, frozenset())
    ]
    return case.findings | frozenset(follow)


def _flags(case: CaseFacts) -> frozenset[str]:
    """The circumstances ticked, and those that the dates show."""
    shown = set(case.flags)
    if case.began and case.ended and case.ended >= _later(case.began, MONTHS_OF_LASTING):
        shown.add("six_months")
    acted, before = case.began or case.ended, case.penalised_on
    if before and acted and before <= acted <= _later(before, MONTHS_OF_REPEAT):
        shown.add("repeat_offender")
    return frozenset(shown)


def _later(day: date, months: int) -> date:
    return date.fromordinal(months_from(day.toordinal(), months))


def _reached(
    prompt: CrimePrompt, numbers: Mapping[str, Decimal], ticked: frozenset[str]
) -> Iterator[Grade]:
    for grade in grades().values():
        if prompt.key in grade.offences and any(line.met(numbers, ticked) for line in grade.any_of):
            yield grade


def _why(
    prompt: CrimePrompt,
    found: frozenset[str],
    numbers: Mapping[str, Decimal],
    ticked: frozenset[str],
) -> Iterator[Step]:
    yield Step(prompt.offence, prompt.basis.source, prompt.basis.article)
    for trigger in prompt.any_of:
        if trigger.met(found, numbers):
            yield _met(trigger, numbers)
    for source, article in prompt.also:
        yield step("另见", "See also", source, article)
    for grade in _reached(prompt, numbers, ticked):
        yield Step(grade.words, grade.basis.source, grade.basis.article)


def _met(trigger: Trigger, numbers: Mapping[str, Decimal]) -> Step:
    what = _listed(trigger.findings)
    if trigger.amount is None:
        return step("发现：{what}，不论数额", "Found: {what}, whatever the amount", what=what)
    return step(
        "发现：{what}；{amount} {sum}，达到 {least}",
        "Found: {what}; {amount} {sum} reach {least}",
        what=what,
        amount=amounts()[trigger.amount],
        sum=numbers[trigger.amount],
        least=trigger.at_least,
    )


def _near(prompt: CrimePrompt, trigger: Trigger, numbers: Mapping[str, Decimal]) -> Near:
    amount = trigger.amount or ""
    missing = trigger.at_least - numbers[amount]
    said = step(
        "{offence}：{amount} {sum}，还差 {missing} 达到 {least}",
        "{offence}: {amount} {sum}, {missing} short of {least}",
        prompt.basis.source,
        prompt.basis.article,
        offence=prompt.offence,
        amount=amounts()[amount],
        sum=money(numbers[amount]),
        missing=missing,
        least=trigger.at_least,
    )
    return Near(prompt, amount, missing, said)


def _listed(keys: Iterable[str]) -> Words:
    return joined(tuple(findings()[key] for key in sorted(keys)), "；", "; ")
