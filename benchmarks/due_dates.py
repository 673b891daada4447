"""How long 100,000 due dates take: the file command, the Python interface, and a peer.

python benchmarks/due_dates.py

Every question is another one (rule and day are drawn by seed from all rules that count in days or
months), so that no answer can be taken from a cache of answers. Start-up (reading the law and the
holidays) is left out and printed apart. The peer is what one would write without zhian: a loop over
chinesecalendar, each day looked up once. It answers the same questions from the same file, is
handed unit and length of each rule (it knows no versions, pauses, windows, hours or provisional
dates) and must agree on every date. Bound: 1 s of processor time for the file command.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import time
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import TextIO

import chinese_calendar

from zhian.law.batch import run_batch
from zhian.law.reckoning import Reckoner
from zhian.law.rules import Rule

COUNT = 100_000
RUNS = 3
BOUND = 1.0
UNITS = ("working_day", "calendar_day", "month", "year", "before_working_day")
FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)
ONE = timedelta(days=1)

Question = tuple[Rule, date]


def questions(reckoner: Reckoner) -> list[Question]:
    """Rule and day, each pair once, in an order without pattern."""
    draw = Random(20261124)
    rules = [rule for rule in reckoner.book.statutes() if rule.period.unit in UNITS]
    asked = dict[tuple[str, date], Question]()
    while len(asked) < COUNT:
        rule = draw.choice(rules)
        first = max(rule.valid_from or FIRST, FIRST)
        last = min(rule.valid_to or LAST, LAST)
        if first <= last:
            day = first + timedelta(days=draw.randint(0, (last - first).days))
            asked[rule.id, day] = rule, day
    return list(asked.values())


# --- the peer ---------------------------------------------------------------------------------


@cache
def worked(day: date) -> bool:
    """Whether the office works, as chinesecalendar says; Monday to Friday where it does not."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def months_on(day: date, months: int) -> date:
    """The corresponding day so many months on, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def peer(unit: str, amount: int, day: date) -> date:
    """The due date by a walk through the calendar."""
    if unit.endswith("working_day"):
        step = -ONE if unit.startswith("before") else ONE
        while amount:
            day += step
            amount -= worked(day)
        return day
    end = day + timedelta(days=amount) if unit == "calendar_day" else day
    if unit in ("month", "year"):
        end = months_on(day, amount * (12 if unit == "year" else 1))
    while not worked(end):
        end += ONE
    return end


def peer_file(path: Path, out: TextIO, lengths: dict[str, tuple[str, int]]) -> None:
    """The same file in and out, with unit and length of each rule from a dictionary."""
    rows = csv.reader(path.open(encoding="utf-8", newline=""))
    next(rows)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["rule", "at", "due"])
    writer.writerows(
        (rule, at, peer(*lengths[rule], date.fromisoformat(at)).isoformat()) for rule, at in rows
    )


# --- the measurement --------------------------------------------------------------------------


def timed(what: str, run: Callable[[], object]) -> float:
    """Processor time of the best of three runs; the clock on the wall is printed beside it."""
    best = float("inf"), float("inf")
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        best = min(best, (time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = best
    print(f"{what:<42} {cpu:5.2f} s of processor, {wall:5.2f} s, {COUNT / cpu:9,.0f} a second")
    return cpu


def answered(run: Callable[[TextIO], object], what: str) -> tuple[float, list[str]]:
    """Time and due dates of a command that writes csv."""
    outs: list[io.StringIO] = []

    def once() -> None:
        outs.append(io.StringIO())
        run(outs[-1])

    seconds = timed(what, once)
    return seconds, [line.split(",")[2] for line in outs[-1].getvalue().splitlines()[1:]]


def measured(reckoner: Reckoner, asked: list[Question], path: Path) -> bool:
    """Prints every figure; whether the bound holds and no answer differs."""
    lengths = {rule.id: (rule.period.unit, rule.period.amount or 0) for rule, _ in asked}
    plain = [(*lengths[rule.id], day) for rule, day in asked]
    file, ours = answered(lambda out: run_batch(path, out, reckoner), "zhian law due --batch")
    peers, theirs = answered(
        lambda out: peer_file(path, out, lengths), "peer: csv, chinesecalendar, cached loop"
    )
    asking = timed("Reckoner.due", lambda: [reckoner.due(rule.id, day) for rule, day in asked])
    loop = timed("peer: the cached loop alone", lambda: [peer(*question) for question in plain])
    differing = sum(a != b for a, b in zip(ours, theirs, strict=True))
    print(f"ratio: file {file / peers:.2f}, interface {asking / loop:.2f} of the peer's time")
    print(f"answers that differ from the peer's: {differing} of {len(theirs):,}")
    print(f"bound: {file:.2f} s of at most {BOUND:.0f} s for {COUNT:,} due dates from a file")
    return file <= BOUND and not differing


def main() -> int:
    """Measure, compare, and fail where the bound is missed or an answer differs."""
    began = time.process_time()
    reckoner = Reckoner.load()
    print(f"start: {time.process_time() - began:.2f} s to read the law and the holidays")
    asked = questions(reckoner)
    rules = len({rule.id for rule, _ in asked})
    print(f"{COUNT:,} questions, all different, on {rules} rules, {FIRST} to {LAST}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "asked.csv"
        lines = (f"{rule.id},{day.isoformat()}" for rule, day in asked)
        path.write_text("rule,at\n" + "\n".join(lines) + "\n", "utf-8")
        return int(not measured(reckoner, asked, path))


if __name__ == "__main__":
    sys.exit(main())
