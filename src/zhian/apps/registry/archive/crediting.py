"""What acts say of an operator becomes its credit record (law/data/credit_entries.toml).

One receiver hears every act that the file names. It runs after the act from its outbox row, and a
second run changes nothing: an act enters each entry once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models.signals import post_save
from django.utils import timezone

from zhian.apps.registry.archive import people
from zhian.apps.registry.models.archive import Ban, CreditEntry, StaffMember
from zhian.desk import handlers, kinds, timing
from zhian.desk.models import Act, Clock
from zhian.directory import office_law
from zhian.law.counting import months_from
from zhian.law.credit import Entry, credit
from zhian.law.rules import RuleOutOfForce

REVOKED = ("licence_exit", "record_revocation")
BAN = "ban.food_work"
HAPPENED = ("happened_on", "decided_on")  # fields of an act that say when the thing itself was
TOLD = ("subject", "decided_by", "decision_number")


def connect() -> None:
    """Listen to every act that says something of an operator, and to what is undone."""
    for kind, verb in sorted(credit().heard()):
        handlers.on(kind, verb, hear)
    handlers.on(*REVOKED, bar_the_head)
    post_save.connect(_undone, sender=Act, dispatch_uid="zhian.registry.credit")


def said_of(act: Act) -> dict[str, Any]:
    """What was entered with an act; of one that was signed, with its proposal."""
    if act.stage != "signed":
        return dict(act.data)
    proposed = Act.objects.filter(matter=act.matter_id, seq=act.data.get("proposal")).first()
    return dict(proposed.data) if proposed else {}


def day_of(act: Act, said: dict[str, Any]) -> date:
    """The day that counts: of the decision where the act names one, else of the act."""
    named = next((said[name] for name in HAPPENED if said.get(name)), None)
    if named:
        return date.fromisoformat(str(named))
    return timezone.localtime(act.happened_at).date()


def hear(act: Act) -> None:
    """Enter what this act says, and take back what it takes back."""
    matter = act.matter
    if _is_annulled(act):
        return
    said, entries = said_of(act), credit().of(matter.kind, act.verb)
    asks = any(entry.if_fact for entry in entries)
    facts = kinds.get(matter.kind).facts(matter) if asks else {}
    for entry in entries:
        if matter.operator_id is not None and entry.fits(said, facts):
            _enter(entry, act, said)
    ended = [entry.key for entry in credit().ended_by(matter.kind, act.verb)]
    if ended:
        standing = CreditEntry.objects.filter(matter=matter, entry__in=ended, ended_on=None)
        standing.exclude(act=act).update(
            ended_on=timezone.localtime(act.happened_at).date(), ending="taken_back", ended_by=act
        )


def _is_annulled(act: Act) -> bool:
    return Act.objects.filter(
        matter=act.matter_id, stage="annulled", data__act=act.seq
    ).exists()  # fmt: skip


def _enter(entry: Entry, act: Act, said: dict[str, Any]) -> None:
    day = day_of(act, said)
    told = "，".join(str(said[name]) for name in TOLD if said.get(name))
    row = CreditEntry(
        act=act,
        entry=entry.key,
        operator_id=act.matter.operator_id,
        premises_id=act.matter.premises_id,
        tone=entry.tone,
        public=entry.public,
        detail=told[:300],
        matter=act.matter,
        happened_on=day,
        stands_until=stands_until(entry, day),
    )
    CreditEntry.objects.bulk_create([row], ignore_conflicts=True)


def stands_until(entry: Entry, since: date) -> date | None:
    """The last day an entry stands; None where only a repair (or nothing) ends it."""
    term = credit().terms.get(entry.term)
    if term is None:
        return None
    if term.months is not None:
        return date.fromordinal(months_from(since.toordinal(), term.months))
    return _counted(term.duty, since) if term.duty else None


def _counted(duty: str, since: date) -> date | None:
    """The end of a term of the law; what is older than the law itself is counted by today's."""
    reckoner = office_law.reckoner()
    try:
        rule = reckoner.book.duty(duty, since)
    except RuleOutOfForce:
        rule = reckoner.book.duty(duty, timing.today())
    return reckoner.count(rule, since).day


# ---- bans ---------------------------------------------------------------------------------------


def bar_the_head(act: Act) -> None:
    """A revoked food licence bars its holder's head for five years (FSL 135)."""
    operator = act.matter.operator
    clock = Clock.objects.filter(matter=act.matter_id, duty=BAN).exclude(state="void").first()
    if operator is None or clock is None or not operator.head:
        return
    known = StaffMember.objects.filter(operator=operator, name=operator.head).exclude(identity="")
    newest = known.order_by("-id").first()
    people.bar(
        act=act, name=operator.head, identity=newest.identity if newest else "",
        operator=operator, since=day_of(act, said_of(act)), until=clock.due_day,
        article=people.ARTICLE,
    )  # fmt: skip


# ---- what is undone -----------------------------------------------------------------------------


def _undone(sender: type[Act], instance: Act, created: bool, **more: Any) -> None:
    """An annulled act never said anything: what it entered is void, what it ended stands again."""
    if not created or instance.stage != "annulled":
        return
    acts = Act.objects.filter(matter=instance.matter_id, seq=instance.data.get("act"))
    CreditEntry.objects.filter(act__in=acts).update(void=True)
    CreditEntry.objects.filter(ended_by__in=acts).update(ended_on=None, ending="", ended_by=None)
    Ban.objects.filter(act__in=acts, lifted_on=None).update(
        lifted_on=timezone.localtime(instance.happened_at).date()
    )
