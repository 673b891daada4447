"""The reference lists of the law: what they hold, what follows from them, what the check finds."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from zhian.law import references as law
from zhian.law.reading import DATA
from zhian.law.reference_checks import check_references
from zhian.law.settings import Settings
from zhian.law.tables import RuleFileError

REFERENCE = Path(os.environ.get("ZHIAN_REFERENCE", "../shared/reference"))
RULES = REFERENCE / "law" / "deadlines.yaml"
DAY = date(2026, 12, 1)
D = Decimal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data that a test may spoil."""
    skip = shutil.ignore_patterns("procedures", "deadlines", "limits", "checklists", "*.csv")
    return Path(shutil.copytree(DATA, tmp_path / "data", ignore=skip))


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def found(folder: Path) -> list[str]:
    return [problem.text("en") for problem in check_references(folder)]


# ---- the shipped data


def test_the_shipped_lists_have_no_mistake() -> None:
    assert found(DATA) == []


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (law.forms(), 66),
        (law.crime_prompts(), 19),
        (law.licence_formats(), 12),
        (law.emergency_levels(), 4),
        (law.risk_grades(), 4),
        (law.food_categories(), 34),
    ],
)
def test_the_lists_are_whole(rows: Mapping[str, Any], count: int) -> None:
    assert len(rows) == count


@pytest.mark.skipif(not RULES.exists(), reason="the reference folder is not here")
def test_nothing_of_the_reference_file_is_lost() -> None:
    yaml = pytest.importorskip("yaml")
    reference = yaml.load(RULES.read_text(encoding="utf-8"), yaml.CSafeLoader)
    assert reference["sources"].keys() - law.sources().keys() == {"IPL"}  # IPLREG and IPLMEAS
    assert {row["id"] for row in reference["penalties"]} <= law.penalties().keys()
    assert {row["id"] for row in reference["criminal_prompts"]} == law.crime_prompts().keys()
    assert len(reference["retention"]) <= len(law.retention_rules())
    names = {form.words.zh for form in law.forms().values()}
    assert {name for part in reference["forms"].values() for name in part} == names


def test_english_texts_hold_no_chinese_and_chinese_no_english_punctuation() -> None:
    sides = re.compile(r'\b(zh|en) = "((?:[^"\\]|\\.)*)"')
    mine = "sources posts agency_kinds business_types retention penalties powers crime_prompts"
    for file in mine.split():
        for side, text in sides.findall((DATA / f"{file}.toml").read_text(encoding="utf-8")):
            wrong = r"[\u4e00-\u9fff]" if side == "en" else r"[;()]|(?<!\d),(?!\d)"
            assert not re.search(wrong, text), (file, text)


# ---- posts


def test_the_three_administrators_are_three_persons_and_none_signs() -> None:
    admins = {"system_admin", "security_admin", "audit_admin"}
    signing = {post.key for post in law.posts().values() if post.signs}
    for key in admins:
        assert law.post(key).incompatible >= (admins | signing) - {key}


def test_incompatibility_is_written_once_and_holds_both_ways() -> None:
    assert "system_admin" in law.post("bureau_head").incompatible
    assert law.clashes({"bureau_head", "system_admin"}) == (("bureau_head", "system_admin"),)
    assert law.clashes({"inspector", "sampler"}) == ()


def test_case_handlers_do_not_review_or_hear_their_own_case() -> None:
    assert law.post("inspector").not_in_one_matter >= {"legal_reviewer", "hearing_host"}


def test_an_unknown_post_is_refused_in_words() -> None:
    with pytest.raises(law.UnknownReference, match="tea_lady"):
        law.post("tea_lady")


def test_every_post_exists_in_some_agency_and_every_type_has_a_department() -> None:
    assert all(post.agencies and post.levels for post in law.posts().values())
    assert law.business_types()["farm_crop"].department == "agriculture"
    assert law.business_types()["drug_retail"].licence == "DRUG"


# ---- fines


