"""What the map shows: which premises a filter means, their points, the ground under them.

The map has no tiles and asks no outside server. Where a division has an outline it is drawn; else
the hull of the points in it; where there is not one point, circles in rows stand for the divisions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy

from zhian.apps.registry.models import BlindSpot
from zhian.directory import reach, stewards
from zhian.directory.models import (
    Appointment,
    Operator,
    Outline,
    Place,
    Premises,
    Sponsorship,
    Standing,
)
from zhian.directory.words import business_words, named, say
from zhian.law import offices, vocabulary
from zhian.law.vocabulary import UnknownWord
from zhian.methods import geo

SPONSOR = "sponsor"
MISSING = (
    (SPONSOR, gettext_lazy("无包保人")),
    ("county", gettext_lazy("无县级责任人")),
    ("township", gettext_lazy("无乡镇责任人")),
    ("village", gettext_lazy("无村级责任人")),
    ("double", gettext_lazy("同级两名责任人")),
)
BELOW = {"province": "city", "city": "county", "county": "township", "township": "village"}
# How a point is drawn: in business, paused, ended, with an open blind spot.
COLOURS = {"active": 0, "paused": 1}
ENDED, BLIND = 2, 3
MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks of the map; empty means everything."""

    q: str = ""
    town: str = ""
    type: str = ""
    link: str = ""
    state: str = ""
    standing: str = ""
    missing: str = ""
    blind: str = ""
    located: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Wanted:
        """Read from the address."""
        return cls(**{f.name: params.get(f.name, "").strip() for f in fields(cls)})


def found(by: Appointment, wanted: Wanted, day: date) -> QuerySet[Premises]:
    """The premises in reach that a filter means."""
    rows = reach.premises(by)
    if wanted.q:
        rows = rows.filter(Q(name__icontains=wanted.q) | Q(operator__name__icontains=wanted.q))
    if wanted.town.isdigit():
        rows = rows.filter(place__code__startswith=wanted.town)
    if wanted.type:
        rows = rows.filter(business_type=wanted.type)
    if wanted.link:
        rows = rows.filter(_in_link(wanted.link))
    rows = _by_state(rows, wanted.state)
    if wanted.located:
        rows = rows.filter(longitude__isnull=wanted.located == "no")
    rows = _by_standing(rows, wanted.standing, day)
    return _by_missing(_by_blind(rows, wanted.blind), wanted.missing, day)


def _in_link(link: str) -> Q:
    """Premises of a link of the chain: by their own links, else by their business type."""
    return Q(links__contains=f" {link} ") | Q(links="", business_type__in=types_of(link))


def types_of(link: str) -> list[str]:
    """The business types of one link of the chain from field to table."""
    return [key for key, known in offices.business_types().items() if link in known.links]


def _by_state(rows: QuerySet[Premises], state: str) -> QuerySet[Premises]:
    if state == "all":
        return rows
    return rows.filter(state=state) if state else rows.filter(state__in=stewards.OPEN)


def _by_standing(rows: QuerySet[Premises], text: str, day: date) -> QuerySet[Premises]:
    """Premises (or their operators) with a standing in force: `kind`, or `kind:value`."""
    kind, _colon, value = text.partition(":")
    if not kind:
        return rows
    live = Standing.objects.on(day).filter(kind=kind)
    if value:
        live = live.filter(value=value)
    own = live.filter(premises=OuterRef("pk"))
    whole = live.filter(premises__isnull=True, operator=OuterRef("operator"))
    return rows.filter(Exists(own) | Exists(whole))


def _by_missing(rows: QuerySet[Premises], key: str, day: date) -> QuerySet[Premises]:
    if key == SPONSOR:
        bound = Sponsorship.objects.on(day).filter(premises=OuterRef("pk"))
        return rows.filter(~Exists(bound))
    return stewards.gap(rows, key, day) if key in stewards.GAPS else rows


def _open_spots() -> QuerySet[BlindSpot]:
    return BlindSpot.objects.filter(ended_at__isnull=True)


def _by_blind(rows: QuerySet[Premises], flag: str) -> QuerySet[Premises]:
    if not flag:
        return rows
    spots = _open_spots().filter(establishment__premises=OuterRef("pk"))
    return rows.filter(Exists(spots if flag == "any" else spots.filter(flag=flag)))


# --- what can be chosen


def choices(by: Appointment, day: date) -> list[tuple[str, Any, list[tuple[str, Any]]]]:
    """The filters: name in the address, label, options."""
    return [
        ("town", gettext_lazy("区划"), [(p.prefix, named(p)) for p in divisions(by, day)]),
        ("type", gettext_lazy("业态"), [(k, say(t.words)) for k, t in _types().items()]),
        ("link", gettext_lazy("环节"), [(k, say(w)) for k, w in offices.chain_links().items()]),
        ("state", gettext_lazy("状态"), [*Operator.STATES, ("all", gettext_lazy("全部状态"))]),
        ("standing", gettext_lazy("等级和状态标记"), standings(day)),
        ("missing", gettext_lazy("责任缺口"), list(MISSING)),
        ("blind", gettext_lazy("盲点"), blind_flags()),
        (
            "located",
            gettext_lazy("坐标"),
            [("yes", gettext_lazy("已定位")), ("no", gettext_lazy("未定位"))],
        ),
    ]


