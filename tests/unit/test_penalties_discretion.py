"""Weighing a fine by hand: what lightens, what aggravates, and what a proposal must answer for.

The range of most cases is FSL 124(1) for goods of 10,000 yuan: 100,000 to 200,000. Its lower 30 per
cent ends at 100,000 + 0.3 x 100,000 = 130,000, its upper 30 per cent begins at 170,000.
"""

# ruff: noqa: E501  (a table of cases is read across)
from __future__ import annotations

import re
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import given, strategies as st

from zhian.law.discretion import UnknownCircumstance, bands, review, weigh
from zhian.law.discretion_tables import benchmarks, circumstance_words, read_benchmarks, weights
from zhian.law.offices import sources
from zhian.law.penalties import penalties
from zhian.law.penalty_checks import check_penalties
from zhian.law.penalty_clauses import FineRange, fine_range
from zhian.law.reading import DATA

DAY = date(2026, 12, 1)
WHY = "当事人主动召回全部批次并赔付消费者"


def range_124() -> FineRange:
    return fine_range("P-FSL-124", D(10000), on=DAY)


# article, what the clerk reckoned, facts ticked, what they amount to
WEIGHED = [
    ("", "nothing either way: the middle", [], "ordinary"),
    ("APL 33(1)", "minor, corrected in time, no harm: no penalty", ["minor", "corrected", "no_harm"], "exempt"),
    ("APL 33(1)", "minor and corrected but harm: two of three do not exempt", ["minor", "corrected"], "ordinary"),
    ("APL 33(1)", "first time, slight harm, corrected: may go unpunished", ["first", "slight_harm", "corrected"], "may_exempt"),
    ("APL 33(1)", "first time and slight, not corrected: no", ["first", "slight_harm"], "ordinary"),
    ("APL 33(2)", "proved to be without fault: no penalty", ["no_fault"], "exempt"),
    ("APL 30", "thirteen years old: no penalty", ["under_14"], "exempt"),
    ("APL 30", "seventeen: must be lightened", ["age_14_17"], "lighter"),
    ("APL 32[1]", "removed the harm of its own accord: must be lightened", ["removed_harm"], "lighter"),
    ("FSLR 76", "recalled and no harm came: may be lightened", ["recalled", "no_harm"], "lighter"),
    ("FSLR 76", "recalled but harm came: not by this article", ["recalled"], "ordinary"),
    ("FSLR 67(2)", "grave: the heavy end", ["grave"], "heavier"),
    ("APL 32[1]", "grave, yet harm removed: weigh both, the middle is suggested", ["grave", "removed_harm"], "ordinary"),
    ("FSL 136", "trader checked, did not know, named the source: may be exempt", ["checked_goods", "did_not_know", "named_source"], "may_exempt"),
    ("FSL 136", "did not name the source: no", ["checked_goods", "did_not_know"], "ordinary"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "reckoned", "facts", "outcome"), WEIGHED)
def test_what_the_facts_amount_to(
    article: str, reckoned: str, facts: list[str], outcome: str
) -> None:
    weighed = weigh(facts, field="food")
    assert weighed.outcome == outcome, reckoned
    if article and outcome != "ordinary":
        assert article in {f"{step.source} {step.article}" for step in weighed.steps}


