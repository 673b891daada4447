"""The map: filters, points, the ground under them, the card, and the list beside it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.builders import LONG_AGO, County, county, days_ago, place
from tests.web.pages import logged_in, text_of
from zhian.apps.registry.models import BlindSpot, Establishment, Licence, LinkRun
from zhian.desk import timing, visits
from zhian.desk.actors import Actor
from zhian.desk.engine import common
from zhian.desk.models import Matter
from zhian.directory.models import (
    Operator,
    Outline,
    Place,
    Premises,
    Sponsorship,
    Standing,
    Stewardship,
)
from zhian.interfaces.office import mapping

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> County:
    made = county()
    Premises.objects.filter(pk=made.premises.pk).update(longitude=125.01, latitude=45.01)
    return made


def shop(where: Place, name: str, at: tuple[float, float] | None = None, **more: Any) -> Premises:
    operator = Operator.objects.create(name=name, kind="individual", place=where)
    given: dict[str, Any] = {"business_type": "food_sale"} | more
    if at is not None:
        given |= {"longitude": at[0], "latitude": at[1]}
    return Premises.objects.create(operator=operator, name=name, place=where, **given)


def outline(where: Place, west: float = 125.0) -> Outline:
    ring = [[west, 45.0], [west + 0.1, 45.0], [west + 0.1, 45.1], [west, 45.1], [west, 45.0]]
    return Outline.objects.create(
        place=where,
        rings=[[ring]],
        sketch=[[ring]],
        declared="wgs84",
        source="a.json",
        sha256="0" * 64,
        since=timezone.now(),
    )


def found(here: County, **wanted: str) -> set[str]:
    rows = mapping.found(here.head, mapping.Wanted(**wanted), timing.today())
    return set(rows.values_list("name", flat=True))


BEAN = "河口兴旺豆制品厂"


# ---- filters


def test_each_filter_means_what_it_says(here: County) -> None:
    far = shop(here.other_town, "柳林面馆", business_type="catering")
    shop(here.town, "歇业店", state="paused")
    shop(here.town, "关门店", state="closed")
    assert found(here) == {BEAN, "柳林面馆", "歇业店"}
    assert found(here, state="all") == {BEAN, "柳林面馆", "歇业店", "关门店"}
    assert found(here, state="closed") == {"关门店"}
    assert found(here, town=here.other_town.prefix) == {"柳林面馆"}
    assert found(here, type="catering") == {"柳林面馆"}
    assert found(here, link="production") == {BEAN}
    assert found(here, located="yes") == {BEAN}
    assert found(here, q="面") == {"柳林面馆"}
    assert found(here, town="' or 1=1", q="无此店") == set()
    assert far.place == here.other_town


def test_standings_of_premises_and_of_their_operator_count(here: County) -> None:
    other = shop(here.town, "小店")
    given: dict[str, Any] = {"since": LONG_AGO, "set_by_act": 1}
    Standing.objects.create(kind="rectifying", operator=here.operator, **given)
    Standing.objects.create(kind="grade", value="C", premises=other, **given)
    Standing.objects.create(
        kind="grade", value="A", premises=here.premises, until=date(2024, 1, 1), **given
    )
    assert found(here, standing="rectifying") == {BEAN}
    assert found(here, standing="grade:C") == {"小店"} == found(here, standing="grade")
    assert found(here, standing="grade:A") == set()
    offered = [key for key, _words in mapping.standings(timing.today())]
    assert offered == ["grade:C", "rectifying"]


def test_missing_people_can_be_looked_for(here: County) -> None:
    other = shop(here.town, "小店")
    Sponsorship.objects.create(
        premises=other, appointment=here.inspector, level="D", since=LONG_AGO
    )
    Stewardship.objects.create(
        premises=here.premises, appointment=here.township_head, level="township", since=LONG_AGO
    )
    assert found(here, missing="sponsor") == {BEAN}
    assert found(here, missing="township") == {"小店"}
    assert found(here, missing="village") == {BEAN}
    assert found(here, missing="double") == set()


def blind(here: County, premises: Premises | None, where: Place) -> BlindSpot:
    run = LinkRun.objects.create(place=here.county, by=here.clerk, at=timezone.now())
    one = Establishment.objects.create(
        number=f"E{where.pk}{premises.pk if premises else 0}",
        place=where,
        name="某店",
        premises=premises,
        made_by=run,
    )
    return BlindSpot.objects.create(
        establishment=one, flag="unregistered", place=where, since_run=run
    )


def test_blind_spots_are_a_layer_and_a_count(here: County) -> None:
    spot = blind(here, here.premises, here.village)
    blind(here, None, here.other_town)
    shop(here.town, "小店", (125.02, 45.02))
    assert found(here, blind="any") == {BEAN} == found(here, blind="unregistered")
    rows = mapping.found(here.head, mapping.Wanted(), timing.today())
    assert {row[3] for row in mapping.points(rows)} == {0, mapping.BLIND}
    areas = mapping.ground(here.head, rows, timing.today())["areas"]
    assert [area["blind"] for area in areas] == [1, 1]
    spot.ended_at = timezone.now()
    spot.save()
    assert found(here, blind="any") == set()


# ---- the ground


def ground(here: County) -> dict[str, Any]:
    rows = mapping.found(here.head, mapping.Wanted(), timing.today())
    return mapping.ground(here.head, rows, timing.today())


def test_an_outline_is_drawn_and_a_hull_stands_in_for_one(here: County) -> None:
    outline(here.town)
    for n, at in enumerate([(125.2, 45.0), (125.3, 45.0), (125.25, 45.1)]):
        shop(here.other_town, f"店{n}", at)
    lying = ground(here)
    town, other = lying["areas"]
    assert not town["guessed"] and len(town["rings"][0][0]) == 5
    assert other["guessed"] and len(other["rings"][0][0]) == 4
    assert not lying["plan"] and lying["box"] == [125.0, 45.0, 125.3, 45.1]
    assert [town["n"], other["n"]] == [1, 3]


def test_without_a_single_point_the_map_is_a_plan(here: County) -> None:
    Premises.objects.update(longitude=None, latitude=None)
    lying = ground(here)
    assert lying["plan"] and lying["box"] is None
    assert all(len(area["circle"]) == 3 for area in lying["areas"])


# ---- pages


def test_the_page_lists_what_the_map_shows(here: County) -> None:
    shop(here.town, "未定位店")
    page = logged_in(here.head).get("/map/?state=active")
    words = text_of(page)
    assert "已定位 1 个" in words and "未定位 1 个" in words and BEAN in words
    assert "/map/points.json?state=active" in page.content.decode()


def test_points_are_numbers_and_stay_in_reach(here: County) -> None:
    shop(here.other_town, "柳林店", (125.2, 45.2))
    mine = logged_in(here.inspector).get("/map/points.json")
    assert mine.json() == {"points": [[here.premises.pk, 125.01, 45.01, 0]]}
    assert mine["Cache-Control"] == "private, no-store"
    whole = logged_in(here.head).get("/map/points.json").json()
    assert len(whole["points"]) == 2
    assert logged_in(here.head).get("/map/ground.json").json()["areas"][0]["name"] == "河口镇"


def test_the_card_is_a_part_or_a_page(here: County) -> None:
    Licence.objects.create(
        kind="SC",
        number="SC10623990000018",
        agency=here.bureau,
        operator=here.operator,
        premises=here.premises,
        place_code=here.village.code,
        first_issued_on=LONG_AGO,
        issued_on=LONG_AGO,
    )
    Stewardship.objects.create(
        premises=here.premises, appointment=here.township_head, level="township", since=LONG_AGO
    )
    client, url = logged_in(here.head), f"/map/{here.premises.pk}/"
    part = client.get(f"{url}?part=1")
    for words in (BEAN, "SC10623990000018", "乡镇 卫镇长", "125.01000"):
        assert words in text_of(part)
    assert b"<html" not in part.content
    assert b"<html" in client.get(url).content


def test_the_list_is_exported_with_the_number_that_the_table_of_points_wants(
    here: County,
) -> None:
    text = logged_in(here.head).get("/map/?format=csv&col=number&col=name").content.decode()
    assert f"{here.premises.pk},{BEAN}" in text.replace("\r\n", "\n").replace(
        f"{BEAN},{here.premises.pk}", f"{here.premises.pk},{BEAN}"
    )


def test_more_shops_ask_no_more_queries(here: County) -> None:
    client = logged_in(here.head)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    paths = ("/map/", "/map/points.json", "/map/ground.json", f"/answering/{here.town.pk}/")
    before = [queries(path) for path in paths]
    for n in range(30):
        one = shop(here.village, f"店{n}", (125.0 + n / 100, 45.0))
        Stewardship.objects.create(
            premises=one, appointment=here.township_head, level="township", since=LONG_AGO
        )
    after = [queries(path) for path in paths]
    assert all(b <= a + 2 for a, b in zip(before, after, strict=True)), (before, after)


# ---- where nobody has been


def visit(here: County, premises: Premises | None, where: Place, days: int) -> None:
    matter = Matter.objects.create(
        kind="rectification",
        procedure_version="1",
        number=f"T{days}{where.pk}{premises.pk if premises else 0}",
        title="复查",
        phase="recheck",
        trigger_date=timing.today(),
        agency=here.bureau,
        place=where,
        premises=premises,
        opened_at=days_ago(days + 1),
    )
    with timing.recorded_at(days_ago(days)):
        common.record(matter, "pass", by=Actor.official(here.inspector), data={}, at=days_ago(days))


def names(cells: list[Place]) -> set[str]:
    return {cell.name for cell in cells}


def test_cells_without_a_visit_are_listed_until_somebody_comes(here: County) -> None:
    west = place("239900100200001", "一网格", "grid", here.village)
    place("239900100200002", "二网格", "grid", here.village)
    village = place("239900200201", "柳西村", "village", here.other_town)
    since = timezone.now() - timedelta(days=30)
    every = {"一网格", "二网格", "柳西村"}
    assert names(visits.grids_without_visit(here.county, since)) == every
    visit(here, None, here.town, 3)  # somewhere in the township: in no cell
    visit(here, None, village, 40)  # too long ago
    assert names(visits.grids_without_visit(here.county, since)) == every
    visit(here, shop(west, "格内店"), here.town, 2)
    assert names(visits.grids_without_visit(here.county, since)) == {"二网格", "柳西村"}
    visit(here, None, village, 1)
    assert names(visits.grids_without_visit(here.county, since)) == {"二网格"}
    assert names(visits.grids_without_visit(here.other_town, since)) == set()


# ---- the public map


def turn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhian.interfaces.portal import map as public_map

    monkeypatch.setattr(public_map, "is_on", lambda: True)


def give_licence(premises: Premises, here: County, **more: Any) -> None:
    Licence.objects.create(
        kind="JY",
        number=f"JY{premises.pk}",
        agency=here.bureau,
        operator=premises.operator,
        premises=premises,
        place_code=premises.place.code,
        first_issued_on=LONG_AGO,
        issued_on=LONG_AGO,
        **more,
    )


def test_the_public_map_is_off_until_the_office_turns_it_on(here: County) -> None:
    from django.test import Client

    from zhian.interfaces.portal import map as public_map

    assert public_map.is_on() is False
    assert Client().get("/public/map/")["Location"] == "/public/"


def test_the_public_sees_licensed_names_and_nothing_else(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.test import Client

    turn_on(monkeypatch)
    give_licence(here.premises, here)
    give_licence(shop(here.town, "过期店"), here, expires_on=date(2024, 1, 1))
    give_licence(shop(here.town, "关门店", state="closed"), here)
    shop(here.town, "无证店", (125.02, 45.02))
    page = Client().get("/public/map/")
    words = text_of(page)
    assert BEAN in words and "在营场所 1 个" in words
    for hidden in ("过期店", "关门店", "无证店", "赵立新", "13900000000", "河东村一组"):
        assert hidden not in page.content.decode()
    assert page.content.decode().count("<circle") == 1
    other = Client().get(f"/public/map/?town={here.other_town.prefix}")
    assert BEAN not in text_of(other)
