"""A wrong file taken back, as long as no published register rests on it."""

from __future__ import annotations

from django.db import transaction

from zhian.apps.registry.census.errors import Standing
from zhian.apps.registry.models import (
    CensusQuestion,
    RecordLink,
    RosterImport,
    SourceRecord,
)


def why_not(row: RosterImport) -> Standing | None:
    """Why a file cannot be withdrawn; None where it can."""
    if row.state != "done":
        return Standing("只有已导入的文件可以撤回。", "Only what was taken in can be withdrawn.")
    if _published(row):
        return Standing(
            "已发布的关联用到了这份名册，不能撤回；请提交改正后的名册。",
            "A published run rests on this list: hand in a corrected one instead.",
        )
    if row.ended_records.exclude(until=row.as_of).exists() or _followed(row):
        return Standing(
            "之后又导入了同一名册，请先撤回后面的。",
            "A later list of this roster came in: withdraw that one first.",
        )
    return None


def _published(row: RosterImport) -> bool:
    mine = RecordLink.objects.filter(record__brought_by=row, provisional=False)
    return mine.exists() or CensusQuestion.objects.filter(record__brought_by=row).exists()


def _followed(row: RosterImport) -> bool:
    later = RosterImport.objects.filter(
        agency=row.agency_id, roster=row.roster, state="done", completed_at__gt=row.completed_at
    )
    return later.exists()


@transaction.atomic
def withdraw(row: RosterImport) -> int:
    """Take back what a file brought: its rows go, those that it ended stand again.

    The file itself stays with the import. Raises Standing. Returns how many rows went.
    """
    held = RosterImport.objects.select_for_update().get(pk=row.pk)
    refused = why_not(held)
    if refused is not None:
        raise refused
    RecordLink.objects.filter(record__brought_by=held).delete()
    gone, _each = SourceRecord.objects.filter(brought_by=held).delete()
    ended = RecordLink.objects.filter(
        record__ended_by=held, ended_at=held.completed_at, until_run__isnull=True
    )
    ended.update(ended_at=None)
    held.ended_records.update(until=None, ended_by=None)
    held.state = "withdrawn"
    held.save()
    return gone
