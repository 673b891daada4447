"""A bulletin's tables as rows of texts by field, under any of the known headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from zhian.apps.laboratory.bulletins import columns
from zhian.apps.laboratory.bulletins.columns import ColumnMap
from zhian.apps.laboratory.bulletins.errors import NoHeader, TwoHeaders, UnreadableFile
from zhian.apps.laboratory.bulletins.files import File, Table, tables

MOST_ROWS = 50_000
HEADER_WITHIN = 20
A_HEADER_HAS = 3
LOOKED_BELOW = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, its sheet, and its texts by field.

    `heading`: it only repeats the headers, as pages pasted below each other do.
    """

    number: int
    sheet: str
    cells: Mapping[str, str] = field(hash=False)
    heading: bool = False

    def text(self, name: str) -> str:
        """The text of a field, empty where the file has no such column."""
        return self.cells.get(name, "")

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from every other row of the file."""
        return self.sheet, self.number


def read_rows(file: File, columns_map: ColumnMap) -> list[Row]:
    """Every row below the headers that is not empty; raises UnreadableFile or NoHeader.

    A workbook may hold sheets without headers (covers, notes); one must have them.
    """
    found: list[Row] = []
    first_error: NoHeader | None = None
    for sheet, table in tables(file):
        try:
            found += _rows(sheet, table, columns_map)
        except TwoHeaders:
            raise
        except NoHeader as why:
            first_error = first_error or why
    if not found:
        raise first_error or UnreadableFile("文件中没有数据行。", "The file has no rows of data.")
    if len(found) > MOST_ROWS:
        raise UnreadableFile(
            f"文件超过 {MOST_ROWS} 行，请分成几个文件。",
            f"The file has more than {MOST_ROWS} rows: divide it.",
        )
    return found


@dataclass(frozen=True, slots=True)
class Top:
    """The headers of a file: as they stand, which field each is as far as known, and the first
    text below each."""

    headers: Sequence[str]
    known: Mapping[str, str]
    below: Mapping[str, str]


def top(file: File, columns_map: ColumnMap) -> Top:
    """The headers of the sheet that looks most like a bulletin.

    Raises UnreadableFile, or NoHeader where nothing in the file looks like one.
    """
    best, found, table = max(_tops(file, columns_map), key=lambda t: len(t[1]))
    row = table[best] if table else []
    if len(found) < A_HEADER_HAS:
        raise _no_bulletin(row)
    double = _double(table, best, columns.missing(found, columns_map), columns_map)
    if double is not None:
        raise _two_headers("", double)
    under = table[best + 1 : best + 1 + LOOKED_BELOW]
    places = {text.strip(): place for place, text in reversed(list(enumerate(row)))}
    places.pop("", None)
    below = {h: _first(under, place) for h, place in places.items()}
    known = {name: row[place].strip() for name, place in found.items()}
    return Top([text.strip() for text in row if text.strip()], known, below)


def _tops(file: File, columns_map: ColumnMap) -> Iterator[tuple[int, dict[str, int], Table]]:
    """Every row that may hold the headers, with its table and what is known of it."""
    for _sheet, table in tables(file):
        for number, row in enumerate(table[:HEADER_WITHIN]):
            yield number, columns.locate(row, columns_map), table
    yield 0, {}, []


def _first(rows: Table, place: int) -> str:
    texts = (row[place].strip() for row in rows if place < len(row))
    return next(filter(None, texts), "")


def _rows(sheet: str, table: Table, columns_map: ColumnMap) -> list[Row]:
    head, places = _header(sheet, table, columns_map)
    rows = []
    for number, cells in enumerate(table[head + 1 :], head + 2):
        if any(cell.strip() for cell in cells):
            heading = _is_heading(cells, columns_map)
            rows.append(Row(number, sheet, _cells(cells, places, columns_map), heading))
    return rows


def _is_heading(cells: Sequence[str], columns_map: ColumnMap) -> bool:
    return len(columns.locate(cells, columns_map)) >= A_HEADER_HAS


def _header(sheet: str, table: Table, columns_map: ColumnMap) -> tuple[int, dict[str, int]]:
    """The row with the most known headers; a title or a note may stand above it."""
    tried = [columns.locate(row, columns_map) for row in table[:HEADER_WITHIN]]
    best = max(range(len(tried)), key=lambda i: len(tried[i]), default=None)
    found = tried[best] if best is not None else {}
    lacking = columns.missing(found, columns_map)
    double = _double(table, best, lacking, columns_map) if best is not None else None
    if double is not None:
        raise _two_headers(sheet, double)
    if best is None or lacking:
        raise _no_header(sheet, table[best] if best is not None else [], lacking)
    return best, found


def _double(table: Table, best: int, lacking: Sequence[str], columns_map: ColumnMap) -> int | None:
    """The first of two rows that hold the headers: repeated, or only together complete."""
    if not lacking:
        below = table[best + 1] if best + 1 < len(table) else []
        return best if _is_heading(below, columns_map) else None
    pairs = [n for n in (best - 1, best) if 0 <= n < len(table) - 1]
    return next((n for n in pairs if _together(table[n], table[n + 1], columns_map)), None)


def _together(over: Sequence[str], under: Sequence[str], columns_map: ColumnMap) -> bool:
    both = [low.strip() or high for high, low in zip_longest(over, under, fillvalue="")]
    return not columns.missing(columns.locate(both, columns_map), columns_map)


def _two_headers(sheet: str, row: int) -> TwoHeaders:
    where = f"{sheet}：" if sheet else ""
    english = f"{sheet}: " if sheet else ""
    return TwoHeaders(
        f"{where}表头占了两行（第 {row + 1}、{row + 2} 行），请合并成一行后再试。",
        f"{english}The headers stand in two rows ({row + 1} and {row + 2}): make them one.",
    )


def _no_header(sheet: str, row: Sequence[str], lacking: Sequence[str]) -> NoHeader:
    titles = [columns.title(name) for name in lacking]
    seen = _seen(row)
    where = f"{sheet}：" if sheet else ""
    return NoHeader(
        f"{where}找不到列：{'、'.join(t.zh for t in titles)}。文件的表头是：{seen}。"
        "请用列映射文件写明。",
        f"{where}Columns not found: {', '.join(t.en for t in titles)}. The headers are: {seen}. "
        "Name them in a map file.",
    )


def _no_bulletin(row: Sequence[str]) -> NoHeader:
    seen = _seen(row)
    return NoHeader(
        "这不像不合格样品通报：前 20 行里没有“食品名称、不合格项目、检验结果、标准值”这样的表头"
        f"（找到的是：{seen}）。请核对是否选错了文件。",
        "This does not look like a bulletin of failed samples: no headers such as food, failed "
        f"item, result and limit in its first 20 rows (found: {seen}). Is it the right file?",
    )


def _seen(row: Sequence[str]) -> str:
    return "、".join(cell.strip() for cell in row if cell.strip())[:200] or "—"


def _cells(
    cells: Sequence[str], places: Mapping[str, int], columns_map: ColumnMap
) -> dict[str, str]:
    texts = dict(columns_map.constants)
    for name, place in places.items():
        text = cells[place].strip() if place < len(cells) else ""
        if text or name not in texts:
            texts[name] = text
    return texts
