"""A roster's file as rows under the columns that a person chose; each row knows where it stood."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import pyarrow as pa
import pyarrow.parquet as parquet

from zhian.apps.registry.census import rosters, tables
from zhian.apps.registry.census.columns import FIELDS, TELLING, TITLES, Map
from zhian.apps.registry.census.errors import NoRoster, UnreadableFile
from zhian.apps.registry.census.intake.faults import Fault
from zhian.apps.registry.census.tables import Grid
from zhian.law.words import Words
from zhian.web import sheets

ENDINGS = (".xlsx", ".csv", ".parquet")
LONGEST_HEADER = 60
ROW_FIELDS = tuple(name for name in FIELDS if name != "roster")
NO_SHEET = Words("这张工作表没有所选的列，没有读。", "This sheet lacks the columns; left out.")


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came in: the name that people know it by, and its bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """What the house knows the file by."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def stem(self) -> str:
        """Its name without the ending."""
        return PurePath(self.name).stem


@dataclass(frozen=True, slots=True)
class Top:
    """The headers of a file, the field that each known one means, and what stands below them."""

    headers: tuple[str, ...]
    known: Mapping[str, str]
    first: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Table:
    """The rows of a file: `columns` by field, `rest` the other columns by header, `at` sheet and
    row number of each; what was odd or wrong on the way."""

    columns: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in ROW_FIELDS})
    stated: list[str] = field(default_factory=list)
    rest: list[dict[str, str]] = field(default_factory=list)
    at: list[tuple[str, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.at)

    def fault(self, code: str, row: int, column: str, words: Words, value: str = "") -> Fault:
        """Something about one of the rows."""
        sheet, number = self.at[row]
        return Fault(code, words, sheet, number, column, value)


def grids(file: File) -> list[Grid]:
    """The sheets of a file; raises UnreadableFile."""
    try:
        if file.content[:4] == b"PAR1":
            return [_parquet(file)]
        found = sheets.grids(file.name, file.content)
    except sheets.Unreadable as why:
        raise UnreadableFile(why.words.zh, why.words.en) from None
    except pa.ArrowInvalid:
        raise UnreadableFile(
            f"{file.name} 不是可读的 parquet 文件，可能已损坏。",
            f"{file.name} is no readable parquet file; it may be broken.",
        ) from None
    plain, many = len(found) == 1 and not found[0].sheet, len(found) > 1
    rows = [Grid(file.name, g.sheet if many else "", g.rows, g.merged, plain) for g in found]
    filled = [grid for grid in rows if any("".join(row).strip() for row in grid.rows)]
    if not filled:
        raise UnreadableFile(f"{file.name} 里没有内容。", f"{file.name} has nothing in it.")
    return filled


def _parquet(file: File) -> Grid:
    table = parquet.read_table(io.BytesIO(file.content))
    columns = [tables.as_texts(table[name]) for name in table.column_names]
    rows = zip(*columns, strict=True) if columns else ()
    return Grid(file.name, "", [list(table.column_names), *map(list, rows)])


def top(file: File) -> Top:
    """The headers that a person chooses from; raises CensusError where they are not certain."""
    best, found = _headed(grids(file))
    headers = _headers(best, found[0])
    known = {name: headers[place] for name, place in found[1].items() if name != "roster"}
    first = [row for row in best.rows[found[0] + 1 :] if "".join(row).strip()][:5]
    width = len(headers)
    shown = tuple(tuple([*row, *[""] * width][:width]) for row in first)
    return Top(tuple(dict.fromkeys(filter(None, headers))), known, _by_header(headers, shown))


def _by_header(
    headers: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], ...]:
    """The rows without the columns that no header names, one cell for each header."""
    places = [headers.index(name) for name in dict.fromkeys(filter(None, headers))]
    return tuple(tuple(row[place] for place in places) for row in rows)


def _headed(found: Sequence[Grid]) -> tuple[Grid, tuple[int, dict[str, int]]]:
    """The sheet with the most known headers, its row of headers and what they mean."""
    tried = [(grid, _head(grid, Map())) for grid in found]
    best = max(tried, key=lambda row: len(row[1][1]))
    rosters.one_row(best[0], best[1][0], _located(best[0]))
    return best


def _located(grid: Grid) -> list[dict[str, int]]:
    return [Map().locate(row, ()) for row in grid.rows[: rosters.HEADER_WITHIN]]


