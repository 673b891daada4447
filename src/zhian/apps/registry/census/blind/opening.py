"""Sending somebody to look: a blind spot, premises or a cell becomes a ground check.

The township that it lies in gets it, or the station that answers for that township; what lies in
no known township stays with whoever gives it. A second click opens nothing anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from zhian.apps.registry.census import queries, rights
from zhian.apps.registry.census.blind import answers, finding
from zhian.apps.registry.census.blind.finding import Wanted
from zhian.apps.registry.models import GroundCheck
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import open_matter
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter
from zhian.directory import stations, stewards
from zhian.directory.models import Agency, Appointment, Office, Place, Premises
from zhian.law.words import Words

KIND = "ground_check"
MOST = 200
TOWNSHIP, STATION = "township", "station"
ADDRESSEES = (
    (TOWNSHIP, Words("所在乡镇", "The township")),
    (STATION, Words("负责的监管所", "The station that answers for it")),
)


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to be looked at. `token` names it on a page, `subject` in the database."""

    token: str
    subject: str
    flag: str
    name: str
    place: Place
    premises: Premises | None = None
    open: Matter | None = None

    @property
    def flag_words(self) -> Words:
        """Why somebody is sent."""
        return answers.flag_words(self.flag)


@dataclass(slots=True)
class Opened:
    """What came of it: the checks that were given, and how many were open already."""

    given: list[Matter] = field(default_factory=list)
    already: int = 0


def may_open(mine: Appointment) -> bool:
    """Whether the post may send somebody: those who keep the census and act for the agency."""
    return rights.keeps_census(mine) and mine.post.kind in OPENERS


OPENERS = ("bureau_head", "deputy_head", "office_head", "intake_clerk")


def targets(mine: Appointment, tokens: Iterable[str]) -> list[Target]:
    """The things that a page named, as far as they are in reach and still in need of a look."""
    chosen: dict[str, list[int]] = {}
    for token in tokens:
        if token[:1] in "SUVC" and token[1:].isdigit() and len(token) < 18:
            chosen.setdefault(token[0], []).append(int(token[1:]))
    found = [_of_spot(spot) for spot in finding.spots(mine).filter(pk__in=chosen.get("S", ()))]
    place = queries.territory(mine)
    for letter, flag in (("U", answers.UNSPONSORED), ("V", answers.UNVISITED)):
        rows = stewards.in_business(place).filter(pk__in=chosen.get(letter, ()))
        found += _of_premises(rows.select_related("place"), flag)
    cells = Place.objects.within(place).filter(pk__in=chosen.get("C", ()))
    return found + _of_cells(cells.filter(level__in=("village", "grid")))


def all_of(mine: Appointment, wanted: Wanted) -> list[Target]:
    """Everything on a filtered list, as many as one go takes."""
    if wanted.what == finding.SPOTS:
        return [_of_spot(s) for s in finding.narrowed(mine, wanted).order_by("pk")[:MOST]]
    if wanted.what == answers.CELL:
        return _of_cells(finding.cells(mine, wanted)[:MOST])
    return _of_premises(finding.premises(mine, wanted).order_by("pk")[:MOST], wanted.what)


def _of_spot(spot: finding.BlindSpot) -> Target:
    one = spot.establishment
    running = spot.matter if spot.matter and spot.matter.is_open else None
    return Target(
        f"S{spot.pk}", f"E{one.pk}", spot.flag, one.name, one.place, one.premises, running
    )


def _of_premises(rows: Iterable[Premises], flag: str) -> list[Target]:
    listed = list(rows)
    running = finding.checks_of([f"P{row.pk}" for row in listed], flag)
    letter = "U" if flag == answers.UNSPONSORED else "V"
    return [
        Target(f"{letter}{row.pk}", key, flag, row.name, row.place, row, _matter(running, key))
        for row in listed
        for key in [f"P{row.pk}"]
    ]


def _of_cells(rows: Iterable[Place]) -> list[Target]:
    listed = list(rows)
    running = finding.checks_of([f"C{row.pk}" for row in listed], answers.CELL)
    return [
        Target(key, key, answers.CELL, row.name, row, None, _matter(running, key))
        for row in listed
        for key in [f"C{row.pk}"]
    ]


def _matter(running: dict[str, GroundCheck], key: str) -> Matter | None:
    return running[key].matter if key in running else None


# --- whom it is given to


@dataclass(slots=True)
class Addressees:
    """Who gets what lies in a place, by the choice of the giver; asked once for all."""

    giver: Appointment
    to: str = TOWNSHIP
    townships: dict[str, Agency] = field(init=False)
    stations: list[tuple[Place, Office]] = field(init=False)

    def __post_init__(self) -> None:
        first, after = rights.county(self.giver).code_range
        rows = Agency.objects.filter(
            kind="township", closed_on__isnull=True, place__code__gte=first, place__code__lt=after
        )
        self.townships = {a.place.code[:9]: a for a in rows.select_related("place")}
        found = stations.places_of(self.giver.post.agency, timing.today())
        self.stations = sorted(found, key=lambda row: -len(row[0].prefix))

    def of(self, place: Place) -> tuple[Agency, Office | None]:
        """The agency and office for one place."""
        town = self.townships.get(place.code[:9])
        station = next((o for p, o in self.stations if place.code.startswith(p.prefix)), None)
        mine = self.giver.post.agency
        if self.to == TOWNSHIP and town is not None:
            return town, None
        if station is not None:
            return mine, station
        return (town, None) if town is not None else (mine, self.giver.post.office)


def open_checks(
    wanted: Sequence[Target], *, giver: Appointment, to: str = TOWNSHIP, text: str = ""
) -> Opened:
    """Give a check for each thing that has none open; raises what the desk raises."""
    who, done = Addressees(giver, to), Opened()
    for target in wanted:
        matter = None if target.open else _open(target, who, text)
        if matter is None:
            done.already += 1
        else:
            done.given.append(matter)
    return done


def _open(target: Target, who: Addressees, text: str) -> Matter | None:
    agency, office = who.of(target.place)
    words = target.flag_words.zh
    opening = Opening(
        title=f"实地核查：{target.name}（{words}）",
        agency=agency,
        place=target.place,
        office=office,
        giver=who.giver,
        operator=target.premises.operator if target.premises else None,
        premises=target.premises,
        fields={
            "flag": target.flag,
            "subject": target.subject,
            "text": text.strip() or f"{target.name}：{answers.WHY[target.flag].zh}。",
        },
    )
    try:
        with transaction.atomic():
            return open_matter(KIND, "open", opening, by=Actor.official(who.giver))
    except IntegrityError:
        if GroundCheck.objects.filter(
            subject=target.subject, flag=target.flag, open=True
        ).exists():  # somebody was quicker
            return None
        raise
