"""A plan carried out, and taken back exactly as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from zhian.apps.registry.census.kinds import rosters
from zhian.apps.registry.census.review.errors import Rests
from zhian.apps.registry.census.review.reclustering import NEW, Plan
from zhian.apps.registry.census.review.standing import Situation, code_of, key_of, standing
from zhian.apps.registry.census.runs import numbering
from zhian.apps.registry.models import (
    BlindSpot,
    CensusConflict,
    CensusDecision,
    CensusQuestion,
    Establishment,
    LinkRun,
    RecordLink,
    SourceRecord,
)
from zhian.methods.linkage.flags import ENDED

SURE = 1.0  # what a person said
Json = dict[str, Any]
Asked = CensusQuestion | CensusConflict


@dataclass(slots=True)
class Work:
    """A plan with the rows that it needs; `effects` is what a decision keeps of it."""

    plan: Plan
    view: Situation
    aside: frozenset[str] = frozenset()
    effects: Json = field(default_factory=dict)
    made: Establishment | None = None


def prepare(plan: Plan, view: Situation, run: LinkRun, aside: Iterable[str]) -> Work:
    """Everything that will be done, as the decision keeps it; makes the new establishment."""
    work = Work(plan, view, frozenset(aside))
    if plan.split_from:
        work.made = _made(work, run)
    moved = dict(plan.moves)
    to = {pk: _home(work, house) for pk, house in plan.moves}
    work.effects = {
        "ended": [link.pk for link in view.links if link.record_id in moved],
        "begun": [[pk, house] for pk, house in to.items()],
        "spots_ended": [spot.pk for spot in _ending(work)],
        "spots_begun": [[_home(work, house), flag] for house, flag in plan.begins],
        "made": work.made.pk if work.made else 0,
        "merged": list(plan.gone or ()),
        "before": _portraits(work),
        "touched": sorted(plan.relied | set(to.values())),
    }
    return work


def _home(work: Work, house: int) -> int:
    return work.made.pk if house == NEW and work.made else house


def _made(work: Work, run: LinkRun) -> Establishment:
    origin = next(
        link.establishment
        for link in work.view.links
        if link.establishment_id == work.plan.split_from
    )
    moved = {pk for pk, _house in work.plan.moves}
    rows = _by_voice(link.record for link in work.view.links if link.record_id in moved)
    county = run.place
    return Establishment.objects.create(
        number=next(numbering.fresh(county)),
        place=origin.place,
        name=rows[0].name,
        address=_first(row.addr for row in rows),
        kind=_first(row.kind for row in rows),
        uscc=_first(_codes(work, rows)),
        rosters=_rosters(rows),
        split_from=origin,
        made_by=run,
    )


def _by_voice(records: Iterable[SourceRecord]) -> list[SourceRecord]:
    """The rows in the order in which they are believed, as a run believes them."""
    rank = {name: n for n, name in enumerate(rosters())}

    def voice(record: SourceRecord) -> tuple[bool, int, int]:
        return record.status in ENDED, rank.get(record.roster, len(rank)), record.pk

    return sorted(records, key=voice)


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _codes(work: Work, records: Iterable[SourceRecord]) -> list[str]:
    """The codes that count."""
    found = (code_of(row) for row in records if key_of(row) not in work.aside)
    return [code for code in found if code]


def _rosters(records: Iterable[SourceRecord]) -> str:
    there = {record.roster for record in records}
    return f" {' '.join(name for name in rosters() if name in there)} "


def _ending(work: Work) -> list[BlindSpot]:
    ends = set(work.plan.ends)
    return [s for s in work.view.spots if (s.establishment_id, s.flag) in ends]


def _portraits(work: Work) -> dict[str, Json]:
    """What the establishments that change say of themselves now."""
    known = {link.establishment_id: link.establishment for link in work.view.links}
    return {
        str(pk): {"rosters": one.rosters, "uscc": one.uscc, "premises_id": one.premises_id}
        for pk, one in known.items()
        if pk in work.plan.relied and work.plan.moves
    }


def carry_out(work: Work, decision: CensusDecision, at: datetime) -> None:
    """Write what was prepared."""
    effects = work.effects
    RecordLink.objects.filter(pk__in=effects["ended"]).update(ended_at=at)
    RecordLink.objects.bulk_create(
        RecordLink(record_id=record, establishment_id=house, run=decision.run,
                   decision=decision, confidence=SURE)
        for record, house in effects["begun"]
    )  # fmt: skip
    _spots(work, decision, at)
    _paint(work)
    if effects["merged"]:
        gone, into = effects["merged"]
        _merge(work, gone, into, _day(at))


def _merge(work: Work, gone: int, into: int, day: date) -> None:
    """The number that is no more leads to the other, which takes its premises if it has none."""
    known = {link.establishment_id: link.establishment for link in work.view.links}
    Establishment.objects.filter(pk=gone).update(merged_into=into, ended_on=day)
    premises = known[gone].premises_id
    if premises and not known[into].premises_id:
        Establishment.objects.filter(pk=gone).update(premises=None)
        Establishment.objects.filter(pk=into).update(premises=premises)


def _spots(work: Work, decision: CensusDecision, at: datetime) -> None:
    """Blind spots end and begin; the task that was given for one goes on with the establishment
    that now has it."""
    gone = {spot.flag: spot.matter for spot in _ending(work)}
    # with its run: one that ended without was answered on the ground
    BlindSpot.objects.filter(pk__in=work.effects["spots_ended"]).update(
        ended_at=at, until_run=decision.run
    )
    carriers = _carriers(work)
    places = {link.establishment_id: link.establishment.place_id for link in work.view.links}
    for house, flag in work.effects["spots_begun"]:
        BlindSpot.objects.create(
            establishment_id=house,
            flag=flag,
            record=carriers.get(house),
            place_id=places.get(house) or places[work.plan.split_from],
            since_run=decision.run,
            matter=gone.get(flag),
        )


def _carriers(work: Work) -> dict[int, SourceRecord]:
    """For each establishment a row that speaks for it."""
    found: dict[int, SourceRecord] = {}
    moved = dict(work.plan.moves)
    for link in work.view.links:
        home = _home(work, moved.get(link.record_id, link.establishment_id))
        found.setdefault(home, link.record)
    return found


def _paint(work: Work) -> None:
    """The rosters of each establishment that changed, and its code where it lost or got one."""
    moved = dict(work.plan.moves)
    for key in work.effects["before"]:
        pk = int(key)
        rows = [
            link.record
            for link in work.view.links
            if _home(work, moved.get(link.record_id, link.establishment_id)) == pk
        ]
        if rows:
            codes = _codes(work, rows)
            known = work.view.register.houses[pk].code
            code = known if known in codes else _first(codes)
            Establishment.objects.filter(pk=pk).update(rosters=_rosters(rows), uscc=code)


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


# --- and back


def take_back(decision: CensusDecision, at: datetime) -> None:
    """Undo what a decision did, to the row; raises Rests where something else came upon it."""
    effects = decision.effects
    if not effects:
        return
    _nothing_came_upon(decision)
    CensusQuestion.objects.filter(pk__in=effects.get("passed", ())).update(state="open")
    RecordLink.objects.filter(decision=decision, ended_at=None).update(ended_at=at)
    _relink(effects["ended"])
    for house, flag in effects["spots_begun"]:
        rows = BlindSpot.objects.filter(establishment=house, flag=flag, ended_at=None)
        rows.update(ended_at=at, until_run=decision.run)
    ended = BlindSpot.objects.filter(pk__in=effects["spots_ended"])
    ended.update(ended_at=None, until_run=None)
    for key, portrait in effects["before"].items():
        Establishment.objects.filter(pk=int(key)).update(**portrait)
    if effects["merged"]:
        gone = Establishment.objects.filter(pk=effects["merged"][0])
        gone.update(merged_into=None, ended_on=None)
    if effects["made"]:
        made = Establishment.objects.get(pk=effects["made"])
        made.merged_into, made.ended_on = made.split_from, _day(at)
        made.save(update_fields=["merged_into", "ended_on"])


def _relink(ended: Iterable[int]) -> None:
    """The links as they were; of a row that has a newer version since, that one stands there."""
    links = RecordLink.objects.filter(pk__in=list(ended)).select_related("record")
    replaced = standing({link.record_id for link in links})
    links.exclude(record__in=replaced).update(ended_at=None)
    RecordLink.objects.bulk_create(
        RecordLink(record_id=replaced[link.record_id], establishment_id=link.establishment_id,
                   run_id=link.run_id, confidence=link.confidence, provisional=True)
        for link in links
        if link.record_id in replaced
    )  # fmt: skip


def _nothing_came_upon(decision: CensusDecision) -> None:
    """Rows that came in since, and tasks given on what the decision brought up, stand on it."""
    effects = decision.effects
    begun = [record for record, _house in effects["begun"]]
    elsewhere = RecordLink.objects.filter(record__in=begun, ended_at=None)
    others = RecordLink.objects.filter(establishment=effects["made"] or None, ended_at=None)
    if elsewhere.exclude(decision=decision).exists() or others.exclude(decision=decision).exists():
        raise Rests(
            "这条判定之后，又有新的记录归到了这些主体，不能直接撤销；请对相关记录另作判定。",
            "Since this decision new rows came to these establishments, so it cannot simply be "
            "undone: decide on those rows instead.",
        )
    old = set(BlindSpot.objects.filter(pk__in=effects["spots_ended"]).values_list("matter", "flag"))
    for house, flag in effects["spots_begun"]:
        now = BlindSpot.objects.filter(establishment=house, flag=flag, ended_at=None).first()
        if now is not None and now.matter_id and (now.matter_id, flag) not in old:
            raise Rests(
                f"已据此交办（{now.matter.number if now.matter else ''}），请先办结或者撤回交办。",
                f"A task was given upon it ({now.matter.number if now.matter else ''}): close or "
                "withdraw that first.",
            )


def lock(run: LinkRun) -> None:
    """One decision at a time in a county: what it rests upon does not move under it."""
    LinkRun.objects.select_for_update().get(pk=run.pk)


def close(asked: Asked) -> None:
    """It has been answered."""
    asked.state = "answered" if isinstance(asked, CensusQuestion) else "settled"
    asked.save(update_fields=["state"])


def restore_asked(decision: CensusDecision) -> None:
    """The question or conflict is open again as it was."""
    for kind, pk in (
        (CensusQuestion, decision.question_id),
        (CensusConflict, decision.conflict_id),
    ):
        if pk is not None:
            kind.objects.filter(pk=pk).exclude(state="passed").update(state="open")
