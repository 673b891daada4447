"""导入通报: upload, columns, preview, progress, report."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext as _, gettext_lazy

from zhian.apps.laboratory import queries, uploading
from zhian.apps.laboratory.bulletins import columns
from zhian.apps.laboratory.bulletins.errors import BulletinError
from zhian.apps.laboratory.bulletins.files import File
from zhian.apps.laboratory.bulletins.preview import preview
from zhian.apps.laboratory.bulletins.report import kept_report
from zhian.apps.laboratory.forms import BulletinForm
from zhian.apps.laboratory.kinds import TAKERS
from zhian.apps.laboratory.models import Bulletin
from zhian.desk.errors import speak
from zhian.desk.pages.base import file_kind, me
from zhian.directory.access import access
from zhian.web import exports
from zhian.web.lists import Column, listing
from zhian.web.parts import render_part, wants_part

SHOWN_ROWS = 200
COLUMNS = (
    Column("name", gettext_lazy("文件"), lambda b: b.name, ("name",)),
    Column("received", gettext_lazy("收到日期"), lambda b: b.received_on, ("received_on",)),
    Column("state", gettext_lazy("状态"), lambda b: b.get_state_display(), ("state",)),
    Column("samples", gettext_lazy("样品"), lambda b: b.samples_total, ("samples_total",), True),
    Column("added", gettext_lazy("新增"), lambda b: b.added, ("added",), True),
    Column("named", gettext_lazy("未识别的行"), lambda b: len(b.refused), (), True),
    Column("by", gettext_lazy("经办人"), lambda b: str(b.by.user) if b.by else "", ()),
    Column("at", gettext_lazy("导入时间"), lambda b: b.imported_at, ("imported_at",)),
)


def _found(request: HttpRequest, pk: int) -> Bulletin:
    row = queries.bulletins(me(request)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@access("GET", "POST", posts=TAKERS)
def index(request: HttpRequest) -> HttpResponse:
    """Every bulletin of the agency, and the form to upload one."""
    rows = queries.bulletins(me(request))
    if file_kind(request):
        found = rows.order_by("-imported_at")[: exports.MOST_ROWS]
        return exports.as_file(file_kind(request), _("通报"), COLUMNS, found)
    form = BulletinForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        uploaded = _upload(request, form)
        if uploaded is not None:
            return redirect("bulletin", uploaded.pk)
    context = {"form": form, "list": listing(request.GET, rows, COLUMNS, "-at")}
    return render(request, "laboratory/bulletins.html", context, status=422 if form.errors else 200)


def _upload(request: HttpRequest, form: BulletinForm) -> Bulletin | None:
    """The row of the file, or None with the reason beside the field."""
    given = form.cleaned_data
    file = File(given["file"].name, given["file"].read())
    try:
        row = uploading.upload(
            file, received=given["received"], notice=given["notice"], by=me(request)
        )
    except BulletinError as why:
        form.refuse(why.field, speak(why.words))
        return None
    if row.state == "done":
        messages.info(request, speak(uploading.STANDS.words))
    return row


@access(posts=TAKERS, about="bulletin")
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one bulletin stands: to be confirmed, under way, or what became of it."""
    row = _found(request, pk)
    if row.state in uploading.OPEN:
        return _preview(request, row)
    context = {"b": row, "report": kept_report(row), "shown": SHOWN_ROWS}
    page, part = "laboratory/bulletin.html", "laboratory/_progress.html"
    if wants_part(request) and row.state == "done":
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render_part(request, page, part, context)


def _preview(request: HttpRequest, row: Bulletin) -> HttpResponse:
    if wants_part(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    context: dict[str, Any] = {"b": row, "shown": SHOWN_ROWS}
    try:
        context["headers"], choices = uploading.choices(row)
        context["choices"] = [(c, speak(columns.title(c.name))) for c in choices]
        context["preview"] = preview(row.agency, uploading.read(row))
    except BulletinError as why:
        context["problem"] = speak(why.words)
    return render(request, "laboratory/preview.html", context)


@access("POST", posts=TAKERS, about="bulletin")
def choose_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column of the file is which."""
    row = _found(request, pk)
    if row.state in uploading.OPEN:
        given = {name: request.POST.get(f"column-{name}", "") for name in columns.fields()}
        uploading.settle(row, given)
    return redirect("bulletin", row.pk)


@access("POST", posts=TAKERS, about="bulletin")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it in, in the background; one may leave and come back."""
    row = _found(request, pk)
    try:
        uploading.read(row)
    except BulletinError as why:
        messages.error(request, speak(why.words))
        return redirect("bulletin", row.pk)
    if not uploading.confirm(row, me(request)):
        messages.info(request, _("已经开始导入，没有重复导入。"))
    return redirect("bulletin", row.pk)


@access("POST", posts=TAKERS, about="bulletin")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file that was not taken in."""
    row = _found(request, pk)
    if not uploading.drop(row):
        messages.error(request, _("已有样品从这个文件导入，不能删除。"))
        return redirect("bulletin", row.pk)
    messages.success(request, _("文件已删除，没有导入任何样品。"))
    return redirect("bulletins")


@access(posts=TAKERS, about="bulletin")
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that could not be read and the remarks, as a file for whoever sent the bulletin."""
    row = _found(request, pk)
    report = kept_report(row)
    if row.state in uploading.OPEN:
        try:
            report = preview(row.agency, uploading.read(row)).report
        except BulletinError as why:
            messages.error(request, speak(why.words))
            return redirect("bulletin", row.pk)
    content = report.csv(get_language() or "zh").encode()
    response = HttpResponse(content, content_type=exports.FORMATS["csv"])
    name = quote(f"{row.name} {_('未识别的行')}.csv")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
