"""Test items: what the many spellings of a laboratory's item stand for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from zhian.law.limits.tables import FOLDER, Line, lines

ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]{2,}\]")
EXPRESSED = re.compile(r"\((?:以|干|湿)[^()]*(?:\([^()]*\)[^()]*)*\)")
FOOTNOTES = re.compile(r"(?<=[\u4e00-\u9fff)])[a-k]{1,3}$")
EDGES = " :;,.、·*"


@dataclass(frozen=True, slots=True)
class Item:
    """A test item by its usual name; `closed` means that what no table lists is not allowed."""

    name: str
    also: tuple[str, ...] = ()
    cas: str = ""
    en: str = ""
    kind: str = ""
    closed: bool = False
    speciated: str = ""
    known: bool = True


@dataclass(slots=True)
class ItemBook:
    """All items by every name they go by; `totals` finds 总砷 by 无机砷."""

    items: dict[str, Item]
    totals: dict[str, Item] = field(default_factory=dict)
    _names: dict[str, Item] = field(default_factory=dict)
    _seen: dict[str, Item] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.items.values():
            if item.speciated:
                self.totals[item.speciated] = item
            for name in (item.name, *item.also, item.cas):
                if name:
                    self._names.setdefault(plain(name), item)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> ItemBook:
        """The items of a data folder; TableError where a line is wrong."""
        found = (_item(line) for line in lines(folder, "items.csv"))
        return cls({item.name: item for item in found})

    def find(self, text: str) -> Item:
        """The item that a text names; one of no table keeps its own name (`known` is False)."""
        found = self._seen.get(text)
        if found is None:
            found = self._seen[text] = self._find(text)
        return found

    def _find(self, text: str) -> Item:
        for name in readings(text):
            if name in self._names:
                return self._names[name]
        return Item(readings(text)[-1] or text.strip(), known=False)


def _item(line: Line) -> Item:
    return Item(
        line.needed("item"),
        line.listed("also"),
        line.text("cas"),
        line.needed("en"),
        line.needed("kind"),
        line.text("closed") == "closed",
        line.text("speciated"),
    )


@lru_cache(maxsize=1 << 12)
def plain(text: str) -> str:
    """A name as it is compared: full-width forms made plain, no blanks, small letters."""
    form = unicodedata.normalize("NFKC", text).lower()
    return "".join(form.split()).strip(EDGES)


def readings(text: str) -> tuple[str, ...]:
    """A name as written, without what it is expressed as, without brackets, without footnotes."""
    whole = plain(text)
    expressed = EXPRESSED.sub("", whole)
    bare = ASIDE.sub("", expressed)
    return tuple(dict.fromkeys((whole, expressed, bare, FOOTNOTES.sub("", bare))))
