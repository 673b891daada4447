"""Files that come in: what they are is checked, never believed; pictures are drawn anew."""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from PIL import Image, ImageOps, UnidentifiedImageError

from zhian.desk import timing
from zhian.desk.errors import speak
from zhian.desk.models import Act, Evidence, Matter
from zhian.law.words import Words

FOLDER = "evidence"
SALT = "zhian.uploads"
KEPT_FOR = 24 * 3600
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 6000
MOST_MEMBERS = 2000
MOST_UNPACKED = 200 * 1024 * 1024
LONGEST_NAME = 150

OFFICE = "application/vnd.openxmlformats-officedocument."
ALLOWED = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".xlsx": f"{OFFICE}spreadsheetml.sheet",
    ".docx": f"{OFFICE}wordprocessingml.document",
    ".csv": "text/csv",
}
ACCEPT = ",".join(ALLOWED)
MAGIC = {".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}
MAGIC |= {".pdf": b"%PDF-", ".xlsx": b"PK\x03\x04", ".docx": b"PK\x03\x04"}
INSIDE = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml"}

EMPTY = Words("{name}：文件是空的。", "{name}: the file is empty.")
TOO_BIG = Words("{name}：超过 {mb} MB。", "{name}: larger than {mb} MB.")
NOT_ALLOWED = Words(
    "{name}：只接受 jpg、png、pdf、xlsx、docx、csv。",
    "{name}: only jpg, png, pdf, xlsx, docx and csv are taken.",
)
NOT_WHAT_IT_SAYS = Words(
    "{name}：内容与扩展名不符。", "{name}: the content is not what its ending says."
)
TOO_MUCH_INSIDE = Words(
    "{name}：压缩内容过大或者异常。", "{name}: what is packed inside is too large or odd."
)
BAD_PICTURE = Words("{name}：图片无法读取或者过大。", "{name}: the picture is broken or too large.")
NOT_TEXT = Words("{name}：不是 UTF-8 或 GBK 文本。", "{name}: not a text in UTF-8 or GBK.")


class BadFile(Exception):
    """One file cannot be taken; the sentence names it."""

    def __init__(self, words: Words) -> None:
        self.words = words
        super().__init__(words.zh)

    def __str__(self) -> str:
        return speak(self.words)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked into, as it will be kept."""

    name: str
    ending: str
    content: bytes


def check(name: str, content: bytes, limit: int) -> Checked:
    """Look into a file: size, ending, first bytes, and what is packed or drawn inside."""
    shown = PurePath(name.replace("\\", "/")).name[-LONGEST_NAME:] or "file"
    ending = PurePath(shown).suffix.lower()
    if ending not in ALLOWED:
        raise BadFile(NOT_ALLOWED.format(name=shown))
    if not content:
        raise BadFile(EMPTY.format(name=shown))
    if len(content) > limit:
        raise BadFile(TOO_BIG.format(name=shown, mb=limit // 1024 // 1024))
    if not content.startswith(MAGIC.get(ending, b"")):
        raise BadFile(NOT_WHAT_IT_SAYS.format(name=shown))
    return Checked(shown, ending, _inside(shown, ending, content))


def _inside(name: str, ending: str, content: bytes) -> bytes:
    if ending in INSIDE:
        _unpackable(name, ending, content)
    elif ending == ".csv":
        _readable(name, content)
    elif ALLOWED[ending].startswith("image/"):
        return _redrawn(name, ending, content)
    return content


def _unpackable(name: str, ending: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError) as broken:
        raise BadFile(NOT_WHAT_IT_SAYS.format(name=name)) from broken
    if INSIDE[ending] not in {m.filename for m in members}:
        raise BadFile(NOT_WHAT_IT_SAYS.format(name=name))
    outside = any(m.filename.startswith("/") or ".." in m.filename.split("/") for m in members)
    if outside or len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
        raise BadFile(TOO_MUCH_INSIDE.format(name=name))


def _readable(name: str, content: bytes) -> None:
    if b"\x00" in content:
        raise BadFile(NOT_TEXT.format(name=name))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return
    raise BadFile(NOT_TEXT.format(name=name))


def _redrawn(name: str, ending: str, content: bytes) -> bytes:
    """The picture alone: turned upright, without place, device or anything hidden behind it."""
    form = "PNG" if ending == ".png" else "JPEG"
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadFile(BAD_PICTURE.format(name=name))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            clean = upright.convert("RGB" if form == "JPEG" else _png_mode(upright.mode))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as broken:
        raise BadFile(BAD_PICTURE.format(name=name)) from broken
    out = io.BytesIO()
    Image.frombytes(clean.mode, clean.size, clean.tobytes()).save(out, form, quality=88)
    return out.getvalue()


def _png_mode(mode: str) -> str:
    return "RGBA" if "A" in mode or mode == "P" else "L" if mode in ("1", "L") else "RGB"


def keep(files: Iterable[UploadedFile], matter: Matter | None, kind: str) -> list[Evidence]:
    """Check every file, then keep all of them or none; raises BadFile."""
    checked = [check(f.name or "", _read(f), settings.UPLOAD_LIMIT) for f in files]
    return [_store(row, matter, kind) for row in checked]


def _read(file: UploadedFile) -> bytes:
    """No more than the limit and one byte: the rest of an oversized file is not worth memory."""
    return file.read(settings.UPLOAD_LIMIT + 1)


def _store(row: Checked, matter: Matter | None, kind: str) -> Evidence:
    file = put(row, matter, kind)
    file.save()
    return file


def put(row: Checked, matter: Matter | None, kind: str) -> Evidence:
    """Write a checked file to its place; its row is the caller's to save."""
    stored = f"{secrets.token_hex(16)}{row.ending}"
    folder = path_of(stored).parent
    folder.mkdir(parents=True, exist_ok=True)
    path = path_of(stored)
    path.touch(mode=0o600)
    path.write_bytes(row.content)
    return Evidence(
        matter=matter,
        name=row.name,
        stored=stored,
        media_type=ALLOWED[row.ending],
        size=len(row.content),
        sha256=hashlib.sha256(row.content).hexdigest(),
        kind=kind[:40],
        added_at=timing.now(),
    )


def path_of(stored: str) -> Path:
    """Where a file lies: outside of anything that is served as it is."""
    return Path(settings.MEDIA_ROOT) / FOLDER / stored[:2] / stored


def tie(act: Act, files: Sequence[Evidence]) -> None:
    """From now on the files belong to this act; what belongs to one already stays there."""
    Evidence.objects.filter(pk__in=[f.pk for f in files], act__isnull=True).update(
        act=act, matter=act.matter
    )


def token(file: Evidence, user_id: int) -> str:
    """A file that was uploaded with a form that is not done yet, for this person only."""
    return signing.dumps([file.pk, user_id], salt=SALT)


def held(tokens: Iterable[str], user_id: int) -> list[Evidence]:
    """The files of a form that came back with errors; what is not this person's is left out."""
    keys = []
    for text in tokens:
        try:
            key, owner = signing.loads(text, salt=SALT, max_age=KEPT_FOR)
        except (signing.BadSignature, ValueError):
            continue
        if owner == user_id:
            keys.append(key)
    return list(Evidence.objects.filter(pk__in=keys, act__isnull=True))


def download(file: Evidence) -> Any:
    """The file as an attachment; a browser must neither guess nor show it."""
    path = path_of(file.stored)
    if not path.exists():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type=file.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
