"""Every paper of a licence, with texts in the style that the world of papers is written in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tests.builders import person
from tests.web.test_rectification import proof
from zhian.apps.registry.models import Licence
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter
from zhian.directory.models import Appointment, Premises

if TYPE_CHECKING:
    from tests.web.papers_world import Desk

SC, JY, YB, EXIT = (
    "food_production_licence",
    "food_business_licence",
    "food_filing",
    "licence_exit",
)
CARDS = {"licence_card_sc", "licence_card_jy"}


class Counter:
    """Where licences are applied for: one officer, and whoever signs."""

    def __init__(self, at: Desk) -> None:
        self.at = at
        self.officer = person(at.here.bureau, "licence_officer", at.here.station, name="沈青")
        self.legal = person(at.here.bureau, "legal_reviewer", name="韩法")

    def open(self, kind: str, verb: str, premises: Premises | None = None, **fields: Any) -> Matter:
        here = self.at.here
        where = premises or here.premises
        opening = Opening(
            title="许可",
            agency=here.bureau,
            office=here.station,
            handler=self.officer,
            place=here.village,
            operator=here.operator,
            premises=where,
            fields={"operator": here.operator, "premises": where, **fields},
        )
        return open_matter(kind, verb, opening, by=Actor.official(self.officer))

    def apply(self, kind: str, **more: Any) -> Matter:
        own = {
            SC: {"category": "125", "scope": self.at.some("豆制品：豆腐、豆腐干")},
            JY: {"form": "caterer", "item": "hot", "scope": self.at.some("热食类食品制售")},
        }[kind]
        return self.open(kind, "apply", received_on=timing.today(), **own, **more)

    def do(self, matter: Matter, verb: str, *beside: Appointment, **fields: Any) -> None:
        perform(matter, verb, fields=fields, by=Actor.official(self.officer, *beside))
        here = self.at.here
        posts = {"office_head": here.office_head, "bureau_head": here.head}
        for proposal in matter.proposals.filter(state="open"):
            for signature in proposal.signatures.order_by("position"):
                who = posts.get(signature.post, self.legal)
                proposal.refresh_from_db()
                approvals.sign(proposal, by=Actor.official(who))
        matter.refresh_from_db()

    def checked(self, matter: Matter, result: str) -> None:
        inspector = self.at.here.inspector
        self.do(matter, "accept", thresholds_met=True)
        self.do(matter, "order_site_check", checkers=[self.officer, inspector])
        record = {"result": result, "record": "已核查", "files": [proof(matter)]}
        self.do(matter, "site_check", inspector, **record)

    def serve(self, matter: Matter) -> None:
        service = matter.children.get(kind="service", closed_at=None)
        fields = {
            "method": "direct",
            "served_at": timing.now(),
            "receiver": "赵立新",
            "relation": "self",
            "proof": [proof(service)],
        }
        perform(service, "served", fields=fields, by=Actor.official(self.officer))
        matter.refresh_from_db()


def every_licence_paper(at: Desk) -> None:
    """Applications granted, refused, declined and ended, a filing, and three ends of licences."""
    with timing.recorded_at(timezone.now() - timedelta(days=60)):
        counter = Counter(at)
        _not_granted(counter)
        _granted(counter)
        _told(counter)
    _ended(counter)


def _not_granted(counter: Counter) -> None:
    at, today = counter.at, timing.today()
    declined = counter.apply(SC)
    fields = {"ground": "not_ours", "where_to": at.perhaps("省市场监督管理局", 300)}
    if not fields["where_to"]:
        fields = {"ground": "not_required"}
    counter.do(declined, "decline", why=at.some("属省级部门权限。"), **fields)
    ended = counter.apply(SC)
    counter.do(ended, "terminate", ground="ended", why=at.some("主体已经注销。"))
    refused = counter.apply(JY)
    missing = at.some("一、操作流程图\n二、管理制度目录")
    counter.do(refused, "ask_correction", missing=missing, until=today + timedelta(days=20))
    counter.do(refused, "correct", materials=[proof(refused)])
    counter.checked(refused, "fail")
    counter.do(refused, "extend", why=at.some("需要补充核实。"))
    fields = {"why": at.some("操作间面积不足。"), "law": at.some("《食品安全法》第三十三条")}
    counter.do(refused, "deny", ground="conditions", **fields)
    heard = counter.apply(JY)
    counter.do(heard, "accept", thresholds_met=True)
    persons = at.some("申请人、相邻住户")
    counter.do(heard, "tell_hearing", told_on=today, persons=persons)


def _granted(counter: Counter) -> None:
    at = counter.at
    filing = counter.open(
        YB,
        "file",
        received_on=timing.today(),
        filing_form="2",
        machines=at.perhaps("河口镇车站候车厅"),
    )
    counter.do(filing, "give_number")
    for kind in (SC, JY):
        matter = counter.apply(kind)
        counter.checked(matter, "pass")
        counter.do(matter, "grant", opinion=at.some("符合条件。"))


def _told(counter: Counter) -> None:
    at, today = counter.at, timing.today()
    for kind, verb, ground in (
        ("SC", "open_annul", "procedure"),
        ("JY", "open_withdrawal", "facts_changed"),
    ):
        number = Licence.objects.get(kind=kind).number
        matter = counter.open(
            EXIT,
            verb,
            licence_number=number,
            ground=ground,
            found_on=today,
            problems=at.some("未经公示。"),
        )
        findings = {"findings": at.some("未经公示即作出决定。"), "law": at.some("第六十九条")}
        counter.do(matter, "tell", **findings)
        counter.serve(matter)


def _ended(counter: Counter) -> None:
    """The holder had sixty days to be heard; one of them is struck off at the end."""
    at = counter.at
    annulled, withdrawn = Matter.objects.filter(kind=EXIT).order_by("id")
    said = {"findings": at.some("情况属实。"), "law": at.some("《行政许可法》第六十九条")}
    counter.do(annulled, "annul", **said)
    lost = {"compensation": at.perhaps("另行商定")}
    counter.do(withdrawn, "withdraw_licence", **said, **lost)
    counter.serve(annulled)
    where = at.perhaps("县人民政府网站", 300)
    void = {"announced_on": timing.today(), "where": where} if where else {"returned": True}
    counter.do(annulled, "strike_off", **void)
