"""属地责任 as tasks: a gap or an overlap of a division becomes one task and closes when filled.

One task per division and gap, never one per shop: whoever fills it works from the list. A person
gives them, because a task needs somebody who reads what is reported; the clock only closes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from zhian.desk import tasks, timing
from zhian.desk.actors import Actor
from zhian.desk.engine.handover import Leaving, Mover, register
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import DeskError
from zhian.desk.models import Act, Matter
from zhian.directory import office_law, stewards
from zhian.directory.actions import stewards as actions
from zhian.directory.errors import NotPossible
from zhian.directory.models import Agency, Appointment, Place, Stewardship
from zhian.law.words import Words

KEY = "steward-"
DAYS = 15
BATCH = 500
JOB = "stewards"


def open_tasks(
    place: Place, *, giver: Appointment, until: date, gaps: Iterable[str] = stewards.GAPS
) -> list[Matter]:
    """Give a task for every gap and overlap of a division that has none open yet.

    The township's own agency fills what lies below the county; what lies at county level comes to
    the giver's agency. Raises what the desk raises where the post may give no task.
    """
    day = timing.today()
    have = {gap for _matter, gap in open_of(place)}
    given = []
    for gap in gaps:
        n = stewards.gap(stewards.in_business(place), gap, day, place).count()
        if n and gap not in have:
            given.append(_give(place, gap, n, giver, until))
    return given


def _give(place: Place, gap: str, n: int, giver: Appointment, until: date) -> Matter:
    words = stewards.WORDS[gap].zh
    text = f"{place.name}：{n} 个在营场所{words}，请补齐。名单：/answering/{place.pk}/?gap={gap}"
    fields = {
        "text": text,
        "agency": _addressee(place, gap, giver),
        "deadline": office_law.end_of_day(until),
    }
    title = f"{place.name}属地责任：{words} {n} 个"
    opening = tasks.opening_of(giver=giver, source=None, fields=fields, title=title)
    return open_matter("task", "direct", opening, by=Actor.official(giver), key=_key(place, gap))


def _key(place: Place, gap: str) -> str:
    """The division, the gap and the minute: a second click is the same task."""
    return f"{_prefix(place, gap)}{timing.now():%Y%m%d%H%M}"


def _prefix(place: Place, gap: str) -> str:
    return f"{KEY}{place.code}-{gap}-"


def _addressee(place: Place, gap: str, giver: Appointment) -> Agency:
    if gap == "county" or place.level not in ("township", "village"):
        return giver.post.agency
    town = place.prefix[:9].ljust(12, "0")
    found = Agency.objects.filter(kind="township", place__code=town, closed_on__isnull=True)
    return found.order_by("pk").first() or giver.post.agency


def _open(places: Iterable[Place] = ()) -> list[Act]:
    """The acts that gave the tasks which are still open; by matter, so that no list is searched
    for keys."""
    still = Matter.objects.filter(kind="task", closed_at__isnull=True)
    keys = list(still.order_by("pk").values_list("pk", flat=True))
    starts = [f"{KEY}{place.code}-" for place in places] or [KEY]
    found: list[Act] = []
    for start in range(0, len(keys), BATCH):
        rows = Act.objects.filter(matter__in=keys[start : start + BATCH], verb="direct")
        found += [
            act
            for act in rows.select_related("matter").order_by("matter_id")
            if act.key and act.key.startswith(tuple(starts))
        ]
    return found


def open_of(place: Place) -> list[tuple[Matter, str]]:
    """The open tasks of a division, each with its gap."""
    return [(act.matter, _gap_of(act)[1]) for act in _open([place])]


def _gap_of(act: Act) -> tuple[str, str]:
    """Division and gap out of the key."""
    code, gap, _number = (act.key or "").removeprefix(KEY).split("-")
    return code, gap


def settle() -> int:
    """Close every task whose gap is filled; `zhian tick` calls it, a second call does nothing."""
    day, closed = timing.today(), 0
    for act in _open():
        code, gap = _gap_of(act)
        place = Place.objects.resolve(code, day)
        if place is not None and not _filled(place, gap, day):
            continue
        closed += _close(act.matter)
    return closed


def _filled(place: Place, gap: str, day: date) -> bool:
    return not stewards.gap(stewards.in_business(place), gap, day, place).exists()


def _close(matter: Matter) -> int:
    """Close one task; one with open parts waits for them."""
    try:
        perform(matter, "settled", fields={"text": "名单已空。"}, by=Actor.system(JOB))
    except DeskError:
        return 0
    return 1


# --- handing over


def _held(appointment: Appointment, on: date) -> QuerySet[Stewardship]:
    rows = Stewardship.objects.filter(appointment=appointment)
    return rows.filter(Q(until__isnull=True) | Q(until__gte=on))


def _move(leaving: Leaving) -> int:
    """The premises come to the successor if his post answers there; else the gap shows."""
    moved = 0
    for level in stewards.LEVELS:
        rows = list(_held(leaving.appointment, leaving.on).filter(level=level))
        moved += len(rows)
        where = leaving.appointment.post.territory
        try:
            actions.check(leaving.successor, level, where, leaving.on)
        except NotPossible:
            actions.end_all(rows, leaving.on)
            continue
        actions.bind(
            [(row.premises_id, leaving.successor) for row in rows],
            level=level,
            since=leaving.on,
            way="rule",
            by=leaving.by,
            place=where,
            reason=leaving.reason,
            beside=False,
        )
    return moved


def connect() -> None:
    """Whoever leaves hands these over with the rest."""
    register(Mover("stewards", Words("负有属地责任的场所", "Premises answered for"), _held, _move))


def default_day() -> date:
    """The day to report back that the page offers."""
    return timing.today() + timedelta(days=DAYS)
