"""`zhian law due` against counts by hand, and against a count that knows nothing of ours."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache

import chinese_calendar
import pytest

from tests.spec.due_date_cases import AT_ONCE, CHAPTERS, OUT_OF_FORCE, UNCOUNTED, Case
from zhian.law.calendar import Calendar
from zhian.law.commands import main
from zhian.law.counting import CannotCount, Pause
from zhian.law.periodic import PERIODIC
from zhian.law.reckoning import Reckoner
from zhian.law.rules import Rule, book
from zhian.law.settings import Settings

CASES = [(chapter, case) for chapter, cases in CHAPTERS.items() for case in cases]
PUBLISHED = range(2004, 2027)
ONE = timedelta(days=1)


@pytest.fixture(scope="module")
def reckoner() -> Reckoner:
    return Reckoner(book(), Calendar.load(), Settings.load())


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch, reckoner: Reckoner) -> None:
    """A Chinese terminal; the shipped law is read once and not with every question."""
    monkeypatch.setattr(Reckoner, "load", lambda folder=None: reckoner)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")


def answered(capsys: pytest.CaptureFixture[str], argv: list[str]) -> dict[str, object]:
    assert main([*argv, "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


# --- by hand --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", [case for _, case in CASES], ids=[f"{chapter}: {c.words}" for chapter, c in CASES]
)
def test_the_office_counts(capsys: pytest.CaptureFixture[str], case: Case) -> None:
    answer = answered(capsys, case.argv)
    assert answer["due"] == case.due, case.counted
    assert answer["provisional"] is not case.sure
    assert answer["window"] == (list(case.window) if case.window else None)


def test_every_unit_of_the_law_has_a_case() -> None:
    asked = {case.asked.split()[0] for _, case in CASES}
    asked |= {name for _, name, _ in UNCOUNTED} | {name for name, _ in AT_ONCE}
    covered = {r.period.unit for r in book().rules() if asked & {r.id, *r.duties}}
    assert covered == {rule.period.unit for rule in book().rules()}
    assert len(CASES) >= 60


@pytest.mark.parametrize(("words", "name", "said"), UNCOUNTED, ids=[row[0] for row in UNCOUNTED])
def test_no_date_follows(
    capsys: pytest.CaptureFixture[str], words: str, name: str, said: str
) -> None:
    answer = answered(capsys, ["due", name, "--at", "2026-12-01"])
    assert answer["due"] is None
    assert said in str(answer["reason"])


@pytest.mark.parametrize(("name", "at"), AT_ONCE)
def test_what_is_due_at_once_is_due_when_it_happens(
    capsys: pytest.CaptureFixture[str], name: str, at: str
) -> None:
    answer = answered(capsys, ["due", name, "--at", at])
    assert (answer["due"], answer["immediate"]) == (at, True)


@pytest.mark.parametrize(
    ("words", "rule", "at", "instead"), OUT_OF_FORCE, ids=[row[0] for row in OUT_OF_FORCE]
)
def test_a_rule_is_not_applied_outside_its_time(
    capsys: pytest.CaptureFixture[str], words: str, rule: str, at: str, instead: str
) -> None:
    assert main(["due", rule, "--at", at]) == 2
    assert instead in capsys.readouterr().err


# --- by a count of its own ------------------------------------------------------------------------
# Written from the articles (民法典201—204; the notices as chinesecalendar has them), day by day,
# with nothing of zhian.law.counting in it.


@cache
def worked(day: date) -> bool:
    if day.year in PUBLISHED:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def walk(day: date, amount: int, counts: Callable[[date], bool], step: timedelta = ONE) -> date:
    while amount:
        day += step
        amount -= counts(day)
    return day


def valid(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def same_day(day: date, months: int) -> date:
    """The corresponding day so many months on, or the month's last."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        year, month = (
            (year + 1, 1) if month > 12 else (year - 1, 12) if month < 1 else (year, month)
        )
    last = next(d for d in (31, 30, 29, 28) if valid(year, month, d))
    return date(year, month, min(day.day, last))


def forward(unit: str, day: date, amount: int, paused: Callable[[date], bool]) -> date:
    """The raw end of a period in days, months or years that leaves paused days out."""
    if unit == "working_day":
        return walk(day, amount, lambda d: worked(d) and not paused(d))
    if unit == "calendar_day":
        return walk(day, amount, lambda d: not paused(d))
    plain = same_day(day, amount * (12 if unit == "year" else 1))
    return walk(day, (plain - day).days, lambda d: not paused(d))


