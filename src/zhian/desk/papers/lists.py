"""A list as a PDF to print and hand round: my desk, tasks, deadlines, what a search found."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import typst
from django.utils import timezone
from django.utils.translation import get_language, gettext as _

from zhian.desk.papers import fonts
from zhian.desk.papers.particulars import FOLDER
from zhian.web.lists import Column

MOST_PRINTED = 2000  # some fifty pages: whoever needs more wants the workbook
TEMPLATE = "_list.typ"
# How many full-width characters a line holds, by the size of the letters in points: 182 mm on an
# upright page, 269 mm across.
UPRIGHT, ACROSS = {9.0: 57.0}, {9.0: 84.0, 7.5: 101.0}
WIDEST, NARROWEST, AROUND = 22.0, 3.0, 1.0


def render_list(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    printed_by: str,
    at: datetime,
) -> bytes:
    """A list on A4 as a PDF, across where its columns need it; raises FontsMissing.

    At most MOST_PRINTED rows are printed, and the last page says so. A character that no font
    holds stands as □: a list is for reading, and one strange name must not stop it.
    """
    drawn = list(islice(rows, MOST_PRINTED + 1))
    texts = [[_text(column.value(row)) for column in columns] for row in drawn[:MOST_PRINTED]]
    labels = [str(column.label) for column in columns]
    widths = [_width(label, [row[place] for row in texts]) for place, label in enumerate(labels)]
    said = {"title": title, "labels": labels, "rows": texts, "by": printed_by}
    shown = fonts.marked(said)
    sheet = _sheet(sum(widths))
    shares = _shares(widths, sheet.room)
    data = {
        "title": shown["title"],
        "across": sheet.across,
        "size": sheet.size,
        "columns": [
            {"label": label, "share": share, "right": column.numeric}
            for label, share, column in zip(shown["labels"], shares, columns, strict=True)
        ],
        "rows": shown["rows"],
        "printed": _printed(shown["by"], at),
        "pages": _("第 {n} 页，共 {m} 页"),
        "counted": _("共 %(n)s 件") % {"n": f"{len(texts):,}"},
        "nothing": _("没有内容"),
        "note": _note(len(drawn) > MOST_PRINTED, shown != said),
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
    }
    return _compiled(data, at)


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a list is laid on A4: across or upright, in letters of so many points."""

    across: bool
    size: float
    room: float


def _sheet(wanted: float) -> Sheet:
    """Upright where the columns fit, else across, in smaller letters only where they must be."""
    offered = [
        *(Sheet(False, size, room) for size, room in UPRIGHT.items()),
        *(Sheet(True, size, room) for size, room in ACROSS.items()),
    ]
    return next((sheet for sheet in offered if wanted <= sheet.room), offered[-1])


def _shares(widths: Sequence[float], room: float) -> list[float]:
    """Narrow columns keep what they want; the wide ones share what is left."""
    left, cap = room, WIDEST + AROUND
    for place, width in enumerate(ordered := sorted(widths)):
        fair = left / (len(ordered) - place)
        if width > fair:
            cap = fair
            break
        left -= width
    return [min(width, cap) for width in widths]


def _compiled(data: Mapping[str, Any], at: datetime) -> bytes:
    known = fonts.book()
    chains = {role: known.chain(role) for role in fonts.ROLES}
    pdf: bytes = typst.compile(
        str(FOLDER / TEMPLATE),
        root=str(FOLDER),
        font_paths=known.fonts,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**data, "fonts": chains})},
        timestamp=int(at.timestamp()),
    )
    return pdf


def _text(value: Any) -> str:
    """A cell as it is read: local time to the minute, days as they are sorted."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else " ".join(str(value).split())


def _width(label: str, cells: Sequence[str]) -> float:
    """How wide a column wants to be, in full-width characters: nine cells of ten on one line."""
    lengths = sorted(_length(cell) for cell in cells) or [0.0]
    usual = lengths[int((len(lengths) - 1) * 0.9)]
    return min(max(usual, _length(label), NARROWEST), WIDEST) + AROUND


def _length(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.55 for c in text)


def _printed(by: str, at: datetime) -> str:
    words = {"who": by, "when": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}
    return _("打印人：%(who)s　打印时间：%(when)s") % words


def _note(more: bool, marked: bool) -> str:
    notes = []
    if more:
        words = _("只打印前 %(n)s 件；全部内容请导出 xlsx，或者先筛选再打印。")
        notes.append(words % {"n": f"{MOST_PRINTED:,}"})
    if marked:
        notes.append(_("“□”表示字体中没有的字。"))
    return " ".join(notes)
