"""What an entry says: taken from the matter once, redacted, and frozen with what was approved.

A value is a text, a text in both languages, or rows of texts. The public reads the frozen values
alone; labels come from publications.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhian.desk import kinds
from zhian.desk.models import Act, Matter, Publication
from zhian.desk.publishing import redaction
from zhian.law.publications import PublicationKind, PublicField, publications
from zhian.law.words import Words
from zhian.methods import ledger

FORMAT = 1
LONGEST_TITLE = 300
FIRMS = ("公司", "集团", "合作社", "厂")
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """Whose names go and whose stay when the texts of one matter are redacted."""

    names: tuple[str, ...]
    keep: tuple[str, ...]


def source(matter: Matter, what: str) -> dict[str, Any]:
    """The values as the matter has them, before any cut; empty where its kind gives none out."""
    kind, gives = publications().get(what), kinds.get(matter.kind).public.get(what)
    if kind is None or gives is None:
        return {}
    given = gives(matter)
    return {field.key: _plain(field, given.get(field.key)) for field in kind.fields}


def _plain(field: PublicField, value: Any) -> Any:
    if field.is_list:
        return [{f.key: _plain(f, row.get(f.key)) for f in field.fields} for row in value or ()]
    if isinstance(value, Words):
        return {"zh": value.zh, "en": value.en}
    return str(value or "").strip()


def context_of(matter: Matter, values: Values) -> Context:
    """The natural persons that the matter knows, and the operators that are named in it."""
    acts = Act.objects.filter(matter=matter) | Act.objects.filter(matter__parent=matter)
    rows = acts.order_by("id").values_list("actor_kind", "actor_name", "data__receiver")
    names = {name for kind, name, _ in rows if kind in ("official", "operator", "party")}
    names |= {str(receiver) for _, _, receiver in rows if receiver}
    operator = matter.operator
    if operator is not None:
        names |= {operator.head, *(str(u) for u in operator.accounts.all())}
    keep = {operator.name if operator else "", values.get("sampled_unit"), values.get("producer")}
    operators = {str(name) for name in keep if name}
    people = {name for name in names if len(name) > 1} - operators
    return Context(tuple(sorted(people)), tuple(sorted(operators)))


def cuts(field: PublicField, text: str, values: Values, context: Context) -> list[redaction.Cut]:
    """What goes out of one text of an entry."""
    firm = str(values.get(field.of) or "").endswith(FIRMS)
    wanted = [kind for kind in field.redact if not (kind == "address" and firm)]
    return redaction.cuts(text, wanted, context.names, context.keep)


def redacted(kind: PublicationKind, values: Values, context: Context) -> dict[str, Any]:
    """The values with every automatic cut made."""
    return {f.key: _cut(f, values.get(f.key), values, context) for f in kind.fields}


def _cut(field: PublicField, value: Any, values: Values, context: Context) -> Any:
    if field.is_list:
        return [
            {f.key: _cut(f, row.get(f.key), values, context) for f in field.fields}
            for row in value or ()
        ]
    if not isinstance(value, str):
        return value
    return redaction.redacted(value, cuts(field, value, values, context))


def frozen(matter: Matter, fields: Values) -> dict[str, Any]:
    """The content as it is kept: the values, who publishes, and where."""
    agency = matter.agency
    place = (matter.place.parent or matter.place) if matter.place.level == "grid" else matter.place
    return {
        "format": FORMAT,
        "agency": {"zh": agency.name, "en": agency.name_en or agency.name},
        "place": {"zh": place.name, "en": place.name_en or place.name},
        "fields": dict(fields),
    }


def title(kind: PublicationKind, fields: Values) -> str:
    """What the entry is called in lists: 豇豆：灭蝇胺、毒死蜱."""
    parts = ("、".join(texts(fields, key)) for key in kind.title)
    return "：".join(part for part in parts if part)[:LONGEST_TITLE]


def texts(fields: Values, key: str) -> list[str]:
    """The texts of one field, several for a field of a list."""
    head, _, inner = key.partition(".")
    value = fields.get(head)
    if inner:
        return [row[inner] for row in value or () if row.get(inner)]
    return [found for found in _flat(value) if found]


def words(entry: Publication) -> str:
    """Everything that a search of the public finds the entry by."""
    return " ".join([entry.title, *(text for text in _flat(entry.content) if text)])


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    inner: Iterable[Any] = ()
    if isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, Sequence) and not isinstance(value, str):
        inner = value
    for one in inner:
        yield from _flat(one)


def digest(entry: Publication) -> str:
    """The hash of exactly what the public reads, as acts of the matter keep it."""
    said = {
        "what": entry.what,
        "title": entry.title,
        "content": entry.content,
        "until": entry.until,
    }
    return ledger.digest(ledger.canonical(said))
