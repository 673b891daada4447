"""Reading a roster: xlsx or csv, headings in Chinese or English, every cell as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from zhian.law.words import Words
from zhian.web.sheets import Unreadable, grids

MOST_ROWS = 50_000
ENDINGS = (".xlsx", ".csv")
_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")


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
    columns, ignored = _columns([c.strip() for c in heading], fields)
    rows = tuple(_rows(lines, columns))
    shown = {f.key: heading[i].strip() for i, f in columns.items()}
    return Roster(rows, shown, ignored)


def _lines(name: str, content: bytes) -> Iterator[Sequence[str]]:
    found = grids(name, content)
    if not found:
        raise Unreadable("工作簿中没有表。", "The workbook holds no sheet.")
    return iter(found[0].rows)


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


def _rows(lines: Iterable[Sequence[str]], columns: dict[int, Field]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=2):
        if number > MOST_ROWS + 1:
            raise Unreadable(
                f"一次最多导入 {MOST_ROWS} 行。", f"At most {MOST_ROWS} rows at a time."
            )
        cells = {f.key: line[i].strip() for i, f in columns.items() if i < len(line)}
        if any(cells.values()):
            yield Row(number, cells)
