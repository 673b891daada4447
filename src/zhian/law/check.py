"""`zhian law check`: every reference inside the data resolves, or file and table are named.

A check is a function `(folder) -> iterable of Problem`. To add one, add one line to CHECKS; its
module is imported only when the check runs, so a check may import Problem from here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from zhian.law.rules import DATA
from zhian.law.words import Words

CHECKS: tuple[str, ...] = (
    "zhian.law.rule_checks:rules",
    "zhian.law.rule_checks:settings",
    "zhian.law.rule_checks:unreadable",
    "zhian.law.rule_checks:languages",
    "zhian.law.rule_checks:citations",
    "zhian.law.rule_checks:papers",
    "zhian.law.rule_checks:gates",
    "zhian.law.rule_checks:register",
    "zhian.law.rule_checks:holidays",
    "zhian.law.reference_checks:check_references",
    "zhian.law.penalty_checks:check_penalties",
    "zhian.law.thresholds:check_thresholds",
    "zhian.law.province_checks:check_provinces",
    "zhian.law.archive:check_archive",
    "zhian.law.credit:check_entries",
    "zhian.law.procedure_checks:check_files",
    "zhian.law.procedure_checks:check_labels",
    "zhian.law.procedure_checks:check_order",
    "zhian.law.procedure_checks:check_words",
    "zhian.law.procedure_checks:check_facts",
    "zhian.law.procedure_duties:check_duties",
    "zhian.law.procedure_duties:check_clocks",
    "zhian.law.procedure_paths:check_opens",
    "zhian.law.procedure_paths:check_paths",
    "zhian.law.publication_checks:check_publications",
    "zhian.law.limits.checks:check_limits",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the data: the file (from the data folder), the table, and what is wrong."""

    file: str
    table: str
    message: Words | str

    def text(self, language: str = "zh") -> str:
        """File, table and message on one line."""
        where = f"{self.file}, [{self.table}]" if self.table else self.file
        message = self.message.text(language) if isinstance(self.message, Words) else self.message
        return f"{where}: {message}"


Check = Callable[[Path], Iterable[Problem]]


def problems(folder: Path | None = None, checks: Iterable[str] = CHECKS) -> Iterator[Problem]:
    """What all checks find in a data folder (the shipped one by default)."""
    for name in checks:
        yield from loaded(name)(folder or DATA)


def loaded(name: str) -> Check:
    """The function behind a line of CHECKS, e.g. `zhian.law.rule_checks:rules`."""
    module, _, function = name.partition(":")
    check: Check = getattr(import_module(module), function)
    return check


def counted(folder: Path | None = None) -> dict[str, int]:
    """How many rules, duties, gates and procedures the data holds."""
    from zhian.law.rules import LawBook
    from zhian.law.rules_file import read_folder

    data = folder or DATA
    sources, rules, _ = read_folder(data)
    book = LawBook(sources, rules)
    return {
        "rules": sum(1 for _ in book.statutes()),
        "duties": len(book.duties()),
        "gates": _tables_in(data / "gates.toml"),
        "procedures": len(list((data / "procedures").glob("*.toml"))),
    }


def _tables_in(path: Path) -> int:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    return sum(1 for table in document.values() if isinstance(table, dict))
