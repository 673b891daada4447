"""Papers: what they say, how they print, who may open them, and how anybody checks one."""

from __future__ import annotations

import io
import re
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests.builders import County, county
from tests.unit.test_fonts import make_font
from tests.web.paper_reading import pictures, read, text_of
from tests.web.test_rectification import begin, order, ordered
from zhian.desk import timing
from zhian.desk.engine import approvals
from zhian.desk.engine.annul import annul
from zhian.desk.engine.perform import perform
from zhian.desk.errors import FieldErrors, Refused
from zhian.desk.ledger import chain
from zhian.desk.models import Act, Document, DocumentSeries, LedgerRoot, Matter
from zhian.desk.papers import fonts, particulars, printing, wording
from zhian.desk.papers.issuing import void
from zhian.directory.models import Place, Setting

pytestmark = pytest.mark.django_db

A4 = (595.28, 841.89)


@pytest.fixture
def here() -> County:
    made = county()
    made.bureau.phone, made.bureau.address = "0438-2123456", "松原县人民路18号"
    made.bureau.save()
    made.operator.uscc = "91220700MA0Y1XC123"
    made.operator.save()
    return made


def proposed(here: County, matter: Matter | None = None, **fields: Any) -> Document:
    """A drafted order, with other words where the case needs them."""
    matter = matter or begin(here)
    given = {
        "requirements": "加装防鼠板。",
        "until": timing.today() + timedelta(days=10),
        "law": "《中华人民共和国食品安全法》第三十三条第一款第二项",
    }
    perform(matter, "order", fields=given | fields, by=here.actor("inspector", "second"))
    return matter.documents.get()


def issued(here: County, matter: Matter | None = None, **fields: Any) -> Document:
    """A signed order."""
    draft = proposed(here, matter, **fields)
    approvals.sign(draft.matter.proposals.get(), by=here.actor("office_head"), opinion="同意")
    return Document.objects.get(pk=draft.pk)


# --- what it says


def test_an_issued_order_says_everything_of_the_official_form(here: County) -> None:
    paper = issued(here)
    until = wording.chinese_date(timing.today() + timedelta(days=10))
    text = text_of(printing.render(paper))
    for said in (
        "松原县市场监督管理局责令改正通知书",
        paper.number,
        "河口兴旺豆制品厂：",
        "统一社会信用代码：91220700MA0Y1XC123",
        "法定代表人（负责人）：赵立新",
        "住所（住址）：河口镇河东村一组",
        "经查，你（单位）原料库房无防鼠设施的行为，"
        "违反了《中华人民共和国食品安全法》第三十三条第一款第二项的规定。",
        f"现责令你（单位）在{until}前改正。",
        "改正内容及要求：加装防鼠板。",
        "六十日内向松原县人民政府申请行政复议",
        "在六个月内依法向松原县人民法院提起行政诉讼",
        "联系人：郑一平、王建国",
        "联系电话：0438-2123456",
        f"执法证号：{here.inspector.user.card_number}、{here.second.user.card_number}",
        "联系地址：松原县人民路18号",
        wording.chinese_date(timezone.localdate()),
        "本文书一式两份，一份送达，一份归档。",
        f"核验网址：{printing.verify_url(paper.issued_by)}",
    ):
        assert said in text, said
    assert "草稿" not in text and "作废" not in text


def test_a_draft_has_no_number_no_date_and_a_watermark(here: County) -> None:
    paper = proposed(here)
    shown = printing.context(paper)
    assert (shown["watermark"], shown["verify"]) == ("草稿", None)
    assert shown["number"] == "松市监责改〔　　　　〕　　号"
    text = text_of(printing.render(paper))
    assert "草稿" in text and "核验" not in text and "〇" not in text


def test_a_void_paper_carries_it_and_keeps_its_number(here: County) -> None:
    matter = ordered(here)
    annul(matter.acts.get(stage="signed"), by=here.actor("office_head"), reason="期限写错")
    paper = matter.documents.get()
    text = text_of(printing.render(paper))
    assert "作废" in text and paper.number in text
    assert "期限写错" not in text


