"""Estimates of what no roster has, as rows and as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.apps.registry.census import queries, rights
from zhian.apps.registry.census.kinds import roster_words, trade_words
from zhian.apps.registry.models import LinkRun, UnseenEstimate
from zhian.directory.models import Appointment
from zhian.law.words import Words, joined
from zhian.web.lists import Column
from zhian.web.words import named, say

WIDE = 200.0
EVERY_TRADE = Words("全部业态", "All trades")
NO_SIGN = Words("看不出名册之间相互牵连", "No sign that the lists depend on one another")
NO_PAIR = Words("两份名册之间看不出牵连", "Two lists cannot tell")


@dataclass(frozen=True, slots=True)
class Row:
    """One place and trade, with its figures in words."""

    one: UnseenEstimate

    @property
    def county(self) -> bool:
        """Whether it is of the whole county."""
        return self.one.place.level == "county"

    @property
    def kind_words(self) -> Words:
        """The trade."""
        return trade_words(self.one.kind) if self.one.kind else EVERY_TRADE

    @property
    def told(self) -> bool:
        """Whether there is a figure."""
        return self.one.high is not None

    @property
    def interval(self) -> str:
        """From how many to how many, at 95 %."""
        return f"{self.one.low:,.0f}–{self.one.high:,.0f}" if self.told else ""

    @property
    def figure(self) -> str:
        """The estimate with its interval; the least where no more can be said; never alone."""
        if not self.told:
            return ""
        if self.one.range_only:
            return say(
                Words(
                    f"至少 {self.one.lower_bound:,.0f}（{self.interval}）",
                    f"at least {self.one.lower_bound:,.0f} ({self.interval})",
                )
            )
        return say(
            Words(f"{self.one.unseen:,.0f}（{self.interval}）",
                  f"{self.one.unseen:,.0f} ({self.interval})")
        )  # fmt: skip

    @property
    def chapman(self) -> str:
        """What the two largest lists alone would say, less those that some list has."""
        if not self.one.chapman:
            return ""
        total, low, high = (max(0.0, value - self.one.seen) for value in self.one.chapman)
        words = Words(
            f"{total:,.0f}（{low:,.0f}–{high:,.0f}）", f"{total:,.0f} ({low:,.0f}–{high:,.0f})"
        )
        return say(words)

    @property
    def lists(self) -> str:
        """The rosters that were used; none where there is no figure."""
        if not self.told:
            return ""
        return say(joined(tuple(roster_words(name) for name in self.one.lists), "、", ", "))

    @property
    def bound(self) -> str:
        """The pairs of rosters that seem to depend on one another, and how surely."""
        if not self.told:
            return ""
        if len(self.one.lists) < 3:
            return say(NO_PAIR)
        pairs = [self._pair(*row) for row in self.one.bound]
        return say(joined(tuple(pairs), "、", "; ")) if pairs else say(NO_SIGN)

    def _pair(self, a: int, b: int, sure: float) -> Words:
        one, two = roster_words(self.one.lists[a]), roster_words(self.one.lists[b])
        return Words(f"{one.zh}与{two.zh}（{sure:.0%}）", f"{one.en} and {two.en} ({sure:.0%})")

    @property
    def why(self) -> str:
        """Why there is no figure, or only a range."""
        return say(Words(self.one.why.get("zh", ""), self.one.why.get("en", "")))


COLUMNS = (
    Column("place", gettext_lazy("地点"), lambda r: named(r.one.place)),
    Column("kind", gettext_lazy("业态"), lambda r: say(r.kind_words)),
    Column("seen", gettext_lazy("已见"), lambda r: r.one.seen, (), True),
    Column("unseen", gettext_lazy("未见户数和区间"), lambda r: r.figure),
    Column("chapman", gettext_lazy("只用两份名册（Chapman）"), lambda r: r.chapman),
    Column("lists", gettext_lazy("所用名册"), lambda r: r.lists),
    Column("bound", gettext_lazy("名册之间的牵连"), lambda r: r.bound),
    Column("why", gettext_lazy("说明"), lambda r: r.why),
)


def estimates_of(mine: Appointment, run: LinkRun | None) -> list[Row]:
    """The estimates in reach: the county's, and those of the post's own part of it."""
    if run is None:
        return []
    first, after = queries.territory(mine).code_range
    inside = Q(place__code__gte=first, place__code__lt=after) | Q(place=rights.county(mine))
    rows = UnseenEstimate.objects.filter(inside, run=run).select_related("place")
    return [Row(one) for one in rows.order_by("place__code", "kind")]


def whole(mine: Appointment, run: LinkRun | None) -> Row | None:
    """The county as a whole."""
    rows = UnseenEstimate.objects.filter(run=run, place=rights.county(mine), kind="")
    one = rows.select_related("place").first()
    return Row(one) if one is not None else None


def narrowed(rows: Sequence[Row], given: Mapping[str, Any]) -> list[Row]:
    """As filtered on the page; without a filter the totals of places and trades."""
    town, kind, told = given.get("township", ""), given.get("kind", ""), given.get("told", "")
    if town.isdigit():
        rows = [row for row in rows if row.one.place_id == int(town)]
    if kind:
        rows = [row for row in rows if row.one.kind == kind]
    if not town and not kind and given.get("all") != "1":
        rows = [row for row in rows if row.county or not row.one.kind]
    return [row for row in rows if not told or row.told == (told == "yes")]


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval as it is drawn, in units of the picture's width."""

    row: Row
    left: float
    width: float
    at: float


def drawn(rows: Sequence[Row]) -> list[Bar]:
    """The intervals on one scale: how many are unseen for each that is seen, so that a township
    stands beside the county."""
    told = [row for row in rows if row.told and row.one.seen]
    most = max((row.one.high / row.one.seen for row in told if row.one.high), default=0.0)
    return [_bar(row, WIDE / most) for row in told] if most else []


def _bar(row: Row, scale: float) -> Bar:
    one = row.one
    low, high = (one.low or 0.0) / one.seen * scale, (one.high or 0.0) / one.seen * scale
    middle = (one.lower_bound if one.range_only else one.unseen) or 0.0
    return Bar(row, low, max(high - low, 0.5), middle / one.seen * scale)
