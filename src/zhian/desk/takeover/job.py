"""A file on its way: kept, looked through, confirmed, taken over in the background, reported."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django_tasks import task

from zhian.desk import notices, timing
from zhian.desk.actors import Actor
from zhian.desk.errors import refuse
from zhian.desk.models import TakeOver
from zhian.desk.takeover import checking, seeing, undoing, writing
from zhian.desk.takeover.plan import MOST_KEPT, Fault, Plan
from zhian.desk.takeover.reading import Source, read
from zhian.directory import rights
from zhian.directory.models import Agency, Appointment
from zhian.law.words import Words
from zhian.web.sheets import Unreadable

FOLDER = "takeovers"
KEPT_FOR = 7 * 86_400
TRIES = 3
PART = "import"
SILENT = timedelta(minutes=5)
log = logging.getLogger(__name__)

CUT_SHORT = Words(
    "接管中断，没有写入任何事项；可以重新接管。",
    "The take-over was cut short and nothing was written; start it again.",
)
UNFINISHED = Words(
    "撤回没有办完；已撤回的保持撤回，请再次撤回。",
    "Not everything was taken back; what was stays so. Take it back once more.",
)
FINISHED = Words("已接管 {n} 件在办事项：{name}", "{n} open matters were taken over: {name}")
FAILED = Words("“{name}”未能接管：{why}", "“{name}” could not be taken over: {why}")


# --- the file while it waits


def path_of(row: TakeOver) -> Path:
    """Where the file lies until it is taken over; outside of anything that is served."""
    return Path(settings.DATA) / FOLDER / row.stored


def _keep(chunks: Iterable[bytes]) -> str:
    """Write a file under a random name; what has waited for a week is thrown away."""
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


# --- looked through


def receive(
    name: str,
    chunks: Iterable[bytes],
    *,
    agency: Agency | None,
    by: Appointment | None,
    add_operators: bool = False,
) -> tuple[TakeOver, Plan]:
    """Keep a file and look through it; raises Unreadable (and keeps nothing) where it is no
    workbook."""
    stored = _keep(chunks)
    row = TakeOver(
        agency=agency,
        name=name[:200],
        stored=stored,
        by=by,
        add_operators=add_operators,
        uploaded_at=timing.now(),
    )
    try:
        plan = look_through(row)
    except Unreadable:
        path_of(row).unlink(missing_ok=True)
        raise
    row.save()
    return row, plan


def look_through(row: TakeOver, progress: checking.Progress | None = None) -> Plan:
    """Look through a kept file (again) and note what was found; the row is the caller's to save."""
    source = read(path_of(row), row.name)
    plan = checking.check(
        source,
        agency=row.agency,
        add_operators=row.add_operators,
        within=row.by if rights.may_administer(row.by, PART) else None,
        progress=progress,
    )
    row.sha256 = source.sha256
    _note(row, plan.counts | seeing.picture(plan), plan.faults, plan.remarks)
    row.state = "wrong" if plan.faults else "preview"
    return plan


def _note(row: TakeOver, counts: dict[str, int], faults: list[Fault], remarks: list[Fault]) -> None:
    row.counts = counts
    row.errors = [fault.as_json() for fault in faults[:MOST_KEPT]]
    row.remarks = [fault.as_json() for fault in remarks[:MOST_KEPT]]


def source_of(row: TakeOver) -> Source:
    """The file again, to show it with its errors; raises Unreadable where it is gone."""
    return read(path_of(row), row.name)


def discard(row: TakeOver) -> None:
    """Forget a file that was only looked through, or that failed."""
    if row.stored:
        path_of(row).unlink(missing_ok=True)
    row.delete()


# --- taken over


def confirm(row: TakeOver) -> None:
    """Put a file that was looked through into the queue of the worker; only once.

    One that failed, or whose worker died, may be put there again: nothing of it was written.
    """
    now = timing.now()
    silent = Q(state__in=("queued", "running"), moved_at__lt=now - SILENT)
    again = TakeOver.objects.filter(Q(state__in=("preview", "failed")) | silent, pk=row.pk)
    with transaction.atomic():
        if not again.update(state="queued", moved_at=now, step="", step_done=0, step_total=0):
            raise refuse(
                "该文件正在接管，或者有误。", "This file is being taken over, or is wrong."
            )
        transaction.on_commit(lambda: run_later.enqueue(row.pk))


