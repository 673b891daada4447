"""The sections of a file as rows: which table, what a value says, and how it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from zhian.apps.registry.models.archive import ROWS, FileRow
from zhian.desk.models import Evidence
from zhian.directory.models import Operator, Premises
from zhian.law import vocabulary
from zhian.law.archive import Field, Section, archive
from zhian.law.offices import business_types
from zhian.law.words import Words
from zhian.web.words import named, say

AND = Words("、", ", ")
YES = {"true": True, "on": True, "1": True, "yes": True, "是": True, "合格": True}
NO = {"false": False, "off": False, "0": False, "no": False, "否": False, "不合格": False}


class BadValue(ValueError):
    """What was written cannot stand in this field; the sentence says why."""

    def __init__(self, words: Words) -> None:
        self.words = words
        super().__init__(words.zh)

    def __str__(self) -> str:
        return say(self.words)


def section_of(key: str) -> Section | None:
    """A section of rows by its key; None where the file has none such."""
    found = archive().sections.get(key)
    return None if found is None or found.own else found


def model_of(section: Section) -> type[FileRow]:
    """The table of a section."""
    return ROWS[section.model]


def joined(texts: Iterable[str]) -> str:
    """Several texts on one line, each once, as the reader's language joins them."""
    return say(AND).join(dict.fromkeys(texts))


def values_of(section: Section, row: Any) -> dict[str, Any]:
    """What a row says, by field."""
    return {field.key: getattr(row, field.key) for field in section.fields}


def text_of(section: Section, field: Field, value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return say(Words("是", "yes") if value else Words("否", "no"))
    if isinstance(value, date):
        return value.isoformat()
    return _named(section, field, value)


def _named(section: Section, field: Field, value: Any) -> str:
    if field.type == "links":
        return joined(say(link.words) for link in archive().links_of("", str(value)))
    if field.type == "choice":
        return say(_choice(section, field, str(value)))
    return named(value) if field.type == "place" else str(value)


def _choice(section: Section, field: Field, key: str) -> Words:
    if field.choices:
        return vocabulary.choice(field.choices, key)
    return own_choices(section, field).get(key, Words(key, key))


def own_choices(section: Section, field: Field) -> dict[str, Words]:
    """The choices of the directory's own fields."""
    if field.key == "business_type":
        return {key: row.words for key, row in business_types().items()}
    table = Operator if section.model == "operator" else Premises
    return {key: Words(str(text), str(text)) for key, text in getattr(table, "KINDS", [])}


def parse(section: Section, field: Field, raw: Any) -> Any:
    """A value from what was written; raises BadValue."""
    if isinstance(raw, bool | date | int | float | Evidence) or raw is None:
        return raw
    text = str(raw).strip()
    if not text:
        return _nothing(section, field)
    return _PARSERS[field.type](section, field, text)


def _nothing(section: Section, field: Field) -> Any:
    if field.must or field is section.title:
        raise BadValue(Words("必填。", "Required."))
    if field.type == "bool":
        return False
    return "" if field.type in ("line", "text", "choice") else None


def _line(section: Section, field: Field, text: str) -> str:
    most = _longest(section, field)
    if most is not None and len(text) > most:
        raise BadValue(Words(f"超过 {most} 字。", f"Longer than {most} characters."))
    return text


def _longest(section: Section, field: Field) -> int | None:
    tables: Mapping[str, Any] = {"operator": Operator, "premises": Premises}
    model = tables.get(section.model) or model_of(section)
    most: int | None = model._meta.get_field(field.key).max_length
    return most


def _day(section: Section, field: Field, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = Words("不是日期，应如 2026-11-24。", "Not a date; write it like 2026-11-24.")
        raise BadValue(words) from None


def _number(section: Section, field: Field, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadValue(Words("应为不小于 0 的整数。", "A whole number from 0 on."))
    return int(text)


def _degree(section: Section, field: Field, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        words = Words("应为度数，如 124.83512。", "Degrees, such as 124.83512.")
        raise BadValue(words) from None


def _bool(section: Section, field: Field, text: str) -> bool:
    known = YES | NO
    if text.lower() not in known:
        raise BadValue(Words("写“是”或者“否”。", "Write yes or no."))
    return known[text.lower()]


def _one_of(section: Section, field: Field, text: str) -> str:
    """A choice by its key, or by what it is called in either language."""
    offered = (
        {c.key: c.words for c in vocabulary.choices(field.choices)}
        if field.choices
        else own_choices(section, field)
    )
    for key, words in offered.items():
        if text in (key, words.zh, words.en):
            return key
    listed = AND.zh.join(words.zh for words in offered.values())
    listed_en = AND.en.join(words.en for words in offered.values())
    raise BadValue(Words(f"应为：{listed}。", f"One of: {listed_en}."))


def _refused(section: Section, field: Field, text: str) -> Any:
    raise BadValue(Words("此栏不能这样填写。", "This field is not written like this."))


_PARSERS = {
    "line": _line,
    "text": _line,
    "date": _day,
    "number": _number,
    "degree": _degree,
    "bool": _bool,
    "choice": _one_of,
    "file": _refused,
    "place": _refused,
    "links": _line,
}
