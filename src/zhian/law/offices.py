"""Who acts and on whom: posts, kinds of agency, business types, forms, and where rules disagree.

Every loader reads its file once and returns frozen rows in the order of the file; a mistake names
the file and the table. What a row rests on stands in its `basis`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from zhian.law.errors import LawError
from zhian.law.reading import (
    BASIS_KEYS,
    DATA,
    NAME_KEYS,
    Basis,
    basis,
    flag,
    key_of,
    listed,
    name,
    rows,
    tables,
)
from zhian.law.rules import Source
from zhian.law.rules_file import read_source
from zhian.law.tables import Table
from zhian.law.words import Words

PLACES = frozenset("state province city county township village".split())
LEVEL_ORDER = ("village", "township", "county", "city", "province", "state")

POST_KEYS = NAME_KEYS | BASIS_KEYS | set("agencies levels signs incompatible why".split())
AGENCY_KEYS = NAME_KEYS | BASIS_KEYS | {"levels", "enforces", "does"}
TYPE_KEYS = NAME_KEYS | BASIS_KEYS | {"department", "also", "links", "permit", "licence"}
FORM_KEYS = NAME_KEYS | BASIS_KEYS | {"number_word"}
CONFLICT_KEYS = BASIS_KEYS | {"title", "between", "used", "why", "setting"}
NOT_A_SOURCE = frozenset(["both", "by_trigger_date"])


class UnknownReference(LawError):
    """A key that the closed list in the data does not have."""

    def __init__(self, list_name: Words, key: str) -> None:
        zh = f"{list_name.zh}清单中没有“{key}”"
        super().__init__(zh, f"The list of {list_name.en} has no “{key}”")
        self.key = key


@dataclass(frozen=True, slots=True)
class Post:
    """A post: where it exists, whether it signs, and what the same person may not hold or do."""

    key: str
    words: Words
    agencies: tuple[str, ...]
    levels: tuple[str, ...]
    signs: bool
    incompatible: frozenset[str]
    not_in_one_matter: frozenset[str]
    why: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class AgencyKind:
    """A kind of agency and what it does in this field."""

    key: str
    words: Words
    levels: tuple[str, ...]
    enforces: bool
    does: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class BusinessType:
    """What an operator does, who is responsible for it, and where it stands in the chain."""

    key: str
    words: Words
    department: str
    also: tuple[str, ...]
    links: tuple[str, ...]
    permit: str
    licence: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class OfficialForm:
    """One of the official forms; `number_word` stands in its document number, if it has one."""

    key: str
    words: Words
    number_word: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rules that disagree: which is used, why, and the setting that may turn it."""

    key: str
    title: Words
    between: tuple[tuple[str, str], ...]
    used: str
    why: Words
    setting: str | None


# What may be read from another folder: every reader takes the data folder.


def read_sources(folder: Path) -> dict[str, Source]:
    """The texts of sources.toml by key."""
    return {table.name: read_source(table) for table in tables(folder, "sources.toml")}


def read_posts(folder: Path) -> dict[str, Post]:
    """The posts; incompatibility is written once and holds both ways."""
    found: dict[str, Post] = {}
    for table in tables(folder, "posts.toml"):
        table.known(POST_KEYS | {"not_in_one_matter"})
        found[table.name] = _post(table)
    return {key: _both_ways(post, found) for key, post in found.items()}


def _post(table: Table) -> Post:
    return Post(
        key=table.name,
        words=name(table),
        agencies=table.texts("agencies"),
        levels=listed(table, "levels", PLACES),
        signs=flag(table, "signs"),
        incompatible=frozenset(table.texts("incompatible")),
        not_in_one_matter=frozenset(table.texts("not_in_one_matter")),
        why=table.words("why", required=True),
        basis=basis(table),
    )


def _both_ways(post: Post, found: Mapping[str, Post]) -> Post:
    others = found.values()
    return replace(
        post,
        incompatible=post.incompatible | {o.key for o in others if post.key in o.incompatible},
        not_in_one_matter=post.not_in_one_matter
        | {o.key for o in others if post.key in o.not_in_one_matter},
    )


def read_agency_kinds(folder: Path) -> dict[str, AgencyKind]:
    """The kinds of agency by key."""
    found = {}
    for table in tables(folder, "agency_kinds.toml"):
        table.known(AGENCY_KEYS)
        found[table.name] = AgencyKind(
            key=table.name,
            words=name(table),
            levels=listed(table, "levels", PLACES),
            enforces=flag(table, "enforces"),
            does=table.words("does", required=True),
            basis=basis(table),
        )
    return found


