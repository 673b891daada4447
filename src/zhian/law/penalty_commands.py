"""`zhian law fine | crime`: the range of a fine and the crime prompts, from a terminal."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from zhian.law.commands import Parser, WrongArguments, language, say
from zhian.law.counting import as_day
from zhian.law.crime import CaseFacts, Dealing, nearly, prompted
from zhian.law.crime_grades import flags, people
from zhian.law.crime_prompts import findings
from zhian.law.discretion import bands, review, weigh
from zhian.law.discretion_tables import circumstance_words
from zhian.law.moments import parse_at
from zhian.law.offices import agency_kinds
from zhian.law.penalties import PAYERS, STAGES, measures
from zhian.law.penalty_case import decided_at
from zhian.law.penalty_clauses import FineRange, applicable, fine_range
from zhian.law.penalty_steps import Step, money
from zhian.law.words import Words


def add_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    """Puts `fine` and `crime` beside the other commands of `zhian law`."""
    fine = commands.add_parser("fine", help="罚款幅度 / the range of a fine")
    fine.add_argument("clause", nargs="?", metavar="CLAUSE", help="P-FSL-124")
    fine.add_argument("--find", metavar="WORDS", help="按违法行为查找罚则 / find clauses")
    fine.add_argument("--base", default="0", metavar="YUAN", help="货值或者收入 / value or income")
    fine.add_argument("--on", metavar="DATE", required=True, help="违法行为日 / day of the act")
    fine.add_argument("--stage", choices=sorted(STAGES), default="found")
    fine.add_argument("--who", choices=sorted(PAYERS), default="operator")
    fine.add_argument("--fact", action="append", default=[], metavar="FACT", help="情节 / facts")
    fine.add_argument("--propose", metavar="YUAN", help="拟处罚款 / proposed fine")
    fine.add_argument("--reason", default="", help="理由 / reason")
    fine.add_argument("--level", default="county", help="本机关层级 / our level")
    fine.set_defaults(run=run_fine)
    crime = commands.add_parser("crime", help="涉嫌犯罪提示 / crime prompts")
    crime.add_argument("--found", action="append", default=[], metavar="FINDING")
    for amount in ("sales", "unsold", "turnover", "gains", "loss"):
        crime.add_argument(f"--{amount}", default="0", metavar="YUAN")
    crime.add_argument("--people", action="append", default=[], metavar="KIND=NUMBER")
    crime.add_argument("--flag", action="append", default=[], metavar="FLAG")
    crime.add_argument("--list", action="store_true", help="可填的事实 / facts that can be given")
    crime.set_defaults(run=run_crime)


def run_fine(options: argparse.Namespace) -> int:
    """The range with its arithmetic, its bands and who decides; 1 where a proposal is refused."""
    on = as_day(parse_at(options.on))
    if options.find is not None:
        return _find(options.find, on)
    if not options.clause:
        raise WrongArguments(
            "请写明罚则编号，或者用 --find 查找", "Name a clause, or look for one with --find"
        )
    fine = fine_range(
        options.clause, _yuan(options.base), on=on, stage=options.stage, who=options.who
    )
    _say_steps(fine.steps)
    _say_words("并处", "With it", fine.must, measures())
    _say_words("可以并处", "May come with it", fine.may, measures())
    return _weighed(options, fine, on)


def _find(words: str, on: date) -> int:
    for scale in applicable(on, words=words):
        say(f"{scale.key}  {scale.violation.text(language())}")
    return 0


def _weighed(options: argparse.Namespace, fine: FineRange, on: date) -> int:
    weighed = weigh(options.fact, field=fine.scale.field)
    _say_steps(weighed.steps)
    if fine.fined:
        _say_steps(band.step for band in bands(fine))
    if options.propose is None:
        return _deciders(options, fine, fine.high, on)
    proposed = _yuan(options.propose)
    found = review(fine, proposed, weighed, options.reason)
    _say_steps(found.problems)
    said = Words("可以", "allowed") if found.allowed else Words("不可以", "refused")
    between = "：" if language() == "zh" else ": "
    say(money(proposed).text(language()) + between + said.text(language()))
    _deciders(options, fine, proposed, on)
    return 0 if found.allowed else 1


def _deciders(options: argparse.Namespace, fine: FineRange, amount: Decimal, on: date) -> int:
    _say_steps(decided_at(amount, field=fine.scale.field, on=on, level=options.level).steps)
    return 0


def run_crime(options: argparse.Namespace) -> int:
    """Every prompt that the facts raise and what is near; 1 where there is one."""
    if options.list:
        return _list()
    case = CaseFacts(
        findings=frozenset(options.found),
        dealings=(Dealing(_yuan(options.sales), _yuan(options.unsold)),),
        turnover=_yuan(options.turnover),
        gains=_yuan(options.gains),
        loss=_yuan(options.loss),
        people=dict(_count(text) for text in options.people),
        flags=frozenset(options.flag),
    )
    raised = prompted(case)
    for row in raised:
        goes = agency_kinds()[row.prompt.goes_to].words.text(language())
        say(f"{row.prompt.key}  → {goes}")
        _say_steps(row.steps, indent="  ")
    _say_steps(near.step for near in nearly(case))
    if not raised:
        say("没有提示" if language() == "zh" else "No prompt")
    return 1 if raised else 0


def _list() -> int:
    for option, table in (("--found", findings()), ("--people", people()), ("--flag", flags())):
        for key, words in table.items():
            say(f"{option} {key}  {words.text(language())}")
    for key, words in circumstance_words().items():
        say(f"fine --fact {key}  {words.text(language())}")
    return 0


def _yuan(text: str) -> Decimal:
    return _number(text, Decimal)


def _count(text: str) -> tuple[str, int]:
    key, _, number = text.partition("=")
    return key, _number(number, int)


Number = TypeVar("Number", Decimal, int)


def _number(text: str, kind: Callable[[str], Number]) -> Number:
    try:
        value = kind(text)
    except (InvalidOperation, ValueError):
        raise WrongArguments(f"不是数：{text}", f"Not a number: {text}") from None
    if isinstance(value, Decimal) and not value.is_finite():
        raise WrongArguments(f"不是数：{text}", f"Not a number: {text}")
    return value


def _say_steps(steps: Iterable[Step], indent: str = "") -> None:
    for step in steps:
        say(indent + step.text(language()))


def _say_words(zh: str, en: str, keys: Iterable[str], table: Mapping[str, Words]) -> None:
    named = [table[key].text(language()) for key in keys]
    if named:
        head, between = (zh + "：", "、") if language() == "zh" else (en + ": ", ", ")
        say(head + between.join(named))
