"""What a person enters with an act: from strings or objects to checked values.

`clean` returns the values as Python objects (for effects and gates) and as plain data (for the
act). Personal texts never enter an act: they are kept apart by a salted hash.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Model
from django.utils import timezone

from zhian.desk.errors import FieldErrors
from zhian.desk.models import Document, Erasable, Evidence, Matter
from zhian.directory.models import (
    Agency,
    Appointment,
    Office,
    Operator,
    Place,
    Premises,
)
from zhian.law import vocabulary
from zhian.law.procedure import ActSpec, FieldSpec
from zhian.law.words import Words
from zhian.methods import ledger

Errors = dict[str, Words]
REFERENCES: Mapping[str, type[Model]] = {
    "place": Place,
    "office": Office,
    "agency": Agency,
    "post": Appointment,
    "user": Appointment,
    "operator": Operator,
    "premises": Premises,
    "matter": Matter,
    "document": Document,
    "file": Evidence,
}
PLURALS = {
    "users": "user",
    "files": "file",
    "agencies": "agency",
    "documents": "document",
}
PERSONAL = {"person"}
LONGEST = {"text": 5000, "line": 300}

MISSING = Words("必填。", "Required.")
NOT_A_DATE = Words("不是日期，应如 2026-11-24。", "Not a date; write it like 2026-11-24.")
NOT_A_TIME = Words(
    "不是时间，应如 2026-11-24 09:30。", "Not a time; write it like 2026-11-24 09:30."
)
NOT_A_NUMBER = Words("不是数字。", "Not a number.")
NOT_A_CHOICE = Words("不在可选项内。", "Not one of the choices.")
NOT_FOUND = Words("查无此项。", "There is no such entry.")
TOO_LONG = Words("超过 {n} 字。", "Longer than {n} characters.")
HOW_MANY = Words("须为 {n} 项。", "Exactly {n} are needed.")
UNKNOWN = Words("没有这个栏目。", "There is no such field.")


class BadField(Exception):
    """One field cannot be taken."""

    def __init__(self, words: Words) -> None:
        self.words = words
        super().__init__(words.zh)


def clean(spec: ActSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """The checked values of an act's fields; raises FieldErrors with every error at once."""
    errors: Errors = {
        name: UNKNOWN for name in given if spec.field(name) is None and name != "confirmed"
    }
    values: dict[str, Any] = {}
    for row in spec.fields:
        try:
            values[row.name] = _clean_one(row, given.get(row.name))
        except BadField as bad:
            errors[row.name] = bad.words
    if errors:
        raise FieldErrors(errors)
    return values


def _clean_one(row: FieldSpec, raw: Any) -> Any:
    if raw is None or raw == "" or raw == []:
        if row.required and row.type != "bool":
            raise BadField(MISSING)
        return False if row.type == "bool" else None
    single = PLURALS.get(row.type)
    if single or row.many:
        items = raw if isinstance(raw, list | tuple) else [raw]
        if row.many and len(items) != row.many:
            raise BadField(HOW_MANY.format(n=row.many))
        return [_value(single or row.type, row, item) for item in items]
    return _value(row.type, row, raw)


def _value(kind: str, row: FieldSpec, raw: Any) -> Any:
    if row.choices:
        return _choice(row.choices, raw)
    if "|" in kind:
        return _either(kind.split("|"), raw)
    if kind in REFERENCES:
        return _reference(REFERENCES[kind], raw)
    return _PARSERS.get(kind, _text)(raw)


def _choice(name: str, raw: Any) -> str:
    if str(raw) not in vocabulary.choice_keys(name):
        raise BadField(NOT_A_CHOICE)
    return str(raw)


def _either(kinds: Iterable[str], raw: Any) -> Model:
    """A value of one of two kinds, written as an object or as `agency:3`."""
    if isinstance(raw, Model):
        return raw
    name, _, key = str(raw).partition(":")
    if name not in kinds or name not in REFERENCES:
        raise BadField(NOT_FOUND)
    return _reference(REFERENCES[name], key)


def _reference(model: type[Model], raw: Any) -> Model:
    if isinstance(raw, model):
        return raw
    found = None
    if str(raw).isdigit():
        found = model._default_manager.filter(pk=int(str(raw))).first()
    if found is None:
        raise BadField(NOT_FOUND)
    return found


def _date(raw: Any) -> date:
    if isinstance(raw, datetime):
        return timezone.localtime(raw).date()
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw).strip())
    except ValueError:
        raise BadField(NOT_A_DATE) from None


def _datetime(raw: Any) -> datetime:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        raw = datetime.combine(raw, time())
    if not isinstance(raw, datetime):
        try:
            raw = datetime.fromisoformat(str(raw).strip())
        except ValueError:
            raise BadField(NOT_A_TIME) from None
    return raw if raw.tzinfo else timezone.make_aware(raw)


def _int(raw: Any) -> int:
    try:
        return int(str(raw).strip())
    except ValueError:
        raise BadField(NOT_A_NUMBER) from None


def _decimal(raw: Any) -> Decimal:
    try:
        value = Decimal(str(raw).strip().replace(",", ""))
    except InvalidOperation:
        raise BadField(NOT_A_NUMBER) from None
    if not value.is_finite():
        raise BadField(NOT_A_NUMBER)
    return value


def _bool(raw: Any) -> bool:
    return raw is True or str(raw).lower() in {"1", "true", "on", "yes", "是"}


def _text(raw: Any) -> Any:
    if isinstance(raw, list | dict):
        return raw
    text = str(raw).strip()
    if not text:
        raise BadField(MISSING)
    if len(text) > LONGEST["text"]:
        raise BadField(TOO_LONG.format(n=LONGEST["text"]))
    return text


def _line(raw: Any) -> str:
    text = str(_text(raw))
    if len(text) > LONGEST["line"]:
        raise BadField(TOO_LONG.format(n=LONGEST["line"]))
    return text


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "date": _date,
    "datetime": _datetime,
    "int": _int,
    "decimal": _decimal,
    "money": _decimal,
    "qty": _decimal,
    "bool": _bool,
    "line": _line,
}


def data_of(matter: Matter, spec: ActSpec, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the act keeps them: references as numbers, personal texts as hashes."""
    data: dict[str, Any] = {}
    for row in spec.fields:
        value = values.get(row.name)
        if value is None:
            continue
        data[row.name] = (
            {"personal": _set_apart(matter, value)} if row.type in PERSONAL else _plain(row, value)
        )
    return data


def _plain(row: FieldSpec, value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(row, item) for item in value]
    if isinstance(value, Model):
        return f"{_name_of(value)}:{value.pk}" if "|" in row.type else value.pk
    return ledger.plain(value)


def _name_of(value: Model) -> str:
    return next(name for name, model in REFERENCES.items() if isinstance(value, model))


def _set_apart(matter: Matter, content: Any) -> str:
    salt = secrets.token_hex(32)
    plain = ledger.plain(content)
    digest = ledger.digest(salt + ledger.canonical(plain))
    Erasable.objects.create(digest=digest, matter=matter, salt=salt, content=plain)
    return digest
