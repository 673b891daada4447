"""Verifying a ledger: every chain, the heads, and the roots that somebody else kept.

One pass over the acts in the order of matter and number; memory does not grow with the acts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from zhian.methods.ledger import (
    FORMAT,
    DayTree,
    Fault,
    Head,
    Line,
    Root,
    digest,
    head_leaf,
    leaf_hash,
)

MOST_FAULTS = 1000
ALTERED = "内容与校验值不符 / the text does not match its hash"
UNLINKED = "未接上前一行为 / does not follow the act before"
UNREADABLE = "规范文本无法读取 / the canonical text cannot be read"
DISAGREES = "与规范文本不一致 / does not agree with the canonical text: {names}"
MISSING = "第 {seq} 号行为缺失或重复 / act {seq} is missing or doubled"
OUT_OF_ORDER = "事项次序错误 / matters are not in the order of their ids"
OTHER_HEAD = "末条校验值与最后行为不符 / the head is not the last act"
NO_HEAD = "缺少末条校验值 / the head is missing"
ROOT_DIFFERS = "{day} 的根不符 / the root of {day} differs: {kept} ≠ {found}"
OWN_DIFFERS = "{day} 的根与外存不符 / the root of {day} is not the one kept outside"
ROOT_UNLINKED = "{day} 的根未接上前一日 / the root of {day} does not name the one before"
HEAD_DIFFERS = "与外存校验值不符 / differs from the hash kept outside on {day}"
HEAD_GONE = "外存有而账本无此行为 / kept outside on {day}, absent here"


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head that somebody else kept on a day."""

    day: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class DayResult:
    """One day's root as it was kept and as the acts give it."""

    day: date
    kept: str
    found: str
    outside: bool

    @property
    def holds(self) -> bool:
        """Whether the acts still lead to the root that was kept."""
        return self.kept == self.found


