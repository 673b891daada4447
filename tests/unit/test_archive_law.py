"""The sections of a file, its score and the entries of the credit record, as the law data says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from zhian.law.archive import archive, check_archive, score
from zhian.law.check import DATA
from zhian.law.credit import check_entries, credit
from zhian.law.offices import business_types
from zhian.law.vocabulary import choices

SUBJECT = {f"subject.{k}" for k in ("uscc", "head", "phone", "address", "registered_on")}
PREMISES = {"premises.address", "premises.longitude"}
STAGES = len(choices("archive_stage"))
OF_A_MAKER = {
    *("people", "workforce", "products", "equipment", "testing", "suppliers", "standards"),
    "training",
}


def test_every_business_type_stands_in_the_chain() -> None:
    for key in business_types():
        assert archive().links_of(key), key


@pytest.mark.parametrize(
    ("business", "links"),
    [
        ("farm_crop", ["growing"]),
        ("farm_livestock", ["breeding"]),
        ("food_production", ["processing", "packaging"]),
        ("cold_storage", ["storage"]),
        ("liquid_transport", ["transport"]),
        ("food_sale", ["sale"]),
        ("catering", ["catering"]),
        ("wholesale_market", ["market"]),
        ("drug_production", ["drug_production"]),
        ("drug_retail", ["drug_distribution"]),
        ("drug_use", ["drug_use"]),
        ("industrial_product", ["industrial"]),
    ],
)
def test_where_a_business_stands_from_field_to_table(business: str, links: list[str]) -> None:
    assert [link.key for link in archive().links_of(business)] == links


def test_links_of_its_own_come_before_those_of_the_type() -> None:
    links = archive().links_of("food_production", " storage sale ")
    assert [link.key for link in links] == ["storage", "sale"]


def test_an_empty_file_of_a_maker_scores_nothing_and_a_full_one_everything() -> None:
    assert score("company", {"food_production"}, set(), {}).percent == 0
    full = score(
        "company", {"food_production"}, SUBJECT | PREMISES | OF_A_MAKER, {"documents": STAGES}
    )
    assert full.percent == 100
    assert full.missing == ()


def test_a_stall_needs_neither_code_nor_quality_documents() -> None:
    found = score("stall", {"stall"}, set(), {})
    asked = {(p.section, p.field) for p in found.points}
    assert ("subject", "uscc") not in asked
    assert {"documents", "products", "standards"}.isdisjoint(section for section, _ in asked)
    assert ("people", "") in asked


def test_documents_count_stage_by_stage() -> None:
    def points(stages: int) -> float:
        found = score("company", {"food_production"}, set(), {"documents": stages})
        return next(p.share for p in found.points if p.section == "documents")

    assert points(0) == 0
    assert points(3) == pytest.approx(3 / STAGES)
    assert points(STAGES) == 1


def test_what_is_missing_comes_the_dearest_first_with_its_reason() -> None:
    missing = score("company", {"catering"}, {"subject.phone"}, {}).missing
    weights = [p.weight * (1 - p.share) for p in missing]
    assert weights == sorted(weights, reverse=True)
    assert all(p.why.zh and p.why.en for p in missing)


@given(st.sets(st.sampled_from(sorted(SUBJECT | PREMISES | OF_A_MAKER))), st.integers(0, STAGES))
def test_more_in_the_file_never_lowers_the_score(filled: set[str], stages: int) -> None:
    less = score("company", {"food_production"}, filled, {"documents": stages}).percent
    for key in sorted(SUBJECT | PREMISES | OF_A_MAKER):
        more = score("company", {"food_production"}, filled | {key}, {"documents": stages}).percent
        assert more >= less


def changed(tmp_path: Path, file: str, old: str, new: str) -> Path:
    text = (DATA / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('types = ["farm_crop", "farm_input"]', 'types = ["farm_input", "moon"]', "moon"),
        ('choices = "archive_role"', 'choices = "nonsense"', "nonsense"),
        ('one_of_each = "stage"', 'one_of_each = "title"', "one_of_each"),
        ('model = "product"', 'model = "moon"', "model"),
        ("weight = 14", "", "weight"),
    ],
)
def test_a_mistake_in_the_sections_is_found(tmp_path: Path, old: str, new: str, told: str) -> None:
    found = list(check_archive(changed(tmp_path, "archive.toml", old, new)))
    assert any(told in problem.text() for problem in found), [p.text() for p in found]


def test_the_shipped_files_have_no_mistake() -> None:
    assert [*check_archive(DATA), *check_entries(DATA)] == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('verb = "close_down"', 'verb = "closed_up"', "rectification.closed_up"),
        ('kind = "disposal"', 'kind = "moon"', "moon"),
        ('sort = "closure"', 'sort = "moon"', "sorts.moon"),
        ('term = "stop"', 'term = "moon"', "terms.moon"),
        ('duty = "publication.term_light"', 'duty = "publication.moon"', "publication.moon"),
        ('sort = ["award"]', 'sort = ["moon"]', "credit_sort.moon"),
        ('if_fact = ["fraud_production"', 'if_fact = ["moon"', "facts.moon"),
        ('ends = ["conclude_overturned"]', 'ends = ["moon"]', "disposal.moon"),
    ],
)
def test_an_entry_of_an_act_that_nobody_has_is_found(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    folder = changed(tmp_path, "credit_entries.toml", old, new)
    (folder / "deadlines").symlink_to(DATA / "deadlines")
    (folder / "sources.toml").symlink_to(DATA / "sources.toml")
    (folder / "duties.toml").symlink_to(DATA / "duties.toml")
    found = [problem.text() for problem in check_entries(folder)]
    assert any(told in text for text in found), found


# Credit Repair Measures 7 to 13: the shortest term before a repair may be asked for.
@pytest.mark.parametrize(
    ("term", "since", "earliest"),
    [
        ("normal", date(2026, 1, 15), date(2026, 4, 15)),
        ("normal", date(2025, 11, 30), date(2026, 2, 28)),
        ("food", date(2026, 2, 28), date(2027, 2, 28)),
        ("stop", date(2024, 2, 29), date(2025, 2, 28)),
        ("blacklist", date(2026, 3, 1), date(2027, 3, 1)),
        ("abnormal", date(2026, 3, 1), date(2026, 3, 1)),
        ("light", date(2026, 1, 15), None),
        ("revoke", date(2026, 1, 15), None),
        ("check", date(2026, 1, 15), None),
    ],
)
def test_from_when_an_entry_may_be_repaired(term: str, since: date, earliest: Any) -> None:
    assert credit().terms[term].repairable_from(since) == earliest


def test_an_entry_fits_the_act_whose_field_and_fact_it_names() -> None:
    sample = credit().entries["sample_failed"]
    assert sample.fits({"outcome": "penalised"}, {})
    assert not sample.fits({"outcome": "not_produced"}, {})
    fraud = credit().entries["licence_annulled_for_fraud"]
    assert fraud.fits({}, {"fraud_production": False, "fraud_business": True})
    assert not fraud.fits({}, {"fraud_production": False})
