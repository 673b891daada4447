"""New rows meet the standing register: a provisional link at once, until the next run judges them.

Only rows of the new file are compared; establishments are neither merged nor split. Rows that fit
none wait for the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from zhian.apps.registry.census import keeping
from zhian.apps.registry.census.errors import UnreadableFile
from zhian.apps.registry.census.linking import valid_code
from zhian.apps.registry.census.runs.result import Register, load_register
from zhian.apps.registry.models import LinkRun, RecordLink, RosterImport, SourceRecord
from zhian.methods.linkage import linker, records, register, review
from zhian.methods.linkage.records import Records

TEXTS = ("name", "uscc", "owner", "phone", "addr", "licence", "status", "kind")
BATCH = 2_000


def attach(row: RosterImport, added: Sequence[SourceRecord]) -> int:
    """Put new rows to the establishments that stand; returns how many found theirs."""
    run = _standing(row)
    if run is None or not added:
        return 0
    try:
        known = load_register(keeping.load(run.result).content)
    except UnreadableFile:
        return 0
    homes = _homes(row)
    there, ids = _there(known, homes)
    fresh = _read(known, added)
    found = register.attach(there, ids, fresh, known.judge, linker.BIAS)
    homes_of = dict(homes.values())
    links = [
        RecordLink(
            record=record,
            establishment_id=homes_of[number],
            run=run,
            confidence=round(review.chance(odds), 4),
            provisional=True,
        )
        for record, number, odds in zip(added, found.of_row, found.log_odds, strict=True)
        if number in homes_of
    ]
    RecordLink.objects.bulk_create(links, batch_size=BATCH)
    return len(links)


def _standing(row: RosterImport) -> LinkRun | None:
    runs = LinkRun.objects.filter(place=row.place_id, state="published")
    return runs.select_related("result").order_by("-published_at", "-pk").first()


def _homes(row: RosterImport) -> dict[int, tuple[str, int]]:
    """Of each row that stands the number and the primary key of its establishment."""
    rows = RecordLink.objects.filter(record__place=row.place_id, ended_at__isnull=True)
    values = rows.values_list("record_id", "establishment__number", "establishment_id")
    return {record: (number, pk) for record, number, pk in values.iterator()}


def _there(known: Register, homes: dict[int, tuple[str, int]]) -> tuple[Records, list[str]]:
    """The rows of the run that still stand, with their establishments."""
    kept = [n for n, pk in enumerate(known.pks) if pk in homes]
    columns = {
        row.name: [getattr(known.records, row.name)[n] for n in kept] for row in fields(Records)
    }
    return Records(**columns), [homes[known.pks[n]][0] for n in kept]


def _read(known: Register, added: Sequence[SourceRecord]) -> Records:
    columns: dict[str, list[str]] = {name: [getattr(one, name) for one in added] for name in TEXTS}
    columns["rid"] = [str(one.pk) for one in added]
    columns["roster"] = [one.roster for one in added]
    return records.read(columns, valid_code=valid_code, vocabulary=known.words)
