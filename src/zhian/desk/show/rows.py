"""Matters and clocks as a list shows them: words, deadlines in words, and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext as _, gettext_lazy

from zhian.desk import labels
from zhian.desk.errors import speak
from zhian.desk.models import Clock, Matter
from zhian.directory import office_law
from zhian.directory.models import Appointment
from zhian.law.calendar import Calendar
from zhian.law.procedure import ActSpec, Procedure, State, possible
from zhian.web.countdown import Countdown, countdown
from zhian.web.lists import Column, reach

WITH_PAGE = (
    "operator",
    "premises",
    "place",
    "handler__user",
    "handler__post",
    "giver__user",
    "agency",
    "office",
    "parent",
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock in words: what, how much is left, under which article, and what if it is missed."""

    clock: Clock
    duty: str
    left: Countdown
    article: str
    consequence: str
    action: str
    basis: str

    @property
    def tone(self) -> str:
        """The colour: an internal target never looks like a breach of law."""
        return f"{self.left.tone} internal" if self.internal else self.left.tone

    @property
    def internal(self) -> bool:
        """Whether the agency set it for itself."""
        return self.clock.basis == "internal"


@dataclass(frozen=True, slots=True)
class Row:
    """One matter of a list."""

    matter: Matter
    kind: str
    phase: str
    deadline: Deadline | None
    more: int
    step: ActSpec | None
    pending: str

    @property
    def step_words(self) -> str:
        """The next step in words, empty where somebody else must act."""
        return speak(self.step.words) if self.step else ""


def deadline(clock: Clock, now: datetime, calendar: Calendar | None = None) -> Deadline:
    """A clock in words; a list asks for the office's calendar once."""
    rule = labels.rule_of(clock)
    left = countdown(
        now,
        clock.due_at,
        clock.due_day,
        rule.period.unit if rule and clock.set_due is None else "",
        calendar or office_law.reckoner().calendar,
        paused=clock.state == "paused",
        runs_out=office_law.runs_out(clock.duty, rule),
    )
    if office_law.runs_out(clock.duty, rule) and left.tone != "still":
        left = Countdown(left.words, "span")
    return Deadline(
        clock,
        speak(rule.title) if rule else labels.duty_text(clock),
        left,
        speak(rule.citation) if rule and rule.source else "",
        speak(rule.consequence) if rule else "",
        speak(rule.action) if rule else "",
        speak(labels.BASES[clock.basis]),
    )


def rows(
    matters: Sequence[Matter],
    clocks: dict[int, list[Clock]],
    pending: dict[int, list[str]],
    appointment: Appointment,
    now: datetime,
) -> list[Row]:
    """Matters as rows; the caller has read clocks and proposals in one query each."""
    calendar = office_law.reckoner().calendar
    return [
        _row(m, clocks.get(m.pk, []), pending.get(m.pk, []), appointment, now, calendar)
        for m in matters
    ]


def _row(
    matter: Matter,
    clocks: list[Clock],
    verbs: list[str],
    appointment: Appointment,
    now: datetime,
    calendar: Calendar,
) -> Row:
    first = next(iter(by_weight(clocks)), None)
    return Row(
        matter,
        speak(labels.kind_words(matter.kind)),
        speak(labels.phase_words(matter)),
        deadline(first, now, calendar) if first else None,
        len(clocks) - 1,
        None if verbs else next_step(matter, first, appointment),
        " / ".join(speak(labels.verb_words(matter, verb)) for verb in verbs),
    )


def by_weight(clocks: Sequence[Clock]) -> list[Clock]:
    """Clocks by what they ask of the office: running terms first, then what stands still or only
    runs out; each by its day."""
    return sorted(clocks, key=lambda c: (c.state != "running" or _runs_out(c), c.due_at is None))


def _runs_out(clock: Clock) -> bool:
    return office_law.runs_out(clock.duty, labels.rule_of(clock))


@lru_cache(maxsize=4096)
def _open_acts(kind: str, version: str, phase: str, done: tuple[str, ...]) -> tuple[ActSpec, ...]:
    """The acts that order allows in a state; many matters share their state."""
    known = labels.procedure(kind, version)
    if known is None:
        return ()
    found = possible(known, State(phase, frozenset(done)))
    return tuple(act for act, against in found if not against and "official" in act.by)


ONLY_RECORDS, WAY_OUT = 2, 3


