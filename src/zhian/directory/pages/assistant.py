"""The set-up assistant: county and agency, townships, staff, numbers and seal, public contacts."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from zhian.directory import assistant, forms, imports, keep, series
from zhian.directory.access import access
from zhian.directory.actions import structure
from zhian.directory.imports.columns import COLUMNS
from zhian.directory.models import Agency, Appointment
from zhian.directory.pages import rosters
from zhian.directory.pages.base import attempt, bound, me, show, today
from zhian.directory.words import post_words, say
from zhian.law import offices
from zhian.law.words import Words


class CountyForm(forms.Form):
    """Which county, which agency."""

    code = django_forms.CharField(
        label=gettext_lazy("县区划代码"),
        max_length=12,
        help_text=gettext_lazy("12 位，如 239900000000"),
    )
    county = django_forms.CharField(label=gettext_lazy("县名"), max_length=100)
    county_en = django_forms.CharField(
        label=gettext_lazy("县英文名"), max_length=100, required=False
    )
    agency_code = django_forms.CharField(
        label=gettext_lazy("部门代码"),
        max_length=30,
        help_text=gettext_lazy("编号用，如 SYSJ"),
    )
    name = django_forms.CharField(label=gettext_lazy("部门全称"), max_length=100)
    name_en = django_forms.CharField(
        label=gettext_lazy("部门英文名"), max_length=150, required=False
    )


class NumbersForm(forms.SeriesForm):
    """The name on the seal, the word in document numbers, and where the registers stand."""

    name = django_forms.CharField(
        label=gettext_lazy("印章上的机关全称"),
        max_length=100,
        help_text=gettext_lazy("文书落款用此名称；盖章是打印、用印、扫描回传，或者接电子签章"),
    )
    short_name = django_forms.CharField(
        label=gettext_lazy("文号代字"),
        max_length=20,
        help_text=gettext_lazy("如 松市监；文书编作 松市监责改〔2026〕1号"),
    )


class PublicForm(forms.Form):
    """What the public may dial and write to."""

    phone = django_forms.CharField(
        label=gettext_lazy("公开电话"),
        max_length=50,
        help_text=gettext_lazy("如 0455-12345678、12315"),
    )
    mailbox = django_forms.CharField(label=gettext_lazy("公开信箱"), max_length=200, required=False)
    address = django_forms.CharField(label=gettext_lazy("地址"), max_length=200)


def _initial(key: str, agency: Agency) -> dict[str, Any]:
    if key == "county":
        if assistant.is_empty():
            return {}
        return {
            "code": agency.place.code,
            "county": agency.place.name,
            "county_en": agency.place.name_en,
            "agency_code": agency.code,
            "name": agency.name,
            "name_en": agency.name_en,
        }
    if key == "numbers":
        used = {s.key: s.last for s in series.of_agency(agency, today().year)}
        return {"name": agency.name, "short_name": agency.short_name, **used}
    return {n: getattr(agency, n) for n in ("phone", "mailbox", "address")}


def _name(agency: Agency, by: Appointment, given: dict[str, Any]) -> None:
    assistant.name_county(agency=agency, by=by, **given)


def _number(agency: Agency, by: Appointment, given: dict[str, Any]) -> None:
    names = {"name": given.pop("name"), "short_name": given.pop("short_name")}
    structure.change_agency(agency=agency, by=by, reason=_("初始设置"), **names)
    series.carry_on_all(agency=agency, year=today().year, by=by, **given)


def _public(agency: Agency, by: Appointment, given: dict[str, Any]) -> None:
    structure.change_agency(agency=agency, by=by, reason=_("初始设置"), **given)


ASKED = {
    "county": (CountyForm, _name),
    "numbers": (NumbersForm, _number),
    "public": (PublicForm, _public),
}
TAKEN = {"townships": "places", "staff": "staff"}


@access("GET", "POST", admin="directory", about="step")
def step(request: HttpRequest, key: str) -> HttpResponse:
    """One step: asked, answered, and on to the next; each can be left and found again."""
    if assistant.step(key) is None:
        raise Http404
    return _asked(request, key) if key in ASKED else _taken(request, key)


def _asked(request: HttpRequest, key: str) -> HttpResponse:
    mine, status = me(request), 200
    agency = mine.post.agency
    make, do = ASKED[key]
    form = bound(make, request, initial=_initial(key, agency))
    if request.method == "POST":
        attempt(form, lambda given: do(agency, mine, given))
        if not form.errors:
            return _onward(key)
        status = 422
    return _show(request, key, {"form": form}, status)


def _taken(request: HttpRequest, key: str) -> HttpResponse:
    """A roster in the assistant: taken over at once when every cell is right."""
    form, kind = bound(forms.UploadForm, request), TAKEN[key]
    report, status = None, 200
    if request.method == "POST":
        report = rosters.preview(request, form, kind)
        if report is not None and not report.errors:
            return _commit(request, key, kind)
        status = 422
    context = {
        "form": form,
        "kind": kind,
        "report": report,
        "fields": COLUMNS[kind],
        "errors": report.errors[: rosters.SHOWN_ERRORS] if report else (),
        "sample": _sample(kind, me(request).post.agency),
        "posts": _posts(me(request).post.agency) if kind == "staff" else (),
    }
    return _show(request, key, context, status)


def _sample(kind: str, agency: Agency) -> str:
    """Two lines as they may be pasted, with this county's own codes."""
    first = agency.place.code[:6]
    if kind == "places":
        lines = (f"{first}100000,{_('某某镇')}", f"{first}101000,{_('某某乡')}")
        return "\n".join((_("代码,名称"), *lines))
    post = say(post_words("inspector"))
    line = f"zhangsan,{_('张三')},13900000000,{agency.code},{post},{today().isoformat()}"
    return "\n".join((_("登录名,姓名,手机,部门代码,岗位,任职日期"), line))


def _posts(agency: Agency) -> list[Words]:
    """What the posts of such an agency are called in a roster."""
    known = offices.posts().values()
    return [p.words for p in known if not p.agencies or agency.kind in p.agencies]


def _commit(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    waiting = keep.Kept(*request.session.pop(rosters.WAITING))
    content = keep.take(waiting) or b""
    report = imports.import_bytes(kind, waiting.name, content, commit=True, by=me(request))
    messages.success(request, next(report.lines()))
    return _onward(key)


def _onward(key: str) -> HttpResponse:
    following = assistant.following(key)
    if following == "done":
        return redirect("directory:setup-done")
    return redirect("directory:setup", key=following)


def _show(
    request: HttpRequest, key: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    agency = me(request).post.agency
    steps = [(s, s.done(agency), s.key == key) for s in assistant.STEPS]
    following = assistant.following(key)
    skip = (
        reverse("directory:setup-done")
        if following == "done"
        else reverse("directory:setup", args=[following])
    )
    here = assistant.step(key)
    assert here is not None
    more = {"title": here.title, "steps": steps, "key": key, "skip": skip}
    return show(request, "directory/setup.html", {**more, **context}, status)


@access(admin="directory")
def done(request: HttpRequest) -> HttpResponse:
    """What is ready, what is still missing, and what to do next."""
    agency = me(request).post.agency
    steps = [(s, s.done(agency)) for s in assistant.STEPS]
    context = {
        "title": _("设置完成"),
        "steps": steps,
        "missing": [s for s, ready in steps if not ready],
    }
    return show(request, "directory/setup_done.html", context)
