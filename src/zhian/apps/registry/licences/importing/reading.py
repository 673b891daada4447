"""Reading a roster of licences: where its headings are, and its rows by field."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhian.apps.registry.licences.importing.columns import HEADS_WITHIN, complete, located
from zhian.directory.imports.table import MOST_ROWS, Row
from zhian.web.sheets import Unreadable, grids


@dataclass(frozen=True, slots=True)
class Source:
    """A roster as it was read: headings, which of them is which field, and the rows."""

    name: str
    sha256: str
    headings: tuple[str, ...]
    places: Mapping[str, int]
    rows: tuple[Row, ...]

    @property
    def complete(self) -> bool:
        """Whether every column that is needed was found."""
        return complete(self.places)

    @property
    def ignored(self) -> list[str]:
        """Headings that nobody uses."""
        used = set(self.places.values())
        return [text for place, text in enumerate(self.headings) if text and place not in used]

    def heading(self, key: str) -> str:
        """What the file calls a field; the field's own key where the file lacks it."""
        place = self.places.get(key)
        return self.headings[place] if place is not None else key


def read(path: Path, name: str, chosen: Mapping[str, str]) -> Source:
    """The roster of a file: its first sheet that holds anything; raises Unreadable."""
    content = path.read_bytes()
    lines = next((grid.rows for grid in grids(name, content) if grid.rows), None)
    if not lines:
        raise Unreadable("工作簿中没有表。", "The workbook holds no sheet.")
    at, places = _headings(lines, chosen)
    if len(lines) - at - 1 > MOST_ROWS:
        raise Unreadable(f"一次最多导入 {MOST_ROWS} 行。", f"At most {MOST_ROWS} rows at a time.")
    return Source(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        headings=tuple(cell.strip() for cell in lines[at]),
        places=places,
        rows=tuple(_rows(lines, at, places)),
    )


def _headings(
    lines: Sequence[Sequence[str]], chosen: Mapping[str, str]
) -> tuple[int, dict[str, int]]:
    """The line among the first ones in which most columns are known."""
    tried = [(at, located(line, chosen)) for at, line in enumerate(lines[:HEADS_WITHIN])]
    return max(tried, key=lambda pair: (len(pair[1]), -pair[0]))


def _rows(lines: Sequence[Sequence[str]], at: int, places: Mapping[str, int]) -> Iterator[Row]:
    for number, line in enumerate(lines[at + 1 :], start=at + 2):
        cells = {key: line[p].strip() for key, p in places.items() if p < len(line)}
        if any(cells.values()):
            yield Row(number, cells)
