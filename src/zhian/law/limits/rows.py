"""Limits as rows: an item in certain categories of one edition, with what each depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from zhian.law.limit_texts import Forbidden, Plan, read_limit
from zhian.law.limits.editions import Edition
from zhian.law.limits.tables import FOLDER, Line, lines
from zhian.law.limits.trees import CLASS, GB2760, Tree

AS_NEEDED = "按生产需要适量使用"
NOT_ALLOWED = "不得使用"
UNREAD = "unread"
READY = "ready"


@dataclass(frozen=True, slots=True)
class Row:
    """One limit: `within` and `without` are categories, `only` the foods it is confined to.

    `condition` must be known to hold before the row can fail a product (镀锡薄钢板容器包装);
    `ready` marks drinks as drunk, so that a powder is judged after dilution (即饮状态).
    """

    edition: Edition
    item: str
    food: str
    limit: str
    within: tuple[str, ...]
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    basis: str = ""
    condition: str = ""
    ready: bool = False
    table: str = ""
    codex: str = ""
    provinces: frozenset[str] = frozenset()
    state: str = ""
    line: int = 0

    @property
    def standard(self) -> str:
        """The standard as it is cited."""
        return self.table if self.edition.from_bulletins else self.edition.number

    @property
    def where(self) -> str:
        """The table of the standard, or the bulletins that cite the limit."""
        if self.edition.from_bulletins:
            return "公报（" + "、".join(sorted(self.provinces)) + "）"
        return self.table


def kind_of(row: Row) -> str:
    """The sort of a limit: maximum, minimum, range, plan, not_detected, not_used or as_needed.

    A row of an edition whose value is not at hand is `unread`.
    """
    if row.state == UNREAD or row.limit == AS_NEEDED:
        return row.state or "as_needed"
    limit = read_limit(row.limit)
    if isinstance(limit, Forbidden):
        return "not_detected" if limit.what == "detect" else "not_used"
    if isinstance(limit, Plan):
        return "plan"
    low, high = limit.interval.low, limit.interval.high
    return "maximum" if low is None else "minimum" if high is None else "range"


def load_rows(edition: Edition, tree: Tree, folder: Path = FOLDER) -> tuple[Row, ...]:
    """The rows of an edition as they stood in it; TableError for an unknown category."""
    read = {CLASS: _bulletin, GB2760: _additive}.get(edition.scheme, _contaminant)
    found = [read(edition, tree, line) for line in lines(folder, edition.rows)]
    return tuple(row for each in found for row in _as_it_stood(edition, each))


def _as_it_stood(edition: Edition, row: Row) -> tuple[Row, ...]:
    """A row with what this edition had instead, or nothing where it had none."""
    for item, food, limit in edition.changed:
        if (item, food) == (row.item, row.food):
            return (replace(row, limit=limit),) if limit else ()
    return (row,)


def unread_rows(edition: Edition) -> tuple[Row, ...]:
    """Marks for what an edition set differently without its value being at hand."""
    return tuple(
        Row(edition, item, category, "", (category,), state=UNREAD)
        for items, category in edition.unread
        for item in items
    )


def _contaminant(edition: Edition, tree: Tree, line: Line) -> Row:
    return Row(
        edition,
        line.needed("item"),
        line.text("food") or "、".join(line.listed("in")),
        line.needed("limit"),
        _known(line, "in", tree),
        _known(line, "except", tree),
        basis=line.text("basis"),
        condition=line.text("only_if"),
        table=line.text("table") or line.text("article"),
        codex=line.text("codex"),
        line=line.number,
    )


def _additive(edition: Edition, tree: Tree, line: Line) -> Row:
    code = line.needed("code")
    if code not in tree.parents:
        raise line.wrong(f"没有类别“{code}”", f"there is no category “{code}”")
    excepted = tuple(c for c in line.listed("except") if c in tree.parents)
    only = line.listed("only")
    name = "各类食品" if code == "*" else tree.called(code)
    return Row(
        edition,
        line.needed("item"),
        name + (f"（仅限{'、'.join(only)}）" if only else ""),
        line.needed("limit"),
        (code,),
        excepted,
        only,
        line.text("basis"),
        ready=line.text("ready") == READY,
        table="附录 A.4" if code == "*" else f"表A.1（第 {line.needed('page')} 页）",
        line=line.number,
    )


def _bulletin(edition: Edition, tree: Tree, line: Line) -> Row:
    return Row(
        edition,
        line.needed("item"),
        line.needed("class"),
        line.needed("limit"),
        (line.needed("class"),),
        table=line.text("standard") or edition.number,
        provinces=frozenset(line.listed("provinces")),
        line=line.number,
    )


def _known(line: Line, column: str, tree: Tree) -> tuple[str, ...]:
    for name in line.listed(column):
        if name not in tree.parents:
            raise line.wrong(f"没有类别“{name}”", f"there is no category “{name}”")
    return line.listed(column)
