"""属地责任 as rows: binding one, many by rule, many by roster; ending; each on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from zhian.directory import log, reach, stewards
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, Place, Premises, Stewardship
from zhian.directory.words import post_words
from zhian.law import offices

PARTS = ("responsibility", "directory")
BATCH = 500
Pairs = Sequence[tuple[int, Appointment]]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a binding did, or would do: new, same as before, other person before, side by side."""

    added: int
    same: int
    replaced: int
    beside: int


def check(appointment: Appointment, level: str, place: Place, day: date) -> None:
    """Refuse whoever cannot answer at this level here; raises NotPossible."""
    if level not in stewards.LEVELS:
        raise NotPossible(
            "级别须为县级、乡镇或者村级。", "The level is county, township or village.", "level"
        )
    known = offices.posts().get(appointment.post.kind)
    words = post_words(appointment.post.kind)
    if known is None or level not in known.levels:
        raise NotPossible(
            f"“{words.zh}”不是这一级的岗位。",
            f"A {words.en} is no post of this level.",
            "appointment",
        )
    first, after = appointment.post.territory.code_range
    if not first <= place.code < after:
        raise NotPossible(
            f"{appointment.user} 的辖区不包括{place.name}。",
            f"{appointment.user} does not answer for {place.name_en or place.code}.",
            "appointment",
        )
    if not Appointment.objects.on(day).filter(pk=appointment.pk).exists():
        raise NotPossible(
            f"{appointment.user} 当日不在任。",
            f"{appointment.user} does not hold the post then.",
            "appointment",
        )


@transaction.atomic
def appoint_steward(
    *,
    premises: Premises,
    appointment: Appointment,
    level: str,
    since: date,
    by: Appointment | None,
    reason: str = "",
    beside: bool = False,
) -> Stewardship:
    """Somebody answers for premises at a level; whoever did so before ends the day before, unless
    both are wanted (`beside`), which the report of overlaps then shows."""
    reach.need(by, PARTS, premises.place)
    check(appointment, level, premises.place, since)
    now = premises.stewardships.filter(reach.in_force(since), level=level)
    if now.filter(appointment=appointment).exists():
        raise NotPossible("此人已是责任人。", "This person answers for it already.", "appointment")
    if not beside:
        for old in now.select_related("premises__place", "appointment__user"):
            end_steward(row=old, on=since - timedelta(days=1), by=by, reason=reason or "更换责任人")
    row = Stewardship.objects.create(
        premises=premises, appointment=appointment, level=level, since=since
    )
    after = {"premises": premises, "official": appointment, "level": level}
    log.write("steward", row, by=by, reason=reason, after=after, person=appointment.user)
    return row


@transaction.atomic
def end_steward(*, row: Stewardship, on: date, by: Appointment | None, reason: str) -> None:
    """The person answers until this day; one not begun by then is taken out."""
    reach.need(by, PARTS, row.premises.place)
    before, after = {"since": row.since, "until": row.until}, {"until": on}
    log.write(
        "end_steward",
        row,
        by=by,
        reason=reason,
        before=before,
        after=after,
        person=row.appointment.user,
    )
    if row.since > on:
        row.delete()
        return
    row.until = on
    row.save(update_fields=["until"])


@transaction.atomic
def fill_by_post(
    *, place: Place, levels: Iterable[str], since: date, by: Appointment | None, reason: str = ""
) -> int:
    """Where nobody answers, whoever alone holds the division's post; how many were bound."""
    reach.need(by, PARTS, place)
    bound = 0
    for level in levels:
        pairs = stewards.propose(place, level, since).pairs
        done = bind(
            pairs,
            level=level,
            since=since,
            way="rule",
            by=by,
            place=place,
            reason=reason,
            beside=False,
        )
        bound += done.added + done.replaced
    return bound


def for_place(place: Place, level: str, appointment: Appointment) -> Pairs:
    """The rule that everything in a division is one person's: the pairs that it means."""
    rows = stewards.needing(stewards.in_business(place), level)
    return [(pk, appointment) for pk in rows.order_by("pk").values_list("pk", flat=True)]


@transaction.atomic
def bind_place(
    *,
    place: Place,
    level: str,
    appointment: Appointment,
    since: date,
    by: Appointment | None,
    only_gaps: bool = False,
    reason: str = "",
) -> Bound:
    """Everything in business in a division comes to one person at a level."""
    reach.need(by, PARTS, place)
    check(appointment, level, place, since)
    pairs = for_place(place, level, appointment)
    if only_gaps:
        free = stewards.lacking(stewards.in_business(place), level, since)
        wanted = set(free.values_list("pk", flat=True))
        pairs = [pair for pair in pairs if pair[0] in wanted]
    return bind(
        pairs, level=level, since=since, way="rule", by=by, place=place, reason=reason, beside=False
    )


@transaction.atomic
def bind(
    pairs: Pairs,
    *,
    level: str,
    since: date,
    way: str,
    by: Appointment | None,
    place: Place,
    reason: str,
    beside: bool,
) -> Bound:
    """Bind many premises at once, one line of the log for all; the caller has checked the people.

    Somebody else at the same level ends the day before, or stays beside (`beside`).
    """
    now = _standing([pk for pk, _who in pairs], level, since)
    others = {
        pk: [row for row in now.get(pk, []) if row.appointment_id != who.pk] for pk, who in pairs
    }
    wanted = [(pk, who) for pk, who in pairs if len(others[pk]) == len(now.get(pk, []))]
    if not beside:
        end_all([row for rows in others.values() for row in rows], since)
    Stewardship.objects.bulk_create(
        [
            Stewardship(premises_id=pk, appointment=who, level=level, since=since, way=way)
            for pk, who in wanted
        ],
        batch_size=BATCH,
    )
    changed = sum(bool(rows) for rows in others.values())
    fresh = sum(not others[pk] for pk, _who in wanted)
    same = len(pairs) - fresh - changed
    result = Bound(fresh, same, 0 if beside else changed, changed if beside else 0)
    if wanted or changed:
        people = sorted({str(who.user) for _pk, who in pairs})
        after = {
            "level": level,
            "added": result.added,
            "replaced": result.replaced,
            "people": people[:20],
        }
        log.write("steward", place, by=by, reason=reason, after=after)
    return result


def _standing(keys: Sequence[int], level: str, day: date) -> dict[int, list[Stewardship]]:
    """Who answers for these premises now; whoever has left his post answers no longer."""
    found: dict[int, list[Stewardship]] = {}
    for start in range(0, len(keys), BATCH):
        rows = Stewardship.objects.filter(
            reach.in_force(day), premises__in=keys[start : start + BATCH], level=level
        )
        for row in rows:
            found.setdefault(row.premises_id, []).append(row)
    return found


def end_all(rows: Sequence[Stewardship], since: date) -> None:
    """Nobody of these answers from a day on; one not begun by then is taken out."""
    last = since - timedelta(days=1)
    begun = [row.pk for row in rows if row.since <= last]
    fresh = [row.pk for row in rows if row.since > last]
    for start in range(0, len(begun), BATCH):
        Stewardship.objects.filter(pk__in=begun[start : start + BATCH]).update(until=last)
    for start in range(0, len(fresh), BATCH):
        Stewardship.objects.filter(pk__in=fresh[start : start + BATCH]).delete()


def preview(do: Callable[[], Bound]) -> Bound:
    """What a binding would do; nothing is kept."""
    with transaction.atomic():
        result = do()
        transaction.set_rollback(True)
    return result
