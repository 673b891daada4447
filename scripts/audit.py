"""Known vulnerabilities of the locked packages, by pip-audit.

python scripts/audit.py

Ends in one of three words: clean, vulnerable (exit 1), or not checked — an unreachable service
is never called clean.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements-dev.lock"  # holds the packages of requirements.lock too, at the same versions
PATIENCE = 240  # seconds


def ask(lock: str = LOCK) -> dict[str, Any] | None:
    """The answer of the service, or None where there is none."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / lock)]
    options = ["--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            [*command, *options, "--timeout", "10"],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return answer


def findings(answer: dict[str, Any]) -> list[str]:
    """One line per vulnerability."""
    return [
        f"{package['name']} {package['version']}: {found['id']}, "
        f"fixed in {', '.join(found['fix_versions']) or 'no version yet'}"
        for package in answer["dependencies"]
        for found in package.get("vulns", ())
    ]


def passed_over(answer: dict[str, Any]) -> list[str]:
    """Packages that the service could not judge."""
    return [
        f"{package['name']}: {package['skip_reason']}"
        for package in answer["dependencies"]
        if "skip_reason" in package
    ]


def verdict(answer: dict[str, Any] | None) -> str:
    """The line of the summary."""
    if answer is None:
        return "pip-audit: not checked (the service could not be reached)"
    found, unknown, all_of = findings(answer), passed_over(answer), len(answer["dependencies"])
    if found:
        return "\n".join([*found, f"pip-audit: {len(found)} known vulnerabilities"])
    if len(unknown) == all_of:
        return f"pip-audit: not checked (the service answered for none of {all_of} packages)"
    if unknown:
        rest = f"{len(unknown)} of {all_of} not checked, the rest clean"
        return "\n".join([*unknown, f"pip-audit: {rest}"])
    return f"pip-audit: clean ({all_of} packages)"


def main() -> int:
    """Ask, and say it in one line."""
    answer = ask()
    print(verdict(answer))
    return int(bool(answer and findings(answer)))


if __name__ == "__main__":
    sys.exit(main())
