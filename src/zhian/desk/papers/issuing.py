"""Documents of acts: drafted with the proposal, numbered and issued with the last signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from zhian.desk.deed import Deed
from zhian.desk.models import Act, Document, DocumentSeries, Matter
from zhian.desk.papers import printing
from zhian.desk.papers.particulars import issuer
from zhian.directory.models import Agency
from zhian.directory.series import last_used
from zhian.law import vocabulary
from zhian.law.procedure import ActSpec
from zhian.methods import ledger

TEMPLATE_VERSION = "2026"
NUMBERING = 0x7A68


def _take_turn(agency: Agency) -> None:
    """On PostgreSQL a lock until the transaction ends; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERING, agency.pk])


def next_serial(agency: Agency, series: str, year: int) -> tuple[DocumentSeries, int]:
    """The next number of a series, taken in the transaction that uses it: no gap, no double.

    One agency numbers one transaction at a time: an act that takes two series would otherwise
    wait for another that takes them the other way round.
    """
    _take_turn(agency)
    mine = DocumentSeries.objects.filter(agency=agency, series=series, year=year)
    if not mine.update(last=F("last") + 1):
        begun = {"prefix": agency.short_name, "last": last_used(agency, series, year)}
        DocumentSeries.objects.get_or_create(
            agency=agency, series=series, year=year, defaults=begun
        )
        mine.update(last=F("last") + 1)
    row = mine.get()
    return row, row.last


def draft(deed: Deed, act: Act, holds: Callable[[str], bool]) -> None:
    """Draft the documents that a proposal would issue; refuse what could not be printed."""
    for use in deed.spec.documents:
        if use.when is None or holds(use.when):
            printing.check(_draft_one(deed, use.template, act), deed.spec)


def _draft_one(deed: Deed, template: str, act: Act) -> Document:
    return Document.objects.create(
        matter=deed.matter,
        template=template,
        template_version=TEMPLATE_VERSION,
        title=vocabulary.document(template).words.zh,
        data=ledger.plain(_printable(deed.values)),
        drafted_by=act,
    )


def _printable(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _shown(value) for name, value in values.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return str(value) if hasattr(value, "pk") else value


def issue(deed: Deed, act: Act, holds: Callable[[str], bool]) -> list[Document]:
    """Issue the act's documents: the approved drafts, or new ones where nobody had to sign."""
    if not deed.spec.documents:
        return []
    drafts = _drafts(deed)
    issued = []
    for use in deed.spec.documents:
        if use.when is not None and not holds(use.when):
            continue
        paper = drafts.pop(use.template, None) or _draft_one(deed, use.template, act)
        issued.append(_issue_one(deed.matter, paper, deed.spec, act))
    for left in drafts.values():
        void(left, "签批时已不适用")
    return issued


def _drafts(deed: Deed) -> dict[str, Document]:
    """What was drafted with the proposal that has been signed."""
    if deed.approved is None:
        return {}
    drafted = Document.objects.filter(matter=deed.matter, drafted_by=deed.approved, state="draft")
    return {paper.template: paper for paper in drafted}


def _issue_one(matter: Matter, paper: Document, spec: ActSpec, act: Act) -> Document:
    """What the paper says is kept with it, checked before a number is taken."""
    paper.matter = matter
    paper.data = paper.data | {printing.AS_ISSUED: printing.check(paper, spec)}
    series = vocabulary.document(paper.template).series
    if series:
        _number(matter, paper, series, act.recorded_at)
    paper.state = "issued"
    paper.issued_by = act
    paper.issued_at = act.recorded_at
    paper.save()
    return paper


def _number(matter: Matter, paper: Document, series: str, at: datetime) -> None:
    year = timezone.localtime(at).year
    row, serial = next_serial(issuer(matter), series, year)
    paper.series, paper.serial = row, serial
    word = vocabulary.series_word(series)
    paper.number = f"{row.prefix}{word}〔{year}〕{serial}号"


def void(paper: Document, why: str) -> None:
    """Take a document out of force; a number that was taken stays with its reason."""
    paper.state = "void"
    paper.void_reason = why
    paper.save(update_fields=["state", "void_reason"])
