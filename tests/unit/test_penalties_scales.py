"""Fines by hand: forty cases worked out from the articles, each with its arithmetic in words.

The fifth column is what a clerk wrote on paper before the program was asked.
"""

# ruff: noqa: E501  (a table of cases is read across)
from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from zhian.law import references as law
from zhian.law.penalty_clauses import (
    NegativeAmount,
    NotInForce,
    UnknownClause,
    applicable,
    fine_range,
)

DAY = date(2026, 12, 1)

# article, what the clerk reckoned, clause, base in yuan, other words, lowest and highest fine
CASES: list[tuple[str, str, str, str, dict[str, Any], tuple[str, str] | None]] = [
    # --- Food Safety Law 122: without a licence
    ("FSL 122(1)", "no goods found: under 10,000, so 50,000 to 100,000", "P-FSL-122", "0", {}, ("50000", "100000")),
    ("FSL 122(1)", "9,999.99 is still under 10,000: 50,000 to 100,000", "P-FSL-122", "9999.99", {}, ("50000", "100000")),
    ("FSL 122(1)", "exactly 10,000 is 10,000 or more: x10 = 100,000, x20 = 200,000", "P-FSL-122", "10000", {}, ("100000", "200000")),
    ("FSL 122(1)", "10,000.01 x 10 = 100,000.10, x 20 = 200,000.20", "P-FSL-122", "10000.01", {}, ("100000.10", "200000.20")),
    ("FSL 122(2)", "who knowingly lets the premises: 50,000 to 100,000 whatever the goods", "P-FSL-122-2", "300000", {"who": "provider"}, ("50000", "100000")),
    # --- 123: the worst
    ("FSL 123(1)", "9,999.99: under 10,000, so 100,000 to 150,000", "P-FSL-123", "9999.99", {}, ("100000", "150000")),
    ("FSL 123(1)", "10,000 x 15 = 150,000, x 30 = 300,000", "P-FSL-123", "10000", {}, ("150000", "300000")),
    ("FSL 123(1)", "123,456.78 x 15 = 1,851,851.70, x 30 = 3,703,703.40", "P-FSL-123", "123456.78", {}, ("1851851.70", "3703703.40")),
    ("FSL 123(2)", "who knowingly helps: 100,000 to 200,000", "P-FSL-123-2", "0", {"who": "provider"}, ("100000", "200000")),
    # --- 124
    ("FSL 124(1)", "one expired bottle of 12.50: 50,000 to 100,000", "P-FSL-124", "12.50", {}, ("50000", "100000")),
    ("FSL 124(1)", "10,000 x 10 = 100,000, x 20 = 200,000", "P-FSL-124", "10000", {}, ("100000", "200000")),
    ("FSL 124(1)", "grave: no band of its own, so as found: 30,000 x 10 = 300,000, x 20 = 600,000", "P-FSL-124", "30000", {"stage": "serious"}, ("300000", "600000")),
    ("FSL 124(2)", "the catch-all follows 124(1): 15,000 x 10 = 150,000, x 20 = 300,000", "P-FSL-124-2", "15000", {}, ("150000", "300000")),
    # --- 125
    ("FSL 125(1)", "label against the law, 9,999.99: 5,000 to 50,000", "P-FSL-125", "9999.99", {}, ("5000", "50000")),
    ("FSL 125(1)", "10,000 x 5 = 50,000, x 10 = 100,000", "P-FSL-125", "10000", {}, ("50000", "100000")),
    ("FSL 125(1)", "12,345.67 x 5 = 61,728.35, x 10 = 123,456.70", "P-FSL-125", "12345.67", {}, ("61728.35", "123456.70")),
    ("FSL 125(2)", "a mere flaw of the label: order to correct, no fine", "P-FSL-125-2", "500", {}, None),
    ("FSL 125(2)", "flaw, still not corrected: up to 2,000", "P-FSL-125-2", "500", {"stage": "refused"}, ("0", "2000")),
    # --- 126, 128, 130, 131, 132, 133, 140
    ("FSL 126", "no health certificate, first found: warning, no fine", "P-FSL-126", "0", {}, None),
    ("FSL 126", "still not corrected: 5,000 to 50,000", "P-FSL-126", "0", {"stage": "refused"}, ("5000", "50000")),
    ("FSL 128", "evidence of an incident destroyed: 100,000 to 500,000", "P-FSL-128-2", "0", {}, ("100000", "500000")),
    ("FSL 130", "market owner lets in unlicensed traders: 50,000 to 200,000", "P-FSL-130", "0", {}, ("50000", "200000")),
    ("FSL 132(1)", "bad storage, still not corrected: 10,000 to 50,000", "P-FSL-132-1", "0", {"stage": "refused"}, ("10000", "50000")),
    ("FSL 132(2)", "tanker, grave: 50,000 to 500,000 beside revocation", "P-FSL-132-2", "0", {"stage": "serious"}, ("50000", "500000")),
    ("FSL 133", "obstructs an inspection: 2,000 to 50,000", "P-FSL-133", "0", {}, ("2000", "50000")),
    ("FSL 140(5)", "sells on after the province suspended sale: 20,000 to 50,000", "P-FSL-140-5", "0", {}, ("20000", "50000")),
    # --- Regulations
    ("FSLR 72", "market not filed, first found: warning", "P-FSLR-72", "0", {}, None),
    ("FSLR 74", "below the company standard, not stopped, 9,999.99: 10,000 to 50,000", "P-FSLR-74", "9999.99", {"stage": "refused"}, ("10000", "50000")),
    ("FSLR 74", "the same, 10,000 x 5 = 50,000, x 10 = 100,000", "P-FSLR-74", "10000", {"stage": "refused"}, ("50000", "100000")),
    # --- Special Provisions, only where no law provides
    ("SP503 3(2)", "4,999.99: under 5,000, exactly 50,000", "P-503-3", "4999.99", {}, ("50000", "50000")),
    ("SP503 3(2)", "5,000: exactly 100,000", "P-503-3", "5000", {}, ("100000", "100000")),
    ("SP503 5", "no test report, 2,345.67 x 3 = 7,037.01", "P-503-5", "2345.67", {}, ("7037.01", "7037.01")),
    ("SP503 6", "market owner does not examine traders: 1,000 to 50,000", "P-503-6", "0", {}, ("1000", "50000")),
    # --- Product Quality Law
    ("PQL 49", "8,000 x 1 = 8,000, x 3 = 24,000", "P-PQL-49", "8000", {}, ("8000", "24000")),
    ("PQL 50", "333.33 x 50% = 166.665, rounded 166.67; x 3 = 999.99", "P-PQL-50", "333.33", {}, ("166.67", "999.99")),
    ("PQL 52", "spoiled goods of 600: up to twice, 0 to 1,200", "P-PQL-52", "600", {}, ("0", "1200")),
    ("PQL 54", "marks missing, grave, 10,000: up to 30%, 0 to 3,000", "P-PQL-54", "10000", {"stage": "serious"}, ("0", "3000")),
    # --- Drug Administration Law: a low value counts as more
    ("DRUGLAW 116", "500 counts as 100,000: x15 = 1,500,000, x30 = 3,000,000", "P-DRUG-116", "500", {}, ("1500000", "3000000")),
    ("DRUGLAW 117(1)", "retail, 9,999.99 counts as 10,000: x10 = 100,000, x20 = 200,000", "P-DRUG-117-R", "9999.99", {}, ("100000", "200000")),
    ("DRUGLAW 117(1)", "retail, 10,000.01 x 10 = 100,000.10, x 20 = 200,000.20", "P-DRUG-117-R", "10000.01", {}, ("100000.10", "200000.20")),
]  # fmt: skip


