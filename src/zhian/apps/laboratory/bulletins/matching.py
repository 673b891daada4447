"""Whose a sample is: the operator that was sampled, else the maker, where the house knows it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.timezone import localdate

from zhian.apps.laboratory.bulletins.folding import FoldedSample
from zhian.apps.laboratory.bulletins.places import Found, Territory, locate
from zhian.apps.laboratory.elsewhere import elsewhere
from zhian.directory import stations
from zhian.directory.models import Agency, Office, Operator, Place, Premises
from zhian.law.words import Words

AT_ONCE = 500
PARTIES = (("sampled_unit", "sampled_code"), ("producer", "producer_code"))
SEVERAL = Words(
    "“{name}”在辖区内有 {n} 个同名主体，没有自动对应，请分派时核对。",
    "“{name}” is the name of {n} operators here; none was chosen: check when assigning.",
)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a sample goes, and what was uncertain; `sampled` and `made` are division codes."""

    operator: Operator | None
    premises: Premises | None
    place: Place | None
    office: Office | None
    sampled: str
    made: str
    elsewhere: str = ""
    doubt: Words | None = None


class Matcher:
    """Finds operators, places and offices of one agency for the samples of one file."""

    def __init__(self, agency: Agency, samples: Iterable[FoldedSample]) -> None:
        self.territory = Territory(agency)
        self.stations = stations.places_of(agency, localdate())
        rows = list(samples)
        names = {s.text(name) for s in rows for name, _ in PARTIES} - {""}
        self.codes = self._coded({s.text(code) for s in rows for _, code in PARTIES} - {""})
        self.operators = self._operators(names)
        self.premises = self._premises(names)

    def match(self, sample: FoldedSample) -> Match:
        """Operator by credit code or exact name; township by the operator, else by the address."""
        address = sample.text("sampled_in")
        found = locate(address, sample.text("source"))
        made = locate(sample.text("producer_address")).code
        operator, premises, doubt = self._whose(sample)
        named = self.territory.place_in(address, found)
        bearer = premises or operator
        place = bearer.place if bearer else named
        sampled = _deeper(found, named)
        far = elsewhere(self.territory.home.prefix, sampled, made)
        office = self._office(place) if operator else None
        return Match(operator, premises, place, office, sampled, made, far, doubt)

    def _whose(self, sample: FoldedSample) -> tuple[Operator | None, Premises | None, Words | None]:
        doubt = None
        for party, coded in PARTIES:
            name, code = sample.text(party), sample.text(coded).upper()
            shops = self.premises.get(plain(name), [])
            owners = self._owners(name, code, shops)
            if len(owners) == 1:
                own = [p for p in shops if p.operator_id == owners[0].pk]
                return owners[0], own[0] if len(own) == 1 else None, None
            if len(owners) > 1:
                doubt = doubt or SEVERAL.format(name=name, n=len(owners))
        return None, None, doubt

    def _owners(self, name: str, code: str, shops: list[Premises]) -> list[Operator]:
        """Who may be meant: the bearer of the code, else of the name, unless his code differs."""
        if code in self.codes:
            return [self.codes[code]]
        found = self.operators.get(plain(name)) or list({p.operator for p in shops})
        return [o for o in found if not code or not o.uscc or o.uscc == code]

    def _office(self, place: Place | None) -> Office | None:
        """The station of the place, if exactly one answers for it."""
        if place is None:
            return None
        near = [o for where, o in self.stations if place.code.startswith(where.prefix)]
        return near[0] if len(near) == 1 else None

    def _coded(self, codes: set[str]) -> dict[str, Operator]:
        first, after = self.territory.home.code_range
        found: dict[str, Operator] = {}
        for part in _parts(sorted({c.upper() for c in codes})):
            rows = Operator.objects.filter(
                uscc__in=part, place__code__gte=first, place__code__lt=after
            )
            found |= {str(row.uscc): row for row in rows.select_related("place")}
        return found

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


def _deeper(found: Found, named: Place | None) -> str:
    """The code of the address: down to the township or village where our own tree knows it."""
    return named.code if named and len(named.prefix) >= len(found.digits) else found.code


def plain(name: str) -> str:
    """A name without blanks and with one kind of brackets."""
    return "".join(c for c in unicodedata.normalize("NFKC", name) if not c.isspace())


def spellings(names: set[str]) -> list[str]:
    """The ways in which a register may write these names: full-width and plain brackets."""
    ways = {*names, *map(plain, names)}
    return sorted({*ways, *(w.replace("(", "（").replace(")", "）") for w in ways)})


def _parts(names: list[str]) -> Iterable[list[str]]:
    return (names[i : i + AT_ONCE] for i in range(0, len(names), AT_ONCE))
