"""Rows become records: a new version stands beside the one that it ends. All of a file or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from zhian.apps.registry.census.errors import Unfit
from zhian.apps.registry.census.intake import attaching
from zhian.apps.registry.census.intake.preparing import Prepared, against, prepare
from zhian.apps.registry.census.intake.reading import File
from zhian.apps.registry.models import RecordLink, RosterImport, SourceRecord
from zhian.desk import timing

BATCH = 2_000
CHUNK = 500
TEXTS = ("name", "uscc", "owner", "phone", "addr", "licence", "status", "kind")


def take(row: RosterImport, file: File) -> None:
    """Write what the file changes; the counts of the import say what came of it.

    Raises CensusError. One transaction: whoever dies in between leaves nothing behind.
    """
    RosterImport.objects.filter(pk=row.pk).update(state="running", done=0)
    found = prepare(row, file)
    if found.checked.faults:
        raise Unfit("文件还有错误，请先改正。", "The file still has faults: correct them first.")
    RosterImport.objects.filter(pk=row.pk).update(rows=len(found), done=len(found) // 2)
    with transaction.atomic():
        held = RosterImport.objects.select_for_update().get(pk=row.pk)
        if held.state == "running":
            _write(held, replace(found, change=against(held, found.keys, found.digests)))


def _write(row: RosterImport, found: Prepared) -> None:
    now, change = timing.now(), found.change
    moved = _end(row, change.gone, now)
    fresh = [*change.added, *(n for n, _pk in change.changed)]
    made: list[SourceRecord] = []
    for part in parts(fresh, BATCH):
        made += SourceRecord.objects.bulk_create(_record(row, found, n) for n in part)
    new_of = dict(zip(fresh, made, strict=True))
    _carry(moved, {pk: new_of[n] for n, pk in change.changed})
    attaching.attach(row, [new_of[n] for n in change.added])
    row.state, row.completed_at, row.error = "done", now, {}
    row.rows, row.done = len(found), len(found)
    row.added, row.changed = len(change.added), len(change.changed)
    row.same, row.ended = change.same, len(change.ended)
    row.save()


def parts(rows: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """A long list in pieces."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _end(row: RosterImport, gone: Sequence[int], now: datetime) -> list[RecordLink]:
    """End the versions that a newer one follows, and their links; returns those links."""
    moved: list[RecordLink] = []
    for part in parts(gone, CHUNK):
        SourceRecord.objects.filter(pk__in=part).update(until=row.as_of, ended_by=row)
        links = RecordLink.objects.filter(record__in=part, ended_at__isnull=True)
        moved += list(links)
        links.update(ended_at=now)
    return moved


def _carry(moved: Sequence[RecordLink], new_of: dict[int, SourceRecord]) -> None:
    """A row that changed stays with its establishment until the next run looks at it."""
    RecordLink.objects.bulk_create(
        (
            RecordLink(
                record=new_of[link.record_id],
                establishment_id=link.establishment_id,
                run_id=link.run_id,
                decision_id=link.decision_id,
                confidence=link.confidence,
                provisional=True,
            )
            for link in moved
            if link.record_id in new_of
        ),
        batch_size=BATCH,
    )


def _record(row: RosterImport, found: Prepared, n: int) -> SourceRecord:
    table = found.checked.table
    texts = {name: table.columns[name][n] for name in TEXTS}
    return SourceRecord(
        place_id=row.place_id,
        agency_id=row.agency_id,
        roster=row.roster,
        key=found.keys[n],
        digest=found.digests[n],
        row=table.at[n][1],
        rest=table.rest[n],
        brought_by=row,
        since=row.as_of,
        **texts,
    )
