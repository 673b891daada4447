"""Writing an operator's file: every change is dated, named and explained, and nothing is lost.

The directory's own rows (subject, premises) are written through `directory.actions.operators`, rows
of the other sections here. Both refuse with NotPossible, whose `field` says where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from zhian.apps.registry.archive import people
from zhian.apps.registry.archive.sections import BadValue, model_of, parse, values_of
from zhian.apps.registry.models.archive import FileRow
from zhian.directory.actions import operators
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, Operator, Premises
from zhian.law.archive import Section, archive

PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes, when, and why; `name` where nobody in a post does (a job, a demonstration)."""

    by: Appointment | None
    at: datetime
    day: date
    why: str = ""
    name: str = ""

    @property
    def signed(self) -> str:
        """The name under a row."""
        return (str(self.by) if self.by else self.name or "zhian")[:150]


def cleaned(section: Section, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row as its table keeps them; raises NotPossible at the first wrong field."""
    found: dict[str, Any] = {}
    for field in section.fields:
        try:
            found[field.key] = parse(section, field, values.get(field.key))
        except BadValue as bad:
            raise NotPossible(bad.words.zh, bad.words.en, field.key) from None
        if found[field.key] is None and (field.must or field is section.title):
            raise NotPossible("必填。", "Required.", field.key)
    return {key: _plain(model_of(section), key, value) for key, value in found.items()}


def _plain(model: type[FileRow], key: str, value: Any) -> Any:
    """An absent text is an empty text."""
    if value is None and not model._meta.get_field(key).null:
        return False if model._meta.get_field(key).get_internal_type() == "BooleanField" else ""
    return value


@transaction.atomic
def add_row(
    section: Section,
    operator: Operator,
    values: Mapping[str, Any],
    hand: Hand,
    *,
    premises: Premises | None = None,
    identity: str = "",
    another: bool = False,
) -> FileRow:
    """A new line of a section; raises NotPossible."""
    if premises is not None and premises.operator_id != operator.pk:
        raise NotPossible("场所不属于该主体。", "The premises are another operator's.", "premises")
    said = cleaned(section, values) | _identified(section, values, identity, hand.day, another)
    return _begin(section, operator, premises, said, hand)


@transaction.atomic
def change_row(
    section: Section,
    row: FileRow,
    values: Mapping[str, Any],
    hand: Hand,
    *,
    identity: str = "",
    another: bool = False,
) -> FileRow:
    """End what stood and begin what is right on the same line; the row itself where nothing
    differs. Raises NotPossible."""
    standing = _still_open(section, row)
    before = values_of(section, standing)
    said = cleaned(section, before | dict(values))
    identified = _identified(section, said, identity, hand.day, another)
    kept = getattr(standing, "identity", "")
    if said == before and identified.get("identity", "") in ("", kept):
        return standing
    if section.key == PEOPLE and not identity:
        identified = {"identity": kept if said["name"] == before["name"] else ""}
    _end(standing, hand)
    return _begin(
        section, standing.operator, standing.premises, said | identified, hand, standing.line
    )


@transaction.atomic
def end_row(section: Section, row: FileRow, hand: Hand) -> FileRow:
    """The line no longer holds; it needs its reason."""
    if not hand.why.strip():
        raise NotPossible("请写明理由。", "Say why.", "why")
    standing = _still_open(section, row)
    _end(standing, hand)
    return standing


def _identified(
    section: Section, values: Mapping[str, Any], identity: str, day: date, another: bool
) -> dict[str, Any]:
    """Of a manager: the digest of who it is, once it is sure that nobody barred is named."""
    if section.key != PEOPLE:
        return {}
    digest = people.digest(identity)
    people.check(
        str(values.get("name") or ""), str(values.get("role") or ""), digest, day, another=another
    )  # fmt: skip
    return {"identity": digest}


def _still_open(section: Section, row: FileRow) -> FileRow:
    rows = model_of(section).objects.select_for_update(of=("self",)).filter(line=row.line)
    standing: FileRow | None = rows.current().first()
    if standing is None or standing.pk != row.pk:
        raise NotPossible(
            "其间已有人改过这一行，请看过后再改。",
            "Somebody changed this line meanwhile: look at it, then change it again.",
        )
    return standing


def _begin(
    section: Section,
    operator: Operator,
    premises: Premises | None,
    said: Mapping[str, Any],
    hand: Hand,
    line: Any = None,
) -> FileRow:
    more = {"line": line} if line else {}
    made: FileRow = model_of(section).objects.create(
        operator=operator, premises=premises, since=hand.day, recorded_at=hand.at, by=hand.by,
        by_name=hand.signed, why=hand.why.strip()[:300], **said, **more,
    )  # fmt: skip
    return made


def _end(row: FileRow, hand: Hand) -> None:
    """It held until the day before; what began today and is changed today held on no day."""
    row.until = hand.day - timedelta(days=1)
    row.ended_at, row.ended_by_name = hand.at, hand.signed
    row.ended_why = hand.why.strip()[:300]
    row.save(update_fields=["until", "ended_at", "ended_by_name", "ended_why"])


# ---- the subject and its premises ---------------------------------------------------------------


def change_subject(
    operator: Operator, values: Mapping[str, Any], hand: Hand, *, another: bool = False
) -> tuple[str, ...]:
    """Change what the subject is registered as; a new head who is barred is refused (FSL 135)."""
    head = str(values.get("head", operator.head)).strip()
    if head and head != operator.head:
        people.check(head, "head", "", hand.day, another=another, field="head")
    return operators.change_operator(
        operator, values, by=hand.by, reason=hand.why, by_name=hand.name
    )


def open_file(
    subject: Mapping[str, Any],
    premises: Mapping[str, Any] | None,
    hand: Hand,
    *,
    another: bool = False,
) -> Operator:
    """A new file: the subject, and its first premises where it has any; both or none."""
    head = str(subject.get("head", "")).strip()
    if head:
        people.check(head, "head", "", hand.day, another=another, field="head")
    with transaction.atomic():
        made = operators.add_operator(subject, by=hand.by, reason=hand.why)
        if premises:
            operators.add_premises(made, premises, by=hand.by, reason=hand.why)
    return made


def twins(operator: Operator) -> list[Operator]:
    """Others of the same name in the same township, which a clerk should look at first."""
    town = operator.place.code[:9]
    same = Operator.objects.filter(name=operator.name, place__code__startswith=town)
    return list(same.exclude(pk=operator.pk)[:5])


def own_section(key: str) -> Section:
    """The section of the directory's own rows: subject or premises."""
    return archive().sections[key]
