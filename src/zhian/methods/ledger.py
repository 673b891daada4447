"""The ledger's arithmetic: canonical text, Merkle tree and the shapes of an exported ledger.

Everything here works on plain values, so that a ledger can be verified on an exported file
without the database and against roots kept by somebody else. Canonical JSON: RFC 8785; Merkle
tree: RFC 6962 section 2.1 (leaf and node hashes carry different prefixes, so that neither passes
for the other).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

FORMAT = 1
LARGEST = 2**53 - 1  # RFC 8785 3.2.2.3: beyond it a number is no longer exact everywhere
OFFICE = timezone(timedelta(hours=8))


class NotCanonical(ValueError):
    """A value that has no canonical text (a float, a naive time, an unknown type)."""


def moment(value: datetime) -> str:
    """A point in time as UTC with microseconds; a naive time is refused."""
    if value.tzinfo is None:
        raise NotCanonical(f"时间缺少时区 / time without a zone: {value!r}")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def day_end(day: date) -> str:
    """The first moment that no longer belongs to an office day, as canonical text."""
    return moment(datetime(day.year, day.month, day.day, tzinfo=OFFICE) + timedelta(days=1))


def plain(value: Any) -> Any:
    """A value as JSON can hold it: decimals and dates as strings, floats refused."""
    match value:
        case None | bool() | str():
            return value
        case int() if abs(value) <= LARGEST:
            return value
        case Mapping():
            return _plain_table(value)
        case list() | tuple():
            return [plain(inner) for inner in value]
    return _plain_text(value)


def _plain_text(value: Any) -> str:
    match value:
        case Decimal() if value.is_finite():
            return format(value, "f")
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case UUID():
            return value.hex
    raise NotCanonical(f"无法规范化 / no canonical form: {type(value).__name__} {value!r}")


def _plain_table(value: Mapping[Any, Any]) -> dict[str, Any]:
    table = {str(key): plain(inner) for key, inner in value.items()}
    if len(table) != len(value):
        raise NotCanonical(f"键重复 / two keys have the same text: {list(value)!r}")
    return table


def canonical(value: Any) -> str:
    """RFC 8785 text of a plain value: sorted keys (UTF-16 order), no blanks, minimal escapes."""
    try:
        ordered = _ordered(plain(value))
        text = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text.encode()
    except UnicodeEncodeError as why:
        raise NotCanonical(f"文本含有半个字符 / half a surrogate pair: {why.object!r}") from None
    return text


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=_utf16)
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, list):
        return [_ordered(inner) for inner in value]
    return value


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _leaf(text: str) -> bytes:
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A Merkle tree that grows by one leaf at a time and keeps only log2(n) hashes.

    `root` is the hash of all leaves so far in the order they came; the empty tree has the hash of
    nothing (RFC 6962, 2.1).
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self._peaks: list[bytes] = []
        self.size = 0

    def add(self, leaf: str) -> None:
        """Append one leaf."""
        self.add_hash(_leaf(leaf))

    def add_hash(self, value: bytes) -> None:
        """Append a leaf whose hash is known already (`leaf_hash`)."""
        self.size += 1
        rest = self.size
        while rest % 2 == 0:
            value = _node(self._peaks.pop(), value)
            rest //= 2
        self._peaks.append(value)

    def root(self) -> str:
        """The root over the leaves so far."""
        if not self._peaks:
            return hashlib.sha256(b"").hexdigest()
        value = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            value = _node(peak, value)
        return value.hex()


def leaf_hash(leaf: str) -> bytes:
    """The hash under which a leaf stands in the tree."""
    return _leaf(leaf)


def merkle_root(leaves: Iterable[str]) -> str:
    """Root over leaves in their given order; the empty tree has the hash of nothing."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def merkle_proof(leaves: Sequence[str], index: int) -> list[tuple[str, str]]:
    """The siblings from a leaf up to the root: (side, hash), side being where the sibling is."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    level = [_leaf(leaf) for leaf in leaves]
    proof: list[tuple[str, str]] = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(("left" if sibling < index else "right", level[sibling].hex()))
        level = _above(level)
        index //= 2
    return proof


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs


def root_from(leaf: str, proof: Iterable[tuple[str, str]]) -> str:
    """The root to which a leaf and its proof lead, as 64 hexadecimal digits."""
    value = _leaf(leaf)
    for side, sibling in proof:
        other = bytes.fromhex(sibling)
        value = _node(other, value) if side == "left" else _node(value, other)
    return value.hex()


def proves(leaf: str, proof: Iterable[tuple[str, str]], root: str) -> bool:
    """Whether a leaf stands under a root, by its proof."""
    return root_from(leaf, proof) == root


def head_leaf(matter: str, seq: int, head: str) -> str:
    """What the daily root holds of one matter: its identity, its last act and that act's hash."""
    return canonical({"matter": matter, "seq": seq, "hash": head})


def day_leaf(day: date, previous: str, matters: int, acts: int) -> str:
    """The last leaf of a day: the root before it, so that one root vouches for all before."""
    return canonical(
        {"format": FORMAT, "day": day, "previous": previous, "matters": matters, "acts": acts}
    )


class DayTree:
    """The root of one day, built while the heads of all matters pass in the order of their ids."""

    __slots__ = ("acts", "day", "end", "matters", "tree")

    def __init__(self, day: date) -> None:
        self.day, self.end = day, day_end(day)
        self.tree = Tree()
        self.matters = self.acts = 0

    def add(self, seq: int, leaf: bytes) -> None:
        """One matter's head on that day: its act number, and the hash of its head leaf."""
        self.matters += 1
        self.acts += seq
        self.tree.add_hash(leaf)

    def close(self, previous: str) -> str:
        """The root of the day; nothing may be added afterwards."""
        self.tree.add(day_leaf(self.day, previous, self.matters, self.acts))
        return self.tree.root()


@dataclass(frozen=True, slots=True)
class Line:
    """One act of an exported ledger; `at` is the line of the file it stands in."""

    matter: str
    seq: int
    recorded_at: str
    text: str
    previous: str
    hash: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """Where a matter's chain ends, with the number by which the office knows the matter."""

    matter: str
    number: str
    seq: int
    hash: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Root:
    """The root of one day as the house keeps it."""

    day: date
    root: str
    previous: str
    matters: int
    acts: int
    at: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a ledger, and where: the act's number, the line of the file."""

    matter: str
    seq: int
    reason: str
    number: str = ""
    at: int = 0

    def __str__(self) -> str:
        where = f"事项 {self.number or self.matter} 第 {self.seq} 号行为" if self.matter else ""
        line = f"第 {self.at} 行" if self.at else ""
        return "，".join(part for part in (where, line) if part) + f"：{self.reason}"
