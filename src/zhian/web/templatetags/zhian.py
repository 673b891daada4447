"""What templates say: words of the law in the reader's language, days, moments, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from zhian.law.words import Words
from zhian.web import words as spoken
from zhian.web.lists import Column, query_with

register = template.Library()

WEEKDAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)


@register.filter
def say(words: Any) -> str:
    """A text of the law's data in the reader's language."""
    return spoken.say(words) if isinstance(words, Words) else str(words or "")


@register.filter
def day(value: date | datetime | None) -> str:
    """A day such as 2026-11-24, in the office's time zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat() if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """A moment such as 2026-11-24 09:30, in the office's time zone."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


@register.filter
def weekday(value: date | datetime | None) -> str:
    """The day of the week."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return _(WEEKDAYS[value.weekday()]) if value else ""


@register.filter
def post_title(post: Any) -> str:
    """What a post is called: its own title, else the word of the closed list."""
    return str(post.called)


register.filter("named", spoken.named)


@register.filter
def get(table: Mapping[Any, Any] | None, key: Any) -> Any:
    """An entry of a table, empty where there is none."""
    return (table or {}).get(key, "")


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], **changes: object) -> str:
    """This page's address with some parts changed; None leaves a part out."""
    return query_with(context["request"].GET, changes)


@register.simple_tag
def weekday_names() -> list[str]:
    """Monday to Sunday."""
    return [_(name) for name in WEEKDAYS]


@register.filter
def cell(row: Any, column: Column) -> str:
    """A row's value in one column, as a page shows it."""
    value = column.value(row)
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else "" if value is None else str(value)
