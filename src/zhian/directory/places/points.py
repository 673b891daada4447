"""Where premises stand: one point by hand, or many from a table; kept in CGCS2000.

A point that lies in another township or county than the premises' own address is said: as a
remark, because either of the two may be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from zhian.directory import log, reach
from zhian.directory.errors import NotPossible
from zhian.directory.imports.table import Field, Roster, Row, Wrong, read
from zhian.directory.models import Appointment, Outline, Premises
from zhian.directory.places import shops
from zhian.directory.places.shops import Cell
from zhian.law.words import Words
from zhian.methods import geo

FIELDS = (
    *shops.FIELDS,
    Field(
        "longitude",
        Words("经度", "Longitude"),
        Words("度，如 125.12345", "degrees, such as 125.12345"),
        required=True,
        also=("lon", "lng"),
    ),
    Field(
        "latitude",
        Words("纬度", "Latitude"),
        Words("度，如 45.12345", "degrees, such as 45.12345"),
        required=True,
        also=("lat",),
    ),
)
NEAR_METRES = 1.0


@dataclass(frozen=True, slots=True)
class Report:
    """What a table of points did, or would do."""

    rows: int
    set: int
    moved: int
    same: int
    errors: tuple[Cell, ...]
    remarks: tuple[Cell, ...]
    committed: bool


class Whereabouts:
    """The outlines in reach, read once: in which division a point lies."""

    def __init__(self) -> None:
        rows = Outline.objects.select_related("place").filter(
            place__valid_to__isnull=True, place__level__in=["county", "township"]
        )
        self.rows = sorted(rows, key=lambda r: r.place.level != "township")

    def elsewhere(self, premises: Premises, point: geo.Point) -> Words | None:
        """What to say where a point lies outside the premises' own township or county."""
        mine = [r for r in self.rows if premises.place.code.startswith(r.place.prefix)]
        if not mine or all(_holds(r, point) for r in mine):
            return None
        where = next((r.place for r in self.rows if _holds(r, point)), None)
        if where is None:
            return Words(
                "这个点在本县以外，请核对坐标系和地址。",
                "The point lies outside the county: check datum and address.",
            )
        return Words(
            f"这个点在{where.name}，地址在{premises.place.name}，请核对。",
            f"The point lies in {where.name_en or where.code}, the address in "
            f"{premises.place.name_en or premises.place.code}: check.",
        )


def _holds(row: Outline, point: geo.Point) -> bool:
    return bool(geo.inside(row.rings, [point])[0])


def place_at(longitude: float, latitude: float, datum: str) -> geo.Point:
    """A point that somebody wrote, in CGCS2000 to six places; raises NotPossible."""
    point = (longitude, latitude)
    if not geo.in_china(point):
        if geo.in_china((latitude, longitude)):
            raise NotPossible(
                "经纬度写反了：先经度，后纬度。",
                "Swapped: longitude first, then latitude.",
                "longitude",
            )
        raise NotPossible("坐标不在中国境内。", "The point lies outside China.", "longitude")
    lon, lat = geo.to_cgcs2000(point, datum)
    return round(lon, 6), round(lat, 6)


@transaction.atomic
def set_point(
    *,
    premises: Premises,
    longitude: float,
    latitude: float,
    datum: str,
    by: Appointment,
    reason: str = "",
) -> Words | None:
    """Put premises on the map; the answer is what to look at, None where all fits."""
    reach.need(by, ("directory", "responsibility"), premises.place)
    point = place_at(longitude, latitude, datum)
    _keep(premises, point, by, reason or f"坐标（{datum}）")
    return Whereabouts().elsewhere(premises, point)


def _keep(premises: Premises, point: geo.Point, by: Appointment, reason: str) -> None:
    before = {"longitude": premises.longitude, "latitude": premises.latitude}
    premises.longitude, premises.latitude = point
    premises.save(update_fields=["longitude", "latitude"])
    after = {"longitude": point[0], "latitude": point[1]}
    log.write("change", premises, by=by, reason=reason, before=before, after=after)


# --- a table of points


def import_points(
    name: str, content: bytes, *, datum: str, by: Appointment, commit: bool
) -> Report:
    """Take a table of points, all of it or nothing; raises Unreadable where it is no table."""
    roster = read(name, content, FIELDS)
    with transaction.atomic():
        report = _take(roster, datum, by, commit)
        if not report.committed:
            transaction.set_rollback(True)
        elif report.set + report.moved:
            after = {
                "kind": "points",
                "file": name,
                "rows": report.rows,
                "added": report.set,
                "changed": report.moved,
            }
            log.write("import", by.post.territory, by=by, after=after)
    return report


def _take(roster: Roster, datum: str, by: Appointment, commit: bool) -> Report:
    find, where = shops.Finder(by), Whereabouts()
    errors: list[Cell] = []
    remarks: list[Cell] = []
    wanted: dict[int, tuple[Premises, geo.Point]] = {}
    for row in roster.rows:
        try:
            premises, point = find(row), _point(row, datum)
        except Wrong as wrong:
            errors.append(_cell(roster, row, wrong.column, wrong.words))
            continue
        if premises.pk in wanted:
            errors.append(
                _cell(roster, row, "name", Words("同一场所出现两次。", "The premises stand twice."))
            )
            continue
        wanted[premises.pk] = (premises, point)
        said = where.elsewhere(premises, point)
        if said is not None:
            remarks.append(_cell(roster, row, "longitude", said))
    fresh = [(p, at) for p, at in wanted.values() if p.longitude is None or p.latitude is None]
    moved = [(p, at) for p, at in wanted.values() if _differs(p, at)]
    _write([*fresh, *moved])
    return Report(
        len(roster.rows), len(fresh), len(moved), len(wanted) - len(fresh) - len(moved),
        tuple(errors), tuple(remarks), commit and not errors,
    )  # fmt: skip


def _differs(premises: Premises, at: geo.Point) -> bool:
    if premises.longitude is None or premises.latitude is None:
        return False
    return geo.metres_between((premises.longitude, premises.latitude), at) > NEAR_METRES


def _write(rows: Sequence[tuple[Premises, geo.Point]]) -> None:
    for premises, point in rows:
        premises.longitude, premises.latitude = point
    Premises.objects.bulk_update([p for p, _at in rows], ["longitude", "latitude"], batch_size=500)


def _cell(roster: Roster, row: Row, key: str, words: Words) -> Cell:
    return shops.cell(FIELDS, roster, row, key, words)


def _point(row: Row, datum: str) -> geo.Point:
    numbers = []
    for key in ("longitude", "latitude"):
        try:
            numbers.append(float(row.text(key)))
        except ValueError:
            raise Wrong(key, "须为数字，单位是度。", "This must be a number of degrees.") from None
    try:
        return place_at(numbers[0], numbers[1], datum)
    except NotPossible as refused:
        raise Wrong("longitude", refused.words.zh, refused.words.en) from None
