"""The eight pages of the tour, photographed at both widths in a small demonstration county."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.db.models import Count
from PIL import Image
from playwright.sync_api import Page

from tests.browser.visitor import PHONE, WIDE, Visitor
from zhian.apps.laboratory.models import Sample, SampleResult
from zhian.demo import county, names, scripts
from zhian.demo.build import SEED
from zhian.demo.life import World
from zhian.demo.papers import Papers
from zhian.desk import tasks, timing
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Clock, Matter
from zhian.directory.models import Appointment, Premises, Sponsorship, User

LARGEST = 250_000  # bytes of one picture
NAMES = ("desk", "matter", "act", "sign", "task", "search", "people", "gaps")
SPAN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is photographed, at which pages."""

    inspector: Appointment
    chief: Appointment
    head: Appointment
    administrator: Appointment
    sample: Matter
    correcting: Matter
    task: Matter
    proposals: Sequence[int]


def stage(now: datetime) -> Scene:
    """A county of 240 operators after two busy months, and what the pictures show."""
    here = county.build(SEED, 240)
    world = World(here, Papers(), now - SPAN, now)
    for _ in scripts.calendar(world, 48, 8, 8):
        pass
    world.run(lambda _at: None)
    inspector = busiest(here)
    station = inspector.post.office
    assert station is not None
    chief = here.at_station[station.pk, "office_head"][0]
    premises = [p for p in here.premises if here.station_of(p) == station]
    sample = received(here, inspector, next(p for p in premises if p.business_type == "food_sale"))
    late(here.one("bureau_head"), inspector)
    leave_gaps(here)
    ordered = [
        order(inspector, p, text) for p, text in zip(premises, names.PROBLEMS[:4], strict=False)
    ]
    head = here.one("bureau_head")
    return Scene(
        inspector=inspector,
        chief=chief,
        head=head,
        administrator=here.one("system_admin"),
        sample=sample,
        correcting=correcting(inspector),
        task=split_task(head, chief, here.inspectors(station)),
        proposals=[m.proposals.get().signatures.get(state="waiting").pk for m in ordered],
    )


def received(here: county.County, inspector: Appointment, premises: Premises) -> Matter:
    """A failed sample that came in three days ago: the operator must be told within five."""
    then = timing.now() - timedelta(days=3)
    sample = Sample.objects.create(
        number="XBJ26239900310", agency=here.bureau, food="豇豆", category="蔬菜",
        source="县本级监督抽检", sampled_unit=premises.name, sampled_in=premises.address,
        place=premises.place, operator=premises.operator,
    )  # fmt: skip
    SampleResult.objects.create(
        sample=sample, position=1, item="灭蝇胺", result="1.4mg/kg", limit="≤0.5mg/kg"
    )
    with timing.recorded_at(then):
        fields = {
            "received_on": timing.today(), "sample": sample.number,
            "operator": premises.operator, "premises": premises,
        }  # fmt: skip
        opening = Opening(
            title=f"豇豆：灭蝇胺不合格（{premises.name}）", agency=here.bureau,
            place=premises.place, operator=premises.operator, premises=premises, fields=fields,
        )  # fmt: skip
        clerk, mine = Actor.official(here.one("intake_clerk")), Actor.official(inspector)
        file = Actor.importer("bulletin", here.one("intake_clerk"))
        matter = open_matter("disposal", "open", opening, by=file)
        given = {"office": inspector.post.office, "handler": inspector}
        perform(matter, "assign", fields=given, by=clerk)
        perform(matter, "begin", by=mine)
    return matter


def late(giver: Appointment, inspector: Appointment) -> None:
    """One directive that should have been answered the day before yesterday, one for today."""
    for text, ago, left in (
        ("报送集贸市场熟食摊点检查情况", 9, -2), ("反馈群众反映早点摊卫生问题", 4, 0.2),
    ):  # fmt: skip
        deadline = timing.now() + timedelta(days=left)
        with timing.recorded_at(timing.now() - timedelta(days=ago)):
            fields = {
                "text": f"{text}。", "origin": "meeting", "office": inspector.post.office,
                "handler": inspector, "deadline": deadline,
            }  # fmt: skip
            opening = tasks.opening_of(giver=giver, source=None, fields=fields, title=text)
            matter = open_matter("task", "direct", opening, by=Actor.official(giver))
            perform(matter, "take", by=Actor.official(inspector))


def leave_gaps(here: county.County) -> None:
    """Premises without a sponsor, a card that lapsed, two that soon will, a post left empty."""
    alone = Sponsorship.objects.values_list("premises", flat=True).distinct().order_by("premises")
    Sponsorship.objects.filter(premises__in=list(alone[:3])).delete()
    for held, days in zip(here.people["inspector"][-3:], (-5, 9, 20), strict=True):
        day = timing.today() + timedelta(days=days)
        User.objects.filter(pk=held.user_id).update(card_until=day)
    leaver = here.people["township_officer"][-1]
    Appointment.objects.filter(pk=leaver.pk).update(until=timing.today() - timedelta(days=3))


