"""`zhian ledger`: verify, export, roots. An exported file is verified without any database."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhian.methods import ledger_chain, ledger_file
from zhian.methods.ledger_chain import KeptHead, Report

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Outside:
    """What somebody else kept: roots by day, heads by matter."""

    roots: Mapping[date, str]
    heads: Mapping[str, Sequence[KeptHead]]


def main(argv: list[str]) -> int:
    """0: whole; 1: faults found; 2: a file could not be read."""
    given = _parser().parse_args(argv)
    try:
        code: int = given.run(given)
    except (OSError, ValueError) as why:
        _tell(f"无法读取 / cannot read: {why}", sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("zhian ledger", description=__doc__)
    words = parser.add_subparsers(required=True, metavar="verify | export | root")
    verify = words.add_parser("verify", help="校验账本 / verify the ledger")
    verify.add_argument(
        "--roots", type=Path, metavar="FILE", help="他人保存的根 / roots kept by somebody else"
    )
    verify.add_argument(
        "--heads", type=Path, metavar="PATH", help="他人保存的末条校验值 / heads kept elsewhere"
    )
    verify.add_argument(
        "--export", type=Path, metavar="FILE", help="校验导出文件 / an exported file, no database"
    )
    verify.set_defaults(run=_verify)
    export = words.add_parser("export", help="导出账本 / export (.gz compresses)")
    export.add_argument("file", type=Path)
    export.set_defaults(run=_export)
    root = words.add_parser("root", help="每日的根 / daily roots, as they are kept outside")
    root.add_argument("--all", action="store_true", help="全部 / all, not the last only")
    root.set_defaults(run=_root)
    return parser


def _tell(text: str, to: object = None) -> None:
    print(text, file=to or sys.stdout)  # type: ignore[arg-type]


def _outside(given: argparse.Namespace) -> Outside:
    text = given.roots.read_text(encoding="utf-8") if given.roots else ""
    if given.heads and not given.heads.exists():
        raise OSError(f"{given.heads} 不存在 / does not exist")
    return Outside(
        ledger_chain.kept_roots(text),
        ledger_file.read_heads(given.heads) if given.heads else {},
    )


def _verify(given: argparse.Namespace) -> int:
    outside = _outside(given)
    if given.export:
        report = ledger_chain.audit(
            ledger_file.read(given.export), roots=outside.roots, heads=outside.heads
        )
    else:
        _start_django()
        from zhian.desk.ledger import chain

        report = chain.verify(roots=outside.roots, heads=outside.heads)
    _tell(told(report, bool(outside.roots)))
    return 0 if report.whole else 1


def told(report: Report, outside: bool) -> str:
    """A report as its reader needs it: counts, roots, faults with the act's number, verdict."""
    lines = [
        f"事项 {report.matters}，行为 {report.acts} / matters {report.matters}, acts {report.acts}"
    ]
    for day in report.days:
        mark = "✓" if day.holds else "✗"
        kept = "外存 / kept outside" if day.outside else "本机 / this house's own"
        lines.append(f"{mark} {day.day} {day.found} ({kept})")
    lines += [f"✗ {fault}" for fault in report.faults[:SHOWN]]
    hidden = len(report.faults) - SHOWN + report.more
    if hidden > 0:
        lines.append(f"… 另有 {hidden} 处 / {hidden} more")
    lines.append(_verdict(report, outside))
    return "\n".join(lines)


def _verdict(report: Report, outside: bool) -> str:
    if not report.whole:
        count = len(report.faults) + report.more
        return f"账本不完整：{count} 处问题 / NOT whole: {count} faults"
    if not outside:
        return (
            "账本前后一致；只有他人保存的根（--roots）才能证明未被整体改写 / "
            "consistent; only roots kept by somebody else prove that it was not rewritten"
        )
    return "账本完整，与外存的根一致 / whole, and it leads to the roots kept outside"


def _export(given: argparse.Namespace) -> int:
    _start_django()
    from zhian.desk.ledger import chain

    acts, matters = ledger_file.write(given.file, chain.records())
    _tell(f"已导出 {acts} 个行为、{matters} 个事项 / exported {acts} acts of {matters} matters")
    return 0


def _root(given: argparse.Namespace) -> int:
    _start_django()
    from zhian.desk.ledger import chain, outside

    chain.make_roots()
    rows = list(chain.finished_roots())
    for row in rows if given.all else rows[-1:]:
        _tell(outside.line_of(row))
    return 0


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhian.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
