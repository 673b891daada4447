"""Due dates for a whole file: rule,at[,pause][,extend] in, rule,at,due,provisional,reason out."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import TextIO

from zhian.law.counting import Pause
from zhian.law.errors import LawError
from zhian.law.moments import parse_at, parse_length, parse_pause
from zhian.law.reckoning import Reckoner

OWN_LENGTH = frozenset(["yes", "true", "x", "y", "extend", "是"])


class BatchError(LawError):
    """The file is no table of questions; the sentence says what is missing."""


class NotALength(LawError):
    """The extend cell holds neither a length nor a yes."""


def run_batch(path: Path, out: TextIO, reckoner: Reckoner, language: str = "zh") -> int:
    """Answers every row of a csv file in its order; what cannot be counted gets its reason."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            reader = csv.reader(lines)
            rows = _rows(path.name, next(reader, []), reader, reckoner, language)
    except (OSError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise BatchError(f"{path} 无法读取（{why}）", f"{path} cannot be read ({why})") from error
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["rule", "at", "due", "provisional", "reason"])
    writer.writerows(rows)
    return 0


def _rows(
    file: str, header: list[str], lines: Iterable[list[str]], reckoner: Reckoner, language: str
) -> list[tuple[str, str, str, str, str]]:
    names = [name.strip().lower() for name in header]
    for needed in ("rule", "at"):
        if needed not in names:
            raise BatchError(f"{file} 缺少 {needed} 列", f"{file} has no column {needed}")
    wanted = ("rule", "at", "pause", "extend")
    cells = itemgetter(*(names.index(name) if name in names else -1 for name in wanted))
    answers, known = [], dict[tuple[str, ...], tuple[str, str, str]]()
    for line in lines:
        if line:
            line += [""] * (len(names) - len(line) + 1)  # the last is what a missing column reads
            question = cells(line)
            if question not in known:
                known[question] = _answered(reckoner, language, *question)
            answers.append((*question[:2], *known[question]))
    return answers


def _answered(
    reckoner: Reckoner, language: str, name: str, when: str, pause: str, extend: str
) -> tuple[str, str, str]:
    try:
        at = parse_at(when.strip())
        pauses = parse_pauses(pause) if pause else ()
        lengths = parse_extend(extend) if extend else ()
        due = reckoner.due(name.strip(), at, pauses=pauses, extend=lengths)[1]
    except LawError as error:
        return "", "false", error.words.text(language)
    reason = due.reason.text(language) if due.reason else ""
    text = when.strip() if due.immediate else due.text
    return text, "true" if due.provisional else "false", reason


@lru_cache(maxsize=1 << 16)
def parse_pauses(text: str) -> tuple[Pause, ...]:
    """Several pauses FROM..TO separated by semicolons."""
    return tuple(parse_pause(part.strip()) for part in text.split(";") if part.strip())


def parse_extend(text: str) -> tuple[int | None, ...]:
    """Nothing, a length in the rule's unit, or a yes for the length the article grants."""
    text = text.strip().lower()
    if text in ("", "no", "false", "否"):
        return ()
    if text in OWN_LENGTH:
        return (None,)
    length = parse_length(text)
    if length is not None:
        return (length,)
    raise NotALength(
        f"extend 应为正整数或 yes，不是“{text}”", f"extend is a whole number or yes, not “{text}”"
    )
