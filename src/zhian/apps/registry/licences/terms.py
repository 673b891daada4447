"""When a licence ends, and when its renewal may and must be applied for: the rules of the law,
counted with the office's calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from zhian.directory import office_law
from zhian.law.counting import months_from
from zhian.law.rules import Rule, RuleOutOfForce

MONTHS = {"year": 12, "month": 1}
FAMILIES = {"SC": "food_production", "JY": "food_business"}
PROCEDURES = {
    "SC": "food_production_licence",
    "JY": "food_business_licence",
    "YB": "food_filing",
}


def duty(name: str, kind: str) -> str:
    """A duty of this kind of licence: `renew` of SC is licence.renew.food_production."""
    return f"licence.{name}.{FAMILIES[kind]}"


def last_day(kind: str, issued: date) -> date | None:
    """The last day of a licence issued on a day: that day is the first of its years (SCLIC 25,
    JYLIC 23), so that it ends on the eve of the day that comes round. None: it has no term."""
    if kind not in FAMILIES:
        return None
    rule: Rule = office_law.reckoner().book.duty(duty("term", kind), issued)
    months = (rule.period.amount or 0) * MONTHS[rule.period.unit]
    return date.fromordinal(months_from(issued.toordinal(), months)) - timedelta(days=1)


def renewal(kind: str, expires: date | None) -> tuple[date | None, date | None]:
    """From when and until when the renewal of what ends on a day is applied for; the first is
    None where no article names it."""
    if kind not in FAMILIES or expires is None:
        return None, None
    opens = duty("renew_open", kind)
    known = office_law.reckoner().book.has_duty(opens)
    return (_counted(opens, expires) if known else None), _counted(duty("renew", kind), expires)


def _counted(key: str, expires: date) -> date | None:
    """The day; None where the rule did not hold yet when the licence ended."""
    at = datetime.combine(expires, time(), office_law.SHANGHAI)
    try:
        return office_law.due(key, at).day
    except RuleOutOfForce:
        return None
