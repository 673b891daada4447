"""属地责任: who answers for what in each division, what is missing, and how it is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, gettext as _, gettext_lazy

from zhian.desk import stewards as tasks
from zhian.desk.errors import DeskError
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, reasons
from zhian.desk.visibility import visible_to
from zhian.directory import reach, rights, stewards
from zhian.directory.access import access
from zhian.directory.actions import stewards as actions
from zhian.directory.models import Appointment, Place, Premises, Stewardship
from zhian.directory.pages import twostep
from zhian.directory.pages.base import (
    asked,
    attempt,
    bound,
    found,
    me,
    page_of,
    show,
    show_list,
    today,
)
from zhian.directory.places import forms, steward_roster
from zhian.directory.stewards import Coverage, Proposal
from zhian.directory.words import business_words, named, say
from zhian.law.procedure import book
from zhian.web.lists import Column
from zhian.web.sheets import Unreadable

ANSWER = ("responsibility", "directory")
ROSTER = "steward_roster"
SHOWN = 200
BELOW = {"province": "city", "city": "county", "county": "township"}
SMALLEST = "village"
LEVEL_WORDS = dict(Stewardship.LEVELS)


def _share(level: str) -> Callable[[Coverage], str]:
    def text(row: Coverage) -> str:
        needed = row.needed(level)
        return f"{row.have.get(level, 0)}/{needed} · {row.percent(level)}%" if needed else "—"

    return text


TOWNS = (
    Column("place", gettext_lazy("区划"), lambda r: named(r.place)),
    Column("premises", gettext_lazy("在营场所"), lambda r: r.premises, numeric=True),
    Column("county", gettext_lazy("县级"), _share("county"), numeric=True),
    Column("township", gettext_lazy("乡镇"), _share("township"), numeric=True),
    Column("village", gettext_lazy("村级"), _share("village"), numeric=True),
    Column("double", gettext_lazy("同级重复"), lambda r: r.doubled, numeric=True),
)


def _people(level: str) -> Callable[[Premises], str]:
    def text(row: Premises) -> str:
        bonds = row.bonds.get(level, [])  # type: ignore[attr-defined]
        return _("、").join(named(bond.appointment.user) for bond in bonds)

    return text


PREMISES = (
    Column("name", gettext_lazy("场所"), lambda r: r.name, ("name",)),
    Column("number", gettext_lazy("场所编号"), lambda r: r.pk, ("pk",), shown=False),
    Column("place", gettext_lazy("地点"), lambda r: named(r.place), ("place__code",)),
    Column("address", gettext_lazy("地址"), lambda r: r.address, shown=False),
    Column(
        "business_type",
        gettext_lazy("业态"),
        lambda r: say(business_words(r.business_type)),
        ("business_type",),
    ),
    Column("county", gettext_lazy("县级"), _people("county")),
    Column("township", gettext_lazy("乡镇"), _people("township")),
    Column("village", gettext_lazy("村级"), _people("village")),
)


def _below(here: Place, day: date) -> list[Place]:
    """The divisions one step down; a township's are its villages."""
    rows = Place.objects.within(here).on(day).exclude(pk=here.pk)
    return list(rows.filter(level=BELOW.get(here.level, SMALLEST)).order_by("code"))


def _administers(mine: Appointment) -> bool:
    return any(rights.may_administer(mine, part) for part in ANSWER)


def _gives_tasks(mine: Appointment) -> bool:
    procedure = next(p for p in book().all() if p.kind == "task")
    return mine.post.kind in procedure.acts["direct"].posts


@access()
def index(request: HttpRequest) -> HttpResponse:
    """How far the divisions of this post's territory are covered, level by level."""
    mine, day = me(request), today()
    here = mine.post.territory
    rows = stewards.coverage(here, _below(here, day), day)
    whole = stewards.coverage(here, [here], day)[0]
    actions_here = [(reverse("answering-roster"), _("从名册导入"))] if _administers(mine) else []
    return show_list(
        request,
        rows,
        TOWNS,
        title=_("属地责任"),
        fallback="place",
        link=lambda r: reverse("answering-place", args=[r.place.pk]),
        template="office/answering.html",
        whole=whole,
        done=sum(r.whole for r in rows),
        of=len(rows),
        place=here,
        actions=actions_here,
        empty=_("辖区内没有下级区划。"),
    )


