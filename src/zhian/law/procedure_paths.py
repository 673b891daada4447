"""Checks of what procedures do together and in time: openings, tells, and every path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zhian.law.check import Problem
from zhian.law.explore import Finding, closing_verbs, explore
from zhian.law.procedure import ActSpec, Opens, Procedure
from zhian.law.procedure_data import Known, problem
from zhian.law.procedure_duties import endless
from zhian.law.procedure_table import names
from zhian.law.words import Words

COLUMNS = names("@operator @premises @place @agency @office @handler @giver")
SORTS = {
    "unreachable": "没有任何经过能到达此阶段",
    "idle": "此行为永远不可能发生",
    "dead end": "事项可能停在此处，无法办结",
    "gate": "有经过绕开了门槛",
    "running clock": "办结时仍有期限在计算",
    "restart": "期限尚在计算时又重新起算",
    "open child": "办结时子事项可能尚未办结",
    "unheard": "子事项的结果可能无法记入",
}


def check_opens(data_folder: Path) -> Iterator[Problem]:
    """What an act opens exists, gets its fields, and every ending of a child is heard."""
    known = Known.read(data_folder)
    for procedure in known.procedures:
        for act in procedure.acts.values():
            for opens in act.opens:
                yield from _opening(known, procedure, act, opens)
                yield from _tells(known, procedure, act, opens)
            yield from _kinds(procedure, act)


def _opening(known: Known, procedure: Procedure, act: ActSpec, opens: Opens) -> Iterator[Problem]:
    table = f"act.{act.verb}"
    if not known.of_kind(opens.kind):
        zh, en = f"没有事项种类 {opens.kind!r}", f"no such kind of matter: {opens.kind!r}"
        yield problem(procedure, table, zh, en)
    if opens.each and act.field(opens.each) is None and opens.each not in procedure.facts:
        zh, en = f"没有列表 {opens.each!r}", f"no such list: {opens.each!r}"
        yield problem(procedure, table, zh, en)
    for child in known.of_kind(opens.kind):
        begins = child.acts.get(opens.verb)
        if begins is None or not begins.opening:
            zh = f"{child.kind}@{child.version} 没有开启行为 {opens.verb!r}"
            en = f"{child.kind}@{child.version} has no opening act {opens.verb!r}"
            yield problem(procedure, table, zh, en)
        else:
            yield from _mapping(procedure, act, opens, begins)


def _mapping(
    procedure: Procedure, act: ActSpec, opens: Opens, begins: ActSpec
) -> Iterator[Problem]:
    table, wanted = f"act.{act.verb}", {f.name for f in begins.fields}
    needed = {f.name for f in begins.fields if f.required and f.type != "bool"}
    for name in sorted(set(opens.map) - wanted):
        zh, en = f"{opens.kind} 没有字段 {name!r}", f"{opens.kind} has no field {name!r}"
        yield problem(procedure, table, zh, en)
    for name in sorted(needed - set(opens.map)):
        if opens.each is None:
            zh, en = f"{opens.kind} 的必填字段 {name!r} 没有来源", f"nothing fills {name!r}"
            yield problem(procedure, table, zh, f"{en}, which {opens.kind} needs")
    for source in sorted(opens.map.values()):
        if not _has_source(procedure, act, opens, source):
            zh, en = f"没有来源 {source!r}", f"no such source: {source!r}"
            yield problem(procedure, table, zh, en)


def _has_source(procedure: Procedure, act: ActSpec, opens: Opens, source: str) -> bool:
    """A field of the act, a column of the matter, a part of the element, a fact, or a document
    that this procedure makes."""
    papers = {d.template for a in procedure.acts.values() for d in a.documents}
    part = bool(opens.each) and (source == "element" or source.startswith("element."))
    named = source in COLUMNS or source in papers or source in procedure.facts
    return part or named or act.field(source) is not None


def _tells(known: Known, procedure: Procedure, act: ActSpec, opens: Opens) -> Iterator[Problem]:
    table = f"act.{act.verb}"
    for tell in opens.tells:
        hears = procedure.acts.get(tell.do)
        if hears is None or "child" not in hears.by:
            zh = f"没有由子事项触发的行为 {tell.do!r}"
            en = f"no act {tell.do!r} that a child performs"
            yield problem(procedure, table, zh, en)
    for child in known.of_kind(opens.kind):
        told = {verb for tell in opens.tells for verb in tell.on}
        for verb in sorted((told | set(opens.silent)) - set(child.acts)):
            zh, en = f"{child.kind} 没有行为 {verb!r}", f"{child.kind} has no act {verb!r}"
            yield problem(procedure, table, zh, en)
        unheard = closing_verbs(child) - told - set(opens.silent)
        for verb in sorted(unheard if opens.as_child else ()):
            zh = f"{child.kind} 以 {verb!r} 办结时无人得知"
            en = f"nobody hears when {child.kind} ends with {verb!r}: tell it or list it as silent"
            yield problem(procedure, table, zh, en)


def _kinds(procedure: Procedure, act: ActSpec) -> Iterator[Problem]:
    opened = {o.kind for a in procedure.acts.values() for o in a.opens if o.as_child}
    for kind in act.children:
        if kind not in opened:
            zh, en = f"从未开启子事项 {kind!r}", f"no act opens a child of kind {kind!r}"
            yield problem(procedure, f"act.{act.verb}", zh, en)
    told = {t.do for a in procedure.acts.values() for o in a.opens for t in o.tells}
    if act.by == ("child",) and act.verb not in told:
        zh, en = "没有子事项触发此行为", "no child tells this act"
        yield problem(procedure, f"act.{act.verb}", zh, en)


def check_paths(data_folder: Path) -> Iterator[Problem]:
    """Every path of every procedure leads to a closing, and leaves nothing running behind it."""
    known = Known.read(data_folder)
    endings = {p.kind: frozenset[str]() for p in known.procedures}
    for procedure in known.procedures:
        endings[procedure.kind] |= closing_verbs(procedure)
    for procedure in known.procedures:
        for finding in explore(procedure, endless(known, procedure), endings).findings:
            yield Problem(procedure.file, finding.table, _sentence(finding))


def _sentence(finding: Finding) -> Words:
    path = f"：{' → '.join(finding.path)}" if finding.path else ""
    return Words(f"{SORTS[finding.sort]}{path}", str(finding))
