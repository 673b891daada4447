"""法律选择 and 节假日: what the office decides about the law, and how its days are counted."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy

from zhian.directory import calendar, choices, forms, queries
from zhian.directory.access import access
from zhian.directory.pages.base import (
    asked,
    attempt,
    bound,
    do_or_say,
    form_page,
    me,
    show,
    show_list,
    today,
)
from zhian.directory.words import CHANGES, change_words, say
from zhian.law import offices
from zhian.law.rules import cited
from zhian.law.words import Words
from zhian.web.lists import Column

CHANGE_COLUMNS = (
    Column("at", gettext_lazy("时间"), lambda r: r.at, ("at",)),
    Column("by", gettext_lazy("经办人"), lambda r: r.by_name, ("by_name",)),
    Column("what", gettext_lazy("变更"), lambda r: say(change_words(r.what)), ("what",)),
    Column("subject", gettext_lazy("对象"), lambda r: r.subject, ("subject",)),
    Column("before", gettext_lazy("变更前"), lambda r: _shown(r.before)),
    Column("after", gettext_lazy("变更后"), lambda r: _shown(r.after)),
    Column("reason", gettext_lazy("理由"), lambda r: r.reason),
)


def _shown(values: dict[str, Any]) -> str:
    return _("；").join(f"{k}={v}" for k, v in values.items() if v not in (None, ""))


@access(admin=("directory", "accounts", "ledger"))
def changes(request: HttpRequest) -> HttpResponse:
    """The directory's log."""
    text = asked(request, "q", _("对象或者经办人"))
    what = asked(request, "what", _("变更"), [(k, say(w)) for k, w in CHANGES.items()])
    return show_list(
        request,
        queries.changes(me(request), text.value, what.value),
        CHANGE_COLUMNS,
        title=_("变更记录"),
        fallback="-at",
        filters=[text, what],
        empty=_("没有这样的记录。"),
    )


@access(admin="settings")
def settings(request: HttpRequest) -> HttpResponse:
    """Every question that only a lawyer of the agency decides, with the answer in force."""
    rows = [
        (c, _answer(c.question, c.value), _articles(c.question.articles))
        for c in choices.all_choices()
    ]
    return show(request, "directory/settings.html", {"title": _("法律选择"), "rows": rows})


def _answer(question: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, tuple) and not question.of_days:
        return format_html('<span lang="zh-Hans">{}</span>', "、".join(value))
    if isinstance(value, tuple):
        return _("、").join(value)
    return say(question.choices[value])


def _articles(named: tuple[str, ...]) -> list[Words]:
    """Sources and articles as people cite them, from a key and a number."""
    found = []
    for row in named:
        key, _blank, number = row.partition(" ")
        title, article = offices.sources()[key].title, cited(number)
        found.append(Words(f"{title.zh}{article.zh}", f"{title.en}, {article.en}"))
    return found


class ChoiceForm(forms.Form):
    """The answer to one question, and the lawyer's reason."""

    value = django_forms.CharField(label=gettext_lazy("选择"))
    reason = forms.ReasonForm.base_fields["reason"]

    def __init__(self, *args: Any, question: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.question = question
        options = _options(question)
        if options:
            self.fields["value"] = django_forms.ChoiceField(
                label=_("选择"),
                choices=options,
                widget=django_forms.Select(attrs={"class": "form-select"}),
            )
        else:
            self.fields["value"].widget = django_forms.Textarea(
                attrs={"class": "form-control", "rows": 3}
            )
            self.fields["value"].help_text = _hint(question)
        self.order_fields(["value", "reason"])

    def clean_value(self) -> Any:
        """The answer as the law keeps it."""
        text = self.cleaned_data["value"]
        if isinstance(self.question.default, bool):
            return text == "yes"
        if isinstance(self.question.default, tuple):
            parts = text.replace("，", ",").replace("、", ",").split(",")
            return tuple(part.strip() for part in parts if part.strip())
        return text


def _hint(question: Any) -> str:
    if question.accepts(("…",)):
        return _("词语，用逗号隔开")
    return _("月-日，用逗号隔开，如 01-31, 07-31")


def _options(question: Any) -> list[tuple[str, str]]:
    if isinstance(question.default, bool):
        return [("yes", _("是")), ("no", _("否"))]
    return [(key, say(words)) for key, words in question.choices.items()]


@access("GET", "POST", admin="settings", about="setting")
def setting(request: HttpRequest, key: str) -> HttpResponse:
    """One question: default, why, articles; the answer is kept with its reason."""
    chosen = next((c for c in choices.all_choices() if c.question.key == key), None)
    if chosen is None:
        raise Http404
    shown = chosen.value
    if isinstance(shown, bool):
        shown = "yes" if shown else "no"
    elif isinstance(shown, tuple):
        shown = ", ".join(shown)
    return form_page(
        request,
        ChoiceForm,
        choices.choose,
        about={"key": key},
        given={"question": chosen.question, "initial": {"value": shown}},
        title=say(chosen.question.title),
        button=_("采用"),
        back=reverse("directory:settings"),
        done=_("已采用，计时中的期限已重新计算并记录在案。")
        if chosen.question.used
        else _("已记录；现在没有程序读取此项。"),
        template="directory/setting.html",
        chosen=chosen,
        articles=_articles(chosen.question.articles),
        default=_answer(chosen.question, chosen.question.default),
    )


@access("GET", "POST", admin="calendar")
def calendar_page(request: HttpRequest) -> HttpResponse:
    """A year's holidays and make-up days; a line of the notice is entered here."""
    mine, year = me(request), _year(request)
    form = bound(forms.DaysForm, request)
    if request.method == "POST":
        attempt(form, lambda given: _enter(given, mine))
        if not form.errors:
            messages.success(request, _("已录入，公布后生效。"))
            return redirect(_calendar_url(form.cleaned_data["first"].year))
    context = {
        "title": _("节假日"),
        "year": year,
        "years": calendar.years(),
        "days": calendar.days_of(year),
        "published": calendar.published(year),
        "pending": calendar.pending(),
        "form": form,
        "publish": forms.PublishForm(by=mine, auto_id="publish-%s"),
    }
    return show(request, "directory/calendar.html", context, 422 if form.errors else 200)


def _enter(given: dict[str, Any], mine: Any) -> int:
    last = given.pop("last") or given["first"]
    return calendar.set_days(last=last, by=mine, **given)


def _calendar_url(year: int) -> str:
    return f"{reverse('directory:holidays')}?year={year}"


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isdigit() and 1990 <= int(text) <= 2100 else today().year


@access("POST", admin="calendar")
def calendar_clear(request: HttpRequest) -> HttpResponse:
    """A day is taken out of the table again."""
    mine = me(request)
    day = parse_date(request.POST.get("day", ""))
    if day is None:
        raise Http404
    do_or_say(
        request,
        lambda: calendar.clear_day(day=day, by=mine, reason=_("更正")),
        _("已删除该日的录入，公布后生效。"),
    )
    return redirect(_calendar_url(day.year))


@access("POST", admin="calendar", about="year")
def calendar_publish(request: HttpRequest, year: int) -> HttpResponse:
    """The year goes into force; open clocks are counted again, on record."""
    mine = me(request)
    form = bound(forms.PublishForm, request)
    moved = attempt(form, lambda given: calendar.publish(year=year, by=mine, **given))
    for error in [str(e) for errors in form.errors.values() for e in errors]:
        messages.error(request, error)
    if not form.errors:
        messages.success(
            request, _("%(year)s 年已公布，%(n)s 个期限有变动。") % {"year": year, "n": moved}
        )
    return redirect(_calendar_url(year))
