"""Rosters become one register: how well, how fast, and next to Splink on the same rows.

    ZHIAN_REFERENCE=… python benchmarks/linkage.py [quick | million]

Fictitious counties of 20,000 establishments (three seeds, tidy and untidy), and the rosters of the
reference folder where it is there. The whole command is timed, start included, in a process of its
own. Then rosters of 4,000 that another hand wrote (`zhian.demo.roster_strangers`: other places,
signs, people and habits; nothing that linking knows was written from them), with their codes and
without any. `quick` leaves out all but one county; `million` measures 22 counties together.
"""

from __future__ import annotations

import csv
import itertools
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import _splink
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from zhian.apps.registry.census.linking import valid_code
from zhian.demo import roster_strangers
from zhian.demo.rosters import COLUMNS, Roster, counties, county
from zhian.methods.linkage import (
    clustering,
    flags,
    linker,
    model,
    normalise,
    records,
    register,
    review,
    suspects,
)

ROOT = Path(__file__).resolve().parents[1]
FILE = "census/rosters_20k_seed1.parquet"
OPERATORS = 20_000
ANSWERS, ROUNDS = 1000, 4
NEW_ROWS = 2000
STRANGERS = 4000
# noise → F1, exact, F1 without any code: what the rosters of another hand must reach
STRANGE_BARS = {1.0: (0.99, 0.975, 0.98), 1.6: (0.98, 0.94, 0.96)}
FLAG_BARS = {flags.UNLICENSED: 0.95, flags.CANCELLED: 0.93, flags.UNINSPECTED: 0.91}


@dataclass(slots=True)
class Bars:
    """What must hold, and what did not."""

    missed: list[str] = field(default_factory=list)

    def least(self, what: str, value: float, bar: float) -> None:
        """The figure must reach its bar."""
        self._say(what, value, bar, value >= bar, "≥")

    def most(self, what: str, value: float, bar: float) -> None:
        """The figure must stay below its bar."""
        self._say(what, value, bar, value <= bar, "≤")

    def _say(self, what: str, value: float, bar: float, held: bool, sign: str) -> None:
        print(f"    {'held' if held else 'NOT HELD':9}{what}: {value:.4g} ({sign} {bar:g})")
        if not held:
            self.missed.append(what)


@dataclass(frozen=True, slots=True)
class Score:
    """Pairwise precision and recall, F1, and the share of establishments found exactly."""

    precision: float
    recall: float
    f1: float
    exact: float

    def __str__(self) -> str:
        return (
            f"P {self.precision:.4f}  R {self.recall:.4f}  F1 {self.f1:.4f}  exact {self.exact:.4f}"
        )


def score(truth: Iterable[object], cluster: Iterable[object]) -> Score:
    """Compare two ways of grouping the same rows."""
    both = Counter(zip(truth, cluster, strict=True))
    true, found = Counter[object](), Counter[object]()
    for (one, two), size in both.items():
        true[one] += size
        found[two] += size
    right, there, said = (_pairs(counts.values()) for counts in (both, true, found))
    exact = sum(size == true[one] == found[two] for (one, two), size in both.items())
    return Score(right / said, right / there, 2 * right / (there + said), exact / len(true))


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


# --- the command, from file to files


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command: what it found, its seconds and its largest memory in MB."""

    score: Score
    spots: dict[str, set[str]]
    seconds: float
    cpu: float
    memory: float


def command(roster: Roster, folder: Path) -> Run:
    """`zhian census link` on the rosters as a parquet file with the truth beside them."""
    file, out = folder / "rosters.parquet", folder / "out"
    parquet.write_table(pa.table({**roster.columns, "eid": roster.truth}), file)
    words = [sys.executable, "-m", "zhian.cli", "census", "link", str(file), "--out", str(out)]
    began = time.monotonic()
    child = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    status, used, memory = _watched(child.pid)
    seconds = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"the command ended with {child.returncode}")
    homes = [row["establishment"] for row in _rows(out / "clusters.csv")]
    spots: dict[str, set[str]] = {flag: set() for flag in flags.WORDS}
    for row in _rows(out / "blindspots.csv"):
        spots[row["flag"]].add(row["rid"])
    cpu = used.ru_utime + used.ru_stime
    return Run(score(roster.truth, homes), spots, seconds, cpu, memory)


def _watched(pid: int) -> tuple[int, resource.struct_rusage, float]:
    """How a process ended, what it used, and its largest memory in MB (read while it runs: what
    `wait4` tells includes the memory of the process that started it)."""
    most = 0.0
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, used, most
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        most = max(most, *(int(mb) / 1024 for mb in re.findall(r"VmHWM:\s+(\d+)", text)), 0.0)
        time.sleep(0.05)


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def truly(roster: Roster, read: records.Records) -> dict[str, set[str]]:
    """The blind spots of the true establishments: flag → rids."""
    cluster = np.unique(np.array(roster.truth), return_inverse=True)[1]
    found = flags.flags(read, cluster)
    rids = roster.columns["rid"]
    return {flag: {str(rids[row]) for row in flags.rows_with(found, flag)} for flag in flags.WORDS}


def told(found: set[str], truth: set[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a set."""
    both = len(found & truth)
    precision, recall = both / max(1, len(found)), both / max(1, len(truth))
    return precision, recall, 2 * both / max(1, len(found) + len(truth))


