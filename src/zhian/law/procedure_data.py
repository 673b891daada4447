"""Everything that a procedure may name, read from a data folder for the checks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from zhian.law import gates
from zhian.law.check import Problem
from zhian.law.procedure import Procedure, ProcedureFileError
from zhian.law.procedure_file import read_labels, read_procedure
from zhian.law.rules import LawBook
from zhian.law.rules_file import read_folder
from zhian.law.words import Words


@dataclass(frozen=True, slots=True)
class Known:
    """The procedures of a folder and all names that they may use."""

    procedures: tuple[Procedure, ...]
    duties: LawBook
    gates: frozenset[str]
    posts: frozenset[str]
    documents: frozenset[str]
    standings: frozenset[str]
    choices: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, folder: Path) -> Known:
        """What can be read; files that cannot are named by `check_files`.

        Read once for all checks, and again when a file of the folder has changed.
        """
        return _known(folder, _stamps(folder, ("**/*.toml",)))

    @classmethod
    def _read(cls, folder: Path) -> Known:
        return cls(
            procedures=tuple(p for p in each_procedure(folder) if isinstance(p, Procedure)),
            duties=_law(folder, _stamps(folder, LAW_FILES)),
            gates=frozenset(rule.gate for rule in gates.read_rules(folder)),
            posts=frozenset(tables(folder / "posts.toml")),
            documents=frozenset(tables(folder / "documents.toml")),
            standings=frozenset(tables(folder / "standings.toml")),
            choices={
                name: tuple(str(row.get("key", "")) for row in rows if isinstance(row, dict))
                for name, rows in tables(folder / "choices.toml").items()
                if isinstance(rows, list)
            },
        )

    def of_kind(self, kind: str) -> tuple[Procedure, ...]:
        """Every version of the procedure for a kind of matter."""
        return tuple(p for p in self.procedures if p.kind == kind)

    def choice_keys(self, choices: str) -> tuple[str, ...]:
        """The keys of a named list, or of one that is written out in the type."""
        return self.choices.get(choices, tuple(choices.split(",")) if "," in choices else ())


LAW_FILES = ("deadlines/*.toml", "sources.toml", "duties.toml")
Stamps = tuple[tuple[str, int, int], ...]


def _stamps(folder: Path, patterns: tuple[str, ...]) -> Stamps:
    paths = sorted(path for pattern in patterns for path in folder.glob(pattern))
    rows = ((path, path.stat()) for path in paths)
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in rows)


@lru_cache(maxsize=2)
def _law(folder: Path, stamps: Stamps) -> LawBook:
    sources, rules, _ = read_folder(folder)
    return LawBook(sources, rules)


@lru_cache(maxsize=2)
def _known(folder: Path, stamps: Stamps) -> Known:
    return Known._read(folder)


def each_procedure(folder: Path) -> Iterator[Procedure | ProcedureFileError]:
    """Every procedure of the folder, or why it cannot be read."""
    try:
        labels = read_labels(folder / "fields.toml")
    except ProcedureFileError as error:
        yield error
        labels = {}
    for path in sorted((folder / "procedures").glob("*.toml")):
        try:
            yield read_procedure(path, labels)
        except ProcedureFileError as error:
            yield error


def tables(path: Path) -> Mapping[str, Any]:
    """A data file as it is; nothing where it is absent or cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def problem(procedure: Procedure, table: str, zh: str, en: str) -> Problem:
    """A mistake in one table of a procedure's file."""
    return Problem(procedure.file, table, Words(zh, en))
