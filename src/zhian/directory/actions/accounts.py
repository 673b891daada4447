"""Logins: the security administrator opens and closes them; names and posts are another's."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from zhian.directory import log, reach
from zhian.directory.errors import NotPossible, NotYours
from zhian.directory.models import Appointment, User

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 4


def new_password() -> str:
    """A one-time password that can be read out on the telephone (about 79 bits)."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def end_sessions(user: User) -> int:
    """Log a person out everywhere; how many sessions ended."""
    mine = [
        row.pk
        for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if row.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=mine).delete()
    return len(mine)


def shut(user: User) -> int:
    """No password, no second factor, no session; how many sessions ended."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    return end_sessions(user)


def need_account(by: Appointment | None, user: User) -> None:
    """Refuse unless this administrator opens logins and the person is within reach."""
    if by is None:
        return
    reach.need(by, "accounts", by.post.territory)
    if not reach.people(by).filter(pk=user.pk).exists():
        raise NotYours


@transaction.atomic
def issue_password(*, user: User, by: Appointment | None, reason: str) -> str:
    """Open a login (or open it again): the one-time password, shown once; the person must
    choose his own at the first login. Sessions end, the second factor is enrolled anew."""
    need_account(by, user)
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.left_on is not None:
        raise NotPossible(f"{person} 已离任。", f"{person} has left.")
    shut(person)
    password = new_password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    log.write("password", person, by=by, reason=reason, person=person)
    return password


def issue_passwords(
    *, users: Iterable[User], by: Appointment | None, reason: str
) -> list[tuple[User, str]]:
    """The same for many at once: each with the one-time password, all or none."""
    with transaction.atomic():
        return [(user, issue_password(user=user, by=by, reason=reason)) for user in users]


@transaction.atomic
def close_login(*, user: User, by: Appointment | None, reason: str) -> int:
    """Close a login at once (lost phone, suspicion); the posts stay."""
    need_account(by, user)
    if not reason.strip():
        raise NotPossible("请写明理由。", "Give the reason.", "reason")
    ended = shut(User.objects.select_for_update().get(pk=user.pk))
    after = {"sessions_ended": ended}
    log.write("close_login", user, by=by, reason=reason, after=after, person=user)
    return ended


@transaction.atomic
def bring_back(*, user: User, by: Appointment | None, reason: str) -> User:
    """A leaver returns to service: he may be appointed again and gets a new login."""
    need_account(by, user)
    before = {"left_on": user.left_on}
    user.left_on = None
    user.save(update_fields=["left_on"])
    log.write("return", user, by=by, reason=reason, before=before, person=user)
    return user
