"""Every template of a paper: what it says, and that it prints whatever an office writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
import typst
from django.utils import timezone

from tests.web import papers_world as world
from tests.web.licence_papers import CARDS
from tests.web.paper_reading import inked, pictures, read, text_of, unembedded
from tests.web.papers_world import RARE, STYLES
from tests.web.test_rectification import proof
from zhian.apps.laboratory.models import Sample
from zhian.desk import timing
from zhian.desk.engine import approvals
from zhian.desk.engine.annul import annul
from zhian.desk.engine.perform import perform
from zhian.desk.errors import FieldErrors, Refused
from zhian.desk.models import Document, DocumentSeries, Matter
from zhian.desk.papers import fonts, printing
from zhian.desk.papers.particulars import FOLDER
from zhian.law import vocabulary
from zhian.law.procedure import book

pytestmark = pytest.mark.django_db

SLOW = pytest.param("unbroken", marks=pytest.mark.slow)  # a break after every letter
A4 = (595.28, 841.89)
# Bounds of the type area (GB/T 9704-2012, 5.2.1) in mm, with a millimetre for the picture's pixels:
# 28 and 26 mm at the sides by turns, 37 above, the page number 7 below 35.
LEFT, RIGHT, TOP, BOTTOM = 25, 185, 36, 278
DANGLING = (
    "：。",
    "，。",
    "、。",
    "（）",
    "《》",
    "；。",
    "。。",
    "，，",
    "：，",
    "、、",
    "于收到",
)


def only(matter: Matter, template: str) -> Document:
    """The one paper of that template."""
    found: Document = matter.documents.get(template=template)
    return found


def saying(paper: Document) -> str:
    return text_of(printing.render(paper))


def assert_says(paper: Document, wanted: Iterable[str]) -> None:
    text = saying(paper)
    for words in wanted:
        assert words in text, words


# --- each with its document, its number and its words


def test_every_template_is_a_document_of_some_act_and_the_reverse() -> None:
    files = {path.stem for path in FOLDER.glob("*.typ") if not path.name.startswith("_")}
    uses = {d.template for p in book().all() for a in p.acts.values() for d in a.documents}
    known = {paper.key for paper in vocabulary.documents()}
    assert files == known == uses


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("rectification_order", "责改"),
        ("result_notice", "抽检告"),
        ("disposal_report", "核处"),
        ("transfer_letter", "案移"),
        ("task_sheet", "督办"),
        ("service_receipt", None),
        ("case_source", None),
    ],
)
def test_papers_that_carry_a_number_by_practice_have_their_series(
    template: str, word: str | None
) -> None:
    series = vocabulary.document(template).series
    assert (vocabulary.series_word(series) if series else None) == word


@pytest.mark.parametrize("style", [*(s for s in STYLES if s != "unbroken"), SLOW])
def test_whatever_is_written_prints_on_a4_in_embedded_fonts_inside_the_type_area(
    style: str,
) -> None:
    seen = set()
    for paper in world.every_paper(STYLES[style]):
        seen.add(paper.template)
        pdf = printing.render(paper)
        assert unembedded(pdf) == [], paper.template
        for page in read(pdf).pages:
            size = [float(page.mediabox.width), float(page.mediabox.height)]
            across = paper.template in CARDS
            assert size == pytest.approx(A4[::-1] if across else A4, abs=1)
        if paper.template in CARDS:  # a frame of its own, across, outside of the type area
            continue
        for page in pictures(paper):
            left, top, right, bottom = inked(page)
            where = f"{paper.template}: {left:.0f} {top:.0f} {right:.0f} {bottom:.0f}"
            assert left >= LEFT and right <= RIGHT and top >= TOP and bottom <= BOTTOM, where
    assert seen == {paper.key for paper in vocabulary.documents()}


@pytest.mark.parametrize("style", ["short", "full"])
def test_what_is_left_out_leaves_no_punctuation_behind(style: str) -> None:
    for paper in world.every_paper(STYLES[style]):
        text = saying(paper)
        assert not [mark for mark in DANGLING if mark in text], (paper.template, text)


def test_rare_characters_of_names_are_printed_not_replaced() -> None:
    matter = world.notified(world.desk(world.rare))
    text = saying(only(matter, "result_notice"))
    assert all(text.count(character) >= 10 for character in RARE)
    assert f"豇豆{RARE}" in text and f"赵立新{RARE}" not in text


def test_a_draft_with_a_character_that_no_font_holds_still_opens() -> None:
    matter = world.concluded(world.desk(world.full), signed=False)
    Sample.objects.update(food="豇豆\U0001f600")
    assert "豇豆□" in saying(Document.objects.get(matter=matter, template="disposal_report"))


def test_a_sign_for_a_missing_character_would_be_seen_on_the_paper(tmp_path: Path) -> None:
    source = tmp_path / "paper.typ"
    source.write_text('#set text(font: "Noto Serif SC", fallback: false)\n豇豆\U0001f600', "utf-8")
    pdf = typst.compile(str(source), font_paths=fonts.book().fonts, ignore_system_fonts=True)
    assert [fault for fault in unembedded(pdf) if fault.endswith("has no glyph 0")]


def test_two_thousand_characters_are_all_there() -> None:
    matter = world.concluded(world.desk(world.long))
    text = saying(only(matter, "disposal_report"))
    written = world.long("", 2000)
    for field in ("control", "find_cause", "need_no_rectification", "conclude"):
        act = matter.acts.filter(verb=field).first()
        assert act is not None and written in act.data.values()
    assert text.count(written[:40]) >= 4 and text.count(written[-40:].rstrip("，")) >= 4


# --- the notice of the result


def test_the_notice_says_sample_results_rights_and_duties() -> None:
    matter = world.notified(world.desk(world.full))
    paper = only(matter, "result_notice")
    assert_says(
        paper,
        (
            *("松原县市场监督管理局抽样检验结果通知书", paper.number, "河口兴旺豆制品厂："),
            *("豇豆", "XBJ26230000567812345", "2026-08-30/20260830A", "№SP202609001234"),
            *("河口镇惠民生鲜超市", "北城市食品检验检测研究院", "2026年9月2日"),
            *("灭蝇胺0.9mg/kg≤0.5mg/kg不合格", "铅（以Pb计）0.31mg/kg≤0.2mg/kg不合格"),
            "依据《食品安全抽样检验管理办法》第二十九条的规定",
            "第三十条的规定，自收到检验结论之日起7个工作日内",
            "第三十七条的规定，自收到本通知书之日起7个工作日内",
            *("第四十条的规定，你（单位）应当", "立即封存不合格食品", "召回已上市销售的不合格食品"),
            "复检和异议期间不得停止履行",
            *("本文书一式两份", "联系电话：0438-2123456", printing.verify_url(paper.issued_by)),
        ),
    )


def test_the_notice_itself_is_served_beside_the_report() -> None:
    matter = world.disposal(world.desk(world.full))
    handler = world.Actor.official(matter.handler)
    perform(matter, "notify", fields={"papers": [proof(matter)]}, by=handler)
    service = matter.children.get(kind="service")
    notice = only(matter, "result_notice")
    assert service.service.document == notice and notice.state == "issued"
    assert_says(
        only(service, "service_receipt"), (f"《抽样检验结果通知书》（{notice.number}）", "《回证》")
    )


# --- the proof of service


def test_the_proof_goes_out_blank_and_is_printed_again_filled() -> None:
    at = world.desk(world.full)
    service = world.notified(at).children.get(kind="service")
    before, after = service.documents.filter(template="service_receipt").order_by("id")
    assert {before.state, after.state} == {"issued"} and not before.number and not after.number
    blank, filled = saying(before), saying(after)
    for label in ("送达时间", "送达地点", "收件人", "送达人", "见证人", "（签名或者盖章）"):
        assert label in blank and label in filled
    assert "√" not in blank and "签收人" not in blank and "松原县河口镇河东村一组" in blank
    assert "√直接送达" in filled and "签收人：赵立新（法定代表人或者主要负责人）" in filled
    assert timing.today().strftime("%Y年") in filled


# --- the report


def test_the_report_waits_as_a_draft_for_two_signatures() -> None:
    matter = world.concluded(world.desk(world.full), signed=False)
    paper = only(matter, "disposal_report")
    assert (paper.state, paper.number) == ("draft", "")
    text = saying(paper)
    assert "草稿" in text and "松市监核处〔〕号" in text and "核验网址" not in text
    approvals.sign(matter.proposals.get(verb="conclude"), by=world.Actor.official(_office_head()))
    paper.refresh_from_db()
    assert paper.state == "draft"


def _office_head() -> world.Appointment:
    return world.Appointment.objects.get(user__name="吴所长")


def test_the_report_tells_every_strand_in_its_own_act_s_words() -> None:
    at = world.desk(world.full)
    matter = world.concluded(at)
    paper = only(matter, "disposal_report")
    notice = only(matter, "result_notice")
    day = world.chinese_date(timezone.localdate() - timedelta(days=40))
    assert_says(
        paper,
        (
            *(paper.number, f"于{day}收到不合格检验结论，于{day}启动核查处置"),
            f"抽样检验结果通知书（{notice.number}）送达河口兴旺豆制品厂",
            f"{day}现场核实的风险控制措施：封存同批次豇豆20公斤，责令停止销售。",
            *("当事人报告的处理情况：已下架，剩余退回供货商。", "数量：已销售18，库存7。"),
            *("原因类别：农药兽药残留。", "排查情况：种植环节用药间隔期不足。"),
            f"当事人于{day}申请复检。{day}作出的复检结论维持原检验结论。",
            *("当事人未申请异议处理。", "不需责令改正的理由：已停止种植。"),
            "移交立案查处：销售农药残留超标食用农产品，请立案查处。",
            *("处置结果：违法事实成立，已移交立案。", "承办人：郑一平、王建国"),
        ),
    )


def test_a_strand_that_was_undone_is_not_told() -> None:
    at = world.desk(world.full)
    matter = world.notified(at)
    mine = at.here.actor("inspector")
    applied = {"applied_on": timing.today(), "paper": proof(matter)}
    wrong = perform(matter, "ask_retest", fields=applied, by=mine)
    assert "ask_retest.applied_on" in _parts(matter)
    annul(wrong, by=mine, reason="点错")
    assert "ask_retest.applied_on" not in _parts(matter)


def _parts(matter: Matter) -> Iterable[str]:
    return printing.about(Document(matter=matter, template="disposal_report"))


# --- sources of cases, letters, tasks


def test_a_failed_order_goes_to_the_case_office_on_the_official_register() -> None:
    matter = world.rectified(world.desk(world.full))
    until = world.chinese_date(timing.today() + timedelta(days=10))
    paper = only(matter, "case_source")
    assert paper.number == ""
    assert_says(
        paper,
        (
            *("案件来源登记表", f"登记号：{matter.number}", "√监督检查", "河口兴旺豆制品厂"),
            *("郑一平", "王建国", "13900000000", "发现的问题：原料库房无防鼠设施。"),
            *(f"限{until}前改正：加装防鼠板。", "复查：防鼠板仍未加装。", "登记人：郑一平"),
            *("移交说明：逾期未改正，请立案查处。", "办案机构负责人："),
        ),
    )


def test_a_failed_sample_is_another_source_and_its_informants_stay_unnamed() -> None:
    matter = world.concluded(world.desk(world.full))
    text = saying(only(matter, "case_source"))
    assert "√其他：监督抽检不合格" in text and "√监督检查" not in text
    assert "食品：豇豆（抽样编号XBJ26230000567812345，商标：河口兴旺" in text
    assert "灭蝇胺，检验结果0.9mg/kg，标准值≤0.5mg/kg；铅（以Pb计）" in text


@pytest.mark.parametrize(
    ("agency", "article"),
    [
        ("北城市市场监督管理局", "第十四条"),
        ("北城市市场监管局", "第十四条"),
        ("松原县农业农村局", "第十七条第一款"),
    ],
)
def test_a_letter_cites_the_article_for_whom_it_goes_to(agency: str, article: str) -> None:
    at = world.desk(world.full)
    matter = world.disposal(at)
    fields = {"to_agency": agency, "why": "不在本县生产", "letter": proof(matter)}
    perform(matter, "pass_on", fields=fields, by=at.here.actor("clerk"))
    approvals.sign(matter.proposals.get(), by=at.here.actor("office_head"))
    paper = only(matter, "transfer_letter")
    assert_says(
        paper,
        (
            *(f"{agency}：", paper.number, "该违法线索因不在本县生产，不属于本局管辖。"),
            f"依据《市场监督管理行政处罚程序规定》{article}的规定，现将该违法线索移送你单位处理。",
            "附件：检验报告",
        ),
    )


def test_the_producer_s_region_is_told_why_it_is_theirs() -> None:
    matter = world.concluded(world.desk(world.full))
    text = saying(only(matter, "transfer_letter"))
    assert "邻县市场监督管理局：" in text and "请协助核查。" in text
    assert "因标称生产者的住所地不在我单位管辖区域，不属于本局管辖" in text
    assert "依据《食品安全抽样检验管理办法》第二十七条、《市场监督管理行政处罚程序规定》" in text


def test_a_directive_is_the_giver_s_paper_and_takes_the_giver_s_number() -> None:
    at = world.desk(world.full)
    matter = world.directed(at)
    paper = only(matter, "task_sheet")
    assert matter.agency == at.here.township and paper.number.startswith("松市监督办〔")
    assert paper.series is not None and paper.series.agency == at.here.bureau
    assert_says(
        paper,
        (
            *("松原县市场监督管理局交办督办单", "周局长（松原县市场监督管理局局长）", "会议决定"),
            *("河口镇人民政府", "排查辖区豆制品生产单位", "签收人：", "承办结果"),
        ),
    )


def test_a_task_names_the_matter_that_it_comes_from() -> None:
    matter = world.rectified(world.desk(world.full))
    task = Matter.objects.get(kind="task")
    assert f"（{matter.number}）" in saying(only(task, "task_sheet"))


# --- what no font holds


def test_a_character_of_the_sample_is_named_by_its_field_before_a_number_is_taken() -> None:
    at = world.desk(world.full)
    matter = world.disposal(at)
    Sample.objects.update(food="豇豆\U0001f600", brand="旺\U00020000")
    with pytest.raises(Refused) as found:
        perform(matter, "notify", fields={"papers": [proof(matter)]}, by=at.here.actor("inspector"))
    words = [reason.words for reason in found.value.reasons]
    assert "《抽样检验结果通知书》的“食品名称”中有字体没有的“😀”（U+1F600）" in words[0].zh
    assert "未取文号" in words[0].zh and "“the food” of the paper" in words[0].en
    assert "“商标”" in words[1].zh and "U+20000" in words[1].zh
    assert not DocumentSeries.objects.filter(series="result_notice").exists()
    assert not Document.objects.exists()


def test_a_character_in_a_field_of_the_act_is_told_beside_the_field() -> None:
    at = world.desk(world.full)
    matter = world.notified(at)
    told = {"to_agency": "邻县市场监督管理局", "text": "请协助\U0001f600"}
    with pytest.raises(FieldErrors) as found:
        perform(matter, "tell_elsewhere", fields=told, by=at.here.actor("inspector"))
    assert set(found.value.errors) == {"text"}


def test_a_character_that_an_earlier_act_wrote_is_named_by_act_and_field() -> None:
    at = world.desk(world.full)
    matter = world.notified(at)
    both = at.here.actor("inspector", "second")
    fields = {"measures": "封存\U0001f600", "files": [proof(matter)]}
    act = perform(matter, "control", fields=fields, by=both)
    paper = Document(matter=matter, template="disposal_report", drafted_by=act)
    spec = book().version("disposal", matter.procedure_version).act("conclude")
    with pytest.raises(Refused, match="“核实风险控制措施：采取的措施”中有字体没有的“😀”"):
        printing.check(paper, spec)
