"""What is known of a premises on the day the plan is made, as numbers with words.

Everything is computed from rows dated before the planning day, and every number says the day of the
newest row behind it. A finding counts for what it is worth: a clean visit by somebody who hardly
ever finds anything says little. So what is summed is the surprise, the finding less what whoever
went finds on the average, over how much the visits could tell (one Newton step of the log-odds).
Nothing is known here of who will go, of places, or of the office in charge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zhian.methods.targeting.asof import YEAR, Known, known, pick
from zhian.methods.targeting.history import (
    NEVER,
    UNKNOWN,
    Days,
    Floats,
    Inspections,
    Ints,
    Register,
    Words,
)

OWN, OTHERS = 0.5, 3.0  # how much visits must tell before a record is believed
VISITS = 1.5  # visits before the sorts of findings of a premises are believed
LONGEST = 3.0  # years beyond which more makes no difference

SINCE = Words("距上次检查的时间", "time since the last inspection")
RECORD = Words("本场所以往的严重问题", "critical findings here before")
VISITED = Words("以往检查次数", "number of earlier inspections")
AGE = Words("开业时间", "time in business")
RISK = Words("风险等级", "risk class")
KIND = Words("同类场所的情况", "record of premises of this kind")
OWNER = Words("同一经营者的其他场所", "other premises of the owner")
BRAND = Words("同一招牌的其他场所", "other premises of the brand")
ADDRESS = Words("同一门牌的其他场所", "other premises at the address")


@dataclass(frozen=True, slots=True)
class Features:
    """`values` (premises, features); `newest` of the same shape: the day of the newest row used,
    NaT where there was none; `keys` one for each feature, `topics` what it is about."""

    planned: np.datetime64
    values: Floats
    newest: Days
    keys: tuple[str, ...]
    topics: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One feature before it is put beside the others."""

    key: str
    topic: Words
    values: Floats
    newest: Days


def features(
    register: Register, inspections: Inspections, premises: Ints, planned: np.datetime64
) -> Features:
    """What was known of some premises (codes) before the planning day."""
    facts = known(register, inspections, planned)
    columns = [
        *_visits(facts, premises),
        *_record(facts, premises),
        *_items(facts, premises),
        *_entry(facts, premises),
        *_alike(facts, premises),
    ]
    return Features(
        planned,
        np.column_stack([one.values for one in columns]),
        np.column_stack([one.newest for one in columns]),
        tuple(one.key for one in columns),
        tuple(one.topic for one in columns),
    )


def _visits(facts: Known, premises: Ints) -> Iterator[Column]:
    last = facts.last[premises]
    newest = pick(last, facts.past.day, NEVER)
    years = np.minimum(pick(last, facts.age, 0.0), LONGEST)
    yield Column("first", SINCE, (last < 0).astype(np.float64), newest)
    yield Column("since", SINCE, years, newest)
    yield Column("since_squared", SINCE, years**2, newest)
    yield Column("visits", VISITED, np.log1p(facts.visits[premises]), newest)


def _record(facts: Known, premises: Ints) -> Iterator[Column]:
    past, last = facts.past, facts.last[premises]
    newest = pick(last, past.day, NEVER)
    hit = np.full(facts.size, UNKNOWN)
    hit[past.premises[past.found]] = np.flatnonzero(past.found)
    fresh = np.exp(-pick(hit[premises], facts.age, np.inf) / 2.0)
    yield Column("last", RECORD, pick(last, past.found.astype(np.float64), 0.0), newest)
    yield Column("fresh", RECORD, fresh, newest)
    weight, summed = facts.total(facts.weight), facts.total(facts.surprise)
    yield Column("record", RECORD, (summed / (weight + OWN))[premises], facts.eve(last >= 0))


def _items(facts: Known, premises: Ints) -> Iterator[Column]:
    weight = facts.total(facts.fade) + VISITS
    newest = facts.eve(facts.visits[premises] > 0)
    for n, words in enumerate(facts.past.item_words):
        more = facts.beyond(np.log1p(facts.past.items[:, n]))
        values = (facts.total(facts.fade * more) / weight)[premises]
        yield Column(f"item{n}", words, values, newest)


def _entry(facts: Known, premises: Ints) -> Iterator[Column]:
    row, entries = facts.row[premises], facts.register
    newest = pick(row, entries.since, NEVER)
    opened = pick(row, entries.opened, NEVER)
    undated = np.isnat(opened)
    years = np.where(undated, 0.0, (facts.planned - opened).astype(np.float64) / YEAR)
    dated = np.fmax(newest, opened)
    yield Column("age", AGE, np.log1p(years), dated)
    yield Column("new", AGE, (~undated & (years < 1)).astype(np.float64), dated)
    yield Column("undated", AGE, undated.astype(np.float64), dated)
    risk = pick(row, entries.risk, UNKNOWN)
    for n in range(entries.risks):
        yield Column(f"risk{n}", RISK, (risk == n).astype(np.float64), newest)
    for n, words in enumerate(entries.licences):
        held = pick(row, entries.sorts[:, n].astype(np.float64), 0.0)
        yield Column(f"licence{n}", words, held, newest)


def _alike(facts: Known, premises: Ints) -> Iterator[Column]:
    entries = facts.register
    yield _others(facts, premises, entries.kind, "kind", KIND)
    for key, topic, codes in (
        ("owner", OWNER, entries.owner),
        ("brand", BRAND, entries.brand),
        ("address", ADDRESS, entries.address),
    ):
        yield _others(facts, premises, codes, key, topic)
        group = _grouped(facts, codes)
        many = np.bincount(group, minlength=1)[group]
        size = np.where(group > 0, np.log(np.maximum(many, 1)), 0.0)[premises]
        yield Column(f"{key}_size", topic, size, _entered(facts, group)[premises])


def _others(facts: Known, premises: Ints, codes: Ints, key: str, topic: Words) -> Column:
    """The record of all others that share a code, drawn to nothing where it tells little."""
    group = _grouped(facts, codes)
    own = [facts.total(one) for one in (facts.weight, facts.surprise)]
    weight, summed = (np.bincount(group, one, minlength=1)[group] - one for one in own)
    rate = np.where(group > 0, summed / (np.maximum(weight, 0.0) + OTHERS), 0.0)
    newest = np.fmax(_entered(facts, group)[premises], facts.eve(group[premises] > 0))
    return Column(key, topic, rate[premises], newest)


def _grouped(facts: Known, codes: Ints) -> Ints:
    """By premises: its code and one, 0 where it has none."""
    return pick(facts.row, codes, UNKNOWN) + 1


def _entered(facts: Known, group: Ints) -> Days:
    """By premises: when the newest entry of its group was made; its own where it has no group."""
    entered = pick(facts.row, facts.register.since, NEVER)
    newest = np.full(int(group.max(initial=0)) + 1, NEVER)
    np.fmax.at(newest, group, entered)
    return np.where(group > 0, newest[group], entered)
