"""Every numeric cell of the tables of GB 2762-2025 against the register, where the text is at hand.

    ZHIAN_REFERENCE=… python scripts/compare_gb2762.py

Reads the official text (law/gb/GB_2762-2025.txt), takes each table apart into (table, item, food,
value) and looks each up among our rows, and the other way round. Exit 1 where one is missing.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from zhian.law.limits.tables import FOLDER, lines

TEXT = "law/gb/GB_2762-2025.txt"
ITEMS = {
    "1": ("铅",), "2": ("镉",), "3": ("总汞", "甲基汞"), "4": ("总砷", "无机砷"), "5": ("锡",),
    "6": ("镍",), "7": ("铬",), "8": ("亚硝酸盐", "硝酸盐"), "9": ("苯并[a]芘",),
    "10": ("N-二甲基亚硝胺",), "11": ("多氯联苯",), "12": ("3-氯-1,2-丙二醇",),
}  # fmt: skip
MICROGRAMS = frozenset(["9", "10", "11"])
BEGINS = re.compile(r"^表 (\d+) ")
VALUE = r"(?:—|\d+(?:\.\d+)?(?: mg/L)?(?: ?[bcde])?(?: ?\([^()]*(?:计|内脏)\))?)"
FOOTNOTE = re.compile(r"(?<=[\u4e00-\u9fff)])[abc](?=[\[(、 ]|$)")
NUMBER = re.compile(r"^\d+(?:\.\d+)?(?: mg/L)?")
NO_FOOD = ("食品类别", "中华", "注", "GB", "4.")
# Cells that the text prints on lines of their own, joined by hand as the page shows them.
PRINTED_APART = {
    "酵乳\n  乳粉和调制乳粉\n0.3\n2.0": "酵乳 0.3\n  乳粉和调制乳粉 2.0",
    "涉 及 的\n品种除外)\n2.0\ne": "涉及的品种除外) 2.0",
    "多 汁\n乳菇": "多汁乳菇",
    "多 汁 乳\n菇": "多汁乳菇",
}

Cell = tuple[str, str, str, str]


def cells(text: str) -> Iterator[Cell]:
    """Table, item, food and value of every numeric cell between 表 1 and appendix A."""
    table = ""
    for line in _body(text).split("\n"):
        begins = BEGINS.match(line)
        if begins:
            table = begins[1]
        elif table:
            yield from _in_line(table, line)


def _body(text: str) -> str:
    plain = text.replace("\f", "")
    plain = plain[plain.index("\n表 1 ") : plain.rindex("表 A.1 食品类别(名称)说明\n水果及其")]
    for printed, joined in PRINTED_APART.items():
        plain = plain.replace(printed, joined)
    return plain


def _in_line(table: str, line: str) -> Iterator[Cell]:
    items = ITEMS[table]
    pattern = r"\s*(\S.*?)" + rf" ({VALUE})" * len(items) + r"\s*"
    found = re.fullmatch(pattern, line)
    if found is None or found[1].startswith(NO_FOOD):
        return
    for place, item in enumerate(items, 2):
        number = NUMBER.match(found[place])
        if number:
            yield table, item, label(found[1]), _with_unit(table, number[0])


def _with_unit(table: str, number: str) -> str:
    if number.endswith("mg/L"):
        return number.replace(" ", "")
    return number + ("μg/kg" if table in MICROGRAMS else "mg/kg")


def label(text: str) -> str:
    """A food as printed, without blanks and footnote letters."""
    return FOOTNOTE.sub("", unicodedata.normalize("NFKC", text).strip()).replace(" ", "")


def ours() -> Counter[Cell]:
    """The same four of every row of the register."""
    return Counter(
        (
            line.text("table").removeprefix("表"),
            line.text("item"),
            label(line.text("food")),
            line.text("limit").removeprefix("≤"),
        )
        for line in lines(FOLDER, "gb2762.csv")
    )


def compare(text: str) -> tuple[Counter[Cell], Counter[Cell], int]:
    """Cells that the register lacks, rows that the text lacks, and how many cells there are."""
    theirs = Counter(cells(text))
    mine = ours()
    return theirs - mine, mine - theirs, theirs.total()


def main() -> int:
    """Print what differs; 0 where nothing does or the text is not at hand."""
    folder = os.environ.get("ZHIAN_REFERENCE", "")
    path = Path(folder) / TEXT
    if not folder or not path.exists():
        print(f"not compared: no {TEXT} under ZHIAN_REFERENCE")
        return 0
    lacking, extra, total = compare(path.read_text("utf-8"))
    for title, found in (("missing here", lacking), ("not in the text", extra)):
        for cell in found.elements():
            print(f"{title}: 表{' '.join(cell)}")
    print(f"{total} cells of the text, {lacking.total()} missing here, {extra.total()} extra")
    return 1 if lacking or extra else 0


if __name__ == "__main__":
    sys.exit(main())
