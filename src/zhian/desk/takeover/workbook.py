"""The workbook to fill in, with what may stand in each cell; and one with its errors marked."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import xlsxwriter

from zhian.desk import kinds
from zhian.desk.takeover import terms
from zhian.desk.takeover.checking import takeable
from zhian.desk.takeover.columns import Sheet, sheets
from zhian.desk.takeover.reading import ERRORS_COLUMN, Source
from zhian.directory.models import Agency, Office
from zhian.law import vocabulary
from zhian.law.procedure import Procedure, book
from zhian.law.words import Words

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
ROWS = 5000
MARK = Words("；", "; ")
COLON = Words("：", ": ")
REQUIRED = Words("必填", "required")
NOTES = Words("填写说明", "How to fill it in")
VALUES = Words("可填内容", "Permitted values")
CHOICES = {"basis": "rectification_basis", "origin": "task_origin", "cause": "failure_cause"}
RULES = (
    Words(
        "一行一个在办事项；已办结的不接管。全部检查无误才导入，一格有误就一行也不导入。",
        "One open matter a row; closed ones are not taken over. Everything is checked first: one "
        "wrong cell and nothing comes in.",
    ),
    Words(
        "同一文件再导入一次不会重复；改正后的文件只补入缺少的。",
        "The same file a second time adds nothing; a corrected file adds what is missing.",
    ),
    Words(
        "期限只写正在计时（或者中止）的；到期日由本系统按条文计算，责令、交办的期限写指定期限。",
        "Only clocks that run or stand still. The due day is counted here by the provision; where "
        "an officer set it, give that day.",
    ),
    Words(
        "扫描件与本工作簿一起打成一个 zip，文件名写在“文书”表。",
        "Scans are packed with this workbook into one zip file; their names stand on the sheet of "
        "documents.",
    ),
)


def template(language: str = "zh") -> bytes:
    """The empty workbook: its sheets, an explanation, and the lists of permitted values."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, OPTIONS)
    look = _Look(workbook)
    for sheet in sheets():
        _empty(workbook, look, sheet, language)
    _notes(workbook, look, language)
    _values(workbook, look, language)
    workbook.close()
    return out.getvalue()


