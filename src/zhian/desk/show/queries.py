"""Reads of the desk; every one starts from what the person may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from zhian.desk import timing, visibility
from zhian.desk.engine import approvals
from zhian.desk.models import Clock, Matter, Notice, Proposal, Signature
from zhian.desk.show import turns
from zhian.directory.models import Appointment, Operator

WHOSE = ("mine", "office", "given")
DUE = ("late", "today", "week", "none")
WITH_ROW = ("operator", "place", "handler__user", "agency", "office")
MOST_COUNTED = 100
# What a row of the desk shows and asks; outlines of places and the like stay where they are.
ROW = (
    "kind",
    "procedure_version",
    "number",
    "title",
    "phase",
    "done",
    "opened_at",
    "closed_at",
    "next_due_at",
    "confidential",
    "giver_id",
    "handler_id",
    "operator__name",
    "place__name",
    "handler__user__name",
    "handler__user__username",
)


def badge(appointment: Appointment) -> dict[str, int]:
    """How many signatures and unread notices wait (counted up to 100)."""
    waiting = approvals.waiting_for(appointment).order_by()
    return {"signatures": waiting[:MOST_COUNTED].count(), "notices": unread(appointment)}


def unread(appointment: Appointment) -> int:
    """How many notices the person has not read (counted up to 100)."""
    rows = Notice.objects.filter(user=appointment.user_id, read_at__isnull=True)
    return rows.order_by()[:MOST_COUNTED].count()


def desk(appointment: Appointment, whose: str) -> QuerySet[Matter]:
    """The open matters of a desk: `mine`, of the `office`, or `given` by me."""
    if whose == "office":
        reach = visibility.visible_to(appointment)
        return reach.filter(turns.of_my_office(appointment))
    if whose == "given":
        return Matter.objects.filter(turns.given_by(appointment))
    return Matter.objects.filter(turns.on_my_desk(appointment))


def as_rows(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """The matters with what a row of the desk shows, in one query."""
    return matters.select_related("operator", "place", "handler__user").only(*ROW)


def narrowed(
    matters: QuerySet[Matter], params: Mapping[str, str], now: datetime
) -> QuerySet[Matter]:
    """The matters that the filters of the address leave: kind, due, text."""
    if params.get("kind"):
        matters = matters.filter(kind=params["kind"])
    if params.get("due") in DUE:
        matters = matters.filter(_due(params["due"], now))
    text = params.get("q", "").strip()
    return matters.filter(matches(text)) if text else matters


def _due(which: str, now: datetime) -> Q:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = midnight + timedelta(days=1)
    return {
        "late": Q(next_due_at__lte=now),
        "today": Q(next_due_at__gt=now, next_due_at__lte=tomorrow),
        "week": Q(next_due_at__gt=now, next_due_at__lte=midnight + timedelta(days=7)),
        "none": Q(next_due_at__isnull=True),
    }[which]


def matches(text: str) -> Q:
    """Matters whose number, number in the system before, title or operator holds a text."""
    own = Q(title__icontains=text) | Q(number__icontains=text) | Q(old_number__icontains=text)
    return own | Q(operator__name__icontains=text)


def open_clocks(matters: list[Matter]) -> dict[int, list[Clock]]:
    """The clocks that run or stand still, by matter, the earliest first; one query."""
    found: dict[int, list[Clock]] = {}
    clocks = Clock.objects.filter(
        matter__in=[m.pk for m in matters], state__in=("running", "paused")
    )
    for clock in clocks.order_by("due_at", "id"):
        found.setdefault(clock.matter_id, []).append(clock)
    return found


def pending(matters: list[Matter]) -> dict[int, list[str]]:
    """The verbs that wait for signatures, by matter; one query."""
    found: dict[int, list[str]] = {}
    rows = Proposal.objects.filter(
        matter__in=[m.pk for m in matters], state__in=("open", "catching_up")
    )
    for matter, verb in rows.values_list("matter_id", "verb"):
        found.setdefault(matter, []).append(verb)
    return found


def to_sign(appointment: Appointment) -> QuerySet[Signature]:
    """What waits for this person's signature, with all that the list shows."""
    return approvals.waiting_for(appointment).select_related(
        "proposal__matter__operator", "proposal__act__user", "proposal__matter__agency"
    )


def tasks(appointment: Appointment, box: str) -> QuerySet[Matter]:
    """Tasks by box: to `me`, to my `office`, `given` by me, or `all` that I may see."""
    reach = visibility.visible_to(appointment).filter(kind="task")
    post = appointment.post
    if box == "given":
        return reach.filter(giver=appointment)
    if box == "office":
        office = Q(office=post.office_id) if post.office_id else Q()
        return reach.filter(office, agency=post.agency_id)
    if box == "all":
        return reach
    unclaimed = Q(handler__isnull=True, agency=post.agency_id)
    unclaimed &= Q(office=post.office_id) if post.office_id else Q(office__isnull=True)
    return reach.filter(Q(handler=appointment) | unclaimed)


def with_parts(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """Tasks with the parts they were split into."""
    parts = Matter.objects.filter(kind="task", is_child=True).select_related(
        "agency", "office", "handler__user"
    )
    return matters.select_related("task", "giver__user", *WITH_ROW).prefetch_related(
        Prefetch("children", parts.order_by("id"), to_attr="parts")
    )


def notices(appointment: Appointment, box: str) -> QuerySet[Notice]:
    """Notices to me (`unread` or `all`), or those of matters I handle that did not arrive."""
    if box == "failed":
        return Notice.objects.filter(
            Q(matter__handler=appointment) | Q(matter__giver=appointment), state="failed"
        ).select_related("matter")
    mine = Notice.objects.filter(user=appointment.user_id).select_related("matter")
    return mine if box == "all" else mine.filter(read_at__isnull=True)


def deadlines(
    appointment: Appointment, whose: str, first: datetime, after: datetime
) -> QuerySet[Clock]:
    """The running clocks of a desk that are due in a span of time."""
    return (
        Clock.objects.filter(
            matter__in=desk(appointment, whose),
            state="running",
            due_at__gt=first,
            due_at__lte=after,
        )
        .select_related("matter__operator", "matter__handler__user")
        .order_by("due_at", "id")
    )


def search_matters(appointment: Appointment, text: str) -> QuerySet[Matter]:
    """Matters within reach, open or closed, that a text finds; the newest first."""
    return (
        visibility.visible_to(appointment)
        .filter(matches(text))
        .select_related(*WITH_ROW)
        .order_by("-opened_at", "-id")
    )


def search_operators(text: str) -> QuerySet[Operator]:
    """Operators by name, code or head."""
    return (
        Operator.objects.filter(
            Q(name__icontains=text) | Q(uscc__istartswith=text) | Q(head__icontains=text)
        )
        .select_related("place")
        .order_by("name", "id")
    )


def colleagues(appointment: Appointment) -> QuerySet[Appointment]:
    """Everybody in the person's agency today, by office and name."""
    return (
        Appointment.objects.on(timing.today())
        .filter(post__agency=appointment.post.agency_id)
        .select_related("user", "post__office")
        .order_by("post__office__code", "user__name", "id")
    )