def next_step(matter: Matter, clock: Clock | None, appointment: Appointment) -> ActSpec | None:
    """What this person would most likely do next: what stops the nearest clock, else what moves
    the matter on; rights and gates are judged when the form opens."""
    acts = _open_acts(
        matter.kind, matter.procedure_version, matter.phase, tuple(sorted(matter.done))
    )
    wanted = _wanted(matter.kind, matter.procedure_version)
    known = labels.procedure(matter.kind, matter.procedure_version)
    ranked = [(_urgency(known, a, clock), a) for a in acts if _in_hand(matter, a, appointment)]
    mine = [(rank, a) for rank, a in ranked if a.verb in wanted or rank < ONLY_RECORDS]
    return min(mine, key=lambda row: row[0])[1] if mine else None


@lru_cache(maxsize=256)
def _wanted(kind: str, version: str) -> frozenset[str]:
    """Verbs that another act waits for: a step on the way, not a mere record."""
    known = labels.procedure(kind, version)
    acts = known.acts.values() if known else ()
    return frozenset(verb for act in acts for condition in act.after for verb in condition)


def _in_hand(matter: Matter, act: ActSpec, appointment: Appointment) -> bool:
    related = {
        "@handler": matter.handler_id == appointment.pk,
        "@giver": matter.giver_id == appointment.pk,
        "@assignee": matter.handler_id in (appointment.pk, None),
        appointment.post.kind: True,
        "*": True,
    }
    return any(related.get(post, False) for post in act.posts)


def _urgency(known: Procedure | None, act: ActSpec, clock: Clock | None) -> int:
    if clock is not None and settles(known, act, clock.duty) and not _ends_it(act):
        return 0
    return 1 if act.to and not _ends_it(act) else ONLY_RECORDS if not act.to else WAY_OUT


def _ends_it(act: ActSpec) -> bool:
    """An act that stops everything is a way out, not the next step."""
    return act.stops == "all" or act.verb == "cancel"


def settles(known: Procedure | None, act: ActSpec, duty: str) -> bool:
    """Whether an act settles a duty, or begins the matter whose end will: a paper to be served."""
    told = {tell.do for opened in act.opens for tell in opened.tells} if known else set()
    return stops(act, duty) or any(
        stops(known.acts[verb], duty) for verb in told if known and verb in known.acts
    )


def stops(act: ActSpec, duty: str) -> bool:
    """Whether an act settles a duty: stops its clock or meets its period."""
    named = act.stops if act.stops != "all" else ()
    return any(_same(duty, key) for key in (*named, *act.meets))


def _same(duty: str, key: str) -> bool:
    return duty == key or ("{" in key and duty.startswith(key.split("{", 1)[0]))


def place_name(row: Row) -> str:
    """The place of a matter."""
    return row.matter.place.name


DESK_COLUMNS: Sequence[Column] = (
    Column("due", gettext_lazy("期限"), reach("deadline.left.words"), ("next_due_at",)),
    Column("title", gettext_lazy("事项"), reach("matter.title"), ("title",)),
    Column("number", gettext_lazy("编号"), reach("matter.number"), ("number",), shown=False),
    Column("kind", gettext_lazy("种类"), reach("kind"), ("kind",)),
    Column("phase", gettext_lazy("阶段"), reach("phase"), ("kind", "phase")),
    Column("duty", gettext_lazy("应办"), reach("deadline.duty")),
    Column("article", gettext_lazy("依据"), reach("deadline.article")),
    Column(
        "due_on",
        gettext_lazy("到期日"),
        reach("matter.next_due_at"),
        ("next_due_at",),
        shown=False,
    ),
    Column(
        "operator",
        gettext_lazy("主体"),
        reach("matter.operator.name"),
        ("operator__name",),
        shown=False,
    ),
    Column("place", gettext_lazy("地点"), place_name, ("place_code",), shown=False),
    Column(
        "handler",
        gettext_lazy("承办人"),
        reach("matter.handler.user.name"),
        ("handler__user__name",),
    ),
    Column("opened", gettext_lazy("开启"), reach("matter.opened_at"), ("opened_at",), shown=False),
    Column("step", gettext_lazy("下一步"), reach("step_words")),
)


def count_words(total: int) -> str:
    """How many rows a list has."""
    return _("共 %(n)s 件") % {"n": f"{total:,}"}
