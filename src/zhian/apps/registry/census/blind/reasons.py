"""Why an establishment is a blind spot, in plain words: which roster has it, which has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max

from zhian.apps.registry.census import rights
from zhian.apps.registry.census.kinds import roster_words, status_words
from zhian.apps.registry.models import BlindSpot, RosterImport, SourceRecord
from zhian.directory.models import Place
from zhian.law.words import Words
from zhian.methods.linkage import flags

# The rosters in which an establishment of this sort should stand, and does not.
SHOULD = {
    flags.UNREGISTERED: ("market",),
    flags.CANCELLED: ("market",),
    flags.UNLICENSED: ("foodlic",),
    flags.UNINSPECTED: ("sweep", "health", "agri"),
}


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as it stands in the county: its last list and how many rows it has."""

    as_of: date | None
    rows: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One roster's word: it has the establishment, has it as ended, or has it not at all."""

    words: Words
    good: bool


def standing(county: Place) -> dict[str, Roster]:
    """The rosters of a county; two queries."""
    done = RosterImport.objects.filter(place=county, state="done").order_by()
    last = dict(done.values_list("roster").annotate(day=Max("as_of")))
    rows = SourceRecord.objects.filter(place=county, until__isnull=True).order_by()
    counts = dict(rows.values_list("roster").annotate(n=Count("pk")))
    return {name: Roster(last.get(name), n) for name, n in counts.items()}


def reasons(spot: BlindSpot, records: Sequence[SourceRecord]) -> list[Reason]:
    """What each roster says, those that have it first."""
    there = standing(rights.county_of(spot.establishment.place))
    said = [_has(record) for record in records]
    return said + list(_lacks(spot, records, there))


def _has(record: SourceRecord) -> Reason:
    roster, day = roster_words(record.roster), record.brought_by.as_of
    status = status_words(record.status)
    ended = record.status in flags.ENDED
    so = (
        Words(f"，状态“{status.zh}”", f", marked “{status.en}”") if record.status else Words("", "")
    )
    return Reason(
        Words(
            f"{roster.zh}（截至 {day}）有：{record.name}{so.zh}。",
            f"{roster.en} (as of {day}) has it as {record.name}{so.en}.",
        ),
        not ended,
    )


def _lacks(
    spot: BlindSpot, records: Iterable[SourceRecord], there: Mapping[str, Roster]
) -> Iterable[Reason]:
    have = {record.roster for record in records}
    for name in SHOULD.get(spot.flag, ()):
        known, roster = there.get(name), roster_words(name)
        if name in have:
            continue
        if known is None:
            yield Reason(
                Words(f"{roster.zh}还没有提交过名册。", f"{roster.en} has handed in nothing yet."),
                False,
            )
        else:
            day = known.as_of
            yield Reason(
                Words(
                    f"{roster.zh}（截至 {day}，共 {known.rows} 行）没有它。",
                    f"{roster.en} (as of {day}, {known.rows} rows) does not have it.",
                ),
                False,
            )
