"""The checks behind the gates of the credit record and its repair (REPAIR 2 to 23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhian.law.gate_model import View, checks
from zhian.law.other_licence_gates import CHECKS
from zhian.law.words import Words

__all__ = ["CHECKS", "EntrySeen"]

# What stands for an operator needs its proof; what stands against it needs its decision too.
GOOD = frozenset(["award", "standard", "pledge", "inspection"])


@dataclass(frozen=True, slots=True)
class EntrySeen:
    """A credit entry as gates see it: whether it is bad and stands, and when it may be repaired."""

    number: str
    bad: bool
    stands: bool
    repairable_from: date | None


def _entry(view: View) -> EntrySeen | None:
    known: Mapping[str, EntrySeen] = view.facts.get("credit_entries") or {}
    return known.get(str(view.fields.get("entry_number") or "").strip().upper())


@checks("REPAIR-KNOWN", reads=("credit_entries",))
def entry_is_its_own(view: View) -> Words | None:
    """Only what stands against this operator can be repaired (REPAIR 2)."""
    entry = _entry(view)
    if entry is None:
        return Words(
            "该主体没有这个编号的信用记录。", "The operator has no credit entry of this number."
        )
    if not entry.bad:
        return Words("这不是失信记录，不需要修复。", "Nothing bad: there is nothing to repair.")
    if not entry.stands:
        return Words("该记录已经停止公示。", "The entry has ended already.")
    return None


@checks("REPAIR-TERM", reads=("credit_entries",))
def shortest_term_is_over(view: View) -> Words | None:
    """Minor and revoking ones end by themselves; of others the shortest term must be over
    (REPAIR 7, 8, 9, 13)."""
    entry = _entry(view)
    if entry is None:
        return None
    if entry.repairable_from is None:
        return Words(
            "该类记录期满自行停止公示，不能提前修复。",
            "An entry of this sort ends with its term and may not be repaired early.",
        )
    if view.act.day < entry.repairable_from:
        day = entry.repairable_from
        return Words(
            f"最短公示期未满，{day} 起可以申请。",
            f"The shortest term is not over: it may be asked for from {day}.",
        )
    return None


@checks("REPAIR-BARRED", reads=("repair_barred_until",))
def no_fraud_before(view: View) -> Words | None:
    """Three years without an application after a fraud (REPAIR 23)."""
    until = view.facts.get("repair_barred_until")
    if until is None or view.act.day > until:
        return None
    return Words(
        f"曾在信用修复中弄虚作假，至 {until} 不得申请。",
        f"It was fraudulent in a credit repair before: no application until {until}.",
    )


@checks("REPAIR-PUSH", reads=("unpushed",))
def sent_to_its_province(view: View) -> Words | None:
    """Whoever is registered in another province is repaired there too (REPAIR 4)."""
    if not view.facts.get("unpushed"):
        return None
    return Words(
        "该主体登记地在外省，请先推送修复信息。",
        "It is registered in another province: send the repair on first.",
    )


@checks("CREDIT-DAY")
def entered_with_its_decision(view: View) -> Words | None:
    """What is entered happened, and what is bad names the decision it rests on."""
    day = view.fields.get("happened_on")
    if isinstance(day, date) and day > view.act.day:
        return Words("日期在今天之后。", "The day is in the future.")
    if view.fields.get("sort") not in GOOD and not view.fields.get("decision_number"):
        return Words("负面信息须写决定文号。", "What is bad needs the number of its decision.")
    return None
