"""交接: what an official leaves behind, and how it comes to his successor.

Posts, logins and sponsorships are the directory's; matters, signatures and tasks the desk's. An
app with something of its own to hand over (keys of a sealed box, for one) registers a mover.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import common
from zhian.desk.models import Matter, Signature, Task
from zhian.directory import log, reach
from zhian.directory.actions import appointments, duties
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, Sponsorship, User
from zhian.law.words import Words

Rows = QuerySet[Model]


@dataclass(frozen=True, slots=True)
class Leaving:
    """One hand-over: who leaves which post, who follows, from which day, by whom, and why."""

    appointment: Appointment
    successor: Appointment
    on: date
    by: Appointment
    reason: str

    @property
    def actor(self) -> Actor:
        """The administrator as the ledger signs him."""
        return Actor.official(self.by)


@dataclass(frozen=True, slots=True)
class Mover:
    """One sort of thing that is handed over: what it is called, which rows, and how."""

    key: str
    words: Words
    rows: Callable[[Appointment, date], Rows]
    move: Callable[[Leaving], int]


@dataclass(frozen=True, slots=True)
class Moves:
    """What a hand-over moves, counted by sort; the signatures that stay with the post, and those
    that nobody could give."""

    counts: Mapping[str, int] = field(default_factory=dict)
    signatures: int = 0
    unsigned: tuple[Signature, ...] = ()

    @property
    def total(self) -> int:
        """How many things change hands."""
        return sum(self.counts.values())


def _handled(appointment: Appointment, on: date) -> QuerySet[Matter]:
    return Matter.objects.filter(handler=appointment, closed_at__isnull=True)


def _given(appointment: Appointment, on: date) -> QuerySet[Matter]:
    return Matter.objects.filter(giver=appointment, closed_at__isnull=True)


def _assigned(appointment: Appointment, on: date) -> QuerySet[Task]:
    open_tasks = Task.objects.filter(assignee=appointment, matter__closed_at__isnull=True)
    return open_tasks.select_related("matter")


def _sponsored(appointment: Appointment, on: date) -> QuerySet[Sponsorship]:
    rows = Sponsorship.objects.filter(appointment=appointment)
    return rows.filter(Q(until__isnull=True) | Q(until__gte=on))


def _move_handled(leaving: Leaving) -> int:
    rows = list(_handled(leaving.appointment, leaving.on).order_by("pk"))
    for matter in rows:
        common.hand_over(
            matter,
            to=leaving.successor,
            by=leaving.actor,
            reason=leaving.reason,
            leaving=True,
        )
    return len(rows)


def _move_given(leaving: Leaving) -> int:
    rows = list(_given(leaving.appointment, leaving.on).order_by("pk"))
    for matter in rows:
        data = {
            "role": "giver",
            "from": leaving.appointment.user.username,
            "to": leaving.successor.user.username,
        }
        common.record(matter, "hand_over", by=leaving.actor, data=data, reason=leaving.reason)
        Matter.objects.filter(pk=matter.pk).update(giver=leaving.successor)
    return len(rows)


def _move_assigned(leaving: Leaving) -> int:
    return _assigned(leaving.appointment, leaving.on).update(assignee=leaving.successor)


def _move_sponsored(leaving: Leaving) -> int:
    """The premises keep a sponsor of the same level without a day between."""
    rows = list(_sponsored(leaving.appointment, leaving.on))
    for row in rows:
        duties.end_sponsorship(
            row=row,
            on=leaving.on - timedelta(days=1),
            by=leaving.by,
            reason=leaving.reason,
        )
        if not _sponsored(leaving.successor, leaving.on).filter(
            premises=row.premises_id, level=row.level
        ):
            duties.sponsor(
                premises=row.premises,
                appointment=leaving.successor,
                level=row.level,
                since=leaving.on,
                by=leaving.by,
                reason=leaving.reason,
            )
    return len(rows)


MOVERS: dict[str, Mover] = {}


def register(mover: Mover) -> None:
    """Add a sort of thing that changes hands when its holder leaves."""
    MOVERS[mover.key] = mover


register(Mover("handled", Words("承办的事项", "Matters handled"), _handled, _move_handled))
register(Mover("given", Words("交办的事项", "Matters given to others"), _given, _move_given))
register(Mover("assigned", Words("接办的任务", "Tasks taken on"), _assigned, _move_assigned))
register(Mover("sponsored", Words("包保的主体", "Premises sponsored"), _sponsored, _move_sponsored))


def waiting_at(appointment: Appointment) -> QuerySet[Signature]:
    """Signatures, due now or later in their chain, that this post is to give."""
    post = appointment.post
    office = Q(office__isnull=True) | Q(office=post.office_id)
    return (
        Signature.objects.filter(
            office,
            post=post.kind,
            agency=post.agency_id,
            state__in=["waiting", "later"],
            proposal__state__in=["open", "catching_up"],
        )
        .select_related("proposal__matter", "proposal__act")
        .order_by("proposal__matter__next_due_at", "id")
    )


def without_signer(
    appointment: Appointment, on: date, successor: Appointment | None = None
) -> tuple[Signature, ...]:
    """Signatures that nobody can give once this person is gone: they are asked of a post, so a
    colleague in the same post signs; nobody signs his own proposal or signs twice."""
    waiting = list(waiting_at(appointment))
    if not waiting:
        return ()
    others = list(_colleagues(appointment, on))
    if successor is not None and _fits(successor, appointment):
        others.append(successor)
    return tuple(row for row in waiting if not _somebody_signs(row, others))


def _colleagues(appointment: Appointment, on: date) -> QuerySet[Appointment]:
    post = appointment.post
    rows = Appointment.objects.on(on).filter(post__kind=post.kind, post__agency=post.agency_id)
    return rows.exclude(user=appointment.user_id).select_related("post", "user")


def _fits(one: Appointment, other: Appointment) -> bool:
    a, b = one.post, other.post
    return (a.kind, a.agency_id, a.office_id) == (b.kind, b.agency_id, b.office_id)


def _somebody_signs(signature: Signature, others: list[Appointment]) -> bool:
    signed = set(
        signature.proposal.signatures.filter(state="signed").values_list(
            "signed_by__user", flat=True
        )
    )
    return any(
        (signature.office_id is None or a.post.office_id == signature.office_id)
        and a.user_id != signature.proposal.act.user_id
        and a.user_id not in signed
        for a in others
    )


def preview(appointment: Appointment, on: date, successor: Appointment | None = None) -> Moves:
    """What would move, before anything does; each count opens `rows`."""
    counts = {m.key: m.rows(appointment, on).count() for m in MOVERS.values()}
    left = without_signer(appointment, on, successor)
    return Moves(counts, waiting_at(appointment).count(), left)


def _check(leaving: Leaving, accept_unsigned: bool) -> None:
    reach.need(leaving.by, "directory", leaving.appointment.post.agency.place)
    if leaving.on > timing.today():
        raise NotPossible("到离任当日再办理交接。", "Hand over on the day itself.", "on")
    if not leaving.reason.strip():
        raise NotPossible("请写明理由。", "Give the reason.", "reason")
    _check_successor(leaving)
    left = without_signer(leaving.appointment, leaving.on, leaving.successor)
    if left and not accept_unsigned:
        raise NotPossible(
            f"离任后有 {len(left)} 件待签批无人可签。请先任命接任者到该岗位，或者确认知悉。",
            f"Nobody could give {len(left)} signatures afterwards. Appoint somebody to the post "
            "first, or confirm that you know.",
            "successor",
        )


def _check_successor(leaving: Leaving) -> None:
    heir, post = leaving.successor, leaving.appointment.post
    if heir.user_id == leaving.appointment.user_id and heir.pk == leaving.appointment.pk:
        raise NotPossible("不能交接给本人。", "Nobody hands over to himself.", "successor")
    if heir.post.agency_id != post.agency_id:
        raise NotPossible(
            "接任者须在同一部门任职。",
            "The successor must be of the same agency.",
            "successor",
        )
    if not Appointment.objects.on(timing.today()).filter(pk=heir.pk).exists():
        raise NotPossible(f"{heir} 现不在任。", f"{heir} holds no post today.", "successor")


def hand_on(
    *,
    appointment: Appointment,
    successor: Appointment,
    on: date,
    by: Appointment,
    reason: str,
    accept_unsigned: bool = False,
) -> Moves:
    """Everything open in one post goes to the successor, then the appointment ends; all or
    nothing. `on` is the first day without the post; raises NotPossible."""
    with transaction.atomic():
        appointment = (
            Appointment.objects.select_for_update(of=("self",))
            .select_related("user", "post__agency__place", "post__office")
            .get(pk=appointment.pk)
        )
        leaving = Leaving(appointment, successor, on, by, reason)
        _check(leaving, accept_unsigned)
        counts = {m.key: m.move(leaving) for m in MOVERS.values()}
        waiting = waiting_at(appointment).count()
        left = without_signer(appointment, on, successor)
        appointments.leave_post(appointment=appointment, on=on, by=by, reason=reason)
        log.write(
            "hand_over",
            appointment,
            by=by,
            reason=reason,
            after={"to": successor, **counts, "signatures": waiting, "unsigned": len(left)},
            person=appointment.user,
        )
    return Moves(counts, waiting, left)


def leave(
    *,
    user: User,
    successors: Mapping[int, Appointment],
    on: date,
    by: Appointment,
    reason: str,
    accept_unsigned: bool = False,
) -> dict[int, Moves]:
    """A person leaves service: each post is handed on to its successor (by the appointment's
    id), then the login ends and with it every session; all or nothing."""
    done: dict[int, Moves] = {}
    with transaction.atomic():
        for row in posts_of(user):
            heir = successors.get(row.pk)
            if heir is not None and heir.user_id == user.pk:
                raise NotPossible(
                    "不能交接给离任人本人。",
                    "The leaver cannot be his own successor.",
                    f"successor-{row.pk}",
                )
            if heir is None:
                held = preview(row, on)
                if held.total or (held.unsigned and not accept_unsigned):
                    raise NotPossible(
                        f"{row} 还有未交接的工作，请选择接任者。",
                        f"{row} still has open work; choose a successor.",
                        f"successor-{row.pk}",
                    )
                continue
            done[row.pk] = hand_on(
                appointment=row,
                successor=heir,
                on=on,
                by=by,
                reason=reason,
                accept_unsigned=accept_unsigned,
            )
        _check_user(user, by, on)
        appointments.leave_service(user=user, on=on, by=by, reason=reason)
    return done


def _check_user(user: User, by: Appointment, on: date) -> None:
    if on > timing.today():
        raise NotPossible("到离任当日再办理交接。", "Hand over on the day itself.", "on")
    if user.pk == by.user_id:
        raise NotPossible("不能为本人办理离任。", "Nobody signs himself out of service.", "user")
    reach.need(by, "directory", by.post.territory)
    if not reach.people(by).filter(pk=user.pk).exists():
        raise NotPossible("此人不在您的管理范围内。", "Outside what you administer.")


def posts_of(user: User) -> QuerySet[Appointment]:
    """The posts that a person holds today, each of which needs a successor."""
    return (
        Appointment.objects.on(timing.today())
        .filter(user=user)
        .select_related("user", "post__agency__place", "post__office")
        .order_by("since", "pk")
    )
