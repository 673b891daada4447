"""The files of the demonstration's operators: some whole, most begun, through the same actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhian.apps.registry.archive import actions
from zhian.apps.registry.archive.actions import Hand
from zhian.demo import names
from zhian.demo.county import County
from zhian.demo.papers import Papers
from zhian.desk import handlers, timing, uploads
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.labels import kind_words
from zhian.desk.models import Matter
from zhian.directory.actions import operators
from zhian.directory.models import Appointment, Operator, Premises
from zhian.law import vocabulary
from zhian.law.archive import archive

SEED, FILES, WHOLE = 31, 60, 12
MAKERS = {"food_production", "food_workshop", "food_contact_production", "industrial_product"}
GOODS = ("豆腐", "豆腐干", "玉米面", "豆油", "粉条", "酱油", "挂面", "冷鲜肉")
SUPPLIERS = ("河口粮油批发部", "柳林农资站", "东山调味品商行", "北安冷链公司")
WEAK = (
    ("knowledge", "不清楚新版标签要求", "抽查问答三题错两题"),
    ("conditions", "生熟未分开", "现场检查发现共用案板"),
    ("testing", "无法自检微生物", "抽检两次不合格"),
)
HELPED = {
    "knowledge": ("上门讲解标签新规", "复查时已更换标签"),
    "conditions": ("帮助改造加工间布局", "生熟加工已分区"),
    "testing": ("协调县检测中心优惠送检", "每月送检一次"),
}
PRIZE = "2026 年县质量管理先进单位"


def take_in(here: County, papers: Papers, now: datetime) -> int:
    """Keep files, three corrections, a request for support, awards; how many rows that is."""
    random = Random(SEED)
    with transaction.atomic():
        rows = sum(_file(here, random, premises, now) for premises in here.premises[:FILES])
        _events(here, papers, now)
        handlers.run_waiting(1_000_000)
    return rows


def _file(here: County, random: Random, premises: Premises, now: datetime) -> int:
    at = now - timedelta(days=random.randint(30, 600))
    by = here.inspectors(here.station_of(premises))[0]
    hand = Hand(by, at, timezone.localtime(at).date(), "建档走访")
    operator = premises.operator
    whole = random.random() < WHOLE / FILES
    made = 0
    for section, values in _rows(random, operator, premises.business_type in MAKERS, hand):
        if whole or random.random() < 0.6:
            actions.add_row(
                archive().sections[section], operator, values, hand, premises=premises, another=True
            )
            made += 1
    return made


def _rows(
    random: Random, operator: Operator, makes: bool, hand: Hand
) -> Iterator[tuple[str, dict[str, Any]]]:
    people = random.randint(2, 40)
    yield "people", {"name": operator.head, "role": "head", "phone": operator.phone}
    yield "people", {"name": names.person(random), "role": "safety_officer"}
    yield "workforce", {"part": "全部", "total": people, "food_handlers": people // 2}
    yield "equipment", {"name": "冷藏柜", "sort": "cooling", "count": random.randint(1, 6)}
    yield "suppliers", {"name": random.choice(SUPPLIERS), "goods": "原料"}
    yield "training", {
        "title": "食品安全管理人员考核", "sort": "test", "person": operator.head,
        "held_on": hand.day, "score": random.randint(55, 98), "passed": True,
    }  # fmt: skip
    if makes:
        yield from _of_a_maker(random)
    if random.random() < 0.3:
        area, finding, evidence = random.choice(WEAK)
        what, result = HELPED[area]
        yield "weak_points", {"finding": finding, "area": area, "evidence": evidence}
        yield "help", {
            "what": what, "area": area, "given_by": "县市场监督管理局", "given_on": hand.day,
            "result": result,
        }  # fmt: skip


def _of_a_maker(random: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in random.sample(GOODS, 2):
        yield "products", {"name": name, "standard": "GB 2712", "sold_to": "本县和邻县"}
    yield "standards", {"number": "GB 14881", "title": "食品生产通用卫生规范", "level": "national"}
    yield "testing", {"item": "水分", "scope": "GB 5009.3", "monthly": 40, "spare": 10}
    for stage in vocabulary.choices("archive_stage"):
        yield "documents", {"title": f"{stage.words.zh}管理制度", "stage": stage.key}


# ---- what happened to files ---------------------------------------------------------------------


def _events(here: County, papers: Papers, now: datetime) -> None:
    """The first correction is written, the second waits; one asks for support; one has a prize."""
    first, second, third, fourth = here.premises[:4]
    with timing.recorded_at(now - timedelta(days=40)):
        done = _correction(here, papers, first, "subject.phone", "13800000001")
        clerk = here.one("intake_clerk")
        perform(done, "approve", fields={"opinion": "与本人核实"}, by=Actor.official(clerk))
        _prize(here, papers, third, now - timedelta(days=60))
        operators.set_state(
            fourth.operator, "paused", since=timing.today() - timedelta(days=5),
            today=timing.today(), by=clerk, reason="现场检查时歇业",
        )  # fmt: skip
    with timing.recorded_at(now - timedelta(days=2)):
        _correction(here, papers, second, "subject.address", f"{second.address}（新厂房）")
        _support(here, third)


def _opened(
    here: County, kind: str, verb: str, premises: Premises, by: Actor, **fields: Any
) -> Matter:
    handler: Appointment = here.inspectors(here.station_of(premises))[0]
    opening = Opening(
        title=f"{kind_words(kind).zh}：{premises.operator.name}",
        agency=here.bureau,
        office=here.station_of(premises),
        handler=handler,
        place=premises.place,
        operator=premises.operator,
        premises=premises,
        fields={"operator": premises.operator, **fields},
    )
    return open_matter(kind, verb, opening, by=by)


def _person(here: County, premises: Premises) -> Actor:
    login = here.operator_logins.get(premises.operator_id)
    handler = here.inspectors(here.station_of(premises))[0]
    return Actor.of_operator(login) if login else Actor.official(handler)


def _correction(here: County, papers: Papers, premises: Premises, what: str, value: str) -> Matter:
    return _opened(
        here, "record_correction", "propose", premises, _person(here, premises),
        corrections=[{"what": what, "value": value}], why="登记的内容已变",
    )  # fmt: skip


def _support(here: County, premises: Premises) -> None:
    wanted = "想自建快检室，不知道买什么设备，也缺会检验的人。"
    _opened(
        here, "support_request", "ask", premises, _person(here, premises),
        area="testing", wanted=wanted,
    )  # fmt: skip


def _prize(here: County, papers: Papers, premises: Premises, at: datetime) -> None:
    by = Actor.official(here.one("intake_clerk"))
    shot = papers.photo(None)
    matter = _opened(
        here, "credit_record", "record", premises, by, sort="award", subject=PRIZE,
        decided_by="县人民政府", happened_on=timezone.localtime(at).date(), files=[shot],
    )  # fmt: skip
    uploads.tie(matter.acts.get(), [shot])
