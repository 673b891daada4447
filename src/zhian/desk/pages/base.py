"""What every page of the desk does first: who asks, which matter, and how a refusal reads."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhian.desk import visibility
from zhian.desk.errors import DeskError, FieldErrors, MovedOn, Refused
from zhian.desk.models import Matter
from zhian.desk.show.rows import WITH_PAGE
from zhian.directory.models import Appointment

PARTS = {"xlsx", "csv", "pdf"}


def me(request: HttpRequest) -> Appointment:
    """The post in use; the door has made sure that there is one."""
    appointment: Appointment = request.appointment  # type: ignore[attr-defined]
    return appointment


def the_matter(request: HttpRequest, pk: int) -> Matter:
    """The matter of the address, if it is within reach; else it does not exist."""
    reach = visibility.visible_to(me(request)).select_related(*WITH_PAGE)
    found = reach.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def reasons(error: DeskError) -> list[str]:
    """A refusal as sentences, one for each reason."""
    if isinstance(error, Refused):
        return [str(reason) for reason in error.reasons]
    if isinstance(error, FieldErrors):
        return [_("请改正标出的 %(n)d 处。") % {"n": len(error.errors)}]
    if isinstance(error, MovedOn):
        return [_("您打开页面后事项已有新进展，请看过后再办理。")]
    return [str(error)]


def field_errors(error: DeskError) -> dict[str, Any]:
    """The errors beside the fields."""
    return dict(error.errors) if isinstance(error, FieldErrors) else {}


def refused(request: HttpRequest, error: DeskError, back: str, status: int = 409) -> HttpResponse:
    """A page that says why something was not done, and leads back."""
    context = {"reasons": reasons(error), "back": back}
    return render(request, "desk/refused.html", context, status=status)


def file_kind(request: HttpRequest) -> str:
    """Whether the list is wanted as a file: xlsx, csv, pdf or empty."""
    kind = request.GET.get("format", "")
    return kind if kind in PARTS else ""
