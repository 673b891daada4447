"""What the office knows: who is on the register since when, and what inspections found.

Both tables are columns of equal length. Times are days (`datetime64[D]`); codes are whole numbers
from 0, with -1 for unknown. Nothing here says where a premises is or which office looks after it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]
UNKNOWN = -1
NEVER = np.datetime64("NaT", "D")

Table = TypeVar("Table", "Register", "Inspections")


class HistoryError(ValueError):
    """A table that cannot be used; says which column and why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Words:
    """How something is called in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Register:
    """What was known of premises, one row for each change; the row counts from its day `since`.

    `premises`, `kind`, `risk`, `owner`, `brand`, `address`: (rows,) codes. `opened`: (rows,) days,
    NaT where unknown. `risk` counts from 0 to `risks` - 1. `sorts`: (rows, licences) which licences
    are held, and `licences` their names.
    """

    premises: Ints
    since: Days
    opened: Days
    kind: Ints
    risk: Ints
    owner: Ints
    brand: Ints
    address: Ints
    sorts: Bools
    risks: int
    licences: tuple[Words, ...]

    def __post_init__(self) -> None:
        """Refuse columns of unequal length and premises without a code."""
        _same_length(self, len(self.premises), ("risks", "licences"))
        _known("premises", self.premises)

    def at(self, rows: Ints | Bools) -> Register:
        """Only some rows, in the order asked for."""
        return _pick(self, rows, ("risks", "licences"))

    def as_of(self, day: np.datetime64) -> Register:
        """The newest row of every premises that was known before a day; what opens later has no
        opening day yet."""
        order = np.lexsort((self.since, self.premises))
        order = order[self.since[order] < day]
        names = self.premises[order]
        last = np.ones(len(order), dtype=bool)
        last[:-1] = names[1:] != names[:-1]
        known = self.at(order[last])
        opened = np.where(known.opened < day, known.opened, NEVER)
        return replace(known, opened=opened)


@dataclass(frozen=True, slots=True)
class Inspections:
    """Inspections that were made: (inspections,) each, `items` (inspections, items) counts.

    `found`: a critical finding. `inspector`: whoever went, or the group that he belongs to; it is
    read in training only. `items`: how many other findings of each sort.
    """

    premises: Ints
    day: Days
    found: Bools
    inspector: Ints
    items: Floats
    item_words: tuple[Words, ...]

    def __post_init__(self) -> None:
        """Refuse columns of unequal length, undated rows and premises without a code."""
        _same_length(self, len(self.premises), ("item_words",))
        _known("premises", self.premises)
        if np.isnat(self.day).any():
            raise HistoryError("有的检查没有日期", "an inspection has no day")

    def __len__(self) -> int:
        """How many inspections."""
        return len(self.premises)

    def at(self, rows: Ints | Bools) -> Inspections:
        """Only some rows, in the order asked for."""
        return _pick(self, rows, ("item_words",))

    def before(self, day: np.datetime64) -> Inspections:
        """What was made before a day, oldest first."""
        past = np.flatnonzero(self.day < day)
        return self.at(past[np.argsort(self.day[past], kind="stable")])

    def between(self, first: np.datetime64, end: np.datetime64) -> Inspections:
        """What was made from a day on and before another."""
        return self.at((self.day >= first) & (self.day < end))


def _pick(table: Table, rows: Ints | Bools, words: tuple[str, ...]) -> Table:
    columns = (one.name for one in fields(table) if one.name not in words)
    return replace(table, **{name: getattr(table, name)[rows] for name in columns})


def _same_length(table: object, length: int, words: tuple[str, ...]) -> None:
    for one in fields(table):  # type: ignore[arg-type]
        if one.name not in words and len(getattr(table, one.name)) != length:
            raise HistoryError(f"列 {one.name} 长度不一", f"column {one.name} has another length")


def _known(name: str, codes: Ints) -> None:
    if len(codes) and codes.min() < 0:
        raise HistoryError(f"列 {name} 有空值", f"column {name} has unknown values")
