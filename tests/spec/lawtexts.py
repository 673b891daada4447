"""Finds an article in the saved law texts of the reference folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from zhian.law.rules import Source

DIGITS = "零一二三四五六七八九"
# texts whose file is not named after the title of the source
FILES = {
    "FSL": "食品安全法2025-09-12.md",
    "RECALL2015": "食品召回管理办法2015(至2026-11-30).txt",
    "RECALL2026": "食品召回管理办法.md",
    "APL": "行政处罚法2021.md",
    "AEL": "行政强制法2011.md",
    "ALL": "行政许可法2019.md",
}
BLANKS = re.compile(r"[ \t\r　\u200b\u2002\u2003\xa0*]+")


def numeral(number: int) -> str:
    """A number below a thousand as an article writes it: 64 is 六十四, 105 is 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")


def numbers(article: str) -> Iterator[int]:
    """The articles that a rule cites: `22,23` and `18-19` are two each; a named part is none."""
    for part in article.rstrip("?").split(","):
        first, _, last = part.partition("-")
        if first.isdigit():
            yield from range(int(first), int(last or first) + 1)


class Texts:
    """The saved texts by source; an article is None where text or article is missing."""

    def __init__(self, folder: Path, sources: Mapping[str, Source]) -> None:
        self._files = {key: path for key in sources if (path := _file(folder, sources[key]))}
        self._read = lru_cache(maxsize=None)(self._text)

    def has(self, source: str) -> bool:
        """Whether the text of a source is saved."""
        return source in self._files

    def cited(self, source: str, article: str) -> str | None:
        """All articles that a rule cites, one after the other."""
        if not self.has(source):
            return None
        found = [self._article(source, number) for number in numbers(article)]
        return "\n".join(filter(None, found)) or None

    def _text(self, source: str) -> str:
        return BLANKS.sub("", self._files[source].read_text("utf-8"))

    def _article(self, source: str, number: int) -> str | None:
        text = self._read(source)
        start = _heading(number).search(text)
        if start is None:
            return None
        end = _heading(number + 1).search(text, start.end())
        return text[start.start() : end.start() if end else start.end() + 1500].strip()


def _heading(number: int) -> re.Pattern[str]:
    return re.compile(rf"^[#>-]*第{numeral(number)}条(?![的第规、和或])", re.MULTILINE)


def _file(folder: Path, source: Source) -> Path | None:
    title = source.title.zh
    names = (FILES.get(source.key, ""), f"{title}.md", f"中华人民共和国{title}.md")
    return next((folder / name for name in names if name and (folder / name).exists()), None)
