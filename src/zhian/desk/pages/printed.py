"""A list as a file: as a workbook or text, or as a PDF to print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from zhian.desk import timing
from zhian.desk.pages.base import file_kind, me, refused
from zhian.desk.pages.papers import PDF_POLICY
from zhian.desk.papers.fonts import FontsMissing
from zhian.desk.papers.lists import MOST_PRINTED, render_list
from zhian.web import exports
from zhian.web.lists import Column


def most(request: HttpRequest) -> int:
    """How many rows a file takes: one more than is printed tells that there are more."""
    return MOST_PRINTED + 1 if file_kind(request) == "pdf" else exports.MOST_ROWS


def as_file(
    request: HttpRequest, title: str, columns: Sequence[Column], rows: Iterable[Any]
) -> HttpResponse:
    """The list in the form that the address asks for."""
    if file_kind(request) != "pdf":
        return exports.as_file(file_kind(request), title, columns, rows)
    mine = me(request)
    who = f"{mine.post.agency.name} {mine.user}"
    now = timing.now()
    try:
        content = render_list(title, columns, rows, who, now)
    except FontsMissing as error:
        return refused(request, error, request.path, status=503)
    return as_pdf(request, content, f"{title} {timing.today().isoformat()}.pdf")


@csp(PDF_POLICY)
def as_pdf(request: HttpRequest, content: bytes, name: str) -> HttpResponse:
    """Shown in the browser, where it is printed from; never kept there."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = str(content_disposition_header(False, name))
    response["Cache-Control"] = "private, no-store"
    return response
