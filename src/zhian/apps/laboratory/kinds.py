"""The kinds of matter of this app."""

from __future__ import annotations

from datetime import date

from zhian.apps.laboratory import actions, by_hand, hazard, papers, public, taking_over
from zhian.apps.laboratory.elsewhere import COUNTY, PROVINCE
from zhian.apps.laboratory.models import Disposal
from zhian.desk import kinds
from zhian.desk.engine import begin
from zhian.desk.kinds import Facts, Kind
from zhian.desk.models import Clock, Matter
from zhian.desk.show import items
from zhian.desk.show.items import ItemColumn
from zhian.law.words import Words

MICROBES = ("菌", "大肠", "霉", "酵母", "沙门", "杆菌", "球菌")
IMPORT = Words("导入不合格样品通报", "Import a bulletin of failed samples")
# Whoever may register a failing result by hand (law/data/procedures/disposal.toml).
TAKERS = ("intake_clerk", "office_head")
RESULT_COLUMNS = (
    ItemColumn("item", "line", Words("不合格项目", "Failed item")),
    ItemColumn("result", "line", Words("检验结果", "Result")),
    ItemColumn("limit", "line", Words("标准值", "Limit")),
)


def _facts(matter: Matter) -> Facts:
    row = _row(matter)
    results = list(row.sample.results.all()) if row else []
    far = row.sample.producer_is_elsewhere if row else ""
    return {
        "serious_hazard": bool(hazard.serious(results, hazard.words())),
        "producer_other_province": far == PROVINCE,
        "producer_other_county": far == COUNTY,
        "untold": bool(far) and "tell_elsewhere" not in matter.done,
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
        "register": actions.register,
        "reroute": actions.reroute,
        "pass_on": actions.pass_on,
        "tell_elsewhere": actions.tell_elsewhere,
        "find_cause": actions.note_cause,
        "ask_retest": actions.note_retest,
        "conclude": actions.conclude,
        "conclude_overturned": actions.conclude,
    },
    papers=papers.PAPERS,
    public={"disposal_result": public.disposal_result},
    take_over=taking_over.TAKE_OVER,
    page="laboratory/_disposal.html",
)


def register() -> None:
    """Bind the kinds, and how one begins by hand."""
    kinds.register(KIND)
    begin.register(KIND.name, by_hand.opening)
    items.register(KIND.name, "results", RESULT_COLUMNS)
    begin.add_door(begin.Door(IMPORT, "bulletins", TAKERS))
