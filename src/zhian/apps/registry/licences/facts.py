"""What the gates of licence matters look at: values of one moment, from the register."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from zhian.apps.registry.licences import industrial, terms
from zhian.apps.registry.licences.sorts import BY_KEY, PER_OPERATOR, sort_of
from zhian.apps.registry.models import (
    IN_FORCE,
    Licence,
    LicenceApplication,
    LicenceExit,
)
from zhian.desk import timing
from zhian.desk.kinds import Facts
from zhian.desk.models import Act, Clock, Document, Matter
from zhian.law.licence_gates import LicenceSeen
from zhian.law.plain_numbers import comparable
from zhian.law.thresholds import Application

ENDED_SUBJECT = ("deregistered", "revoked")
CLOSED_PREMISES = ("closed", "deregistered", "revoked")
EXAMINED = ("accept", "ask_correction", "order_site_check", "need_no_check", "site_check", "tell")
HEARINGS = {"ask_hearing", "call_hearing"}
GRANTED = {
    *("grant", "grant_change", "grant_reissue", "grant_pledged", "register_change"),
    "renewed_by_silence",
}
TAKEN_IN = "register_licences"  # one matter for a whole file, without an operator of its own
CONTINUES = {"JY": ["JY", "YB"]}  # a licence takes the place of a filing (JYLIC 5)


def row_of(matter: Matter) -> LicenceApplication | None:
    """The app's row; an opening act asks before there is one."""
    if matter.seq == 0:
        return None
    return LicenceApplication.objects.filter(matter=matter).select_related("licence").first()


def exit_of(matter: Matter) -> LicenceExit | None:
    """The same for the end of a licence."""
    if matter.seq == 0:
        return None
    return LicenceExit.objects.filter(matter=matter).select_related("licence").first()


def of_application(kind: str) -> Callable[[Matter], Facts]:
    """The facts of an application for a licence, or of a filing."""

    def facts(matter: Matter) -> Facts:
        row = row_of(matter)
        return _subject(matter, kind) | _asked(row, matter) | _heard(matter, kind) | _papers(matter)

    return facts


def of_exit(matter: Matter) -> Facts:
    """The facts of the end of a licence."""
    row = exit_of(matter)
    kind = row.licence.kind if row else ""
    return (
        _subject(matter, kind)
        | _heard(matter, "")
        | _papers(matter)
        | {
            "undecided": matter.phase == "open",
            "annulling": row is not None and row.way == "open_annul",
            **_fraud(kind if row and row.ground == "fraud" else ""),
            "drug": kind == "DRUG",
            "not_drug": kind != "DRUG",
            "exit_way": row.way if row else "",
            "licence_state": row.licence.state_on(timing.today()) if row else "",
        }
    )


def _fraud(kind: str) -> dict[str, bool]:
    """Which bar on applying follows a licence got by fraud."""
    return {
        "fraud_production": kind == "SC",
        "fraud_business": kind == "JY",
        "fraud_industrial": kind == "XK",
        "fraud_drug": kind == "DRUG",
    }


# ---- the subject and what it holds ------------------------------------------------------------


def _subject(matter: Matter, kind: str) -> dict[str, Any]:
    operator = matter.operator
    held = list(Licence.objects.filter(operator=matter.operator_id).exclude(state="void"))
    today = timing.today()
    return {
        "licence_kind": kind,
        "subject_ended": operator is not None and operator.state in ENDED_SUBJECT,
        "premises_fault": _premises_fault(matter),
        "barred_until": _barred_until(matter, kind),
        "own_licence": _own(held, matter, kind, today),
        "licensed": _own(held, matter, "JY", today) or _own(held, matter, "SC", today),
        "licences": {
            comparable(one.number): seen(one, today) for one in held if kind in ("", one.kind)
        },
        "operator_kind": operator.kind if operator else "",
        **(industrial.facts(matter, held, today) if kind == "XK" else {}),
    }


def _premises_fault(matter: Matter) -> str:
    premises = matter.premises
    if premises is None:
        return ""
    if premises.operator_id != matter.operator_id:
        return "other"
    return "closed" if premises.state in CLOSED_PREMISES else ""


