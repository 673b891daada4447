"""People into posts, out of them, and others in their stead."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from zhian.directory import log, reach
from zhian.directory.actions.accounts import shut
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, Deputyship, Post, User
from zhian.directory.words import post_words
from zhian.law import offices


@transaction.atomic
def appoint(
    *,
    user: User,
    post: Post,
    since: date,
    by: Appointment | None,
    reason: str,
    until: date | None = None,
) -> Appointment:
    """Put a person into a post; posts that may not be held together are refused (posts.toml)."""
    reach.need(by, "directory", post.agency.place)
    User.objects.select_for_update().get(pk=user.pk)
    _check(user, post, since, until)
    row = Appointment.objects.create(user=user, post=post, since=since, until=until)
    after = {"post": post, "since": since, "until": until}
    log.write("appoint", row, by=by, reason=reason, after=after, person=user)
    return row


def _check(user: User, post: Post, since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise NotPossible("离任日期早于任职日期。", "The last day is before the first.", "until")
    if user.left_on is not None:
        raise NotPossible(
            f"{user} 已于 {user.left_on} 离任，须先恢复账号。",
            f"{user} left on {user.left_on}; bring the account back first.",
            "user",
        )
    if user.operator_id:
        raise NotPossible(
            "经营者的账号不能任公职岗位。",
            "An operator's account cannot hold an official post.",
            "user",
        )
    held = list(overlapping(user, since, until))
    if any(row.post_id == post.pk for row in held):
        raise NotPossible(f"{user} 已任此岗位。", f"{user} holds this post already.", "post")
    for row in held:
        clash(row.post.kind, post.kind)


def overlapping(user: User, since: date, until: date | None) -> QuerySet[Appointment]:
    """The person's appointments that share a day with a span."""
    rows = Appointment.objects.filter(user=user).select_related("post__agency")
    rows = rows.filter(Q(until__isnull=True) | Q(until__gte=since))
    return rows.filter(since__lte=until) if until else rows


def clash(held: str, wanted: str) -> None:
    """Refuse two kinds of post that the same person may not hold together."""
    known = offices.posts().get(wanted)
    if known is None or held not in known.incompatible:
        return
    a, b = post_words(held), post_words(wanted)
    raise NotPossible(
        f"同一人不能同时任“{a.zh}”和“{b.zh}”。",
        f"The same person cannot be both {a.en} and {b.en}.",
        "post",
    )


@transaction.atomic
def end_appointment(
    *, appointment: Appointment, on: date, by: Appointment | None, reason: str
) -> Appointment:
    """End an appointment; `on` is the last day in the post. What waits there does not move:
    an official who leaves work behind hands over instead."""
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    reach.need(by, "directory", row.post.agency.place)
    _need_reason(reason)
    if row.until is not None and row.until < on:
        raise NotPossible(
            f"此任职已于 {row.until} 结束。", f"It ended on {row.until} already.", "on"
        )
    before, row.until = {"until": row.until}, max(on, row.since)
    row.save(update_fields=["until"])
    _cut_deputies(row, row.until)
    after = {"until": row.until}
    log.write(
        "end",
        row,
        by=by,
        reason=reason,
        before=before,
        after=after,
        person=row.user,
    )
    return row


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise NotPossible("请写明理由。", "Give the reason.", "reason")


def _cut_deputies(row: Appointment, last: date) -> None:
    """Nobody stands in for, or as, somebody who no longer holds the post."""
    rows = Deputyship.objects.filter(Q(absent=row) | Q(deputy=row), until__gt=last)
    rows.filter(since__gt=last).delete()
    rows.update(until=last)


@transaction.atomic
def set_deputy(
    *,
    absent: Appointment,
    deputy: Appointment,
    since: date,
    until: date,
    by: Appointment | None,
    reason: str,
) -> Deputyship:
    """While one is on leave another of the same agency signs for him, in his own name."""
    if by is None or by.pk != absent.pk:
        reach.need(by, "directory", absent.post.agency.place)
    _need_reason(reason)
    _check_deputy(absent, deputy, since, until)
    row = Deputyship.objects.create(
        absent=absent, deputy=deputy, since=since, until=until, reason=reason[:200]
    )
    after = {"absent": absent, "deputy": deputy, "since": since, "until": until}
    log.write("deputy", row, by=by, reason=reason, after=after, person=absent.user)
    return row


def _check_deputy(absent: Appointment, deputy: Appointment, since: date, until: date) -> None:
    if until < since:
        raise NotPossible("结束日期早于开始日期。", "It ends before it begins.", "until")
    if absent.user_id == deputy.user_id:
        raise NotPossible("不能由本人代理本人。", "Nobody stands in for himself.", "deputy")
    if absent.post.agency_id != deputy.post.agency_id:
        raise NotPossible(
            "代理人须在同一部门任职。",
            "The deputy must be of the same agency.",
            "deputy",
        )
    for row in (absent, deputy):
        if row.since > since or (row.until is not None and row.until < until):
            raise NotPossible(
                f"{row} 在此期间没有全程任职。",
                f"{row} does not hold the post all this time.",
                "since",
            )
    clash(deputy.post.kind, absent.post.kind)
    if Deputyship.objects.filter(absent=absent, since__lte=until, until__gte=since).exists():
        raise NotPossible("此期间已有代理人。", "Somebody stands in at that time already.", "since")


@transaction.atomic
def end_deputy(*, deputyship: Deputyship, on: date, by: Appointment | None, reason: str) -> None:
    """The absent official is back: the deputy's last day is `on`; one not begun is taken out."""
    row = Deputyship.objects.select_for_update().get(pk=deputyship.pk)
    if by is None or by.pk != row.absent_id:
        reach.need(by, "directory", row.absent.post.agency.place)
    before = {"since": row.since, "until": row.until}
    person = row.absent.user
    log.write(
        "end_deputy",
        row,
        by=by,
        reason=reason,
        before=before,
        after={"until": on},
        person=person,
    )
    if row.since > on:
        row.delete()
        return
    row.until = min(row.until, on)
    row.save(update_fields=["until"])


@transaction.atomic
def leave_post(
    *, appointment: Appointment, on: date, by: Appointment | None, reason: str
) -> Appointment:
    """The directory's part of a hand-over: `on` is the first day without the post."""
    last = on - timedelta(days=1)
    if appointment.until is not None and appointment.until < last:
        return appointment
    return end_appointment(appointment=appointment, on=last, by=by, reason=reason)


@transaction.atomic
def leave_service(*, user: User, on: date, by: Appointment | None, reason: str) -> User:
    """A person leaves: every post ends, no login any more, his sessions end now, his second
    factor is taken away; his acts and the log stay."""
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.left_on is not None:
        raise NotPossible(f"{person} 已离任。", f"{person} has left already.")
    for row in Appointment.objects.filter(user=person).filter(
        Q(until__isnull=True) | Q(until__gte=on)
    ):
        leave_post(appointment=row, on=on, by=by, reason=reason)
    person.left_on = on
    person.save(update_fields=["left_on"])
    ended = shut(person)
    after = {"left_on": on, "sessions_ended": ended}
    log.write("leave", person, by=by, reason=reason, after=after, person=person)
    user.refresh_from_db()
    return user
