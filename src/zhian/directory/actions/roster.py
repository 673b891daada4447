"""Operators and premises that a roster brings: many at once, each with its line in the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Model
from django.utils import timezone

from zhian.directory.log import NOBODY, plain
from zhian.directory.models import Appointment, DirectoryChange, Operator, Premises

BATCH = 500
TOLD = ("name", "uscc", "kind", "place", "address", "business_type")


def add_operators(
    operators: Sequence[Operator], *, by: Appointment | None, reason: str
) -> list[Operator]:
    """Enter operators that are not in the directory yet; they get their keys."""
    made = Operator.objects.bulk_create(operators, batch_size=BATCH)
    _log("add_operator", made, by, reason)
    return made


def add_premises(
    premises: Sequence[Premises], *, by: Appointment | None, reason: str
) -> list[Premises]:
    """Enter places of business of operators that are in the directory."""
    made = Premises.objects.bulk_create(premises, batch_size=BATCH)
    _log("add_premises", made, by, reason)
    return made


def _log(what: str, rows: Iterable[Model], by: Appointment | None, reason: str) -> None:
    now, name = timezone.now(), str(by) if by else NOBODY
    DirectoryChange.objects.bulk_create(
        [
            DirectoryChange(
                at=now,
                by=by,
                by_name=name,
                what=what,
                subject_kind=row._meta.model_name or "",
                subject_id=str(row.pk),
                subject=str(row)[:300],
                after=plain({k: getattr(row, k) for k in TOLD if hasattr(row, k)}),
                reason=reason[:300],
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
