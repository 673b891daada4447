"""What a citizen finds: words, kind, year and township over the entries in public, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min, QuerySet
from django.db.models.functions import Substr
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from zhian.desk.models import Publication
from zhian.desk.publishing import queries, showing
from zhian.directory.models import Place
from zhian.law.publications import publications
from zhian.web.lists import Column, Listing, listing

PER_PAGE = 20
MOST_WORDS = 6
TOWN = 9  # digits that a township and all below it share
FIELDS = ("uid", "what", "title", "content", "since", "until", "place_code")
COLUMNS = (
    Column("date", gettext_lazy("公布日期"), lambda p: p.since, ("since",)),
    Column("title", gettext_lazy("标题"), lambda p: p.title, ("title",)),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what makes no sense is left out."""

    words: tuple[str, ...]
    what: str
    year: int | None
    town: str

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.words or self.what or self.year or self.town)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the list."""

    entry: Publication
    kind: str
    lines: Sequence[tuple[str, str]]


def wanted(params: QueryDict) -> Wanted:
    """The search of an address."""
    what, year, town = (params.get(name, "") for name in ("what", "year", "town"))
    return Wanted(
        words=tuple(params.get("q", "").split()[:MOST_WORDS]),
        what=what if what in publications() else "",
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        town=town if town.isascii() and town.isdigit() and len(town) == TOWN else "",
    )


def found(search: Wanted, now: datetime) -> QuerySet[Publication]:
    """The entries in public that hold every word, of that kind, year and township."""
    rows = queries.in_public(now).filter(what__in=[search.what] if search.what else publications())
    for word in search.words:
        rows = rows.filter(words__icontains=word)
    if search.year and 1 <= search.year < 9999:
        zone = timezone.get_current_timezone()
        begins = (datetime(search.year + n, 1, 1, tzinfo=zone) for n in (0, 1))
        rows = rows.filter(since__gte=next(begins), since__lt=next(begins))
    if search.town:
        rows = rows.filter(place_code__startswith=search.town)
    return rows.only(*FIELDS)


def page(params: QueryDict, now: datetime) -> Listing:
    """One page of what is found: one query for the count, one for the rows."""
    return listing(params, found(wanted(params), now), COLUMNS, "-date", PER_PAGE, narrow=True)


def rows(entries: Sequence[Publication], language: str) -> list[Row]:
    """The entries as a list says them."""
    kinds = publications()
    return [
        Row(p, kinds[p.what].words.text(language), showing.listed(p, language)) for p in entries
    ]


def years(now: datetime) -> list[int]:
    """The years in which something in public was let out, the latest first."""
    ends = queries.in_public(now).aggregate(first=Min("since"), last=Max("since"))
    if ends["first"] is None:
        return []
    first, last = (timezone.localtime(ends[end]).year for end in ("first", "last"))
    return list(range(last, first - 1, -1))


def towns(now: datetime) -> list[Place]:
    """The townships of which something is in public."""
    codes = queries.in_public(now).annotate(town=Substr("place_code", 1, TOWN)).order_by()
    wanted_codes = [f"{code}000" for code in codes.values_list("town", flat=True).distinct()]
    places = {place.code: place for place in Place.objects.filter(code__in=wanted_codes)}
    return sorted(places.values(), key=lambda place: place.code)


def latest(now: datetime, count: int = 5) -> list[Publication]:
    """What was let out last."""
    newest = found(Wanted((), "", None, ""), now)
    return list(newest.order_by("-since", "-id")[:count])
