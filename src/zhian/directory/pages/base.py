"""What the administration pages share: who asks, lists, forms, refusals, and the side list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment
from zhian.directory.pages import rooms
from zhian.web import exports
from zhian.web.lists import Column, Listing, chosen, listing, ordering, paged
from zhian.web.templatetags.zhian import cell

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


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter above a list: a search box, or a choice where there are options."""

    name: str
    label: Any
    value: str
    options: Sequence[tuple[str, Any]] = ()
    every: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list as it is drawn: its cells, and where it opens."""

    row: Any
    cells: list[tuple[Column, str]]
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


def asked(
    request: HttpRequest,
    name: str,
    label: Any,
    options: Sequence[tuple[str, Any]] = (),
    default: str = "",
) -> Filter:
    """A filter with what the address asks of it; with a default there is no `every`."""
    value = request.GET.get(name, default).strip()
    return Filter(name, label, value, options, every=not default)


def show(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page with the side list of what this post administers."""
    groups = rooms.doors(me(request), request.path)
    here = next((d.room.words for _words, rows in groups for d in rows if d.here), "")
    return render(request, template, {"groups": groups, "room": here, **context}, status=status)


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
        Line(row, [(c, cell(row, c)) for c in shown.shown], link(row) if link else "")
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
    make: Callable[..., forms.Form],
    do: Callable[..., Any],
    *,
    title: Any,
    button: Any,
    back: str,
    done: Any,
    about: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
    template: str = "directory/form.html",
    onward: Callable[[Any], str] | None = None,
    **more: Any,
) -> HttpResponse:
    """A page with one form: shown, refused beside the field, or done and led on.

    `make` is the form, made with `given`; `do` is the action: it is called with `about`, with the
    administrator as `by`, and with what the form says.
    """
    form, status, mine = bound(make, request, **(given or {})), 200, me(request)
    if request.method == "POST":
        result = attempt(form, lambda said: do(**(about or {}), by=mine, **said))
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
