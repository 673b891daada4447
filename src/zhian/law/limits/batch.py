"""Verdicts for a whole file: food,item,result[,limit][,on] in, all columns and verdict out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from zhian.law.errors import LawError
from zhian.law.limits.comparing import CANNOT_JUDGE, FULL
from zhian.law.limits.deciding import decide
from zhian.law.limits.errors import LimitsError, NotADay
from zhian.law.limits.questions import Question
from zhian.law.limits.register import Register
from zhian.law.words import Words

NEEDED = ("food", "item", "result")
TITLES = {
    "food": ("食品", "食品名称", "样品名称", "产品名称"),
    "item": ("项目", "检验项目", "不合格项目"),
    "result": ("结果", "检验结果", "检验值"),
    "limit": ("标准值", "限量", "标准限值", "标准指标"),
    "on": ("生产日期", "日期", "prod_date", "made_on"),
    "sampled": ("抽样日期", "sampled_on"),
    "kind": ("抽样分类", "sub_category", "食品细类"),
    "category": ("类别", "食品类别"),
    "lod": ("检出限",),
    "loq": ("定量限",),
    "uncertainty": ("不确定度",),
    "factor": ("倍数", "折算倍数"),
    "given": ("条件",),
}
ADDED = ("verdict", "reason", "standard", "table")
DAY = re.compile(r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)|^(\d{4})(\d\d)(\d\d)$")
SERIAL = re.compile(r"^(\d{5})(?:\.0*)?$")
FIRST_SERIAL = date(1899, 12, 30)
NO_VALUE = Words("{column} 列没有填写。", "Column {column} is empty.")


class BatchError(LimitsError):
    """The file is no table of results; the sentence says what is missing."""


@lru_cache(maxsize=1 << 14)
def day_of(text: str) -> date | None:
    """A day as people and spreadsheets write it; None where nothing is written. Raises NotADay."""
    text = text.strip()
    if text in ("", "/", "-", "—"):
        return None
    serial = SERIAL.match(text)
    if serial:
        return FIRST_SERIAL + timedelta(days=int(serial[1]))
    found = DAY.search(text)
    try:
        if found:
            year, month, day = map(int, filter(None, found.groups()))
            return date(year, month, day)
    except ValueError:
        pass
    raise NotADay(f"“{text}”不是日期，应写成 2026-10-01", f"“{text}” is no day; write 2026-10-01")


def factor_of(text: str) -> Decimal | None:
    """How many times a product is concentrated, if given."""
    if not text:
        return None
    try:
        factor = Decimal(text.strip().rstrip("倍"))
    except InvalidOperation:
        factor = Decimal(0)
    if not factor.is_finite() or factor <= 0:
        raise LimitsError(f"倍数“{text}”应为正数", f"The factor “{text}” must be above zero")
    return factor


@dataclass(frozen=True, slots=True)
class Batch:
    """A file's columns by what they mean, and how its rows are judged."""

    register: Register
    places: dict[str, int]
    today: date
    language: str = "zh"
    rounding: str = FULL

    def answer(self, line: Sequence[str]) -> tuple[str, str, str, str]:
        """Verdict, reason, standard and table of one line."""
        try:
            asked = self._question(line)
            empty = next((name for name in NEEDED if not getattr(asked, name)), None)
            if empty:
                return CANNOT_JUDGE, self._said(NO_VALUE.format(column=empty)), "", ""
            found = decide(self.register, asked)
        except LawError as error:
            return CANNOT_JUDGE, self._said(error.words), "", ""
        reason = " ".join(map(self._said, (found.reason, *found.remarks)))
        return found.verdict, reason, found.standard, found.table

    def _question(self, line: Sequence[str]) -> Question:
        cells = {name: line[place].strip() for name, place in self.places.items()}
        cell = cells.get
        limit = cell("limit", "")
        return Question(
            cells["food"],
            cells["item"],
            cells["result"],
            self._day(cell("on", ""), cell("sampled", ""), bool(limit)),
            limit,
            cell("kind", ""),
            cell("category", ""),
            cell("lod", ""),
            cell("loq", ""),
            cell("uncertainty", ""),
            self.rounding,
            factor_of(cell("factor", "")),
            tuple(cell("given", "").split()),
        )

    def _day(self, made: str, sampled: str, stated: bool) -> date:
        """The day of production, else of sampling; a stated limit needs neither."""
        try:
            return day_of(made) or day_of(sampled) or self.today
        except NotADay:
            if stated:
                return self.today
            raise

    def _said(self, words: Words) -> str:
        return words.text(self.language)


def run_batch(
    path: Path,
    out: TextIO,
    register: Register,
    *,
    today: date,
    language: str = "zh",
    rounding: str = FULL,
) -> int:
    """Answers every row of a csv file in its order; `today` judges rows without a day.

    Columns are found by English or Chinese title; all are written back, then the verdict. Raises
    BatchError for a file that cannot be read or lacks a needed column. Returns how many rows.
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    try:
        header = next(reader, [])
        batch = Batch(register, _places(path.name, header), today, language, rounding)
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*header, *ADDED])
        return _write(writer, batch, len(header), reader)
    except csv.Error as error:
        raise BatchError(
            f"{path} 第 {reader.line_num} 行不是 csv（{error}）",
            f"{path}, line {reader.line_num} is no csv ({error})",
        ) from error


def _text(path: Path) -> str:
    """The text of a file in UTF-8, or as Chinese spreadsheets save it (GB 18030)."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BatchError(
            f"{path} 无法读取（{error.strerror}）", f"{path} cannot be read ({error.strerror})"
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise BatchError(
        f"{path} 的编码无法识别，请另存为“CSV UTF-8”",
        f"{path} is in an unknown encoding; save it as “CSV UTF-8”",
    )


def _write(writer: Any, batch: Batch, width: int, reader: Iterator[list[str]]) -> int:
    count = 0
    for line in reader:
        if not line:
            continue
        padded = line + [""] * (width - len(line))
        writer.writerow([*padded[:width], *batch.answer(padded)])
        count += 1
    return count


def _places(file: str, header: Sequence[str]) -> dict[str, int]:
    names = [title.strip().lower() for title in header]
    places = {}
    for column, titles in TITLES.items():
        found = [names.index(t) for t in (column, *titles) if t in names]
        if found:
            places[column] = found[0]
    for needed in NEEDED:
        if needed not in places:
            listed = "、".join(TITLES[needed])
            raise BatchError(
                f"{file} 第 1 行缺少 {needed} 列（或者：{listed}）",
                f"{file}, line 1: there is no column {needed} (or {listed})",
            )
    return places
