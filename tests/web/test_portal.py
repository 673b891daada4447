"""The public site: found by a word, read on any telephone, gone when it was taken down."""

from __future__ import annotations

import csv
import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import County, county
from tests.web.pages import text_of
from tests.web.publishing_world import approve, concluded, drafted, published
from zhian.desk import timing
from zhian.desk.engine import common
from zhian.desk.models import Publication
from zhian.desk.publishing import content, deciding, showing
from zhian.interfaces.portal import opendata
from zhian.law.publications import publications

pytestmark = pytest.mark.django_db

PAGES = ("/public/", "/public/entries/", "/public/data/")


@pytest.fixture
def here() -> County:
    return county()


def titles(query: str = "", **headers: str) -> list[str]:
    page = Client(headers=headers).get(f"/public/entries/{query}").content.decode()
    return re.findall(r'<h3><a href="/public/entries/[^"]+"[^>]*>([^<]+)</a>', page)


def table(query: str = "") -> list[dict[str, str]]:
    text = Client().get(f"/public/data/disposal_result.csv{query}").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()[1:]))


# ---- finding ------------------------------------------------------------------------------------


def test_two_characters_find_product_unit_place_and_item(here: County) -> None:
    published(here, food="豇豆")
    elsewhere = {"sampled_unit": "柳林超市", "sampled_in": "柳林镇", "place": here.other_town}
    elsewhere["conclusion"] = "处置完毕"
    published(here, food="韭菜", items=(("腐霉利", "1.2mg/kg", "≤0.2mg/kg"),), **elsewhere)
    for word, expected in (
        ("豇豆", ["豇豆：灭蝇胺"]),
        ("柳林", ["韭菜：腐霉利", "豇豆：灭蝇胺"]),
        ("超市", ["韭菜：腐霉利"]),
        ("腐霉", ["韭菜：腐霉利"]),
        ("河口", ["豇豆：灭蝇胺"]),
        ("豇豆 灭蝇", ["豇豆：灭蝇胺"]),
        ("豇豆 腐霉", []),
        ("％", []),
        ("%", []),
    ):
        assert titles(f"?q={word}") == expected, word


def test_year_township_and_kind_narrow_it(here: County) -> None:
    old, new = published(here, food="旧样"), published(here, food="新样", place=here.other_town)
    long_ago = timezone.make_aware(datetime(2024, 12, 31, 23, 59))
    Publication.objects.filter(pk=old.pk).update(since=long_ago)
    this_year = timing.today().year
    assert titles("?year=2024") == [old.title]
    assert titles(f"?year={this_year}") == [new.title]
    assert titles("?town=239900100") == [old.title]
    assert titles("?what=disposal_result") == [new.title, old.title]
    assert titles("?sort=date") == [old.title, new.title]
    for nonsense in (
        "?year=x",
        "?town=abc",
        "?what=nothing",
        "?sort=words",
        "?page=999",
        "?year=0000",
    ):
        assert len(titles(nonsense)) == 2, nonsense
    page = text_of(Client().get("/public/entries/"))
    assert "河口镇" in page and "柳林镇" in page and "2024" in page


def test_twenty_to_a_page(here: County) -> None:
    for number in range(23):
        published(here, food=f"样品{number:02d}")
    assert len(titles()) == 20 and titles("?page=2") == [f"样品{n:02d}：灭蝇胺" for n in (2, 1, 0)]
    page = text_of(Client().get("/public/entries/?q=样品"))
    assert "共 23 条" in page and "第 1 / 2 页" in page
    assert "没有查到" in text_of(Client().get("/public/entries/?q=鸡蛋"))


def test_an_empty_site_says_so() -> None:
    county()
    assert "现在没有公布中的内容" in text_of(Client().get("/public/"))
    assert "现在没有公布中的内容" in text_of(Client().get("/public/entries/"))


# ---- what is read -------------------------------------------------------------------------------


def test_an_entry_says_what_was_approved_and_reads_no_matter(
    here: County, django_assert_num_queries: Any
) -> None:
    entry = published(here)
    sample = entry.matter.disposal.sample
    type(sample).objects.update(food="事后改了")
    with django_assert_num_queries(2):
        page = Client().get(f"/public/entries/{entry.uid}/")
    text = text_of(page)
    assert "豇豆" in text and "0.9mg/kg" in text and "事后改了" not in text
    assert "未标示" in text, "the brand that the article demands"
    assert "赵某某" in text and "赵立新" not in text and "13900000000" not in text
    assert "《食品安全抽样检验管理办法》第46条" in text
    assert entry.matter.number not in page.content.decode()


