"""A whole case by hand: several violations, the same act twice, persons, ceilings and terms."""

# ruff: noqa: E501  (a table of cases is read across)
from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from zhian.law.penalty_case import (
    NotALevel,
    Prior,
    Violation,
    combined,
    decided_at,
    grave,
    lighter_law,
    limitation,
    three_in_a_year,
)
from zhian.law.penalty_clauses import fine_range
from zhian.law.penalty_persons import Person, personal_fines

DAY = date(2026, 12, 1)


def did(act: str, clause: str, base: str, **words: object) -> Violation:
    return Violation(act, clause, D(base), **words)  # type: ignore[arg-type]


# article, what the clerk reckoned, violations, total from and to, clauses that count
CASES = [
    ("APL 29", "one act: 124(1), 10,000 x 10 = 100,000, x 20 = 200,000", [did("a", "P-FSL-124", "10000")], "100000", "200000", ["P-FSL-124"]),
    ("APL 29", "two acts add up: 100,000 + 5,000 = 105,000; 200,000 + 50,000 = 250,000", [did("a", "P-FSL-124", "10000"), did("b", "P-FSL-125", "9000")], "105000", "250000", ["P-FSL-124", "P-FSL-125"]),
    ("APL 29", "one act under 124 and 125: the higher, 100,000 to 200,000", [did("a", "P-FSL-125", "10000"), did("a", "P-FSL-124", "10000")], "100000", "200000", ["P-FSL-124"]),
    ("APL 29", "one act under 123 and PQL 50: 15 x 2,000 is not asked, under 10,000: 100,000 to 150,000 beats 1,000 to 6,000", [did("a", "P-PQL-50", "2000"), did("a", "P-FSL-123", "2000")], "100000", "150000", ["P-FSL-123"]),
    ("APL 29", "this act was fined before: 0; the other act 5,000 to 50,000", [did("a", "P-FSL-124", "10000", already_fined=True), did("b", "P-FSL-125", "9000")], "5000", "50000", ["P-FSL-125"]),
    ("SP503 2", "the Special Provisions step back beside a law: 50,000 to 100,000, though they say 100,000", [did("a", "P-503-3U", "500"), did("a", "P-FSL-122", "500")], "50000", "100000", ["P-FSL-122"]),
    ("SP503 2", "alone they are used: 100,000 exactly", [did("a", "P-503-3U", "500")], "100000", "100000", ["P-503-3U"]),
    ("APL 29", "a warning beside a fine adds nothing: 100,000 to 200,000", [did("a", "P-FSL-124", "10000"), did("b", "P-FSL-126", "0")], "100000", "200000", ["P-FSL-124", "P-FSL-126"]),
]  # fmt: skip


@pytest.mark.parametrize(("article", "reckoned", "done", "low", "high", "clauses"), CASES)
def test_what_one_party_may_be_fined_in_all(
    article: str, reckoned: str, done: list[Violation], low: str, high: str, clauses: list[str]
) -> None:
    found = combined(done, on=DAY)
    assert (found.low, found.high) == (D(low), D(high)), reckoned
    assert [chosen.scale.key for chosen in found.chosen] == clauses
    assert all(step.words for step in found.steps)
    if len(done) > len(found.chosen):
        assert article in {f"{step.source} {step.article}" for step in found.steps}


# article, what the clerk reckoned, text of the act, text of the decision, which one counts
CHANGED = [
    ("APL 37", "trader not helping a recall: 5,000 to 30,000 at once; now corrected first, no fine: the new", ("P-RC15-39", "found"), ("P-RC26-37", "found"), "P-RC26-37"),
    ("APL 37", "still refusing: now 10,000 to 50,000, heavier than 5,000 to 30,000: the old", ("P-RC15-39", "found"), ("P-RC26-37", "refused"), "P-RC15-39"),
    ("APL 37", "the same range on both days: the old", ("P-FSL-133", "found"), ("P-FSL-133", "found"), "P-FSL-133"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "reckoned", "then", "now", "used"), CHANGED)
def test_a_new_text_counts_only_where_it_is_lighter(
    article: str, reckoned: str, then: tuple[str, str], now: tuple[str, str], used: str
) -> None:
    old = fine_range(then[0], D(0), on=date(2026, 11, 20), stage=then[1])
    new = fine_range(now[0], D(0), on=date(2026, 12, 10), stage=now[1])
    chosen, said = lighter_law(old, new)
    assert chosen.scale.key == used, reckoned
    assert f"{said.source} {said.article}" == article


