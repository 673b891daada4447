"""导入已有许可证: the empty roster, upload, columns, what was found, confirm, progress, report."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext as _, gettext_lazy

from zhian.apps.registry.licences.importing import job, template as empty
from zhian.apps.registry.licences.importing.columns import FIELDS
from zhian.apps.registry.models import Licence, LicenceImport
from zhian.desk.errors import DeskError, speak
from zhian.desk.pages.base import file_kind, me, reasons
from zhian.directory.access import access
from zhian.directory.models import Appointment
from zhian.directory.pages.base import found, show
from zhian.law.words import Words
from zhian.web import exports
from zhian.web.lists import Column, listing
from zhian.web.parts import wants_part
from zhian.web.sheets import Unreadable

POSTS = ("licence_officer", "office_head", "department_officer")
ENDINGS = (".xlsx", ".csv")
SHOWN = 200
SAMPLE = 3
UNDER_WAY = ("queued", "running")
KINDS = dict(Licence.KINDS)
STATES = dict(Licence.STATES)
CHANGES = {
    "added": gettext_lazy("新登记"),
    "changed": gettext_lazy("更新"),
    "same": gettext_lazy("不变"),
}
COLUMNS = (
    Column("name", gettext_lazy("文件"), lambda t: t.name, ("name",)),
    Column("state", gettext_lazy("状态"), lambda t: t.get_state_display(), ("state",)),
    Column("added", gettext_lazy("新登记"), lambda t: t.counts.get("added", 0), (), True),
    Column("changed", gettext_lazy("更新"), lambda t: t.counts.get("changed", 0), (), True),
    Column("errors", gettext_lazy("有误"), lambda t: t.counts.get("errors", 0), (), True),
    Column("by", gettext_lazy("经办人"), lambda t: str(t.by.user), ()),
    Column("at", gettext_lazy("上传时间"), lambda t: t.uploaded_at, ("uploaded_at",)),
)
FAULTS = (
    Column("row", gettext_lazy("行"), lambda e: e["row"]),
    Column("column", gettext_lazy("列"), lambda e: e["column"]),
    Column("value", gettext_lazy("内容"), lambda e: e["value"]),
    Column("why", gettext_lazy("原因"), lambda e: _said(e)),
)


class RosterForm(forms.Form):
    """A roster of licences."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("xlsx 或者 csv；列名不必与模板一致"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ",".join(ENDINGS)}),
        max_length=150,
    )

    def clean_file(self) -> UploadedFile:
        """A table, not larger than is taken."""
        file: UploadedFile = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith(ENDINGS):
            raise forms.ValidationError(_("只接受 xlsx 和 csv 文件。"))
        limit = settings.UPLOAD_LIMIT
        if (file.size or 0) > limit:
            raise forms.ValidationError(_("文件超过 %(mb)d MB。") % {"mb": limit // 1024 // 1024})
        return file


def _within(mine: Appointment) -> QuerySet[LicenceImport]:
    """The files of the own agency."""
    rows = LicenceImport.objects.filter(agency=mine.post.agency_id)
    return rows.select_related("by__user", "agency", "matter")


def _said(words: dict[str, str]) -> str:
    return speak(Words(words["zh"], words["en"]))


@access("GET", "POST", posts=POSTS)
def index(request: HttpRequest) -> HttpResponse:
    """Every file so far, and the form to upload one."""
    mine = me(request)
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        row = _receive(form, mine)
        if row is not None:
            return redirect("licence_import", row.pk)
    context = {
        "title": _("导入已有许可证"),
        "form": form,
        "list": listing(request.GET, _within(mine), COLUMNS, "-at"),
    }
    return show(request, "registry/licence_imports.html", context, 422 if form.errors else 200)


def _receive(form: RosterForm, mine: Appointment) -> LicenceImport | None:
    file = form.cleaned_data["file"]
    try:
        return job.receive(file.name, file.chunks(), agency=mine.post.agency, by=mine)
    except Unreadable as why:
        form.add_error("file", speak(why.words))
        return None


@access(posts=POSTS)
def template(request: HttpRequest) -> HttpResponse:
    """The empty roster, with what may stand in each column."""
    response = HttpResponse(
        empty.template(get_language() or "zh"), content_type=exports.FORMATS["xlsx"]
    )
    name = quote(f"{_('导入已有许可证')}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@access(posts=POSTS, about="licence_import")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one file stands: its columns, what was found in it, or what became of it."""
    row = found(_within(me(request)), pk)
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
        "columns": _columns(row) if row.stored and not under_way else None,
        "shown": SHOWN,
        "why": _said(row.failure) if row.failure else "",
    }
    if wants_part(request):
        return show(request, "registry/_licence_import_progress.html", context)
    return show(request, "registry/licence_import.html", context)


def _in_words(counts: dict[str, Any]) -> dict[str, Any]:
    """The figures, with kinds, states and changes in the reader's language."""
    first = [
        {
            **line,
            "kind": KINDS[line["kind"]],
            "state": STATES[line["state"]],
            "change": CHANGES[line["change"]],
        }
        for line in counts.get("first", ())
    ]
    kinds = [(KINDS[key], number) for key, number in counts.get("kinds", {}).items()]
    return {**counts, "first": first, "kinds": kinds}


def _listed(title: str, rows: list[dict[str, Any]], wrong: bool) -> dict[str, Any]:
    lines = [{**row, "why": _said(row)} for row in rows[:SHOWN]]
    return {"title": title, "rows": lines, "total": len(rows), "wrong": wrong}


def _columns(row: LicenceImport) -> dict[str, Any] | None:
    """Each field with the heading that is taken for it, and what else it could be."""
    try:
        source = job.source_of(row)
    except (Unreadable, FileNotFoundError):
        return None
    fields = [
        {
            "key": field.key,
            "words": field.words,
            "hint": field.hint,
            "required": field.required,
            "chosen": source.heading(field.key) if field.key in source.places else "",
            "sample": [line.text(field.key) for line in source.rows[:SAMPLE]],
        }
        for field in FIELDS
    ]
    return {
        "fields": fields,
        "headings": [text for text in source.headings if text],
        "complete": source.complete,
    }


@access("POST", posts=POSTS, about="licence_import")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which heading is which field, and look again."""
    row = found(_within(me(request)), pk)
    if row.state not in ("columns", "preview", "wrong", "failed") or not row.stored:
        messages.error(request, _("文件已不在，请重新上传。"))
        return redirect("licence_import", row.pk)
    chosen = {field.key: request.POST.get(field.key, "").strip() for field in FIELDS}
    try:
        job.choose_columns(row, chosen, me(request))
    except (Unreadable, FileNotFoundError):
        messages.error(request, _("文件已不在，请重新上传。"))
    else:
        messages.success(request, _("列对照已记住，已重新检查。"))
    return redirect("licence_import", row.pk)


@access("POST", posts=POSTS, about="licence_import")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it in, in the background; one may leave and come back."""
    row = found(_within(me(request)), pk)
    try:
        job.confirm(row)
    except DeskError as why:
        for reason in reasons(why):
            messages.error(request, reason)
    return redirect("licence_import", row.pk)


@access("POST", posts=POSTS, about="licence_import")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file that was not taken in."""
    row = found(_within(me(request)), pk)
    if row.state in ("done", *UNDER_WAY):
        messages.error(request, _("已导入的文件不能删除；可以在导入事项中整份撤回。"))
        return redirect("licence_import", row.pk)
    job.discard(row)
    messages.success(request, _("文件已删除，没有导入任何许可证。"))
    return redirect("licence_imports")
