"""The kinds of matter of this app."""

from __future__ import annotations

from zhian.apps.inspections import actions, papers, taking_over
from zhian.apps.inspections.models import Rectification
from zhian.apps.registry.licences import queries as registry
from zhian.desk import kinds
from zhian.desk.kinds import Facts, Kind, Opening, Values
from zhian.desk.models import Matter
from zhian.directory.models import Standing


def _open_from(source: Matter, values: Values) -> Opening:
    """A rectification that another matter begins, about its operator and premises."""
    operator = values.get("operator") or source.operator
    premises = values.get("premises") or source.premises
    return Opening(
        title=f"责令改正：{operator.name if operator else source.title}",
        agency=source.agency,
        office=source.office,
        handler=source.handler,
        place=premises.place if premises else operator.place if operator else source.place,
        operator=operator,
        premises=premises,
        confidential=source.confidential,
        fields={
            "operator": operator,
            "premises": premises,
            "basis": values.get("basis"),
            "problems": values.get("problems"),
        },
    )


def _facts(matter: Matter) -> Facts:
    order = Rectification.objects.filter(matter=matter).first()
    licences = Standing.objects.filter(operator=matter.operator_id, kind="unlicensed")
    day = matter.trigger_date
    lost = bool(matter.operator_id) and registry.lost(matter.operator_id, matter.premises_id, day)
    return {
        "unlicensed": lost or (bool(matter.operator_id) and licences.on(day).exists()),
        "product_check": order is not None and order.basis == "spot_check",
    }


KIND = Kind(
    name="rectification",
    prefix="ZG",
    model=Rectification,
    open_from=_open_from,
    facts=_facts,
    effects={
        "open": actions.begin,
        "order": actions.order,
        "order_again": actions.order,
        "extend": actions.extend,
        "report": actions.report,
        "corrected": actions.report,
    },
    take_over=taking_over.TAKE_OVER,
    papers=papers.PAPERS,
    page="inspections/_rectification.html",
)


def register() -> None:
    """Bind the kinds."""
    kinds.register(KIND)
