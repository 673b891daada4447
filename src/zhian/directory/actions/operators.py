"""Operators and premises are entered and changed here alone; each change leaves a line in the log.

Values are the models' own fields. Nobody is asked for a right here but the territory: who may write
files is for the pages to ask (`rights.may_file`), and a correction that was approved comes in the
name of whoever approved it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from zhian.directory import log, reach
from zhian.directory.errors import NotPossible, NotYours
from zhian.directory.models import Appointment, Operator, Place, Premises
from zhian.law import offices
from zhian.law.archive import archive
from zhian.law.identifiers import IdentifierError, parse_uscc

NO_NAME = NotPossible("请填写名称。", "Give the name.", "name")
OVER = ("closed", "deregistered", "revoked")
WITHIN = {"longitude": (73.0, 136.0), "latitude": (3.0, 54.0)}  # China, from Pamir to Wusuli


@transaction.atomic
def add_operator(
    values: Mapping[str, Any], *, by: Appointment | None, reason: str = ""
) -> Operator:
    """Enter an operator; raises NotPossible where one with the same code stands already."""
    checked = _operator_values(values, None)
    _named(checked)
    _inside(by, checked["place"])
    made = Operator.objects.create(**checked)
    log.write("add_operator", made, by=by, reason=reason, after=checked)
    return made


@transaction.atomic
def change_operator(
    operator: Operator,
    values: Mapping[str, Any],
    *,
    by: Appointment | None,
    reason: str = "",
    by_name: str = "",
) -> tuple[str, ...]:
    """Write what differs and log it; returns the fields that changed. Raises NotPossible."""
    locked = Operator.objects.select_for_update(of=("self",)).get(pk=operator.pk)
    _inside(by, locked.place)
    checked = _operator_values(values, locked)
    changed = _write("change_operator", locked, checked, by, reason, by_name)
    operator.refresh_from_db()
    return changed


@transaction.atomic
def add_premises(
    operator: Operator, values: Mapping[str, Any], *, by: Appointment | None, reason: str = ""
) -> Premises:
    """Enter premises of an operator; raises NotPossible."""
    checked = _premises_values(values)
    _named(checked)
    _inside(by, checked["place"])
    made = Premises.objects.create(operator=operator, **checked)
    after = {"operator": operator, **checked}
    log.write("add_premises", made, by=by, reason=reason, after=after)
    return made


@transaction.atomic
def change_premises(
    premises: Premises,
    values: Mapping[str, Any],
    *,
    by: Appointment | None,
    reason: str = "",
    by_name: str = "",
) -> tuple[str, ...]:
    """The same for premises; they may change hands: `operator` is a value like another."""
    locked = Premises.objects.select_for_update(of=("self",)).get(pk=premises.pk)
    _inside(by, locked.place)
    changed = _write("change_premises", locked, _premises_values(values), by, reason, by_name)
    premises.refresh_from_db()
    return changed


@transaction.atomic
def set_state(
    thing: Operator | Premises,
    state: str,
    *,
    since: date,
    today: date,
    by: Appointment | None,
    reason: str,
    by_name: str = "",
) -> tuple[str, ...]:
    """Trading status: running, paused, closed, deregistered or revoked; from a day, with why."""
    if state not in dict(Operator.STATES):
        raise NotPossible(f"没有“{state}”状态。", f"There is no state {state}.", "state")
    if not reason.strip():
        raise NotPossible("请写明理由和依据。", "Say why, and on what it rests.", "reason")
    if since > today:
        raise NotPossible("日期在今天之后。", "The day is in the future.", "since")
    _inside(by, thing.place)
    values: dict[str, Any] = {"state": state}
    if isinstance(thing, Operator):
        values["ended_on"] = since if state in OVER else None
    kind = "operator_state" if isinstance(thing, Operator) else "premises_state"
    changed = _write(kind, thing, values, by, f"{since}：{reason.strip()}", by_name)
    thing.refresh_from_db()
    return changed


def _write(
    what: str,
    row: Operator | Premises,
    values: Mapping[str, Any],
    by: Appointment | None,
    reason: str,
    by_name: str,
) -> tuple[str, ...]:
    before = {k: getattr(row, k) for k, v in values.items() if getattr(row, k) != v}
    if not before:
        return ()
    for key in before:
        setattr(row, key, values[key])
    if "name" in before:
        _named(values)
    row.save(update_fields=list(before))
    after = {key: values[key] for key in before}
    log.write(what, row, by=by, reason=reason, before=before, after=after, by_name=by_name)
    return tuple(before)


# ---- what may be written ------------------------------------------------------------------------


def _named(values: Mapping[str, Any]) -> None:
    if not str(values.get("name", "")).strip():
        raise NO_NAME


def _inside(by: Appointment | None, place: Place) -> None:
    if not reach.covers(by, place):
        raise NotYours


def _stripped(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}


def _operator_values(values: Mapping[str, Any], row: Operator | None) -> dict[str, Any]:
    checked = _stripped(values)
    if "uscc" in checked:
        checked["uscc"] = _code(str(checked["uscc"] or ""), row)
    if "kind" in checked and checked["kind"] not in dict(Operator.KINDS):
        raise NotPossible("没有这个类别。", "There is no such kind.", "kind")
    return checked


def _code(text: str, row: Operator | None) -> str | None:
    """A credit code that is right and nobody else's; a subject without one has None."""
    if not text:
        return None
    try:
        code = parse_uscc(text).code
    except IdentifierError as wrong:
        raise NotPossible(wrong.words.zh, wrong.words.en, "uscc") from None
    standing = Operator.objects.filter(uscc=code).exclude(pk=row.pk if row else None).first()
    if standing is not None:
        raise NotPossible(
            f"代码 {code} 已属于“{standing.name}”。",
            f"The code {code} belongs to “{standing.name}”.",
            "uscc",
        )
    return code


def _premises_values(values: Mapping[str, Any]) -> dict[str, Any]:
    checked = _stripped(values)
    business = checked.get("business_type", None)
    if business is not None and business not in offices.business_types():
        raise NotPossible(
            f"没有“{business}”业态。", f"There is no business type {business}.", "business_type"
        )
    if "links" in checked:
        checked["links"] = _links(checked["links"])
    for name, (least, most) in WITHIN.items():
        degrees = checked.get(name)
        if degrees is not None and not least <= degrees <= most:
            raise NotPossible(
                f"应在 {least:g} 到 {most:g} 度之间（是否把经纬度写反了？）。",
                f"Between {least:g} and {most:g} degrees; are the two swapped?",
                name,
            )
    return checked


def _links(named: Any) -> str:
    """Links of the chain as they are kept: each between spaces, in the order of the chain."""
    wanted = set(named.split() if isinstance(named, str) else named or ())
    known = archive().chain
    if unknown := wanted - set(known):
        raise NotPossible(
            f"没有环节 {'、'.join(sorted(unknown))}。",
            f"There is no link {', '.join(sorted(unknown))}.",
            "links",
        )
    kept = [key for key in known if key in wanted]
    return f" {' '.join(kept)} " if kept else ""
