"""Papers that reached the operator, and those that wait to be signed for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from zhian.desk.pages import papers as desk
from zhian.directory.access import access
from zhian.interfaces.enterprise import seeing
from zhian.interfaces.enterprise.frame import mine, shown
from zhian.web.lists import Column, listing

PER_PAGE = 20
COLUMNS = (Column("issued", "", lambda d: d.issued_at, ("issued_at",)),)


@access(operator=True)
def papers(request: HttpRequest) -> HttpResponse:
    """First what waits for a signature, then all that came, the latest first."""
    operator = mine(request)
    found = seeing.papers(operator)
    page = listing(request.GET, found, COLUMNS, "-issued", PER_PAGE, narrow=True)
    context = {"list": page, "waiting": seeing.to_sign_for(operator)}
    return shown(request, "papers", context)


@access(operator=True, about="my_paper")
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: as it carries the seal, else as it is printed."""
    paper = get_object_or_404(seeing.papers(mine(request)), pk=pk)
    response: HttpResponse = desk.in_force(request, paper)
    return response
