"""A roster between its preview and its import: kept under a random name for one day."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

DAY = 86_400
FOLDER = "imports"


@dataclass(frozen=True, slots=True)
class Kept:
    """A roster that was previewed: whose session it stands in decides who may import it."""

    token: str
    kind: str
    name: str


def _folder() -> Path:
    return Path(settings.DATA) / FOLDER


def put(kind: str, name: str, content: bytes) -> Kept:
    """Keep a file and throw away what is older than a day."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > DAY:
            old.unlink(missing_ok=True)
    kept = Kept(secrets.token_urlsafe(16), kind, name[:100])
    path = folder / kept.token
    path.touch(mode=0o600)
    path.write_bytes(content)
    return kept


def look(kept: Kept) -> bytes | None:
    """The file, or None where it is gone; it stays."""
    path = _folder() / kept.token
    return path.read_bytes() if path.is_file() else None


def take(kept: Kept) -> bytes | None:
    """The file, or None where it is gone; it can be imported once."""
    content = look(kept)
    (_folder() / kept.token).unlink(missing_ok=True)
    return content
