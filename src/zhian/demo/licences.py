"""The county's licences: rosters of the old system taken in, and what has come by procedure since.

Among them is what `/licences/ghosts/` is there for: holders that are gone, terms that are over,
licences that ended while the business goes on, renewals that nobody has asked for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from zhian.apps.registry.licences.importing import job
from zhian.demo.county import County
from zhian.demo.papers import Papers
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter, Proposal
from zhian.directory.models import Appointment, Operator, Premises
from zhian.law.licence_numbers import compose_licence

HEAD = (
    *("许可证编号", "证件种类", "持证人名称", "统一社会信用代码", "经营场所", "区划代码", "类别"),
    *("发证日期", "有效期至", "证照状态", "注销日期"),
)
KIND_OF = {
    "food_production": "SC",
    "food_workshop": "WORKSHOP",
    "food_sale": "JY",
    "catering": "JY",
    "school_canteen": "JY",
    "stall": "STALL",
}
FARMS = {"farm_livestock": "FARM", "farm_crop": "FARM"}
FORM = {"food_sale": "1", "catering": "2", "school_canteen": "3"}
WORDS = {"WORKSHOP": "小作坊登记证", "STALL": "食品摊贩备案卡", "FARM": "养殖场、基地备案"}
PRODUCTS = ("豆制品", "米面及其制品", "糕点", "酱腌菜", "压榨植物油", "传统工艺酿制白酒")
CATEGORIES = ("101", "103", "104", "107", "116", "124", "125")
MOST, WITHOUT = 6000, 0.06
TERMS = {"SC": 5, "JY": 5, "WORKSHOP": 3}
GONE = 12  # holders that have been deregistered since
YEAR = timedelta(days=365)


def take_in(here: County, papers: Papers, end: datetime) -> str:
    """Take both rosters in and let a few matters run; returns what came of it."""
    random = Random(2026)
    today = timezone.localtime(end).date()
    begun = end - timedelta(days=45)
    officer = here.one("licence_officer")
    agriculture = here.people["department_officer"][0]
    with timing.recorded_at(begun):
        count = _roster(here, random, today, officer, KIND_OF, "原许可系统导出.csv")
        count += _roster(here, random, today, agriculture, FARMS, "养殖场（户）备案台账.csv")
    _some_are_gone(here, random)
    return f"{count} 份，在办 {_matters(here, papers, end, officer, agriculture)} 件"


# ---- rosters ------------------------------------------------------------------------------------


def _roster(
    here: County,
    random: Random,
    today: date,
    by: Appointment,
    kinds: dict[str, str],
    name: str,
) -> int:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows(_rows(here, random, today, kinds))
    row = job.receive(name, [out.getvalue().encode("utf-8")], agency=by.post.agency, by=by)
    if row.errors:
        raise RuntimeError(f"{name}: {row.errors[:3]}")
    job.run(row)
    return int(row.counts["added"])


def _rows(
    here: County, random: Random, today: date, kinds: dict[str, str]
) -> Iterator[tuple[str, ...]]:
    """One licence for most premises that need one; the rest has none, which the census finds."""
    for serial, premises in enumerate(here.premises[:MOST], start=1):
        kind = kinds.get(premises.business_type)
        if kind is None or random.random() < WITHOUT:
            continue
        issued, expires = _term(random, kind, today)
        state, ended = _ended(random, issued, today)
        yield (
            _number(random, kind, premises, serial),
            WORDS.get(kind, ""),
            premises.operator.name,
            premises.operator.uscc or "",
            premises.address,
            premises.place.code,
            _what(random, kind, premises),
            issued.isoformat(),
            expires.isoformat() if expires else "",
            state,
            ended.isoformat() if ended else "",
        )


def _term(random: Random, kind: str, today: date) -> tuple[date, date | None]:
    """Most terms run; some are over, and some end soon."""
    years = TERMS.get(kind)
    if years is None:
        return today - timedelta(days=random.randint(60, 1500)), None
    left = random.choices(
        (random.randint(90, years * 365 - 60), random.randint(1, 60), -random.randint(1, 200)),
        (93, 4, 3),
    )[0]
    expires = today + timedelta(days=left)
    return _years_before(expires, years) + timedelta(days=1), expires


def _years_before(day: date, years: int) -> date:
    leap = day.month == 2 and day.day == 29
    return date(day.year - years, day.month, 28 if leap else day.day)


def _ended(random: Random, issued: date, today: date) -> tuple[str, date | None]:
    if random.random() >= 0.02:
        return "有效", None
    state = random.choice(("已注销", "已撤销", "已吊销"))
    return state, max(issued, today - timedelta(days=random.randint(10, 300)))


def _number(random: Random, kind: str, premises: Premises, serial: int) -> str:
    division = premises.place.code[:6]
    if kind == "SC":
        category = CATEGORIES[serial % len(CATEGORIES)]
        return compose_licence("SC", category=category, division=division, serial=f"{serial:04d}")
    if kind == "JY":
        form = FORM[premises.business_type]
        return compose_licence("JY", form=form, division=division, serial=f"{serial:06d}")
    if kind == "FARM" and premises.business_type == "farm_livestock":
        return compose_licence("LIVESTOCK", division=division, serial=f"{serial:04d}")
    return compose_licence(kind, division=division, serial=f"{serial:05d}")


def _what(random: Random, kind: str, premises: Premises) -> str:
    if kind == "WORKSHOP":
        return random.choice(PRODUCTS)
    if kind == "STALL":
        return random.choice(("现场制售", "散装食品"))
    return "种植基地" if premises.business_type == "farm_crop" else ""


def _some_are_gone(here: County, random: Random) -> None:
    """Deregistered since, in the register of businesses: nobody has looked at their licences."""
    shops = [p for p in here.premises[200:MOST] if p.business_type == "food_sale"]
    gone = random.sample(shops, min(GONE, len(shops)))
    keys = [premises.operator_id for premises in gone]
    Operator.objects.filter(pk__in=keys).update(state="deregistered")


# ---- matters ------------------------------------------------------------------------------------


def _matters(
    here: County, papers: Papers, end: datetime, officer: Appointment, farms: Appointment
) -> int:
    """Two new workshops, one of them registered; a stall; a farm: each a step further."""
    first, second, stall, farm = _newcomers(here)
    with timing.recorded_at(end - timedelta(days=12)):
        registered = _open(here, "workshop_registration", "apply", first, officer,
                           workshop_product="tofu", scope="豆腐、豆腐干")  # fmt: skip
        waiting = _open(here, "workshop_registration", "apply", second, officer,
                        workshop_product="pastry", scope="月饼、饼干")  # fmt: skip
        _open(here, "stall_filing", "file", stall, officer, stall_trade="cooked", scope="煎饼",
              hours="6:00—9:00")  # fmt: skip
        _open(here, "farm_filing", "file", farm, farms, farm_kind="livestock", scope="生猪养殖",
              species="生猪", size="年出栏 800 头", records_kept=True,
              certificates=False)  # fmt: skip
        perform(registered, "accept", by=Actor.official(officer))
        until = timing.today() + timedelta(days=20)
        perform(waiting, "ask_correction", by=Actor.official(officer),
                fields={"missing": "从业人员健康证明", "until": until})  # fmt: skip
    _register(here, papers, end, officer, registered)
    return 4


def _register(
    here: County, papers: Papers, end: datetime, officer: Appointment, matter: Matter
) -> None:
    station = here.stations[0]
    pair = [officer, here.inspectors(station)[0]]
    head = here.at_station[station.pk, "office_head"][0]
    with timing.recorded_at(end - timedelta(days=8)):
        by = Actor.official(officer, pair[1])
        perform(matter, "order_site_check", by=Actor.official(officer), fields={"checkers": pair})
        found = {
            "result": "pass",
            "record": "场所、设备与材料一致。",
            "files": [papers.photo(matter)],
        }
        perform(matter, "site_check", by=by, fields=found)
        perform(matter, "grant", by=Actor.official(officer), fields={"opinion": "符合要求"})
    with timing.recorded_at(end - timedelta(days=7)):
        proposal = Proposal.objects.get(matter=matter, state="open")
        approvals.sign(proposal, by=Actor.official(head), opinion="同意。")


def _newcomers(here: County) -> list[Premises]:
    """Businesses that have just begun, each in another village."""
    rows = (
        ("河湾豆腐坊", "workshop", "food_workshop"),
        ("老街糕点坊", "workshop", "food_workshop"),
        ("早市煎饼摊", "stall", "stall"),
        ("北岗养猪场", "farm", "farm_livestock"),
    )
    made = []
    for number, (name, kind, business) in enumerate(rows):
        village = here.villages[1][number]
        who = {
            "name": name,
            "kind": kind,
            "place": village,
            "head": "高山",
            "address": village.name,
        }
        operator = Operator.objects.create(**who)
        made.append(
            Premises.objects.create(
                operator=operator,
                name=name,
                place=village,
                address=f"{village.name}{number + 1}组",
                business_type=business,
            )
        )
    return made


def _open(
    here: County, kind: str, verb: str, premises: Premises, by: Appointment, **fields: object
) -> Matter:
    given = {"operator": premises.operator, "premises": premises, "received_on": timing.today()}
    opening = Opening(
        title=f"{premises.name}",
        agency=by.post.agency,
        office=here.stations[0] if by.post.agency == here.bureau else None,
        handler=by,
        place=premises.place,
        operator=premises.operator,
        premises=premises,
        fields=given | fields,
    )
    return open_matter(kind, verb, opening, by=Actor.official(by))
