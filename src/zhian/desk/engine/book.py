"""Writing acts: the only place where a row of Act is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.models import Act, Clock, Matter
from zhian.methods import ledger

OPEN_CLOCKS = ("running", "paused")


def lock(matter_id: int) -> Matter:
    """The matter's row, locked before anything else; the parent first, so that nobody waits
    for a child whose parent waits for him. (SQLite locks the whole database at BEGIN.)"""
    if connection.features.has_select_for_update:
        parent = Matter.objects.filter(children=matter_id)
        list(parent.select_for_update(of=("self",)).values_list("pk"))
    return (
        Matter.objects.select_for_update(of=("self",))
        .select_related("agency", "office", "place", "handler__post", "handler__user", "operator")
        .get(pk=matter_id)
    )


def picture(matter: Matter) -> dict[str, Any]:
    """The state before an act, kept beside it (unhashed) so that `annul` can restore it."""
    begun = Clock.objects.filter(matter=matter, state__in=OPEN_CLOCKS)
    clocks = (begun if matter.seq else begun.none()).values(
        "id", "state", "due_at", "due_day", "provisional", "pauses", "extensions"
    )
    return {
        "phase": matter.phase,
        "done": sorted(matter.done),
        "head": matter.head,
        "handler": matter.handler_id,
        "office": matter.office_id,
        "agency": matter.agency_id,
        "operator": matter.operator_id,
        "premises": matter.premises_id,
        "place": matter.place_id,
        "clocks": [ledger.plain(row) for row in clocks],
    }


def write(
    matter: Matter,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    stage: str = "done",
    effective: bool = True,
    moves: bool = False,
    reason: str = "",
    key: str | None = None,
) -> Act:
    """Append one act to a locked matter and move its chain on."""
    before = picture(matter) if effective and moves else {}
    act = compose(
        matter,
        verb,
        by=by,
        at=at,
        data=data,
        stage=stage,
        effective=effective,
        moves=moves,
        reason=reason,
        key=key,
    )
    act.before = before
    act.save(force_insert=True)
    return act


def compose(
    matter: Matter,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    stage: str = "done",
    effective: bool = True,
    moves: bool = False,
    reason: str = "",
    key: str | None = None,
) -> Act:
    """The next act of a matter, chained but not yet kept; the matter's own row moves on with it.

    By itself only for matters that are not in the database yet: nobody else can append to them.
    """
    recorded = timing.now()
    matter.seq += 1
    plain = ledger.plain(data or {})
    text = ledger.canonical(
        {
            "format": ledger.FORMAT,
            "matter": matter.uid,
            "kind": matter.kind,
            "seq": matter.seq,
            "verb": verb,
            "stage": stage,
            "effective": effective,
            "actor": by.signed(),
            "happened_at": at,
            "recorded_at": recorded,
            "data": plain,
            "reason": reason,
            "previous": matter.last_hash,
        }
    )
    act = Act(
        matter=matter,
        seq=matter.seq,
        verb=verb,
        stage=stage,
        effective=effective,
        actor_kind=by.kind,
        user=by.user,
        appointment=by.appointment,
        actor_name=by.name,
        happened_at=at,
        recorded_at=recorded,
        data=plain,
        reason=reason,
        key=key,
        text=text,
        previous_hash=matter.last_hash,
        hash=ledger.digest(text),
    )
    matter.last_hash = act.hash
    if moves and effective:
        matter.head = act.seq
    return act


def keep(acts: Sequence[Act]) -> None:
    """Write the composed acts of matters that were made in the same transaction."""
    Act.objects.bulk_create(acts, batch_size=1000)
