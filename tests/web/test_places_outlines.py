"""Outlines and points: declared datum, located errors, matches before anything is kept."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.builders import County, county, person
from tests.web.pages import logged_in, text_of
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, Operator, Outline, Premises
from zhian.directory.places import outlines, points
from zhian.methods import geo

pytestmark = pytest.mark.django_db

WEST, SOUTH = 125.0, 45.0


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def admin(here: County) -> Appointment:
    return person(here.bureau, "system_admin", name="系统管理员")


def square(west: float = WEST, south: float = SOUTH, side: float = 0.1) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(ring: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    coordinates = [ring] if kind == "Polygon" else ring
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any) -> bytes:
    document = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(document, ensure_ascii=False).encode()


def planned(content: bytes, by: Appointment, datum: str = "cgcs2000", key: str = "name") -> Any:
    return outlines.plan(outlines.read(content, datum), key, by)


# ---- reading


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (feature([125.0, 45.0], "Point"), "须为面"),
        (feature(square()[:-1]), "没有闭合"),
        (feature([[y, x] for x, y in square()]), "经纬度写反了"),
        (feature(square(2.0, 48.0)), "不在中国境内"),
        (feature([[4e6 + x, 5e6 + y] for x, y in square()]), "可能是投影坐标"),
        (feature([[125, 45], [125.1, 45.1], [125.1, 45], [125, 45.1], [125, 45]]), "自相交"),
        (feature([[125, 45], [125.1, 45], [125.2, 45], [125, 45]]), "自相交|面积为零"),
        (feature([["x", 45], [125.1, 45], [125.1, 45.1], ["x", 45]]), "须为 \\[经度, 纬度\\] 数字"),
        (feature([], "MultiPolygon"), "是空的"),
        ({"type": "Feature", "properties": {}, "geometry": None}, "须为面"),
    ],
)
def test_what_is_no_outline_is_located_and_named(made: Any, says: str) -> None:
    good = feature(square(), name="河口镇")
    reading = outlines.read(collection(good, made), "cgcs2000")
    (mistake,) = reading.mistakes
    assert mistake.feature == 2 and len(reading.shapes) == 1
    import re

    assert re.search(says, mistake.why.zh), mistake.why.zh


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "不是 UTF-8"),
        (b'{"type": "Feature",\n', "JSON 第 2 行"),
        (b"[1]", "不是 GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "且有内容"),
        (b'{"type": "Topology"}', "须为 FeatureCollection"),
    ],
)
def test_a_file_that_is_no_geojson_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(outlines.NotGeoJSON, match=says):
        outlines.read(content, "cgcs2000")


@pytest.mark.parametrize("datum", sorted(geo.DATUMS))
def test_every_datum_comes_to_the_same_ground(datum: str) -> None:
    shifted = {
        "gcj02": geo.to_gcj02,
        "bd09": lambda p: geo.to_bd09(geo.to_gcj02(p)),
    }.get(datum, lambda p: p)
    ring = [list(shifted((x, y))) for x, y in square()]
    (shape,) = outlines.read(collection(feature(ring)), datum).shapes
    for point, true in zip(shape.outline[0][0], square(), strict=True):
        assert geo.metres_between(point, (true[0], true[1])) < 0.5


# ---- matching and keeping


def test_features_find_their_division_by_code_or_name(here: County, admin: Appointment) -> None:
    content = collection(
        feature(square(), name="河口镇", code="239900100"),
        feature(square(125.1), name="柳林镇", code="239900200000"),
        feature(square(125.2), name="外县镇", code="238800100"),
    )
    by_name = planned(content, admin)
    assert [m.place for m in by_name.matches] == [here.town, here.other_town]
    assert by_name.unmatched == ((3, "外县镇"),)
    by_code = planned(content, admin, key="code")
    assert [m.place for m in by_code.matches] == [here.town, here.other_town]
    assert outlines.best_key(outlines.read(content, "wgs84"), admin) == "code"


def test_one_division_twice_is_a_mistake(here: County, admin: Appointment) -> None:
    content = collection(feature(square(), name="河口镇"), feature(square(126), name="河口镇"))
    plan = planned(content, admin)
    assert [m.feature for m in plan.mistakes] == [2] and "出现两次" in plan.mistakes[0].why.zh


def test_a_township_far_outside_its_county_is_a_mistake(here: County, admin: Appointment) -> None:
    content = collection(
        feature(square(side=0.5), name="松原县"),
        feature(square(125.1, 45.1), name="河口镇"),
        feature(square(127.0, 45.1), name="柳林镇"),
    )
    plan = planned(content, admin)
    (mistake,) = plan.mistakes
    assert mistake.feature == 3 and "超出县界" in mistake.why.zh
    with pytest.raises(NotPossible):
        outlines.keep(plan, name="a.json", content=content, datum="cgcs2000", by=admin)
    assert not Outline.objects.exists()


def test_what_is_kept_is_drawn_with_fewer_points(here: County, admin: Appointment) -> None:
    side = [[125 + i / 10_000, 45.0] for i in range(1001)]
    ring = [*side, [125.1, 45.1], [125.0, 45.1], [125.0, 45.0]]
    content = collection(feature(ring, name="河口镇"))
    n = outlines.keep(
        planned(content, admin), name="a.json", content=content, datum="wgs84", by=admin
    )
    row = Outline.objects.get()
    assert n == 1 and row.place == here.town and row.declared == "wgs84"
    assert len(row.rings[0][0]) == 1004 and len(row.sketch[0][0]) == 5
    again = planned(content, admin)
    assert again.matches[0].replaces


def test_the_page_draws_matches_and_keeps_them_when_confirmed(
    here: County, admin: Appointment, data_folder: Path, settings: Any
) -> None:
    settings.DATA = data_folder
    client = logged_in(admin)
    content = collection(feature(square(), 名称="河口镇"), feature(square(125.1), 名称="柳林镇"))
    file = SimpleUploadedFile("乡镇.geojson", content)
    seen = client.post("/directory/places/outlines/", {"file": file, "datum": "gcj02"})
    page = seen.content.decode()
    assert page.count('class="ground ground-township"') == 2 and "按属性 名称 配上 2" in page
    assert not Outline.objects.exists()
    other = client.post("/directory/places/outlines/", {"datum": "gcj02", "key": "名称"})
    assert "按属性 名称 配上 2" in other.content.decode()
    done = client.post("/directory/places/outlines/", {"commit": "1"}, follow=True)
    assert "已导入 2 个边界" in text_of(done)
    kept = Outline.objects.get(place=here.town).rings[0][0][0]
    assert geo.metres_between(tuple(kept), geo.from_gcj02((WEST, SOUTH))) < 0.01


def test_an_outline_can_be_taken_away_with_a_reason(here: County, admin: Appointment) -> None:
    content = collection(feature(square(), name="河口镇"))
    outlines.keep(planned(content, admin), name="a", content=content, datum="wgs84", by=admin)
    client, url = logged_in(admin), f"/directory/places/{here.town.pk}/outline/remove/"
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "坐标系声明错了"})
    assert not Outline.objects.exists()
    assert "没有边界" in text_of(client.post(url, {"reason": "再删"}))


def test_a_file_with_a_mistake_waits_for_nothing(
    here: County, admin: Appointment, data_folder: Path, settings: Any
) -> None:
    settings.DATA = data_folder
    client = logged_in(admin)
    content = collection(feature(square()[:-1], name="河口镇"))
    file = SimpleUploadedFile("a.geojson", content)
    seen = client.post("/directory/places/outlines/", {"file": file, "datum": "wgs84"})
    assert seen.status_code == 422 and "没有闭合" in text_of(seen)
    client.post("/directory/places/outlines/", {"commit": "1"})
    assert not Outline.objects.exists()
    missing = client.post("/directory/places/outlines/", {"datum": ""})
    assert missing.status_code == 422


@pytest.mark.reference
def test_real_county_outlines_pass_and_have_the_area_of_the_province(
    reference: Path,
) -> None:
    content = (reference / "census/county_polygons_heilongjiang.geojson").read_bytes()
    began = time.monotonic()
    reading = outlines.read(content, "cgcs2000")
    assert reading.mistakes == () and len(reading.shapes) == 121
    total = sum(geo.square_km(s.outline) for s in reading.shapes)
    assert total == pytest.approx(452_600, rel=0.02)  # Heilongjiang without 加格达奇 and 松岭
    assert time.monotonic() - began < 30


# ---- points


def shop(here: County, name: str, **more: Any) -> Premises:
    operator = Operator.objects.create(name=name, kind="individual", place=here.town)
    return Premises.objects.create(
        operator=operator, name=name, place=here.town, business_type="food_sale", **more
    )


def drawn(here: County, admin: Appointment) -> None:
    content = collection(
        feature(square(124.9, 44.9, 0.6), name="松原县"),
        feature(square(125.0), name="河口镇"),
        feature(square(125.1), name="柳林镇"),
    )
    outlines.keep(planned(content, admin), name="a", content=content, datum="wgs84", by=admin)


def test_a_point_from_a_domestic_map_is_moved_to_the_ground(
    here: County, admin: Appointment
) -> None:
    one = shop(here, "小店")
    lon, lat = geo.to_gcj02((125.05, 45.05))
    said = points.set_point(premises=one, longitude=lon, latitude=lat, datum="gcj02", by=admin)
    one.refresh_from_db()
    assert said is None
    assert geo.metres_between((one.longitude, one.latitude), (125.05, 45.05)) < 0.5


@pytest.mark.parametrize(
    ("at", "says"), [((125.15, 45.05), "在柳林镇，地址在河口镇"), ((126.5, 45.0), "在本县以外")]
)
def test_an_address_elsewhere_is_said(
    at: geo.Point, says: str, here: County, admin: Appointment
) -> None:
    drawn(here, admin)
    said = points.set_point(
        premises=shop(here, "小店"), longitude=at[0], latitude=at[1], datum="wgs84", by=admin
    )
    assert said is not None and says in said.zh


@pytest.mark.parametrize(
    ("at", "says"), [((45.05, 125.05), "写反了"), ((2.35, 48.85), "不在中国境内")]
)
def test_a_point_that_cannot_be_is_refused(
    at: geo.Point, says: str, here: County, admin: Appointment
) -> None:
    with pytest.raises(NotPossible, match=says):
        points.set_point(
            premises=here.premises, longitude=at[0], latitude=at[1], datum="wgs84", by=admin
        )


def table(text: str, by: Appointment, commit: bool = True) -> points.Report:
    content = ("场所编号,信用代码,名称,经度,纬度\n" + text).encode()
    return points.import_points("点.csv", content, datum="wgs84", by=by, commit=commit)


def test_a_table_of_points_is_taken_whole(here: County, admin: Appointment) -> None:
    drawn(here, admin)
    one, two = shop(here, "甲店"), shop(here, "乙店", longitude=125.0, latitude=45.0)
    text = f"{one.pk},,,125.05,45.05\n,,乙店,125.16,45.05\n"
    report = table(text, admin)
    assert (report.set, report.moved, report.same) == (1, 1, 0) and report.committed
    assert [r.row for r in report.remarks] == [3] and "柳林镇" in report.remarks[0].words.zh
    two.refresh_from_db()
    assert (two.longitude, two.latitude) == (125.16, 45.05)
    assert table(text, admin).same == 2


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("0,,,125.05,45.05", "场所编号", "没有编号 0"),
        (",9X,,125.05,45.05", "信用代码", "没有“9X”"),
        (",,同名店,125.05,45.05", "名称", "有 2 个场所"),
        (",,甲店,东经,45.05", "经度", "须为数字"),
        (",,甲店,45.05,125.05", "经度", "写反了"),
        (",,甲店,125.05,45.06", "名称", "出现两次"),
        (",,,125.05,45.05", "名称", "须填一项"),
    ],
)
def test_a_wrong_cell_of_the_table_is_named_and_nothing_is_taken(
    line: str, column: str, says: str, here: County, admin: Appointment
) -> None:
    one = shop(here, "甲店")
    shop(here, "同名店")
    shop(here, "同名店")
    report = table(f",,甲店,125.05,45.05\n{line}\n", admin)
    (cell,) = report.errors
    assert (cell.row, cell.column) == (3, column) and says in cell.words.zh
    one.refresh_from_db()
    assert one.longitude is None and not report.committed


def test_points_through_the_page_in_two_steps(
    here: County, admin: Appointment, data_folder: Path, settings: Any
) -> None:
    settings.DATA = data_folder
    client, url = logged_in(admin), "/directory/places/points/"
    content = "名称,经度,纬度\n河口兴旺豆制品厂,125.05,45.05\n".encode()
    seen = client.post(url, {"file": SimpleUploadedFile("点.csv", content), "datum": "wgs84"})
    assert "新定位 1" in text_of(seen)
    done = client.post(url, {"commit": "1"}, follow=True)
    assert "已定位 1 个场所" in text_of(done)
    here.premises.refresh_from_db()
    assert here.premises.longitude == 125.05


def test_one_point_by_hand_through_the_page(here: County, admin: Appointment) -> None:
    client, url = logged_in(admin), f"/directory/premises/{here.premises.pk}/point/"
    wrong = client.post(url, {"longitude": "45", "latitude": "125", "datum": "wgs84"})
    assert wrong.status_code == 422 and "写反了" in text_of(wrong)
    client.post(url, {"longitude": "125.05", "latitude": "45.05", "datum": "wgs84"})
    here.premises.refresh_from_db()
    assert here.premises.latitude == 45.05


def test_the_list_of_divisions_through_the_page_in_two_steps(
    here: County, admin: Appointment, data_folder: Path, settings: Any
) -> None:
    settings.DATA = data_folder
    client, url = logged_in(admin), "/directory/places/load/"
    rows = "code,name\n239900,松原县\n239900300,新镇\n239900300200,新村村委会\n"
    refused = client.post(url, {"county": "239900"})
    assert refused.status_code == 422 and "请选择文件" in text_of(refused)
    fields = {"county": "239900", "file": SimpleUploadedFile("区划.csv", rows.encode())}
    seen = client.post(url, fields)
    assert "乡镇 1，村 1；新增 2" in text_of(seen)
    done = client.post(url, {"commit": "1"}, follow=True)
    assert "已载入" in text_of(done)
    from zhian.directory.models import Place

    client.post(f"{url}?from=setup", fields | {"file": SimpleUploadedFile("a.csv", rows.encode())})
    onward = client.post(url, {"commit": "1"})
    assert onward["Location"] == "/directory/setup/staff/"
    village = Place.objects.get(code="239900300200")
    assert village.short_name == "新村" and village.parent.name == "新镇"
    assert Place.objects.get(pk=here.town.pk).valid_to is None
