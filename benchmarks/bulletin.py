"""A provincial bulletin from the command to the intake desk: samples, rows and seconds.

    ZHIAN_REFERENCE=… python benchmarks/bulletin.py

The whole command is timed, start included; the limit is 20 s. A second import must add nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = "law/sampling/nonconforming_2026_bulletins.csv"
LIMIT_SECONDS = 20.0


def main() -> int:
    """Import twice into a fresh database and say what happened."""
    reference = Path(os.environ.get("ZHIAN_REFERENCE", ROOT.parent / "shared" / "reference"))
    file = reference / FILE
    if not file.exists():
        print(f"not measured: no {FILE} under ZHIAN_REFERENCE")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"ZHIAN_DATA": folder, "ZHIAN_SECOND_FACTOR": "optional"}
        _county()
        first, seconds = _timed(file)
        second, again = _timed(file)
    print(first)
    print(f"first import {seconds:.1f} s, second {again:.1f} s: {second.splitlines()[0]}")
    return 0 if seconds <= LIMIT_SECONDS else 1


def _county() -> None:
    from _filled import prepare

    prepare(Path(os.environ["ZHIAN_DATA"]))
    from django.core.management import call_command

    from zhian.demo import county

    call_command("migrate", verbosity=0)
    county.build(1, 50)


def _timed(file: Path) -> tuple[str, float]:
    began = time.monotonic()
    words = [sys.executable, "-m", "zhian.cli", "import", "bulletin", str(file)]
    done = subprocess.run(
        [*words, "--agency", "SCJG", "--received", "2026-11-20"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip(), time.monotonic() - began


if __name__ == "__main__":
    raise SystemExit(main())
