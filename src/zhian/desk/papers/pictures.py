"""Photographs and scanned pages as sheets of A4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.generic import IndirectObject, NameObject, NumberObject, PdfObject, StreamObject

from zhian.desk.papers.foreign import A4, Unreadable
from zhian.desk.papers.layout import Bench
from zhian.desk.papers.pdf_file import Box, Copies, PdfFile, stream, table
from zhian.desk.uploads import MOST_PIXELS
from zhian.law.words import Words

# Dots on the long side of A4: 137 to 222 an inch. A JPEG decodes at a half or a quarter for next to
# nothing, so that what lies between is left as it comes.
COARSEST, FINEST = 1600, 2600
QUALITY = 82
AT_ONCE = 20  # whoever reads such a file has all of it in memory
MM = 72 / 25.4
MARGINS = (18 * MM, 26 * MM, 18 * MM, 22 * MM)  # left, bottom, right, top beside a caption
BROKEN = Words("图片损坏或者过大，无法读取。", "The picture is broken or too large.")


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture made ready for its page; `size` in dots."""

    file: Path
    size: tuple[int, int]
    caption: str = ""
    under: str = ""

    @property
    def across(self) -> bool:
        """Whether its page lies across."""
        return self.size[0] > self.size[1]


def ready(bench: Bench, source: Path | IO[bytes], caption: str = "", under: str = "") -> Shot:
    """A picture upright and no finer than a page can show; raises Unreadable."""
    target = bench.path(".jpg")
    try:
        with Image.open(source, formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unreadable(BROKEN)
            share = min(1.0, COARSEST / max(picture.size))
            picture.draft(None, (int(picture.width * share), int(picture.height * share)))
            picture.thumbnail((FINEST, FINEST), reducing_gap=None)
            ImageOps.exif_transpose(picture, in_place=True)
            _on_white(picture).save(target, "JPEG", quality=QUALITY)
            size = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise Unreadable(BROKEN) from broken
    return Shot(target, size, caption, under)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in ("RGBA", "LA", "P"):
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    white = Image.new("RGB", seen.size, "white")
    white.paste(seen, mask=seen.getchannel("A"))
    return white


def sheets(bench: Bench, shots: Sequence[Shot]) -> list[Path]:
    """PDFs of one page for each picture, in their order, some twenty to a file.

    A picture with a caption stands above it, one without fills its page like a scan.
    """
    return [_album(bench, shots[at : at + AT_ONCE]) for at in range(0, len(shots), AT_ONCE)]


def _album(bench: Bench, shots: Sequence[Shot]) -> Path:
    target = bench.path()
    rows = [{"across": s.across, "caption": s.caption, "under": s.under} for s in shots]
    words = PdfReader(bench.set("captions", {"captions": rows}))
    with target.open("wb") as out:
        file = PdfFile(out)
        copies = Copies(file, words)
        for shot, page in zip(shots, words.pages, strict=True):
            _sheet(file, shot, copies.form(page, _paper(shot)))
        copies.flush()
        file.close()
    return target


def _paper(shot: Shot) -> Box:
    wide, high = (A4[1], A4[0]) if shot.across else A4
    return 0, 0, wide, high


def _sheet(file: PdfFile, shot: Shot, words: IndirectObject) -> None:
    box = _paper(shot)
    left, bottom, right, top = MARGINS if shot.caption else (0, 0, 0, 0)
    room = box[2] - left - right, box[3] - bottom - top
    scale = min(room[0] / shot.size[0], room[1] / shot.size[1])
    wide, high = shot.size[0] * scale, shot.size[1] * scale
    x, y = left + (room[0] - wide) / 2, bottom + (room[1] - high) / 2
    drawn = f"q {wide:.3f} 0 0 {high:.3f} {x:.3f} {y:.3f} cm /I Do Q /W Do"
    forms = table({"/XObject": table({"/I": _image(file, shot), "/W": words})})
    file.page(box, forms, file.put(stream(drawn.encode())))


def _image(file: PdfFile, shot: Shot) -> IndirectObject:
    """The JPEG as it is: PDF shows its compression unchanged (ISO 32000-1, 7.4.8)."""
    made = StreamObject()
    made.set_data(shot.file.read_bytes())
    shot.file.unlink()
    entries: dict[str, PdfObject] = {
        "/Type": NameObject("/XObject"),
        "/Subtype": NameObject("/Image"),
        "/Width": NumberObject(shot.size[0]),
        "/Height": NumberObject(shot.size[1]),
        "/ColorSpace": NameObject("/DeviceRGB"),
        "/BitsPerComponent": NumberObject(8),
        "/Filter": NameObject("/DCTDecode"),
    }
    made.update(table(entries))
    return file.put(made)
