"""Establishments on which a legal act rests: a run neither merges nor splits nor ends them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhian.apps.registry.models import Establishment, Licence
from zhian.desk.models import Matter
from zhian.directory.models import Place, Premises

# Matters that the census itself opens say nothing about an establishment but that it was looked at.
CENSUS_KINDS = ("ground_check", "census_check", "unseen_page")


def _acts() -> QuerySet[Matter]:
    return Matter.objects.exclude(kind__in=CENSUS_KINDS).filter(blind_spots__isnull=True)


def _resting(operator: str, premises: str) -> Q:
    """Whether a matter or a licence names the operator or the premises of a row."""
    found = Q()
    for rows in (_acts(), Licence.objects.all()):
        found |= Q(Exists(rows.filter(operator=OuterRef(operator))))
        found |= Q(Exists(rows.filter(premises=OuterRef(premises))))
    return found


def establishments(county: Place) -> QuerySet[Establishment]:
    """The standing establishments of a county on which a matter, a licence or a case rests."""
    first, after = county.code_range
    rows = Establishment.objects.filter(
        place__code__gte=first, place__code__lt=after, ended_on__isnull=True
    )
    return rows.filter(_resting("premises__operator", "premises"), premises__isnull=False)


def numbers(county: Place) -> frozenset[str]:
    """Their numbers."""
    return frozenset(establishments(county).values_list("number", flat=True))


def premises(county: Place) -> frozenset[int]:
    """The premises of the directory on which such an act rests."""
    first, after = county.code_range
    rows = Premises.objects.filter(place__code__gte=first, place__code__lt=after)
    return frozenset(rows.filter(_resting("operator", "pk")).values_list("pk", flat=True))


def rests_on(establishment: Establishment) -> bool:
    """Whether a legal act rests on one establishment."""
    rows = Establishment.objects.filter(pk=establishment.pk, premises__isnull=False)
    return rows.filter(_resting("premises__operator", "premises")).exists()
