"""The file: a workbook, or a zip of a workbook and the scans that it names; every cell as text."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zhian.desk import uploads
from zhian.desk.takeover.cells import bare
from zhian.desk.takeover.columns import Sheet, sheets
from zhian.directory.imports.table import Field, Row
from zhian.web.sheets import BROKEN, Grid, Unreadable, member_name, workbook

MOST_ROWS = 50_000
MOST_MEMBERS = 60_000
LARGEST_BOOK = 100 * 1024 * 1024
HEADING_WITHIN = 10
CONTENT_TYPES = "[Content_Types].xml"
ERRORS_COLUMN = ("有误之处", "What is wrong")
_ODD_BLANKS = re.compile(r"[\u00a0\u3000\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet as it was read: its rows, the headings that were known, and those passed over."""

    sheet: Sheet
    rows: tuple[Row, ...]
    headings: Mapping[str, str]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its name, its hash, its sheets, and the scans inside by name."""

    name: str
    sha256: str
    tables: Mapping[str, Table]
    scans: Mapping[str, zipfile.ZipInfo] = field(default_factory=dict)
    path: Path | None = None

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """The rows of a sheet; none where the file does not have it."""
        table = self.tables.get(sheet)
        return table.rows if table else ()

    def scan(self, name: str) -> bytes:
        """The content of a scan inside the zip; no more of it than may be kept."""
        assert self.path is not None
        with zipfile.ZipFile(self.path) as packed, packed.open(self.scans[name]) as file:
            return file.read(LARGEST_BOOK + 1)


def read(path: Path, name: str = "") -> Source:
    """Read a file; Unreadable says in a sentence why it cannot be taken as a whole."""
    if not path.is_file() or not path.stat().st_size:
        raise Unreadable("文件是空的。", "The file is empty.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    content, scans = _unpacked(path)
    tables = _tables(workbook("工作簿", content))
    return Source(name or path.name, digest, tables, scans, path)


# --- what is packed


def _unpacked(path: Path) -> tuple[bytes, Mapping[str, zipfile.ZipInfo]]:
    """The workbook's bytes, and the scans beside it where the file is a zip of both."""
    try:
        with zipfile.ZipFile(path) as packed:
            members = [m for m in packed.infolist() if not m.is_dir()]
            if any(m.filename == CONTENT_TYPES for m in members):
                return _checked(path.read_bytes()), {}
            return _from_zip(packed, members)
    except (*BROKEN, ValueError, OSError) as broken:
        raise Unreadable(
            "这既不是 xlsx 工作簿，也不是可以打开的 zip 压缩包。",
            "This is neither an xlsx workbook nor a zip file that can be opened.",
        ) from broken


def _from_zip(
    packed: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]
) -> tuple[bytes, Mapping[str, zipfile.ZipInfo]]:
    if len(members) > MOST_MEMBERS:
        raise Unreadable(
            f"压缩包内文件超过 {MOST_MEMBERS} 个。", f"More than {MOST_MEMBERS} files are inside."
        )
    ours = [m for m in members if not m.filename.startswith("__MACOSX/")]
    counts = Counter(member_name(m) for m in ours)
    named = {member_name(m): m for m in ours if counts[member_name(m)] == 1}
    books = [n for n in named if n.lower().endswith(".xlsx") and not n.startswith((".", "~$"))]
    if len(books) != 1:
        raise Unreadable(
            f"压缩包内应有一个 xlsx 工作簿，现有 {len(books)} 个。",
            f"The zip file should hold one xlsx workbook; it holds {len(books)}.",
        )
    book = named.pop(books[0])
    with packed.open(book) as file:
        content = file.read(LARGEST_BOOK + 1)
    return _checked(content), named


def _checked(content: bytes) -> bytes:
    try:
        uploads.check("workbook.xlsx", content, LARGEST_BOOK)
    except uploads.BadFile as bad:
        shown = bad.words.zh.partition("：")[2], bad.words.en.partition(": ")[2]
        raise Unreadable(f"工作簿{shown[0]}", f"The workbook: {shown[1]}") from bad
    return content


# --- sheets


def _tables(book: Sequence[Grid]) -> Mapping[str, Table]:
    known = sheets()
    found: dict[str, Table] = {}
    for grid in book:
        sheet = next((s for s in known if _means(grid.sheet, s)), None)
        if sheet is not None and sheet.key not in found:
            found[sheet.key] = _table(sheet, grid.sheet, _lines(grid))
    if "matters" not in found and book and not found:
        found["matters"] = _table(known[0], book[0].sheet, _lines(book[0]))
    if "matters" not in found:
        raise Unreadable("工作簿中没有“事项”表。", "The workbook has no sheet “Matters”.")
    return found


def _means(name: str, sheet: Sheet) -> bool:
    return bare(name) in {bare(n) for n in (sheet.key, sheet.words.zh, sheet.words.en, *sheet.also)}


def _lines(grid: Grid) -> Iterator[tuple[int, Sequence[str]]]:
    """The lines that are not empty, with their numbers as a spreadsheet shows them."""
    for number, row in enumerate(grid.rows, start=1):
        cells = [_ODD_BLANKS.sub(" ", cell).strip() for cell in row]
        if any(cells):
            yield number, cells


def _table(sheet: Sheet, name: str, lines: Iterator[tuple[int, Sequence[str]]]) -> Table:
    """The heading is the line of the first ten that names most columns; a title above it is not."""
    kept: list[tuple[int, Sequence[str]]] = []
    for line in lines:
        kept.append(line)
        if len(kept) > MOST_ROWS + HEADING_WITHIN:
            raise Unreadable(
                f"“{name}”表一次最多导入 {MOST_ROWS} 行。",
                f"Sheet “{name}”: at most {MOST_ROWS} rows at a time.",
            )
    head = max(
        range(min(HEADING_WITHIN, len(kept))),
        key=lambda n: (len(_columns(kept[n][1], sheet.fields)), -n),
        default=None,
    )
    if head is None:
        return Table(sheet, (), {})
    heading = kept[head][1]
    columns = _columns(heading, sheet.fields)
    _need(sheet, name, columns.values())
    return Table(
        sheet,
        tuple(_rows(kept[head + 1 :], columns)),
        {f.key: heading[i] for i, f in columns.items()},
        tuple(_passed_over(heading, columns)),
    )


def _passed_over(heading: Sequence[str], columns: Mapping[int, Field]) -> Iterator[str]:
    """Headings that nobody knows; a column of errors that we wrote ourselves is not one."""
    for position, text in enumerate(heading):
        if text and position not in columns and text not in ERRORS_COLUMN:
            yield text


def _columns(heading: Sequence[str], fields: Sequence[Field]) -> dict[int, Field]:
    found: dict[int, Field] = {}
    for position, text in enumerate(heading):
        field = next((f for f in fields if text and f.named(text)), None)
        if field is not None and field not in found.values():
            found[position] = field
    return found


def _need(sheet: Sheet, name: str, found: Iterable[Field]) -> None:
    there = {f.key for f in found}
    missing = [f for f in sheet.fields if f.required and f.key not in there]
    if missing:
        zh, en = "、".join(f.words.zh for f in missing), ", ".join(f.words.en for f in missing)
        raise Unreadable(
            f"“{name}”表缺少列：{zh}。", f"Columns are missing on the sheet “{name}”: {en}."
        )


def _rows(
    lines: Iterable[tuple[int, Sequence[str]]], columns: Mapping[int, Field]
) -> Iterator[Row]:
    for number, line in lines:
        cells = {f.key: line[i] for i, f in columns.items() if i < len(line) and line[i]}
        if cells:
            yield Row(number, cells)
