"""A matter that an operator begins: which agency is competent, and where it arrives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhian.apps.registry.models import Licence
from zhian.desk.kinds import Opening
from zhian.desk.labels import kind_words
from zhian.directory import reach
from zhian.directory.models import Agency, Operator, Place, Premises, Responsibility
from zhian.directory.models.places import SIGNIFICANT
from zhian.law import offices
from zhian.law.procedure import ActSpec

REGULATOR = "market_regulation"
DIGITS = 12


def opening(
    kind: str,
    spec: ActSpec,
    operator: Operator,
    values: Mapping[str, Any],
    given: Mapping[str, Any],
    day: date,
) -> Opening | None:
    """Where it arrives: at the competent agency, in nobody's hands yet; None where none is."""
    premises: Premises | None = values.get("premises")
    place = premises.place if premises else operator.place
    agency = _of_licence(operator, values) or competent(spec, place, premises, day)
    if agency is None:
        return None
    return Opening(
        title=f"{kind_words(kind).zh}：{operator.name}",
        agency=agency,
        place=place,
        operator=operator,
        premises=premises,
        fields=given,
    )


def _of_licence(operator: Operator, values: Mapping[str, Any]) -> Agency | None:
    """What is about a licence goes to whoever issued it."""
    number = values.get("licence_number")
    if not number:
        return None
    rows = Licence.objects.filter(operator=operator, number=number).select_related("agency")
    licence = rows.first()
    return licence.agency if licence else None


def competent(spec: ActSpec, place: Place, premises: Premises | None, day: date) -> Agency | None:
    """The agency that answers for the business here (the nearest cell of the matrix), if its posts
    take such a matter; else the regulator of the place."""
    wanted = _kinds_of(spec)
    if premises is not None:
        rows = Responsibility.objects.filter(
            reach.in_force(day),
            business_type=premises.business_type,
            place__code__in=_above(place),
            agency__closed_on__isnull=True,
        )
        for row in rows.select_related("agency").order_by("-place__code"):
            if not wanted or row.agency.kind in wanted:
                return row.agency
    here = Agency.objects.filter(
        kind=REGULATOR, closed_on__isnull=True, place__code__in=_above(place)
    )
    return here.order_by("-place__code").first()


def _kinds_of(spec: ActSpec) -> set[str]:
    """Kinds of agency whose posts take it in."""
    known = offices.posts()
    return {kind for post in spec.posts if post in known for kind in known[post].agencies}


def _above(place: Place) -> list[str]:
    """The codes of a division and of all that it lies in."""
    long = place.code.ljust(DIGITS, "0")
    codes = [long[:digits].ljust(DIGITS, "0") for digits in SIGNIFICANT.values() if digits <= 12]
    return [place.code, *codes]
