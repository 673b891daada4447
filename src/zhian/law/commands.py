"""`zhian law due | show | list | check | fine | crime`: the law asked from a terminal."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from zhian.law.batch import run_batch
from zhian.law.counting import CannotCount, Due, Pause
from zhian.law.errors import LawError
from zhian.law.moments import parse_at, parse_length, parse_pause
from zhian.law.reckoning import Reckoner, extension
from zhian.law.rules import LawBook, Rule
from zhian.law.rules_file import BASES, KINDS
from zhian.law.wording import period_words
from zhian.law.words import Words

PROVISIONAL = Words(
    "暂定：其中有年份的节假日安排尚未公布",
    "Provisional: the holidays of a year are not published yet",
)
NOT_PAUSED = Words(
    "注意：本条没有规定期间可以扣除", "Note: this article names nothing that stops the clock"
)


class WrongArguments(LawError):
    """The command line asks for something that cannot be; exit 2."""


class Parser(argparse.ArgumentParser):
    """An argument parser that answers a mistake with a sentence instead of a usage dump."""

    def error(self, message: str) -> NoReturn:
        """Raises WrongArguments; `main` prints it and exits 2."""
        raise WrongArguments(
            f"参数不正确：{message}。用 {self.prog} --help 查看用法",
            f"Wrong arguments: {message}. See {self.prog} --help",
        )


def main(argv: list[str]) -> int:
    """Runs one `zhian law` command; 0 done, 1 the check found problems, 2 wrong arguments."""
    try:
        options = parser().parse_args(argv)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except LawError as error:
        sys.stderr.write(f"zhian law: {error.words.text(language())}\n")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as ended:
        return int(ended.code or 0)


def say(line: str) -> None:
    """One line of the answer on standard output."""
    sys.stdout.write(line + "\n")


def language() -> str:
    """English where the terminal's locale is English, else Chinese."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "en" if locale.lower().startswith("en") else "zh"


def parser() -> Parser:
    """The command line of `zhian law`."""
    from zhian.law.penalty_commands import add_commands

    top = Parser(prog="zhian law", description="法定期限与规则 / statutory deadlines and rules")
    data = Parser(add_help=False)
    data.add_argument("--data", type=Path, metavar="DIR", help="规则数据目录 / folder of rule data")
    commands = top.add_subparsers(required=True, metavar="due|show|list|check|fine|crime")
    due = commands.add_parser("due", parents=[data], help="何时到期 / when something is due")
    due.add_argument("name", nargs="?", metavar="DUTY|RULE")
    due.add_argument("--at", metavar="WHEN", help="YYYY-MM-DD | YYYY-MM-DDTHH:MM:SS")
    due.add_argument("--extend", nargs="?", action="append", metavar="N", help="延长 / extended")
    due.add_argument("--pause", action="append", default=[], metavar="FROM..TO")
    due.add_argument("--start", metavar="DAY", help="周期的首日 / first day of a period")
    due.add_argument("--json", action="store_true")
    due.add_argument("--batch", type=Path, metavar="FILE.csv")
    due.set_defaults(run=run_due)
    show = commands.add_parser("show", parents=[data], help="规则全文 / all about one rule")
    show.add_argument("name", metavar="ID|DUTY")
    show.set_defaults(run=run_show)
    listing = commands.add_parser("list", parents=[data], help="规则一览 / one rule a line")
    listing.add_argument("--kind", metavar="K", choices=sorted(KINDS | BASES))
    listing.add_argument("--on", metavar="DATE")
    listing.set_defaults(run=run_list)
    check = commands.add_parser("check", parents=[data], help="核对数据 / check the data")
    check.set_defaults(run=run_check)
    add_commands(commands)
    return top


@dataclass(frozen=True, slots=True)
class Question:
    """One `zhian law due` as asked."""

    name: str
    at_text: str
    at: date
    pauses: tuple[Pause, ...]
    extend: tuple[int | None, ...]
    start: date | None


def run_due(options: argparse.Namespace) -> int:
    """One due date, or a file of them."""
    if options.batch is not None:
        if options.name or options.at or options.extend or options.pause:
            raise WrongArguments(
                "--batch 不与其他参数并用", "--batch does not go with other arguments"
            )
        return run_batch(options.batch, sys.stdout, Reckoner.load(options.data), language())
    question = _question(options)
    reckoner = Reckoner.load(options.data)
    rule = reckoner.book.pick(question.name, _day(question.at))
    due, reason = _answer(reckoner, rule, question)
    if options.json:
        say(json.dumps(_as_json(reckoner, rule, question, due, reason), ensure_ascii=False))
    else:
        say("\n".join(_as_lines(reckoner, rule, question, due, reason)))
    return 0


def _question(options: argparse.Namespace) -> Question:
    if not options.name or not options.at:
        raise WrongArguments(
            "请写明职责或规则编号以及 --at 日期",
            "Name a duty or rule and the day it is triggered (--at)",
        )
    return Question(
        options.name,
        options.at,
        parse_at(options.at),
        tuple(parse_pause(text) for text in options.pause),
        tuple(_length(text) for text in options.extend or ()),
        parse_at(options.start) if options.start else None,
    )