# what the clerk reckoned, facts, proposed fine, reason, allowed, how it is called
PROPOSED = [
    ("150,000 lies in the middle", [], "150000", "", True, "ordinary"),
    ("130,000 is the edge of the lower 30%, both bands hold it", [], "130000", "", True, "ordinary"),
    ("129,999.99 is below the edge: lighter without a ground needs a reason", [], "129999.99", "", False, "lighter"),
    ("the same with a reason", [], "129999.99", WHY, True, "lighter"),
    ("100,000 is the lowest the law allows, with a ground", ["removed_harm"], "100000", "", True, "lighter"),
    ("99,999.99 is below the lowest: with a ground but no reason refused", ["removed_harm"], "99999.99", "", False, "reduced"),
    ("the same with a reason: reduced", ["removed_harm"], "99999.99", WHY, True, "reduced"),
    ("below the lowest with a reason but no ground of law: refused", [], "99999.99", WHY, False, "reduced"),
    ("200,000 is the highest, grave", ["grave"], "200000", "", True, "heavier"),
    ("200,000.01 is above the highest: no reason helps", ["grave"], "200000.01", WHY, False, "above"),
    ("169,999.99 in a grave case is not the heavy end", ["grave"], "169999.99", "", False, "ordinary"),
    ("170,000 is the edge of the heavy end", ["grave"], "170000", "", True, "heavier"),
    ("140,000 though the law says lighten: needs a reason", ["removed_harm"], "140000", "", False, "ordinary"),
    ("no penalty where the law exempts", ["under_14"], "0", "", True, "none"),
    ("a fine where the law exempts: refused", ["under_14"], "100000", WHY, False, "lighter"),
    ("first offence let off, reason given", ["first", "slight_harm", "corrected"], "0", WHY, True, "none"),
    ("first offence let off without a reason", ["first", "slight_harm", "corrected"], "0", "", False, "none"),
    ("first offence fined all the same: in the middle, allowed", ["first", "slight_harm", "corrected"], "150000", "", True, "ordinary"),
    ("let off with a reason but no ground", [], "0", WHY, False, "reduced"),
    ("a blank is no reason", ["removed_harm"], "50000", "  \n", False, "reduced"),
]  # fmt: skip


@pytest.mark.parametrize(("reckoned", "facts", "fine", "reason", "allowed", "level"), PROPOSED)
def test_what_a_proposed_fine_must_answer_for(
    reckoned: str, facts: list[str], fine: str, reason: str, allowed: bool, level: str
) -> None:
    found = review(range_124(), D(fine), weigh(facts, field="food"), reason)
    assert (found.allowed, found.level) == (allowed, level), reckoned
    assert bool(found.problems) is not allowed
    assert all(problem.words for problem in found.problems)


def test_the_bands_are_shown_with_their_arithmetic() -> None:
    lighter, ordinary, heavier = bands(range_124())
    assert (lighter.low, lighter.high) == (D(100000), D(130000))
    assert (ordinary.low, ordinary.high) == (D(130000), D(170000))
    assert (heavier.low, heavier.high) == (D(170000), D(200000))
    assert "100,000.00 元 + (200,000.00 元 − 100,000.00 元) × 30%" in lighter.step.words.zh


def test_a_fixed_fine_has_one_amount_in_every_band() -> None:
    fixed = fine_range("P-503-3", D(4999), on=DAY)
    assert {(band.low, band.high) for band in bands(fixed)} == {(D(50000), D(50000))}
    for facts in ([], ["grave"], ["removed_harm"]):
        assert review(fixed, D(50000), weigh(facts, field="product")).allowed


def test_where_nothing_is_fined_a_fine_is_refused() -> None:
    warning = fine_range("P-FSL-126", D(0), on=DAY)
    assert review(warning, D(0), weigh([], field="food")).allowed
    refused = review(warning, D(5000), weigh([], field="food"), WHY)
    assert not refused.allowed and "不处罚款" in refused.problems[0].words.zh


def test_an_optional_fine_may_be_left_out() -> None:
    optional = fine_range("P-DRUG-117-2", D(0), on=DAY)
    assert review(optional, D(0), weigh([], field="drug")).allowed


def test_the_exempt_trader_still_loses_the_goods() -> None:
    facts = ["checked_goods", "did_not_know", "named_source"]
    assert weigh(facts, field="food").keeps == ("confiscate_goods",)
    assert weigh(facts, field="product").outcome == "ordinary"


def test_an_unknown_circumstance_is_named() -> None:
    with pytest.raises(UnknownCircumstance, match="friendly"):
        weigh(["friendly"], field="food")


CLAUSES = sorted(key for key, scale in penalties().items() if scale.fines)
FACTS = sorted(circumstance_words())
FEN = st.decimals(0, 10**7, places=2)


