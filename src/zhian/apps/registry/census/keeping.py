"""Files of the census in the house's store: submissions as they came, results as computed."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import PurePath

from zhian.apps.registry.census.errors import UnreadableFile
from zhian.apps.registry.census.intake.reading import File
from zhian.desk import timing, uploads
from zhian.desk.models import Evidence

TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
    ".zip": "application/zip",
}


def keep(name: str, content: bytes, kind: str) -> Evidence:
    """Keep a file under a random name."""
    ending = PurePath(name).suffix.lower()
    stored = f"{secrets.token_hex(16)}{ending}"
    path = uploads.path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
    return Evidence.objects.create(
        name=name[-200:],
        stored=stored,
        media_type=TYPES[ending],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        kind=kind,
        added_at=timing.now(),
    )


def load(kept: Evidence | None) -> File:
    """The file again, as it was; raises UnreadableFile where it is gone or was altered."""
    path = uploads.path_of(kept.stored) if kept is not None else None
    if kept is None or path is None or not path.is_file():
        raise UnreadableFile(
            "保存的文件不见了，请重新提交。", "The file that was kept is gone: hand it in again."
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise UnreadableFile(
            "保存的文件与提交时不一致，请重新提交。",
            "The file that was kept is not what came in: hand it in again.",
        )
    return File(kept.name, content)


def drop(kept: Evidence) -> None:
    """Throw away a file that nobody confirmed."""
    uploads.path_of(kept.stored).unlink(missing_ok=True)
    kept.delete()
