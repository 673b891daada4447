"""Notices that acts give: to signers, to people named by the procedure, before and after terms."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from zhian.desk import kinds, relations, timing
from zhian.desk.models import Act, Matter, Notice, Proposal
from zhian.directory.models import Appointment
from zhian.law.procedure import ActSpec
from zhian.law.words import Words

TO_SIGN = Words("请签批：{title}", "Please sign: {title}")
RETURNED = Words("报批被退回：{title}。理由：{reason}", "Returned: {title}. Reason: {reason}")
DONE = Words("{title}：{done}", "{title}: {done}")


def rows(
    people: Iterable[Appointment], words: Words, matter: Matter | None, act: Act | None = None
) -> list[Notice]:
    """One in-app notice per person, not yet saved."""
    now = timing.now()
    return [
        Notice(
            matter=matter,
            act=act,
            appointment=a,
            user=a.user,
            recipient=str(a.user),
            channel="app",
            text=words.zh,
            text_en=words.en,
            state="sent",
            created_at=now,
            sent_at=now,
        )
        for a in {a.pk: a for a in people}.values()
    ]


def give(
    people: Iterable[Appointment],
    words: Words,
    matter: Matter | None,
    act: Act | None = None,
) -> int:
    """One in-app notice per person; returns how many."""
    return len(Notice.objects.bulk_create(rows(people, words, matter, act)))


def to_sign(matter: Matter, proposal: Proposal) -> None:
    """Tell whoever must sign next."""
    waiting = proposal.signatures.filter(state="waiting").first()
    if waiting is not None:
        people = [
            a for a in relations.signers(matter, waiting.post) if a.user_id != proposal.act.user_id
        ]
        give(people, TO_SIGN.format(title=matter.title), matter, proposal.act)


def returned(matter: Matter, proposal: Proposal, reason: str) -> None:
    """Tell the proposer why his proposal came back."""
    if proposal.act.appointment is not None:
        words = RETURNED.format(title=matter.title, reason=reason)
        give([proposal.act.appointment], words, matter, proposal.act)


def of_act(matter: Matter, spec: ActSpec, act: Act) -> None:
    """Tell the people whom the procedure names for this act."""
    words = DONE.format(title=matter.title, done=spec.done or spec.words)
    for name in spec.notices:
        if name == "operator":
            _to_operator(matter, act, words)
        else:
            known = kinds.get(matter.kind).recipients.get(name)
            people = known(matter) if known else relations.people(matter, name)
            give((a for a in people if a.user_id != act.user_id), words, matter, act)


def _to_operator(matter: Matter, act: Act, words: Words) -> None:
    Notice.objects.bulk_create(operator_rows(matter, words, act))


def operator_rows(matter: Matter, words: Words, act: Act | None = None) -> list[Notice]:
    """A message without personal data to the operator's phone, a slip where it has none."""
    operator = matter.operator
    if operator is None:
        return []
    link = f"{settings.BASE_URL}/my/m/{matter.uid.hex[:12]}"
    return [
        Notice(
            matter=matter,
            act=act,
            operator=operator,
            recipient=operator.name,
            channel="sms" if operator.phone else "slip",
            text=f"{words.zh} {link}",
            text_en=f"{words.en} {link}",
            created_at=timing.now(),
        )
    ]
