"""The exported ledger as a file: one JSON object a line, each with exactly one possible spelling.

First the house's own daily roots, then for every matter (ascending ids) its acts and its head,
last a line with the counts and the SHA-256 of all lines before it. A name ending in .gz is
compressed. Because every line has one spelling, any changed byte is found in its own line.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

from zhian.methods.ledger import Fault, Head, Line, Root
from zhian.methods.ledger_chain import KeptHead, Record, kept_heads, plain_record

NOT_A_RECORD = "此行无法识别 / this line is no record of a ledger"
OTHER_SPELLING = "此行的写法被改动 / the spelling of this line was changed"
NO_END = "文件不完整，缺少结尾 / the file is cut off: its last line is missing"
AFTER_END = "结尾之后还有内容 / something follows the last line"
WRONG_SUM = "文件校验值不符 / the checksum of the file does not match"
WRONG_COUNT = "行数与结尾所记不符 / the counts differ from those in the last line"
_MATTER = re.compile(rb"([0-9a-f]{32})")
_SEQ = re.compile(rb'"seq":([0-9]{1,9})')


def _opened(path: Path, mode: str) -> BinaryIO:
    if path.suffix == ".gz":
        return cast(BinaryIO, gzip.open(path, mode))
    return cast(BinaryIO, path.open(mode))


def encode(table: dict[str, Any]) -> bytes:
    """One line of the file, without its line feed."""
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()


def write(path: Path, records: Iterable[Root | Line | Head]) -> tuple[int, int]:
    """Write an export and return how many acts and matters it holds.

    A file that is cut off by an error has no last line, so it never passes for a whole one.
    """
    acts = matters = 0
    whole = hashlib.sha256()
    with _opened(path, "wb") as file:
        for record in records:
            raw = encode(plain_record(record)) + b"\n"
            whole.update(raw)
            file.write(raw)
            acts += isinstance(record, Line)
            matters += isinstance(record, Head)
        end = {"acts": acts, "matters": matters, "sha256": whole.hexdigest()}
        file.write(encode({"end": end}) + b"\n")
    return acts, matters


def read(path: Path) -> Iterator[Record]:
    """Every record of an export in its order; what is wrong with the file comes as a Fault.

    Raises OSError where the file cannot be opened; a damaged line never stops the reading.
    """
    with _opened(path, "rb") as file:
        yield from _Reader().records(file)


class _Reader:
    def __init__(self) -> None:
        self.sum = hashlib.sha256()
        self.acts = self.matters = 0
        self.ended = False
        self.last = ("", 0)

    def records(self, file: Iterable[bytes]) -> Iterator[Record]:
        for at, raw in enumerate(file, 1):
            if self.ended:
                yield Fault("", 0, AFTER_END, at=at)
                continue
            yield from self._line(at, raw)
        if not self.ended:
            yield Fault("", 0, NO_END)

    def _line(self, at: int, raw: bytes) -> Iterator[Record]:
        try:
            table = json.loads(raw)
            record = None if set(table) == {"end"} else record_of(table, at)
            same = encode(table) + b"\n" == raw
        except (ValueError, TypeError, KeyError):
            self.sum.update(raw)
            yield self._damaged(at, raw)
            return
        if not same:
            yield self._at(record, at, OTHER_SPELLING)
        if record is None:
            yield from self._end(table["end"], at)
            return
        self.sum.update(raw)
        self._count(record)
        yield record

    def _count(self, record: Record) -> None:
        self.acts += isinstance(record, Line)
        self.matters += isinstance(record, Head)
        if isinstance(record, Line | Head):
            self.last = (record.matter, record.seq)

    def _damaged(self, at: int, raw: bytes) -> Fault:
        """An unreadable line is named by what can still be read in it, else by its place."""
        matter, seq = _MATTER.search(raw), _SEQ.search(raw)
        named = matter.group(1).decode() if matter else self.last[0]
        number = int(seq.group(1)) if seq else self.last[1] + 1
        return Fault(named, number, NOT_A_RECORD, at=at)

    def _at(self, record: Record | None, at: int, reason: str) -> Fault:
        if isinstance(record, Line | Head):
            return Fault(record.matter, record.seq, reason, at=at)
        return Fault("", 0, reason, at=at)

    def _end(self, end: Any, at: int) -> Iterator[Fault]:
        self.ended = True
        counts = {"acts": self.acts, "matters": self.matters}
        if not isinstance(end, dict) or {k: end.get(k) for k in counts} != counts:
            yield Fault("", 0, WRONG_COUNT, at=at)
        if not isinstance(end, dict) or end.get("sha256") != self.sum.hexdigest():
            yield Fault("", 0, WRONG_SUM, at=at)


def record_of(table: Any, at: int) -> Line | Head | Root:
    """A record from the JSON object of its line; ValueError where it is none."""
    match table:
        case {
            "matter": str(matter),
            "seq": int(seq),
            "recorded_at": str(recorded),
            "text": str(text),
            "previous": str(previous),
            "hash": str(value),
        } if len(table) == 6:
            return Line(matter, seq, recorded, text, previous, value, at)
        case {
            "head": {
                "matter": str(matter),
                "number": str(number),
                "seq": int(seq),
                "hash": str(value),
            }
        } if len(table) == 1:
            return Head(matter, number, seq, value, at)
        case {
            "root": {
                "day": str(day),
                "root": str(root),
                "previous": str(previous),
                "matters": int(matters),
                "acts": int(acts),
            }
        } if len(table) == 1:
            return Root(date.fromisoformat(day), root, previous, matters, acts, at)
    raise ValueError(NOT_A_RECORD)


def read_heads(path: Path) -> dict[str, list[KeptHead]]:
    """Heads kept outside: a file `YYYY-MM-DD.txt`, or a folder of such files.

    Raises ValueError with file and line where something cannot be read.
    """
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    heads: dict[str, list[KeptHead]] = {}
    for file in files:
        try:
            for matter, kept in kept_heads(file.stem, file.read_text(encoding="utf-8")):
                heads.setdefault(matter, []).append(kept)
        except ValueError as why:
            raise ValueError(f"{file.name}: {why}") from None
    return heads
