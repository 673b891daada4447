"""The table of holidays and the lawyer's choices: in force at once, and on record."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.builders import County, county, local, person
from tests.web.test_disposal import received
from zhian.desk import timing
from zhian.desk.clockwork import recount
from zhian.desk.engine.perform import open_matter
from zhian.desk.models import Act, Clock, Matter
from zhian.desk.tasks import opening_of
from zhian.directory import calendar, choices, office_law
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, CalendarYear, DirectoryChange, Setting
from zhian.law.calendar import Calendar
from zhian.law.settings import Settings

pytestmark = pytest.mark.django_db
NOTICE = "国办发明电〔2026〕9号"
YEAR = 2027


@pytest.fixture
def here(data_folder: Path) -> County:
    return county()


@pytest.fixture
def admin(here: County) -> Appointment:
    return person(here.bureau, "system_admin", name="系统管理员")


def spring_festival(admin: Appointment) -> None:
    calendar.set_days(
        first=date(YEAR, 2, 5),
        last=date(YEAR, 2, 12),
        working=False,
        name="春节",
        source=NOTICE,
        by=admin,
    )
    calendar.set_days(
        first=date(YEAR, 1, 31),
        last=date(YEAR, 1, 31),
        working=True,
        name="春节调休",
        source=NOTICE,
        by=admin,
    )


def publish(admin: Appointment) -> int:
    return calendar.publish(year=YEAR, source=NOTICE, published_on=date(2026, 11, 20), by=admin)


def test_what_is_entered_counts_only_once_it_is_published(admin: Appointment) -> None:
    spring_festival(admin)
    assert calendar.pending()
    assert Calendar.load().is_workday(date(YEAR, 2, 8))
    publish(admin)
    ours = Calendar.load()
    assert not calendar.pending()
    assert ours.is_published(YEAR)
    assert not ours.is_workday(date(YEAR, 2, 8))
    assert ours.is_workday(date(YEAR, 1, 31))


def test_every_day_needs_its_notice(admin: Appointment) -> None:
    with pytest.raises(NotPossible, match="通知"):
        calendar.set_days(
            first=date(YEAR, 5, 1),
            last=date(YEAR, 5, 5),
            working=False,
            name="劳动节",
            source=" ",
            by=admin,
        )


def test_a_year_without_a_day_off_is_not_published(admin: Appointment) -> None:
    with pytest.raises(NotPossible, match="还没有录入放假日"):
        publish(admin)
    assert not calendar.overlay_file().exists()


def test_only_the_keeper_of_the_calendar_publishes(here: County) -> None:
    with pytest.raises(NotPossible, match="岗位不能办理"):
        publish(here.inspector)


def test_a_day_taken_out_falls_back_to_the_shipped_notice(admin: Appointment) -> None:
    spring_festival(admin)
    calendar.clear_day(day=date(YEAR, 1, 31), by=admin, reason="录错")
    assert date(YEAR, 1, 31) not in {row.day for row in calendar.days_of(YEAR)}


def begun(here: County) -> Matter:
    """A disposal whose clocks reach into the year without a notice."""
    with timing.recorded_at(local("2026-11-24 10:00")):
        return received(here, date(2026, 11, 24))


def test_open_clocks_are_counted_again_on_record(here: County, admin: Appointment) -> None:
    matter = begun(here)
    before = {c.pk: (c.due_day, c.provisional) for c in matter.clocks.all()}
    spring_festival(admin)
    moved = publish(admin)
    after = {c.pk: (c.due_day, c.provisional) for c in matter.clocks.all()}
    changed = [pk for pk in before if before[pk] != after[pk]]
    act = Act.objects.get(matter=matter, verb="recount")
    assert moved == len(changed) == len(act.data["clocks"]) > 0
    assert (act.actor_kind, act.reason) == ("system", NOTICE)
    assert not any(provisional for _, provisional in after.values())
    assert recount.recount_open(NOTICE) == 0
    matter.refresh_from_db()
    least = min(c.due_at for c in matter.clocks.filter(state="running"))
    assert matter.next_due_at == least


def test_a_task_with_a_day_set_by_its_giver_does_not_move(here: County, admin: Appointment) -> None:
    deadline = local("2027-02-10 00:00")
    fields = {
        "text": "节前检查",
        "origin": "superior",
        "agency": here.bureau,
        "handler": here.inspector,
        "deadline": deadline,
    }
    with timing.recorded_at(local("2026-11-24 10:00")):
        matter = open_matter(
            "task",
            "direct",
            opening_of(giver=here.head, source=None, fields=fields),
            by=here.actor("head"),
        )
    spring_festival(admin)
    publish(admin)
    assert Clock.objects.get(matter=matter, set_due__isnull=False).due_at == deadline
    assert not Act.objects.filter(matter=matter, verb="recount").exists()


def test_a_lawyers_choice_is_kept_with_its_reason_and_read_by_the_law(
    here: County, admin: Appointment
) -> None:
    assert office_law.reckoner().settings.value("disposal_starts") == "receipt"
    choices.choose(key="disposal_starts", value="begin", by=admin, reason="法制科意见")
    assert Settings.load().value("disposal_starts") == "begin"
    assert office_law.reckoner().settings.value("disposal_starts") == "begin"
    assert Setting.objects.get(key="law.disposal_starts").reason == "法制科意见"
    line = DirectoryChange.objects.get(what="setting")
    assert line.before == {"disposal_starts": "receipt"}


def test_an_internal_target_in_the_file_outlives_a_choice(admin: Appointment) -> None:
    kept = '[target.prompt]\namount = 5\nunit = "working_day"\nwhy = { zh = "本局", en = "Ours" }\n'
    choices.own_file().write_text(kept, encoding="utf-8")
    choices.choose(key="roll_weekends", value=False, by=admin, reason="法制科意见")
    choices.choose(key="semester_ends", value=("01-20", "07-10"), by=admin, reason="校历")
    ours = Settings.load()
    assert (ours.on("roll_weekends"), ours.semesters()) == (False, ((1, 20), (7, 10)))
    assert kept.strip() in choices.own_file().read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "value", "reason", "why"),
    [
        ("roll_weekends", "maybe", "想", "取值无效"),
        ("disposal_starts", "someday", "想", "取值无效"),
        ("semester_ends", ("13-45",), "想", "取值无效"),
        ("no_such_thing", True, "想", "没有设置"),
        ("roll_weekends", False, "  ", "理由"),
    ],
)
def test_an_impossible_choice_is_refused(
    admin: Appointment, key: str, value: object, reason: str, why: str
) -> None:
    with pytest.raises(NotPossible, match=why):
        choices.choose(key=key, value=value, by=admin, reason=reason)
    assert not choices.own_file().exists()


def test_years_offered_reach_two_years_ahead(admin: Appointment) -> None:
    assert {2026, 2027, 2028} <= set(calendar.years())
    assert calendar.published(2026)
    assert not calendar.published(YEAR)
    CalendarYear.objects.create(year=YEAR, source=NOTICE)
    assert calendar.published(YEAR)
