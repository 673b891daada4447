"""A machine that dies at any moment of an import: nothing is half done, lost or doubled."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.unit.test_bulletin_files import HEAD, ROW, workbook

SAMPLES, KILLS = 300, 50
ROOT = Path(__file__).parents[2]
IMPORT = textwrap.dedent(
    """
    import sys
    import django
    django.setup()
    from datetime import date
    from pathlib import Path
    from zhian.apps.laboratory.bulletins import import_bulletin
    from zhian.desk.actors import Actor
    from zhian.directory.models import Agency
    agency = Agency.objects.get(code="SYSJ")
    print("ready", flush=True)
    report = import_bulletin(Path(sys.argv[1]), agency=agency, received=date(2026, 9, 18),
                             by=Actor.importer("bulletin"))
    print(report.samples_added, report.samples_known, flush=True)
    """
)
PREPARE = "import django; django.setup(); from tests.builders import county; county()"


class Machine:
    """One installation with its own SQLite database, and imports that may be killed on it."""

    def __init__(self, folder: Path, bulletin: Path) -> None:
        self.folder, self.bulletin = folder, bulletin
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("ZHIAN_")}
        self.env |= {"ZHIAN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "zhian.config.settings"}

    @property
    def database(self) -> Path:
        return self.folder / "zhian.sqlite3"

    def run(self, *words: str) -> None:
        subprocess.run([sys.executable, *words], env=self.env, cwd=ROOT, check=True, timeout=120)

    def prepare(self) -> None:
        """A migrated database with a county in it."""
        self.run("manage.py", "migrate", "-v0")
        self.run("-c", PREPARE)

    def start(self) -> subprocess.Popen[str]:
        """An import that has just begun."""
        words = [sys.executable, "-c", IMPORT, str(self.bulletin)]
        run = subprocess.Popen(words, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
        return run

    def finish(self) -> tuple[int, int]:
        """An import that nobody kills: samples added, samples known."""
        added, known = self.start().communicate(timeout=120)[0].split()
        return int(added), int(known)

    def kill_after(self, seconds: float) -> bool:
        """SIGKILL so long after the beginning; whether it was still at work."""
        run = self.start()
        time.sleep(seconds)
        alive = run.poll() is None
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=30)
        return alive

    def restore(self, template: Path) -> None:
        """A fresh database again."""
        for old in self.folder.glob("zhian.sqlite3*"):
            old.unlink()
        shutil.copyfile(template, self.database)


def whole(database: Path) -> int:
    """Every sample has its matter, act, result and clocks; numbers run without gap or double."""
    with sqlite3.connect(database) as connection:
        ask = lambda sql: connection.execute(sql).fetchone()[0]  # noqa: E731
        samples = ask("select count(*) from laboratory_sample")
        for table in ("laboratory_disposal", "laboratory_sampleresult", "desk_matter", "desk_act"):
            assert ask(f"select count(*) from {table}") == samples, table
        assert ask("select count(*) from desk_clock") == 3 * samples
        assert ask("select count(distinct number) from laboratory_sample") == samples
        assert ask("select count(distinct number) from desk_matter") == samples
        highest = ask("select coalesce(max(substr(number, -6)), 0) from desk_matter")
        assert int(highest) == samples
        done = ask("select coalesce(max(samples_done), 0) from laboratory_bulletin")
        assert done <= SAMPLES
        assert ask("select count(*) from laboratory_bulletin") <= 1
        assert ask("pragma integrity_check") == "ok"
    return int(samples)


@pytest.mark.slow
def test_killed_at_fifty_moments_every_sample_stands_once(tmp_path: Path) -> None:
    """Killed, looked at, begun again until it is whole; then from the start, fifty times in all."""
    rows = ((f"XBJ{n:05d}", *ROW[1:]) for n in range(SAMPLES))
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(HEAD, *rows))
    machine = Machine(tmp_path / "data", path)
    machine.prepare()
    template = tmp_path / "template.sqlite3"
    shutil.copyfile(machine.database, template)
    began = time.monotonic()
    assert machine.finish() == (SAMPLES, 0)
    takes = time.monotonic() - began
    chance, kills, rounds, seen = random.Random(20261124), 0, 0, set[int]()
    while kills < KILLS:
        machine.restore(template)
        rounds += 1
        while kills < KILLS and whole(machine.database) < SAMPLES:
            kills += machine.kill_after(chance.uniform(0, takes * 0.6))
            seen.add(whole(machine.database))
        added, known = machine.finish()
        assert added + known == SAMPLES
        assert whole(machine.database) == SAMPLES
        assert machine.finish() == (0, SAMPLES)
        machine.run("-m", "zhian.cli", "ledger", "verify")
    assert kills == KILLS
    assert len(seen - {0, SAMPLES}) >= 3, f"killed between batches only {seen} in {rounds} rounds"
