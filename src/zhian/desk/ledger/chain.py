"""The ledger in this database: its records, the root of every day, and whether it is whole.

A day is closed first (from then on the database takes no act that is dated into it) and then
counted, so that nobody waits while the root is worked out and the root never misses an act.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from zhian.desk import timing
from zhian.desk.ledger import triggers
from zhian.desk.models import Act, LedgerRoot, Matter
from zhian.methods import ledger, ledger_chain
from zhian.methods.ledger import Fault, Head, Line, Root

SETTLES = timedelta(minutes=10)
CHUNK = 2000
COLUMNS = ("verb", "stage", "effective", "reason", "data", "happened_at")
OTHER_COLUMNS = "数据列与规范文本不一致 / columns differ from the canonical text: {names}"
OTHER_ROW = "事项所记末条与行为不符 / the matter's own row names another last act"


def snapshot() -> AbstractContextManager[Any]:
    """One state of the database for a long read that makes nobody wait.

    On PostgreSQL a transaction, for the cursor on the server; on SQLite a statement is its own
    snapshot, while a transaction of this house would take the lock of all writers.
    """
    return transaction.atomic() if connection.vendor == "postgresql" else nullcontext()


def finished_roots() -> QuerySet[LedgerRoot]:
    """The roots that are worked out, by day."""
    return LedgerRoot.objects.exclude(root="").order_by("day")


def own_roots() -> Iterator[Root]:
    """The house's own roots in the order of their days."""
    for row in finished_roots():
        yield Root(row.day, row.root, row.previous, row.matters, row.acts)


def records() -> Iterator[Root | Line | Head]:
    """The whole ledger as it is exported: own roots, then each matter's acts and its head."""
    with snapshot():
        yield from own_roots()
        yield from acts_and_heads()


def acts_and_heads() -> Iterator[Line | Head]:
    """Every act by the matter's identity and number, each matter followed by its head."""
    rows = Act.objects.order_by("matter__uid", "seq").values_list(
        "matter__uid", "matter__number", "seq", "recorded_at", "text", "previous_hash", "hash"
    )
    head: Head | None = None
    for uid, number, seq, recorded, text, previous, value in rows.iterator(CHUNK):
        if head is not None and head.matter != uid.hex:
            yield head
        head = Head(uid.hex, number, seq, value)
        yield Line(uid.hex, seq, ledger.moment(recorded), text, previous, value)
    if head is not None:
        yield head


def verify(
    *,
    roots: Mapping[date, str] | None = None,
    heads: Mapping[str, Sequence[ledger_chain.KeptHead]] | None = None,
) -> ledger_chain.Report:
    """Whether the database's ledger is whole, agrees with its own columns and with outside."""
    report = ledger_chain.audit(records(), roots=roots, heads=heads)
    with snapshot():
        for fault in column_faults():
            report.add(fault)
    with snapshot():
        for fault in row_faults():
            report.add(fault)
    return report


def column_faults() -> Iterator[Fault]:
    """Acts whose columns, which pages show, say something else than the hashed text."""
    rows = Act.objects.order_by("pk").values_list(
        "matter__uid", "matter__number", "seq", "text", "actor_kind", "actor_name", *COLUMNS
    )
    for uid, number, seq, text, actor_kind, actor_name, *columns in rows.iterator(CHUNK):
        shown = dict(zip(COLUMNS, columns, strict=True), kind=actor_kind, name=actor_name)
        wrong = _differences(text, shown)
        if wrong:
            reason = OTHER_COLUMNS.format(names=", ".join(wrong))
            yield Fault(uid.hex, seq, reason, number)


def _differences(text: str, shown: dict[str, Any]) -> list[str]:
    try:
        said = json.loads(text)
        actor = said["actor"]
    except (ValueError, KeyError, TypeError):
        return []  # the chain names this act already
    shown["happened_at"] = ledger.moment(shown["happened_at"])
    wrong = [name for name in COLUMNS if said.get(name) != shown[name]]
    return wrong + [f"actor.{name}" for name in ("kind", "name") if actor[name] != shown[name]]


