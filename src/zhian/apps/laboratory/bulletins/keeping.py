"""The file of a bulletin between its upload and its import; afterwards it stays with the report."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from zhian.apps.laboratory.bulletins.errors import UnreadableFile
from zhian.apps.laboratory.bulletins.files import File
from zhian.desk import timing, uploads
from zhian.desk.models import Evidence

KIND = "bulletin"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {
    ".csv": "text/csv",
    ".xlsx": EXCEL,
    ".xls": "application/vnd.ms-excel",
    ".zip": "application/zip",
}
ACCEPT = ",".join(TYPES)


def fitting(name: str) -> bool:
    """Whether the ending of a name is one of those that bulletins come in."""
    return PurePath(name).suffix.lower() in TYPES


def keep(file: File) -> Evidence:
    """Keep a file that was read already, under a random name."""
    ending = PurePath(file.name).suffix.lower()
    stored = f"{secrets.token_hex(16)}{ending}"
    path = uploads.path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(file.content)
    return Evidence.objects.create(
        name=file.name,
        stored=stored,
        media_type=TYPES[ending],
        size=len(file.content),
        sha256=file.sha256,
        kind=KIND,
        added_at=timing.now(),
    )


def holds(kept: Evidence | None) -> bool:
    """Whether the file that was kept is still there."""
    return kept is not None and uploads.path_of(kept.stored).is_file()


def load(kept: Evidence | None) -> File:
    """The file again; raises UnreadableFile where it is gone."""
    if kept is None or not holds(kept):
        raise UnreadableFile(
            "保存的文件不见了，请重新上传。", "The file that was kept is gone: upload it again."
        )
    return File(kept.name, uploads.path_of(kept.stored).read_bytes())


def drop(kept: Evidence) -> None:
    """Throw away a file that nobody confirmed."""
    uploads.path_of(kept.stored).unlink(missing_ok=True)
    kept.delete()
