"""What a roster changes: which rows are new, changed, the same, or no longer there."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhian.apps.registry.census.intake.reading import ROW_FIELDS, Table
from zhian.apps.registry.census.kinds import RosterKind
from zhian.methods.linkage import normalise

Standing = Mapping[str, tuple[int, str]]  # key → (pk, digest)


@dataclass(frozen=True, slots=True)
class Change:
    """Rows by their position in the file, standing rows by their primary key."""

    added: list[int]
    changed: list[tuple[int, int]]
    same: int
    ended: list[int]

    @property
    def gone(self) -> list[int]:
        """The standing rows that end: changed, or no longer there."""
        return [*(pk for _row, pk in self.changed), *self.ended]


def digests(table: Table) -> list[str]:
    """A checksum of what each row says, whatever its number in the file."""
    columns = [table.columns[name] for name in ROW_FIELDS]
    rows = zip(*columns, table.rest, strict=True)
    return [
        hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        for row in rows
    ]


def keys(table: Table, kind: RosterKind, made: Sequence[str]) -> list[str]:
    """What each row is known by in its department: its own number, else its content.

    made: the digests. Two rows of one key are told apart by their content, so that the order of the
    file does not matter.
    """
    plain = [_key(table, kind, row, made[row]) for row in range(len(table))]
    shared: dict[str, list[int]] = defaultdict(list)
    for row, key in enumerate(plain):
        shared[key].append(row)
    for key, rows in shared.items():
        for number, row in enumerate(sorted(rows, key=lambda n: (made[n], n))[1:], 2):
            plain[row] = f"{key}#{number}"
    return plain


def _key(table: Table, kind: RosterKind, row: int, digest: str) -> str:
    for name in kind.key:
        text = table.columns[name][row]
        number = text if name == "rid" else normalise.plain(text)
        if number:
            return number if name == "rid" else f"{name}:{number}"[:100]
    return f"content:{digest[:32]}"


def compare(keyed: Sequence[str], made: Sequence[str], standing: Standing, whole: bool) -> Change:
    """Hold the rows of a file against those that stand; `whole`: what is missing has ended."""
    added, changed, same = [], [], 0
    for row, (key, digest) in enumerate(zip(keyed, made, strict=True)):
        known = standing.get(key)
        if known is None:
            added.append(row)
        elif known[1] == digest:
            same += 1
        else:
            changed.append((row, known[0]))
    there = set(keyed)
    ended = [pk for key, (pk, _digest) in standing.items() if key not in there] if whole else []
    return Change(added, changed, same, ended)