def _length(text: str | None) -> int | None:
    if text is None:
        return None
    length = parse_length(text)
    if length is None:
        raise WrongArguments(
            f"延长的长度应为正整数，不是 {text}", f"--extend takes a whole number, not {text}"
        )
    return length


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def _answer(reckoner: Reckoner, rule: Rule, question: Question) -> tuple[Due | None, Words | None]:
    """The due date, or why the rule gives none; an extension the rule lacks is a wrong argument."""
    for length in question.extend:
        extension(rule, length)
    try:
        due = reckoner.count(
            rule, question.at, pauses=question.pauses, extend=question.extend, start=question.start
        )
    except CannotCount as error:
        if question.pauses or question.extend:
            raise
        return None, error.words
    return due, due.reason


def _as_json(
    reckoner: Reckoner, rule: Rule, question: Question, due: Due | None, reason: Words | None
) -> dict[str, object]:
    spoken = language()
    target = reckoner.target(rule, question.at) if rule.at_once else None
    return {
        "duty": question.name if question.name in rule.duties else rule.duty,
        "rule": rule.id,
        "title": {"zh": rule.title.zh, "en": rule.title.en},
        "basis": rule.basis,
        "source": rule.source.key if rule.source else None,
        "article": rule.article,
        "at": question.at_text,
        "unit": rule.period.unit,
        "amount": rule.period.amount,
        "due": _due_text(due, question),
        "provisional": bool(due and due.provisional),
        "immediate": bool(due and due.immediate),
        "window": [day.isoformat() for day in due.window] if due and due.window else None,
        "extended": bool(question.extend),
        "reason": reason.text(spoken) if reason else None,
        "consequence": rule.consequence.text(spoken) or None,
        "internal_target": target.text if target else None,
    }


def _due_text(due: Due | None, question: Question) -> str | None:
    if due is None:
        return None
    return question.at_text if due.immediate else due.text


def _as_lines(
    reckoner: Reckoner, rule: Rule, question: Question, due: Due | None, reason: Words | None
) -> list[str]:
    spoken = language()
    zh = spoken == "zh"
    lines = [_due_text(due, question) or ("无法计算" if zh else "cannot be counted")]
    lines.append(f"{rule.id}  {rule.duty}  {rule.title.text(spoken)}")
    lines.append(rule.citation.text(spoken))
    counted = "起算" if zh else "Counted from"
    lines.append(f"{counted}: {question.at_text}; {period_words(rule.period).text(spoken)}")
    lines += [reason.text(spoken)] if reason else []
    if due and due.window:
        lines.append(f"{due.window[0].isoformat()} — {due.window[1].isoformat()}")
    if question.pauses and not rule.excluded:
        lines.append(NOT_PAUSED.text(spoken))
    lines += [PROVISIONAL.text(spoken)] if due and due.provisional else []
    target = reckoner.target(rule, question.at) if rule.at_once else None
    if target:
        label = "内部时限（非法定）" if zh else "Internal target (not statutory)"
        lines.append(f"{label}: {target.text}")
    if rule.consequence:
        lines.append(f"{'逾期' if zh else 'If missed'}: {rule.consequence.text(spoken)}")
    return lines


def run_show(options: argparse.Namespace) -> int:
    """Everything that is known of a rule, or of every version of a duty."""
    from zhian.law.showing import described

    book = LawBook.load(options.data)
    if book.has_duty(options.name):
        rules = book.versions(options.name)
    else:
        rules = (book.rule(options.name),)
    say("\n\n".join(described(rule, language()) for rule in rules))
    return 0


def run_list(options: argparse.Namespace) -> int:
    """One rule a line, its id first; of a kind, or in force on a day, if asked."""
    book = LawBook.load(options.data)
    on = _day(parse_at(options.on)) if options.on else None
    by_basis = options.kind in BASES
    rules = book.rules() if by_basis else book.statutes()
    for rule in rules:
        wanted = options.kind in (None, rule.basis if by_basis else rule.kind)
        if wanted and (on is None or rule.in_force(on)):
            say(_line(rule, language()))
    return 0


def _line(rule: Rule, spoken: str) -> str:
    period = period_words(rule.period).text(spoken)
    source = f"{rule.source.key} {rule.article}" if rule.source else rule.basis
    return f"{rule.id}  {rule.duty}  {period}  {rule.title.text(spoken)}  {source}"


def run_check(options: argparse.Namespace) -> int:
    """Every problem with its file and table, then what was checked; 1 if there is any problem."""
    from zhian.law.check import counted, problems

    found = list(problems(options.data))
    for problem in found:
        say(problem.text(language()))
    say(", ".join(f"{number} {name}" for name, number in counted(options.data).items()))
    for line in _holes(options.data) if not found else ():
        say(line)
    say(f"{len(found)} problem" + ("" if len(found) == 1 else "s"))
    return 1 if found else 0


def _holes(folder: Path | None) -> Sequence[str]:
    zh = language() == "zh"
    said = "期间没有适用的规则" if zh else "no rule on these days"
    holes = LawBook.load(folder).holes()
    return [f"{h.duty}: {h.first.isoformat()} — {h.last.isoformat()} {said}" for h in holes]
