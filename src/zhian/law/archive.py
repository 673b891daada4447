"""一企一档: the sections of an operator's file, who needs them, and the score of completeness.

`archive()` reads data/archive.toml once. All of it is values: what stands in the database is handed
in as plain facts (which fields and sections are filled), so that a score can be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from zhian.law.check import Problem
from zhian.law.offices import business_types
from zhian.law.rules import DATA
from zhian.law.tables import RuleFileError, Table, names, read_toml
from zhian.law.vocabulary import UnknownWord, choices
from zhian.law.words import NO_WORDS, Words

FILE = "archive.toml"
EVERY = "*"
FIELD_TYPES = names("line text date number bool file choice place links degree")
MODELS = names(
    "operator premises staff_member workforce product equipment test_means supplier "
    "standard_adopted quality_document training weak_point help"
)
OWN = frozenset({"operator", "premises"})
_NEED = frozenset({"required", "unless", "weight", "why"})
_SECTION = _NEED | names("zh en model fields one_of_each source article")
_FIELD = _NEED | names("zh en type choices personal must hint")


@dataclass(frozen=True, slots=True)
class Need:
    """Who must have something, how many points it is worth, and why."""

    types: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    weight: int = 0
    why: Words = NO_WORDS

    def applies(self, kind: str, types: Collection[str]) -> bool:
        """Whether an operator of a kind with these business types needs it."""
        if not self.weight or kind in self.unless:
            return False
        return EVERY in self.types or not self.types.isdisjoint(types)


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of a section: what it is called, how it is written, who may read it."""

    key: str
    words: Words
    type: str
    choices: str = ""
    must: bool = False
    personal: bool = False
    hint: Words = NO_WORDS
    need: Need = field(default_factory=Need)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the file; `each` names the field whose choices count one by one."""

    key: str
    words: Words
    model: str
    fields: tuple[Field, ...]
    need: Need
    each: str = ""
    source: str = ""
    article: str = ""

    @property
    def own(self) -> bool:
        """Whether it is a table of the directory, not rows of the file."""
        return self.model in OWN

    @property
    def title(self) -> Field:
        """The field that a row is called by."""
        return self.fields[0]

    def field(self, key: str) -> Field:
        """One of its fields; raises KeyError."""
        return next(f for f in self.fields if f.key == key)


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A link of the chain from field to table, and the business types that stand in it."""

    key: str
    words: Words
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Archive:
    """What a file holds."""

    sections: Mapping[str, Section]
    chain: Mapping[str, ChainLink]

    @property
    def rows(self) -> tuple[Section, ...]:
        """The sections that are kept as dated rows of the file."""
        return tuple(s for s in self.sections.values() if not s.own)

    def links_of(self, business_type: str, own: str = "") -> tuple[ChainLink, ...]:
        """The links of premises: its own where some are named, else those of its type."""
        named = own.split()
        return tuple(
            link
            for key, link in self.chain.items()
            if (key in named if named else business_type in link.types)
        )


@dataclass(frozen=True, slots=True)
class Point:
    """One thing the score counts: of a section or of one of its fields, and whether it is there."""

    section: str
    field: str
    words: Words
    why: Words
    weight: int
    share: float

    @property
    def missing(self) -> bool:
        """Whether points are still to be had."""
        return self.share < 1


@dataclass(frozen=True, slots=True)
class Score:
    """How complete a file is."""

    points: tuple[Point, ...]

    @property
    def percent(self) -> int:
        """Points had of those that apply, in whole percent rounded down; 100 where none applies."""
        wanted = sum(p.weight for p in self.points)
        had = sum(p.weight * p.share for p in self.points)
        return int(100 * had / wanted + 1e-9) if wanted else 100

    @property
    def missing(self) -> tuple[Point, ...]:
        """What is missing, the dearest first."""
        gaps = [p for p in self.points if p.missing]
        return tuple(sorted(gaps, key=lambda p: -p.weight * (1 - p.share)))


def score(
    kind: str, types: Collection[str], filled: Collection[str], each: Mapping[str, int]
) -> Score:
    """The completeness of one file.

    kind: kind of operator; types: its business types; filled: `subject.phone`, `premises.address`
    and section keys that hold something; each: how many of its choices a `one_of_each` section has.
    """
    known = archive()
    return Score(tuple(_points(known, kind, types, filled, each)))


def _points(
    known: Archive, kind: str, types: Collection[str], filled: Collection[str],
    each: Mapping[str, int],
) -> Iterator[Point]:  # fmt: skip
    for section in known.sections.values():
        if section.need.applies(kind, types):
            share = share_of(section, section.key in filled, each.get(section.key, 0))
            need = section.need
            yield Point(section.key, "", section.words, need.why, need.weight, share)
        for row in section.fields:
            if row.need.applies(kind, types):
                there = float(f"{section.key}.{row.key}" in filled)
                yield Point(
                    section.key, row.key, row.words, row.need.why, row.need.weight, there
                )  # fmt: skip