@pytest.mark.parametrize(
    ("scale", "value", "options", "expected"),
    [
        ("P-FSL-122", 9999, {}, (50000, 100000)),
        ("P-FSL-122", 10000, {}, (100000, 200000)),
        ("P-FSL-123", 10000, {}, (150000, 300000)),
        ("P-FSL-124", 0, {}, (50000, 100000)),
        ("P-FSL-125", 20000, {}, (100000, 200000)),
        ("P-FSL-125-2", 500, {"stage": "refused"}, (0, 2000)),
        ("P-FSL-126", 0, {"stage": "refused"}, (5000, 50000)),
        ("P-FSL-132-2", 0, {"stage": "serious"}, (50000, 500000)),
        ("P-FSLR-72", 0, {"stage": "serious"}, (50000, 200000)),
        ("P-FSLR-74", 20000, {"stage": "refused"}, (100000, 200000)),
        ("P-FSLR-75", 80000, {"who": "persons"}, (80000, 800000)),
        ("P-503-3", 4999, {}, (50000, 50000)),
        ("P-503-3", 5000, {}, (100000, 100000)),
        ("P-503-3", 10000, {}, (100000, 200000)),
        ("P-503-9", 1000, {"who": "producer"}, (3000, 3000)),
        ("P-503-9", 1000, {"who": "seller"}, (1000, 50000)),
        ("P-PQL-50", 1000, {}, (500, 3000)),
        ("P-DRUG-116", 20000, {}, (1500000, 3000000)),
        ("P-DRUG-117", 200000, {}, (2000000, 4000000)),
        ("P-DRUG-117-R", 500, {}, (100000, 200000)),
        ("P-DRUG-118", 100000, {"who": "persons"}, (30000, 300000)),
    ],
)
def test_fines_follow_the_article(
    scale: str, value: int, options: dict[str, str], expected: tuple[int, int]
) -> None:
    assert law.penalties()[scale].fine(D(value), **options) == expected


def test_a_first_warning_carries_no_fine() -> None:
    scale = law.penalties()["P-FSL-126"]
    assert scale.fine(D(0)) is None
    assert scale.must() == ("order_correct", "warning")
    assert scale.must("serious") == ("order_correct", "warning", "suspend")


def test_a_grave_case_without_its_own_line_is_fined_as_found() -> None:
    scale = law.penalties()["P-FSL-124"]
    assert scale.fine(D(30000), stage="serious") == (300000, 600000)
    assert "revoke_licence" in scale.must("serious")


@given(st.sampled_from(sorted(law.penalties())), st.decimals(0, 10**8, places=2))
def test_every_scale_gives_a_range_that_is_a_range(key: str, value: Decimal) -> None:
    scale = law.penalties()[key]
    for line in scale.fines:
        bounds = scale.fine(value, stage=line.stage, who=line.who)
        assert bounds is not None
        assert 0 <= bounds[0] <= bounds[1]


def test_special_provisions_are_not_offered_beside_the_food_law() -> None:
    food, fallback = law.penalties()["P-FSL-124"], law.penalties()["P-503-3"]
    assert law.offered([food, fallback]) == (food,)
    assert law.offered([fallback]) == (fallback,)


# ---- powers and thresholds


@pytest.mark.parametrize(
    ("amount", "levels"), [(299999, []), (300000, ["city"]), (5000000, ["city"])]
)
def test_food_fines_from_300000_yuan_belong_to_the_city(amount: int, levels: list[str]) -> None:
    rows = law.governing("penalty.fine", DAY, field="food", amount=D(amount))
    assert [row.level for row in rows] == levels


def test_other_fields_have_no_such_ceiling() -> None:
    assert law.governing("penalty.fine", DAY, field="drug", amount=D(10**7)) == ()


def test_the_county_lists_nobody_without_consent() -> None:
    (row,) = law.governing("blacklist.list", DAY)
    assert (row.level, row.consent) == ("county", "next_level")


def test_ordering_recalls_shows_both_articles_from_december_2026() -> None:
    before = law.governing("recall.order", date(2026, 11, 30), field="food")
    after = law.governing("recall.order", DAY, field="food")
    assert [row.basis.source for row in before] == ["FSL"]
    assert [row.basis.source for row in after] == ["RECALL2026", "FSL"]
    assert {row.limits["setting"] for row in after} == {law.conflicts()["ordering_recalls"].setting}


