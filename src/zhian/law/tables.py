"""Reading a table of a data file with complaints that name the file, the table and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from zhian.law.errors import LawError
from zhian.law.words import NO_WORDS, Words


class RuleFileError(LawError):
    """A data file is wrong: `file` and `table` say where, the sentence says what."""

    def __init__(self, file: str, table: str, zh: str, en: str) -> None:
        where = f"{file}, [{table}]" if table else file
        super().__init__(f"{where}：{zh}", f"{where}: {en}")
        self.file, self.table = file, table
        self.what = Words(zh, en)


def names(text: str) -> frozenset[str]:
    """A closed list of words, written as one text with spaces."""
    return frozenset(text.split())


def read_toml(path: Path, file: str) -> dict[str, Any]:
    """The tables of a file, not to be changed; RuleFileError if it is missing or no TOML."""
    try:
        seen = path.stat()
        return _parsed(path, seen.st_mtime_ns, seen.st_size, seen.st_ino)
    except FileNotFoundError:
        raise RuleFileError(file, "", "文件不存在", "the file does not exist") from None
    except (OSError, ValueError) as error:
        raise RuleFileError(
            file, "", f"无法读取（{error}）", f"cannot be read ({error})"
        ) from error


@lru_cache(maxsize=128)
def _parsed(path: Path, *version: int) -> dict[str, Any]:
    """A file is read once for all the checks that look at it, and again when it has changed."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Table:
    """One table under its name; each getter refuses what has the wrong type."""

    file: str
    name: str
    values: Mapping[str, Any]

    def wrong(self, zh: str, en: str) -> RuleFileError:
        """The error to raise about this table."""
        return RuleFileError(self.file, self.name, zh, en)

    def known(self, keys: frozenset[str]) -> None:
        """Refuses a key that nobody reads."""
        for key in self.values.keys() - keys:
            raise self.wrong(f"未知的键 {key}", f"unknown key {key}")

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty text; without a default it must be there."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or not (value.strip() or key not in self.values):
            raise self.wrong(f"{key} 应为非空文字", f"{key} must be a text that is not empty")
        return value

    def words(self, key: str, required: bool = False) -> Words:
        """A text in both languages, each side non-empty."""
        value = self.values.get(key)
        if value is None and not required:
            return NO_WORDS
        if not _bilingual(value):
            raise self.wrong(
                f"{key} 应写成 {{ zh = …, en = … }}，两种文字都要有",
                f"{key} must be {{ zh = …, en = … }} with both sides filled in",
            )
        return Words(value["zh"], value["en"])  # type: ignore[index]

    def number(self, key: str) -> int | None:
        """A whole number from 0 on, if given."""
        value = self.values.get(key)
        if value is None:
            return None
        if type(value) is not int or value < 0:
            raise self.wrong(f"{key} 应为非负整数", f"{key} must be a whole number from 0 on")
        return value

    def day(self, key: str) -> date | None:
        """A date, if given."""
        value = self.values.get(key)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.wrong(f"{key} 应为日期", f"{key} must be a date")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty if not given."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.wrong(f"{key} 应为文字列表", f"{key} must be a list of texts")
        return tuple(value)

    def choice(self, key: str, allowed: frozenset[str], default: str | None = None) -> str:
        """One of a closed list."""
        value = self.text(key, default)
        if value not in allowed:
            listed = ", ".join(sorted(allowed))
            raise self.wrong(f"{key} 只能是 {listed}", f"{key} must be one of {listed}")
        return value

    def table(self, key: str) -> Table | None:
        """The inner table of a key, if given."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(f"{key} 应为表", f"{key} must be a table")
        return Table(self.file, f"{self.name}.{key}", value)


def _bilingual(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"zh", "en"}:
        return False
    return all(isinstance(side, str) and side.strip() for side in value.values())
