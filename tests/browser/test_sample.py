"""One sample of a bulletin is worked from the intake desk to closing."""

from __future__ import annotations

import csv
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_thread import phase_of, serve
from tests.browser.visitor import Visitor
from tests.builders import County
from tests.plugin import reference_folder
from zhian.apps.laboratory.bulletins import import_bulletin
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.models import Clock, Matter

SHARED = "law/sampling/nonconforming_2026_bulletins.csv"
HEADERS = (
    "序号", "公告号", "食品大类", "食品名称", "不合格项目", "检验结果", "标准值", "生产日期",
    "抽样地点", "被抽样单位",
)  # fmt: skip
OWN = (
    ("1", "松原-2026-3期", "蔬菜", "韭菜", "腐霉利", "0.51mg/kg", "≤0.2mg/kg", "2026-09-02",
     "松原县河口镇", "河口兴旺豆制品厂"),
    ("2", "松原-2026-3期", "豆制品", "豆腐干", "苯甲酸", "0.42g/kg", "≤0.3g/kg", "2026-08-30",
     "松原县河口镇", "河口兴旺豆制品厂"),
)  # fmt: skip
RECEIVED_AGO = 40  # days: both terms of the operator are over when the browser takes over


def own_bulletin(folder: Path) -> Path:
    """A small bulletin of our own county."""
    path = folder / "通告.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS, *OWN])
    return path


def shared_bulletin(folder: Path) -> Path:
    """The first samples of the bulletin that was really published."""
    path = folder / "nonconforming.csv"
    with (reference_folder() / SHARED).open(encoding="utf-8") as file:
        path.write_text("".join(islice(file, 7)), encoding="utf-8")
    return path


def receive(here: County, path: Path) -> None:
    """The bulletin came in forty days ago."""
    with timing.recorded_at(timezone.now() - timedelta(days=RECEIVED_AGO)):
        import_bulletin(
            path, agency=here.bureau, received=timing.today(), by=Actor.importer("bulletin")
        )


def long_ago(days: int) -> str:
    """A moment so many days ago as a form takes it."""
    return f"{timezone.localtime() - timedelta(days=days):%Y-%m-%dT10:00}"


def act_then(officer: Visitor, words: str, days: int, **fields: object) -> str:
    """An act that is entered now and happened so many days ago."""
    officer.press(words)
    officer.page.get_by_text("不是现在发生的").click()
    officer.fill(at=long_ago(days), **fields)
    return officer.confirm()


def bulletin(folder: Path) -> tuple[Path, int, tuple[str, ...]]:
    """The published one where the reference is here, else our own: file, samples, what it says."""
    if (reference_folder() / SHARED).is_file():
        return shared_bulletin(folder), 6, ("6.71mg/kg", "≤5mg/kg", "山东省聊城市莘县")
    return own_bulletin(folder), 2, ("0.51mg/kg", "≤0.2mg/kg", "河口兴旺豆制品厂")


def test_a_sample_of_a_bulletin_from_intake_to_closing(
    here: County, come_in: ComeIn, photograph: Path, tmp_path: Path
) -> None:
    path, samples, says = bulletin(tmp_path)
    receive(here, path)
    clerk = come_in(here.clerk)
    expect(clerk.page.locator("#desk-list .count")).to_contain_text(f"共 {samples} 件")
    clerk.page.fill('.filters [name="q"]', "韭菜：腐霉利")
    expect(clerk.page.locator("#desk-list .count")).to_contain_text("共 1 件")
    matter = Matter.objects.get(title="韭菜：腐霉利不合格")
    clerk.open(f"/m/{matter.pk}/")
    clerk.sees(*says, "逾期", "食品安全抽样检验管理办法")
    act_then(clerk, "分派", 39, office="河口市场监管所", handler="郑一平")

    inspector = come_in(here.inspector)
    inspector.go("韭菜：腐霉利")
    act_then(inspector, "启动核查处置", 39)
    assert phase_of(inspector) == "核查处置中"
    act_then(inspector, "送达检验报告和结果通知书", 38, papers=photograph)
    serve(inspector, photograph, hours_ago=24 * 37)
    inspector.sees("结果通知书已送达")
    act_then(
        inspector,
        "核实风险控制措施",
        36,
        measures="封存同批次 20 公斤。",
        files=photograph,
        officers="王建国",
    )
    act_then(inspector, "经营者报告处理情况", 35, measures="已下架。", qty_sold="18", qty_left="20")
    inspector.do("查明不合格原因", cause="农药兽药残留", text="种植户采收间隔期不足。")
    inspector.do("说明不需责令改正", why="已停止采购该农户产品。")
    inspector.do("说明不予立案", why="履行了进货查验义务，能如实说明来源。")
    inspector.do("作出核查处置结论", outcome="履行进货查验等义务", conclusion="风险已控制。")

    chief, head = come_in(here.office_head), come_in(here.head)
    chief.sign()
    head.sign()
    inspector.open(f"/m/{matter.pk}/")
    assert phase_of(inspector) == "已下结论"
    inspector.do("转信息公布", text="拟公布核查处置情况。")
    publisher = come_in(here.publisher)
    publisher.go("韭菜：腐霉利")
    publisher.do("拟稿公布", where="县人民政府网站")
    chief.open("/publications/")
    chief.press("韭菜：腐霉利")
    chief.fill(opinion="已核对，同意公布。")
    assert "已公布" in chief.press("同意公布") + chief.told()
    inspector.open(f"/m/{matter.pk}/")
    inspector.do("核查处置办结")
    chief.sign()
    assert phase_of(chief) == "已办结"
    matter.refresh_from_db()
    assert matter.closed_at is not None
    assert not Clock.objects.filter(matter=matter, state__in=["running", "paused"]).exists()
