"""Checks of publications.toml for `zhian law check`: what it names exists, and who publishes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from zhian.law.check import Problem
from zhian.law.procedure import ActSpec, Procedure, Publish
from zhian.law.procedure_data import Known, problem, tables
from zhian.law.publications import (
    FILE,
    REDACTIONS,
    PublicationKind,
    read_publications,
    read_redactions,
)
from zhian.law.tables import RuleFileError
from zhian.law.words import Words

Said = tuple[str, str]
"""A mistake in Chinese and English."""


def check_publications(data_folder: Path) -> Iterator[Problem]:
    """Every publication resolves, and what procedures publish is described and reviewed."""
    known = Known.read(data_folder)
    try:
        read = read_publications(data_folder) if (data_folder / FILE).exists() else {}
    except RuleFileError as error:
        yield Problem(error.file, error.table, error.what)
        return
    yield from _redactions(data_folder)
    for kind in read.values():
        yield from _entry(known, kind)
    for procedure in known.procedures:
        for act in procedure.acts.values():
            yield from _published(read, procedure, act)
            yield from _ended(read, procedure, act)


def _redactions(folder: Path) -> Iterator[Problem]:
    if not tables(folder / FILE):
        return
    try:
        found = read_redactions(folder)
    except RuleFileError as error:
        yield Problem(error.file, error.table, error.what)
        return
    for key in sorted(REDACTIONS - found.keys()):
        yield _wrong("redact", f"没有写明 {key} 的理由", f"no reason is given for {key}")


def _entry(known: Known, kind: PublicationKind) -> Iterator[Problem]:
    table = f"publication.{kind.key}"
    for duty in (kind.duty, kind.until):
        if duty and not known.duties.has_duty(duty):
            yield _wrong(table, f"没有规则规定职责 {duty!r}", f"no rule states the duty {duty!r}")
    for post in kind.review:
        if post not in known.posts:
            yield _wrong(table, f"没有岗位 {post!r}", f"no such post: {post!r}")
    for key in (*kind.title, *kind.listed, *(f.of for f in kind.fields if f.of)):
        if kind.field(key) is None:
            yield _wrong(table, f"没有栏目 {key!r}", f"no such field: {key!r}")
    if not kind.title:
        yield _wrong(table, "没有写明标题取自哪些栏目", "no field makes its title")
    yield from _twice(kind)


def _twice(kind: PublicationKind) -> Iterator[Problem]:
    for group in (kind.fields, *(field.fields for field in kind.fields)):
        counted = Counter(field.key for field in group)
        for key in (key for key, times in counted.items() if times > 1):
            zh, en = f"栏目 {key!r} 重复", f"the field {key!r} stands twice"
            yield _wrong(f"publication.{kind.key}", zh, en)


def _published(
    read: dict[str, PublicationKind], procedure: Procedure, act: ActSpec
) -> Iterator[Problem]:
    for row in act.publishes:
        kind, table = read.get(row.what), f"act.{act.verb}"
        if kind is None:
            yield _undescribed(procedure, table, row.what)
            continue
        for zh, en in _against(kind, row, procedure):
            yield problem(procedure, table, f"{row.what} {zh}", f"{row.what} {en}")


def _against(kind: PublicationKind, row: Publish, procedure: Procedure) -> Iterator[Said]:
    """What a procedure does otherwise than the publication wants it."""
    if not row.review:
        yield "须经复核", "must be reviewed"
    if (row.until or "") != kind.until:
        yield f"的期限与 {FILE} 不同", f"ends otherwise than in {FILE}"
    for verb in kind.other_than:
        if verb not in procedure.acts:
            yield f"引用的行为 {verb!r} 不存在", f"names no act: {verb!r}"
    told = procedure.acts.get(kind.tells)
    if kind.tells and (told is None or "system" not in told.by or told.fields):
        yield (
            f"没有由系统登记的行为 {kind.tells!r}",
            f"has no act {kind.tells!r} that the system records by itself",
        )


def _ended(
    read: dict[str, PublicationKind], procedure: Procedure, act: ActSpec
) -> Iterator[Problem]:
    for what in act.unpublishes:
        if what not in read:
            yield _undescribed(procedure, f"act.{act.verb}", what)


def _undescribed(procedure: Procedure, table: str, what: str) -> Problem:
    zh, en = f"{FILE} 没有 {what!r}", f"{FILE} has no {what!r}"
    return problem(procedure, table, zh, en)


def _wrong(table: str, zh: str, en: str) -> Problem:
    return Problem(FILE, table, Words(zh, en))
