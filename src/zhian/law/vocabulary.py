"""The closed lists that procedures speak in: choices, documents, number series, standings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zhian.law.words import Words, words_of

DATA = Path(__file__).parent / "data"


class UnknownWord(LookupError):
    """A list, document, series or standing that the data does not know."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a closed list."""

    key: str
    words: Words


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of official document; `series` is where its number comes from, if it has one."""

    key: str
    words: Words
    series: str | None
    article: str


@cache
def _table(name: str) -> Mapping[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _row(file: str, key: str) -> Mapping[str, Any]:
    row = _table(file).get(key)
    if not isinstance(row, dict):
        raise UnknownWord(f"{file} 中没有 [{key}] / {file} has no [{key}]")
    return row


@cache
def choices(name: str) -> tuple[Choice, ...]:
    """The answers of a list in choices.toml, in their order; raises UnknownWord."""
    rows = _table("choices.toml").get(name)
    if not isinstance(rows, list):
        raise UnknownWord(f"choices.toml 中没有 {name} / choices.toml has no {name}")
    return tuple(Choice(row["key"], words_of(row)) for row in rows)


@cache
def choice_keys(name: str) -> frozenset[str]:
    """The keys of a list of choices."""
    return frozenset(row.key for row in choices(name))


def choice(name: str, key: str) -> Words:
    """The label of one answer; the key itself where the list has changed since."""
    return next((row.words for row in choices(name) if row.key == key), Words(key, key))


@cache
def document(key: str) -> Paper:
    """One kind of document in documents.toml; raises UnknownWord."""
    row = _row("documents.toml", key)
    return Paper(key, words_of(row), row.get("series"), str(row.get("article", "")))


@cache
def documents() -> tuple[Paper, ...]:
    """Every kind of document."""
    return tuple(document(key) for key in _table("documents.toml"))


def series_word(key: str) -> str:
    """The word of a number series (series.toml), e.g. 责改."""
    return str(_row("series.toml", key)["word"])


@cache
def standing(key: str) -> Words:
    """The label of a standing (standings.toml)."""
    return words_of(_row("standings.toml", key))


@cache
def field(*keys: str) -> Words:
    """What the first of these fields that fields.toml knows is called; the key where none is."""
    known = _table("fields.toml")
    found = next((key for key in keys if key in known), None)
    return words_of(known[found]) if found else Words(keys[0], keys[0])
