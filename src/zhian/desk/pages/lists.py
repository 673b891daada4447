"""Tasks, notices and the calendar of deadlines."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhian.desk import timing
from zhian.desk.engine import begin
from zhian.desk.models import Matter, Notice
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.desk.show import month, queries, taskboard
from zhian.directory.access import access
from zhian.web.lists import chosen, listing, ordering

BOXES = ("me", "office", "given", "all")
NOTICE_BOXES = ("unread", "all", "failed")


@access()
def tasks(request: HttpRequest) -> HttpResponse:
    """What was asked of whom until when, and how far its parts are."""
    mine, now = me(request), timing.now()
    box = request.GET.get("box", "me")
    box = box if box in BOXES else "me"
    found = queries.narrowed(queries.tasks(mine, box), request.GET.dict(), now)
    if request.GET.get("closed") != "1":
        found = found.filter(closed_at__isnull=True)
    found = queries.with_parts(found)
    if file_kind(request):
        return _tasks_as_file(request, found)
    shown = listing(request.GET, found, taskboard.COLUMNS, "due")
    clocks, pending = queries.open_clocks(shown.rows), queries.pending(shown.rows)
    context = {
        "list": shown,
        "rows": taskboard.rows(shown.rows, clocks, pending, mine, now),
        "box": box,
        "may_give": any(kind == "task" for kind, _act in begin.openings(mine)),
    }
    return render(request, "desk/tasks.html", context)


def _tasks_as_file(request: HttpRequest, found: QuerySet[Matter]) -> HttpResponse:
    columns = chosen(taskboard.COLUMNS, request.GET)
    _sort, terms = ordering(taskboard.COLUMNS, request.GET.get("sort", ""), "due")
    matters = list(found.order_by(*terms)[: printed.most(request)])
    now, mine = timing.now(), me(request)
    clocks, pending = queries.open_clocks(matters), queries.pending(matters)
    body = taskboard.rows(matters, clocks, pending, mine, now)
    return printed.as_file(request, _("交办督办"), columns, body)


@access()
def notices(request: HttpRequest) -> HttpResponse:
    """What I was told, and what did not arrive where it was sent."""
    mine = me(request)
    box = request.GET.get("box", "unread")
    box = box if box in NOTICE_BOXES else "unread"
    found = queries.notices(mine, box)
    if file_kind(request):
        columns = chosen(month.NOTICE_COLUMNS, request.GET)
        return printed.as_file(request, _("通知"), columns, found[: printed.most(request)])
    shown = listing(request.GET, found, month.NOTICE_COLUMNS, "-created")
    context = {"list": shown, "box": box}
    return render(request, "desk/notices.html", context)


@access("POST")
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark notices as read: the chosen ones, or all."""
    mine = me(request)
    unread = Notice.objects.filter(user=mine.user_id, read_at__isnull=True)
    if "all" not in request.POST:
        wanted = [int(k) for k in request.POST.getlist("notice") if k.isdigit()]
        unread = unread.filter(pk__in=wanted)
    count = unread.update(read_at=timing.now(), state="reached")
    messages.success(request, _("已读 %(n)d 条。") % {"n": count})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "notices")


@access()
def calendar(request: HttpRequest) -> HttpResponse:
    """The deadlines of a month, day by day."""
    mine, today = me(request), timing.today()
    whose = request.GET.get("whose", "mine")
    whose = whose if whose in queries.WHOSE else "mine"
    first = month.first_day(request.GET.get("month", ""), today)
    after = month.next_month(first)
    clocks = list(queries.deadlines(mine, whose, *month.span(first, after))[: month.MOST_SHOWN])
    entries = [month.entry(c, timing.now()) for c in clocks]
    if file_kind(request):
        return printed.as_file(request, _("期限日历"), month.COLUMNS, entries)
    context = {
        "weeks": month.weeks(first, entries, today),
        "entries": entries,
        "first": first,
        "previous": first - timedelta(days=1),
        "following": after,
        "whose": whose,
        "today": today,
    }
    return render(request, "desk/calendar.html", context)
