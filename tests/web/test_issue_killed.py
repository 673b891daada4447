"""Killed at any moment (SIGKILL), an office leaves nothing half done: no number without its paper,
no act without what it brings about."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.builders import County, county
from zhian.desk import handlers
from zhian.desk.ledger import chain
from zhian.desk.models import Act, Clock, Document, DocumentSeries, Matter, OutboxItem, Proposal
from zhian.directory.models import Standing

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50
WAIT = 120.0
LONGEST = 1.2  # seconds of work before a kill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def here() -> County:
    return county()


def office(most: int) -> subprocess.Popen[bytes]:
    """The office as a process on this test's database."""
    known = {key: str(connection.settings_dict[key]) for key in ("NAME", "USER", "PASSWORD")}
    connection.close()
    return subprocess.Popen(
        [sys.executable, "-m", "tests.web.issuer", str(most)],
        env=os.environ | {"WRITERS_DATABASE": json.dumps(known)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def heard(process: subprocess.Popen[bytes], until: float, wanted: bytes = b"") -> bytes:
    """What the office says until a moment, or until it says what is waited for, or is gone."""
    assert process.stdout is not None
    said = b""
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([process.stdout], [], [], left)
        part = os.read(process.stdout.fileno(), 4096) if ready else b""
        said += part
        if (ready and not part) or (wanted and wanted in said):
            break
    return said


def killed(after: float) -> bytes:
    """Start the office, let it work for so long, kill it; what it said it did."""
    process = office(10_000)
    begun = heard(process, time.monotonic() + WAIT, b"!")
    assert b"!" in begun, process.communicate()[1].decode()
    said = begun.partition(b"!")[2] + heard(process, time.monotonic() + after)
    assert process.poll() is None, process.communicate()[1].decode()
    os.kill(process.pid, signal.SIGKILL)
    rest, _errors = process.communicate(timeout=WAIT)
    assert process.returncode == -signal.SIGKILL
    return said + rest


def test_fifty_kills_leave_nothing_half_done(here: County) -> None:
    chance = random.Random(20261124)
    inside = 0
    for _kill in range(KILLS):
        said = killed(chance.uniform(0.0, LONGEST))
        inside += said.count(b"+") - said.count(b"-")
        nothing_is_half_done()
    assert inside > KILLS / 4, "the kills fell beside the work and prove nothing"
    last = office(3)
    _said, errors = last.communicate(timeout=WAIT)
    assert last.returncode == 0, errors.decode()
    nothing_is_half_done()
    everything_is_done()


def nothing_is_half_done() -> None:
    """Every number has its paper, every paper its act, every act what it brings about."""
    assert_sound()
    papers = Document.objects.filter(template="rectification_order", state="issued")
    serials = list(papers.order_by("serial").values_list("serial", flat=True))
    assert serials == list(range(1, len(serials) + 1))
    series = DocumentSeries.objects.filter(series="rectification").first()
    assert (series.last if series else 0) == len(serials)
    signed = Act.objects.filter(verb="order", stage="signed", effective=True)
    assert set(signed.values_list("pk", flat=True)) == set(
        papers.values_list("issued_by", flat=True)
    )
    for paper in papers.select_related("matter", "issued_by"):
        _brought_about(paper)
    _matters()
    for proposal in Proposal.objects.filter(state="open"):
        assert proposal.signatures.filter(state="waiting").count() == 1
        assert proposal.matter.documents.filter(state="draft").count() == 1
        assert (proposal.matter.phase, proposal.matter.head) == ("drafting", 1)
    assert chain.verify().whole


def _brought_about(paper: Document) -> None:
    act: Any = paper.issued_by
    assert act.matter_id == paper.matter_id and paper.number.endswith(f"〕{paper.serial}号")
    assert paper.matter.head == act.seq and "order" in paper.matter.done
    proposal = paper.matter.proposals.get()
    assert (proposal.state, proposal.decided_by) == ("effective", act)
    service = Matter.objects.get(opened_by_act=act.pk)
    assert (service.kind, service.parent_id) == ("service", paper.matter_id)
    assert service.service.document_id == paper.pk and service.acts.filter(verb="open").count() == 1
    clock = Clock.objects.get(matter=paper.matter)
    assert (clock.duty, clock.started_by, clock.state) == ("rectification.term", act, "running")
    assert paper.matter.next_due_at == clock.due_at
    assert Standing.objects.filter(set_by_act=act.pk, kind="rectifying").count() == 1


def _matters() -> None:
    """Each matter counts its acts, names its last, and has a number of its own without a gap."""
    for matter in Matter.objects.all():
        seqs = list(matter.acts.order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, matter.seq + 1))
        assert matter.acts.get(seq=matter.seq).hash == matter.last_hash
    for row in DocumentSeries.objects.filter(series__startswith="matter."):
        prefix = row.series.removeprefix("matter.")
        numbers = Matter.objects.filter(number__contains=f"-{prefix}-").values_list("number")
        assert sorted(int(n[-6:]) for (n,) in numbers) == list(range(1, row.last + 1))


def assert_sound() -> None:
    """The database's own opinion of itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]
            cursor.execute("PRAGMA foreign_key_check")
            assert cursor.fetchall() == []


def everything_is_done() -> None:
    """What the killed ones left was taken up; what had to follow an act can still follow it."""
    orders = Matter.objects.filter(kind="rectification")
    assert orders.count() == Document.objects.filter(serial__isnull=False).count() > KILLS / 2
    assert not Proposal.objects.exclude(state="effective").exists()
    handlers.run_waiting(10_000)
    assert not OutboxItem.objects.filter(done_at__isnull=True).exists()
