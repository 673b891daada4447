"""Binding the file of a matter (卷宗) into one PDF: cover, contents, papers, evidence, acts.

Every part is made as a file of its own first, so that nothing that is broken can break the whole:
what cannot be bound leaves a sheet that says what it was and why it is missing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone

from zhian.desk import uploads
from zhian.desk.models import Document, Evidence
from zhian.desk.papers import foreign, joining, pictures, printing
from zhian.desk.papers.fonts import FontsMissing
from zhian.desk.papers.layout import Bench
from zhian.desk.papers.pdf_file import Mark
from zhian.desk.papers.volume import Chapter, Item, Volume
from zhian.law.words import Words

NOT_A_PAGE = Words(
    "电子件（{ending}），不能装订，另行保存。", "A file of type {ending} cannot be bound."
)
GONE = Words("文件不在存储中。", "The file is not in the store.")
NOT_PRINTED = Words("文书不能按原模板打印。", "The paper cannot be printed by its template.")
ENDINGS = {"application/pdf": "PDF", "text/csv": "CSV"}


@dataclass(slots=True)
class _Part:
    """A line of the contents with the pages that were made for it."""

    item: Item
    files: list[Path] = field(default_factory=list)
    shot: pictures.Shot | None = None


def bind(file: Volume, out: BinaryIO, *, by: str, at: datetime) -> int:
    """Write the file of a matter into `out`; how many pages. Raises FontsMissing.

    `by` is who has it bound: the cover says so, since everybody sees his own reach of it.
    """
    with tempfile.TemporaryDirectory(prefix="zhian-file-") as folder:
        bench = Bench(Path(folder))
        parts = [_Part(item) for item in file.items]
        for part in parts:
            _make(bench, part)
        _develop(bench, parts)
        made = f"本卷由{by}于 {_moment(at)} 按其查看范围装订，共 {{total}} 页。"
        return _bound(bench, file, parts, out, made)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


# --- each part by itself


def _make(bench: Bench, part: _Part) -> None:
    match part.item.what:
        case Document() as paper:
            part.files = list(_paper(bench, paper))
        case Evidence() as evidence:
            _evidence(bench, part, evidence)
        case Chapter() as chapter:
            part.files = [_chapter(bench, chapter)]


def _paper(bench: Bench, paper: Document) -> Iterator[Path]:
    """The file that carries the seal; without one, or where it is broken, what was printed."""
    if paper.scan is not None:
        try:
            yield _plain(bench, paper.scan)
            return
        except foreign.Unreadable as why:
            yield _absent(bench, f"{paper.title} {paper.number}（盖章件）", why.words, paper.scan)
    target = bench.path()
    try:
        target.write_bytes(printing.render(paper))
        yield _checked(target)
    except FontsMissing:
        raise
    except Exception:  # a template of long ago may print no more; the file is bound all the same
        yield _absent(bench, f"{paper.title} {paper.number}", NOT_PRINTED, None)


def _checked(part: Path) -> Path:
    joining.pages_of(part)
    return part


def _plain(bench: Bench, file: Evidence) -> Path:
    """A PDF as plain sheets; raises Unreadable."""
    source = uploads.path_of(file.stored)
    if not source.exists():
        raise foreign.Unreadable(GONE)
    target = bench.path()
    foreign.normalise(source.read_bytes(), target)
    return target


def _evidence(bench: Bench, part: _Part, file: Evidence) -> None:
    try:
        if file.media_type == "application/pdf":
            part.files = [_plain(bench, file)]
        elif file.media_type.startswith("image/"):
            part.shot = _shot(bench, part.item, file)
        else:
            ending = Path(file.name).suffix.removeprefix(".") or file.media_type
            raise foreign.Unreadable(NOT_A_PAGE.format(ending=ending))
    except foreign.Unreadable as why:
        part.files = [_absent(bench, file.name, why.words, file)]


def _shot(bench: Bench, item: Item, file: Evidence) -> pictures.Shot:
    source = uploads.path_of(file.stored)
    if not source.exists():
        raise foreign.Unreadable(GONE)
    caption = "　".join(filter(None, (file.name, item.remark)))
    return pictures.ready(bench, source, caption, f"{item.day}　校验值 {file.sha256[:16]}")


def _absent(bench: Bench, title: str, why: Words, file: Evidence | None) -> Path:
    under = f"{file.size:,} 字节　SHA-256 {file.sha256}" if file else ""
    return bench.set("absent", {"title": title, "why": why.zh, "under": under})


def _chapter(bench: Bench, chapter: Chapter) -> Path:
    data = {
        "title": chapter.title,
        "particulars": [list(row) for row in chapter.particulars],
        "course": chapter.course,
        "footer": f"{chapter.matter.number}",
    }
    return bench.set("chapter", data)


def _develop(bench: Bench, parts: Sequence[_Part]) -> None:
    """Pictures that follow one another are set together; each stays its own line."""
    waiting: list[_Part] = []
    for part in [*parts, None]:
        if part is not None and part.shot is not None:
            waiting.append(part)
        elif waiting and (part is None or part.files):
            shots = [row.shot for row in waiting if row.shot is not None]
            waiting[0].files = pictures.sheets(bench, shots)
            waiting = []


# --- all together


def _bound(bench: Bench, file: Volume, parts: Sequence[_Part], out: BinaryIO, made: str) -> int:
    sizes = [_size(part) for part in parts]
    first = 2
    while True:  # the contents may be longer than one page, which moves all that follows
        starts = [first + sum(sizes[:at]) for at in range(len(sizes))]
        total = first + sum(sizes)
        front = bench.set("cover", _front(file, parts, starts, made.format(total=total)))
        needed = joining.pages_of(front)
        if needed == first:
            break
        first = needed
    slips = bench.set("numbers", {"total": total})
    files = [front, *(path for part in parts for path in part.files)]
    marks = [Mark(0, "封面", 0), Mark(0, "卷内目录", 1)]
    marks += [Mark(p.item.level, _mark(p.item), at) for p, at in zip(parts, starts, strict=True)]
    return joining.join(files, slips, marks, out, f"{file.matter.number} {file.matter.title}")


def _size(part: _Part) -> int:
    """How many pages a line of the contents takes: a picture one, whoever holds its sheet."""
    if part.shot is not None:
        return 1
    return sum(joining.pages_of(path) for path in part.files)


def _mark(item: Item) -> str:
    return f"{item.title} {item.code}".strip()


def _front(
    file: Volume, parts: Sequence[_Part], starts: Sequence[int], made: str
) -> Mapping[str, Any]:
    contents, number = [], 0
    for part, start in zip(parts, starts, strict=True):
        item = part.item
        number += item.what is not None
        contents.append(
            {
                "level": item.level,
                "number": number if item.what is not None else None,
                "title": item.title,
                "code": item.code,
                "day": item.day,
                "remark": item.remark,
                "page": start + 1,
            }
        )
    return {
        "agency": file.matter.agency.name,
        "title": file.matter.title,
        "particulars": [list(row) for row in file.particulars],
        "made": made,
        "contents": contents,
        "unbound": [{"title": r.title, "code": r.code, "why": r.why} for r in file.left_out],
    }
