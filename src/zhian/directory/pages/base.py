"""What the administration pages share: who asks, lists, forms, refusals, and the side list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from zhian.directory import rights
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment
from zhian.web import exports
from zhian.web.lists import Column, Listing, chosen, listing, ordering, paged

T = TypeVar("T")
M = TypeVar("M", bound=Model)

EVERY_PART = (
    "directory",
    "accounts",
    "settings",
    "calendar",
    "import",
    "responsibility",
    "reports",
    "ledger",
)
# The side list: address, words, the parts of the administration that open it.
NAV: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("directory:gaps", _("空白与重叠"), ("responsibility", "reports", "directory")),
    ("directory:places", pgettext_lazy("list", "区划"), ("directory",)),
    ("directory:agencies", _("部门、科室和岗位"), ("directory",)),
    ("directory:people", _("人员"), ("directory", "accounts")),
    ("directory:appointments", _("任职"), ("directory",)),
    ("directory:responsibilities", _("职责分工"), ("responsibility", "directory")),
    ("directory:sponsorships", _("包保"), ("responsibility", "directory")),
    ("directory:imports", _("导入"), ("import",)),
    ("directory:settings", _("法律选择"), ("settings",)),
    ("directory:holidays", _("节假日"), ("calendar",)),
    ("directory:changes", _("变更记录"), ("directory", "accounts", "ledger")),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter above a list: a search box, or a choice where there are options."""

    name: str
    label: Any
    value: str
    options: Sequence[tuple[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list as it is drawn: its cells, and where it opens."""

    row: Any
    cells: list[tuple[Column, Any]]
    url: str


def me(request: HttpRequest) -> Appointment:
    """The post in use; the door has made sure that there is one."""
    appointment: Appointment = request.appointment  # type: ignore[attr-defined]
    return appointment


def today() -> date:
    """The day in the office's time zone."""
    return localdate()


def found(rows: QuerySet[M], pk: int) -> M:
    """The thing of the address, if it is within reach; else it does not exist."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def show(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page with the side list of what this post administers."""
    mine = me(request)
    nav = [
        (reverse(name), words)
        for name, words, parts in NAV
        if any(rights.may_administer(mine, part) for part in parts)
    ]
    return render(request, template, {"nav": nav, **context}, status=status)


def show_list(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    columns: Sequence[Column],
    *,
    title: Any,
    fallback: str,
    link: Callable[[Any], str] | None = None,
    prepare: Callable[[list[Any]], None] | None = None,
    template: str = "directory/list.html",
    **more: Any,
) -> HttpResponse:
    """A list: one page of it, or all of it as a file; `prepare` reads what the rows shown need."""
    kind = request.GET.get("format", "")
    if kind in exports.FORMATS:
        found = _all(request, rows, columns, fallback)
        if prepare is not None:
            prepare(found)
        return exports.as_file(kind, str(title), chosen(columns, request.GET), found)
    shown = page_of(request, rows, columns, fallback)
    if prepare is not None:
        prepare(shown.rows)
    context = {"title": title, "list": shown, "lines": lines(shown, link), **more}
    return show(request, template, context)


def page_of(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    columns: Sequence[Column],
    fallback: str,
) -> Listing:
    """One page of a query or of rows in memory."""
    if isinstance(rows, QuerySet):
        return listing(request.GET, rows, columns, fallback)
    return paged(request.GET, rows, columns, fallback)


def lines(shown: Listing, link: Callable[[Any], str] | None) -> list[Line]:
    """The rows of a page with the cells of the chosen columns."""
    return [
        Line(row, [(c, c.value(row)) for c in shown.shown], link(row) if link else "")
        for row in shown.rows
    ]


def _all(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    columns: Sequence[Column],
    fallback: str,
) -> list[Any]:
    if isinstance(rows, QuerySet):
        _sort, terms = ordering(columns, request.GET.get("sort", ""), fallback)
        rows = rows.order_by(*terms)
    return list(rows[: exports.MOST_ROWS])


def attempt(form: forms.Form, do: Callable[[dict[str, Any]], T]) -> T | None:
    """Do what a form asks for; a refusal stands beside its field and nothing was changed."""
    if not form.is_valid():
        return None
    try:
        return do(form.cleaned_data)
    except NotPossible as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None


def form_page(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    button: Any,
    back: str,
    done: Any,
    template: str = "directory/form.html",
    onward: Callable[[Any], str] | None = None,
    **more: Any,
) -> HttpResponse:
    """A page with one form: shown, refused beside the field, or done and led on."""
    status = 200
    if request.method == "POST":
        result = attempt(form, do)
        if not form.errors:
            messages.success(request, str(done))
            return redirect(onward(result) if onward else back)
        status = 422
    context = {"title": title, "form": form, "button": button, "back": back, **more}
    return show(request, template, context, status)


def bound(form: Callable[..., forms.Form], request: HttpRequest, **more: Any) -> forms.Form:
    """A form filled from the request, or empty with its initial values."""
    data = request.POST if request.method == "POST" else None
    return form(data, request.FILES or None, by=me(request), **more)


def do_or_say(request: HttpRequest, do: Callable[[], Any], done: Any) -> bool:
    """One button without fields: done, or the reason why not as a message."""
    try:
        do()
    except NotPossible as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, str(done))
    return True
