"""What is wrong in a roster, or odd: each named with its sheet, row, column and value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhian.apps.registry.census.columns import TITLES
from zhian.law.words import Words

MOST_KEPT = 3_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell, row or column of a file and what is the matter with it; row 0 where it is about
    the whole file."""

    code: str
    words: Words
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""

    @property
    def column_words(self) -> Words:
        """What the column is called."""
        return TITLES.get(self.column, Words("", ""))

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the import."""
        return {
            "code": self.code,
            "zh": self.words.zh,
            "en": self.words.en,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value[:80],
        }


def of_json(row: Mapping[str, Any]) -> Fault:
    """A fault as it was kept."""
    return Fault(
        row["code"],
        Words(row["zh"], row["en"]),
        row["sheet"],
        row["row"],
        row["column"],
        row["value"],
    )


def kept(found: Sequence[Fault]) -> list[dict[str, Any]]:
    """Faults as they are kept: the first of very many, and a line that counts the rest."""
    rows = [fault.as_json() for fault in found[:MOST_KEPT]]
    more = len(found) - len(rows)
    if more > 0:
        words = Words(f"另有 {more:,} 条没有列出。", f"{more:,} more are not listed.")
        rows.append(Fault("more", words).as_json())
    return rows


SORTS = {
    "name_missing": Words("没有名称的行", "Rows without a name"),
    "same_id": Words("编号重复", "One number twice"),
    "other_roster": Words("属于别的名册", "Rows of another roster"),
    "too_long": Words("内容过长", "Too long"),
    "cells_beyond": Words("单元格多于表头", "More cells than headers"),
    "wrong_column": Words("列对应可能有误", "Probably the wrong column"),
    "code_wrong": Words("信用代码有误", "Wrong credit codes"),
    "elsewhere": Words("地址在外县", "Addresses in another county"),
    "word_unknown": Words("不认识的词", "Unknown words"),
    "empty_rows": Words("空行", "Empty rows"),
    "headers_again": Words("重复的表头", "Repeated headers"),
    "sheet_left": Words("没有读的工作表", "Sheets left out"),
    "file_name": Words("文件名像别的名册", "The name of the file"),
    "hardly_alike": Words("与上次差别很大", "Little in common with the last list"),
    "more": Words("其余", "The rest"),
}


def summary(found: Iterable[Fault]) -> list[tuple[Words, int]]:
    """How many of each sort."""
    counts = Counter(fault.code for fault in found if fault.code != "more")
    return [(SORTS[code], number) for code, number in counts.most_common()]
