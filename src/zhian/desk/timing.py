"""What time it is for the desk; a demonstration county replays two years through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("zhian_moment", default=None)


def now() -> datetime:
    """The moment at which acts are recorded."""
    return _moment.get() or timezone.now()


def today() -> date:
    """The day on which acts are recorded, in the office's time zone."""
    return timezone.localtime(now()).date()


@contextmanager
def recorded_at(moment: datetime) -> Iterator[None]:
    """Record at another moment: for replays and take-overs only, never for a request."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
