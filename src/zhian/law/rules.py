"""Duties and the rules that state them: load, pick by the date of the triggering event.

A *rule* is one article's answer to: who must do what, within which time, and what follows if not.
The versions of one *duty* share a key and never overlap; procedures cite duties, never rules.
A duty without a statutory rule (an officer's order, an internal target) stands in duties.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from zhian.law.errors import LawError
from zhian.law.provinces import FOLDER, NONE, read_province
from zhian.law.rule_model import Extension, Rule, Source, cited
from zhian.law.rules_file import read_folder

__all__ = [
    "DATA",
    "Extension",
    "Hole",
    "LawBook",
    "Rule",
    "RuleOutOfForce",
    "Source",
    "UnknownRule",
    "book",
    "cited",
]

DATA = Path(__file__).parent / "data"


class UnknownRule(LawError):
    """No rule and no duty has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"没有名为 {name} 的规则或职责；用 zhian law list 查看全部",
            f"There is no rule or duty named {name}; see zhian law list",
        )


class RuleOutOfForce(LawError):
    """The rule did not apply on that day; `instead` is the one that did, if any."""

    def __init__(self, name: str, on: date, rule: Rule | None, instead: Rule | None) -> None:
        zh = f"{name} 在 {on.isoformat()} 不适用"
        en = f"{name} is not in force on {on.isoformat()}"
        if rule is not None:
            zh, en = f"{zh}（{_validity(rule, 'zh')}）", f"{en} ({_validity(rule, 'en')})"
        if instead is None:
            zh, en = f"{zh}；当日没有适用的规则", f"{en}; no rule applies on that day"
        else:
            zh, en = f"{zh}；当日适用 {instead.id}", f"{en}; {instead.id} applies on that day"
        super().__init__(zh, en)
        self.instead = instead


def _validity(rule: Rule, language: str) -> str:
    first = rule.valid_from.isoformat() if rule.valid_from else ""
    last = rule.valid_to.isoformat() if rule.valid_to else ""
    if language == "zh":
        return "，".join(filter(None, [first and f"自{first}起", last and f"至{last}止"]))
    return " ".join(filter(None, [first and f"from {first}", last and f"to {last}"]))


@dataclass(frozen=True, slots=True)
class Hole:
    """Days between two versions of a duty on which no rule states it."""

    duty: str
    first: date
    last: date


class LawBook:
    """Every rule and duty, read once; what holds is always asked with a date."""

    __slots__ = ("_duties", "_rules", "sources")

    def __init__(
        self, sources: Mapping[str, Source], rules: Iterable[Rule], own: Iterable[Rule] = ()
    ) -> None:
        """`own`: what the province says; a duty that it states is no longer the county's own."""
        self.sources = dict(sources)
        ours = {rule.id: rule for rule in own}
        self._rules = {rule.id: rule for rule in rules} | ours
        said = {key for rule in ours.values() for key in rule.duties}
        self._duties: dict[str, tuple[Rule, ...]] = {}
        for rule in self._rules.values():
            for key in rule.duties:
                if rule.id in ours or key not in said:
                    self._duties[key] = (*self._duties.get(key, ()), rule)
        for key, versions in self._duties.items():
            self._duties[key] = tuple(sorted(versions, key=_begin))

    @classmethod
    def load(cls, folder: Path | None = None, province: str = NONE) -> LawBook:
        """The law in a data folder; raises RuleFileError at the first mistake, with file and table.

        `province`: the file of the province whose regulations hold. `zhian law check` lists all
        mistakes instead of the first.
        """
        sources, rules, mistakes = read_folder(folder or DATA)
        if mistakes:
            raise mistakes[0]
        if province == NONE:
            return cls(sources, rules)
        path = (folder or DATA) / FOLDER / f"{province}.toml"
        own = read_province(path, sources)
        return cls({**sources, **own.sources}, rules, own.rules)

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id, in force or not; UnknownRule."""
        try:
            return self._rules[rule_id]
        except KeyError:
            raise UnknownRule(rule_id) from None

    def duty(self, key: str, on: date) -> Rule:
        """The version of a duty that an event of this day triggers; UnknownRule, RuleOutOfForce."""
        for rule in self.versions(key):
            if rule.in_force(on):
                return rule
        raise RuleOutOfForce(key, on, None, None)

    def versions(self, key: str) -> tuple[Rule, ...]:
        """All versions of a duty in the order of time; UnknownRule."""
        try:
            return self._duties[key]
        except KeyError:
            raise UnknownRule(key) from None

    def pick(self, name: str, on: date) -> Rule:
        """A duty's version by date, or the rule named, if it is in force on that day.

        Raises RuleOutOfForce, which names the rule in force, and UnknownRule.
        """
        rule = self._rules.get(name)
        if rule is None or rule not in self._duties.get(name, (rule,)):
            return self.duty(name, on)  # the county's own term, and the province states another
        if rule.in_force(on):
            return rule
        others = (other for key in rule.duties for other in self._duties[key])
        raise RuleOutOfForce(name, on, rule, next((o for o in others if o.in_force(on)), None))

    def rules(self) -> Iterator[Rule]:
        """Every rule in the order of the files."""
        return iter(self._rules.values())

    def statutes(self) -> Iterator[Rule]:
        """Every rule that stands in a law, regulation or rule text."""
        return (rule for rule in self._rules.values() if rule.basis == "statute")

    def duties(self) -> tuple[str, ...]:
        """The key of every duty, sorted."""
        return tuple(sorted(self._duties))

    def has_duty(self, key: str) -> bool:
        """Whether a duty with this key exists at any time."""
        return key in self._duties

    def overlaps(self) -> Iterator[tuple[str, Rule, Rule]]:
        """Pairs of versions of one duty that hold on the same day, which must not be."""
        for key, versions in self._duties.items():
            for index, rule in enumerate(versions):
                yield from ((key, rule, o) for o in versions[index + 1 :] if rule.overlaps(o))

    def holes(self) -> Iterator[Hole]:
        """Days between two versions of a duty for which there is no rule."""
        for key, versions in sorted(self._duties.items()):
            for one, other in pairwise(versions):
                if one.valid_to and other.valid_from and one.valid_to < other.valid_from:
                    first, last = one.valid_to + _DAY, other.valid_from - _DAY
                    if first <= last:
                        yield Hole(key, first, last)


_DAY = timedelta(days=1)


def _begin(rule: Rule) -> date:
    return rule.valid_from or date.min


@lru_cache(maxsize=1)
def book() -> LawBook:
    """The law that zhian ships, read once per process."""
    return LawBook.load()
