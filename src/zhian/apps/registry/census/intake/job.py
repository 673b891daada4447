"""The import of a confirmed roster, in the background; one that was cut short is begun again."""

from __future__ import annotations

import logging

from django.db import transaction
from django_tasks import task

from zhian.apps.registry.census import keeping
from zhian.apps.registry.census.errors import CensusError
from zhian.apps.registry.models import RosterImport
from zhian.desk import notices
from zhian.law.words import Words

log = logging.getLogger(__name__)
UNDERWAY = ("queued", "running")
CUT_SHORT = Words(
    "导入中断，没有写入任何一行；点“继续导入”重新导入。",
    "The import was cut short and nothing was written; “Go on” begins it again.",
)
FINISHED = Words(
    "名册“{name}”已导入：新增 {added}，变更 {changed}，不变 {same}，不再出现 {ended}。",
    "Roster “{name}” is in: {added} new, {changed} changed, {same} the same, {ended} gone.",
)
FAILED = Words("名册“{name}”未能导入：{why}", "Roster “{name}” could not be taken in: {why}")


@task()
def take_in(pk: int) -> None:
    """Take in one roster; harmless where it is in already."""
    rows = RosterImport.objects.select_related("agency", "place", "by__user", "file")
    row = rows.filter(pk=pk, state__in=UNDERWAY).first()
    if row is None:
        return
    try:
        run(row)
    except CensusError as why:
        _fail(row, why.words)
    except Exception:
        log.exception("roster import %s", pk)
        _fail(row, CUT_SHORT)
    else:
        _tell(row)


def run(row: RosterImport) -> None:
    """Take the kept file in under its columns; raises CensusError."""
    from zhian.apps.registry.census.intake import taking

    taking.take(row, keeping.load(row.file))


def _fail(row: RosterImport, why: Words) -> None:
    error = {"zh": why.zh, "en": why.en}
    RosterImport.objects.filter(pk=row.pk).update(state="failed", error=error)
    if row.by is not None:
        notices.give([row.by], FAILED.format(name=row.name, why=why), None)


def _tell(row: RosterImport) -> None:
    row.refresh_from_db()
    if row.by is not None:
        counts = {name: getattr(row, name) for name in ("added", "changed", "same", "ended")}
        notices.give([row.by], FINISHED.format(name=row.name, **counts), None)


def start(pk: int) -> None:
    """Queue an import, once the caller's transaction stands."""
    transaction.on_commit(lambda: take_in.enqueue(pk))


def resume() -> int:
    """Queue again what a worker that died left behind; returns how many."""
    keys = list(RosterImport.objects.filter(state__in=UNDERWAY).values_list("pk", flat=True))
    for pk in keys:
        take_in.enqueue(pk)
    return len(keys)
