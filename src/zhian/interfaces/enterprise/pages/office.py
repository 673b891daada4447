"""For officials: the telephones bound to an operator, slips to join, and the codes on the walls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhian.desk import timing
from zhian.desk.errors import DeskError
from zhian.desk.pages.base import me
from zhian.directory import phones
from zhian.directory.access import access
from zhian.directory.actions import representatives
from zhian.directory.actions.representatives import Doer
from zhian.directory.errors import NotPossible
from zhian.directory.models import Invitation, Operator, Premises, Representative, WallCode
from zhian.directory.models.representatives import ROLES
from zhian.interfaces.enterprise import printing
from zhian.interfaces.enterprise.frame import regulator
from zhian.interfaces.enterprise.pages.people import as_pdf, bound_to, open_slips

# Who meets operators: whoever inspects them, takes in what they hand in, or licenses them.
POSTS = ("inspector", "township_officer", "intake_clerk", "licence_officer", "office_head")


def operator_of(request: HttpRequest, pk: int) -> Operator:
    """An operator in the post's places; any other does not exist."""
    if not representatives.operators_in_reach(me(request), pk):
        raise Http404
    return Operator.objects.select_related("place").get(pk=pk)


def _doer(request: HttpRequest) -> Doer:
    return Doer(by=me(request))


@access(about="operator_phones")
def phones_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Who acts for the operator by telephone; whoever may not change it sees it without forms."""
    return _page(request, operator_of(request, pk))


def _page(
    request: HttpRequest, operator: Operator, error: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    codes = WallCode.objects.filter(premises__operator=operator, withdrawn_at=None)
    hanging = {code.premises_id: code for code in codes}
    places = Premises.objects.filter(operator=operator).select_related("place")
    context = {
        "operator": operator,
        "may": me(request).post.kind in POSTS,
        "people": [(row, phones.masked(row.user.phone)) for row in bound_to(operator)],
        "slips": open_slips(operator),
        "roles": ROLES,
        "places": [(p, hanging.get(p.pk)) for p in places],
        "sizes": printing.SIZES,
        "error": error,
        **more,
    }
    return render(request, "enterprise/office.html", context, status=status)


def _done(
    request: HttpRequest, operator: Operator, do: Callable[[], object], text: str
) -> HttpResponse:
    """Do it and say so, or say on the same page why not, with what was entered."""
    try:
        do()
    except NotPossible as why:
        kept = {"name": request.POST.get("name", ""), "phone": request.POST.get("phone", "")}
        return _page(request, operator, str(why), 422, kept=kept)
    messages.success(request, text)
    return redirect("enterprise:office", operator.pk)


@access("POST", posts=POSTS, about="operator_phones")
def bind(request: HttpRequest, pk: int) -> HttpResponse:
    """Bind a telephone at once, for a person who stands before the official."""
    operator = operator_of(request, pk)

    def do() -> None:
        representatives.bind(
            operator=operator,
            phone=request.POST.get("phone", ""),
            name=request.POST.get("name", ""),
            role=request.POST.get("role", ""),
            doer=_doer(request),
        )

    return _done(request, operator, do, _("手机号已绑定，本人可以用短信验证码登录。"))


@access("POST", posts=POSTS, about="operator_phones")
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A slip to hand over, as a PDF."""
    operator = operator_of(request, pk)
    try:
        slip, token = representatives.invite(
            operator=operator,
            role=request.POST.get("role", ""),
            doer=_doer(request),
            now=timing.now(),
        )
        return as_pdf(printing.slip(slip, token, regulator()), f"slip-{slip.pk}")
    except (NotPossible, DeskError) as why:
        return _page(request, operator, str(why), 422)


@access("POST", posts=POSTS, about="invitation")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A slip that went astray lets nobody in."""
    slip = Invitation.objects.filter(pk=pk).select_related("operator").first()
    if slip is None:
        raise Http404
    operator = operator_of(request, slip.operator_id)

    def do() -> None:
        representatives.take_back(slip=slip, doer=_doer(request), now=timing.now())

    return _done(request, operator, do, _("邀请单已收回。"))


def _row(request: HttpRequest, pk: int) -> tuple[Representative, Operator]:
    rows = Representative.objects.open().select_related("user", "operator__place")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row, operator_of(request, row.operator_id)


@access("POST", posts=POSTS, about="representative")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The person acts for the operator no longer."""
    row, operator = _row(request, pk)

    def do() -> None:
        representatives.unbind(row=row, doer=_doer(request), reason=request.POST.get("reason", ""))

    return _done(request, operator, do, _("已解除绑定。"))


@access("POST", posts=POSTS, about="representative")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The person has another telephone and has shown who he is."""
    row, operator = _row(request, pk)

    def do() -> None:
        representatives.change_phone(
            user=row.user,
            phone=request.POST.get("phone", ""),
            doer=_doer(request),
            reason=request.POST.get("reason", ""),
        )

    return _done(request, operator, do, _("手机号已更换，原号码不能再登录。"))


@access("POST", posts=POSTS, about="walled")
def wall(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for the wall; a new code, or none any more, where that was asked for."""
    premises = Premises.objects.filter(pk=pk).select_related("place", "operator").first()
    if premises is None:
        raise Http404
    operator, doer, now = operator_of(request, premises.operator_id), _doer(request), timing.now()
    what = request.POST.get("what", "")
    if what == "withdraw":
        return _done(
            request,
            operator,
            lambda: representatives.withdraw_wall_code(premises=premises, doer=doer, now=now),
            _("墙码已作废，扫码不再有内容。"),
        )
    code = representatives.wall_code(premises=premises, doer=doer, now=now, renew=what == "renew")
    try:
        sheet = printing.poster(code, premises, regulator(), request.POST.get("size", ""))
    except DeskError as why:
        return _page(request, operator, str(why), 503)
    return as_pdf(sheet, f"wall-{code.code}")
