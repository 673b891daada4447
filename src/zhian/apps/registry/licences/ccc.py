"""Compulsory certificates: the county gives none, it keeps what the bodies say of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Model

from zhian.apps.registry.licences import taking_over
from zhian.apps.registry.licences.actions import change, enter, named, told
from zhian.apps.registry.licences.facts import ENDED_SUBJECT, made_by, seen
from zhian.apps.registry.models import IN_FORCE, CertificateEvent, Licence, LicenceChange
from zhian.desk import timing
from zhian.desk.errors import refuse
from zhian.desk.kinds import Facts, Line, TakeOver, Values
from zhian.desk.models import Act, Matter
from zhian.desk.takeover import cells
from zhian.directory.imports.table import Field
from zhian.law.plain_numbers import comparable
from zhian.law.words import Words

KIND = "CCC"
STATES = {
    "record_suspension": "suspended",
    "record_resumption": IN_FORCE,
    "record_deregistration": "cancelled",
    "record_annulment": "annulled",
    "withdraw_entry": "void",
}
OPENINGS = ("record", "record_renewal", *STATES)
ENDED = ("cancelled", "annulled")


def event_of(matter: Matter) -> CertificateEvent | None:
    """The app's row; an opening act asks before there is one."""
    if matter.seq == 0:
        return None
    return CertificateEvent.objects.filter(matter=matter).select_related("licence").first()


def facts(matter: Matter) -> Facts:
    """The holder's certificates as they stand, and the one that this matter is about."""
    today, row = timing.today(), event_of(matter)
    held = Licence.objects.filter(operator=matter.operator_id, kind=KIND).exclude(state="void")
    licence = row.licence if row else None
    return {
        "licence_kind": KIND,
        "subject_ended": matter.operator is not None and matter.operator.state in ENDED_SUBJECT,
        "licences": {comparable(one.number): seen(one, today) for one in held},
        "purpose": "first",
        "operator_kind": matter.operator.kind if matter.operator else "",
        "application": None,
        "expires_on": licence.expires_on if licence else None,
        "state_before": _state_before(matter),
    }


def _state_before(matter: Matter) -> str:
    """What the certificate was before this matter noted something on it."""
    if matter.seq == 0:
        return ""
    noted = LicenceChange.objects.filter(act__matter=matter, act__seq=1, undone=False).first()
    return str(noted.before.get("state") or "") if noted else ""


def take_in(matter: Matter, act: Act, values: Values) -> None:
    """Enter a new certificate, or note on one in the register what its body did."""
    licence = _entered(matter, act, values) if act.verb == "record" else _noted(matter, act, values)
    CertificateEvent.objects.create(
        matter=matter,
        licence=licence,
        way=act.verb,
        day=values.get("decided_on") or values.get("issued_on"),
        ground=next((str(values[name]) for name in values if name.endswith("_ground")), ""),
        told=values.get("why") or "",
    )


def _entered(matter: Matter, act: Act, values: Values) -> Licence:
    return enter(
        matter,
        act,
        KIND,
        str(values["number"]),
        details=told(KIND, values),
        first_issued_on=values["issued_on"],
        issued_on=values["issued_on"],
        expires_on=values["expires_on"],
    )


def _noted(matter: Matter, act: Act, values: Values) -> Licence:
    licence = named(matter, values)
    if licence is None or licence.kind != KIND:
        raise refuse("该主体名下没有这份证书。", "The operator has no such certificate.")
    if act.verb == "record_renewal":
        change(licence, act, issued_on=values["issued_on"], expires_on=values["expires_on"])
        return licence
    state = STATES[act.verb]
    ended = values.get("decided_on") if state in ENDED else None
    change(licence, act, state=state, ended_on=ended)
    return licence


def earlier(matter: Matter) -> Collection[int]:
    """The matters whose standings this event lifts: those about the same certificate."""
    row = event_of(matter)
    return made_by(row.licence) if row else ()


# ---- from another system ------------------------------------------------------------------------

WAYS = {
    "record_suspension": Words("暂停", "Suspended"),
    "record_deregistration": Words("注销", "Deregistered"),
    "record_annulment": Words("撤销", "Annulled"),
}


def _rows(matter: Matter, line: Line) -> Sequence[Model]:
    row = line.row
    made, licence = taking_over.licence_of(matter, row, KIND, needed=True)
    way = cells.find("event", row.text("event"), WAYS, Words("事件", "event"))
    if licence is None:
        raise refuse("须写明证书编号。", "Give the number of the certificate.")
    licence.state = STATES[way]
    event = CertificateEvent(
        matter=matter, licence=licence, way=way, day=row.day("event_on"), told=row.text("told")
    )
    return [*made, event]


TAKE_OVER = TakeOver(
    _rows,
    (
        taking_over.NUMBER,
        Field("event", Words("证书事件", "Event"), taking_over.FREE, True),
        Field("event_on", Words("事件日期", "Happened on"), taking_over.FREE),
        Field("told", Words("情况", "What happened"), taking_over.FREE),
        *taking_over.DATES,
        *taking_over.details(KIND),
    ),
)
