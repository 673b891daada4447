"""A question as its page shows it: the row, the establishments it may belong to, and what each
answer would change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from zhian.apps.registry.census import kinds, words
from zhian.apps.registry.census.review import answers, figures, reclustering
from zhian.apps.registry.census.review.answers import Option
from zhian.apps.registry.census.review.errors import Contradiction
from zhian.apps.registry.census.review.figures import Piece, Sketch, Waterfall
from zhian.apps.registry.census.review.reclustering import Answer, Bonds, Plan
from zhian.apps.registry.census.review.standing import Situation, key_of
from zhian.apps.registry.models import (
    CensusConflict,
    CensusQuestion,
    Establishment,
    SourceRecord,
)
from zhian.law.words import NO_WORDS, Words

LETTERS = tuple(Words(zh, en) for zh, en in zip("甲乙丙丁戊己庚辛", "ABCDEFGH", strict=True))
SECONDS = {
    "legal_act": Words(
        "涉及已有执法或者许可事项的主体，须另一人同意后生效。",
        "An establishment with a case, matter or licence is concerned: it takes effect when a "
        "second person agrees.",
    ),
    "two_codes": Words(
        "两户各有一个有效代码，须另一人同意后生效。",
        "The two have different valid codes: it takes effect when a second person agrees.",
    ),
}


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row of a roster with its words."""

    record: SourceRecord
    letter: Words = NO_WORDS

    @property
    def roster(self) -> Words:
        """Its roster."""
        return kinds.roster_words(self.record.roster)

    @property
    def kind(self) -> Words:
        """Its trade."""
        return kinds.trade_words(self.record.kind)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer would change: blind spots that appear and vanish, whether a second person
    must agree, or why it cannot be given."""

    appears: tuple[Words, ...] = ()
    vanishes: tuple[Words, ...] = ()
    second: Words | None = None
    refused: Words | None = None
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One establishment that the row may belong to."""

    key: str
    index: int
    house: Establishment | None
    speaks: SourceRecord | None
    rows: tuple[RowShown, ...]
    here: bool
    log_odds: float
    percent: float
    evidence: Waterfall
    name: tuple[list[Piece], list[Piece]]
    address: tuple[list[Piece], list[Piece]]
    sketch: Sketch | None
    effect: Effect


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with all that its page needs."""

    question: CensusQuestion
    row: RowShown
    home: Establishment | None
    siblings: tuple[RowShown, ...]
    cards: tuple[Card, ...]
    none: Effect
    wrong: Effect
    stamp: str
    flags: tuple[Words, ...]

    moot: bool


def flag_words(flag: str) -> Words:
    """A blind spot in words."""
    return words.FLAGS.get(flag, Words(flag, flag))


def question(asked: CensusQuestion, view: Situation, bonds: Bonds, stamp: str) -> Shown:
    """A question as it stands now."""
    home = view.home(asked.record_id)
    cards = tuple(_card(asked, n, view, bonds, home) for n in range(len(asked.choices)))
    mine = key_of(asked.record)
    others = tuple(key_of(card.speaks) for card in cards if card.speaks is not None)
    siblings = view.rows(home.pk) if home else []
    return Shown(
        asked,
        RowShown(asked.record),
        home,
        tuple(RowShown(row) for row in siblings if key_of(row) != mine),
        tuple(card for card in cards if card.house is not None),
        _effect(view, bonds, Answer(mine, "", others)),
        _effect(view, bonds, Answer(mine, "", others[:1])),
        stamp,
        tuple(flag_words(flag) for flag in asked.changes),
        not others or (asked.purpose == "review" and bonds.settles(mine, others)),
    )


def _card(
    asked: CensusQuestion, index: int, view: Situation, bonds: Bonds, home: Establishment | None
) -> Card:
    choice: dict[str, Any] = asked.choices[index]
    house = view.home(choice["record"])
    rows = view.rows(house.pk) if house else []
    pk = view.replaced.get(choice["record"], choice["record"])
    speaks = next((row for row in rows if row.pk == pk), None)
    mine, theirs = asked.record, speaks or asked.record
    return Card(
        str(index + 1),
        index,
        house,
        speaks,
        tuple(RowShown(row) for row in rows),
        house is not None and house == home,
        float(choice["log_odds"]),
        100 * float(choice["chance"]),
        figures.waterfall(choice["evidence"]),
        figures.compared(mine.name, theirs.name),
        figures.compared(mine.addr, theirs.addr),
        _sketch(mine, rows, house),
        _choosing(asked, index, view, bonds),
    )


def _sketch(
    mine: SourceRecord, rows: list[SourceRecord], house: Establishment | None
) -> Sketch | None:
    here = figures.point(mine.rest)
    found = [p for row in rows if row.pk != mine.pk and (p := figures.point(row.rest))]
    site = house.premises if house else None
    if site and site.longitude is not None and site.latitude is not None:
        found.insert(0, (site.longitude, site.latitude))
    return figures.sketch(here, found[0]) if here and found else None


def _choosing(asked: CensusQuestion, index: int, view: Situation, bonds: Bonds) -> Effect:
    """What follows from choosing a card."""
    records = [choice["record"] for choice in asked.choices]
    keys = {link.record_id: key_of(link.record) for link in view.links}
    named = [keys.get(view.replaced.get(pk, pk), "") for pk in records]
    home, picked = view.home(asked.record_id), view.home(records[index])
    left = tuple(
        key
        for key, pk in zip(named, records, strict=True)
        if key and home is not None and home != picked and view.home(pk) == home
    )
    return _effect(view, bonds, Answer(key_of(asked.record), named[index], left))


def _effect(view: Situation, bonds: Bonds, answer: Answer) -> Effect:
    try:
        plan = reclustering.plan(view.register, bonds, answer)
    except Contradiction as why:
        return Effect(refused=why.words)
    return effect_of(plan)


def effect_of(plan: Plan) -> Effect:
    """A plan in words: what appears and vanishes in sum."""
    counts = Counter(flag for _house, flag in plan.begins)
    counts.subtract(Counter(flag for _house, flag in plan.ends))
    return Effect(
        tuple(flag_words(flag) for flag, n in counts.items() if n > 0),
        tuple(flag_words(flag) for flag, n in counts.items() if n < 0),
        SECONDS.get(plan.second),
        moves=bool(plan.moves),
    )


# --- conflicts


@dataclass(frozen=True, slots=True)
class Side:
    """One row of a conflict with the establishment it stands in and its sibling rows."""

    row: RowShown
    home: Establishment | None
    siblings: tuple[RowShown, ...]


@dataclass(frozen=True, slots=True)
class ConflictShown:
    """A conflict with its rows side by side, and what may be answered."""

    conflict: CensusConflict
    words: Words
    sides: tuple[Side, ...]
    options: tuple[Option, ...]
    stamp: str
    together: bool

    @property
    def name(self) -> tuple[list[Piece], list[Piece]] | None:
        """The first two names, compared."""
        if len(self.sides) < 2:
            return None
        return figures.compared(self.sides[0].row.record.name, self.sides[1].row.record.name)


def conflict(asked: CensusConflict, view: Situation, stamp: str) -> ConflictShown:
    """A conflict as it stands now."""
    known = {link.record_id: link.record for link in view.links}
    sides: list[Side] = []
    for pk in asked.records:
        record = known.get(view.replaced.get(pk, pk))
        home = view.home(pk)
        if record is not None and home is not None:
            letter = LETTERS[len(sides) % len(LETTERS)]
            others = tuple(RowShown(r) for r in view.rows(home.pk) if r.pk != record.pk)
            sides.append(Side(RowShown(record, letter), home, others))
    options = tuple(o for o in answers.options(asked.kind) if len(sides) >= o.needs)
    homes = {side.home.pk for side in sides if side.home}
    title = answers.TITLES.get(asked.kind, Words(asked.kind, asked.kind))
    return ConflictShown(asked, title, tuple(sides), options, stamp, len(homes) == 1)
