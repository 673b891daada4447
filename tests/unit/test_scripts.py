"""The scripts that judge the house judge it rightly: nothing red is called green."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import audit, front_end, suite
from scripts.suite import BASE, RUNS, Outcome

ROOT = Path(__file__).resolve().parents[2]
SQLITE, POSTGRES, BROWSER = RUNS
NOTHING: frozenset[str] = frozenset()


def outcome(run: suite.Run, code: int = 0, **states: str) -> Outcome:
    """What a run came to, its tests given by name."""
    return Outcome(run, code=code, states=states, reasons=dict.fromkeys(states, "no reference"))


# --- the table of what ran on which engine


def test_a_report_of_pytest_is_read(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        """<testsuites><testsuite>
        <testcase classname="tests.a" name="good"/>
        <testcase classname="tests.a" name="bad"><failure message="1 != 2"/></testcase>
        <testcase classname="tests.a" name="left"><skipped message="no Chromium"/></testcase>
        <testcase classname="tests.a" name="late"/>
        <testcase classname="tests.a" name="late"><error message="teardown"/></testcase>
        </testsuite></testsuites>"""
    )
    assert list(suite.read_report(report)) == [
        ("tests.a::good", "passed", ""),
        ("tests.a::bad", "failed", "1 != 2"),
        ("tests.a::left", "skipped", "no Chromium"),
        ("tests.a::late", "failed", "teardown"),
    ]


@pytest.mark.parametrize(
    ("one", "required", "red"),
    [
        (outcome(SQLITE, a="passed"), NOTHING, False),
        (outcome(SQLITE, 1, a="failed"), NOTHING, True),
        (outcome(SQLITE, 2), NOTHING, True),  # pytest was interrupted
        (outcome(BROWSER, 5), NOTHING, False),
        (outcome(BROWSER, 5), frozenset({"browser"}), True),
        (outcome(BROWSER, a="skipped"), frozenset({"browser"}), True),
        (Outcome(POSTGRES, absent="not installed"), NOTHING, False),
        (Outcome(POSTGRES, absent="not installed"), frozenset({"postgres"}), True),
    ],
)
def test_what_keeps_the_suite_from_being_green(
    one: Outcome, required: frozenset[str], red: bool
) -> None:
    assert one.failed(required) is red


def test_only_what_no_engine_ran_counts_as_skipped() -> None:
    outcomes = [outcome(SQLITE, a="skipped", b="skipped"), outcome(POSTGRES, a="passed")]
    assert suite.never_run(outcomes) == {"no reference": 1}


def test_the_table_names_the_engine_that_is_not_there() -> None:
    lines = list(suite.table([outcome(SQLITE, a="passed"), Outcome(POSTGRES, absent="no initdb")]))
    assert lines[1].split() == ["SQLite", "1", "0", "0", "0"]
    assert lines[2].split(None, 1) == ["PostgreSQL", "not run: no initdb"]


def test_the_three_runs_leave_no_test_out() -> None:
    assert SQLITE.arguments == ("-m", BASE)
    assert "postgres" not in POSTGRES.arguments[-1] and "slow" not in "".join(POSTGRES.arguments)
    assert BROWSER.arguments[-2:] == ("-m", "browser")


# --- ZHIAN_TEST_REQUIRE

SKIPPING = """
import pytest
@pytest.mark.browser
def test_page(): pytest.skip("Chromium is not installed")
@pytest.mark.postgres
def test_role(): pass
"""


def judged(folder: Path, require: str) -> subprocess.CompletedProcess[str]:
    """A run of its own over two tests that cannot run here."""
    (folder / "test_two.py").write_text(SKIPPING)
    options = ["-n", "0", "-m", "", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder / "test_two.py")],
        cwd=ROOT,
        env={n: v for n, v in os.environ.items() if not n.startswith("ZHIAN_DATABASE")}
        | {"ZHIAN_TEST_REQUIRE": require},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("require", "code", "words"),
    [
        ("", 0, "2 skipped"),
        ("browser", 1, "1 failed, 1 skipped"),
        ("browsers", 4, "known are browser, postgres, reference, spark"),
    ],
)
def test_what_is_required_may_not_be_skipped(
    tmp_path: Path, require: str, code: int, words: str
) -> None:
    done = judged(tmp_path, require)
    assert done.returncode == code, done.stdout + done.stderr
    assert words in done.stdout + done.stderr


# --- known vulnerabilities


def package(name: str, **more: Any) -> dict[str, Any]:
    """One package of pip-audit's answer."""
    return {"name": name, "version": "1.0", "vulns": [], **more}


HOLE = {"id": "PYSEC-1", "fix_versions": ["1.1"]}


@pytest.mark.parametrize(
    ("packages", "last"),
    [
        ([package("a"), package("b")], "pip-audit: clean (2 packages)"),
        ([package("a", vulns=[HOLE]), package("b")], "pip-audit: 1 known vulnerabilities"),
        (
            [package("a", skip_reason="not found"), package("b")],
            "pip-audit: 1 of 2 not checked, the rest clean",
        ),
        (
            [package("a", skip_reason="not found")],
            "pip-audit: not checked (the service answered for none of 1 packages)",
        ),
    ],
)
def test_the_audit_says_what_was_found(packages: list[dict[str, Any]], last: str) -> None:
    assert audit.verdict({"dependencies": packages}).splitlines()[-1] == last


def test_an_unreachable_service_is_not_called_clean() -> None:
    assert audit.verdict(None) == "pip-audit: not checked (the service could not be reached)"


# --- front-end files


@pytest.mark.parametrize(
    "text", ["a{}\n/*# sourceMappingURL=a.css.map */", "a{}\n/*# sourceMappingURL=a.css.map*/\n"]
)
def test_a_source_map_that_is_not_shipped_is_not_named(text: str) -> None:
    assert front_end._without_source_map(text) == "a{}\n"


def test_a_list_of_files_is_what_sha256sum_checks(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "SHA256SUMS").write_text(front_end.list_of(tmp_path))
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path)
    assert done.returncode == 0
