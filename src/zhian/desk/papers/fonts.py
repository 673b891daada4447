"""Fonts of documents: which there are, in which order, and which characters they hold.

Only two folders count: the office's own (ZHIAN_FONTS: 仿宋, 小标宋, 黑体) and the one beside this
file. Fonts of the machine are never asked, so that a paper looks the same wherever it is printed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from fontTools.ttLib import TTFont

from zhian.desk.errors import Reason, Refused
from zhian.law.words import Words

FOLDER = Path(__file__).parents[1] / "fonts"
FILES = {".ttf", ".otf", ".ttc", ".otc"}
FETCHED_BY = "python scripts/front_end.py"
HOUSE = ("Noto Serif SC", "Noto Sans SC", "Noto Serif JP")
# GB/T 9704-2012, 5.2.2, 7.3.1, 7.3.3: body 仿宋, title 小标宋, headings 黑体. Where the office has
# none of these, Noto Serif stands for the first two and Noto Sans for the third.
ROLES = {
    "body": ("仿宋", "fangsong", "fang song"),
    "title": ("小标宋", "xiaobiaosong", "xbs"),
    "sans": ("黑体", "heiti", "simhei"),
}
_SET_BY_LAYOUT = "\n\r\t"
UNKNOWN = "□"  # 虚缺号: stands for a character that cannot be given


class FontsMissing(Refused):
    """Documents cannot be printed or checked: the folder of fonts is empty."""

    def __init__(self) -> None:
        zh = f"没有文书字体，不能打印或制发文书。请管理员在安装目录运行 {FETCHED_BY}。"
        en = (
            "The fonts of documents are missing, so none can be printed or issued. "
            f"An administrator runs `{FETCHED_BY}` in the installation's folder."
        )
        super().__init__(Reason(Words(zh, en), code="FONTS"))


@dataclass(frozen=True, slots=True)
class Face:
    """One font file (or one font of a collection) under the name that templates use."""

    family: str
    path: str
    index: int


@dataclass(frozen=True, slots=True)
class Book:
    """Every font that a document may use, ready for typst."""

    fonts: typst.Fonts
    faces: tuple[Face, ...]

    @property
    def families(self) -> tuple[str, ...]:
        """The office's own families, then the house's in their order of fallback."""
        found = dict.fromkeys(face.family for face in self.faces)
        own = sorted(name for name in found if name not in HOUSE)
        return (*own, *(name for name in HOUSE if name in found))

    def chain(self, role: str) -> list[str]:
        """The families in which a part of the paper is set, best first, none left out."""
        wanted = ROLES[role]
        house = HOUSE[1] if role == "sans" else HOUSE[0]
        rank = {name: 0 for name in self.families if _is_called(name, wanted)}
        rank.setdefault(house, 1)
        return sorted(self.families, key=lambda name: rank.get(name, 2 + (name not in HOUSE)))


def _is_called(family: str, names: Iterable[str]) -> bool:
    return any(name in family.lower() for name in names)


def folders() -> tuple[Path, ...]:
    """Where fonts may be: the office's own folder first."""
    own = getattr(settings, "OFFICE_FONTS", "")
    return tuple(folder for folder in (Path(own) if own else None, FOLDER) if folder)


def book() -> Book:
    """The fonts of this office; a folder that was filled meanwhile is seen. Raises FontsMissing."""
    files = tuple(sorted(file for folder in folders() for file in _files(folder)))
    if not files:
        raise FontsMissing
    return _book(tuple(map(str, folders())), files)


def _files(folder: Path) -> Iterable[tuple[str, int]]:
    if not folder.is_dir():
        return ()
    found = (p for p in folder.rglob("*") if p.suffix.lower() in FILES)
    return [(str(p), p.stat().st_mtime_ns) for p in found]


@lru_cache(maxsize=1)
def _book(paths: tuple[str, ...], _files: tuple[tuple[str, int], ...]) -> Book:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[path for path in paths if Path(path).is_dir()],
    )
    faces = tuple(Face(f.family, f.path, f.index) for f in fonts.fonts() if f.path)
    return Book(fonts, faces)


@lru_cache(maxsize=32)
def _holds(path: str, index: int) -> frozenset[int]:
    with TTFont(path, lazy=True, fontNumber=index) as font:
        return frozenset(font.getBestCmap() or ())


def _family_holds(faces: Iterable[Face], family: str, character: str) -> bool:
    """In every weight: a bold title must not lose what the regular text shows."""
    mine = [face for face in faces if face.family == family]
    return all(ord(character) in _holds(face.path, face.index) for face in mine)


def missing_glyphs(text: str) -> list[str]:
    """The characters of a text that no font can print, in the order they come; else empty."""
    known = book()
    wanted = [c for c in dict.fromkeys(text) if _is_printed(c)]
    for family in known.chain("body"):
        wanted = [c for c in wanted if not _family_holds(known.faces, family, c)]
        if not wanted:
            break
    return wanted


def marked(value: Any) -> Any:
    """Texts, and lists and tables of them, with □ for every character that no font holds."""
    missing = missing_glyphs("".join(_all_of(value)))
    return _marked(value, str.maketrans(dict.fromkeys(missing, UNKNOWN))) if missing else value


def _all_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _all_of(inner)


def _marked(value: Any, table: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, Mapping):
        return {name: _marked(inner, table) for name, inner in value.items()}
    return [_marked(inner, table) for inner in value] if isinstance(value, list) else value


def _is_printed(character: str) -> bool:
    """Line ends are set by the layout; joiners and variation selectors leave no mark."""
    if character in _SET_BY_LAYOUT or unicodedata.category(character) == "Cf":
        return False
    return not unicodedata.name(character, "").startswith("VARIATION SELECTOR")