def test_an_issued_paper_says_for_ever_what_it_said(here: County) -> None:
    paper = issued(here)
    before = printing.render(paper)
    here.operator.name, here.operator.head = "改名后的厂", "新负责人"
    here.operator.save()
    here.bureau.name = "改制后的局"
    here.bureau.save()
    assert printing.render(Document.objects.get(pk=paper.pk)) == before
    draft = Document.objects.get(pk=proposed(here).pk)
    assert printing.context(draft)["party"]["name"] == "改名后的厂"


def test_the_second_order_prints_its_own_term_and_the_first_finding(here: County) -> None:
    matter = begin(here)
    first = proposed(here, matter)
    approvals.send_back(matter.proposals.get(), by=here.actor("office_head"), reason="要求不全")
    matter.refresh_from_db()
    perform(
        matter,
        "order",
        fields={"requirements": "封堵孔洞", "until": date(2030, 1, 2), "law": "某法第一条的规定。"},
        by=here.actor("inspector"),
    )
    second = matter.documents.exclude(pk=first.pk).get()
    facts = printing.context(second)["facts"]
    assert (facts["requirements"], facts["until"]) == ("封堵孔洞", "2030年1月2日")
    assert facts["problems"] == "原料库房无防鼠设施。"
    assert "违反了某法第一条的规定。" in text_of(printing.render(second))


def test_several_findings_stand_as_paragraphs(here: County) -> None:
    text = text_of(printing.render(issued(here, requirements="一、加装防鼠板。\n二、清理库房。")))
    assert "改正内容及要求：一、加装防鼠板。二、清理库房。逾期不改正的" in text


def test_officers_are_the_handler_and_who_was_there_with_cards(here: County) -> None:
    here.second.user.card_until = date(2020, 1, 1)
    here.second.user.save()
    assert [u.name for u in particulars.officers(proposed(here))] == ["郑一平"]
    here.second.user.card_until = None
    here.second.user.save()
    assert [u.name for u in particulars.officers(issued(here))] == ["郑一平", "王建国"]


def test_a_township_is_appealed_to_the_county_and_settings_say_otherwise(here: County) -> None:
    matter = begin(here)
    matter.agency = here.township
    matter.save()
    remedies = printing.context(Document(matter=matter, **drafted(matter)))["remedies"]
    assert remedies == {"review": "松原县人民政府", "court": "松原县人民法院"}
    Setting.objects.create(
        key=particulars.COURT, agency=here.township, value="松原铁路运输法院", reason="集中管辖"
    )
    remedies = printing.context(Document(matter=matter, **drafted(matter)))["remedies"]
    assert remedies["court"] == "松原铁路运输法院"


def drafted(matter: Matter) -> dict[str, Any]:
    return {"template": "rectification_order", "drafted_by": matter.acts.last(), "title": "x"}


def test_an_agency_above_the_county_names_no_court_it_cannot_know(here: County) -> None:
    city = Place.objects.create(code="230000000000", name="北城市", level="city")
    here.bureau.place = city
    here.bureau.save()
    shown = printing.context(proposed(here))["remedies"]
    assert shown == {"review": "北城市人民政府", "court": "有管辖权的人民法院"}


# --- how it prints


