"""One county of an official list into the tree: what is new, renamed, ended; all of it or nothing.

The codes that a list brought are the list's to end; what the office added by itself (grid cells, a
new estate) stays. A code that ended leads nowhere until somebody says what it went into.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from zhian.directory import log, reach
from zhian.directory.actions import structure
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, Operator, Place, Premises
from zhian.directory.places.names import short_name
from zhian.directory.places.source import Division, Listed
from zhian.directory.setup import NO_CODE
from zhian.law.words import Words

REASON = "区划名单"
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Renamed:
    """A division that the list calls otherwise now."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a list did, or would do, to the county: counts, and what a person must look at."""

    county: Division
    source: str
    levels: dict[str, int]
    added: int
    same: int
    renamed: tuple[Renamed, ...]
    ended: tuple[tuple[str, str], ...]
    unlisted: tuple[tuple[str, str], ...]
    settled: int
    committed: bool

    def lines(self) -> Iterator[Words]:
        """The report, a sentence a line."""
        n, done = self.levels, Words("已载入", "loaded") if self.committed else PREVIEW
        yield Words(
            f"{self.county.name}（{self.county.code[:6]}，{self.source}）{done.zh}："
            f"乡镇 {n['township']}，村 {n['village']}；新增 {self.added}，"
            f"改名 {len(self.renamed)}，停用 {len(self.ended)}，不变 {self.same}",
            f"{self.county.code[:6]} ({self.source}) {done.en}: {n['township']} townships, "
            f"{n['village']} villages; {self.added} added, {len(self.renamed)} renamed, "
            f"{len(self.ended)} ended, {self.same} as before",
        )
        for row in self.renamed[:SHOWN]:
            yield Words(f"改名 {row.code}：{row.before} → {row.after}", f"renamed {row.code}")
        for code, name in self.ended[:SHOWN]:
            yield Words(
                f"停用 {code} {name}：请说明并入何处", f"ended {code}: say what it went into"
            )
        if self.settled:
            yield Words(
                f"停用的区划下还有 {self.settled} 个主体和场所，请改到现行区划",
                f"{self.settled} operators and premises still stand in ended divisions: move them",
            )
        for code, name in self.unlisted[:SHOWN]:
            yield Words(f"名单中没有、由本机关设立的，保留 {code} {name}", f"ours, kept {code}")


PREVIEW = Words("预览，未载入", "preview, not loaded")


@transaction.atomic
def load(
    listed: Listed, source: str, *, day: date, by: Appointment | None, commit: bool = True
) -> Loaded:
    """Bring one county of a list into the tree; a second time it changes nothing.

    `source` names the list, `day` is the first day on which it holds. Raises NotPossible where
    the county is not the administrator's.
    """
    county = _county(listed, by, source)
    before = _standing(listed)
    wanted = {row.code: row for row in listed.all}
    added = _add([row for code, row in wanted.items() if code not in before], source)
    renamed = [
        change
        for code, row in wanted.items()
        if code in before and (change := _renamed(before[code], row, source, by))
    ]
    _hang(listed)
    gone = [p for p in _inside(before.values(), county) if p.code not in wanted]
    ended = [p for p in gone if p.source]
    for place in ended:
        structure.close_place(
            place=place, last_day=day - timedelta(days=1), merged_into=None, by=by, reason=REASON
        )
    result = Loaded(
        county=listed.county,
        source=source,
        levels={
            level: sum(r.level == level for r in listed.below) for level in ("township", "village")
        },
        added=added,
        same=len(wanted) - added - len(renamed),
        renamed=tuple(renamed),
        ended=tuple((p.code, p.name) for p in ended),
        unlisted=tuple((p.code, p.name) for p in gone if not p.source),
        settled=_settled(ended),
        committed=commit,
    )
    _finish(result, county, by)
    return result


