"""Tasks as a list shows them: who gave and got them, and how many of their parts are done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from zhian.desk import labels
from zhian.desk.errors import speak
from zhian.desk.models import Clock, Matter
from zhian.desk.show import rows as shared
from zhian.directory.models import Appointment
from zhian.law import vocabulary
from zhian.web.lists import Column, reach


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split task."""

    matter: Matter
    phase: str
    closed: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task with the roll-up of its parts."""

    row: shared.Row
    giver: str
    addressee: str
    origin: str
    parts: Sequence[Part]

    @property
    def done(self) -> int:
        """How many parts are closed."""
        return sum(part.closed for part in self.parts)

    @property
    def progress(self) -> str:
        """Closed of all parts, empty where there are none."""
        return f"{self.done}/{len(self.parts)}" if self.parts else ""


def rows(
    matters: Sequence[Matter],
    clocks: dict[int, list[Clock]],
    pending: dict[int, list[str]],
    appointment: Appointment,
    now: datetime,
) -> list[TaskRow]:
    """Tasks as rows."""
    shown = shared.rows(matters, clocks, pending, appointment, now)
    return [_row(row) for row in shown]


def _row(row: shared.Row) -> TaskRow:
    matter = row.matter
    task = getattr(matter, "task", None)
    parts = [Part(p, speak(labels.phase_words(p)), p.closed_at is not None) for p in matter.parts]
    origin = speak(vocabulary.choice("task_origin", task.origin)) if task and task.origin else ""
    giver = str(matter.giver.user) if matter.giver else ""
    return TaskRow(row, giver, addressee(matter), origin, parts)


def addressee(matter: Matter) -> str:
    """Who must do it: the person, else the office, else the agency."""
    if matter.handler:
        return str(matter.handler.user)
    return str(matter.office or matter.agency)


COLUMNS: Sequence[Column] = (
    Column("due", gettext_lazy("期限"), reach("row.deadline.left.words"), ("next_due_at",)),
    Column("title", gettext_lazy("交办事项"), reach("row.matter.title"), ("title",)),
    Column("number", gettext_lazy("编号"), reach("row.matter.number"), ("number",), shown=False),
    Column("origin", gettext_lazy("来源"), reach("origin"), shown=False),
    Column("giver", gettext_lazy("交办人"), reach("giver"), ("giver__user__name",)),
    Column("addressee", gettext_lazy("承办"), reach("addressee"), ("agency__name", "office__name")),
    Column("phase", gettext_lazy("阶段"), reach("row.phase"), ("phase",)),
    Column("parts", gettext_lazy("分解"), reach("progress"), numeric=True),
    Column(
        "due_on",
        gettext_lazy("到期日"),
        reach("row.matter.next_due_at"),
        ("next_due_at",),
        shown=False,
    ),
    Column(
        "opened",
        gettext_lazy("交办日期"),
        reach("row.matter.opened_at"),
        ("opened_at",),
        shown=False,
    ),
    Column("step", gettext_lazy("下一步"), reach("row.step_words")),
)
