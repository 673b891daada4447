"""Checks of what procedures say about clocks: duties exist, pauses and extensions have a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from zhian.law.check import Problem
from zhian.law.procedure import ActSpec, Procedure
from zhian.law.procedure_data import Known, problem
from zhian.law.rules import Rule

ENDLESS = frozenset({"window_open", "cooldown", "duration"})
"""Kinds of rules whose clock ends by itself, so a matter may be closed while it runs."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def check_duties(data_folder: Path) -> Iterator[Problem]:
    """Every duty that an act names is stated by a rule, for each choice of a family."""
    known = Known.read(data_folder)
    for procedure in known.procedures:
        for act in procedure.acts.values():
            for duty in sorted(set(_duties(act))):
                for key in family(known, procedure, duty) or (duty,):
                    if not known.duties.has_duty(key):
                        zh, en = f"没有规则规定职责 {key!r}", f"no rule states the duty {key!r}"
                        yield problem(procedure, f"act.{act.verb}", zh, en)


def check_clocks(data_folder: Path) -> Iterator[Problem]:
    """Clocks that are stopped, paused or awaited are started somewhere, and as the law allows."""
    known = Known.read(data_folder)
    for procedure in known.procedures:
        started = {s.duty for a in procedure.acts.values() for s in a.starts}
        for act in procedure.acts.values():
            for duty in sorted(_touched(act) - started):
                zh, en = f"没有行为开始计算 {duty!r}", f"no act starts the clock {duty!r}"
                yield problem(procedure, f"act.{act.verb}", zh, en)
            yield from _pauses(known, procedure, act)
            yield from _extensions(known, procedure, act)
            yield from _own_days(known, procedure, act)


def _duties(act: ActSpec) -> Iterator[str]:
    yield from (s.duty for s in act.starts)
    yield from act.cites
    yield from _touched(act)
    within = act.approve.within if act.approve else None
    ends = (within, *(m.until for m in act.marks), *(p.until for p in act.publishes))
    yield from (duty for duty in ends if duty)


def _touched(act: ActSpec) -> set[str]:
    stops = () if act.stops == "all" else act.stops
    paused = (p.duty for p in (*act.pauses, *act.resumes))
    extended = (e.duty for e in act.extends)
    return {*stops, *act.meets, *act.waits, *act.on_due, *act.changes, *paused, *extended}


def family(known: Known, procedure: Procedure, duty: str) -> tuple[str, ...]:
    """The duties that `recall.start.{class}` stands for: one for each choice of that field.

    A name without braces stands for itself; one whose field nobody asks for stands for none.
    """
    names = PLACEHOLDER.findall(duty)
    values = [_choice_values(known, procedure, name) for name in names]
    rows = (zip(names, row, strict=True) for row in product(*values))
    return tuple(duty.format(**dict(row)) for row in rows)


def _choice_values(known: Known, procedure: Procedure, name: str) -> tuple[str, ...]:
    for act in procedure.acts.values():
        field = act.field(name)
        if field is not None and field.choices is not None:
            return known.choice_keys(field.choices)
    return ()


def versions(known: Known, procedure: Procedure, duty: str) -> tuple[Rule, ...]:
    """Every rule that states the duty, or one of its family."""
    keys = family(known, procedure, duty)
    return tuple(
        rule for key in keys if known.duties.has_duty(key) for rule in known.duties.versions(key)
    )


def _pauses(known: Known, procedure: Procedure, act: ActSpec) -> Iterator[Problem]:
    for pause in (*act.pauses, *act.resumes):
        rules = versions(known, procedure, pause.duty)
        if rules and not any(pause.reason in rule.excluded for rule in rules):
            zh = f"{pause.duty} 的规则不因 {pause.reason!r} 中止"
            en = f"the rule of {pause.duty} does not stop for {pause.reason!r}"
            yield problem(procedure, f"act.{act.verb}", zh, en)


def _extensions(known: Known, procedure: Procedure, act: ActSpec) -> Iterator[Problem]:
    for extension in act.extends:
        statutes = [r for r in versions(known, procedure, extension.duty) if r.basis == "statute"]
        if not statutes:
            continue
        if all(rule.extension is None for rule in statutes):
            zh, en = f"{extension.duty} 不能延长", f"{extension.duty} may not be extended"
            yield problem(procedure, f"act.{act.verb}", zh, en)
        elif extension.due is None and all(not _has_amount(rule) for rule in statutes):
            zh = f"{extension.duty} 的规则没有写延长多久，须由字段给出"
            en = f"the rule of {extension.duty} gives no length: a field must name the day"
            yield problem(procedure, f"act.{act.verb}", zh, en)


def _has_amount(rule: Rule) -> bool:
    return rule.extension is not None and rule.extension.amount is not None


def _own_days(known: Known, procedure: Procedure, act: ActSpec) -> Iterator[Problem]:
    """An officer sets the day only where no law does; where the act must set it, it does."""
    for start in act.starts:
        rules = versions(known, procedure, start.duty)
        counted = any(r.basis == "statute" and r.period.amount is not None for r in rules)
        if start.due is not None and counted:
            zh, en = f"{start.duty} 的期限由法律规定", f"the law sets the day of {start.duty}"
            yield problem(procedure, f"act.{act.verb}", zh, en)
        if start.due is None and rules and all(r.period.unit == "by_act" for r in rules):
            zh, en = f"{start.duty} 须由行为写明日期", f"the act must name the day of {start.duty}"
            yield problem(procedure, f"act.{act.verb}", zh, en)


def endless(known: Known, procedure: Procedure) -> frozenset[str]:
    """The duties whose clock may run on after closing: windows, cooldowns, durations."""
    started = {s.duty for a in procedure.acts.values() for s in a.starts}
    return frozenset(
        duty
        for duty in started
        if (rules := versions(known, procedure, duty)) and all(r.kind in ENDLESS for r in rules)
    )