def _own(held: Collection[Licence], matter: Matter, kind: str, today: date) -> str:
    """The number in force that leaves no room for another: the operator's, or the place's."""
    for one in held:
        here = kind in PER_OPERATOR or one.premises_id == matter.premises_id
        if one.kind == kind and here and one.state_on(today) == IN_FORCE:
            return one.number
    return ""


def _barred_until(matter: Matter, kind: str) -> date | None:
    """The last day of a bar on applying: it runs as the clock of the matter that set it."""
    bans = BY_KEY[kind].bans if kind in BY_KEY else ()
    clocks = Clock.objects.filter(matter__operator=matter.operator_id, duty__in=bans)
    clocks = clocks.exclude(state="void")
    return clocks.order_by("-due_day").values_list("due_day", flat=True).first()


def seen(one: Licence, today: date) -> LicenceSeen:
    """A licence as gates see it."""
    opens, last = terms.renewal(one.kind, one.expires_on)
    return LicenceSeen(
        one.number, one.state_on(today), one.expires_on, opens, last, one.kind, one.ours
    )


# ---- the application --------------------------------------------------------------------------


def _asked(row: LicenceApplication | None, matter: Matter) -> dict[str, Any]:
    licence = row.licence if row else None
    purpose = row.purpose if row else ""
    unseen = purpose in ("change", "renewal") and "need_no_check" in matter.done
    return {
        "purpose": purpose,
        "application": application(row) if row else None,
        "renewing": purpose == "renewal",
        "reissuing": purpose == "reissue",
        "deciding": purpose in ("first", "renewal"),
        "changing": purpose == "change",
        "registering": purpose == "register",
        "renewing_in_time": purpose == "renewal" and not _is_late(licence, matter),
        "pledged": "grant_pledged" in matter.done,
        "revoked_elsewhere": row is not None and row.details.get("ended_way") == "revoked",
        "standing_still": _standing_still(matter),
        "pledge_result": _pledge_result(matter),
        "test_result": str(last_said(matter, "test_report", "test_result") or ""),
        "conditions_changed": row is not None and row.conditions_changed,
        "site_result": site_result(matter),
        "needs_no_check": "need_no_check" in matter.done,
        "unseen": unseen,
        "uninspected": _granted(matter) and unseen and "inspected" not in matter.done,
        "false_papers": _refused_for_false_papers(matter),
        "received_on": matter.trigger_date,
        "expires_on": licence.expires_on if licence else None,
        "term_from": _term_from(licence),
        "licence_state": licence.state_on(timing.today()) if licence else "",
    }


def _is_late(licence: Licence | None, matter: Matter) -> bool:
    """Whether the renewal was applied for after its last day."""
    if licence is None:
        return False
    last = terms.renewal(licence.kind, licence.expires_on)[1]
    return last is not None and matter.trigger_date > last


def _term_from(licence: Licence | None) -> date | None:
    """The day before the term that stands now began: where it follows an older one, its end."""
    if licence is None:
        return None
    if sort_of(licence.kind).renewed_from_end:
        return licence.renewed_after or licence.issued_on - timedelta(days=1)
    return licence.issued_on - timedelta(days=1)


def application(row: LicenceApplication) -> Application:
    """What is applied for; a change or renewal is of the kind that the licence has."""
    of = row.licence if row.licence and not (row.category or row.form) else row
    return Application(row.licence_kind, row.purpose, of.category, of.form, of.item)


def site_result(matter: Matter) -> str:
    """What the last site check found that still counts."""
    return str(last_said(matter, "site_check", "result") or "")


def last_said(matter: Matter, verb: str, field: str) -> Any:
    """What the last act of a verb said that was not undone; None where it is not done."""
    if verb not in matter.done:
        return None
    acts = Act.objects.filter(matter=matter, verb=verb).order_by("seq")
    rows = list(acts.values_list("seq", "stage", "data"))
    undone = {data.get("act") for _seq, stage, data in rows if stage == "annulled"}
    found = [d.get(field) for seq, stage, d in rows if stage == "done" and seq not in undone]
    return found[-1] if found else None


def _standing_still(matter: Matter) -> dict[str, date]:
    """Since when clocks of the matter stand still, by reason."""
    if matter.seq == 0:
        return {}
    paused = Clock.objects.filter(matter=matter, state="paused").values_list("pauses", flat=True)
    spans = [span for row in paused for span in row if span["to"] is None]
    return {span["reason"]: date.fromisoformat(span["from"]) for span in spans}


