"""A database of a whole county for measurements: 100,000 operators, 1,000,000 acts.

Rows are written in bulk beside the engine (a measurement of reading needs no year of writing);
chains are whole, so that the ledger can be verified on it too.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
OPERATORS, MATTERS, ACTS_EACH = 100_000, 200_000, 5
OPEN_SHARE = 0.1
VERBS = ("open", "order", "served", "report", "pass")


def prepare(folder: Path) -> None:
    """Point the settings at a folder and load Django."""
    os.environ["ZHIAN_DATA"] = str(folder)
    os.environ.setdefault("ZHIAN_SECOND_FACTOR", "optional")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhian.config.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def fill(folder: Path) -> None:
    """Build the database once; a finished one is taken as it is."""
    prepare(folder)
    from django.core.management import call_command

    done = folder / "filled"
    if done.exists():
        return
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    from zhian.demo import county

    here = county.build(20261124, OPERATORS)
    print(f"operators: {time.monotonic() - began:.0f} s", flush=True)
    _matters(here)
    print(f"matters, acts, clocks: {time.monotonic() - began:.0f} s", flush=True)
    done.touch()


def _matters(here: object) -> None:
    from django.db import connection, transaction

    random = Random(1)
    now = datetime.now(UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        for first in range(1, MATTERS + 1, 10_000):
            _chunk(here, cursor, random, now, range(first, min(first + 10_000, MATTERS + 1)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _chunk(here, cursor, random: Random, now: datetime, numbers: range) -> None:  # type: ignore[no-untyped-def]
    from zhian.desk.models import Act, Clock, Matter

    matters, acts, clocks = [], [], []
    for number in numbers:
        matter, rows, clock = _one(here, random, now, number)
        matters.append(matter)
        acts += rows
        clocks += clock
    Matter.objects.bulk_create(matters, batch_size=500)
    Act.objects.bulk_create(acts, batch_size=1000)
    Clock.objects.bulk_create(clocks, batch_size=1000)


def _one(here, random: Random, now: datetime, number: int):  # type: ignore[no-untyped-def]
    """One rectification with its five acts and its clock."""
    premises = here.premises[random.randrange(len(here.premises))]
    handler = random.choice(here.inspectors(here.station_of(premises)))
    is_open = random.random() < OPEN_SHARE
    opened = now - timedelta(days=random.uniform(1, 40 if is_open else 1500))
    due = now + timedelta(days=random.uniform(-5, 30)) if is_open else None
    acts = _acts(number, handler, opened)
    matter = _matter(here, number, premises, handler, opened, due)
    matter.last_hash = acts[-1].hash
    return matter, acts, [_clock(number, acts[1].pk, opened, due)]


def _acts(number: int, handler, opened: datetime):  # type: ignore[no-untyped-def]
    from zhian.desk.models import Act
    from zhian.methods import ledger

    last, rows = "", []
    for seq, verb in enumerate(VERBS, start=1):
        at = opened + timedelta(hours=seq)
        text = ledger.canonical(
            {
                "format": ledger.FORMAT,
                "matter": UUID(int=number),
                "kind": "rectification",
                "seq": seq,
                "verb": verb,
                "happened_at": at,
                "recorded_at": at,
                "data": {},
                "previous": last,
            }
        )
        digest = ledger.digest(text)
        rows.append(
            Act(
                id=(number - 1) * ACTS_EACH + seq,
                matter_id=number,
                seq=seq,
                verb=verb,
                stage="done",
                effective=True,
                actor_kind="official",
                user_id=handler.user_id,
                appointment_id=handler.pk,
                actor_name="x",
                happened_at=at,
                recorded_at=at,
                data={},
                text=text,
                previous_hash=last,
                hash=digest,
            )
        )
        last = digest
    return rows


def _matter(here, number: int, premises, handler, opened: datetime, due: datetime | None):  # type: ignore[no-untyped-def]
    from zhian.desk.models import Matter

    return Matter(
        id=number,
        uid=UUID(int=number),
        kind="rectification",
        procedure_version="2022",
        number=f"SCJG-ZG-2026-{number:06d}",
        title=f"责令改正：{premises.name}",
        phase="correcting" if due else "closed",
        done=["open", "order", "served"],
        trigger_date=opened.date(),
        agency=here.bureau,
        office=here.station_of(premises),
        handler=handler,
        place=premises.place,
        place_code=premises.place.code,
        operator_id=premises.operator_id,
        premises=premises,
        opened_at=opened,
        closed_at=None if due else opened + timedelta(days=20),
        next_due_at=due,
        seq=len(VERBS),
        head=len(VERBS),
    )


def _clock(number: int, started_by: int, opened: datetime, due: datetime | None):  # type: ignore[no-untyped-def]
    from zhian.desk.models import Clock

    return Clock(
        matter_id=number,
        duty="rectification.term",
        rule="rectification.term",
        basis="order",
        started_by_id=started_by,
        counts_from=opened,
        set_due=due,
        due_at=due or opened,
        due_day=(due or opened).date(),
        state="running" if due else "stopped",
        pauses=[],
        extensions=[],
    )


def folder() -> Path:
    """Where the filled database lies: var/bench, or what the first argument says."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "bench"
    path.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    fill(folder())
