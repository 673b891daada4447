"""What an operator's person does: one act, one new matter, one paper signed for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhian.desk import fields, labels, uploads
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import Reason, Refused, speak
from zhian.desk.models import Act, Clock, Matter
from zhian.desk.show import forms
from zhian.directory.models import User
from zhian.interfaces.enterprise import acts, beginning, printing, sheets
from zhian.law.words import Words
from zhian.web.words import named

NOBODY = Words(
    "没有找到负责这处场所的部门，请到政务服务窗口办理或者致电监管部门。",
    "No agency was found that answers for these premises: go to the service counter or call.",
)


def act(task: sheets.Task, entered: forms.Entered, head: int | None, key: str) -> Act:
    """Perform what a form says; its files belong to the act from then on."""
    assert task.matter is not None
    sheets.stop_at(entered)
    with transaction.atomic():
        done = perform(
            task.matter,
            task.spec.verb,
            fields=entered.given,
            by=Actor.of_operator(task.user),
            head=head,
            key=key or None,
        )
        uploads.tie(done, entered.all_files)
    return done


def begin(task: sheets.Task, entered: forms.Entered, key: str, now: datetime) -> Matter:
    """Open what a form says at the competent agency."""
    sheets.stop_at(entered)
    values = fields.clean(task.spec, entered.given)
    day = timezone.localtime(now).date()
    opening = beginning.opening(task.kind, task.spec, task.operator, values, entered.given, day)
    if opening is None:
        raise Refused(Reason(NOBODY))
    with transaction.atomic():
        matter = open_matter(
            task.kind, task.spec.verb, opening, by=Actor.of_operator(task.user), key=key or None
        )
        first = matter.acts.order_by("seq").first()
        if first is not None:
            uploads.tie(first, entered.all_files)
    return matter


def sign_for(
    matter: Matter, user: User, is_head: bool, consent: bool, key: str, now: datetime
) -> Act:
    """The paper is served electronically: the person agrees to it, this system is the confirmed
    address, and the record of it is made here (PUNISH 82(3))."""
    service = matter.service
    with transaction.atomic():
        record = printing.confirmation(service, user, now)
        name = f"电子送达记录 {matter.number}.pdf"
        proof = uploads.put(uploads.Checked(name, ".pdf", record), matter, "proof")
        proof.save()
        given: dict[str, Any] = {
            "method": "electronic",
            "served_at": now,
            "receiver": str(user),
            "relation": "head" if is_head else "agent",
            "address_confirmed": consent,
            "consent": consent,
            "witnessed": False,
            "proof": [proof],
        }
        return perform(
            matter, "served", fields=given, by=Actor.of_operator(user), at=now, key=key or None
        )


def said(matter: Matter, words: Words, at: datetime) -> str:
    """The confirmation: what was handed in, to whom, when, and until when they answer."""
    when = f"{timezone.localtime(at):%m-%d %H:%M}"
    told = _("“%(act)s”已提交给%(agency)s（%(when)s）。") % {
        "act": speak(words),
        "agency": named(matter.agency),
        "when": when,
    }
    answer = awaited(matter)
    return told + (_("最迟 %(day)s 答复。") % {"day": answer.due_day} if answer else "")


def awaited(matter: Matter) -> Clock | None:
    """The term within which the office must answer."""
    clocks = Clock.objects.filter(matter=matter, state="running", due_day__isnull=False)
    for clock in clocks.order_by("due_at"):
        rule = labels.rule_of(clock)
        statutory = rule is not None and rule.kind == "deadline" and clock.basis == "statute"
        if statutory and not acts.is_ours(rule, None):
            return clock
    return None