def _finish(result: Loaded, county: Place, by: Appointment | None) -> None:
    if not result.committed:
        transaction.set_rollback(True)
    elif result.added or result.renamed or result.ended:
        after = {
            "source": result.source,
            "added": result.added,
            "renamed": len(result.renamed),
            "ended": len(result.ended),
        }
        log.write("import", county, by=by, reason=REASON, after=after)


def _county(listed: Listed, by: Appointment | None, source: str) -> Place:
    """The county's own row: an empty system's placeholder becomes it."""
    empty = Place.objects.filter(code=NO_CODE).first()
    if empty is not None:
        new = {"code": listed.county.code, "name": listed.county.name, "level": "county"}
        reach.need(by, "directory", empty)
        return structure.change_row(empty, new | {"source": source}, by=by, reason=REASON)
    if by is not None and not listed.county.code.startswith(by.post.territory.prefix):
        raise NotPossible(
            f"{listed.county.name}不在您的管理范围内。",
            f"{listed.county.code[:6]} lies outside what you administer.",
            "county",
        )
    found = _live(listed.county.code)
    if found is not None:
        reach.need(by, "directory", found)
    return found or Place.objects.create(
        code=listed.county.code, name=listed.county.name, level="county", source=source
    )


def _live(code: str) -> Place | None:
    return Place.objects.filter(code=code, valid_to__isnull=True).first()


def _standing(listed: Listed) -> dict[str, Place]:
    """What stands in the tree under these codes now; one that was ended by hand stays ended."""
    prefix = listed.county.code[:6]
    after = str(int(prefix) + 1).zfill(6)
    above = [row.code for row in listed.above]
    inside = Place.objects.filter(code__gte=prefix, code__lt=after)
    rows = [*Place.objects.filter(code__in=above), *inside]
    return {p.code: p for p in sorted(rows, key=lambda p: (p.valid_to is None, p.pk))}


def _add(rows: Sequence[Division], source: str) -> int:
    made = Place.objects.bulk_create(
        Place(
            code=row.code,
            name=row.name,
            short_name=short_name(row.name),
            level=row.level,
            source=source,
        )
        for row in rows
    )
    return len(made)


def _renamed(place: Place, row: Division, source: str, by: Appointment | None) -> Renamed | None:
    """Take the list's name; a row that the office had entered by hand becomes the list's."""
    if place.valid_to is not None:
        return None
    known = place.source
    if known != source:
        Place.objects.filter(pk=place.pk).update(source=source)
    if place.name == row.name:
        return None
    before = place.name
    names = {"name": row.name, "short_name": short_name(row.name)}
    structure.change_row(place, names, by=by, reason=REASON)
    return Renamed(row.code, before, row.name)


def _hang(listed: Listed) -> None:
    """Everything hangs under what its code says; what hangs already is left alone."""
    codes = [row.code for row in listed.all]
    rows = {p.code: p for p in Place.objects.filter(code__in=codes, valid_to__isnull=True)}
    moved = []
    for code, place in rows.items():
        above = _above(code, place.level, rows)
        if above is not None and place.parent_id != above.pk:
            place.parent = above
            moved.append(place)
    Place.objects.bulk_update(moved, ["parent"], batch_size=500)


def _above(code: str, level: str, rows: dict[str, Place]) -> Place | None:
    """The nearest division above that the list holds."""
    uppers = structure.LEVELS[: structure.LEVELS.index(level)]
    codes = [code[: structure.SIGNIFICANT[upper]].ljust(12, "0") for upper in reversed(uppers)]
    return next((rows[c] for c in codes if c in rows and c != code), None)


def _inside(places: Iterable[Place], county: Place) -> list[Place]:
    """The live townships and villages of the county; its grid cells are the office's own."""
    return [
        p
        for p in places
        if p.pk != county.pk and p.valid_to is None and p.level in ("township", "village")
    ]


def _settled(ended: Sequence[Place]) -> int:
    keys = [p.pk for p in ended]
    return sum(model.objects.filter(place__in=keys).count() for model in (Operator, Premises))
