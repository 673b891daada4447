"""What the public may read of licences and filings (LICPROC 24, 75; INFOPEN 20)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from zhian.apps.registry.licences.facts import exit_of, row_of
from zhian.apps.registry.models import Licence
from zhian.desk import labels
from zhian.desk.models import Document, Matter
from zhian.directory.models import Operator
from zhian.law.words import Words

Gives = Callable[[Matter], Mapping[str, Any]]
DECISIONS = ("licence_grant_decision", "licence_annul_decision", "licence_withdrawal_decision")
CLOSING = "licence_cancel_decision"
REVOKED = Words("吊销", "Revoked")
WAYS = {
    "apply_cancel": Words("依申请注销", "Struck off on application"),
    "open_ex_officio": Words("依职权注销", "Struck off ex officio"),
    "open_annul": Words("撤销", "Annulled"),
    "open_withdrawal": Words("撤回", "Withdrawn"),
    "record_revocation": REVOKED,
    "record_revocation_industrial": REVOKED,
    "record_revocation_other": REVOKED,
}


def of_grant(matter: Matter) -> dict[str, Any]:
    """Who was granted what, under which number, until when."""
    row = row_of(matter)
    if row is None or row.licence is None:
        return {}
    return _said(row.licence, matter) | {
        "purpose": Words(str(dict(row.PURPOSES)[row.purpose]), row.purpose),
        "decision": _number(matter, DECISIONS),
        "decided_on": _day(row.licence.issued_on),
    }


def of_end(matter: Matter) -> dict[str, Any]:
    """Which licence ended, in which way, and since when."""
    row = exit_of(matter)
    if row is None:
        return {}
    return _said(row.licence, matter) | {
        "way": WAYS.get(row.way, labels.verb_words(matter, row.way)),
        "decision": _number(matter, (CLOSING, *DECISIONS)),
        "ended_on": _day(row.licence.ended_on or row.licence.struck_off_on),
    }


def _said(licence: Licence, matter: Matter) -> dict[str, Any]:
    operator: Operator = licence.operator
    premises = licence.premises
    return {
        "holder": operator.name,
        "uscc": operator.uscc or "",
        "licence": licence.kind_words,
        "number": licence.number,
        "what": licence.what,
        "scope": licence.scope,
        "address": premises.address if premises else operator.address,
        "expires_on": _day(licence.expires_on),
    }


def _number(matter: Matter, templates: tuple[str, ...]) -> str:
    """The number of the decision: of the first of these papers that was issued."""
    issued = Document.objects.filter(matter=matter, template__in=templates, state="issued")
    numbers = dict(issued.order_by("id").values_list("template", "number"))
    return next((str(numbers[name]) for name in templates if numbers.get(name)), "")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


OF_APPLICATION: Mapping[str, Gives] = dict.fromkeys(
    ("licence_granted", "drug_licence_granted", "filing_made"), of_grant
)
OF_EXIT: Mapping[str, Gives] = {"licence_ended": of_end}