def silent(row: TakeOver) -> bool:
    """Whether the worker has not been heard of for so long that one may start it again."""
    waits = row.state in ("queued", "running")
    return waits and row.moved_at is not None and row.moved_at < timing.now() - SILENT


@task()
def run_later(pk: int) -> None:
    """The worker's part."""
    run(TakeOver.objects.select_related("agency", "by__user", "by__post__agency").get(pk=pk))


def run(row: TakeOver) -> Plan | None:
    """Take over a confirmed file: whole, or not at all with the reason noted.

    A file that somebody else took over meanwhile is looked through again.
    """
    if row.state not in ("queued", "preview", "running"):
        return None
    _set(row, state="running")
    try:
        plan = _try(row)
    except Unreadable as error:
        _fail(row, error.words)
        return None
    except writing.BadScans as bad:
        _note(row, row.counts | {"errors": len(bad.faults)}, bad.faults, [])
        row.state = "wrong"
        row.save()
        _tell(row, FAILED.format(name=row.name, why=bad.faults[0].words))
        return None
    except Exception:
        log.exception("take-over %s", row.pk)
        _fail(row, CUT_SHORT)
        return None
    return plan


def undo(row: TakeOver, by: Appointment, reason: str) -> None:
    """Put the taking back of a file into the queue; each matter is taken back by itself."""
    if not reason.strip():
        raise refuse("请写明理由。", "Give the reason.")
    done = TakeOver.objects.filter(pk=row.pk, state="done")
    with transaction.atomic():
        if not done.update(state="undoing", moved_at=timing.now()):
            raise refuse("只能撤回已接管的文件。", "Only a file that was taken over is taken back.")
        transaction.on_commit(lambda: undo_later.enqueue(row.pk, by.pk, reason.strip()))


@task()
def undo_later(pk: int, appointment: int, reason: str) -> None:
    """The worker's part of taking back."""
    row = TakeOver.objects.get(pk=pk)
    held = Appointment.objects.select_related("user", "post__agency").get(pk=appointment)
    try:
        found = undoing.undo(row, Actor.official(held), reason)
    except Exception:
        log.exception("taking back %s", pk)
        _set(row, state="done", failure={"zh": UNFINISHED.zh, "en": UNFINISHED.en})
        return
    counts = row.counts | {"back": found.back, "left": found.left}
    _set(row, state="done" if found.left else "undone", counts=counts, failure={})


def _try(row: TakeOver) -> Plan:
    by = Actor.importer(f"take-over {row.name}", row.by)

    def progress(step: str, done: int, total: int) -> None:
        _set(row, step=step, step_done=done, step_total=total)

    for last in range(1, TRIES + 1):
        plan = look_through(row, progress)
        if plan.faults:
            row.save()
            return plan
        try:
            added = writing.write(plan, by, f"takeover:{row.pk}", progress)
            break
        except writing.Changed:
            if last == TRIES:
                raise
    row.counts |= {"added": added}
    row.state, row.completed_at, row.step = "done", timing.now(), ""
    path_of(row).unlink(missing_ok=True)
    row.stored, row.failure = "", {}
    row.save()
    _tell(row, FINISHED.format(n=added, name=row.name))
    return plan


def _set(row: TakeOver, **values: Any) -> None:
    values["moved_at"] = timing.now()
    for name, value in values.items():
        setattr(row, name, value)
    TakeOver.objects.filter(pk=row.pk).update(**values)


def _fail(row: TakeOver, why: Words) -> None:
    _set(row, state="failed", failure={"zh": why.zh, "en": why.en})
    _tell(row, FAILED.format(name=row.name, why=why))


def _tell(row: TakeOver, words: Words) -> None:
    if row.by is not None:
        notices.give([row.by], words, None)
