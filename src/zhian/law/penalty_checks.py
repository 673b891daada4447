"""Checks of the tables of weighing, persons and grades for `zhian law check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from zhian.law import crime_grades, crime_prompts, discretion_tables, penalty_persons
from zhian.law.check import Problem
from zhian.law.offices import read_named
from zhian.law.penalties import read_scales
from zhian.law.tables import RuleFileError
from zhian.law.words import Words

READERS: tuple[Callable[[Path], object], ...] = (
    discretion_tables.read_weights,
    discretion_tables.read_benchmarks,
    penalty_persons.read_personal,
    crime_grades.read_grades,
    crime_grades.read_derived,
)


def check_penalties(folder: Path) -> Iterator[Problem]:
    """The tables can be read, name clauses that exist, and no row of them is idle."""
    broken = list(_unreadable(folder))
    yield from broken
    if broken:
        return
    yield from _benchmarks(folder)
    yield from _persons(folder)
    yield from _idle_facts(folder)
    yield from _idle_amounts(folder)


def _unreadable(folder: Path) -> Iterator[Problem]:
    for read in (*READERS, read_scales):
        try:
            read(folder)
        except RuleFileError as error:
            yield Problem(error.file, error.table, error.what)


def _benchmarks(folder: Path) -> Iterator[Problem]:
    """Exactly one benchmark is general, and the others name clauses, each at most once."""
    rows = discretion_tables.read_benchmarks(folder)
    general = [row.key for row in rows.values() if not row.scales]
    if len(general) != 1:
        words = Words("通用裁量基准应当恰好一项", "there must be exactly one general benchmark")
        yield Problem(discretion_tables.FILE, "benchmarks", words)
    named: dict[str, str] = {}
    for row in rows.values():
        for key in sorted(row.scales):
            if key in named:
                words = Words(f"{key} 已由 {named[key]} 规定", f"{key} stands in {named[key]} too")
                yield Problem(discretion_tables.FILE, f"benchmarks.{row.key}", words)
            named[key] = row.key
        yield from _unknown(discretion_tables.FILE, f"benchmarks.{row.key}", row.scales, folder)


def _persons(folder: Path) -> Iterator[Problem]:
    """The clause of the persons fines persons, and every clause named exists."""
    scales = read_scales(folder)
    for row in penalty_persons.read_personal(folder).values():
        table = f"rows.{row.key}"
        named = frozenset([row.scale]) | row.excepted | row.scales | row.grave
        yield from _unknown("personal_fines.toml", table, named, folder)
        scale = scales.get(row.scale)
        if scale and not any(line.who == "persons" for line in scale.fines):
            words = Words(f"{row.scale} 不处罚个人", f"{row.scale} fines no persons")
            yield Problem("personal_fines.toml", table, words)


def _unknown(file: str, table: str, named: frozenset[str], folder: Path) -> Iterator[Problem]:
    for key in sorted(named - read_scales(folder).keys()):
        yield Problem(
            file, table, Words(f"没有名为 {key} 的罚则", f"there is no scale named {key}")
        )


def _idle_facts(folder: Path) -> Iterator[Problem]:
    """Every circumstance that can be ticked amounts to something, alone or with others."""
    used = {key for row in discretion_tables.read_weights(folder).values() for key in row.needs}
    yield from _idle(
        discretion_tables.FILE, "facts", read_named(folder, discretion_tables.FILE, "facts"), used
    )


def _idle_amounts(folder: Path) -> Iterator[Problem]:
    """Every amount, injury and circumstance of the crime prompts is read by a line."""
    lines = [line for row in crime_grades.read_grades(folder).values() for line in row.any_of]
    lines += [row.line for row in crime_grades.read_derived(folder).values()]
    prompts = crime_prompts.read_prompts(folder).values()
    used = {trigger.amount or "" for row in prompts for trigger in row.any_of}
    used |= {key for line in lines for key in (*line.facts, *line.any_flag)}
    amounts = read_named(folder, crime_grades.PROMPTS, "amounts")
    yield from _idle(crime_grades.PROMPTS, "amounts", amounts, used)
    for part in ("people", "flags"):
        rows = read_named(folder, crime_grades.FILE, part)
        yield from _idle(crime_grades.FILE, part, rows, used)


def _idle(file: str, part: str, rows: Mapping[str, Words], used: set[str]) -> Iterator[Problem]:
    for key in sorted(rows.keys() - used):
        yield Problem(file, f"{part}.{key}", Words("没有任何规定用到", "no row uses it"))
