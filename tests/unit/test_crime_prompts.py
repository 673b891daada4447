"""Crime prompts from the facts of a case: each offence with yes and no, edges to the fen."""

# ruff: noqa: E501  (a table of cases is read across)
from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from pathlib import Path
from shutil import copy

import pytest

from zhian.law import references as law
from zhian.law.crime import (
    CaseFacts,
    Dealing,
    UnknownFact,
    nearly,
    prompted,
)
from zhian.law.crime_grades import grades
from zhian.law.penalty_checks import check_penalties
from zhian.law.penalty_steps import NegativeAmount
from zhian.law.reading import DATA


def facts(*findings: str, sales: str = "0", unsold: str = "0", **words: object) -> CaseFacts:
    dealings = (Dealing(D(sales), D(unsold)),)
    return CaseFacts(findings=frozenset(findings), dealings=dealings, **words)  # type: ignore[arg-type]


def keys(case: CaseFacts) -> list[str]:
    return [raised.prompt.key for raised in prompted(case)]


# offence, facts that raise it, facts that do not
OFFENCES = [
    ("CR-140", facts("adulteration", sales="50000"), facts("adulteration", sales="16000")),
    ("CR-143", facts("grave_excess"), facts("below_standard")),
    ("CR-144", facts("non_food_substance"), facts("grave_excess")),
    ("CR-141", facts("counterfeit_drug"), facts("substandard_drug")),
    ("CR-142", facts("substandard_drug", "grave_harm"), facts("substandard_drug")),
    ("CR-142-1", facts("drug_management", "danger_health"), facts("drug_management")),
    ("CR-146", facts("unsafe_product", "grave_consequence"), facts("unsafe_product")),
    ("CR-147", facts("fake_farm_input", loss=D(20000)), facts("fake_farm_input")),
    ("CR-149", facts("listed_goods", sales="50000"), facts("listed_goods")),
    ("CR-225", facts("illegal_inputs", turnover=D(100000)), facts("illegal_inputs")),
    ("CR-222", facts("false_advertising"), facts()),
    ("CR-408-1", facts("official_misconduct"), facts("connivance")),
    ("CR-145", facts("medical_device", "danger_health"), facts("medical_device")),
    ("CR-148", facts("cosmetic", "grave_consequence"), facts("cosmetic")),
    ("CR-140-FOOD", facts("expired_recycled", sales="50000"), facts("expired_recycled")),
    ("CR-AID", facts("knowing_help"), facts("knowing")),
    ("CR-SLAUGHTER", facts("slaughter_drug"), facts("slaughter_water")),
    ("CR-402", facts("not_transferred"), facts("official_misconduct")),
    ("CR-414", facts("connivance"), facts("not_transferred")),
]


@pytest.mark.parametrize(("key", "yes", "no"), OFFENCES)
def test_crime_prompt_has_its_yes_and_its_no(key: str, yes: CaseFacts, no: CaseFacts) -> None:
    assert key in keys(yes)
    assert key not in keys(no)


def test_crime_prompt_cases_cover_every_offence_of_the_table() -> None:
    assert {key for key, _, _ in OFFENCES} == law.crime_prompts().keys()


@pytest.mark.parametrize("finding", [
    "grave_excess", "dead_meat", "banned_food", "infant_nutrition", "abuse_poisoning", "other_poisoning",
])  # fmt: skip
def test_crime_prompt_143_needs_one_finding_and_no_amount(finding: str) -> None:
    assert keys(facts(finding)) == ["CR-143"]


@pytest.mark.parametrize("finding", ["non_food_substance", "banned_pesticide", "banned_veterinary"])
def test_crime_prompt_144_needs_one_substance_and_no_amount(finding: str) -> None:
    assert keys(facts(finding)) == ["CR-144"]


# offence, findings, where the amount stands, threshold in yuan (equal counts)
EDGES = [
    ("CR-140", "adulteration", "sales", "50000"),
    ("CR-140", "adulteration", "unsold", "150000"),
    ("CR-140-FOOD", "substandard_related", "sales", "50000"),
    ("CR-140-FOOD", "substandard_related", "unsold", "150000"),
    ("CR-140-FOOD", "expired_recycled", "sales", "50000"),
    ("CR-140-FOOD", "expired_recycled", "unsold", "150000"),
    ("CR-149", "listed_goods", "sales", "50000"),
    ("CR-SLAUGHTER", "slaughter_water", "sales", "50000"),
    ("CR-SLAUGHTER", "slaughter_water", "unsold", "150000"),
    ("CR-147", "fake_farm_input", "loss", "20000"),
    ("CR-225", "illegal_inputs", "turnover", "100000"),
    ("CR-225", "illegal_inputs", "gains", "50000"),
    ("CR-225", "illegal_slaughter", "turnover", "100000"),
    ("CR-225", "illegal_slaughter", "gains", "50000"),
]


def with_amount(finding: str, amount: str, sum_: D) -> CaseFacts:
    if amount in ("sales", "unsold"):
        return facts(finding, **{amount: str(sum_)})
    return facts(finding, **{amount: sum_})


