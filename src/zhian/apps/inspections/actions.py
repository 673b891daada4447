"""What acts write into this app's own rows."""

from __future__ import annotations

from zhian.apps.inspections.models import Rectification
from zhian.desk.kinds import Values
from zhian.desk.models import Act, Matter


def begin(matter: Matter, act: Act, values: Values) -> None:
    """Note what was found."""
    Rectification.objects.create(matter=matter, basis=values["basis"], problems=values["problems"])


def order(matter: Matter, act: Act, values: Values) -> None:
    """Note what is required and until when."""
    row = matter.rectification
    row.requirements, row.law, row.until = (
        values["requirements"],
        values["law"],
        values["until"],
    )
    row.rounds += 1
    row.save()


def extend(matter: Matter, act: Act, values: Values) -> None:
    """Note the longer term."""
    row = matter.rectification
    row.until = values["until"]
    row.save()


def report(matter: Matter, act: Act, values: Values) -> None:
    """Note what the operator says it has done."""
    row = matter.rectification
    row.measures = values["measures"]
    row.save()
