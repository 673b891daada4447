"""The empty roster to fill in: headings in the reader's language, notes on a second sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter

from zhian.directory.imports.columns import COLUMNS, TITLES
from zhian.directory.imports.finding import LEVELS
from zhian.law import offices
from zhian.law.words import Words

ROWS = 2000


def _answers(kind: str, key: str) -> list[Words]:
    """The closed list that a column takes its values from, empty where it is free."""
    if (kind, key) == ("staff", "post"):
        return [p.words for p in offices.posts().values()]
    if (kind, key) == ("agencies", "kind"):
        return [a.words for a in offices.agency_kinds().values()]
    if (kind, key) == ("places", "level"):
        return [Words(words[0], name) for name, words in LEVELS.items()]
    return []


def template(kind: str, language: str = "zh") -> bytes:
    """A workbook for one kind of roster: codes and dates as text, choices as lists."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    bold = book.add_format({"bold": True, "bottom": 1})
    needed = book.add_format({"bold": True, "bottom": 1, "font_color": "#a61b1b"})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(TITLES[kind].text(language))
    notes = book.add_worksheet("Notes" if language.startswith("en") else "填写说明")
    sheet.freeze_panes(1, 0)
    notes.set_column(0, 0, 24)
    notes.set_column(1, 2, 60)
    for position, field in enumerate(COLUMNS[kind]):
        sheet.set_column(position, position, 20, text)
        heading = field.words.text(language)
        sheet.write_string(0, position, heading, needed if field.required else bold)
        answers = [w.text(language) for w in _answers(kind, field.key)]
        _offer(sheet, position, answers)
        marks = [field.hint.text(language), _must(field.required, language)]
        notes.write_string(position, 0, heading, bold)
        notes.write_string(position, 1, _joined(marks))
        notes.write_string(position, 2, _joined(answers))
    book.close()
    return out.getvalue()


def _offer(sheet: xlsxwriter.worksheet.Worksheet, position: int, answers: list[str]) -> None:
    """A list to choose from, where it is short enough for a spreadsheet (255 characters)."""
    if answers and len(",".join(answers)) <= 255:
        rule = {"validate": "list", "source": answers}
        sheet.data_validation(1, position, ROWS, position, rule)


def _must(required: bool, language: str) -> str:
    if not required:
        return ""
    return "required" if language.startswith("en") else "必填"


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(part for part in parts if part)