@pytest.mark.parametrize(("key", "finding", "amount", "threshold"), EDGES)
def test_crime_prompt_thresholds_to_the_fen(
    key: str, finding: str, amount: str, threshold: str
) -> None:
    below, exact, above = (D(threshold) + D(d) for d in ("-0.01", "0", "0.01"))
    assert key not in keys(with_amount(finding, amount, below))
    assert key in keys(with_amount(finding, amount, exact))
    assert key in keys(with_amount(finding, amount, above))


def test_crime_prompt_edges_cover_every_amount_of_the_table() -> None:
    tried = {(key, finding, amount, D(least)) for key, finding, amount, least in EDGES}
    written = {
        (prompt.key, finding, trigger.amount, trigger.at_least)
        for prompt in law.crime_prompts().values()
        for trigger in prompt.any_of
        for finding in trigger.findings
        if trigger.amount not in (None, "combined")
    }
    assert tried == written


@pytest.mark.parametrize("finding", ["adulteration", "expired_recycled", "slaughter_water"])
@pytest.mark.parametrize(
    ("sales", "unsold", "raised"),
    [
        ("40000", "29999.99", False),  # 3 x 40,000 + 29,999.99 = 149,999.99
        ("40000", "30000", True),  # 3 x 40,000 + 30,000 = 150,000
        ("40000", "30000.01", True),
        ("49999.99", "0", False),  # 3 x 49,999.99 = 149,999.97
        ("49999.99", "0.03", True),
        ("0", "149999.99", False),
    ],
)
def test_crime_prompt_140_counts_sold_three_times_with_unsold(
    finding: str, sales: str, unsold: str, raised: bool
) -> None:
    assert bool(keys(facts(finding, sales=sales, unsold=unsold))) is raised


def test_crime_prompt_adds_up_acts_that_nobody_dealt_with() -> None:
    open_acts = (Dealing(D(30000), D(0)), Dealing(D(20000), D(0)))
    one_settled = (Dealing(D(30000), D(0)), Dealing(D(20000), D(0), settled=True))
    case = frozenset(["adulteration"])
    assert keys(CaseFacts(findings=case, dealings=open_acts)) == ["CR-140"]
    assert keys(CaseFacts(findings=case, dealings=one_settled)) == []


def test_crime_prompt_says_why_in_both_languages() -> None:
    (raised,) = prompted(facts("adulteration", sales="60000"))
    said = "\n".join(step.words.zh for step in raised.steps)
    assert "掺杂掺假" in said
    assert "销售金额 60,000.00 元，达到 50,000.00 元" in said
    assert any("sales 60,000.00 yuan" in step.words.en for step in raised.steps)
    assert "第140条" in raised.steps[0].cited.zh


def test_crime_prompt_that_misses_by_one_fen_is_shown_as_near() -> None:
    case = facts("adulteration", sales="49999.99")
    (near,) = [row for row in nearly(case) if row.amount == "sales"]
    assert (near.prompt.key, near.missing) == ("CR-140", D("0.01"))
    assert "还差 0.01 元" in near.step.words.zh
    assert nearly(facts("adulteration", sales="50000")) == ()
    assert nearly(facts(sales="49999.99")) == ()


