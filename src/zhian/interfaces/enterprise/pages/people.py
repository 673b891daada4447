"""Who acts for the operator: its head lets people in and sends them away; everybody may leave."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from zhian.desk import timing
from zhian.desk.errors import DeskError
from zhian.directory.access import access
from zhian.directory.actions import representatives
from zhian.directory.errors import NotPossible
from zhian.directory.models import Invitation, Operator, Premises, Representative
from zhian.directory.models.representatives import ROLES
from zhian.interfaces.enterprise import printing
from zhian.interfaces.enterprise.frame import (
    account,
    as_head,
    binding,
    mine,
    regulator,
    shown,
)


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """A sheet to print, which stays in no cache."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def bound_to(operator: Operator) -> list[Representative]:
    """Who acts for an operator now, heads first."""
    rows = Representative.objects.open().filter(operator=operator).select_related("user")
    return sorted(rows, key=lambda row: (not row.is_head, row.pk))


def open_slips(operator: Operator) -> list[Invitation]:
    """Slips by which somebody may still come in."""
    now = timing.now()
    rows = Invitation.objects.filter(operator=operator, used_by=None, withdrawn_at=None)
    return list(rows.filter(expires_at__gt=now))


@access(operator=True)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who acts for the operator."""
    return _people(request)


def _people(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    operator = mine(request)
    context = {
        "people": bound_to(operator),
        "slips": open_slips(operator),
        "roles": ROLES,
        "places": Premises.objects.filter(operator=operator),
        "error": error,
    }
    return shown(request, "people", context, status)


@access("POST", operator=True)
def invite(request: HttpRequest) -> HttpResponse:
    """A slip for one more person, as a PDF; its code is shown here and nowhere else."""
    doer, operator = as_head(request), mine(request)
    role = request.POST.get("role", "")
    try:
        slip, token = representatives.invite(
            operator=operator, role=role, doer=doer, now=timing.now()
        )
        return as_pdf(printing.slip(slip, token, regulator()), f"slip-{slip.pk}")
    except (NotPossible, DeskError) as why:
        return _people(request, str(why), 422)


@access("POST", operator=True, about="my_slip")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A slip that went astray lets nobody in."""
    slip = get_object_or_404(Invitation.objects.filter(operator=mine(request)), pk=pk)
    representatives.take_back(slip=slip, doer=as_head(request), now=timing.now())
    return redirect("enterprise:people")


@access("POST", operator=True, about="my_person")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody acts for the operator no longer: sent away by the head, or leaving by himself."""
    row = get_object_or_404(Representative.objects.open().filter(operator=mine(request)), pk=pk)
    own = binding(request)
    leaving = own is not None and own.pk == row.pk
    doer = representatives.Doer(himself=account(request)) if leaving else as_head(request)
    try:
        representatives.unbind(row=row, doer=doer, reason=request.POST.get("reason", ""))
    except NotPossible as why:
        return _people(request, str(why), 422)
    return redirect("enterprise:my" if leaving else "enterprise:people")


@access("POST", operator=True, about="my_premises")
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for the wall, with the code that hangs there or a first one; a new code is made
    only where the head asks for it."""
    premises = get_object_or_404(Premises.objects.filter(operator=mine(request)), pk=pk)
    doer, renew = as_head(request), request.POST.get("renew") == "1"
    code = representatives.wall_code(premises=premises, doer=doer, now=timing.now(), renew=renew)
    try:
        sheet = printing.poster(code, premises, regulator(), request.POST.get("size", ""))
    except DeskError as why:
        return _people(request, str(why), 503)
    return as_pdf(sheet, f"wall-{code.code}")
