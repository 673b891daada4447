"""`zhian law check` on procedures: what is shipped is clean, every mistake is found by place."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.unit.procedures_kit import (
    PATHS,
    PROCEDURE_CHECKS,
    REFERENCE_CHECKS,
    TOY,
    TOY_CLASSES,
    as_shipped,
    change,
    found,
)
from zhian.law.check import DATA


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("law")


@pytest.fixture
def data(folder: Path) -> Path:
    return as_shipped(folder)


@pytest.fixture
def toy(data: Path) -> Path:
    for path in (TOY / "procedures").glob("*.toml"):
        shutil.copy(path, data / "procedures")
    with (data / "choices.toml").open("a", encoding="utf-8") as choices:
        choices.write(TOY_CLASSES)
    return data


def lines(folder: Path, checks: tuple[str, ...] = PROCEDURE_CHECKS) -> list[str]:
    return [problem.text("en") for problem in found(folder, checks)]


def about_paths(expected: str) -> bool:
    """Whether a sentence comes from the search, which takes longer than reading."""
    return any(
        word in expected for word in ("running", "closes", "runs", "reaches", "hold", "tell")
    )


def test_what_is_shipped_has_no_problem() -> None:
    assert lines(DATA) == []


def test_the_toy_with_every_key_has_no_problem(toy: Path) -> None:
    assert lines(toy) == []


def test_a_deleted_phase_is_found(data: Path) -> None:
    path = data / "procedures" / "rectification.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^review = .*\n", "", text), encoding="utf-8")
    assert "procedures/rectification.toml, [act.report]: no such phase: 'review'" in lines(data)


def test_a_deleted_article_is_found(data: Path) -> None:
    path = data / "deadlines" / "sampling.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'\["SMP-29"\]\n(?:.+\n)+', "", text), encoding="utf-8")
    assert (
        "procedures/disposal.toml, [act.open]: no rule states the duty 'disposal.notify'"
        in lines(data)
    )


def test_a_deleted_gate_is_found(data: Path) -> None:
    path = data / "gates.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'\["G-PUN-22"\]\n(?:.+\n)+', "", text), encoding="utf-8")
    problems = lines(data, REFERENCE_CHECKS)
    assert "procedures/disposal.toml, [act.control]: no such gate: 'G-PUN-22'" in problems
    assert "gates.toml, [G-PUN-22]: has a check but no rule" in problems


def test_a_deleted_act_is_found_where_it_is_told_and_where_it_is_needed(data: Path) -> None:
    path = data / "procedures" / "disposal.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"\[act\.notified\]\n(?:.+\n)+", "", text), encoding="utf-8")
    problems = lines(data)
    where = "procedures/disposal.toml, "
    assert where + "[act.notify]: no act 'notified' that a child performs" in problems
    assert where + "[act.conclude]: no such act: 'notified'" in problems


DISPOSAL, RECT, SERVICE, TASK = "disposal", "rectification", "service", "task"


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        (TASK, 'posts = ["@giver"]', 'posts = ["@gifer"]', "no such relation: '@gifer'"),
        (TASK, '"county_leader"', '"county_reader"', "no such post: 'county_reader'"),
        (TASK, 'by = ["child"]', 'by = ["orphan"]', "no such kind of actor: 'orphan'"),
        (TASK, 'matter = "matter"', 'matter = "mater"', "no such field type: 'mater'"),
        (TASK, "choice:task_origin", "choice:origins", "no such list of choices: 'origins'"),
        (TASK, 'starts = ["task.take"', 'starts = ["task.grab"', "states the duty 'task.grab'"),
        (TASK, 'stops = ["task.take"]', 'stops = ["task.took"]', "starts the clock 'task.took'"),
        (TASK, 'due = "until"', 'due = "untill"', "no such usable field: 'untill'"),
        (TASK, '"TASK-PARTS"', '"TASK-PANTS"', "no such gate: 'TASK-PANTS'"),
        (TASK, 'notices = ["giver"]', 'notices = ["gifer"]', "no such recipient: 'gifer'"),
        (TASK, 'after = ["split"]', 'after = ["spilt"]', "no such act: 'spilt'"),
        (TASK, 'clears = ["ask_more_time"]', 'clears = ["ask"]', "no such act: 'ask'"),
        (TASK, 'verb = "direct", as', 'verb = "take", as', "task@1 has no opening act 'take'"),
        (TASK, '"cancel", "settled"]', '"settled"]', "nobody hears when task ends with 'cancel'"),
        (TASK, '"cancel", "settled"]', '"cancel", "settled", "x"]', "task has no act 'x'"),
        (TASK, 'children = ["task"]', 'children = ["case"]', "opens a child of kind 'case'"),
        (TASK, 'each = "parts"', 'each = "part"', "no such list: 'part'"),
        (TASK, 'en = "Remind"', 'en = ""', "lacks its zh or en words"),
        (TASK, 'done_zh = "已催办。"', 'done_zh = ""', "lacks its zh or en words"),
        (TASK, 'closed = true', 'closed = false', "no phase is closed"),
        (RECT, '["rectification_order"]', '["order_slip"]', "no such document: 'order_slip'"),
        (RECT, 'lifts = ["rectifying"]', 'lifts = ["fixing"]', "no such standing: 'fixing'"),
        (RECT, 'if = "product_check"', 'if = "product"', "yes-or-no fact: 'product'"),
        (RECT, 'product_check = "bool"', 'product_check = "int"', "fact: 'product_check'"),
        (RECT, '{ document = "rectification_order" }', '{ paper = "x" }', "no field 'paper'"),
        (RECT, '{ document = "rectification_order" }', '{ document = "x" }', "no such source: 'x'"),
        (RECT, 'text = "text", office = "office", deadline = "deadline" }', 'office = "office" }',
         "nothing fills 'deadline', which task needs"),
        (RECT, 'stops = ["spot.recheck"]\nstarts = [{ duty', 'starts = ["spot.recheck", { duty',
         "starts spot.recheck, which is running already"),
        (RECT, '{ duty = "rectification.term", due = "until" }]', '"rectification.term"]',
         "the act must name the day of rectification.term"),
        (DISPOSAL, 'stops = ["disposal.begin"]', "once = true",
         "the clock disposal.begin runs"),
        (DISPOSAL, 'duty = "disposal.notify", at =', 'duty = "disposal.notify", due =',
         "the law sets the day of disposal.notify"),
        (DISPOSAL, 'extends = [{ duty = "disposal.finish"', 'extends = [{ duty = "retest.window"',
         "retest.window may not be extended"),
        (DISPOSAL, ', due = "until" }]', " }]", "gives no length: a field must name the day"),
        (DISPOSAL, 'stops = ["disposal.finish"]', 'stops = ["disposal.begin"]',
         "closes while the clock disposal.finish runs"),
        (DISPOSAL, 'kind = "rectification"', 'kind = "correction"',
         "no such kind of matter: 'correction'"),
        (DISPOSAL, 'to = "publication"', 'to = "handling"', "reaches the phase 'publication'"),
        (SERVICE, 'to = "announced"', 'to = "open"', "reaches the phase 'announced'"),
        (SERVICE, 'by = ["official", "operator"]\nposts = ["@handler"]', 'by = ["official"]',
         "no post is named that may do this"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_and_names_its_file(
    data: Path, kind: str, old: str, new: str, expected: str
) -> None:
    change(data / "procedures" / f"{kind}.toml", old, new)
    checks = (PATHS,) if about_paths(expected) else REFERENCE_CHECKS
    hits = [line for line in lines(data, checks) if expected in line]
    assert hits and hits[0].startswith(f"procedures/{kind}.toml, [")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('reason = "testing"', 'reason = "lunch"', "does not stop for 'lunch'"),
        ("{ duty = \"recall.start.{class}\", at", "{ duty = \"recall.start.{size}\", at",
         "no rule states the duty 'recall.start.{size}'"),
        ('other_than = ["doubt"]', 'other_than = ["doubts"]', "no such act: 'doubts'"),
        ('gates = ["G-PUN-49"]\nstops = "all"', 'stops = "all"',
         "although the gate 'G-PUN-49' does not hold"),
        ('refused = "doubt"', 'refused = "doubts"', "no such act: 'doubts'"),
        ('urgent = "urgent"', 'urgent = "until"', "no such usable field: 'until'"),
        ('within = "seizure.approve"', 'within = "seizure.agree"', "the duty 'seizure.agree'"),
        ('"!doubt", "cleared"', '"!doubts", "cleared"', "names no act: 'doubts'"),
        ('silent = ["dropped"]', "silent = []", "nobody hears when toy_visit ends with 'dropped'"),
        ('children = ["toy_visit"]', "children = []", "may tell this in 'tested'"),
        ('"recall.progress.{class}", "task.report"]', '"task.report"]',
         "closes while the clock recall.progress.{class} runs"),
    ],
)  # fmt: skip
def test_mistakes_that_only_the_toy_can_make(toy: Path, old: str, new: str, expected: str) -> None:
    change(toy / "procedures" / "stall.toml", old, new)
    checks = (PATHS,) if about_paths(expected) else REFERENCE_CHECKS
    hits = [line for line in lines(toy, checks) if expected in line]
    assert hits and hits[0].startswith("procedures/stall.toml, [")


def test_each_choice_of_a_family_of_duties_is_checked(toy: Path) -> None:
    change(toy / "choices.toml", '{ key = "III", zh = "三级", en = "III" }',
           '{ key = "IV", zh = "四级", en = "IV" }')  # fmt: skip
    assert "procedures/stall.toml, [act.ask]: no rule states the duty 'recall.start.IV'" in lines(
        toy
    )


def test_a_file_that_cannot_be_read_is_one_problem_and_the_others_are_still_checked(
    data: Path,
) -> None:
    change(data / "procedures" / "task.toml", "[act.take]", "[act.take")
    change(data / "procedures" / "service.toml", "[procedure]", "[procedure]\ncolour = 'red'")
    problems = lines(data)
    assert any(line.startswith("procedures/task.toml: cannot be read") for line in problems)
    assert "procedures/service.toml, [procedure]: unknown key 'colour'" in problems
    assert any("no such kind of matter: 'service'" in line for line in problems)


def test_overlapping_versions_are_found(data: Path) -> None:
    shutil.copy(data / "procedures" / "task.toml", data / "procedures" / "task_new.toml")
    change(data / "procedures" / "task_new.toml", 'version = "1"', 'version = "2"')
    assert any("task@2 begins on 2000-01-01 while" in line for line in lines(data))


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("documents.toml", 'series = "rectification"', 'series = "none"', "documents.toml, [rect"),
        ("standings.toml", 'en = "Closed down"', 'en = ""', "standings.toml, [closed_down]"),
        ("fields.toml", 'zh = "主体", en = "Operator"', 'zh = "主体"', "fields.toml, [operator]"),
        ("choices.toml", 'en = "By post"', 'en = ""', "choices.toml, [service_method]"),
    ],
)
def test_the_lists_beside_the_procedures_are_checked(
    data: Path, file: str, old: str, new: str, expected: str
) -> None:
    change(data / file, old, new)
    assert any(line.startswith(expected) for line in lines(data, REFERENCE_CHECKS))


def test_problems_are_said_in_chinese_too(data: Path) -> None:
    change(data / "procedures" / "task.toml", '"TASK-PARTS"', '"TASK-PANTS"')
    (problem,) = found(data, REFERENCE_CHECKS)
    assert problem.text("zh") == "procedures/task.toml, [act.split]: 没有门槛 'TASK-PANTS'"
