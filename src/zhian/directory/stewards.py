"""属地责任: who answers for premises at each level, where nobody does, where two do.

The county government leads (食品安全法 6), townships support and help (食品安全法实施条例 4), the
villages' information officers report (农产品质量安全法 52). Every premises in business needs one
person at each level that its address reaches: one that is only known to lie in a township has no
village to answer for it. Everything is read by place and paged; nothing asks premises one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from zhian.directory import reach
from zhian.directory.models import Appointment, Place, Premises, Stewardship
from zhian.law import offices
from zhian.law.words import Words

LEVELS = ("county", "township", "village")
DOUBLE = "double"
GAPS = (*LEVELS, DOUBLE)
OPEN = ("active", "paused")
# An address that names the village reaches all three levels.
VILLAGE = ("village", "grid")
WORDS = {
    "county": Words("无县级责任人", "Nobody at county level"),
    "township": Words("无乡镇责任人", "Nobody at township level"),
    "village": Words("无村级责任人", "Nobody at village level"),
    DOUBLE: Words("同级重复", "Two at one level"),
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """One division: premises in business, how many each level must and does answer for."""

    place: Place
    premises: int
    villaged: int
    have: Mapping[str, int]
    doubled: int

    def needed(self, level: str) -> int:
        """How many premises need a person at a level."""
        return self.villaged if level == "village" else self.premises

    def percent(self, level: str) -> int:
        """The share that has one, rounded down: 100 means all."""
        needed = self.needed(level)
        return 100 * self.have.get(level, 0) // needed if needed else 100

    def lacking(self, level: str) -> int:
        """How many have nobody."""
        return self.needed(level) - self.have.get(level, 0)

    @property
    def whole(self) -> bool:
        """Whether there is neither gap nor overlap."""
        return not self.doubled and not any(map(self.lacking, LEVELS))

    @property
    def rows(self) -> list[tuple[str, Any, int, int, int]]:
        """For a page: level, its name, needed, have, percent."""
        return [
            (key, words, self.needed(key), self.have.get(key, 0), self.percent(key))
            for key, words in Stewardship.LEVELS
        ]


@dataclass(frozen=True, slots=True)
class Answerer:
    """One person at one level in a place, and for how many premises."""

    appointment: Appointment
    level: str
    premises: int

    @property
    def level_words(self) -> Any:
        """What the level is called."""
        return dict(Stewardship.LEVELS)[self.level]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who would answer for which premises, and where the posts do not say it."""

    level: str
    pairs: tuple[tuple[int, Appointment], ...]
    unheld: Mapping[str, int] = field(default_factory=dict)
    several: Mapping[str, int] = field(default_factory=dict)

    @property
    def people(self) -> list[tuple[Appointment, int]]:
        """Each person with the number of premises that would come to him."""
        counted: dict[int, int] = defaultdict(int)
        known = {who.pk: who for _premises, who in self.pairs}
        for _premises, who in self.pairs:
            counted[who.pk] += 1
        return [(known[pk], n) for pk, n in counted.items()]


def in_business(place: Place) -> QuerySet[Premises]:
    """Premises in business in a division and below."""
    first, after = place.code_range
    return Premises.objects.filter(place__code__gte=first, place__code__lt=after, state__in=OPEN)


def lacking(rows: QuerySet[Premises], level: str, day: date) -> QuerySet[Premises]:
    """Of some premises in business those for which nobody answers at a level."""
    now = Stewardship.objects.on(day).filter(premises=OuterRef("pk"), level=level)
    return needing(rows, level).filter(~Exists(now))


def needing(rows: QuerySet[Premises], level: str) -> QuerySet[Premises]:
    """Of some premises those that need a person at a level."""
    return rows.filter(place__level__in=VILLAGE) if level == "village" else rows


def doubled(rows: QuerySet[Premises], day: date, within: Place | None = None) -> QuerySet[Premises]:
    """Of some premises those for which two people answer at one level; `within` is where they
    lie, if that is known: then no bond elsewhere is read."""
    bonds = Stewardship.objects.on(day)
    if within is not None:
        bonds = bonds.filter(premises__in=in_business(within).values("pk"))
    counted = bonds.order_by().values("premises", "level")
    twice = counted.annotate(n=Count("appointment", distinct=True)).filter(n__gt=1)
    return rows.filter(pk__in=twice.values("premises"))


def gap(
    rows: QuerySet[Premises], key: str, day: date, within: Place | None = None
) -> QuerySet[Premises]:
    """The premises behind one gap (a level) or behind the overlaps (`double`)."""
    return doubled(rows, day, within) if key == DOUBLE else lacking(rows, key, day)


