"""Joining parts into one PDF: numbered from the first page to the last, with bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from pypdf import PageObject, PdfReader
from pypdf.generic import IndirectObject

from zhian.desk.papers.pdf_file import Box, Copies, Mark, PdfFile, stream, table

EDGE = 20.0  # of a page number from the upper right corner, in points


def pages_of(part: Path) -> int:
    """How many pages a part has that we made."""
    with part.open("rb") as source:
        return len(PdfReader(source).pages)


def together(parts: Sequence[Path], out: BinaryIO) -> int:
    """Write all parts one behind the other, as they are; how many pages."""
    file = PdfFile(out)
    for part in parts:
        _append(file, part, None)
    file.close()
    return file.size


def join(
    parts: Sequence[Path], slips: Path, marks: Sequence[Mark], out: BinaryIO, title: str
) -> int:
    """Write all parts one behind the other, a slip with its number on every page; how many pages.

    `slips` has as many pages as all parts together. One part is in memory at a time.
    """
    file = PdfFile(out, title)
    numbers = _Slips(file, PdfReader(slips))
    for part in parts:
        _append(file, part, numbers)
    numbers.copies.flush()
    file.close(marks)
    return file.size


class _Slips:
    """The small pages with the numbers, each laid over one page."""

    def __init__(self, file: PdfFile, reader: PdfReader) -> None:
        self.reader, self.copies = reader, Copies(file, reader)

    def over(self, number: int, box: Box) -> tuple[IndirectObject, str]:
        """The slip of a page (from 0), and how it is placed in the page's upper right corner."""
        slip = self.reader.pages[number]
        _left, _bottom, width, height = size = _box(slip)
        x, y = box[2] - EDGE - width, box[3] - EDGE - height
        return self.copies.form(slip, size), f"q 1 0 0 1 {x:.2f} {y:.2f} cm /S Do Q"


def _append(file: PdfFile, part: Path, numbers: _Slips | None) -> None:
    with part.open("rb") as source:
        reader = PdfReader(source)
        inside = Copies(file, reader)
        for page in reader.pages:
            box = _box(page)
            forms, drawn = {"/P": inside.form(page, box)}, "/P Do"
            if numbers is not None:
                forms["/S"], placed = numbers.over(file.size, box)
                drawn = f"{drawn} {placed}"
            resources = table({"/XObject": table(dict(forms))})
            file.page(box, resources, file.put(stream(drawn.encode())))
        inside.flush()


def _box(page: PageObject) -> Box:
    box = page.mediabox
    return float(box.left), float(box.bottom), float(box.right), float(box.top)
