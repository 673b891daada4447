"""A roster's file as a table of texts: parquet, or what `zhian.web.sheets` reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from zhian.apps.registry.census.errors import UnreadableFile
from zhian.web import sheets

Place = sheets.Place


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet; `merged`: first and last cell (row, column; from 0) of each area."""

    file: str
    sheet: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[tuple[Place, Place]] = ()
    plain: bool = False

    @property
    def where(self) -> str:
        """File and sheet, as a message names them."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file


@dataclass(frozen=True, slots=True)
class Frame:
    """A parquet file: its headers now, its columns when they are asked for."""

    path: Path

    @property
    def headers(self) -> list[str]:
        """The names of its columns."""
        return list(parquet.read_schema(self.path).names)

    def columns(self, wanted: Sequence[str]) -> dict[str, list[str]]:
        """Some of its columns as texts, empty for null."""
        table = parquet.read_table(self.path, columns=list(dict.fromkeys(wanted)))
        return {name: as_texts(table[name]) for name in wanted}


def as_texts(column: pa.ChunkedArray) -> list[str]:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        values: list[Any] = column.to_pylist()
        return ["" if value is None else value for value in values]
    return ["" if value is None else sheets.text(value) for value in column.to_pylist()]


def open_file(path: Path) -> list[Grid] | Frame:
    """The sheets of a file, or its parquet frame; raises UnreadableFile."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if path.is_dir() or not start:
            raise UnreadableFile(f"{path.name} 是空的。", f"{path.name} is empty.")
        if start[:4] == b"PAR1":
            parquet.read_schema(path)
            return Frame(path)
        return _grids(path)
    except sheets.Unreadable as why:
        raise UnreadableFile(why.words.zh, why.words.en) from None
    except pa.ArrowInvalid:
        raise UnreadableFile(
            f"{path.name} 不是可读的 parquet 文件，可能已损坏。",
            f"{path.name} is no readable parquet file; it may be broken.",
        ) from None
    except OSError as why:
        raise UnreadableFile(
            f"无法读取 {path.name}：{why.strerror or why}",
            f"{path.name} cannot be read: {why.strerror or why}",
        ) from None


def _grids(path: Path) -> list[Grid]:
    if path.suffix.lower() == ".parquet":
        raise pa.ArrowInvalid
    found = sheets.grids(path.name, path.read_bytes())
    plain = len(found) == 1 and not found[0].sheet
    many = len(found) > 1
    return [
        Grid(path.name, one.sheet if many else "", one.rows, one.merged, plain) for one in found
    ]
