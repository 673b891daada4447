"""Value of goods and unlawful gains by hand: twenty cases, with the sums in words."""

# ruff: noqa: E501  (a table of cases is read across)
from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from zhian.law.penalty_money import (
    Expense,
    Goods,
    MethodNotInForce,
    NoPrice,
    Receipts,
    goods_value,
    takes_gains,
    unlawful_gains,
)

DAY = date(2026, 11, 24)


def goods(sold: str, unsold: str, marked: str | None, market: str | None = None) -> Goods:
    prices = [D(price) if price else None for price in (marked, market)]
    return Goods("货", D(sold), D(unsold), *prices)


def spent(amount: str, **words: bool) -> Expense:
    return Expense("进货款", D(amount), **words)


# what the clerk reckoned, goods, value (PQL 72: the marked price, else the market's; sold and unsold alike)
VALUES = [
    ("10 boxes unsold at 25 = 250", [goods("0", "10", "25")], "250.00"),
    ("3 sold and 7 unsold at 25: (3 + 7) x 25 = 250", [goods("3", "7", "25")], "250.00"),
    ("no price tag, market price 4.80: 12.5 kg x 4.80 = 60", [goods("12.5", "0", None, "4.80")], "60.00"),
    ("the tag counts, not the market: 4 x 30 = 120", [goods("0", "4", "30", "18")], "120.00"),
    ("0.333 kg x 19.99 = 6.65667, rounded to the fen 6.66", [goods("0.333", "0", "19.99")], "6.66"),
    ("two goods: 100 x 49.99 = 4,999 and 1 x 5,001 = 5,001, together 10,000", [goods("100", "0", "49.99"), goods("0", "1", "5001")], "10000.00"),
    ("one fen less: 4,999 and 5,000.99, together 9,999.99", [goods("100", "0", "49.99"), goods("0", "1", "5000.99")], "9999.99"),
    ("nothing found: 0", [], "0.00"),
]  # fmt: skip


@pytest.mark.parametrize(("reckoned", "items", "value"), VALUES)
def test_the_value_of_goods(reckoned: str, items: list[Goods], value: str) -> None:
    assert goods_value(items).amount == D(value), reckoned


def test_goods_without_any_price_are_valued_before_they_are_added() -> None:
    with pytest.raises(NoPrice) as refused:
        goods_value([goods("1", "0", None)])
    assert "市场价格" in refused.value.words.zh


# article of Order 118, what the clerk reckoned, facts, gains, to be confiscated
GAINS = [
    ("3", "all received: 20,000", Receipts(D(20000)), "20000", "20000"),
    ("5", "20,000 less goods bought for 12,000, proved = 8,000", Receipts(D(20000), (spent("12000"),)), "8000", "8000"),
    ("6(2)", "the purchase is not proved: nothing off, 20,000", Receipts(D(20000), (spent("12000", proved=False),)), "20000", "20000"),
    ("6(2)", "mixed with other spending and inseparable: nothing off, 20,000", Receipts(D(20000), (spent("12000", separable=False),)), "20000", "20000"),
    ("4", "an unlawful outlay does not count: 20,000", Receipts(D(20000), (spent("500", lawful=False),)), "20000", "20000"),
    ("4", "rent of the office is not direct: 20,000 less only 12,000 = 8,000", Receipts(D(20000), (spent("12000"), spent("3000", direct=False))), "8000", "8000"),
    ("10", "20,000 less 12,000 less tax paid before the decision 600.50 = 7,399.50", Receipts(D(20000), (spent("12000"),), taxes=D("600.50")), "7399.50", "7399.50"),
    ("11", "8,000 gained, 3,000 already paid back: 8,000 counted, 5,000 confiscated", Receipts(D(20000), (spent("12000"),), repaid=D(3000)), "8000", "5000"),
    ("11", "all 8,000 and more paid back: 8,000 counted, nothing confiscated", Receipts(D(20000), (spent("12000"),), repaid=D(9000)), "8000", "0"),
    ("5", "bought dearer than sold, 20,000 less 25,000: no gain, never below 0", Receipts(D(20000), (spent("25000"),)), "0", "0"),
    ("7", "price offence: the 1,234.50 charged too much, costs play no part", Receipts(D("1234.50"), (spent("1000"),), kind="overcharge"), "1234.50", "1234.50"),
    ("9", "helper's rent of 6,000: the whole income, costs play no part", Receipts(D(6000), (spent("2000"),), kind="facilitation"), "6000", "6000"),
    ("8", "pyramid selling: the whole income 90,000", Receipts(D(90000), (spent("40000"),), kind="pyramid"), "90000", "90000"),
    ("13", "the clause takes no gains though its law does elsewhere: not reckoned", Receipts(D(20000), clause_takes_gains=False), "0", "0"),
    ("14(1)", "cannot be found out: not reckoned, weighed in the fine, head approves", Receipts(None), "0", "0"),
    ("15", "no penalty under APL 33(1): 20,000 counted, nothing confiscated", Receipts(D(20000), unpunished=True), "20000", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "reckoned", "receipts", "gains", "taken"), GAINS)
def test_unlawful_gains_under_order_118(
    article: str, reckoned: str, receipts: Receipts, gains: str, taken: str
) -> None:
    found = unlawful_gains(receipts, decided_on=DAY)
    assert (found.amount, found.confiscate) == (D(gains), D(taken)), reckoned
    cited = {step.article for step in found.steps if step.source == "GAINS"}
    assert article in cited, reckoned
    assert all(step.words for step in found.steps)


def test_gains_that_cannot_be_found_out_need_the_head_and_weigh_in_the_fine() -> None:
    whole = unlawful_gains(Receipts(None), decided_on=DAY)
    part = unlawful_gains(Receipts(D(3000), partly=True), decided_on=DAY)
    assert whole.head_approves and whole.weighs_in_fine
    assert part.head_approves and part.weighs_in_fine and part.confiscate == 3000
    assert not unlawful_gains(Receipts(D(3000)), decided_on=DAY).head_approves


def test_order_118_is_not_used_before_it_was_in_force() -> None:
    assert unlawful_gains(Receipts(D(1)), decided_on=date(2026, 3, 20)).amount == 1
    with pytest.raises(MethodNotInForce):
        unlawful_gains(Receipts(D(1)), decided_on=date(2026, 3, 19))


def test_the_sum_is_shown_line_by_line() -> None:
    facts = Receipts(D(20000), (spent("12000"), spent("500", proved=False)), taxes=D(100))
    lines = [step.words.zh for step in unlawful_gains(facts, decided_on=DAY).steps]
    assert any("12,000.00" in line and "扣除" in line for line in lines)
    assert any("500.00" in line and "不予扣除" in line for line in lines)
    assert any("20,000.00 元 − 12,000.00 元 − 100.00 元 = 7,900.00 元" in line for line in lines)


@pytest.mark.parametrize(
    ("why", "clause", "stage", "taken"),
    [
        ("the clause says so", "P-FSL-124", "found", True),
        ("126 does not, others of the food law do", "P-FSL-126", "refused", False),
        ("marks: only where grave", "P-PQL-54", "found", False),
        ("marks: grave", "P-PQL-54", "serious", True),
        (
            "no clause of the tanker rules does: the general article applies",
            "P-LIQ-45",
            "found",
            True,
        ),
    ],
)
def test_for_which_clauses_gains_are_reckoned(
    why: str, clause: str, stage: str, taken: bool
) -> None:
    assert takes_gains(clause, stage) is taken, why
