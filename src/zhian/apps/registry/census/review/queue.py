"""The queues of questions and conflicts: who is to be asked what next, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from zhian.apps.registry.census.review.queries import conflicts, questions
from zhian.apps.registry.models import (
    CensusConflict,
    CensusDecision,
    CensusQuestion,
    LinkRun,
    RecordLink,
)
from zhian.directory.models import Appointment, Place
from zhian.methods.linkage import flags

AHEAD = 20  # how many of the queue are looked at for one that has not lapsed


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reviewer narrowed the queue to; `after`: the question that was skipped."""

    township: str = ""
    flag: str = ""
    roster: str = ""
    after: int = 0

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        """From an address; what is no filter is left out."""
        after = given.get("after", "")
        township = given.get("township", "")
        return cls(
            township if township.isdigit() else "",
            given.get("flag", "") if given.get("flag") in flags.WORDS else "",
            given.get("roster", "")[:20],
            int(after) if after.isdigit() and len(after) < 18 else 0,
        )

    @property
    def kept(self) -> dict[str, str]:
        """The filters that are set, as an address has them."""
        rows = {"township": self.township, "flag": self.flag, "roster": self.roster}
        return {name: value for name, value in rows.items() if value}


def unanswered(mine: Appointment) -> Exists:
    """Whether this person has said that he is not sure of the question."""
    return Exists(
        CensusDecision.objects.filter(
            question=OuterRef("pk"), answer="unsure", by__user=mine.user_id, undone_by=None
        )
    )


def queue(
    mine: Appointment, run: LinkRun, purpose: str, filters: Filters
) -> QuerySet[CensusQuestion]:
    """The open questions for a person, the most worth first."""
    rows = questions(mine).filter(run=run, purpose=purpose, state="open")
    rows = rows.exclude(unanswered(mine))
    if filters.roster:
        rows = rows.filter(record__roster=filters.roster)
    if filters.flag:
        text = Cast("changes", TextField())
        rows = rows.annotate(flags_text=text).filter(flags_text__contains=f'"{filters.flag}"')
    if filters.township:
        rows = rows.filter(_in_township(filters.township))
    return rows.order_by("-worth", "id")


def _in_township(key: str) -> Exists | Q:
    place = Place.objects.filter(pk=int(key)).first()
    if place is None:
        return Q(pk=None)
    first, after = place.code_range
    return Exists(
        RecordLink.objects.filter(
            record=OuterRef("record"),
            ended_at=None,
            establishment__place__code__gte=first,
            establishment__place__code__lt=after,
        )
    )


def beyond(rows: QuerySet[CensusQuestion], after: int) -> QuerySet[CensusQuestion]:
    """What comes after a question that was skipped, in the order of the queue."""
    passed = CensusQuestion.objects.filter(pk=after).values_list("worth", flat=True).first()
    if passed is None:
        return rows
    return rows.filter(Q(worth__lt=passed) | Q(worth=passed, pk__gt=after))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the queue is: open and all questions, and who answered how many today."""

    open: int
    all: int
    today: int
    people: tuple[tuple[str, int], ...]

    @property
    def done(self) -> int:
        """How many are no longer open."""
        return self.all - self.open


def progress(run: LinkRun, source: str, since: datetime) -> Progress:
    """The counts above the queue; source is also the questions' purpose."""
    counts = CensusQuestion.objects.filter(run=run, purpose=source).aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(state="open"))
    )
    rows = CensusDecision.objects.filter(run=run, source=source, at__gte=since)
    rows = rows.filter(undoes=None, seconds=None, undone_by=None)
    people = rows.order_by().values_list("by__user__name").annotate(n=Count("pk")).order_by("-n")
    found = tuple((str(name), n) for name, n in people)
    return Progress(counts["open"], counts["all"], sum(n for _, n in found), found)


def conflict_counts(run: LinkRun) -> dict[str, int]:
    """How many open conflicts of each kind there are."""
    rows = CensusConflict.objects.filter(run=run, state="open").order_by()
    return dict(rows.values_list("kind").annotate(n=Count("pk")))


def conflict_queue(
    mine: Appointment, run: LinkRun, kind: str, after: int
) -> QuerySet[CensusConflict]:
    """The open conflicts of a kind for a person, the strongest first; `after`: the one skipped."""
    unsure = CensusDecision.objects.filter(
        conflict=OuterRef("pk"), answer="unsure", by__user=mine.user_id, undone_by=None
    )
    rows = conflicts(mine).filter(run=run, kind=kind, state="open").exclude(Exists(unsure))
    passed = CensusConflict.objects.filter(pk=after).values_list("weight", flat=True).first()
    if after and passed is not None:
        rows = rows.filter(Q(weight__lt=passed) | Q(weight=passed, pk__gt=after))
    return rows.order_by("-weight", "id")


def townships(place: Place) -> QuerySet[Place]:
    """The townships of a county."""
    return Place.objects.within(place).filter(level="township").order_by("code")
