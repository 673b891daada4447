"""The ledger's arithmetic: canonical text, hash chain and Merkle root.

Everything here works on plain values, so that a ledger can be verified on an exported file
without the database and against roots kept by somebody else. Canonical JSON: RFC 8785; Merkle
tree: RFC 6962 (leaf and node hashes carry different prefixes, so that neither passes for the
other).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

FORMAT = 1
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class NotCanonical(ValueError):
    """A value that has no canonical text (a float, a naive time, an unknown type)."""


def moment(value: datetime) -> str:
    """A point in time as UTC with microseconds; a naive time is refused."""
    if value.tzinfo is None:
        raise NotCanonical(f"时间缺少时区 / time without a zone: {value!r}")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """A value as JSON can hold it: decimals and dates as strings, floats refused."""
    match value:
        case None | bool() | str() | int():
            return value
        case Decimal():
            return format(value, "f")
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case UUID():
            return value.hex
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
    raise NotCanonical(f"无法规范化 / no canonical form: {type(value).__name__} {value!r}")


def canonical(value: Any) -> str:
    """RFC 8785 text of a plain value: sorted keys (UTF-16 order), no blanks, minimal escapes."""
    return "".join(_pieces(plain(value)))


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, bool) or value is None:
        yield {True: "true", False: "false", None: "null"}[value]
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, str):
        yield _quoted(value)
    elif isinstance(value, list):
        yield "["
        for index, inner in enumerate(value):
            yield "," if index else ""
            yield from _pieces(inner)
        yield "]"
    else:
        yield "{"
        for index, key in enumerate(sorted(value, key=lambda k: k.encode("utf-16-be"))):
            yield f"{',' if index else ''}{_quoted(key)}:"
            yield from _pieces(value[key])
        yield "}"


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c) or _control(c) for c in text) + '"'


def _control(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x20 else char


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _leaf(text: str) -> bytes:
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def merkle_root(leaves: Iterable[str]) -> str:
    """Root over leaves in their given order; the empty tree has the hash of nothing."""
    level = [_leaf(leaf) for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = [
            _node(level[i], level[i + 1]) if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
        level = pairs
    return level[0].hex()


def merkle_proof(leaves: Sequence[str], index: int) -> list[tuple[str, str]]:
    """The siblings from a leaf up to the root: (side, hash), side being where the sibling is."""
    level = [_leaf(leaf) for leaf in leaves]
    proof: list[tuple[str, str]] = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(("left" if sibling < index else "right", level[sibling].hex()))
        level = [
            _node(level[i], level[i + 1]) if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
        index //= 2
    return proof


def proves(leaf: str, proof: Iterable[tuple[str, str]], root: str) -> bool:
    """Whether a leaf stands under a root, by its proof."""
    value = _leaf(leaf)
    for side, sibling in proof:
        other = bytes.fromhex(sibling)
        value = _node(other, value) if side == "left" else _node(value, other)
    return value.hex() == root


def head_leaf(matter: str, seq: int, head: str) -> str:
    """What the daily root holds of one matter: its identity, its last act and that act's hash."""
    return canonical({"matter": matter, "seq": seq, "hash": head})


@dataclass(frozen=True, slots=True)
class Line:
    """One act of an exported ledger."""

    matter: str
    seq: int
    recorded_at: str
    text: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a ledger, and where."""

    matter: str
    seq: int
    reason: str


def chain_faults(lines: Iterable[Line]) -> Iterator[Fault]:
    """Every break of every chain; lines come ordered by matter and number.

    A line is at fault where its hash is not that of its text, where it does not name the hash
    before it, or where a number is missing or doubled.
    """
    matter, seq, last = "", 0, ""
    for line in lines:
        if line.matter != matter:
            matter, seq, last = line.matter, 0, ""
        if line.seq != seq + 1:
            yield Fault(matter, line.seq, f"第 {seq + 1} 号行为缺失或重复 / act {seq + 1} missing")
        if digest(line.text) != line.hash:
            yield Fault(matter, line.seq, "内容与校验值不符 / text does not match its hash")
        if line.previous != last or f'"previous":{_quoted(line.previous)}' not in line.text:
            yield Fault(matter, line.seq, "未接上前一行为 / does not follow the act before")
        seq, last = line.seq, line.hash
