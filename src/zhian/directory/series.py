"""Number series that were kept by hand before: the house goes on where the register stopped."""

from __future__ import annotations

from django.db import transaction

from zhian.directory import log, reach
from zhian.directory.errors import NotPossible
from zhian.directory.models import Agency, Appointment, Setting

HIGHEST = 99_999


def _key(series: str, year: int) -> str:
    return f"series.last.{series}.{year}"


def last_used(agency: Agency, series: str, year: int) -> int:
    """The last number that was given by hand in a year; 0 where there was none."""
    row = Setting.objects.filter(agency=agency, key=_key(series, year)).first()
    return int(row.value) if row else 0


@transaction.atomic
def carry_on(*, agency: Agency, series: str, year: int, last: int, by: Appointment | None) -> None:
    """Say which number was given last by hand; holds for a series that has not begun here."""
    reach.need(by, "directory", agency.place)
    if not 0 <= last <= HIGHEST:
        raise NotPossible(
            f"末号须在 0 到 {HIGHEST} 之间。",
            f"The last number lies between 0 and {HIGHEST}.",
            series,
        )
    before = last_used(agency, series, year)
    if before == last:
        return
    row, _ = Setting.objects.update_or_create(
        agency=agency,
        key=_key(series, year),
        defaults={"value": last, "set_by": by.user if by else None},
    )
    log.write("setting", row, by=by, before={series: before}, after={series: last, "year": year})
