"""How complete the files of a territory are: township by township, section by section.

Counted when it is asked for, from the rows themselves: one pass over operators and premises and
one over the open rows of each section, so that nothing can be out of date.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from zhian.apps.registry.archive.queries import OVER, needed
from zhian.apps.registry.archive.sections import model_of
from zhian.directory.models import Operator, Place, Premises
from zhian.law.archive import Score, Section, archive, score

Outcome = tuple[int, dict[str, bool]]  # the score, and which sections it has whole
TOWN = 9  # digits of a township's code


@dataclass(slots=True)
class Cell:
    """A section in one township: how many need it, how many have all of it."""

    needed: int = 0
    had: int = 0

    @property
    def percent(self) -> int | None:
        """The share that has it, in whole percent; None where nobody needs it."""
        return 100 * self.had // self.needed if self.needed else None

    @property
    def lacking(self) -> int:
        """How many lack it."""
        return self.needed - self.had


@dataclass(slots=True)
class Town:
    """One township's line of the table."""

    code: str
    name: str
    operators: int = 0
    points: int = 0
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def score(self) -> int | None:
        """The mean of its files' scores, in whole percent; None where there is no file."""
        return self.points // self.operators if self.operators else None


@dataclass(frozen=True, slots=True)
class Table:
    """The whole page: its sections, a line for each township, and all of them together."""

    sections: tuple[Section, ...]
    towns: tuple[Town, ...]
    whole: Town


def table(operators: QuerySet[Operator], names: Mapping[str, str], total: str) -> Table:
    """The table of some operators. names: what the townships are called, by nine digits."""
    sections = tuple(s for s in archive().sections.values() if counts(s))
    whole = _town("", total, sections)
    towns = {code: _town(code, name, sections) for code, name in names.items()}
    seen: dict[Any, Outcome] = {}
    for (code, key), n in Counter(_signatures(operators)).items():
        if key not in seen:
            seen[key] = _outcome(score(*_asked(key)))
        town = towns.setdefault(code, _town(code, code, sections))
        for line in (town, whole):
            _add(line, seen[key], n)
    return Table(sections, tuple(sorted(towns.values(), key=lambda t: t.code)), whole)


def counts(section: Section) -> bool:
    """Whether anything of a section counts."""
    return bool(section.need.weight or any(f.need.weight for f in section.fields))


def _town(code: str, name: str, sections: tuple[Section, ...]) -> Town:
    return Town(code, name, cells={s.key: Cell() for s in sections})


def _outcome(found: Score) -> Outcome:
    whole: dict[str, bool] = {}
    for point in found.points:
        whole[point.section] = whole.get(point.section, True) and not point.missing
    return found.percent, whole


def _add(town: Town, found: Outcome, n: int) -> None:
    percent, whole = found
    town.operators += n
    town.points += n * percent
    for key, had in whole.items():
        town.cells[key].needed += n
        town.cells[key].had += n * had


def _asked(key: tuple[Any, ...]) -> tuple[str, Any, Any, Mapping[str, int]]:
    kind, types, filled, each = key
    return kind, types, filled, dict(each)


def _signatures(operators: QuerySet[Operator]) -> Any:
    """Of each operator its township and all that its score depends on; many share the same."""
    subject = needed("subject")
    shops, rows = _shops(), _filled()
    read = operators.order_by().values_list("pk", "kind", "place__code", *(f.key for f in subject))
    nothing: tuple[frozenset[str], tuple[str, ...]] = (frozenset(), ())
    for pk, kind, code, *values in read.iterator(chunk_size=5000):
        types, of_shops = shops.get(pk, nothing)
        own = tuple(f"subject.{f.key}" for f, v in zip(subject, values, strict=True) if v)
        sections, each = rows.get(pk, ((), ()))
        yield code[:TOWN], (kind, types, (*own, *of_shops, *sections), each)


def _shops() -> dict[int, tuple[frozenset[str], tuple[str, ...]]]:
    """Of each operator its business types, and which fields all of its open premises have."""
    wanted = needed("premises")
    types: dict[int, set[str]] = defaultdict(set)
    have: dict[int, set[str]] = {}
    read = Premises.objects.exclude(state__in=OVER).order_by()
    for pk, business, *values in read.values_list(
        "operator", "business_type", *(f.key for f in wanted)
    ).iterator(chunk_size=5000):
        types[pk].add(business)
        there = {
            f"premises.{f.key}" for f, v in zip(wanted, values, strict=True) if v not in (None, "")
        }
        have[pk] = have[pk] & there if pk in have else there
    return {pk: (frozenset(found), tuple(sorted(have[pk]))) for pk, found in types.items()}


def _filled() -> dict[int, tuple[tuple[str, ...], tuple[tuple[str, int], ...]]]:
    """Of each operator the sections that hold something, and how many choices of the others."""
    filled: dict[int, list[str]] = defaultdict(list)
    each: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for section in archive().rows:
        rows = model_of(section).objects.current().order_by()
        if section.need.weight and section.each:
            counted = rows.values_list("operator").annotate(n=Count(section.each, distinct=True))
            for pk, n in counted:
                each[pk].append((section.key, n))
        elif section.need.weight:
            for pk in rows.values_list("operator", flat=True).distinct():
                filled[pk].append(section.key)
    keys = set(filled) | set(each)
    return {pk: (tuple(filled.get(pk, ())), tuple(each.get(pk, ()))) for pk in keys}


def town_names(territory: Place) -> dict[str, str]:
    """The townships of a territory by nine digits, so that one without any file has its line."""
    rows = Place.objects.within(territory).filter(level="township", valid_to__isnull=True)
    return {p.code[:TOWN]: p.name for p in rows}
