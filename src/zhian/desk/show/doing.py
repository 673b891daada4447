"""What a form does when it is sent: one act, or one new matter, with its files and officers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhian.desk import fields, labels, timing, uploads
from zhian.desk.actors import Actor
from zhian.desk.engine import begin, common
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import DeskError, FieldErrors, speak
from zhian.desk.models import Act, Clock, Matter
from zhian.desk.show import rows
from zhian.desk.show.forms import Entered
from zhian.directory.models import Appointment
from zhian.law.procedure import ActSpec


def actor(appointment: Appointment, officers: Sequence[str] = ()) -> Actor:
    """The person in the post in use, with colleagues of the same agency beside him."""
    keys = [int(key) for key in officers if key.isdigit()]
    beside = Appointment.objects.on(timing.today()).filter(
        pk__in=keys, post__agency=appointment.post.agency_id
    )
    return Actor.official(appointment, *beside.select_related("user", "post"))


def act(
    matter: Matter,
    spec: ActSpec,
    entered: Entered,
    appointment: Appointment,
    head: int | None,
    key: str,
) -> Act:
    """Perform what a form says; its files belong to the act from then on."""
    _stop_at(entered)
    with transaction.atomic():
        done = perform(
            matter,
            spec.verb,
            fields=entered.given,
            by=actor(appointment, entered.officers),
            at=entered.at,
            head=head,
            key=key or None,
        )
        uploads.tie(done, entered.all_files)
    return done


def begin_matter(
    kind: str, spec: ActSpec, entered: Entered, appointment: Appointment, key: str
) -> Matter:
    """Open what a form says; its files belong to the first act."""
    _stop_at(entered)
    values = fields.clean(spec, entered.given)
    with transaction.atomic():
        matter = open_matter(
            kind,
            spec.verb,
            begin.opening(kind, appointment, values, entered.given),
            by=actor(appointment, entered.officers),
            at=entered.at,
            key=key or None,
        )
        first = matter.acts.order_by("seq").first()
        if first is not None:
            uploads.tie(first, entered.all_files)
    return matter


def _stop_at(entered: Entered) -> None:
    """A bad file or moment is refused together with what the engine would say of the fields."""
    if entered.errors:
        raise FieldErrors(entered.errors)


def said(done: Act, spec: ActSpec, appointment: Appointment) -> str:
    """The confirmation: what was done, by whom, when, and what comes next."""
    matter = done.matter
    when = f"{timezone.localtime(done.recorded_at):%m-%d %H:%M}"
    if done.stage == "proposed" and not done.effective:
        first = done.proposal.signatures.filter(state="waiting").first()
        who = speak(labels.post_words(first.post)) if first else ""
        text = _("“%(act)s”已报批，等待%(who)s签批。") % {"act": speak(spec.words), "who": who}
    else:
        text = speak(spec.done) or _("“%(act)s”已办理。") % {"act": speak(spec.words)}
    coming = _coming(matter, appointment, done.recorded_at)
    words = {"what": text, "who": done.actor_name, "when": when, "next": coming}
    return (_("%(what)s %(who)s %(when)s。%(next)s") % words).strip()


def _coming(matter: Matter, appointment: Appointment, now: datetime) -> str:
    matter.refresh_from_db()
    clock = Clock.objects.filter(matter=matter, state="running").order_by("due_at").first()
    step = rows.next_step(matter, clock, appointment)
    if matter.closed_at is not None or step is None:
        return ""
    if clock is None or clock.due_day is None:
        return _("下一步：%(step)s。") % {"step": speak(step.words)}
    words = {"step": speak(step.words), "day": clock.due_day.isoformat()}
    return _("下一步：%(step)s（%(day)s 前）。") % words


def hand_over(
    matters: Sequence[Matter], to: Appointment, appointment: Appointment, reason: str
) -> tuple[list[Matter], list[tuple[Matter, str]]]:
    """Hand several matters over, each by itself; what was refused comes back with its reason."""
    done: list[Matter] = []
    refused: list[tuple[Matter, str]] = []
    for matter in matters:
        try:
            common.hand_over(matter, to=to, by=Actor.official(appointment), reason=reason)
            done.append(matter)
        except DeskError as why:
            refused.append((matter, str(why)))
    return done, refused
