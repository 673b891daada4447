"""What an import would do, row by row, and what is wrong with the file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhian.apps.registry.licences.importing.reading import Source
from zhian.apps.registry.models import Licence
from zhian.directory.imports.table import Row
from zhian.directory.models import Operator, Place, Premises
from zhian.law.words import Words

MOST_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that is wrong, or worth a look: where it stands and why."""

    row: int
    column: str
    value: str
    words: Words

    def as_json(self) -> dict[str, Any]:
        """As the row of the import keeps it."""
        where = {"row": self.row, "column": self.column, "value": self.value[:120]}
        return where | {"zh": self.words.zh, "en": self.words.en}


@dataclass(slots=True)
class Said:
    """A row as it is understood: the licence's values, and who holds it."""

    row: Row
    kind: str
    number: str
    place: Place
    values: dict[str, Any]
    operator: Operator
    premises: Premises | None
    known: Licence | None = None

    @property
    def change(self) -> str:
        """What it does: added, changed, or nothing."""
        if self.known is None:
            return "added"
        same = all(getattr(self.known, key) == value for key, value in self.values.items())
        return "same" if same and self.known.state != "void" else "changed"


@dataclass(slots=True)
class Plan:
    """All of a file: what to write, what is wrong, what is worth a look."""

    source: Source
    day: date
    said: list[Said] = field(default_factory=list)
    new_operators: list[Operator] = field(default_factory=list)
    new_premises: list[Premises] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)

    @property
    def to_do(self) -> list[Said]:
        """The rows that change something."""
        return [one for one in self.said if one.change != "same"]

    @property
    def counts(self) -> dict[str, Any]:
        """The figures of the preview, which are those of the import."""
        changes = Counter(one.change for one in self.said)
        kinds = Counter(one.kind for one in self.said)
        return {
            "rows": len(self.source.rows),
            **{key: changes[key] for key in ("added", "changed", "same")},
            "operators": len(self.new_operators),
            "premises": len(self.new_premises),
            "errors": len(self.faults),
            "remarks": len(self.remarks),
            "kinds": dict(kinds),
            "ignored": self.source.ignored,
            "first": [_line(one) for one in self.said[:10]],
        }

    def fault(self, row: Row, key: str, words: Words) -> None:
        """Something that cannot be taken in."""
        self.faults.append(self._at(row, key, words))

    def remark(self, row: Row, key: str, words: Words) -> None:
        """Something to look at that stops nothing."""
        self.remarks.append(self._at(row, key, words))

    def _at(self, row: Row, key: str, words: Words) -> Fault:
        return Fault(row.number, self.source.heading(key), row.text(key), words)


def _line(one: Said) -> dict[str, Any]:
    return {
        "number": one.number,
        "kind": one.kind,
        "operator": one.operator.name,
        "new": one.operator.pk is None,
        "issued_on": str(one.values["issued_on"]),
        "expires_on": str(one.values["expires_on"] or ""),
        "state": one.values["state"],
        "change": one.change,
    }
