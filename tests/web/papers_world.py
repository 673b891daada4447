"""Every kind of paper, made through the one door, with texts short, usual, long or hard to set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.builders import County, county
from tests.web.archive_papers import every_repair_paper
from tests.web.licence_papers import every_licence_paper
from tests.web.small_papers import every_small_paper
from tests.web.test_rectification import proof
from zhian.apps.laboratory.models import Sample, SampleResult
from zhian.desk import tasks, timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Document, Matter
from zhian.desk.papers.wording import chinese_date
from zhian.directory.models import Appointment
from zhian.law import vocabulary

__all__ = ["Actor", "Appointment", "chinese_date"]

Style = Callable[[str, int], str]
SENTENCE = "原料库房与成品库房之间未设隔离设施，进货查验记录未如实填写，"
RARE = "㐂䶮𬭚𠮷"


def full(usual: str, most: int) -> str:
    """What an office usually writes."""
    return usual[:most]


def short(usual: str, most: int) -> str:
    """As little as can be written."""
    return usual[:2]


def long(usual: str, most: int) -> str:
    """As much as the field takes, 2,000 characters at most, in sentences."""
    return (SENTENCE * 100)[: min(most, 2000)]


def unbroken(usual: str, most: int) -> str:
    """One word that never ends."""
    return "W" * min(most, 2000)


def rare(usual: str, most: int) -> str:
    """Names of people and places that few fonts hold."""
    return (usual[: most - len(RARE)] + RARE)[:most]


STYLES: dict[str, Style] = {f.__name__: f for f in (short, full, long, unbroken, rare)}


@dataclass
class Desk:
    """A county whose texts are all written in one style."""

    here: County
    style: Style
    optional: bool

    def some(self, usual: str, most: int = 2000) -> str:
        """A text that must be there."""
        return self.style(usual, most)

    def perhaps(self, usual: str, most: int = 2000) -> str:
        """A text that may be left out, and is in the short style."""
        return self.style(usual, most) if self.optional else ""


def desk(style: Style) -> Desk:
    """A county ready to write papers."""
    made = Desk(county(), style, style is not short)
    here = made.here
    here.bureau.phone = made.perhaps("0438-2123456", 50)
    here.bureau.address = made.perhaps("松原县人民路18号政务服务中心三楼", 200)
    here.bureau.save()
    here.operator.name = made.some("河口兴旺豆制品厂", 200)
    here.operator.address = made.perhaps("松原县河口镇河东村一组", 300)
    here.operator.head = made.perhaps("赵立新", 50)
    here.operator.phone = made.perhaps("13900000000", 50)
    here.operator.save()
    return made


def disposal(at: Desk, number: str = "XBJ26230000567812345") -> Matter:
    """A failed sample that was received and assigned."""
    here, day = at.here, timing.today()
    sample = Sample.objects.create(
        number=number,
        agency=here.bureau,
        food=at.some("豇豆", 200),
        operator=here.operator,
        brand=at.perhaps("河口兴旺", 100),
        specification=at.perhaps("500g/袋", 100),
        made_on=at.perhaps("2026-08-30/20260830A", 100),
        source=at.perhaps("县级监督抽检", 200),
        category=at.perhaps("食用农产品", 100),
        sampled_unit=at.perhaps("河口镇惠民生鲜超市", 200),
        sampled_in=at.perhaps("松原县河口镇中心街12号", 300),
        producer=at.perhaps("河口兴旺豆制品厂", 200),
        producer_address=at.perhaps("松原县河口镇河东村一组", 300),
        laboratory=at.perhaps("北城市食品检验检测研究院", 200),
        report_number=at.perhaps("№SP202609001234", 100),
        sampled_on=date(2026, 9, 2) if at.optional else None,
        reported_on=date(2026, 9, 16) if at.optional else None,
        producer_division="231181000000" if at.optional else "",
    )
    failures = (("灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"), ("铅（以Pb计）", "0.31mg/kg", "≤0.2mg/kg"))
    for position, (item, result, limit) in enumerate(failures[: 1 + at.optional], start=1):
        SampleResult.objects.create(
            sample=sample,
            position=position,
            item=at.some(item, 200),
            result=at.some(result, 300),
            limit=at.perhaps(limit, 300),
        )
    fields = {"received_on": day, "sample": number, "operator": here.operator}
    opening = Opening(
        title=at.some("豇豆 灭蝇胺 不合格", 200),
        agency=here.bureau,
        place=here.town,
        operator=here.operator,
        fields=fields,
    )
    matter = open_matter("disposal", "open", opening, by=Actor.importer("bulletin"))
    given = {"office": here.station, "handler": here.inspector}
    perform(matter, "assign", fields=given, by=here.actor("clerk"))
    return matter


def notified(at: Desk) -> Matter:
    """The result is served, with its notice and the proofs of service before and after."""
    matter = disposal(at)
    mine = at.here.actor("inspector")
    perform(matter, "begin", by=mine)
    perform(matter, "notify", fields={"papers": [proof(matter)]}, by=mine)
    serve(at, matter.children.get(kind="service"))
    matter.refresh_from_db()
    return matter


def serve(at: Desk, service: Matter) -> None:
    """Personal service, with everything that the form asks for."""
    fields = {
        "method": "direct",
        "served_at": timing.now(),
        "receiver": at.some("赵立新", 300),
        "relation": "head",
        "witnessed": at.optional,
        "address_confirmed": at.optional,
        "proof": [proof(service)],
    }
    perform(service, "served", fields=fields, by=at.here.actor("inspector"))


def concluded(at: Desk, signed: bool = True) -> Matter:
    """A disposal with a re-test, an order and a case, concluded; or waiting for signatures."""
    here = at.here
    with timing.recorded_at(timezone.now() - timedelta(days=40)):
        matter = notified(at)
        _strands(at, matter)
    fields = {
        "outcome": vocabulary.choices("disposal_outcome")[0].key,
        "conclusion": at.some("风险已控制，违法事实清楚，已移交立案查处。"),
    }
    matter.refresh_from_db()
    perform(matter, "conclude", fields=fields, by=here.actor("inspector"))
    if signed:
        for who in ("office_head", "head"):
            approvals.sign(matter.proposals.get(verb="conclude"), by=here.actor(who))
    return matter


def _strands(at: Desk, matter: Matter) -> None:
    mine, both = at.here.actor("inspector"), at.here.actor("inspector", "second")
    files = [proof(matter)]
    fields: dict[str, Any] = {"measures": at.some("封存同批次豇豆20公斤，责令停止销售。")}
    perform(matter, "control", fields=fields | {"files": files}, by=both)
    fields = {"cause": "pesticide", "text": at.some("种植环节用药间隔期不足。")}
    perform(matter, "find_cause", fields=fields, by=mine)
    if at.optional:
        told = {"to_agency": at.some("邻县市场监督管理局", 300), "text": at.some("请协助核查。")}
        perform(matter, "tell_elsewhere", fields=told, by=mine)
        fields = {
            "measures": at.some("已下架，剩余退回供货商。"),
            "qty_sold": "18",
            "qty_left": "7",
        }
        perform(matter, "operator_report", fields=fields, by=mine)
        applied = {"applied_on": timing.today(), "paper": proof(matter)}
        perform(matter, "ask_retest", fields=applied, by=mine)
        upheld = {"result_on": timing.today(), "paper": proof(matter)}
        perform(matter, "retest_upheld", fields=upheld, by=mine)
    perform(matter, "need_no_rectification", fields={"why": at.some("已停止种植。")}, by=mine)
    handed = {
        "text": at.some("销售农药残留超标食用农产品，请立案查处。"),
        "office": at.here.other_station,
        "deadline": timezone.now() + timedelta(days=20),
    }
    perform(matter, "hand_to_case", fields=handed, by=mine)


def passed_on(at: Desk) -> Matter:
    """A result of a place that is not ours, passed on with its letter."""
    matter = disposal(at, "XBJ26230000567899999")
    fields = {
        "to_agency": at.some("北城市市场监督管理局", 300),
        "why": at.some("标称生产者住所地在你市"),
        "letter": proof(matter),
    }
    perform(matter, "pass_on", fields=fields, by=at.here.actor("clerk"))
    approvals.sign(matter.proposals.get(), by=at.here.actor("office_head"))
    return matter


def rectified(at: Desk) -> Matter:
    """An order that was not followed, handed to the case office."""
    here = at.here
    fields = {
        "operator": here.operator,
        "premises": here.premises,
        "basis": "inspection",
        "problems": at.some("原料库房无防鼠设施。"),
    }
    opening = Opening(
        title="责令改正",
        agency=here.bureau,
        office=here.station,
        handler=here.inspector,
        place=here.village,
        operator=here.operator,
        premises=here.premises,
        fields=fields,
    )
    matter = open_matter("rectification", "open", opening, by=here.actor("inspector"))
    fields = {
        "requirements": at.some("加装防鼠板。"),
        "until": timing.today() + timedelta(days=10),
        "law": at.some("《中华人民共和国食品安全法》第三十三条第一款第二项"),
    }
    perform(matter, "order", fields=fields, by=here.actor("inspector", "second"))
    approvals.sign(matter.proposals.get(), by=here.actor("office_head"))
    serve(at, matter.children.get(kind="service"))
    matter.refresh_from_db()
    record = {"record": at.some("防鼠板仍未加装。"), "files": [proof(matter)]}
    perform(matter, "fail", fields=record, by=here.actor("inspector", "second"))
    handed = {
        "text": at.some("逾期未改正，请立案查处。"),
        "office": here.other_station,
        "deadline": timezone.now() + timedelta(days=20),
    }
    perform(matter, "hand_to_case", fields=handed, by=here.actor("inspector"))
    approvals.sign(matter.proposals.get(verb="hand_to_case"), by=here.actor("office_head"))
    return matter


def directed(at: Desk) -> Matter:
    """A directive of the head of the bureau to a township, with its scan."""
    here = at.here
    fields: dict[str, Any] = {
        "text": at.some("排查辖区豆制品生产单位，建立台账，逐户核验许可和进货查验情况。"),
        "agency": here.township,
        "deadline": timezone.now() + timedelta(days=10),
    }
    if at.optional:
        fields |= {"origin": "meeting"}
    opening = tasks.opening_of(giver=here.head, source=None, fields=fields)
    return open_matter("task", "direct", opening, by=here.actor("head"))


def every_paper(style: Style) -> list[Document]:
    """One matter after another until every template was printed at least once."""
    at = desk(style)
    concluded(at)
    rectified(at)
    passed_on(at)
    directed(at)
    every_licence_paper(at)
    every_small_paper(at)
    every_repair_paper(at)
    return list(Document.objects.select_related("matter").order_by("id"))
