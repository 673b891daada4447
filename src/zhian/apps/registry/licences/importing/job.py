"""A roster on its way: kept, looked through, confirmed, taken in by the worker, reported."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django_tasks import task

from zhian.apps.registry.licences.importing import checking, writing
from zhian.apps.registry.licences.importing.columns import BY_KEY
from zhian.apps.registry.licences.importing.plan import MOST_KEPT, Plan
from zhian.apps.registry.licences.importing.reading import Source, read
from zhian.apps.registry.models import ColumnMap, LicenceImport
from zhian.desk import notices, timing
from zhian.desk.errors import refuse
from zhian.directory.models import Agency, Appointment
from zhian.law.words import Words
from zhian.web.sheets import Unreadable

FOLDER = "licence_imports"
ROSTER = "licences"
KEPT_FOR = 7 * 86_400
SILENT = timedelta(minutes=5)
CUT_SHORT = Words(
    "导入中断，没有写入任何许可证；可以重新导入。",
    "The import was cut short and nothing was written; start it again.",
)
CHANGED = Words(
    "名录已有变化，重新检查后发现有误；没有写入。",
    "The register has changed meanwhile and the file is wrong now; nothing was written.",
)
FINISHED = Words("已导入许可证：{name}，新登记 {n}", "Licences taken in: {name}, {n} added")
FAILED = Words("“{name}”未能导入：{why}", "“{name}” could not be taken in: {why}")
log = logging.getLogger(__name__)


def path_of(row: LicenceImport) -> Path:
    """Where the file lies until it is taken in; outside of anything that is served."""
    return Path(settings.DATA) / FOLDER / row.stored


def _keep(chunks: Iterable[bytes]) -> str:
    folder = Path(settings.DATA) / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_FOR:
            old.unlink(missing_ok=True)
    stored = secrets.token_hex(16)
    path = folder / stored
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return stored


def receive(
    name: str, chunks: Iterable[bytes], *, agency: Agency, by: Appointment
) -> LicenceImport:
    """Keep a file and look through it; raises Unreadable (and keeps nothing) where it is no
    table. The columns are those of the last time, where the agency has sent one before."""
    remembered = ColumnMap.objects.filter(agency=agency, roster=ROSTER).first()
    row = LicenceImport(
        agency=agency,
        name=name[:200],
        stored=_keep(chunks),
        columns=dict(remembered.columns) if remembered else {},
        by=by,
        uploaded_at=timing.now(),
    )
    try:
        look_through(row)
    except Unreadable:
        path_of(row).unlink(missing_ok=True)
        raise
    row.save()
    return row


def look_through(row: LicenceImport) -> Plan | None:
    """Look through the kept file (again); None where its columns are not known yet. The row is
    the caller's to save."""
    source = source_of(row)
    row.sha256 = source.sha256
    if not source.complete:
        row.state, row.counts = "columns", {"rows": len(source.rows)}
        return None
    plan = checking.look_through(source, row.agency, timing.today())
    row.counts = plan.counts
    row.errors = [fault.as_json() for fault in plan.faults[:MOST_KEPT]]
    row.remarks = [fault.as_json() for fault in plan.remarks[:MOST_KEPT]]
    row.state = "wrong" if plan.faults else "preview"
    return plan


def source_of(row: LicenceImport) -> Source:
    """The file as it was read; raises Unreadable."""
    return read(path_of(row), row.name, row.columns)


def choose_columns(row: LicenceImport, chosen: Mapping[str, str], by: Appointment) -> None:
    """Say which heading is which field, remember it for the agency, and look again."""
    row.columns = {key: text for key, text in chosen.items() if key in BY_KEY and text}
    ColumnMap.objects.update_or_create(
        agency=row.agency,
        roster=ROSTER,
        defaults={"columns": row.columns, "by": by, "at": timing.now()},
    )
    look_through(row)
    row.save()


def discard(row: LicenceImport) -> None:
    """Forget a file that was only looked through, or that failed."""
    if row.stored:
        path_of(row).unlink(missing_ok=True)
    row.delete()


# ---- taken in -----------------------------------------------------------------------------------


def confirm(row: LicenceImport) -> None:
    """Put a file that was looked through into the queue of the worker; only once.

    One that failed, or whose worker died, may be put there again: nothing of it was written.
    """
    now = timing.now()
    silence = Q(state__in=("queued", "running"), moved_at__lt=now - SILENT)
    again = LicenceImport.objects.filter(Q(state__in=("preview", "failed")) | silence, pk=row.pk)
    with transaction.atomic():
        if not again.update(state="queued", moved_at=now):
            raise refuse("该文件正在导入，或者有误。", "The file is being taken in, or is wrong.")
        transaction.on_commit(lambda: run_later.enqueue(row.pk))


def silent(row: LicenceImport) -> bool:
    """Whether the worker has not been heard of for so long that one may start it again."""
    waits = row.state in ("queued", "running")
    return waits and row.moved_at is not None and row.moved_at < timing.now() - SILENT


@task()
def run_later(pk: int) -> None:
    """The worker's part."""
    related = ("agency__place", "by__user", "by__post__agency", "by__post__office")
    run(LicenceImport.objects.select_related(*related).get(pk=pk))


def run(row: LicenceImport) -> None:
    """Take in a confirmed file: whole, or not at all with the reason noted."""
    if row.state not in ("queued", "preview", "running"):
        return
    row.state, row.moved_at = "running", timing.now()
    row.save(update_fields=["state", "moved_at"])
    try:
        _take(row)
    except Exception:
        log.exception("taking in %s", row.pk)
        _fail(row, CUT_SHORT)


def _take(row: LicenceImport) -> None:
    with transaction.atomic():
        LicenceImport.objects.select_for_update().get(pk=row.pk)
        plan = look_through(row)
        if plan is None or plan.faults:
            _fail(row, CHANGED)
            return
        row.matter = writing.write(plan, row) if plan.to_do else None
        row.state, row.completed_at, row.failure = "done", timing.now(), {}
        row.save()
    path_of(row).unlink(missing_ok=True)
    LicenceImport.objects.filter(pk=row.pk).update(stored="")
    _tell(row, FINISHED.format(name=row.name, n=plan.counts["added"]))


def _fail(row: LicenceImport, why: Words) -> None:
    failure = {"zh": why.zh, "en": why.en}
    row.state, row.failure, row.moved_at = "failed", failure, timing.now()
    LicenceImport.objects.filter(pk=row.pk).update(
        state=row.state, failure=row.failure, moved_at=row.moved_at
    )
    _tell(row, FAILED.format(name=row.name, why=why))


def _tell(row: LicenceImport, words: Words) -> None:
    notices.give([row.by], words, None)
