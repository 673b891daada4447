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
from zhian.directory.models import Appointment, Place, Premises

if TYPE_CHECKING:
    from tests.web.papers_world import Desk

SC, JY, YB, EXIT = (
    "food_production_licence",
    "food_business_licence",
    "food_filing",
    "licence_exit",
)
XK, DRUG = "industrial_licence", "drug_retail_licence"
CARDS = {
    *("licence_card_sc", "licence_card_jy", "licence_card_xk", "licence_card_drug"),
    "small_card",
}


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
            XK: {
                "industrial_product": "cement",
                "product": self.at.some("通用硅酸盐水泥", 300),
                "seat": self.at.perhaps("河口镇工业路1号", 300),
                "scope": self.at.perhaps("P·O 42.5"),
            },
            DRUG: {
                "drug_class": "prescription",
                "drug_form": "single",
                "scope": self.at.some("中成药、化学药"),
                "manager": self.at.some("周平", 300),
                "quality_head": self.at.some("吴药师", 300),
                "warehouse": self.at.perhaps("河东村二组", 300),
            },
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

    def checked(self, matter: Matter, result: str, **more: Any) -> None:
        inspector = self.at.here.inspector
        self.do(matter, "accept", thresholds_met=True)
        day = {"check_on": timing.today()} if more else {}
        self.do(matter, "order_site_check", checkers=[self.officer, inspector], **day)
        record = {"result": result, "record": "已核查", "files": [proof(matter)], **more}
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
        _by_others(counter)
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


def _by_others(counter: Counter) -> None:
    """A pharmacy, and cement, which is the province's to license."""
    at, today = counter.at, timing.today()
    operator_kind = "A" if at.here.operator.kind == "company" else "B"
    matter = counter.apply(DRUG)
    counter.checked(matter, "pass", ended_on=today)
    counter.do(
        matter, "grant", opinion=at.some("符合条件。"), number=f"黑D{operator_kind}451300001"
    )
    place = at.here.bureau.place
    Place.objects.filter(pk=place.pk).update(level="province")
    place.level = "province"
    matter = counter.apply(XK)
    counter.do(matter, "accept", thresholds_met=True)
    plan = {"check_on": today + timedelta(days=10), "note": at.perhaps("请准备技术文件。")}
    team = [counter.officer, at.here.inspector]
    counter.do(
        matter, "order_site_check", checkers=team, confirmed=frozenset({"IPL-UNITS"}), **plan
    )
    record = {"result": "pass", "record": "已核查", "files": [proof(matter)]}
    counter.do(matter, "site_check", at.here.inspector, **record)
    counter.do(matter, "tell_finding", findings=at.some("实地核查合格。"))
    sample = {"laboratory": "省质检院", "test_until": today}
    counter.do(matter, "seal_sample", sealed_on=today, **sample)
    counter.do(matter, "sample_delivered", delivered_on=today, test_until=today)
    report = {"reported_on": today, "test_result": "pass", "files": [proof(matter)]}
    counter.do(matter, "test_report", **report)
    counter.do(matter, "grant", opinion=at.some("符合条件。"), number="黑XK08-001-02345")
    Place.objects.filter(pk=place.pk).update(level="county")
    place.level = "county"


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
