"""Writing the directory's log; every change of names, posts and settings passes here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from zhian.directory.models import Appointment, DirectoryChange, User

NOBODY = "zhian setup"


def write(
    what: str,
    subject: Model,
    *,
    by: Appointment | None,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    person: User | None = None,
    by_name: str = "",
) -> DirectoryChange:
    """Append one line: what was changed, by whom (the console where nobody is given), and why."""
    return DirectoryChange.objects.create(
        at=timezone.now(),
        by=by,
        by_name=(str(by) if by else by_name or NOBODY)[:150],
        what=what,
        subject_kind=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        subject=str(subject)[:300],
        person=person,
        before=plain(before or {}),
        after=plain(after or {}),
        reason=reason.strip()[:300],
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them: dates as text, rows by what they are called."""
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(row) for row in value]
    return value