class _Look:
    """The formats of a workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.bold = workbook.add_format({"bold": True, "bottom": 1})
        self.needed = workbook.add_format({"bold": True, "bottom": 1, "font_color": "#a61b1b"})
        self.text = workbook.add_format({"num_format": "@"})
        self.wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.wrong = workbook.add_format({"num_format": "@", "bg_color": "#fbe3e1"})
        self.why = workbook.add_format({"text_wrap": True, "font_color": "#a61b1b"})


def _empty(workbook: Any, look: _Look, sheet: Sheet, language: str) -> None:
    page = workbook.add_worksheet(sheet.words.text(language))
    page.freeze_panes(1, 0)
    for position, field in enumerate(sheet.fields):
        page.set_column(position, position, 18, look.text)
        words = field.words.text(language)
        page.write_string(0, position, words, look.needed if field.required else look.bold)
        hint = field.hint.text(language)
        if hint:
            page.write_comment(0, position, hint)
        _offer(page, position, _choices(field.key), language)


def _choices(key: str) -> list[Words]:
    """The closed list of a column, empty where it is free or too long for a spreadsheet."""
    if key == "kind":
        return list(takeable().values())
    if key == "confidential":
        return [Words("是", "yes"), Words("否", "no")]
    if key in CHOICES:
        return [c.words for c in vocabulary.choices(CHOICES[key])]
    return []


def _offer(page: Any, position: int, allowed: Sequence[Words], language: str) -> None:
    answers = [words.text(language) for words in allowed]
    if answers and len(",".join(answers)) <= 255:
        page.data_validation(1, position, ROWS, position, {"validate": "list", "source": answers})


def _notes(workbook: Any, look: _Look, language: str) -> None:
    page = workbook.add_worksheet(NOTES.text(language))
    page.set_column(0, 1, 20)
    page.set_column(2, 3, 60, look.wrap)
    line = 0
    for rule in RULES:
        page.write_string(line, 0, rule.text(language))
        line += 1
    for sheet in sheets():
        line += 1
        page.write_string(line, 0, sheet.words.text(language), look.bold)
        for field in sheet.fields:
            line += 1
            page.write_string(line, 1, field.words.text(language))
            marks = (REQUIRED.text(language) if field.required else "", field.hint.text(language))
            page.write_string(line, 2, MARK.text(language).join(m for m in marks if m))
            page.write_string(line, 3, _only_for(field.key, language))


def _only_for(key: str, language: str) -> str:
    """For which kinds of matter a column is, where not for all."""
    named = takeable()
    own = [
        named[k.name].text(language) + (f" ({REQUIRED.text(language)})" if field.required else "")
        for k in kinds.all_kinds()
        if k.take_over is not None and k.name in named
        for field in k.take_over.columns
        if field.key == key
    ]
    return MARK.text(language).join(own)


def _values(workbook: Any, look: _Look, language: str) -> None:
    """Kinds with their phases, acts and duties; then agencies and offices by code and name."""
    page = workbook.add_worksheet(VALUES.text(language))
    page.set_column(0, 3, 32)
    heads = (Words("种类", "Kind"), Words("列", "Column"), Words("可填", "Permitted"))
    for position, words in enumerate(heads):
        page.write_string(0, position, words.text(language), look.bold)
    page.freeze_panes(1, 0)
    for line, cells in enumerate(_permitted(language), start=1):
        for position, text in enumerate(cells):
            page.write_string(line, position, text)


def _permitted(language: str) -> Iterator[tuple[str, ...]]:
    known = takeable()
    newest: Mapping[str, Procedure] = {p.kind: p for p in book().all() if p.kind in known}
    for kind, procedure in newest.items():
        yield from _of_kind(known[kind].text(language), procedure, language)
    for key, name in CHOICES.items():
        label = next(f.words for s in sheets() for f in s.fields if f.key == key)
        for choice in vocabulary.choices(name):
            yield "", label.text(language), choice.words.text(language), choice.key
    agency, office = Words("部门", "Agency"), Words("承办机构", "Office")
    for row in Agency.objects.order_by("code")[:1000]:
        yield "", agency.text(language), row.name, row.code
    for unit in Office.objects.select_related("agency").order_by("agency__code", "code")[:5000]:
        yield unit.agency.name, office.text(language), unit.name, unit.code


def _of_kind(name: str, procedure: Procedure, language: str) -> Iterator[tuple[str, ...]]:
    phase, done, duty = (
        Words("阶段", "Phase"),
        Words("已办行为", "Acts done"),
        Words("期限", "Duty"),
    )
    for row in procedure.phases:
        if not row.closed:
            yield name, phase.text(language), row.words.text(language), row.key
    for verb, act in procedure.acts.items():
        yield name, done.text(language), act.words.text(language), verb
    for key, words in terms.duties(procedure.kind, procedure.version).items():
        yield name, duty.text(language), words.text(language), key


# --- the file with its errors


def marked(source: Source, errors: Iterable[Mapping[str, Any]], language: str = "zh") -> bytes:
    """The file as it was read, wrong cells coloured and what is wrong written at the row's end."""
    by_row: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for error in errors:
        by_row[error["sheet"], error["row"]].append(error)
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, OPTIONS)
    look = _Look(workbook)
    for table in source.tables.values():
        page = workbook.add_worksheet(table.sheet.words.text(language))
        page.freeze_panes(1, 0)
        _marked(page, look, table, by_row, language)
    workbook.close()
    return out.getvalue()


def _marked(
    page: Any,
    look: _Look,
    table: Any,
    by_row: Mapping[tuple[str, int], list[Mapping[str, Any]]],
    language: str,
) -> None:
    fields = [f for f in table.sheet.fields if f.key in table.headings] or table.sheet.fields
    for position, field in enumerate(fields):
        page.set_column(position, position, 18, look.text)
        page.write_string(0, position, field.words.text(language), look.bold)
    last = len(fields)
    page.set_column(last, last, 80)
    page.write_string(0, last, ERRORS_COLUMN[int(language.startswith("en"))], look.needed)
    for line, row in enumerate(table.rows, start=1):
        wrong = by_row.get((table.sheet.key, row.number), [])
        columns = {error["column"] for error in wrong}
        for position, field in enumerate(fields):
            named = {table.headings.get(field.key), field.words.zh}
            form = look.wrong if named & columns else look.text
            page.write_string(line, position, row.text(field.key), form)
        if wrong:
            side = "en" if language.startswith("en") else "zh"
            colon = COLON.text(language)
            said = "\n".join(f"{e['column']}{colon}{e[side]}" for e in wrong)
            page.write_string(line, last, said, look.why)
