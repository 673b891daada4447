"""A bulletin of failed samples with every official column, for the demonstration and the tests.

Its shops are the county's own; the producers elsewhere are invented, and only their provinces and
counties are real, because an address is found by the national list of divisions.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from zhian.apps.laboratory.bulletins import columns, importing
from zhian.apps.laboratory.bulletins.files import File
from zhian.demo import names
from zhian.demo.county import County
from zhian.desk.actors import Actor
from zhian.directory.models import Premises
from zhian.law.words import Words

SEED = 20260727
SAMPLES = 24
RECEIVED_BEFORE = timedelta(days=2)
HEAD = (
    "序号", "抽样编号", "任务来源", "食品大类", "食品名称", "商标", "规格型号", "生产日期/批号",
    "被抽样单位名称", "被抽样单位地址", "被抽样单位统一社会信用代码", "抽样日期",
    "标称生产企业名称", "标称生产企业地址", "标称生产企业统一社会信用代码",
    "不合格项目", "检验结果", "标准值", "检验机构", "检验报告编号", "检验报告日期", "备注",
)  # fmt: skip
OTHER_PROVINCE = ("虚构一号食品有限公司", "安徽省亳州市蒙城县示范路1号")
OTHER_COUNTY = ("虚构二号食品有限公司", "黑龙江省哈尔滨市巴彦县示范街2号")
NO_PRODUCER = ("", "")
PRODUCERS = (NO_PRODUCER, OTHER_PROVINCE, OTHER_COUNTY)
COUNTS = ("大肠菌群", ("20", "35", "15", "10", "120CFU/g"), "n=5,c=2,m=10,M=100CFU/g")
STRANGER = "虚构的流动摊点"
LABORATORY = "虚构检验检测中心"


def table(
    shops: Sequence[Premises], county: str, day: date, seed: int = SEED, samples: int = SAMPLES
) -> list[Sequence[str]]:
    """The rows of a bulletin under `HEAD`: every third sample of a shop that nobody registered,
    the producers in turn unnamed, in another province and in another county."""
    random = Random(seed)
    rows: list[Sequence[str]] = []
    for number in range(1, samples + 1):
        known = None if number % 3 == 0 else random.choice(shops)
        rows += _sample(random, number, known, county, day, seed)
    return rows


def _sample(
    random: Random, number: int, shop: Premises | None, county: str, day: date, seed: int
) -> Iterator[Sequence[str]]:
    taken = day - timedelta(days=random.randint(25, 40))
    maker, made_in = PRODUCERS[number % len(PRODUCERS)]
    told = (
        str(number), f"XBJ{day:%y}{seed % 1000:03d}{number:05d}", "县本级监督抽检", "食用农产品",
        random.choice(names.FOODS), "", "散装", (taken - timedelta(days=3)).isoformat(),
        *_unit(shop, county, number), taken.isoformat(), maker, made_in, "",
    )  # fmt: skip
    report = (
        LABORATORY, f"JY{day:%y}-{number:05d}", (taken + timedelta(days=15)).isoformat(), "",
    )  # fmt: skip
    for result in _results(random, number):
        yield (*told, *result, *report)


def _unit(shop: Premises | None, county: str, number: int) -> tuple[str, str, str]:
    if shop is None:
        return f"{STRANGER}{number}号", f"{county}{shop_town(number)}集市", ""
    owner = shop.operator
    return shop.name, f"{county}{shop.place.name}{shop.address}", owner.uscc or ""


def shop_town(number: int) -> str:
    """The township of a stranger's stall."""
    return names.TOWNSHIPS[number % len(names.TOWNSHIPS)]


def _results(random: Random, number: int) -> Iterator[tuple[str, str, str]]:
    """One failed item, sometimes two; every eighth sample has the five counts of a plan."""
    if number % 8 == 0:
        item, counts, plan = COUNTS
        yield item, counts[0], ""
        yield from ((count, "", "") for count in counts[1:-1])
        yield counts[-1], plan, ""
        return
    yield from random.sample(names.FAILURES, 2 if number % 5 == 0 else 1)


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """The file as a province sends it: csv with the mark that Excel looks for."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEAD, *rows])
    return text.getvalue().encode("utf-8-sig")


def take_in(here: County, now: datetime) -> Words:
    """Take one bulletin in, as the intake clerk does; the sentence says what came of it."""
    received = timezone.localtime(now - RECEIVED_BEFORE).date()
    shops = [p for p in here.premises if p.business_type in {"food_sale", "catering"}]
    content = as_csv(table(shops, here.place.name, received))
    file = File(f"监督抽检不合格通报 {received}.csv", content)
    folded = importing.read(file, columns.load(None), received)
    row = importing.bulletin_of(file, here.bureau, received, folded)
    row.by = here.one("intake_clerk")
    row.save(update_fields=["by"])
    by = Actor.importer(f"bulletin {file.name}", row.by)
    return importing.take_in(row, folded, by).summary()
