"""Files that come in from outside, good and bad, for tests of seals and of the file of a matter."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    PdfObject,
)

from zhian.desk import timing, uploads
from zhian.desk.models import Evidence, Matter


def blank(pages: int = 1, width: float = 595, height: float = 842) -> PdfWriter:
    """A PDF of empty pages, to be changed further."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width, height)
    return writer


def written(writer: PdfWriter) -> bytes:
    """The bytes of a PDF."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf(pages: int = 1, width: float = 595, height: float = 842) -> bytes:
    """A good PDF of empty pages."""
    return written(blank(pages, width, height))


def locked(password: str = "geheim", owner: str | None = None) -> bytes:
    """A PDF that asks for a password; with an empty one only printing and copying are guarded."""
    writer = blank()
    writer.encrypt(password, owner, algorithm="AES-256")
    return written(writer)


def stamped(turn: int = 0) -> bytes:
    """A PDF whose stamp is drawn by the viewer over the page, as electronic seals are."""
    writer = blank()
    face = DecodedStreamObject()
    face.set_data(b"1 0 0 RG 2 2 96 46 re S BT /F 30 Tf 10 15 Td (SEAL) Tj ET")
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    fonts = _table({"/F": _table({k: NameObject(v) for k, v in font.items()})})
    face.update(_table({"/Subtype": NameObject("/Form"), "/BBox": _array(0, 0, 100, 50)}))
    face.update(_table({"/Resources": _table({"/Font": fonts})}))
    note = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Widget")}
    note |= {"/Rect": _array(300, 100, 500, 200)}
    note |= {"/AP": _table({"/N": writer._add_object(face)})}
    page = writer.pages[0]
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(_table(note))])
    page.rotate(turn)
    return written(writer)


def _table(entries: Mapping[str, PdfObject]) -> DictionaryObject:
    made = DictionaryObject()
    made.update({NameObject(key): value for key, value in entries.items()})
    return made


def _array(*values: float) -> ArrayObject:
    return ArrayObject(FloatObject(value) for value in values)


def no_pages() -> bytes:
    """A PDF without a page."""
    return written(PdfWriter())


def picture(
    width: int = 600, height: int = 800, form: str = "JPEG", colour: str = "green"
) -> bytes:
    """A photograph of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, form)
    return out.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as a form sends it."""
    return SimpleUploadedFile(name, content)


def kept(
    matter: Matter, name: str, content: bytes, media_type: str, kind: str = "note"
) -> Evidence:
    """A file in the store as it is, however broken; uploads would have refused some of these."""
    ending = name.rpartition(".")[2].lower()
    stored = f"{Evidence.objects.count():032x}.{ending}"
    path = uploads.path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Evidence.objects.create(
        matter=matter,
        name=name,
        stored=stored,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        kind=kind,
        added_at=timing.now(),
    )
