"""What the review desk reads: whose county, which run, and what people decided so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhian.apps.registry.census import rights
from zhian.apps.registry.census.review.reclustering import Bonds
from zhian.apps.registry.models import (
    CensusConflict,
    CensusDecision,
    CensusQuestion,
    LinkRun,
)
from zhian.directory.models import Appointment, Place

REVIEWERS = rights.PHONES
BINDING = ("same", "different", "new")


# --- whose county, which run


def runs(mine: Appointment) -> QuerySet[LinkRun]:
    """The runs of the reviewer's county; partner departments do not review."""
    here = LinkRun.objects.filter(place=rights.county(mine))
    return here if mine.post.agency.kind == rights.SEATS else here.none()


def current(mine: Appointment) -> LinkRun | None:
    """The run whose register stands."""
    rows = runs(mine).filter(state="published").select_related("place")
    return rows.order_by("-published_at", "-id").first()


def newest(place: int) -> int | None:
    """The key of the run whose register stands in a county."""
    rows = LinkRun.objects.filter(place=place, state="published")
    return rows.order_by("-published_at", "-id").values_list("pk", flat=True).first()


def questions(mine: Appointment) -> QuerySet[CensusQuestion]:
    """Every question of the reviewer's county."""
    rows = CensusQuestion.objects.filter(run__in=runs(mine))
    return rows.select_related("run", "record__agency", "record__brought_by")


def conflicts(mine: Appointment) -> QuerySet[CensusConflict]:
    """Every conflict of the reviewer's county."""
    return CensusConflict.objects.filter(run__in=runs(mine)).select_related("run")


def decisions(mine: Appointment) -> QuerySet[CensusDecision]:
    """Every decision of the reviewer's county."""
    rows = CensusDecision.objects.filter(run__in=runs(mine))
    return rows.select_related("by__user", "by__post", "run", "undone_by", "undoes", "seconds")


# --- what people decided


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a run of linking must keep to, by natural keys `agency/roster/key`.

    `aside`: rows whose code is not theirs, to be read as if they had none. `contradictions`: pairs
    that are both bound together and kept apart; they stand in `different` only.
    """

    same: list[tuple[str, str]]
    different: list[tuple[str, str]]
    aside: list[str] = field(default_factory=list)
    contradictions: list[tuple[str, str]] = field(default_factory=list)


def in_force(rows: QuerySet[CensusDecision]) -> QuerySet[CensusDecision]:
    """Decisions that hold: not undone, and agreed to where a second person must agree."""
    agreed = CensusDecision.objects.filter(
        seconds=OuterRef("pk"), answer="agree", undone_by__isnull=True
    )
    return rows.filter(Q(second="") | Exists(agreed), undone_by__isnull=True)


def bonds(place: Place) -> tuple[Bonds, list[str]]:
    """Pairs that people bound together or keep apart in a county, and rows whose code is not
    theirs."""
    rows = in_force(CensusDecision.objects.filter(place=place, answer__in=BINDING))
    same: list[tuple[str, str]] = []
    different: list[tuple[str, str]] = []
    aside: dict[str, None] = {}
    values = rows.order_by("id").values_list("answer", "one", "two", "unlike", "aside")
    for answer, one, two, unlike, codes in values:
        if answer == "same":
            same.append((one, two))
        elif answer == "different" and two:
            different.append((one, two))
        different += [(one, other) for other in unlike]
        aside |= dict.fromkeys(codes)
    return Bonds(same, different), list(aside)


def constraints(place: Place) -> Constraints:
    """What people decided in a county, as the next run must keep to it."""
    found, aside = bonds(place)
    against = found.contradictions()
    torn = set(against)
    same = found.same if not torn else _without(found, torn)
    return Constraints(same, found.different, aside, against)


def _without(found: Bonds, torn: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The bonds that do not tie together what is kept apart."""
    loose = set().union(*(found.block(one) for one, _two in torn))
    return [pair for pair in found.same if pair[0] not in loose]


def waits(rows: QuerySet[CensusDecision]) -> QuerySet[CensusDecision]:
    """Decisions that wait for a second person."""
    answered = CensusDecision.objects.filter(seconds=OuterRef("pk"), undone_by__isnull=True)
    rows = rows.filter(undone_by__isnull=True).exclude(second="")
    return rows.exclude(Exists(answered))


def audited(mine: Appointment) -> list[tuple[int, float, bool]]:
    """The audit so far: run, the chance that was given, and whether the link was right."""
    rows = decisions(mine).filter(
        source="audit", answer__in=("same", "different"), undone_by=None, question__isnull=False
    )
    rows = rows.exclude(second="overtaken")
    values = rows.order_by("run").values_list("run", "question__choices", "answer")
    return [(run, _chance(choices), answer == "same") for run, choices, answer in values]


def _chance(choices: list[dict[str, float]]) -> float:
    return float(choices[0].get("chance", 0.0)) if choices else 0.0


def later(run: LinkRun) -> QuerySet[CensusDecision]:
    """The decisions of a run that hold, for telling what rests on one of them."""
    rows = CensusDecision.objects.filter(run=run, undone_by__isnull=True, undoes__isnull=True)
    return rows.select_related("by__user").order_by("id")