@given(st.sampled_from(CLAUSES), FEN, FEN, st.sets(st.sampled_from(FACTS), max_size=4))
def test_no_reason_lets_a_fine_leave_the_law(
    key: str, base: D, proposed: D, facts: set[str]
) -> None:
    scale = penalties()[key]
    day = sources()[scale.basis.source].valid_to or DAY
    line = scale.fines[0]
    fine = fine_range(key, base, on=day, stage=line.stage, who=line.who)
    weighed = weigh(facts, field=scale.field)
    found = review(fine, proposed, weighed, WHY)
    if found.allowed:
        assert proposed <= fine.high
        assert proposed == 0 or weighed.outcome != "exempt"
        waived = proposed == 0 and (fine.optional or weighed.outcome in ("exempt", "may_exempt"))
        assert proposed >= fine.low or weighed.may_reduce or waived
    if review(fine, proposed, weighed).allowed:
        assert found.allowed


@given(st.sampled_from(CLAUSES), FEN)
def test_bands_cover_the_range_without_a_gap(key: str, base: D) -> None:
    scale = penalties()[key]
    day = sources()[scale.basis.source].valid_to or DAY
    line = scale.fines[0]
    fine = fine_range(key, base, on=day, stage=line.stage, who=line.who)
    lighter, ordinary, heavier = bands(fine)
    assert (lighter.low, heavier.high) == (fine.low, fine.high)
    assert lighter.low <= lighter.high == ordinary.low <= ordinary.high == heavier.low


def test_every_weight_cites_its_article_and_can_be_reached() -> None:
    for weight in weights().values():
        weighed = weigh(weight.needs, field=weight.field or "food")
        assert weight.key in weighed.met
        assert weight.basis.article


def test_an_agency_may_put_its_own_benchmark_beside_the_general_one(tmp_path: Path) -> None:
    copy(DATA / "discretion.toml", tmp_path)
    own = """
[benchmarks.own_124]
zh = "本局裁量基准"
en = "Own benchmark"
scales = ["P-FSL-124"]
lighter_to = 0.2
heavier_from = 0.8
source = "APL"
article = "34"
verified = "no"
"""
    with (tmp_path / "discretion.toml").open("a", encoding="utf-8") as file:
        file.write(own)
    mine = read_benchmarks(tmp_path)
    lighter, _, heavier = bands(range_124(), mine)
    assert (lighter.high, heavier.low) == (D(120000), D(180000))
    other = bands(fine_range("P-FSL-125", D(10000), on=DAY), mine)
    assert other[0].high == 65000  # the general one: 50,000 + 0.3 x 50,000
    assert bands(range_124(), benchmarks())[0].high == 130000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('effect = "exempt"', 'effect = "forget"'),
        ("lighter_to = 0.3", "lighter_to = 0.9"),
        ('needs = ["no_fault"]', 'needs = ["luck"]'),
        ('needs = ["no_fault"]', "needs = []"),
        ("[facts.minor]", '[facts.lucky]\nzh = "运气"\nen = "luck"\n\n[facts.minor]'),
        ("lighter_to = 0.3", 'scales = ["P-FSL-124"]\nlighter_to = 0.3'),
        ("lighter_to = 0.3", "lighter_to = 1.3"),
    ],
)
def test_a_mistake_in_the_table_is_found(tmp_path: Path, old: str, new: str) -> None:
    text = (DATA / "discretion.toml").read_text(encoding="utf-8")
    assert old in text
    for other in DATA.glob("*.toml"):
        copy(other, tmp_path)
    (tmp_path / "discretion.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert {problem.file for problem in check_penalties(tmp_path)} == {"discretion.toml"}


@pytest.mark.parametrize("file", ["discretion", "personal_fines", "crime_grades"])
def test_each_language_of_the_tables_keeps_to_itself(file: str) -> None:
    sides = re.compile(r'\b(zh|en) = "([^"]*)"')
    found = sides.findall((DATA / f"{file}.toml").read_text(encoding="utf-8"))
    assert found
    for side, text in found:
        wrong = r"[\u4e00-\u9fff]" if side == "en" else r"[;()]|(?<!\d),(?!\d)"
        assert not re.search(wrong, text), text
