"""Reading a roster: xlsx or csv, headings in Chinese or English, every cell as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from zhian.law.words import Words

MOST_ROWS = 50_000
ENDINGS = (".xlsx", ".csv")
ZIP = b"PK\x03\x04"
_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")


class Unreadable(Exception):
    """The file as a whole cannot be taken; `words` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.words = Words(zh, en)


class Wrong(Exception):
    """One cell cannot be taken; `column` is the field's key."""

    def __init__(self, column: str, zh: str, en: str) -> None:
        super().__init__(zh)
        self.column, self.words = column, Words(zh, en)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a roster: its headings, whether it must be filled, what goes into it."""

    key: str
    words: Words
    hint: Words
    required: bool = False
    also: tuple[str, ...] = ()

    def named(self, heading: str) -> bool:
        """Whether a heading means this column, in either language or by its key."""
        names = (self.key, self.words.zh, self.words.en, *self.also)
        return _bare(heading) in {_bare(n) for n in names}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: its number as a spreadsheet shows it, and its cells by field."""

    number: int
    cells: dict[str, str]

    def text(self, key: str) -> str:
        """A cell, empty where there is none."""
        return self.cells.get(key, "")

    def day(self, key: str) -> date | None:
        """A cell that holds a date; raises Wrong."""
        text = self.text(key)
        return _day(key, text) if text else None


@dataclass(frozen=True, slots=True)
class Roster:
    """What was read: the rows, which headings were known, and which were passed over."""

    rows: tuple[Row, ...]
    headings: dict[str, str]
    ignored: tuple[str, ...]


def _bare(heading: str) -> str:
    return re.sub(r"[\s*_（）()]+", "", heading).casefold()


def _day(key: str, text: str) -> date:
    match = _DATE.fullmatch(text.removesuffix(" 00:00:00").strip())
    try:
        if match is not None:
            year, month, day = (int(part) for part in match.groups())
            return date(year, month, day)
    except ValueError:
        pass
    raise Wrong(
        key,
        f"“{text}”不是日期，请写作 2026-01-31。",
        f"“{text}” is no date; write 2026-01-31.",
    )


def read(name: str, content: bytes, fields: Sequence[Field]) -> Roster:
    """A file as rows by field; Unreadable where it is no table or lacks a column it needs."""
    lines = _lines(name, content)
    try:
        heading = next(lines)
    except StopIteration:
        raise Unreadable("文件是空的。", "The file is empty.") from None
    columns, ignored = _columns([_text(c) for c in heading], fields)
    rows = tuple(_rows(lines, columns))
    shown = {f.key: _text(heading[i]) for i, f in columns.items()}
    return Roster(rows, shown, ignored)


def _lines(name: str, content: bytes) -> Iterator[Sequence[Any]]:
    if content.startswith(ZIP):
        return _xlsx(content)
    if name.lower().endswith(".xlsx"):
        raise Unreadable("这不是 xlsx 文件。", "This is no xlsx file.")
    return _csv(content)


def _xlsx(content: bytes) -> Iterator[Sequence[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise Unreadable(
            f"无法读取工作簿（{error}）。", f"The workbook cannot be read ({error})."
        ) from error
    return iter(sheet.to_python(skip_empty_area=False))


def _csv(content: bytes) -> Iterator[Sequence[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            pasted = "\t" in text.split("\n", 1)[0]
            lines = io.StringIO(text, newline="")
            return csv.reader(lines, delimiter="\t" if pasted else ",")
    raise Unreadable(
        "文件既不是 UTF-8 也不是 GB18030 编码的 csv。",
        "The file is no csv in UTF-8 or GB18030.",
    )


def _columns(
    heading: Sequence[str], fields: Sequence[Field]
) -> tuple[dict[int, Field], tuple[str, ...]]:
    found: dict[int, Field] = {}
    ignored = []
    for position, text in enumerate(heading):
        field = next((f for f in fields if f.named(text)), None)
        if field is not None and field not in found.values():
            found[position] = field
        elif text:
            ignored.append(text)
    missing = [f for f in fields if f.required and f not in found.values()]
    if missing:
        zh = "、".join(f.words.zh for f in missing)
        en = ", ".join(f.words.en for f in missing)
        raise Unreadable(f"缺少列：{zh}。", f"Columns are missing: {en}.")
    return found, tuple(ignored)


def _rows(lines: Iterable[Sequence[Any]], columns: dict[int, Field]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=2):
        if number > MOST_ROWS + 1:
            raise Unreadable(
                f"一次最多导入 {MOST_ROWS} 行。", f"At most {MOST_ROWS} rows at a time."
            )
        cells = {f.key: _text(line[i]) for i, f in columns.items() if i < len(line)}
        if any(cells.values()):
            yield Row(number, cells)


def _text(value: Any) -> str:
    """A cell as a person reads it: 239900100000.0 is a code, not a number."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