def _types() -> Mapping[str, Any]:
    return offices.business_types()


def standings(day: date) -> list[tuple[str, str]]:
    """The kinds of standing that premises bear now, with the values that they take."""
    live = Standing.objects.on(day).filter(user__isnull=True).order_by()
    pairs = sorted(live.values_list("kind", "value").distinct()[:MOST_VALUES])
    found = []
    for kind, value in pairs:
        try:
            words = say(vocabulary.standing(kind))
        except UnknownWord:
            words = kind
        found.append((f"{kind}:{value}" if value else kind, f"{words} {value}".strip()))
    return found


def blind_flags() -> list[tuple[str, Any]]:
    """The sorts of blind spot that are open now."""
    flags = _open_spots().order_by("flag").values_list("flag", flat=True).distinct()
    from zhian.apps.registry.census.words import FLAGS

    rows = [(flag, say(FLAGS[flag]) if flag in FLAGS else flag) for flag in flags]
    return [("any", gettext_lazy("任何盲点")), *rows] if rows else []


def divisions(by: Appointment, day: date) -> list[Place]:
    """The divisions that the map is divided into: one step below the territory."""
    here = by.post.territory
    level = BELOW.get(here.level)
    if level is None:
        return [here]
    return list(Place.objects.within(here).on(day).filter(level=level).order_by("code"))


# --- what is drawn


def points(rows: QuerySet[Premises]) -> list[tuple[int, float, float, int]]:
    """Every located premises: number, longitude, latitude, how it is drawn."""
    located = rows.filter(longitude__isnull=False, latitude__isnull=False).order_by("pk")
    blind = set(
        _open_spots()
        .filter(establishment__premises__isnull=False)
        .values_list("establishment__premises", flat=True)
    )
    return [
        (pk, lon, lat, BLIND if pk in blind else COLOURS.get(state, ENDED))
        for pk, lon, lat, state in located.values_list("pk", "longitude", "latitude", "state")
    ]


def ground(by: Appointment, rows: QuerySet[Premises], day: date) -> dict[str, Any]:
    """The divisions under the points: outline, hull or circle, and how many premises are where."""
    here, parts = by.post.territory, divisions(by, day)
    width = len(parts[0].prefix) if parts else len(here.prefix)
    counts = _counts(rows, width)
    known = {
        o.place_id: o.sketch
        for o in Outline.objects.filter(place__in=[here, *parts]).defer("rings")
    }
    every = _located(here, width)
    areas = [_area(place, counts, known, every.get(place.prefix, [])) for place in parts]
    drawn = [ring for area in areas for polygon in area["rings"] for ring in polygon]
    drawn += [ring for polygon in known.get(here.pk, []) for ring in polygon]
    at = [point for ring in drawn for point in ring]
    at += [point for rows_there in every.values() for point in rows_there]
    _blind_counts(areas, parts, width)
    if not at:
        for area, (x, y, r) in zip(areas, geo.plan(a["n"] for a in areas), strict=True):
            area["circle"] = [round(x, 1), round(y, 1), round(r, 1)]
    return {
        "plan": not at,
        "box": list(geo.box_of(at)) if at else None,
        "border": known.get(here.pk, []),
        "areas": areas,
    }


def _counts(rows: QuerySet[Premises], width: int) -> dict[str, int]:
    counted = rows.order_by().annotate(at=Substr("place__code", 1, width)).values_list("at")
    return dict(counted.annotate(n=Count("pk")))


def _located(here: Place, width: int) -> dict[str, list[geo.Point]]:
    """Every point of the territory by division, whatever the filter: the ground stays still."""
    first, after = here.code_range
    found: dict[str, list[geo.Point]] = defaultdict(list)
    rows = Premises.objects.filter(
        place__code__gte=first, place__code__lt=after, longitude__isnull=False
    )
    for code, lon, lat in rows.values_list("place__code", "longitude", "latitude"):
        found[code[:width]].append((lon, lat))
    return found


def _area(
    place: Place,
    counts: Mapping[str, int],
    known: Mapping[int, Any],
    located: Sequence[geo.Point],
) -> dict[str, Any]:
    outline = known.get(place.pk)
    hull = geo.hull(located) if outline is None else []
    return {
        "id": place.pk,
        "prefix": place.prefix,
        "name": named(place),
        "n": counts.get(place.prefix, 0),
        "rings": outline if outline is not None else ([[hull]] if hull else []),
        "guessed": outline is None,
    }


def _blind_counts(areas: Iterable[dict[str, Any]], parts: Sequence[Place], width: int) -> None:
    """Blind spots by division: most of them have no point, because nobody has them on a list."""
    spots = _open_spots().order_by().annotate(at=Substr("place__code", 1, width))
    counted = dict(spots.values_list("at").annotate(n=Count("establishment", distinct=True)))
    for area, place in zip(areas, parts, strict=True):
        area["blind"] = counted.get(place.prefix, 0)


def type_words(premises: Premises) -> str:
    """The business type in the reader's language."""
    return say(business_words(premises.business_type))