def embedded(pdf: bytes) -> dict[str, bool]:
    """Every font of a PDF by name, and whether its outlines are inside."""
    found: dict[str, bool] = {}
    for page in read(pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"]
            name = str(inner["/BaseFont"]).split("+")[-1]
            found[name] = "/FontFile2" in descriptor or "/FontFile3" in descriptor
    return found


def test_fonts_come_from_the_folder_and_are_embedded(here: County) -> None:
    pdf = printing.render(issued(here, requirements="𠮷祥㐂、龑䶮、𬭚元素"))
    names = {p.stem for p in fonts.FOLDER.glob("*.ttf")}
    found = embedded(pdf)
    assert set(found) == {"NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSerifJP-Regular"}
    assert set(found) <= names and all(found.values())
    assert all(c in text_of(pdf) for c in "𠮷㐂䶮𬭚")


def test_the_offices_own_font_is_used_where_it_has_the_character(
    here: County, tmp_path: Path, settings: Any
) -> None:
    make_font(tmp_path, "FangSong_GB2312", "加装防鼠板")
    settings.OFFICE_FONTS = str(tmp_path)
    found = embedded(printing.render(issued(here)))
    assert set(found) == {"FangSong_GB2312", "NotoSerifSC-Regular", "NotoSerifSC-Bold"}
    assert all(found.values())


def test_it_is_an_archival_pdf_in_chinese_on_a4(here: County) -> None:
    pdf = read(printing.render(issued(here)))
    for page in pdf.pages:
        assert [float(page.mediabox.width), float(page.mediabox.height)] == pytest.approx(A4, abs=1)
    assert str(pdf.trailer["/Root"]["/Lang"]).lower().startswith("zh")
    assert pdf.metadata is not None and pdf.metadata.title == "责令改正通知书"
    assert b"pdfaid:part>2<" in printing.render(
        Document.objects.get(template="rectification_order")
    )


@pytest.mark.parametrize(
    "long",
    [
        "原料库房与成品库房之间未设隔离设施，" * 112,
        "㐂䶮𬭚𠮷" * 500,
        "W" * 2000,
        "https://example.org/" + "a-b_c/" * 330,
        "…" * 2000,
        "一二三四五六七八九十" * 199 + "\n" + "末行",
    ],
    ids=["sentences", "rare", "letters", "address", "dots", "lines"],
)
def test_two_thousand_characters_wrap_over_pages_inside_the_margins(
    here: County, long: str
) -> None:
    paper = issued(here, requirements=long)
    pages = pictures(paper)
    assert len(pages) >= 2
    for page in pages:
        assert_blank_margins(Image.open(io.BytesIO(page)).convert("L"))
    text = text_of(printing.render(paper))
    assert text.count(long[0]) >= long.count(long[0])
    assert "本文书一式两份" in text


def assert_blank_margins(page: Image.Image) -> None:
    """Nothing is printed beside the type area, above it, or below the page number."""
    inked = page.point(lambda shade: 255 if shade < 128 else 0).getbbox()
    assert inked is not None
    left, top, right, bottom = (pixels / 72 * 25.4 for pixels in inked)
    assert left >= 25 and right <= 210 - 25  # 28 and 26 mm by turns, one pixel is 0.35 mm
    assert top >= 36 and bottom <= 297 - 20


def test_what_people_write_is_never_markup(here: County) -> None:
    evil = '#read("/etc/passwd") #set page(fill: red) $x^2$ *粗* _斜_ @who <label> \\ `c` //注 "引"'
    text = text_of(printing.render(issued(here, requirements=evil)))
    assert re.sub(r"\s", "", evil) in text


def test_a_paper_prints_in_half_a_second(here: County) -> None:
    paper = issued(here)
    printing.render(paper)
    begun = time.process_time()
    printing.render(paper)
    assert time.process_time() - begun < 0.5


# --- what no font holds


def test_a_character_without_a_glyph_is_refused_beside_its_field(here: County) -> None:
    matter = begin(here)
    with pytest.raises(FieldErrors) as found:
        proposed(here, matter, requirements="清理\U0001f600标识")
    assert set(found.value.errors) == {"requirements"}
    assert "😀”（U+1F600）" in found.value.errors["requirements"].zh
    assert not matter.proposals.exists() and not Document.objects.exists()


def test_a_name_without_a_glyph_is_refused_before_a_number_is_taken(here: County) -> None:
    matter = begin(here)
    proposed(here, matter)
    here.operator.head = "张\U00020000"
    here.operator.save()
    with pytest.raises(Refused, match=r"当事人的登记信息.*U\+20000.*未取文号"):
        approvals.sign(matter.proposals.get(), by=here.actor("office_head"))
    assert not DocumentSeries.objects.filter(series="rectification").exists()
    assert Document.objects.get().state == "draft"
    here.operator.head = "张明"
    here.operator.save()
    approvals.sign(matter.proposals.get(), by=here.actor("office_head"))
    assert Document.objects.get(template="rectification_order").serial == 1


def test_without_fonts_nothing_is_issued(
    here: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = begin(here)
    order(here, matter)
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    with pytest.raises(fonts.FontsMissing):
        approvals.sign(matter.proposals.get(), by=here.actor("office_head"))
    assert Document.objects.get().state == "draft"


# --- who opens it


def logged_in(appointment: Any, settings: Any) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    client = Client()
    client.force_login(appointment.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_an_official_opens_the_paper_of_a_matter_in_reach(here: County, settings: Any) -> None:
    paper = issued(here)
    answer = logged_in(here.inspector, settings).get(f"/d/{paper.pk}.pdf")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF") and answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert "object-src 'self'" in answer["Content-Security-Policy"]  # or Chromium shows nothing


def test_out_of_reach_it_does_not_exist(here: County, settings: Any) -> None:
    paper = issued(here)
    assert logged_in(here.outsider, settings).get(f"/d/{paper.pk}.pdf").status_code == 404
    assert logged_in(here.inspector, settings).get("/d/999999.pdf").status_code == 404
    assert Client().get(f"/d/{paper.pk}.pdf").status_code == 302


def test_without_fonts_the_page_says_what_to_do(
    here: County, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = issued(here)
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    answer = logged_in(here.inspector, settings).get(f"/d/{paper.pk}.pdf")
    assert answer.status_code == 503 and "scripts/front_end.py" in answer.content.decode()


# --- anybody checks it


def verify_page(paper: Document) -> tuple[int, str]:
    assert paper.issued_by is not None
    url = printing.verify_url(paper.issued_by)
    answer = Client().get("/" + url.split("/", 3)[3])
    return answer.status_code, answer.content.decode()


def test_anybody_sees_that_a_paper_is_genuine_and_nothing_about_the_party(here: County) -> None:
    paper = issued(here)
    status, page = verify_page(paper)
    assert status == 200
    for said in (
        "责令改正通知书",
        "Rectification order",
        paper.number,
        "松原县市场监督管理局",
        "Songyuan Market Regulation",
        timezone.localdate().isoformat(),
        "已制发，未作废",
        paper.issued_by.hash,
        "尚未纳入每日根",
    ):
        assert said in page, said
    for secret in ("河口兴旺", "赵立新", "郑一平", "吴所长", "91220700", "防鼠"):
        assert secret not in page
    assert "<script" not in page and "style=" not in page


def test_the_page_names_the_first_root_that_vouches_for_the_act(here: County) -> None:
    noon = timezone.localtime().replace(hour=12)
    with timing.recorded_at(noon - timedelta(days=3)):
        paper = issued(here, begin(here, days=4))
    chain.make_roots(noon - timedelta(days=2))
    chain.make_roots(noon)
    first, *later = LedgerRoot.objects.order_by("day")
    assert first.day == (noon - timedelta(days=3)).date() and len(later) == 2
    status, page = verify_page(paper)
    assert status == 200 and first.root in page and f"{first.day.isoformat()} 的每日根" in page
    assert all(row.root not in page for row in later) and "尚未纳入每日根" not in page


def test_a_withdrawn_paper_is_shown_as_void(here: County) -> None:
    paper = issued(here)
    void(paper, "当事人赵立新更正")
    status, page = verify_page(paper)
    assert status == 200 and "已作废" in page and "已制发，未作废" not in page
    assert "赵立新" not in page


def test_an_act_written_past_the_one_door_is_found_by_the_page(here: County) -> None:
    paper = issued(here)
    last = Act.objects.filter(matter=paper.matter).order_by("seq").last()
    assert last is not None and "内容与校验值相符" in verify_page(paper)[1]
    last.pk, last.seq, last.key, last.reason = None, last.seq + 1, None, "事后补写"
    last.save(force_insert=True)
    status, page = verify_page(paper)
    assert status == 200 and "与校验值不符" in page and "内容与校验值相符" not in page


def test_a_head_that_is_not_the_last_act_is_found_by_the_page(here: County) -> None:
    paper = issued(here)
    Matter.objects.filter(pk=paper.matter_id).update(last_hash="0" * 64)
    assert "与校验值不符" in verify_page(paper)[1]


@pytest.mark.parametrize("address", ["/verify/000000000000/1/", "/verify/{code}/1/"])
def test_what_was_never_issued_is_not_found_and_says_so(here: County, address: str) -> None:
    paper = issued(here)
    answer = Client().get(address.format(code=paper.matter.uid.hex[:12]))
    assert answer.status_code == 404 and "查无此文书" in answer.content.decode()


def test_the_code_on_the_paper_is_the_address_of_the_page(here: County, settings: Any) -> None:
    settings.BASE_URL = "https://zhian.example.gov.cn"
    paper = issued(here)
    shown = printing.context(paper)["verify"]
    code = paper.matter.uid.hex[:12]
    assert shown["url"] == f"https://zhian.example.gov.cn/verify/{code}/{paper.issued_by.seq}/"
    assert shown["qr"].startswith("<?xml") and "<svg" in shown["qr"]
