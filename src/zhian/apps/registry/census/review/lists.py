"""The list of decisions: its columns, filters, and the names behind the rows' keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from zhian.apps.registry.census.review import queries, undoing
from zhian.apps.registry.census.review.standing import key_of
from zhian.apps.registry.models import CensusDecision, SourceRecord
from zhian.directory.models import Appointment, Place
from zhian.web.lists import Column

STATES = (
    ("force", gettext_lazy("有效")),
    ("waiting", gettext_lazy("待另一人同意")),
    ("undone", gettext_lazy("已被撤销")),
    ("aside", gettext_lazy("代码须更正")),
    ("check", gettext_lazy("须实地核查")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A decision with the names of the rows that it speaks of, and what may be done with it."""

    decision: CensusDecision
    names: Mapping[str, SourceRecord]
    waits: bool
    against: str
    mine: bool

    @property
    def one(self) -> str:
        """The row by name."""
        return self._name(self.decision.one)

    @property
    def two(self) -> str:
        """The other row by name."""
        return self._name(self.decision.two)

    @property
    def aside(self) -> str:
        """The rows whose code is not theirs."""
        return ", ".join(map(self._name, self.decision.aside))

    def _name(self, key: str) -> str:
        found = self.names.get(key)
        return f"{found.name} ({key})" if found else key

    @property
    def state(self) -> str:
        """Whether it holds."""
        if hasattr(self.decision, "undone_by"):
            return _("已被撤销")
        if self.waits:
            return _("待另一人同意")
        return _("有效")


def named(place: Place, rows: Iterable[CensusDecision]) -> dict[str, SourceRecord]:
    """The rows of rosters that decisions speak of, by their keys."""
    keys = {key for row in rows for key in (row.one, row.two, *row.aside) if key.count("/") >= 2}
    parts = [key.split("/", 2) for key in keys]
    found = SourceRecord.objects.filter(
        place=place,
        agency__code__in={part[0] for part in parts},
        roster__in={part[1] for part in parts},
        key__in={part[2] for part in parts},
        until=None,
    )
    return {key_of(record): record for record in found.select_related("agency")}


def narrowed(
    rows: QuerySet[CensusDecision], given: Mapping[str, str], mine: Appointment
) -> QuerySet[CensusDecision]:
    """The decisions that the filters leave."""
    narrow = BY_STATE.get(given.get("state", ""))
    rows = narrow(rows) if narrow else rows
    for name in ("answer", "source"):
        if given.get(name):
            rows = rows.filter(**{name: given[name]})
    if given.get("by") == "me":
        rows = rows.filter(by__user=mine.user_id)
    text = given.get("q", "").strip()
    return rows.filter(_of_name(text, mine)) if text else rows


def _in_force(rows: QuerySet[CensusDecision]) -> QuerySet[CensusDecision]:
    return queries.in_force(rows).filter(undoes=None, seconds=None).exclude(answer="unsure")


def _aside(rows: QuerySet[CensusDecision]) -> QuerySet[CensusDecision]:
    return _in_force(rows).exclude(aside=[])


def _undone(rows: QuerySet[CensusDecision]) -> QuerySet[CensusDecision]:
    return rows.filter(undone_by__isnull=False)


def _to_check(rows: QuerySet[CensusDecision]) -> QuerySet[CensusDecision]:
    return rows.filter(answer="check", undone_by__isnull=True)


BY_STATE: Mapping[str, Callable[[QuerySet[CensusDecision]], QuerySet[CensusDecision]]] = {
    "force": _in_force,
    "waiting": queries.waits,
    "undone": _undone,
    "aside": _aside,
    "check": _to_check,
}


def _of_name(text: str, mine: Appointment) -> Q:
    """Decisions about rows of this name, or by their key, or by whoever is called so."""
    place = queries.rights.county(mine)
    records = SourceRecord.objects.filter(place=place, name__icontains=text, until=None)
    keys = [key_of(row) for row in records.select_related("agency")[:500]]
    about = Q(one__in=keys) | Q(two__in=keys)
    return about | Q(one__icontains=text) | Q(by__user__name__icontains=text)


def rows(found: list[CensusDecision], mine: Appointment) -> list[Row]:
    """Decisions as rows of the list."""
    place = queries.rights.county(mine)
    names = named(place, found)
    waiting = set(
        queries.waits(queries.decisions(mine))
        .filter(pk__in=[d.pk for d in found])
        .values_list("pk")
    )
    later = _later(found)
    return [
        Row(
            one,
            names,
            (one.pk,) in waiting,
            _against(one, later),
            one.by.user_id == mine.user_id,
        )
        for one in found
    ]


def _later(found: list[CensusDecision]) -> Mapping[int, list[CensusDecision]]:
    """By run what came after the oldest decision shown."""
    runs = {one.run_id: one.run for one in found if one.run.state == "published"}
    first = min((one.pk for one in found), default=0)
    return {pk: list(queries.later(run).filter(pk__gt=first)) for pk, run in runs.items()}


def _against(one: CensusDecision, later: Mapping[int, list[CensusDecision]]) -> str:
    why = undoing.obstacle(one, later.get(one.run_id, []))
    return str(why) if why else ""


def _reach(name: str) -> Any:
    return lambda row: getattr(row.decision, name)


COLUMNS = (
    Column("number", gettext_lazy("编号"), lambda r: r.decision.pk, ("id",), True),
    Column("what", gettext_lazy("判定"), lambda r: r.decision.get_answer_display(), ("answer",)),
    Column("one", gettext_lazy("记录"), lambda r: r.one, ("one",)),
    Column("two", gettext_lazy("对照记录"), lambda r: r.two, ("two",)),
    Column("state", gettext_lazy("效力"), lambda r: r.state, ()),
    Column("source", gettext_lazy("来自"), lambda r: r.decision.get_source_display(), ("source",)),
    Column("aside", gettext_lazy("代码不算数的记录"), lambda r: r.aside, ()),
    Column("reason", gettext_lazy("说明"), lambda r: r.decision.reason, ()),
    Column("by", gettext_lazy("判定人"), lambda r: str(r.decision.by.user), ("by__user__name",)),
    Column("at", gettext_lazy("时间"), _reach("at"), ("at",)),
    Column("run", gettext_lazy("关联批次"), lambda r: r.decision.run_id, ("run",), True, False),
)
