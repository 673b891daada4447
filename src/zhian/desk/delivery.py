"""Waiting notices leave the house: SMS, e-mail, printed slips; what did not arrive says so.

Each notice is claimed before it is sent, so that two runs never send it twice. A gateway that is
down is asked again for a day; a number that cannot be right fails at once.
"""

from __future__ import annotations

import html
import json
import os
import re
import smtplib
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from zhian.desk.models import Matter, Notice

MOST = 500
CLAIM = timedelta(minutes=15)
GIVE_UP = timedelta(days=1)
TIMEOUT = 10
AWAKE = (time(8), time(21))
PHONE = re.compile(r"\+?[0-9]{5,15}")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SUBJECT = "质安通知"
NO_PHONE = "没有可用的手机号 / no usable phone number"
NO_MAIL = "没有可用的邮箱 / no usable e-mail address"
NO_ANSWER = "通道无应答：{why} / the gateway did not answer"
REFUSED = "通道拒收：{why} / the gateway refused"


class NotDelivered(Exception):
    """A notice did not go out; `again` tells whether it may later."""

    def __init__(self, why: str, again: bool) -> None:
        self.again = again
        super().__init__(why)


@dataclass(slots=True)
class Delivered:
    """How many notices went out, failed for good, or wait for another try."""

    sent: int = 0
    failed: int = 0
    again: int = 0


def deliver(now: datetime, most: int = MOST) -> Delivered:
    """Send what waits; reminders reach the public between 8:00 and 21:00 only."""
    result = Delivered()
    rows = _waiting(now).order_by("pk").values_list("pk", flat=True)
    for pk in list(rows[:most]):
        notice = _claim(pk, now)
        if notice is not None:
            _deliver_one(notice, now, result)
    return result


def _waiting(now: datetime) -> QuerySet[Notice]:
    free = Q(sent_at=None) | Q(sent_at__lt=now - CLAIM)
    found = Notice.objects.filter(free, state="waiting")
    local = timezone.localtime(now).time()
    if not AWAKE[0] <= local < AWAKE[1]:
        found = found.exclude(channel="sms", act=None)
    return found


def _claim(pk: int, now: datetime) -> Notice | None:
    """Take a notice in hand; None where another run has it."""
    mine = _waiting(now).filter(pk=pk).update(sent_at=now)
    if not mine:
        return None
    return Notice.objects.select_related("operator", "user").get(pk=pk)


def _deliver_one(notice: Notice, now: datetime, result: Delivered) -> None:
    try:
        _CHANNELS[notice.channel](notice, now)
    except NotDelivered as why:
        again = why.again and now - notice.created_at < GIVE_UP
        notice.failure = str(why)[:300]
        notice.state = "waiting" if again else "failed"
        result.again += again
        result.failed += not again
    else:
        notice.state, notice.failure = "sent", ""
        result.sent += 1
    notice.save(update_fields=["state", "failure"])


def _sms(notice: Notice, now: datetime) -> None:
    person = notice.operator or notice.user
    send_sms(person.phone if person else "", notice.text, now, {"notice": notice.pk})


def send_sms(phone: str, text: str, now: datetime, about: dict[str, Any] | None = None) -> None:
    """One short message through the gateway, or into the day's file; raises NotDelivered."""
    phone = re.sub(r"[\s()-]", "", phone)
    if not PHONE.fullmatch(phone):
        raise NotDelivered(NO_PHONE, again=False)
    template = settings.SMS_URL
    if not template:
        _to_file("sms", now, {**(about or {}), "phone": phone, "text": text})
        return
    address = template.replace("{phone}", quote(phone, safe="")).replace(
        "{text}", quote(text, safe="")
    )
    ask(urllib.request.Request(address))


def ask(request: urllib.request.Request) -> None:
    """One HTTP(S) request that must be answered with 2xx; raises NotDelivered."""
    if urlsplit(request.full_url).scheme not in {"http", "https"}:
        raise NotDelivered(REFUSED.format(why="http(s)"), again=False)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT):
            return
    except urllib.error.HTTPError as why:
        with why:
            again = why.code >= 500 or why.code in {408, 429}
        raise NotDelivered(REFUSED.format(why=why.code), again) from None
    except (OSError, ValueError) as why:
        raise NotDelivered(NO_ANSWER.format(why=type(why).__name__), again=True) from None


