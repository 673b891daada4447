"""The shapes of the law: a source, a rule of it, and how long a rule may be extended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhian.law.counting import AT_ONCE, Period
from zhian.law.periodic import Recurrence
from zhian.law.words import Words


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
