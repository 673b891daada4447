"""How rules and periods are said in words."""

from __future__ import annotations

from zhian.law.counting import Period
from zhian.law.words import Words

_UNITS = {
    "hour": ("小时", "hours"),
    "working_day": ("个工作日", "working days"),
    "calendar_day": ("日", "calendar days"),
    "month": ("个月", "months"),
    "year": ("年", "years"),
    "immediate": ("立即", "at once"),
    "prompt": ("及时", "promptly"),
    "before_event": ("事前", "before the event"),
    "before_working_day": ("个工作日前", "working days before, at the latest"),
    "before_calendar_day": ("日前", "calendar days before, at the latest"),
    "before_month": ("个月前", "months before, at the latest"),
    "within_before_working_day": ("个工作日内（事前）", "last working days before"),
    "within_before_calendar_day": ("日内（事前）", "last calendar days before"),
    "day_periodic": ("日一次", "every day|every {n} days"),
    "week_periodic": ("周一次", "every week|every {n} weeks"),
    "month_periodic": ("个月一次", "every month|every {n} months"),
    "quarter_periodic": ("个季度一次", "every quarter|every {n} quarters"),
    "semester_periodic": ("个学期一次", "every semester|every {n} semesters"),
    "year_periodic": ("年一次", "every year|every {n} years"),
    "meal_periodic": ("每餐次", "every meal"),
    "hours_per_year": ("小时（每年）", "hours a year"),
    "per_year": ("次（每年）", "times a year"),
    "not_stated": ("未规定期限", "no time stated"),
    "none": ("非期限", "not a time limit"),
    "by_reference": ("依其他规定", "by another provision"),
    "set_by_inspector": ("由执法人员确定", "set by the officer"),
    "until_event": ("至所述事件", "until the event"),
    "by_act": ("由文书确定", "set in the act"),
}


def period_words(period: Period) -> Words:
    """A period as people say it: 7个工作日 / 7 working days, 每5日一次 / every 5 days."""
    zh, en = _UNITS[period.unit]
    n = period.amount
    if period.unit == "meal_periodic" or n is None:
        return Words(zh, en)
    if "|" in en:
        one, many = en.split("|")
        return Words(f"每{n}{zh}", one if n == 1 else many.format(n=n))
    if period.unit.startswith("within"):
        return Words(f"前{n}{zh}", f"the {n} {en}")
    return Words(f"{n}{zh}", f"{n} {en.replace('s', '', 1) if n == 1 else en}")
