"""Build the demonstration county in an empty database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from zhian.demo import answering, bulletin, census, county, files, licences, phones, scripts
from zhian.demo.life import World
from zhian.demo.papers import Papers
from zhian.desk import handlers
from zhian.desk.models import Act, Matter
from zhian.directory.models import Operator

SIZES = {"small": 2_000, "large": 100_000}
SEED = 20261124
YEARS = timedelta(days=730)
INSPECTIONS, SAMPLES, DIRECTIVES = 1_480, 170, 260


@dataclass(frozen=True, slots=True)
class Built:
    """What stands in the database now."""

    operators: int
    matters: int
    acts: int


def exists() -> bool:
    """Whether a county has been built here already."""
    return Operator.objects.exists()


def build(size: str, say: Callable[[str], None], now: datetime | None = None) -> Built:
    """Make the county and let two years pass."""
    here = county.build(SEED, SIZES[size])
    say(f"县、部门、人员和 {len(here.operators)} 户主体已建立")
    end = now or timezone.now()
    world = World(here, Papers(), end - YEARS, end)
    for _ in scripts.calendar(world, INSPECTIONS, SAMPLES, DIRECTIVES):
        pass
    last = world.start

    def progress(at: datetime) -> None:
        nonlocal last
        if at - last > timedelta(days=60):
            last = at
            say(f"已办理到 {timezone.localtime(at):%Y-%m-%d}，行为 {Act.objects.count()} 条")

    with handlers.left_waiting():
        world.run(progress)
    say(f"已导入通报：{bulletin.take_in(here, end)}")
    say(f"已建立主体档案：{files.take_in(here, world.papers, end)} 项")
    say(f"已绑定经营者手机：{phones.give(here, end)} 个")
    say(f"已导入许可证：{licences.take_in(here, world.papers, end)}")
    say(str(census.take_in(here, end)))
    say(f"已确定属地责任人：{answering.take_in(here, end)} 人次")
    return Built(Operator.objects.count(), Matter.objects.count(), Act.objects.count())