def naive(
    rule: Rule, at: date, spans: Iterable[tuple[date, date]] = (), more: tuple[int, ...] = ()
) -> str:
    """The due date of a rule that counts forward or back in days, months, years or hours."""
    unit, amount = rule.period.unit, rule.period.amount or 0
    if unit == "hour":
        assert isinstance(at, datetime)
        return (at + timedelta(hours=amount)).isoformat()
    day = at.date() if isinstance(at, datetime) else at
    if "before" in unit:
        return backward(unit.removeprefix("within_"), day, amount).isoformat()
    days = {
        first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)
    }
    rolls = unit != "working_day"
    end = forward(unit, day, amount, days.__contains__)
    for length in more:
        end = forward(unit, end, length, days.__contains__)
    while rolls and (not worked(end) or end in days):
        end += ONE
    return end.isoformat()


def backward(unit: str, day: date, amount: int) -> date:
    if unit == "before_working_day":
        return walk(day, amount, worked, -ONE)
    if unit == "before_calendar_day":
        return walk(day, amount, lambda d: True, -ONE)
    return same_day(day, -amount)


def counted_rules() -> list[Rule]:
    known = {"hour", "working_day", "calendar_day", "month", "year", "before_working_day",
             "before_calendar_day", "before_month", "within_before_working_day",
             "within_before_calendar_day"}  # fmt: skip
    return [rule for rule in book().statutes() if rule.period.unit in known]


def a_day(draw: random.Random, rule: Rule) -> datetime:
    first = max(rule.valid_from or date(2004, 1, 1), date(2004, 1, 1))
    last = min(rule.valid_to or date(2027, 12, 31), date(2027, 12, 31))
    day = first + timedelta(days=draw.randint(0, (last - first).days))
    return datetime(day.year, day.month, day.day, draw.randint(0, 23), draw.randint(0, 59))


def first_day(rule: Rule, text: str, window: tuple[date, date] | None) -> str:
    """A window is compared by its first day."""
    return window[0].isoformat() if window else text


def test_two_thousand_days_of_all_rules_agree_with_a_count_of_its_own(reckoner: Reckoner) -> None:
    draw, rules = random.Random("期限"), counted_rules()
    wrong, units = [], set()
    for number in range(2000):
        rule = rules[number % len(rules)]
        at = a_day(draw, rule)
        due = reckoner.count(rule, at)
        ours = first_day(rule, due.text, due.window)
        if ours != naive(rule, at):
            wrong.append((rule.id, at.isoformat(), ours, naive(rule, at)))
        units.add(rule.period.unit)
    assert wrong == []
    assert units == {rule.period.unit for rule in rules}


def test_pauses_and_extensions_agree_with_a_count_of_its_own(reckoner: Reckoner) -> None:
    draw = random.Random("中止与延长")
    rules = [r for r in counted_rules() if "before" not in r.period.unit and r.excluded]
    wrong = []
    for number in range(600):
        rule = rules[number % len(rules)]
        at = a_day(draw, rule).date()
        spans = []
        for _ in range(draw.randint(1, 3)):
            first = at + timedelta(days=draw.randint(-10, 120))
            spans.append((first, first + timedelta(days=draw.randint(0, 40))))
        more = (draw.randint(1, 45),) if rule.extension and draw.random() < 0.5 else ()
        pauses = [Pause(first, last) for first, last in spans]
        due = reckoner.count(rule, at, pauses=pauses, extend=more)
        if due.text != naive(rule, at, spans, more):
            wrong.append((rule.id, at, spans, more, due.text, naive(rule, at, spans, more)))
    assert wrong == []


def test_a_count_of_its_own_finds_the_same_years_provisional(reckoner: Reckoner) -> None:
    """Only what rests on a day of an unpublished year is provisional."""
    rule = book().rule("CMP-15")
    for day in (date(2026, 12, 1) + timedelta(days=n) for n in range(60)):
        due = reckoner.count(rule, day)
        assert due.provisional is (due.day.year > 2026)


def test_the_rest_of_the_rules_recur_are_due_at_once_or_say_why_not(reckoner: Reckoner) -> None:
    counted = {rule.id for rule in counted_rules()}
    for rule in book().statutes():
        if rule.id in counted or rule.period.unit in PERIODIC or rule.at_once:
            continue
        with pytest.raises(CannotCount):
            reckoner.count(rule, rule.valid_from or date(2026, 12, 1))
