"""`zhian import`: files of the office, each with errors per cell and nothing half-imported."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

DIRECTORY = ("places", "agencies", "offices", "staff")


def main(argv: list[str]) -> int:
    """Import one file; exit 1 where rows were refused, 2 where it cannot be read at all."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.what == "matters":
        from zhian.desk.takeover import command

        return command.run(options)
    if options.what == "licences":
        from zhian.apps.registry.licences.importing import command as licences

        return licences.run(options)
    if not options.file.is_file():
        print(f"找不到文件 / no such file: {options.file}", file=sys.stderr)
        return 2
    return _bulletin(options) if options.what == "bulletin" else _directory(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("zhian import", description=__doc__)
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    bulletin = kinds.add_parser("bulletin", help="不合格样品通报 / a bulletin of failed samples")
    bulletin.add_argument("file", type=Path)
    bulletin.add_argument("--agency", required=True, help="机关代码 / code of the agency")
    bulletin.add_argument(
        "--received", required=True, type=_day, help="收到日期 / received on, YYYY-MM-DD"
    )
    bulletin.add_argument("--map", type=Path, help="列对应表 / map of columns (TOML)")
    _licences(kinds.add_parser("licences", help="已有许可证名册 / a roster of licences"))
    _matters(kinds.add_parser("matters", help="接管在办事项 / open matters of another system"))
    for name in DIRECTORY:
        kinds.add_parser(name).add_argument("file", type=Path)
    return parser


def _matters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="xlsx / zip")
    parser.add_argument(
        "--agency", help="不写部门的行属于此部门 / agency of rows without one (code)"
    )
    parser.add_argument("--by", help="接管人的登录名 / login name of the person who does it")
    parser.add_argument("--check", action="store_true", help="只检查 / only look through it")
    parser.add_argument(
        "--add-operators", action="store_true", help="新增名录中没有的主体 / add unknown operators"
    )
    out = "OUT.xlsx"
    parser.add_argument("--errors", type=Path, metavar=out, help="标出错误的副本 / a marked copy")
    parser.add_argument("--template", type=Path, metavar=out, help="空白工作簿 / empty file")


def _licences(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="xlsx / csv")
    parser.add_argument("--by", help="导入人的登录名 / login name of the person who does it")
    parser.add_argument("--check", action="store_true", help="只检查 / only look through it")
    out = "OUT.xlsx"
    parser.add_argument("--template", type=Path, metavar=out, help="空白名册 / empty roster")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应如 / such as 2026-11-24: {text!r}") from None


def _bulletin(options: argparse.Namespace) -> int:
    from zhian.apps.laboratory.bulletins import BulletinError, import_bulletin
    from zhian.desk.actors import Actor
    from zhian.directory.models import Agency

    agency = Agency.objects.filter(code=options.agency).select_related("place").first()
    if agency is None:
        known = ", ".join(Agency.objects.values_list("code", flat=True)[:20])
        print(f"没有这个部门 / no such agency: {options.agency} ({known or '—'})", file=sys.stderr)
        return 2
    try:
        report = import_bulletin(
            options.file,
            agency=agency,
            received=options.received,
            column_map=options.map,
            by=Actor.importer(f"bulletin {options.file.name}"),
        )
    except BulletinError as error:
        print(error, file=sys.stderr)
        return 2
    print(report)
    return 0


def _directory(options: argparse.Namespace) -> int:
    from zhian.directory.imports import Unreadable, import_file

    try:
        report = import_file(options.what, options.file, commit=True)
    except Unreadable as error:
        print(f"{options.file}: {error} / {error.words.en}", file=sys.stderr)
        return 2
    print(report)
    return 1 if report.errors else 0