def test_a_note_on_the_matter_reaches_no_public_page(here: County) -> None:
    entry = published(here)
    common.note(entry.matter, text="机密线索", by=here.actor("inspector"))
    pages = [Client().get(path).content for path in (*PAGES, f"/public/entries/{entry.uid}/")]
    pages.append(Client().get("/public/data/disposal_result.csv").getvalue())
    assert all("机密线索".encode() not in page for page in pages)


def test_withdrawn_it_is_gone_everywhere_at_once(here: County) -> None:
    entry = published(here)
    address = f"/public/entries/{entry.uid}/"
    assert Client().get(address).status_code == 200 and len(table()) == 1
    deciding.withdraw(entry, by=here.actor("publisher"), reason="复检改判合格")
    gone = Client().get(address)
    assert gone.status_code == 410 and "不再公布" in text_of(gone)
    assert "豇豆" not in gone.content.decode() and "复检" not in gone.content.decode()
    assert gone.headers["Cache-Control"] == "no-store"
    assert titles() == titles("?q=豇豆") == table() == []
    assert "豇豆" not in Client().get("/public/").content.decode()


def test_a_corrected_one_leads_to_what_stands_now(here: County) -> None:
    old = published(here)
    values = {**showing.fields_of(old), "brand": "绿源"}
    new = deciding.edit(old, values, by=here.actor("publisher"), seen=content.digest(old))
    assert Client().get(f"/public/entries/{new.uid}/").status_code == 404, "not yet approved"
    approve(new, here.head)
    led = Client().get(f"/public/entries/{old.uid}/")
    assert led.status_code == 302 and led.headers["Location"] == f"/public/entries/{new.uid}/"
    deciding.withdraw(new, by=here.actor("head"), reason="有误")
    assert Client().get(f"/public/entries/{old.uid}/").status_code == 410


def test_what_was_never_public_does_not_exist(here: County) -> None:
    entry = drafted(here)
    assert Client().get(f"/public/entries/{entry.uid}/").status_code == 404
    deciding.withdraw(entry, by=here.actor("publisher"), reason="不公布")
    lost = Client().get(f"/public/entries/{entry.uid}/")
    assert lost.status_code == 404 and "没有这个页面" in text_of(lost)


@pytest.mark.parametrize(
    "path",
    ["/public/nonsense/", "/public/entries/x/", "/public/data/nothing.csv",
     "/public/entries/00000000-0000-0000-0000-000000000000/"],
)  # fmt: skip
def test_who_went_astray_stays_on_the_public_site(here: County, path: str) -> None:
    lost = Client().get(path)
    assert lost.status_code == 404 and "portal/portal.css" in lost.content.decode()
    assert "办公桌" not in lost.content.decode()
    assert "portal/portal.css" not in Client().get("/nowhere/").content.decode()


# ---- how it is read -----------------------------------------------------------------------------


def test_no_page_has_a_script_or_a_style_of_its_own(here: County) -> None:
    entry = published(here)
    for path in (*PAGES, f"/public/entries/{entry.uid}/", "/public/nothing/"):
        html = Client().get(path).content.decode()
        assert (
            "<script" not in html
            and " style=" not in html
            and " on" not in re.sub(r">[^<]*<", "><", html)
        ), path
        assert "tabler" not in html


@pytest.mark.parametrize("path", PAGES)
def test_nobody_keeps_a_page_for_long(here: County, path: str) -> None:
    page = Client().get(path)
    kept = re.match(r"max-age=(\d+)", page.headers["Cache-Control"])
    assert kept is not None and int(kept[1]) <= (30 if path == "/public/data/" else 0)
    assert "sessionid" not in page.cookies and "csrftoken" not in page.cookies
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))


def test_english_by_a_plain_link_and_it_stays(here: County) -> None:
    entry = published(here)
    web = Client(headers={"accept-language": "zh-CN"})
    assert "公布内容" in text_of(web.get("/public/"))
    english = web.get("/public/entries/?lang=en")
    assert 'lang="en"' in english.content.decode()[:120]
    assert "What is published" in text_of(english)
    page = text_of(web.get(f"/public/entries/{entry.uid}/"))
    assert "Failed items" in page and "no penalty" in page and "art. 46" in page
    assert "公布内容" in text_of(web.get("/public/?lang=zh"))
    assert "公布内容" in text_of(web.get("/public/"))


