"""From the lines of one sample to its results: counts of a plan folded, slips of a cell mended.

A bulletin that went through a spreadsheet breaks the five counts of an n/c/m/M plan into lines
of their own; there the count stands under 不合格项目, the plan under 检验结果, and what comes
next (item and first value) may hang behind the plan after a line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from zhian.apps.laboratory.bulletins.reading import Row
from zhian.law.limit_texts import Plan, Unreadable, read_limit, read_result
from zhian.law.words import Words

CELL_PARTS = re.compile(r"\s*(?:[║‖┃]|\|\|?|｜)\s*")
NEXT_ITEM = re.compile(r"^(?P<limit>.*?\S)\s*[\n；;]\s*(?P<item>[^\W\d_][^\n=]*)$", re.DOTALL)
PLAN_BEGINS = re.compile(r"^\s*[≤<]?\s*n\s*[=＝]", re.IGNORECASE)
JOIN = "；"

NO_ITEM = Words("没有不合格项目。", "There is no failed item.")
NO_RESULT = Words("没有检验结果。", "There is no result.")
NO_LIMIT = Words("没有标准值。", "There is no limit.")
RESULT_LOST = Words(
    "单元格里还写有“{item}”，文件没有给出它的结果；请按检验报告补录。",
    "The cell also names “{item}” without a result; take it from the test report.",
)
LIMIT_LOST = Words(
    "“{item}”没有标准值，不能比较；请按检验报告核对。",
    "“{item}” has no limit and cannot be compared; check the test report.",
)
NOT_FINISHED = Words(
    "“{item}”有 {k} 个结果，但没有采样方案（n、c、m、M）。",
    "“{item}” has {k} counts but no plan (n, c, m, M).",
)
WRONG_COUNT = Words(
    "“{item}”的采样方案要求 {n} 个结果，文件给出 {k} 个。",
    "The plan of “{item}” needs {n} counts; the file gives {k}.",
)


@dataclass(frozen=True, slots=True)
class Named:
    """A row with something that could not be read, and why."""

    row: Row
    column: str
    value: str
    reason: Words


@dataclass(slots=True)
class Finding:
    """One failed item as the file states it, with every row that it comes from."""

    item: str
    result: str
    limit: str
    rows: list[Row]


@dataclass(slots=True)
class _Counts:
    """A plan whose counts are still coming in, line by line."""

    item: str
    counts: list[str]
    rows: list[Row]


@dataclass(slots=True)
class Findings:
    """The results of one sample, and what became of each of its rows."""

    found: list[Finding] = field(default_factory=list)
    folded: set[tuple[str, int]] = field(default_factory=set)
    named: list[Named] = field(default_factory=list)
    remarks: list[Named] = field(default_factory=list)
    _open: _Counts | None = None

    def add_all(self, rows: Sequence[Row]) -> Findings:
        """Take in every row of a sample, in the order of the file."""
        for row in rows:
            if row.text("finding"):
                self._cell(row)
            else:
                self._line(row, row.text("item"), row.text("result"), row.text("limit"))
        self._unfinished()
        return self

    def _cell(self, row: Row) -> None:
        """One cell with all of it: 项目║结果║标准值, one item a line."""
        self._unfinished()
        for item, result, limit in _triples(row.text("finding")):
            self._one(row, item, result, limit)

    def _line(self, row: Row, item: str, result: str, limit: str) -> None:
        if self._open is not None and is_count(item) and (not result or _is_plan(result)):
            self._continued(row, self._open, item, result, limit)
            return
        self._unfinished()
        if result and not limit and is_count(result):
            self._open = _Counts(item, [result], [row])
        else:
            self._one(row, item, result, limit)

    def _continued(self, row: Row, counts: _Counts, count: str, plan: str, rest: str) -> None:
        counts.counts.append(count)
        counts.rows.append(row)
        self.folded.add(row.key)
        if not plan:
            return
        plan, following = split_next(plan)
        self._open = None
        self._close(counts, plan)
        if following:
            self._begin_behind(row, following, rest)

    def _close(self, counts: _Counts, plan: str) -> None:
        self.found.append(Finding(counts.item, JOIN.join(counts.counts), plan, counts.rows))
        first = counts.rows[0]
        try:
            read = read_limit(plan)
        except Unreadable as why:
            self.named.append(Named(first, "limit", plan, why.words))
            return
        if isinstance(read, Plan) and read.n != len(counts.counts):
            words = WRONG_COUNT.format(item=counts.item, n=read.n, k=len(counts.counts))
            self.named.append(Named(first, "result", JOIN.join(counts.counts), words))

    def _begin_behind(self, row: Row, item: str, value: str) -> None:
        """The next item hung behind a plan; its first value stands one column further."""
        if value and is_count(value):
            self._open = _Counts(item, [value], [row])
            return
        self.found.append(Finding(item, value, "", [row]))
        lost = LIMIT_LOST if value else RESULT_LOST
        self.remarks.append(Named(row, "limit", value, lost.format(item=item)))

    def _one(self, row: Row, item: str, result: str, limit: str) -> None:
        limit, following = split_next(limit)
        self.found.append(Finding(item, result, limit, [row]))
        problem = _problem(row, item, result, limit)
        if problem:
            self.named.append(problem)
        if following:
            self.found.append(Finding(following, "", "", [row]))
            self.remarks.append(Named(row, "limit", following, RESULT_LOST.format(item=following)))

    def _unfinished(self) -> None:
        """Counts without a plan: a single one is a plain result without a limit."""
        counts, self._open = self._open, None
        if counts is None:
            return
        self.found.append(Finding(counts.item, JOIN.join(counts.counts), "", counts.rows))
        first, k = counts.rows[0], len(counts.counts)
        words = NOT_FINISHED.format(item=counts.item, k=k) if k > 1 else NO_LIMIT
        if first.key not in self.folded:
            self.named.append(Named(first, "limit", "", words))
        else:
            self.remarks.append(Named(first, "limit", "", words))


def _problem(row: Row, item: str, result: str, limit: str) -> Named | None:
    """The first thing in a line that cannot be read."""
    empty = (("item", item, NO_ITEM), ("result", result, NO_RESULT), ("limit", limit, NO_LIMIT))
    for column, value, words in empty:
        if not value:
            return Named(row, column, value, words)
    try:
        read_result(result)
    except Unreadable as why:
        return Named(row, "result", result, why.words)
    try:
        read_limit(limit)
    except Unreadable as why:
        return Named(row, "limit", limit, why.words)
    return None


def split_next(limit: str) -> tuple[str, str]:
    """A limit, and the name of a further item that hangs behind it in the same cell."""
    found = NEXT_ITEM.match(limit)
    if found is None or _reads(limit):
        return limit, ""
    return found["limit"].rstrip(",，"), found["item"].strip()


def _reads(limit: str) -> bool:
    try:
        read_limit(limit)
    except Unreadable:
        return False
    return True


def _is_plan(text: str) -> bool:
    return PLAN_BEGINS.match(text) is not None


def is_count(text: str) -> bool:
    """One bare number (or 未检出), as a count of a plan is written; its unit may stand behind."""
    try:
        read = read_result(text)
    except Unreadable:
        return False
    unit = read.values[0].unit
    return len(read.values) == 1 and (unit is None or unit.symbol.startswith(("CFU", "MPN", "/")))


def _triples(cell: str) -> Iterator[tuple[str, str, str]]:
    """项目║结果║标准值 of each line; an item hung behind a limit begins the next triple."""
    for line in filter(None, map(str.strip, cell.splitlines())):
        parts = CELL_PARTS.split(line)
        while parts:
            item, result, limit = (*parts[:3], "", "")[:3]
            parts = parts[3:]
            if parts:
                limit, following = split_next(limit)
                parts = [following, *parts] if following else parts
            yield item, result, limit
