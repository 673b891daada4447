"""The publication desk: what is to be read by the public, and who lets it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext as _

from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.errors import DeskError, FieldErrors, NotAllowed, Reason, speak
from zhian.desk.models import Publication
from zhian.desk.pages.base import file_kind, me, reasons, refused
from zhian.desk.publishing import board, content, deciding, entering, queries, rules, showing
from zhian.directory.access import access
from zhian.directory.models import Appointment
from zhian.law.publications import publications, redactions
from zhian.law.words import Words
from zhian.web import exports
from zhian.web.lists import chosen, listing

WITH_PAGE = ("matter__place__parent", "matter__agency", "matter__operator", "matter__handler",
             "act", "prepared_by__user", "reviewed_by__user")  # fmt: skip


def _the_entry(request: HttpRequest, pk: int) -> Publication:
    """The entry of the address, if its matter is within reach; else it does not exist."""
    found = queries.reach(me(request)).select_related(*WITH_PAGE).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access()
def publications_list(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is in public, what ends soon, what was taken down."""
    mine, now = me(request), timing.now()
    box = request.GET.get("box", "mine")
    box = box if box in queries.BOXES else "mine"
    found = queries.narrowed(queries.box(mine, box, now), request.GET.dict())
    found = found.select_related(*queries.WITH_ROW)
    if file_kind(request):
        columns = chosen(board.COLUMNS, request.GET)
        rows = found.order_by("-id")[: exports.MOST_ROWS]
        return exports.as_file(file_kind(request), _("信息公布"), columns, rows)
    context = {
        "list": listing(
            request.GET, found, board.COLUMNS, "ends" if box == "ending" else "-prepared_at"
        ),
        "box": box,
        "now": now,
        "kinds": [(k.key, speak(k.words)) for k in publications().values()],
        "states": Publication.STATES,
        "filtered": any(request.GET.get(name) for name in ("q", "what", "state")),
        "waits": queries.waiting(mine),
    }
    return render(request, "desk/publications.html", context)


@access(about="publication")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry exactly as the public will read it, and what can be done with it."""
    entry, mine = _the_entry(request, pk), me(request)
    return render(request, "desk/publication.html", _context(entry, mine))


def _context(entry: Publication, mine: Appointment) -> Mapping[str, Any]:
    described = rules.kind_of(entry) is not None and bool(entry.content)
    against = rules.against_review(entry, mine)
    working = described and entering.may_show_source(entry, mine)
    read = showing.page(entry, get_language() or "zh") if described else None
    return {
        "p": entry,
        "m": entry.matter,
        "kind": rules.kind_of(entry),
        "gaps": read.gaps if read else [],
        "zh": showing.page(entry, "zh") if described else None,
        "en": showing.page(entry, "en") if described else None,
        "seen": content.digest(entry),
        "cut": entering.Draft(entry).cut if working else [],
        "against": against,
        "may_review": not against,
        "may_return": not deciding.against_returning(entry, mine),
        "may_edit": described and not rules.against_editing(entry, mine),
        "may_withdraw": not rules.against_withdrawing(entry, mine),
        "live": board.is_live(entry, timing.now()),
        "over": board.is_over(entry, timing.now()),
        "steps": board.steps(entry),
        "versions": [v for v in queries.versions(entry) if v.pk != entry.pk],
        "reviewers": board.reviewers(entry),
    }


@access("GET", "POST", about="publication", acts=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the texts of a draft; of what is in public, begin a correction."""
    entry, mine = _the_entry(request, pk), me(request)
    against = rules.against_editing(entry, mine)
    if rules.kind_of(entry) is None:
        against = [Reason(rules.EMPTY)]
    if against:
        return refused(request, NotAllowed(*against), reverse("publication", args=[pk]))
    if request.method != "POST":
        return _form(request, entry, entering.Draft(entry))
    values, errors = entering.read(entry, request.POST.dict())
    try:
        until = _until(request, errors)
        if errors:
            raise FieldErrors(errors)
        done = deciding.edit(
            entry,
            values,
            by=Actor.official(mine),
            seen=request.POST.get("seen", ""),
            until=until,
        )
    except DeskError as why:
        return _form(request, entry, entering.Draft(entry, values, errors), why)
    messages.success(request, _("已保存，等待另一人复核。"), extra_tags=f"done {request.path}")
    return redirect("publication", done.pk)


def _until(request: HttpRequest, errors: dict[str, Words]) -> Any:
    try:
        return entering.read_until(request.POST.get("until", ""))
    except FieldErrors as why:
        errors.update(why.errors)
        return None


def _form(
    request: HttpRequest, entry: Publication, draft: entering.Draft, why: DeskError | None = None
) -> HttpResponse:
    errors = dict(why.errors) if isinstance(why, FieldErrors) else {}
    context = {
        "p": entry,
        "m": entry.matter,
        "parts": draft.parts,
        "until": request.POST.get("until", entering.last_day(entry)),
        "until_error": speak(errors["until"]) if "until" in errors else "",
        "reasons": reasons(why) if why else [],
        "errors": [(board.field_label(draft.kind, k), k, speak(v)) for k, v in errors.items()],
        "corrects": entry.state not in ("waiting", "returned"),
        "redactions": redactions().values(),
        "seen": request.POST.get("seen") or content.digest(entry),
    }
    return render(request, "desk/publication_edit.html", context, status=422 if why else 200)


@access("POST", about="publication", acts=True)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it out, exactly as it was read."""
    entry = _the_entry(request, pk)
    try:
        deciding.approve(
            entry,
            by=Actor.official(me(request)),
            seen=request.POST.get("seen", ""),
            opinion=request.POST.get("opinion", "").strip(),
        )
    except DeskError as why:
        return refused(request, why, reverse("publication", args=[pk]))
    messages.success(request, _("已公布，公众现在可以看到。"))
    following = queries.waiting_for(me(request)).order_by("id").first()
    if request.POST.get("then") == "next" and following is not None:
        return redirect("publication", following.pk)
    return redirect("publication", pk)


@access("POST", about="publication", acts=True)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Not so: back to whoever prepared it, with the reason."""
    entry, reason = _the_entry(request, pk), request.POST.get("reason", "")
    try:
        deciding.send_back(entry, by=Actor.official(me(request)), reason=reason)
    except DeskError as why:
        return refused(request, why, reverse("publication", args=[pk]))
    messages.success(request, _("已退回拟稿人，理由已告知。"))
    return redirect("publication", pk)


@access("POST", about="publication", acts=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it down at once, with the reason."""
    entry, reason = _the_entry(request, pk), request.POST.get("reason", "")
    was = board.is_live(entry, timing.now())
    try:
        deciding.withdraw(entry, by=Actor.official(me(request)), reason=reason)
    except DeskError as why:
        return refused(request, why, reverse("publication", args=[pk]))
    text = _("已撤下，公众不再看到。") if was else _("此稿已撤下。")
    messages.success(request, text)
    return redirect("publication", pk)
