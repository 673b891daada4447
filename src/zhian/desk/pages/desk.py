"""My desk: what waits for my signature, and what I must do, by deadline."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhian.desk import labels, timing
from zhian.desk.engine import begin
from zhian.desk.models import Matter
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.desk.show import bulk, choosing, doing, queries, rows
from zhian.directory.access import access
from zhian.web.lists import chosen, listing, ordering
from zhian.web.parts import render_part


@access()
def my_desk(request: HttpRequest) -> HttpResponse:
    """First my signatures, then everything I must do, overdue first."""
    mine, now = me(request), timing.now()
    whose = request.GET.get("whose", "mine")
    whose = whose if whose in queries.WHOSE else "mine"
    found = queries.narrowed(queries.desk(mine, whose), request.GET.dict(), now)
    found = queries.as_rows(found)
    if file_kind(request):
        return _as_file(request, found)
    shown = listing(request.GET, found, rows.DESK_COLUMNS, "due", narrow=True)
    clocks, pending = queries.open_clocks(shown.rows), queries.pending(shown.rows)
    signatures = list(queries.to_sign(mine)[: queries.MOST_COUNTED])
    context = {
        "list": shown,
        "rows": rows.rows(shown.rows, clocks, pending, mine, now),
        "whose": whose,
        "filtered": any(request.GET.get(name) for name in ("q", "kind", "due")),
        "kinds": labels.kind_choices(),
        "signatures": bulk.signature_rows(signatures),
        "waiting": {"signatures": len(signatures), "notices": queries.unread(mine)},
        "openings": begin.openings(mine),
    }
    return render_part(request, "desk/desk.html", "desk/_desk_list.html", context)


def _as_file(request: HttpRequest, found: QuerySet[Matter]) -> HttpResponse:
    columns = chosen(rows.DESK_COLUMNS, request.GET)
    _sort, terms = ordering(rows.DESK_COLUMNS, request.GET.get("sort", ""), "due")
    matters = list(found.order_by(*terms)[: printed.most(request)])
    body = bulk.in_rows(matters, me(request), timing.now())
    return printed.as_file(request, _("我的办公桌"), columns, body)


@access("GET", "POST")
def sign_many(request: HttpRequest) -> HttpResponse:
    """Bulk signing: what each will do is shown first, then signed one by one."""
    mine = me(request)
    asked = request.POST if request.method == "POST" else request.GET
    wanted = bulk.signatures(mine, asked.getlist("signature"))
    if request.method == "POST":
        done, refused = bulk.sign(wanted, mine, request.POST.get("opinion", ""))
        return _ended(request, _("已签批 %(n)d 件。") % {"n": len(done)}, refused)
    context = {"items": bulk.previews(wanted, timing.now())}
    return render(request, "desk/sign_many.html", context)


@access("GET", "POST")
def hand_over_many(request: HttpRequest) -> HttpResponse:
    """Bulk hand-over: choose to whom, see what will be handed over, then do it."""
    mine = me(request)
    asked = request.POST if request.method == "POST" else request.GET
    matters = bulk.matters(mine, asked.getlist("matter"))
    to = bulk.colleague(mine, asked.get("to", ""))
    reason = asked.get("reason", "").strip()
    if request.method == "POST" and to is not None and reason:
        done, refused = doing.hand_over(matters, to, mine, reason)
        text = _("已将 %(n)d 件移交给 %(who)s。") % {"n": len(done), "who": to.user}
        return _ended(request, text, refused)
    context = {
        "matters": matters,
        "people": choosing.people(mine, [asked.get("to", "")]),
        "to": to,
        "reason": reason,
        "preview": bulk.hand_over_preview(matters, to, mine) if to else [],
        "missing": request.method == "POST" or bool(asked.get("next")),
    }
    return render(request, "desk/hand_over_many.html", context)


def _ended(request: HttpRequest, text: str, refused: list[tuple[object, str]]) -> HttpResponse:
    """Say what was done, and what was refused and why."""
    messages.success(request, text)
    for what, why in refused:
        messages.warning(request, _("%(what)s：%(why)s") % {"what": what, "why": why})
    return redirect("desk")
