"""One file per operator: rows that are never overwritten, the log, as-of views, bans, status."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.web.archive_office import Office, day, office
from zhian.apps.registry.archive import actions, history, people, queries
from zhian.apps.registry.models import Ban, Product, StaffMember
from zhian.apps.registry.models.archive import ROWS
from zhian.directory.actions import operators
from zhian.directory.errors import NotPossible, NotYours
from zhian.directory.models import DirectoryChange, Operator, Premises
from zhian.law.archive import archive

__all__ = ["office"]
pytestmark = pytest.mark.django_db
CARD = "110101199003070791"  # a made-up number whose check digit is right


def shown(office: Office, section: str, on: str) -> list[dict[str, str]]:
    sheets = history.sheets(office.operator, day(on), personal=True)
    rows = next(s for s in sheets if s.section.key == section).rows
    return [{f.key: text for f, text in row.cells} for row in rows]


# ---- the tables and the data file ---------------------------------------------------------------


@pytest.mark.parametrize("section", archive().rows, ids=lambda s: s.key)
def test_every_field_of_the_data_file_is_a_column(section: Any) -> None:
    columns = {f.name for f in ROWS[section.model]._meta.get_fields()}
    assert {f.key for f in section.fields} <= columns


def test_every_table_of_rows_has_its_section() -> None:
    assert {s.model for s in archive().rows} == set(ROWS)


# ---- rows ---------------------------------------------------------------------------------------


def test_a_change_ends_the_row_that_stood_and_begins_another_on_its_line(office: Office) -> None:
    old = office.add("products", name="豆腐", standard="GB 2712")
    new = office.on("2026-07-01").change("products", old, name="卤水豆腐")
    old.refresh_from_db()
    assert (old.until, old.ended_why) == (day("2026-06-30"), "核实有误")
    assert (new.since, new.until, new.line) == (day("2026-07-01"), None, old.line)
    assert isinstance(new, Product)
    assert (new.name, new.standard) == ("卤水豆腐", "GB 2712")


def test_the_file_as_of_a_day_says_what_stood_then(office: Office) -> None:
    old = office.add("products", name="豆腐")
    office.on("2026-07-01").change("products", old, name="卤水豆腐")
    assert shown(office, "products", "2026-05-31") == []
    assert [r["name"] for r in shown(office, "products", "2026-06-30")] == ["豆腐"]
    assert [r["name"] for r in shown(office, "products", "2026-07-01")] == ["卤水豆腐"]


def test_what_is_mended_on_its_first_day_held_on_no_day(office: Office) -> None:
    row = office.add("products", name="豆付")
    office.change("products", row, name="豆腐")
    assert [r["name"] for r in shown(office, "products", "2026-06-01")] == ["豆腐"]
    assert Product.objects.count() == 2


def test_nothing_changed_writes_nothing(office: Office) -> None:
    row = office.add("products", name="豆腐")
    assert office.change("products", row, name="豆腐") == row
    assert Product.objects.count() == 1


def test_a_row_that_somebody_changed_meanwhile_is_not_changed_again(office: Office) -> None:
    row = office.add("products", name="豆腐")
    office.on("2026-06-02").change("products", row, name="老豆腐")
    with pytest.raises(NotPossible, match="其间已有人改过"):
        office.change("products", row, name="嫩豆腐")


def test_a_line_leaves_the_file_with_its_reason(office: Office) -> None:
    row = office.add("products", name="豆腐")
    section = archive().sections["products"]
    with pytest.raises(NotPossible, match="理由"):
        actions.end_row(section, row, office.hand(" "))
    office.on("2026-08-01")
    actions.end_row(section, row, office.hand("已停产"))
    assert shown(office, "products", "2026-08-01") == []
    assert [r["name"] for r in shown(office, "products", "2026-07-31")] == ["豆腐"]


@pytest.mark.parametrize(
    ("section", "values", "field"),
    [
        ("products", {"name": " "}, "name"),
        ("products", {"name": "豆" * 201}, "name"),
        ("people", {"name": "王芳", "role": "king"}, "role"),
        ("people", {"name": "王芳"}, "role"),
        ("workforce", {"part": "全厂", "total": "-3"}, "total"),
        ("workforce", {"part": "全厂", "total": "3.5"}, "total"),
        (
            "training",
            {"title": "课", "sort": "lesson", "person": "王", "held_on": "昨天"},
            "held_on",
        ),
        ("documents", {"title": "制度", "stage": "moon"}, "stage"),
    ],
)
def test_what_cannot_stand_is_refused_beside_its_field(
    office: Office, section: str, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotPossible) as refused:
        office.add(section, **values)
    assert refused.value.field == field


def test_premises_of_another_are_refused(office: Office) -> None:
    other = Operator.objects.create(name="别家", kind="company", place=office.here.town)
    with pytest.raises(NotPossible, match="不属于"):
        actions.add_row(
            archive().sections["products"], other, {"name": "豆腐"}, office.hand(),
            premises=office.here.premises,
        )  # fmt: skip


# ---- history field by field ---------------------------------------------------------------------


def test_history_says_who_changed_what_from_what_to_what_when_and_why(office: Office) -> None:
    row = office.add("products", name="豆腐", brand="兴旺")
    office.on("2026-07-01").change("products", row, "包装已换", brand="新兴旺")
    last = history.changes(office.operator)[0]
    assert (last.field.zh, last.before, last.after) == ("商标", "兴旺", "新兴旺")
    assert last.why == "包装已换"
    assert last.who.startswith("郑一平")
    assert last.at == office.now


def test_the_subject_changes_through_one_function_that_leaves_a_line(office: Office) -> None:
    office.on("2026-07-01")
    changed = actions.change_subject(
        office.operator, {"head": "钱多", "address": office.operator.address}, office.hand("换人")
    )
    assert changed == ("head",)
    line = DirectoryChange.objects.get(subject_kind="operator")
    assert (line.before, line.after, line.reason) == ({"head": "赵立新"}, {"head": "钱多"}, "换人")
    assert shown(office, "subject", "2026-06-30")[0]["head"] == "赵立新"
    assert shown(office, "subject", "2026-07-01")[0]["head"] == "钱多"


def test_several_changes_are_taken_back_one_after_the_other(office: Office) -> None:
    for when, head in (("2026-07-01", "甲"), ("2026-07-02", "乙"), ("2026-07-03", "丙")):
        office.on(when)
        actions.change_subject(office.operator, {"head": head}, office.hand())
    days = ("2026-06-30", "2026-07-01", "2026-07-02", "2026-07-03")
    assert [shown(office, "subject", d)[0]["head"] for d in days] == ["赵立新", "甲", "乙", "丙"]


def test_premises_entered_later_are_not_in_the_file_of_an_earlier_day(office: Office) -> None:
    office.on("2026-07-01")
    operators.add_premises(
        office.operator,
        {"name": "二店", "place": office.here.village, "business_type": "catering"},
        by=office.here.inspector,
        reason="新开",
    )
    assert [r["name"] for r in shown(office, "premises", "2026-06-30")] == ["河口兴旺豆制品厂"]
    assert "二店" in [r["name"] for r in shown(office, "premises", "2026-07-01")]


# ---- what may be written ------------------------------------------------------------------------


def test_a_code_with_a_wrong_check_digit_is_refused(office: Office) -> None:
    with pytest.raises(NotPossible) as refused:
        actions.change_subject(office.operator, {"uscc": "91239900MA0000000A"}, office.hand())
    assert refused.value.field == "uscc"


def test_one_code_belongs_to_one_operator(office: Office) -> None:
    code = "91110000802100433B"
    Operator.objects.create(name="别家", kind="company", place=office.here.town, uscc=code)
    with pytest.raises(NotPossible, match="别家"):
        actions.change_subject(office.operator, {"uscc": code}, office.hand())


def test_swapped_coordinates_are_said(office: Office) -> None:
    with pytest.raises(NotPossible, match="写反"):
        operators.change_premises(
            office.here.premises, {"longitude": 45.9, "latitude": 124.8}, by=None
        )


def test_links_of_the_chain_are_kept_in_their_order(office: Office) -> None:
    shop = office.here.premises
    operators.change_premises(shop, {"links": "sale growing"}, by=None)
    shop.refresh_from_db()
    assert shop.links == " growing sale "
    with pytest.raises(NotPossible, match="moon"):
        operators.change_premises(shop, {"links": "moon"}, by=None)


def test_nobody_writes_outside_his_territory(office: Office) -> None:
    with pytest.raises(NotYours):
        operators.change_operator(office.operator, {"head": "x"}, by=office.here.outsider)


# ---- trading status -----------------------------------------------------------------------------


def test_the_status_changes_with_day_and_reason(office: Office) -> None:
    operators.set_state(
        office.operator, "deregistered", since=day("2026-05-20"), today=office.now.date(),
        by=office.here.inspector, reason="登记机关已注销",
    )  # fmt: skip
    assert (office.operator.state, office.operator.ended_on) == ("deregistered", date(2026, 5, 20))
    line = DirectoryChange.objects.get(what="operator_state")
    assert line.reason == "2026-05-20：登记机关已注销"
    office.on("2026-06-09")
    operators.set_state(
        office.operator, "active", since=day("2026-06-09"), today=office.now.date(), by=None,
        reason="登记有误",
    )  # fmt: skip
    assert office.operator.ended_on is None


@pytest.mark.parametrize(
    ("state", "since", "reason", "field"),
    [
        ("sleeping", "2026-05-01", "x", "state"),
        ("closed", "2026-06-02", "x", "since"),
        ("closed", "2026-05-01", " ", "reason"),
    ],
)
def test_a_status_without_reason_or_in_future_is_refused(
    office: Office, state: str, since: str, reason: str, field: str
) -> None:
    with pytest.raises(NotPossible) as refused:
        operators.set_state(
            office.operator, state, since=day(since), today=office.now.date(), by=None,
            reason=reason,
        )  # fmt: skip
    assert refused.value.field == field


def test_a_deregistered_holder_is_a_ghost_of_the_licences(office: Office) -> None:
    from zhian.apps.registry.licences import queries as licences
    from zhian.apps.registry.models import Licence

    licence = Licence.objects.create(
        kind="SC", number="SC12523990100017", agency=office.here.bureau, operator=office.operator,
        place_code=office.here.village.code, first_issued_on=day("2024-01-01"),
        issued_on=day("2024-01-01"), expires_on=day("2028-12-31"),
    )  # fmt: skip
    rows = licences.visible_to(office.licences)
    assert not licences.ghost("alive").find(rows, office.now.date()).exists()
    operators.set_state(
        office.operator, "deregistered", since=day("2026-05-20"), today=office.now.date(), by=None,
        reason="登记机关已注销",
    )  # fmt: skip
    assert list(licences.ghost("alive").find(rows, office.now.date())) == [licence]


# ---- bans ---------------------------------------------------------------------------------------


def barred(office: Office, until: date | None, identity: str = "") -> Ban:
    from zhian.desk.models import Act

    matter = office.open("support_request", "ask", area="testing", wanted="检测设备")
    return people.bar(
        act=Act.objects.get(matter=matter, seq=1), name="孙权", identity=identity,
        operator=office.operator, since=day("2024-01-01"), until=until, article="FSL 135",
    )  # fmt: skip


@pytest.mark.parametrize("until", [None, date(2029, 1, 1)])
def test_whoever_is_barred_is_not_named_a_manager(office: Office, until: date | None) -> None:
    barred(office, until, people.digest(CARD))
    with pytest.raises(NotPossible, match="135") as refused:
        actions.add_row(
            archive().sections["people"], office.operator,
            {"name": "孙权", "role": "safety_officer"}, office.hand(), identity=CARD, another=True,
        )  # fmt: skip
    assert refused.value.field == "name"
    assert not StaffMember.objects.exists()


def test_a_ban_that_is_over_bars_nobody(office: Office) -> None:
    barred(office, date(2026, 5, 31))
    assert office.add("people", name="孙权", role="head").pk


def test_a_namesake_must_be_told_apart_first(office: Office) -> None:
    barred(office, None)
    with pytest.raises(NotPossible, match="同名"):
        office.add("people", name="孙权", role="head")
    section = archive().sections["people"]
    values = {"name": "孙权", "role": "head"}
    assert actions.add_row(section, office.operator, values, office.hand(), another=True).pk


def test_an_identity_number_that_differs_is_another_person(office: Office) -> None:
    barred(office, None, people.digest("11010119900307109X"))
    section = archive().sections["people"]
    values = {"name": "孙权", "role": "head"}
    row = actions.add_row(section, office.operator, values, office.hand(), identity=CARD)
    assert isinstance(row, StaffMember)
    assert CARD not in str(vars(row))
    assert row.identity == people.digest(CARD)


def test_a_barred_person_may_still_test(office: Office) -> None:
    barred(office, None)
    assert office.add("people", name="孙权", role="tester").pk


def test_a_barred_head_is_refused_at_the_subject_too(office: Office) -> None:
    barred(office, None)
    with pytest.raises(NotPossible) as refused:
        actions.change_subject(office.operator, {"head": "孙权"}, office.hand())
    assert refused.value.field == "head"


def test_a_wrong_identity_number_is_said(office: Office) -> None:
    with pytest.raises(NotPossible, match="身份证"):
        people.digest("110101199003070792")


# ---- completeness -------------------------------------------------------------------------------


def test_a_new_file_with_its_first_premises(office: Office) -> None:
    made = actions.open_file(
        {"name": "柳林老赵油坊", "kind": "workshop", "head": "赵四", "place": office.here.town},
        {
            "name": "柳林老赵油坊", "place": office.here.village, "address": "二组",
            "business_type": "food_workshop",
        },
        office.hand("排查发现"),
    )  # fmt: skip
    assert Premises.objects.get(operator=made).business_type == "food_workshop"
    assert {c.what for c in DirectoryChange.objects.all()} == {"add_operator", "add_premises"}


def test_the_score_of_a_file_grows_with_it(office: Office) -> None:
    before = queries.score_of(office.operator)
    assert ("products", "") in {(p.section, p.field) for p in before.missing}
    office.add("products", name="豆腐")
    after = queries.score_of(office.operator)
    assert after.percent > before.percent
    assert ("products", "") not in {(p.section, p.field) for p in after.missing}
