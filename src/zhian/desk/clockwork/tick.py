"""What the clock does by itself, once every few minutes: idempotent, and safe when run twice."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from zhian.desk import delivery, handlers, stewards, timing
from zhian.desk.clockwork import falling_due, reminders, settling
from zhian.desk.ledger import chain, outside

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Summary:
    """What one tick did; `refused` are sentences for the administrator."""

    performed: int = 0
    provisional: int = 0
    refused: tuple[str, ...] = ()
    handled: int = 0
    handlers_failed: int = 0
    reminders: int = 0
    escalated: int = 0
    settled: int = 0
    sent: int = 0
    not_sent: int = 0
    roots: tuple[str, ...] = field(default=())
    roots_sent: int = 0

    def __str__(self) -> str:
        lines = [
            f"到期行为 {self.performed}，节假日未公布暂不办理 {self.provisional}，"
            f"未能办理 {len(self.refused)} / acts {self.performed}, "
            f"provisional {self.provisional}, refused {len(self.refused)}",
            f"后续处理 {self.handled}，失败 {self.handlers_failed} / "
            f"handlers {self.handled}, failed {self.handlers_failed}",
            f"提醒 {self.reminders}，上报 {self.escalated}，补齐办结 {self.settled} / "
            f"reminders {self.reminders}, escalated {self.escalated}, filled {self.settled}",
            f"通知发出 {self.sent}，未发出 {self.not_sent} / "
            f"notices sent {self.sent}, not sent {self.not_sent}",
            f"账本根 {len(self.roots)}，外送 {self.roots_sent} / "
            f"ledger roots {len(self.roots)}, sent {self.roots_sent}",
        ]
        return "\n".join([*lines, *self.roots, *self.refused[:SHOWN]])


def tick(now: datetime | None = None) -> Summary:
    """Do everything that time alone brings; a second call at once does nothing more.

    Terms that ended act, handlers that failed run again, people are reminded and superiors told,
    waiting notices leave, yesterday's ledger root is made and sent. `now` is for replays.
    """
    with timing.recorded_at(now) if now else nullcontext():
        moment = timing.now()
        fallen = falling_due.perform_due(moment)
        done, failed = handlers.run_waiting()
        settled = stewards.settle() + settling.settle()
        told = reminders.remind(moment)
        roots = chain.make_roots(moment)
        roots_sent = outside.send_all(moment)
        delivered = delivery.deliver(moment)
    return Summary(
        performed=fallen.performed,
        provisional=fallen.provisional,
        refused=tuple(fallen.refused),
        handled=done,
        handlers_failed=failed,
        reminders=told.reminders,
        escalated=told.escalated,
        settled=settled,
        sent=delivered.sent,
        not_sent=delivered.failed + delivered.again,
        roots=tuple(outside.line_of(row) for row in roots),
        roots_sent=roots_sent,
    )
