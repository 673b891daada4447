"""`zhian draw commit | reveal | verify`: a draw from the terminal, without a database."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn

from zhian.methods import draw
from zhian.methods.draw import Commitment, DrawError, NotVerified, Result, Roster

OFFICE = timezone(timedelta(hours=8))
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise DrawError(
            f"参数不正确：{message}。用 {self.prog} --help 查看用法",
            f"wrong arguments: {message}. See {self.prog} --help",
        )


def main(argv: list[str]) -> int:
    """Run one command: 0 done or verified, 1 not verified (with the reason), 2 wrong input."""
    try:
        options = _parser().parse_args(argv)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except NotVerified as why:
        _say(f"未通过：{why.zh}", f"not verified: {why.en}")
        return 1
    except DrawError as why:
        _say(f"zhian draw：{why.zh}", f"zhian draw: {why.en}")
        return 2
    except SystemExit as ended:
        return int(ended.code or 0)


def _say(zh: str, en: str) -> None:
    sys.stderr.write(f"{zh}\n{en}\n")


def _tell(zh: str, en: str) -> None:
    sys.stdout.write(f"{zh}\n{en}\n")


def _parser() -> argparse.ArgumentParser:
    top = _Parser(prog="zhian draw", description="可验证的抽签 / a draw that anyone can verify")
    parts = top.add_subparsers(required=True, metavar="commit | reveal | verify")
    one = parts.add_parser("commit", help="冻结名单和规则 / freeze roster and rule")
    one.add_argument("roster", type=Path, help="CSV: id, tickets")
    one.add_argument("--take", type=int, required=True, help="抽几户 / how many to take")
    one.add_argument(
        "--public",
        required=True,
        help="由哪个以后公布的数值决定，来源和日期 / which later public value decides",
    )
    one.add_argument("--reserve", type=int, help="备选几户 / how many in reserve")
    one.add_argument("--replaces", type=Path, help="重抽：原结果 / redraw: the earlier result")
    one.add_argument("--reason", default="", help="重抽的理由 / why it is drawn again")
    one.add_argument("--out", type=Path, required=True)
    one.set_defaults(run=_commit)
    two = parts.add_parser("reveal", help="按公开数值抽取 / draw by the public value")
    two.add_argument("commitment", type=Path)
    two.add_argument("--public-value", required=True)
    two.add_argument("--roster", type=Path, required=True)
    two.add_argument("--out", type=Path, required=True)
    two.set_defaults(run=_reveal)
    three = parts.add_parser("verify", help="重新计算并比较 / draw anew and compare")
    three.add_argument("result", type=Path)
    three.add_argument("--roster", type=Path, required=True)
    three.set_defaults(run=_verify)
    return top


def _commit(options: argparse.Namespace) -> int:
    roster = _roster(options.roster)
    earlier = _result(options.replaces) if options.replaces else None
    made = draw.commit(
        roster,
        take=options.take,
        public=options.public,
        reserve=options.reserve,
        replaces=earlier,
        reason=options.reason,
    )
    _warn_of_day(made)
    _write(options.out, _table(made))
    _tell(
        f"已承诺：{made.premises} 户（{made.tickets} 签）中抽 {made.take} 户，"
        f"备选 {made.reserve} 户；名单校验值 {made.roster_sha256}",
        f"committed: {made.take} of {made.premises} premises ({made.tickets} tickets), "
        f"{made.reserve} in reserve; SHA-256 of the roster {made.roster_sha256}",
    )
    return 0


def _warn_of_day(made: Commitment) -> None:
    """A value that may be known already proves nothing: say so where the day named has come."""
    days = [_day(found.groups()) for found in DAY.finditer(made.public)]
    today = datetime.now(OFFICE).date()
    if any(day is not None and day <= today for day in days):
        _say(
            "注意：所写日期不晚于今天。公开数值必须在承诺之后才公布，否则抽签不能服人",
            "note: the day named is not after today. The value must come out after the commitment",
        )


def _day(parts: tuple[str, ...]) -> date | None:
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _reveal(options: argparse.Namespace) -> int:
    promised = draw.commitment_from(_json(options.commitment))
    result = draw.reveal(promised, _roster(options.roster), options.public_value)
    _write(options.out, result.plain())
    taken, reserve = len(result.taken), len(result.reserve)
    _tell(
        f"抽中 {taken} 户，备选 {reserve} 户；种子 {result.seed}",
        f"{taken} taken, {reserve} in reserve; seed {result.seed}",
    )
    return 0


def _verify(options: argparse.Namespace) -> int:
    result = _result(options.result)
    draw.verify(result, _roster(options.roster))
    taken, reserve = len(result.taken), len(result.reserve)
    _tell(
        f"通过：{taken} 户抽中、{reserve} 户备选，均由名单和公开数值得出",
        f"verified: {taken} taken and {reserve} in reserve follow from roster and public value",
    )
    return 0


def _roster(path: Path) -> Roster:
    return draw.read_roster(_bytes(path))


def _result(path: Path) -> Result:
    return draw.result_from(_json(path))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as why:
        reason = os.strerror(why.errno) if why.errno else str(why)
        raise DrawError(f"无法读取 {path}：{reason}", f"cannot read {path}: {reason}") from why


def _json(path: Path) -> Any:
    try:
        return json.loads(_bytes(path))
    except ValueError as why:
        raise DrawError(f"{path} 不是 JSON：{why}", f"{path} is no JSON: {why}") from why


def _write(path: Path, table: Any) -> None:
    text = json.dumps(table, ensure_ascii=False, indent=1) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as why:
        reason = os.strerror(why.errno) if why.errno else str(why)
        raise DrawError(f"无法写入 {path}：{reason}", f"cannot write {path}: {reason}") from why


def _table(made: Commitment) -> dict[str, Any]:
    return {name: getattr(made, name) for name in Commitment.__slots__}
