"""Where nobody has been: grid cells and villages without a visit since a day.

A visit is an act that cannot be done from a desk; the app that owns such an act registers it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet

from zhian.desk.models import Act
from zhian.directory.models import Place

_visits: dict[str, set[str]] = {}


def register(kind: str, verbs: Iterable[str]) -> None:
    """These acts of a kind of matter are done on the spot."""
    _visits.setdefault(kind, set()).update(verbs)


# Whether an order was obeyed is looked at where it holds.
register("rectification", ("corrected", "pass", "fail"))


def visited_codes(place: Place, since: datetime) -> set[str]:
    """The codes of the premises (else of the matters) in a place that were visited since then."""
    first, after = place.code_range
    codes: set[str] = set()
    for kind, verbs in _visits.items():
        rows = Act.objects.filter(
            matter__kind=kind,
            matter__place_code__gte=first,
            matter__place_code__lt=after,
            verb__in=verbs,
            effective=True,
            happened_at__gte=since,
        )
        for at, of_premises in rows.values_list(
            "matter__place_code", "matter__premises__place__code"
        ):
            codes.add(of_premises or at)
    return codes


def grids_without_visit(place: Place, since: datetime) -> list[Place]:
    """The cells of a place in which nobody was since then, by code: its grid cells, and villages
    that have none. A visit that is only known to lie in a township reaches no cell."""
    visited = visited_codes(place, since)
    rows = Place.objects.within(place).on(since.date())
    cells = list(rows.filter(level="grid").order_by("code"))
    gridded = {cell.code[:12] for cell in cells}
    villages = [v for v in rows.filter(level="village") if v.prefix not in gridded]
    return sorted(
        (c for c in (*cells, *villages) if not any(v.startswith(c.prefix) for v in visited)),
        key=lambda c: c.code,
    )


def acts(since: datetime) -> QuerySet[Act]:
    """Every act since then that was done on the spot, with `premises`: those that it was about."""
    done = Q(pk__in=[])
    for kind, verbs in _visits.items():
        done |= Q(matter__kind=kind, verb__in=verbs)
    rows = Act.objects.filter(done, effective=True, happened_at__gte=since)
    return rows.annotate(premises=F("matter__premises"))
