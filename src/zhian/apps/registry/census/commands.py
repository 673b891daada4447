"""`zhian census link`: rosters in, one register with its blind spots out, without a database.
`zhian census take`: a department's rosters into the database, as the page takes them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from zhian.apps.registry.census import columns, writing
from zhian.apps.registry.census.errors import CensusError


def main(argv: list[str]) -> int:
    """0: done; 1: rows have faults; 2: nothing could be done, and nothing was written."""
    options = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except CensusError as why:
        _tell(f"zhian census: {why.words.zh}\n{why.words.en}")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("zhian census", description="名册关联 / linking of rosters")
    commands = parser.add_subparsers(required=True, metavar="link | take")
    _take_options(commands.add_parser("take", help="导入部门名册 / take in a department's roster"))
    link = commands.add_parser(
        "link",
        help="把各部门的名册关联成一本 / link the departments' rosters into one register",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="把各部门的名册关联成一本，找出盲区 / "
        "link the departments' rosters into one register and find the blind spots",
        epilog="写出 / writes: clusters.csv blindspots.csv conflicts.csv questions.csv report.html",
    )
    link.add_argument(
        "rosters",
        type=Path,
        nargs="+",
        metavar="ROSTER",
        help="parquet、csv、xlsx：一张表带 roster 列，或者每份名册一个文件 / "
        "one table with a column roster, or a file for each roster",
    )
    link.add_argument(
        "--map",
        type=Path,
        metavar="MAP.toml",
        help="列名、用词和名册的对应表 / what their columns, words and rosters are called here",
    )
    link.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="结果文件夹 / folder of the results"
    )
    link.set_defaults(run=_link)
    return parser


def _take_options(take: argparse.ArgumentParser) -> None:
    take.add_argument("files", type=Path, nargs="+", metavar="FILE", help="xlsx / csv / parquet")
    take.add_argument("--agency", required=True, metavar="CODE", help="部门代码 / its agency")
    take.add_argument("--roster", required=True, metavar="KEY", help="market, sweep, health …")
    take.add_argument("--as-of", type=_day, metavar="DAY", help="截至日期 / of which day (today)")
    take.add_argument(
        "--addition", action="store_true", help="补充，缺的行不动 / what is missing stays"
    )
    take.add_argument("--check", action="store_true", help="只检查 / only look through it")
    take.add_argument("--sure", action="store_true", help="提示已核对 / its remarks were looked at")
    take.set_defaults(run=_take)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应如 / such as 2026-11-24: {text!r}") from None


def _take(options: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhian.config.settings")
    import django

    django.setup()
    from zhian.apps.registry.census.intake import command

    return command.run(options)


def _link(options: argparse.Namespace) -> int:
    from zhian.apps.registry.census import linking, rosters

    writing.check_place(options.out)
    mapping = columns.read_map(options.map)
    read = rosters.read(options.rosters, mapping, _progress)
    found = linking.link(read, tell=_progress)
    for zh, en in read.notes:
        _progress(zh, en)
    writing.write(found, options.out)
    _progress(f"结果在 {options.out}", f"results in {options.out}")
    return 0


def _progress(zh: str, en: str) -> None:
    _tell(f"{zh} / {en}")


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
