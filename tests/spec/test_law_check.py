"""What is taken out of the data is missed: `zhian law check` names file and table and exits 1."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from zhian.law.check import CHECKS, problems
from zhian.law.commands import main
from zhian.law.rules import DATA, Rule, book
from zhian.law.rules_file import read_folder

RULES = ("zhian.law.rule_checks:rules",)
REGISTER = ("zhian.law.rule_checks:register",)
SEARCH = "zhian.law.procedure_paths:check_paths"  # walks every procedure; the shell runs it below
PROCEDURES = tuple(name for name in CHECKS if name.startswith("zhian.law.procedure"))
TABLES = tuple(name for name in CHECKS if name != SEARCH)
FILES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.toml"))
# Between two versions of a duty there is no day without a rule. A hole that the law leaves would
# be listed here as (duty, first day, last day), with its reason.
HOLES: list[tuple[str, str, str]] = []
# Rules of duties.toml, which stays where the rules of deadlines/ are emptied.
KEPT = {"case.remedy"}

Edit = Callable[[str], str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped data."""
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def without(pattern: str, replacement: str = "") -> Edit:
    """Takes out (or replaces) what stands once in a file."""

    def edit(text: str) -> str:
        found, times = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE | re.DOTALL)
        assert times == 1, pattern
        return found

    return edit


def without_table(name: str) -> Edit:
    return without(rf'^\["?{re.escape(name)}"?\]\n.*?(?=^\[|\Z)')


def in_table(name: str, pattern: str, replacement: str = "") -> Edit:
    """Takes out (or replaces) what stands in one table."""

    def edit(text: str) -> str:
        start = re.search(rf'^\["?{re.escape(name)}"?\]\n', text, re.MULTILINE)
        assert start is not None, name
        end = text.find("\n[", start.end())
        end = len(text) if end < 0 else end
        inside = without(pattern, replacement)(text[start.end() : end])
        return text[: start.end()] + inside + text[end:]

    return edit


def second_version(name: str) -> Edit:
    """The same rule again under another id: two versions of one duty hold on the same days."""

    def edit(text: str) -> str:
        found = re.search(
            rf'^\["{re.escape(name)}"\]\n.*?(?=^\[|\Z)', text, re.MULTILINE | re.DOTALL
        )
        assert found is not None, name
        return text + "\n" + found.group().replace(f'["{name}"]', f'["{name}-X"]')

    return edit


@dataclass(frozen=True)
class Damage:
    """What is done to one file, and the place that the check must name."""

    what: str
    file: str
    edit: Edit
    named: str
    at: str = ""
    checks: tuple[str, ...] = RULES

    @property
    def place(self) -> str:
        return f"{self.at or self.file}, [{self.named}]"


DAMAGES = (
    Damage(
        "the article of a rule",
        "deadlines/case.toml",
        in_table("PUN-64", r'^article = "64"\n'),
        "PUN-64",
    ),
    Damage(
        "a phase of a procedure",
        "procedures/rectification.toml",
        in_table("phases", r"^review = .*?\n"),
        "act.report",
        checks=PROCEDURES,
    ),
    Damage(
        "a gate that a procedure names",
        "gates.toml",
        without_table("G-PUN-22"),
        "gates",
        at="register.toml",
        checks=REGISTER,
    ),
    Damage(
        "a gate of the house",
        "house_gates.toml",
        without_table("RECT-DAY"),
        "act.order",
        at="procedures/rectification.toml",
        checks=PROCEDURES,
    ),
    Damage(
        "the duty that a rule states",
        "deadlines/disposal.toml",
        in_table("SMP-45", r'^duty = "disposal.finish"\n'),
        "SMP-45",
    ),
    Damage(
        "a duty that no rule states",
        "duties.toml",
        without_table("rectification.term"),
        "act.order",
        at="procedures/rectification.toml",
        checks=PROCEDURES,
    ),
    Damage(
        "a source",
        "sources.toml",
        without_table("SCHOOL"),
        "SCH-11",
        at="deadlines/school.toml",
    ),
    Damage(
        "an English text",
        "deadlines/complaint.toml",
        in_table("CMP-15", r'(^title = \{ zh = "[^"]*"), en = "[^"]*"', r"\1"),
        "CMP-15",
    ),
    Damage(
        "an end: two versions overlap",
        "deadlines/complaint.toml",
        second_version("CMP-15"),
        "CMP-15-X",
    ),
)


def damaged(folder: Path, damage: Damage) -> Path:
    path = folder / damage.file
    path.write_text(damage.edit(path.read_text("utf-8")), "utf-8")
    return folder


@pytest.mark.parametrize("damage", DAMAGES, ids=[damage.what for damage in DAMAGES])
def test_what_is_taken_out_is_missed(data: Path, damage: Damage) -> None:
    assert list(problems(data, damage.checks)) == []
    found = [problem.text() for problem in problems(damaged(data, damage), damage.checks)]
    assert any(line.startswith(damage.place) for line in found), found


