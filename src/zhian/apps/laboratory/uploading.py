"""A bulletin on the web: uploaded, its columns settled, confirmed, or dropped again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from zhian.apps.laboratory import job
from zhian.apps.laboratory.bulletins import columns, importing, keeping
from zhian.apps.laboratory.bulletins.errors import NoHeader, TwoHeaders, Unfit
from zhian.apps.laboratory.bulletins.files import File
from zhian.apps.laboratory.bulletins.folding import Folded
from zhian.apps.laboratory.bulletins.reading import top
from zhian.apps.laboratory.models import Bulletin
from zhian.desk import timing
from zhian.directory.models import Agency, Appointment

OPEN = ("preview", "failed")
STANDS = Unfit(
    "这个文件已经导入过，没有重复导入。", "This file was imported before; not taken in again."
)
ONE_CELL = "finding"


@dataclass(frozen=True, slots=True)
class Choice:
    """One field of a bulletin, the header it is read from, and a text below that."""

    name: str
    chosen: str
    needed: bool
    sample: str

    @property
    def wrong(self) -> bool:
        """Whether nothing can be read without it."""
        return self.needed and not self.chosen


def upload(file: File, *, received: date, notice: str, by: Appointment) -> Bulletin:
    """Keep a file that can be read as a bulletin, its columns guessed; raises BulletinError.

    A file that only lacks columns is kept, so that a person can point at them; the same file
    uploaded again leads to the same row.
    """
    if received > timing.today():
        raise Unfit("收到日期不能晚于今天。", "The day of receipt lies in the future.", "received")
    agency = by.post.agency
    standing = Bulletin.objects.filter(agency=agency, sha256=file.sha256).first()
    if standing is not None and standing.state not in OPEN:
        return standing
    chosen = {"columns": guess(agency, file), "constants": {"notice": notice} if notice else {}}
    folded = _tried(file, chosen, received)
    with transaction.atomic():
        return _store(standing, file, received, chosen, folded, by)


def guess(agency: Agency, file: File) -> dict[str, str]:
    """Which header is which field: as this agency chose last, else by the known headers."""
    found_top = top(file, columns.load(None))
    plain = {columns.plain(header): header for header in found_top.headers}
    last = _remembered(agency)
    found = {name: plain[columns.plain(h)] for name, h in last.items() if columns.plain(h) in plain}
    taken = set(found.values())
    found |= {n: h for n, h in found_top.known.items() if n not in found and h not in taken}
    return {name: found[name] for name in columns.fields() if name in found}


def _remembered(agency: Agency) -> Mapping[str, str]:
    done = Bulletin.objects.filter(agency=agency, state="done").exclude(column_map={})
    last = done.order_by("-completed_at").first()
    chosen: Mapping[str, str] = last.column_map.get("columns", {}) if last else {}
    return chosen


def _tried(file: File, chosen: Mapping[str, Any], received: date) -> Folded | None:
    """The samples; None where only columns are missing, which a person can point at."""
    try:
        return importing.read(file, columns.chosen(chosen), received)
    except TwoHeaders:
        raise
    except NoHeader:
        return None


def _store(
    row: Bulletin | None,
    file: File,
    received: date,
    chosen: Mapping[str, Any],
    folded: Folded | None,
    by: Appointment,
) -> Bulletin:
    row = row or Bulletin(agency=by.post.agency, sha256=file.sha256)
    row.name, row.received_on, row.by = file.name[:200], received, by
    row.imported_at, row.state, row.error = timing.now(), "preview", ""
    row.file = row.file if keeping.holds(row.file) else keeping.keep(file)
    row.column_map = dict(chosen)
    row.samples_total = len(folded.samples) if folded else 0
    for name, number in (importing.counted(folded) if folded else {}).items():
        setattr(row, name, number)
    row.save()
    return row


def settle(bulletin: Bulletin, chosen: Mapping[str, str]) -> None:
    """Take over which column is which, as a person chose it."""
    known = columns.fields()
    mine = {name: chosen[name] for name in known if chosen.get(name)}
    bulletin.column_map = {**bulletin.column_map, "columns": mine}
    bulletin.save(update_fields=["column_map"])


def read(bulletin: Bulletin) -> Folded:
    """The samples of a kept file under its chosen columns; raises BulletinError."""
    chosen = bulletin.column_map.get("columns", {})
    twice = [h for h in chosen.values() if list(chosen.values()).count(h) > 1]
    if twice:
        raise Unfit(
            f"“{twice[0]}”一列选了两次，每一列只能对应一个栏目。",
            f"The column “{twice[0]}” is chosen twice; each can be one thing only.",
            "columns",
        )
    return importing.read(
        keeping.load(bulletin.file), columns.chosen(bulletin.column_map), bulletin.received_on
    )


def choices(bulletin: Bulletin) -> tuple[Sequence[str], list[Choice]]:
    """The headers of the file, and for each field the one chosen with a value from below it."""
    there = top(keeping.load(bulletin.file), columns.load(None))
    mine = bulletin.column_map.get("columns", {})
    needed = _needed(mine)
    rows = [
        Choice(name, mine.get(name, ""), name in needed, there.below.get(mine.get(name, ""), ""))
        for name in columns.fields()
    ]
    return there.headers, rows


def _needed(mine: Mapping[str, str]) -> frozenset[str]:
    """A bulletin has its results in three columns, or all in one."""
    findings = () if mine.get(ONE_CELL) else columns.FINDINGS
    return frozenset((*columns.NEEDED, *findings))


@transaction.atomic
def confirm(bulletin: Bulletin, by: Appointment) -> bool:
    """Give it to the worker; False where somebody did before."""
    rows = Bulletin.objects.filter(pk=bulletin.pk, state__in=OPEN)
    if not rows.update(state="queued", by=by, error="", samples_done=0):
        return False
    job.start(bulletin.pk)
    return True


@transaction.atomic
def drop(bulletin: Bulletin) -> bool:
    """Forget a file that was not taken in; False where samples came of it."""
    row = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if row.state not in OPEN or row.samples.exists():
        return False
    kept = row.file
    row.delete()
    if kept is not None:
        keeping.drop(kept)
    return True