def spots(bars: Bars, found: dict[str, set[str]], truth: dict[str, set[str]], name: str) -> None:
    """Every blind spot against its bar."""
    for flag in flags.WORDS:
        precision, recall, f1 = told(found[flag], truth[flag])
        print(f"    {flag}: P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  of {len(truth[flag])}")
        if flag == flags.UNREGISTERED:
            bars.least(f"{name}: unregistered, precision", precision, 0.80)
            bars.least(f"{name}: unregistered, recall", recall, 0.95)
        else:
            bars.least(f"{name}: {flag}, F1", f1, FLAG_BARS[flag])


# --- what stands behind it


def calibrated(bars: Bars, name: str, roster: Roster, read: records.Records,
               found: linker.Linked) -> None:  # fmt: skip
    """Chances against the truth, on pairs of which a row has no code."""
    truth, codes = np.array(roster.truth), np.array(read.code, dtype=object)
    bare = (codes[found.pairs] == "").any(axis=1)
    pairs = found.pairs[bare]
    chances = 1 / (1 + np.exp(-found.log_odds[bare]))
    same = (truth[pairs[:, 0]] == truth[pairs[:, 1]]).astype(np.int8)
    worth = model.calibration(chances, same)
    worst = max(abs(mean - share) for _size, mean, share in worth.bins)
    print(f"    calibration on {worth.pairs:,} pairs without a code; worst bin {worst:.3f}")
    bars.most(f"{name}: calibration error", worth.error, 0.03)


