"""`zhian check`: the law's own check, and that every procedure has its kind, effects, templates."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from zhian.desk import kinds
from zhian.desk.papers import printing
from zhian.directory import rights
from zhian.law import check as law_check
from zhian.law.check import Problem
from zhian.law.procedure import ActSpec, Procedure, book
from zhian.law.references import posts


def main(argv: list[str]) -> int:
    """Print every problem with file and table; exit 1 if there is one."""
    parser = argparse.ArgumentParser("zhian check", description=__doc__)
    parser.parse_args(argv)
    problems = [*law_check.problems(), *house()]
    for problem in problems:
        print(problem.text())
    print(f"{len(problems)} problems")
    return 1 if problems else 0


def house() -> Iterator[Problem]:
    """What only the running house can prove."""
    for procedure in book().all():
        yield from _kind(procedure)
        yield from _templates(procedure)
    for kind in kinds.all_kinds():
        if kind.name not in book().kinds():
            yield Problem("kinds.py", kind.name, "没有程序 / has no procedure")
    yield from _rights()


def _kind(procedure: Procedure) -> Iterator[Problem]:
    file = procedure.file or f"procedures/{procedure.kind}.toml"
    try:
        kind = kinds.get(procedure.kind)
    except kinds.UnknownKind:
        yield Problem(file, "procedure", f"没有绑定种类 {procedure.kind} / no kind is bound")
        return
    for verb in kind.effects:
        if verb not in procedure.acts:
            yield Problem(file, f"act.{verb}", "效果没有对应的行为 / an effect without its act")
    for act in procedure.acts.values():
        yield from (Problem(file, f"act.{act.verb}", text) for text in _unbound(kind, act))


def _unbound(kind: kinds.Kind, act: ActSpec) -> Iterator[str]:
    """Lists, publications and relations that an act names and the kind does not know."""
    for row in act.opens:
        if row.each and row.each not in kind.lists and act.field(row.each) is None:
            yield f"列表 {row.each} 不存在 / no such list"
    for entry in act.publishes:
        if entry.what not in kind.public:
            yield f"没有给出公布内容 {entry.what} / gives nothing out as {entry.what}"
    known = {"@handler", "@giver", *(f"@{name}" for name in kind.relations)}
    for name in act.posts:
        if name.startswith("@") and name not in known:
            yield f"关系 {name} 不存在 / no such relation"


def _templates(procedure: Procedure) -> Iterator[Problem]:
    for act in procedure.acts.values():
        for use in act.documents:
            path = printing.template_path(use.template)
            if not path.exists():
                yield Problem(
                    f"documents/{Path(path).name}",
                    use.template,
                    "缺少模板 / the template is missing",
                )


def _rights() -> Iterator[Problem]:
    known = set(posts())
    for post in rights.table():
        if post not in known:
            yield Problem("rights.toml", post, "posts.toml 中没有这个岗位 / no such post")
    for post in sorted(known - set(rights.table())):
        yield Problem("rights.toml", post, "岗位没有权限行 / the post has no row of rights")
