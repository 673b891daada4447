"""What one cell means: a choice, a day or moment, spans, yes or no; raises table.Wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from unicodedata import normalize
from zoneinfo import ZoneInfo

from zhian.directory.imports.table import Row, Wrong
from zhian.law import vocabulary
from zhian.law.words import Words

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST_NAMED = 12
YES = {"是", "y", "yes", "true", "1", "√"}
NO = {"", "否", "n", "no", "false", "0", "×"}
_PART = re.compile(r"[;；\n]+")
_SPAN = re.compile(r"\s*(?:\.\.+|…+|~|～|至|到|—+)\s*")
_MOMENT = re.compile(r"(.+?)[ T](\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?")


def bare(text: str) -> str:
    """A name as it is compared: width, case, blanks and brackets' form make no difference."""
    return "".join(normalize("NFKC", text).casefold().split())


def parts(text: str) -> list[str]:
    """The parts of a cell that holds several, separated by semicolons or lines."""
    return [part.strip() for part in _PART.split(text) if part.strip()]


def named(row: Row, key: str, allowed: Mapping[str, Words], what: Words) -> str:
    """The key that a cell names by key or by its word in either language."""
    return find(key, row.text(key), allowed, what)


def find(column: str, text: str, allowed: Mapping[str, Words], what: Words) -> str:
    """The same for a text from a cell; the error lists what is allowed."""
    name = means(text, allowed)
    if name is not None:
        return name
    zh, en = listed(w.zh for w in allowed.values()), listed(w.en for w in allowed.values())
    raise Wrong(
        column,
        f"没有{what.zh}“{text}”；可填：{zh}。",
        f"There is no {what.en} “{text}”; allowed: {en}.",
    )


def means(text: str, allowed: Mapping[str, Words]) -> str | None:
    """The key that a text names by key or by its word in either language; None where it names
    none."""
    wanted = bare(text)
    for name, words in allowed.items():
        if wanted in {bare(name), bare(words.zh), bare(words.en)}:
            return name
    return None


def listed(texts: Iterable[str]) -> str:
    """What is allowed, in one line that stays readable."""
    rows = [text for text in texts if text]
    more = "…" if len(rows) > MOST_NAMED else ""
    return "、".join(rows[:MOST_NAMED]) + more


def choice(row: Row, key: str, list_name: str, default: str = "") -> str:
    """An answer of a closed list of the law, by key or word; an empty cell is the default."""
    if not row.text(key):
        return default
    rows = {c.key: c.words for c in vocabulary.choices(list_name)}
    return named(row, key, rows, Words("选项", "choice"))


def yes(row: Row, key: str) -> bool:
    """A cell that says yes or no; empty is no."""
    text = bare(row.text(key))
    if text in YES | NO:
        return text in YES
    raise Wrong(
        key,
        f"“{row.text(key)}”不是“是”或者“否”。",
        f"“{row.text(key)}” is neither yes nor no.",
    )


def day(row: Row, key: str, today: date, required: bool = True) -> date | None:
    """A day that lies in the past or is today."""
    found = row.day(key)
    if found is None and required:
        raise Wrong(key, "此格必填。", "This cell must be filled.")
    if found is not None and found > today:
        raise Wrong(key, f"{found} 晚于今天。", f"{found} lies in the future.")
    return found


def moment(row: Row, key: str, now: datetime) -> datetime:
    """A day or a local time in the past; a day is its first moment."""
    text = row.text(key)
    clock = _MOMENT.fullmatch(text)
    given = Row(row.number, {key: clock[1]}) if clock else row
    found = day(given, key, now.astimezone(SHANGHAI).date())
    assert found is not None
    hour, minute = (int(clock[2]), int(clock[3])) if clock else (0, 0)
    if hour > 23 or minute > 59:
        raise Wrong(key, f"“{text}”不是时间。", f"“{text}” is no time of day.")
    at = datetime(found.year, found.month, found.day, hour, minute, tzinfo=SHANGHAI)
    if at > now:
        raise Wrong(key, f"{text} 晚于现在。", f"{text} lies in the future.")
    return at


def spans(row: Row, key: str, today: date) -> list[tuple[date, date]]:
    """Spans of days such as 2026-09-01..2026-09-10; both ends belong to the span."""
    return [_span(key, part, today) for part in parts(row.text(key))]


def _span(key: str, text: str, today: date) -> tuple[date, date]:
    ends = _SPAN.split(text)
    if len(ends) != 2:
        raise Wrong(
            key,
            f"“{text}”不是期间，请写作 2026-09-01..2026-09-10。",
            f"“{text}” is no span; write 2026-09-01..2026-09-10.",
        )
    first, last = (day(Row(0, {key: end}), key, today) for end in ends)
    assert first is not None and last is not None
    if last < first:
        raise Wrong(key, f"“{text}”的结束早于开始。", f"“{text}” ends before it begins.")
    return first, last
