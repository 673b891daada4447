"""经营者账号: binding telephones to operators, slips to join by, and the codes on their walls.

Whoever acts is an official in whose places the operator lies (`by`), the operator's own head
(`head`), or the person himself.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhian.directory import log, phones, stations
from zhian.directory.actions import accounts
from zhian.directory.errors import NotPossible, NotYours
from zhian.directory.models import (
    Appointment,
    Invitation,
    Operator,
    Place,
    Premises,
    Representative,
    User,
    WallCode,
)
from zhian.directory.models.representatives import HEAD, ROLES

SLIP_HOLDS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Doer:
    """On whose word a telephone is bound or unbound: exactly one of the three."""

    by: Appointment | None = None
    head: Representative | None = None
    himself: User | None = None

    @property
    def name(self) -> str:
        """As the log names them; an operator's person is named by his row, not his name."""
        if self.by is not None:
            return str(self.by)
        if self.head is not None:
            return f"{self.head.operator} · {self.head.user.username}"
        return str(self.himself.username if self.himself else log.NOBODY)


# ---- telephones ---------------------------------------------------------------------------------


@transaction.atomic
def bind(*, operator: Operator, phone: str, name: str, role: str, doer: Doer) -> Representative:
    """Let the person with this telephone act for the operator; several persons for one operator,
    one person for several. Raises NotPossible."""
    need(doer, operator)
    number = _number(phone)
    if role not in dict(ROLES):
        raise NotPossible("请选择身份。", "Choose a role.", "role")
    user = _person(number, name.strip(), strict=doer.himself is None)
    row = _attach(user, operator, role)
    log.write(
        "bind_phone",
        operator,
        by=doer.by,
        by_name=doer.name,
        after={"role": role},
        person=user,
    )
    return row


def _number(phone: str) -> str:
    number = phones.normal(phone)
    if not number:
        raise NotPossible(
            "这不是手机号码，应如 13912345678。",
            "Not a mobile number; write it like 13912345678.",
            "phone",
        )
    return number


def by_phone(number: str) -> User | None:
    """The operator's person who has this telephone; officials are never found so."""
    return User.objects.filter(operator__isnull=False, phone=number).first() if number else None


def _person(number: str, name: str, strict: bool) -> User:
    known = by_phone(number)
    if known is not None:
        if strict and name != known.name:
            raise NotPossible(
                "这个号码已是另一人的账号。请核对姓名；号码换了主人的，先给原来的人更换手机号。",
                "This number is somebody else's account. Check the name; if the number has a new "
                "owner, change the former owner's phone first.",
                "name",
            )
        return known
    if not name:
        raise NotPossible("请填写姓名。", "Give the name.", "name")
    user = User(username=f"p{secrets.token_hex(6)}", name=name[:50], phone=number)
    user.set_unusable_password()
    user.save()
    return user


def _attach(user: User, operator: Operator, role: str) -> Representative:
    if Representative.objects.open().filter(user=user, operator=operator).exists():
        raise NotPossible(
            "这个号码已经绑定本单位。", "This number is bound to the operator already.", "phone"
        )
    row = Representative.objects.create(
        user=user, operator=operator, role=role, since=timezone.localdate()
    )
    if user.operator_id is None:
        user.operator = operator
        user.save(update_fields=["operator"])
    return row


@transaction.atomic
def unbind(*, row: Representative, doer: Doer, reason: str) -> None:
    """The person acts for the operator no longer; with his last operator the telephone number is
    forgotten and he is logged out everywhere."""
    need(doer, row.operator)
    if row.until is not None:
        raise NotPossible("已经解除绑定。", "Unbound already.")
    if doer.himself is None and not reason.strip():
        raise NotPossible("请写明理由。", "Give the reason.", "reason")
    row.until = timezone.localdate()
    row.save(update_fields=["until"])
    user = User.objects.select_for_update().get(pk=row.user_id)
    left = Representative.objects.open().filter(user=user).select_related("operator").first()
    if left is None:
        user.operator, user.phone = None, ""
    elif user.operator_id == row.operator_id:
        user.operator = left.operator
    user.save(update_fields=["operator", "phone"])
    if left is None:
        accounts.end_sessions(user)
    log.write(
        "unbind_phone", row.operator, by=doer.by, by_name=doer.name, reason=reason, person=user
    )


@transaction.atomic
def change_phone(*, user: User, phone: str, doer: Doer, reason: str = "") -> User:
    """The person has another telephone; he is logged out everywhere but where he changed it."""
    if doer.himself is None:
        rows = Representative.objects.open().filter(user=user).select_related("operator__place")
        if not any(within(doer, row.operator) for row in rows):
            raise NotYours
    number = _number(phone)
    other = by_phone(number)
    if other is not None and other.pk != user.pk:
        raise NotPossible(
            "这个号码已是另一人的账号。", "This number is somebody else's account.", "phone"
        )
    user.phone = number
    user.save(update_fields=["phone"])
    if doer.himself is None:
        accounts.end_sessions(user)
    subject = user.operator or user
    log.write("change_phone", subject, by=doer.by, by_name=doer.name, reason=reason, person=user)
    return user


