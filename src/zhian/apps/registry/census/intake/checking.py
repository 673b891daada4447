"""Whether the rows of a roster can be believed: what must be corrected, and what is only odd.

Faults stop the whole file; remarks are told and the rows taken in as they stand, because a wrong
code or an unknown word is what the department has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zhian.apps.registry.census.columns import KNOWN_ROSTERS, TITLES, Map
from zhian.apps.registry.census.intake import elsewhere
from zhian.apps.registry.census.intake.faults import Fault
from zhian.apps.registry.census.intake.reading import Table
from zhian.apps.registry.census.kinds import RosterKind, roster_words
from zhian.directory.models import Place
from zhian.law.identifiers import is_uscc
from zhian.law.words import Words
from zhian.methods.linkage import normalise

LONGEST = {
    "rid": 100, "name": 200, "uscc": 60, "owner": 100, "phone": 100, "addr": 300, "licence": 60,
    "status": 60, "kind": 60,
}  # fmt: skip
TRANSLATED = ("status", "kind")
MOSTLY = 0.5
FEW = 20
Values = Mapping[str, Mapping[str, str]]
_OLD_NUMBER = re.compile(r"\d{15}")
valid_code = lru_cache(maxsize=1 << 18)(is_uscc)

NAME_MISSING = Words("这一行没有名称。", "This row has no name.")
CODE_WRONG = Words(
    "信用代码的校验位不对，按没有代码处理。",
    "The check digit of the credit code is wrong; taken as if there were none.",
)
ODD_COLUMNS: dict[str, tuple[Callable[[str], bool], Words]] = {
    "uscc": (
        lambda text: len(normalise.code(text)) >= 13,
        Words(
            "这一列多半不像信用代码或者注册号。",
            "Most of this column does not look like credit codes or registration numbers.",
        ),
    ),
    "phone": (
        lambda text: sum(c.isdigit() for c in text) >= 7,
        Words("这一列多半不像电话号码。", "Most of this column does not look like telephones."),
    ),
    "name": (
        lambda text: not text.replace(".", "").replace("-", "").isdigit(),
        Words("“名称”列多半是数字。", "Most of the names are numbers."),
    ),
    "addr": (
        lambda text: not text.replace(".", "").replace("-", "").isdigit(),
        Words("“地址”列多半是数字。", "Most of the addresses are numbers."),
    ),
    "owner": (
        lambda text: not any(c.isdigit() for c in text),
        Words("“经营者”列多半含有数字。", "Most of the owners contain figures."),
    ),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows in our words, and what was found. `unknown`: status or kind → their word → rows."""

    table: Table
    faults: list[Fault]
    remarks: list[Fault]
    unknown: Mapping[str, Mapping[str, int]]


def check(table: Table, kind: RosterKind, here: Place, values: Values) -> Checked:
    """Look through the rows and put their words of status and kind into ours.

    values: status or kind → their word → ours, as the department chose.
    """
    faults = [*table.faults, *_columns(table)]
    faults += _names(table)
    faults += _same_ids(table)
    faults += _lengths(table)
    faults += _stated(table, kind)
    unknown = _translate(table, values)
    remarks = [*table.remarks, *_codes(table), *_elsewhere(table, here)]
    remarks += _unknown(unknown)
    return Checked(table, faults, remarks, unknown)


def _columns(table: Table) -> Iterator[Fault]:
    """A column that holds something else than its field: the wrong one was chosen."""
    for name, (fits, words) in ODD_COLUMNS.items():
        filled = [text for text in table.columns[name] if text]
        odd = [text for text in filled if not fits(text)]
        if len(filled) >= FEW and len(odd) > MOSTLY * len(filled):
            yield Fault("wrong_column", words, table.at[0][0], 0, name, odd[0])


def _names(table: Table) -> Iterator[Fault]:
    for row, name in enumerate(table.columns["name"]):
        if not name:
            yield table.fault("name_missing", row, "name", NAME_MISSING)


