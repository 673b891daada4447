"""The daily root leaves the house: a folder elsewhere, an address, and the people who watch us.

Whoever owns the database can rewrite it; only what somebody else kept finds that. Beside the
roots the folder gets the heads that changed on each day, so that a difference names its act.
"""

from __future__ import annotations

import json
import logging
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from zhian.desk import delivery, notices, timing
from zhian.desk.ledger import chain
from zhian.desk.models import Act, LedgerRoot
from zhian.directory.models import Agency, Appointment, Setting
from zhian.law.words import Words
from zhian.methods.ledger import day_end

log = logging.getLogger(__name__)
SUBSCRIBERS = "ledger.subscribers"
WATCHERS = ("supervision_officer", "bureau_head", "department_head", "county_leader")
TRIES = 30  # days for which an address that did not answer is asked again
TOLD = Words("账本根 {day}：{root}", "Ledger root {day}: {root}")
FOLDER, ADDRESS, PEOPLE = "folder", "address", "people"


def line_of(row: LedgerRoot) -> str:
    """A root as it is kept outside: `YYYY-MM-DD root`."""
    return f"{row.day.isoformat()} {row.root}"


def send_all(now: datetime | None = None) -> int:
    """Send every root that has not reached all who should have it; how many deliveries were made.

    What fails is tried again with the next call, for thirty days.
    """
    now = now or timing.now()
    oldest = timezone.localtime(now).date() - timedelta(days=TRIES)
    return sum(send(row, now) for row in chain.finished_roots().filter(day__gte=oldest))


def _ways() -> dict[str, Callable[[LedgerRoot, datetime], str]]:
    ways: dict[str, Callable[[LedgerRoot, datetime], str]] = {PEOPLE: _to_people}
    if settings.ROOTS_DIR:
        ways[FOLDER] = _to_folder
    if settings.ROOTS_URL:
        ways[ADDRESS] = _to_address
    return ways


def send(row: LedgerRoot, now: datetime) -> int:
    """Send one root to whoever has not got it; what was done is kept beside it."""
    done = {entry["to"] for entry in row.sent_to}
    made = 0
    for name, way in _ways().items():
        if name in done:
            continue
        try:
            where = way(row, now)
        except (OSError, delivery.NotDelivered) as why:
            log.warning("ledger root of %s did not leave by %s: %s", row.day, name, why)
            continue
        row.sent_to = [*row.sent_to, {"to": name, "where": where, "at": now.isoformat()}]
        row.save(update_fields=["sent_to"])
        made += 1
    return made


def _to_folder(row: LedgerRoot, now: datetime) -> str:
    """`roots.txt` gets a line, `heads/DAY.txt` the heads that changed on that day."""
    folder = Path(settings.ROOTS_DIR)
    heads = folder / "heads"
    heads.mkdir(parents=True, exist_ok=True)
    delivery.write_whole(heads / f"{row.day.isoformat()}.txt", heads_text(row.day))
    path = folder / "roots.txt"
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    if line_of(row) not in kept.splitlines():
        with path.open("a", encoding="utf-8") as file:
            file.write(line_of(row) + "\n")
    return str(folder)


def changed_heads(day: date) -> Iterator[tuple[str, int, str]]:
    """The last act of that day of every matter on which something was done: id, number, hash."""
    until = datetime.fromisoformat(day_end(day))
    done = Act.objects.filter(recorded_at__gte=until - timedelta(days=1), recorded_at__lt=until)
    last = done.order_by().values("matter").annotate(top=Max("pk")).values("top")
    rows = Act.objects.filter(pk__in=last).order_by("matter__uid")
    for uid, seq, value in rows.values_list("matter__uid", "seq", "hash").iterator(2000):
        yield uid.hex, seq, value


def heads_text(day: date) -> str:
    """The changed heads of a day as a file: one `matter seq hash` a line."""
    with chain.snapshot():
        rows = [f"{matter} {seq} {value}\n" for matter, seq, value in changed_heads(day)]
    return "".join(rows)


def _to_address(row: LedgerRoot, now: datetime) -> str:
    body = {
        "day": row.day.isoformat(),
        "root": row.root,
        "previous": row.previous,
        "matters": row.matters,
        "acts": row.acts,
        "house": settings.BASE_URL,
    }
    delivery.ask(
        urllib.request.Request(
            settings.ROOTS_URL,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
    )
    return str(settings.ROOTS_URL)


def subscribers() -> list[Agency]:
    """Who watches us: the agencies that the setting names, else the supervision commissions and
    the superiors of the market regulators."""
    chosen = Setting.objects.filter(key=SUBSCRIBERS, agency=None).first()
    if chosen is not None:
        return list(Agency.objects.filter(code__in=chosen.value, closed_on=None))
    watching = Q(kind="supervision_commission") | Q(subordinates__kind="market_regulation")
    return list(Agency.objects.filter(watching, closed_on=None).distinct())


def _to_people(row: LedgerRoot, now: datetime) -> str:
    """A notice to the watchers of each agency; a file for one in which nobody has a post."""
    day = timezone.localtime(now).date()
    words = TOLD.format(day=row.day.isoformat(), root=row.root)
    absent: list[str] = []
    present: list[str] = []
    for agency in subscribers():
        held = Appointment.objects.on(day).filter(post__agency=agency, post__kind__in=WATCHERS)
        told = notices.give(held.select_related("user"), words, None)
        (present if told else absent).append(agency.code)
    if absent:
        _to_outbox(row, absent)
    return ", ".join([*present, *(f"{code} (outbox)" for code in absent)]) or "-"


def _to_outbox(row: LedgerRoot, codes: list[str]) -> None:
    folder = Path(settings.OUTBOX) / "roots"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = f"{line_of(row)}\n# 送 / to: {', '.join(codes)}\n"
    delivery.write_whole(folder / f"{row.day.isoformat()}.txt", text)