# ---- slips to join by ---------------------------------------------------------------------------


def token_hash(token: str) -> str:
    """What is kept of the code on a slip."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, operator: Operator, role: str, doer: Doer, now: datetime) -> tuple[Invitation, str]:
    """A slip for one person, and its code, which is shown once."""
    need(doer, operator)
    if role not in dict(ROLES):
        raise NotPossible("请选择身份。", "Choose a role.", "role")
    token = secrets.token_urlsafe(16)
    slip = Invitation.objects.create(
        operator=operator,
        token_hash=token_hash(token),
        role=role,
        made_at=now,
        by=doer.by,
        by_head=doer.head,
        expires_at=now + SLIP_HOLDS,
    )
    log.write("invite", operator, by=doer.by, by_name=doer.name, after={"role": role})
    return slip, token


def slip_of(token: str, now: datetime) -> Invitation | None:
    """The slip that a code belongs to, while somebody may still come in by it."""
    rows = Invitation.objects.select_related("operator__place", "by_head")
    slip = rows.filter(token_hash=token_hash(token)).first()
    if slip is None or not slip.is_live(now):
        return None
    head = slip.by_head
    return None if head is not None and head.until is not None else slip


@transaction.atomic
def join(*, slip: Invitation, user: User | None, phone: str, name: str, now: datetime) -> User:
    """Whoever holds the slip and has shown that the telephone is his, acts for the operator."""
    locked = Invitation.objects.select_for_update().select_related("operator").get(pk=slip.pk)
    if not locked.is_live(now):
        raise NotPossible("这张邀请单已经用过或者收回。", "This slip was used or taken back.")
    number = user.phone if user else phone
    doer = Doer(himself=user or User(username="invitation"))
    row = bind(operator=locked.operator, phone=number, name=name, role=locked.role, doer=doer)
    locked.used_by = row
    locked.save(update_fields=["used_by"])
    return row.user


@transaction.atomic
def take_back(*, slip: Invitation, doer: Doer, now: datetime) -> None:
    """A slip that went astray lets nobody in."""
    need(doer, slip.operator)
    if slip.is_live(now):
        slip.withdrawn_at = now
        slip.save(update_fields=["withdrawn_at"])
        log.write("take_back", slip.operator, by=doer.by, by_name=doer.name)


# ---- the code on the wall -----------------------------------------------------------------------


@transaction.atomic
def wall_code(*, premises: Premises, doer: Doer, now: datetime, renew: bool = False) -> WallCode:
    """The code of the premises; a new one where there is none or the old one is to end."""
    need(doer, premises.operator)
    Premises.objects.select_for_update().get(pk=premises.pk)
    live = WallCode.objects.filter(premises=premises, withdrawn_at=None)
    known = live.first()
    if known is not None and not renew:
        return known
    live.update(withdrawn_at=now)
    code = WallCode.objects.create(premises=premises, code=WallCode.draw(), issued_at=now)
    what = "wall_code" if known is None else "wall_code_renewed"
    log.write(what, premises, by=doer.by, by_name=doer.name)
    return code


@transaction.atomic
def withdraw_wall_code(*, premises: Premises, doer: Doer, now: datetime) -> None:
    """The code on the wall leads nowhere from now on."""
    need(doer, premises.operator)
    if WallCode.objects.filter(premises=premises, withdrawn_at=None).update(withdrawn_at=now):
        log.write("wall_code_withdrawn", premises, by=doer.by, by_name=doer.name)


# ---- who may ------------------------------------------------------------------------------------


def within(doer: Doer, operator: Operator) -> bool:
    """Whether the operator is this official's (by place, its own or its premises'), this head's,
    or the person speaks for himself."""
    if doer.by is not None:
        return operators_in_reach(doer.by, pk=operator.pk)
    if doer.head is not None:
        head = doer.head
        return head.operator_id == operator.pk and head.role == HEAD and head.until is None
    return True


def need(doer: Doer, operator: Operator) -> None:
    """Raise NotYours unless it is theirs."""
    if not within(doer, operator):
        raise NotYours


def operators_in_reach(by: Appointment, pk: int) -> bool:
    """Whether an operator, or one of its premises, lies in the post's places: its territory, and
    the townships for which its station answers beside the seat."""
    here = Q()
    for place in _places(by):
        first, after = place.code_range
        here |= Q(place__code__gte=first, place__code__lt=after)
        here |= Q(premises__place__code__gte=first, premises__place__code__lt=after)
    return Operator.objects.filter(here, pk=pk).exists()


def _places(by: Appointment) -> list[Place]:
    office = by.post.office
    more = stations.also(office, timezone.localdate()) if office else ()
    return [by.post.territory, *(row.place for row in more)]
