"""The register against what provinces published: failed samples must fail here too.

Bulletins give the limit they judged by; with it nearly every result must come out as published.
With our own rows (none of them taken from a bulletin) the additives must, judged by the edition of
the day of production. Rows taken from bulletins are tried without the province that is judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from zhian.apps.laboratory.bulletins import columns
from zhian.apps.laboratory.bulletins.files import File
from zhian.apps.laboratory.bulletins.folding import FoldedSample, fold
from zhian.apps.laboratory.bulletins.reading import read_rows
from zhian.law.limits.deciding import decide
from zhian.law.limits.questions import CANNOT_JUDGE, NON_COMPLIANT, Decision, Question
from zhian.law.limits.register import Register

pytestmark = pytest.mark.reference

FILE = "law/sampling/nonconforming_2026_bulletins.csv"
PROVINCES = ("山东", "安徽", "重庆")
REGISTER = Register.load()
GB2762_BEGINS = date(2026, 9, 2)


@pytest.fixture(scope="module")
def samples(reference: Path) -> list[FoldedSample]:
    return fold(read_rows(File.of(reference / FILE), columns.load(None))).samples


def asked(samples: list[FoldedSample], *, stated: bool) -> Iterator[tuple[FoldedSample, Question]]:
    """Every result of the samples; with its stated limit, or with food and class alone."""
    for sample in samples:
        made = sample.day("made_on")
        for found in sample.findings:
            if found.result and (found.limit or not stated):
                limit = found.limit if stated else ""
                kind = "" if stated else sample.text("subcategory")
                food = sample.text("food")
                yield sample, Question(food, found.item, found.result, made, limit, kind)


def listed(decisions: list[tuple[Question, Decision]]) -> str:
    return "\n".join(f"{q.food} {q.item} {q.result}: {d.reason.zh}" for q, d in decisions)


def test_with_the_stated_limit_failed_items_fail(samples: list[FoldedSample]) -> None:
    answers = [(q, decide(REGISTER, q)) for _, q in asked(samples, stated=True)]
    judged = [(q, d) for q, d in answers if d.verdict != CANNOT_JUDGE]
    failed = [d for _, d in judged if d.verdict == NON_COMPLIANT]
    rest = listed([(q, d) for q, d in answers if d.verdict != NON_COMPLIANT])
    assert len(answers) > 800
    assert len(judged) >= 0.95 * len(answers), rest
    assert len(failed) >= 0.97 * len(judged), rest


def test_additives_fail_by_our_own_rows_as_published(samples: list[FoldedSample]) -> None:
    own = REGISTER.without_bulletins()
    questions = [
        q for _, q in asked(samples, stated=False) if own.items.find(q.item).kind == "additive"
    ]
    answers = [(q, decide(own, q)) for q in questions]
    found = [(q, d) for q, d in answers if d.rows]
    judged = [(q, d) for q, d in found if d.verdict != CANNOT_JUDGE]
    failed = [(q, d) for q, d in found if d.verdict == NON_COMPLIANT]
    rest = listed([(q, d) for q, d in found if d.verdict != NON_COMPLIANT])
    assert len(answers) > 200
    assert len(found) >= 0.8 * len(answers)
    assert len(failed) >= 0.97 * len(judged), rest
    assert len(failed) >= 0.96 * len(found), rest
    assert all(d.rows[0].edition.valid(q.on) for q, d in found)


@pytest.mark.parametrize("province", PROVINCES)
def test_rows_from_other_provinces_fail_a_provinces_samples(
    samples: list[FoldedSample], province: str
) -> None:
    others = REGISTER.without_province(province)
    theirs = [(s, q) for s, q in asked(samples, stated=False) if s.text("source") == province]
    answers = [decide(others, q) for _, q in theirs]
    from_bulletins = [d for d in answers if d.rows and d.rows[0].edition.from_bulletins]
    judged = Counter(d.verdict for d in from_bulletins if d.verdict != CANNOT_JUDGE)
    assert judged.total() >= 10
    assert judged[NON_COMPLIANT] >= 0.95 * judged.total()


def test_nothing_made_before_is_judged_by_the_new_limits_of_contaminants(
    samples: list[FoldedSample],
) -> None:
    for stated in (True, False):
        for _, question in asked(samples, stated=stated):
            if question.on is not None and question.on < GB2762_BEGINS:
                assert decide(REGISTER, question).standard != "GB 2762-2025"
