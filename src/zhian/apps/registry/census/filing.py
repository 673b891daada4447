"""An establishment of the census becomes an operator and premises of the directory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from zhian.apps.registry.census.kinds import Trade, trades
from zhian.apps.registry.models import Establishment, RecordLink, SourceRecord
from zhian.directory.actions import operators
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, Operator, Premises
from zhian.law.words import Words
from zhian.methods.linkage import flags

MOST = 500
NO_TRADE = Words("业态不详，请先核实", "its trade is unknown: find out first")
NO_TOWN = Words("不知道在哪个乡镇，请先核实", "its township is unknown: find out first")
ENDED = Words("登记已经终止", "its registration has ended")
FILED = Words("已在主体名录中", "it is in the directory already")
GONE = Words("已不在登记中", "it stands in the register no longer")
REASON = "普查登记 {number}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the directory would have of an establishment, or why it cannot be entered yet."""

    one: Establishment
    trade: Trade | None
    records: Sequence[SourceRecord]
    known: Operator | None
    why_not: Words | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be entered."""
        return self.why_not is None

    @property
    def owner(self) -> str:
        """Who runs it, by the first roster that says."""
        return _first(record.owner for record in self.records)[:50]

    @property
    def phone(self) -> str:
        """Its telephone, by the first roster that says."""
        return _first(record.phone for record in self.records)[:50]


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def proposal(one: Establishment) -> Proposal:
    """What one establishment would become."""
    return proposals([one])[0]


def proposals(rows: Iterable[Establishment]) -> list[Proposal]:
    """What establishments would become; two queries for all of them."""
    found = list(rows)
    records: dict[int, list[SourceRecord]] = {}
    links = RecordLink.objects.filter(establishment__in=found, ended_at__isnull=True)
    for link in links.select_related("record").order_by("record__roster", "pk"):
        records.setdefault(link.establishment_id, []).append(link.record)
    codes = [one.uscc for one in found if one.uscc]
    known = {row.uscc: row for row in Operator.objects.filter(uscc__in=codes)}
    return [_proposal(one, records.get(one.pk, []), known.get(one.uscc)) for one in found]


def _proposal(
    one: Establishment, records: Sequence[SourceRecord], known: Operator | None
) -> Proposal:
    trade = trades().get(one.kind)
    return Proposal(one, trade, records, known, _why_not(one, trade, records))


def _why_not(
    one: Establishment, trade: Trade | None, records: Sequence[SourceRecord]
) -> Words | None:
    if one.premises_id is not None:
        return FILED
    if one.ended_on is not None:
        return GONE
    if trade is None:
        return NO_TRADE
    if one.place.level not in ("township", "village"):
        return NO_TOWN
    market = [record for record in records if record.roster == "market"]
    ended = market and all(record.status in flags.ENDED for record in market)
    seen = any(record.roster == "sweep" for record in records)
    return ENDED if ended and not seen else None


@transaction.atomic
def enter(one: Establishment, by: Appointment) -> Premises:
    """Enter an establishment in the directory and tie it to what was made; raises NotPossible.

    An operator that the directory has under the same code gets the premises.
    """
    held = Establishment.objects.select_for_update().get(pk=one.pk)
    found = proposal(held)
    if found.why_not is not None or found.trade is None:
        why = found.why_not or NO_TRADE
        raise NotPossible(f"不能登入名录：{why.zh}。", f"It cannot be entered: {why.en}.")
    reason = REASON.format(number=held.number)
    operator = found.known or operators.add_operator(
        {
            "name": held.name,
            "uscc": held.uscc or None,
            "kind": found.trade.operator,
            "head": found.owner,
            "phone": found.phone,
            "place": held.place,
            "address": held.address,
        },
        by=by,
        reason=reason,
    )
    premises = operators.add_premises(
        operator,
        {
            "name": held.name,
            "place": held.place,
            "address": held.address,
            "business_type": found.trade.business,
        },
        by=by,
        reason=reason,
    )
    held.premises = premises
    held.save(update_fields=["premises"])
    return premises


def enter_all(rows: Iterable[Establishment], by: Appointment) -> tuple[int, int]:
    """Enter many, each by itself: how many were entered, how many could not be."""
    done = failed = 0
    for one in rows:
        try:
            enter(one, by)
        except NotPossible:
            failed += 1
        else:
            done += 1
    return done, failed
