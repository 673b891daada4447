"""The pages of the files: found by two characters, filtered, written, printed, and who may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import person, place
from tests.web.archive_office import Office, day, office, paper
from tests.web.pages import logged_in, send, text_of
from zhian.apps.registry.archive import completeness, queries
from zhian.apps.registry.models import Product, QualityDocument, StaffMember
from zhian.desk import uploads
from zhian.directory.models import Agency, Appointment, Operator, Premises, Standing
from zhian.law.archive import archive
from zhian.law.vocabulary import choices

__all__ = ["office"]
pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 x"


@pytest.fixture
def client(office: Office) -> Client:
    return logged_in(office.here.inspector)


def page(client: Client, name: str, *args: Any, **asked: str) -> Any:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer


def another(office: Office, name: str, business: str = "catering", **more: Any) -> Operator:
    where = more.pop("place", office.here.village)
    made = Operator.objects.create(name=name, kind=more.pop("kind", "company"), place=where, **more)
    Premises.objects.create(operator=made, name=name, place=where, business_type=business)
    return made


def named(office: Office, **asked: str) -> set[str]:
    rows = queries.visible_to(office.here.inspector)
    return {o.name for o in queries.narrowed(rows, asked, office.now.date())}


def elsewhere(office: Office) -> Appointment:
    """Somebody of another township."""
    agency = Agency.objects.create(
        code="LLZ", name="柳林镇人民政府", kind="township", place=office.here.other_town
    )
    return person(agency, "township_officer")


# ---- finding ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["兴旺", "豆制", "立新", "河东", "一组", " 兴旺 "])
def test_any_two_characters_of_name_head_or_address_find_it(office: Office, text: str) -> None:
    another(office, "柳林饭店", head="钱多", address="柳林街")
    assert named(office, q=text) == {"河口兴旺豆制品厂"}


def test_a_part_of_its_code_finds_it_in_either_case(office: Office) -> None:
    another(office, "有码的", uscc="91110000802100433B")
    assert named(office, q="433b") == {"有码的"}


def test_the_address_of_its_premises_finds_it(office: Office) -> None:
    made = another(office, "总公司")
    Premises.objects.create(
        operator=made, name="分店", place=office.here.village, address="玉米街9号",
        business_type="catering",
    )  # fmt: skip
    assert named(office, q="玉米") == {"总公司"}


def test_percent_signs_are_no_wildcards(office: Office) -> None:
    assert named(office, q="兴%豆") == set()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "workshop"}, {"油坊"}),
        ({"state": "paused"}, {"油坊"}),
        ({"business": "food_workshop"}, {"油坊"}),
        ({"link": "catering"}, {"饭店"}),
        ({"link": "processing"}, {"油坊", "河口兴旺豆制品厂"}),
        ({"link": "storage"}, {"仓库"}),
        ({"town": "239900100"}, {"油坊", "饭店", "仓库", "河口兴旺豆制品厂"}),
        ({"town": "239900200"}, set()),
        ({"standing": "rectifying"}, {"饭店"}),
        ({"link": "moon"}, {"油坊", "饭店", "仓库", "河口兴旺豆制品厂"}),
        ({"q": "油坊", "kind": "stall"}, set()),
    ],
)
def test_the_filters(office: Office, asked: dict[str, str], found: set[str]) -> None:
    another(office, "油坊", "food_workshop", kind="workshop", state="paused")
    cafe = another(office, "饭店")
    store = another(office, "仓库", "food_sale")
    Premises.objects.filter(operator=store).update(links=" storage ")
    Standing.objects.create(
        kind="rectifying", premises=cafe.premises.get(), since=day("2026-05-01"), set_by_act=1
    )
    assert named(office, **asked) == found


def test_the_list_shows_sorts_and_exports_what_is_seen(client: Client, office: Office) -> None:
    another(office, "阿姨饭店", head="钱多")
    answer = page(client, "operators", q="饭店")
    assert "阿姨饭店" in text_of(answer)
    assert "河口兴旺" not in text_of(answer)
    csv = page(client, "operators", q="饭店", format="csv").content.decode("utf-8-sig")
    assert "阿姨饭店" in csv
    assert "兴旺" not in csv
    assert page(client, "operators", format="xlsx").content.startswith(b"PK")
    assert "没有符合条件" in text_of(page(client, "operators", q="无此"))


def test_the_list_asks_few_queries_however_long(
    client: Client, office: Office, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        another(office, f"饭店{number}")
    page(client, "operators")
    with django_assert_max_num_queries(18):
        page(client, "operators")


def test_whoever_is_elsewhere_is_in_no_list_and_has_no_file(client: Client, office: Office) -> None:
    far = another(office, "远方饭店", place=place("238800000000", "北安县", "county"))
    assert "远方饭店" not in named(office)
    assert client.get(reverse("operator", args=[far.pk])).status_code == 404
    near = Premises.objects.create(
        operator=far, name="本县分店", place=office.here.village, business_type="catering"
    )
    assert "远方饭店" in named(office)
    assert client.get(reverse("operator", args=[near.operator_id])).status_code == 200


def test_the_search_of_the_office_leads_to_the_file(client: Client, office: Office) -> None:
    answer = page(client, "search", q="兴旺", what="operators")
    assert f'href="{reverse("operator", args=[office.operator.pk])}"' in answer.content.decode()


def test_a_colleague_of_another_station_reads_the_file_and_does_not_write_it(
    office: Office,
) -> None:
    reader = logged_in(office.here.outsider)
    url = reverse("operator_change", args=[office.operator.pk])
    assert url not in page(reader, "operator", office.operator.pk).content.decode()
    said = {"name": "x", "kind": "company", "place": "239900200000", "why": "x"}
    refused = send(reader, url, **said)
    assert refused.status_code == 422
    assert "管理范围" in text_of(refused)
    assert logged_in(elsewhere(office)).get(url).status_code == 404


# ---- one file -----------------------------------------------------------------------------------


def test_a_file_shows_its_sections_what_is_missing_and_why(client: Client, office: Office) -> None:
    office.add("products", name="卤水豆腐")
    office.add("weak_points", finding="不会检大肠菌群", area="testing", evidence="抽检两次不合格")
    office.add(
        "help",
        what="送检补助",
        area="testing",
        given_by="县局",
        given_on="2026-05-01",
        result="已用",
    )
    text = text_of(page(client, "operator", office.operator.pk))
    for told in ("卤水豆腐", "不会检大肠菌群", "送检补助", "缺 统一社会信用代码", "检不出来"):
        assert told in text, told
    assert "申请更正档案" in text


def test_telephones_are_shown_to_those_with_the_right_alone(office: Office) -> None:
    office.add("people", name="李四", role="head", phone="13812345678")
    archivist = person(office.here.bureau, "archivist")
    for name, args in (("operator", ()), ("operator_history", ()), ("operator_as_of", ())):
        seen = text_of(page(logged_in(office.here.inspector), name, office.operator.pk, *args))
        hidden = text_of(page(logged_in(archivist), name, office.operator.pk, *args))
        assert "13812345678" in seen, name
        assert "13812345678" not in hidden, name
        assert "13900000000" not in hidden, name
        assert "李四" in hidden


def test_whoever_may_not_write_is_offered_nothing_to_write(office: Office) -> None:
    reader = logged_in(person(office.here.bureau, "archivist"))
    answer = page(reader, "operator", office.operator.pk).content.decode()
    assert reverse("operator_change", args=[office.operator.pk]) not in answer
    assert reader.get(reverse("operator_change", args=[office.operator.pk])).status_code == 403
    url = reverse("row_add", args=[office.operator.pk, "products"])
    assert reader.post(url, {"name": "x"}).status_code == 403
    assert not Product.objects.exists()


def test_a_file_asks_few_queries(
    client: Client, office: Office, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        office.add("products", name=f"豆腐{number}")
        office.add("people", name=f"王{number}", role="tester")
    page(client, "operator", office.operator.pk)
    with django_assert_max_num_queries(60):
        page(client, "operator", office.operator.pk)


def test_the_file_as_of_a_day_and_a_day_that_is_none(office: Office) -> None:
    row = office.add("products", name="豆腐")
    office.on("2026-07-01").change("products", row, name="老豆腐")
    client = logged_in(office.on("2026-08-01").here.inspector)
    then = text_of(page(client, "operator_as_of", office.operator.pk, day="2026-06-15"))
    assert "豆腐" in then
    assert "老豆腐" not in then
    assert "老豆腐" in text_of(page(client, "operator_as_of", office.operator.pk))
    assert "不是日期" in text_of(page(client, "operator_as_of", office.operator.pk, day="昨天"))


def test_the_history_of_one_section(client: Client, office: Office) -> None:
    row = office.add("products", name="豆腐")
    office.change("products", row, "写错", name="老豆腐")
    text = text_of(page(client, "operator_history", office.operator.pk, section="products"))
    assert "写错" in text
    text = text_of(page(client, "operator_history", office.operator.pk, section="people"))
    assert "没有变更记录" in text


# ---- writing ------------------------------------------------------------------------------------


def test_a_new_file_is_opened_on_one_page(client: Client, office: Office) -> None:
    answer = send(
        client, reverse("operator_new"), name="柳林油坊", kind="workshop", head="赵四",
        place="239900100200", address="二组", business_type="food_workshop", why="排查发现",
    )  # fmt: skip
    made = Operator.objects.get(name="柳林油坊")
    assert answer.headers["Location"] == reverse("operator", args=[made.pk])
    shop = Premises.objects.get(operator=made)
    assert (shop.address, shop.place) == ("二组", office.here.village)


def test_a_namesake_in_the_same_township_is_said(client: Client, office: Office) -> None:
    send(
        client, reverse("operator_new"), name="河口兴旺豆制品厂", kind="company",
        place="239900100000", why="排查发现",
    )  # fmt: skip
    made = Operator.objects.order_by("-pk")[0]
    assert "同名主体" in text_of(client.get(reverse("operator", args=[made.pk])))


def test_an_error_stands_beside_its_field_and_the_input_is_kept(
    client: Client, office: Office
) -> None:
    answer = send(
        client, reverse("operator_new"), name="柳林油坊", kind="workshop", place="239900100200",
        uscc="91239900MA0000000A", why="排查发现",
    )  # fmt: skip
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="柳林油坊"' in text
    assert "校验" in text
    assert not Operator.objects.filter(name="柳林油坊").exists()


def test_the_subject_is_changed_and_its_reason_asked_for(client: Client, office: Office) -> None:
    url = reverse("operator_change", args=[office.operator.pk])
    said = {"name": office.operator.name, "kind": "company", "place": "239900100000"}
    assert send(client, url, **said, head="钱多").status_code == 422
    answer = send(client, url, **said, head="钱多", why="执照已变更")
    assert answer.status_code == 302
    office.operator.refresh_from_db()
    assert (office.operator.head, office.operator.uscc) == ("钱多", None)


def test_the_status_of_an_operator_and_of_its_premises(client: Client, office: Office) -> None:
    said = {"state": "closed", "since": "2026-05-01", "reason": "现场已关门"}
    send(client, reverse("operator_state", args=[office.operator.pk]), **said)
    send(client, reverse("premises_state", args=[office.here.premises.pk]), **said)
    office.operator.refresh_from_db()
    office.here.premises.refresh_from_db()
    assert office.operator.ended_on == day("2026-05-01")
    assert office.here.premises.state == "closed"


def test_premises_get_their_links_and_their_place_on_the_map(
    client: Client, office: Office
) -> None:
    shop = office.here.premises
    url = reverse("premises_change", args=[shop.pk])
    said = {
        "name": shop.name, "place": "239900100200", "business_type": "food_production",
        "links": ["processing", "sale"], "why": "现场核实",
    }  # fmt: skip
    swapped = send(client, url, **said, longitude="45.9", latitude="124.8")
    assert "写反" in text_of(swapped)
    send(client, url, **said, longitude="124.83512", latitude="45.91")
    shop.refresh_from_db()
    assert (shop.links, shop.longitude) == (" processing sale ", 124.83512)
    text = text_of(page(client, "operator", office.operator.pk))
    assert "加工、销售" in text


@pytest.mark.parametrize("section", archive().rows, ids=lambda s: s.key)
def test_every_section_is_written_changed_and_ended_on_its_pages(
    client: Client, office: Office, section: Any
) -> None:
    said: dict[str, str] = {"why": "核实"}
    for field in section.fields:
        values = {"number": "3", "date": "2026-05-01", "bool": "on", "file": ""}
        first = choices(field.choices)[0].key if field.choices else ""
        said[field.key] = first or values.get(field.type, "某某")
    add = reverse("row_add", args=[office.operator.pk, section.key])
    assert send(client, add, **said).status_code == 302
    row = queries.model_of(section).objects.get()
    args = [office.operator.pk, section.key, row.line]
    changed = send(client, reverse("row_change", args=args), **said | {section.title.key: "另某"})
    assert changed.status_code == 302
    assert str(getattr(queries.model_of(section).objects.current().get(), section.title.key))
    assert send(client, reverse("row_end", args=args), why="").status_code == 422
    assert send(client, reverse("row_end", args=args), why="不再有").status_code == 302
    assert not queries.model_of(section).objects.current().exists()
    assert client.get(reverse("row_change", args=args)).status_code == 404


def test_a_section_that_is_none_is_no_page(client: Client, office: Office) -> None:
    for key in ("nonsense", "subject", "premises"):
        url = reverse("row_add", args=[office.operator.pk, key])
        assert client.get(url).status_code in (404, 200 if key == "premises" else 404)


def test_a_quality_document_brings_its_file(
    client: Client, office: Office, settings: Any, tmp_path: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path
    url = reverse("row_add", args=[office.operator.pk, "documents"])
    bad = SimpleUploadedFile("制度.exe", b"MZ")
    said = {"title": "进货查验制度", "stage": "purchase", "why": ""}
    refused = client.post(url, said | {"file": bad})
    assert refused.status_code == 422
    good = SimpleUploadedFile("制度.pdf", PDF)
    assert client.post(url, said | {"file": good}).status_code == 302
    row = QualityDocument.objects.get()
    assert row.file is not None
    assert uploads.path_of(row.file.stored).read_bytes() == PDF
    got = client.get(reverse("operator_paper", args=[office.operator.pk, row.line]))
    assert b"".join(got.streaming_content) == PDF
    stranger = logged_in(elsewhere(office))
    assert (
        stranger.get(reverse("operator_paper", args=[office.operator.pk, row.line])).status_code
        == 404
    )
    change = reverse("row_change", args=[office.operator.pk, "documents", row.line])
    client.post(change, {"title": "新制度", "stage": "purchase", "why": "改名"})
    kept = QualityDocument.objects.current().get()
    assert (kept.title, kept.file) == ("新制度", row.file)


def test_an_identity_number_is_compared_and_kept_nowhere(client: Client, office: Office) -> None:
    url = reverse("row_add", args=[office.operator.pk, "people"])
    send(client, url, name="李四", role="head", identity="110101199003070791")
    row = StaffMember.objects.get()
    assert len(row.identity) == 64
    page_text = page(client, "operator", office.operator.pk).content.decode()
    assert "110101199003070791" not in page_text
    assert row.identity not in page_text


# ---- on paper -----------------------------------------------------------------------------------


def test_the_file_is_printed_whole(client: Client, office: Office) -> None:
    from tests.web.paper_reading import text_of as read

    office.add("products", name="卤水豆腐")
    answer = page(client, "operator_print", office.operator.pk)
    assert answer.content.startswith(b"%PDF")
    text = read(answer.content)
    for told in ("河口兴旺豆制品厂", "卤水豆腐", "尚缺的内容"):
        assert told in text, told


# ---- completeness -------------------------------------------------------------------------------


def county_of_files(office: Office) -> None:
    """Files of several kinds, with different holes."""
    another(office, "空饭店")
    full = another(
        office, "满饭店", uscc="91110000802100433B", head="钱多", phone="1", address="街",
        registered_on=day("2020-01-01"),
    )  # fmt: skip
    Premises.objects.filter(operator=full).update(address="街", longitude=124.5, latitude=45.5)
    for section, values in (
        ("people", {"name": "钱多", "role": "head"}),
        ("workforce", {"part": "全店", "total": "3"}),
        ("equipment", {"name": "冰箱", "sort": "cooling"}),
        ("suppliers", {"name": "粮油店"}),
        (
            "training",
            {"title": "考核", "sort": "test", "person": "钱多", "held_on": "2026-05-01"},
        ),
    ):
        office.add(section, full, **values)
    another(office, "摊子", "stall", kind="stall")
    shut = another(office, "关门厂", "food_production")
    Premises.objects.filter(operator=shut).update(state="closed")
    Operator.objects.create(name="无店", kind="company", place=office.here.other_town)
    for stage in choices("archive_stage"):
        office.add("documents", title=stage.words.zh, stage=stage.key)
    office.add("documents", another(office, "半份", "food_production"), title="x", stage="design")


def test_every_number_of_the_table_is_the_length_of_the_list_behind_it(office: Office) -> None:
    county_of_files(office)
    mine = office.here.head
    rows = queries.visible_to(mine)
    table = completeness.table(rows, completeness.town_names(mine.post.territory), "县")
    assert table.whole.operators == rows.count() == 7
    for town in table.towns:
        for section in table.sections:
            asked = {"town": town.code, "missing": section.key}
            listed = queries.narrowed(rows, asked, office.now.date()).count()
            assert town.cells[section.key].lacking == listed, (town.name, section.key)
    documents = table.whole.cells["documents"]
    assert (documents.needed, documents.had) == (2, 1)


def test_the_mean_of_a_township_is_that_of_its_files(office: Office) -> None:
    county_of_files(office)
    mine = office.here.head
    rows = queries.visible_to(mine)
    table = completeness.table(rows, completeness.town_names(mine.post.territory), "县")
    for town in table.towns:
        inside = [o for o in rows if o.place.code.startswith(town.code)]
        scores = [queries.score_of(o).percent for o in inside]
        assert town.score == (sum(scores) // len(scores) if scores else None)
    full = Operator.objects.get(name="满饭店")
    assert queries.score_of(full).percent == 100


def test_the_page_of_completeness(office: Office, django_assert_max_num_queries: Any) -> None:
    county_of_files(office)
    client = logged_in(office.here.head)
    answer = page(client, "operators_completeness")
    assert "河口镇" in text_of(answer)
    assert "missing=products" in answer.content.decode()
    with django_assert_max_num_queries(30):
        page(client, "operators_completeness")


def test_credit_stands_in_the_file_with_the_number_a_repair_needs(
    client: Client, office: Office
) -> None:
    from zhian.apps.registry.archive.crediting import hear

    matter = office.open(
        "credit_record", "record", by=office.here.actor("clerk"), sort="penalty_normal",
        subject="标签不实", decided_by="县局", decision_number="〔2026〕1号",
        happened_on=day("2026-05-01"), files=[paper()],
    )  # fmt: skip
    hear(matter.acts.get())
    text = text_of(page(client, "operator", office.operator.pk))
    assert "守信 0 · 失信 1" in text
    assert "XY0" in text
    assert "2026-08-01 起可以申请修复" in text