def read_named(folder: Path, file: str, part: str) -> dict[str, Words]:
    """A part of a file that only gives names: links of the chain, findings, measures."""
    found = {}
    for table in tables(folder, file, part):
        table.known(NAME_KEYS)
        found[key_of(table)] = name(table)
    return found


def read_business_types(folder: Path) -> dict[str, BusinessType]:
    """What operators do; links and permits are the parts of the same file."""
    links = frozenset(read_named(folder, "business_types.toml", "links"))
    permits = frozenset(read_named(folder, "business_types.toml", "permits"))
    found = {}
    for table in tables(folder, "business_types.toml", "types"):
        table.known(TYPE_KEYS)
        found[key_of(table)] = BusinessType(
            key=key_of(table),
            words=name(table),
            department=table.text("department"),
            also=table.texts("also"),
            links=listed(table, "links", links),
            permit=table.choice("permit", permits),
            licence=table.text("licence") if "licence" in table.values else None,
            basis=basis(table),
        )
    return found


def read_forms(folder: Path) -> dict[str, OfficialForm]:
    """The 56 official penalty forms (P01 …) and the 10 complaint forms (C01 …)."""
    found = {}
    for table in tables(folder, "forms.toml"):
        table.known(FORM_KEYS)
        word = table.text("number_word") if "number_word" in table.values else None
        found[table.name] = OfficialForm(table.name, name(table), word, basis(table))
    return found


def read_conflicts(folder: Path) -> dict[str, Conflict]:
    """Where two rules disagree; `used` must be one of the two, or say how both are used."""
    found = {}
    for table in tables(folder, "conflicts.toml"):
        table.known(CONFLICT_KEYS)
        basis(table)
        between = tuple((r.text("source"), r.text("article")) for r in rows(table, "between"))
        allowed = NOT_A_SOURCE | {source for source, _ in between}
        found[table.name] = Conflict(
            key=table.name,
            title=table.words("title", required=True),
            between=between,
            used=table.choice("used", allowed),
            why=table.words("why", required=True),
            setting=table.text("setting") if "setting" in table.values else None,
        )
    return found


# The shipped lists.


@cache
def sources() -> Mapping[str, Source]:
    """Every text that the data cites."""
    return read_sources(DATA)


@cache
def posts() -> Mapping[str, Post]:
    """The closed list of posts."""
    return read_posts(DATA)


@cache
def agency_kinds() -> Mapping[str, AgencyKind]:
    """The kinds of agency."""
    return read_agency_kinds(DATA)


@cache
def business_types() -> Mapping[str, BusinessType]:
    """What operators of the market do."""
    return read_business_types(DATA)


@cache
def chain_links() -> Mapping[str, Words]:
    """The links of the chain from field to table, in order."""
    return read_named(DATA, "business_types.toml", "links")


@cache
def permits() -> Mapping[str, Words]:
    """What an operator may need before starting, the weakest first."""
    return read_named(DATA, "business_types.toml", "permits")


@cache
def forms() -> Mapping[str, OfficialForm]:
    """The official forms."""
    return read_forms(DATA)


@cache
def conflicts() -> Mapping[str, Conflict]:
    """Where two rules disagree and which one the program uses."""
    return read_conflicts(DATA)


def post(key: str) -> Post:
    """One post; UnknownReference if the closed list does not have it."""
    try:
        return posts()[key]
    except KeyError:
        raise UnknownReference(Words("岗位", "posts"), key) from None


def clashes(held: frozenset[str] | set[str]) -> tuple[tuple[str, str], ...]:
    """The pairs among the posts one person holds that may not be held together."""
    known = [post(key) for key in sorted(held)]
    return tuple(
        (one.key, other)
        for one in known
        for other in sorted(one.incompatible & held)
        if one.key < other
    )


def in_force(source: str, on: date) -> bool:
    """Whether a text holds on a day; without dates it is taken to have always held."""
    text = sources()[source]
    return (text.valid_from or on) <= on <= (text.valid_to or on)


def at_least_level(level: str, needed: str) -> bool:
    """Whether one level of administration is as high as another: city satisfies county."""
    return LEVEL_ORDER.index(level) >= LEVEL_ORDER.index(needed)
