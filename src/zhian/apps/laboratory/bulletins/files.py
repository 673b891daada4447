"""A bulletin's file as tables of texts: csv, xlsx, or a zip of xlsx; whatever else is refused."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from zhian.apps.laboratory.bulletins.errors import UnreadableFile
from zhian.web import sheets

LARGEST = 50 * 1024 * 1024
MOST_FILES = 200
MOST_CELLS = 20_000_000

Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class File:
    """A bulletin as it came in: the name that people know it by, and its bytes."""

    name: str
    content: bytes

    @classmethod
    def of(cls, path: Path) -> File:
        """The file of a path; raises UnreadableFile."""
        try:
            if path.stat().st_size > LARGEST:
                raise UnreadableFile("文件超过 50 MB。", "The file is larger than 50 MB.")
            return cls(path.name, path.read_bytes())
        except OSError as why:
            raise UnreadableFile(f"无法读取文件：{why}", f"The file cannot be read: {why}") from why

    @property
    def sha256(self) -> str:
        """What the house knows the file by."""
        return hashlib.sha256(self.content).hexdigest()


def tables(file: File) -> Iterator[tuple[str, Table]]:
    """The sheets of a file with their names; raises UnreadableFile."""
    try:
        if PurePosixPath(file.name).suffix.lower() == ".zip" and file.content.startswith(
            sheets.ZIP
        ):
            yield from _zipped(file.content)
        else:
            yield from _named(sheets.grids(file.name, file.content, MOST_CELLS))
    except sheets.Unreadable as why:
        raise UnreadableFile(why.words.zh, why.words.en) from None


def _named(found: Sequence[sheets.Grid], file: str = "") -> Iterator[tuple[str, Table]]:
    """Each sheet under the name that messages use; the only one of its file needs none."""
    for grid in found:
        parts = [file, grid.sheet if len(found) > 1 else ""]
        yield ":".join(part for part in parts if part), [list(row) for row in grid.rows]


def _zipped(data: bytes) -> Iterator[tuple[str, Table]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise UnreadableFile("压缩包已损坏。", "The zip archive is broken.") from None
    members = [m for m in archive.infolist() if _wanted(m.filename)]
    if not members:
        raise UnreadableFile("压缩包中没有 xlsx 文件。", "The archive holds no xlsx file.")
    if len(members) > MOST_FILES or sum(m.file_size for m in members) > 4 * LARGEST:
        raise UnreadableFile("压缩包过大。", "The archive is too large.")
    for member in members:
        name = sheets.member_name(member)
        content = _member(archive, member, name)
        yield from _named(sheets.workbook(name, content, MOST_CELLS), name)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    try:
        return archive.read(member)
    except sheets.BROKEN:
        raise UnreadableFile(
            f"压缩包中的 {name} 已损坏或者加了密码。",
            f"{name} in the archive is broken or locked by a password.",
        ) from None


def _wanted(name: str) -> bool:
    file = PurePosixPath(name).name
    return file.lower().endswith(".xlsx") and not file.startswith(("~$", "."))