@dataclass(slots=True)
class Report:
    """What a verification found."""

    acts: int = 0
    matters: int = 0
    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    days: list[DayResult] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def add(self, fault: Fault) -> None:
        """Keep a fault; beyond a thousand only their number grows."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
        else:
            self.more += 1


def chain_faults(lines: Iterable[Line]) -> Iterator[Fault]:
    """Every break of every chain; lines come ordered by matter and number.

    A line is at fault where its hash is not that of its text, where it does not name the hash
    before it, where it says anything else than its text, or where a number is missing or doubled.
    """
    matter, seq, last = "", 0, ""
    for line in lines:
        if line.matter != matter:
            matter, seq, last = line.matter, 0, ""
        yield from line_faults(line, seq, last)
        seq, last = line.seq, line.hash


def line_faults(line: Line, seq: int, last: str) -> Iterator[Fault]:
    """What is wrong with one act that follows act `seq` with the hash `last`."""
    if line.seq != seq + 1:
        yield _at(line, MISSING.format(seq=seq + 1))
    if digest(line.text) != line.hash:
        yield _at(line, ALTERED)
    if line.previous != last:
        yield _at(line, UNLINKED)
    yield from _text_faults(line)


def _text_faults(line: Line) -> Iterator[Fault]:
    try:
        said = json.loads(line.text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        yield _at(line, UNREADABLE)
        return
    claimed = {
        "format": FORMAT,
        "matter": line.matter,
        "seq": line.seq,
        "recorded_at": line.recorded_at,
        "previous": line.previous,
    }
    wrong = [name for name, value in claimed.items() if said.get(name) != value]
    if wrong:
        yield _at(line, DISAGREES.format(names=", ".join(wrong)))


def _at(line: Line, reason: str) -> Fault:
    return Fault(line.matter, line.seq, reason, at=line.at)


Record = Line | Head | Root | Fault


def audit(
    records: Iterable[Record],
    *,
    roots: Mapping[date, str] | None = None,
    heads: Mapping[str, Sequence[KeptHead]] | None = None,
) -> Report:
    """Verify a stream of root, act and head records against what was kept outside.

    `records`: the house's own roots first, then for each matter (ascending ids) its acts by
    number and its head. `roots`: day → root; `heads`: matter → kept heads. Each day asked for is
    recomputed from the acts recorded before its end; without outside roots the house's last.
    """
    return _Audit(dict(roots or {}), heads or {}).run(records)


class _Audit:
    def __init__(self, outside: dict[date, str], heads: Mapping[str, Sequence[KeptHead]]) -> None:
        self.outside, self.heads = outside, heads
        self.own: dict[date, Root] = {}
        self.trees: list[DayTree] | None = None
        self.report = Report()
        self.seen: set[str] = set()
        self.matter = ""
        self.acts: list[Line] = []
        self.pending: list[Fault] = []
        self.headed = True

    def run(self, records: Iterable[Record]) -> Report:
        for record in records:
            match record:
                case Line():
                    self._line(record)
                case Head():
                    self._head(record)
                case Root():
                    self._root(record)
                case Fault():
                    self.report.add(record)
        self._finish_matter("")
        self._missing_matters()
        self._judge_days()
        return self.report

    def _root(self, root: Root) -> None:
        before = self.own[max(self.own)].root if self.own else ""
        if root.previous != before:
            self.report.add(Fault("", 0, ROOT_UNLINKED.format(day=root.day), at=root.at))
        if self.outside.get(root.day, root.root) != root.root:
            self.report.add(Fault("", 0, OWN_DIFFERS.format(day=root.day), at=root.at))
        self.own[root.day] = root

    def _line(self, line: Line) -> None:
        if line.matter != self.matter:
            if not self.headed:
                self.pending.append(Fault(self.matter, self._last_seq, NO_HEAD))
            self._finish_matter("")
            if line.matter < self.matter:
                self.pending.append(_at(line, OUT_OF_ORDER))
            self.matter = line.matter
            self.headed = False
        last = self.acts[-1] if self.acts else None
        self.pending += line_faults(line, last.seq if last else 0, last.hash if last else "")
        self.acts.append(Line(line.matter, line.seq, line.recorded_at, "", "", line.hash, line.at))
        self.report.acts += 1

    @property
    def _last_seq(self) -> int:
        return self.acts[-1].seq if self.acts else 0

    def _head(self, head: Head) -> None:
        last = self.acts[-1] if self.acts and self.acts[-1].matter == head.matter else None
        if last is None or (last.seq, last.hash) != (head.seq, head.hash):
            self.pending.append(Fault(head.matter, head.seq, OTHER_HEAD, at=head.at))
        self.headed = True
        self._finish_matter(head.number)

    def _finish_matter(self, number: str) -> None:
        if self.acts:
            self.report.matters += 1
            self._compare_heads()
            self._grow_trees()
            self.acts = []
        for fault in self.pending:
            self.report.add(
                Fault(fault.matter, fault.seq, fault.reason, number or fault.number, fault.at)
            )
        self.pending = []

    def _compare_heads(self) -> None:
        kept = self.heads.get(self.matter)
        if not kept:
            return
        self.seen.add(self.matter)
        by_seq = {line.seq: line for line in self.acts}
        for row in kept:
            line = by_seq.get(row.seq)
            if line is None:
                self.pending.append(Fault(self.matter, row.seq, HEAD_GONE.format(day=row.day)))
            elif line.hash != row.hash:
                self.pending.append(_at(line, HEAD_DIFFERS.format(day=row.day)))

    def _missing_matters(self) -> None:
        for matter, kept in self.heads.items():
            if matter not in self.seen and kept:
                row = kept[-1]
                self.report.add(Fault(matter, row.seq, HEAD_GONE.format(day=row.day)))

    def _grow_trees(self) -> None:
        """The head of each day is the last act recorded before its end."""
        if self.trees is None:
            self.trees = self._wanted_days()
        index, made, leaf = len(self.acts) - 1, -1, b""
        for tree in self.trees:
            while index >= 0 and self.acts[index].recorded_at >= tree.end:
                index -= 1
            if index < 0:
                return
            line = self.acts[index]
            if made != index:
                leaf, made = leaf_hash(head_leaf(line.matter, line.seq, line.hash)), index
            tree.add(line.seq, leaf)

    def _wanted_days(self) -> list[DayTree]:
        days = set(self.outside)
        if self.own:
            days.add(max(self.own))
        return [DayTree(day) for day in sorted(days, reverse=True)]

    def _judge_days(self) -> None:
        trees = self._wanted_days() if self.trees is None else self.trees
        for tree in reversed(trees):
            self._judge_day(tree)

    def _judge_day(self, tree: DayTree) -> None:
        found = tree.close(self._previous(tree.day))
        own = self.own.get(tree.day)
        kept = self.outside.get(tree.day) or (own.root if own else "")
        result = DayResult(tree.day, kept, found, tree.day in self.outside)
        self.report.days.append(result)
        if not result.holds:
            reason = ROOT_DIFFERS.format(day=tree.day, kept=kept, found=found)
            self.report.add(Fault("", 0, reason))

    def _previous(self, day: date) -> str:
        outside = self.outside.get(day - timedelta(days=1))
        own = self.own.get(day)
        return outside or (own.previous if own else "")


def kept_roots(text: str) -> dict[date, str]:
    """The roots in a file that somebody kept: one `YYYY-MM-DD root` a line.

    Blank lines and lines that begin with # are passed over; what else cannot be read is a
    ValueError that names the line.
    """
    roots: dict[date, str] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line and not line.startswith("#"):
            day, root = _kept_root(number, line.split())
            if roots.setdefault(day, root) != root:
                raise ValueError(f"第 {number} 行：{day} 有两个根 / line {number}: two roots")
    return roots


def _kept_root(number: int, parts: list[str]) -> tuple[date, str]:
    try:
        day, root = date.fromisoformat(parts[0]), parts[1].lower()
        if len(bytes.fromhex(root)) != 32:
            raise ValueError
    except (ValueError, IndexError):
        raise ValueError(
            f"第 {number} 行应为“日期 根” / line {number}: expected `YYYY-MM-DD root`"
        ) from None
    return day, root


def kept_heads(day: str, text: str) -> Iterator[tuple[str, KeptHead]]:
    """The heads in a file that somebody kept on a day: one `matter seq hash` a line."""
    for number, raw in enumerate(text.splitlines(), 1):
        parts = raw.split()
        if not parts or parts[0].startswith("#"):
            continue
        if len(parts) != 3 or not parts[1].isdigit():
            raise ValueError(
                f"第 {number} 行应为“事项 序号 校验值” / line {number}: `matter seq hash`"
            )
        yield parts[0], KeptHead(day, int(parts[1]), parts[2])


def plain_record(record: Root | Line | Head) -> dict[str, Any]:
    """A record as one JSON object of the export file."""
    match record:
        case Line():
            return {
                "matter": record.matter,
                "seq": record.seq,
                "recorded_at": record.recorded_at,
                "text": record.text,
                "previous": record.previous,
                "hash": record.hash,
            }
        case Head():
            return {
                "head": {
                    "matter": record.matter,
                    "number": record.number,
                    "seq": record.seq,
                    "hash": record.hash,
                }
            }
        case Root():
            return {
                "root": {
                    "day": record.day.isoformat(),
                    "root": record.root,
                    "previous": record.previous,
                    "matters": record.matters,
                    "acts": record.acts,
                }
            }
