"""实地核查: the checks that a post must do or has given, on paper and answered many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhian.apps.registry.census import rights
from zhian.apps.registry.census.blind import answers, shown
from zhian.apps.registry.models import GroundCheck
from zhian.desk import timing, uploads, visibility
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import perform, procedure_of
from zhian.desk.errors import DeskError, FieldErrors, speak
from zhian.desk.models import Matter
from zhian.desk.pages import printed
from zhian.desk.pages.base import file_kind, me, reasons
from zhian.directory.access import access
from zhian.directory.models import Appointment
from zhian.law import vocabulary
from zhian.law.procedure import ActSpec
from zhian.web.lists import listing, ordering

POSTS = (*rights.CENSUS, *rights.DEPARTMENTS, *rights.GROUND, "village_officer", "county_leader")
DOERS = (
    "township_head", "township_officer", "village_officer", "inspector", "office_head",
    "intake_clerk",
)  # fmt: skip
MOST = 30
TO_ANSWER = ("given", "checking")


def checks_of(mine: Appointment) -> QuerySet[GroundCheck]:
    """The checks that the post may read."""
    seen = visibility.visible_to(mine).filter(kind="ground_check")
    rows = GroundCheck.objects.filter(matter__in=seen.order_by().values("pk"))
    return rows.select_related(
        "matter__place", "matter__agency", "matter__office", "matter__premises", "establishment"
    )


def to_answer(mine: Appointment) -> QuerySet[GroundCheck]:
    """The checks that the post may answer now."""
    doing = visibility.acting_on(mine).filter(kind="ground_check", phase__in=TO_ANSWER)
    return checks_of(mine).filter(open=True, matter__in=doing.order_by().values("pk"))


def _narrowed(mine: Appointment, given: Mapping[str, str]) -> QuerySet[GroundCheck]:
    state = given.get("state", "open")
    rows = to_answer(mine) if state == "mine" else checks_of(mine)
    if state in ("open", "closed"):
        rows = rows.filter(open=state == "open")
    if given.get("flag"):
        rows = rows.filter(flag=given["flag"])
    text = given.get("q", "").strip()
    return rows.filter(matter__title__icontains=text[:100]) if text else rows


@access(posts=POSTS)
def checks(request: HttpRequest) -> HttpResponse:
    """The ground checks in reach; printed they are the sheet that goes along."""
    mine = me(request)
    found = _narrowed(mine, request.GET.dict())
    if file_kind(request):
        return _sheet(request, found)
    page = listing(request.GET, found, shown.CHECK_COLUMNS, "due")
    answerable = set(to_answer(mine).filter(pk__in=[r.pk for r in page.rows]).values_list(
        "pk", flat=True))  # fmt: skip
    context = {
        "list": page,
        "rows": [(shown.Check(row), row.pk in answerable) for row in page.rows],
        "answerable": bool(answerable),
        "flags": [(row.key, speak(row.words)) for row in vocabulary.choices("ground_flag")],
        "state": request.GET.get("state", "open"),
    }
    return render(request, "registry/blind_checks.html", context)


def _sheet(request: HttpRequest, found: QuerySet[GroundCheck]) -> HttpResponse:
    """The list as a file: to print with room for what is found, else the chosen columns."""
    columns = shown.CHECK_COLUMNS
    _sort, terms = ordering(columns, request.GET.get("sort", ""), "due")
    terms[-1:] = ["pk"]
    keys = shown.SHEET if file_kind(request) == "pdf" else tuple(c.key for c in columns)
    wanted = [c for c in columns if c.key in (request.GET.getlist("col") or keys)]
    rows = [shown.Check(row) for row in found.order_by(*terms)[: printed.most(request)]]
    return printed.as_file(request, _("实地核查单"), wanted, rows)


# --- many at once


@dataclass(slots=True)
class Entered:
    """What was entered for one check, and what is wrong with it."""

    check: shown.Check
    answer: str = ""
    number: str = ""
    note: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def pk(self) -> int:
        """The matter's number in addresses and fields."""
        return int(self.check.row.pk)


