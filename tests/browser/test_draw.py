"""The public verifier: what the browser computes is what was drawn, and a cheat is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_every_page import axe_is_here, judged
from tests.browser.test_thread import SIZES
from tests.browser.visitor import WIDE
from tests.builders import County
from zhian.methods import draw

__all__ = ["axe_is_here"]

VERIFY = """cases => cases.map(([result, roster]) =>
    ZhianDraw.verify(result, new TextEncoder().encode(roster)))"""


def roster(count: int, salt: int = 0) -> str:
    lines = [f'"店, {i}号",{1 + (i + salt) % 5}' for i in range(count)]
    return "\r\n".join(["id,tickets", *lines, ""])


def drawn(text: str, take: int, value: str) -> draw.Result:
    read = draw.read_roster(text.encode())
    return draw.reveal(draw.commit(read, take=take, public="某日号码"), read, value)


def files(folder: Path, result: draw.Result, text: str) -> tuple[Path, Path]:
    one, two = folder / "R.json", folder / "r.csv"
    one.write_text(json.dumps(result.plain(), ensure_ascii=False), "utf-8")
    two.write_text(text, "utf-8", newline="")
    return one, two


@SIZES
@pytest.mark.parametrize(
    ("language", "right", "wrong", "press"),
    [
        ("zh", "通过：抽中", "未通过：名次不对", "重算并比较"),
        ("en", "Verified", "rank", "Recompute"),
    ],
)
def test_a_citizen_draws_again(
    here: County,
    come_in: ComeIn,
    tmp_path: Path,
    size: tuple[int, int],
    language: str,
    right: str,
    wrong: str,
    press: str,
) -> None:
    citizen = come_in(here.clerk, size, by="")
    citizen.open(f"/public/draw/?lang={language}")
    assert not judged(citizen)
    text = roster(400)
    result = drawn(text, 20, "1 2 3")
    said = citizen.page.locator("#draw-said")
    for table, expected in ((result, right), (_cheated(result), wrong)):
        one, two = files(tmp_path, table, text)
        citizen.page.set_input_files("#result", one)
        citizen.page.set_input_files("#roster", two)
        citizen.page.get_by_role("button", name=press).click()
        expect(said).to_contain_text(expected)


def _cheated(result: draw.Result) -> draw.Result:
    table = json.loads(json.dumps(result.plain()))
    table["taken"][3]["id"] = "店, 1号"
    return draw.result_from(table)


def test_a_thousand_draws_are_the_same_in_the_browser(here: County, come_in: ComeIn) -> None:
    citizen = come_in(here.clerk, WIDE, by="")
    citizen.open("/public/draw/")
    cases = []
    for n in range(1000):
        text = roster(20 + n % 60, n)
        cases.append((drawn(text, 1 + n % 15, f"号码 {n}").plain(), text))
    assert citizen.page.evaluate(VERIFY, cases) == [None] * 1000
    broken = [(table, text.replace(",1\r", ",2\r", 1)) for table, text in cases[:50]]
    assert all(found and found[0] == "roster" for found in citizen.page.evaluate(VERIFY, broken))
