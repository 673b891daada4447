"""A bulletin file as rows of texts: csv, xlsx, or a zip of xlsx, with any of the known headers."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from zhian.apps.laboratory.bulletins import columns
from zhian.apps.laboratory.bulletins.columns import ColumnMap
from zhian.apps.laboratory.bulletins.errors import NoHeader, UnreadableFile

LARGEST = 50 * 1024 * 1024
MOST_FILES = 200
HEADER_WITHIN = 20
ENCODINGS = ("utf-8-sig", "gb18030")

Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, its sheet, and its texts by field."""

    number: int
    sheet: str
    cells: Mapping[str, str] = field(hash=False)

    def text(self, name: str) -> str:
        """The text of a field, empty where the file has no such column."""
        return self.cells.get(name, "")

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from every other row of the file."""
        return self.sheet, self.number


def read_rows(path: Path, columns_map: ColumnMap) -> list[Row]:
    """Every row below the headers that is not empty; raises UnreadableFile or NoHeader.

    A workbook may hold sheets without headers (covers, notes); one must have them.
    """
    found: list[Row] = []
    first_error: NoHeader | None = None
    for sheet, table in _tables(path):
        try:
            found += _rows(sheet, table, columns_map)
        except NoHeader as why:
            first_error = first_error or why
    if not found:
        raise first_error or UnreadableFile("文件中没有数据行。", "The file has no rows of data.")
    return found


def _tables(path: Path) -> Iterator[tuple[str, Table]]:
    data = _bytes(path)
    suffix = path.suffix.lower()
    if suffix == ".zip":
        yield from _zipped(data)
    elif suffix in (".xlsx", ".xls", ".ods") or data[:2] == b"PK":
        yield from _workbook(data, path.name)
    else:
        yield "", _csv(data)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFile("文件超过 50 MB。", "The file is larger than 50 MB.")
        return path.read_bytes()
    except OSError as why:
        raise UnreadableFile(f"无法读取文件：{why}", f"The file cannot be read: {why}") from why


def _zipped(data: bytes) -> Iterator[tuple[str, Table]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise UnreadableFile("压缩包已损坏。", "The zip archive is broken.") from None
    members = [m for m in archive.infolist() if _wanted(m.filename)]
    if not members:
        raise UnreadableFile("压缩包中没有 xlsx 文件。", "The archive holds no xlsx file.")
    if len(members) > MOST_FILES or sum(m.file_size for m in members) > 4 * LARGEST:
        raise UnreadableFile("压缩包过大。", "The archive is too large.")
    for member in members:
        name = _file_name(member)
        for sheet, table in _workbook(archive.read(member), name):
            yield f"{name}:{sheet}" if sheet else name, table


def _wanted(name: str) -> bool:
    file = PurePosixPath(name).name
    return file.lower().endswith(".xlsx") and not file.startswith(("~$", "."))


def _file_name(member: zipfile.ZipInfo) -> str:
    """A member's name; old Windows archives write it in GBK without saying so."""
    name = PurePosixPath(member.filename).name
    if member.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _workbook(data: bytes, name: str) -> Iterator[tuple[str, Table]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(s, book.get_sheet_by_name(s).to_python(skip_empty_area=False)) for s in
                  book.sheet_names]  # fmt: skip
    except CalamineError as why:
        raise UnreadableFile(
            f"{name} 不是可读的表格：{why}", f"{name} is no readable workbook: {why}"
        ) from why
    for sheet, rows in sheets:
        yield sheet if len(sheets) > 1 else "", [[_text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _csv(data: bytes) -> Table:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" in text:
            break
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        return list(reader)
    raise UnreadableFile(
        "不是文本文件（UTF-8 或者 GB 18030 编码的 csv）。",
        "Not a text file (csv in UTF-8 or GB 18030).",
    )


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",\t;", key=first.count)


def _rows(sheet: str, table: Table, columns_map: ColumnMap) -> list[Row]:
    head, places = _header(sheet, table, columns_map)
    rows = []
    for number, cells in enumerate(table[head + 1 :], head + 2):
        if any(cell.strip() for cell in cells):
            rows.append(Row(number, sheet, _cells(cells, places, columns_map)))
    return rows


def _header(sheet: str, table: Table, columns_map: ColumnMap) -> tuple[int, dict[str, int]]:
    """The row with the most known headers; a title or a note may stand above it."""
    tried = [columns.locate(row, columns_map) for row in table[:HEADER_WITHIN]]
    best = max(range(len(tried)), key=lambda i: len(tried[i]), default=None)
    found = tried[best] if best is not None else {}
    lacking = columns.missing(found, columns_map)
    if best is None or lacking:
        raise _no_header(sheet, table[best] if best is not None else [], lacking)
    return best, found


def _no_header(sheet: str, row: Sequence[str], lacking: Sequence[str]) -> NoHeader:
    titles = [columns.title(name) for name in lacking]
    seen = "、".join(cell.strip() for cell in row if cell.strip())[:200] or "—"
    where = f"{sheet}：" if sheet else ""
    return NoHeader(
        f"{where}找不到列：{'、'.join(t.zh for t in titles)}。文件的表头是：{seen}。"
        "请用列映射文件写明。",
        f"{where}Columns not found: {', '.join(t.en for t in titles)}. The headers are: {seen}. "
        "Name them in a map file.",
    )


def _cells(
    cells: Sequence[str], places: Mapping[str, int], columns_map: ColumnMap
) -> dict[str, str]:
    texts = dict(columns_map.constants)
    for name, place in places.items():
        text = cells[place].strip() if place < len(cells) else ""
        if text or name not in texts:
            texts[name] = text
    return texts
