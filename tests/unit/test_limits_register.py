"""The register of standards: foods, items, rows by day, and the tables it is read from."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from zhian.law.limit_texts import read_limit, read_result
from zhian.law.limits.checks import check_limits
from zhian.law.limits.deciding import decide
from zhian.law.limits.errors import ImpossibleValue, TableError, UnknownCategory
from zhian.law.limits.measured import TwoUnits, added, result_of
from zhian.law.limits.mixtures import Part, mixture
from zhian.law.limits.questions import VERDICTS, Question
from zhian.law.limits.register import Register
from zhian.law.limits.rounding import place_of, rounded, rounded_fifth, rounded_half
from zhian.law.limits.rows import AS_NEEDED, UNREAD, kind_of
from zhian.law.limits.tables import FOLDER
from zhian.law.limits.trees import CLASS, GB2760, GB2762
from zhian.law.reading import DATA

D = Decimal
DAY = date(2026, 10, 1)
REGISTER = Register.load()


@pytest.mark.parametrize(
    ("value", "place", "result"),
    [
        ("12.1498", "0.1", "12.1"),  # 3.2.1
        ("1268", "100", "1300"),  # 3.2.2
        ("10.5002", "1", "11"),  # 3.2.2
        ("1.050", "0.1", "1.0"),  # 3.2.3
        ("0.35", "0.1", "0.4"),  # 3.2.3
        ("2500", "1000", "2000"),  # 3.2.3
        ("3500", "1000", "4000"),  # 3.2.3
        ("0.250", "0.1", "0.2"),
        ("15.4546", "1", "15"),  # 3.3.1: not 15.455 → 15.46 → 15.5 → 16
        ("25.8", "1", "26"),
    ],
)
def test_rounding_is_half_to_even_in_one_step(value: str, place: str, result: str) -> None:
    assert rounded(D(value), D(place)) == D(result)


@pytest.mark.parametrize(
    ("value", "result"),
    [("60.25", "60.0"), ("60.38", "60.5"), ("60.28", "60.5"), ("60.75", "61.0")],
)
def test_rounding_to_half_a_place(value: str, result: str) -> None:
    assert rounded_half(D(value), D(1)) == D(result)


@pytest.mark.parametrize(("value", "result"), [("830", "840"), ("842", "840"), ("930", "920")])
def test_rounding_to_a_fifth_of_a_place(value: str, result: str) -> None:
    assert rounded_fifth(D(value), D(100)) == D(result)


@given(st.decimals(min_value=0, max_value=10**6, places=4), st.sampled_from(["0.1", "1", "0.01"]))
def test_rounding_moves_at_most_half_a_place(value: Decimal, place: str) -> None:
    assert abs(rounded(value, D(place)) - value) <= D(place) / 2
    assert place_of(rounded(value, D(place))) >= D(place) or value == 0


@pytest.mark.parametrize(
    ("text", "how", "word", "code"),
    [
        ("大米", "exact", "大米", "06.02.01"),
        ("桑叶挂面", "ending", "挂面", "06.03.02.02"),
        ("虎皮三明治蛋糕", "ending", "蛋糕", "07.02"),
        ("某某产品（挂面）", "exact", "挂面", "06.03.02.02"),
        ("馒头(自制)", "exact", "馒头", "06.03.02.03"),
        ("特级 生抽", "ending", "生抽", "12.04"),
        ("蓝莓叶黄素酯颗粒", "inside", "蓝莓", "04.01.01.01"),
    ],
)
def test_a_food_is_what_its_name_ends_in(text: str, how: str, word: str, code: str) -> None:
    found = REGISTER.foods.match(text)
    assert (found.how, found.word) == (how, word)
    assert found.nodes[GB2760][0] == code
    assert found.words.zh and found.words.en


def test_a_name_that_says_nothing_is_settled_by_its_class_or_a_person() -> None:
    unknown = REGISTER.foods.match("巧和风")
    assert (unknown.how, unknown.sure) == ("nothing", False)
    classed = REGISTER.foods.match("巧和风", "糕点-糕点")
    assert classed.sure and classed.nodes[GB2760] == ("07.02",)
    chosen = REGISTER.foods.chosen(unknown, "07.03")
    assert chosen.nodes[GB2760] == ("07.03",)
    assert REGISTER.foods.chosen(unknown, "蜂蜜").nodes[GB2762] == ("蜂蜜",)
    with pytest.raises(UnknownCategory) as caught:
        REGISTER.foods.chosen(unknown, "月球食品")
    assert "月球食品" in caught.value.words.zh


def test_the_class_narrows_a_name_that_fits_several() -> None:
    assert len(REGISTER.foods.match("香肠").nodes[GB2760]) == 2
    narrowed = REGISTER.foods.match("香肠", "肉制品-腌腊肉制品")
    assert narrowed.nodes[GB2760] == ("08.02.02",)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("镉（以Cd计)", "镉"),
        ("：酸价(KOH)", "酸价"),
        ("黄曲霉毒素B₁", "黄曲霉毒素B1"),
        ("糖精钠（以糖精计）b", "糖精"),
        ("防腐剂混合使用时各自用量占其最 大使用量的比例之和", "防腐剂比例之和"),
        ("苯并(a)芘", "苯并[a]芘"),
        ("6-苄基腺嘌呤（6-BA）", "6-苄基腺嘌呤"),
        ("7440-43-9", "镉"),
        ("某新项目(以干基计)", "某新项目"),
    ],
)
def test_the_spellings_of_an_item(text: str, name: str) -> None:
    assert REGISTER.items.find(text).name == name


def test_a_category_lies_in_all_above_it() -> None:
    trees = REGISTER.foods.trees
    assert {"鱼类罐头", "水产品罐头", "鱼类及其制品"} <= trees[GB2762].above("鱼类罐头")
    assert {"04.01.02.08.05", "04.01.02.08", "04.01", "04.0", "*"} <= trees[GB2760].above(
        "04.01.02.08.05"
    )
    assert "07.02.04" not in trees[GB2760].below("07.02")


def test_every_row_reads_and_says_what_sort_it_is() -> None:
    kinds = {kind_of(row) for row in REGISTER.all_rows()}
    assert {"maximum", "not_detected", "as_needed", "plan", UNREAD} <= kinds
    for row in REGISTER.all_rows():
        assert row.limit in ("", AS_NEEDED) or read_limit(row.limit)


def test_of_two_editions_exactly_one_judges_a_day() -> None:
    contaminants = [e for e in REGISTER.rows if e.number.startswith("GB 2762")]
    for day in (date(2023, 6, 30), date(2026, 9, 1), date(2026, 9, 2), date(2030, 1, 1)):
        assert sum(e.valid(day) for e in contaminants) == 1
    assert not any(e.valid(date(2023, 6, 29)) for e in contaminants)


def test_bulletins_can_be_switched_off() -> None:
    asked = Question("姜", "噻虫胺", "2.3mg/kg", DAY)
    with_them, without = decide(REGISTER, asked), decide(REGISTER.without_bulletins(), asked)
    assert (with_them.verdict, without.verdict) == ("non_compliant", "cannot_judge")
    assert "公报" in with_them.table and with_them.remarks
    provinces = {p for row in REGISTER.all_rows() for p in row.provinces}
    for province in provinces:
        rest = REGISTER.without_province(province)
        assert all(row.provinces != {province} for row in rest.all_rows())


@given(st.decimals(min_value=0, max_value=2, places=3), st.sampled_from(["大米", "番茄", "猪肉"]))
def test_a_higher_result_is_never_better(value: Decimal, food: str) -> None:
    order = {"compliant": 0, "cannot_judge": 1, "non_compliant": 2}
    lower = decide(REGISTER, Question(food, "镉", f"{value}mg/kg", DAY)).verdict
    higher = decide(REGISTER, Question(food, "镉", f"{value + 1}mg/kg", DAY)).verdict
    assert order[lower] <= order[higher]


@given(st.text(max_size=15), st.text(max_size=15), st.text(max_size=15), st.text(max_size=10))
def test_no_text_breaks_a_decision(food: str, item: str, result: str, limit: str) -> None:
    found = decide(REGISTER, Question(food, item, result, DAY, limit))
    assert found.verdict in VERDICTS.values()
    assert found.reason.zh and found.reason.en


def test_a_stated_limit_that_is_not_the_standards_is_flagged() -> None:
    found = decide(REGISTER, Question("大米", "镉", "0.25mg/kg", DAY, limit="≤0.3mg/kg"))
    assert found.verdict == "compliant"
    assert any("≤0.2mg/kg" in remark.zh for remark in found.remarks)
    same = decide(REGISTER, Question("大米", "镉", "0.25mg/kg", DAY, limit="≤200μg/kg"))
    assert same.verdict == "non_compliant" and not same.remarks


def test_what_lies_within_the_uncertainty_is_said() -> None:
    near = Question("大米", "镉", "0.21mg/kg", DAY, uncertainty="±0.02")
    assert any("不确定度" in r.zh for r in decide(REGISTER, near).remarks)
    far = replace(near, result="0.31mg/kg")
    assert not any("不确定度" in r.zh for r in decide(REGISTER, far).remarks)


def test_components_are_added_and_what_was_not_found_counts_up_to_its_limit() -> None:
    (value,) = result_of("5+6+<1μg/kg").values
    assert (value.interval.low, value.interval.high) == (11, 12)
    (exact,) = added([result_of("1mg/kg"), result_of("500μg/kg")]).values
    assert exact.interval.low == exact.interval.high == 1500
    with pytest.raises(TwoUnits):
        added([result_of("1mg/kg"), result_of("1mg/L")])


@given(
    st.decimals(min_value=0, max_value=10, places=3),
    st.sampled_from(["mg/kg", "ug/kg", "µg/kg", "μg/L", "g/100g", "CFU/g", "%vol", "CFU/250mL"]),
)
def test_a_plain_number_reads_as_the_full_reader_reads_it(value: Decimal, unit: str) -> None:
    assert result_of(f"{value}{unit}") == read_result(f"{value}{unit}")


@pytest.mark.parametrize("text", ["-1mg/kg", "－0.2mg/kg", "1200g/kg", "101g/100g", "120%"])
def test_what_no_sample_can_hold_is_refused(text: str) -> None:
    with pytest.raises(ImpossibleValue) as caught:
        result_of(text)
    assert text in caught.value.words.zh


def test_shares_of_preservatives_are_added() -> None:
    parts = (Part("山梨酸", "0.6g/kg"), Part("苯甲酸", "0.5g/kg"))
    over = mixture(REGISTER, "榨菜", parts, DAY)
    assert over.verdict == "non_compliant" and "1.1" in over.reason.zh
    kept = mixture(REGISTER, "榨菜", (parts[0], Part("苯甲酸", "400mg/kg")), DAY)
    assert kept.verdict == "compliant"
    alone = mixture(REGISTER, "馒头", parts, DAY)
    assert alone.verdict == "non_compliant" and "不得使用" in alone.reason.zh


def test_the_shipped_tables_have_no_problem() -> None:
    assert list(check_limits(DATA)) == []


@pytest.mark.parametrize(
    ("file", "wrong", "said"),
    [
        ("gb2762.csv", "铅,月球谷物,月球谷物,,≤0.2mg/kg,,,表1,", "月球谷物"),
        ("gb2762.csv", "铅,大米,大米(粉),,大约一点,,,表1,", "大约一点"),
        ("gb2762.csv", "钍,大米,大米(粉),,≤1mg/kg,,,表1,", "钍"),
        ("gb2760.csv", "山梨酸,99.9,,,≤1g/kg,,,1", "99.9"),
        ("foods.csv", "大米,大米(粉),06.02.01,大米,", "大米"),
        ("items.csv", ",,,,,,", "item"),
    ],
)
def test_a_wrong_line_is_named_with_its_file(
    tmp_path: Path, file: str, wrong: str, said: str
) -> None:
    shutil.copytree(FOLDER, tmp_path / "limits")
    with (tmp_path / "limits" / file).open("a", encoding="utf-8") as table:
        table.write(wrong + "\n")
    (problem,) = check_limits(tmp_path)
    assert said in problem.text("zh") and file in problem.text("zh")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "limits")
    (tmp_path / "limits" / "gb2762.csv").unlink()
    with pytest.raises(TableError) as caught:
        Register.load(tmp_path / "limits")
    assert "gb2762.csv" in caught.value.words.zh


def test_editions_that_overlap_are_a_problem(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "limits")
    standards = tmp_path / "limits" / "standards.toml"
    text = standards.read_text("utf-8").replace("to = 2026-09-01", "to = 2026-09-30")
    standards.write_text(text, "utf-8")
    assert any("重叠" in problem.text("zh") for problem in check_limits(tmp_path))


def test_every_class_of_a_bulletin_row_is_one_that_foods_have() -> None:
    classes = {c for e in REGISTER.foods.entries.values() for c in e.nodes[CLASS]}
    rows = [row for row in REGISTER.all_rows() if row.edition.from_bulletins]
    assert rows and all(set(row.within) <= classes for row in rows)


@pytest.mark.reference
def test_every_cell_of_the_official_tables_stands_in_the_register(reference: Path) -> None:
    from scripts.compare_gb2762 import TEXT, compare

    lacking, extra, total = compare((reference / TEXT).read_text("utf-8"))
    assert total > 190
    assert not lacking and not extra