def busiest(here: county.County) -> Appointment:
    """The inspector with most on his desk, and with an order that is being corrected."""
    counted = (
        Matter.objects.filter(closed_at__isnull=True, handler__post__kind="inspector")
        .values("handler").annotate(n=Count("id")).order_by("-n", "handler")
    )  # fmt: skip
    of = {a.pk: a for a in here.people["inspector"]}
    wanted = Matter.objects.filter(kind="rectification", phase="correcting")
    having = set(wanted.values_list("handler", flat=True))
    return next(of[row["handler"]] for row in counted if row["handler"] in having)


def correcting(inspector: Appointment) -> Matter:
    """An order of his whose term runs, the nearest first."""
    clocks = Clock.objects.filter(
        matter__handler=inspector, matter__phase="correcting", state="running"
    )
    return clocks.order_by("due_at")[0].matter


def order(inspector: Appointment, premises: Premises, problems: str) -> Matter:
    """An order proposed this morning: it waits for the head of the station."""
    opening = Opening(
        title=f"责令改正：{premises.name}",
        agency=inspector.post.agency,
        office=inspector.post.office,
        handler=inspector,
        place=premises.place,
        operator=premises.operator,
        premises=premises,
        fields={
            "operator": premises.operator,
            "premises": premises,
            "basis": "inspection",
            "problems": problems,
        },
    )
    by = Actor.official(inspector)
    matter = open_matter("rectification", "open", opening, by=by)
    fields = {
        "requirements": "限期整改到位，附整改照片报告。",
        "until": timing.today() + timedelta(days=10),
        "law": "《食品生产经营监督检查管理办法》第三十三条",
    }
    perform(matter, "order", fields=fields, by=by)
    return matter


def split_task(giver: Appointment, chief: Appointment, people: Sequence[Appointment]) -> Matter:
    """A directive that the head of the station has split among his people; one has reported."""
    until = timing.now() + timedelta(days=9)
    text = "排查校园周边食品经营单位，逐户核对进货台账"
    fields = {
        "text": f"{text}，月底前反馈。", "origin": "directive", "office": chief.post.office,
        "handler": chief, "deadline": until,
    }  # fmt: skip
    opening = tasks.opening_of(giver=giver, source=None, fields=fields, title=text)
    matter = open_matter("task", "direct", opening, by=Actor.official(giver))
    mine = Actor.official(chief)
    perform(matter, "take", by=mine)
    due = (until - timedelta(days=3)).isoformat()
    shares = zip(("中心小学片", "中学片", "幼儿园片"), people, strict=False)
    parts = [{"text": text, "handler": who.pk, "deadline": due} for text, who in shares]
    perform(matter, "split", fields={"parts": parts}, by=mine)
    first = matter.children.order_by("id")[0]
    assert first.handler is not None
    officer = Actor.official(first.handler)
    perform(first, "take", by=officer)
    perform(first, "report", fields={"text": "查 14 户，1 户台账不全，已责令改正。"}, by=officer)
    return matter


def walk(scene: Scene, come_in: Callable[..., Visitor], folder: Path) -> list[Path]:
    """All sixteen pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    return [path for size in (WIDE, PHONE) for path in _at(scene, come_in, folder, size)]


def _at(
    scene: Scene, come_in: Callable[..., Visitor], folder: Path, size: tuple[int, int]
) -> list[Path]:
    more = {"device_scale_factor": 2} if size == PHONE else {}
    inspector = come_in(scene.inspector, size, **more)
    chief = come_in(scene.chief, size, **more)
    head = come_in(scene.head, size, **more)
    administrator = come_in(scene.administrator, size, **more)
    signing = "&".join(f"signature={key}" for key in scene.proposals[:3])
    stops = (
        ("desk", inspector, "/desk/"),
        ("matter", inspector, f"/m/{scene.sample.pk}/"),
        ("act", inspector, f"/m/{scene.correcting.pk}/pass/"),
        ("sign", chief, f"/desk/sign/?{signing}"),
        ("task", chief, f"/m/{scene.task.pk}/"),
        ("search", chief, "/search/?q=超市"),
        ("people", administrator, "/directory/people/"),
        ("gaps", head, "/directory/gaps/"),
    )
    assert tuple(name for name, *_ in stops) == NAMES
    return [take(visitor, path, folder / f"{name}-{size[0]}.png") for name, visitor, path in stops]


def take(visitor: Visitor, path: str, target: Path) -> Path:
    """One picture of what is seen without scrolling, small enough for a repository."""
    visitor.open(path)
    target.write_bytes(small(shot(visitor.page)))
    return target


def shot(page: Page) -> bytes:
    """What the window shows, without the blinking cursor."""
    return page.screenshot(animations="disabled", caret="hide")


def small(picture: bytes) -> bytes:
    """The picture in 256 colours."""
    out = BytesIO()
    with Image.open(BytesIO(picture)) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
