"""Number series that were kept by hand before: the house goes on where the register stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction

from zhian.directory import log, reach
from zhian.directory.errors import NotPossible
from zhian.directory.models import Agency, Appointment, Setting
from zhian.law import vocabulary

HIGHEST = 99_999
# Whoever gives numbers says here how far: by agency and year, the last number of each series.
given_here: list[Callable[[Agency, int], Mapping[str, int]]] = []


@dataclass(frozen=True, slots=True)
class Kept:
    """One series of an agency in a year: its word, and the last number by hand and by the house."""

    key: str
    word: str
    last: int
    given: int

    @property
    def begun(self) -> bool:
        """Whether the house has given a number itself: then the register is closed."""
        return self.given > 0

    @property
    def reached(self) -> int:
        """The last number that anybody gave."""
        return max(self.last, self.given)


def every() -> tuple[str, ...]:
    """The series of documents that carry a number."""
    return tuple(sorted({p.series for p in vocabulary.documents() if p.series}))


def _key(series: str, year: int) -> str:
    return f"series.last.{series}.{year}"


def last_used(agency: Agency, series: str, year: int) -> int:
    """The last number that was given by hand in a year; 0 where there was none."""
    row = Setting.objects.filter(agency=agency, key=_key(series, year)).first()
    return int(row.value) if row else 0


def of_agency(agency: Agency, year: int) -> list[Kept]:
    """Every series of an agency in a year."""
    wanted = {_key(key, year): key for key in every()}
    rows = Setting.objects.filter(agency=agency, key__in=wanted)
    by_hand = {wanted[row.key]: int(row.value) for row in rows}
    here: dict[str, int] = {}
    for tell in given_here:
        here |= tell(agency, year)
    return [
        Kept(key, vocabulary.series_word(key), by_hand.get(key, 0), here.get(key, 0))
        for key in every()
    ]


@transaction.atomic
def carry_on(*, agency: Agency, series: str, year: int, last: int, by: Appointment | None) -> None:
    """Say which number was given last by hand; only for a series that has not begun here."""
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
    if any(tell(agency, year).get(series) for tell in given_here):
        raise NotPossible(
            "本系统今年已在此字编号，不能再接续。",
            "The house has given numbers in this series this year; it cannot be carried on.",
            series,
        )
    row, _ = Setting.objects.update_or_create(
        agency=agency,
        key=_key(series, year),
        defaults={"value": last, "set_by": by.user if by else None},
    )
    log.write("setting", row, by=by, before={series: before}, after={series: last, "year": year})


@transaction.atomic
def carry_on_all(*, agency: Agency, year: int, by: Appointment | None, **last: int | None) -> None:
    """The same for every series that a form names; what is empty was not used."""
    for key, number in last.items():
        carry_on(agency=agency, series=key, year=year, last=number or 0, by=by)
