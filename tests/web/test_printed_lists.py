"""Lists on paper: the desk, tasks, deadlines and what a search found, as they are handed round."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.builders import County, county, local
from tests.web.paper_reading import inked, read, text_of, unembedded
from tests.web.test_rectification import ordered
from zhian.desk.papers import fonts, lists
from zhian.desk.papers.lists import render_list
from zhian.web.lists import Column

pytestmark = pytest.mark.django_db

NOON = local("2026-11-24 12:05")
UPRIGHT, ACROSS = (595.28, 841.89), (841.89, 595.28)


@pytest.fixture
def here() -> County:
    return county()


def columns(*labels: str) -> list[Column]:
    return [Column(label, label, lambda row, at=at: row[at]) for at, label in enumerate(labels)]


def printed(labels: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "期限清单") -> bytes:
    return render_list(title, columns(*labels), rows, "松原县市场监督管理局 郑一平", NOON)


def size(pdf: bytes) -> list[tuple[float, float]]:
    return [(float(p.mediabox.width), float(p.mediabox.height)) for p in read(pdf).pages]


def test_few_columns_stand_upright_many_lie_across() -> None:
    narrow = printed(("事项", "期限"), [("责令改正", "还剩 3 天")])
    wide = printed([f"第{n}栏" for n in range(12)], [["河口兴旺豆制品厂"] * 12])
    assert size(narrow)[0] == pytest.approx(UPRIGHT, abs=1)
    assert size(wide)[0] == pytest.approx(ACROSS, abs=1)


def test_every_page_repeats_the_headings_and_says_which_of_how_many_it_is() -> None:
    pdf = printed(("事项", "期限"), [(f"责令改正 {n}", "还剩 3 天") for n in range(130)])
    pages = [re.sub(r"[\s\u200b]", "", page.extract_text()) for page in read(pdf).pages]
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页，共{len(pages)}页" in page
        assert "事项期限" in page and "期限清单" in page
        assert "打印人：松原县市场监督管理局郑一平打印时间：2026-11-2412:05" in page
    whole = "".join(pages)
    assert all(f"责令改正{n}还剩" in whole for n in range(130)) and "共130件" in whole


def test_moments_are_local_days_are_plain_and_nothing_is_nothing() -> None:
    text = text_of(printed(("甲", "乙", "丙"), [(NOON, date(2026, 11, 30), None)]))
    assert "2026-11-2412:052026-11-30" in text and "None" not in text


def test_an_empty_list_says_so() -> None:
    assert "没有内容" in text_of(printed(("事项",), []))


def test_it_reads_in_english_to_an_english_reader() -> None:
    with translation.override("en"):
        text = text_of(printed(("Matter",), [], "My desk"))
    assert "Page1of1" in text and "Printedby" in text and "Nothingtolist" in text


def test_long_words_and_rare_names_stay_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    labels, short = ("甲", "乙", "丙"), ("短", "短", "短")
    row = ("W" * 2000, "㐂䶮𬭚𠮷" * 100, "https://example.org/" + "a-b_c/" * 50)
    pdf = printed(labels, [row, short])
    assert unembedded(pdf) == [] and text_of(pdf).count("W") == 2000
    drawn = partial(lists.typst.compile, format="png", ppi=72)
    monkeypatch.setattr(lists.typst, "compile", drawn)
    for page in printed(labels, [row, short]):
        left, top, right, bottom = inked(page)
        assert left >= 13 and right <= 210 - 13 and top >= 8 and bottom <= 297 - 7


def test_one_strange_character_does_not_stop_a_list() -> None:
    text = text_of(printed(("主体",), [("旺旺\U0001f600店",)]))
    assert "旺旺□店" in text and "“□”表示字体中没有的字" in text


def test_a_very_long_list_prints_its_beginning_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_PRINTED", 30)
    text = text_of(printed(("事项",), [(f"第{n}件",) for n in range(31)]))
    assert "第29件" in text and "第30件" not in text and "只打印前30件" in text
    assert "只打印前" not in text_of(printed(("事项",), [(f"第{n}件",) for n in range(30)]))


def test_the_same_list_gives_the_same_bytes() -> None:
    assert printed(("事项",), [("责令改正",)]) == printed(("事项",), [("责令改正",)])


# --- from the pages


def client(appointment: Any, settings: Any) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    made = Client()
    made.force_login(appointment.user, "allauth.account.auth_backends.AuthenticationBackend")
    return made


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/desk/?", "我的办公桌"),
        ("/tasks/?", "交办督办"),
        ("/notices/?box=all&", "通知"),
        ("/calendar/?", "期限日历"),
        ("/search/?q=河口&", "检索结果"),
    ],
)
def test_every_list_of_the_desk_can_be_printed(
    here: County, settings: Any, address: str, title: str
) -> None:
    ordered(here)
    mine = client(here.inspector, settings)
    answer = mine.get(f"{address}format=pdf")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert "object-src 'self'" in answer["Content-Security-Policy"]
    text = text_of(answer.content)
    assert title in text and "打印人：松原县市场监督管理局郑一平" in text
    assert f"{timezone.localdate():%Y-%m-%d}" in text
    assert "format=pdf" in mine.get(address).content.decode()


def test_the_printed_desk_has_the_columns_that_were_chosen(here: County, settings: Any) -> None:
    matter = ordered(here)
    mine = client(here.inspector, settings)
    text = text_of(mine.get("/desk/?format=pdf&col=number&col=operator").content)
    assert f"编号主体{matter.number}" not in text or "期限" not in text
    assert matter.children.get().number in text and "河口兴旺豆制品厂" in text
    assert "下一步" not in text


def test_without_fonts_the_page_says_what_to_do(
    here: County, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    answer = client(here.inspector, settings).get("/desk/?format=pdf")
    assert answer.status_code == 503 and "scripts/front_end.py" in answer.content.decode()
