"""Anybody checks a paper: what the page works out anew, and what it says when it is wrong."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.builders import County, county
from tests.web import paper_files as files
from tests.web.test_ledger_db import Forger, forger
from tests.web.test_printing import issued
from tests.web.test_rectification import begin
from zhian.desk import timing
from zhian.desk.engine import common, sealing
from zhian.desk.engine.annul import annul
from zhian.desk.ledger import chain
from zhian.desk.models import Document, LedgerRoot
from zhian.desk.papers import printing, verification
from zhian.desk.papers.issuing import void

__all__ = ["forger"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def rooted(here: County) -> Document:
    """A paper of three days ago among other matters, and the root of every day since."""
    noon = timezone.localtime().replace(hour=12)
    with timing.recorded_at(noon - timedelta(days=3)):
        for _other in range(4):
            begin(here, days=4)
        paper = issued(here, begin(here, days=4))
        begin(here, days=4)
    chain.make_roots(noon - timedelta(days=2))
    with timing.recorded_at(noon - timedelta(days=2)):
        common.note(paper.matter, text="后来的情况", by=here.actor("inspector"))
    chain.make_roots(noon)
    return paper


def page(paper: Document) -> str:
    assert paper.issued_by is not None
    path = "/" + printing.verify_url(paper.issued_by).split("/", 3)[3]
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_good_paper_is_worked_out_up_to_the_root(rooted: Document) -> None:
    found = verification.check(rooted.matter.uid.hex[:12], rooted.issued_by.seq)
    assert found is not None and found.root is not None
    root = LedgerRoot.objects.order_by("day").first()
    assert (found.root.row, found.root.found) == (root, root.root)
    assert (found.true_text, found.chained, found.stands) == (True, True, True)
    assert found.of == rooted.matter.acts.count() > found.act.seq
    text = page(rooted)
    assert f"第 {found.act.seq} 号行为（共 {found.of} 条）" in text
    assert "由行为重新推算的每日根与数据库所存一致" in text and "不一致" not in text


def test_the_way_to_the_root_is_looked_for_once(
    rooted: Document, django_assert_max_num_queries: Any
) -> None:
    page(rooted)
    with django_assert_max_num_queries(8):
        page(rooted)


committed = pytest.mark.django_db(transaction=True)


@committed
def test_a_root_that_somebody_changed_is_found(rooted: Document, forger: Forger) -> None:
    page(rooted)
    day = LedgerRoot.objects.order_by("day").first().day
    forger.write(("UPDATE desk_ledgerroot SET root = %s WHERE day = %s", ["ab" * 32, day]))
    text = page(rooted)
    assert "由行为重新推算的每日根与数据库所存不一致" in text and "ab" * 32 in text
    assert "重新推算" in text and "内容与校验值相符" not in text


@committed
def test_an_act_rewritten_with_its_hash_is_found_by_the_chain(
    rooted: Document, forger: Forger
) -> None:
    page(rooted)
    act = rooted.issued_by
    text = act.text.replace('"verb":"order"', '"verb":"other"')
    value = hashlib.sha256(text.encode()).hexdigest()
    statement = "UPDATE desk_act SET text = %s, hash = %s WHERE id = %s"
    forger.write((statement, [text, value, act.pk]))
    said = page(rooted)
    assert "没有前后相连" in said and "内容与校验值相符" not in said


@committed
def test_a_text_that_is_not_the_hashed_one_is_found(rooted: Document, forger: Forger) -> None:
    act = rooted.issued_by
    text = act.text.replace('"order"', '"other"')
    forger.write(("UPDATE desk_act SET text = %s WHERE id = %s", [text, act.pk]))
    said = page(rooted)
    assert "行为的文本与校验值不一致：记录被改动过" in said
    assert "由行为重新推算的每日根与数据库所存不一致" in said


@committed
def test_a_whole_chain_written_anew_is_found_by_the_root(rooted: Document, forger: Forger) -> None:
    matter = rooted.matter
    forger.rewrite(matter.acts.get(seq=1), "没有问题")
    found = verification.check(matter.uid.hex[:12], rooted.issued_by.seq)
    assert found is not None and found.root is not None
    assert (found.true_text, found.chained, found.root.holds) == (True, True, False)
    assert "数据库所存不一致" in page(rooted)


def test_before_its_day_is_closed_no_root_vouches_for_a_paper(here: County) -> None:
    assert "尚未纳入每日根" in page(issued(here))


@pytest.mark.parametrize("sealed", [True, False])
def test_the_page_says_whether_the_sealed_file_is_kept(here: County, sealed: bool) -> None:
    paper = issued(here)
    if sealed:
        scan = [files.upload("a.pdf", files.pdf())]
        sealing.scanned(paper, scan, by=here.actor("inspector"))
    text = page(paper)
    assert (f"已盖章，{timing.today()} 存档" in text) is sealed
    assert ("盖章件尚未存档" in text) is not sealed
    digest = Document.objects.get(pk=paper.pk).scan.sha256 if sealed else "盖章件校验值"
    assert (digest in text) is sealed


def test_the_reason_of_a_void_paper_names_nobody(here: County) -> None:
    paper = issued(here)
    annul(paper.issued_by, by=here.actor("office_head"), reason="当事人赵立新身份写错")
    text = page(paper)
    assert "制发该文书的行为已被撤销" in text and "the act that issued it was undone" in text
    assert "赵立新" not in text
    other = issued(here)
    void(other, "电话 13900000000 更正")
    assert "由制发机关作废" in page(other) and "139000" not in page(other)


def test_a_taken_over_paper_without_a_template_of_ours_is_shown_by_its_title(here: County) -> None:
    paper = issued(here)
    Document.objects.filter(pk=paper.pk).update(template="old", title="旧系统的通知书")
    assert "旧系统的通知书" in page(paper)


def test_the_page_fits_a_telephone_without_any_script(rooted: Document) -> None:
    text = page(rooted)
    assert "<script" not in text and "style=" not in text and "width=device-width" in text
