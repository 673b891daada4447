"""部门 and 科室: who is there, what their papers are called, and which townships a station has."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext, pgettext_lazy

from zhian.directory import forms, queries, reach, remedies, series, stations
from zhian.directory.access import access
from zhian.directory.actions import structure
from zhian.directory.errors import NotPossible
from zhian.directory.models import Agency, Appointment, Office
from zhian.directory.pages.base import (
    asked,
    do_or_say,
    form_page,
    found,
    me,
    show,
    show_list,
    today,
)
from zhian.directory.words import agency_words, named, post_words, say
from zhian.law import offices
from zhian.web.lists import Column

COLUMNS = (
    Column("name", gettext_lazy("名称"), named, ("name",)),
    Column("code", gettext_lazy("代码"), lambda r: r.code, ("code",)),
    Column("kind", gettext_lazy("类别"), lambda r: say(agency_words(r.kind)), ("kind",)),
    Column("place", gettext_lazy("区划"), lambda r: named(r.place), ("place__code",)),
    Column("phone", gettext_lazy("公开电话"), lambda r: r.phone, ("phone",)),
    Column("offices", pgettext_lazy("list", "科室"), lambda r: r.n_offices, ("n_offices",), True),
    Column("posts", pgettext_lazy("list", "岗位"), lambda r: r.n_posts, ("n_posts",), True),
    Column("closed", gettext_lazy("撤销日期"), lambda r: r.closed_on, ("closed_on",), shown=False),
)
CHANGED = ("name", "name_en", "superior", "short_name", "phone", "mailbox", "address")


def _url(agency: Agency) -> str:
    return reverse("directory:agency", args=[agency.pk])


def _office_url(office: Office) -> str:
    return reverse("directory:office", args=[office.pk])


@access(admin="directory")
def agencies(request: HttpRequest) -> HttpResponse:
    """The agencies in reach."""
    kinds = [(k, say(a.words)) for k, a in offices.agency_kinds().items()]
    text = asked(request, "q", _("名称或者代码"))
    kind = asked(request, "kind", _("类别"), kinds)
    return show_list(
        request,
        queries.found_agencies(me(request), text.value, kind.value),
        COLUMNS,
        title=pgettext("list", "部门"),
        fallback="code",
        link=_url,
        filters=[text, kind],
        actions=[
            (reverse("directory:agency-new"), _("新增部门")),
            (reverse("directory:import", args=["agencies"]), _("从表格导入")),
            (reverse("directory:import", args=["offices"]), _("导入科室")),
        ],
        empty=_("没有这样的部门。可以新增，或者从表格导入。"),
    )


@access("GET", "POST", admin="directory")
def agency_new(request: HttpRequest) -> HttpResponse:
    """A new agency."""
    return form_page(
        request,
        forms.AgencyForm,
        structure.add_agency,
        title=_("新增部门"),
        button=_("新增"),
        back=reverse("directory:agencies"),
        done=_("部门已新增。下一步：设科室和岗位。"),
        onward=_url,
    )


@access(admin="directory", about="agency")
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency: its offices, its posts and who holds them, its numbers and notices."""
    row, day = found(reach.agencies(me(request)), pk), today()
    posts = list(queries.posts_of(row, day))
    context = {
        "title": named(row),
        "agency": row,
        "kind": agency_words(row.kind),
        "offices": queries.offices_of(row),
        "townships": stations.townships_of(row, day),
        "posts": [(p, post_words(p.kind)) for p in posts],
        "empty_posts": sum(not p.holders for p in posts),
        "numbers": series.of_agency(row, day.year),
        "year": day.year,
        "remedies": remedies.own(row),
    }
    return show(request, "directory/agency.html", context)


@access("GET", "POST", admin="directory", about="agency")
def agency_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Names, published telephone and mailbox, the word in document numbers."""
    row = found(reach.agencies(me(request)), pk)
    return form_page(
        request,
        forms.AgencyChangeForm,
        structure.change_agency,
        about={"agency": row},
        given={"initial": {n: getattr(row, n) for n in CHANGED}},
        title=_("修改：%(name)s") % {"name": named(row)},
        button=_("保存"),
        back=_url(row),
        done=_("已保存。"),
    )


@access("GET", "POST", admin="directory", about="agency")
def agency_numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """Where this year's registers stood on paper, so that the house goes on from there."""
    row, year = found(reach.agencies(me(request)), pk), today().year
    return form_page(
        request,
        forms.SeriesForm,
        series.carry_on_all,
        about={"agency": row, "year": year},
        given={"initial": {s.key: s.last for s in series.of_agency(row, year)}},
        title=_("%(name)s：%(year)s 年文号") % {"name": named(row), "year": year},
        button=_("保存"),
        back=_url(row),
        done=_("已保存，新文书从下一号接着编。"),
        warning=_("只用于接续今年已在纸质登记簿上编的号；本系统编过的号不会重复，也不会倒退。"),
    )