def _email(notice: Notice, now: datetime) -> None:
    address = notice.user.email if notice.user else ""
    if not MAIL.fullmatch(address):
        raise NotDelivered(NO_MAIL, again=False)
    if not settings.EMAIL_URL:
        _to_file("email", now, {"notice": notice.pk, "to": address, "text": notice.text})
        return
    letter = EmailMessage()
    letter["Subject"], letter["To"] = SUBJECT, address
    letter.set_content(f"{notice.text}\n\n{notice.text_en}\n")
    try:
        _post(letter)
    except (OSError, smtplib.SMTPException) as why:
        again = not isinstance(why, smtplib.SMTPRecipientsRefused)
        raise NotDelivered(NO_ANSWER.format(why=type(why).__name__), again) from None


def _post(letter: EmailMessage) -> None:
    parts = urlsplit(settings.EMAIL_URL)
    user, host = unquote(parts.username or ""), parts.hostname or "localhost"
    letter["From"] = settings.EMAIL_FROM or (user if "@" in user else f"zhian@{host}")
    secure = parts.scheme == "smtps"
    make = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with make(host, parts.port or (465 if secure else 25), timeout=TIMEOUT) as server:
        if not secure and server.has_extn("starttls"):
            server.starttls()
        if user:
            server.login(user, unquote(parts.password or ""))
        server.send_message(letter)


def _slip(notice: Notice, now: datetime) -> None:
    """Printed and handed over: the day's list is written anew with every slip of the day."""
    day = timezone.localtime(now).date()
    path = _folder("slips") / f"{day.isoformat()}.html"
    write_whole(path, slips_page(day, notice))


def _call(notice: Notice, now: datetime) -> None:
    raise NotDelivered("请打电话并登记 / telephone and log the call", again=False)


def _in_app(notice: Notice, now: datetime) -> None:
    """Nothing to send: the person sees it at the next page."""


_CHANNELS: dict[str, Any] = {
    "app": _in_app,
    "sms": _sms,
    "email": _email,
    "slip": _slip,
    "call": _call,
}


def slips_page(day: date, *more: Notice) -> str:
    """The slips of a day to print and cut: recipient, text and its link as a QR code."""
    begins = datetime.combine(day, time(), timezone.get_default_timezone())
    sent = Notice.objects.filter(
        channel="slip", state="sent", sent_at__gte=begins, sent_at__lt=begins + timedelta(days=1)
    )
    rows = {n.pk: n for n in [*sent.order_by("pk"), *more]}
    body = "\n".join(_slip_html(n) for n in rows.values())
    return (
        '<!doctype html>\n<html lang="zh"><meta charset="utf-8">\n'
        f"<title>{day.isoformat()} 通知单</title>\n{body}\n</html>\n"
    )


def _slip_html(notice: Notice) -> str:
    import segno

    link = next((word for word in notice.text.split() if word.startswith("http")), "")
    code = segno.make(link, error="m").svg_inline(scale=3) if link else ""
    return (
        f"<section><h2>{html.escape(notice.recipient)}</h2>"
        f"<p>{html.escape(notice.text)}</p>{code}<hr></section>"
    )


def _folder(name: str) -> Path:
    folder = Path(settings.OUTBOX) / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _to_file(channel: str, now: datetime, row: dict[str, Any]) -> None:
    """No gateway is set: one line in the day's file, for whoever sends it by hand."""
    day = timezone.localtime(now).date().isoformat()
    line = json.dumps({"at": now.isoformat(), **row}, ensure_ascii=False) + "\n"
    path = _folder(channel) / f"{day}.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line)


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def not_reached(matters: QuerySet[Matter]) -> QuerySet[Notice]:
    """Notices of these matters that did not arrive: somebody must telephone or go there."""
    return Notice.objects.filter(state="failed", matter__in=matters).order_by("-pk")
