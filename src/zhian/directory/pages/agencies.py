"""部门、科室和岗位."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext, pgettext_lazy

from zhian.directory import forms, queries, reach
from zhian.directory.access import access
from zhian.directory.actions import structure
from zhian.directory.models import Agency, Office
from zhian.directory.pages.base import (
    Filter,
    bound,
    form_page,
    found,
    me,
    show,
    show_list,
    today,
)
from zhian.directory.words import agency_words, post_words, say
from zhian.law import offices
from zhian.web.lists import Column

COLUMNS = (
    Column("name", gettext_lazy("名称"), lambda r: r.name, ("name",)),
    Column("code", gettext_lazy("代码"), lambda r: r.code, ("code",)),
    Column("kind", gettext_lazy("类别"), lambda r: say(agency_words(r.kind)), ("kind",)),
    Column("place", gettext_lazy("区划"), lambda r: str(r.place), ("place__code",)),
    Column("phone", gettext_lazy("公开电话"), lambda r: r.phone, ("phone",)),
    Column("offices", pgettext_lazy("list", "科室"), lambda r: r.n_offices, ("n_offices",), True),
    Column("posts", pgettext_lazy("list", "岗位"), lambda r: r.n_posts, ("n_posts",), True),
    Column("closed", gettext_lazy("撤销日期"), lambda r: r.closed_on, ("closed_on",), shown=False),
)


def _url(agency: Agency) -> str:
    return reverse("directory:agency", args=[agency.pk])


@access(admin="directory")
def agencies(request: HttpRequest) -> HttpResponse:
    """The agencies in reach."""
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    kinds = [(k, say(a.words)) for k, a in offices.agency_kinds().items()]
    return show_list(
        request,
        queries.found_agencies(me(request), text, kind),
        COLUMNS,
        title=pgettext("list", "部门"),
        fallback="code",
        link=_url,
        filters=[
            Filter("q", _("名称或者代码"), text),
            Filter("kind", _("类别"), kind, kinds),
        ],
        actions=[
            (reverse("directory:agency-new"), _("新增部门")),
            (reverse("directory:import", args=["agencies"]), _("从表格导入")),
            (reverse("directory:import", args=["offices"]), _("导入科室")),
        ],
        empty=_("没有这样的部门。"),
    )


@access("GET", "POST", admin="directory")
def agency_new(request: HttpRequest) -> HttpResponse:
    """A new agency."""
    mine = me(request)
    return form_page(
        request,
        bound(forms.AgencyForm, request),
        lambda given: structure.add_agency(by=mine, **given),
        title=_("新增部门"),
        button=_("新增"),
        back=reverse("directory:agencies"),
        done=_("部门已新增。"),
        onward=_url,
    )


@access(admin="directory", about="agency")
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency: its offices, its posts and who holds them."""
    row = found(reach.agencies(me(request)), pk)
    posts = list(queries.posts_of(row, today()))
    context = {
        "title": row.name,
        "agency": row,
        "kind": agency_words(row.kind),
        "offices": queries.offices_of(row),
        "posts": [(p, post_words(p.kind)) for p in posts],
        "empty_posts": sum(not p.holders for p in posts),
    }
    return show(request, "directory/agency.html", context)


@access("GET", "POST", admin="directory", about="agency")
def agency_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Names, published telephone and mailbox, the word in document numbers."""
    mine = me(request)
    row = found(reach.agencies(mine), pk)
    names = ("name", "name_en", "superior", "short_name", "phone", "mailbox", "address")
    return form_page(
        request,
        bound(forms.AgencyChangeForm, request, initial={n: getattr(row, n) for n in names}),
        lambda given: structure.change_agency(agency=row, by=mine, **given),
        title=_("修改：%(name)s") % {"name": row.name},
        button=_("保存"),
        back=_url(row),
        done=_("已保存。"),
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
    mine = me(request)
    return form_page(
        request,
        bound(forms.EndForm, request),
        lambda given: structure.close_unit(
            unit=unit, last_day=given["on"], by=mine, reason=given["reason"]
        ),
        title=_("撤销：%(name)s") % {"name": unit.name},
        button=pgettext("close", "撤销"),
        back=back,
        done=_("已撤销。"),
    )


@access("GET", "POST", admin="directory", about="agency")
def office_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new office or station."""
    mine = me(request)
    row = found(reach.agencies(mine), pk)
    return form_page(
        request,
        bound(forms.OfficeForm, request),
        lambda given: structure.add_office(agency=row, by=mine, **given),
        title=_("%(name)s：新增科室或者所") % {"name": row.name},
        button=_("新增"),
        back=_url(row),
        done=_("已新增。"),
    )


@access("GET", "POST", admin="directory", about="office")
def office(request: HttpRequest, pk: int) -> HttpResponse:
    """One office: its names and the place it answers for."""
    mine = me(request)
    row = found(reach.offices(mine), pk)
    initial = {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "place": row.place.code if row.place else "",
    }
    return form_page(
        request,
        bound(forms.OfficeForm, request, initial=initial),
        lambda given: structure.change_office(office=row, by=mine, **given),
        title=row.name,
        button=_("保存"),
        back=_url(row.agency),
        done=_("已保存。"),
        danger=(reverse("directory:office-end", args=[row.pk]), _("撤销此科室")),
    )


@access("GET", "POST", admin="directory", about="agency")
def post_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new post; only those that such an agency has are offered."""
    mine = me(request)
    row = found(reach.agencies(mine), pk)
    return form_page(
        request,
        bound(forms.PostForm, request, agency=row),
        lambda given: structure.add_post(agency=row, by=mine, **given),
        title=_("%(name)s：新增岗位") % {"name": row.name},
        button=_("新增"),
        back=_url(row),
        done=_("岗位已新增。"),
    )