def coverage(within: Place, places: Sequence[Place], day: date) -> list[Coverage]:
    """How far each of some divisions of one level is covered: four queries for all of them."""
    if not places:
        return []
    width = len(places[0].prefix)
    rows = in_business(within)
    total = _by_prefix(rows, width, "place__code")
    villaged = _by_prefix(needing(rows, "village"), width, "place__code")
    twice = _by_prefix(doubled(rows, day, within), width, "place__code")
    have = _bound(within, width, day)
    return [
        Coverage(
            place,
            total.get(place.prefix, 0),
            villaged.get(place.prefix, 0),
            have.get(place.prefix, {}),
            twice.get(place.prefix, 0),
        )
        for place in places
    ]


def _by_prefix(rows: QuerySet[Any], width: int, path: str) -> dict[str, int]:
    counted = rows.order_by().annotate(at=Substr(path, 1, width)).values_list("at")
    return dict(counted.annotate(n=Count("pk")))


def _bound(within: Place, width: int, day: date) -> dict[str, dict[str, int]]:
    """Premises with a person, by division and level; at village level only those that need one."""
    first, after = within.code_range
    rows = (
        Stewardship.objects.on(day)
        .filter(
            ~Q(level="village") | Q(premises__place__level__in=VILLAGE),
            premises__place__code__gte=first,
            premises__place__code__lt=after,
            premises__state__in=OPEN,
        )
        .order_by()
        .annotate(at=Substr("premises__place__code", 1, width))
        .values_list("at", "level")
        .annotate(n=Count("premises", distinct=True))
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for at, level, n in rows:
        found[at][level] = n
    return found


def answerers(place: Place, day: date) -> list[Answerer]:
    """Who answers in a place at which level, and for how many premises; from the county down."""
    # the premises first: there are few of them in a township, and many bonds in a county
    counted = list(
        Stewardship.objects.on(day)
        .filter(premises__in=in_business(place).values("pk"))
        .order_by()
        .values_list("appointment", "level")
        .annotate(n=Count("premises", distinct=True))
    )
    people = Appointment.objects.select_related(
        "user", "post__agency__place", "post__office", "post__place"
    ).in_bulk({pk for pk, _level, _n in counted})
    rows = [Answerer(people[pk], level, n) for pk, level, n in counted]
    return sorted(rows, key=lambda r: (LEVELS.index(r.level), -r.premises, r.appointment.pk))


def of_premises(rows: Iterable[Premises], day: date) -> dict[int, dict[str, list[Stewardship]]]:
    """For the premises of a page: who answers at each level, in one query."""
    keys = [row.pk for row in rows]
    found: dict[int, dict[str, list[Stewardship]]] = {pk: {} for pk in keys}
    bound = Stewardship.objects.on(day).filter(premises__in=keys)
    for row in bound.select_related("appointment__user", "appointment__post").order_by("pk"):
        found[row.premises_id].setdefault(row.level, []).append(row)
    return found


# --- who would answer, by the posts


def kinds_at(level: str) -> tuple[str, ...]:
    """The posts of one level alone (posts.toml) that answer there: those that sign, if any do."""
    mine = [p for p in offices.posts().values() if p.levels == (level,)]
    return tuple(p.key for p in mine if p.signs) or tuple(p.key for p in mine)


def holders(within: Place, level: str, day: date) -> dict[str, list[Appointment]]:
    """Who holds such a post on a day, by the digits of the division that he answers for."""
    rows = Appointment.objects.on(day).filter(
        post__kind__in=kinds_at(level), post__agency__closed_on__isnull=True
    )
    found: dict[str, list[Appointment]] = defaultdict(list)
    for row in rows.select_related(
        "user", "post__agency__place", "post__office__place", "post__place"
    ):
        where = row.post.territory
        if where.code.startswith(within.prefix) or within.code.startswith(where.prefix):
            found[where.prefix].append(row)
    return found


def propose(within: Place, level: str, day: date) -> Proposal:
    """For premises with nobody at a level: whoever alone holds the post of their division."""
    known = holders(within, level, day)
    width = {"county": 6, "township": 9, "village": 12}[level]
    pairs: list[tuple[int, Appointment]] = []
    unheld: dict[str, int] = defaultdict(int)
    several: dict[str, int] = defaultdict(int)
    rows = lacking(in_business(within), level, day).order_by("pk")
    for pk, code in rows.values_list("pk", "place__code"):
        found = known.get(code[:width], [])
        if len(found) == 1:
            pairs.append((pk, found[0]))
        else:
            (several if found else unheld)[code[:width].ljust(12, "0")] += 1
    return Proposal(level, tuple(pairs), dict(unheld), dict(several))


# --- for the report of gaps


def report(key: str) -> Any:
    """The rows of one gap in an administrator's reach, for the report of gaps and overlaps."""

    def rows(by: Appointment, day: date) -> QuerySet[Premises]:
        return gap(reach.premises(by).filter(state__in=OPEN), key, day)

    return rows
