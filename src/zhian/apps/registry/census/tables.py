"""A roster's file as a table of texts: parquet, csv or xlsx; whatever else is refused."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from zhian.apps.registry.census.errors import UnreadableFile

MOST_CELLS = 60_000_000
ENCODINGS = ("utf-8-sig", "gb18030")
BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff")
COMPOUND = b"\xd0\xcf\x11\xe0"
OTHERS = {b"%PDF": "PDF", b"\xff\xd8\xff": "JPG", b"\x89PNG": "PNG", b"Rar!": "RAR", b"7z": "7z"}
VALUED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:v|f|is)\b')

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet; `merged`: first and last cell (row, column; from 0) of each area."""

    file: str
    sheet: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[tuple[Place, Place]] = ()
    plain: bool = False

    @property
    def where(self) -> str:
        """File and sheet, as a message names them."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file


@dataclass(frozen=True, slots=True)
class Frame:
    """A parquet file: its headers now, its columns when they are asked for."""

    path: Path

    @property
    def headers(self) -> list[str]:
        """The names of its columns."""
        return list(parquet.read_schema(self.path).names)

    def columns(self, wanted: Sequence[str]) -> dict[str, list[str]]:
        """Some of its columns as texts, empty for null."""
        table = parquet.read_table(self.path, columns=list(dict.fromkeys(wanted)))
        return {name: _as_texts(table[name]) for name in wanted}


def _as_texts(column: pa.ChunkedArray) -> list[str]:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        values: list[Any] = column.to_pylist()
        return ["" if value is None else value for value in values]
    return ["" if value is None else _text(value) for value in column.to_pylist()]


def open_file(path: Path) -> list[Grid] | Frame:
    """The sheets of a file, or its parquet frame; raises UnreadableFile."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if path.is_dir() or not start:
            raise UnreadableFile(f"{path.name} 是空的。", f"{path.name} is empty.")
        if start[:4] == b"PAR1":
            parquet.read_schema(path)
            return Frame(path)
        return _grids(path, start)
    except pa.ArrowInvalid:
        raise UnreadableFile(
            f"{path.name} 不是可读的 parquet 文件，可能已损坏。",
            f"{path.name} is no readable parquet file; it may be broken.",
        ) from None
    except OSError as why:
        raise UnreadableFile(
            f"无法读取 {path.name}：{why.strerror or why}",
            f"{path.name} cannot be read: {why.strerror or why}",
        ) from None


def _grids(path: Path, start: bytes) -> list[Grid]:
    other = next((kind for magic, kind in OTHERS.items() if start.startswith(magic)), None)
    if other:
        raise UnreadableFile(
            f"{path.name} 是 {other} 文件，不是表格。请用 parquet、csv 或 xlsx。",
            f"{path.name} is a {other} file and no table. Use parquet, csv or xlsx.",
        )
    suffix = path.suffix.lower()
    if start[:2] == b"PK" or start[:4] == COMPOUND or suffix in {".xlsx", ".xls", ".ods"}:
        return _workbook(path, start)
    if suffix == ".parquet":
        raise pa.ArrowInvalid
    return [Grid(path.name, "", _csv(path), plain=True)]


# --- workbooks


def _workbook(path: Path, start: bytes) -> list[Grid]:
    _not_too_wide(path, start)
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        rows = [sheet.to_python(skip_empty_area=False) for sheet in sheets]
    except (CalamineError, ValueError, OSError):
        raise _no_workbook(path, start) from None
    return [
        Grid(path.name, sheet.name if len(sheets) > 1 else "", _texts(table), _merged(sheet))
        for sheet, table in zip(sheets, rows, strict=True)
    ]


def _texts(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    return [[cell if type(cell) is str else _text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if isinstance(cell, float) and cell != cell else str(cell)


def _merged(sheet: CalamineSheet) -> Sequence[tuple[Place, Place]]:
    return sheet.merged_cell_ranges or ()


def _no_workbook(path: Path, start: bytes) -> UnreadableFile:
    if start.startswith(COMPOUND) and path.suffix.lower() != ".xls":
        return UnreadableFile(
            f"{path.name} 加了密码，或者是旧版 xls 改了扩展名。请在 Excel 中另存为不加密的 xlsx。",
            f"{path.name} is locked by a password, or an old xls renamed. Save it as plain xlsx.",
        )
    return UnreadableFile(
        f"{path.name} 不是可读的表格，可能已损坏。请在 Excel 中打开，另存为 xlsx 后再试。",
        f"{path.name} is no readable workbook; it may be broken. Open it in Excel and save it as "
        "xlsx.",
    )


def _not_too_wide(path: Path, start: bytes) -> None:
    """A value in a far corner of a sheet must not make a table of billions of empty cells."""
    if start[:2] != b"PK":
        return
    try:
        with zipfile.ZipFile(path) as packed:
            for part in packed.infolist():
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _measure(path, packed.read(part))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        raise _no_workbook(path, start) from None


def _measure(path: Path, content: bytes) -> None:
    cells = VALUED.findall(content)
    wide = max(map(_column, {letters for letters, _number in cells}), default=0)
    long = max((int(number) for _letters, number in cells), default=0)
    if wide * long > MOST_CELLS:
        raise UnreadableFile(
            f"{path.name} 的内容散布在 {long} 行、{wide} 列之间，请删去表格之外的内容后再试。",
            f"{path.name} spreads over {long} rows and {wide} columns: remove what stands far out.",
        )


def _column(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# --- text files


def _csv(path: Path) -> list[list[str]]:
    text = _decoded(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return list(reader)
    except csv.Error as why:
        raise UnreadableFile(
            f"{path.name} 第 {reader.line_num} 行附近不是完好的 csv：{why}",
            f"{path.name} is no sound csv near line {reader.line_num}: {why}",
        ) from None


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    encodings = ("utf-16",) if data.startswith(BYTE_ORDER) else ENCODINGS
    at = 0
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as why:
            at = max(at, why.start)
            continue
        if "\0" not in text:
            return text
        at = text.index("\0")
        break
    line = data[:at].count(b"\n") + 1
    raise UnreadableFile(
        f"{path.name} 第 {line} 行的文字无法识别：csv 应为 UTF-8、UTF-16 或 GB 18030 编码。",
        f"{path.name}, line {line}, cannot be read as text: csv must be in UTF-8, UTF-16 or "
        "GB 18030.",
    )


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",\t;", key=first.count)
