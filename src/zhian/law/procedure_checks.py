"""Checks of the procedures for `zhian law check`: every name that they use exists.

Each function takes the data folder and yields problems with file and table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from zhian.law.check import Problem
from zhian.law.gates import CHECKS
from zhian.law.procedure import (
    ActSpec,
    FieldSpec,
    Procedure,
    ProcedureBook,
    ProcedureError,
    ProcedureFileError,
)
from zhian.law.procedure_data import Known, each_procedure, problem, tables
from zhian.law.procedure_table import names
from zhian.law.words import Words

FIELD_TYPES = names(
    "text line date datetime bool int decimal qty money choice file files place office agency "
    "post user users operator premises matter document party sample items penalty violation"
)
DATES = frozenset({"date", "datetime"})
ACTORS = names(
    "official party recipient operator complainant reporter superior police court partner system "
    "child import public"
)
RELATIONS = frozenset({"@handler", "@giver", "@assignee", "@host"})
RECIPIENTS = names("handler giver assignee host operator complainant reporter respondent party")
CATALOGUES = ("documents.toml", "standings.toml", "fields.toml")


def check_files(data_folder: Path) -> Iterator[Problem]:
    """Every procedure can be read, and its versions follow one another without overlap."""
    read: list[Procedure] = []
    for found in each_procedure(data_folder):
        if isinstance(found, ProcedureFileError):
            yield Problem(found.file, found.table, found.what)
        else:
            read.append(found)
    try:
        ProcedureBook(tuple(read))
    except ProcedureFileError as error:
        yield Problem(error.file, error.table, error.what)
    except ProcedureError as error:
        yield Problem("procedures", "", str(error))


def check_labels(data_folder: Path) -> Iterator[Problem]:
    """Everything that a person reads has its words in both languages."""
    for procedure in Known.read(data_folder).procedures:
        for table, words in _labels(procedure):
            if not words:
                yield problem(procedure, table, "缺少中文或者英文名称", "lacks its zh or en words")
    yield from _catalogue_labels(data_folder)


def _labels(procedure: Procedure) -> Iterator[tuple[str, Words]]:
    yield "procedure", procedure.words
    for phase in procedure.phases:
        yield f"phases.{phase.key}", phase.words
    for act in procedure.acts.values():
        yield f"act.{act.verb}", act.words
        yield f"act.{act.verb} done", act.done
        for field in act.fields:
            yield f"act.{act.verb} fields.{field.name}", field.words


def _catalogue_labels(folder: Path) -> Iterator[Problem]:
    rows = [(name, key, row) for name in CATALOGUES for key, row in tables(folder / name).items()]
    for key, listed in tables(folder / "choices.toml").items():
        rows += [("choices.toml", key, row) for row in listed]
    for name, key, row in rows:
        if not row.get("zh") or not row.get("en"):
            words = Words("缺少中文或者英文名称", "lacks its zh or en words")
            yield Problem(name, key, words)


def check_order(data_folder: Path) -> Iterator[Problem]:
    """Phases and verbs that the acts name exist."""
    for procedure in Known.read(data_folder).procedures:
        phases = {p.key for p in procedure.phases}
        if not procedure.closed_phases:
            yield problem(procedure, "phases", "没有办结阶段", "no phase is closed")
        for act in procedure.acts.values():
            for phase in sorted(({act.to} if act.to else set()) | act.sources):
                if phase not in phases:
                    yield _missing(procedure, act, "阶段", "phase", phase)
            for verb in sorted(_verbs(act)):
                if verb not in procedure.acts:
                    yield _missing(procedure, act, "行为", "act", verb)
        yield from _abstract_verbs(procedure)


def _verbs(act: ActSpec) -> set[str]:
    terms = {t.removeprefix("!") for row in act.after for t in row}
    clears = set() if act.clears == "all" else set(act.clears)
    refused = {act.approve.refused} if act.approve and act.approve.refused else set()
    own = {v for v in act.other_than if not v.startswith("parent:")}
    return terms | set(act.unless) | clears | set(act.keeps) | refused | own


def _abstract_verbs(procedure: Procedure) -> Iterator[Problem]:
    for gate, conditions in procedure.abstract.items():
        for term in sorted({t.removeprefix("!") for row in conditions for t in row}):
            if term not in procedure.acts:
                zh, en = f"{gate} 引用了不存在的行为 {term!r}", f"{gate} names no act: {term!r}"
                yield problem(procedure, "abstract", zh, en)


def check_words(data_folder: Path) -> Iterator[Problem]:
    """Posts, actors, gates, documents, standings, choices and field types are known ones."""
    known = Known.read(data_folder)
    series = tables(data_folder / "series.toml")
    for key, row in tables(data_folder / "documents.toml").items():
        if row.get("series") is not None and row["series"] not in series:
            words = Words(f"没有文号序列 {row['series']!r}", f"no number series {row['series']!r}")
            yield Problem("documents.toml", key, words)
    for gate_id in sorted(CHECKS.keys() - known.gates):
        words = Words("有检查程序而没有门槛规则", "has a check but no rule")
        yield Problem("gates.toml", gate_id, words)
    for procedure in known.procedures:
        for act in procedure.acts.values():
            yield from _act_words(known, procedure, act)
            for field in act.fields:
                yield from _field_words(known, procedure, act, field)


def _act_words(known: Known, procedure: Procedure, act: ActSpec) -> Iterator[Problem]:
    signers = act.approve.posts if act.approve else ()
    posts = (*(p for p in act.posts if not p.startswith("@")), *signers)
    standings = (*(m.standing for m in act.marks), *act.lifts)
    yield from _unknown(procedure, act, "岗位", "post", posts, known.posts)
    relations = (p for p in act.posts if p.startswith("@"))
    yield from _unknown(procedure, act, "关系", "relation", relations, RELATIONS)
    yield from _unknown(procedure, act, "参与者", "kind of actor", act.by, ACTORS)
    yield from _unknown(procedure, act, "门槛", "gate", act.gates, known.gates)
    templates = (use.template for use in act.documents)
    yield from _unknown(procedure, act, "文书", "document", templates, known.documents)
    yield from _unknown(procedure, act, "状态标记", "standing", standings, known.standings)
    yield from _unknown(procedure, act, "通知对象", "recipient", act.notices, RECIPIENTS)
    if "official" in act.by and not act.posts:
        zh, en = "没有写明由哪个岗位办理", "no post is named that may do this"
        yield problem(procedure, f"act.{act.verb}", zh, en)


def _field_words(
    known: Known, procedure: Procedure, act: ActSpec, field: FieldSpec
) -> Iterator[Problem]:
    yield from _unknown(procedure, act, "字段类型", "field type", (field.type,), FIELD_TYPES)
    if field.choices is not None and field.choices not in known.choices:
        yield _missing(procedure, act, "选项表", "list of choices", field.choices)
    if field.of is not None and not known.of_kind(field.of):
        yield _missing(procedure, act, "事项种类", "kind of matter", field.of)


def check_facts(data_folder: Path) -> Iterator[Problem]:
    """What stands in `if` is a declared yes-or-no fact; what an act refers to it also asks for."""
    for procedure in Known.read(data_folder).procedures:
        for act in procedure.acts.values():
            for fact in _conditions(act):
                if procedure.facts.get(fact) != "bool":
                    yield _missing(procedure, act, "是非事实", "yes-or-no fact", fact)
            for name, types in _references(act):
                if types and procedure.facts.get(name) in types:
                    continue
                field = act.field(name)
                if field is None or (types and field.type not in types):
                    yield _missing(procedure, act, "可用字段", "usable field", name)


def _conditions(act: ActSpec) -> tuple[str, ...]:
    rows = (
        *(s.when for s in act.starts),
        *(o.when for o in act.opens),
        *(d.when for d in act.documents),
    )
    return tuple(dict.fromkeys(row.removeprefix("!") for row in rows if row))


def _references(act: ActSpec) -> Iterator[tuple[str, frozenset[str]]]:
    """The fields that other keys of the act refer to, with the types that will do."""
    for name in act.sets.values():
        yield name, frozenset()
    dated = (
        *(s.at for s in act.starts),
        *(s.due for s in act.starts),
        *(p.at for p in (*act.pauses, *act.resumes)),
        *(e.due for e in act.extends),
    )
    for wanted in dated:
        if wanted is not None:
            yield wanted, DATES
    if act.approve is not None and act.approve.urgent is not None:
        yield act.approve.urgent, frozenset({"bool"})


def _unknown(
    procedure: Procedure,
    act: ActSpec,
    zh: str,
    en: str,
    names: Iterable[str],
    known: Iterable[str],
) -> Iterator[Problem]:
    allowed = frozenset(known)
    for name in dict.fromkeys(names):
        if name not in allowed:
            yield _missing(procedure, act, zh, en, name)


def _missing(procedure: Procedure, act: ActSpec, zh: str, en: str, name: str) -> Problem:
    return problem(procedure, f"act.{act.verb}", f"没有{zh} {name!r}", f"no such {en}: {name!r}")
