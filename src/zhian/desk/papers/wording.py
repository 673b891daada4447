"""How days, terms and articles stand in the text of an official paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from zhian.directory import office_law
from zhian.law.offices import sources
from zhian.law.rules import Rule

DIGITS = "零一二三四五六七八九"
COUNTED = {
    "hour": "小时",
    "working_day": "个工作日",
    "calendar_day": "日",
    "month": "个月",
    "year": "年",
}


def chinese_date(day: date) -> str:
    """A day as it stands in a text: 2026年11月24日 (GB/T 15835: figures, no leading zero)."""
    return f"{day.year}年{day.month}月{day.day}日"


def day_of(moment: datetime | None) -> str:
    """The local day of a moment as it stands in a text; empty where there is none."""
    return chinese_date(timezone.localtime(moment).date()) if moment else ""


def day_written(value: Any) -> str:
    """The same, from a day as an act keeps it."""
    return chinese_date(date.fromisoformat(str(value)[:10]))


def moment_written(value: Any) -> str:
    """A moment as an act keeps it, to the minute; what is no moment stays as it is."""
    when = value if isinstance(value, datetime) else parse_datetime(str(value))
    if when is None:
        return str(value)
    local = timezone.localtime(when)
    return f"{chinese_date(local.date())}{local.hour}时{local.minute}分"


def in_words(number: int) -> str:
    """A number below 1000 in Chinese figures, as articles are counted: 12 is 十二, 201 二百零一."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if not hundreds:
        return (DIGITS[tens] if tens > 1 else "") + "十" * bool(tens) + _ones(tens, ones)
    between = DIGITS[tens] + "十" if tens else "零" if ones else ""
    return f"{DIGITS[hundreds]}百{between}{DIGITS[ones] if ones else ''}"


def _ones(tens: int, ones: int) -> str:
    return DIGITS[ones] if ones or not tens else ""


def rule_on(duty: str, day: date) -> Rule:
    """The rule of a duty that an event of this day triggers, with the office's own choices.

    Raises UnknownRule or RuleOutOfForce, as its clock would.
    """
    return office_law.reckoner().book.duty(duty, day)


def titled(source: str) -> str:
    """A text of the law by its key, as an official paper names it."""
    return f"《{sources()[source].title.zh}》"


def cited(rule: Rule) -> str:
    """A rule as an official paper cites it: 《食品安全抽样检验管理办法》第二十九条."""
    title = titled(rule.source.key) if rule.source else ""
    number = rule.article.split(",")[0].split("-")[0]
    return f"{title}第{in_words(int(number))}条" if number.isdigit() else title


def term(rule: Rule) -> str:
    """How long a rule gives, as its text counts: 7个工作日; empty where it names no number."""
    unit = COUNTED.get(rule.period.unit, "")
    return f"{rule.period.amount}{unit}" if rule.period.amount and unit else ""