@pytest.mark.parametrize(
    ("field", "level"), [("product", "state"), ("drug", "province"), ("food", "city")]
)
def test_who_may_order_a_recall(field: str, level: str) -> None:
    assert law.governing("recall.order", DAY, field=field)[0].level == level


def test_only_the_chief_approves_a_transfer() -> None:
    (row,) = law.governing("transfer.approve", DAY)
    assert row.person == "chief"


@pytest.mark.parametrize(
    ("kind", "fine", "confiscated", "measures", "offered"),
    [
        ("person", 9999, 0, (), False),
        ("person", 10000, 0, (), True),
        ("person", 0, 10000, (), True),
        ("person", 6000, 6000, (), False),
        ("entity", 99999, 99999, (), False),
        ("entity", 100000, 0, (), True),
        ("entity", 0, 100000, (), True),
        ("entity", 0, 0, ("warning",), False),
        ("entity", 0, 0, ("suspend",), True),
        ("person", 0, 0, ("revoke_licence",), True),
    ],
)
def test_when_a_hearing_must_be_offered(
    kind: str, fine: int, confiscated: int, measures: tuple[str, ...], offered: bool
) -> None:
    assert law.hearing().reached(kind, D(fine), D(confiscated), measures) is offered


@pytest.mark.parametrize(
    ("kind", "fine", "measures", "allowed"),
    [
        ("person", 200, (), True),
        ("person", 201, (), False),
        ("entity", 3000, ("warning",), True),
        ("entity", 3001, (), False),
        ("entity", 0, ("confiscate_goods",), False),
    ],
)
def test_what_may_be_decided_on_the_spot(
    kind: str, fine: int, measures: tuple[str, ...], allowed: bool
) -> None:
    assert law.simple_procedure().allows(kind, D(fine), measures) is allowed


@pytest.mark.parametrize(
    ("key", "facts", "met"),
    [
        ("value_20000", {"value": 20000}, True),
        ("value_20000", {"value": 19999}, False),
        ("duration_3m", {"months": 3}, True),
        ("illness_30", {"ill": 29}, False),
        ("repeat_1y", {"months_since_penalty": 12}, True),
        ("repeat_1y", {"months_since_penalty": 13}, False),
        ("false_information", {"value": 10**6}, False),
    ],
)
def test_grave_circumstances_are_counted(key: str, facts: dict[str, int], met: bool) -> None:
    counted = {name: D(value) for name, value in facts.items()}
    assert law.circumstances()[key].met(counted) is met


# ---- crime prompts


@pytest.mark.parametrize(
    ("findings", "amounts", "raised"),
    [
        (["adulteration"], {"sales": 49999}, []),
        (["adulteration"], {"sales": 50000}, ["CR-140"]),
        (["adulteration"], {"unsold": 149999}, []),
        (["adulteration"], {"unsold": 150000}, ["CR-140"]),
        (["non_food_substance"], {}, ["CR-144"]),
        (["banned_pesticide"], {}, ["CR-144"]),
        (["counterfeit_drug"], {}, ["CR-141"]),
        (["substandard_drug"], {}, []),
        (["substandard_drug", "grave_harm"], {}, ["CR-142"]),
        (["illegal_slaughter"], {"gains": 50000}, ["CR-225"]),
        (["expired_recycled"], {"sales": 60000}, ["CR-140-FOOD"]),
        (["fake_farm_input"], {"loss": 20000}, ["CR-147"]),
        ([], {"sales": 10**9}, []),
    ],
)
def test_findings_raise_crime_prompts(
    findings: list[str], amounts: dict[str, int], raised: list[str]
) -> None:
    sums = {name: D(value) for name, value in amounts.items()}
    assert [row.key for row in law.prompts_raised(findings, sums)] == raised


@given(
    st.sets(st.sampled_from(sorted(law.findings()))),
    st.sets(st.sampled_from(sorted(law.findings()))),
    st.dictionaries(st.sampled_from(sorted(law.amounts())), st.decimals(0, 10**7, places=0)),
)
def test_more_findings_never_take_a_prompt_away(
    some: set[str], more: set[str], sums: dict[str, Decimal]
) -> None:
    assert set(law.prompts_raised(some, sums)) <= set(law.prompts_raised(some | more, sums))