@dataclass(slots=True)
class Common:
    """Who was there, when and where: for all of them, as one round through a village is."""

    who: str = ""
    at: str = ""
    longitude: str = ""
    latitude: str = ""
    accuracy: str = ""
    no_point: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str], mine: Appointment) -> Common:
        """From a form; an empty one begins with the person and now."""
        names = ("longitude", "latitude", "accuracy", "no_point")
        now = timezone.localtime(timing.now()).strftime("%Y-%m-%dT%H:%M")
        return cls(
            given.get("who", str(mine.user)).strip(),
            given.get("at", now),
            *(given.get(name, "").strip() for name in names),
        )

    @property
    def fields(self) -> dict[str, Any]:
        """As an act takes them."""
        return {
            "who": self.who, "visited_at": self.at, "longitude": self.longitude,
            "latitude": self.latitude, "accuracy": self.accuracy, "no_point": self.no_point,
        }  # fmt: skip


@access("GET", "POST", posts=DOERS)
def answer_many(request: HttpRequest) -> HttpResponse:
    """Answer several checks in one go: each counts by itself, what is wrong stays on the page."""
    mine = me(request)
    given = request.POST if request.method == "POST" else request.GET
    keys = [int(text) for text in given.getlist("one") if text.isdigit() and len(text) < 18]
    found = to_answer(mine).filter(pk__in=keys[:MOST]).order_by("matter__place_code", "pk")
    rows = [Entered(shown.Check(row)) for row in found]
    common = Common.read(given.dict() if request.method == "POST" else {}, mine)
    status = 200
    if request.method == "POST":
        rows, done = _answer_all(request, rows, common, mine)
        if done:
            messages.success(request, _("已答复 %(n)d 件，登记随之更新。") % {"n": done})
        if not rows:
            return redirect("census_checks")
        status = 422 if any(row.errors for row in rows) else 200
        if not any(row.errors for row in rows) and not done:
            messages.error(request, _("请至少选一件的核查结果。"))
    context = {"rows": rows, "common": common, "most": MOST}
    return render(request, "registry/blind_answers.html", context, status=status)


def _answer_all(
    request: HttpRequest, rows: list[Entered], common: Common, mine: Appointment
) -> tuple[list[Entered], int]:
    """Those that are still to be answered, with what was wrong; and how many were taken."""
    left, done = [], 0
    for row in rows:
        row.answer = request.POST.get(f"answer-{row.pk}", "")
        row.number = request.POST.get(f"number-{row.pk}", "").strip()
        row.note = request.POST.get(f"note-{row.pk}", "").strip()
        if row.answer and _answer(request, row, common, mine):
            done += 1
        else:
            left.append(row)
    return left, done


def _answer(request: HttpRequest, row: Entered, common: Common, mine: Appointment) -> bool:
    matter, by = row.check.matter, Actor.official(mine)
    note: dict[str, Any] = {"note": row.note}
    verb = answers.TRADING if row.answer == answers.TRADING else "answer"
    fields = note if verb == answers.TRADING else note | {
        "answer": row.answer, "number": row.number}  # fmt: skip
    try:
        with transaction.atomic():
            photos = uploads.keep(request.FILES.getlist(f"photos-{row.pk}"), matter, "photo")
            seen = common.fields | {"photos": photos}
            act = perform(matter, "visit", fields=seen, by=by, at=_moment(common.at))
            uploads.tie(act, photos)
            perform(matter, verb, fields=fields, by=by)
    except (DeskError, uploads.BadFile) as error:
        row.errors = _said(error, matter)
        return False
    return True


def _moment(text: str) -> datetime | None:
    """When it was, if it can be read; the field itself says what is wrong with it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else timezone.make_aware(found)


def _said(error: DeskError | uploads.BadFile, matter: Matter) -> list[str]:
    if isinstance(error, FieldErrors):
        procedure = procedure_of(matter)
        specs = [procedure.act(verb) for verb in ("visit", "answer", answers.TRADING)]
        return [
            _("%(field)s：%(error)s") % {"field": _label(specs, name), "error": speak(words)}
            for name, words in error.errors.items()
        ]
    return reasons(error) if isinstance(error, DeskError) else [str(error)]


def _label(specs: Sequence[ActSpec], name: str) -> str:
    fields = [row for spec in specs if (row := spec.field(name)) is not None]
    return speak(fields[0].words) if fields else name
