"""What every office page shows: the post in use, and how much waits."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from zhian.directory import rights
from zhian.web import rooms


def office(request: HttpRequest) -> dict[str, Any]:
    """The post of the person, his other posts, and the count of what waits for him.

    The counts are asked only where a page shows them: parts of pages do not.
    """
    appointment = getattr(request, "appointment", None)
    if appointment is None:
        return {}
    from zhian.desk.publishing import queries as publishing, rules
    from zhian.desk.show import queries

    return {
        "appointment": appointment,
        "appointments": request.appointments,  # type: ignore[attr-defined]
        "administers": bool(rights.of(appointment).admin),
        "waiting": SimpleLazyObject(lambda: queries.badge(appointment)),
        "publishes": rules.concerned(appointment.post.kind),
        "rooms": rooms.open_to(appointment),
        "publications_waiting": partial(publishing.waiting, appointment),
    }
