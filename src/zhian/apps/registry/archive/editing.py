"""The pages that write a file: a form, refused beside its field, or written and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.apps.registry.archive import actions, queries
from zhian.apps.registry.archive.actions import Hand
from zhian.apps.registry.archive.forms import (
    EndForm,
    NewFileForm,
    OwnForm,
    RowForm,
    StateForm,
)
from zhian.apps.registry.archive.pages import the_operator
from zhian.apps.registry.archive.sections import section_of, values_of
from zhian.apps.registry.models.archive import FileRow
from zhian.desk import timing, uploads
from zhian.desk.pages.base import me
from zhian.directory import rights
from zhian.directory.access import access
from zhian.directory.actions import operators
from zhian.directory.errors import NotPossible
from zhian.directory.models import Operator, Premises
from zhian.law.archive import Section
from zhian.web.words import say

WRITERS = rights.posts_that_file("write")


def _hand(request: HttpRequest, why: str) -> Hand:
    return Hand(me(request), timing.now(), timing.today(), why)


def _form_page(
    request: HttpRequest,
    form: Any,
    do: Callable[[Any], Any],
    title: str,
    back: str,
    done: str,
    onward: Callable[[Any], str] | None = None,
    button: str = "",
    about: str = "",
) -> HttpResponse:
    """Shown, refused beside the field with all that was entered, or done."""
    status = 200
    if request.method == "POST":
        result = _attempt(form, do)
        if not form.errors:
            messages.success(request, done)
            return redirect(onward(result) if onward else back)
        status = 422
    context = {
        "title": title, "form": form, "back": back, "button": button or _("保存"), "about": about,
    }  # fmt: skip
    return render(request, "registry/archive_form.html", context, status=status)


def _attempt(form: Any, do: Callable[[Any], Any]) -> Any:
    if not form.is_valid():
        return None
    try:
        return do(form)
    except NotPossible as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    except uploads.BadFile as bad:
        form.add_error(_file_field(form), str(bad))
    return None


def _file_field(form: Any) -> str | None:
    return next((n for n, f in form.fields.items() if isinstance(f, forms.FileField)), None)


def _data(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _back(operator: Operator, part: str = "") -> str:
    url = reverse("operator", args=[operator.pk])
    return f"{url}#{part}" if part else url


# ---- the subject --------------------------------------------------------------------------------


@access("GET", "POST", posts=WRITERS)
def operator_new(request: HttpRequest) -> HttpResponse:
    """Open a file."""
    section = actions.own_section("subject")
    form = NewFileForm(*_data(request), by=me(request), section=section)

    def do(form: NewFileForm) -> Operator:
        said = form.cleaned_data
        hand = _hand(request, said["why"])
        made = actions.open_file(form.said(), form.shop(), hand, another=said["another"])
        for other in actions.twins(made):
            text = _("同一乡镇已有同名主体“%(name)s”（%(address)s），请核对是否重复建档。")
            messages.warning(request, text % {"name": other.name, "address": other.address})
        return made

    return _form_page(
        request, form, do, _("新建主体档案"), reverse("operators"), _("档案已建立。"),
        onward=_back, button=_("建立档案"),
    )  # fmt: skip


@access("GET", "POST", posts=WRITERS, about="operator")
def operator_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the subject is registered as."""
    found = the_operator(request, pk)
    section = actions.own_section("subject")
    form = OwnForm(
        *_data(request), by=me(request), section=section, initial=_initial(section, found)
    )

    def do(form: OwnForm) -> Any:
        said = form.cleaned_data
        hand = _hand(request, said["why"])
        return actions.change_subject(found, form.said(), hand, another=said["another"])

    return _form_page(
        request, form, do, _("修改主体登记"), _back(found), _("已写入档案，修改前的内容可查。"),
        about=found.name,
    )  # fmt: skip


def _initial(section: Section, thing: Any) -> dict[str, Any]:
    values = values_of(section, thing)
    for field in section.fields:
        if field.type == "place" and values[field.key] is not None:
            values[field.key] = values[field.key].code
        if field.type == "links":
            values[field.key] = values[field.key].split()
    return values


