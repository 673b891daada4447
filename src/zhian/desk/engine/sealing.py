"""Recording that a paper was sealed: by hand and scanned back, or by the office's own program."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction

from zhian.desk import uploads
from zhian.desk.actors import Actor
from zhian.desk.engine import common
from zhian.desk.models import Act, Document, Evidence
from zhian.desk.papers import printing, sealing


def scanned(
    paper: Document, files: Sequence[UploadedFile], *, by: Actor, reason: str = "", key: str = ""
) -> Act:
    """Record that a paper was stamped, with its scan; a second scan takes the place of the first.

    Raises BadFile where a file cannot be taken, Refused and NotAllowed as the act does.
    """
    common.may_seal(paper, by, reason)
    return _record(paper, sealing.one_pdf(files), "scan", by, reason, key)


def electronically(paper: Document, *, by: Actor, reason: str = "", key: str = "") -> Act:
    """Have a paper sealed by the office's program and record it.

    The program runs before anything is locked; whether the paper may still be sealed is judged
    again when it is recorded. Raises SealRefused, Refused, NotAllowed, FontsMissing.
    """
    common.may_seal(paper, by, reason)
    content = sealing.run(settings.SEAL_COMMAND, printing.render(paper))
    return _record(paper, content, "electronic", by, reason, key)


def _record(paper: Document, content: bytes, way: str, by: Actor, reason: str, key: str) -> Act:
    """The file and its act stand together or not at all; a repeated submission keeps neither."""
    known = Act.objects.filter(key=key, verb="seal").first() if key else None
    if known is not None:
        return known
    name = f"{paper.number or paper.title}（盖章）.pdf"
    kept: list[Evidence] = []
    try:
        with transaction.atomic():
            file = SimpleUploadedFile(name, content, "application/pdf")
            kept += uploads.keep([file], paper.matter, sealing.SEALED)
            return common.seal(paper, file=kept[0], way=way, by=by, reason=reason, key=key or None)
    except Exception:
        for row in kept:
            uploads.path_of(row.stored).unlink(missing_ok=True)
        raise
