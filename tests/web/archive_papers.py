"""Every paper of a credit repair, in the style of the world of papers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.web.test_rectification import proof
from zhian.apps.registry.archive import crediting
from zhian.apps.registry.models import CreditEntry
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter
from zhian.directory.models import Appointment

if TYPE_CHECKING:
    from tests.web.papers_world import Desk


def every_repair_paper(at: Desk) -> None:
    """One declined, one refused, one granted and withdrawn again, one refused for fraud."""
    penalty, listing = _entered(at, "penalty_normal"), _entered(at, "abnormal")
    declined = _asked(at, penalty)
    _do(at, declined, "decline", why=at.some("该处罚决定由邻县市场监督管理局作出。"))
    refused, fraud = _examined(at, penalty), _examined(at, penalty)
    _do(at, refused, "deny", ground="unmet", why=at.some("罚款尚未缴清。"))
    listed = _examined(at, listing)
    _do(at, listed, "grant", opinion=at.some("已补报年度报告。"), confirmed=["REPAIR-11"])
    _do(at, listed, "process", where="国家企业信用信息公示系统")
    fields = {"why": at.some("补报的年度报告内容虚假。"), "files": [proof(listed)]}
    _do(at, listed, "withdraw_repair", **fields)
    _do(at, fraud, "deny_fraud", why=at.some("缴款凭证系伪造。"))


def _entered(at: Desk, sort: str) -> CreditEntry:
    """What stands against the operator, decided more than the shortest term ago."""
    fields = {
        "sort": sort,
        "subject": at.some("未按规定查验进货，罚款五千元", 300),
        "decided_by": at.some("松原县市场监督管理局", 300),
        "decision_number": at.some("松市监罚〔2026〕12号", 300),
        "happened_on": timing.today() - timedelta(days=200),
        "files": [proof(None)],
    }
    matter = _open(at, "credit_record", "record", at.here.clerk, **fields)
    crediting.hear(matter.acts.get(verb="record"))
    found: CreditEntry = CreditEntry.objects.get(matter=matter)
    return found


def _asked(at: Desk, entry: CreditEntry) -> Matter:
    fields = {"received_on": timing.today(), "entry_number": entry.number, "why": "已履行"}
    return _open(at, "credit_repair", "apply", at.here.inspector, **fields, materials=[proof(None)])


def _examined(at: Desk, entry: CreditEntry) -> Matter:
    matter = _asked(at, entry)
    _do(at, matter, "accept")
    return matter


def _open(at: Desk, kind: str, verb: str, who: Appointment, **fields: Any) -> Matter:
    here = at.here
    opening = Opening(
        title="信用",
        agency=here.bureau,
        office=here.station,
        handler=here.inspector,
        place=here.village,
        operator=here.operator,
        fields={"operator": here.operator, **fields},
    )
    return open_matter(kind, verb, opening, by=Actor.official(who))


def _do(at: Desk, matter: Matter, verb: str, **fields: Any) -> None:
    """The inspector does it; whoever must sign does so at once."""
    here = at.here
    posts = {"office_head": here.office_head, "bureau_head": here.head}
    perform(matter, verb, fields=fields, by=Actor.official(here.inspector))
    for proposal in matter.proposals.filter(state="open"):
        for signature in proposal.signatures.order_by("position"):
            proposal.refresh_from_db()
            approvals.sign(proposal, by=Actor.official(posts[signature.post]))
    matter.refresh_from_db()
