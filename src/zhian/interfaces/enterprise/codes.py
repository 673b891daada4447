"""Codes by telephone: drawn, counted, checked; and the message that carries one.

Limits, decided here and told in docs/enterprise.md: a code holds five minutes and five tries; a
number gets one a minute, five an hour, ten a day; an address asks for twenty in ten minutes and a
hundred a day (a market hall shares one). The answer never tells whether a number is known.
"""

from __future__ import annotations

import logging
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from zhian.desk import delivery
from zhian.directory import phones
from zhian.directory.models import PhoneCode
from zhian.law.words import Words

log = logging.getLogger(__name__)

FIGURES = 6
HOLDS = timedelta(minutes=5)
TRIES = 5
BETWEEN = timedelta(seconds=60)
PER_NUMBER = ((timedelta(hours=1), 5), (timedelta(days=1), 10))
PER_SOURCE = ((timedelta(minutes=10), 20), (timedelta(days=1), 100))
KEPT = timedelta(days=2)
RIGHT, WRONG, OVER = "right", "wrong", "over"
TEXT = Words(
    "【质安】验证码 {code}，5 分钟内有效，请勿告诉他人。",
    "zhian code {code}, valid for 5 minutes. Tell nobody.",
)
CHANGED = Words(
    "【质安】您的账号已改用另一个手机号登录。不是本人办理的，请致电监管部门。",
    "zhian: your account now logs in by another number. If that was not you, call the regulator.",
)


class TooMany(Exception):
    """No code was sent: one was just sent, or too many were asked for."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(int(wait.total_seconds()), 1)
        super().__init__(self.seconds)

    def __str__(self) -> str:
        if self.seconds <= BETWEEN.total_seconds():
            return _("刚刚发过验证码，请 %(n)d 秒后再试。") % {"n": self.seconds}
        return _("验证码要得太多了，请 %(n)d 分钟后再试。") % {"n": -(-self.seconds // 60)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that was asked for: its row, and what the browser's session keeps to try it."""

    pk: int
    nonce: str


def ask(phone: str, source: str, known: bool, now: datetime) -> Asked:
    """Draw a code for a number and send it, if anybody known has the number; raises TooMany."""
    number_key, source_key = phones.key("number", phone), phones.key("source", source)
    nonce, code = secrets.token_urlsafe(16), f"{secrets.randbelow(10**FIGURES):0{FIGURES}d}"
    with transaction.atomic():
        PhoneCode.objects.filter(sent_at__lt=now - KEPT).delete()
        _need_room(PhoneCode.objects.filter(number_key=number_key), PER_NUMBER, now, BETWEEN)
        _need_room(PhoneCode.objects.filter(source_key=source_key), PER_SOURCE, now)
        row = PhoneCode.objects.create(
            number_key=number_key,
            source_key=source_key,
            code_hash=_hash(nonce, code),
            sent_at=now,
        )
    if known:
        send(phone, TEXT.format(code=code), now)
    return Asked(row.pk, nonce)


def _need_room(
    rows: QuerySet[PhoneCode],
    limits: tuple[tuple[timedelta, int], ...],
    now: datetime,
    between: timedelta = timedelta(0),
) -> None:
    longest = max(span for span, _most in limits)
    sent = list(
        rows.filter(sent_at__gt=now - longest)
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
    )
    if sent and now - sent[0] < between:
        raise TooMany(between - (now - sent[0]))
    for span, most in limits:
        if len(sent) >= most and now - sent[most - 1] < span:
            raise TooMany(span - (now - sent[most - 1]))


def _hash(nonce: str, code: str) -> str:
    return salted_hmac("zhian.enterprise.code", f"{nonce}:{code}", algorithm="sha256").hexdigest()


def check(asked: Asked, entered: str, now: datetime) -> str:
    """Try a code: `right` once, else `wrong`, or `over` when time or tries are used up."""
    rows = PhoneCode.objects.filter(pk=asked.pk, used_at=None)
    alive = rows.filter(tries__lt=TRIES, sent_at__gt=now - HOLDS)
    if not alive.update(tries=F("tries") + 1):  # counted first, so that no two tries are one
        return OVER
    row = PhoneCode.objects.get(pk=asked.pk)
    code = "".join(character for character in entered if character.isdecimal())
    if not constant_time_compare(row.code_hash, _hash(asked.nonce, code)):
        return WRONG if row.tries < TRIES else OVER
    return RIGHT if rows.update(used_at=now) else OVER


# ---- the message --------------------------------------------------------------------------------


def send(phone: str, words: Words, now: datetime) -> None:
    """One short message at once; the answer to the browser does not wait for the gateway, so that
    its time tells nothing about the number."""
    text = f"{words.zh} {words.en}"
    if settings.SMS_URL:
        threading.Thread(target=_quietly, args=(phone, text, now), daemon=True).start()
    else:
        _quietly(phone, text, now)


def _quietly(phone: str, text: str, now: datetime) -> None:
    try:
        delivery.send_sms(phone, text, now)
    except delivery.NotDelivered as why:
        log.warning("a code was not sent: %s", why)  # never the number
