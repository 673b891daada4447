"""The file of an operator on paper: every section that holds something, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import typst
from django.utils import timezone
from django.utils.translation import get_language, gettext as _

from zhian.apps.registry.archive import shown
from zhian.apps.registry.archive.history import Sheet
from zhian.desk.papers import fonts
from zhian.desk.papers.particulars import FOLDER
from zhian.directory.models import Appointment, Operator
from zhian.web.words import say

TEMPLATE = "_operator_file.typ"
MOST_COLUMNS = 7


def render_file(operator: Operator, appointment: Appointment, at: datetime) -> bytes:
    """The file as a PDF, as far as the person may read it; raises FontsMissing."""
    today = timezone.localtime(at).date()
    file = shown.file_of(operator, appointment, today)
    said = {
        "title": operator.name,
        "summary": _summary(file),
        "sections": [*_sections(file), _credit(file), _missing(file)],
        "by": f"{appointment.post.agency.name} {appointment.user}",
    }
    marked = fonts.marked(said)
    words = {"who": marked["by"], "when": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}
    data = marked | {
        "printed": _("打印人：%(who)s　打印时间：%(when)s") % words,
        "pages": _("第 {n} 页，共 {m} 页"),
        "nothing": _("没有内容"),
        "note": _("“□”表示字体中没有的字。") if marked != said else "",
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
    }
    return _compiled(data, at)


def _summary(file: shown.File) -> str:
    parts = [
        str(file.operator.get_state_display()),
        _("档案完整度 %(n)d%%") % {"n": file.score.percent},
        *(words for words, _standing in file.standings),
    ]
    return "　".join(parts)


def _sections(file: shown.File) -> Iterator[dict[str, Any]]:
    for sheet in file.sheets:
        yield _own(sheet) if sheet.section.own else _table(sheet)


def _own(sheet: Sheet) -> dict[str, Any]:
    rows = [[[say(f.words), text] for f, text in row.cells if text] for row in sheet.rows]
    return {"title": say(sheet.section.words), "pairs": True, "labels": [], "rows": rows}


def _table(sheet: Sheet) -> dict[str, Any]:
    fields = [f for f, _text in sheet.rows[0].cells][:MOST_COLUMNS] if sheet.rows else []
    return {
        "title": say(sheet.section.words),
        "pairs": False,
        "labels": [say(f.words) for f in fields],
        "rows": [[text for _f, text in row.cells][:MOST_COLUMNS] for row in sheet.rows],
    }


def _credit(file: shown.File) -> dict[str, Any]:
    rows = [
        [e.number, e.happened_on.isoformat(), say(e.sort_words), say(e.words), e.detail]
        for e in file.credit.standing
    ]
    labels = [_("编号"), _("日期"), _("种类"), _("事由"), _("说明")]
    return {"title": _("质量信用"), "pairs": False, "labels": labels, "rows": rows}


def _missing(file: shown.File) -> dict[str, Any]:
    rows = [[say(p.words), say(p.why), str(p.weight)] for p in file.score.missing]
    labels = [_("尚缺"), _("为什么要有"), _("分值")]
    return {"title": _("尚缺的内容"), "pairs": False, "labels": labels, "rows": rows}


def _compiled(data: dict[str, Any], at: datetime) -> bytes:
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
