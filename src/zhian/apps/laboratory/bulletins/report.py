"""What came of an import: numbers, and every row that could not be read, with its reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zhian.apps.laboratory.bulletins import columns
from zhian.apps.laboratory.bulletins.findings import Named
from zhian.apps.laboratory.bulletins.folding import Folded
from zhian.apps.laboratory.models import Bulletin
from zhian.law.words import Words

HEADERS = {
    "zh": ("文件/工作表", "行", "类别", "列", "内容", "原因"),
    "en": ("file/sheet", "row", "kind", "column", "value", "reason"),
}
KINDS = {"named": Words("未能识别", "not read"), "remark": Words("提示", "remark")}
SUMMARY = Words(
    "新增样品 {added} 个，已有 {known} 个；共 {total} 行：结果 {results} 行，合并的续行 {folded} "
    "行，未能识别 {named} 行；提示 {remarks} 条。",
    "{added} samples added, {known} known already; {total} rows: {results} results, {folded} "
    "folded lines, {named} not read; {remarks} remarks.",
)
ROW = Words("第 {row} 行，{column}“{value}”：{reason}", "row {row}, {column} “{value}”: {reason}")


class NamedRow(NamedTuple):
    """A row, its column and text, and what is the matter with it; `sheet` is empty for csv."""

    row: int
    column: str
    value: str
    reason: Words
    sheet: str = ""


class Listed(NamedTuple):
    """A named row or a remark as a page shows it."""

    where: str
    kind: Words
    column: Words
    value: str
    reason: Words


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one import; `rows_total` is the sum of results, folded and named rows."""

    samples_added: int
    samples_known: int
    rows_total: int
    rows_results: int
    rows_folded: int
    rows_named: list[NamedRow]
    remarks: list[NamedRow] = field(default_factory=list)
    bulletin: Bulletin | None = None

    def summary(self) -> Words:
        """One sentence with all the numbers."""
        return SUMMARY.format(
            added=self.samples_added,
            known=self.samples_known,
            total=self.rows_total,
            results=self.rows_results,
            folded=self.rows_folded,
            named=len(self.rows_named),
            remarks=len(self.remarks),
        )

    def text(self, language: str = "zh") -> str:
        """The summary and one line for each row that was named or remarked upon."""
        lines = [self.summary().text(language)]
        lines += [_line(kind, row, language) for kind, row in self._all()]
        return "\n".join(lines)

    def __str__(self) -> str:
        """The report as the command prints it, in both languages."""
        words = self.summary()
        lines = [words.zh, words.en]
        return "\n".join(lines + [_line(kind, row, "zh") for kind, row in self._all()])

    def csv(self, language: str = "zh") -> str:
        """The named rows and remarks as a csv that Excel opens."""
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        english = language.lower().startswith("en")
        writer.writerow(HEADERS["en" if english else "zh"])
        for kind, row in self._all():
            title = columns.title(row.column).text(language)
            said = (KINDS[kind].text(language), title, _safe(row.value), row.reason.text(language))
            writer.writerow((row.sheet, row.row, *said))
        return "\ufeff" + buffer.getvalue()

    @property
    def listed(self) -> list[Listed]:
        """The named rows and remarks in the order of the file."""
        return [
            Listed(_where(r), KINDS[kind], columns.title(r.column), r.value, r.reason)
            for kind, r in self._all()
        ]

    def _all(self) -> Iterator[tuple[str, NamedRow]]:
        rows = [("named", r) for r in self.rows_named] + [("remark", r) for r in self.remarks]
        return iter(sorted(rows, key=lambda r: (r[1].sheet, r[1].row)))


def _line(kind: str, row: NamedRow, language: str) -> str:
    words = ROW.format(
        row=_where(row),
        column=columns.title(row.column),
        value=row.value,
        reason=row.reason,
    )
    return f"[{KINDS[kind].text(language)}] {words.text(language)}"


def _where(row: NamedRow) -> str:
    return f"{row.sheet}:{row.row}" if row.sheet else str(row.row)


def _safe(value: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{value}" if value[:1] in "=+-@\t" else value


def rows_of(named: Iterable[Named]) -> list[NamedRow]:
    """Named rows as a report shows them, the first reason of each row first."""
    return [NamedRow(n.row.number, n.column, n.value, n.reason, n.row.sheet) for n in named]


def report_of(
    folded: Folded, added: int, known: int, doubts: Iterable[Named], bulletin: Bulletin | None
) -> Report:
    """The report of a folded file of which so many samples were new."""
    return Report(
        added,
        known,
        folded.rows_total,
        folded.rows_results,
        len(folded.folded),
        rows_of(folded.named),
        rows_of([*folded.remarks, *doubts]),
        bulletin,
    )


def as_json(rows: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Named rows as they are kept beside the bulletin."""
    return [
        {
            "sheet": r.sheet,
            "row": r.row,
            "column": r.column,
            "value": r.value,
            "zh": r.reason.zh,
            "en": r.reason.en,
        }
        for r in rows
    ]


def kept_report(bulletin: Bulletin) -> Report:
    """The report of a bulletin as it was kept; of one under way, what there is so far."""
    added = bulletin.samples.count()
    known = max(bulletin.samples_done - added, 0)
    return Report(
        added,
        known,
        bulletin.rows,
        bulletin.rows_results,
        bulletin.rows_folded,
        [_named_row(row) for row in bulletin.refused],
        [_named_row(row) for row in bulletin.remarks],
        bulletin,
    )


def _named_row(row: Mapping[str, Any]) -> NamedRow:
    reason = Words(row["zh"], row["en"])
    return NamedRow(row["row"], row["column"], row["value"], reason, row.get("sheet", ""))
