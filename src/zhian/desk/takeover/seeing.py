"""What pages show of take-overs: the files in reach, and the first lines of one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Q, QuerySet

from zhian.desk.labels import kind_words
from zhian.desk.models import TakeOver
from zhian.desk.takeover.plan import Plan, Planned
from zhian.directory import reach
from zhian.directory.models import Appointment

FIRST = 20


def within(mine: Appointment) -> QuerySet[TakeOver]:
    """The files of the agencies that an administrator answers for, and his own."""
    rows = TakeOver.objects.filter(Q(agency__in=reach.agencies(mine)) | Q(by=mine))
    return rows.select_related("agency", "by__user")


def picture(plan: Plan) -> dict[str, Any]:
    """How many of which kind stand in which phase, and the first matters, for the preview."""
    groups = Counter((p.matter.kind, p.procedure.version, p.stand.phase) for p in plan.planned)
    phases = {
        (p.matter.kind, p.procedure.version, p.stand.phase): p.procedure.phase(p.stand.phase).words
        for p in plan.planned
    }
    return {
        "groups": [
            {"kind": _both(kind_words(key[0])), "phase": _both(phases[key]), "n": n}
            for key, n in sorted(groups.items())
        ],
        "first": [_line(planned) for planned in plan.planned[:FIRST]],
        "ignored": [{"sheet": _both(sheet), "name": name} for sheet, name in plan.ignored()],
    }


def _both(words: Any) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _line(planned: Planned) -> dict[str, Any]:
    matter = planned.matter
    due = min((c.due_day for c in planned.clocks if c.due_day), default=None)
    return {
        "row": planned.row.number,
        "old_number": matter.old_number,
        "title": matter.title,
        "kind": _both(kind_words(matter.kind)),
        "phase": _both(planned.procedure.phase(planned.stand.phase).words),
        "handler": str(matter.handler.user) if matter.handler else "",
        "office": matter.office.name if matter.office else "",
        "due": due.isoformat() if due else "",
    }