def reviewed(bars: Bars, name: str, roster: Roster, read: records.Records,
             found: linker.Linked, truth: dict[str, set[str]]) -> None:  # fmt: skip
    """A thousand questions answered by the truth, in rounds."""
    codes, cluster = linker.trusted(read, found.doubtful), found.cluster
    same, different, answered = [], [], set[int]()
    for _round in range(ROUNDS):
        asked = review.questions(read, found.pairs, found.log_odds, cluster, codes,
                                 answered=frozenset(answered), most=ANSWERS // ROUNDS)  # fmt: skip
        for question in asked:
            answered.add(question.row)
            for choice in question.choices:
                alike = roster.truth[question.row] == roster.truth[choice.by_row]
                (same if alike else different).append((question.row, choice.by_row))
        cluster = clustering.cluster(len(read), found.pairs, found.log_odds, codes, same=same,
                                     different=different, bias=linker.BIAS)  # fmt: skip
    rids = roster.columns["rid"]
    spotted = flags.rows_with(flags.flags(read, cluster), flags.UNREGISTERED)
    precision, recall, _f1 = told({str(rids[r]) for r in spotted}, truth[flags.UNREGISTERED])
    print(f"    after {len(answered)} answers: {score(roster.truth, cluster.tolist())}")
    bars.least(f"{name}: unregistered after answers, precision", precision, 0.90)
    bars.least(f"{name}: unregistered after answers, recall", recall, 0.95)


def with_codes(roster: Roster, codes: list[str]) -> Roster:
    """The same rosters with other credit codes."""
    return Roster({**roster.columns, "uscc": codes}, roster.truth)


def fewer_codes(roster: Roster, share: float) -> Roster:
    """Codes on this share of the rows only."""
    codes = roster.columns["uscc"]
    coded = [row for row, code in enumerate(codes) if code]
    size = min(len(coded), round(share * len(codes)))
    kept = set(random.Random(5).sample(coded, size))
    return with_codes(roster, [c if row in kept else "" for row, c in enumerate(codes)])


def linked(roster: Roster) -> tuple[records.Records, linker.Linked]:
    """Read and link in this process."""
    read = records.read(roster.columns, valid_code=valid_code)
    return read, linker.link(read)


def codes_missing_or_wrong(bars: Bars, name: str, roster: Roster) -> None:
    """Few codes, none, and codes that belong to somebody else."""
    for share, bar in ((0.12, 0.95), (0.0, 0.93)):
        poor = fewer_codes(roster, share)
        result = score(roster.truth, linked(poor)[1].cluster.tolist())
        print(f"    codes on {share:.0%} of the rows: {result}")
        bars.least(f"{name}: codes on {share:.0%}, F1", result.f1, bar)
    codes, rnd = list(roster.columns["uscc"]), random.Random(1)
    coded = [row for row, code in enumerate(codes) if valid_code(normalise.code(code))]
    wrong = rnd.sample(coded, len(codes) // 100)
    for row in wrong:
        codes[row] = roster.columns["uscc"][rnd.choice(coded)]
    read, found = linked(with_codes(roster, codes))
    at_odds = suspects.conflicts(read, found.pairs, found.log_odds, found.cluster)
    queued = {row for conflict in at_odds for row in conflict.rows}
    result = score(roster.truth, found.cluster.tolist())
    print(f"    1 % of the rows with another's code: {result}; queue of {len(at_odds)}")
    bars.least(f"{name}: wrong codes, F1", result.f1, 0.965)
    bars.least(f"{name}: wrong codes in the queue", len(queued & set(wrong)) / len(wrong), 0.80)


def increment(bars: Bars, name: str, roster: Roster, full: Score) -> None:
    """New rows of a sweep in a standing register."""
    sweep = [row for row, name_ in enumerate(roster.columns["roster"]) if name_ == "sweep"]
    fresh = sorted(random.Random(2).sample(sweep, NEW_ROWS))
    new = set(fresh)
    old = [row for row in range(len(roster.truth)) if row not in new]
    before, after = (_some(roster, rows) for rows in (old, fresh))
    words = records.learn(*(before.columns[name_] for name_ in ("name", "owner", "addr")))
    standing = records.read(before.columns, valid_code=valid_code, vocabulary=words)
    found, number = linker.link(standing), itertools.count()
    ids = register.assign(found.cluster, [""] * len(standing), lambda: f"E{next(number)}").of_row
    began = time.monotonic()
    read = records.read(after.columns, valid_code=valid_code, vocabulary=words)
    added = register.attach(standing, ids, read, found.judge, linker.BIAS)
    seconds = time.monotonic() - began
    result = score([*before.truth, *after.truth], [*ids, *added.of_row])
    print(f"    {NEW_ROWS} rows more: {result}")
    bars.most(f"{name}: seconds for {NEW_ROWS} rows more", seconds, 5)
    bars.most(f"{name}: F1 lost against linking anew", full.f1 - result.f1, 0.002)


def _some(roster: Roster, rows: list[int]) -> Roster:
    columns = {name: [roster.columns[name][row] for row in rows] for name in COLUMNS}
    return Roster(columns, [roster.truth[row] for row in rows])


# --- Splink


def beside(read: records.Records, roster: Roster, ours: Run) -> None:
    """Splink on the same parsed rows, with the best of its thresholds."""
    try:
        anchor = _splink.link(read)
    except _splink.NotThere:
        print("    Splink is not installed (pip install zhian[bench]): not compared")
        return
    best = max(
        ((score(roster.truth, cluster.tolist()), level) for level, cluster in
         anchor.clusters.items()), key=lambda row: row[0].f1,
    )  # fmt: skip
    result, level = best
    ratio = (1 - result.f1) / max(1e-9, 1 - ours.score.f1)
    print(f"    Splink {anchor.version}, best threshold {level}: {result}")
    print(
        f"    Splink took {anchor.seconds:.1f} s after parsing; {ratio:.1f} times our errors (F1)"
    )


# --- all together


def whole(bars: Bars, name: str, roster: Roster, *, f1: float, exact: float, deep: bool) -> None:
    """One set of rosters from the command down."""
    print(f"\n  {name}: {len(roster.truth):,} rows of {len(set(roster.truth)):,}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        run = command(roster, Path(folder))
    print(f"    {run.score}")
    print(f"    {run.seconds:.1f} s ({run.cpu:.1f} s of processor time), {run.memory:.0f} MB")
    bars.least(f"{name}: F1", run.score.f1, f1)
    bars.least(f"{name}: exact", run.score.exact, exact)
    bars.most(f"{name}: seconds", run.seconds, 30)
    bars.most(f"{name}: MB", run.memory, 1536)
    if not deep:
        return
    read, found = linked(roster)
    truth = truly(roster, read)
    spots(bars, run.spots, truth, name) if f1 >= 0.98 else None
    beside(read, roster, run)
    if f1 >= 0.98:
        calibrated(bars, name, roster, read, found)
        reviewed(bars, name, roster, read, found, truth)
        codes_missing_or_wrong(bars, name, roster)
        increment(bars, name, roster, run.score)


def strangers(bars: Bars, seeds: Iterable[int]) -> None:
    """Rosters of another hand, in this process."""
    print(f"\n  rosters of another hand, {STRANGERS:,} establishments each")
    for (noise, least), style, seed in itertools.product(
        STRANGE_BARS.items(), ("south", "central", "north"), seeds
    ):
        roster = roster_strangers.county(STRANGERS, seed, style, noise)
        name = f"another hand, {style} {seed}, noise {noise:g}"
        read, found = linked(roster)
        result = score(roster.truth, found.cluster.tolist())
        bare = score(roster.truth, linked(fewer_codes(roster, 0.0))[1].cluster.tolist())
        blind = flags.flags(read, found.cluster)
        rids, truth = roster.columns["rid"], truly(roster, read)
        spotted = [
            told({str(rids[row]) for row in flags.rows_with(blind, flag)}, truth[flag])[2]
            for flag in flags.WORDS
        ]
        print(f"    {name}: {result}; no codes F1 {bare.f1:.4f} exact {bare.exact:.4f}; "
              f"blind spots F1 {' '.join(f'{f1:.3f}' for f1 in spotted)}", flush=True)  # fmt: skip
        bars.least(f"{name}: F1", result.f1, least[0])
        bars.least(f"{name}: exact", result.exact, least[1])
        bars.least(f"{name}: F1 without codes", bare.f1, least[2])


def reference() -> Roster | None:
    """The rosters of the reference folder, or None."""
    folder = os.environ.get("ZHIAN_REFERENCE")
    file = Path(folder or ROOT / "nowhere") / FILE
    if not file.exists():
        print(f"  not measured: no {FILE} under ZHIAN_REFERENCE")
        return None
    rows = parquet.read_table(file).to_pydict()
    truth = rows.pop("eid")
    return Roster({name: list(map(str, rows[name])) for name in COLUMNS}, truth)


def million(bars: Bars) -> None:
    """Twenty-two counties in one run."""
    roster = counties(22, 14_500, 1, "north")
    print(f"  {len(roster.truth):,} rows of {len(set(roster.truth)):,} in 22 counties", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        run = command(roster, Path(folder))
    print(f"    {run.score}; {run.cpu:.0f} s of processor time")
    bars.least("million: F1", run.score.f1, 0.98)
    bars.most("million: seconds", run.seconds, 240)
    bars.most("million: MB", run.memory, 7168)


def main(argv: list[str]) -> int:
    """Every figure, and 1 where a bar was missed."""
    bars = Bars()
    if argv == ["million"]:
        million(bars)
        return int(bool(bars.missed))
    shared = reference()
    if shared:
        whole(bars, "reference", shared, f1=0.98, exact=0.94, deep=True)
    for seed, style in ((1, "south"), (2, "central"), (3, "north")):
        tidy = county(OPERATORS, seed, style)
        whole(bars, f"{style} {seed}", tidy, f1=0.98, exact=0.94, deep=seed == 1)
        untidy = county(OPERATORS, seed, style, 1.6)
        name = f"{style} {seed}, noise 1.6"
        whole(bars, name, untidy, f1=0.97, exact=0.90, deep=seed == 1)
        if argv == ["quick"]:
            break
    strangers(bars, (1,) if argv == ["quick"] else (1, 2, 3))
    print(f"\n{len(bars.missed)} bars missed: {'; '.join(bars.missed) or '-'}")
    return int(bool(bars.missed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