def share_of(section: Section, filled: bool, had: int) -> float:
    """How much of a section is there, from 0 to 1; each choice counts where the section says so."""
    if not section.each:
        return float(filled)
    return min(had / len(choices(section.field(section.each).choices)), 1.0)


# ---- reading ------------------------------------------------------------------------------------


def read(folder: Path) -> Archive:
    """The sections and links of a data folder; raises RuleFileError."""
    raw = read_toml(folder / FILE, FILE)
    groups = {k: Table(FILE, f"groups.{k}", v).texts("types") for k, v in raw["groups"].items()}
    sections = {
        key: _section(Table(FILE, f"section.{key}", row), key, groups)
        for key, row in raw["section"].items()
    }
    chain = {key: _link(Table(FILE, f"chain.{key}", row), key) for key, row in raw["chain"].items()}
    return Archive(sections, chain)


def _link(table: Table, key: str) -> ChainLink:
    table.known(names("zh en types"))
    words = Words(table.text("zh"), table.text("en"))
    return ChainLink(key, words, frozenset(table.texts("types")))


def _section(table: Table, key: str, groups: Mapping[str, tuple[str, ...]]) -> Section:
    table.known(_SECTION)
    rows = table.table("fields")
    if rows is None or not rows.values:
        raise table.wrong("没有 fields", "has no fields")
    listed = [Table(FILE, f"{rows.name}.{name}", row) for name, row in rows.values.items()]
    return Section(
        key,
        Words(table.text("zh"), table.text("en")),
        table.choice("model", MODELS),
        tuple(_field(row, groups) for row in listed),
        _need(table, groups),
        str(table.values.get("one_of_each", "")),
        str(table.values.get("source", "")),
        str(table.values.get("article", "")),
    )


def _field(table: Table, groups: Mapping[str, tuple[str, ...]]) -> Field:
    table.known(_FIELD)
    return Field(
        table.name.rsplit(".", 1)[-1],
        Words(table.text("zh"), table.text("en")),
        table.choice("type", FIELD_TYPES),
        str(table.values.get("choices", "")),
        bool(table.values.get("must")),
        bool(table.values.get("personal")),
        table.words("hint"),
        _need(table, groups),
    )


def _need(table: Table, groups: Mapping[str, tuple[str, ...]]) -> Need:
    types = {t for name in table.texts("required") for t in groups.get(name, (name,))}
    weight = table.number("weight") or 0
    if bool(types) != bool(weight):
        raise table.wrong("required 和 weight 须同时写", "required and weight go together")
    why = table.words("why", required=bool(weight))
    return Need(frozenset(types), frozenset(table.texts("unless")), weight, why)


@cache
def archive() -> Archive:
    """What a file holds, as shipped."""
    return read(DATA)


# ---- `zhian law check` --------------------------------------------------------------------------


def check_archive(folder: Path) -> Iterator[Problem]:
    """Business types, choices and links that the rest of the data does not know, or that nobody
    placed in the chain."""
    if not (folder / FILE).exists():
        return
    try:
        known = read(folder)
    except RuleFileError as error:
        yield Problem(error.file, error.table, error.what)
        return
    types = set(business_types())
    for section in known.sections.values():
        yield from _check_section(section, types)
    for link in known.chain.values():
        for name in sorted(link.types - types):
            yield _unknown(f"chain.{link.key}", name)
    for name in sorted(types - {t for link in known.chain.values() for t in link.types}):
        words = Words(f"业态 {name} 不在任何环节", f"business type {name} stands in no link")
        yield Problem(FILE, "chain", words)


def _check_section(section: Section, types: set[str]) -> Iterator[Problem]:
    where = f"section.{section.key}"
    needs = [section.need, *(f.need for f in section.fields)]
    for name in sorted({t for need in needs for t in need.types} - types - {EVERY}):
        yield _unknown(where, name)
    for row in section.fields:
        if row.choices:
            try:
                choices(row.choices)
            except UnknownWord as unknown:
                yield Problem(FILE, f"{where}.fields.{row.key}", str(unknown))
    if section.each and section.each not in {f.key for f in section.fields if f.choices}:
        words = Words("one_of_each 须为有选项的字段", "one_of_each must be a field with choices")
        yield Problem(FILE, where, words)


def _unknown(where: str, name: str) -> Problem:
    return Problem(FILE, where, Words(f"没有业态 {name}", f"no business type {name}"))
