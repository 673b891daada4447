"""Rows grouped into samples, each with its results; every row ends in exactly one heap."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zhian.apps.laboratory.bulletins import columns
from zhian.apps.laboratory.bulletins.days import read_day, serial_day
from zhian.apps.laboratory.bulletins.findings import Finding, Findings, Named, is_count
from zhian.apps.laboratory.bulletins.reading import Row
from zhian.law import limits
from zhian.law.words import Words

CONTEXT = ("notice", "food", "made_on", "sampled_unit", "sampled_in", "producer", "specification")
IDENTITY = ("food", "made_on", "specification", "sampled_unit", "sampled_in", "producer")
OF_RESULT = frozenset(["item", "result", "limit", "finding"])
DAYS = ("sampled_on", "reported_on")
LABEL = re.compile(r"^[^:：]{0,12}地址\s*[:：]\s*")

REPEATED = Words("这一行重复了表头。", "The row repeats the headers.")
NO_DAY = Words("不是日期，没有登记。", "Not a day; it was left out.")
NO_SAMPLE = Words(
    "这一行没有食品名称，也不能归入上一个样品。",
    "The row names no food and cannot belong to the sample above.",
)
DIFFERS = Words(
    "同一抽样编号下的{title}与前面的行不同，以前面的行为准。",
    "{title} differs from the rows above of the same sample number; those above count.",
)
TWICE = Words(
    "同一样品中“{item}”有两个结果，可能是两个样品，请核对。",
    "“{item}” has two results in one sample; these may be two samples: check.",
)
NOT_BEYOND = Words(
    "按文件所写没有超出标准值（{reason}），与不合格结论不符，请核对标准值的符号和数值。",
    "As written the limit is kept ({reason}), though the sample failed; check its sign and value.",
)


@dataclass(slots=True)
class FoldedSample:
    """One sample of a bulletin: what it says of it, its results, and where that stands."""

    texts: Mapping[str, str]
    rows: list[Row]
    findings: list[Finding] = field(default_factory=list)
    natural: str = ""
    again: int = 0

    def text(self, name: str) -> str:
        """One text of the sample."""
        return self.texts.get(name, "")

    def day(self, name: str) -> date | None:
        """One day of the sample, None where it is not written so that it can be read."""
        return read_day(self.text(name))

    @property
    def official(self) -> str:
        """The official sampling number, where the file has one."""
        return self.text("number")[:80]

    @property
    def number(self) -> str:
        """The number by which the house knows the sample: official, else made of what it is."""
        if self.official:
            return self.official
        return f"N-{self.natural[:16]}" + (f"-{self.again + 1}" if self.again else "")


@dataclass(slots=True)
class Folded:
    """All samples of a file, and what became of each row: result, folded, or named."""

    samples: list[FoldedSample]
    rows_total: int
    folded: set[tuple[str, int]]
    named: list[Named]
    remarks: list[Named]

    @property
    def rows_named(self) -> int:
        """Rows that are neither a readable result nor a folded line."""
        return len({n.row.key for n in self.named})

    @property
    def rows_results(self) -> int:
        """Rows that are a result of their own."""
        return self.rows_total - len(self.folded) - self.rows_named


def fold(rows: Sequence[Row]) -> Folded:
    """The samples of a file: same number, or same place in the file and same description."""
    done = Folded([], len(rows), set(), [], [])
    for group in _groups(rows, done.named):
        _take(group, done)
    _number(done.samples)
    return done


def _take(rows: list[Row], done: Folded) -> None:
    heap = Findings().add_all(rows)
    sample = FoldedSample(_tidied(rows[0].cells), rows, heap.found)
    done.samples.append(sample)
    done.folded |= heap.folded
    seen: set[tuple[str, int]] = set(heap.folded)
    for named in heap.named:
        (done.remarks if named.row.key in seen else done.named).append(named)
        seen.add(named.row.key)
    done.remarks += heap.remarks
    done.remarks += _differences(rows)
    done.remarks += _unread_days(sample)
    done.remarks += _doubts(heap.found)


def _groups(rows: Sequence[Row], named: list[Named]) -> Iterator[list[Row]]:
    """Rows of one sample together, in the order in which the samples begin.

    Rows with a number of their own belong together wherever they stand; rows without one only
    if they follow each other, describe the same thing and do not name an item again.
    """
    groups: dict[tuple[str, ...], list[Row]] = {}
    described: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    for row in rows:
        if row.heading:
            named.append(Named(row, "food", row.text("food"), REPEATED))
            continue
        if last and _is_below(row, groups[last][-1]):
            groups[last].append(row)
            continue
        if not row.text("food"):
            named.append(Named(row, "food", _first_text(row), NO_SAMPLE))
            continue
        key = _key(row)
        if not row.text("number") and not row.text("group"):
            follows = key == described and _goes_on(row, groups[last])
            described = key
            key = last if follows else (*key, str(row.number))
        groups.setdefault(key, []).append(row)
        last = key
    yield from groups.values()


def _key(row: Row) -> tuple[str, ...]:
    number = row.text("number")
    if number:
        return ("number", number)
    return ("described", row.sheet, row.text("group"), *(row.text(name) for name in CONTEXT))


def _is_below(row: Row, above: Row) -> bool:
    """A row below merged cells: results only; everything else stands in the row above."""
    if row.sheet != above.sheet or row.text("food"):
        return False
    if not any(row.text(name) for name in OF_RESULT):
        return False
    return all(row.text(n) in ("", above.text(n)) for n in ("number", "group"))


def _goes_on(row: Row, group: Sequence[Row]) -> bool:
    item = row.text("item")
    return is_count(item) or item not in {above.text("item") for above in group}


def _first_text(row: Row) -> str:
    return next((text for text in row.cells.values() if text), "")


def _tidied(cells: Mapping[str, str]) -> dict[str, str]:
    """Texts of a sample without what a spreadsheet did to them."""
    texts = {name: text for name, text in cells.items() if name not in OF_RESULT}
    made = texts.get("made_on", "")
    serial = serial_day(made)
    if serial:
        texts["made_on"] = serial.isoformat()
    if "sampled_in" in texts:
        texts["sampled_in"] = LABEL.sub("", texts["sampled_in"])
    return texts


def _number(samples: Sequence[FoldedSample]) -> None:
    """Give each sample the mark of what it is; equal ones of a file are told apart by order."""
    seen: Counter[str] = Counter()
    for sample in samples:
        sample.natural = _natural(sample)
        sample.again = seen[sample.natural]
        seen[sample.natural] += 1


def _natural(sample: FoldedSample) -> str:
    parts = [_plain(sample.text(name)) for name in IDENTITY]
    parts += [_plain(f"{f.item}|{f.result}|{f.limit}") for f in sample.findings]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _plain(text: str) -> str:
    form = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in form if not c.isspace())


def _differences(rows: Sequence[Row]) -> Iterator[Named]:
    """Rows under one official number that describe another sample."""
    first = rows[0]
    for row in rows[1:]:
        for name in ("food", "made_on", "sampled_unit"):
            value = row.text(name)
            if value and value != first.text(name):
                yield Named(row, name, value, DIFFERS.format(title=columns.title(name)))


def _unread_days(sample: FoldedSample) -> Iterator[Named]:
    for name in DAYS:
        text = sample.text(name)
        if text and sample.day(name) is None:
            yield Named(sample.rows[0], name, text, NO_DAY)


def _doubts(found: Sequence[Finding]) -> Iterator[Named]:
    """Results that keep their limit as written, though they failed, and items named twice."""
    items: set[str] = set()
    for finding in found:
        if finding.item in items:
            words = TWICE.format(item=finding.item)
            yield Named(finding.rows[0], "item", finding.item, words)
        items.add(finding.item)
        judged = limits.verdict(finding.result, finding.limit)
        if judged.outcome == limits.WITHIN:
            words = NOT_BEYOND.format(reason=_clause(judged.reason))
            yield Named(finding.rows[0], "limit", finding.limit, words)


def _clause(words: Words) -> Words:
    return Words(words.zh.rstrip("。"), words.en.rstrip("."))
