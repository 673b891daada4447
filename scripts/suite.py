"""The whole suite on every engine, and what was not run: `make test`.

python scripts/suite.py [--only NAME]… [pytest arguments for every run]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import postgres  # noqa: E402

NOTHING_COLLECTED = 5
BASE = "not browser and not spark and not postgres"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of pytest: its name in the table, its arguments, its engine."""

    name: str
    part: str
    arguments: tuple[str, ...]
    on_postgres: bool = False


RUNS = (
    Run("SQLite", "sqlite", ("-m", BASE)),
    Run(
        "PostgreSQL",
        "postgres",
        ("--database-only", "-m", "not browser and not spark"),
        on_postgres=True,
    ),
    Run("browser", "browser", ("-n", "0", "-m", "browser")),
)


@dataclass(slots=True)
class Outcome:
    """What one run came to."""

    run: Run
    seconds: float = 0.0
    code: int = 0
    states: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    absent: str = ""

    def count(self, state: str) -> int:
        """How many tests ended so."""
        return sum(1 for one in self.states.values() if one == state)

    @property
    def executed(self) -> int:
        """How many tests were really run."""
        return self.count("passed") + self.count("failed")

    def failed(self, required: frozenset[str]) -> bool:
        """Whether this run keeps the suite from being green."""
        if self.run.part in required and not self.executed:
            return True
        if self.absent:
            return False
        return self.code not in (0, NOTHING_COLLECTED) or self.count("failed") > 0


def _state(case: ET.Element) -> tuple[str, str]:
    for tag, state in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        found = case.find(tag)
        if found is not None:
            return state, (found.get("message") or "").strip()
    return "passed", ""


def read_report(path: Path) -> Iterator[tuple[str, str, str]]:
    """Each test of a report once: name, state, reason; an error after a pass is a failure."""
    seen: dict[str, tuple[str, str]] = {}
    for case in ET.parse(path).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        state, reason = _state(case)
        if seen.get(name, ("", ""))[0] != "failed":
            seen[name] = (state, reason)
    for name, (state, reason) in seen.items():
        yield name, state, reason


def _environment(run: Run, required: frozenset[str]) -> dict[str, str]:
    """PostgreSQL is asked for only in its own run: elsewhere its tests are not meant."""
    hidden = set() if run.on_postgres else {"postgres"}
    names = {n: v for n, v in os.environ.items() if not n.startswith("ZHIAN_DATABASE")}
    return names | {"ZHIAN_TEST_REQUIRE": ",".join(sorted(required - hidden))}


def _pytest(run: Run, environment: Mapping[str, str], extra: list[str]) -> Outcome:
    print(f"\n=== {run.name} ===", flush=True)
    outcome, began = Outcome(run), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-rs", f"--junitxml={report}"]
        outcome.code = subprocess.run(
            [*command, *run.arguments, *extra], cwd=ROOT, env=dict(environment), check=False
        ).returncode
        if report.exists():
            for name, state, reason in read_report(report):
                outcome.states[name] = state
                outcome.reasons[name] = reason
    outcome.seconds = time.monotonic() - began
    return outcome


@contextmanager
def _engine(run: Run) -> Iterator[dict[str, str]]:
    if not run.on_postgres:
        yield {}
        return
    with postgres.private_server() as addresses:
        yield addresses.environment()


def execute(run: Run, required: frozenset[str], extra: list[str]) -> Outcome:
    """One run; an engine that this machine lacks is told, not hidden."""
    try:
        with _engine(run) as addresses:
            return _pytest(run, _environment(run, required) | addresses, extra)
    except postgres.NoPostgres as error:
        return Outcome(run, absent=str(error))


def never_run(outcomes: list[Outcome]) -> Counter[str]:
    """Why tests were skipped that no engine ran."""
    ran = {n for o in outcomes for n, s in o.states.items() if s in ("passed", "failed")}
    skipped: dict[str, str] = {}
    for outcome in outcomes:
        for name, state in outcome.states.items():
            if state == "skipped" and name not in ran:
                skipped[name] = outcome.reasons[name]
    return Counter(skipped.values())


def table(outcomes: list[Outcome]) -> Iterator[str]:
    """What ran on which engine."""
    yield f"{'':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"
    for one in outcomes:
        if one.absent:
            yield f"{one.run.name:<12}  not run: {one.absent.splitlines()[0]}"
            continue
        counts = "".join(f"{one.count(s):>{w}}" for s, w in _COLUMNS)
        yield f"{one.run.name:<12}{counts}{one.seconds:>9.0f}"
        if one.code not in (0, 1, NOTHING_COLLECTED):
            yield f"{'':<12}  pytest ended with code {one.code}"


_COLUMNS = (("passed", 8), ("failed", 8), ("skipped", 9))


def _print_summary(outcomes: list[Outcome], required: frozenset[str]) -> bool:
    print("\n=== what ran on which engine ===")
    for line in table(outcomes):
        print(line)
    skips = never_run(outcomes)
    print("skipped on every engine:" if skips else "skipped on every engine: nothing")
    for reason, number in sorted(skips.items()):
        print(f"  {number} x {reason}")
    broken = [one for one in outcomes if one.failed(required)]
    for one in broken:
        if not one.executed:
            print(f"{one.run.name}: no test was run" + _demand(one, required))
    failed = sum(one.count("failed") for one in outcomes)
    silent = sum(1 for one in broken if not one.count("failed"))
    passed = sum(one.count("passed") for one in outcomes)
    print(f"{passed} passed, {failed + silent} failed, {sum(skips.values())} skipped")
    return bool(broken)


def _demand(one: Outcome, required: frozenset[str]) -> str:
    return " (ZHIAN_TEST_REQUIRE names it)" if one.run.part in required else ""


def main() -> int:
    """Run everything, print the table, and fail if anything failed."""
    parser = argparse.ArgumentParser(description="the suite on every engine")
    parser.add_argument("--only", action="append", choices=[run.part for run in RUNS])
    chosen, extra = parser.parse_known_args()
    required = frozenset(filter(None, os.environ.get("ZHIAN_TEST_REQUIRE", "").split(",")))
    runs = [run for run in RUNS if not chosen.only or run.part in chosen.only]
    outcomes = [execute(run, required, extra) for run in runs]
    return int(_print_summary(outcomes, required))


if __name__ == "__main__":
    sys.exit(main())