@access("GET", "POST", admin="directory", about="agency")
def agency_remedies(request: HttpRequest, pk: int) -> HttpResponse:
    """Where papers send people who want a review or a lawsuit, if not where the law points."""
    row = found(reach.agencies(me(request)), pk)
    return form_page(
        request,
        forms.RemediesForm,
        remedies.choose,
        about={"agency": row},
        given={"initial": remedies.own(row)},
        title=_("%(name)s：复议和诉讼告知") % {"name": named(row)},
        button=_("保存"),
        back=_url(row),
        done=_("已保存，以后制发的文书按此告知。"),
    )


@access("GET", "POST", admin="directory", about="agency")
def agency_end(request: HttpRequest, pk: int) -> HttpResponse:
    """An agency is dissolved; nobody may hold a post in it any more."""
    row = found(reach.agencies(me(request)), pk)
    return _close(request, row, reverse("directory:agencies"))


@access("GET", "POST", admin="directory", about="office")
def office_end(request: HttpRequest, pk: int) -> HttpResponse:
    """An office or station is dissolved."""
    row = found(reach.offices(me(request)), pk)
    return _close(request, row, _url(row.agency))


def _close(request: HttpRequest, unit: Agency | Office, back: str) -> HttpResponse:
    def close(on: date, by: Appointment, reason: str) -> None:
        structure.close_unit(unit=unit, last_day=on, by=by, reason=reason)

    return form_page(
        request,
        forms.EndForm,
        close,
        title=_("撤销：%(name)s") % {"name": named(unit)},
        button=pgettext("close", "撤销"),
        back=back,
        done=_("已撤销。"),
    )


@access("GET", "POST", admin="directory", about="agency")
def office_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new office or station."""
    row = found(reach.agencies(me(request)), pk)
    return form_page(
        request,
        forms.OfficeForm,
        structure.add_office,
        about={"agency": row},
        title=_("%(name)s：新增科室或者所") % {"name": named(row)},
        button=_("新增"),
        back=_url(row),
        done=_("已新增。"),
    )


@access("GET", "POST", admin="directory", about="office")
def office(request: HttpRequest, pk: int) -> HttpResponse:
    """One office: its names, its seat, and the townships that it answers for beside it."""
    row = found(reach.offices(me(request)), pk)
    initial: dict[str, Any] = {n: getattr(row, n) for n in ("code", "name", "name_en")}
    initial["place"] = row.place.code if row.place else ""
    return form_page(
        request,
        forms.OfficeForm,
        structure.change_office,
        about={"office": row},
        given={"initial": initial},
        title=named(row),
        button=_("保存"),
        back=_url(row.agency),
        done=_("已保存。"),
        template="directory/office.html",
        office=row,
        also=stations.also(row, today()),
    )


@access("GET", "POST", admin="directory", about="office")
def office_township(request: HttpRequest, pk: int) -> HttpResponse:
    """A station answers for one more township than the one of its seat."""
    row = found(reach.offices(me(request)), pk)
    return form_page(
        request,
        forms.TownshipForm,
        stations.give,
        about={"office": row},
        title=_("%(name)s：增加负责的乡镇") % {"name": named(row)},
        button=_("增加"),
        back=_office_url(row),
        done=_("已增加。"),
    )


@access("POST", admin="directory", about="office")
def office_township_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A station answers for a township no longer."""
    mine, day = me(request), today()
    row = found(reach.offices(mine), pk)
    wanted = request.POST.get("row", "")
    held = stations.also(row, day).filter(pk=int(wanted) if wanted.isdigit() else 0).first()

    def take() -> None:
        if held is None:
            raise NotPossible("本所现在不负责该乡镇。", "The station has no such township.")
        stations.take(row=held, on=day, by=mine)

    do_or_say(request, take, _("该乡镇不再由本所负责。"))
    return redirect(_office_url(row))
