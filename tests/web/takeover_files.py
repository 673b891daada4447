"""Workbooks of open matters for tests, as an office would fill them in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.builders import County
from zhian.desk.models import (
    Act,
    Clock,
    Document,
    DocumentSeries,
    Evidence,
    Matter,
    TakeOver,
)
from zhian.desk.takeover import job
from zhian.desk.takeover.plan import Plan
from zhian.directory.models import Operator, Standing

Lines = Sequence[Sequence[Any]]

CLOCK_HEAD = ["原编号", "期限名称", "起算日", "指定期限"]


def book(sheets: Mapping[str, Lines]) -> bytes:
    """A workbook of some sheets; every cell as it is typed."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    for name, lines in sheets.items():
        page = workbook.add_worksheet(name)
        for number, line in enumerate(lines):
            for position, cell in enumerate(line):
                if isinstance(cell, int | float):
                    page.write_number(number, position, cell)
                else:
                    page.write_string(number, position, str(cell))
    workbook.close()
    return out.getvalue()


def packed(content: bytes, files: Mapping[str, bytes], locked: str = "") -> bytes:
    """The workbook and its scans in one zip file, one of them marked as locked by a password."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("在办事项.xlsx", content)
        for name, data in files.items():
            archive.writestr(f"扫描件/{name}", data)
        for member in archive.infolist():
            member.flag_bits |= int(bool(locked) and member.filename.endswith(locked))
    return out.getvalue()


def damaged(content: bytes, name: str) -> bytes:
    """The same zip file, packed tight, with one member spoiled on its way."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as plain, zipfile.ZipFile(out, "w", 8) as tight:
        for member in plain.namelist():
            tight.writestr(member, plain.read(member))
        found = next(m for m in tight.infolist() if m.filename.endswith(name))
    data = bytearray(out.getvalue())
    start = found.header_offset + 30 + len(found.filename.encode()) + 4
    data[start : start + 20] = bytes(byte ^ 0xFF for byte in data[start : start + 20])
    return bytes(data)


def saved(folder: Path, content: bytes, name: str = "在办.xlsx") -> Path:
    """The file on disk."""
    path = folder / name
    path.write_bytes(content)
    return path


# --- lines of each kind, right as they stand

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ORDER = {
    "种类": "责令改正",
    "原编号": "ZG-1",
    "标题": "责令改正：河口兴旺豆制品厂",
    "开启日期": "2026-11-04",
    "阶段": "整改中",
    "已办行为": "",
    "承办人": "郑一平",
    "主体": "河口兴旺豆制品厂",
    "场所": "",
    "存在的问题": "车间地面积水",
}
DISPOSAL = {
    "种类": "不合格食品核查处置",
    "原编号": "HC-1",
    "标题": "韭菜：腐霉利不合格",
    "开启日期": "2026-10-01",
    "阶段": "核查处置中",
    "已办行为": "",
    "承办人": "郑一平",
    "主体": "河口兴旺豆制品厂",
    "抽样编号": "XBJ-1",
    "样品名称": "韭菜",
    "不合格项目": "腐霉利",
    "检验结果": "",
    "标准值": "",
    "不合格原因": "",
}
TASK = {
    "种类": "交办督办",
    "原编号": "JB-1",
    "标题": "排查豆制品作坊",
    "开启日期": "2026-11-10",
    "阶段": "办理中",
    "承办人": "郑一平",
    "交办人": "周局长",
}


def order(number: str = "ZG-1", **other: Any) -> list[Any]:
    """An order to rectify that was served and is being corrected."""
    return list((ORDER | {"原编号": number} | other).values())


def disposal(number: str = "HC-1", **other: Any) -> list[Any]:
    """A failed sample that is being handled."""
    return list((DISPOSAL | {"原编号": number} | other).values())


def task() -> Lines:
    """A task that is being done, with its heading."""
    return [list(TASK), list(TASK.values())]


def term(number: str = "ZG-1", due: str = "2026-12-04", since: str = "2026-11-05") -> list[str]:
    """The clock of an order: until when it must be corrected."""
    return [number, "rectification.term", since, due]


def orders(*lines: Any, **sheets: Lines) -> bytes:
    """A workbook of orders; other sheets by `clocks`, `papers`, `history`."""
    return book({"事项": [list(ORDER), *lines], **_named(sheets)})


def disposals(*lines: Any, **sheets: Lines) -> bytes:
    """A workbook of disposals."""
    return book({"事项": [list(DISPOSAL), *lines], **_named(sheets)})


def _named(sheets: Mapping[str, Lines]) -> dict[str, Lines]:
    words = {"clocks": "期限", "papers": "文书", "history": "经过"}
    return {words[key]: lines for key, lines in sheets.items()}


# --- through the door


def receive(content: bytes, here: County, **more: Any) -> tuple[TakeOver, Plan]:
    """Upload a file."""
    by, name = more.pop("by", None), more.pop("name", "在办.xlsx")
    return job.receive(name, [content], agency=here.bureau, by=by, **more)


def taken(content: bytes, here: County, **more: Any) -> TakeOver:
    """Look through a file that is right, and take it over."""
    row, plan = receive(content, here, **more)
    assert [fault.text() for fault in plan.faults] == []
    job.run(row)
    row.refresh_from_db()
    assert row.state == "done", row.failure
    return row


def wrong(content: bytes, here: County, **more: Any) -> list[tuple[str, int, str, str]]:
    """What is wrong with a file, cell by cell; nothing of it may come in."""
    before = everything()
    row, plan = receive(content, here, **more)
    assert row.state == "wrong"
    job.run(row)
    assert everything() == before
    assert all(f.words.zh and f.words.en for f in plan.faults)
    return [(f.sheet, f.row, f.column, f.words.zh) for f in plan.faults]


def everything() -> list[int]:
    """How many rows a take-over could have written, table by table."""
    models = (Matter, Act, Clock, Document, Evidence, Operator, Standing, DocumentSeries)
    return [model.objects.count() for model in models]
