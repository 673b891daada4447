"""A failed sample: two signatures, a return, a deputy, one's own proposal, an undone click."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_thread import SIZES, phase_of
from tests.browser.visitor import PHONE, WIDE, Visitor
from tests.builders import County
from tests.web.test_disposal import outcome, ready_to_conclude
from tests.web.test_rectification import begin
from zhian.desk.engine.perform import perform
from zhian.desk.models import Clock, Document, Matter
from zhian.directory.models import Deputyship

CONCLUDE = "作出核查处置结论"
TEXT = "风险已控制，不合格豇豆已封存，进货查验义务已履行。"


def conclude(inspector: Visitor) -> None:
    """Propose the conclusion from the page of the matter."""
    told = inspector.do(CONCLUDE, outcome="履行进货查验等义务", conclusion=TEXT)
    assert "已报批" in told


def to_proposal(visitor: Visitor, matter: Matter) -> None:
    """From the page of the matter to its open proposal."""
    visitor.open(f"/m/{matter.pk}/")
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.locator(".alert-line a").click()
    visitor.looks()


@SIZES
def test_a_conclusion_needs_two_signatures_and_may_come_back(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    matter = ready_to_conclude(here)
    today = timezone.localdate()
    Deputyship.objects.create(
        absent=here.office_head, deputy=here.second, since=today, until=today, reason="休假"
    )
    inspector = come_in(here.inspector, size)
    inspector.go("豇豆")
    conclude(inspector)
    assert phase_of(inspector) == "核查处置中"

    deputy = come_in(here.second, size)
    to_proposal_of_desk(deputy)
    deputy.sees(TEXT, "履行进货查验等义务", "郑一平")
    deputy.page.locator("details.more > summary", has_text="退回").click()
    deputy.fill(reason="未写明同批次去向，请补充。")
    deputy.press("退回")
    assert "已退回郑一平" in deputy.told()

    inspector.open(f"/m/{matter.pk}/")
    inspector.sees("未写明同批次去向，请补充。")
    inspector.press(CONCLUDE)
    expect(inspector.page.locator('[name="conclusion"]')).to_have_value(TEXT)
    inspector.fill(conclusion=TEXT + "同批次 20 公斤已全部封存。")
    inspector.confirm()

    assert "已送下一签批人" in deputy.sign()
    assert phase_of(deputy) == "核查处置中", "one signature is not two"
    deputy.sees("王建国")
    head = come_in(here.head, size)
    assert "已签批，行为生效" in head.sign("同意结论。")
    assert phase_of(head) == "已下结论"
    trail = head.page.locator(".trail").first.inner_text()
    assert "王建国" in trail and "周局长" in trail and "同意结论。" in trail
    matter.refresh_from_db()
    assert [a.stage for a in matter.acts.filter(verb="conclude")] == [
        "proposed", "returned", "proposed", "signed", "signed",
    ]  # fmt: skip
    assert Clock.objects.get(matter=matter, duty="disposal.finish").state == "stopped"


def to_proposal_of_desk(signer: Visitor) -> None:
    """From the desk to the first proposal that waits."""
    signer.open("/desk/")
    row = signer.page.locator("section[aria-labelledby=to-sign] tr[data-row]").first
    with signer.page.expect_navigation(wait_until="load"):
        row.get_by_role("link").first.click()
    signer.looks()


@SIZES
def test_nobody_signs_what_he_proposed_himself(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    matter = ready_to_conclude(here)
    today = timezone.localdate()
    Deputyship.objects.create(
        absent=here.office_head, deputy=here.inspector, since=today, until=today, reason="休假"
    )
    inspector = come_in(here.inspector, size)
    inspector.open(f"/m/{matter.pk}/")
    conclude(inspector)
    inspector.open("/desk/")
    inspector.sees("没有待您签批的事项。")
    to_proposal(inspector, matter)
    inspector.sees("不能签批自己提出的事项。", "撤回报批")
    expect(inspector.page.get_by_role("button", name="同意，签批")).to_have_count(0)
    inspector.page.evaluate(
        """() => { const form = document.querySelector("form[action$='/withdraw/']");
        form.action = form.action.replace("/withdraw/", "/sign/"); }"""
    )
    with inspector.refused(409):
        inspector.press("撤回")
        inspector.sees("没有办理。", "不能签批自己提出的事项。", "没有任何改变。")
    matter.refresh_from_db()
    assert matter.phase == "handling" and matter.proposals.get().state == "open"


@SIZES
def test_an_undone_click_restores_phase_clocks_and_papers(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    matter = begin(here)
    values = {
        "requirements": "加装防鼠板。",
        "until": timezone.localdate() + timedelta(days=10),
        "law": "食品安全法第三十三条",
    }
    perform(matter, "order", fields=values, by=here.actor("inspector"))
    chief = come_in(here.office_head, size)
    chief.sign()
    assert phase_of(chief) == "待送达"
    chief.sees("剩余", "责令改正通知书", "1号", "已制发")
    chief.press("撤销")
    chief.sees("阶段恢复为：待下达", "文书作废", "文号保留")
    chief.fill(reason="期限写错。")
    assert "已撤销" in chief.press("撤销") + chief.told()
    assert phase_of(chief) == "待下达"
    chief.sees("没有正在计时的期限。", "作废", "期限写错。", "1号")
    clock, paper = Clock.objects.get(matter=matter), Document.objects.get(matter=matter)
    assert clock.state == "void" and paper.state == "void" and paper.number


def test_a_conclusion_that_was_undone_can_be_proposed_again(here: County, come_in: ComeIn) -> None:
    matter = ready_to_conclude(here)
    perform(
        matter, "conclude", fields={"outcome": outcome(), "conclusion": TEXT},
        by=here.actor("inspector"),
    )  # fmt: skip
    for who in (here.office_head, here.head):
        signer = come_in(who, PHONE)
        signer.sign()
    assert phase_of(signer) == "已下结论"
    signer.press("撤销")
    signer.fill(reason="结论有误，重新核查。")
    signer.press("撤销")
    assert phase_of(signer) == "核查处置中"
    running = Clock.objects.get(matter=matter, duty="disposal.finish")
    assert running.state == "running"
    inspector = come_in(here.inspector, WIDE)
    inspector.open(f"/m/{matter.pk}/")
    conclude(inspector)


@pytest.mark.parametrize("size", [PHONE], ids=["390"])
def test_the_terms_of_the_operator_grey_the_conclusion(
    here: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    matter = ready_to_conclude(here)
    soon = timezone.now() + timedelta(days=2)
    Clock.objects.filter(matter=matter, duty="retest.window").update(due_at=soon)
    inspector = come_in(here.inspector, size)
    inspector.open(f"/m/{matter.pk}/")
    inspector.page.locator(".cannot > summary").click()
    row = inspector.page.locator(".cannot li").filter(
        has=inspector.page.get_by_text(CONCLUDE, exact=True)
    )
    expect(row).to_contain_text("期限未满")
    expect(inspector.page.get_by_role("link", name=CONCLUDE)).to_have_count(0)
    inspector.looks()


def test_a_sentence_stands_where_a_file_was_lost(here: County, come_in: ComeIn) -> None:
    matter = ready_to_conclude(here)
    inspector = come_in(here.inspector)
    inspector.open(f"/m/{matter.pk}/")
    address = inspector.page.locator('main a[href^="/files/"]').first.get_attribute("href")
    with inspector.refused(404):
        inspector.open(str(address), status=404)
        inspector.sees("找不到")
