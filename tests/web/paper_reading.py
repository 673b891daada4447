"""What a printed paper really holds, read from its PDF and its pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from zhian.desk.models import Document
from zhian.desk.papers import printing

POINTS_PER_MM = 72 / 25.4
SHOWS = {b"Tj", b"TJ", b"'", b'"'}


def read(pdf: bytes) -> PdfReader:
    """A PDF with its pages."""
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """The words of a PDF without what the layout put between them."""
    pages = (page.extract_text() for page in read(pdf).pages)
    return re.sub(r"[\s\u200b]", "", "".join(pages))


def unembedded(pdf: bytes) -> list[str]:
    """Fonts whose outlines are not inside, and glyphs that an embedded font does not hold."""
    faults = []
    for number, page in enumerate(read(pdf).pages, start=1):
        fonts = {name: _outlines(font) for name, font in _fonts(page).items()}
        faults += [
            f"p. {number}: {name} is not embedded" for name, held in fonts.items() if not held
        ]
        for name, glyph in _shown(page):
            held = fonts.get(name)
            if not glyph or held is None or glyph not in held:
                faults.append(f"p. {number}: {name} has no glyph {glyph}")
    return faults


def _fonts(page: PageObject) -> Mapping[str, Any]:
    return {name: font.get_object() for name, font in page["/Resources"]["/Font"].items()}


def _outlines(font: Any) -> frozenset[int] | None:
    """The glyphs of an embedded font that are not the sign for what is missing."""
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    file = descriptor.get("/FontFile2")
    if file is None:
        return None
    with TTFont(io.BytesIO(file.get_object().get_data())) as inner:
        return frozenset(range(1, inner["maxp"].numGlyphs))


def _shown(page: PageObject) -> Iterator[tuple[str, int]]:
    """Every glyph that a page sets: the font's name and the glyph's number (Identity-H)."""
    font = ""
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"Tf":
            font = operands[0]
        elif operator in SHOWS:
            yield from ((font, glyph) for glyph in _glyphs(operands[-1]))


def _glyphs(operand: Any) -> Iterator[int]:
    for part in operand if isinstance(operand, list) else [operand]:
        raw = getattr(part, "original_bytes", b"")
        yield from (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))


def pictures(paper: Document, ppi: int = 72) -> list[bytes]:
    """Every page of a paper as a picture; typst gives one page alone."""
    pages = printing.compiled(paper, format="png", ppi=ppi)
    return [pages] if isinstance(pages, bytes) else list(pages)


def inked(page: bytes, ppi: int = 72) -> tuple[float, float, float, float]:
    """Where a page's picture is printed on: left, top, right, bottom, in millimetres."""
    picture = Image.open(io.BytesIO(page)).convert("L")
    box = picture.point(lambda shade: 255 if shade < 128 else 0).getbbox()
    assert box is not None
    left, top, right, bottom = (pixels / ppi * 25.4 for pixels in box)
    return left, top, right, bottom