def test_measures_of_all_violations_are_gathered_once() -> None:
    found = combined([did("a", "P-FSL-124", "1"), did("b", "P-FSL-125", "1")], on=DAY)
    assert found.must == ("confiscate_gains", "confiscate_goods")
    assert found.may == ("confiscate_tools",)


# article, what the clerk reckoned, field, fine, level that decides
CEILINGS = [
    ("FSLR 81", "299,999.99 is under 300,000: the county", "food", "299999.99", "county"),
    ("FSLR 81", "300,000 is 300,000 or more: the city", "food", "300000", "city"),
    ("FSLR 81", "300,000.01: the city", "food", "300000.01", "city"),
    ("", "no such ceiling for drugs: the county", "drug", "3000000", "county"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "reckoned", "field", "fine", "level"), CEILINGS)
def test_who_decides_the_fine(
    article: str, reckoned: str, field: str, fine: str, level: str
) -> None:
    found = decided_at(D(fine), field=field, on=DAY, level="county")
    assert found.level == level, reckoned
    assert found.within is (level == "county")
    assert [f"{step.source} {step.article}" for step in found.steps] == (
        [article] if level == "city" else []
    )


def test_a_city_may_decide_what_a_county_may_not() -> None:
    assert decided_at(D(300000), field="food", on=DAY, level="city").within
    with pytest.raises(NotALevel):
        decided_at(D(1), field="food", on=DAY, level="moon")


def test_a_county_office_is_told_when_the_range_alone_reaches_the_city() -> None:
    always = combined([did("a", "P-FSL-123", "20000")], on=DAY)  # 15 x 20,000 = 300,000 at least
    perhaps = combined([did("a", "P-FSL-124", "20000")], on=DAY)  # 200,000 to 400,000
    assert (always.low, perhaps.low, perhaps.high) == (300000, 200000, 400000)
    assert not decided_at(always.low, field="food", on=DAY, level="county").within
    assert decided_at(perhaps.low, field="food", on=DAY, level="county").within
    assert not decided_at(perhaps.high, field="food", on=DAY, level="county").within


# article, what the clerk counted, ended, found, life or health with harm, last day, too late
TERMS = [
    ("APL 36", "two years from 2024-11-24 end on 2026-11-24: that day is in time", "2024-11-24", "2026-11-24", False, "2026-11-24", False),
    ("APL 36", "one day later is too late", "2024-11-24", "2026-11-25", False, "2026-11-24", True),
    ("APL 36", "life or health and harm: five years", "2024-11-24", "2026-11-25", True, "2029-11-24", False),
    ("APL 36", "the sixth year is too late even then", "2021-11-24", "2026-11-25", True, "2026-11-24", True),
    ("APL 36", "29 February, no such day two years on: the last of the month", "2024-02-29", "2026-02-28", False, "2026-02-28", False),
    ("APL 36", "it still goes on: no term runs", None, "2026-11-25", False, None, False),
]  # fmt: skip


@pytest.mark.parametrize(("article", "counted", "ended", "found", "harm", "last", "late"), TERMS)
def test_how_long_a_violation_can_be_punished(
    article: str,
    counted: str,
    ended: str | None,
    found: str,
    harm: bool,
    last: str | None,
    late: bool,
) -> None:
    term = limitation(
        date.fromisoformat(ended) if ended else None,
        date.fromisoformat(found),
        safety_and_harm=harm,
    )
    assert term.last_day == (date.fromisoformat(last) if last else None), counted
    assert term.too_late is late, counted
    assert [f"{step.source} {step.article}" for step in term.steps] == [article]


# what the clerk counted, earlier penalties (day, stopped or revoked?), this one, number, reached
COUNTED = [
    ("one before, this is the second", [("2026-03-01", False)], "2026-11-24", 2, False),
    ("two before, this is the third: stop", [("2026-03-01", False), ("2026-08-01", False)], "2026-11-24", 3, True),
    ("the first a year ago to the day still counts", [("2025-11-24", False), ("2026-08-01", False)], "2026-11-24", 3, True),
    ("a year and a day ago no longer counts", [("2025-11-23", False), ("2026-08-01", False)], "2026-11-24", 2, False),
    ("a stop of business does not count towards the three", [("2026-03-01", True), ("2026-08-01", False)], "2026-11-24", 2, False),
    ("one that lies ahead does not count", [("2026-03-01", False), ("2026-12-01", False)], "2026-11-24", 2, False),
]  # fmt: skip


