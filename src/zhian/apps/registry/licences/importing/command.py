"""`zhian import licences`: looking through a roster of licences, and taking it in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TextIO

from zhian.apps.registry.licences.importing import job, template
from zhian.apps.registry.models import LicenceImport
from zhian.desk import timing
from zhian.directory.models import Appointment
from zhian.web.sheets import Unreadable

SHOWN = 50


def run(options: argparse.Namespace) -> int:
    """0: done; 1: something in the file is wrong, nothing came in; 2: it cannot be read at all."""
    if options.template is not None:
        options.template.write_bytes(template.template())
        _tell(f"已写出 / written: {options.template}")
        return 0
    if options.file is None or not options.file.is_file():
        return _stop(f"找不到文件 / no such file: {options.file}")
    by = _person(options.by or "")
    if by is None:
        return _stop(f"没有在岗人员 / nobody in a post: {options.by}")
    try:
        return _take(options, by)
    except Unreadable as error:
        return _stop(f"{options.file}: {error} / {error.words.en}")


def _take(options: argparse.Namespace, by: Appointment) -> int:
    with options.file.open("rb") as file:
        row = job.receive(
            options.file.name, iter(lambda: file.read(1 << 20), b""), agency=by.post.agency, by=by
        )
    if row.state == "preview" and not options.check:
        job.run(row)
    _tell("\n".join(_lines(row)))
    if row.state != "done":
        job.discard(row)
    return 0 if row.state in ("done", "preview") else 1


def _lines(row: LicenceImport) -> Iterator[str]:
    """The report for a terminal."""
    if row.state == "columns":
        yield "缺少必需的列：编号、主体名称、发证日期"
        yield "columns are missing: number, operator, issued on"
        return
    n = row.counts
    zh, en = ("已导入", "taken in") if row.state == "done" else ("未导入", "not taken in")
    yield (
        f"{n['rows']} 行，{zh}：新登记 {n['added']}，更新 {n['changed']}，不变 {n['same']}，"
        f"有误 {n['errors']} 格；新增主体 {n['operators']}，新增场所 {n['premises']}"
    )
    yield (
        f"{n['rows']} rows, {en}: {n['added']} added, {n['changed']} changed, {n['same']} as "
        f"before, {n['errors']} cells wrong; {n['operators']} operators and {n['premises']} "
        "premises added"
    )
    for name in n["ignored"]:
        yield f"未用的列 / column not used: {name}"
    for name, rows in (("有误 / wrong", row.errors), ("提示 / remark", row.remarks)):
        for line in rows[:SHOWN]:
            value = f"“{line['value']}”" if line["value"] else ""
            yield f"{name}：{line['row']} {line['column']}{value}：{line['zh']} / {line['en']}"
        if len(rows) > SHOWN:
            yield f"{name}：…… {len(rows) - SHOWN}"


def _person(username: str) -> Appointment | None:
    held = Appointment.objects.on(timing.today()).filter(user__username=username)
    related = ("user", "post__agency__place", "post__office")
    return held.select_related(*related).first()


def _stop(sentence: str) -> int:
    _tell(sentence, sys.stderr)
    return 2


def _tell(text: str, to: TextIO | None = None) -> None:
    (to or sys.stdout).write(f"{text}\n")
