"""导入: a roster is uploaded or pasted, previewed cell by cell, and taken over whole."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy

from zhian.directory import forms, imports, keep
from zhian.directory.access import access
from zhian.directory.imports.columns import COLUMNS, TITLES
from zhian.directory.imports.table import ENDINGS
from zhian.directory.pages.base import bound, me, show
from zhian.directory.words import say
from zhian.web import exports
from zhian.web.exports import FORMATS
from zhian.web.lists import Column
from zhian.web.sheets import Unreadable

WAITING, REFUSED = "roster", "roster_refused"
SHOWN_ERRORS = 200
ERRORS = (
    Column("row", gettext_lazy("行"), lambda e: e.row),
    Column("column", gettext_lazy("列"), lambda e: e.column),
    Column("value", gettext_lazy("内容"), lambda e: e.value),
    Column("why", gettext_lazy("原因"), lambda e: say(e.words)),
)
# Where one sees what was imported.
SHELVES = {"places": "places", "agencies": "agencies", "offices": "agencies", "staff": "people"}


def _kind(kind: str) -> str:
    if kind not in imports.KINDS:
        raise Http404
    return kind


@access(admin="import")
def index(request: HttpRequest) -> HttpResponse:
    """What can be imported, in the order in which it is needed."""
    rows = [(kind, TITLES[kind], COLUMNS[kind]) for kind in imports.KINDS]
    return show(request, "directory/imports.html", {"title": _("导入"), "rows": rows})


@access(admin="import", about="roster")
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty roster to fill in."""
    language = get_language() or "zh"
    content = imports.template(_kind(kind), language)
    response = HttpResponse(content, content_type=FORMATS["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return response


@access("GET", "POST", admin="import", about="roster")
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Upload or paste a roster and see what it would do."""
    form = bound(forms.UploadForm, request)
    report, status = None, 200
    if request.method == "POST":
        report = preview(request, form, _kind(kind))
        status = 422 if form.errors or (report and report.errors) else 200
    context = {
        "title": _("导入：%(what)s") % {"what": say(TITLES[_kind(kind)])},
        "kind": kind,
        "fields": COLUMNS[kind],
        "form": form,
        "report": report,
        "errors": report.errors[:SHOWN_ERRORS] if report else (),
        "shown": SHOWN_ERRORS,
    }
    return show(request, "directory/import.html", context, status)


def preview(request: HttpRequest, form: forms.UploadForm, kind: str) -> imports.Report | None:
    """What a roster would do; a clean one waits in the session to be taken over."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    if file is not None and not _acceptable(form, file.name, file.size):
        return None
    name = file.name if file else "paste.csv"
    content = file.read() if file else form.cleaned_data["text"].encode("utf-8")
    try:
        report = imports.import_bytes(kind, name, content, commit=False, by=me(request))
    except Unreadable as error:
        form.add_error("file" if file else "text", say(error.words))
        return None
    if report.errors:
        mistakes = exports.content("csv", ERRORS, report.errors)
        _remember(request, REFUSED, keep.put(kind, f"{name} {_('错误清单')}", mistakes))
    else:
        _remember(request, WAITING, keep.put(kind, name, content))
    return report


def _remember(request: HttpRequest, name: str, kept: keep.Kept) -> None:
    request.session[name] = [kept.token, kept.kind, kept.name]


def _acceptable(form: forms.UploadForm, name: str, size: int) -> bool:
    if not name.lower().endswith(ENDINGS):
        form.add_error("file", _("只接受 xlsx 和 csv 文件。"))
    elif size > settings.UPLOAD_LIMIT:
        form.add_error("file", _("文件太大。"))
    return not form.errors


@access("POST", admin="import", about="roster")
def commit(request: HttpRequest, kind: str) -> HttpResponse:
    """Take over the roster that was just previewed in this session."""
    back = reverse("directory:import", args=[_kind(kind)])
    waiting = request.session.pop(WAITING, None)
    content = None
    if waiting and waiting[1] == kind:
        content = keep.take(keep.Kept(*waiting))
    if waiting is None or content is None:
        messages.error(request, _("没有待导入的文件，请重新上传。"))
        return redirect(back)
    report = imports.import_bytes(kind, waiting[2], content, commit=True, by=me(request))
    lines = list(report.lines(get_language() or "zh"))
    (messages.success if report.committed else messages.error)(request, lines[0])
    return redirect(f"directory:{SHELVES[kind]}") if report.committed else redirect(back)


@access(admin="import", about="roster")
def mistakes(request: HttpRequest, kind: str) -> HttpResponse:
    """Every cell that could not be taken from the roster last previewed, as a file."""
    refused = request.session.get(REFUSED)
    content = None
    if refused and refused[1] == _kind(kind):
        content = keep.look(keep.Kept(*refused))
    if refused is None or content is None:
        messages.error(request, _("没有错误清单，请重新上传。"))
        return redirect("directory:import", kind=_kind(kind))
    return exports.download("csv", refused[2], content)