@pytest.mark.parametrize("damage", DAMAGES[:2], ids=[damage.what for damage in DAMAGES[:2]])
def test_the_command_says_so_to_the_shell(data: Path, damage: Damage) -> None:
    command = [sys.executable, "-m", "zhian.cli", "law", "check", "--data"]
    done = subprocess.run(
        [*command, str(damaged(data, damage))], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert f"\n{damage.place}" in f"\n{done.stdout}"


# --- not one of a kind, but every one -------------------------------------------------------------


def tables(node: object, name: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table of a document under its dotted name."""
    if isinstance(node, list):
        for item in node:
            yield from tables(item, name)
    if isinstance(node, dict):
        yield name, node
        for key, value in node.items():
            yield from tables(value, f"{name}.{key}" if name else key)


def rewritten(folder: Path, edit: Edit) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Edits every file; what stood in each table before."""
    for file in FILES:
        text = (folder / file).read_text("utf-8")
        for name, table in tables(tomllib.loads(text)):
            yield file, name, table
        (folder / file).write_text(edit(text), "utf-8")


def places(folder: Path) -> set[tuple[str, str]]:
    return {(problem.file, problem.table) for problem in problems(folder, TABLES)}


def test_every_article_of_every_file_is_missed(data: Path) -> None:
    def edit(text: str) -> str:
        alone = re.sub(r"^article = .*\n", "", text, flags=re.MULTILINE)
        return re.sub(r', article = "[^"]*"', "", alone)

    rows = list(rewritten(data, edit))
    had = {(file, name) for file, name, table in rows if table.get("article")}
    assert len(had) > 1000
    assert had - places(data) == set()


def test_every_english_text_of_every_file_is_missed(data: Path) -> None:
    def edit(text: str) -> str:
        inside = re.sub(r', en = "(?:[^"\\]|\\.)*"', "", text)
        return re.sub(r"^en = .*\n", "", inside, flags=re.MULTILINE)

    rows = list(rewritten(data, edit))
    had = {(file, name) for file, name, table in rows if {"zh", "en"} <= table.keys()}
    assert len(had) > 4000
    assert had - places(data) == set()


@pytest.mark.parametrize(
    ("group", "files"),
    [
        ("rules", ["deadlines/*.toml"]),
        ("duties", ["deadlines/*.toml", "duties.toml"]),
        ("gates", ["gates.toml"]),
        ("sources", ["sources.toml"]),
    ],
)
def test_every_rule_duty_gate_and_source_that_is_gone_is_missed(
    data: Path, group: str, files: list[str]
) -> None:
    for pattern in files:
        for path in data.glob(pattern):
            path.write_text("", "utf-8")
    released = tomllib.loads((data / "register.toml").read_text("utf-8"))[group]
    missing = [p.text("en") for p in problems(data, REGISTER) if p.table == group]
    for key in released:
        assert any(f"[{group}]: {key} was released" in line for line in missing) or key in KEPT


def test_the_register_holds_all_there_is() -> None:
    released = tomllib.loads((DATA / "register.toml").read_text("utf-8"))
    sources, rules, _ = read_folder(DATA)
    assert set(released["rules"]) == {r.id for r in rules if r.source is not None}
    assert set(released["duties"]) == {key for rule in rules for key in rule.duties}
    assert set(released["gates"]) == tomllib.loads((DATA / "gates.toml").read_text("utf-8")).keys()
    assert set(released["sources"]) == sources.keys()


def several_versions() -> list[tuple[Rule, ...]]:
    versions = (book().versions(key) for key in book().duties())
    return [rules for rules in versions if len(rules) > 1]


def test_every_later_version_that_begins_too_early_overlaps(data: Path) -> None:
    wanted = set()
    for versions in several_versions():
        for one, other in pairwise(versions):
            path = data / other.file
            begin = f"valid_from = {one.valid_to}\nverified"
            earlier = in_table(other.id, r"^(valid_from = [^\n]*\n)?([^\n]*\n)?verified", begin)
            path.write_text(earlier(path.read_text("utf-8")), "utf-8")
            wanted.add(frozenset((one.id, other.id)))
    found = {frozenset((p.table, re.findall(r"与 (\S+) 同属", p.text())[0]))
             for p in problems(data, RULES)}  # fmt: skip
    assert wanted <= found
    assert len(wanted) > 20


# --- holes ----------------------------------------------------------------------------------------


def test_the_holes_between_versions_are_these() -> None:
    found = [(h.duty, h.first.isoformat(), h.last.isoformat()) for h in book().holes()]
    assert found == HOLES


def test_a_hole_is_no_problem_but_is_listed_with_its_days(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data / "deadlines" / "complaint.toml"
    late = in_table("CMP-15", r"^verified", "valid_from = 2026-05-01\nverified")
    path.write_text(late(path.read_text("utf-8")), "utf-8")
    assert main(["check", "--data", str(data)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "0 problems"
    assert next(line for line in said if "2026-04-15 — 2026-04-30" in line).startswith(
        "complaint.accept: "
    )


def test_duties_with_several_versions_meet_without_a_gap() -> None:
    assert len(several_versions()) > 20
    for versions in several_versions():
        for one, other in pairwise(versions):
            assert one.valid_to is not None
            assert other.valid_from is not None
            assert (other.valid_from - one.valid_to).days == 1, (one.id, other.id)