@access(about="place")
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers in one division, for what; its gaps, and the list to hang up."""
    mine, day = me(request), today()
    here = found(reach.places(mine).select_related("parent"), pk)
    text = asked(request, "q", _("场所名称"))
    key = asked(request, "gap", _("缺口"), [(g, say(stewards.WORDS[g])) for g in stewards.GAPS])
    rows = _premises(here, text.value, key.value, day)
    if file_kind(request):
        return _as_file(request, here, rows)
    shown = page_of(request, rows, PREMISES, "place")
    _bind(shown.rows)
    whole = stewards.coverage(here, [here], day)[0]
    open_now = {gap: matter for matter, gap in tasks.open_of(here)}
    missing = {**{k: whole.lacking(k) for k in stewards.LEVELS}, stewards.DOUBLE: whole.doubled}
    context = {
        "title": _("%(place)s：谁负责什么") % {"place": named(here)},
        "place": here,
        "whole": whole,
        "people": stewards.answerers(here, day),
        "missing": [(k, stewards.WORDS[k], n, open_now.get(k)) for k, n in missing.items() if n],
        "mine": visible_to(mine).filter(pk__in=[m.pk for m in open_now.values()]),
        "list": shown,
        "filters": [text, key],
        "below": stewards.coverage(here, _below(here, day), day) if here.level != "village" else [],
        "administers": _administers(mine),
        "gives": _gives_tasks(mine),
        "until": tasks.default_day(),
    }
    return show(request, "office/answering_place.html", context)


def _premises(here: Place, text: str, key: str, day: date) -> QuerySet[Premises]:
    rows = stewards.in_business(here).select_related("place")
    if text:
        rows = rows.filter(name__icontains=text)
    return stewards.gap(rows, key, day, here) if key in stewards.GAPS else rows


def _bind(rows: Iterable[Premises]) -> list[Premises]:
    """Who answers for each row, read at once."""
    several = list(rows)
    bonds: dict[int, Any] = {}
    for start in range(0, len(several), 500):
        bonds |= stewards.of_premises(several[start : start + 500], today())
    for row in several:
        row.bonds = bonds[row.pk]  # type: ignore[attr-defined]
    return several


def _as_file(request: HttpRequest, here: Place, rows: QuerySet[Premises]) -> HttpResponse:
    """The list to hang up or to work with."""
    taken = _bind(rows.order_by("place__code", "name")[: printed.most(request)])
    title = _("%(place)s属地责任人名单") % {"place": named(here)}
    wanted = request.GET.getlist("col")
    columns = [c for c in PREMISES if c.key in wanted] or [c for c in PREMISES if c.shown]
    return printed.as_file(request, title, columns, taken)


@access("POST", about="place")
def give_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: a task for every gap of the division that has none open yet."""
    mine = me(request)
    here = found(reach.places(mine), pk)
    until = parse_date(request.POST.get("until", "")) or tasks.default_day()
    try:
        given = tasks.open_tasks(here, giver=mine, until=until)
    except DeskError as refused:
        messages.error(request, " ".join(reasons(refused)))
    else:
        said = _("已交办 %(n)s 件；名单补齐后自动办结。") if given else _("没有要交办的。")
        messages.success(request, said % {"n": len(given)} if given else said)
    return redirect("answering-place", pk=here.pk)


# ---- filling by post


@access("GET", "POST", admin=ANSWER, about="place")
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Where nobody answers, whoever alone holds the division's post: seen first, then bound."""
    mine, day = me(request), today()
    here = found(reach.places(mine), pk)
    if request.method == "POST":
        levels = [level for level in stewards.LEVELS if level in request.POST.getlist("level")]
        n = actions.fill_by_post(
            place=here, levels=levels, since=day, by=mine, reason=_("按岗位补齐")
        )
        messages.success(request, _("已为 %(n)s 个场所明确责任人。") % {"n": n})
        return redirect("answering-place", pk=here.pk)
    proposals = [stewards.propose(here, level, day) for level in stewards.LEVELS]
    context = {
        "title": _("按岗位补齐：%(place)s") % {"place": named(here)},
        "place": here,
        "proposals": [_shown(p, LEVEL_WORDS[p.level]) for p in proposals],
        "any": any(p.pairs for p in proposals),
    }
    return show(request, "office/answering_fill.html", context)


