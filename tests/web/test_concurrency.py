"""Many processes write at once: nothing is lost, no number is given twice, nobody is locked out."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests.builders import County, county
from tests.web import writers
from zhian.desk import timing
from zhian.desk.clockwork import reminders
from zhian.desk.engine.perform import open_matter
from zhian.desk.kinds import Opening
from zhian.desk.ledger import chain
from zhian.desk.models import (
    Act,
    Clock,
    Document,
    DocumentSeries,
    LedgerRoot,
    Matter,
    Notice,
    Reminder,
)

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300
SIZES = [(4, 15), pytest.param(8, 200, marks=pytest.mark.slow)]

pytestmark = pytest.mark.django_db(transaction=True)
Together = Callable[..., list[Any]]


@pytest.fixture
def here() -> Iterator[County]:
    with writers.stamps():
        yield county()


@pytest.fixture
def together(tmp_path: Path) -> Together:
    """Run one job in several processes that start at the same moment."""

    def run(job: str, processes: int, count: int) -> list[Any]:
        folder = tmp_path / f"{job}-{time.monotonic_ns()}"
        folder.mkdir()
        known = {key: str(connection.settings_dict[key]) for key in ("NAME", "USER", "PASSWORD")}
        connection.close()
        environment = os.environ | {"WRITERS_DATABASE": json.dumps(known)}
        command = [sys.executable, "-m", "tests.web.writers", job]
        running = subprocess.Popen(
            [*command, str(processes), str(count), str(folder)],
            env=environment,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        return _answers(running, processes, folder)

    return run


def _answers(running: subprocess.Popen[str], processes: int, folder: Path) -> list[Any]:
    deadline = time.monotonic() + writers.WAIT
    while len(list(folder.glob("ready-*"))) < processes:
        assert time.monotonic() < deadline and running.poll() is None, "a writer did not start"
        time.sleep(0.01)
    (folder / "go").touch()
    errors = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == 0, errors
    files = [folder / f"done-{n}.json" for n in range(processes)]
    assert all(file.exists() for file in files), errors
    answers = [json.loads(file.read_text()) for file in files]
    assert [answer["wrong"] for answer in answers] == [""] * len(answers), errors
    return [answer["told"] for answer in answers]


def numbers(series: str) -> list[int | None]:
    found = Document.objects.filter(series__series=series)
    return list(found.order_by("serial").values_list("serial", flat=True))


@pytest.mark.parametrize(("processes", "count"), SIZES)
def test_writers_on_many_matters_of_one_series(
    here: County, together: Together, processes: int, count: int
) -> None:
    """Each writer opens its matters, then issues a document of the one series on each."""
    total = processes * count
    acts = together("begin_and_issue", processes, count)
    assert len({pk for told in acts for pk in told}) == total
    assert Act.objects.count() == 2 * total
    assert numbers("rectification") == list(range(1, total + 1))
    assert DocumentSeries.objects.get(series="rectification").last == total
    taken = sorted(int(n[-6:]) for n in Matter.objects.values_list("number", flat=True))
    assert taken == list(range(1, total + 1))
    assert chain.verify().whole


@pytest.mark.parametrize(("processes", "count"), SIZES)
def test_writers_on_one_matter(
    here: County, together: Together, processes: int, count: int
) -> None:
    """Everybody writes notes on one matter: one chain without a gap."""
    writers.begin(0, 1, lambda pk: None)
    acts = together("note", processes, count)
    assert len({pk for told in acts for pk in told}) == processes * count
    matter = Matter.objects.get()
    assert matter.seq == 1 + processes * count
    seqs = matter.acts.order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, matter.seq + 1))
    texts = {act.data["text"] for act in matter.acts.filter(verb="note")}
    assert texts == {f"{n}-{i}" for n in range(processes) for i in range(count)}
    report = chain.verify()
    assert report.whole and report.acts == matter.seq


def test_of_two_movers_one_is_refused_and_sees_what_changed(
    here: County, together: Together
) -> None:
    contests = 20
    writers.begin(0, contests, lambda pk: None)
    first, second = together("move", 2, contests)
    for one, other in zip(first, second, strict=True):
        assert sorted([one[0], other[0]]) == ["moved", "refused"]
        moved, refused = (one, other) if one[0] == "moved" else (other, one)
        assert (moved[1], refused[1]) == (2, ["issue"])
    assert numbers("rectification") == list(range(1, contests + 1))
    assert chain.verify().whole


def test_one_submission_sent_by_many_at_once_counts_once(here: County, together: Together) -> None:
    writers.begin(0, 1, lambda pk: None)
    told = together("repeat", 3, 40)
    assert told[0] == told[1] == told[2]
    assert Act.objects.filter(verb="note").count() == len(set(told[0])) == 40


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the database")
def test_a_writer_on_sqlite_waits_for_its_turn() -> None:
    other = sqlite3.connect(
        connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    released: list[float] = []

    def release() -> None:
        released.append(time.monotonic())
        other.execute("COMMIT")

    connection.ensure_connection()
    timer = threading.Timer(0.5, release)
    timer.start()
    with transaction.atomic():
        waited = time.monotonic() - released[0]
    timer.join()
    other.close()
    assert 0 <= waited < 10
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (20_000,)


def _overdue(here: County) -> Matter:
    """An order whose term ended yesterday, and a second clock that nobody has stopped."""
    began = timing.now() - timedelta(days=20)
    fields = {"operator": here.operator, "basis": "inspection", "problems": "无防鼠设施"}
    where = Opening(
        "责令改正",
        here.bureau,
        here.village,
        office=here.station,
        handler=here.inspector,
        operator=here.operator,
        fields=fields,
    )
    with timing.recorded_at(began):
        matter = open_matter("rectification", "open", where, by=here.actor("inspector"))
    Matter.objects.filter(pk=matter.pk).update(phase="correcting")
    for duty in ("rectification.term", "spot.recheck"):
        Clock.objects.create(
            matter=matter,
            duty=duty,
            basis="statute",
            started_by=matter.acts.get(),
            counts_from=began,
            due_at=timing.now() - timedelta(days=2),
            due_day=timing.today() - timedelta(days=3),
        )
    return matter


def test_ticks_at_once_do_everything_once(together: Together) -> None:
    matter = _overdue(county())
    together("tick", 4, 2)
    assert matter.acts.filter(verb="lapse").count() == 1
    given = Reminder.objects.order_by("stage").values_list("stage", flat=True)
    heads = ["agency_head"] * (_working_days_late() >= reminders.AGENCY_AFTER)
    assert list(given) == [*heads, "late.1", "office_head"]
    about = Notice.objects.filter(matter=matter, channel="app", text__contains="逾期")
    assert about.count() == 2 + len(heads)
    assert LedgerRoot.objects.count() == 1
    assert chain.verify().whole


def _working_days_late() -> int:
    day = reminders.Day.of(timing.now())
    return day.working_days(day.today - timedelta(days=3), day.today)
