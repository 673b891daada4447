"""Everything that the page of one matter shows, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zhian.desk import kinds, labels, visibility
from zhian.desk.actors import Actor
from zhian.desk.engine import annul, approvals
from zhian.desk.engine.perform import procedure_of
from zhian.desk.errors import speak
from zhian.desk.models import (
    Act,
    Clock,
    Evidence,
    Matter,
    MatterShare,
    Notice,
    Proposal,
    Signature,
    WaitingAct,
)
from zhian.desk.show import entered, offers, papers, rows
from zhian.directory.models import Appointment, Standing
from zhian.law import vocabulary

RECENT = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One phase on the line at the top."""

    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """One act of the timeline."""

    act: Act
    title: str
    entries: Sequence[entered.Entry]
    moved: bool
    annullable: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """One proposal with its signatures."""

    proposal: Proposal
    title: str
    state: str
    signatures: Sequence[Signature]
    mine_to_sign: bool
    mine_to_withdraw: bool


@dataclass(frozen=True, slots=True)
class Due:
    """One running clock with the acts that settle it."""

    deadline: rows.Deadline
    by: Sequence[offers.Offer]
    then: str


@dataclass(slots=True)
class Dossier:
    """The page of a matter."""

    matter: Matter
    kind: str
    phase: str
    steps: Sequence[Step]
    dues: Sequence[Due]
    ended: Sequence[Clock]
    can: Sequence[offers.Offer]
    cannot: Sequence[offers.Offer]
    trails: Sequence[Trail]
    lines: Sequence[Line]
    hidden_lines: int
    documents: Sequence[papers.Shown]
    evidence: Sequence[Evidence]
    children: Sequence[Matter]
    linked: Sequence[Matter]
    notices: Sequence[Notice]
    waiting: Sequence[WaitingAct]
    shares: Sequence[MatterShare]
    standings: Sequence[tuple[str, Standing]]
    panel: str
    may_act: bool

    @property
    def void(self) -> bool:
        """Whether it ended because the act that opened it was undone."""
        return labels.is_void(self.matter)

    @property
    def first(self) -> Due | None:
        """The deadline that comes first."""
        return self.dues[0] if self.dues else None

    @property
    def urgent(self) -> Sequence[offers.Offer]:
        """The acts that settle the first deadline and are possible now."""
        allowed = {o.spec.verb for o in self.can}
        return [o for o in self.first.by if o.spec.verb in allowed] if self.first else []

    @property
    def others(self) -> Sequence[offers.Offer]:
        """What else can be done now: what moves the matter first, ways out last."""
        urgent = {o.spec.verb for o in self.urgent}
        rest = [o for o in self.can if o.spec.verb not in urgent]
        return sorted(rest, key=lambda o: (o.spec.verb == "cancel", self._idle(o), not o.moves))

    def _idle(self, offer: offers.Offer) -> bool:
        """Whether it is there for a deadline that does not run, such as an urgent report."""
        named = offer.spec.stops if offer.spec.stops != "all" else ()
        running = [due.deadline.clock.duty for due in self.dues]
        return bool(named) and not any(rows.stops(offer.spec, duty) for duty in running)


def dossier(
    matter: Matter, appointment: Appointment, now: datetime, whole: bool = False
) -> Dossier:
    """Read a matter for its page; `whole` shows the timeline from its first act."""
    by = Actor.official(appointment)
    found = offers.offers(matter, by, now) if matter.is_open else []
    clocks = list(Clock.objects.filter(matter=matter).order_by("due_at", "id"))
    running = [c for c in clocks if c.state in ("running", "paused")]
    acts = list(_acts(matter)[: None if whole else RECENT])
    may_act = visibility.may_act(appointment, matter)
    return Dossier(
        matter=matter,
        kind=speak(labels.kind_words(matter.kind)),
        phase=speak(labels.phase_words(matter)),
        steps=_steps(matter),
        dues=[_due(matter, c, found, now) for c in rows.by_weight(running)],
        ended=[c for c in clocks if c.state in ("stopped", "void")],
        can=[o for o in found if not o.reasons],
        cannot=[o for o in found if o.reasons],
        trails=_trails(matter, appointment),
        lines=_lines(matter, acts, appointment, now),
        hidden_lines=max(0, matter.seq - len(acts)),
        documents=papers.of_matter(matter),
        evidence=list(matter.evidence.select_related("act").order_by("-id")),
        children=list(_reach(appointment).filter(parent=matter)),
        linked=_linked(matter, appointment),
        notices=list(matter.notices.select_related("user").order_by("-id")[:RECENT]),
        waiting=list(_waiting(matter)),
        shares=list(matter.shares.select_related("agency", "post__agency", "act")),
        standings=_standings(matter, now),
        panel=kinds.get(matter.kind).page,
        may_act=may_act,
    )


