"""A county with a published register that has questions waiting, and people who answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.web.census_world import Census, census
from zhian.apps.registry.census.review import actions, undoing
from zhian.apps.registry.census.review.actions import Given, Outcome
from zhian.apps.registry.models import (
    BlindSpot,
    CensusConflict,
    CensusDecision,
    CensusQuestion,
    Establishment,
    LinkRun,
    RecordLink,
)
from zhian.desk import timing
from zhian.directory.models import Appointment


@dataclass
class Desk:
    """The census of a small county, published, and two reviewers."""

    census: Census
    run: LinkRun
    one: Appointment
    two: Appointment

    def questions(self, purpose: str = "review") -> list[CensusQuestion]:
        """What is open, the most worth first."""
        rows = CensusQuestion.objects.filter(run=self.run, purpose=purpose, state="open")
        return list(rows.order_by("-worth", "id"))

    def answer(
        self,
        question: CensusQuestion,
        say: str = "same",
        choice: int = 0,
        by: Appointment | None = None,
        **more: Any,
    ) -> Outcome:
        """Answer as the page does."""
        given = Given(say, choice, **more)
        return actions.answer(question, given, by=by or self.one, at=timing.now())

    def settle(self, conflict: CensusConflict, say: str, **more: Any) -> Outcome:
        """Settle a conflict as the page does."""
        return actions.settle(conflict, Given(say, **more), by=self.one, at=timing.now())

    def undo(self, decision: CensusDecision, by: Appointment | None = None) -> CensusDecision:
        """Take a decision back."""
        return undoing.undo(decision, by=by or self.one, at=timing.now())


def desk(operators: int = 120, seed: int = 3) -> Desk:
    """A county whose rosters were taken in, linked and published as people do."""
    made = census(operators, seed)
    made.everything()
    run = made.publish()
    return Desk(made, run, made.here.inspector, made.here.second)


def state() -> dict[str, list[tuple[Any, ...]]]:
    """All that stands: links, blind spots, establishments, what is asked."""
    links = RecordLink.objects.filter(ended_at=None).order_by("pk")
    spots = BlindSpot.objects.filter(ended_at=None).order_by("pk")
    houses = Establishment.objects.filter(ended_on=None).order_by("pk")
    asked = CensusQuestion.objects.order_by("pk")
    conflicts = CensusConflict.objects.order_by("pk")
    return {
        "links": list(
            links.values_list("pk", "record", "establishment", "run", "decision", "confidence")
        ),
        "spots": list(spots.values_list("pk", "establishment", "flag", "record", "matter")),
        "houses": list(
            houses.values_list("pk", "number", "name", "uscc", "rosters", "merged_into", "premises")
        ),
        "questions": list(asked.values_list("pk", "state")),
        "conflicts": list(conflicts.values_list("pk", "state")),
    }
