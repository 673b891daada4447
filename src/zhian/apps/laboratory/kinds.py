"""The kinds of matter of this app."""

from __future__ import annotations

from datetime import date

from zhian.apps.laboratory import actions
from zhian.apps.laboratory.models import Disposal
from zhian.desk import kinds
from zhian.desk.kinds import Facts, Kind
from zhian.desk.models import Clock, Matter

MICROBES = ("菌", "大肠", "霉", "酵母", "沙门", "杆菌", "球菌")
FORBIDDEN = ("不得使用", "禁止使用")


def _facts(matter: Matter) -> Facts:
    row = _row(matter)
    results = list(row.sample.results.all()) if row else []
    return {
        "serious_hazard": any(word in r.limit for r in results for word in FORBIDDEN),
        "operator": matter.operator_id,
        "microbiological": any(word in r.item for r in results for word in MICROBES),
        "reserve_expires_on": None,
        "retest_applied_on": row.retest_applied_on if row else None,
        "retest_due": _retest_due(matter),
    }


def _row(matter: Matter) -> Disposal | None:
    """The app's row; an opening act asks before there is one."""
    if matter.seq == 0:
        return None
    found: Disposal | None = getattr(matter, "disposal", None)
    return found


def _retest_due(matter: Matter) -> date | None:
    """When the term for a re-test ends; it begins with the service of the result."""
    if "notified" not in matter.done:
        return None
    clocks = Clock.objects.filter(matter=matter, duty="retest.window").order_by("-id")
    return clocks.values_list("due_day", flat=True).first()


KIND = Kind(
    name="disposal",
    prefix="HC",
    model=Disposal,
    facts=_facts,
    effects={
        "open": actions.begin,
        "find_cause": actions.note_cause,
        "ask_retest": actions.note_retest,
        "conclude": actions.conclude,
        "conclude_overturned": actions.conclude,
    },
    page="laboratory/_disposal.html",
)


def register() -> None:
    """Bind the kinds."""
    kinds.register(KIND)
