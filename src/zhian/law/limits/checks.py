"""What must hold inside the register: part of `zhian law check`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from zhian.law.check import Problem
from zhian.law.errors import LawError
from zhian.law.limit_texts import Unreadable, read_limit
from zhian.law.limits.register import Register
from zhian.law.limits.rows import AS_NEEDED, UNREAD, Row
from zhian.law.words import Words

PLACE = "limits/"
NO_ITEM = Words("项目“{item}”不在 items.csv 内", "“{item}” is not in items.csv")
OVERLAP = Words("{one} 与 {two} 的有效期重叠", "{one} and {two} are valid on the same days")


def check_limits(folder: Path) -> Iterable[Problem]:
    """Every table of the register loads, every limit reads, and versions do not overlap."""
    if not (folder / "limits").exists():
        return []
    try:
        register = Register.load(folder / "limits")
    except LawError as error:
        return [Problem(PLACE, "", error.words)]
    return dict.fromkeys((*_rows(register), *_versions(register)))


def _rows(register: Register) -> Iterator[Problem]:
    for row in register.all_rows():
        where = f"{PLACE}{row.edition.rows}"
        if row.limit != AS_NEEDED and row.state != UNREAD:
            yield from _unreadable(row, where)
        if not row.edition.from_bulletins and row.item not in register.items.items:
            yield Problem(where, str(row.line), NO_ITEM.format(item=row.item))


def _unreadable(row: Row, where: str) -> Iterator[Problem]:
    try:
        read_limit(row.limit)
    except Unreadable as why:
        yield Problem(where, str(row.line), why.words)


def _versions(register: Register) -> Iterator[Problem]:
    dated = [e for e in register.rows if e.first is not None]
    for place, one in enumerate(dated):
        for two in dated[place + 1 :]:
            same = one.number.split("-")[0] == two.number.split("-")[0]
            if same and (one.valid(two.first) or two.valid(one.first)):
                words = OVERLAP.format(one=one.number, two=two.number)
                yield Problem(PLACE + "standards.toml", one.number, words)
