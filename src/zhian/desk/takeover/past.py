"""The sheets of documents and of history: what was issued before, and what happened."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import PurePath

from django.conf import settings

from zhian.desk import uploads
from zhian.desk.takeover import cells
from zhian.desk.takeover.plan import Note, Paper, Plan
from zhian.desk.takeover.reading import Source
from zhian.desk.takeover.terms import Numbers, all_planned, lines
from zhian.directory.imports.table import Row, Wrong
from zhian.law import vocabulary
from zhian.law.words import Words
from zhian.web.sheets import BROKEN

LONGEST_NOTE, LONGEST_NAME, LONGEST_TITLE, LONGEST_NUMBER = 5000, 60, 200, 100
SCANS = (".pdf", ".jpg", ".jpeg", ".png")
TAKEN_OVER = "taken_over"
ENCRYPTED = 0x1
DAMAGED = Words(
    "{name}：在压缩包里已损坏，请重新打包。",
    "{name}: damaged inside the zip file; pack it again.",
)


PAPER_NEEDS = ("old_number", "title", "date")
NOTE_NEEDS = ("old_number", "date", "what")


def read(plan: Plan, numbers: Numbers, now: datetime) -> None:
    """Give every matter its documents and its history."""
    today = now.astimezone(cells.SHANGHAI).date()
    for at, row, planned in lines(plan, "papers", PAPER_NEEDS, numbers):
        paper = at.read(row, partial(_paper, row, plan.source, today))
        if planned is not None and paper is not None:
            planned.papers.append(paper)
    for at, row, planned in lines(plan, "history", NOTE_NEEDS, numbers):
        note = at.read(row, partial(_note, row, now))
        if planned is not None and note is not None:
            planned.notes.append(note)
    for found in all_planned(numbers):
        found.notes.sort(key=lambda note: note.at)


def _paper(row: Row, source: Source, today: date) -> Paper:
    day = cells.day(row, "date", today)
    assert day is not None
    return Paper(
        row.number,
        _short(row, "title", LONGEST_TITLE),
        template_of(row.text("title")),
        _short(row, "paper_number", LONGEST_NUMBER),
        day,
        _scan(row, source),
    )


def template_of(title: str) -> str:
    """Which of our kinds of document a title names, so that later acts find it by its kind."""
    wanted = cells.bare(title)
    for paper in vocabulary.documents():
        if wanted in {cells.bare(paper.words.zh), cells.bare(paper.words.en)}:
            return paper.key
    return TAKEN_OVER


def _scan(row: Row, source: Source) -> str:
    """The file of a document: inside the zip, a picture or PDF, not larger than is taken."""
    text = row.text("file")
    if not text:
        return ""
    name = PurePath(text.replace("\\", "/")).name
    found = source.scans.get(name)
    if found is None:
        raise Wrong("file", *(_not_inside(name) if source.scans else NO_ZIP))
    if found.flag_bits & ENCRYPTED:
        raise Wrong("file", "文件加了密码，打不开。", "The file is locked with a password.")
    if not name.lower().endswith(SCANS):
        raise Wrong("file", "只接受 pdf、jpg、png。", "Only pdf, jpg and png are taken.")
    if not 0 < found.file_size <= settings.UPLOAD_LIMIT:
        most = settings.UPLOAD_LIMIT // 1024 // 1024
        raise Wrong(
            "file", f"文件是空的，或者超过 {most} MB。", f"The file is empty or above {most} MB."
        )
    return name


NO_ZIP = (
    "扫描件须与工作簿一起打成 zip 上传。",
    "Scans come in one zip file together with the workbook.",
)


def _not_inside(name: str) -> tuple[str, str]:
    return (
        f"压缩包中没有文件“{name}”，或者有几个同名的。",
        f"The zip file holds no “{name}”, or several of that name.",
    )


def content_of(source: Source, name: str) -> uploads.Checked:
    """A scan as it will be kept, looked into; raises uploads.BadFile."""
    try:
        content = source.scan(name)
    except BROKEN as broken:
        raise uploads.BadFile(DAMAGED.format(name=name)) from broken
    return uploads.check(name, content, settings.UPLOAD_LIMIT)


def _note(row: Row, now: datetime) -> Note:
    return Note(
        cells.moment(row, "date", now),
        _short(row, "what", LONGEST_NOTE),
        _short(row, "who", LONGEST_NAME),
    )


def _short(row: Row, key: str, most: int) -> str:
    text = row.text(key)
    if len(text) > most:
        raise Wrong(key, f"超过 {most} 字。", f"Longer than {most} characters.")
    return text
