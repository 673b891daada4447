"""The import of a confirmed bulletin, in the background; one that was cut short goes on."""

from __future__ import annotations

import json
import logging

from django.db import transaction
from django_tasks import task

from zhian.apps.laboratory.bulletins import columns, importing, keeping
from zhian.apps.laboratory.bulletins.errors import BulletinError
from zhian.apps.laboratory.bulletins.report import Report
from zhian.apps.laboratory.models import Bulletin
from zhian.desk import notices
from zhian.desk.actors import Actor
from zhian.desk.errors import DeskError
from zhian.law.words import Words

log = logging.getLogger(__name__)
UNDERWAY = ("queued", "running")
CUT_SHORT = Words(
    "导入中断。已经导入的样品都是完整的；点“继续导入”从中断处接着办。",
    "The import was cut short. What came in is whole; “Go on” continues where it stopped.",
)
FINISHED = Words("通报“{name}”已导入：{summary}", "Bulletin “{name}” is in: {summary}")
FAILED = Words("通报“{name}”未能导入：{why}", "Bulletin “{name}” could not be taken in: {why}")


@task()
def take_in(pk: int) -> None:
    """Take in one bulletin; harmless where it is in already."""
    rows = Bulletin.objects.select_related("agency__place", "by__user", "file")
    bulletin = rows.filter(pk=pk, state__in=UNDERWAY).first()
    if bulletin is None:
        return
    try:
        report = run(bulletin)
    except BulletinError as why:
        _fail(bulletin, why.words)
    except DeskError as why:
        _fail(bulletin, Words(str(why), str(why)))
    except Exception:
        log.exception("bulletin %s", pk)
        _fail(bulletin, CUT_SHORT)
    else:
        _tell(bulletin, FINISHED.format(name=bulletin.name, summary=report.summary()))


def run(bulletin: Bulletin) -> Report:
    """Read the kept file under its columns and take in what is not here yet."""
    chosen = columns.chosen(bulletin.column_map)
    file = keeping.load(bulletin.file)
    folded = importing.read(file, chosen, bulletin.received_on)
    by = Actor.importer(f"bulletin {bulletin.name}", bulletin.by)
    return importing.take_in(bulletin, folded, by)


def _fail(bulletin: Bulletin, why: Words) -> None:
    error = json.dumps({"zh": why.zh, "en": why.en}, ensure_ascii=False)
    Bulletin.objects.filter(pk=bulletin.pk).update(state="failed", error=error)
    _tell(bulletin, FAILED.format(name=bulletin.name, why=why))


def _tell(bulletin: Bulletin, words: Words) -> None:
    if bulletin.by is not None:
        notices.give([bulletin.by], words, None)


def start(pk: int) -> None:
    """Queue a bulletin, once the caller's transaction stands."""
    transaction.on_commit(lambda: take_in.enqueue(pk))


def resume() -> int:
    """Queue again what a worker that died left behind; returns how many."""
    left = Bulletin.objects.filter(state__in=UNDERWAY, file__isnull=False)
    keys = list(left.values_list("pk", flat=True))
    for pk in keys:
        take_in.enqueue(pk)
    return len(keys)
