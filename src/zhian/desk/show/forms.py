"""The form of an act, made from its procedure: one widget per field, and what was entered."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from zhian.desk import uploads
from zhian.desk.errors import speak
from zhian.desk.fields import NOT_A_TIME
from zhian.desk.models import Evidence, Matter
from zhian.desk.show import choosing, items
from zhian.directory.models import Appointment
from zhian.law import gates, vocabulary
from zhian.law.procedure import ActSpec, FieldSpec
from zhian.law.words import Words
from zhian.web.forms import Option, Widget

RESERVED = frozenset({"head", "key", "at", "officers", "confirmed", "find", "kept", "title"})
FEW = 5
FILES = {"file", "files"}
NUMBERS = {"int", "decimal", "money", "qty"}
SEARCHED = {"operator", "premises", "matter"}


@dataclass(slots=True)
class Sheet:
    """What a person is filling in: for whom, on which matter, with what."""

    kind: str
    spec: ActSpec
    appointment: Appointment
    matter: Matter | None = None
    posted: QueryDict | None = None
    known: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, list[Evidence]] = field(default_factory=dict)
    errors: Mapping[str, Words] = field(default_factory=dict)

    def values(self, name: str) -> list[str]:
        """What stands in a field: entered before, else known already."""
        if self.posted is not None:
            return self.posted.getlist(name)
        value = self.known.get(name)
        many = value if isinstance(value, list | tuple) else [value]
        return [_as_text(v) for v in many if v not in (None, "")]

    def value(self, name: str) -> str:
        """The first of it."""
        return next(iter(self.values(name)), "")


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%dT%H:%M}"
    return str(getattr(value, "pk", value))


def new_key() -> str:
    """A key that makes a second click on the same form return the first act."""
    return secrets.token_hex(16)


# ---- from the procedure to widgets ------------------------------------------------------------


def widgets(sheet: Sheet) -> list[Widget]:
    """The fields of the act, those that gates ask to confirm, and who stands beside."""
    found = [_widget(sheet, row) for row in sheet.spec.fields]
    found += _officers(sheet)
    found += _confirmations(sheet)
    return found


def _widget(sheet: Sheet, row: FieldSpec) -> Widget:
    error = sheet.errors.get(row.name)
    made = _made(sheet, row)
    made.required = row.required and row.type != "bool"
    made.error = speak(error) if error else ""
    made.hint = speak(row.hint) if row.hint else made.hint
    return made


def _made(sheet: Sheet, row: FieldSpec) -> Widget:
    label = speak(row.words)
    if row.type in FILES:
        return _files(sheet, row, label)
    if row.choices:
        return _choice(sheet, row, label)
    if row.type == "items":
        given = _given_items(sheet, row.name)
        lines = items.lines(sheet.kind, row.name, sheet.appointment, given)
        return Widget(row.name, "items", label, more={"lines": lines})
    if row.type in SEARCHED:
        return _searched(sheet, row, label)
    if row.type in _SELECTS or "|" in row.type:
        return _select(sheet, row, label)
    kind = "number" if row.type in NUMBERS else _KINDS.get(row.type, "line")
    return Widget(row.name, kind, label, value=sheet.value(row.name))


_KINDS = {"text": "text", "line": "line", "date": "date", "datetime": "datetime", "bool": "bool"}
_SELECTS = {"user", "users", "office", "agency", "agencies", "post", "document", "documents"}


def _given_items(sheet: Sheet, name: str) -> Sequence[Mapping[str, Any]]:
    if sheet.posted is not None:
        return items.read(sheet.kind, name, sheet.posted.dict())
    known = sheet.known.get(name)
    return [row for row in known if isinstance(row, Mapping)] if isinstance(known, list) else []


def _files(sheet: Sheet, row: FieldSpec, label: str) -> Widget:
    kept = sheet.files.get(row.name, [])
    user = sheet.appointment.user_id
    return Widget(
        row.name,
        "file",
        label,
        hint=_("jpg、png、pdf、xlsx、docx、csv"),
        many=row.type == "files" or row.many is not None,
        more={
            "accept": uploads.ACCEPT,
            "kept": [(f.name, uploads.token(f, user)) for f in kept],
        },
    )


def _choice(sheet: Sheet, row: FieldSpec, label: str) -> Widget:
    assert row.choices is not None
    chosen = set(sheet.values(row.name))
    options = [
        Option(c.key, speak(c.words), c.key in chosen) for c in vocabulary.choices(row.choices)
    ]
    kind = "radio" if len(options) <= FEW else "select"
    return Widget(row.name, kind, label, value=sheet.value(row.name), options=options)


def _select(sheet: Sheet, row: FieldSpec, label: str) -> Widget:
    chosen = sheet.values(row.name)
    many = row.many is not None or row.type in {"users", "agencies", "documents"}
    who = sheet.appointment
    if row.type in {"document", "documents"}:
        options = choosing.documents(sheet.matter, chosen)
    elif row.type == "office":
        options = choosing.offices(who, chosen)
    elif row.type in {"agency", "agencies"}:
        options = choosing.agencies(who, chosen)
    elif "|" in row.type:
        options = choosing.posts(who, chosen)
    else:
        options = choosing.people(who, chosen)
    kind = "several" if many else "select"
    hint = _("须选 %(n)d 项") % {"n": row.many} if row.many else ""
    return Widget(row.name, kind, label, hint=hint, options=options, many=many)


def _searched(sheet: Sheet, row: FieldSpec, label: str) -> Widget:
    """A field that is searched for: what is chosen, then what the search found."""
    key = sheet.value(row.name)
    options = choosing.named(row.type, sheet.appointment, key)
    text = sheet.value(f"find-{row.name}")
    if text:
        found = choosing.found(row.type, sheet.appointment, text)
        options += [o for o in found if o.value != key]
    elif row.type == "premises" and not options and sheet.matter and sheet.matter.operator_id:
        options = choosing.premises_of(sheet.matter.operator_id)
    return Widget(
        row.name,
        "picker",
        label,
        value=key,
        options=options,
        more={"what": row.type, "text": text},
    )


def _officers(sheet: Sheet) -> list[Widget]:
    if sheet.spec.officers < 2:
        return []
    options = choosing.officers(sheet.appointment, sheet.values("officers"))
    error = sheet.errors.get("officers")
    return [
        Widget(
            "officers",
            "several",
            _("同行执法人员"),
            True,
            options=options,
            many=True,
            hint=_("须有不少于 %(n)d 名执法人员在场，您是其中之一") % {"n": sheet.spec.officers},
            error=speak(error) if error else "",
        )
    ]


def _confirmations(sheet: Sheet) -> list[Widget]:
    """Gates that only a person can judge: one line each, to be confirmed by whoever acts."""
    wanted = set(sheet.values("confirmed"))
    options = []
    for gate_id in sheet.spec.gates:
        if gates.needs_confirmation(gate_id):
            rule = gates.rule(gate_id)
            article = "" if rule.house else f"{rule.source} {rule.article}"
            text = speak(rule.when) + _("：") + speak(rule.requires)
            options.append(Option(gate_id, text, gate_id in wanted, article))
    if not options:
        return []
    return [Widget("confirmed", "confirm", _("逐项确认"), True, options=options, many=True)]


# ---- from what was posted to values -------------------------------------------------------------


@dataclass(slots=True)
class Entered:
    """What was entered: fields as the engine takes them, files, officers and the moment."""

    given: dict[str, Any]
    files: dict[str, list[Evidence]]
    officers: list[str]
    at: datetime | None
    errors: dict[str, Words]

    @property
    def all_files(self) -> list[Evidence]:
        """Every file of the form."""
        return [f for rows in self.files.values() for f in rows]


def read(
    kind: str,
    spec: ActSpec,
    posted: QueryDict,
    uploaded: MultiValueDict[str, UploadedFile],
    user_id: int,
    matter: Matter | None,
) -> Entered:
    """Take in a posted form: files are checked and kept, all else is left to the engine."""
    entered = Entered({}, {}, posted.getlist("officers"), None, {})
    for row in spec.fields:
        if row.type in FILES:
            _read_files(row, posted, uploaded, user_id, matter, entered)
        else:
            entered.given[row.name] = _raw(kind, row, posted)
    confirmed = [g for g in posted.getlist("confirmed") if g in spec.gates]
    if confirmed:
        entered.given["confirmed"] = confirmed
    _read_moment(posted.get("at", ""), entered)
    return entered


def _raw(kind: str, row: FieldSpec, posted: QueryDict) -> Any:
    if row.type == "items":
        return items.read(kind, row.name, posted.dict())
    if row.many is not None or row.type in {"users", "agencies", "documents"}:
        return [v for v in posted.getlist(row.name) if v]
    return posted.get(row.name, "").strip()


def _read_files(
    row: FieldSpec,
    posted: QueryDict,
    uploaded: MultiValueDict[str, UploadedFile],
    user_id: int,
    matter: Matter | None,
    entered: Entered,
) -> None:
    kept = uploads.held(posted.getlist(f"kept-{row.name}"), user_id)
    try:
        fresh = uploads.keep(uploaded.getlist(row.name), matter, row.name)
    except uploads.BadFile as bad:
        entered.errors[row.name] = bad.words
        fresh = []
    rows = [*kept, *fresh]
    if row.type == "file":
        rows = rows[-1:]
    entered.files[row.name] = rows
    entered.given[row.name] = rows if row.type == "files" else (rows[0] if rows else None)


def _read_moment(text: str, entered: Entered) -> None:
    """When it happened, where it was not just now."""
    if not text.strip():
        return
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        entered.errors["at"] = NOT_A_TIME
        return
    entered.at = moment if moment.tzinfo else timezone.make_aware(moment)
