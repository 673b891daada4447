"""名册: overview, handing in, columns, preview, progress, what is wrong, taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_lazy

from zhian.apps.registry.census import forms, queries, rights, shown
from zhian.apps.registry.census.columns import FIELDS, TELLING, TITLES
from zhian.apps.registry.census.errors import CensusError, Standing
from zhian.apps.registry.census.intake import checking, preparing, withdrawing
from zhian.apps.registry.census.intake.faults import Fault, of_json, summary
from zhian.apps.registry.census.intake.reading import ROW_FIELDS, File
from zhian.apps.registry.census.kinds import (
    roster_words,
    status_words,
    statuses,
    trade_words,
    trades,
)
from zhian.apps.registry.models import RosterImport
from zhian.desk import uploads
from zhian.desk.errors import speak
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me
from zhian.directory.access import access
from zhian.law.words import Words
from zhian.web import exports
from zhian.web.lists import Column, listing, ordering
from zhian.web.parts import render_part, wants_part

SHOWN = 200
NEEDED = ("name",)
FAULT_COLUMNS = (
    Column("sheet", gettext_lazy("工作表"), lambda f: f.sheet),
    Column("row", gettext_lazy("行"), lambda f: f.row or ""),
    Column("column", gettext_lazy("列"), lambda f: speak(f.column_words)),
    Column("value", gettext_lazy("内容"), lambda f: f.value),
    Column("words", gettext_lazy("问题"), lambda f: speak(f.words)),
)


@access(posts=rights.READERS)
def index(request: HttpRequest) -> HttpResponse:
    """The census at a glance: what came in, what stands, what waits."""
    mine = me(request)
    counts = queries.standing_counts(mine)
    context = {
        "rosters": queries.roster_states(mine),
        "counts": counts,
        "flags": [(flag, shown.flag_words(flag), n) for flag, n in counts["flags"].items()],
        "run": queries.current_run(mine),
        "waiting": queries.runs(mine).filter(state="checked").first(),
        "uploads": mine.post.kind in rights.UPLOADERS,
        "keeps": rights.keeps_census(mine),
    }
    return render(request, "registry/census_index.html", context)


@access(posts=rights.UPLOADERS)
def rosters(request: HttpRequest) -> HttpResponse:
    """Every file that was handed in."""
    found = queries.imports(me(request))
    state = request.GET.get("state", "")
    found = found.filter(state=state) if state in dict(RosterImport.STATES) else found
    roster = request.GET.get("roster", "")
    found = found.filter(roster=roster) if roster else found
    if file_kind(request):
        _sort, terms = ordering(shown.IMPORT_COLUMNS, request.GET.get("sort", ""), "-at")
        rows = found.order_by(*terms)[: printed.most(request)]
        return printed.as_file(request, _("名册"), shown.IMPORT_COLUMNS, rows)
    kinds = [(kind.name, speak(kind.words)) for kind in _kinds(request)]
    context = {
        "list": listing(request.GET, found, shown.IMPORT_COLUMNS, "-at"),
        "states": RosterImport.STATES,
        "kinds": kinds,
        "words": {name: speak(roster_words(name)) for name in found_names(found)},
        "records": True,
    }
    return render(request, "registry/census_rosters.html", context)


def found_names(found: Any) -> set[str]:
    """The rosters that occur among some imports."""
    return set(found.order_by().values_list("roster", flat=True).distinct())


def _kinds(request: HttpRequest) -> list[Any]:
    return [state.kind for state in queries.roster_states(me(request))]


@access("GET", "POST", posts=rights.UPLOADERS)
def new(request: HttpRequest) -> HttpResponse:
    """Hand a roster in."""
    form = forms.RosterForm(
        me(request),
        request.POST or None,
        request.FILES or None,
        initial={"roster": request.GET.get("roster", "")},
    )
    if request.method == "POST" and form.is_valid():
        uploaded = _hand_in(request, form)
        if uploaded is not None:
            return redirect("census_roster", uploaded.pk)
    status = 422 if form.errors else 200
    return render(request, "registry/census_new.html", {"form": form}, status=status)


def _hand_in(request: HttpRequest, form: forms.RosterForm) -> RosterImport | None:
    """The row of the file, or None with the reason beside the field."""
    given = form.cleaned_data
    file = File(given["file"].name, given["file"].read())
    told = preparing.Handed(
        form.agency_chosen, given["roster"], given["as_of"], given["extent"] == forms.WHOLE
    )
    try:
        row = preparing.hand_in(file, told, me(request))
    except CensusError as why:
        form.refuse(why.field, speak(why.words))
        return None
    if row.state not in preparing.OPEN:
        messages.info(request, _("这个文件此前已经提交过，没有重复导入。"))
    return row


def _found(request: HttpRequest, pk: int) -> RosterImport:
    row = queries.imports(me(request)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@access(posts=rights.UPLOADERS, about="roster_import")
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one file stands: to be confirmed, under way, or what came of it."""
    row = _found(request, pk)
    if row.state in preparing.OPEN:
        return _preview(request, row)
    if wants_part(request) and row.state in ("done", "withdrawn"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    refused = withdrawing.why_not(row)
    context = {
        **_told(row),
        "withdraw": refused is None and shown.may_withdraw(row, me(request)),
        "why_not": refused if row.state == "done" else None,
    }
    page, part = "registry/census_roster.html", "registry/_census_progress.html"
    return render_part(request, page, part, context)


def _told(row: RosterImport) -> dict[str, Any]:
    """What is said of a file on each of its pages."""
    faults = [of_json(one) for one in row.error.get("faults", [])]
    remarks = [of_json(one) for one in row.remarks]
    problem = Words(row.error["zh"], row.error["en"]) if "zh" in row.error else None
    return {
        "r": row,
        "roster": roster_words(row.roster),
        "problem": problem,
        "faults": faults,
        "remarks": remarks,
        "sorts": summary([*faults, *remarks]),
        "shown": SHOWN,
    }


def _preview(request: HttpRequest, row: RosterImport) -> HttpResponse:
    if wants_part(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    try:
        row = preparing.refreshed(row)
    except CensusError as why:
        messages.error(request, speak(why.words))
    context = {
        **_told(row),
        "headers": row.preview.get("headers", []),
        "first": row.preview.get("first", []),
        "choices": _choices(row),
        "unknown": _unknown(row),
        "doubt": row.preview.get("doubt"),
        "ready": not row.error or (row.state == "failed" and "faults" not in row.error),
    }
    return render(request, "registry/census_preview.html", context)


def _choices(row: RosterImport) -> list[dict[str, Any]]:
    """Each field, the header chosen for it, and what stands first below that."""
    headers, first = row.preview.get("headers", []), row.preview.get("first", [])
    mine = row.column_map.get("columns", {})
    telling = any(name in mine for name in TELLING)
    found = []
    for name in ROW_FIELDS:
        header = mine.get(name, "")
        place = headers.index(header) if header in headers else -1
        sample = next((line[place] for line in first if place >= 0 and line[place]), "")
        needed = name in NEEDED or (name in TELLING and not telling)
        found.append(
            {
                "name": name,
                "words": TITLES[name],
                "header": header,
                "sample": sample,
                "needed": name in NEEDED,
                "wrong": needed and not header,
            }
        )
    return found


def _unknown(row: RosterImport) -> list[dict[str, Any]]:
    """The words of status and kind that nobody knows or that were chosen, with what they mean."""
    found = []
    for name in checking.TRANSLATED:
        counts = row.preview.get("unknown", {}).get(name, {})
        chosen = row.column_map.get("values", {}).get(name, {})
        for number, word in enumerate([*counts, *(w for w in chosen if w not in counts)]):
            found.append(
                {
                    "key": f"{name}-{number}",
                    "title": TITLES[name],
                    "word": word,
                    "rows": counts.get(word),
                    "chosen": chosen.get(word, ""),
                    "options": _options(name),
                }
            )
    return found


def _options(name: str) -> list[tuple[str, str]]:
    if name == "kind":
        return [(trade, speak(trade_words(trade))) for trade in trades()]
    return [(word, speak(status_words(word))) for word in statuses()]


@access("POST", posts=rights.UPLOADERS, about="roster_import")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column of the file is which, and what its words mean."""
    row = _found(request, pk)
    columns = {name: request.POST.get(f"column-{name}", "") for name in FIELDS}
    values: dict[str, dict[str, str]] = {}
    for one in _unknown(row):
        field = str(one["key"]).partition("-")[0]
        ours = request.POST.get(f"word-{one['key']}", "")
        known = {key for key, _words in one["options"]}
        values.setdefault(field, {})[one["word"]] = ours if ours in known else ""
    try:
        preparing.settle(row, columns, values)
    except CensusError as why:
        messages.error(request, speak(why.words))
    return redirect("census_roster", row.pk)


@access("POST", posts=rights.UPLOADERS, about="roster_import")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it in, in the background; one may leave and come back."""
    row = _found(request, pk)
    try:
        if not preparing.confirm(row, me(request), sure=bool(request.POST.get("sure"))):
            messages.info(request, _("已经开始导入，没有重复导入。"))
    except CensusError as why:
        messages.error(request, speak(why.words))
    return redirect("census_roster", row.pk)


@access("POST", posts=rights.UPLOADERS, about="roster_import")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file that was not taken in."""
    row = _found(request, pk)
    if not preparing.drop(row):
        messages.error(request, _("这个文件已经确认导入，不能删除；可以撤回。"))
        return redirect("census_roster", row.pk)
    messages.success(request, _("文件已删除，没有导入任何行。"))
    return redirect("census_rosters")


@access("POST", posts=rights.UPLOADERS, about="roster_import")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong file back."""
    row = _found(request, pk)
    if not shown.may_withdraw(row, me(request)):
        raise PermissionDenied
    try:
        gone = withdrawing.withdraw(row)
    except Standing as why:
        messages.error(request, speak(why.words))
    else:
        messages.success(request, _("已撤回，%(n)d 行不再计入。") % {"n": gone})
    return redirect("census_roster", row.pk)


@access(posts=rights.UPLOADERS, about="roster_import")
def faults(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong or odd in a file, for whoever sent it."""
    row = _found(request, pk)
    told = _told(row)
    rows: list[Fault] = [*told["faults"], *told["remarks"]]
    if told["problem"]:
        rows.insert(0, Fault("problem", told["problem"]))
    return exports.as_file("csv", f"{row.name} {_('问题')}", FAULT_COLUMNS, rows)


@access(posts=rights.UPLOADERS, about="roster_import")
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was handed in."""
    row = _found(request, pk)
    if row.file is None or not rights.reads_phones(me(request), row.agency_id):
        raise Http404
    response: HttpResponse = uploads.download(row.file)
    return response
