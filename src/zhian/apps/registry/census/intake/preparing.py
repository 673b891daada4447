"""A roster handed in: kept as it came, its columns settled, looked through, confirmed or dropped.

The preview is the truth: it is made by the same comparison that the import writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from zhian.apps.registry.census import keeping
from zhian.apps.registry.census.columns import plain
from zhian.apps.registry.census.errors import CensusError, Unfit
from zhian.apps.registry.census.intake import checking, comparing, job, reading
from zhian.apps.registry.census.intake.checking import Checked
from zhian.apps.registry.census.intake.comparing import Change
from zhian.apps.registry.census.intake.faults import Fault, kept
from zhian.apps.registry.census.intake.reading import ROW_FIELDS, File
from zhian.apps.registry.census.kinds import RosterKind, rosters
from zhian.apps.registry.census.rights import county_of
from zhian.apps.registry.models import ColumnMap, RosterImport, SourceRecord
from zhian.desk import timing
from zhian.directory.models import Agency, Appointment
from zhian.law.words import Words

KIND = "roster"
OPEN = ("preview", "failed")
ALIKE, SOME = 0.3, 50


@dataclass(frozen=True, slots=True)
class Handed:
    """What a department says of the file that it hands in."""

    agency: Agency
    roster: str
    as_of: date
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rows of a file as they would be taken in."""

    checked: Checked
    keys: list[str]
    digests: list[str]
    change: Change

    def __len__(self) -> int:
        return len(self.keys)


def hand_in(file: File, given: Handed, by: Appointment | None) -> RosterImport:
    """Keep a file and look through it; raises CensusError where it is no table at all.

    A file that lacks columns or has faults is kept with what is wrong, for a person to mend. The
    same file handed in again leads to the same row.
    """
    _fit(given)
    same = _of(given).filter(sha256=file.sha256).exclude(state="withdrawn").first()
    if same is not None and same.state not in OPEN:
        return same
    _not_older(given)
    found = reading.top(file)
    with transaction.atomic():
        row = same or RosterImport(
            place=county_of(given.agency.place),
            agency=given.agency,
            roster=given.roster,
            sha256=file.sha256,
            file=keeping.keep(file.name, file.content, KIND),
        )
        row.name, row.as_of, row.whole = file.name[-200:], given.as_of, given.whole
        row.by, row.at, row.state = by, timing.now(), "preview"
        row.column_map = proposed(given.agency, given.roster, found)
        row.preview = {"headers": list(found.headers), "first": [list(r) for r in found.first]}
        look(row, file)
    return row


def _of(given: Handed) -> Any:
    return RosterImport.objects.filter(agency=given.agency, roster=given.roster)


def _fit(given: Handed) -> None:
    kind = rosters().get(given.roster)
    if kind is None or given.agency.kind not in kind.departments:
        raise Unfit(
            "这个部门没有这种名册，请核对部门和名册。",
            "This agency keeps no such roster: check the agency and the roster.",
            "roster",
        )
    if given.as_of > timing.today():
        raise Unfit("截至日期不能晚于今天。", "That day lies in the future.", "as_of")


def _not_older(given: Handed) -> None:
    last = _of(given).filter(state="done").order_by("-as_of").first()
    if last is not None and given.as_of < last.as_of:
        raise Unfit(
            f"已有截至 {last.as_of} 的名册（{last.name}），不能再导入更早的。",
            f"A list as of {last.as_of} stands already ({last.name}); an older one cannot follow.",
            "as_of",
        )


def proposed(agency: Agency, roster: str, found: reading.Top) -> dict[str, Any]:
    """Which header is which field: as the department chose last, else by the known headers."""
    last = ColumnMap.objects.filter(agency=agency, roster=roster).first()
    there = {plain(header): header for header in found.headers}
    mine = {
        name: there[plain(header)]
        for name, header in (last.columns if last else {}).items()
        if plain(header) in there
    }
    taken = set(mine.values())
    mine |= {n: h for n, h in found.known.items() if n not in mine and h not in taken}
    ordered = {name: mine[name] for name in ROW_FIELDS if name in mine}
    return {"columns": ordered, "values": last.values if last else {}}


def settle(row: RosterImport, columns: Mapping[str, str], values: checking.Values) -> None:
    """Take over which column is which and what its words mean, as a person chose, and look
    through the file anew."""
    if row.state not in OPEN:
        return
    mine = {name: columns[name] for name in ROW_FIELDS if columns.get(name)}
    before = row.column_map.get("values", {})
    meant = {
        name: {word: ours for word, ours in _merged(before, values, name).items() if ours}
        for name in checking.TRANSLATED
    }
    row.column_map = {"columns": mine, "values": meant}
    look(row, keeping.load(row.file))


def _merged(before: checking.Values, values: checking.Values, name: str) -> dict[str, str]:
    return {**before.get(name, {}), **values.get(name, {})}


