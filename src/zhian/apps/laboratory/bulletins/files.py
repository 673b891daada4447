"""A bulletin's file as tables of texts: csv, xlsx, or a zip of xlsx; whatever else is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from zhian.apps.laboratory.bulletins.errors import UnreadableFile

LARGEST = 50 * 1024 * 1024
MOST_FILES = 200
MOST_CELLS = 20_000_000
ENCODINGS = ("utf-8-sig", "gb18030")
COMPOUND = b"\xd0\xcf\x11\xe0"
OTHERS = {b"%PDF": "PDF", b"\xff\xd8\xff": "JPG", b"\x89PNG": "PNG", b"Rar!": "RAR", b"7z": "7z"}
VALUED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:v|f|is)\b')

Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class File:
    """A bulletin as it came in: the name that people know it by, and its bytes."""

    name: str
    content: bytes

    @classmethod
    def of(cls, path: Path) -> File:
        """The file of a path; raises UnreadableFile."""
        try:
            if path.stat().st_size > LARGEST:
                raise UnreadableFile("文件超过 50 MB。", "The file is larger than 50 MB.")
            return cls(path.name, path.read_bytes())
        except OSError as why:
            raise UnreadableFile(f"无法读取文件：{why}", f"The file cannot be read: {why}") from why

    @property
    def sha256(self) -> str:
        """What the house knows the file by."""
        return hashlib.sha256(self.content).hexdigest()


def tables(file: File) -> Iterator[tuple[str, Table]]:
    """The sheets of a file with their names; raises UnreadableFile."""
    data, suffix = file.content, PurePosixPath(file.name).suffix.lower()
    other = next((kind for magic, kind in OTHERS.items() if data.startswith(magic)), None)
    if not data.strip():
        raise UnreadableFile("文件是空的。", "The file is empty.")
    if other:
        raise UnreadableFile(
            f"这是一个 {other} 文件，不是表格。请上传 csv、xlsx，或者装有 xlsx 的 zip。",
            f"This is a {other} file and no table. Upload csv, xlsx, or a zip of xlsx.",
        )
    if suffix == ".zip":
        yield from _zipped(data)
    elif suffix in (".xlsx", ".xls", ".ods") or data[:2] == b"PK":
        yield from _workbook(data, file.name)
    else:
        yield "", _csv(data)


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
        for sheet, table in _workbook(_member(archive, member, name), name):
            yield f"{name}:{sheet}" if sheet else name, table


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        raise UnreadableFile(
            f"压缩包中的 {name} 已损坏或者加了密码。",
            f"{name} in the archive is broken or locked by a password.",
        ) from None


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
    _not_too_wide(data, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(s, book.get_sheet_by_name(s).to_python(skip_empty_area=False)) for s in
                  book.sheet_names]  # fmt: skip
    except (CalamineError, ValueError, OSError):
        raise _no_workbook(data, name) from None
    for sheet, rows in sheets:
        yield sheet if len(sheets) > 1 else "", [[_text(cell) for cell in row] for row in rows]


def _no_workbook(data: bytes, name: str) -> UnreadableFile:
    if data.startswith(COMPOUND) and not name.lower().endswith(".xls"):
        return UnreadableFile(
            f"{name} 加了密码，或者是旧版 xls 改了扩展名。请在 Excel 中另存为不加密的 xlsx。",
            f"{name} is locked by a password, or an old xls renamed. Save it as plain xlsx.",
        )
    return UnreadableFile(
        f"{name} 不是可读的表格，可能已损坏。请在 Excel 中打开，另存为 xlsx 后再试。",
        f"{name} is no readable workbook; it may be broken. Open it in Excel and save it as xlsx.",
    )


def _not_too_wide(data: bytes, name: str) -> None:
    """A value in a far corner of a sheet must not make a table of billions of empty cells."""
    if data[:2] != b"PK":
        return
    for content in _sheets(data, name):
        ends = [(_column(letters), int(number)) for letters, number in VALUED.findall(content)]
        wide, long = max((c for c, _ in ends), default=0), max((r for _, r in ends), default=0)
        if wide * long > MOST_CELLS:
            raise UnreadableFile(
                f"{name} 的内容散布在 {long} 行、{wide} 列之间，请删去表格之外的内容后再试。",
                f"{name} spreads over {long} rows and {wide} columns: remove what stands far out.",
            )


def _sheets(data: bytes, name: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = [m for m in packed.infolist() if m.filename.startswith("xl/worksheets/")]
            if sum(m.file_size for m in parts) > 4 * LARGEST:
                raise UnreadableFile(f"{name} 过大。", f"{name} is too large.")
            for part in parts:
                yield packed.read(part)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        raise _no_workbook(data, name) from None


def _column(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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
