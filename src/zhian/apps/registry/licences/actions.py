"""What acts write into this app's own rows: applications, licences, and how licences end."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhian.apps.registry.licences import numbers, terms
from zhian.apps.registry.licences.facts import application, today_of
from zhian.apps.registry.models import (
    IN_FORCE,
    STRUCK_OFF,
    Licence,
    LicenceApplication,
    LicenceChange,
    LicenceExit,
)
from zhian.desk.errors import refuse
from zhian.desk.kinds import Effect, Values
from zhian.desk.models import Act, Matter
from zhian.law.plain_numbers import normalised

PURPOSES = {
    "apply": "first",
    "file": "first",
    "apply_change": "change",
    "file_update": "change",
    "apply_renewal": "renewal",
    "apply_reissue": "reissue",
}
DESCRIBED = ("category", "form", "item", "scope")
KEPT = (
    *DESCRIBED,
    *("issued_on", "expires_on", "state", "ended_on", "struck_off_on", "operator_id"),
    *("premises_id", "place_code"),
)
ENDS = {
    "record_revocation": "revoked",
    "annul": "annulled",
    "withdraw_licence": "withdrawn",
}


def begin(kind: str) -> Effect:
    """Keep what is applied for, and of which licence."""

    def keep(matter: Matter, act: Act, values: Values) -> None:
        LicenceApplication.objects.create(
            matter=matter,
            licence_kind=kind,
            purpose=PURPOSES[act.verb],
            licence=_named(matter, values),
            category=values.get("category") or "",
            form=values.get("form") or values.get("filing_form") or "",
            item=values.get("item") or "",
            scope=values.get("scope") or values.get("machines") or "",
            changed_on=values.get("changed_on"),
            changes=values.get("changes") or "",
            conditions_changed=bool(values.get("conditions_changed")),
            late_reason=values.get("late_reason") or "",
        )

    return keep


def _named(matter: Matter, values: Values) -> Licence | None:
    """The licence whose number was entered, of this operator only."""
    number = values.get("licence_number")
    if not number:
        return None
    held = Licence.objects.filter(operator=matter.operator_id, number=normalised(number))
    return held.exclude(state="void").first()


# ---- licences ---------------------------------------------------------------------------------


def grant(matter: Matter, act: Act, values: Values) -> None:
    """A first licence gets its number, a renewed one a new term (SCLIC 25, 39; JYLIC 23, 36)."""
    row, day = matter.licence_application, today_of(act)
    ends = terms.last_day(row.licence_kind, day)
    if row.purpose == "first":
        row.licence = _new(matter, act, row, day, ends)
        row.save(update_fields=["licence"])
        if row.licence_kind == "JY":
            _lapse_filings(row.licence, act, day)
    else:
        change(_target(row), act, **_described(row), issued_on=day, expires_on=ends)


def _new(
    matter: Matter, act: Act, row: LicenceApplication, day: date, ends: date | None
) -> Licence:
    assert matter.operator is not None
    made = Licence.objects.create(
        kind=row.licence_kind,
        number=numbers.take(matter, application(row)),
        agency=matter.agency,
        operator=matter.operator,
        premises=matter.premises,
        place_code=(matter.premises or matter).place.code,
        first_issued_on=day,
        issued_on=day,
        expires_on=ends,
        **_described(row),
    )
    LicenceChange.objects.create(licence=made, act=act)
    return made


def _lapse_filings(licence: Licence, act: Act, day: date) -> None:
    """A licence takes the place of a filing by itself (JYLIC 5)."""
    filings = Licence.objects.filter(kind="YB", premises=licence.premises, state=IN_FORCE)
    for one in filings:
        change(one, act, state="lapsed", ended_on=day)


def grant_change(matter: Matter, act: Act, values: Values) -> None:
    """Number and end stay, the day of issue is the day of the decision (SCLIC 38, JYLIC 35)."""
    row = matter.licence_application
    change(_target(row), act, **_described(row), issued_on=today_of(act))


def update_filing(matter: Matter, act: Act, values: Values) -> None:
    """A filing keeps its number when it is updated (JYLIC 44, 45)."""
    row = matter.licence_application
    change(_target(row), act, **_described(row))


def grant_reissue(matter: Matter, act: Act, values: Values) -> None:
    """A new copy says what the lost one said (JYLIC 37); that it was made is kept."""
    change(_target(matter.licence_application), act)


def _described(row: LicenceApplication) -> dict[str, str]:
    return {name: getattr(row, name) for name in DESCRIBED if getattr(row, name)}


def _target(row: LicenceApplication) -> Licence:
    if row.licence is None:
        raise refuse("未对应到登记的证。", "It belongs to no licence in the register.")
    return Licence.objects.select_for_update().get(pk=row.licence.pk)


def change(licence: Licence, act: Act, **values: Any) -> None:
    """Write new values, and keep those that stood there."""
    before = {name: _plain(getattr(licence, name)) for name in KEPT}
    LicenceChange.objects.create(licence=licence, act=act, before=before)
    for name, value in values.items():
        setattr(licence, name, value)
    licence.save()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# ---- how a licence ends -------------------------------------------------------------------------


def begin_exit(matter: Matter, act: Act, values: Values) -> None:
    """Keep which licence ends and why; a penalty's revocation ends it at once (FSL 135)."""
    licence = _named(matter, values)
    if licence is None:
        raise refuse("该主体名下没有这个编号的证。", "The operator has no licence of this number.")
    if licence.premises_id not in (None, matter.premises_id):
        raise refuse("该证写明的不是所选场所。", "The licence names other premises.")
    LicenceExit.objects.create(
        matter=matter,
        licence=licence,
        way=act.verb,
        ground=values.get("ground") or "",
        found_on=values.get("found_on") or values.get("decided_on"),
        told=values.get("problems") or values.get("why") or "",
    )
    if act.verb in ENDS:
        change(licence, act, state=ENDS[act.verb], ended_on=values["decided_on"])


def end(matter: Matter, act: Act, values: Values) -> None:
    """撤销、撤回: the licence ends with the decision."""
    licence = matter.licence_exit.licence
    change(licence, act, state=ENDS[act.verb], ended_on=today_of(act))


def strike_off(matter: Matter, act: Act, values: Values) -> None:
    """注销: what still stood ends now; what had ended is closed in the register."""
    licence, day = matter.licence_exit.licence, today_of(act)
    if licence.state == IN_FORCE:
        change(licence, act, state=STRUCK_OFF, ended_on=day, struck_off_on=day)
    else:
        change(licence, act, struck_off_on=day)


# ---- undoing ------------------------------------------------------------------------------------


def undo(matter: Matter, act: Act) -> None:
    """Give licences back what stood there before an act that was a mistake; a licence that it
    made is void, and its number stays used."""
    for row in LicenceChange.objects.filter(act=act, undone=False).order_by("-id"):
        licence = row.licence
        for name, value in (row.before or {"state": "void"}).items():
            setattr(licence, name, _again(name, value))
        licence.save()
        row.undone = True
        row.save(update_fields=["undone"])
    _undo_application(matter)


def _again(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name.endswith("_on") and value else value


def _undo_application(matter: Matter) -> None:
    """An application whose licence is void has none again."""
    voided = LicenceApplication.objects.filter(matter=matter, licence__state="void")
    voided.update(licence=None)
