"""职责分工 and 包保: who answers for what, and where nobody does."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from zhian.directory import findings, forms, gaps, queries, reach
from zhian.directory.access import access
from zhian.directory.actions import duties
from zhian.directory.models import Sponsorship
from zhian.directory.pages import rooms
from zhian.directory.pages.base import (
    asked,
    attempt,
    bound,
    form_page,
    found,
    me,
    show,
    show_list,
    today,
)
from zhian.directory.words import business_words, named, say
from zhian.law import offices
from zhian.web.lists import Column, page_of

ANSWER = ("responsibility", "directory")
REPORT = ("responsibility", "reports", "directory")
PER_PAGE = 12

COLUMNS = (
    Column(
        "business_type",
        gettext_lazy("业态"),
        lambda r: say(business_words(r.business_type)),
        ("business_type",),
    ),
    Column("place", gettext_lazy("区划"), lambda r: named(r.place), ("place__code",)),
    Column("agency", gettext_lazy("部门"), lambda r: named(r.agency), ("agency__name",)),
    Column("office", gettext_lazy("科室"), lambda r: named(r.office), ("office__name",)),
    Column("basis", gettext_lazy("依据"), lambda r: r.basis, ("basis",)),
    Column("since", gettext_lazy("起"), lambda r: r.since, ("since",)),
)
SPONSORS = (
    Column("premises", gettext_lazy("场所"), lambda r: named(r.premises), ("premises__name",)),
    Column(
        "place",
        gettext_lazy("地点"),
        lambda r: named(r.premises.place),
        ("premises__place__code",),
    ),
    Column("level", gettext_lazy("层级"), lambda r: r.level, ("level",)),
    Column(
        "official",
        gettext_lazy("包保人"),
        lambda r: named(r.appointment.user),
        ("appointment__user__name",),
    ),
    Column(
        "agency",
        gettext_lazy("部门"),
        lambda r: named(r.appointment.post.agency),
        ("appointment__post__agency__name",),
    ),
    Column("since", gettext_lazy("起"), lambda r: r.since, ("since",)),
)


@access(admin=REPORT)
def report(request: HttpRequest) -> HttpResponse:
    """Gaps and overlaps, then what there is: every figure opens its rows."""
    mine, day = me(request), today()
    counted = [(f, f.count(mine, day)) for f in findings.FINDINGS.values()]
    context = {
        "title": _("空白与重叠"),
        "day": day,
        "open": [(f, n) for f, n in counted if f.gap and n],
        "closed": [(f, n) for f, n in counted if f.gap and not n],
        "stock": [(f, n) for f, n in counted if not f.gap],
    }
    return show(request, "directory/gaps.html", context)


@access(admin=REPORT, about="finding")
def gap(request: HttpRequest, key: str) -> HttpResponse:
    """The rows behind one figure, a page at a time, and where they are mended."""
    mine, finding = me(request), findings.FINDINGS.get(key)
    if finding is None:
        raise Http404
    mends = not finding.mend or rooms.may_enter(mine, finding.mend)
    return show_list(
        request,
        finding.rows(mine, today()),
        finding.columns,
        title=finding.title,
        fallback=finding.fallback if finding.fallback in _sorts(finding) else _first(finding),
        link=finding.link if mends else None,
        intro=finding.why,
        actions=[(reverse(finding.mend), _("去处理"))] if finding.mend and mends else [],
        empty=_("没有。"),
    )


def _sorts(finding: findings.Finding) -> set[str]:
    return {c.key for c in finding.columns if c.sort}


def _first(finding: findings.Finding) -> str:
    return next((c.key for c in finding.columns if c.sort), "")


@access(admin=ANSWER)
def responsibilities(request: HttpRequest) -> HttpResponse:
    """The rows of the matrix that are in force."""
    text = asked(request, "q", _("部门或者区划"))
    kind = asked(request, "type", _("业态"), forms.business_types()[1:])
    return show_list(
        request,
        queries.found_responsibilities(me(request), text.value, kind.value, today()),
        COLUMNS,
        title=_("职责分工"),
        fallback="business_type",
        link=lambda row: reverse("directory:responsibility-end", args=[row.pk]),
        filters=[text, kind],
        actions=[
            (reverse("directory:responsibility-new"), _("明确职责")),
            (reverse("directory:responsibility-propose"), _("按法定部门补齐")),
            (reverse("directory:matrix"), _("按乡镇查看")),
            (reverse("directory:gaps"), _("空白与重叠")),
        ],
        empty=_("还没有明确职责。每种业态至少要有一个部门负责；可以按法定部门一次补齐。"),
    )


@access(admin=ANSWER)
def matrix(request: HttpRequest) -> HttpResponse:
    """Business types against townships, twelve townships a page: who answers in each cell."""
    mine, day = me(request), today()
    by_type: dict[str, dict[int, Any]] = defaultdict(dict)
    places: dict[int, Any] = {}
    for cell in gaps.cells(mine, day):
        by_type[cell.business_type][cell.place.pk] = cell
        places[cell.place.pk] = cell.place
    names = list(places.values())
    pages = max(1, -(-len(names) // PER_PAGE))
    page = page_of(request.GET, pages)
    shown = names[(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = [
        (t.words, [by_type[key][p.pk] for p in shown] if shown else [])
        for key, t in offices.business_types().items()
    ]
    context = {
        "title": _("业态与乡镇"),
        "places": shown,
        "rows": rows,
        "page": page,
        "pages": pages,
    }
    return show(request, "directory/matrix.html", context)


@access("GET", "POST", admin=ANSWER)
def responsibility_new(request: HttpRequest) -> HttpResponse:
    """An agency is given business types in a place."""
    initial = {
        "business_types": request.GET.getlist("business_type"),
        "place": request.GET.get("place", ""),
    }
    return form_page(
        request,
        forms.ResponsibilityForm,
        duties.give_responsibilities,
        given={"initial": initial},
        title=_("明确职责"),
        button=_("明确"),
        back=reverse("directory:responsibilities"),
        done=_("职责已明确。"),
    )


@access("GET", "POST", admin=ANSWER)
def responsibility_propose(request: HttpRequest) -> HttpResponse:
    """Where nobody answers, the department that the law names is offered; ticked, it answers."""
    mine, day = me(request), today()
    offered = gaps.proposed(mine, day)
    form = bound(forms.ProposalForm, request, offered=offered)
    if request.method == "POST":
        n = attempt(form, lambda said: duties.give_proposed(by=mine, **said))
        if not form.errors:
            messages.success(request, _("已明确 %(n)s 项职责。") % {"n": n})
            return redirect("directory:responsibilities")
    context = {
        "title": _("按法定部门补齐"),
        "form": form,
        "offered": offered,
        "chosen": request.POST.getlist("rows") if request.method == "POST" else None,
        "back": reverse("directory:responsibilities"),
    }
    return show(request, "directory/propose.html", context, 422 if form.errors else 200)


@access("GET", "POST", admin=ANSWER, about="responsibility")
def responsibility_end(request: HttpRequest, pk: int) -> HttpResponse:
    """An agency answers no longer."""
    row = found(reach.responsibilities(me(request)), pk)
    about = f"{named(row.agency)} · {say(business_words(row.business_type))} · {named(row.place)}"
    return form_page(
        request,
        forms.EndForm,
        duties.end_responsibility,
        about={"row": row},
        title=_("终止职责：%(row)s") % {"row": about},
        button=_("终止"),
        back=reverse("directory:responsibilities"),
        done=_("职责已终止。"),
    )


@access(admin=ANSWER)
def sponsorships(request: HttpRequest) -> HttpResponse:
    """The sponsorships in force."""
    text = asked(request, "q", _("场所或者包保人"))
    level = asked(request, "level", _("层级"), [(k, k) for k, _w in Sponsorship.LEVELS])
    return show_list(
        request,
        queries.found_sponsorships(me(request), text.value, level.value, today()),
        SPONSORS,
        title=_("包保"),
        fallback="place",
        link=lambda row: reverse("directory:sponsorship-end", args=[row.pk]),
        filters=[text, level],
        actions=[
            (reverse("directory:sponsorship-new"), _("设包保人")),
            (reverse("directory:gap", args=["without_sponsor"]), _("无包保人的场所")),
        ],
        empty=_("还没有包保关系。"),
    )


@access("GET", "POST", admin=ANSWER)
def sponsorship_new(request: HttpRequest) -> HttpResponse:
    """Bind an official to premises: find both by name, then choose."""
    shop, who = (request.GET.get(key, "").strip() for key in ("premises", "official"))
    return form_page(
        request,
        forms.SponsorForm,
        duties.sponsor,
        given={"shop": shop, "who": who},
        title=_("设包保人"),
        button=_("设定"),
        back=reverse("directory:sponsorships"),
        done=_("包保人已设定。同级原包保人自前一日起终止。"),
        template="directory/sponsor.html",
        shop=shop,
        who=who,
    )


@access("GET", "POST", admin=ANSWER, about="sponsorship")
def sponsorship_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A sponsorship ends."""
    row = found(reach.sponsorships(me(request)), pk)
    about = f"{named(row.premises)} · {named(row.appointment.user)}"
    return form_page(
        request,
        forms.EndForm,
        duties.end_sponsorship,
        about={"row": row},
        title=_("终止包保：%(row)s") % {"row": about},
        button=_("终止"),
        back=reverse("directory:sponsorships"),
        done=_("包保已终止。"),
    )
