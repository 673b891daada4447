"""The part of the register that a question touches, as it stands now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from zhian.apps.registry.census.linking import NEEDS, valid_code
from zhian.apps.registry.census.review.reclustering import House, Register, Row
from zhian.apps.registry.census.runs import legal
from zhian.apps.registry.models import (
    BlindSpot,
    Establishment,
    LinkRun,
    RecordLink,
    SourceRecord,
)
from zhian.directory.models import Place
from zhian.methods.linkage import flags, normalise
from zhian.methods.linkage.flags import Seen


def key_of(record: SourceRecord) -> str:
    """A row's natural key, which outlives its versions."""
    return f"{record.agency.code}/{record.roster}/{record.key}"


def keys(records: Iterable[int]) -> dict[int, str]:
    """The natural keys of some rows."""
    rows = SourceRecord.objects.filter(pk__in=list(records)).select_related("agency")
    return {row.pk: key_of(row) for row in rows}


def records(natural: Iterable[str], place: int) -> list[int]:
    """The rows of a county that stand under some natural keys."""
    found: list[int] = []
    for text in natural:
        parts = text.split("/", 2)
        if len(parts) == 3:
            rows = SourceRecord.objects.filter(
                place=place, agency__code=parts[0], roster=parts[1], key=parts[2], until=None
            )
            found += rows.values_list("pk", flat=True)
    return found


@dataclass(slots=True)
class Situation:
    """Some establishments with all their rows, as they stand now."""

    links: list[RecordLink]
    spots: list[BlindSpot]
    held: frozenset[int]
    judged: frozenset[str]
    replaced: Mapping[int, int] = field(default_factory=dict)
    register: Register = field(init=False)

    def __post_init__(self) -> None:
        rows = tuple(_row(link) for link in self.links)
        houses = {
            pk: self._house(one)
            for link in self.links
            for pk, one in [(link.establishment_id, link.establishment)]
        }
        self.register = Register(rows, houses, self.judged)

    def _house(self, one: Establishment) -> House:
        mine = frozenset(spot.flag for spot in self.spots if spot.establishment_id == one.pk)
        return House(one.pk, one.uscc, mine, one.pk in self.held, one.premises_id is not None)

    def home(self, record: int) -> Establishment | None:
        """The establishment of a row, or of its newer version."""
        now = self.replaced.get(record, record)
        found = (link.establishment for link in self.links if link.record_id == now)
        return next(found, None)

    def rows(self, establishment: int) -> list[SourceRecord]:
        """The rows of an establishment."""
        return [link.record for link in self.links if link.establishment_id == establishment]

    def spot(self, establishment: int, flag: str) -> BlindSpot | None:
        """An open blind spot."""
        mine = (s for s in self.spots if (s.establishment_id, s.flag) == (establishment, flag))
        return next(mine, None)


@dataclass(frozen=True, slots=True)
class _Said:
    """One row in the shape in which the flags ask rows."""

    roster: tuple[str]
    status: tuple[str]
    kind: tuple[str]


def said(record: SourceRecord) -> Seen:
    """What a row says of its establishment."""
    row = _Said((record.roster,), (record.status,), (record.kind,))
    return flags.seen(row, 0)  # type: ignore[arg-type]


def code_of(record: SourceRecord) -> str:
    """The row's credit code, if it is a valid one."""
    code = normalise.code(record.uscc) if record.uscc else ""
    return code if code and valid_code(code) else ""


def _row(link: RecordLink) -> Row:
    record = link.record
    return Row(record.pk, key_of(record), link.establishment_id, said(record), code_of(record))


def situation(run: LinkRun, records: Iterable[int]) -> Situation:
    """The establishments in which these rows, or their newer versions, stand."""
    wanted = set(records)
    links = _links(wanted)
    replaced = standing(wanted - {link.record_id for link in links})
    if replaced:
        links = _links(wanted | set(replaced.values()))
    homes = {link.establishment_id for link in links}
    spots = list(
        BlindSpot.objects.filter(establishment__in=homes, ended_at=None).select_related("matter")
    )
    return Situation(links, spots, held(run.place, homes), judged(run), replaced)


def _links(records: set[int]) -> list[RecordLink]:
    theirs = RecordLink.objects.filter(record__in=records, ended_at=None)
    return list(
        RecordLink.objects.filter(establishment__in=theirs.values("establishment"), ended_at=None)
        .select_related(
            "record__agency",
            "record__brought_by",
            "establishment__place__parent",
            "establishment__premises",
        )
        .order_by("id")
    )


def held(place: Place, establishments: Iterable[int]) -> frozenset[int]:
    """Those of the establishments that a legal act rests on."""
    rows = legal.establishments(place).filter(pk__in=list(establishments))
    return frozenset(rows.values_list("pk", flat=True))


def judged(run: LinkRun) -> frozenset[str]:
    """The blind spots that the rosters of a run can tell: a roster that is not there knows nobody,
    and its silence means nothing."""
    there = set(run.manifest.get("inputs", {}).get("rosters", ()))
    return frozenset(
        flag for flag, needs in NEEDS.items() if all(there & set(any_of) for any_of in needs)
    )


def standing(records: set[int]) -> dict[int, int]:
    """Rows that were replaced by a newer version → the row that stands now."""
    found: dict[int, int] = {}
    if not records:
        return found
    rows = SourceRecord.objects.filter(pk__in=records, until__isnull=False)
    for old in rows:
        new = SourceRecord.objects.filter(
            place=old.place_id, agency=old.agency_id, roster=old.roster, key=old.key, until=None
        ).first()
        if new is not None:
            found[old.pk] = new.pk
    return found
