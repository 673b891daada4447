"""What acts write into this app's own rows: applications, licences, and how licences end."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhian.apps.registry.licences import numbers, terms
from zhian.apps.registry.licences.facts import application, today_of
from zhian.apps.registry.licences.sorts import sort_of
from zhian.apps.registry.models import (
    IN_FORCE,
    STRUCK_OFF,
    Licence,
    LicenceApplication,
    LicenceChange,
    LicenceExit,
)
from zhian.desk.errors import refuse
from zhian.desk.kinds import Effect, Opening, Values
from zhian.desk.models import Act, Matter
from zhian.law.licence_formats import licence_formats
from zhian.law.plain_numbers import comparable

PURPOSES = {
    "apply": "first",
    "file": "first",
    "apply_change": "change",
    "file_update": "change",
    "file_renewal": "renewal",
    "file_end": "end",
    "apply_renewal": "renewal",
    "apply_reissue": "reissue",
    "apply_pledged": "first",
    "apply_registration": "register",
    "record_issued": "entered",
    "record_ended": "ended",
    "withdraw_entry": "ended",
}
KIND_OF_PROVINCE = "XK"
DESCRIBED = ("category", "form", "item", "scope", "details")
KEPT = (
    *DESCRIBED,
    *("issued_on", "expires_on", "state", "ended_on", "struck_off_on", "operator_id"),
    *("premises_id", "place_code", "renewed_after"),
)
DAYS = ("issued_on", "expires_on", "ended_on", "struck_off_on", "renewed_after")
ASKED = ("operator", "premises", "licence_number", "ground", "found_on", "problems")
ENDS = {
    "record_revocation_industrial": "revoked",
    "record_revocation_other": "revoked",
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
            licence=named(matter, values),
            **licence_formats()[kind].described(values),
            details=told(kind, values),
            scope=values.get("scope") or values.get("machines") or "",
            changed_on=values.get("changed_on"),
            changes=values.get("changes") or "",
            conditions_changed=bool(values.get("conditions_changed")),
            late_reason=values.get("late_reason") or "",
        )

    return keep


def told(kind: str, values: Values) -> dict[str, str]:
    """What else stands on the paper, as far as it was given."""
    given = ((key, values.get(key)) for key in licence_formats()[kind].details)
    return {key: str(value) for key, value in given if value}


def named(matter: Matter, values: Values) -> Licence | None:
    """The licence whose number was entered, of this operator only, however it was written."""
    number = comparable(str(values.get("licence_number") or ""))
    held = Licence.objects.filter(operator=matter.operator_id).exclude(state="void")
    return next((one for one in held if number and comparable(one.number) == number), None)


# ---- licences ---------------------------------------------------------------------------------


def grant(matter: Matter, act: Act, values: Values) -> None:
    """A first licence gets its number, a renewed one a new term (SCLIC 25, 39; JYLIC 23, 36)."""
    row, day = matter.licence_application, today_of(act)
    ends = _last_day(row, day)
    if row.purpose == "first":
        row.licence = _new(matter, act, row, day, ends, values)
        row.save(update_fields=["licence"])
        if row.licence_kind == "JY":
            _lapse_filings(row.licence, act, day)
    else:
        after = row.licence.expires_on if row.licence else None
        said = _described(row) | {"issued_on": day, "expires_on": ends, "renewed_after": after}
        change(_target(row), act, **said)


def _last_day(row: LicenceApplication, day: date) -> date | None:
    """The end of the term: counted from the decision, or from the old end (LICPROC 27)."""
    old = row.licence.expires_on if row.licence else None
    if row.purpose == "renewal" and old and sort_of(row.licence_kind).renewed_from_end:
        return terms.renewed_last_day(row.licence_kind, old)
    return terms.last_day(row.licence_kind, day)


def _new(
    matter: Matter,
    act: Act,
    row: LicenceApplication,
    day: date,
    ends: date | None,
    values: Values,
) -> Licence:
    said = _described(row) | {"first_issued_on": day, "issued_on": day, "expires_on": ends}
    if sort_of(row.licence_kind).given:
        return enter(matter, act, row.licence_kind, str(values.get("number") or ""), **said)
    return _made(matter, act, row.licence_kind, numbers.take(matter, application(row)), **said)


def enter(matter: Matter, act: Act, kind: str, text: str, **said: Any) -> Licence:
    """A licence whose number another register gave: a void row of that number stands again."""
    number = numbers.canonical(kind, text)
    known = Licence.objects.filter(number=number).first()
    if known is None:
        return _made(matter, act, kind, number, **said)
    if known.state != "void" or known.operator_id != matter.operator_id:
        raise refuse(f"编号 {number} 已经登记。", f"{number} is in the register already.")
    change(known, act, state=IN_FORCE, ended_on=None, struck_off_on=None, **said)
    return known


def _made(matter: Matter, act: Act, kind: str, number: str, **said: Any) -> Licence:
    assert matter.operator is not None
    made = Licence.objects.create(
        kind=kind,
        number=number,
        agency=matter.agency,
        operator=matter.operator,
        premises=matter.premises,
        place_code=(matter.premises or matter).place.code,
        **said,
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


def _described(row: LicenceApplication) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in DESCRIBED if getattr(row, name)}
    if row.licence is not None and row.details:
        found["details"] = row.licence.details | row.details
    return found


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


# ---- what another agency gave and ended ---------------------------------------------------------


def record_issued(matter: Matter, act: Act, values: Values) -> None:
    """A licence that the province gave is entered as its paper says."""
    begin(KIND_OF_PROVINCE)(matter, act, values)
    row = matter.licence_application
    days = {"first_issued_on": values["issued_on"], "issued_on": values["issued_on"]}
    said = _described(row) | days | {"expires_on": values["expires_on"]}
    row.licence = enter(matter, act, KIND_OF_PROVINCE, str(values["number"]), **said)
    row.save(update_fields=["licence"])


def record_ended(matter: Matter, act: Act, values: Values) -> None:
    """How such a licence ended there."""
    begin(KIND_OF_PROVINCE)(matter, act, values)
    row = matter.licence_application
    row.details = {"ended_way": values["ended_way"]}
    row.save(update_fields=["details"])
    change(_target(row), act, state=values["ended_way"], ended_on=values["decided_on"])


def withdraw_entry(matter: Matter, act: Act, values: Values) -> None:
    """What was entered by mistake is void; entered again, its number stands again."""
    begin(KIND_OF_PROVINCE)(matter, act, values)
    change(_target(matter.licence_application), act, state="void", ended_on=today_of(act))


# ---- how a licence ends -------------------------------------------------------------------------


def begin_exit(matter: Matter, act: Act, values: Values) -> None:
    """Keep which licence ends and why; a penalty's revocation ends it at once (FSL 135)."""
    licence = named(matter, values)
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


def exit_from(source: Matter, values: Values) -> Opening:
    """The end of a licence that another matter asks for: an untrue pledge leads there."""
    operator, premises = values.get("operator"), values.get("premises")
    return Opening(
        title=f"许可证退出：{operator.name if operator else source.title}",
        agency=source.agency,
        office=source.office,
        handler=source.handler,
        place=source.place,
        operator=operator,
        premises=premises,
        confidential=source.confidential,
        fields={name: values.get(name) for name in ASKED},
    )


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


def undo_opening(matter: Matter, act: Act, values: Values) -> None:
    """What the matter noted on a licence when it was opened was a mistake: it stands as before."""
    undo(matter, Act.objects.get(matter=matter, seq=1))


def _again(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in DAYS and value else value


def _undo_application(matter: Matter) -> None:
    """An application whose licence is void has none again."""
    voided = LicenceApplication.objects.filter(matter=matter, licence__state="void")
    voided.update(licence=None)
