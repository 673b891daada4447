"""What people read, in Chinese and English beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One text of the office in both languages; an empty one is a label that is still missing."""

    zh: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.zh and self.en)

    def __str__(self) -> str:
        return self.zh

    def text(self, language: str = "zh") -> str:
        """The text for a language code such as `zh-hans` or `en`; Chinese where it is unknown."""
        return self.en if language.lower().startswith("en") else self.zh

    def format(self, **values: object) -> Words:
        """The same text with `{name}` filled in; a value that is Words speaks its own language."""
        zh = {k: v.zh if isinstance(v, Words) else v for k, v in values.items()}
        en = {k: v.en if isinstance(v, Words) else v for k, v in values.items()}
        return Words(self.zh.format(**zh), self.en.format(**en))


NO_WORDS = Words("", "")


def words_of(table: Mapping[str, object]) -> Words:
    """The `zh` and `en` of a table in a data file; a missing side stays empty for the checker."""
    return Words(str(table.get("zh", "")), str(table.get("en", "")))


def joined(parts: tuple[Words, ...], zh: str, en: str) -> Words:
    """Several texts as one, with the joining word of each language."""
    return Words(zh.join(p.zh for p in parts), en.join(p.en for p in parts))
