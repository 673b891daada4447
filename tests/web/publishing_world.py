"""Failed samples whose disposal is concluded and waits to be published, made in a few rows."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.builders import County
from zhian.apps.laboratory.models import Disposal, Sample, SampleResult
from zhian.desk import timing
from zhian.desk.engine import common
from zhian.desk.engine.perform import perform
from zhian.desk.models import Matter, Publication
from zhian.desk.publishing import content, deciding
from zhian.directory.models import Appointment
from zhian.law.procedure import book

_numbers = count(1)
TEXT = (
    "经核查，经营者赵立新（电话13900000000，身份证号23990119800101123X）已停止销售，"
    "家住河口镇河东村一组12号；剩余 20 公斤豇豆已封存。"
)
SAMPLE: dict[str, Any] = {
    "food": "豇豆",
    "category": "蔬菜制品",
    "specification": "散装",
    "made_on": "2026-08-30（购进）",
    "sampled_unit": "河口镇老赵蔬菜摊",
    "sampled_in": "松原县河口镇河东村一组12号",
    "producer": "松原绿源蔬菜专业合作社",
    "producer_address": "松原县柳林镇西河村3号",
    "laboratory": "松原市食品检验所",
    "notice": "2026年第31期",
}


def concluded(here: County, **more: Any) -> Matter:
    """A disposal that the inspector concluded, sent on for publication."""
    number = next(_numbers)
    conclusion = more.pop("conclusion", TEXT)
    items = more.pop("items", (("灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"),))
    place = more.pop("place", here.town)
    procedure = next(p for p in book().all() if p.kind == "disposal")
    matter = Matter.objects.create(
        kind="disposal",
        procedure_version=procedure.version,
        number=f"HC-{number:05d}",
        title=f"不合格样品 {number}",
        phase="publication",
        done=["open", "assign", "conclude", "send_to_publish"],
        trigger_date=timing.today(),
        agency=here.bureau,
        office=here.station,
        handler=here.inspector,
        place=place,
        operator=here.operator,
        opened_at=timing.now(),
    )
    sample = Sample.objects.create(number=f"XBJ-{number}", agency=here.bureau, **SAMPLE | more)
    for position, (item, result, limit) in enumerate(items, start=1):
        SampleResult.objects.create(
            sample=sample, position=position, item=item, result=result, limit=limit
        )
    Disposal.objects.create(matter=matter, sample=sample, outcome="exempt", conclusion=conclusion)
    common.record(matter, "conclude", by=here.actor("inspector"), data={"outcome": "exempt"})
    return matter


def drafted(here: County, **more: Any) -> Publication:
    """An entry that the publisher prepared."""
    matter = concluded(here, **more)
    perform(matter, "publish", by=here.actor("publisher"))
    return matter.publications.get()


def approve(entry: Publication, by: Appointment, opinion: str = "") -> None:
    """The second person lets out what he sees."""
    from zhian.desk.actors import Actor

    deciding.approve(entry, by=Actor.official(by), seen=content.digest(entry), opinion=opinion)


def published(here: County, **more: Any) -> Publication:
    """An entry in public."""
    entry = drafted(here, **more)
    approve(entry, here.office_head)
    return entry
