"""The empty roster to fill in: headings, notes, and what may stand in a column."""

from __future__ import annotations

import io

import xlsxwriter

from zhian.apps.registry.licences.importing.columns import FIELDS, STATES
from zhian.apps.registry.licences.sorts import SORTS
from zhian.law import vocabulary
from zhian.law.licence_formats import licence_formats
from zhian.law.words import Words

ROWS = 5000
STATE_WORDS = tuple(words.split()[0] for words in STATES.values())


def template(language: str = "zh") -> bytes:
    """A workbook: the roster, and a sheet that says what goes where."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    needed = book.add_format({"bold": True, "bottom": 1, "font_color": "#a61b1b"})
    english = language.startswith("en")
    sheet = book.add_worksheet("Licences" if english else "许可证")
    notes = book.add_worksheet("Notes" if english else "填写说明")
    sheet.freeze_panes(1, 0)
    notes.set_column(0, 1, 40)
    for place, field in enumerate(FIELDS):
        sheet.set_column(place, place, 20, text)
        sheet.write_string(0, place, field.words.text(language), needed if field.required else bold)
        notes.write_string(place, 0, field.words.text(language), bold)
        notes.write_string(place, 1, field.hint.text(language))
        if field.key == "state":
            rule = {"validate": "list", "source": list(STATE_WORDS)}
            sheet.data_validation(1, place, ROWS, place, rule)
    _answers(notes, len(FIELDS) + 1, language)
    book.close()
    return out.getvalue()


def _answers(notes: xlsxwriter.worksheet.Worksheet, line: int, language: str) -> None:
    """The kinds of papers, and for each what it can be for."""
    for sort in SORTS:
        form = licence_formats()[sort.key]
        listed = next(iter(form.lists.values()), "")
        answers: list[Words] = [c.words for c in vocabulary.choices(listed)] if listed else []
        notes.write_string(line, 0, form.words.text(language))
        notes.write_string(line, 1, "; ".join(words.text(language) for words in answers))
        line += 1
