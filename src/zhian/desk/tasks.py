"""The kind `task`: what was asked, of whom, and who counts as its addressee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from zhian.desk.kinds import Kind, Line, Opening, TakeOver, Values
from zhian.desk.models import Act, Matter, Task
from zhian.desk.papers import own
from zhian.desk.takeover import cells
from zhian.directory import office_law
from zhian.directory.imports.table import Field, Wrong
from zhian.directory.models import Agency, Appointment, Office
from zhian.law.words import Words

ANSWERING = (
    "bureau_head",
    "office_head",
    "department_head",
    "township_head",
    "lab_head",
)


def opening_of(
    *,
    giver: Appointment | None,
    source: Matter | None,
    fields: dict[str, Any],
    title: str = "",
) -> Opening:
    """Where a task begins: with its addressee's agency and office, so that his desk shows it."""
    handler: Appointment | None = fields.get("handler")
    office: Office | None = fields.get("office") or (handler.post.office if handler else None)
    agency: Agency | None = fields.get("agency") or (
        office.agency if office else handler.post.agency if handler else None
    )
    if agency is None:
        found = giver.post.agency if giver else source.agency if source else None
        if found is None:
            raise ValueError("a task needs an agency")
        agency = found
    text = str(fields.get("text", ""))
    return Opening(
        title=title or text[:80],
        agency=agency,
        office=office,
        handler=handler,
        giver=giver,
        place=office.place if office and office.place else agency.place,
        operator=source.operator if source else None,
        premises=source.premises if source else None,
        confidential=source.confidential if source else False,
        fields={k: v for k, v in fields.items() if v is not None},
    )


def _open_from(source: Matter, values: Values) -> Opening:
    """A part of a split task, or a directive that another matter gives."""
    element = values.get("element")
    given = dict(element) if isinstance(element, dict) else dict(values)
    given.pop("element", None)
    act: Act = given.pop("act", None) or values["act"]
    fields = {k: _resolved(k, given.get(k)) for k in FIELDS if given.get(k) not in (None, "")}
    return opening_of(giver=act.appointment or source.handler, source=source, fields=fields)


FIELDS = ("text", "origin", "scan", "agency", "office", "handler", "deadline")
_MODELS = {"agency": Agency, "office": Office, "handler": Appointment}


def _resolved(name: str, value: Any) -> Any:
    model = _MODELS.get(name)
    if model is None or isinstance(value, model):
        return value
    return model._default_manager.get(pk=int(value))


def _direct(matter: Matter, act: Act, values: Values) -> None:
    Task.objects.create(
        matter=matter,
        origin=values.get("origin") or "",
        text=values["text"],
        deadline=values.get("deadline"),
        assignee_agency=matter.agency,
        assignee=matter.handler,
    )


def _link(matter: Matter, act: Act, values: Values) -> None:
    matter.task.linked.add(values["matter"])


def _assignees(matter: Matter) -> Sequence[Appointment]:
    """The person named; else who heads the office or agency; else anybody of the office."""
    if matter.handler is not None:
        return [matter.handler]
    today = Appointment.objects.on(_today()).select_related("user", "post")
    inside = today.filter(post__agency=matter.agency_id)
    if matter.office_id:
        inside = inside.filter(post__office=matter.office_id)
    rows = list(inside)
    heads = [a for a in rows if a.post.kind in ANSWERING]
    return heads or rows


def _today() -> Any:
    from zhian.desk import timing

    return timing.today()


def _taken_over(matter: Matter, line: Line) -> Sequence[Model]:
    """A directive that another system kept: who gave it, what it asks, until when."""
    if matter.giver is None:
        raise Wrong("giver", "交办督办须写明交办人。", "A task needs whoever gave it.")
    due = line.due.get("task.report")
    return [
        Task(
            matter=matter,
            origin=cells.choice(line.row, "origin", "task_origin"),
            text=line.row.text("text") or matter.title,
            deadline=office_law.end_of_day(due) if due else None,
            assignee_agency=matter.agency,
            assignee=matter.handler,
        )
    ]


TAKEN_OVER = (
    Field("text", Words("要求", "What is asked"), Words("不填同标题", "the title if empty")),
    Field("origin", Words("交办来源", "Origin of the task"), Words("", "")),
)

KIND = Kind(
    name="task",
    prefix="JB",
    model=Task,
    open_from=_open_from,
    effects={"direct": _direct, "link": _link},
    relations={"assignee": _assignees},
    papers={"task_sheet": own.task_sheet},
    take_over=TakeOver(_taken_over, TAKEN_OVER),
    page="desk/_task.html",
)
