"""docs/coverage.md speaks the truth: every row stands, every named file and test exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d+ \|", line)
]
STATES = {"done", "partial", "not yet"}


def test_all_thirty_four_demands_have_a_row() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 35))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_row_claims_nothing_without_a_scenario(row: list[str]) -> None:
    _number, _demand, where, scenario, state = row
    assert state in STATES
    assert (state == "not yet") == (scenario == "—")
    for name in re.findall(r"`([^`]+)`", scenario):
        path, _, test = name.partition("::")
        assert (ROOT / path).is_file(), path
        if test:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), name
    if state == "done":
        assert "::" in scenario and where != "—"
