"""A result against a limit: how the texts are read, and what a comparison says."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from zhian.law import limits
from zhian.law.limit_texts import (
    Bounds,
    Forbidden,
    Plan,
    UnreadableLimit,
    UnreadableResult,
    read_limit,
    read_result,
)
from zhian.law.quantities import Interval

D = Decimal


def only(text: str) -> tuple[Interval, str]:
    (value,) = read_result(text).values
    return value.interval, str(value.unit or "")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("6.71mg/kg", "6.71", "mg/kg"),
        ("0.030mg/100cm²", "0.030", "mg/100cm²"),
        ("0.080mg/100cm2", "0.080", "mg/100cm²"),
        ("37.7µg/kg", "37.7", "μg/kg"),
        ("37.7ug/kg", "37.7", "μg/kg"),
        ("1.17×10³mg/kg", "1170", "mg/kg"),
        ("1.04x10³mg/kg", "1040", "mg/kg"),
        ("1.4×10^2 CFU/g", "140", "CFU/g"),
        ("10⁵cfu/ml", "100000", "CFU/mL"),
        ("33.6%vol", "33.6", "%vol"),
        ("31.3 % vol", "31.3", "%vol"),
        ("1.076/", "1.076", ""),
        ("2.92mg/每日", "2.92", "mg/日"),
        ("１．２３ｍｇ／ｋｇ", "1.23", "mg/kg"),
        ("27CFU / 250mL", "27", "CFU/250mL"),
        ("0.5mg/kg（以Cd计）", "0.5", "mg/kg"),
    ],
)
def test_a_measured_value(text: str, value: str, unit: str) -> None:
    assert only(text) == (Interval.exactly(D(value)), unit)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("<10CFU/g", Interval(D(0), D(10), high_open=True)),
        ("＜10", Interval(D(0), D(10), high_open=True)),
        ("小于0.01mg/kg", Interval(D(0), D("0.01"), high_open=True)),
        (">300CFU/mL", Interval(D(300), None, low_open=True)),
        ("检出/25g", Interval(D(0), None, low_open=True)),
        ("未检出", Interval(D(0), None, high_open=True)),
        ("未检出（检出限：0.01mg/kg）", Interval(D(0), D("0.01"), high_open=True)),
        ("未检出（定量限<5mg/100g）", Interval(D(0), D(5), high_open=True)),
    ],
)
def test_a_value_known_within_bounds(text: str, interval: Interval) -> None:
    assert only(text)[0] == interval


@pytest.mark.parametrize(
    "text",
    [
        "460/470/400/290/350CFU/g",
        "460,470,400,290,350CFU/g",
        "460，470，  400，290，350CFU/g",
        "460；470；400；290；350CFU/g",
        "460CFU/g；470CFU/g；400CFU/g；290CFU/g；350CFU/g",
        "460\n470\n400\n290\n350CFU/g",
        "4.6×10²/4.7×10²/4.0×10²/2.9×10²/3.5×10²CFU/g",
        "4.6×102；4.7×102；4.0×102；2.9×102；3.5×102CFU/g",
    ],
)
def test_five_counts_share_the_unit_behind_the_last(text: str) -> None:
    read = read_result(text)
    assert [v.interval.low for v in read.values] == [460, 470, 400, 290, 350]
    assert {str(v.unit) for v in read.values} == {"CFU/g"}


def test_a_lost_superscript_is_said() -> None:
    (remark,) = read_result("1.4×102CFU/g").remarks
    assert "1.4×102" in remark.zh and "10 的 2 次方" in remark.zh
    assert remark.en.endswith("superscript.")


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("≤5mg/kg", None, "5", "mg/kg"),
        ("≤≤100mg/kg", None, "100", "mg/kg"),
        ("≥0.25g/100g", "0.25", None, "g/100g"),
        ("≥1.5 倍", "1.5", None, "倍"),
        ("≤1×10³CFU/g", None, "1000", "CFU/g"),
        ("≤10³CFU/g", None, "1000", "CFU/g"),
        ("44.0~46.0 %vol", "44.0", "46.0", "%vol"),
        ("41.0%vol～43.0%vol", "41.0", "43.0", "%vol"),
        ("4.80-12mg/每日", "4.80", "12", "mg/日"),
        ("≤18.0±1.0%vol", "17.0", "19.0", "%vol"),
        ("≥6.5，≤8.5", "6.5", "8.5", ""),
        ("≤8.5且≥6.5", "6.5", "8.5", ""),
        ("不得超过0.2mg/kg", None, "0.2", "mg/kg"),
        ("≤100µg/kg,", None, "100", "μg/kg"),
        ("50CFU/g", None, "50", "CFU/g"),
        ("≤1/", None, "1", ""),
    ],
)
def test_bounds(text: str, low: str | None, high: str | None, unit: str) -> None:
    read = read_limit(text)
    assert isinstance(read, Bounds)
    assert (read.interval.low, read.interval.high) == (low and D(low), high and D(high))
    assert str(read.unit or "") == unit


@pytest.mark.parametrize(
    ("text", "what"),
    [("不得检出", "detect"), ("不得检出/25g", "detect"), ("不得使用", "use"), ("禁止添加", "use")],
)
def test_bans(text: str, what: str) -> None:
    assert read_limit(text) == Forbidden(what)


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("n=5,c=2,m=10,M=100CFU/g", (5, 2, 10, 100, "CFU/g")),
        ("n=5，c=2，m=10⁴，M=10⁵CFU/g", (5, 2, 10_000, 100_000, "CFU/g")),
        ("n=5,c=2,m=3×10⁴,M=10⁵CFU/g", (5, 2, 30_000, 100_000, "CFU/g")),
        ("n=5,c=2,m=10CFU/g,M=100CFU/g", (5, 2, 10, 100, "CFU/g")),
        ("≤n=5,c=0,m=0CFU/250mL", (5, 0, 0, None, "CFU/250mL")),
        ("n=5,c=0,m=0/25g", (5, 0, 0, None, "/25g")),
        ("n=5 c=2 m=10 M=100 CFU/mL", (5, 2, 10, 100, "CFU/mL")),
    ],
)
def test_sampling_plans(text: str, plan: tuple[int, int, int, int | None, str]) -> None:
    read = read_limit(text)
    assert isinstance(read, Plan)
    assert (read.n, read.c, read.m, read.upper, str(read.unit)) == plan


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("  ", 1),
        ("不符合要求", 1),
        ("6.71mg/kg？", 10),
        ("6.71mg/kgg", 7),
        ("5mg/kg和6mg/kg", 7),
    ],
)
def test_an_unreadable_result_says_where(text: str, at: int) -> None:
    with pytest.raises(UnreadableResult) as caught:
        read_result(text)
    assert caught.value.position == at
    assert caught.value.words.zh and caught.value.words.en


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("≤0.2mg/kg\n三唑磷", 11),
        ("≤≥5", 3),
        ("n=5,c=5,m=10", 13),
        ("n=5,c=2,m=100,M=10CFU/g", 24),
        ("46~44%vol", 10),
        ("按生产需要适量使用", 1),
    ],
)
def test_an_unreadable_limit_says_where(text: str, at: int) -> None:
    with pytest.raises(UnreadableLimit) as caught:
        read_limit(text)
    assert caught.value.position == at


E, W, C = limits.EXCEEDS, limits.WITHIN, limits.CANNOT_JUDGE


@pytest.mark.parametrize(
    ("result", "limit", "outcome", "said"),
    [
        ("6.71mg/kg", "≤5mg/kg", E, "6.71 mg/kg 高于上限 5 mg/kg"),
        ("5mg/kg", "≤5mg/kg", W, "允许范围"),
        ("5.0mg/kg", "<5mg/kg", E, "高于上限 5 mg/kg"),
        ("0.02mg/kg", "≤10μg/kg", E, "高于上限 10 μg/kg"),
        ("0.0926g/kg", "≤50mg/kg", E, "高于上限 50 mg/kg"),
        ("0.005mg/kg", "≤10μg/kg", W, "允许范围"),
        ("6.71mg/L", "≤5mg/kg", C, "不能换算"),
        ("6.71", "≤5mg/kg", C, "（无）"),
        ("31.3%vol", "44.0~46.0 %vol", E, "低于下限 44.0%vol"),
        ("45.0%vol", "41.0%vol～43.0%vol", E, "高于上限 43.0%vol"),
        ("4.9%vol", "≥5.1 %vol", E, "低于下限"),
        ("<10CFU/g", "≥10⁶CFU/g", E, "低于下限"),
        ("<10CFU/g", "≤10CFU/g", W, "允许范围"),
        ("<10CFU/g", "≤5CFU/g", C, "没有给出足以"),
        (">300CFU/g", "≤100CFU/g", E, "高于上限"),
        ("未检出", "≤0.1mg/kg", W, "未检出"),
        ("未检出", "0.8-7mg/每日", C, "未写检出限"),
        ("未检出（检出限：0.1mg/kg）", "≥0.5mg/kg", E, "低于下限"),
        ("0.0154g/kg", "不得使用", E, "不得使用，而检出 0.0154 g/kg"),
        ("检出/50cm²", "不得检出", E, "不得检出，而检出。"),
        ("未检出", "不得检出", W, "未检出"),
        ("<0.01mg/kg", "不得检出", C, "没有写明是否检出"),
        ("1.22倍", "≥1.5倍", E, "低于下限"),
        ("", "≤5", C, "检验结果没有填写"),
        ("5", "", C, "标准值没有填写"),
        ("5", "适量", C, "标准值“适量”从第 1 个字符"),
    ],
)
def test_verdicts(result: str, limit: str, outcome: str, said: str) -> None:
    found = limits.verdict(result, limit)
    assert found.outcome == outcome
    assert said in found.reason.zh
    assert found.reason.en and found.words.en


PLAN = "n=5,c=2,m=10,M=100CFU/g"


@pytest.mark.parametrize(
    ("counts", "outcome", "said"),
    [
        ("＜10，15，10，＜10，390CFU/g", E, "第 5 个样品 390 CFU/g 高于 M"),
        ("11,12,13,5,5CFU/g", E, "3 个样品高于 m"),
        ("11,12,10,5,5CFU/g", W, "2 个样品高于 m"),
        ("11,12,100,100,5CFU/g", E, "4 个样品高于 m"),
        ("未检出；未检出；20；未检出；未检出CFU/g", W, "1 个样品高于 m"),
        ("11,12,10,5CFU/g", C, "要求 5 个结果"),
        ("11,12,13,5CFU/g", E, "3 个样品高于 m"),
        ("<20,<20,<20,<20,<20CFU/g", C, "没有写明是否高于 m"),
        ("11,12,10,5,5CFU/mL", C, "不能换算"),
        ("22；19；17；17；15", E, "5 个样品高于 m"),
    ],
)
def test_plans_allow_c_units_above_m_and_none_above_upper(
    counts: str, outcome: str, said: str
) -> None:
    found = limits.verdict(counts, PLAN)
    assert found.outcome == outcome
    assert said in found.reason.zh


def test_a_plan_without_upper_limit_counts_only() -> None:
    assert limits.verdict("0;0;0;0;2CFU/250mL", "≤n=5,c=0,m=0CFU/250mL").outcome == E
    assert limits.verdict("0;0;0;0;0CFU/250mL", "n=5,c=0,m=0CFU/250mL").outcome == W
    assert (
        limits.verdict("检出，未检出，未检出，未检出，未检出/25g", "n=5,c=0,m=0/25g").outcome == E
    )


def test_how_many_times_the_limit() -> None:
    assert limits.verdict("2.3mg/kg", "≤0.2mg/kg").times == D("11.50")
    assert limits.verdict("0.0023g/kg", "≤0.2mg/kg").times == D("11.50")
    assert limits.verdict("检出", "不得检出").times is None


numbers = st.decimals(min_value=0, max_value=10**6, places=3, allow_nan=False)


@given(numbers, numbers)
def test_comparing_numbers_is_comparing_numbers(value: Decimal, bound: Decimal) -> None:
    upper = limits.verdict(f"{value}mg/kg", f"≤{bound}mg/kg").outcome
    assert upper == (E if value > bound else W)
    lower = limits.verdict(f"{value}mg/kg", f"≥{bound}mg/kg").outcome
    assert lower == (E if value < bound else W)


@given(numbers, numbers)
def test_the_unit_it_is_written_in_changes_nothing(value: Decimal, bound: Decimal) -> None:
    same = limits.verdict(f"{value}mg/kg", f"≤{bound}mg/kg").outcome
    assert limits.verdict(f"{value * 1000:f}μg/kg", f"≤{bound}mg/kg").outcome == same
    assert limits.verdict(f"{value}mg/kg", f"≤{bound / 10000:f}g/100g").outcome == same


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_comparison(result: str, limit: str) -> None:
    found = limits.verdict(result, limit)
    assert found.outcome in limits.OUTCOMES
    assert found.reason.zh and found.reason.en


@given(st.text("0123456789.×⁰¹²³⁴⁵<≤≥~-±;；,/gmkCFUnc=M 未检出\n", max_size=30))
def test_texts_of_limits_read_or_are_refused_with_a_place_inside(text: str) -> None:
    for read in (read_result, read_limit):
        place = _refused_at(read, text)
        assert place is None or 1 <= place <= len(text) + 1


def _refused_at(read: Callable[[str], object], text: str) -> int | None:
    try:
        read(text)
    except (UnreadableResult, UnreadableLimit) as why:
        return why.position
    return None


@pytest.mark.reference
def test_the_limits_seen_in_bulletins_are_read(reference: Path) -> None:
    """Of all limits of five provinces' bulletins at most 4 % cannot be read, empty ones aside."""
    with (reference / "law/sampling/limits_seen_in_bulletins.csv").open(
        encoding="utf-8-sig"
    ) as file:
        texts = [row["limit"] for row in csv.DictReader(file) if row["limit"]]
    refused = []
    for text in texts:
        try:
            read_limit(text)
        except UnreadableLimit:
            refused.append(text)
    assert len(texts) > 800
    assert len(refused) <= len(texts) * 0.04, refused
