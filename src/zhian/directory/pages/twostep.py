"""Two steps of one page: a file is looked through, then taken; between them it waits a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhian.directory import keep
from zhian.directory.forms import Form

STEP = "commit"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was looked through, with what was said about it."""

    name: str
    content: bytes
    said: Mapping[str, Any]


def put_aside(
    request: HttpRequest, slot: str, name: str, content: bytes, **said: str | bool
) -> None:
    """Keep a file for the second step in this session."""
    kept = keep.put(slot, name, content)
    request.session[slot] = [[kept.token, kept.kind, kept.name], said]


def look(request: HttpRequest, slot: str) -> Waiting | None:
    """The file of this session, if it still waits."""
    row = request.session.get(slot)
    if not row:
        return None
    kept = keep.Kept(*row[0])
    content = keep.look(kept)
    return None if content is None else Waiting(kept.name, content, row[1])


def take(request: HttpRequest, slot: str) -> Waiting | None:
    """The same, and it waits no longer."""
    found = look(request, slot)
    row = request.session.pop(slot, None)
    if row:
        keep.take(keep.Kept(*row[0]))
    return found


def commits(request: HttpRequest) -> bool:
    """Whether the second step was asked for."""
    return STEP in request.POST


def file_of(form: Form, endings: tuple[str, ...], most: int | None = None) -> Any:
    """The uploaded file if it may be read; the reason why not stands beside the field."""
    file = form.cleaned_data.get("file")
    if file is None:
        return None
    if not file.name.lower().endswith(endings):
        form.add_error("file", _("只接受这些文件：%(kinds)s。") % {"kinds": _("、").join(endings)})
        return None
    if file.size > (most or settings.UPLOAD_LIMIT):
        form.add_error("file", _("文件太大。"))
        return None
    return file


def as_path(folder: str, name: str, content: bytes) -> Path:
    """A file on disk, for readers that need one; the ending tells them what it is."""
    ends = name.rpartition(".")[2] if not name.endswith(".csv.gz") else "csv.gz"
    path = Path(folder) / f"list.{ends}"
    path.write_bytes(content)
    return path
