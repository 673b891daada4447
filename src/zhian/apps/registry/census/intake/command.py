"""`zhian census take`: rosters of an agency taken in from the console, as the page does it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from zhian.apps.registry.census import keeping
from zhian.apps.registry.census.errors import CensusError, Unfit
from zhian.apps.registry.census.intake import preparing, taking
from zhian.apps.registry.census.intake.faults import Fault, of_json
from zhian.apps.registry.census.intake.preparing import Handed
from zhian.apps.registry.census.intake.reading import File
from zhian.apps.registry.census.kinds import rosters
from zhian.apps.registry.models import RosterImport
from zhian.desk import timing
from zhian.directory.models import Agency

SHOWN = 50


def run(options: argparse.Namespace) -> int:
    """0: all files are in; 1: a file has faults, and nothing of it was taken in. Raises
    CensusError where there is no such agency or roster, or a file is no table."""
    agency = _agency(options.agency)
    if options.roster not in rosters():
        known = ", ".join(rosters())
        raise Unfit(f"没有名册 {options.roster}：{known}", f"No such roster; there are: {known}")
    given = Handed(agency, options.roster, options.as_of or timing.today(), not options.addition)
    return max(_one(path, given, options) for path in options.files)


def _agency(code: str) -> Agency:
    found = Agency.objects.filter(code=code).select_related("place__parent").first()
    if found is None:
        known = ", ".join(Agency.objects.values_list("code", flat=True)[:20]) or "—"
        raise Unfit(f"没有部门 {code}：{known}", f"No agency {code}; there are: {known}")
    return found


def _one(path: Path, given: Handed, options: argparse.Namespace) -> int:
    row = preparing.hand_in(_file(path), given, None)
    if row.state not in preparing.OPEN:
        _say(f"{path.name}：此前已提交（{row.get_state_display()}） / was handed in before")
        return 0
    told = [of_json(one) for one in [*row.error.get("faults", []), *row.remarks]]
    for fault in told[:SHOWN]:
        _say(_line(path.name, fault))
    if len(told) > SHOWN:
        _say(f"… {len(told) - SHOWN:,}")
    if row.error:
        if "zh" in row.error:
            _say(f"{row.error['zh']}\n{row.error['en']}")
        preparing.drop(row)
        return 1
    if options.check:
        _say(_counts(row))
        preparing.drop(row)
        return 0
    return _take(row, options.sure)


def _take(row: RosterImport, sure: bool) -> int:
    """What the worker does, at once; a file that must be looked at twice needs --sure."""
    if row.preview.get("doubt") and not sure:
        _say("核对无误后加 --sure / if it is right, say --sure")
        preparing.drop(row)
        return 1
    RosterImport.objects.filter(pk=row.pk).update(state="queued")
    try:
        taking.take(row, keeping.load(row.file))
    except CensusError as why:
        words = {"zh": why.words.zh, "en": why.words.en}
        RosterImport.objects.filter(pk=row.pk).update(state="failed", error=words)
        raise
    row.refresh_from_db()
    preparing.remember(row, None)
    _say(_counts(row))
    return 0


def _file(path: Path) -> File:
    try:
        return File(path.name, path.read_bytes())
    except OSError as why:
        raise Unfit(
            f"无法读取 {path}：{why.strerror or why}", f"{path} cannot be read: {why}"
        ) from None


def _line(name: str, fault: Fault) -> str:
    where = " ".join(str(part) for part in (fault.sheet, fault.row or "", fault.column) if part)
    return f"{name} {where} {fault.value} {fault.words.zh} / {fault.words.en}"


def _counts(row: RosterImport) -> str:
    return (
        f"{row.name}：{row.rows:,} 行，新增 {row.added:,}，变更 {row.changed:,}，"
        f"不变 {row.same:,}，不再出现 {row.ended:,} / {row.rows:,} rows: {row.added:,} new, "
        f"{row.changed:,} changed, {row.same:,} the same, {row.ended:,} gone"
    )


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