def test_misconduct_of_officials_goes_to_the_supervision_commission() -> None:
    (row,) = law.prompts_raised(["official_misconduct"], {})
    assert row.goes_to == "supervision_commission"


# ---- retention, recalls, incidents, grades, rewards


@pytest.mark.parametrize(
    ("rule", "events", "until"),
    [
        ("RET-503", {"record": date(2026, 3, 1)}, date(2028, 3, 1)),
        ("RET-FSL-50", {"shelf_life_end": date(2026, 8, 31)}, date(2027, 2, 28)),
        ("RET-FSL-50", {"record": date(2024, 2, 29)}, date(2026, 2, 28)),
        (
            "RET-RC26",
            {"shelf_life_end": date(2027, 1, 1), "record": date(2026, 12, 10)},
            date(2028, 12, 10),
        ),
        ("RET-RC26", {"record": date(2026, 12, 10)}, None),
        (
            "RET-SMP-25NG",
            {"conclusion": date(2026, 6, 1), "shelf_life_end": date(2026, 9, 1)},
            date(2026, 9, 1),
        ),
        ("RET-SMP-25OK", {"conclusion": date(2026, 6, 1)}, date(2026, 9, 1)),
        ("RET-SCHOOL-40", {"sample_taken": date(2026, 5, 30)}, date(2026, 6, 1)),
        ("RET-FSLR-25", {"transport_end": date(2026, 1, 15)}, date(2028, 1, 15)),
        ("RET-NCT-13", {"record": date(2026, 6, 20)}, date(2026, 7, 4)),
        ("RET-USCC-15", {"record": date(2026, 6, 20)}, None),
    ],
)
def test_records_are_kept_until(rule: str, events: dict[str, date], until: date | None) -> None:
    assert law.retention_rules()[rule].keep_until(events) == until


def test_of_several_rules_the_latest_day_counts() -> None:
    events = {"shelf_life_end": date(2026, 3, 1), "transaction_end": date(2026, 1, 1)}
    rules = frozenset(["RET-NETFOOD", "RET-NSL-12"])
    assert law.keep_until(rules, events) == date(2029, 1, 1)
    assert law.keep_until(frozenset(["RET-USCC-15", "RET-NETFOOD"]), events) is None


def test_retention_rules_follow_their_text() -> None:
    assert "RET-RC15" in law.retention(date(2026, 11, 30))
    assert "RET-RC15" not in law.retention(DAY)
    assert "RET-RC26" in law.retention(DAY)


@pytest.mark.parametrize(
    ("on", "hours", "unit"),
    [
        (date(2026, 11, 30), [24, 48, 72], "working_day"),
        (DAY, [24, 36, 48], "calendar_day"),
        (date(2015, 8, 31), [], ""),
    ],
)
def test_recall_classes_change_in_december_2026(on: date, hours: list[int], unit: str) -> None:
    classes = law.recall_classes(on)
    assert [row.start_hours for row in classes] == hours
    assert {row.finish_unit for row in classes} <= {unit}


@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        ({"ill": 29}, None),
        ({"ill": 30}, "IV"),
        ({"townships": 2}, "IV"),
        ({"ill": 100}, "III"),
        ({"ill": 5, "deaths": 1}, "III"),
        ({"ill": 100, "deaths": 1}, "II"),
        ({"deaths": 10}, "II"),
        ({"provinces": 2, "cities": 2}, "II"),
        ({"provinces": 2, "cities": 2, "grave_harm": 1}, "I"),
    ],
)
def test_grades_of_incidents(facts: dict[str, int], grade: str | None) -> None:
    level = law.emergency_level(facts)
    assert (level.key if level else None) == grade


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("0", "A"),
        ("30", "A"),
        ("30.1", "B"),
        ("45", "B"),
        ("60", "C"),
        ("60.01", "D"),
        ("100", "D"),
    ],
)
def test_risk_grades(score: str, grade: str) -> None:
    assert law.risk_grade(D(score)).key == grade


