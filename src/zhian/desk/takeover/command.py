"""`zhian import matters`: the empty workbook, looking through a file, and taking it over."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from zhian.desk import timing
from zhian.desk.models import TakeOver
from zhian.desk.takeover import job, workbook
from zhian.desk.takeover.plan import Plan
from zhian.directory.models import Agency, Appointment
from zhian.web.sheets import Unreadable

SHOWN = 50


def run(options: argparse.Namespace) -> int:
    """0: done; 1: something in the file is wrong, nothing came in; 2: it cannot be read at all."""
    if options.template is not None:
        options.template.write_bytes(workbook.template())
        _tell(f"已写出 / written: {options.template}")
        return 0
    if options.file is None or not options.file.is_file():
        return _stop(f"找不到文件 / no such file: {options.file}")
    agency = by = None
    if options.agency:
        agency = Agency.objects.filter(code=options.agency).select_related("place").first()
        if agency is None:
            known = ", ".join(Agency.objects.values_list("code", flat=True)[:20])
            return _stop(f"没有这个部门 / no such agency: {options.agency} ({known or '—'})")
    if options.by:
        by = _person(options.by)
        if by is None:
            return _stop(f"没有在岗人员 / nobody in a post: {options.by}")
    try:
        return _take(options, agency, by)
    except Unreadable as error:
        return _stop(f"{options.file}: {error} / {error.words.en}")


def _stop(sentence: str) -> int:
    _tell(sentence, sys.stderr)
    return 2


def _tell(text: str, to: TextIO | None = None) -> None:
    (to or sys.stdout).write(f"{text}\n")


def _person(username: str) -> Appointment | None:
    held = Appointment.objects.on(timing.today()).filter(user__username=username)
    return held.select_related("user", "post__agency").first()


def _take(options: argparse.Namespace, agency: Agency | None, by: Appointment | None) -> int:
    row, plan = job.receive(
        options.file.name,
        _chunks(options.file),
        agency=agency,
        by=by,
        add_operators=options.add_operators,
    )
    if not plan.faults and not options.check:
        plan = job.run(row) or plan
    if row.errors and options.errors is not None:
        options.errors.write_bytes(workbook.marked(job.source_of(row), row.errors))
    _tell("\n".join(_lines(row, plan)))
    if row.state != "done":
        job.discard(row)
    return 1 if row.errors or row.state == "failed" else 0


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _lines(row: TakeOver, plan: Plan) -> Iterator[str]:
    """The report for a terminal."""
    n, done = row.counts, row.state == "done"
    zh, en = ("已接管", "taken over") if done else ("可接管", "would be taken over")
    if row.errors:
        zh, en = "无误（均未接管）", "right (none taken over)"
    yield (
        f"{n['rows']} 行：{zh} {n['fresh']}，已有 {n['known']}，有误 {n['errors']} 格；"
        f"期限 {n['clocks']}，文书 {n['papers']}，经过 {n['notes']}，新增主体 {n['operators']}"
    )
    yield (
        f"{n['rows']} rows: {n['fresh']} {en}, {n['known']} here already, {n['errors']} cells "
        f"wrong; {n['clocks']} clocks, {n['papers']} documents, {n['notes']} notes, "
        f"{n['operators']} operators added"
    )
    for sheet, heading in plan.ignored():
        yield f"未用的列 / column not used: {sheet.zh} {heading}"
    for name, rows in (("有误 / wrong", row.errors), ("提示 / remark", row.remarks)):
        for line in rows[:SHOWN]:
            value = f"“{line['value']}”" if line["value"] else ""
            where = f"{line['sheet']} {line['row']} {line['column']}{value}"
            yield f"{name}：{where}：{line['zh']} / {line['en']}"
        if len(rows) > SHOWN:
            yield f"{name}：…… {len(rows) - SHOWN}"
    if row.failure:
        yield f"未能接管 / failed: {row.failure['zh']} / {row.failure['en']}"
