"""What is in the database already, or twice in one file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model, UniqueConstraint

from zhian.desk import kinds
from zhian.desk.models import Matter
from zhian.desk.takeover.faults import Faults
from zhian.desk.takeover.finding import chunks
from zhian.desk.takeover.plan import Planned
from zhian.directory.models import Agency
from zhian.law.words import Words

Key = tuple[int, str, str]
Own = list[tuple[Planned, Model]]
TAKEN = Words(
    "已登记过，或者在本文件中重复。", "Registered already, or more than once in this file."
)


def existing(keys: Iterable[Key]) -> Iterator[Key]:
    """Those of (agency, kind, old number) that are in the database."""
    by_kind: dict[tuple[int, str], list[str]] = defaultdict(list)
    for agency, kind, number in keys:
        by_kind[agency, kind].append(number)
    for (agency, kind), numbers in by_kind.items():
        for part in chunks(numbers):
            rows = Matter.objects.filter(agency=agency, kind=kind, old_number__in=part)
            yield from ((agency, kind, n) for n in rows.values_list("old_number", flat=True))


def own_rows(fresh: Sequence[Planned], at: Faults) -> None:
    """Note own rows of a kind that its tables would not take, by its constraints."""
    by_model: dict[type[Model], Own] = defaultdict(list)
    for planned in fresh:
        for own in planned.own:
            by_model[type(own)].append((planned, own))
    for model, pairs in by_model.items():
        for columns in _unique_together(model):
            _twice(model, columns, pairs, at)


def _unique_together(model: type[Model]) -> Iterator[tuple[str, ...]]:
    """The columns of each constraint whose values are known before anything is written: nothing
    that points to a row which comes with the matter itself."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            columns: list[Any] = [model._meta.get_field(name) for name in constraint.fields]
            if all(c.related_model in (None, Agency) for c in columns):
                yield tuple(c.attname for c in columns)


def _twice(model: type[Model], columns: tuple[str, ...], pairs: Own, at: Faults) -> None:
    last = columns[-1]
    taken: set[tuple[Any, ...]] = set()
    for part in chunks(sorted({getattr(row, last) for _, row in pairs})):
        rows = model._default_manager.filter(**{f"{last}__in": part})
        taken |= set(rows.values_list(*columns))
    for planned, row in pairs:
        value = tuple(getattr(row, name) for name in columns)
        own = kinds.get(planned.matter.kind).take_over
        if value in taken and own is not None:
            at.add(planned.row, own.columns[0].key, TAKEN)
        taken.add(value)