def _shown(proposal: Proposal, words: Any) -> dict[str, Any]:
    codes = {*proposal.unheld, *proposal.several}
    places = {p.code: p for p in Place.objects.filter(code__in=codes, valid_to__isnull=True)}

    def rows(counts: Any) -> list[tuple[str, int]]:
        return [(named(places[c]) if c in places else c, n) for c, n in sorted(counts.items())]

    return {
        "level": proposal.level,
        "words": words,
        "n": len(proposal.pairs),
        "people": proposal.people,
        "unheld": rows(proposal.unheld),
        "several": rows(proposal.several),
    }


@access("GET", "POST", admin=ANSWER, about="place")
def bind(request: HttpRequest, pk: int) -> HttpResponse:
    """The rule that everything in a division is one person's: seen first, then bound."""
    mine = me(request)
    here = found(reach.places(mine), pk)
    who = request.GET.get("official", "").strip()
    form = bound(forms.PlaceRuleForm, request, who=who, initial={"level": here.level})
    would, status = None, 200
    if request.method == "POST":
        done = (
            attempt(form, lambda said: actions.bind_place(place=here, by=mine, **said))
            if twostep.commits(request)
            else None
        )
        if done is not None:
            n = done.added + done.replaced
            messages.success(request, _("已为 %(n)s 个场所明确责任人。") % {"n": n})
            return redirect("answering-place", pk=here.pk)
        would = attempt(form, lambda said: _would(here, mine, said)) if not form.errors else None
        status = 422 if form.errors else 200
    context = {
        "title": _("整片指定：%(place)s") % {"place": named(here)},
        "place": here,
        "form": form,
        "who": who,
        "would": would,
    }
    return show(request, "office/answering_bind.html", context, status)


def _would(here: Place, mine: Appointment, said: dict[str, Any]) -> actions.Bound:
    return actions.preview(lambda: actions.bind_place(place=here, by=mine, **said))


# ---- filling by roster


@access("GET", "POST", admin=ANSWER)
def roster(request: HttpRequest) -> HttpResponse:
    """A roster of who answers for which premises: looked through, then taken whole."""
    if request.method == "POST" and twostep.commits(request):
        return _roster_now(request)
    form = bound(forms.StewardRosterForm, request)
    report, status = None, 200
    if request.method == "POST":
        report = attempt(form, lambda said: _looked(request, form, said))
        status = 200 if report and not report.errors else 422
    context = {
        "title": _("导入属地责任名册"),
        "form": form,
        "report": report,
        "errors": report.errors[:SHOWN] if report else (),
        "fields": steward_roster.FIELDS,
        "language": get_language(),
    }
    return show(request, "office/answering_roster.html", context, status)


def _looked(request: HttpRequest, form: Any, said: dict[str, Any]) -> Any:
    file = twostep.file_of(form, (".xlsx", ".csv"))
    if file is None:
        return None
    content, since, beside = file.read(), said["since"], said["beside"]
    try:
        report = steward_roster.import_roster(
            file.name, content, since=since, beside=beside, by=me(request), commit=False
        )
    except Unreadable as error:
        form.add_error("file", say(error.words))
        return None
    if not report.errors:
        twostep.put_aside(
            request, ROSTER, file.name, content, since=since.isoformat(), beside=beside
        )
    return report


def _roster_now(request: HttpRequest) -> HttpResponse:
    waiting = twostep.take(request, ROSTER)
    if waiting is None:
        messages.error(request, _("没有待导入的文件，请重新上传。"))
        return redirect("answering-roster")
    report = steward_roster.import_roster(
        waiting.name,
        waiting.content,
        since=date.fromisoformat(str(waiting.said["since"])),
        beside=bool(waiting.said["beside"]),
        by=me(request),
        commit=True,
    )
    if not report.committed:
        messages.error(request, _("名单在预览之后有变化，请重新上传。"))
        return redirect("answering-roster")
    n = report.bound.added + report.bound.replaced + report.bound.beside
    messages.success(request, _("已为 %(n)s 个场所明确责任人。") % {"n": n})
    return redirect("answering")