def _reach(appointment: Appointment) -> QuerySet[Matter]:
    return visibility.visible_to(appointment).select_related("handler__user", "agency", "office")


def _acts(matter: Matter) -> QuerySet[Act]:
    return (
        Act.objects.filter(matter=matter)
        .select_related("user", "appointment__post__office", "appointment__post__agency")
        .order_by("-seq")
    )


def _due(matter: Matter, clock: Clock, found: list[offers.Offer], now: datetime) -> Due:
    """A clock, who can settle it, and what the system records when nobody did."""
    then = [a for a in procedure_of(matter).acts.values() if clock.duty in a.on_due]
    return Due(
        rows.deadline(clock, now),
        offers.settling(procedure_of(matter), found, clock),
        " / ".join(speak(a.words) for a in then),
    )


def _steps(matter: Matter) -> list[Step]:
    """The phases in their order; those before the present one count as passed, and none in a
    matter that ended with the act that opened it."""
    procedure = procedure_of(matter)
    here = -1 if labels.is_void(matter) else procedure.phase(matter.phase).index
    return [
        Step(speak(p.words), "now" if p.index == here else "past" if p.index < here else "later")
        for p in procedure.phases
    ]


def _lines(
    matter: Matter, acts: Sequence[Act], appointment: Appointment, now: datetime
) -> list[Line]:
    says = entered.entries(matter, acts)
    return [
        Line(
            act,
            labels.act_title(act, matter),
            says[act.pk],
            act.effective and act.seq == matter.head,
            _may_annul(matter, act, appointment, now),
        )
        for act in acts
    ]


def _may_annul(matter: Matter, act: Act, appointment: Appointment, now: datetime) -> bool:
    """Whether the page offers to undo it: only the last act that moved the matter is asked about,
    and the engine judges again when it is done."""
    if act.seq != matter.head or act.stage == "annulled":
        return False
    act.matter = matter
    by = Actor.official(appointment)
    return annul.may(act, by, now) is None and not annul.obstacles(act)


def _trails(matter: Matter, appointment: Appointment) -> list[Trail]:
    proposals = (
        Proposal.objects.filter(matter=matter)
        .select_related("act__user", "act__appointment__post")
        .prefetch_related("signatures__signed_by__user", "signatures__act")
        .order_by("-id")
    )
    return [_trail(matter, p, appointment) for p in proposals]


def _trail(matter: Matter, proposal: Proposal, appointment: Appointment) -> Trail:
    open_still = proposal.state in ("open", "catching_up")
    return Trail(
        proposal,
        speak(labels.verb_words(matter, proposal.verb)),
        proposal.get_state_display(),
        sorted(proposal.signatures.all(), key=lambda s: s.position),
        open_still and approvals.waiting_for(appointment).filter(proposal=proposal).exists(),
        proposal.state == "open" and proposal.act.user_id == appointment.user_id,
    )


def _linked(matter: Matter, appointment: Appointment) -> list[Matter]:
    """Its parent, the matters it opened beside itself, those that opened it, and links of tasks."""
    opened = Act.objects.filter(matter=matter).values("pk")
    condition = Q(pk=matter.parent_id) | Q(opened_by_act__in=opened, is_child=False)
    condition |= Q(linked_tasks=matter.pk) if matter.kind == "task" else Q(task__linked=matter)
    if matter.opened_by_act:
        source = Act.objects.filter(pk=matter.opened_by_act).values("matter")
        condition |= Q(pk__in=source)
    return list(_reach(appointment).filter(condition).exclude(pk=matter.pk).distinct())


def _waiting(matter: Matter) -> QuerySet[WaitingAct]:
    return WaitingAct.objects.filter(matter=matter, state="waiting").select_related(
        "appointment__user"
    )


def _standings(matter: Matter, now: datetime) -> list[tuple[str, Standing]]:
    if matter.operator_id is None and matter.premises_id is None:
        return []
    about = Q(operator=matter.operator_id) if matter.operator_id else Q(pk__in=[])
    if matter.premises_id:
        about |= Q(premises=matter.premises_id)
    found = Standing.objects.on(now.date()).filter(about)
    return [(_standing_words(s), s) for s in found]


def _standing_words(standing: Standing) -> str:
    try:
        return speak(vocabulary.standing(standing.kind))
    except vocabulary.UnknownWord:
        return standing.kind
