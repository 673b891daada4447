"""职责分工 and 包保: who answers for what, and where nobody does."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from zhian.directory import forms, gaps, queries, reach
from zhian.directory.access import access
from zhian.directory.actions import duties
from zhian.directory.models import Sponsorship
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
from zhian.directory.words import business_words, say
from zhian.law import offices
from zhian.web.lists import Column

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
    Column("place", gettext_lazy("区划"), lambda r: str(r.place), ("place__code",)),
    Column("agency", gettext_lazy("部门"), lambda r: str(r.agency), ("agency__name",)),
    Column("basis", gettext_lazy("依据"), lambda r: r.basis, ("basis",)),
    Column("since", gettext_lazy("起"), lambda r: r.since, ("since",)),
)
SPONSORS = (
    Column("premises", gettext_lazy("场所"), lambda r: str(r.premises), ("premises__name",)),
    Column(
        "place",
        gettext_lazy("地点"),
        lambda r: str(r.premises.place),
        ("premises__place__code",),
    ),
    Column("level", gettext_lazy("层级"), lambda r: r.level, ("level",)),
    Column(
        "official",
        gettext_lazy("包保人"),
        lambda r: str(r.appointment.user),
        ("appointment__user__name",),
    ),
    Column(
        "agency",
        gettext_lazy("部门"),
        lambda r: str(r.appointment.post.agency),
        ("appointment__post__agency__name",),
    ),
    Column("since", gettext_lazy("起"), lambda r: r.since, ("since",)),
)


@access(admin=REPORT)
def report(request: HttpRequest) -> HttpResponse:
    """Gaps and overlaps: every figure opens its rows."""
    mine, day = me(request), today()
    context = {
        "title": _("空白与重叠"),
        "day": day,
        "findings": [(f, f.count(mine, day)) for f in gaps.FINDINGS.values()],
    }
    return show(request, "directory/gaps.html", context)


@access(admin=REPORT, about="finding")
def gap(request: HttpRequest, key: str) -> HttpResponse:
    """The rows behind one figure, a page at a time, and where they are mended."""
    finding = gaps.FINDINGS.get(key)
    if finding is None:
        raise Http404
    return show_list(
        request,
        finding.rows(me(request), today()),
        finding.columns,
        title=finding.title,
        fallback=finding.fallback if finding.fallback in _sorts(finding) else _first(finding),
        link=finding.link,
        intro=finding.why,
        actions=[(reverse(finding.mend), _("去处理"))] if finding.mend else [],
        empty=_("没有。"),
    )


def _sorts(finding: gaps.Finding) -> set[str]:
    return {c.key for c in finding.columns if c.sort}


def _first(finding: gaps.Finding) -> str:
    return next((c.key for c in finding.columns if c.sort), "")


@access(admin=ANSWER)
def responsibilities(request: HttpRequest) -> HttpResponse:
    """The rows of the matrix that are in force."""
    text, kind = request.GET.get("q", "").strip(), request.GET.get("type", "")
    return show_list(
        request,
        queries.found_responsibilities(me(request), text, kind, today()),
        COLUMNS,
        title=_("职责分工"),
        fallback="business_type",
        link=lambda row: reverse("directory:responsibility-end", args=[row.pk]),
        filters=[
            Filter("q", _("部门或者区划"), text),
            Filter("type", _("业态"), kind, forms.business_types()[1:]),
        ],
        actions=[
            (reverse("directory:responsibility-new"), _("明确职责")),
            (reverse("directory:matrix"), _("按乡镇查看")),
            (reverse("directory:gaps"), _("空白与重叠")),
        ],
        empty=_("还没有明确职责。每种业态至少要有一个部门负责。"),
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
    asked = request.GET.get("page", "1")
    page = min(max(int(asked) if asked.isdigit() else 1, 1), pages)
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
    """An agency is given a business type in a place."""
    mine = me(request)
    initial = {key: request.GET.get(key, "") for key in ("business_type", "place")}
    return form_page(
        request,
        bound(forms.ResponsibilityForm, request, initial=initial),
        lambda given: duties.give_responsibility(by=mine, **given),
        title=_("明确职责"),
        button=_("明确"),
        back=reverse("directory:responsibilities"),
        done=_("职责已明确。"),
    )


@access("GET", "POST", admin=ANSWER, about="responsibility")
def responsibility_end(request: HttpRequest, pk: int) -> HttpResponse:
    """An agency answers no longer."""
    mine = me(request)
    row = found(reach.responsibilities(mine), pk)
    return form_page(
        request,
        bound(forms.EndForm, request),
        lambda given: duties.end_responsibility(row=row, by=mine, **given),
        title=_("终止职责：%(row)s")
        % {"row": f"{row.agency} · {say(business_words(row.business_type))} · {row.place}"},
        button=_("终止"),
        back=reverse("directory:responsibilities"),
        done=_("职责已终止。"),
    )


@access(admin=ANSWER)
def sponsorships(request: HttpRequest) -> HttpResponse:
    """The sponsorships in force."""
    text, level = request.GET.get("q", "").strip(), request.GET.get("level", "")
    return show_list(
        request,
        queries.found_sponsorships(me(request), text, level, today()),
        SPONSORS,
        title=_("包保"),
        fallback="place",
        link=lambda row: reverse("directory:sponsorship-end", args=[row.pk]),
        filters=[
            Filter("q", _("场所或者包保人"), text),
            Filter("level", _("层级"), level, [(k, k) for k, _w in Sponsorship.LEVELS]),
        ],
        actions=[
            (reverse("directory:sponsorship-new"), _("设包保人")),
            (reverse("directory:gap", args=["without_sponsor"]), _("无包保人的场所")),
        ],
        empty=_("还没有包保关系。"),
    )


@access("GET", "POST", admin=ANSWER)
def sponsorship_new(request: HttpRequest) -> HttpResponse:
    """Bind an official to premises: find both by name, then choose."""
    mine, day = me(request), today()
    shop, who = (request.GET.get(key, "").strip() for key in ("premises", "official"))
    form = bound(forms.SponsorForm, request)
    offered: Any = queries.premises_named(mine, shop) if shop else []
    people: Any = queries.found_appointments(mine, who, day)[:20] if who else []
    if request.method == "POST":
        offered = _chosen(reach.premises(mine), request.POST.get("premises", ""))
        people = _chosen(reach.appointments(mine), request.POST.get("appointment", ""))
    _offer(form, "premises", offered)
    _offer(form, "appointment", people)
    return form_page(
        request,
        form,
        lambda given: duties.sponsor(by=mine, **given),
        title=_("设包保人"),
        button=_("设定"),
        back=reverse("directory:sponsorships"),
        done=_("包保人已设定。同级原包保人自前一日起终止。"),
        template="directory/sponsor.html",
        shop=shop,
        who=who,
    )


def _chosen(rows: Any, pk: str) -> Any:
    return rows.filter(pk=int(pk)) if pk.isdigit() else []


def _offer(form: Any, name: str, rows: Any) -> None:
    """Offer only what was found: a list of thousands helps nobody."""
    field = form.fields[name]
    field.choices = [("", "—"), *((r.pk, field.label_from_instance(r)) for r in rows)]


@access("GET", "POST", admin=ANSWER, about="sponsorship")
def sponsorship_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A sponsorship ends."""
    mine = me(request)
    row = found(reach.sponsorships(mine), pk)
    return form_page(
        request,
        bound(forms.EndForm, request),
        lambda given: duties.end_sponsorship(row=row, by=mine, **given),
        title=_("终止包保：%(row)s") % {"row": f"{row.premises} · {row.appointment.user}"},
        button=_("终止"),
        back=reverse("directory:sponsorships"),
        done=_("包保已终止。"),
    )