@access("GET", "POST", posts=WRITERS, about="operator")
def operator_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Running, paused, closed, deregistered or revoked, since when and why."""
    found = the_operator(request, pk)
    return _state_page(request, found, _back(found))


def _state_page(request: HttpRequest, thing: Operator | Premises, back: str) -> HttpResponse:
    initial = {"state": thing.state, "since": timing.today()}
    form = StateForm(*_data(request), by=me(request), initial=initial)

    def do(form: StateForm) -> Any:
        said = form.cleaned_data
        return operators.set_state(
            thing, said["state"], since=said["since"], today=timing.today(), by=me(request),
            reason=said["reason"],
        )  # fmt: skip

    return _form_page(
        request, form, do, _("变更经营状态"), back, _("经营状态已变更。"), about=thing.name
    )


# ---- premises -----------------------------------------------------------------------------------


def _the_premises(request: HttpRequest, pk: int) -> Premises:
    found = queries.premises_visible_to(me(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access("GET", "POST", posts=WRITERS, about="operator")
def premises_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Another place of business of an operator."""
    found = the_operator(request, pk)
    section = actions.own_section("premises")
    initial = {"name": found.name, "place": found.place.code}
    form = OwnForm(*_data(request), by=me(request), section=section, initial=initial)

    def do(form: OwnForm) -> Any:
        why = form.cleaned_data["why"]
        return operators.add_premises(found, form.said(), by=me(request), reason=why)

    return _form_page(
        request, form, do, _("新增场所"), _back(found, "premises"), _("场所已登记。"),
        about=found.name,
    )  # fmt: skip


@access("GET", "POST", posts=WRITERS, about="premises")
def premises_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change premises: name, address, business, links of the chain, position."""
    found = _the_premises(request, pk)
    section = actions.own_section("premises")
    form = OwnForm(
        *_data(request), by=me(request), section=section, initial=_initial(section, found)
    )

    def do(form: OwnForm) -> Any:
        why = form.cleaned_data["why"]
        return operators.change_premises(found, form.said(), by=me(request), reason=why)

    back = _back(found.operator, "premises")
    return _form_page(
        request,
        form,
        do,
        _("修改场所"),
        back,
        _("已写入档案，修改前的内容可查。"),
        about=found.name,
    )


@access("GET", "POST", posts=WRITERS, about="premises")
def premises_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The trading status of premises."""
    found = _the_premises(request, pk)
    return _state_page(request, found, _back(found.operator, "premises"))


# ---- rows of the other sections -----------------------------------------------------------------


def _section(key: str) -> Section:
    found = section_of(key)
    if found is None:
        raise Http404
    return found


@access("GET", "POST", posts=WRITERS, about="archive_section")
def row_add(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """A new line of a section."""
    found, part = the_operator(request, pk), _section(section)
    form = RowForm(*_data(request), by=me(request), section=part, operator=found, fresh=True)

    def do(form: RowForm) -> FileRow:
        said = form.cleaned_data
        return actions.add_row(
            part, found, form.said(), _hand(request, said["why"]), premises=said["premises"],
            identity=said.get("identity", ""), another=said.get("another", False),
        )  # fmt: skip

    title = _("新增：%(what)s") % {"what": say(part.words)}
    return _form_page(
        request, form, do, title, _back(found, part.key), _("已记入档案。"), about=found.name
    )


def _line(request: HttpRequest, pk: int, section: str, line: str) -> tuple[Section, FileRow]:
    found, part = the_operator(request, pk), _section(section)
    row = queries.rows_of(part, line)
    if row is None or row.operator_id != found.pk:
        raise Http404
    return part, row


@access("GET", "POST", posts=WRITERS, about="archive_row")
def row_change(request: HttpRequest, pk: int, section: str, line: str) -> HttpResponse:
    """Another version of a line; the one that stood ends."""
    part, row = _line(request, pk, section, line)
    form = RowForm(
        *_data(request), by=me(request), section=part, operator=row.operator, fresh=False,
        initial=_initial(part, row),
    )  # fmt: skip

    def do(form: RowForm) -> FileRow:
        said = form.cleaned_data
        return actions.change_row(
            part, row, form.said(), _hand(request, said["why"]),
            identity=said.get("identity", ""), another=said.get("another", False),
        )  # fmt: skip

    title = _("修改：%(what)s") % {"what": row}
    back = _back(row.operator, part.key)
    done = _("已写入档案，修改前的内容可查。")
    return _form_page(request, form, do, title, back, done, about=row.operator.name)


@access("GET", "POST", posts=WRITERS, about="archive_row")
def row_end(request: HttpRequest, pk: int, section: str, line: str) -> HttpResponse:
    """A line no longer holds."""
    part, row = _line(request, pk, section, line)
    form = EndForm(*_data(request), by=me(request))

    def do(form: EndForm) -> FileRow:
        return actions.end_row(part, row, _hand(request, form.cleaned_data["why"]))

    title = _("不再保留：%(what)s") % {"what": row}
    back = _back(row.operator, part.key)
    done = _("已从档案中移出，历史可查。")
    return _form_page(
        request, form, do, title, back, done, button=_("移出档案"), about=row.operator.name
    )
