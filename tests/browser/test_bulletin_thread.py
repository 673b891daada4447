"""A bulletin from the file to the public page and the closed matter, in both languages."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator

from tests.browser.conftest import ComeIn
from tests.browser.test_thread import SIZES
from tests.browser.visitor import Visitor
from tests.builders import County
from zhian.desk import timing
from zhian.desk.models import Clock, Document, Matter, Proposal, Publication
from zhian.directory.models import Appointment

LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])
SAMPLE = {
    "抽样编号": "XBJ26239900100001",
    "食品名称": "豇豆",
    "食品大类": "食用农产品",
    "标称生产企业名称": "河东蔬菜种植专业合作社",
    "标称生产企业地址": "松原县河口镇河东村",
    "不合格项目": "灭蝇胺",
    "检验结果": "0.9mg/kg",
    "标准值": "≤0.2mg/kg",
    "检验机构": "省食品检验研究院",
}


@pytest.fixture(autouse=True)
def own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "data"


def bulletin(here: County, folder: Path) -> Path:
    """The file as a province sends it, with the official columns."""
    row = SAMPLE | {"被抽样单位名称": here.operator.name, "被抽样单位地址": here.operator.address}
    text = io.StringIO()
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    path = folder / "不合格样品通报.csv"
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return path


@dataclass
class Walk:
    """One person at work, whatever the language of the page: forms are known by their names."""

    visitor: Visitor

    def act(self, matter: Matter, verb: str, **fields: Any) -> None:
        """Do one thing to a matter through its form."""
        self.visitor.open(f"/m/{matter.pk}/{verb}/")
        for name, value in fields.items():
            self._fill(name, value)
        self._press(self.visitor.page.locator("main form .submit .btn-primary"))
        assert self.visitor.path == f"/m/{matter.pk}/", self.visitor.text

    def _fill(self, name: str, value: Any) -> None:
        part = self.visitor.page.locator(f'main [name="{name}"]')
        if part.count() and part.first.evaluate("part => part.tagName") == "SELECT":
            if value in part.locator("option").evaluate_all("all => all.map(o => o.value)"):
                part.select_option(value=value)
                return
        elif part.count() and part.first.get_attribute("type") == "radio" and value.isascii():
            self.visitor.page.locator(f'main [name="{name}"][value="{value}"]').check()
            return
        self.visitor.fill(**{name: value})

    def _press(self, button: Locator) -> None:
        with self.visitor.page.expect_navigation(wait_until="load"):
            button.first.click()
        self.visitor.looks()

    def sign(self, matter: Matter) -> None:
        """Sign the proposal that waits in a matter."""
        proposal = Proposal.objects.get(matter=matter, state="open")
        self.visitor.open(f"/proposals/{proposal.pk}/")
        self.visitor.page.locator('main form [name="opinion"]').first.fill("同意。")
        self._press(
            self.visitor.page.locator(f'form[action="/proposals/{proposal.pk}/sign/"] .btn-primary')
        )

    def bring(self, path: Path) -> None:
        """Upload a bulletin and confirm its preview."""
        self.visitor.open("/bulletins/")
        self.visitor.page.set_input_files("input[type=file]", str(path))
        self.visitor.page.fill('[name="received"]', f"{timing.today() - timedelta(days=3)}")
        self._press(self.visitor.page.locator("main .side form .btn-primary"))
        self._press(self.visitor.page.locator('form[action$="/confirm/"] .btn-primary'))
        call_command("db_worker", batch=True, interval=0, verbosity=0, startup_delay=False)
        self.visitor.open(self.visitor.path)

    def let_out(self, entry: Publication) -> None:
        """Read what the public will see, and approve it."""
        self.visitor.open(f"/publications/{entry.pk}/")
        self._press(self.visitor.page.locator('form[action$="/approve/"] .btn-primary'))


@pytest.fixture
def walk(come_in: ComeIn, language: str, size: tuple[int, int]) -> Any:
    """`walk(here.inspector)`: the person at work, in the language and size of the test."""

    def enter(who: Appointment, **more: Any) -> Walk:
        cache.clear()
        visitor = come_in(who, size, **more)
        cookie = {"name": "django_language", "value": language, "url": visitor.address}
        visitor.context.add_cookies([cookie])
        return Walk(visitor)

    return enter


def hour() -> str:
    """This minute, as a form takes it."""
    return f"{timezone.localtime():%Y-%m-%dT%H:%M}"


def served(inspector: Walk, matter: Matter, proof: Path) -> None:
    """Bring the paper of a matter to its recipient, by hand."""
    service = matter.children.get(kind="service", closed_at=None)
    inspector.act(
        service,
        "served",
        method="direct",
        served_at=hour(),
        receiver="赵立新",
        relation="self",
        proof=proof,
    )


@SIZES
@LANGUAGES
def test_a_failed_sample_from_the_file_to_the_public_page(
    here: County,
    walk: Any,
    photograph: Path,
    tmp_path: Path,
    language: str,
    size: tuple[int, int],
) -> None:
    clerk, inspector = walk(here.clerk), walk(here.inspector)
    clerk.bring(bulletin(here, tmp_path))
    matter = Matter.objects.get(kind="disposal")
    assert matter.office == here.station, "routed to the station of the operator's township"
    clerk.visitor.open(f"/m/{matter.pk}/")
    clerk.visitor.sees("豇豆", "灭蝇胺", here.operator.name)
    clerk.act(matter, "assign", office=here.station.name, handler=str(here.inspector.user))

    chief, head = walk(here.office_head), walk(here.head)
    told_and_looked_into(here, inspector, matter, photograph)
    put_right(here, inspector, chief, matter, photograph)
    inspector.act(matter, "no_case", why="履行了进货查验义务。")
    the_terms_of_the_operator_pass(matter)
    inspector.act(matter, "conclude", outcome="rectified", conclusion="风险已控制。")
    chief.sign(matter)
    head.sign(matter)
    matter.refresh_from_db()
    assert matter.phase == "conclusion"
    inspector.act(matter, "send_to_publish", text="请公布。")

    let_out(here, walk, chief, matter)
    inspector.act(matter, "close")
    chief.sign(matter)
    matter.refresh_from_db()
    assert matter.closed_at is not None
    assert not Clock.objects.filter(matter=matter, state="running").exists()
    inspector.visitor.open(f"/m/{matter.pk}/")
    file = inspector.visitor.context.request.get(
        f"{inspector.visitor.address}/m/{matter.pk}/file.pdf"
    )
    assert file.ok and file.body().startswith(b"%PDF-")


def told_and_looked_into(here: County, inspector: Walk, matter: Matter, photograph: Path) -> None:
    """The operator gets the notice of the result; the goods are sealed and the cause is found."""
    inspector.act(matter, "begin")
    inspector.act(matter, "notify", papers=photograph)
    notice = Document.objects.get(matter=matter, template="result_notice")
    assert notice.state == "issued" and notice.number
    served(inspector, matter, photograph)
    inspector.visitor.open(f"/m/{matter.pk}/control/")
    inspector.visitor.page.locator('main [name="measures"]').fill("封存 20 公斤，停止销售。")
    inspector.visitor.page.locator('main [name="files"]').set_input_files(photograph)
    with_colleague(inspector, here.second)
    inspector.act(matter, "find_cause", cause="pesticide", text="用药间隔不足。")


def put_right(here: County, inspector: Walk, chief: Walk, matter: Matter, photograph: Path) -> None:
    """The operator is ordered to put it right, does, and is looked at again by two officers."""
    inspector.act(matter, "rectify", problems="进货未查验。", basis="sampling")
    order = matter.children.get(kind="rectification")
    until = f"{timezone.localdate() + timedelta(days=10)}"
    inspector.act(
        order, "order", requirements="建立进货查验记录。", until=until, law="食品安全法第五十三条"
    )
    chief.sign(order)
    served(inspector, order, photograph)
    inspector.act(order, "report", measures="已建立记录。", files=photograph)
    inspector.visitor.open(f"/m/{order.pk}/pass/")
    inspector.visitor.page.locator('main [name="record"]').fill("复查合格。")
    inspector.visitor.page.locator('main [name="files"]').set_input_files(photograph)
    with_colleague(inspector, here.second)
    order.refresh_from_db()
    assert order.closed_at is not None


def let_out(here: County, walk: Any, chief: Walk, matter: Matter) -> None:
    """The publisher drafts; nobody sees it until a second person has read it."""
    publisher = walk(here.publisher)
    publisher.act(matter, "publish")
    entry = Publication.objects.get(matter=matter)
    citizen = walk(here.outsider, by="")
    citizen.visitor.open("/public/entries/")
    assert "豇豆" not in citizen.visitor.text, "nobody has approved it"
    chief.let_out(entry)
    citizen.visitor.open("/public/entries/?q=豇豆")
    citizen.visitor.sees("豇豆：灭蝇胺")
    citizen.visitor.open(f"/public/entries/{entry.uid}/")
    citizen.visitor.sees("0.9mg/kg", here.operator.name)


def with_colleague(inspector: Walk, colleague: Appointment) -> None:
    """Name the second officer who was there, and confirm."""
    page = inspector.visitor.page
    if page.locator('[name="find-officers"]').count():
        inspector.visitor.fill(officers=str(colleague.user))
    else:
        page.locator("main label.tick", has_text=str(colleague.user)).locator("input").check()
    with page.expect_navigation(wait_until="load"):
        page.locator("main form .submit .btn-primary").click()
    inspector.visitor.looks()
    assert "/m/" in inspector.visitor.path, inspector.visitor.text


def the_terms_of_the_operator_pass(matter: Matter) -> None:
    """Seven working days later: nobody asked for a re-test or objected."""
    terms = Clock.objects.filter(matter=matter, duty__in=["retest.window", "objection.window"])
    assert terms.filter(state="running").count() == 2
    terms.update(due_at=timezone.now() - timedelta(minutes=1), due_day=timezone.localdate())