def row_faults() -> Iterator[Fault]:
    """Matters whose own row names another last act than the chain has."""
    last = Act.objects.filter(matter=OuterRef("pk")).order_by("-seq")
    found = Matter.objects.annotate(
        act_seq=Subquery(last.values("seq")[:1]), act_hash=Subquery(last.values("hash")[:1])
    ).exclude(act_seq=F("seq"), act_hash=F("last_hash"))
    for uid, number, seq in found.values_list("uid", "number", "seq").iterator(CHUNK):
        yield Fault(uid.hex, seq, OTHER_ROW, number)


# --- the root of a day


def heads_at(day: date) -> Iterator[tuple[str, int, str]]:
    """Every matter's last act recorded before the end of a day: identity, number, hash."""
    until = datetime.fromisoformat(ledger.day_end(day))
    last = Act.objects.filter(matter=OuterRef("pk"), recorded_at__lt=until).order_by("-seq")
    rows = (
        Matter.objects.order_by("uid")
        .annotate(
            act_seq=Subquery(last.values("seq")[:1]), act_hash=Subquery(last.values("hash")[:1])
        )
        .values_list("uid", "act_seq", "act_hash")
    )
    for uid, seq, value in rows.iterator(CHUNK):
        if seq is not None:
            yield uid.hex, seq, value


def close_day(day: date, now: datetime) -> bool:
    """Close a day for good; False while an act that may belong to it is still being written."""
    with transaction.atomic():
        if not triggers.nobody_writes():
            return False
        LedgerRoot.objects.get_or_create(
            day=day, defaults={"root": "", "matters": 0, "acts": 0, "made_at": now}
        )
    return True


def count_day(day: date) -> LedgerRoot:
    """Work out the root of a closed day from its acts and the root before it."""
    before = finished_roots().filter(day__lt=day).last()
    tree = ledger.DayTree(day)
    with snapshot():
        for matter, seq, value in heads_at(day):
            tree.add(seq, ledger.leaf_hash(ledger.head_leaf(matter, seq, value)))
    previous = before.root if before else ""
    matters, acts = tree.matters, tree.acts
    LedgerRoot.objects.filter(day=day, root="").update(
        root=tree.close(previous), previous=previous, matters=matters, acts=acts
    )
    return LedgerRoot.objects.get(day=day)


def last_day_to_close(now: datetime) -> date:
    """Yesterday, once whatever was being written at midnight has settled."""
    return timezone.localtime(now - SETTLES).date() - timedelta(days=1)


def missing_days(now: datetime) -> list[date]:
    """The days up to yesterday that have no root yet; nothing before the first act."""
    last = last_day_to_close(now)
    known = finished_roots().aggregate(day=Max("day"))["day"]
    if known is not None:
        return [known + timedelta(days=n) for n in range(1, (last - known).days + 1)]
    begun = Act.objects.filter(recorded_at__lt=datetime.fromisoformat(ledger.day_end(last)))
    return [last] if begun.exists() else []


def make_roots(now: datetime | None = None) -> list[LedgerRoot]:
    """Make every root that is missing; a second call makes none.

    A day on which somebody is still writing stays for the next call.
    """
    now = now or timing.now()
    made = []
    for day in missing_days(now):
        if not close_day(day, now):
            break
        made.append(count_day(day))
    return made


@dataclass(frozen=True, slots=True)
class Proof:
    """That a matter's act stood in the ledger on a day, to be checked against an outside root."""

    day: date
    root: str
    leaf: str
    path: tuple[tuple[str, str], ...]

    @property
    def holds(self) -> bool:
        """Whether the leaf stands under the root."""
        return ledger.proves(self.leaf, self.path, self.root)


def prove(matter: Matter, row: LedgerRoot) -> Proof | None:
    """The way from a matter's head on a day up to that day's root; None where it began later.

    Reads the heads of all matters: for a download, not for every page.
    """
    leaves: list[str] = []
    index = None
    with snapshot():
        for uid, seq, value in heads_at(row.day):
            if uid == matter.uid.hex:
                index = len(leaves)
            leaves.append(ledger.head_leaf(uid, seq, value))
    if index is None:
        return None
    leaves.append(ledger.day_leaf(row.day, row.previous, row.matters, row.acts))
    path = tuple(ledger.merkle_proof(leaves, index))
    return Proof(row.day, row.root, leaves[index], path)