@pytest.mark.parametrize(("counted", "before", "day", "number", "reached"), COUNTED)
def test_three_penalties_in_a_year_stop_the_business(
    counted: str, before: list[tuple[str, bool]], day: str, number: int, reached: bool
) -> None:
    priors = [Prior(date.fromisoformat(on), stopped) for on, stopped in before]
    found = three_in_a_year(priors, date.fromisoformat(day))
    assert (found.number, found.reached) == (number, reached), counted
    assert ("FSL", "134") in {(step.source, step.article) for step in found.steps}


# article, what the clerk reckoned, clause, stage, grounds, income, range of the person
PERSONS = [
    ("FSLR 75", "wilful: 80,000 x 1 = 80,000, x 10 = 800,000", "P-FSL-123", "found", ["wilful"], "80000", ("80000", "800000")),
    ("FSLR 75", "no ground: the person is not fined", "P-FSL-123", "found", [], "80000", None),
    ("FSLR 75", "a flaw of the label: never", "P-FSL-125-2", "refused", ["wilful"], "80000", None),
    ("FSLR 75", "a violation of the Regulations alone is not one of the law: never", "P-FSLR-74", "refused", ["wilful"], "80000", None),
    ("DRUGLAW 118(1)", "counterfeit drugs: 100,000 x 0.3 = 30,000, x 3 = 300,000", "P-DRUG-116", "found", [], "100000", ("30000", "300000")),
    ("DRUGLAW 118(1)", "substandard drugs only if grave", "P-DRUG-117", "found", [], "100000", None),
    ("DRUGLAW 118(1)", "substandard and grave: 30,000 to 300,000", "P-DRUG-117", "serious", [], "100000", ("30000", "300000")),
    ("FSLR 75", "no income from the unit: 0 x 1 = 0", "P-FSL-124", "found", ["vile"], "0", ("0", "0")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("article", "reckoned", "clause", "stage", "grounds", "income", "fine"), PERSONS
)
def test_the_persons_behind_the_unit_are_fined_beside_it(
    article: str,
    reckoned: str,
    clause: str,
    stage: str,
    grounds: list[str],
    income: str,
    fine: tuple[str, str] | None,
) -> None:
    unit = did("a", clause, "10000", stage=stage)
    found = personal_fines(unit, [Person("法定代表人", D(income))], grounds, on=DAY)
    ranges = [(row.fine.low, row.fine.high) for row in found]
    assert ranges == ([tuple(map(D, fine))] if fine else []), reckoned
    for row in found:
        basis = row.fine.basis
        assert f"{basis.source} {basis.article}" == article


def test_only_units_have_persons_behind_them() -> None:
    stall = did("a", "P-FSL-123", "1")
    assert personal_fines(stall, [Person("摊主", D(1))], ["wilful"], on=DAY, unit=False) == ()


@pytest.mark.parametrize(
    ("reckoned", "words", "met"),
    [
        ("19,999.99 is under 20,000", {"value": D("19999.99")}, []),
        ("20,000 is 20,000 or more", {"value": D(20000)}, ["value_20000"]),
        ("from 08-24 to 11-23: under three months", {"began": date(2026, 8, 24), "ended": date(2026, 11, 23)}, []),
        ("from 08-24 to 11-24: three months", {"began": date(2026, 8, 24), "ended": date(2026, 11, 24)}, ["duration_3m"]),
        ("29 ill", {"ill": 29}, []),
        ("30 ill", {"ill": 30}, ["illness_30"]),
        ("one died", {"deaths": 1, "ill": 1}, ["illness_death"]),
        ("punished a year ago to the day", {"ended": date(2026, 11, 24), "punished": date(2025, 11, 24)}, ["repeat_1y"]),
        ("punished a year and a day ago", {"ended": date(2026, 11, 24), "punished": date(2025, 11, 23)}, []),
        ("evaded the inspection, as the officer saw", {"seen": ["evades_inspection"]}, ["evades_inspection"]),
    ],
)  # fmt: skip
def test_grave_circumstances_follow_from_the_facts(
    reckoned: str, words: dict[str, object], met: list[str]
) -> None:
    found = grave("P-FSL-124", **words)  # type: ignore[arg-type]
    assert [row.key for row in found] == met, reckoned


def test_grave_circumstances_are_those_of_the_food_law_only() -> None:
    assert grave("P-PQL-49", value=D(10**6)) == ()