def test_the_start_page_says_whom_to_call(here: County) -> None:
    here.bureau.phone, here.bureau.mailbox = "0000-1234567", "松原县人民路1号"
    here.bureau.save()
    page = text_of(Client().get("/public/"))
    for words in ("12315", "0000-1234567", "松原县人民路1号", "食品抽检不合格及核查处置"):
        assert words in page


# ---- open data ----------------------------------------------------------------------------------


def test_the_open_data_have_lasting_columns_and_one_row_per_item(here: County) -> None:
    items = (("灭蝇胺", "0.9mg/kg", "≤0.5mg/kg"), ("毒死蜱", "0.1mg/kg", "≤0.02mg/kg"))
    entry = published(here, items=items, brand="=1+1")
    rows = table()
    assert [row["item"] for row in rows] == ["灭蝇胺", "毒死蜱"]
    assert {row["id"] for row in rows} == {str(entry.uid)}
    assert rows[0]["brand"] == "=1+1" and rows[0]["outcome_en"].startswith("Duties")
    assert list(rows[0])[:4] == ["id", "published_on", "published_until", "agency"]
    raw = Client().get("/public/data/disposal_result.csv").getvalue()
    assert raw.startswith("# 松原县市场监督管理局".encode())
    assert "须注明来源".encode() in raw.splitlines()[0]


def test_the_variant_for_spreadsheets(here: County) -> None:
    published(here, brand="=1+1")
    raw = Client().get("/public/data/disposal_result.csv?bom=1&head=zh").getvalue()
    assert raw.startswith(b"\xef\xbb\xbf#")
    head, row = raw.decode("utf-8-sig").splitlines()[1:3]
    assert head.startswith("编号,公布日期,公布至") and "不合格项目" not in head and ",项目," in head
    assert "'=1+1" in row
    english = Client().get("/public/data/disposal_result.csv?head=en").getvalue().decode()
    assert english.splitlines()[1].startswith("Identifier,Published on")


def test_every_column_is_described_on_its_page(here: County) -> None:
    published(here)
    page = Client().get("/public/data/").content.decode()
    every = [c.key for kind in publications().values() for c in opendata.columns(kind)]
    assert re.findall(r"<code>(\w+)</code>", page) == every
    assert every[: len(table()[0])] == list(table()[0])


def test_the_data_narrow_like_the_list(here: County) -> None:
    published(here, food="豇豆")
    published(here, food="韭菜", place=here.other_town)
    assert [row["food"] for row in table("?q=韭菜")] == ["韭菜"]
    assert [row["food"] for row in table("?town=239900100")] == ["豇豆"]


# ---- many ---------------------------------------------------------------------------------------

MANY = 10_000
MOST_MS = 60


def many(here: County, count: int) -> None:
    first = published(here)
    now = timing.now()
    towns = ("239900100000", "239900200000")
    rows = []
    for number in range(count):
        said = {**first.content, "fields": {**showing.fields_of(first), "food": f"食品{number}"}}
        rows.append(
            Publication(
                matter=first.matter, act=first.act, what=first.what, state="approved",
                review_act=first.review_act, since=now - timedelta(hours=number),
                title=f"食品{number}：灭蝇胺", content=said, place_code=towns[number % 2],
                words=f"食品{number} " + first.words,
            )
        )  # fmt: skip
    Publication.objects.bulk_create(rows, batch_size=2000)


@pytest.mark.parametrize(
    "query", ["", "?q=豇豆", "?q=食品99", "?page=400", "?town=239900100&sort=title"]
)
def test_the_list_asks_the_same_few_queries_however_many(
    here: County, query: str, django_assert_max_num_queries: Any
) -> None:
    many(here, 60)
    with django_assert_max_num_queries(6):
        Client().get(f"/public/entries/{query}")


@pytest.mark.slow
def test_ten_thousand_entries_are_searched_in_time(here: County) -> None:
    many(here, MANY)
    web = Client()
    for query in (
        "",
        "?q=豇豆",
        "?q=食品9999",
        "?page=400",
        "?town=239900100",
        "?sort=title&page=99",
    ):
        web.get(f"/public/entries/{query}")
        spent = []
        for _ in range(5):
            began = time.process_time()
            assert web.get(f"/public/entries/{query}").status_code == 200
            spent.append((time.process_time() - began) * 1000)
        assert min(spent) <= MOST_MS, f"{query}: {min(spent):.0f} ms"
    assert len(table()) == MANY + 1


def test_a_concluded_matter_alone_is_not_public(here: County) -> None:
    concluded(here)
    assert titles() == []
