"""Tables as offices send them: csv or a workbook, every cell as a person reads it.

What is no table is refused in a sentence; nothing here knows what the table is about.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from zhian.law.words import Words

MOST_CELLS = 60_000_000
ENCODINGS = ("utf-8-sig", "gb18030")
BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff")
COMPOUND = b"\xd0\xcf\x11\xe0"
ZIP = b"PK"
BOOKS = (".xlsx", ".xls", ".ods")
UTF8_NAME = 0x800
OTHERS = {b"%PDF": "PDF", b"\xff\xd8\xff": "JPG", b"\x89PNG": "PNG", b"Rar!": "RAR", b"7z": "7z"}
BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError)
VALUED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:v|f|is)\b')

Place = tuple[int, int]


class Unreadable(Exception):
    """The file as a whole cannot be taken; `words` says why, and what to do about it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.words = Words(zh, en)


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet; `merged`: first and last cell (row, column; from 0) of each area."""

    sheet: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[tuple[Place, Place]] = ()


def grids(name: str, data: bytes, most_cells: int = MOST_CELLS) -> list[Grid]:
    """The sheets of a csv file or a workbook, a csv file as one without a name.

    name: what people call the file, for its ending and the message. Raises Unreadable.
    """
    if not data.strip():
        raise Unreadable(f"{name} 文件是空的。", f"{name}: the file is empty.")
    other = next((kind for magic, kind in OTHERS.items() if data.startswith(magic)), None)
    if other:
        raise Unreadable(
            f"{name} 是一个 {other} 文件，不是表格。",
            f"{name} is a {other} file and no table.",
        )
    is_book = data.startswith((ZIP, COMPOUND)) or name.lower().endswith(BOOKS)
    return workbook(name, data, most_cells) if is_book else [Grid("", _csv(name, data))]


def workbook(name: str, data: bytes, most_cells: int = MOST_CELLS) -> list[Grid]:
    """The sheets of a workbook; raises Unreadable."""
    _not_too_wide(name, data, most_cells)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(sheet) for sheet in book.sheet_names]
        rows = [sheet.to_python(skip_empty_area=False) for sheet in sheets]
    except (CalamineError, ValueError, OSError, IndexError):
        raise _no_workbook(name, data) from None
    return [
        Grid(sheet.name, _texts(table), sheet.merged_cell_ranges or ())
        for sheet, table in zip(sheets, rows, strict=True)
    ]


def _texts(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    return [[cell if type(cell) is str else text(cell) for cell in row] for row in rows]


def text(cell: Any) -> str:
    """A cell as a person reads it: 239900100000.0 is a code, midnight a day, true 是."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes") if cell.time() != time() else f"{cell.date()}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def member_name(member: zipfile.ZipInfo) -> str:
    """A file's own name inside a zip: old Windows packs Chinese names in GBK without saying so."""
    name = member.filename
    if not member.flag_bits & UTF8_NAME:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = member.filename
    return PurePosixPath(name.replace("\\", "/")).name


def _no_workbook(name: str, data: bytes) -> Unreadable:
    if data.startswith(COMPOUND) and not name.lower().endswith(".xls"):
        return Unreadable(
            f"{name} 加了密码，或者是旧版 xls 改了扩展名。请在 Excel 中另存为不加密的 xlsx。",
            f"{name} is locked by a password, or an old xls renamed. Save it as plain xlsx.",
        )
    return Unreadable(
        f"{name} 不是可读的表格，可能已损坏。请在 Excel 中打开，另存为 xlsx 后再试。",
        f"{name} is no readable workbook; it may be broken. Open it in Excel and save it as xlsx.",
    )


def _not_too_wide(name: str, data: bytes, most_cells: int) -> None:
    """A value in a far corner of a sheet must not make a table of billions of empty cells."""
    if not data.startswith(ZIP):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for part in packed.infolist():
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _measure(name, packed.read(part), most_cells)
    except BROKEN:
        raise _no_workbook(name, data) from None


def _measure(name: str, content: bytes, most_cells: int) -> None:
    cells = VALUED.findall(content)
    wide = max(map(_column, {letters for letters, _number in cells}), default=0)
    long = max((int(number) for _letters, number in cells), default=0)
    if wide * long > most_cells:
        raise Unreadable(
            f"{name} 的内容散布在 {long} 行、{wide} 列之间，请删去表格之外的内容后再试。",
            f"{name} spreads over {long} rows and {wide} columns: remove what stands far out.",
        )


def _column(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# --- text files


def _csv(name: str, data: bytes) -> list[list[str]]:
    content = _decoded(name, data)
    lines = io.StringIO(content, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(content))
    try:
        return list(reader)
    except csv.Error as why:
        raise Unreadable(
            f"{name} 第 {reader.line_num} 行附近不是完好的 csv：{why}",
            f"{name} is no sound csv near line {reader.line_num}: {why}",
        ) from None


def _decoded(name: str, data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(BYTE_ORDER) else ENCODINGS
    at = 0
    for encoding in encodings:
        try:
            content = data.decode(encoding)
        except UnicodeDecodeError as why:
            at = max(at, why.start)
            continue
        if "\0" not in content:
            return content
        at = content.index("\0")
        break
    line = data[:at].count(b"\n") + 1
    raise Unreadable(
        f"{name} 第 {line} 行的文字无法识别：csv 应为 UTF-8、UTF-16 或 GB 18030 编码。",
        f"{name}, line {line}, cannot be read as text: csv must be in UTF-8, UTF-16 or GB 18030.",
    )


def _delimiter(content: str) -> str:
    first = content.split("\n", 1)[0]
    return max(",\t;", key=first.count)
