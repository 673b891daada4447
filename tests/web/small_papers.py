"""Every paper of workshops, stalls and farms, in the style of the world of papers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.builders import person
from tests.web.licence_papers import Counter
from tests.web.test_rectification import proof
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter
from zhian.directory.models import Agency, Operator, Premises

if TYPE_CHECKING:
    from tests.web.papers_world import Desk

WORKSHOP, STALL, FARM = "workshop_registration", "stall_filing", "farm_filing"


def every_small_paper(at: Desk) -> None:
    """A workshop that is registered and one that is not, a stall, a livestock farm and a base."""
    counter = Counter(at)
    _registered(counter)
    _refused(counter)
    _stall(counter)
    _farms(at)


def _place(at: Desk, operator: Operator, business: str) -> Premises:
    """Premises that hold no licence."""
    return Premises.objects.create(
        operator=operator,
        name=at.some("河东豆腐坊", 200),
        place=at.here.village,
        address=at.perhaps("河东村三组8号", 300),
        business_type=business,
    )


def _workshop(counter: Counter) -> Matter:
    at = counter.at
    return counter.open(
        WORKSHOP,
        "apply",
        _place(at, at.here.operator, "workshop"),
        received_on=timing.today(),
        workshop_product="tofu",
        scope=at.some("豆腐、豆腐干"),
    )


def _registered(counter: Counter) -> None:
    inspector, matter = counter.at.here.inspector, _workshop(counter)
    counter.do(matter, "accept")
    counter.do(matter, "order_site_check", checkers=[counter.officer, inspector])
    record = {"result": "pass", "record": "已核查", "files": [proof(matter)]}
    counter.do(matter, "site_check", inspector, **record)
    counter.do(matter, "grant", opinion="符合要求")


def _refused(counter: Counter) -> None:
    at, matter = counter.at, _workshop(counter)
    missing = at.some("一、健康证明\n二、生产加工流程图")
    until = timing.today() + timedelta(days=20)
    counter.do(matter, "ask_correction", missing=missing, until=until)
    counter.do(matter, "correct", materials=[proof(matter)])
    reasons = {"why": at.some("加工场所与旱厕相邻。"), "law": at.some("本县小作坊管理规定第八条")}
    counter.do(matter, "deny", ground="place", **reasons)


def _stall(counter: Counter) -> None:
    at = counter.at
    matter = counter.open(
        STALL,
        "file",
        _place(at, at.here.operator, "stall"),
        received_on=timing.today(),
        stall_trade="cooked",
        scope=at.some("煎饼、豆浆"),
        hours=at.perhaps("6:00—9:00", 300),
    )
    counter.do(matter, "give_number")


def _farms(at: Desk) -> None:
    agency = Agency.objects.create(
        code="NY",
        name="松原县农业农村局",
        name_en="Agriculture",
        short_name="松农",
        kind="agriculture",
        place=at.here.county,
        phone=at.perhaps("0438-2234567", 50),
        address=at.perhaps("松原县人民路20号", 200),
    )
    herd = {"species": at.some("生猪", 300), "size": at.some("年出栏600头", 300)}
    _farm(at, agency, "farm_livestock", farm_kind="livestock", **herd)
    _farm(at, agency, "farm_crop", farm_kind="crop")


def _farm(at: Desk, agency: Agency, business: str, **what: Any) -> None:
    here, name = at.here, at.some("河东养殖场", 200)
    operator = Operator.objects.create(name=name, kind="farm", place=here.village)
    officer = person(agency, "department_officer", name="何农")
    premises = _place(at, operator, business)
    fields = {
        "operator": operator,
        "premises": premises,
        "received_on": timing.today(),
        "scope": at.some("生猪养殖"),
        "records_kept": True,
        "certificates": False,
        **what,
    }
    opening = Opening(
        title="备案",
        agency=agency,
        handler=officer,
        place=here.village,
        operator=operator,
        premises=premises,
        fields=fields,
    )
    by = Actor.official(officer)
    perform(open_matter(FARM, "file", opening, by=by), "give_number", by=by)
