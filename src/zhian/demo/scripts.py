"""The scripts: what happens to a rectification, a failed sample, a directive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from zhian.apps.laboratory.models import Sample, SampleResult
from zhian.demo import names
from zhian.demo.life import (
    Script,
    World,
    days,
    head_of,
    hours,
    pair,
    propose,
    rectification_fields,
    remark,
    serve,
)
from zhian.desk import tasks, timing
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Clock, Matter
from zhian.desk.publishing import content, deciding
from zhian.directory.models import Appointment, Office, Premises
from zhian.law import vocabulary


def inspection(world: World, premises: Premises) -> Script:
    """Something is wrong: ordered, served, corrected, looked at again."""
    here = world.here
    station = here.station_of(premises)
    first, second = pair(world, station)
    matter = open_matter(
        "rectification",
        "open",
        Opening(
            title=f"责令改正：{premises.name}",
            agency=here.bureau,
            office=station,
            handler=first,
            place=premises.place,
            operator=premises.operator,
            premises=premises,
            fields=rectification_fields(world, premises),
        ),
        by=Actor.official(first),
    )
    yield from rectify(world, matter, station, first, second)


def rectify(
    world: World, matter: Matter, station: Office, first: Appointment, second: Appointment
) -> Script:
    """From the finding to the closing of an order."""
    random = world.here.random
    both = Actor.official(first, second)
    if random.random() < 0.2:
        yield hours(world, 0.2, 1)
        photos = [world.papers.photo(matter)]
        fields = {"measures": "现场整改完毕，已拍照。", "photos": photos}
        perform(matter, "corrected", fields=fields, by=both)
        return
    yield hours(world, 1, 30)
    until = timing.today() + timedelta(days=random.choice((7, 10, 15, 30)))
    fields = {
        "requirements": random.choice(names.REQUIREMENTS),
        "until": until,
        "law": "《食品生产经营监督检查管理办法》第三十三条",
    }
    signer = head_of(world, station)
    yield from propose(world, matter, "order", fields, Actor.official(first), signer)
    matter.refresh_from_db()
    yield from serve(world, matter, Actor.official(first))
    matter.refresh_from_db()
    remark(world, matter, first)
    yield from _answer(world, matter, first, second, random.random())


def _answer(
    world: World, matter: Matter, first: Appointment, second: Appointment, luck: float
) -> Script:
    if matter.phase != "correcting":
        return
    yield days(world, 3, 9)
    matter.refresh_from_db()
    if luck < 0.12:
        yield (
            max(matter.next_due_at - timing.now(), timedelta())
            if matter.next_due_at
            else days(world, 1, 2)
        )
        matter.refresh_from_db()
        perform(matter, "lapse", by=Actor.system("tick"))
    else:
        _report(world, matter, first)
    yield days(world, 0.5, 6)
    matter.refresh_from_db()
    fields = {"record": "复查：问题已整改到位。", "files": [world.papers.photo(matter)]}
    perform(matter, "pass", fields=fields, by=Actor.official(first, second))


def _report(world: World, matter: Matter, first: Appointment) -> None:
    login = world.here.operator_logins.get(matter.operator_id or 0)
    by = Actor.of_operator(login) if login else Actor.official(first)
    fields = {"measures": "已按要求整改，附照片。", "files": [world.papers.photo(matter)]}
    perform(matter, "report", fields=fields, by=by)


def failed_sample(world: World, premises: Premises, number: int) -> Script:
    """A failed sample from receipt to closing."""
    here = world.here
    clerk = here.one("intake_clerk")
    matter = _receive(world, premises, number)
    yield hours(world, 1, 8)
    station = here.station_of(premises)
    first, second = pair(world, station)
    fields: dict[str, object] = {"office": station, "handler": first}
    perform(matter, "assign", fields=fields, by=Actor.official(clerk))
    yield hours(world, 1, 16)
    perform(matter, "begin", by=Actor.official(first))
    scan = [world.papers.photo(matter, "检验报告.jpg")]
    perform(matter, "notify", fields={"papers": scan}, by=Actor.official(first))
    yield from serve(world, matter, Actor.official(first))
    yield days(world, 0.2, 2)
    yield from _work(world, matter, station, first, second)
    yield days(world, 3, 20)
    yield from _terms_over(world, matter)
    yield from _finish(world, matter, station, first)


def _receive(world: World, premises: Premises, number: int) -> Matter:
    here, random = world.here, world.here.random
    item, result, limit = random.choice(names.FAILURES)
    food = random.choice(names.FOODS)
    sample = Sample.objects.create(
        number=f"XBJ{timing.today():%y}{number:06d}",
        agency=here.bureau,
        food=food,
        source="县本级监督抽检",
        category=food,
        sampled_unit=premises.name,
        sampled_in=premises.address,
        place=premises.place,
        operator=premises.operator,
    )
    SampleResult.objects.create(sample=sample, position=1, item=item, result=result, limit=limit)
    return open_matter(
        "disposal",
        "open",
        Opening(
            title=f"{food} {item} 不合格：{premises.name}",
            agency=here.bureau,
            place=premises.place,
            operator=premises.operator,
            premises=premises,
            fields={
                "received_on": timing.today(),
                "sample": sample.number,
                "operator": premises.operator,
                "premises": premises,
            },
        ),
        by=Actor.importer("bulletin", here.one("intake_clerk")),
    )


def _work(
    world: World, matter: Matter, station: Office, first: Appointment, second: Appointment
) -> Script:
    mine, both = Actor.official(first), Actor.official(first, second)
    matter.refresh_from_db()
    photos = [world.papers.photo(matter)]
    fields: dict[str, object] = {"measures": "封存同批次产品，责令暂停销售。", "files": photos}
    perform(matter, "control", fields=fields, by=both)
    yield hours(world, 2, 30)
    fields = {"measures": "已下架，退回供货商。", "qty_sold": "18", "qty_left": "7"}
    perform(matter, "operator_report", fields=fields, by=mine)
    cause = world.here.random.choice(vocabulary.choices("failure_cause")).key
    fields = {"cause": cause, "text": "经核查进货记录和工艺，原因如上。"}
    perform(matter, "find_cause", fields=fields, by=mine)
    yield hours(world, 2, 30)
    if world.here.random.random() < 0.5:
        fields = {"problems": "进货查验不到位。", "basis": "sampling"}
        perform(matter, "rectify", fields=fields, by=mine)
        child = matter.children.get(kind="rectification")
        yield from rectify(world, child, station, first, second)
    else:
        why = {"why": "已停止经营该产品，无需另行责令。"}
        perform(matter, "need_no_rectification", fields=why, by=mine)
    fields = {"why": "履行了进货查验等义务，能如实说明来源。"}
    perform(matter, "no_case", fields=fields, by=mine)


def _terms_over(world: World, matter: Matter) -> Script:
    """Nobody concludes while the operator may still ask for a re-test or object."""
    windows = Clock.objects.filter(
        matter=matter, duty__in=("retest.window", "objection.window"), state="running"
    )
    ends = [c.due_at for c in windows if c.due_at]
    if ends:
        yield max(max(ends) - timing.now(), timedelta()) + hours(world, 1, 30)


def _finish(world: World, matter: Matter, station: Office, first: Appointment) -> Script:
    here, mine = world.here, Actor.official(first)
    chiefs = head_of(world, station), here.one("bureau_head")
    matter.refresh_from_db()
    fields: dict[str, object] = {"outcome": "exempt", "conclusion": "风险已控制，核查处置完毕。"}
    yield from propose(world, matter, "conclude", fields, mine, *chiefs)
    yield hours(world, 1, 20)
    perform(matter, "send_to_publish", fields={"text": "拟公布核查处置情况。"}, by=mine)
    yield hours(world, 2, 40)
    fields = {"where": "县人民政府网站"}
    perform(matter, "publish", fields=fields, by=Actor.official(here.one("publisher")))
    yield hours(world, 1, 30)
    let_out(matter, chiefs[0])
    yield hours(world, 2, 30)
    yield from propose(world, matter, "close", {}, mine, chiefs[0])


def let_out(matter: Matter, chief: Appointment) -> None:
    """A second person reads the draft and lets it out."""
    entry = matter.publications.get(state="waiting")
    deciding.approve(
        entry,
        by=Actor.official(chief),
        seen=content.digest(entry),
        opinion="已核对，同意公布。",
    )


def directive(world: World, number: int) -> Script:
    """A directive to a township, a station or a department, and the answer."""
    here, random = world.here, world.here.random
    giver = here.one(random.choice(("bureau_head", "deputy_head", "intake_clerk")))
    text = random.choice(names.DIRECTIVES)
    target = random.choice(here.stations)
    assignee = here.at_station[target.pk, "office_head"][0]
    fields = {
        "text": f"{text}，按期反馈。",
        "origin": random.choice(("directive", "superior", "meeting")),
        "office": target,
        "handler": assignee,
        "deadline": timing.now() + days(world, 5, 25),
    }
    opening = tasks.opening_of(giver=giver, source=None, fields=fields, title=text)
    matter = open_matter("task", "direct", opening, by=Actor.official(giver))
    yield hours(world, 1, 30)
    mine = Actor.official(assignee)
    perform(matter, "take", by=mine)
    yield days(world, 2, 9)
    perform(matter, "progress", fields={"text": "已布置，正在收集情况。"}, by=mine)
    if random.random() < 0.2:
        perform(matter, "remind", fields={"text": "请抓紧。"}, by=Actor.official(giver))
    yield days(world, 2, 12)
    perform(matter, "report", fields={"text": "已完成，情况见附件。"}, by=mine)
    yield hours(world, 2, 40)
    if random.random() < 0.1:
        again = {"why": "数据不全，请补充。", "deadline": timing.now() + days(world, 3, 7)}
        perform(matter, "return", fields=again, by=Actor.official(giver))
        yield days(world, 1, 3)
        perform(matter, "report", fields={"text": "已补充。"}, by=mine)
        yield hours(world, 2, 20)
    perform(matter, "close", fields={"opinion": "同意办结。"}, by=Actor.official(giver))


def calendar(world: World, inspections: int, samples: int, directives: int) -> Iterator[None]:
    """Spread the beginnings over the two years, a little denser towards today."""
    random, span = world.here.random, world.end - world.start

    def when() -> timedelta:
        return span * random.random() ** 0.75

    for _ in range(inspections):
        world.plan(world.start + when(), inspection(world, random.choice(world.here.premises)))
        yield
    food = [p for p in world.here.premises if p.business_type in {"food_sale", "catering"}]
    for number in range(1, samples + 1):
        world.plan(world.start + when(), failed_sample(world, random.choice(food), number))
        yield
    for number in range(directives):
        world.plan(world.start + when(), directive(world, number))
        yield
