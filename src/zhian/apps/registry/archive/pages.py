"""主体档案: the list, one file, its history and as-of view, and how complete files are."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhian.apps.registry.archive import completeness, history, printing, queries, shown
from zhian.apps.registry.models.archive import QualityDocument
from zhian.desk import timing, uploads
from zhian.desk.engine import begin
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me, refused
from zhian.desk.papers.fonts import FontsMissing
from zhian.directory import rights
from zhian.directory.access import access
from zhian.directory.models import Operator
from zhian.law.archive import archive
from zhian.law.offices import business_types
from zhian.web.lists import chosen, ordering

ABOUT_FILE = ("record_correction", "support_request", "credit_record", "credit_repair")


def the_operator(request: HttpRequest, pk: int) -> Operator:
    """The operator of the address, if it is within reach; else it does not exist."""
    found = queries.visible_to(me(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access()
def operators(request: HttpRequest) -> HttpResponse:
    """Every operator in reach."""
    mine, today = me(request), timing.today()
    asked = {key: value.strip() for key, value in request.GET.dict().items()}
    found = queries.narrowed(queries.visible_to(mine), asked, today)
    if file_kind(request):
        columns = chosen(shown.COLUMNS, request.GET)
        _sort, terms = ordering(shown.COLUMNS, request.GET.get("sort", ""), "name")
        body = shown.rows(list(found.order_by(*terms)[: printed.most(request)]), today)
        return printed.as_file(request, _("主体档案"), columns, body)
    page = shown.page(request.GET, found)
    context = {
        "list": page,
        "rows": shown.rows(page.rows, today),
        "records": True,
        "writes": rights.may_file(mine, "write"),
        **_choices(request),
    }
    return render(request, "registry/archive_list.html", context)


def _choices(request: HttpRequest) -> dict[str, Any]:
    """What the filters above the list offer."""
    counted = [s for s in archive().sections.values() if completeness.counts(s)]
    return {
        "towns": queries.towns(me(request)),
        "kinds": Operator.KINDS,
        "states": Operator.STATES,
        "businesses": [(key, row.words) for key, row in business_types().items()],
        "links": archive().chain.values(),
        "marks": [(k, shown.standing_words(k)) for k in queries.standings_in_use()],
        "sections": counted,
    }


@access(about="operator")
def operator(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: what stands in it, what is missing, and what may be done."""
    mine, found = me(request), the_operator(request, pk)
    openings = [(k, a) for k, a in begin.openings(mine) if a.field("operator")]
    context = {
        "o": found,
        "file": shown.file_of(found, mine, timing.today()),
        "last": queries.last_change(found),
        "openings": [(k, a) for k, a in openings if k in ABOUT_FILE],
        "others": [(k, a) for k, a in openings if k not in ABOUT_FILE],
    }
    return render(request, "registry/archive_file.html", context)


@access(about="operator")
def operator_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The file on paper."""
    mine, found = me(request), the_operator(request, pk)
    try:
        content = printing.render_file(found, mine, timing.now())
    except FontsMissing as error:
        return refused(request, error, request.path, status=503)
    name = f"{found.name} {timing.today().isoformat()}.pdf"
    return printed.as_pdf(request, content, name)


@access(about="operator")
def operator_as_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it stood at the end of a day."""
    mine, found = me(request), the_operator(request, pk)
    today = timing.today()
    try:
        day = min(date.fromisoformat(request.GET.get("day", "")), today)
        wrong = False
    except ValueError:
        day, wrong = today, bool(request.GET.get("day"))
    context = {
        "o": found,
        "day": day,
        "wrong": wrong,
        "sheets": history.sheets(found, day, rights.may_file(mine, "personal")),
        "standings": shown.marks_of(found, day),
        "licences": queries.licences(found, day),
        "credit": queries.credit(found, day),
    }
    return render(request, "registry/archive_as_of.html", context)


@access(about="operator")
def operator_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what, from what to what, when and why."""
    found = the_operator(request, pk)
    section = request.GET.get("section", "")
    personal = rights.may_file(me(request), "personal")
    rows = [c for c in history.changes(found, section) if personal or not c.personal]
    context = {"o": found, "rows": rows, "section": section, "sections": archive().sections}
    return render(request, "registry/archive_history.html", context)


@access(about="operator_paper")
def operator_paper(request: HttpRequest, pk: int, line: str) -> HttpResponse:
    """The file of a quality document."""
    found = the_operator(request, pk)
    row = QualityDocument.objects.filter(operator=found, line=line).exclude(file=None).last()
    if row is None or row.file is None:
        raise Http404
    answer: HttpResponse = uploads.download(row.file)
    return answer


@access()
def operators_completeness(request: HttpRequest) -> HttpResponse:
    """Township by township and section by section, each number with the list behind it."""
    mine = me(request)
    area = queries.area(mine)
    table = completeness.table(queries.visible_to(mine), completeness.town_names(area), area.name)
    return render(request, "registry/archive_completeness.html", {"table": table})
