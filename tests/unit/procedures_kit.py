"""Small helpers for the tests of procedures."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path

import pytest

from zhian.law.check import CHECKS, DATA, Problem, problems
from zhian.law.procedure import Procedure
from zhian.law.procedure_file import parse_procedure

TOY = Path(__file__).parent / "toy"
TOY_CLASSES = """
toy_class = [
  { key = "I", zh = "一级", en = "I" },
  { key = "II", zh = "二级", en = "II" },
  { key = "III", zh = "三级", en = "III" },
]
"""
PATHS = "zhian.law.procedure_paths:check_paths"
PROCEDURE_CHECKS = tuple(name for name in CHECKS if "procedure" in name)
REFERENCE_CHECKS = tuple(name for name in PROCEDURE_CHECKS if name != PATHS)
FRAME = """
[procedure]
kind = "box"
version = "1"
valid_from = 2026-01-01
zh = "箱"
en = "Box"
[phases]
one = { zh = "一", en = "One" }
two = { zh = "二", en = "Two" }
three = { zh = "三", en = "Three" }
end = { zh = "完", en = "End", closed = true }
"""


def box(acts: str) -> Procedure:
    """A procedure of three phases and a closing, with the acts given as TOML."""
    return parse_procedure(tomllib.loads(FRAME + acts), "procedures/box.toml")


def as_shipped(folder: Path) -> Path:
    """The shipped data in a folder of its own, so that a test may spoil it; again: as it was."""
    data = folder / "data"
    shutil.rmtree(data / "procedures", ignore_errors=True)
    shutil.copytree(DATA, data, dirs_exist_ok=True)
    return data


def found(folder: Path, checks: tuple[str, ...] = PROCEDURE_CHECKS) -> list[Problem]:
    """What the checks of procedures find in a data folder."""
    return list(problems(folder, checks))


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there exactly as written."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def drafts() -> Path:
    """The folder of reference drafts; the test is skipped where it is absent."""
    root = os.environ.get("ZHIAN_REFERENCE", "../shared/reference")
    folder = Path(root) / "procedures"
    if not folder.is_dir():
        pytest.skip("no reference drafts (ZHIAN_REFERENCE)")
    return folder
