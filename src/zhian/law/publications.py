"""What the public may read of a matter: which fields go out, what is redacted, who reviews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    name,
    rows,
    tables,
)
from zhian.law.tables import Table
from zhian.law.words import NO_WORDS, Words

FILE = "publications.toml"
REDACTIONS = frozenset("person phone id address".split())
SORTS = frozenset("line text address choice list".split())
REDACT_KEYS = NAME_KEYS | BASIS_KEYS | {"why"}
FIELD_KEYS = NAME_KEYS | frozenset("key sort must redact of fields".split())
ENTRY_KEYS = (
    NAME_KEYS
    | (BASIS_KEYS - {"note"})
    | frozenset("about note duty until review other_than tells title list fields".split())
)


class UnknownPublication(LawError):
    """A procedure publishes something that publications.toml does not describe."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"publications.toml 没有 {what}，不能公布",
            f"publications.toml has no {what}: it cannot be published",
        )


@dataclass(frozen=True, slots=True)
class Redaction:
    """One kind of personal data that is taken out before anything is published, and why."""

    key: str
    words: Words
    why: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class PublicField:
    """One thing that the public reads; a `list` has rows of its own fields.

    `must`: the article demands it, so that an empty one is shown as such. `redact`: which kinds
    of personal data are taken out of it. `of`: the field that names whose address it is; an
    enterprise's registered address is no home and stays whole.
    """

    key: str
    words: Words
    sort: str
    must: bool
    redact: tuple[str, ...]
    of: str
    fields: tuple[PublicField, ...]

    @property
    def is_list(self) -> bool:
        """Whether it has rows."""
        return self.sort == "list"


@dataclass(frozen=True, slots=True)
class PublicationKind:
    """One kind of publication, as its article has it."""

    key: str
    words: Words
    about: Words
    note: Words
    basis: Basis
    duty: str
    until: str
    review: tuple[str, ...]
    other_than: tuple[str, ...]
    tells: str
    title: tuple[str, ...]
    listed: tuple[str, ...]
    fields: tuple[PublicField, ...]

    def field(self, key: str) -> PublicField | None:
        """The field of that key, `results.item` for a field of a list; None where there is none."""
        head, _, rest = key.partition(".")
        found = next((f for f in self.fields if f.key == head), None)
        if found is None or not rest:
            return found
        return next((f for f in found.fields if f.key == rest), None)


def read_redactions(folder: Path) -> dict[str, Redaction]:
    """The kinds of redaction, from a data folder; RuleFileError."""
    found = (_redaction(table) for table in tables(folder, FILE, "redact"))
    return {row.key: row for row in found}


def _redaction(table: Table) -> Redaction:
    table.known(REDACT_KEYS)
    if key_of(table) not in REDACTIONS:
        raise table.wrong("没有这种隐去方法", "there is no such redaction")
    return Redaction(key_of(table), name(table), table.words("why", required=True), basis(table))


def read_publications(folder: Path) -> dict[str, PublicationKind]:
    """Every kind of publication, from a data folder; RuleFileError."""
    found = (_publication(table) for table in tables(folder, FILE, "publication"))
    return {row.key: row for row in found}


def _publication(table: Table) -> PublicationKind:
    table.known(ENTRY_KEYS)
    fields = tuple(_fields(table))
    if not fields:
        raise table.wrong("fields 不能为空", "fields must not be empty")
    if not table.texts("review"):
        raise table.wrong("review 不能为空：公布须经第二人复核", "review must name who reviews")
    return PublicationKind(
        key=key_of(table),
        words=name(table),
        about=table.words("about", required=True),
        note=table.words("note") if "note" in table.values else NO_WORDS,
        basis=basis(table),
        duty=table.text("duty", ""),
        until=table.text("until", ""),
        review=table.texts("review"),
        other_than=table.texts("other_than"),
        tells=table.text("tells", ""),
        title=table.texts("title"),
        listed=table.texts("list"),
        fields=fields,
    )


def _fields(table: Table, inner: bool = False) -> Iterator[PublicField]:
    for row in rows(table, "fields"):
        row.known(FIELD_KEYS)
        sort = row.choice("sort", SORTS - {"list", "choice"} if inner else SORTS)
        redact = row.texts("redact")
        for key in redact:
            if key not in REDACTIONS:
                raise row.wrong(f"没有隐去方法 {key}", f"there is no redaction {key}")
        fields = tuple(_fields(row, inner=True)) if sort == "list" else ()
        if sort == "list" and not fields:
            raise row.wrong("列表须有自己的 fields", "a list needs its own fields")
        yield PublicField(
            row.text("key"),
            name(row),
            sort,
            flag(row, "must"),
            redact,
            row.text("of", ""),
            fields,
        )


@cache
def redactions() -> Mapping[str, Redaction]:
    """The kinds of redaction."""
    return read_redactions(DATA)


@cache
def publications() -> Mapping[str, PublicationKind]:
    """Every kind of publication."""
    return read_publications(DATA)


def publication(what: str) -> PublicationKind:
    """One kind of publication; raises UnknownPublication."""
    try:
        return publications()[what]
    except KeyError:
        raise UnknownPublication(what) from None
