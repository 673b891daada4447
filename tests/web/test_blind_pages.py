"""The pages of blind spots: who sees what, one click, many answers at once, and how many are
unseen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests.web.pages import text_of
from tests.web.review_world import Desk
from tests.web.test_blind import clerk, give, here, holder, reply, spot_of
from zhian.apps.registry.census.blind import answers, finding, unseen_shown
from zhian.apps.registry.census.blind.finding import Wanted
from zhian.apps.registry.census.runs import unseen
from zhian.apps.registry.models import BlindSpot, Establishment, GroundCheck, UnseenEstimate
from zhian.desk.models import Evidence, Matter
from zhian.directory.models import Appointment
from zhian.methods.linkage import flags

__all__ = ["here"]
pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TABS = [{}, {"what": answers.UNSPONSORED}, {"what": answers.UNVISITED}, {"what": answers.CELL}]


def client(who: Appointment, settings: Any) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    found = Client()
    found.force_login(who.user, BACKEND)
    return found


@pytest.mark.parametrize("given", TABS)
@pytest.mark.parametrize("kind", ["", "xlsx", "csv", "pdf"])
def test_every_sort_of_list_is_shown_and_exported(
    here: Desk, settings: Any, given: dict[str, str], kind: str
) -> None:
    browser = client(clerk(here), settings)
    answer = browser.get("/census/blind/", {**given, "format": kind} if kind else given)
    assert answer.status_code == 200
    if not kind:
        wanted = Wanted.read(given)
        found = (
            finding.cells(clerk(here), wanted)
            if wanted.what == answers.CELL
            else finding.premises(clerk(here), wanted)
            if wanted.what != finding.SPOTS
            else finding.narrowed(clerk(here), wanted)
        )
        n = len(list(found))
        assert n and f"共 {n} 条记录" in text_of(answer)


@pytest.mark.parametrize(
    "given",
    [
        {"flag": flags.CANCELLED}, {"township": "0"}, {"kind": "catering"}, {"state": "none"},
        {"q": "没有这个名字"}, {"sort": "-check"}, {"sort": "place"},
    ],
)  # fmt: skip
def test_filters_and_sorts(here: Desk, settings: Any, given: dict[str, str]) -> None:
    answer = client(clerk(here), settings).get("/census/blind/", given)
    n = finding.narrowed(clerk(here), Wanted.read(given)).count()
    assert f"共 {n} 条记录" in text_of(answer)
    assert n < finding.spots(clerk(here)).count() or "sort" in given or "state" in given


def test_the_list_asks_no_more_for_more_rows(
    here: Desk, settings: Any, django_assert_max_num_queries: Any
) -> None:
    browser = client(clerk(here), settings)
    browser.get("/census/blind/")
    with django_assert_max_num_queries(22):
        browser.get("/census/blind/")


def test_one_click_gives_a_check_and_a_second_gives_none(here: Desk, settings: Any) -> None:
    spot, browser = spot_of(flags.UNREGISTERED), client(clerk(here), settings)
    page = browser.get(f"/census/blind/{spot.pk}/")
    assert "为什么列为盲区" in text_of(page) and "没有它" in text_of(page)
    for said in ("已交办实地核查 1 件", "没有重复交办"):
        answer = browser.post("/census/blind/open/", {"one": f"S{spot.pk}"}, follow=True)
        assert said in text_of(answer)
    assert Matter.objects.filter(kind="ground_check").count() == 1


def test_a_filtered_list_is_looked_at_before_it_is_given(here: Desk, settings: Any) -> None:
    browser, n = client(clerk(here), settings), 0
    town = here.census.here.town
    given = {"all": "1", "what": "spots", "township": str(town.pk), "flag": flags.UNREGISTERED}
    page = browser.get("/census/blind/open/", given)
    n = finding.narrowed(clerk(here), Wanted.read(given)).count()
    assert n and f"交办实地核查：{n} 件" in text_of(page) and "河口镇人民政府" in text_of(page)
    assert not Matter.objects.filter(kind="ground_check").exists()
    station = browser.get("/census/blind/open/", {**given, "to": "station"})
    assert "河口市场监管所" in text_of(station)
    tokens = [row[0].token for row in page.context["ready"]]
    browser.post("/census/blind/open/", {"one": tokens, "to": "township"})
    assert Matter.objects.filter(kind="ground_check").count() == n


def test_nobody_else_sends_anybody(here: Desk, settings: Any) -> None:
    officer = here.census.here.township_officer
    spot = finding.spots(officer)[0]
    browser = client(officer, settings)
    assert browser.get(f"/census/blind/{spot.pk}/").status_code == 200
    assert browser.post("/census/blind/open/", {"one": f"S{spot.pk}"}).status_code == 403
    far = BlindSpot.objects.exclude(pk__in=finding.spots(officer).values("pk"))[0]
    assert browser.get(f"/census/blind/{far.pk}/").status_code == 404


def rounds(here: Desk, n: int = 3) -> list[Matter]:
    """Checks of one township."""
    trading = (flags.UNREGISTERED, flags.CANCELLED)
    rows = list(finding.spots(clerk(here)).filter(flag__in=trading).order_by("pk")[:n])
    ones = [spot.establishment_id for spot in rows]
    Establishment.objects.filter(pk__in=ones).update(place=here.census.here.town)
    return [give(here, BlindSpot.objects.get(pk=spot.pk)) for spot in rows]


def now() -> str:
    """This minute, as a form takes it."""
    return f"{timezone.localtime():%Y-%m-%dT%H:%M}"


def test_several_are_answered_in_one_round(here: Desk, settings: Any) -> None:
    first, second, third = rounds(here)
    browser = client(here.census.here.township_officer, settings)
    listed = browser.get("/census/checks/?state=mine")
    assert "共 3 件" in text_of(listed)
    keys = [first.pk, second.pk, third.pk]
    form = {
        "one": keys, "who": "网格员李四", "at": now(),
        "no_point": "手机没有定位", f"answer-{first.pk}": "ceased",
        f"answer-{second.pk}": "registered", f"number-{second.pk}": "123",
    }  # fmt: skip
    answer = browser.post("/census/checks/answer/", form)
    assert answer.status_code == 422
    text = text_of(answer)
    assert "已答复 1 件" in text and "统一社会信用代码有误" in text
    first.refresh_from_db()
    second.refresh_from_db()
    assert not first.is_open and second.is_open
    assert second.seq == 1, "what is refused leaves no half of itself"
    assert first.ground_check.who == "网格员李四"
    form |= {f"answer-{second.pk}": answers.TRADING, f"answer-{third.pk}": "absent"}
    done = browser.post("/census/checks/answer/", form, follow=True)
    assert "已答复 2 件" in text_of(done)
    second.refresh_from_db()
    assert second.phase == "followup"
    assert GroundCheck.objects.filter(open=True).count() == 1


def test_a_photograph_stays_with_the_visit(here: Desk, settings: Any, tmp_path: Path) -> None:
    picture = tmp_path / "门头.jpg"
    Image.effect_noise((80, 60), 60).convert("RGB").save(picture, "JPEG")
    (matter,) = rounds(here, 1)
    with picture.open("rb") as file:
        client(here.census.here.township_officer, settings).post(
            "/census/checks/answer/",
            {
                "one": matter.pk, "who": "蒋明", "at": now(),
                "longitude": "126.5", "latitude": "45.8", "accuracy": "9",
                f"answer-{matter.pk}": "ceased", f"photos-{matter.pk}": file,
            },
        )  # fmt: skip
    kept = Evidence.objects.get(matter=matter)
    assert kept.act is not None and kept.act.verb == "visit"
    assert matter.ground_check.longitude == 126.5


def test_nothing_chosen_is_said(here: Desk, settings: Any) -> None:
    (matter,) = rounds(here, 1)
    browser = client(here.census.here.township_officer, settings)
    form = {"one": matter.pk, "who": "蒋明", "at": now(), "no_point": "x"}
    assert "请至少选一件" in text_of(browser.post("/census/checks/answer/", form))
    assert "没有选择可以答复的核查" in text_of(browser.get("/census/checks/answer/?one=999999"))


def test_the_sheet_is_printed_with_room_for_what_is_found(here: Desk, settings: Any) -> None:
    rounds(here)
    browser = client(here.census.here.township_officer, settings)
    answer = browser.get("/census/checks/?format=pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    table = browser.get("/census/checks/?format=csv").content.decode("utf-8-sig")
    assert "核查结果" in table and table.count("HKZ-HC") == 3


def test_the_matter_shows_what_is_next(here: Desk, settings: Any) -> None:
    (matter,) = rounds(here, 1)
    browser = client(holder(matter), settings)
    assert "登记到场并答复" in text_of(browser.get(f"/m/{matter.pk}/"))
    reply(matter, answers.TRADING)
    page = client(clerk(here), settings).get(f"/m/{matter.pk}/")
    assert "先登入名录，再责令改正" in text_of(page)


# --- how many are unseen


def estimate(here: Desk, **more: Any) -> UnseenEstimate:
    fields = {
        "run": here.run, "place": here.census.here.town, "kind": "grocery", "seen": 120,
        "lists": ["market", "foodlic", "sweep"], "unseen": 30.4, "low": 12.0, "high": 71.0,
        "lower_bound": 14.0, "bound": [[0, 1, 0.83]], "chapman": [140.0, 125.0, 160.0],
    }  # fmt: skip
    return UnseenEstimate.objects.create(**fields | more)


def test_no_figure_without_its_interval(here: Desk, settings: Any) -> None:
    estimate(here)
    estimate(here, kind="catering", range_only=True, why={"zh": "只有下限。", "en": "Least."})
    why = {"zh": "太少，无法估计。", "en": "Too few."}
    none: dict[str, Any] = {"unseen": None, "low": None, "high": None, "chapman": None}
    estimate(here, kind="mill", seen=4, why=why, bound=[], **none)
    town = here.census.here.town.pk
    page = client(clerk(here), settings).get("/census/unseen/", {"township": town, "all": "1"})
    text = text_of(page)
    for said in (
        "30（12–71）", "至少 14（12–71）", "说不出", "太少，无法估计。",
        "市场主体登记与食品经营许可（83%）", "20（5–40）", "假定：",
    ):  # fmt: skip
        assert said in text, said
    rows = [row for row in page.context["rows"] if row.told]
    assert all(row.interval in row.figure for row in rows)
    bars = unseen_shown.drawn(page.context["rows"])
    assert len(bars) == len(rows) and max(bar.left + bar.width for bar in bars) <= 200.01


def test_the_county_and_its_townships_first_every_cell_on_demand(here: Desk, settings: Any) -> None:
    estimate(here)
    browser = client(clerk(here), settings)
    few = browser.get("/census/unseen/").context["rows"]
    assert all(row.county or not row.one.kind for row in few)
    assert len(browser.get("/census/unseen/?all=1").context["list"].rows) > 0
    assert browser.get("/census/unseen/?kind=grocery").context["list"].total >= 2
    for kind in ("xlsx", "csv", "pdf"):
        assert browser.get(f"/census/unseen/?all=1&format={kind}").status_code == 200


def test_a_township_reads_its_own_and_the_county(here: Desk, settings: Any) -> None:
    estimate(here)
    estimate(here, place=here.census.here.other_town)
    page = client(here.census.here.township_officer, settings).get("/census/unseen/?all=1")
    places = {row.one.place_id for row in page.context["rows"]}
    assert places == {here.census.here.town.pk, here.census.here.county.pk}


# --- a trade in a township: the four largest lists, and what the others have is seen


def strata(n: int, rng: Any, size: int = 300) -> dict[int, list[int]]:
    """Establishments of n strata as sets of six lists that see each alike."""
    chances = (0.55, 0.4, 0.35, 0.3, 0.15, 0.1)
    lists = rng.random((n, size, 6)) < chances
    codes = (lists * (1 << np.arange(6))).sum(axis=2)
    return {k: [int(code) for code in row if code] for k, row in enumerate(codes)}


def test_the_interval_of_four_lists_holds_what_six_have_not_seen() -> None:
    lists = ["market", "foodlic", "sweep", "health", "agri", "taxelec"]
    held = 0
    for codes in strata(20, np.random.default_rng(5)).values():
        row = unseen._one(1, "grocery", codes, lists, plain=False)
        assert len(row["lists"]) == 4 and row["seen"] == len(codes)
        held += row["low"] <= 300 - len(codes) <= row["high"]
        assert 0 <= row["low"] <= row["unseen"] <= row["high"]
    assert held >= 18


@pytest.mark.slow
def test_two_hundred_strata_take_less_than_twenty_seconds() -> None:
    lists = ["market", "foodlic", "sweep", "health", "agri", "taxelec"]
    given, since = strata(200, np.random.default_rng(6)), time.process_time()
    for codes in given.values():
        assert unseen._one(1, "grocery", codes, lists, plain=False)["high"] > 0
    assert time.process_time() - since < 20
