"""Lists as every page shows them: filters and sort in the address, true counts, chosen columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.http import QueryDict

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the address, its heading, its plain value, and how it sorts."""

    key: str
    label: Any
    value: Callable[[Any], Any]
    sort: tuple[str, ...] = ()
    numeric: bool = False
    shown: bool = True


def reach(path: str) -> Callable[[Any], Any]:
    """A column's value at the end of a path of attributes; None where the way there ends."""

    def value(row: Any) -> Any:
        for name in path.split("."):
            row = getattr(row, name, None) if row is not None else None
        return row

    return value


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading on the page: where a click on it leads, and how it is sorted now."""

    column: Column
    query: str
    order: str


@dataclass(slots=True)
class Listing:
    """One page of a list, with all that its head and foot show."""

    params: QueryDict
    columns: Sequence[Column]
    rows: list[Any]
    total: int
    page: int
    sort: str
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1; 0 where there is none."""
        return (self.page - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def shown(self) -> list[Column]:
        """The chosen columns."""
        return chosen(self.columns, self.params)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the chosen columns, for templates."""
        return frozenset(c.key for c in self.shown)

    @property
    def headings(self) -> list[Heading]:
        """The heading of every chosen column."""
        return [self._heading(c) for c in self.shown]

    def _heading(self, column: Column) -> Heading:
        order = ""
        if self.sort.lstrip("-") == column.key:
            order = "descending" if self.sort.startswith("-") else "ascending"
        turned = f"-{column.key}" if order == "ascending" else column.key
        return Heading(column, self.query(sort=turned, page=None), order)

    def query(self, **changes: object) -> str:
        """This list's address with some parts changed; None leaves a part out."""
        return query_with(self.params, changes)

    @property
    def previous(self) -> str:
        """The address of the page before, empty on the first."""
        return self.query(page=self.page - 1) if self.page > 1 else ""

    @property
    def following(self) -> str:
        """The address of the next page, empty on the last."""
        return self.query(page=self.page + 1) if self.page < self.pages else ""

    @property
    def as_xlsx(self) -> str:
        """The query of the export as a workbook."""
        return self.query(format="xlsx", page=None)

    @property
    def as_csv(self) -> str:
        """The query of the export as text."""
        return self.query(format="csv", page=None)

    @property
    def as_pdf(self) -> str:
        """The query of the list as it is printed."""
        return self.query(format="pdf", page=None)


def query_with(params: QueryDict, changes: Mapping[str, object]) -> str:
    """A query string with some parts changed; None leaves a part out."""
    changed = params.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = str(value)
    return f"?{changed.urlencode()}" if changed else "?"


def chosen(columns: Sequence[Column], params: QueryDict) -> list[Column]:
    """The columns named in the address (`col`, repeated), else those shown by default."""
    wanted = set(params.getlist("col"))
    found = [c for c in columns if c.key in wanted]
    return found or [c for c in columns if c.shown]


def page_of(params: QueryDict, pages: int) -> int:
    """The page asked for, within what there is."""
    text = params.get("page", "1")
    number = int(text) if text.isdigit() else 1
    return min(max(number, 1), pages)


def ordering(columns: Sequence[Column], wanted: str, fallback: str) -> tuple[str, list[Any]]:
    """The sort that holds and its terms; what has no date comes last. The key makes it stable."""
    by_key = {c.key: c for c in columns if c.sort}
    sort = wanted if wanted.lstrip("-") in by_key else fallback
    down = sort.startswith("-")
    names = by_key[sort.lstrip("-")].sort
    terms: list[Any] = [
        F(n).desc(nulls_last=True) if down else F(n).asc(nulls_last=True) for n in names
    ]
    return sort, [*terms, "-pk" if down else "pk"]


def listing(
    params: QueryDict,
    rows: QuerySet[Any],
    columns: Sequence[Column],
    fallback: str,
    per_page: int = PER_PAGE,
    total: int | None = None,
    narrow: bool = False,
) -> Listing:
    """One page of a query: two queries at most, one for the count and one for the rows.

    `narrow` sorts numbers alone and reads only the page's rows whole: for very long lists.
    """
    total = rows.order_by().count() if total is None else total
    page = page_of(params, max(1, -(-total // per_page)))
    sort, terms = ordering(columns, params.get("sort", ""), fallback)
    start = (page - 1) * per_page
    sorted_rows = rows.order_by(*terms)
    part = sorted_rows[start : start + per_page]
    if narrow:
        part = sorted_rows.filter(pk__in=part.values("pk"))
    found = list(part) if total else []
    return Listing(params, columns, found, total, page, sort, per_page)


def paged(params: QueryDict, rows: Sequence[Any], columns: Sequence[Column], sort: str) -> Listing:
    """One page of rows that are in memory already, in their order."""
    page = page_of(params, max(1, -(-len(rows) // PER_PAGE)))
    start = (page - 1) * PER_PAGE
    return Listing(params, columns, list(rows[start : start + PER_PAGE]), len(rows), page, sort)
