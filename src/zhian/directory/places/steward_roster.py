"""A roster of who answers for which premises: previewed cell by cell, taken whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from zhian.directory import reach
from zhian.directory.actions import stewards as actions
from zhian.directory.actions.stewards import Bound
from zhian.directory.errors import NotPossible
from zhian.directory.imports.table import Field, Roster, Row, Wrong, read
from zhian.directory.models import Appointment, Premises
from zhian.directory.places import shops
from zhian.directory.places.shops import Cell
from zhian.directory.stewards import LEVELS
from zhian.law import offices
from zhian.law.words import Words

NAMED = {
    "county": ("县级", "县", "区级", "county"),
    "township": ("乡镇", "乡镇级", "镇级", "街道", "township"),
    "village": ("村级", "村", "社区", "village"),
}
FIELDS = (
    *shops.FIELDS,
    Field(
        "level",
        Words("级别", "Level"),
        Words("县级、乡镇、村级", "county, township, village"),
        required=True,
    ),
    Field(
        "person",
        Words("责任人", "Person"),
        Words("登录名、执法证号或者姓名", "login name, card number or name"),
        required=True,
        also=("姓名",),
    ),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a roster did, or would do."""

    rows: int
    bound: Bound
    errors: tuple[Cell, ...]
    committed: bool


def import_roster(
    name: str, content: bytes, *, since: date, beside: bool, by: Appointment, commit: bool
) -> Report:
    """Take a roster of who answers for what; raises Unreadable where it is no table.

    `beside`: whoever answers at the level already stays, and the report of overlaps shows both.
    """
    roster = read(name, content, FIELDS)
    with transaction.atomic():
        wanted, errors = _wanted(roster, by, since)
        done = [
            actions.bind(
                pairs,
                level=level,
                since=since,
                way="roster",
                by=by,
                place=by.post.territory,
                reason=f"名册 {name}"[:300],
                beside=beside,
            )
            for level, pairs in wanted.items()
        ]
        keeps = commit and not errors
        if not keeps:
            transaction.set_rollback(True)
    return Report(len(roster.rows), _sum(done), tuple(errors), keeps)


def _sum(done: list[Bound]) -> Bound:
    return Bound(
        sum(b.added for b in done),
        sum(b.same for b in done),
        sum(b.replaced for b in done),
        sum(b.beside for b in done),
    )


def _wanted(
    roster: Roster, by: Appointment, day: date
) -> tuple[dict[str, list[tuple[int, Appointment]]], list[Cell]]:
    find, people = shops.Finder(by), _People(by, day)
    wanted: dict[str, dict[int, Appointment]] = defaultdict(dict)
    errors: list[Cell] = []
    for row in roster.rows:
        try:
            level, premises = _level(row), find(row)
            who = people(row, level, premises)
            if wanted[level].setdefault(premises.pk, who) != who:
                raise Wrong(
                    "person",
                    "同一场所同一级写了两个人。",
                    "Two people stand for the same premises and level.",
                )
        except Wrong as wrong:
            errors.append(shops.cell(FIELDS, roster, row, wrong.column, wrong.words))
    return {level: list(rows.items()) for level, rows in wanted.items()}, errors


def _level(row: Row) -> str:
    text = row.text("level").casefold()
    for level in LEVELS:
        if text in NAMED[level]:
            return level
    raise Wrong(
        "level",
        f"没有级别“{text}”，须为县级、乡镇或者村级。",
        f"There is no level “{text}”: county, township or village.",
    )


class _People:
    """Everybody who may answer in this reach on a day, by login name, card number and name."""

    def __init__(self, by: Appointment, day: date) -> None:
        self.day = day
        self.known: dict[str, list[Appointment]] = defaultdict(list)
        self.checked: dict[tuple[int, str, int], NotPossible | None] = {}
        rows = reach.appointments(by).filter(pk__in=Appointment.objects.on(day).values("pk"))
        for row in rows:
            for text in {row.user.username, row.user.card_number, row.user.name} - {""}:
                self.known[text].append(row)

    def __call__(self, row: Row, level: str, premises: Premises) -> Appointment:
        """The person of a row in the post that fits the level; raises Wrong."""
        text = row.text("person")
        found = self.known.get(text, [])
        if not found:
            raise Wrong("person", f"没有“{text}”在任。", f"Nobody “{text}” holds a post.")
        fitting = [a for a in found if level in offices.post(a.post.kind).levels]
        here = [a for a in fitting or found if self._refusal(a, level, premises) is None]
        if len({a.user_id for a in here}) > 1:
            raise Wrong(
                "person",
                f"有 {len(here)} 人叫“{text}”，请写登录名。",
                f"{len(here)} people are called “{text}”; give the login name.",
            )
        if not here:
            refused = self._refusal((fitting or found)[0], level, premises)
            assert refused is not None
            raise Wrong("person", refused.words.zh, refused.words.en)
        return here[0]

    def _refusal(self, who: Appointment, level: str, premises: Premises) -> NotPossible | None:
        key = (who.pk, level, premises.place_id)
        if key not in self.checked:
            try:
                actions.check(who, level, premises.place, self.day)
            except NotPossible as refused:
                self.checked[key] = refused
            else:
                self.checked[key] = None
        return self.checked[key]
