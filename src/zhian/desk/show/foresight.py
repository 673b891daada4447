"""What an act will do once it counts, in words: for the form and for whoever must sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhian.desk import labels, timing
from zhian.desk.deed import facts_of
from zhian.desk.engine import clocks
from zhian.desk.engine.book import OPEN_CLOCKS
from zhian.desk.errors import speak
from zhian.desk.models import Clock, Matter
from zhian.directory import office_law
from zhian.law import vocabulary
from zhian.law.procedure import ActSpec, ClockStart, Opens, Procedure
from zhian.law.rules import RuleOutOfForce, UnknownRule
from zhian.law.words import Words

Holds = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that will happen: `sort` names its sign (phase, clock, paper, matter, …)."""

    sort: str
    text: str


def effects(
    procedure: Procedure,
    spec: ActSpec,
    matter: Matter | None,
    values: Mapping[str, Any],
    at: datetime,
) -> list[Effect]:
    """Everything that the act brings about; `matter` is None for one that is to be opened."""
    holds = facts_of(matter) if matter else _unknown
    return [
        *_signatures(spec, values),
        *_phase(procedure, spec, matter),
        *_stopped(spec, matter, values),
        *(_started(row, spec, values, at) for row in spec.starts if _may(row.when, holds)),
        *_longer(spec),
        *(_paper(use.template) for use in spec.documents if _may(use.when, holds)),
        *(_opened(row) for row in spec.opens if _may(row.when, holds)),
        *_standings(spec),
        *_outside(spec),
    ]


def _unknown(name: str) -> bool:
    return True


def _may(when: str | None, holds: Holds) -> bool:
    return when is None or holds(when)


def _signatures(spec: ActSpec, values: Mapping[str, Any]) -> Iterator[Effect]:
    if spec.approve is None:
        return
    posts = " → ".join(speak(labels.post_words(p)) for p in spec.approve.posts)
    if spec.approve.urgent and values.get(spec.approve.urgent):
        yield Effect("sign", _("情况紧急：立即生效，事后由 %(posts)s 补签") % {"posts": posts})
    else:
        yield Effect("sign", _("报 %(posts)s 签批后生效") % {"posts": posts})


def _phase(procedure: Procedure, spec: ActSpec, matter: Matter | None) -> Iterator[Effect]:
    if spec.to is None or (matter is not None and matter.phase == spec.to):
        return
    phase = procedure.phase(spec.to)
    words = speak(phase.words)
    if phase.closed:
        yield Effect("close", _("事项办结（%(phase)s）") % {"phase": words})
    else:
        yield Effect("phase", _("进入阶段：%(phase)s") % {"phase": words})


def _stopped(spec: ActSpec, matter: Matter | None, values: Mapping[str, Any]) -> Iterator[Effect]:
    if matter is None or not spec.stops:
        return
    running = Clock.objects.filter(matter=matter, state__in=OPEN_CLOCKS)
    if spec.stops != "all":
        keys = [clocks.key_of(d, values) for d in spec.stops if "{" not in d or values]
        running = running.filter(duty__in=keys)
    for clock in running:
        yield Effect("stop", _("停止计时：%(duty)s") % {"duty": labels.duty_text(clock)})


def _started(row: ClockStart, spec: ActSpec, values: Mapping[str, Any], at: datetime) -> Effect:
    duty = _duty_key(row.duty, values)
    title = speak(office_law.duty_words(duty, timezone.localtime(at).date()))
    source = row.due or row.at
    if source and values.get(source) is None and spec.field(source):
        field = spec.field(source)
        words = {"duty": title, "field": speak(field.words) if field else source}
        return Effect("clock", _("开始计时：%(duty)s，按“%(field)s”计算") % words)
    due = _due(row, duty, values, at)
    if due is None:
        return Effect("clock", _("开始计时：%(duty)s") % {"duty": title})
    words = {"duty": title, "day": due.isoformat()}
    return Effect("clock", _("开始计时：%(duty)s，%(day)s 到期") % words)


def _duty_key(duty: str, values: Mapping[str, Any]) -> str:
    try:
        return clocks.key_of(duty, values)
    except KeyError:
        return duty.split("{", 1)[0].rstrip("._")


def _due(row: ClockStart, duty: str, values: Mapping[str, Any], at: datetime) -> date | None:
    given = values.get(row.due) if row.due else None
    if given is not None:
        return timezone.localtime(given).date() if isinstance(given, datetime) else given
    start = values.get(row.at) if row.at else None
    begin = _midnight(start) if start is not None else at
    try:
        return office_law.due(duty, timezone.localtime(begin)).day
    except (UnknownRule, RuleOutOfForce):
        return None


def _midnight(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    return timezone.make_aware(datetime(value.year, value.month, value.day))


def _longer(spec: ActSpec) -> Iterator[Effect]:
    for row in spec.extends:
        title = speak(office_law.duty_words(row.duty, timing.today()))
        yield Effect("clock", _("延长期限：%(duty)s") % {"duty": title})
    for row in spec.pauses:
        title = speak(office_law.duty_words(row.duty, timing.today()))
        yield Effect("clock", _("中止计时：%(duty)s") % {"duty": title})


def _paper(template: str) -> Effect:
    try:
        words = vocabulary.document(template).words
    except vocabulary.UnknownWord:
        words = Words(template, template)
    return Effect("paper", _("制发文书：%(name)s") % {"name": speak(words)})


def _opened(row: Opens) -> Effect:
    name = speak(labels.kind_words(row.kind))
    if row.as_child:
        return Effect("matter", _("开启子事项：%(kind)s") % {"kind": name})
    return Effect("matter", _("开启相关事项：%(kind)s") % {"kind": name})


def _standings(spec: ActSpec) -> Iterator[Effect]:
    for mark in spec.marks:
        name = speak(vocabulary.standing(mark.standing))
        yield Effect("mark", _("标记：%(name)s") % {"name": name})
    for key in spec.lifts:
        name = speak(vocabulary.standing(key))
        yield Effect("mark", _("解除标记：%(name)s") % {"name": name})


def _outside(spec: ActSpec) -> Iterator[Effect]:
    for row in spec.publishes:
        note = _("公布（经复核）") if row.review else _("公布")
        yield Effect("public", note)
    if spec.notices:
        who = " / ".join(speak(_recipient(n)) for n in spec.notices)
        yield Effect("notice", _("通知：%(who)s") % {"who": who})


def _recipient(name: str) -> Words:
    return {
        "operator": Words("经营者", "the operator"),
        "assignee": Words("承办者", "the addressee"),
        "giver": Words("交办人", "whoever gave it"),
        "handler": Words("承办人", "the handler"),
    }.get(name, labels.post_words(name))