# offence, grade, facts that reach it, facts that just do not
GRADES = [
    ("140 second band", "sold_200k", facts("adulteration", sales="200000"), facts("adulteration", sales="199999.99")),
    ("140 third band", "sold_500k", facts("adulteration", sales="500000"), facts("adulteration", sales="499999.99")),
    ("140 fourth band", "sold_2m", facts("adulteration", sales="2000000"), facts("adulteration", sales="1999999.99")),
    ("143 harm: one lightly injured", "food_harm", facts("dead_meat", people={"light_injuries": 1}), facts("dead_meat")),
    ("143 harm: ten gravely ill", "food_harm", facts("dead_meat", people={"gravely_ill": 10}), facts("dead_meat", people={"gravely_ill": 9})),
    ("143 serious: 200,000 made or sold", "food_serious", facts("dead_meat", sales="150000", unsold="50000"), facts("dead_meat", sales="150000", unsold="49999.99")),
    ("143 serious: 100,000 in large quantity", "food_serious", facts("dead_meat", sales="100000", flags=frozenset(["large_quantity"])), facts("dead_meat", sales="99999.99", flags=frozenset(["large_quantity"]))),
    ("143 serious: 100,000 for six months", "food_serious", facts("dead_meat", sales="100000", began=date(2026, 1, 5), ended=date(2026, 7, 5)), facts("dead_meat", sales="100000", began=date(2026, 1, 5), ended=date(2026, 7, 4))),
    ("143 serious: 100,000 within two years of a penalty", "food_serious", facts("dead_meat", sales="100000", began=date(2026, 11, 1), penalised_on=date(2024, 11, 1)), facts("dead_meat", sales="100000", began=date(2026, 11, 2), penalised_on=date(2024, 11, 1))),
    ("143 worst: a death", "food_worst", facts("dead_meat", people={"deaths": 1}), facts("dead_meat", people={"gravely_ill": 29})),
    ("143 worst: three gravely hurt, counted together", "food_worst", facts("dead_meat", people={"serious_injuries": 2, "organ_serious": 1}), facts("dead_meat", people={"serious_injuries": 2})),
    ("143 worst: five with mild disability or dysfunction", "food_worst", facts("dead_meat", people={"mild_disability": 3, "organ_general": 2}), facts("dead_meat", people={"mild_disability": 4})),
    ("143 worst: thirty gravely ill", "food_worst", facts("dead_meat", people={"gravely_ill": 30}), facts("dead_meat", people={"gravely_ill": 29})),
    ("144 serious: strong poison", "toxic_serious", facts("non_food_substance", flags=frozenset(["strong_poison"])), facts("non_food_substance")),
    ("144 serious: 200,000", "toxic_serious", facts("non_food_substance", sales="200000"), facts("non_food_substance", sales="199999.99")),
    ("144 worst: 500,000", "toxic_worst", facts("non_food_substance", sales="500000"), facts("non_food_substance", sales="499999.99")),
    ("144: a death", "toxic_death", facts("non_food_substance", people={"deaths": 1}), facts("non_food_substance", people={"light_injuries": 1})),
    ("147 great loss", "loss_100k", facts("fake_farm_input", loss=D(100000)), facts("fake_farm_input", loss=D("99999.99"))),
    ("147 especially great loss", "loss_500k", facts("fake_farm_input", loss=D(500000)), facts("fake_farm_input", loss=D("499999.99"))),
    ("225 especially grave by turnover", "illegal_worst", facts("illegal_inputs", turnover=D(500000)), facts("illegal_inputs", turnover=D("499999.99"))),
    ("225 especially grave by gains", "illegal_worst", facts("illegal_inputs", gains=D(250000)), facts("illegal_inputs", gains=D("249999.99"))),
    ("145 harm", "device_harm", facts("medical_device", "danger_health", people={"light_injuries": 1}), facts("medical_device", "danger_health")),
    ("145 worse: three lightly injured", "device_worse", facts("medical_device", "danger_health", people={"light_injuries": 3}), facts("medical_device", "danger_health", people={"light_injuries": 2})),
    ("145 worst: ten lightly injured", "device_worst", facts("medical_device", "danger_health", people={"light_injuries": 10}), facts("medical_device", "danger_health", people={"light_injuries": 9})),
    ("141 harm", "drug_harm", facts("counterfeit_drug", people={"light_injuries": 1}), facts("counterfeit_drug")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "grade", "reached", "missed"), GRADES)
def test_crime_prompt_shows_the_grade_that_the_facts_reach(
    what: str, grade: str, reached: CaseFacts, missed: CaseFacts
) -> None:
    (raised,) = prompted(reached)
    (lower,) = prompted(missed)
    assert grade in [row.key for row in raised.grades], what
    assert grade not in [row.key for row in lower.grades], what


def test_crime_prompt_grades_are_all_tried() -> None:
    assert {grade for _, grade, _, _ in GRADES} == grades().keys()


def test_crime_prompt_follows_from_people_who_fell_ill() -> None:
    assert keys(facts("below_standard", people={"gravely_ill": 1})) == ["CR-143"]
    assert keys(facts("below_standard", people={"gravely_ill": 0})) == []
    assert keys(facts("substandard_drug", people={"light_injuries": 1})) == ["CR-142"]
    assert keys(facts(people={"gravely_ill": 40})) == []


def test_crime_prompt_of_officials_goes_to_the_supervision_commission() -> None:
    for finding in ("official_misconduct", "not_transferred", "connivance"):
        (raised,) = prompted(facts(finding))
        assert raised.prompt.goes_to == "supervision_commission"
    (theirs,) = prompted(facts("dead_meat"))
    assert theirs.prompt.goes_to == "public_security"


def test_crime_prompt_names_a_fact_it_does_not_know() -> None:
    for case in (facts("bad_luck"), facts(people={"angry": 3}), facts(flags=frozenset(["sad"]))):
        with pytest.raises(UnknownFact):
            prompted(case)
    with pytest.raises(NegativeAmount):
        prompted(facts("adulteration", sales="-1"))
    with pytest.raises(NegativeAmount):
        prompted(facts("dead_meat", people={"deaths": -1}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('facts = ["gravely_ill"]', 'facts = ["angry"]'),
        ('with = ["strong_poison"]', 'with = ["sad"]'),
        ('offences = ["CR-147"]', 'offences = ["CR-999"]'),
        ('finding = "grave_harm"', 'finding = "nothing"'),
        ("[people.deaths]", '[people.ghosts]\nzh = "鬼"\nen = "ghosts"\n\n[people.deaths]'),
    ],
)
def test_crime_prompt_table_mistakes_are_found(tmp_path: Path, old: str, new: str) -> None:
    text = (DATA / "crime_grades.toml").read_text(encoding="utf-8")
    assert old in text
    for other in DATA.glob("*.toml"):
        copy(other, tmp_path)
    (tmp_path / "crime_grades.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert {problem.file for problem in check_penalties(tmp_path)} >= {"crime_grades.toml"}
