"""What can be done to every matter: note, share, hand over, undo, late acts, telephone calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.desk import labels, timing, uploads, visibility
from zhian.desk.actors import Actor
from zhian.desk.engine import annul, common
from zhian.desk.errors import DeskError, Reason, Refused
from zhian.desk.fields import NOT_A_DATE
from zhian.desk.models import Act, Matter, Notice, WaitingAct
from zhian.desk.pages.base import me, refused, the_matter
from zhian.desk.show import bulk, choosing
from zhian.directory.access import access
from zhian.directory.models import Agency
from zhian.law.words import Words

NOBODY = Words("请选择移交给谁。", "Choose to whom it goes.")


def _done(
    request: HttpRequest, matter: Matter, do: Callable[[], object], text: str
) -> HttpResponse:
    back = reverse("matter", args=[matter.pk])
    try:
        do()
    except DeskError as why:
        return refused(request, why, back)
    messages.success(request, text, extra_tags=f"done {request.path}")
    return redirect(back if visibility.may_see(me(request), matter) else "desk")


@access("POST", about="matter")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write something down, with files."""
    matter, mine = the_matter(request, pk), me(request)

    def do() -> None:
        try:
            files = uploads.keep(request.FILES.getlist("files"), matter, "note")
        except uploads.BadFile as bad:
            raise Refused(Reason(bad.words)) from bad
        common.note(
            matter,
            text=request.POST.get("text", ""),
            by=Actor.official(mine),
            files=files,
            key=request.POST.get("key") or None,
        )

    return _done(request, matter, do, _("情况已记录。"))


@access("GET", "POST", about="matter", acts=True)
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Let another agency read this matter or act on it, until a day, for a reason."""
    matter, mine = the_matter(request, pk), me(request)
    if request.method == "GET":
        options = [o for o in choosing.agencies(mine) if o.value != str(matter.agency_id)]
        return render(request, "desk/share.html", {"m": matter, "agencies": options})
    key, until = request.POST.get("agency", ""), request.POST.get("until", "")
    agency = Agency.objects.filter(pk=int(key)).first() if key.isdigit() else None

    def do() -> None:
        what = "act" if request.POST.get("what") == "act" else "read"
        common.share(
            matter,
            by=Actor.official(mine),
            reason=request.POST.get("reason", ""),
            agency=agency,
            what=what,
            until=_day(until),
        )

    return _done(request, matter, do, _("已共享给%(who)s。") % {"who": agency or ""})


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as bad:
        raise Refused(Reason(NOT_A_DATE)) from bad


@access("POST", about="matter", acts=True)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the matter to a colleague."""
    matter, mine = the_matter(request, pk), me(request)
    to = bulk.colleague(mine, request.POST.get("to", ""))

    def do() -> None:
        if to is None:
            raise Refused(Reason(NOBODY))
        common.hand_over(
            matter, to=to, by=Actor.official(mine), reason=request.POST.get("reason", "")
        )

    return _done(request, matter, do, _("已移交给%(who)s。") % {"who": to.user if to else ""})


@access("GET", "POST", about="act")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a wrong click: what will be restored is said first."""
    act = get_object_or_404(Act.objects.select_related("matter"), pk=pk)
    matter, mine = the_matter(request, act.matter_id), me(request)
    act.matter = matter
    by = Actor.official(mine)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        text = _("已撤销，阶段、期限和文书已恢复。")
        return _done(request, matter, lambda: annul.annul(act, by=by, reason=reason), text)
    against = [*annul.obstacles(act)]
    not_mine = annul.may(act, by, timing.now())
    against += [not_mine] if not_mine else []
    context = {
        "m": matter,
        "act": act,
        "title": labels.act_title(act, matter),
        "before": labels.phase_named(matter, act.before.get("phase", "")),
        "papers": act.issued_documents.all(),
        "against": [str(r) for r in against],
    }
    return render(request, "desk/undo.html", context)


def _late(request: HttpRequest, pk: int) -> WaitingAct:
    found = get_object_or_404(WaitingAct.objects.select_related("matter"), pk=pk)
    found.matter = the_matter(request, found.matter_id)
    return found


@access("POST", about="waiting_act", acts=True)
def take_late(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what came late after all."""
    late, mine = _late(request, pk), me(request)
    reason = request.POST.get("reason", "")
    return _done(
        request,
        late.matter,
        lambda: common.take_waiting(late, by=Actor.official(mine), reason=reason),
        _("迟到的行为已采纳。"),
    )


@access("POST", about="waiting_act", acts=True)
def set_late_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Set what came late aside, with the reason."""
    late, mine = _late(request, pk), me(request)
    reason = request.POST.get("reason", "")
    return _done(
        request,
        late.matter,
        lambda: common.set_aside(late, by=Actor.official(mine), reason=reason),
        _("迟到的行为已搁置。"),
    )


@access("POST", about="notice")
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a telephone call in place of a message that did not arrive."""
    notice = get_object_or_404(Notice.objects.select_related("matter"), pk=pk)
    if notice.matter is None:
        raise Http404
    matter, mine = the_matter(request, notice.matter_id or 0), me(request)
    reached = request.POST.get("reached") == "yes"
    text = request.POST.get("text", "").strip()
    return _done(
        request,
        matter,
        lambda: common.log_call(notice, by=Actor.official(mine), reached=reached, text=text),
        _("电话通知已登记。"),
    )
