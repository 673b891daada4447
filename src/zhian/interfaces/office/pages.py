"""Home, search across everything, and the choice of post."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhian.desk import timing
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.directory import assistant, rights
from zhian.directory.access import access
from zhian.directory.middleware import CHOSEN
from zhian.interfaces.office import search as finding
from zhian.web.templatetags.zhian import post_title


@access(login=True)
def home(request: HttpRequest) -> HttpResponse:
    """Officials come to their desk, who sets up an empty system to its first steps; whoever holds
    no post today is told so; an operator's people come to what they owe."""
    mine = request.appointment  # type: ignore[attr-defined]
    if mine is not None:
        sets_up = rights.may_administer(mine, "directory") and assistant.is_empty()
        return redirect("directory:home" if sets_up else "desk")
    if request.user.operator_id:
        return redirect("enterprise:my")
    return render(request, "office/no_post.html")


@access()
def search(request: HttpRequest) -> HttpResponse:
    """Matters, operators and papers that a text finds, each within reach."""
    text = request.GET.get("q", "").strip()
    what = request.GET.get("what", "matters")
    what = what if what in finding.PARTS else "matters"
    part = finding.PARTS[what]
    if file_kind(request):
        found = part.find(me(request), text)[: printed.most(request)]
        return printed.as_file(request, _("检索结果"), part.columns, found)
    counts = finding.counts(me(request), text)
    context = {
        "text": text,
        "what": what,
        "counts": counts,
        "list": finding.page(me(request), what, text, request.GET),
        "now": timing.now(),
    }
    return render(request, "office/search.html", context)


@access("POST")
def choose_post(request: HttpRequest) -> HttpResponse:
    """Act in another of one's posts from now on."""
    wanted = request.POST.get("appointment", "")
    posts = {str(a.pk): a for a in request.appointments}  # type: ignore[attr-defined]
    if wanted in posts:
        request.session[CHOSEN] = posts[wanted].pk
        post = post_title(posts[wanted].post)
        messages.success(request, _("现以“%(post)s”办理。") % {"post": post})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "desk")
