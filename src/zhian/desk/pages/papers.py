"""A paper: its page, its PDF, its seal; the file of a matter; and how anybody checks a paper."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from typing import IO, Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from zhian.desk import timing, uploads, visibility
from zhian.desk.actors import Actor
from zhian.desk.engine import sealing
from zhian.desk.errors import DeskError, Refused
from zhian.desk.models import Act, Document
from zhian.desk.pages.base import me, reasons, refused, the_matter
from zhian.desk.papers import binding, printing, sealing as seals, verification
from zhian.desk.papers.fonts import FontsMissing
from zhian.desk.show import filing, papers as show
from zhian.desk.show.forms import new_key
from zhian.directory.access import access

# Chromium shows a PDF by an <embed> with styles of its own, under the policy of the PDF's answer:
# `object-src 'none'` leaves the window empty. Nothing in a PDF that typst made is ever HTML.
PDF_POLICY = {
    "object-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
IN_MEMORY = 8 * 1024 * 1024  # of a bound file
RELATED = ("drafted_by", "issued_by", "sealed_by", "scan")


def _paper(request: HttpRequest, pk: int) -> Document:
    """The paper of the address, if its matter is within reach; else it does not exist."""
    found = Document.objects.select_related(*RELATED).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.matter = the_matter(request, found.matter_id)
    return found


@access(about="document")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: how far it has come, its seal, to whom it was brought."""
    return _page(request, _paper(request, pk))


def _page(
    request: HttpRequest,
    paper: Document,
    errors: Sequence[str] = (),
    status: int = 200,
    bad_file: str = "",
) -> HttpResponse:
    services = list(paper.services.select_related("matter"))
    context = {
        "m": paper.matter,
        "p": show.shown(paper, services),
        "services": services,
        "sealings": show.sealings(paper),
        "may_act": visibility.may_act(me(request), paper.matter),
        "errors": errors,
        "bad_file": bad_file,
        "reason": request.POST.get("reason", ""),
        "accept": seals.ACCEPT,
        "limit": settings.UPLOAD_LIMIT // 1024 // 1024,
        "by_program": bool(settings.SEAL_COMMAND.strip()),
        "verify_url": printing.verify_url(paper.issued_by) if paper.issued_by else "",
        "key": new_key(),
    }
    return render(request, "desk/paper.html", context, status=status)


@access(about="document")
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper in force: the file that carries the seal, else as it is printed."""
    return in_force(request, _paper(request, pk))


def in_force(request: HttpRequest, paper: Document) -> HttpResponse:
    """A paper that the reader may see, as an answer: sealed, else as it is printed."""
    if paper.scan is not None:
        answer: HttpResponse = uploads.download(paper.scan)
        return answer
    return _printed(request, paper)


@access(about="document")
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper as it is printed, to be stamped by hand, whether or not it was sealed since."""
    return _printed(request, _paper(request, pk))


def _printed(request: HttpRequest, paper: Document) -> HttpResponse:
    try:
        content = printing.render(paper)
    except FontsMissing as error:
        return refused(request, error, reverse("matter", args=[paper.matter_id]), status=503)
    name = f"{paper.title} {paper.number or _('草稿')}.pdf"
    answer: HttpResponse = _as_pdf(request, content, name)
    return answer


@csp(PDF_POLICY)  # type: ignore[arg-type]
def _as_pdf(request: HttpRequest, content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = str(content_disposition_header(False, name))
    response["Cache-Control"] = "private, no-store"
    return response


# --- the seal


@access("POST", about="document", acts=True)
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """The stamped paper comes back as a scan."""
    paper = _paper(request, pk)
    files = request.FILES.getlist("files")
    return _sealed(request, paper, lambda **how: sealing.scanned(paper, files, **how))


@access("POST", about="document", acts=True)
def seal_by_program(request: HttpRequest, pk: int) -> HttpResponse:
    """The office's own program sets the seal."""
    paper = _paper(request, pk)
    return _sealed(request, paper, lambda **how: sealing.electronically(paper, **how))


def _sealed(request: HttpRequest, paper: Document, do: Callable[..., Act]) -> HttpResponse:
    given: dict[str, Any] = {
        "by": Actor.official(me(request)),
        "reason": request.POST.get("reason", "").strip(),
        "key": request.POST.get("key", "")[:64],
    }
    try:
        do(**given)
    except uploads.BadFile as bad:
        return _page(request, paper, [str(bad)], 422, str(bad))
    except DeskError as why:
        return _page(request, paper, reasons(why), 409 if isinstance(why, Refused) else 422)
    messages.success(request, _("盖章件已存档。"))
    return redirect("document", paper.pk)


# --- the file of a matter


@access(about="matter")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole file of a matter as one PDF, as far as the reader may see it."""
    matter, mine = the_matter(request, pk), me(request)
    out = tempfile.TemporaryFile(prefix="zhian-file-")  # noqa: SIM115 (the answer closes it)
    try:
        binding.bind(filing.volume(matter, mine), out, by=str(mine.user), at=timing.now())
    except FontsMissing as error:
        out.close()
        return refused(request, error, reverse("matter", args=[pk]), status=503)
    response = _download(out)
    name = f"{_('卷宗')} {matter.number}.pdf"
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["Cache-Control"] = "private, no-store"
    return response


def _download(out: IO[bytes]) -> HttpResponse:
    """A short file at once, a long one from the disk piece by piece."""
    long = out.tell() > IN_MEMORY
    out.seek(0)
    if long:
        answer: Any = FileResponse(out, content_type="application/pdf")
    else:
        with out:
            answer = HttpResponse(out.read(), content_type="application/pdf")
    response: HttpResponse = answer
    return response


# --- anybody


@access(public=True)
def verify(request: HttpRequest, code: str, seq: int) -> HttpResponse:
    """Whether a paper is genuine: for whoever holds it, without a login and without a script."""
    found = verification.check(code, int(seq))
    response = render(request, "desk/verify.html", {"found": found}, status=200 if found else 404)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
