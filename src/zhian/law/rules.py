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

from zhian.law.counting import AT_ONCE, Period
from zhian.law.errors import LawError
from zhian.law.periodic import Recurrence
from zhian.law.words import Words

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
class Source:
    """A law, regulation or rule text: what it is called, since when it holds, where it was read."""

    key: str
    title: Words
    doc_no: str
    level: str
    valid_from: date | None
    valid_to: date | None
    seen_in: str
    verified: str
    status: Words
    note: Words


@dataclass(frozen=True, slots=True)
class Extension:
    """By how much, how often and with whose consent a period may be extended."""

    amount: int | None
    unit: str | None
    times: int | None
    approver: Words
    condition: Words
    further: Words


@dataclass(frozen=True, slots=True)
class Rule:
    """One article's duty in force for a time; `basis` tells statute from order and internal target.

    `more` holds the keys that only some rules have (thresholds, alternatives, ceilings) as read.
    """

    id: str
    duties: tuple[str, ...]
    title: Words
    basis: str
    source: Source | None
    article: str
    actor: str
    kind: str
    trigger: Words
    action: Words
    consequence: Words
    document: Words
    note: Words
    period: Period
    extension: Extension | None
    excluded: tuple[str, ...]
    condition: Mapping[str, object]
    recurrence: Recurrence
    valid_from: date | None
    valid_to: date | None
    verified: str
    more: Mapping[str, object]
    file: str

    @property
    def duty(self) -> str:
        """The key of the duty that this rule states (the first, where it states two)."""
        return self.duties[0]

    @property
    def at_once(self) -> bool:
        """Whether the law says 立即 or 及时 and gives no number."""
        return self.period.unit in AT_ONCE

    def in_force(self, on: date) -> bool:
        """Whether an event of this day triggers the rule."""
        first, last = self.valid_from, self.valid_to
        return (first is None or first <= on) and (last is None or on <= last)

    def overlaps(self, other: Rule) -> bool:
        """Whether both rules hold on some day."""
        first = max(self.valid_from or date.min, other.valid_from or date.min)
        return first <= min(self.valid_to or date.max, other.valid_to or date.max)

    @property
    def citation(self) -> Words:
        """Source and article as a person cites them."""
        title = self.source.title if self.source else Words("", "")
        article = cited(self.article)
        zh, en = f"{title.zh} {article.zh}".strip(), f"{title.en}, {article.en}"
        return Words(zh, en.strip(", "))


def cited(article: str) -> Words:
    """An article as people write it: 第22、23条 / arts. 22, 23; a named part stays as it is.

    A question mark says that the number was not read in the text itself.
    """
    number = article.rstrip("?")
    if not number.replace(",", "").replace("-", "").isdigit():
        named = article.strip("—")
        return Words(named, f"section {named}" if named[:1].isdigit() else "")
    plural = "arts." if "," in number or "-" in number else "art."
    zh = f"第{number.replace(',', '、').replace('-', '—')}条"
    en = f"{plural} {number.replace(',', ', ').replace('-', '–')}"
    return Words(f"{zh}（待核）", f"{en} (to be checked)") if number != article else Words(zh, en)


@dataclass(frozen=True, slots=True)
class Hole:
    """Days between two versions of a duty on which no rule states it."""

    duty: str
    first: date
    last: date


class LawBook:
    """Every rule and duty, read once; what holds is always asked with a date."""

    __slots__ = ("_duties", "_rules", "sources")

    def __init__(self, sources: Mapping[str, Source], rules: Iterable[Rule]) -> None:
        self.sources = dict(sources)
        self._rules = {rule.id: rule for rule in rules}
        self._duties: dict[str, tuple[Rule, ...]] = {}
        for rule in self._rules.values():
            for key in rule.duties:
                self._duties[key] = (*self._duties.get(key, ()), rule)
        for key, versions in self._duties.items():
            self._duties[key] = tuple(sorted(versions, key=_begin))

    @classmethod
    def load(cls, folder: Path | None = None) -> LawBook:
        """The law in a data folder; raises RuleFileError at the first mistake, with file and table.

        `zhian law check` lists all mistakes instead of the first.
        """
        from zhian.law.rules_file import read_folder

        sources, rules, mistakes = read_folder(folder or DATA)
        if mistakes:
            raise mistakes[0]
        return cls(sources, rules)

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
        if rule is None:
            return self.duty(name, on)
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
