"""The form of an act for an operator's person: own premises and licences to choose from, and
nothing that is known already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from zhian.apps.registry.archive import queries as archive
from zhian.apps.registry.licences.terms import PROCEDURES
from zhian.apps.registry.models import Licence
from zhian.desk import timing
from zhian.desk.errors import FieldErrors, speak
from zhian.desk.fields import NOT_A_CHOICE
from zhian.desk.models import Matter
from zhian.desk.show import forms
from zhian.directory.models import Operator, Premises, User
from zhian.interfaces.enterprise import acts
from zhian.law.procedure import ActSpec
from zhian.web.forms import Option, Widget

OWN = "operator"
PREMISES, LICENCE, ENTRY = "premises", "licence_number", "entry_number"


@dataclass(frozen=True, slots=True)
class Filler:
    """The person as forms know people: by the number of his account."""

    user_id: int
    user: User


@dataclass(frozen=True, slots=True)
class Task:
    """What is filled in: an act of a matter, or one that begins a matter, for an operator."""

    kind: str
    spec: ActSpec
    operator: Operator
    user: User
    matter: Matter | None = None

    @property
    def wording(self) -> acts.Wording:
        """In the operator's words."""
        return acts.wording(self.kind, self.spec)

    def settled(self, today: date) -> dict[str, Any]:
        """The fields that nobody needs to fill in, with their values."""
        known: dict[str, Any] = {OWN: self.operator.pk, **self.wording.fixed}
        known |= {name: today.isoformat() for name in acts.TODAY}
        names = {row.name for row in self.spec.fields}
        return {name: value for name, value in known.items() if name in names}


def sheet(task: Task, known: Mapping[str, Any]) -> forms.Sheet:
    """The form of the desk, filled in by somebody without a post."""
    filler: Any = Filler(task.user.pk, task.user)
    return forms.Sheet(task.kind, task.spec, filler, task.matter, known=known)


def widgets(task: Task, made: forms.Sheet, today: date) -> list[Widget]:
    """One widget per field that the person fills in."""
    left_out = {*task.settled(today), *task.wording.hides}
    found = [w for w in forms.widgets(made) if w.name not in left_out]
    return [_own(task, made, w) for w in found]


def _own(task: Task, made: forms.Sheet, widget: Widget) -> Widget:
    if widget.name not in OFFERED:
        return widget
    options = OFFERED[widget.name](task)
    value = made.value(widget.name)
    if not value and widget.required and len(options) == 1:
        value = options[0].value
    shown = [Option(o.value, o.label, o.value == value, o.note) for o in options]
    return Widget(
        widget.name,
        "select",
        widget.label,
        widget.required,
        value,
        widget.hint,
        widget.error,
        shown,
    )


def premises(task: Task) -> list[Option]:
    """The operator's places of business."""
    rows = Premises.objects.filter(operator=task.operator).select_related("place")
    return [Option(str(p.pk), f"{p.name} · {p.address or p.place.name}") for p in rows]


def licences(task: Task) -> list[Option]:
    """The operator's licences that the kind of matter is about."""
    rows = Licence.objects.filter(operator=task.operator).exclude(state="void")
    wanted = [key for key, kind in PROCEDURES.items() if kind == task.kind]
    rows = rows.filter(kind__in=wanted) if wanted else rows
    return [Option(row.number, f"{row.get_kind_display()} {row.number}") for row in rows]


def entries(task: Task) -> list[Option]:
    """The entries of the credit record that may be repaired."""
    bad = archive.credit(task.operator, timing.today()).bad
    return [
        Option(e.number, f"{e.happened_on.isoformat()} {speak(e.words)} {e.number}") for e in bad
    ]


OFFERED: Mapping[str, Callable[[Task], list[Option]]] = {
    PREMISES: premises,
    LICENCE: licences,
    ENTRY: entries,
}


def read(request: HttpRequest, task: Task, today: date) -> forms.Entered:
    """What was entered, with what is settled; premises and licences of others are refused."""
    entered = forms.read(
        task.kind, task.spec, request.POST, request.FILES, task.user.pk, task.matter
    )
    for name in task.wording.hides:
        entered.given.pop(name, None)
    entered.given |= task.settled(today)
    entered.at = None
    entered.errors.pop("at", None)
    _own_only(task, entered)
    return entered


def _own_only(task: Task, entered: forms.Entered) -> None:
    for name, offered in OFFERED.items():
        value = entered.given.get(name)
        if value and value not in {o.value for o in offered(task)}:
            entered.errors[name] = NOT_A_CHOICE


def stop_at(entered: forms.Entered) -> None:
    """A bad file, or something of another's, is refused before anything is done."""
    if entered.errors:
        raise FieldErrors(entered.errors)