def _head(grid: Grid, mapping: Map) -> tuple[int, dict[str, int]]:
    """The row with the most known headers, or where none is known the fullest of the first."""
    rows = grid.rows[: rosters.HEADER_WITHIN]
    places = [mapping.locate(row, ()) for row in rows]
    full = [sum(bool(cell.strip()) for cell in row) for row in rows]
    best = max(range(len(rows)), key=lambda n: (len(places[n]), full[n], -n))
    return best, places[best]


def _headers(grid: Grid, head: int) -> list[str]:
    return [cell.strip()[:LONGEST_HEADER] for cell in grid.rows[head]]


def read(file: File, chosen: Mapping[str, str]) -> Table:
    """The rows under the chosen columns (field → header); raises CensusError.

    Sheets without these columns are left out and named.
    """
    _fit_to_read(chosen)
    table, found = Table(), grids(file)
    wanted = set(chosen.values())
    for grid in found:
        head = _row_of(grid, wanted)
        if head is None:
            table.remarks.append(Fault("sheet_left", NO_SHEET, grid.sheet))
            continue
        rosters.one_row(grid, head, _located(grid))
        rosters.no_merged(grid, head)
        _add(table, grid, head, chosen)
    if not len(table):
        headers = "、".join(sorted(wanted))[:200]
        raise NoRoster(
            f"{file.name} 在这些列（{headers}）下面没有数据行。",
            f"{file.name} has no rows of data under these columns ({headers}).",
        )
    return table


def _fit_to_read(chosen: Mapping[str, str]) -> None:
    if "name" not in chosen or not any(name in chosen for name in TELLING):
        told = "、".join(TITLES[name].zh for name in TELLING)
        english = ", ".join(TITLES[name].en for name in TELLING)
        raise NoRoster(
            f"至少要选出“名称”列，并在{told}中选一列。",
            f"Choose the column of names and at least one of: {english}.",
        )
    headers = list(chosen.values())
    twice = next((header for header in headers if headers.count(header) > 1), "")
    if twice:
        raise NoRoster(
            f"“{twice}”一列选了两次，每一列只能对应一个栏目。",
            f"The column “{twice}” is chosen twice; each can be one thing only.",
        )


def _row_of(grid: Grid, wanted: set[str]) -> int | None:
    """The row in which all the chosen headers stand."""
    for number, row in enumerate(grid.rows[: rosters.HEADER_WITHIN]):
        if wanted <= {cell.strip()[:LONGEST_HEADER] for cell in row}:
            return number
    return None


def _add(table: Table, grid: Grid, head: int, chosen: Mapping[str, str]) -> None:
    headers = _headers(grid, head)
    places = {name: headers.index(header) for name, header in chosen.items()}
    others = [
        (n, header)
        for n, header in enumerate(headers)
        if header and n not in places.values() and headers.index(header) == n
    ]
    states = Map().locate(grid.rows[head], ()).get("roster")
    empty = again = 0
    for number, row in enumerate(grid.rows[head + 1 :], head + 2):
        if not "".join(row).strip():
            empty += 1
        elif [cell.strip() for cell in row[: len(headers)]] == headers:
            again += 1
        else:
            _put(table, grid, number, row, places, others)
            table.stated.append(_cell(row, states) if states is not None else "")
            _not_wider(table, grid, number, row, len(headers))
    _note_left(table, grid, empty, again)


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _put(
    table: Table,
    grid: Grid,
    number: int,
    row: Sequence[str],
    places: Mapping[str, int],
    others: Sequence[tuple[int, str]],
) -> None:
    table.at.append((grid.sheet, number))
    for name in ROW_FIELDS:
        table.columns[name].append(_cell(row, places[name]) if name in places else "")
    table.rest.append({header: _cell(row, n) for n, header in others if _cell(row, n)})


def _not_wider(table: Table, grid: Grid, number: int, row: Sequence[str], width: int) -> None:
    """A comma too many in a text shifts every cell after it."""
    if grid.plain and "".join(row[width:]).strip():
        more = len(row) - width
        words = Words(
            f"比表头多 {more} 格，各列可能错位（内容里的逗号要加引号）。",
            f"{more} cells more than the headers: its columns may be out of place (a comma inside "
            "a text needs quotes).",
        )
        table.faults.append(Fault("cells_beyond", words, grid.sheet, number))


def _note_left(table: Table, grid: Grid, empty: int, again: int) -> None:
    if empty:
        words = Words(f"略去 {empty:,} 个空行。", f"{empty:,} empty rows left out.")
        table.remarks.append(Fault("empty_rows", words, grid.sheet))
    if again:
        words = Words(f"略去 {again:,} 行重复的表头。", f"{again:,} repeated rows of headers.")
        table.remarks.append(Fault("headers_again", words, grid.sheet))