def _pledge_result(matter: Matter) -> str:
    """Whether what was pledged was found so; empty before the check."""
    said = last_said(matter, "check_pledge", "pledge_true")
    return "" if said is None else "true" if said else "untrue"


def _granted(matter: Matter) -> bool:
    return bool(GRANTED & set(matter.done))


def _refused_for_false_papers(matter: Matter) -> bool:
    if matter.seq == 0:
        return False
    said = Act.objects.filter(matter=matter, verb="deny", stage__in=["done", "proposed"])
    last = said.order_by("-seq").first()
    return last is not None and last.data.get("ground") == "false_papers"


# ---- hearing and papers -------------------------------------------------------------------------


def _heard(matter: Matter, kind: str) -> dict[str, Any]:
    done = set(matter.done)
    family = terms.FAMILIES.get(kind)
    request = f"licence.hearing_request.{family}" if family else "licence.hearing_request"
    return {
        "hearing_open": bool(HEARINGS & done) and "hearing_held" not in done,
        "hearing_until": _due_day(matter, request),
        "examiners": frozenset(_examiners(matter)),
    }


def _due_day(matter: Matter, duty: str) -> date | None:
    if matter.seq == 0:
        return None
    clocks = Clock.objects.filter(matter=matter, duty=duty).order_by("-id")
    return clocks.values_list("due_day", flat=True).first()


def _examiners(matter: Matter) -> set[int]:
    if matter.seq == 0:
        return set()
    acts = Act.objects.filter(Q(verb__in=EXAMINED) & ~Q(user=None), matter=matter)
    found = set(acts.values_list("user", flat=True))
    return found | ({matter.handler.user_id} if matter.handler else set())


def _papers(matter: Matter) -> dict[str, Any]:
    """The paper to bring to the holder: the last one issued that is served."""
    paper = None
    if matter.seq:
        issued = Document.objects.filter(matter=matter, template__in=SERVED, state="issued")
        paper = issued.order_by("-issued_at", "-id").first()
    return {"paper_to_serve": paper}


SERVED = (
    *("licence_card_sc", "licence_card_jy", "licence_card_xk", "licence_card_drug"),
    *("licence_denial_decision", "licence_decline_notice", "small_card", "small_refusal"),
    *("licence_exit_notice", "licence_annul_decision", "licence_withdrawal_decision"),
)


def earlier_applications(kind: str) -> Callable[[Matter], Collection[int]]:
    """The matters whose standings a decision may lift: of this operator (or place) and kind."""
    kinds = CONTINUES.get(kind, [kind])

    def matters(matter: Matter) -> list[int]:
        if sort_of(kind).per == "product":
            return _of_same_licence(matter)
        of = Q(operator=matter.operator_id)
        if kind not in PER_OPERATOR:
            of &= Q(premises=matter.premises_id)
        applied = Matter.objects.filter(of, licence_application__licence_kind__in=kinds)
        ended = Matter.objects.filter(
            licence_exit__licence__in=Licence.objects.filter(of, kind__in=kinds)
        )
        held = Licence.objects.filter(of, kind__in=kinds)
        taken_in = Matter.objects.filter(
            kind=TAKEN_IN, acts__licence_changes__licence__in=held
        ).distinct()
        rows = (applied, ended, taken_in)
        return [pk for found in rows for pk in found.values_list("pk", flat=True)]

    return matters


def _of_same_licence(matter: Matter) -> list[int]:
    """Of several licences for several products only this one's matters."""
    row = row_of(matter)
    return made_by(row.licence) if row and row.licence else []


def made_by(licence: Licence) -> list[int]:
    """The matters whose acts made a licence what it is."""
    acts = Act.objects.filter(licence_changes__licence=licence)
    return list(acts.values_list("matter", flat=True).distinct())


def earlier_of_licence(matter: Matter) -> list[int]:
    """The matters whose standings the end of a licence lifts: those that made this licence."""
    row = exit_of(matter)
    return made_by(row.licence) if row else []


def today_of(act: Act) -> date:
    """The local day of an act."""
    return timezone.localtime(act.happened_at).date()
