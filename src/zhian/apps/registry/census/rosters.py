"""The rows of all rosters together, each knowing its file and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zhian.apps.registry.census.columns import FIELDS, TITLES, Map, complete
from zhian.apps.registry.census.errors import (
    MergedCells,
    NoRoster,
    SameId,
    TwoHeaders,
    UnreadableFile,
    WrongMap,
    WrongRow,
)
from zhian.apps.registry.census.tables import Frame, Grid, open_file

HEADER_WITHIN = 20
Tell = Callable[[str, str], None]


@dataclass(slots=True)
class Source:
    """What was read of one table: field → its header; `unread`: the headers left alone."""

    where: str
    rows: int
    read: dict[str, str]
    unread: list[str]


@dataclass(slots=True)
class Rosters:
    """The rows, column by column; `rid` as it was given. `notes` say what was odd, zh and en."""

    columns: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FIELDS})
    at: list[tuple[int, int]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.columns["rid"])

    def where(self, row: int) -> str:
        """File and row, as a message names them."""
        source, number = self.at[row]
        return f"{self.sources[source].where} 第 {number} 行"

    def place(self, row: int) -> str:
        """The same in English."""
        source, number = self.at[row]
        return f"{self.sources[source].where}, row {number}"


@dataclass(frozen=True, slots=True)
class _Table:
    """One table with its headers found: columns by field, and the number of each row."""

    where: str
    stem: str
    columns: dict[str, list[str]]
    numbers: Sequence[int]
    read: dict[str, str]
    unread: list[str]


def read(paths: Sequence[Path], mapping: Map, tell: Tell = lambda _zh, _en: None) -> Rosters:
    """Read rosters; raises CensusError in the words of its kind.

    tell: hears about each file as it is read, in both languages.
    """
    rosters = Rosters()
    stems = {path.stem for path in paths}
    _known_sources(mapping, stems)
    for path in paths:
        before = len(rosters)
        for table in _tables(path, mapping, rosters):
            _add(rosters, table, mapping)
        read_rows = len(rosters) - before
        tell(f"读取 {path.name}：{read_rows:,} 行", f"read {path.name}: {read_rows:,} rows")
    if not len(rosters):
        raise NoRoster("名册里没有数据行。", "The rosters have no rows of data.")
    _distinct(rosters)
    _translate(rosters, mapping)
    return rosters


def _known_sources(mapping: Map, stems: set[str]) -> None:
    for name in mapping.columns:
        ours = {mapping.roster(stem) for stem in stems}
        if name and name not in stems | ours:
            raise WrongMap(
                f"对应表的 [columns.{name}] 没有对应的文件；文件有：{'、'.join(sorted(stems))}。",
                f"[columns.{name}] of the map names no file; files: {', '.join(sorted(stems))}.",
            )


def _tables(path: Path, mapping: Map, rosters: Rosters) -> list[_Table]:
    content = open_file(path)
    if isinstance(content, Frame):
        return [_frame(content, mapping)]
    found, first = [], None
    for grid in content:
        try:
            found.append(_grid(grid, path.stem, mapping, rosters))
        except NoRoster as why:
            first = first or why
    if not found:
        raise first or UnreadableFile(f"{path.name} 没有工作表。", f"{path.name} has no sheet.")
    return found


def _sources(stem: str, mapping: Map) -> tuple[str, ...]:
    return (mapping.roster(stem), stem)


def _frame(frame: Frame, mapping: Map) -> _Table:
    headers, stem = frame.headers, frame.path.stem
    places = mapping.locate(headers, _sources(stem, mapping))
    _must_be_there(mapping, stem, headers, frame.path.name)
    if not complete(places):
        raise _no_roster(frame.path.name, headers, places)
    named = {name: headers[place] for name, place in places.items()}
    texts = frame.columns(list(named.values()))
    columns = {name: texts[header] for name, header in named.items()}
    size = len(columns["name"])
    unread = [header for header in headers if header not in named.values()]
    return _Table(frame.path.name, stem, columns, range(1, size + 1), named, unread)


def _grid(grid: Grid, stem: str, mapping: Map, rosters: Rosters) -> _Table:
    head, places = _header(grid, stem, mapping)
    headers = [cell.strip() for cell in grid.rows[head]]
    _must_be_there(mapping, stem, headers, grid.where)
    no_merged(grid, head)
    rows, numbers = _filled(grid, head, places, rosters)
    columns = {
        name: [row[place] if place < len(row) else "" for row in rows]
        for name, place in places.items()
    }
    named = {name: headers[place] for name, place in places.items()}
    unread = [header for header in headers if header and header not in named.values()]
    return _Table(grid.where, stem, columns, numbers, named, unread)


def _header(grid: Grid, stem: str, mapping: Map) -> tuple[int, dict[str, int]]:
    """The row with the most known headers; a title or a note may stand above it."""
    top = grid.rows[:HEADER_WITHIN]
    tried = [mapping.locate(row, _sources(stem, mapping)) for row in top]
    best = max(range(len(tried)), key=lambda n: len(tried[n]), default=0)
    if not tried:
        raise NoRoster(f"{grid.where} 没有数据行。", f"{grid.where} has no rows of data.")
    one_row(grid, best, tried)
    if not complete(tried[best]):
        raise _no_roster(grid.where, top[best], tried[best])
    return best, tried[best]


def one_row(grid: Grid, best: int, tried: Sequence[dict[str, int]]) -> None:
    """Two rows that both look like headers leave no column certain."""
    for other in (best - 1, best + 1):
        if not 0 <= other < len(tried) or not tried[other] or not tried[best]:
            continue
        below = other > best and len(tried[other]) == 1
        name = tried[best].get("name", -1)
        empty = below and name >= 0 and not "".join(grid.rows[other][name : name + 1]).strip()
        if len(tried[other]) >= 2 or empty:
            first = min(best, other) + 1
            raise TwoHeaders(
                f"{grid.where} 的表头占了两行（第 {first}、{first + 1} 行），请合并成一行后再试。",
                f"{grid.where}: the headers stand in two rows ({first} and {first + 1}): make them "
                "one.",
            )


def _no_roster(where: str, row: Sequence[str], found: dict[str, int]) -> NoRoster:
    seen = "、".join(cell.strip() for cell in row if cell.strip())[:200] or "—"
    lacking = "name" not in found
    zh = "找不到“名称”列" if lacking else "除名称外没有代码、经营者、电话或地址列"
    en = "no column of names" if lacking else "nothing but names: no code, owner, phone or address"
    return NoRoster(
        f"{where} 不像名册：{zh}（表头是：{seen}）。请核对是否选错了文件，或者用 --map 写明各列。",
        f"{where} does not look like a roster: {en} (headers: {seen}). Is it the right file? "
        "Otherwise name its columns with --map.",
    )


def _must_be_there(mapping: Map, stem: str, headers: Sequence[str], where: str) -> None:
    """Columns that the map names for this very file must stand in it."""
    seen = "、".join(filter(None, headers))[:200]
    for source in sorted(set(_sources(stem, mapping))):
        for name, wanted in mapping.columns.get(source, {}).items():
            if not any(header in headers for header in wanted):
                called = "、".join(wanted)
                raise WrongMap(
                    f"对应表说 {where} 的{TITLES[name].zh}列叫“{called}”，但表头里没有"
                    f"（表头是：{seen}）。",
                    f"The map calls the {TITLES[name].en} column of {where} “{called}”, but there "
                    f"is none (headers: {seen}).",
                )


def no_merged(grid: Grid, head: int) -> None:
    for first, last in grid.merged:
        if last[0] >= head:
            area = f"{_letters(first[1])}{first[0] + 1}:{_letters(last[1])}{last[0] + 1}"
            raise MergedCells(
                f"{grid.where} 的 {area} 是合并单元格，无法知道内容属于哪一行哪一列。"
                "请取消合并、补齐内容后再试。",
                f"{grid.where}: {area} is merged, so that its row and column are not certain. "
                "Unmerge it and fill the cells.",
            )


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _filled(
    grid: Grid, head: int, places: dict[str, int], rosters: Rosters
) -> tuple[list[Sequence[str]], list[int]]:
    """The rows below the headers that hold anything, with their numbers."""
    headers = [cell.strip() for cell in grid.rows[head]]
    wide, wanted = len(headers), list(places.values())
    rows, numbers, empty, repeated = [], [], 0, 0
    for number, row in enumerate(grid.rows[head + 1 :], head + 2):
        if not "".join(row).strip():
            empty += 1
        elif all(row[n : n + 1] == [headers[n]] for n in wanted):
            repeated += 1
        else:
            if grid.plain and len(row) > wide and "".join(row[wide:]).strip():
                raise _too_long(grid, number, len(row) - wide)
            rows.append(row)
            numbers.append(number)
    _note_left(rosters, grid, empty, repeated)
    return rows, numbers


def _too_long(grid: Grid, number: int, more: int) -> WrongRow:
    return WrongRow(
        f"{grid.where} 第 {number} 行比表头多 {more} 格，各列可能错位（内容里的逗号要加引号）。",
        f"{grid.where}, row {number}, has {more} cells more than the headers: its columns may be "
        "out of place (a comma inside a text needs quotes).",
    )


def _note_left(rosters: Rosters, grid: Grid, empty: int, repeated: int) -> None:
    if empty:
        rosters.notes.append(
            (f"{grid.where}：略去 {empty:,} 个空行", f"{grid.where}: {empty:,} empty rows left out")
        )
    if repeated:
        rosters.notes.append(
            (
                f"{grid.where}：略去 {repeated:,} 行重复的表头",
                f"{grid.where}: {repeated:,} repeated rows of headers left out",
            )
        )


def _add(rosters: Rosters, table: _Table, mapping: Map) -> None:
    source = len(rosters.sources)
    size = len(table.columns["name"])
    rosters.sources.append(Source(table.where, size, table.read, table.unread))
    rosters.at += [(source, number) for number in table.numbers]
    for name in FIELDS:
        rosters.columns[name] += table.columns.get(name) or [""] * size
    if "roster" not in table.columns:
        rosters.columns["roster"][-size:] = [table.stem] * size if size else []
    start = len(rosters) - size
    _no_empty_roster(rosters, start)
    _name_rows(rosters, start, mapping)


def _no_empty_roster(rosters: Rosters, start: int) -> None:
    for row in range(start, len(rosters)):
        if not rosters.columns["roster"][row].strip():
            raise WrongRow(
                f"{rosters.where(row)}没有写名册（roster 列是空的）。",
                f"{rosters.place(row)} does not say its roster (the column is empty).",
            )


def _name_rows(rosters: Rosters, start: int, mapping: Map) -> None:
    """Our names of the rosters; a row without rid is known by its roster and row."""
    column, rids = rosters.columns["roster"], rosters.columns["rid"]
    ours = {name: mapping.roster(name.strip()) for name in set(column[start:])}
    for row in range(start, len(rosters)):
        column[row] = ours[column[row]]
        if not rids[row].strip():
            rids[row] = f"{column[row]}:{rosters.at[row][1]}"


def _distinct(rosters: Rosters) -> None:
    rids = rosters.columns["rid"]
    if len(set(rids)) == len(rids):
        return
    first: dict[str, int] = {}
    for row, rid in enumerate(rids):
        if rid in first:
            raise SameId(
                f"rid“{rid}”出现了两次：{rosters.where(first[rid])}和{rosters.where(row)}。"
                "rid 在所有名册里都不能重复；没有这一列时自动编为“名册:行号”。",
                f"rid “{rid}” occurs twice: {rosters.place(first[rid])} and {rosters.place(row)}. "
                "It must differ over all rosters; without that column rows are known as "
                "“roster:row”.",
            )
        first[rid] = row


def _translate(rosters: Rosters, mapping: Map) -> None:
    """Status and kind in our words; what is not understood counts as not known, and is named."""
    for name in ("status", "kind"):
        column = rosters.columns[name]
        counts = Counter(column)
        ours = {word: mapping.means(name, word.strip()) for word in counts}
        strange = sorted(word for word, meant in ours.items() if meant is None)
        if strange:
            listed = ", ".join(f"{word} ({counts[word]:,})" for word in strange[:10])
            rosters.notes.append(
                (
                    f"{TITLES[name].zh}中的这些词不认识，按不详处理：{listed}",
                    f"words of “{TITLES[name].en}” not understood, taken for unknown: {listed}",
                )
            )
        rosters.columns[name] = [ours[word] or "" for word in column]
