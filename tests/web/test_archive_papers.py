"""What the papers of credit repairs, workshops and farms say, and what they leave out."""

from __future__ import annotations

import pytest

from tests.web import papers_world as world
from tests.web.archive_papers import every_repair_paper
from tests.web.paper_reading import text_of
from tests.web.small_papers import every_small_paper
from zhian.desk.models import Document
from zhian.desk.papers import printing

pytestmark = pytest.mark.django_db


def texts(template: str) -> list[str]:
    papers = Document.objects.filter(template=template).order_by("id")
    return [text_of(printing.render(paper)) for paper in papers]


def test_only_a_fraud_bars_for_three_years_and_each_refusal_cites_its_articles() -> None:
    every_repair_paper(world.desk(world.full))
    unmet, fraud = texts("repair_denial_decision")
    assert "经审查，不符合修复条件。理由如下：罚款尚未缴清。" in unmet
    assert "第十一条、第十七条的规定，决定不予信用修复" in unmet and "三年" not in unmet
    assert "你（单位）在信用修复过程中故意隐瞒真实情况、弄虚作假。理由如下" in fraud
    assert "第十七条、第二十三条的规定" in fraud and "三年内，你（单位）不得申请" in fraud


def test_a_grant_says_what_it_does_and_its_withdrawal_names_it() -> None:
    every_repair_paper(world.desk(world.full))
    (granted,), (withdrawn,) = (
        texts("repair_grant_decision"),
        texts("repair_withdrawal_decision"),
    )
    number = Document.objects.get(template="repair_grant_decision").number
    assert "三个工作日内将你（单位）移出经营异常名录，停止公示上述信息。" in granted
    assert "第十二条、第十七条的规定" in granted and "松市监罚〔2026〕12号" in granted
    assert f"准予你（单位）信用修复（{number}）：" in withdrawn


def test_only_who_keeps_a_herd_reads_of_its_records() -> None:
    every_small_paper(world.desk(world.full))
    herd, crop = texts("farm_receipt")
    assert "畜禽养殖场应当建立养殖档案" in herd and "畜禽养殖场" not in crop


def test_a_workshop_s_paper_and_a_stall_s_card_name_their_own_business() -> None:
    every_small_paper(world.desk(world.full))
    workshop, stall = texts("small_card")
    assert "生产加工品种豆制品" in workshop and "经营方式" not in workshop
    assert "经营方式现场制售" in stall and "有效期：长期" in stall
