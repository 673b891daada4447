"""The register of standards: which rows could judge an item in a food made on a day.

Where a name fits several categories, or the standard is finer than the name, every row that could
apply is given; the verdict then stands only if all of them lead to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from zhian.law.limits.editions import Edition, load_editions
from zhian.law.limits.foods import FoodBook, Match
from zhian.law.limits.items import Item, ItemBook, plain
from zhian.law.limits.rows import NOT_ALLOWED, Row, load_rows, unread_rows
from zhian.law.limits.tables import FOLDER
from zhian.law.limits.trees import GB2760, GB2762, Tree

NOT_LISTED = "表A.1（未列入）"


@dataclass(frozen=True, slots=True)
class Option:
    """One way to read the food: a category, and the row for it (None: the standard has none)."""

    category: str
    row: Row | None


@dataclass(frozen=True, slots=True)
class Found:
    """What the register says: the options of one edition, or why there are none."""

    options: tuple[Option, ...] = ()
    edition: Edition | None = None
    known_item: bool = False
    other_days: tuple[Edition, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows among the options."""
        return tuple(o.row for o in self.options if o.row is not None)


@dataclass(slots=True)
class Register:
    """Items, foods and the rows of every edition, each looked up once and remembered."""

    items: ItemBook
    foods: FoodBook
    rows: dict[Edition, dict[str, tuple[Row, ...]]]
    _seen: dict[tuple[object, ...], Found] = field(default_factory=dict)
    _days: dict[date | None, tuple[bool, ...]] = field(default_factory=dict)
    _nodes: dict[tuple[str, str, str], tuple[Option, ...]] = field(default_factory=dict)
    _confined: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._confined = frozenset(row.item for row in self.all_rows() if row.only)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Register:
        """The whole register; LawError with file and line where a table is wrong."""
        foods = FoodBook.load(folder)
        found = {}
        for edition in load_editions(folder):
            tree = foods.trees[edition.scheme]
            found[edition] = _by_item((*unread_rows(edition), *load_rows(edition, tree, folder)))
        return cls(ItemBook.load(folder), foods, found)

    def all_rows(self) -> Iterator[Row]:
        """Every row of every edition."""
        return (row for items in self.rows.values() for rows in items.values() for row in rows)

    def without(self, drop: Callable[[Row], bool]) -> Register:
        """The register without some rows, such as those that one province's bulletins gave."""
        kept = {
            edition: _by_item(row for rows in items.values() for row in rows if not drop(row))
            for edition, items in self.rows.items()
        }
        return Register(self.items, self.foods, kept)

    def without_bulletins(self) -> Register:
        """Only what was read in a standard."""
        return self.without(lambda row: row.edition.from_bulletins)

    def without_province(self, province: str) -> Register:
        """Without the rows that only this province's bulletins gave."""
        only = frozenset([province])
        return self.without(lambda row: row.edition.from_bulletins and row.provinces <= only)

    def find(self, item: Item, food: Match, on: date | None, told: str = "") -> Found:
        """The options for an item in a food made on a day; `told` is the item as written."""
        name = (food.text, told) if item.name in self._confined else ()
        key = (item.name, *food.nodes.values(), food.tags, food.general, self._valid(on), name)
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = self._find(item, food, on, told)
        return found

    def _valid(self, on: date | None) -> tuple[bool, ...]:
        """Which editions judge a day: all that the day can change in an answer."""
        found = self._days.get(on)
        if found is None:
            found = self._days[on] = tuple(edition.valid(on) for edition in self.rows)
        return found

    def _find(self, item: Item, food: Match, on: date | None, told: str) -> Found:
        holding = [e for e, items in self.rows.items() if item.name in items]
        valid = [e for e in holding if e.valid(on)]
        for edition in valid:
            options = self._options(edition, item, food, told)
            if any(option.row for option in options):
                return Found(options, edition, True)
        return Found((), None, bool(holding), () if valid else tuple(holding))

    def _options(self, edition: Edition, item: Item, food: Match, told: str) -> tuple[Option, ...]:
        tree = self.foods.trees[edition.scheme]
        rows = self.rows[edition][item.name]
        nodes = food.nodes.get(edition.scheme, ()) or _anywhere(rows)
        closed = item.closed and edition.scheme == GB2760
        options = (o for node in nodes for o in self._node(edition, tree, item, node, food, told))
        found = tuple(dict.fromkeys(options))
        return tuple(_forbidden(edition, item, o) for o in found) if closed else found

    def _node(
        self, edition: Edition, tree: Tree, item: Item, node: str, food: Match, told: str
    ) -> tuple[Option, ...]:
        """The options of one category; remembered where the name of the food plays no part."""
        rows = self.rows[edition][item.name]
        if item.name in self._confined:
            return tuple(_for_node(tree, rows, node, food, told))
        key = (edition.number, item.name, node)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = tuple(_for_node(tree, rows, node, food, told))
        return found


def _by_item(rows: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.item, []).append(row)
    return {item: tuple(each) for item, each in found.items()}


def _anywhere(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Rows that hold for every food need no category of it."""
    return tuple(n for row in rows for n in row.within if n == "*")


def _forbidden(edition: Edition, item: Item, option: Option) -> Option:
    """An additive that table A.1 does not list for a category must not be used there (A.3)."""
    if option.row is not None:
        return option
    row = Row(edition, item.name, option.category, NOT_ALLOWED, (), table=NOT_LISTED)
    return replace(option, row=row)


def _for_node(
    tree: Tree, rows: tuple[Row, ...], node: str, food: Match, told: str
) -> Iterator[Option]:
    """The deepest row over a category, and every row that is finer than the name."""
    above = tree.above(node)
    over = [r for r in rows if _holds(r, above)]
    certain = [r for r in over if not r.only or _confined(r, food, told)]
    best = max(certain, key=lambda r: (_depth(tree, r, above), bool(r.only)), default=None)
    yield Option(tree.called(node), best)
    for row in rows:
        if row is not best and _could_apply(tree, row, node, food, row in over, best):
            yield Option(row.food, row)


def _could_apply(
    tree: Tree, row: Row, node: str, food: Match, over: bool, best: Row | None
) -> bool:
    """A finer row below the name's category, or one confined to a kind the name leaves open."""
    if over:
        deep = best is None or _depth(tree, row, tree.above(node)) >= _depth(
            tree, best, tree.above(node)
        )
        return bool(row.only) and food.general and deep
    return any(_holds(row, tree.above(lower)) for lower in tree.below(node))


def _holds(row: Row, above: frozenset[str]) -> bool:
    """Whether a row holds for a category with these over it."""
    return not above.isdisjoint(row.within) and above.isdisjoint(row.without)


def _depth(tree: Tree, row: Row, above: frozenset[str]) -> int:
    return max((tree.depth(n) for n in row.within if n in above), default=0)


def _confined(row: Row, food: Match, told: str) -> bool:
    """Whether a food is one of those a row is confined to (仅限海蜇), by name, tag or item."""
    said = plain(food.text) + " " + plain(told) + " " + " ".join(food.tags)
    return any(plain(only) in said for only in row.only)


__all__ = ["GB2760", "GB2762", "Found", "Option", "Register"]
