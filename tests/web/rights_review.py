"""What the review desk needs in the world of the rights: a published run with something to decide,
here and in another county."""

from __future__ import annotations

from typing import Any

from tests.builders import LONG_AGO
from zhian.apps.registry.models import (
    CensusConflict,
    CensusDecision,
    CensusQuestion,
    Establishment,
    LinkRun,
    RecordLink,
    RosterImport,
    SourceRecord,
)
from zhian.desk import timing
from zhian.directory.models import Agency, Appointment, Place
from zhian.methods.linkage.suspects import ONE_CODE_TWO_PLACES

EVIDENCE = [
    {"name": "phone_same", "zh": "电话相同", "en": "same telephone", "value": 1.0, "adds": 2.0},
    {"name": "start", "zh": "起点", "en": "start", "value": 1.0, "adds": -1.0},
]


def review_things(place: Place, agency: Agency, by: Appointment, letter: str) -> dict[str, Any]:
    """A question, a conflict and a decision of one county, in Latin letters."""
    now = timing.now()
    run = LinkRun.objects.create(
        place=place, state="published", by=by, at=now, published_by=by, published_at=now
    )
    brought = RosterImport.objects.create(
        place=place, agency=agency, roster="sweep", name="sweep.csv", sha256=(letter * 64)[:64],
        as_of=LONG_AGO, state="done", by=by, at=now,
    )  # fmt: skip
    records = [_record(place, agency, brought, run, f"{letter}{n}") for n in range(2)]
    choice = {"establishment": f"R{letter}1", "record": records[1].pk, "log_odds": 1.0,
              "chance": 0.73, "evidence": EVIDENCE}  # fmt: skip
    question, *_more = [
        CensusQuestion.objects.create(
            run=run, purpose=purpose, record=records[0], choices=[choice], worth=1,
            changes=["unregistered_operating"],
        )
        for purpose in ("review", "audit")
    ]  # fmt: skip
    conflict = CensusConflict.objects.create(
        run=run, kind=ONE_CODE_TWO_PLACES, records=[row.pk for row in records], weight=1
    )
    decision = CensusDecision.objects.create(
        place=place, run=run, one=f"{agency.code}/sweep/{letter}0", answer="unsure", by=by, at=now,
        question=question,
    )  # fmt: skip
    return {
        "census_question": question,
        "census_conflict": conflict,
        "census_decision": decision,
    }


def _record(
    place: Place, agency: Agency, brought: RosterImport, run: LinkRun, key: str
) -> SourceRecord:
    record = SourceRecord.objects.create(
        place=place, agency=agency, roster="sweep", key=key, digest=key, row=1, name=f"Beans {key}",
        addr="Main street", kind="grocery", brought_by=brought, since=LONG_AGO,
    )  # fmt: skip
    house = Establishment.objects.create(
        number=f"R{key}", place=place, name=record.name, made_by=run, rosters=" sweep "
    )
    RecordLink.objects.create(record=record, establishment=house, run=run, confidence=1)
    return record
