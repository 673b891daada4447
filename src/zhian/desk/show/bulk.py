"""Several things at once, each by itself: previews first, then what was done and what refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from zhian.desk import fields, labels, visibility
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals, common
from zhian.desk.engine.perform import procedure_of
from zhian.desk.errors import DeskError, speak
from zhian.desk.models import Matter, Signature
from zhian.desk.show import entered, foresight, queries, rows
from zhian.directory.models import Appointment
from zhian.law.procedure import ActSpec

MOST = 200
CHUNK = 500


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """One signature that waits: what is proposed, by whom, since when."""

    signature: Signature
    title: str
    act: str
    kind: str
    post: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a signature would bring about."""

    row: SignatureRow
    entries: Sequence[entered.Entry]
    effects: Sequence[foresight.Effect]
    last: bool


def signature_rows(signatures: Sequence[Signature]) -> list[SignatureRow]:
    """Waiting signatures as the list shows them."""
    return [_signature_row(s) for s in signatures]


def _signature_row(signature: Signature) -> SignatureRow:
    matter = signature.proposal.matter
    return SignatureRow(
        signature,
        matter.title,
        speak(labels.verb_words(matter, signature.proposal.verb)),
        speak(labels.kind_words(matter.kind)),
        speak(labels.post_words(signature.post)),
    )


def signatures(appointment: Appointment, keys: Sequence[str]) -> list[Signature]:
    """The chosen ones among those that wait for this person."""
    wanted = [int(k) for k in keys[:MOST] if k.isdigit()]
    return list(queries.to_sign(appointment).filter(pk__in=wanted))


def previews(wanted: Sequence[Signature], now: datetime) -> list[Preview]:
    """Each with what was entered and what it will do."""
    return [preview(s, now) for s in wanted]


def preview(signature: Signature, now: datetime) -> Preview:
    """One proposal as its signer must see it."""
    proposal = signature.proposal
    matter = proposal.matter
    procedure = procedure_of(matter)
    spec = procedure.act(proposal.verb)
    given = {k: v for k, v in proposal.act.data.items() if k != "confirmed"}
    last = not proposal.signatures.filter(position__gt=signature.position).exists()
    unsigned = replace(spec, approve=None)
    values = _values(spec, given)
    return Preview(
        _signature_row(signature),
        entered.entries(matter, [proposal.act])[proposal.act.pk],
        foresight.effects(procedure, unsigned, matter, values, now),
        last,
    )


def _values(spec: ActSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """The proposal's values; where a thing it named is gone, what can still be read."""
    try:
        return fields.clean(spec, given)
    except DeskError:
        return {}


def sign(
    wanted: Sequence[Signature], appointment: Appointment, opinion: str
) -> tuple[list[Signature], list[tuple[object, str]]]:
    """Sign each by itself; what is refused stays with its reason."""
    done: list[Signature] = []
    refused: list[tuple[object, str]] = []
    for signature in wanted:
        try:
            approvals.sign(
                signature.proposal, by=Actor.official(appointment), opinion=opinion.strip()
            )
            done.append(signature)
        except DeskError as why:
            refused.append((signature.proposal.matter.title, str(why)))
    return done, refused


def matters(appointment: Appointment, keys: Sequence[str]) -> list[Matter]:
    """The chosen open matters of this person's desk or office."""
    wanted = [int(k) for k in keys[:MOST] if k.isdigit()]
    reach = visibility.visible_to(appointment).filter(pk__in=wanted, closed_at__isnull=True)
    return list(reach.select_related("handler__user", "agency", "office").order_by("id"))


def colleague(appointment: Appointment, key: str) -> Appointment | None:
    """The colleague with this number, if there is one."""
    if not key.isdigit():
        return None
    return queries.colleagues(appointment).filter(pk=int(key)).first()


def hand_over_preview(
    chosen: Sequence[Matter], to: Appointment, appointment: Appointment
) -> list[tuple[Matter, str]]:
    """Each matter with the reason why it would be refused, empty where it would not."""
    by = Actor.official(appointment)
    return [(m, _why_not(m, to, by)) for m in chosen]


def _why_not(matter: Matter, to: Appointment, by: Actor) -> str:
    try:
        common.may_hand_over(matter, to, by)
    except DeskError as why:
        return str(why)
    return ""


def in_rows(found: Sequence[Matter], appointment: Appointment, now: datetime) -> Iterator[rows.Row]:
    """Matters as rows for a file, so many at a time."""
    for start in range(0, len(found), CHUNK):
        part = list(found[start : start + CHUNK])
        clocks, pending = queries.open_clocks(part), queries.pending(part)
        yield from rows.rows(part, clocks, pending, appointment, now)
