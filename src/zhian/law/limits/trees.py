"""The food categories of a standard: which lie within which (each only for its own standard)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zhian.law.limits.tables import FOLDER, lines

GB2762, GB2760, CLASS = "gb2762", "gb2760", "class"
ALL_FOODS = "食品"
EVERYTHING = "*"


@dataclass(slots=True)
class Tree:
    """Categories with their parents; a category may lie in several (鱼类罐头).

    `named_only` are parts of foods (糕点上彩装), meant only where they are named.
    """

    parents: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str] = field(default_factory=dict)
    named_only: frozenset[str] = frozenset()
    _above: dict[str, frozenset[str]] = field(default_factory=dict)
    _below: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _by_name: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name = {name: node for node, name in self.names.items()}

    def above(self, node: str) -> frozenset[str]:
        """The category itself and all that it lies within."""
        found = self._above.get(node)
        if found is None:
            upper = (self.above(parent) for parent in self.parents.get(node, ()))
            found = self._above[node] = frozenset([node]).union(*upper)
        return found

    def below(self, node: str) -> tuple[str, ...]:
        """All categories within a category that a name of it alone could mean."""
        found = self._below.get(node)
        if found is None:
            lower = (n for n in self.parents if n != node and node in self.above(n))
            found = self._below[node] = tuple(n for n in lower if n not in self.named_only)
        return found

    def depth(self, node: str) -> int:
        """How many categories a category lies within."""
        return len(self.above(node))

    def called(self, node: str) -> str:
        """The category as people read it: code and name, or the name alone."""
        name = self.names.get(node)
        return f"{node} {name}" if name and name != node else node

    def find(self, text: str) -> str | None:
        """The category with this code or name; None where there is none."""
        text = text.strip()
        return text if text in self.parents else self._by_name.get(text)


def load_trees(folder: Path = FOLDER) -> dict[str, Tree]:
    """The category trees of the register by scheme."""
    contaminants = lines(folder, "foods_gb2762.csv")
    named = {line.needed("category"): line.listed("parents") for line in contaminants}
    additives = list(lines(folder, "foods_gb2760.csv"))
    codes = {line.needed("code"): line.needed("category") for line in additives}
    parts = frozenset(line.needed("code") for line in additives if line.text("named_only"))
    coded = {code: _upper(code, codes) for code in codes} | {EVERYTHING: ()}
    return {GB2762: Tree(named), GB2760: Tree(coded, codes, parts), CLASS: Tree({})}


def _upper(code: str, codes: Mapping[str, str]) -> tuple[str, ...]:
    """04.01.02 lies in 04.01, 04.01 in 04.0, that in everything."""
    head, _, last = code.rpartition(".")
    while head and last != "0":
        candidate = head if "." in head else f"{head}.0"
        if candidate in codes:
            return (candidate,)
        head, _, last = head.rpartition(".")
    return (EVERYTHING,)
