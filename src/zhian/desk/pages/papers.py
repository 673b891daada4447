"""A document as a PDF for officials, and the page on which anybody checks a paper."""

from __future__ import annotations

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from zhian.desk.models import Document
from zhian.desk.pages.base import refused, the_matter
from zhian.desk.papers import printing, verification
from zhian.desk.papers.fonts import FontsMissing
from zhian.directory.access import access

# Chromium shows a PDF by an <embed> with styles of its own, under the policy of the PDF's answer:
# `object-src 'none'` leaves the window empty. Nothing in a PDF that typst made is ever HTML.
PDF_POLICY = {
    "object-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}


@access(about="document")
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """One document as it is printed; out of reach it does not exist."""
    document = Document.objects.select_related("drafted_by", "issued_by").filter(pk=pk).first()
    if document is None:
        raise Http404
    document.matter = the_matter(request, document.matter_id)
    try:
        content = printing.render(document)
    except FontsMissing as error:
        return refused(request, error, reverse("matter", args=[document.matter_id]), status=503)
    return _as_pdf(request, content, f"{document.title} {document.number or _('草稿')}.pdf")


@csp(PDF_POLICY)
def _as_pdf(request: HttpRequest, content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = str(content_disposition_header(False, name))
    response["Cache-Control"] = "private, no-store"
    return response


@access(public=True)
def verify(request: HttpRequest, code: str, seq: int) -> HttpResponse:
    """Whether a paper is genuine: for whoever holds it, without a login and without a script."""
    found = verification.check(code, int(seq))
    response = render(request, "desk/verify.html", {"found": found}, status=200 if found else 404)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
