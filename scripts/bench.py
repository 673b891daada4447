"""Every figure of the README, by its script: `make bench`.

python scripts/bench.py [NAME]…

Each script of benchmarks/ prints its own figures and ends with 0 when they are within the bounds
that it names. Scripts that begin with an underscore are shared parts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def scripts(names: list[str]) -> list[Path]:
    """The chosen scripts, or all."""
    found = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
    return [path for path in found if not names or path.stem in names]


def run(script: Path) -> bool:
    """One script in a data folder of its own; whether its bounds held."""
    print(f"\n=== {script.stem} ===", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="zhian-bench-") as folder:
        environment = {"ZHIAN_DATA": folder} | os.environ
        done = subprocess.run([sys.executable, str(script)], cwd=ROOT, env=environment, check=False)
    print(f"{script.stem}: {'held' if done.returncode == 0 else 'NOT HELD'}", end=" ")
    print(f"({time.monotonic() - began:.0f} s)")
    return done.returncode == 0


def main() -> int:
    """Run them one after another: two cores are for one figure at a time."""
    chosen = scripts(sys.argv[1:])
    if not chosen:
        print("no such script in benchmarks/")
        return 1
    missed = [script.stem for script in chosen if not run(script)]
    print(f"\n{len(chosen) - len(missed)} held, {len(missed)} not: {', '.join(missed) or '-'}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
