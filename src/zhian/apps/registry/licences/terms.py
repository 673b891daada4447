"""When a licence ends, and when its renewal may and must be applied for: the rules of the law,
counted with the office's calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from zhian.apps.registry.licences.sorts import SORTS
from zhian.directory import office_law
from zhian.law.counting import Period, months_from
from zhian.law.rules import Rule, RuleOutOfForce

MONTHS = {"year": 12, "month": 1}
FIRST_KNOWN = date(2024, 1, 1)  # since then every rule on terms that is kept here holds
FAMILIES = {sort.key: sort.family for sort in SORTS if sort.family}
PROCEDURES = {sort.key: sort.procedure for sort in SORTS}


def duty(name: str, kind: str) -> str:
    """A duty of this kind of licence: `renew` of SC is licence.renew.food_production."""
    return f"licence.{name}.{FAMILIES[kind]}"


def hearing_request(kind: str) -> str:
    """The duty of whoever may ask for a hearing; empty where this kind knows none."""
    key = duty("hearing_request", kind) if kind in FAMILIES else ""
    return key if key and office_law.reckoner().book.has_duty(key) else ""


def last_day(kind: str, issued: date) -> date | None:
    """The last day of a licence issued on a day: that day is the first of its years (SCLIC 25,
    JYLIC 23), so that it ends on the eve of the day that comes round. None: it has no term."""
    if kind not in FAMILIES:
        return None
    key = duty("term", kind)
    if not office_law.reckoner().book.has_duty(key):
        return None
    period = _period(office_law.reckoner().book.duty(key, issued))
    if period.unit not in MONTHS:
        return None
    months = (period.amount or 0) * MONTHS[period.unit]
    return date.fromordinal(months_from(issued.toordinal(), months)) - timedelta(days=1)


def _period(rule: Rule) -> Period:
    """How long a term is: by the article, or the agency's own where the article leaves it open."""
    target = office_law.reckoner().settings.target(rule)
    return target.period if target else rule.period


def renewed_last_day(kind: str, expires: date) -> date | None:
    """The last day of a term that follows the one that ends on a day (LICPROC 27)."""
    return last_day(kind, expires + timedelta(days=1))


def renewal(kind: str, expires: date | None) -> tuple[date | None, date | None]:
    """From when and until when the renewal of what ends on a day is applied for; the first is
    None where no article names it."""
    if kind not in FAMILIES or expires is None:
        return None, None
    opens, last = (_counted(duty(name, kind), expires) for name in ("renew_open", "renew"))
    return opens, last


def _counted(key: str, expires: date) -> date | None:
    """The day; None where no rule says it, or none did yet when the licence ended."""
    if not office_law.reckoner().book.has_duty(key):
        return None
    at = datetime.combine(expires, time(), office_law.SHANGHAI)
    try:
        return office_law.due(key, at).day
    except RuleOutOfForce:
        return None
