"""How days, terms and articles stand in the text of a paper."""

from __future__ import annotations

from datetime import date

import pytest

from zhian.desk.papers import wording


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *((1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (29, "二十九"), (40, "四十")),
        *((100, "一百"), (101, "一百零一"), (110, "一百一十"), (124, "一百二十四")),
        *((200, "二百"), (203, "二百零三"), (999, "九百九十九")),
    ],
)
def test_articles_are_counted_in_chinese_figures(number: int, words: str) -> None:
    assert wording.in_words(number) == words


@pytest.mark.parametrize(
    ("duty", "cited", "term"),
    [
        ("disposal.notify", "《食品安全抽样检验管理办法》第二十九条", "5个工作日"),
        ("retest.window", "《食品安全抽样检验管理办法》第三十条", "7个工作日"),
        ("objection.window", "《食品安全抽样检验管理办法》第三十七条", "7个工作日"),
        ("disposal.finish", "《食品安全抽样检验管理办法》第四十五条", "90日"),
        ("operator.control", "《食品安全抽样检验管理办法》第四十条", ""),
    ],
)
def test_a_rule_is_cited_and_its_term_counted_as_the_law_says(
    duty: str, cited: str, term: str
) -> None:
    rule = wording.rule_on(duty, date(2026, 11, 24))
    assert (wording.cited(rule), wording.term(rule)) == (cited, term)


def test_days_have_no_leading_zero_and_moments_are_local() -> None:
    assert wording.chinese_date(date(2026, 1, 5)) == "2026年1月5日"
    assert wording.day_written("2026-01-05") == "2026年1月5日"
    assert wording.moment_written("2026-01-05T16:05:00+00:00") == "2026年1月6日0时5分"
    assert wording.moment_written("没有写明") == "没有写明"
    assert wording.day_of(None) == ""
