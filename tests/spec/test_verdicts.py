"""Golden verdicts of the register, each with the article that decides it."""

from __future__ import annotations

import pytest

from tests.spec.verdict_cases import OUTCOMES, Case, cases
from zhian.law.limits.deciding import decide
from zhian.law.limits.register import Register

ALL = tuple(cases())
REGISTER = Register.load().without_bulletins()


def test_there_are_at_least_150_cases() -> None:
    assert len({(case.asked, case.outcome) for case in ALL}) >= 150


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_result_is_judged_as_the_article_says(case: Case) -> None:
    found = decide(REGISTER, case.asked)
    assert found.verdict == OUTCOMES[case.outcome], found.reason.zh
    assert case.said in found.reason.zh
    assert found.reason.zh and found.reason.en
    if case.article.startswith(("GB 2762-20", "GB 2760-20", "农业")) and found.standard:
        assert case.article.startswith(found.standard)
        table = case.article.removeprefix(found.standard).split()
        assert not table or not found.table or found.table.startswith(table[0])
