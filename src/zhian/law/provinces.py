"""What the provinces say about workshops and stalls (Food Safety Law 36, 127): one file each.

A province's file states in its own words what the duties `licence.*.small_*` leave to it, and how
workshops and stalls are registered. Which province it is, the agency's setting `province` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhian.law.reading import BASIS_KEYS, DATA, NAME_KEYS, Basis, basis, name, rows
from zhian.law.rule_model import Rule, Source
from zhian.law.rules_file import read_folder, read_rule, read_source
from zhian.law.tables import Table, names, read_toml
from zhian.law.words import Words

FOLDER, NONE = "provinces", "none"
TOP_KEYS = names("province sources rules small")
HEAD_KEYS = NAME_KEYS | names("code note")
SMALL_KEYS = BASIS_KEYS | names("form paper authority seen hang forbidden note")
FORMS = names("registration licence filing")
AUTHORITIES = names("county township")
SEEN = names("before after")
SMALL = ("workshop", "stall")


@dataclass(frozen=True, slots=True)
class Small:
    """How a workshop or stall comes to its paper.

    `authority`: who gives it, county or township; `seen`: whether somebody looks at the place
    before it is given or only afterwards; `forbidden`: food that none of them makes, by the keys
    of the list `workshop_product`; `hang`: what hangs where everybody sees it.
    """

    form: str
    paper: Words
    authority: str
    seen: str
    hang: tuple[Words, ...]
    forbidden: Mapping[str, Words]
    note: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Province:
    """One province's file: its texts, the rules that stand in them, and what they ask of whom."""

    key: str
    code: str
    words: Words
    note: Words
    sources: Mapping[str, Source]
    rules: tuple[Rule, ...]
    small: Mapping[str, Small]


def read_province(path: Path, shared: Mapping[str, Source]) -> Province:
    """The province of a file; `shared` are the texts of the country. Raises RuleFileError."""
    file = f"{FOLDER}/{path.name}"
    top = Table(file, "", read_toml(path, file))
    top.known(TOP_KEYS)
    head = _inner(top, "province")
    head.known(HEAD_KEYS)
    sources = {t.name.rpartition(".")[2]: read_source(_bare(t)) for t in _each(top, "sources")}
    known = {**shared, **sources}
    small = _inner(top, "small")
    return Province(
        key=path.stem,
        code=str(head.values.get("code", "")),
        words=name(head),
        note=head.words("note"),
        sources=sources,
        rules=tuple(read_rule(_bare(table), known) for table in _each(top, "rules")),
        small={key: _small(_inner(small, key)) for key in SMALL},
    )


def _inner(table: Table, key: str) -> Table:
    found = table.table(key)
    if found is None:
        raise table.wrong(f"缺少 [{key}]", f"[{key}] is missing")
    return Table(table.file, found.name.strip("."), found.values)


def _each(top: Table, group: str) -> Iterator[Table]:
    outer = top.table(group)
    for key in outer.values if outer else ():
        yield _inner(Table(top.file, group, outer.values if outer else {}), key)


def _bare(table: Table) -> Table:
    """A rule or text under its own id, as rules_file reads it."""
    return Table(table.file, table.name.partition(".")[2], table.values)


def _small(table: Table) -> Small:
    table.known(SMALL_KEYS)
    return Small(
        form=table.choice("form", FORMS),
        paper=table.words("paper", required=True),
        authority=table.choice("authority", AUTHORITIES),
        seen=table.choice("seen", SEEN),
        hang=tuple(name(row) for row in rows(table, "hang")),
        forbidden={row.text("key"): name(row) for row in rows(table, "forbidden")},
        note=table.words("note"),
        basis=basis(table),
    )


def read_provinces(folder: Path) -> dict[str, Province]:
    """Every province that has a file, by the file's name; raises RuleFileError."""
    shared, _rules, _mistakes = read_folder(folder)
    paths = sorted((folder / FOLDER).glob("*.toml"))
    return {path.stem: read_province(path, shared) for path in paths}


@cache
def provinces() -> Mapping[str, Province]:
    """The provinces known here, and `none`."""
    return read_provinces(DATA)


def province(key: str) -> Province:
    """The province of a setting; what holds without one where its file is gone."""
    return provinces().get(key) or provinces()[NONE]


def named(folder: Path) -> dict[str, Words]:
    """What may be chosen as the agency's province: the files' names and what they are called."""
    found = {}
    for path in sorted((folder / FOLDER).glob("*.toml"), key=lambda p: (p.stem != NONE, p.stem)):
        file = f"{FOLDER}/{path.name}"
        found[path.stem] = name(_inner(Table(file, "", read_toml(path, file)), "province"))
    return found
