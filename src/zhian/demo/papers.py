"""Photographs and scans of the demonstration: real files, drawn once and stored many times."""

from __future__ import annotations

import hashlib
import io
import secrets
from pathlib import Path

from PIL import Image, ImageDraw

from zhian.desk import timing
from zhian.desk.models import Evidence, Matter
from zhian.desk.uploads import path_of


class Papers:
    """A few small pictures that stand for photographs and receipts."""

    def __init__(self) -> None:
        self.pictures = [_picture(shade) for shade in range(60, 240, 30)]
        self.kept: dict[int, Path] = {}
        self.next = 0

    def photo(self, matter: Matter | None, name: str = "现场照片.jpg") -> Evidence:
        """One more photograph of a matter, under a random name of its own."""
        self.next = (self.next + 1) % len(self.pictures)
        content = self.pictures[self.next]
        stored = f"{secrets.token_hex(16)}.jpg"
        self._store(self.next, content, path_of(stored))
        return Evidence.objects.create(
            matter=matter,
            name=name,
            stored=stored,
            media_type="image/jpeg",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            added_at=timing.now(),
        )

    def _store(self, number: int, content: bytes, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        known = self.kept.get(number)
        if known is None:
            path.write_bytes(content)
            self.kept[number] = path
        else:
            path.hardlink_to(known)


def _picture(shade: int) -> bytes:
    image = Image.new("RGB", (640, 480), (shade, shade, 200))
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 40, 600, 440), outline=(255, 255, 255), width=4)
    pen.text((60, 60), f"zhian demo {shade}", fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()