def _same_ids(table: Table) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for row, rid in enumerate(table.columns["rid"]):
        before = first.setdefault(rid, row) if rid else row
        if before != row:
            number = table.at[before][1]
            words = Words(
                f"编号与第 {number} 行相同；同一名册里编号不能重复。",
                f"The same number as row {number}; numbers must differ within a roster.",
            )
            yield table.fault("same_id", row, "rid", words, rid)


def _lengths(table: Table) -> Iterator[Fault]:
    for name, most in LONGEST.items():
        for row, text in enumerate(table.columns[name]):
            if len(text) > most:
                words = Words(
                    f"“{TITLES[name].zh}”有 {len(text)} 个字，最多 {most} 个。",
                    f"“{TITLES[name].en}” has {len(text)} characters; {most} at most.",
                )
                yield table.fault("too_long", row, name, words, text)


def _stated(table: Table, kind: RosterKind) -> Iterator[Fault]:
    """Rows that say themselves that they belong to another roster."""
    ours = {text: Map().roster(text) for text in set(table.stated) if text}
    for row, text in enumerate(table.stated):
        other = ours.get(text, kind.name)
        if other != kind.name and other in KNOWN_ROSTERS:
            called = roster_words(other)
            words = Words(
                f"这一行写明属于“{called.zh}”，不是“{kind.words.zh}”：请核对文件或者名册。",
                f"This row says that it belongs to “{called.en}”, not “{kind.words.en}”: check the "
                "file or the roster.",
            )
            yield table.fault("other_roster", row, "roster", words, text)


def _codes(table: Table) -> Iterator[Fault]:
    for row, text in enumerate(table.columns["uscc"]):
        code = normalise.code(text) if text else ""
        if code and not _OLD_NUMBER.fullmatch(code) and not valid_code(code):
            yield table.fault("code_wrong", row, "uscc", CODE_WRONG, text)


def _elsewhere(table: Table, here: Place) -> Iterator[Fault]:
    for row, text in enumerate(table.columns["addr"]):
        other = elsewhere.named(text, here) if text else ""
        if other:
            words = Words(f"地址写的是{other}，不在本县。", f"The address lies in {other}.")
            yield table.fault("elsewhere", row, "addr", words, text)


def _translate(table: Table, values: Values) -> dict[str, dict[str, int]]:
    """Our words for theirs; the word that nobody knows stays with the row and counts as none."""
    mapping, unknown = Map(values=values), {}
    for name in TRANSLATED:
        column = table.columns[name]
        counts = Counter(column)
        ours = {word: mapping.means(name, word) for word in counts}
        unknown[name] = {word: n for word, n in counts.most_common() if ours[word] is None}
        for row, word in enumerate(column):
            if word and ours[word] != word:
                table.rest[row][TITLES[name].zh] = word
        table.columns[name] = [ours[word] or "" for word in column]
    return unknown


def _unknown(unknown: Mapping[str, Mapping[str, int]]) -> Iterator[Fault]:
    for name, found in unknown.items():
        for word, number in found.items():
            words = Words(
                f"{number:,} 行的“{word}”不认识，按不详处理；可以在“用词对应”里选定。",
                f"“{word}” in {number:,} rows is not understood and counts as unknown; choose what "
                "it means under “Words”.",
            )
            yield Fault("word_unknown", words, "", 0, name, word)


def file_name(stem: str, kind: RosterKind) -> Sequence[Fault]:
    """A file whose name is that of another roster."""
    other = Map().roster(stem)
    if other == kind.name or other not in KNOWN_ROSTERS:
        return ()
    called = roster_words(other)
    words = Words(
        f"文件名像是“{called.zh}”，而选的名册是“{kind.words.zh}”：请核对。",
        f"The file is named like “{called.en}”, but the roster chosen is “{kind.words.en}”.",
    )
    return (Fault("file_name", words, value=stem),)