@pytest.mark.parametrize("score", ["-1", "100.5"])
def test_a_score_off_the_scale_is_refused(score: str) -> None:
    with pytest.raises(law.ScoreOutOfRange, match=re.escape(score)):
        law.risk_grade(D(score))


@pytest.mark.parametrize(
    ("level", "taken", "amount"),
    [("1", 0, 5000), ("1", 200000, 10000), ("2", 50000, 3000), ("3", 10**9, 1000000)],
)
def test_rewards(level: str, taken: int, amount: int) -> None:
    assert law.reward().amount(level, D(taken)) == amount


def test_settings_named_by_conflicts_exist() -> None:
    settings = {setting.key for setting in Settings.load(DATA)}
    assert {row.setting for row in law.conflicts().values() if row.setting} <= settings


# ---- what the check finds


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("posts.toml", 'incompatible = ["audit_admin"', 'incompatible = ["ghost"', "named ghost"),
        (
            "posts.toml",
            '"audit_admin", "bureau_head"',
            '"audit_admin"',
            "must not be held together with bureau_head",
        ),
        ("posts.toml", 'zh = "局长"', 'zh = ""', "zh must be a text"),
        ("posts.toml", 'article = "60"\n', "", "article must be a text"),
        ("posts.toml", "signs = true", "sings = true", "unknown key sings"),
        ("business_types.toml", 'department = "agriculture"', 'department = "farm"', "named farm"),
        ("business_types.toml", 'licence = "SC"', 'licence = "SX"', "named SX"),
        ("business_types.toml", 'links = ["planting"]', 'links = ["moon"]', "moon in links"),
        ("penalties.toml", "from = 10000", "from = 10001", "leave a gap or overlap"),
        ("penalties.toml", "fine = [50000, 100000]", "fine = [100000, 5]", "is above the second"),
        ("penalties.toml", '"confiscate_gains"', '"confiscate_cow"', "confiscate_cow in found"),
        ("powers.toml", 'level = "city"', 'level = "moon"', "level must be one of"),
        ("powers.toml", 'setting = "county_orders_recall"', 'setting = "x"', "named x"),
        ("crime_prompts.toml", 'all = ["adulteration"]', "all = []", "at least one finding"),
        ("crime_prompts.toml", 'goes_to = "supervision_commission"', 'goes_to = "x"', "named x"),
        ("conflicts.toml", 'used = "REPAIR"', 'used = "SPOT"', "used must be one of"),
        ("risk_grading.toml", "over = 45", "over = 46", "must join"),
        ("risk_grading.toml", "static_max = 40", "static_max = 50", "add up to 100"),
        ("forms.toml", "[P07]", "[P99]", "56 P forms"),
        ("retention.toml", 'after = "conclusion"', 'after = "supper"', "after must be one of"),
        ("licence_formats.toml", "length = 3", "length = 0", "length must be above 0"),
        ("recall_classes.toml", "start_hours = 24\n", "", "start_hours is missing"),
        ("emergency_levels.toml", "deaths = 10", "cows = 10", "unknown key cows"),
        ("report_reward.toml", "rate = 0.05", "rate = 5", "between 0 and 1"),
        ("hearing.toml", "person_fine = 10000\n", "", "person_fine is missing"),
        ("serious_circumstances.toml", '"P-FSL-126"', '"P-XYZ"', "named P-XYZ"),
        ("agency_kinds.toml", "enforces = true", 'enforces = "yes"', "true or false"),
    ],
)
def test_a_mistake_is_named_with_file_and_table(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    spoil(folder, file, old, new)
    assert any(line.startswith(file) and message in line for line in found(folder)), found(folder)


def test_a_missing_file_is_reported_not_raised(folder: Path) -> None:
    (folder / "powers.toml").unlink()
    assert any("powers.toml" in line and "does not exist" in line for line in found(folder))


def test_an_unreadable_list_raises_where_it_is_loaded(folder: Path) -> None:
    from zhian.law.offices import read_posts

    spoil(folder, "posts.toml", "signs = true", "signs = 1")
    with pytest.raises(RuleFileError, match=r"posts\.toml, \[bureau_head\]"):
        read_posts(folder)
