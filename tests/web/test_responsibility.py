"""属地责任: one person per level; gaps and overlaps; filled by post, rule, roster and task."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import County, county, person, place
from tests.web.pages import logged_in, text_of
from zhian.desk import stewards as tasks, timing
from zhian.desk.clockwork.tick import tick
from zhian.desk.engine import handover
from zhian.desk.errors import DeskError
from zhian.desk.models import Act, Matter
from zhian.directory import findings, stewards
from zhian.directory.actions import stewards as actions
from zhian.directory.errors import NotPossible
from zhian.directory.models import (
    Agency,
    Appointment,
    DirectoryChange,
    Operator,
    Place,
    Premises,
    Stewardship,
)
from zhian.directory.places import steward_roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def admin(here: County) -> Appointment:
    return person(here.bureau, "system_admin", name="系统管理员")


@pytest.fixture
def leader(here: County) -> Appointment:
    government = Agency.objects.create(
        code="XZF", name="松原县人民政府", kind="county_government", place=here.county
    )
    return person(government, "county_leader", name="韩县长")


@pytest.fixture
def villager(here: County) -> Appointment:
    committee = Agency.objects.create(
        code="HDC", name="河东村村民委员会", kind="village", place=here.village
    )
    return person(committee, "village_officer", name="高信息员")


def shop(here: County, where: Place, name: str = "小店", **more: Any) -> Premises:
    operator = Operator.objects.create(name=name, kind="individual", place=where)
    return Premises.objects.create(
        operator=operator, name=name, place=where, business_type="food_sale", **more
    )


def lacking(here: County, level: str) -> list[Premises]:
    rows = stewards.in_business(here.county)
    return list(stewards.lacking(rows, level, timing.today()))


def named(here: County, level: str, who: Appointment, by: Appointment, **more: Any) -> Stewardship:
    return actions.appoint_steward(
        premises=here.premises,
        appointment=who,
        level=level,
        since=timing.today(),
        by=by,
        **more,
    )


# ---- gaps and overlaps


def test_every_level_that_the_address_reaches_needs_somebody(
    here: County, admin: Appointment
) -> None:
    in_town = shop(here, here.town)
    assert set(lacking(here, "county")) == {here.premises, in_town}
    assert set(lacking(here, "township")) == {here.premises, in_town}
    assert lacking(here, "village") == [here.premises]
    named(here, "township", here.township_head, admin)
    assert lacking(here, "township") == [in_town]


def test_a_closed_shop_needs_nobody(here: County) -> None:
    Premises.objects.update(state="closed")
    assert [lacking(here, level) for level in stewards.LEVELS] == [[], [], []]


def test_whoever_left_the_post_answers_no_longer(here: County, admin: Appointment) -> None:
    bond = named(here, "township", here.township_head, admin)
    assert lacking(here, "township") == []
    Appointment.objects.filter(pk=here.township_head.pk).update(
        until=timing.today() - timedelta(days=1)
    )
    assert lacking(here, "township") == [here.premises]
    assert Stewardship.objects.get(pk=bond.pk).until is None


def test_two_at_one_level_are_an_overlap_only_when_both_were_wanted(
    here: County, admin: Appointment
) -> None:
    rows, day = stewards.in_business(here.county), timing.today()
    named(here, "township", here.township_head, admin)
    named(here, "township", here.township_officer, admin)
    assert list(stewards.doubled(rows, day)) == []
    named(here, "township", here.township_head, admin, beside=True)
    assert list(stewards.doubled(rows, day)) == [here.premises]


def test_the_report_of_gaps_counts_its_rows(here: County, admin: Appointment) -> None:
    for key in stewards.GAPS:
        finding = findings.FINDINGS[f"steward_{key}"]
        rows = list(finding.rows(admin, timing.today()))
        assert finding.count(admin, timing.today()) == len(rows)
        assert rows == ([] if key == "double" else [here.premises])


@pytest.mark.parametrize(
    ("who", "level", "says"),
    [
        ("outsider", "township", "不是这一级的岗位"),
        ("township_head", "county", "不是这一级的岗位"),
        ("township_head", "moon", "级别须为"),
    ],
)
def test_a_post_answers_only_at_its_level(
    who: str, level: str, says: str, here: County, admin: Appointment
) -> None:
    with pytest.raises(NotPossible, match=says):
        named(here, level, getattr(here, who), admin)


def test_nobody_answers_outside_his_territory(here: County, admin: Appointment) -> None:
    far = shop(here, here.other_town)
    with pytest.raises(NotPossible, match="辖区不包括柳林镇"):
        actions.appoint_steward(
            premises=far,
            appointment=here.township_head,
            level="township",
            since=timing.today(),
            by=admin,
        )


def test_the_one_before_ends_the_day_before_and_the_log_keeps_both(
    here: County, admin: Appointment
) -> None:
    old = named(here, "township", here.township_head, admin)
    Stewardship.objects.filter(pk=old.pk).update(since=date(2024, 1, 1))
    named(here, "township", here.township_officer, admin, reason="调整")
    old.refresh_from_db()
    assert old.until == timing.today() - timedelta(days=1)
    whats = list(DirectoryChange.objects.order_by("id").values_list("what", flat=True))
    assert whats == ["steward", "end_steward", "steward"]


# ---- coverage


def test_coverage_is_counted_by_level_and_rounded_down(here: County, admin: Appointment) -> None:
    for n in range(2):
        shop(here, here.village, f"村店{n}")
    shop(here, here.other_town)
    named(here, "township", here.township_head, admin)
    town, other = stewards.coverage(here.county, [here.town, here.other_town], timing.today())
    assert (town.premises, town.villaged, town.percent("township")) == (3, 3, 33)
    assert (town.lacking("township"), town.lacking("village")) == (2, 3)
    assert (other.premises, other.villaged, other.percent("village")) == (1, 0, 100)
    assert not town.whole


def test_coverage_asks_as_often_for_many_as_for_one(here: County, admin: Appointment) -> None:
    def queries(towns: list[Place]) -> int:
        with CaptureQueriesContext(connection) as asked:
            stewards.coverage(here.county, towns, timing.today())
        return len(asked)

    more = [place(f"2399003{n:02d}000", f"镇{n}", "township", here.county) for n in range(10)]
    assert queries([here.town]) == queries([here.town, here.other_town, *more]) == 4


# ---- by post, by rule, by roster


def test_posts_fill_what_they_can_and_say_what_they_cannot(
    here: County, admin: Appointment, leader: Appointment, villager: Appointment
) -> None:
    shop(here, here.other_town)
    day = timing.today()
    assert stewards.propose(here.county, "county", day).people == [(leader, 2)]
    township = stewards.propose(here.county, "township", day)
    assert township.people == [(here.township_head, 1)]
    assert township.unheld == {"239900200000": 1}
    n = actions.fill_by_post(place=here.county, levels=stewards.LEVELS, since=day, by=admin)
    assert n == 4
    assert [len(lacking(here, level)) for level in stewards.LEVELS] == [0, 1, 0]
    again = actions.fill_by_post(place=here.county, levels=stewards.LEVELS, since=day, by=admin)
    assert again == 0


def test_two_in_one_post_are_not_chosen_between(here: County, admin: Appointment) -> None:
    person(here.township, "township_head", name="副镇长")
    found = stewards.propose(here.town, "township", timing.today())
    assert found.pairs == () and found.several == {"239900100000": 1}


def test_a_whole_village_comes_to_its_officer(
    here: County, admin: Appointment, villager: Appointment
) -> None:
    for n in range(3):
        shop(here, here.village, f"村店{n}")
    day = timing.today()
    given: dict[str, Any] = {
        "place": here.village,
        "level": "village",
        "appointment": villager,
        "since": day,
        "by": admin,
    }
    before = Stewardship.objects.count()
    seen = actions.preview(lambda: actions.bind_place(**given))
    assert seen == actions.Bound(4, 0, 0, 0) and Stewardship.objects.count() == before
    assert actions.bind_place(**given) == seen
    assert actions.bind_place(**given) == actions.Bound(0, 4, 0, 0)
    assert lacking(here, "village") == []


def test_a_rule_may_leave_those_alone_who_have_somebody(here: County, admin: Appointment) -> None:
    named(here, "township", here.township_officer, admin)
    shop(here, here.town)
    given: dict[str, Any] = {
        "place": here.town,
        "level": "township",
        "appointment": here.township_head,
        "since": timing.today(),
        "by": admin,
    }
    assert actions.bind_place(**given, only_gaps=True) == actions.Bound(1, 0, 0, 0)
    assert actions.bind_place(**given) == actions.Bound(0, 1, 1, 0)


HEAD = "名称,级别,责任人\n"


def roster(text: str, by: Appointment, **more: Any) -> steward_roster.Report:
    given: dict[str, Any] = {"since": timing.today(), "beside": False, "commit": True} | more
    return steward_roster.import_roster("名册.csv", (HEAD + text).encode(), by=by, **given)


def test_a_roster_binds_by_name_and_a_second_time_adds_nothing(
    here: County, admin: Appointment, villager: Appointment
) -> None:
    text = f"{here.premises.name},乡镇,卫镇长\n{here.premises.name},村级,{villager.user.username}\n"
    report = roster(text, admin)
    assert report.committed and report.bound == actions.Bound(2, 0, 0, 0)
    assert roster(text, admin).bound == actions.Bound(0, 2, 0, 0)


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("没有此店,乡镇,卫镇长", "名称", "没有“没有此店”"),
        ("河口兴旺豆制品厂,省级,卫镇长", "级别", "没有级别“省级”"),
        ("河口兴旺豆制品厂,乡镇,无名氏", "责任人", "没有“无名氏”在任"),
        ("河口兴旺豆制品厂,村级,卫镇长", "责任人", "不是这一级的岗位"),
        (",乡镇,卫镇长", "名称", "须填一项"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_taken(
    line: str, column: str, says: str, here: County, admin: Appointment
) -> None:
    report = roster(f"河口兴旺豆制品厂,乡镇,蒋明\n{line}\n", admin)
    (cell,) = report.errors
    assert (cell.row, cell.column) == (3, column) and says in cell.words.zh
    assert not report.committed and not Stewardship.objects.exists()


def test_a_roster_may_put_a_second_person_beside_the_first(
    here: County, admin: Appointment
) -> None:
    named(here, "township", here.township_officer, admin)
    line = "河口兴旺豆制品厂,乡镇,卫镇长\n"
    assert roster(line, admin, beside=True).bound == actions.Bound(0, 0, 0, 1)
    rows = stewards.in_business(here.county)
    assert list(stewards.doubled(rows, timing.today())) == [here.premises]


# ---- tasks that close themselves


def open_tasks() -> list[Matter]:
    return list(Matter.objects.filter(kind="task", closed_at__isnull=True).order_by("pk"))


def test_gaps_become_one_task_each_and_a_second_click_gives_none(
    here: County, admin: Appointment
) -> None:
    until = tasks.default_day()
    given = tasks.open_tasks(here.town, giver=here.head, until=until)
    assert [gap for _matter, gap in tasks.open_of(here.town)] == ["county", "township", "village"]
    assert given[1].agency == here.township and given[0].agency == here.bureau
    assert "1 个在营场所无乡镇责任人" in given[1].task.text
    assert tasks.open_tasks(here.town, giver=here.head, until=until) == []
    assert tasks.open_of(here.other_town) == []


def test_a_filled_gap_closes_its_task_and_no_other(here: County, admin: Appointment) -> None:
    county_gap, town_gap, village_gap = tasks.open_tasks(
        here.town, giver=here.head, until=tasks.default_day()
    )
    assert tick().settled == 0
    named(here, "township", here.township_head, admin)
    assert tick().settled == 1
    assert open_tasks() == [county_gap, village_gap]
    town_gap.refresh_from_db()
    assert town_gap.phase == "closed"
    last = Act.objects.filter(matter=town_gap).order_by("-seq").first()
    assert last is not None and (last.verb, last.actor_kind) == ("settled", "system")
    assert tick().settled == 0


def test_a_gap_that_opens_again_is_given_again(here: County, admin: Appointment) -> None:
    bond = named(here, "township", here.township_head, admin)
    named_other = shop(here, here.town)
    tasks.open_tasks(here.town, giver=here.head, until=tasks.default_day(), gaps=["township"])
    named_other.state = "closed"
    named_other.save()
    assert tick().settled == 1
    actions.end_steward(row=bond, on=timing.today() - timedelta(days=1), by=admin, reason="调离")
    with timing.recorded_at(timing.now() + timedelta(minutes=2)):
        (again,) = tasks.open_tasks(
            here.town, giver=here.head, until=tasks.default_day(), gaps=["township"]
        )
    assert again.phase == "given"


def test_a_post_that_gives_no_tasks_gives_none_here(here: County) -> None:
    with pytest.raises(DeskError):
        tasks.open_tasks(here.town, giver=here.township_officer, until=tasks.default_day())
    assert open_tasks() == []


# ---- handing over


def test_the_successor_answers_without_a_day_between(here: County, admin: Appointment) -> None:
    bond = named(here, "township", here.township_head, admin)
    Stewardship.objects.filter(pk=bond.pk).update(since=date(2024, 1, 1))
    heir = person(here.township, "township_head", name="新镇长")
    moves = handover.hand_on(
        appointment=here.township_head,
        successor=heir,
        on=timing.today(),
        by=admin,
        reason="调任",
    )
    assert moves.counts["stewards"] == 1
    (now,) = Stewardship.objects.on(timing.today())
    assert now.appointment == heir
    assert lacking(here, "township") == []


# ---- pages


def test_the_page_of_a_township_says_who_answers_and_what_is_missing(
    here: County, admin: Appointment, leader: Appointment
) -> None:
    named(here, "township", here.township_head, admin)
    page = text_of(logged_in(here.head).get(f"/answering/{here.town.pk}/"))
    for words in ("河口镇：谁负责什么", "卫镇长", "无村级责任人 1", "无县级责任人 1", "100%"):
        assert words in page
    assert "无乡镇责任人 1" not in page


def test_an_inspector_reads_and_cannot_change(here: County) -> None:
    client = logged_in(here.inspector)
    page = client.get(f"/answering/{here.town.pk}/")
    assert "/fill/" not in page.content.decode() and "交办补齐" in text_of(page)
    assert client.get(f"/answering/{here.town.pk}/fill/").status_code == 403
    assert client.get(f"/answering/{here.other_town.pk}/").status_code == 404


def test_filling_by_post_through_the_page(
    here: County, admin: Appointment, leader: Appointment
) -> None:
    client = logged_in(admin)
    seen = text_of(client.get(f"/answering/{here.county.pk}/fill/"))
    assert "韩县长" in seen and "卫镇长" in seen
    sent = client.post(f"/answering/{here.county.pk}/fill/", {"level": ["county"]}, follow=True)
    assert "已为 1 个场所明确责任人" in text_of(sent)
    assert lacking(here, "county") == [] and lacking(here, "township") == [here.premises]


def test_a_whole_place_is_previewed_then_bound_through_the_page(
    here: County, admin: Appointment
) -> None:
    client, url = logged_in(admin), f"/answering/{here.town.pk}/bind/"
    fields = {
        "appointment": here.township_head.pk,
        "level": "township",
        "since": timing.today().isoformat(),
    }
    seen = client.post(f"{url}?official=卫", fields)
    assert "新明确 1 个" in text_of(seen) and not Stewardship.objects.exists()
    client.post(f"{url}?official=卫", {**fields, "commit": "1"})
    assert Stewardship.objects.get().way == "rule"
    wrong = client.post(f"{url}?official=卫", {**fields, "level": "county"})
    assert wrong.status_code == 422 and "不是这一级的岗位" in text_of(wrong)


def test_tasks_are_given_with_one_click(here: County) -> None:
    client = logged_in(here.head)
    sent = client.post(f"/answering/{here.town.pk}/tasks/", {"until": ""}, follow=True)
    assert "已交办 3 件" in text_of(sent)
    assert all(f"已交办 {matter.number}" in text_of(sent) for matter in open_tasks())
    again = client.post(f"/answering/{here.town.pk}/tasks/", {"until": ""}, follow=True)
    assert "没有要交办的" in text_of(again)


def test_a_roster_through_the_page_in_two_steps(
    here: County, admin: Appointment, data_folder: Any, settings: Any
) -> None:
    settings.DATA = data_folder
    client = logged_in(admin)
    content = (HEAD + "河口兴旺豆制品厂,乡镇,卫镇长\n").encode()
    fields = {"since": timing.today().isoformat(), "file": SimpleUploadedFile("名册.csv", content)}
    seen = client.post("/answering/roster/", fields)
    assert "新明确 1" in text_of(seen) and not Stewardship.objects.exists()
    client.post("/answering/roster/", {"commit": "1"})
    assert Stewardship.objects.get().appointment == here.township_head
    late = client.post("/answering/roster/", {"commit": "1"}, follow=True)
    assert "没有待导入的文件" in text_of(late)


def test_naming_and_ending_by_hand(here: County, admin: Appointment) -> None:
    client, url = logged_in(admin), f"/directory/premises/{here.premises.pk}/stewards/new/"
    fields = {
        "appointment": here.township_head.pk,
        "level": "township",
        "since": timing.today().isoformat(),
    }
    client.post(f"{url}?official=卫", fields)
    bond = Stewardship.objects.get()
    assert "卫镇长" in text_of(client.get(url))
    fields = {"on": (timing.today() - timedelta(days=1)).isoformat(), "reason": "录错"}
    client.post(f"/directory/stewards/{bond.pk}/end/", fields)
    assert not Stewardship.objects.exists()


def test_the_list_to_hang_up_names_everybody(here: County, admin: Appointment) -> None:
    named(here, "township", here.township_head, admin)
    text = logged_in(here.head).get(f"/answering/{here.town.pk}/?format=csv").content.decode()
    assert "河口兴旺豆制品厂" in text and "卫镇长" in text
