"""Files as rows of a list, and one file as its page and its print show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from zhian.apps.registry.archive import queries
from zhian.apps.registry.archive.history import Sheet, sheets
from zhian.apps.registry.archive.queries import CreditRecord
from zhian.apps.registry.archive.sections import joined
from zhian.apps.registry.licences.shown import rows as licence_rows
from zhian.desk.models import Matter
from zhian.directory import reach, rights
from zhian.directory.models import Appointment, Operator, Premises, Sponsorship, Standing
from zhian.law import vocabulary
from zhian.law.archive import Score, archive
from zhian.law.offices import business_types
from zhian.law.words import Words
from zhian.web.lists import PER_PAGE, Column, Listing, listing, ordering, page_of
from zhian.web.words import named, say

MOST_MATTERS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An operator with what a list says of it beside its own fields."""

    operator: Operator
    businesses: str
    links: str
    good: int
    bad: int
    standings: str


def rows(operators: Sequence[Operator], day: date) -> list[Row]:
    """Operators as rows: premises, credit and standings of the whole page in three queries."""
    keys = [o.pk for o in operators]
    shops: dict[int, list[Premises]] = {key: [] for key in keys}
    for shop in Premises.objects.filter(operator__in=keys).order_by("pk"):
        shops[shop.operator_id].append(shop)
    counts = queries.credit_counts(keys, day)
    marks = _marks(keys, day)
    return [
        Row(
            o, joined(_business(s) for s in shops[o.pk]),
            joined(w for s in shops[o.pk] for w in links_of(s)),
            *counts.get(o.pk, (0, 0)), joined(marks.get(o.pk, ())),
        )
        for o in operators
    ]  # fmt: skip


def _business(shop: Premises) -> str:
    known = business_types().get(shop.business_type)
    return say(known.words) if known else shop.business_type


def links_of(shop: Premises) -> list[str]:
    """The links of the chain in which premises stand, in words."""
    return [say(link.words) for link in archive().links_of(shop.business_type, shop.links)]


def _marks(keys: Sequence[int], day: date) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    borne = Standing.objects.on(day).order_by("since")
    for kind, one in borne.filter(operator__in=keys).values_list("kind", "operator"):
        found.setdefault(one, []).append(standing_words(kind))
    of_shops = borne.filter(premises__operator__in=keys)
    for kind, one in of_shops.values_list("kind", "premises__operator"):
        found.setdefault(one, []).append(standing_words(kind))
    return found


def standing_words(kind: str) -> str:
    """A standing in words."""
    try:
        return say(vocabulary.standing(kind))
    except vocabulary.UnknownWord:
        return kind


COLUMNS = (
    Column("name", gettext_lazy("名称"), lambda r: r.operator.name, ("name",)),
    Column("uscc", gettext_lazy("统一社会信用代码"), lambda r: r.operator.uscc, ("uscc",)),
    Column("kind", gettext_lazy("类别"), lambda r: r.operator.get_kind_display(), ("kind",)),
    Column("businesses", gettext_lazy("业态"), lambda r: r.businesses),
    Column("links", gettext_lazy("链条环节"), lambda r: r.links, shown=False),
    Column("place", gettext_lazy("所在地"), lambda r: named(r.operator.place), ("place__code",)),
    Column("address", gettext_lazy("住所"), lambda r: r.operator.address, shown=False),
    Column("head", gettext_lazy("负责人"), lambda r: r.operator.head, ("head",)),
    Column("state", gettext_lazy("状态"), lambda r: r.operator.get_state_display(), ("state",)),
    Column("standings", gettext_lazy("标记"), lambda r: r.standings),
    Column("good", gettext_lazy("守信记录"), lambda r: r.good, numeric=True, shown=False),
    Column("bad", gettext_lazy("失信记录"), lambda r: r.bad, numeric=True),
    Column(
        "registered",
        gettext_lazy("成立日期"),
        lambda r: r.operator.registered_on,
        ("registered_on",),
        shown=False,
    ),
)


def page(params: QueryDict, found: QuerySet[Operator]) -> Listing:
    """One page of the list. What a text finds is read once, in its order: count and page would
    otherwise each look through every name."""
    if not params.get("q", "").strip():
        return listing(params, found, COLUMNS, "name", narrow=True)
    sort, terms = ordering(COLUMNS, params.get("sort", ""), "name")
    keys = list(found.order_by(*terms).values_list("pk", flat=True))
    number = page_of(params, max(1, -(-len(keys) // PER_PAGE)))
    part = keys[(number - 1) * PER_PAGE : number * PER_PAGE]
    rows = Operator.objects.select_related("place").in_bulk(part)
    return Listing(params, COLUMNS, [rows[key] for key in part], len(keys), number, sort)


@dataclass(frozen=True, slots=True)
class File:
    """One file: all that its page shows."""

    operator: Operator
    sheets: Sequence[Sheet]
    score: Score
    credit: CreditRecord
    standings: Sequence[tuple[str, Standing]]
    sponsors: Sequence[Sponsorship]
    licences: Sequence[Any]
    matters: Sequence[Matter]
    banned: Sequence[str]
    writes: bool
    personal: bool

    @property
    def weak(self) -> Sequence[tuple[Words, Sequence[Any], Sequence[Any]]]:
        """The leader's three worries: what was found, what was done against it."""
        rows = {s.section.key: [r.row for r in s.rows] for s in self.sheets}
        return [
            (
                c.words,
                [w for w in rows.get("weak_points", ()) if w.area == c.key],
                [h for h in rows.get("help", ()) if h.area == c.key],
            )
            for c in vocabulary.choices("archive_weakness")
        ]


def file_of(operator: Operator, appointment: Appointment, day: date) -> File:
    """The file as it stands today."""
    personal = rights.may_file(appointment, "personal")
    found = sheets(operator, None, personal)
    people = next(s for s in found if s.section.key == "people")
    names = [operator.head, *(str(r.row) for r in people.rows)]
    return File(
        operator, found, queries.score_of(operator), queries.credit(operator, day),
        marks_of(operator, day), queries.sponsors(operator, day),
        licence_rows(queries.licences(operator, day), day),
        list(queries.matters(operator, appointment)[:MOST_MATTERS]),
        sorted(queries.bans_of(names, day)), _may_write(appointment, operator), personal,
    )  # fmt: skip


def _may_write(appointment: Appointment, operator: Operator) -> bool:
    return rights.may_file(appointment, "write") and reach.covers(appointment, operator.place)


def marks_of(operator: Operator, day: date) -> list[tuple[str, Standing]]:
    """The standings of a day in words."""
    return [(standing_words(s.kind), s) for s in queries.standings(operator, day)]
