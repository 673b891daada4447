"""Whether an act may be done now, by this person, with these values: every reason at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from zhian.desk import kinds, relations, timing, visibility
from zhian.desk.actors import Actor
from zhian.desk.deed import Deed
from zhian.desk.engine import clocks
from zhian.desk.errors import NotAllowed, Reason, Refused
from zhian.desk.models import Act, Matter, Proposal
from zhian.desk.publishing import preparing
from zhian.directory import office_law, rights
from zhian.directory.models import Appointment, User
from zhian.law import gates
from zhian.law.procedure import ActSpec, Procedure, State, obstacles
from zhian.law.words import Words

CLOCK_SKEW = timedelta(minutes=5)
BY_ITSELF = frozenset({"system", "child", "import"})
ACTORS = {
    "official": Words("执法人员", "officials"),
    "operator": Words("经营者", "the operator"),
    "system": Words("系统", "the system"),
    "child": Words("子事项", "a child matter"),
    "import": Words("导入", "an import"),
    "public": Words("公众", "the public"),
}
PENDING = Words("“{act}”正在报批，签批完成前不能办理。", "“{act}” awaits signatures.")
CHILD_OPEN = Words("子事项尚未办结：{titles}。", "A child matter is still open: {titles}.")
TERM_RUNS = Words("期限未满：{duty}（至 {day}）。", "The term still runs: {duty} (until {day}).")
NOT_SAME = Words("不得由办理“{act}”的人办理。", "Not by the person who did “{act}”.")
TWO = Words("须有不少于 {n} 名执法人员在场。", "At least {n} officers must be present.")
NO_CARD = Words("{name} 没有有效的执法证件。", "{name} holds no valid enforcement card.")
NOT_YOUR_POST = Words("本岗位不能办理此事。", "Your post may not do this.")
OUT_OF_SCOPE = Words("此事项不在您的职责范围内。", "This matter is outside your scope.")
WRONG_ACTOR = Words("此事不能由{who}办理。", "Not to be done by: {who}.")
SELDOM_FUTURE = Words("发生时间不能晚于现在。", "It cannot have happened in the future.")
BEFORE_OPEN = Words(
    "发生时间不能早于事项开启。", "It cannot have happened before the matter began."
)


def time(matter: Matter | None, by: Actor, at: datetime) -> None:
    """An act happened in the past, after the matter began."""
    if at > timing.now() + CLOCK_SKEW:
        raise Refused(Reason(SELDOM_FUTURE))
    begins = matter and timezone.localtime(matter.opened_at).date()
    if begins and by.kind == "official" and timezone.localtime(at).date() < begins:
        raise Refused(Reason(BEFORE_OPEN))


def may(matter: Matter, spec: ActSpec, by: Actor) -> None:
    """Rights: kind of actor, post or relation, and scope; raises NotAllowed."""
    if by.kind not in spec.by:
        raise NotAllowed(Reason(WRONG_ACTOR.format(who=_actor_words(by.kind))))
    if by.kind == "operator" and (by.operator is None or by.operator.pk != matter.operator_id):
        raise NotAllowed(Reason(OUT_OF_SCOPE))
    if by.kind != "official":
        return
    assert by.appointment is not None
    if not relations.holds_post(matter, spec.posts, by.appointment):
        raise NotAllowed(Reason(NOT_YOUR_POST))
    if not visibility.may_act(by.appointment, matter) and not relations.holds_relation(
        matter, spec.posts, by.appointment
    ):
        raise NotAllowed(Reason(OUT_OF_SCOPE))


def _actor_words(kind: str) -> Words:
    return ACTORS.get(kind, Words(kind, kind))


def may_open(kind: str, spec: ActSpec, by: Actor, opening: kinds.Opening, nested: bool) -> None:
    """Rights for an opening: a nested one was allowed with the act that opens it."""
    if nested:
        return
    if by.kind not in spec.by:
        raise NotAllowed(Reason(WRONG_ACTOR.format(who=_actor_words(by.kind))))
    if by.kind != "official" or by.appointment is None:
        return
    post = by.appointment.post
    if spec.posts and post.kind not in spec.posts and "*" not in spec.posts:
        raise NotAllowed(Reason(NOT_YOUR_POST))
    scope = rights.of(by.appointment).scope("act", kind)
    if scope == "none" or not (scope == "all" or _may_open_at(by.appointment, opening)):
        raise NotAllowed(Reason(OUT_OF_SCOPE))


def _may_open_at(appointment: Appointment, opening: kinds.Opening) -> bool:
    """In the own agency; a directive (whose giver the person is) also down in the territory."""
    post = appointment.post
    if opening.agency.pk == post.agency_id:
        return True
    first, after = post.territory.code_range
    given = opening.giver is not None and opening.giver.pk == appointment.pk
    return given and first <= opening.agency.place.code < after


def order(matter: Matter, procedure: Procedure, spec: ActSpec) -> None:
    """Phase, conditions, and that no proposal stands in the way."""
    if spec.opening and not matter.done:
        waiting = Proposal.objects.filter(matter=matter, state="open").exists()
        if not waiting:
            return
    found = [
        Reason(o.reason, code=o.kind)
        for o in obstacles(procedure, State(matter.phase, frozenset(matter.done)), spec.verb)
    ]
    found += _pending(matter, procedure, spec)
    if found:
        raise Refused(*found)


def _pending(matter: Matter, procedure: Procedure, spec: ActSpec) -> Iterator[Reason]:
    for verb in Proposal.objects.filter(matter=matter, state="open").values_list("verb", flat=True):
        pending = procedure.act(verb)
        if verb == spec.verb or pending.opening:
            yield Reason(PENDING.format(act=pending.words), code="pending")


def order_at_signing(deed: Deed) -> None:
    """At the last signature the matter must still stand where the act is possible."""
    if deed.spec.opening:
        return
    state = State(deed.matter.phase, frozenset(deed.matter.done))
    found = obstacles(deed.procedure, state, deed.spec.verb)
    if found:
        raise Refused(*(Reason(o.reason, code=o.kind) for o in found))


def conditions(deed: Deed) -> None:
    """Everything but order and rights: persons, children, terms and gates; raises Refused."""
    found = [
        *_persons(deed),
        *_children(deed.matter, deed.spec),
        *preparing.in_the_way(deed.matter, deed.procedure, deed.spec),
        *_terms(deed.matter, deed.spec, deed.values),
        *_gates(deed),
    ]
    if found:
        raise Refused(*found)


def _persons(deed: Deed) -> Iterator[Reason]:
    by, spec = deed.by, deed.spec
    if by.kind != "official" or by.user is None:
        return
    for other in spec.other_than:
        if _did(deed.matter, other, by.user.pk):
            verb = other.removeprefix("parent:")
            known = deed.procedure.acts.get(verb)
            yield Reason(NOT_SAME.format(act=known.words if known else Words(verb, verb)))
    if spec.officers > 1 and "G-PUN-22" not in spec.gates:
        yield from _officers(spec, by, deed.at)


def _did(matter: Matter, verb: str, user_id: int) -> bool:
    where = matter.parent_id if verb.startswith("parent:") else matter.pk
    verb = verb.removeprefix("parent:")
    return Act.objects.filter(
        matter=where, verb=verb, user=user_id, stage__in=["done", "proposed"]
    ).exists()


def _officers(spec: ActSpec, by: Actor, at: datetime) -> Iterator[Reason]:
    day = timezone.localtime(at).date()
    present = {row.user for row in by.officers} | ({by.user} if by.user else set())
    if len(present) < spec.officers:
        yield Reason(TWO.format(n=spec.officers), "市场监督管理行政处罚程序规定 22", "officers")
    for user in sorted(present, key=str):
        if not user.has_card(day):
            yield Reason(NO_CARD.format(name=str(user)), "行政处罚法 42", "card")


def _children(matter: Matter, spec: ActSpec) -> Iterator[Reason]:
    if not spec.children:
        return
    still = Matter.objects.filter(
        parent=matter, is_child=True, kind__in=spec.children, closed_at__isnull=True
    ).values_list("title", flat=True)[:5]
    if still:
        titles = "；".join(still)
        yield Reason(CHILD_OPEN.format(titles=titles), code="children")


def _terms(matter: Matter, spec: ActSpec, values: Mapping[str, Any]) -> Iterator[Reason]:
    for clock in clocks.overdue_waits(matter, spec.waits, values):
        words = TERM_RUNS.format(
            duty=office_law.duty_words(clock.duty, timing.today()),
            day=str(clock.due_day or ""),
        )
        yield Reason(words, clock.rule, "term")


def view_of(deed: Deed) -> gates.View:
    """What gates read: facts of the kind, the fields, the actor, what was confirmed."""
    local = timezone.localtime(deed.at)
    fields = {
        name: timezone.localtime(value) if isinstance(value, datetime) else value
        for name, value in deed.values.items()
    }
    return gates.View(
        facts=kinds.get(deed.matter.kind).facts(deed.matter),
        fields=fields,
        act=gates.Moment(deed.spec.verb, local),
        actor=_gate_actor(deed.by, local.date()),
        confirmed=deed.confirmed,
    )


def _gate_actor(by: Actor, day: date) -> gates.Actor:
    own = _person(by.user, by.appointment, day) if by.user else None
    officers = tuple(_person(row.user, row, day) for row in by.officers)
    return gates.Actor(by.kind, own, officers)


def _person(user: User, appointment: Appointment | None, day: date) -> gates.Person:
    post = appointment.post.kind if appointment else None
    return gates.Person(user.pk, str(user), user.has_card(day), post)


def _gates(deed: Deed) -> Iterator[Reason]:
    if not deed.spec.gates:
        return
    view = view_of(deed)
    for gate_id in deed.spec.gates:
        if deed.by.kind in BY_ITSELF and gates.needs_confirmation(gate_id):
            continue
        refusal = gates.gate(gate_id, view, deed.spec.verb)
        if refusal is not None:
            yield Reason(refusal.reason, refusal.article, gate_id)


def foreseeable(
    matter: Matter, procedure: Procedure, spec: ActSpec, by: Actor, at: datetime
) -> list[Reason]:
    """Every reason against an act that is known before anything is entered: for the page that
    offers it. Fields, officers beside and gates over them are judged when it is done."""
    found: list[Reason] = []
    try:
        may(matter, spec, by)
        order(matter, procedure, spec)
    except Refused as why:
        found += why.reasons
    fixed = tuple(duty for duty in spec.waits if "{" not in duty)
    alone = replace(spec, officers=1, waits=fixed)
    found += _persons(Deed(matter, procedure, alone, {}, by, at))
    found += [*_children(matter, alone), *preparing.in_the_way(matter, procedure, alone)]
    return [*found, *_terms(matter, alone, {})]
