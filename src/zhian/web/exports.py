"""A list as a file: xlsx or csv, the columns and filters as they are seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

from zhian.web.lists import Column

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MOST_ROWS = 100_000
# A cell that begins so is run as a formula by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_file(kind: str, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponse:
    """A list as a download; `kind` is xlsx or csv, `name` without ending."""
    return download(kind, name, content(kind, columns, rows))


def content(kind: str, columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    """A list as xlsx or csv."""
    head = [str(c.label) for c in columns]
    body = ([_plain(c.value(row)) for c in columns] for row in rows)
    return _csv(head, body) if kind == "csv" else _xlsx(head, body)


def download(kind: str, name: str, content: bytes) -> HttpResponse:
    """A file that is ready, under today's name."""
    response = HttpResponse(content, content_type=FORMATS[kind])
    day = timezone.localdate().isoformat()
    shown = quote(f"{name} {day}.{kind}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{shown}"
    return response


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, date | int | float | Decimal) and not isinstance(value, bool):
        return value
    return "" if value is None else str(value)


def _csv(head: Sequence[str], body: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for row in body:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell


def _xlsx(head: Sequence[str], body: Iterable[Sequence[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "bottom": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(head) - 1, 0), 18)
    sheet.write_row(0, 0, head, bold)
    number = 0
    for number, row in enumerate(body, start=1):
        for position, cell in enumerate(row):
            _write(sheet, number, position, cell, moment, day)
    sheet.autofilter(0, 0, number, max(len(head) - 1, 0))
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Any, moment: Any, day: Any) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell, moment)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    else:
        sheet.write_number(row, column, cell)
