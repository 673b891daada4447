"""What the rights matrix needs of the census: a roster handed in, a run, an establishment."""

from __future__ import annotations

from typing import Any

from zhian.apps.registry.models import (
    BlindSpot,
    Establishment,
    LinkRun,
    RecordLink,
    RosterImport,
    SourceRecord,
)
from zhian.desk import timing
from zhian.desk.models import Evidence
from zhian.directory.models import Agency, Appointment, Place

MANIFEST = {
    "stamp": {},
    "inputs": {"imports": [], "records": 1, "register": 0, "rosters": {"sweep": 1}},
    "model": {"sha256": "0" * 64, "pretrained": False, "labelled": 9, "calibration": None},
    "counts": {
        "records": 1, "linked": 1, "establishments": 1, "before": 1, "merged": 0, "split": 0,
        "new": 1, "ended": 0, "sizes": [[1, 1]], "flags": {"unregistered_operating": 1},
        "questions": 1, "audit": 0, "conflicts": {"one_code_two_places": 1}, "premises": 0,
        "premises_double": 1, "legal": 0, "legal_touched": 0, "decisions": 0, "contradictions": 0,
    },
    "kept": {"applied": 0, "broken": 0},
    "seconds": {"link": 1.0},
    "checks": [
        {"name": "linked", "zh": "行", "en": "Rows", "value": 1.0, "most": None, "least": 1.0,
         "share": True, "met": True},
        {"name": "split", "zh": "拆", "en": "Split", "value": 9, "most": 1, "least": None,
         "share": False, "met": False},
    ],
}  # fmt: skip
REMARK = {
    "code": "code_wrong", "zh": "代码有误。", "en": "A wrong code.", "sheet": "", "row": 2,
    "column": "uscc", "value": "9",
}  # fmt: skip


def things(
    variant: str, agency: Agency, county: Place, where: Place, by: Appointment
) -> dict[str, dict[str, Any]]:
    """A file of the agency, a run of the county and an establishment in the place."""
    row = _import(variant, agency, county, by)
    run = LinkRun.objects.create(
        place=county, state="checked", by=by, at=timing.now(), manifest=MANIFEST
    )
    one = Establishment.objects.create(
        number=f"E-{variant}", place=where, name="Noodles", kind="catering", made_by=run,
        rosters=" sweep ",
    )  # fmt: skip
    record = SourceRecord.objects.create(
        place=county, agency=agency, roster="sweep", key="1", digest="0", row=2, name="Noodles",
        owner="Zhao", phone="13900000000", status="存续", rest={"remark": "x"},
        brought_by=row, since=row.as_of,
    )  # fmt: skip
    RecordLink.objects.create(record=record, establishment=one, run=run, confidence=0.9)
    spot = BlindSpot.objects.create(
        establishment=one, flag="unregistered_operating", record=record, place=where, since_run=run
    )
    return {
        "roster_import": {"pk": row.pk},
        "census_run": {"pk": run.pk},
        "establishment": {"number": one.number},
        "blind_spot": {"pk": spot.pk},
    }


def _import(variant: str, agency: Agency, county: Place, by: Appointment) -> RosterImport:
    file = Evidence.objects.create(
        name="a.csv",
        stored=f"{variant}.csv",
        media_type="text/csv",
        size=1,
        sha256="0" * 64,
        added_at=timing.now(),
    )
    return RosterImport.objects.create(
        place=county,
        agency=agency,
        roster="sweep",
        name=f"{variant}.csv",
        sha256="0" * 64,
        file=file,
        as_of=timing.today(),
        column_map={"columns": {"name": "name"}, "values": {}},
        preview={
            "headers": ["name", "kind"],
            "first": [["Noodles", "x"]],
            "unknown": {"kind": {"x": 1}},
            "against": 0,
            "doubt": True,
        },
        by=by,
        at=timing.now(),
        rows=1,
        added=1,
        remarks=[REMARK],
    )
