"""PDFs that somebody else made: whether they can be read, and their pages as plain sheets of A4.

A page becomes a picture of itself: what a viewer draws over it (stamps, electronic seals, notes) is
drawn in, and nothing that acts by itself — scripts, links, forms — is left.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from zhian.desk.papers.pdf_file import Box, Copies, Matrix, PdfFile, stream, table
from zhian.law.words import Words

A4 = (595.276, 841.89)
MOST_PAGES = 2000
LONGEST_SIDE = 14_400  # ISO 32000-1, annex C: beyond 200 inches nothing need show a page
HIDDEN = 0b100010  # ISO 32000-1, table 165: hidden, or not to be viewed

LOCKED = Words("文件设有密码，无法打开。", "The file is locked with a password.")
BROKEN = Words("文件损坏，无法读取。", "The file is broken and cannot be read.")
EMPTY = Words("文件没有页面。", "The file has no pages.")
TOO_MANY = Words("文件超过 {n} 页。", "The file has more than {n} pages.")
HUGE = Words(
    "第 {n} 页的尺寸异常（{width}×{height} 毫米）。",
    "Page {n} has no usable size ({width}×{height} mm).",
)


class Unreadable(Exception):
    """A PDF cannot be used; the sentence says why."""

    def __init__(self, words: Words) -> None:
        self.words = words
        super().__init__(words.zh)


@contextmanager
def _whatever_is_wrong() -> Iterator[None]:
    """A broken file fails in as many ways as it can be broken: all are one to the reader."""
    try:
        yield
    except (Unreadable, MemoryError):
        raise
    except Exception as broken:
        raise Unreadable(BROKEN) from broken


def opened(source: bytes) -> PdfReader:
    """A PDF ready to be read; one that only guards printing or copying is open to everybody.

    Raises Unreadable: locked, broken, without pages, or with far too many.
    """
    with _whatever_is_wrong():
        reader = PdfReader(io.BytesIO(source))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(LOCKED)
        pages = len(reader.pages)
        if pages == 0:
            raise Unreadable(EMPTY)
        if pages > MOST_PAGES:
            raise Unreadable(TOO_MANY.format(n=MOST_PAGES))
        return reader


def examine(content: bytes) -> int:
    """How many pages a PDF has, each of a size that can be shown; raises Unreadable."""
    reader = opened(content)
    with _whatever_is_wrong():
        for number, page in enumerate(reader.pages, 1):
            _box(page, number)
        return len(reader.pages)


def normalise(source: bytes, target: Path) -> int:
    """Write the pages of a PDF as plain sheets of A4; how many. Raises Unreadable."""
    reader = opened(source)
    with _whatever_is_wrong(), target.open("wb") as out:
        file = PdfFile(out)
        copies = Copies(file, reader)
        for number, page in enumerate(reader.pages, 1):
            _sheet(file, copies, page, _box(page, number))
        copies.flush()
        file.close()
        return file.size


def _box(page: PageObject, number: int) -> Box:
    """What of a page is shown; raises Unreadable where that is nothing, or out of all measure."""
    box = page.cropbox
    left, right = sorted((float(box.left), float(box.right)))
    bottom, top = sorted((float(box.bottom), float(box.top)))
    width, height = right - left, top - bottom
    if not (1 <= width <= LONGEST_SIDE and 1 <= height <= LONGEST_SIDE):
        size = {"width": round(width / 72 * 25.4), "height": round(height / 72 * 25.4)}
        raise Unreadable(HUGE.format(n=number, **size))
    return left, bottom, right, top


def _sheet(file: PdfFile, copies: Copies, page: PageObject, box: Box) -> None:
    turn = int(page.get("/Rotate", 0)) % 360
    sheet, place = placed(box, turn)
    forms: dict[str, Any] = {"/P": copies.form(page, box)}
    drawn = [f"{_numbers(place)} cm /P Do"]
    for name, form, matrix in _drawn_over(page):
        forms[name] = copies.of(form)
        drawn.append(f"q {_numbers(matrix)} cm {name} Do Q")
    content = file.put(stream(f"q {' '.join(drawn)} Q".encode()))
    file.page((0, 0, *sheet), table({"/XObject": table(forms)}), content)


def _numbers(matrix: Matrix) -> str:
    return " ".join(f"{value:.5f}" for value in matrix)


def placed(box: Box, turn: int) -> tuple[tuple[float, float], Matrix]:
    """The sheet of A4 that a page fits on, upright or across, and the way it lies there.

    `box`: left, bottom, right, top in points; `turn`: clockwise degrees as the page is shown. A
    page that is larger than the sheet is made smaller, a smaller one stands in its middle.
    """
    left, bottom, right, top = box
    upright: dict[int, Matrix] = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }
    a, b, c, d, e, f = upright.get(turn, upright[0])
    width, height = right - left, top - bottom
    if turn in (90, 270):
        width, height = height, width
    sheet = A4 if width <= height else (A4[1], A4[0])
    scale = min(sheet[0] / width, sheet[1] / height, 1.0)
    x, y = (sheet[0] - width * scale) / 2, (sheet[1] - height * scale) / 2
    return sheet, (a * scale, b * scale, c * scale, d * scale, e * scale + x, f * scale + y)


def _drawn_over(page: PageObject) -> Iterator[tuple[str, Any, Matrix]]:
    """What a viewer draws over a page: name, appearance, and where (ISO 32000-1, 12.5.5)."""
    found = page.get("/Annots")
    found = found.get_object() if found is not None else None
    for number, row in enumerate(found if isinstance(found, ArrayObject) else ()):
        note = row.get_object()
        if not isinstance(note, DictionaryObject) or int(note.get("/F", 0)) & HIDDEN:
            continue
        if note.get("/Subtype") == "/Popup":
            continue
        form = _appearance(note)
        if form is not None:
            yield f"/N{number}", form, _onto(note, form.get_object())


def _appearance(note: DictionaryObject) -> IndirectObject | None:
    faces = note.get("/AP")
    faces = faces.get_object() if faces is not None else None
    if not isinstance(faces, DictionaryObject) or "/N" not in faces:
        return None
    face = faces.raw_get("/N")
    states = face.get_object()
    if isinstance(states, DictionaryObject) and not isinstance(states, StreamObject):
        state = note.get("/AS", "")
        face = states.raw_get(state) if state in states else None
    shown = isinstance(face, IndirectObject) and isinstance(face.get_object(), StreamObject)
    return face if shown else None


def _onto(note: Any, form: Any) -> Matrix:
    """How an appearance is moved and stretched into the rectangle of its note."""
    x0, y0, x1, y1 = (float(v) for v in note["/Rect"])
    a, b, c, d, e, f = (float(v) for v in form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
    left, bottom, right, top = (float(v) for v in form["/BBox"])
    corners = [(x, y) for x in (left, right) for y in (bottom, top)]
    across = [a * x + c * y + e for x, y in corners]
    up = [b * x + d * y + f for x, y in corners]
    wide, high = max(across) - min(across), max(up) - min(up)
    sx = abs(x1 - x0) / wide if wide else 1.0
    sy = abs(y1 - y0) / high if high else 1.0
    return sx, 0, 0, sy, min(x0, x1) - min(across) * sx, min(y0, y1) - min(up) * sy
