"""`zhian judge`: a result against the register of standards, from a terminal, no database."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from zhian.law.commands import Parser, WrongArguments, language, say
from zhian.law.errors import LawError
from zhian.law.limits.batch import day_of, factor_of, run_batch
from zhian.law.limits.comparing import FULL, ROUNDED
from zhian.law.limits.deciding import decide
from zhian.law.limits.questions import Decision, Question
from zhian.law.limits.register import Register
from zhian.law.limits.rows import kind_of
from zhian.law.limits.tables import FOLDER
from zhian.law.words import Words

ZONE = ZoneInfo("Asia/Shanghai")
CHOICES = Words("可选类别：{choices}", "Categories to choose from: {choices}")
WHY = Words("食品类别依据：{why}。", "Category: {why}.")
NEEDED = {"food": "--food", "item": "--item", "value": "--value"}


def main(argv: list[str]) -> int:
    """Runs `zhian judge`; 0 a verdict was given (whatever it is), 2 wrong arguments or file."""
    try:
        options = parser().parse_args(argv)
        if options.batch is not None:
            return _batch(options)
        return _one(options)
    except LawError as error:
        sys.stderr.write(f"zhian judge: {error.words.text(language())}\n")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as ended:
        return int(ended.code or 0)


def parser() -> Parser:
    """The command line of `zhian judge`."""
    top = Parser(prog="zhian judge", description="按食品安全标准判定 / judge a result by standard")
    top.add_argument("--food", help="食品名称 / food")
    top.add_argument("--item", help="检验项目 / test item")
    top.add_argument("--value", help="检验结果 / result, as the report writes it")
    top.add_argument("--on", default="", metavar="DATE", help="生产日期 / day of production")
    top.add_argument("--limit", default="", help="文件所列标准值 / stated limit")
    top.add_argument("--category", default="", help="人工选定的食品类别 / category chosen")
    top.add_argument("--kind", default="", help="抽样分类 / class it was sampled under")
    top.add_argument("--lod", default="", help="检出限 / detection limit")
    top.add_argument("--loq", default="", help="定量限 / quantification limit")
    top.add_argument("--uncertainty", default="", help="测量不确定度 / uncertainty")
    top.add_argument("--factor", default="", help="浓缩或稀释倍数 / concentration or dilution")
    top.add_argument("--given", action="append", default=[], help="已确认的条件 / known condition")
    top.add_argument("--rounded", action="store_true", help="修约值比较法 / compare rounded values")
    top.add_argument("--json", action="store_true")
    top.add_argument("--batch", type=Path, metavar="FILE.csv")
    top.add_argument("--data", type=Path, default=FOLDER, metavar="DIR", help=argparse.SUPPRESS)
    return top


def _batch(options: argparse.Namespace) -> int:
    register = Register.load(options.data)
    out = io.StringIO()
    today = datetime.now(ZONE).date()
    rounding = ROUNDED if options.rounded else FULL
    run_batch(
        options.batch, out, register, today=today, language=language(), rounding=rounding
    )  # fmt: skip
    sys.stdout.write(out.getvalue())
    return 0


def _one(options: argparse.Namespace) -> int:
    missing = [flag for name, flag in NEEDED.items() if not (getattr(options, name) or "").strip()]
    if missing:
        listed = " ".join(missing)
        raise WrongArguments(f"缺少参数 {listed}", f"Missing: {listed}")
    asked = Question(
        options.food,
        options.item,
        options.value,
        day_of(options.on) or datetime.now(ZONE).date(),
        options.limit,
        options.kind,
        options.category,
        options.lod,
        options.loq,
        options.uncertainty,
        ROUNDED if options.rounded else FULL,
        factor_of(options.factor.strip()),
        tuple(options.given),
    )
    found = decide(Register.load(options.data), asked)
    if options.json:
        say(json.dumps(as_json(asked, found), ensure_ascii=False, indent=2))
    else:
        say(_text(found))
    return 0


def as_json(asked: Question, found: Decision) -> dict[str, object]:
    """A decision as plain values, reasons in both languages."""
    row = found.rows[0] if len(found.rows) == 1 else None
    return {
        "verdict": found.verdict,
        "food": asked.food,
        "item": found.item,
        "result": asked.result,
        "on": asked.on.isoformat() if asked.on else None,
        "limit": found.limit or None,
        "kind": kind_of(row) if row else None,
        "standard": found.standard or None,
        "table": found.table or None,
        "category": found.category or None,
        "category_reason": _both(found.food),
        "reason": _both(found.reason),
        "remarks": [_both(words) for words in found.remarks],
        "choices": list(found.choices),
        "times": str(found.times) if found.times is not None else None,
        "verified": row.edition.verified if row else None,
        "source": row.edition.source if row else None,
        "valid_from": _day(row.edition.first) if row else None,
        "valid_to": _day(row.edition.last) if row else None,
        "codex": row.codex or None if row else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _text(found: Decision) -> str:
    spoken = language()
    lines = [found.words.text(spoken), found.reason.text(spoken)]
    if found.food:
        lines.append(WHY.format(why=found.food).text(spoken))
    lines += [remark.text(spoken) for remark in found.remarks]
    if found.choices:
        lines.append(CHOICES.format(choices="；".join(found.choices)).text(spoken))
    return "\n".join(lines)
