"""A run in the background; one that was cut short is computed again, for it writes nothing."""

from __future__ import annotations

import logging

from django.db import transaction
from django_tasks import task

from zhian.apps.registry.census.errors import CensusError
from zhian.apps.registry.models import LinkRun
from zhian.desk import notices, timing
from zhian.law.words import Words

log = logging.getLogger(__name__)
UNDERWAY = ("queued", "running")
CUT_SHORT = Words(
    "关联中断，登记没有变动，请重新关联。", "The run was cut short; nothing changed: link again."
)
FINISHED = Words(
    "第 {run} 次关联已完成，等待核对发布。", "Run {run} is done and waits to be published."
)
FAILED = Words("第 {run} 次关联未能完成：{why}", "Run {run} could not be completed: {why}")


@task()
def link(pk: int) -> None:
    """Compute one run; harmless where it is done already."""
    from zhian.apps.registry.census.runs import publishing

    rows = LinkRun.objects.select_related("place", "by__user")
    run = rows.filter(pk=pk, state__in=UNDERWAY).first()
    if run is None:
        return
    try:
        publishing.work(run)
    except CensusError as why:
        _fail(run, why.words)
    except Exception:
        log.exception("census run %s", pk)
        _fail(run, CUT_SHORT)
    else:
        notices.give([run.by], FINISHED.format(run=run.pk), None)


def _fail(run: LinkRun, why: Words) -> None:
    error = {"zh": why.zh, "en": why.en}
    rows = LinkRun.objects.filter(pk=run.pk)
    rows.update(state="failed", error=error, ended_at=timing.now(), step="")
    notices.give([run.by], FAILED.format(run=run.pk, why=why), None)


def start(pk: int) -> None:
    """Queue a run, once the caller's transaction stands."""
    transaction.on_commit(lambda: link.enqueue(pk))


def resume() -> int:
    """Queue again what a worker that died left behind; returns how many."""
    keys = list(LinkRun.objects.filter(state__in=UNDERWAY).values_list("pk", flat=True))
    for pk in keys:
        link.enqueue(pk)
    return len(keys)
