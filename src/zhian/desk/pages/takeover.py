"""接管在办事项: the empty workbook, upload, what was found, confirm, progress, report."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext as _, gettext_lazy

from zhian.desk.errors import DeskError, speak
from zhian.desk.models import TakeOver
from zhian.desk.pages.base import file_kind, me, reasons
from zhian.desk.takeover import job, seeing, undoing, workbook
from zhian.desk.takeover.columns import sheets
from zhian.directory import reach
from zhian.directory.access import access
from zhian.directory.models import Agency, Appointment
from zhian.directory.pages.base import found, show
from zhian.law.words import Words
from zhian.web import exports
from zhian.web.lists import Column, listing
from zhian.web.parts import wants_part
from zhian.web.sheets import Unreadable

SHOWN = 200
TIMES = 10  # a zip of scans may be larger than one file of evidence
ENDINGS = (".xlsx", ".zip")
UNDER_WAY = ("queued", "running", "undoing")
COLUMNS = (
    Column("name", gettext_lazy("文件"), lambda t: t.name, ("name",)),
    Column("agency", gettext_lazy("部门"), lambda t: t.agency.name if t.agency else "", ()),
    Column("state", gettext_lazy("状态"), lambda t: t.get_state_display(), ("state",)),
    Column("fresh", gettext_lazy("接管"), lambda t: t.counts.get("added", 0), (), True),
    Column("errors", gettext_lazy("有误"), lambda t: t.counts.get("errors", 0), (), True),
    Column("by", gettext_lazy("经办人"), lambda t: str(t.by.user) if t.by else "", ()),
    Column("at", gettext_lazy("上传时间"), lambda t: t.uploaded_at, ("uploaded_at",)),
)
FAULTS = (
    Column("sheet", gettext_lazy("表"), lambda e: _sheet(e["sheet"])),
    Column("row", gettext_lazy("行"), lambda e: e["row"]),
    Column("column", gettext_lazy("列"), lambda e: e["column"]),
    Column("value", gettext_lazy("内容"), lambda e: e["value"]),
    Column("why", gettext_lazy("原因"), lambda e: _said(e)),
)


class TakeOverForm(forms.Form):
    """A file, whose matters it holds, and what to do with unknown operators."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("xlsx；有扫描件的，与 xlsx 一起打成 zip"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ",".join(ENDINGS)}),
        max_length=150,
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("部门"),
        help_text=gettext_lazy("没有写部门的行属于它"),
        empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    add_operators = forms.BooleanField(
        label=gettext_lazy("新增名录中没有的主体"),
        help_text=gettext_lazy("只按名称新增；不勾选则列为错误"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, by: Appointment, **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["agency"]
        choice.queryset = reach.agencies(by).order_by("code")
        choice.initial = by.post.agency_id

    def clean_file(self) -> UploadedFile:
        """A workbook or a zip file, not larger than is taken."""
        file: UploadedFile = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith(ENDINGS):
            raise forms.ValidationError(_("只接受 xlsx 和 zip 文件。"))
        limit = settings.UPLOAD_LIMIT * (TIMES if str(file.name).lower().endswith("zip") else 1)
        if (file.size or 0) > limit:
            raise forms.ValidationError(_("文件超过 %(mb)d MB。") % {"mb": limit // 1024 // 1024})
        return file


def _say(request: HttpRequest, why: DeskError) -> None:
    for reason in reasons(why):
        messages.error(request, reason)


def _sheet(key: str) -> str:
    return next((speak(s.words) for s in sheets() if s.key == key), key)


def _said(words: dict[str, str]) -> str:
    return speak(Words(words["zh"], words["en"]))


def _row(request: HttpRequest, pk: int) -> TakeOver:
    return found(seeing.within(me(request)), pk)


@access("GET", "POST", admin="import")
def index(request: HttpRequest) -> HttpResponse:
    """Every file so far, and the form to upload one."""
    rows = seeing.within(me(request))
    if file_kind(request):
        listed = rows.order_by("-uploaded_at")[: exports.MOST_ROWS]
        return exports.as_file(file_kind(request), _("接管"), COLUMNS, listed)
    form = TakeOverForm(request.POST or None, request.FILES or None, by=me(request))
    if request.method == "POST" and form.is_valid():
        row = _receive(request, form)
        if row is not None:
            return redirect("takeover", row.pk)
    context = {
        "title": _("接管在办事项"),
        "form": form,
        "list": listing(request.GET, rows, COLUMNS, "-at"),
    }
    return show(request, "desk/takeovers.html", context, status=422 if form.errors else 200)


def _receive(request: HttpRequest, form: TakeOverForm) -> TakeOver | None:
    """The file, looked through; None with a sentence beside the field where it is no workbook."""
    given = form.cleaned_data
    try:
        row, _plan = job.receive(
            given["file"].name,
            given["file"].chunks(),
            agency=given["agency"],
            by=me(request),
            add_operators=given["add_operators"],
        )
    except Unreadable as why:
        form.add_error("file", speak(why.words))
        return None
    return row


@access(admin="import")
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook, with explanations and everything that may stand in it."""
    content = workbook.template(get_language() or "zh")
    return _xlsx(content, f"{_('接管在办事项')}.xlsx")


@access(admin="import", about="takeover")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one file stands: what was found in it, how far it is, or what became of it."""
    row = _row(request, pk)
    if file_kind(request):
        rows = row.errors or row.remarks
        return exports.as_file(file_kind(request), f"{row.name} {_('有误之处')}", FAULTS, rows)
    under_way = row.state in UNDER_WAY
    if wants_part(request) and not under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "title": row.name,
        "t": row,
        "n": _in_words(row.counts),
        "under_way": under_way,
        "silent": job.silent(row),
        "lists": [_listed(_("有误之处"), row.errors, True), _listed(_("提示"), row.remarks, False)],
        "shown": SHOWN,
        "why": _said(row.failure) if row.failure else "",
        "may_undo": row.state == "done" and undoing.untouched(row).exists(),
    }
    if wants_part(request):
        return show(request, "desk/_takeover_progress.html", context)
    return show(request, "desk/takeover.html", context)


def _in_words(counts: dict[str, Any]) -> dict[str, Any]:
    """The figures, with the kinds, phases and sheets in the reader's language."""
    worded = ("kind", "phase", "sheet")
    spoken = {
        name: [
            {k: _said(v) if k in worded else v for k, v in line.items()}
            for line in counts.get(name, ())
        ]
        for name in ("groups", "first", "ignored")
    }
    return {**counts, **spoken}


def _listed(title: str, rows: list[dict[str, Any]], wrong: bool) -> dict[str, Any]:
    lines = [{**row, "sheet": _sheet(row["sheet"]), "why": _said(row)} for row in rows[:SHOWN]]
    return {"title": title, "rows": lines, "total": len(rows), "wrong": wrong}


@access(admin="import", about="takeover")
def marked(request: HttpRequest, pk: int) -> HttpResponse:
    """The file with its wrong cells coloured and what is wrong beside them."""
    row = _row(request, pk)
    try:
        content = workbook.marked(job.source_of(row), row.errors, get_language() or "zh")
    except Unreadable:
        messages.error(request, _("文件已不在，请重新上传。"))
        return redirect("takeover", row.pk)
    return _xlsx(content, f"{_('有误之处')} {row.name.rsplit('.', 1)[0]}.xlsx")


def _xlsx(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=exports.FORMATS["xlsx"])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@access("POST", admin="import", about="takeover")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it over, in the background; one may leave and come back."""
    row = _row(request, pk)
    try:
        job.confirm(row)
    except DeskError as why:
        _say(request, why)
    return redirect("takeover", row.pk)


@access("POST", admin="import", about="takeover")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file that was not taken over."""
    row = _row(request, pk)
    if row.state not in ("preview", "wrong", "failed"):
        messages.error(request, _("已接管的文件不能删除。"))
        return redirect("takeover", row.pk)
    job.discard(row)
    messages.success(request, _("文件已删除，没有接管任何事项。"))
    return redirect("takeovers")


@access("POST", admin="import", about="takeover")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the whole file back, as far as nobody has done anything with its matters."""
    row = _row(request, pk)
    try:
        job.undo(row, me(request), request.POST.get("reason", ""))
    except DeskError as why:
        _say(request, why)
    return redirect("takeover", row.pk)
