"""Whose a sample is: the operator that was sampled, else the maker, where the house knows it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from zhian.apps.laboratory.bulletins.folding import FoldedSample
from zhian.apps.laboratory.bulletins.places import Found, Territory, locate
from zhian.directory.models import Agency, Office, Operator, Place, Premises
from zhian.law.words import Words

AT_ONCE = 500
SEVERAL = Words(
    "“{name}”在辖区内有 {n} 个同名主体，没有自动对应，请分派时核对。",
    "“{name}” is the name of {n} operators here; none was chosen: check when assigning.",
)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a sample goes, and what was uncertain."""

    operator: Operator | None
    premises: Premises | None
    place: Place | None
    office: Office | None
    sampled: Found
    made: Found
    doubt: Words | None = None


class Matcher:
    """Finds operators, places and offices of one agency for the samples of one file."""

    def __init__(self, agency: Agency, samples: Iterable[FoldedSample]) -> None:
        self.territory = Territory(agency)
        self.offices = list(
            Office.objects.filter(agency=agency, closed_on__isnull=True, place__isnull=False)
            .exclude(place=agency.place)
            .select_related("place")
        )
        names = {s.text(name) for s in samples for name in ("sampled_unit", "producer")} - {""}
        self.operators = self._operators(names)
        self.premises = self._premises(names)

    def match(self, sample: FoldedSample) -> Match:
        """Operator by exact name; township by the operator, else by the address."""
        source = sample.text("source")
        sampled = locate(sample.text("sampled_in"), source)
        made = locate(sample.text("producer_address"))
        operator, premises, doubt = self._whose(sample)
        place = self._place(sample, sampled, operator, premises)
        office = self._office(place) if operator else None
        return Match(operator, premises, place, office, sampled, made, doubt)

    def _place(
        self,
        sample: FoldedSample,
        sampled: Found,
        operator: Operator | None,
        premises: Premises | None,
    ) -> Place | None:
        bearer = premises or operator
        if bearer is not None:
            return bearer.place
        return self.territory.place_in(sample.text("sampled_in"), sampled)

    def _whose(self, sample: FoldedSample) -> tuple[Operator | None, Premises | None, Words | None]:
        doubt = None
        for name in (sample.text("sampled_unit"), sample.text("producer")):
            shops = self.premises.get(plain(name), [])
            owners = self.operators.get(plain(name)) or list({p.operator for p in shops})
            if len(owners) == 1:
                own = [p for p in shops if p.operator_id == owners[0].pk]
                return owners[0], own[0] if len(own) == 1 else None, None
            if len(owners) > 1:
                doubt = doubt or SEVERAL.format(name=name, n=len(owners))
        return None, None, doubt

    def _office(self, place: Place | None) -> Office | None:
        """The station of the place, if exactly one answers for it."""
        if place is None:
            return None
        near = [o for o in self.offices if o.place and place.code.startswith(o.place.prefix)]
        return near[0] if len(near) == 1 else None

    def _operators(self, names: set[str]) -> dict[str, list[Operator]]:
        found: dict[str, list[Operator]] = defaultdict(list)
        first, after = self.territory.home.code_range
        for part in _parts(spellings(names)):
            rows = Operator.objects.filter(
                name__in=part, place__code__gte=first, place__code__lt=after
            )
            for row in rows.select_related("place"):
                found[plain(row.name)].append(row)
        return found

    def _premises(self, names: set[str]) -> dict[str, list[Premises]]:
        found: dict[str, list[Premises]] = defaultdict(list)
        first, after = self.territory.home.code_range
        for part in _parts(spellings(names)):
            rows = Premises.objects.filter(
                name__in=part, place__code__gte=first, place__code__lt=after
            )
            for row in rows.select_related("place", "operator__place"):
                found[plain(row.name)].append(row)
        return found


def plain(name: str) -> str:
    """A name without blanks and with one kind of brackets."""
    return "".join(c for c in unicodedata.normalize("NFKC", name) if not c.isspace())


def spellings(names: set[str]) -> list[str]:
    """The ways in which a register may write these names: full-width and plain brackets."""
    ways = {*names, *map(plain, names)}
    return sorted({*ways, *(w.replace("(", "（").replace(")", "）") for w in ways)})


def _parts(names: list[str]) -> Iterable[list[str]]:
    return (names[i : i + AT_ONCE] for i in range(0, len(names), AT_ONCE))
