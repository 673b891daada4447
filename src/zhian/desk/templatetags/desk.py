"""What the pages of the desk say of a row: phases, posts and duties in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _, ngettext

from zhian.desk import labels
from zhian.desk.errors import speak
from zhian.desk.models import Clock, Document, Matter, Notice, WaitingAct
from zhian.desk.papers import sealing
from zhian.desk.show import month
from zhian.law import vocabulary

register = template.Library()


@register.filter
def phase(matter: Matter) -> str:
    """The phase of a matter in words."""
    return speak(labels.phase_words(matter))


@register.filter
def kind(matter: Matter) -> str:
    """The kind of a matter in words."""
    return speak(labels.kind_words(matter.kind))


@register.filter
def post(name: str) -> str:
    """A post in words."""
    return speak(labels.post_words(name))


@register.filter
def duty(clock: Clock) -> str:
    """What a clock is about."""
    return labels.duty_text(clock)


@register.filter
def late_by(clock: Clock) -> str:
    """How late a stopped clock was; an internal target is never called late by law."""
    if not clock.stopped_at or not clock.due_at or clock.stopped_at <= clock.due_at:
        return ""
    if clock.state == "void":
        return ""
    days = max((clock.stopped_at - clock.due_at).days, 1)
    words = ngettext("迟 %(n)d 天", "迟 %(n)d 天", days) % {"n": days}
    return _("%(late)s（内部时限）") % {"late": words} if clock.basis == "internal" else words


@register.filter
def wants_seal(paper: Document) -> bool:
    """Whether a paper should carry the seal and does not yet."""
    return sealing.wants_seal(paper)


@register.filter
def verb(late: WaitingAct) -> str:
    """The act that came late, in words."""
    return speak(labels.verb_words(late.matter, late.verb))


@register.filter
def notice(row: Notice) -> str:
    """A notice in the reader's language."""
    return month.notice_text(row)


@register.filter
def choice(key: str, name: str) -> str:
    """One answer of a closed list in words."""
    return speak(vocabulary.choice(name, key)) if key else ""