@pytest.mark.parametrize(("article", "reckoned", "clause", "base", "words", "fine"), CASES)
def test_the_clause_gives_what_the_clerk_reckoned(
    article: str,
    reckoned: str,
    clause: str,
    base: str,
    words: dict[str, Any],
    fine: tuple[str, str] | None,
) -> None:
    found = fine_range(clause, D(base), on=DAY, **words)
    source, _, number = article.partition(" ")
    assert (found.basis.source, found.basis.article.partition("(")[0]) == (
        source,
        number.partition("(")[0],
    )
    assert found.fined is (fine is not None), reckoned
    assert (found.low, found.high) == tuple(map(D, fine or ("0", "0"))), reckoned


def test_every_range_says_its_article_and_its_arithmetic_in_both_languages() -> None:
    found = fine_range("P-FSL-122", D("10000.01"), on=DAY)
    zh = "\n".join(step.words.zh for step in found.steps)
    en = "\n".join(step.words.en for step in found.steps)
    assert "10,000.01 元 × 10 = 100,000.10 元" in zh
    assert "10,000.01 yuan × 20 = 200,000.20 yuan" in en
    assert found.steps[0].cited.zh.startswith("《中华人民共和国食品安全法》第122条")
    assert "Food Safety Law" in found.steps[0].cited.en


def test_a_value_that_counts_as_more_says_so() -> None:
    found = fine_range("P-DRUG-116", D(500), on=DAY)
    assert any("不足 100,000.00 元的按 100,000.00 元计算" in step.words.zh for step in found.steps)


def test_a_first_finding_without_a_fine_brings_the_warning_and_the_order() -> None:
    found = fine_range("P-FSL-126", D(0), on=DAY)
    assert found.must == ("order_correct", "warning")
    assert any("不处罚款" in step.words.zh for step in found.steps)


def test_a_fine_that_may_be_imposed_may_also_be_left_out() -> None:
    assert fine_range("P-DRUG-117-2", D(0), on=DAY).optional
    assert not fine_range("P-FSL-124", D(0), on=DAY).optional


def test_a_clause_is_not_used_for_an_act_on_a_day_it_was_not_law() -> None:
    assert fine_range("P-RC15-38", D(0), on=date(2026, 11, 30)).high == 30000
    with pytest.raises(NotInForce):
        fine_range("P-RC15-38", D(0), on=DAY)
    with pytest.raises(NotInForce):
        fine_range("P-RC26-37", D(0), on=date(2026, 11, 30), stage="refused")


def test_a_slip_of_the_keyboard_is_named() -> None:
    with pytest.raises(UnknownClause, match="P-FSL-999"):
        fine_range("P-FSL-999", D(0), on=DAY)
    with pytest.raises(NegativeAmount):
        fine_range("P-FSL-124", D("-0.01"), on=DAY)


def test_clauses_are_found_by_what_was_done() -> None:
    keys = [scale.key for scale in applicable(DAY, field="food", words="超过保质期")]
    assert "P-FSL-124" in keys
    assert "P-RC15-38" not in [scale.key for scale in applicable(DAY)]
    english = [scale.key for scale in applicable(DAY, words="WITHOUT a licence")]
    assert {"P-FSL-122", "P-DRUG-115"} <= set(english)


def test_every_clause_of_the_law_can_be_explained() -> None:
    for key, scale in law.penalties().items():
        source = law.sources()[scale.basis.source]
        day = source.valid_to or max(DAY, source.valid_from or DAY)
        for line in scale.fines:
            found = fine_range(key, D("12345.67"), on=day, stage=line.stage, who=line.who)
            assert found.fined, key
            assert all(step.words for step in found.steps), key
