"""Receivers on any floor: `on("case", "decide", handler)` runs once after the act is kept."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.db.models import F

from zhian.desk import timing
from zhian.desk.models import Act, OutboxItem

Handler = Callable[[Act], None]
_waits: ContextVar[bool] = ContextVar("zhian_outbox_waits", default=False)
_handlers: dict[tuple[str, str], dict[str, Handler]] = defaultdict(dict)
MOST_ATTEMPTS = 8
log = logging.getLogger(__name__)


def on(kind: str, verb: str, handler: Handler) -> None:
    """Run `handler(act)` after every effective act of this kind and verb."""
    _handlers[kind, verb][f"{handler.__module__}.{handler.__qualname__}"] = handler


@contextmanager
def left_waiting() -> Iterator[None]:
    """Leave what must run after acts to one `run_waiting` at the end: for replays of many acts."""
    token = _waits.set(True)
    try:
        yield
    finally:
        _waits.reset(token)


def queue(kind: str, act: Act) -> None:
    """Note in the act's own transaction what must run after it."""
    names = _handlers.get((kind, act.verb), {})
    items = OutboxItem.objects.bulk_create(OutboxItem(act=act, handler=name) for name in names)
    for item in () if _waits.get() else items:
        transaction.on_commit(lambda pk=item.pk: run(pk))


def run(item_id: int) -> bool:
    """Run one waiting handler; its failure is kept beside it and never undoes the act."""
    try:
        with transaction.atomic():
            item = (
                OutboxItem.objects.select_for_update(of=("self",))
                .select_related("act__matter")
                .get(pk=item_id)
            )
            if item.done_at is not None:
                return True
            handler = _handlers[item.act.matter.kind, item.act.verb].get(item.handler)
            if handler is None:
                raise LookupError(f"no handler {item.handler}")
            handler(item.act)
            item.done_at = timing.now()
            item.save(update_fields=["done_at"])
    except Exception as error:
        log.exception("handler of outbox row %s failed", item_id)
        OutboxItem.objects.filter(pk=item_id).update(
            attempts=F("attempts") + 1, error=f"{type(error).__name__}: {error}"[:2000]
        )
        return False
    return True


def run_waiting(most: int = 500) -> tuple[int, int]:
    """Run what is still waiting (done, failed); `zhian tick` calls it."""
    waiting = OutboxItem.objects.filter(done_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
    results = [run(pk) for pk in waiting.order_by("id").values_list("pk", flat=True)[:most]]
    return results.count(True), results.count(False)
