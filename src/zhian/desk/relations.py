"""Posts and relations: who counts as @handler, @giver, @assignee of a matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone

from zhian.desk import kinds, timing
from zhian.desk.models import Matter
from zhian.directory.models import Appointment


def holds_post(matter: Matter, posts: Iterable[str], appointment: Appointment) -> bool:
    """Whether the person stands in one of the posts or relations of an act."""
    wanted = tuple(posts)
    if "*" in wanted or appointment.post.kind in wanted:
        return True
    return holds_relation(matter, wanted, appointment)


def holds_relation(matter: Matter, posts: Iterable[str], appointment: Appointment) -> bool:
    """Whether the person is the matter's @handler, @giver or another relation of its kind."""
    return any(
        appointment.pk in {a.pk for a in people(matter, name)}
        for name in posts
        if name.startswith("@")
    )


def people(matter: Matter, relation: str) -> Sequence[Appointment]:
    """The people in one relation to a matter."""
    name = relation.removeprefix("@")
    if name == "handler":
        return [matter.handler] if matter.handler else []
    if name == "giver":
        return [matter.giver] if matter.giver else []
    known = kinds.get(matter.kind).relations.get(name)
    return known(matter) if known else []


def signers(matter: Matter, post: str) -> list[Appointment]:
    """Who holds a signing post for this matter today: in its office, else in its agency."""
    day = timezone.localtime(timing.now()).date()
    held = Appointment.objects.on(day).filter(post__kind=post, post__agency=matter.agency_id)
    rows = list(held.select_related("post", "user"))
    near = [a for a in rows if matter.office_id and a.post.office_id == matter.office_id]
    return near or rows
