"""Writing what a roster says: one transaction, one act, rows in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from django.db import transaction

from zhian.apps.registry.licences.importing.checking import KIND
from zhian.apps.registry.licences.importing.finding import chunks
from zhian.apps.registry.licences.importing.plan import Plan, Said
from zhian.apps.registry.licences.sorts import SORTS
from zhian.apps.registry.models import IN_FORCE, Licence, LicenceChange, LicenceImport
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import begin
from zhian.desk.engine.perform import open_matter
from zhian.desk.kinds import Opening
from zhian.desk.models import Act, Matter
from zhian.directory import office_law
from zhian.directory.actions import roster
from zhian.directory.models import Premises, Standing

BATCH = 500
VERB = "register"
REASON = "导入已有许可证"
GRANTING = ("grant", "give_number")
KEPT = (
    *("kind", "issued_on", "first_issued_on", "expires_on", "state", "ended_on"),
    *("category", "form", "item", "scope", "struck_off_on"),
)


@transaction.atomic
def write(plan: Plan, row: LicenceImport) -> Matter:
    """Take in all that is planned, under one act of one matter; returns the matter."""
    matter = _open(plan, row)
    act = Act.objects.get(matter=matter, verb=VERB)
    roster.add_operators(plan.new_operators, by=row.by, reason=REASON)
    _settle_premises(plan.new_premises, row)
    to_do = plan.to_do
    fresh = [one for one in to_do if one.known is None]
    changed = [one for one in to_do if one.known is not None]
    made = Licence.objects.bulk_create(
        [_licence(one, row, plan.day) for one in fresh], batch_size=BATCH
    )
    LicenceChange.objects.bulk_create(
        [
            *(LicenceChange(licence=licence, act=act) for licence in made),
            *(_change(one, act, plan.day) for one in changed),
        ],
        batch_size=BATCH,
    )
    Licence.objects.bulk_update([_again(one, plan.day) for one in changed], KEPT, batch_size=BATCH)
    _lift(changed, act, plan.day)
    licences = [*made, *(one.known for one in changed if one.known is not None)]
    Standing.objects.bulk_create(_standings(licences, act, plan.day), batch_size=BATCH)
    return matter


def _open(plan: Plan, row: LicenceImport) -> Matter:
    counts = plan.counts
    return open_matter(
        KIND,
        VERB,
        Opening(
            title=f"{REASON}：{row.name}",
            agency=row.agency,
            office=row.by.post.office,
            handler=row.by,
            place=row.agency.place,
            fields={
                "file_name": row.name,
                "sha256": plan.source.sha256,
                "rows": counts["rows"],
                "added": counts["added"],
                "changed": counts["changed"],
                "new_operators": counts["operators"],
            },
        ),
        by=Actor.importer(f"licences {row.name}", row.by),
        at=timing.now(),
    )


def _settle_premises(premises: list[Premises], row: LicenceImport) -> None:
    for one in premises:
        one.operator_id = one.operator.pk
    roster.add_premises(premises, by=row.by, reason=REASON)


def _licence(one: Said, row: LicenceImport, day: date) -> Licence:
    premises = one.premises
    return Licence(
        number=one.number,
        agency=row.agency,
        operator_id=one.operator.pk,
        premises_id=premises.pk if premises else None,
        place_code=one.place.code,
        struck_off_on=_struck_off(one, day),
        **one.values,
    )


def _struck_off(one: Said, day: date) -> date | None:
    """What the roster calls struck off is closed in the register too."""
    return (one.values["ended_on"] or day) if one.values["state"] == "cancelled" else None


def _change(one: Said, act: Act, day: date) -> LicenceChange:
    known = one.known
    assert known is not None
    before = {key: _plain(getattr(known, key)) for key in KEPT}
    return LicenceChange(licence=known, act=act, before=before)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _again(one: Said, day: date) -> Licence:
    known = one.known
    assert known is not None
    for key, value in one.values.items():
        setattr(known, key, value)
    known.struck_off_on = _struck_off(one, day)
    return known


# ---- standings ----------------------------------------------------------------------------------


@cache
def marks() -> dict[str, tuple[str, str]]:
    """The standing that a licence of each kind gives, and who bears it: as its procedure says."""
    found: dict[str, tuple[str, str]] = {}
    for sort in SORTS:
        procedure = begin.newest(sort.procedure)
        acts = procedure.acts if procedure else {}
        granting = (acts[verb] for verb in GRANTING if verb in acts)
        mark = next((m for act in granting for m in act.marks), None)
        if mark is not None:
            found[sort.key] = (mark.standing, mark.on)
    return found


def _standings(licences: Iterable[Licence], act: Act, day: date) -> Iterator[Standing]:
    """Only what entitles its holder today stands; what has ended is a row of the register."""
    for licence in licences:
        mark = marks().get(licence.kind)
        if mark is None or licence.state_on(day) != IN_FORCE:
            continue
        standing, on = mark
        bearer = {"operator_id": licence.operator_id}
        if on == "premises" and licence.premises_id:
            bearer = {"premises_id": licence.premises_id}
        yield Standing(
            kind=standing,
            since=licence.issued_on,
            until=last_day(licence.expires_on),
            set_by_act=act.pk,
            **bearer,
        )


def last_day(day: date | None) -> date | None:
    """The last day of the standing: rolled to a working day where the office's lawyer has it so."""
    ours = office_law.reckoner()
    if day is None or not ours.settings.on("roll_durations"):
        return day
    while not ours.calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def _lift(changed: list[Said], act: Act, day: date) -> None:
    """What earlier rosters said of these is over; what holds is said anew."""
    licences = [one.known for one in changed if one.known is not None]
    operators = {licence.operator_id for licence in licences}
    premises = {licence.premises_id for licence in licences}
    kinds = {mark[0] for one in changed if (mark := marks().get(one.kind))}
    earlier = Act.objects.filter(matter__kind=KIND, verb=VERB).exclude(pk=act.pk).values("pk")
    standing = Standing.objects.filter(kind__in=kinds, set_by_act__in=earlier, lifted_on=None)
    over = [
        one.pk
        for one in standing.only("operator_id", "premises_id")
        if one.operator_id in operators or (one.premises_id and one.premises_id in premises)
    ]
    for part in chunks(over):
        Standing.objects.filter(pk__in=part).update(lifted_on=day, lifted_by_act=act.pk)