def look(row: RosterImport, file: File) -> Prepared | None:
    """Read the file and write down what it would change, or why it cannot be taken in."""
    row.error, row.remarks = {}, []
    row.rows = row.added = row.changed = row.same = row.ended = row.done = 0
    row.preview = {**row.preview, "against": _last(row), "unknown": {}, "doubt": False}
    try:
        found = prepare(row, file)
    except CensusError as why:
        row.error = {"zh": why.words.zh, "en": why.words.en}
        row.save()
        return None
    change, checked = found.change, found.checked
    row.rows, row.added, row.changed = len(found), len(change.added), len(change.changed)
    row.same, row.ended = change.same, len(change.ended)
    row.error = {"faults": kept(checked.faults)} if checked.faults else {}
    doubts = _doubts(row, found)
    row.remarks = kept([*doubts, *checked.remarks])
    row.preview |= {"unknown": checked.unknown, "doubt": bool(doubts)}
    row.save()
    return found


def _last(row: RosterImport) -> int:
    """How many other lists of this roster came in so far: it changes when one does."""
    done = RosterImport.objects.filter(agency=row.agency_id, roster=row.roster)
    states = done.filter(state__in=("done", "withdrawn")).exclude(pk=row.pk)
    return states.count()


def refreshed(row: RosterImport) -> RosterImport:
    """Compare anew where another list of this roster came in since."""
    if row.state in OPEN and row.preview.get("against") != _last(row):
        look(row, keeping.load(row.file))
    return row


def prepare(row: RosterImport, file: File) -> Prepared:
    """The rows of the file against those that stand; raises CensusError."""
    kind = rosters()[row.roster]
    table = reading.read(file, row.column_map.get("columns", {}))
    checked = checking.check(table, kind, row.place, row.column_map.get("values", {}))
    digests = comparing.digests(table)
    keys = comparing.keys(table, kind, digests)
    return Prepared(checked, keys, digests, against(row, keys, digests))


def against(row: RosterImport, keys: list[str], digests: list[str]) -> Change:
    """What the rows change in those that stand now."""
    return comparing.compare(keys, digests, standing(row), row.whole)


def standing(row: RosterImport) -> dict[str, tuple[int, str]]:
    """The rows of this roster that stand: key → primary key and checksum."""
    rows = SourceRecord.objects.filter(
        place=row.place_id, agency=row.agency_id, roster=row.roster, until__isnull=True
    )
    return {key: (pk, digest) for key, pk, digest in rows.values_list("key", "pk", "digest")}


def _doubts(row: RosterImport, found: Prepared) -> list[Fault]:
    """What a person must look at twice before such a file is taken in."""
    kind: RosterKind = rosters()[row.roster]
    doubts = list(checking.file_name(File(row.name, b"").stem, kind))
    change = found.change
    before = change.same + len(change.changed) + len(change.ended)
    still = change.same + len(change.changed)
    if row.whole and before >= SOME and still < ALIKE * before:
        words = Words(
            f"上次名册的 {before:,} 行里只有 {still:,} 行还在：是否选错了文件，或者只是补充？",
            f"Of the {before:,} rows of the last list only {still:,} are still there: is it the "
            "wrong file, or an addition only?",
        )
        doubts.append(Fault("hardly_alike", words))
    return doubts


@transaction.atomic
def confirm(row: RosterImport, by: Appointment | None, sure: bool = False) -> bool:
    """Give it to the worker; False where somebody did before. Raises Unfit while it has faults."""
    found = RosterImport.objects.select_for_update().get(pk=row.pk)
    if found.state not in OPEN:
        return False
    if found.state == "preview" and found.error:
        raise Unfit("文件还有错误，请先改正。", "The file still has faults: correct them first.")
    if found.preview.get("doubt") and not sure:
        raise Unfit(
            "请先看过提示，勾选“已核对”后再导入。",
            "Look at the remarks first, then tick “checked”.",
            "sure",
        )
    found.state, found.by, found.error, found.done = "queued", by, {}, 0
    found.save()
    remember(found, by)
    job.start(found.pk)
    return True


def remember(row: RosterImport, by: Appointment | None) -> None:
    """Keep what this department calls its columns and words for the next time."""
    ColumnMap.objects.update_or_create(
        agency=row.agency,
        roster=row.roster,
        defaults={
            "columns": row.column_map.get("columns", {}),
            "values": row.column_map.get("values", {}),
            "by": by,
            "at": timing.now(),
        },
    )


@transaction.atomic
def drop(row: RosterImport) -> bool:
    """Forget a file that was not taken in; False where rows came of it."""
    found = RosterImport.objects.select_for_update().get(pk=row.pk)
    if found.state not in OPEN or found.records.exists():
        return False
    file = found.file
    found.delete()
    if file is not None:
        keeping.drop(file)
    return True
