"""What time brings: terms end, people are reminded, notices leave, the day gets its root."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import County, county, local, person
from zhian.desk import timing
from zhian.desk.clockwork import falling_due, reminders
from zhian.desk.clockwork.tick import tick
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Act, Clock, Evidence, LedgerRoot, Matter, Notice, Reminder
from zhian.directory.models import Appointment

pytestmark = pytest.mark.django_db
MONDAY = "2026-09-14 09:00"
UNTIL = date(2026, 9, 24)  # a Thursday; 2026-09-20 is worked for the holiday of 25 September


@pytest.fixture(autouse=True)
def outbox(settings: Any, tmp_path: Path) -> Path:
    settings.OUTBOX = tmp_path / "outbox"
    return tmp_path / "outbox"


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def correcting(here: County) -> Matter:
    """An order that was served on Monday; the operator has until the 24th."""
    with timing.recorded_at(local(MONDAY)):
        matter = open_matter(
            "rectification",
            "open",
            Opening(
                title="责令改正：河口兴旺豆制品厂",
                agency=here.bureau,
                office=here.station,
                handler=here.inspector,
                place=here.village,
                operator=here.operator,
                fields={
                    "operator": here.operator,
                    "basis": "inspection",
                    "problems": "原料库房无防鼠设施。",
                },
            ),
            by=here.actor("inspector"),
        )
        perform(
            matter,
            "order",
            fields={"requirements": "加装防鼠板。", "until": UNTIL, "law": "食品安全法第三十三条"},
            by=here.actor("inspector"),
        )
        approvals.sign(matter.proposals.get(), by=here.actor("office_head"))
        service = matter.children.get(kind="service")
        proof = Evidence.objects.create(
            matter=service,
            name="回证.jpg",
            stored="proof.jpg",
            media_type="image/jpeg",
            size=10,
            sha256="0" * 64,
            added_at=timing.now(),
        )
        perform(
            service,
            "served",
            fields={
                "method": "direct",
                "served_at": timing.now(),
                "receiver": "赵立新",
                "relation": "self",
                "proof": [proof],
            },
            by=here.actor("inspector"),
        )
    Notice.objects.all().delete()
    matter.refresh_from_db()
    return matter


def told(who: Appointment) -> list[str]:
    return list(Notice.objects.filter(user=who.user).order_by("pk").values_list("text", flat=True))


def stages() -> list[str]:
    return list(Reminder.objects.order_by("pk").values_list("stage", flat=True))


# --- terms that end


def test_nothing_happens_before_the_term_is_over(correcting: Matter) -> None:
    assert tick(local("2026-09-24 23:59")).performed == 0
    correcting.refresh_from_db()
    assert correcting.phase == "correcting"


def test_the_end_of_the_term_is_an_act_of_the_system(correcting: Matter) -> None:
    assert tick(local("2026-09-25 00:01")).performed == 1
    correcting.refresh_from_db()
    act = correcting.acts.get(verb="lapse")
    assert correcting.phase == "failed"
    assert act.actor_kind == "system" and act.actor_name.startswith("tick ")
    assert act.happened_at == local("2026-09-24 23:59:59.999999")
    assert act.recorded_at == local("2026-09-25 00:01")
    clock = Clock.objects.get(matter=correcting, duty="rectification.term")
    assert (clock.state, clock.stopped_by) == ("stopped", act)


def test_a_second_tick_does_nothing_more(correcting: Matter) -> None:
    now = local("2026-09-25 00:01")
    tick(now)
    before = (Act.objects.count(), Notice.objects.count(), stages())
    again = tick(now)
    assert (again.performed, again.reminders, again.escalated, again.sent) == (0, 0, 0, 0)
    assert (Act.objects.count(), Notice.objects.count(), stages()) == before


def test_a_term_that_was_extended_a_moment_ago_does_not_end(correcting: Matter) -> None:
    now = local("2026-09-25 00:01")
    clock = Clock.objects.get(matter=correcting)
    acts = falling_due.due_acts()
    Clock.objects.filter(pk=clock.pk).update(due_at=now + timedelta(days=5))
    assert falling_due._perform_one(clock.pk, correcting.pk, acts, now) == 0
    correcting.refresh_from_db()
    assert correcting.phase == "correcting"


def test_a_provisional_end_makes_nothing_happen_yet(correcting: Matter) -> None:
    Clock.objects.filter(matter=correcting).update(provisional=True)
    summary = tick(local("2026-09-25 00:01"))
    assert (summary.performed, summary.provisional) == (0, 1)
    assert "节假日未公布暂不办理 1" in str(summary)


def test_a_phase_without_such_an_act_waits(correcting: Matter) -> None:
    Matter.objects.filter(pk=correcting.pk).update(phase="ordered")
    summary = tick(local("2026-09-25 00:01"))
    assert (summary.performed, summary.refused) == (0, ())


def test_one_broken_matter_does_not_stop_the_others(
    correcting: Matter, here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = falling_due.perform

    def broken(matter: Matter, verb: str, **more: Any) -> Act:
        raise RuntimeError("坏了")

    monkeypatch.setattr(falling_due, "perform", broken)
    summary = tick(local("2026-09-25 00:01"))
    assert summary.performed == 0
    assert summary.refused == (f"{correcting.number}：RuntimeError 坏了",)
    monkeypatch.setattr(falling_due, "perform", real)
    assert tick(local("2026-09-25 00:05")).performed == 1


def test_a_family_of_duties_is_answered_by_its_beginning() -> None:
    act = falling_due.ActSpec("end", on_due=("publication.term_{class}", "exact.one"))
    assert falling_due._answers(act, "publication.term_II")
    assert falling_due._answers(act, "exact.one")
    assert not falling_due._answers(act, "publication.other")


# --- reminders


@pytest.mark.parametrize(
    ("now", "stage", "words"),
    [
        # Sunday the 20th is worked: three working days before the 24th are the 22nd, 23rd, 24th
        ("2026-09-20 09:00", None, ""),
        ("2026-09-21 09:00", "before.3", "【提醒】责令改正：河口兴旺豆制品厂：“"),
        ("2026-09-22 09:00", "before.3", "还剩 2 个工作日，2026-09-24 到期"),
        ("2026-09-23 09:00", "before.1", "还剩 1 个工作日"),
        ("2026-09-24 09:00", "before.0", "【今日到期】"),
    ],
)
def test_before_the_end_the_handler_is_reminded(
    correcting: Matter, here: County, now: str, stage: str | None, words: str
) -> None:
    summary = tick(local(now))
    assert summary.reminders == (1 if stage else 0)
    assert stages() == ([stage] if stage else [])
    if stage:
        assert [words in text for text in told(here.inspector)] == [True]


def test_each_reminder_is_given_once_per_due_date(correcting: Matter, here: County) -> None:
    for day in (21, 22, 23, 24):
        for hour in ("08:00", "12:00", "18:00"):
            tick(local(f"2026-09-{day} {hour}"))
    assert stages() == ["before.3", "before.1", "before.0"]
    later = local("2026-09-29 00:00") + timedelta(days=1)
    Clock.objects.filter(matter=correcting).update(due_at=later, due_day=date(2026, 9, 29))
    tick(local("2026-09-28 08:00"))
    assert stages()[3:] == ["before.1"], "another due date is another reminder"


def test_a_term_that_began_today_is_not_reminded_of_today(correcting: Matter) -> None:
    Clock.objects.filter(matter=correcting).update(
        due_at=local("2026-09-15 00:00") + timedelta(days=1), due_day=date(2026, 9, 15)
    )
    tick(local("2026-09-14 17:00"))
    assert stages() == []
    tick(local("2026-09-15 08:00"))
    assert stages() == ["before.0"]


def overdue(matter: Matter, basis: str = "statute") -> Clock:
    """A running clock of the matter whose end makes nothing happen by itself."""
    clock = Clock.objects.get(matter=matter)
    clock.duty, clock.basis = "spot.recheck", basis
    clock.save()
    return clock


def test_after_the_end_on_the_first_day_and_then_every_week(
    correcting: Matter, here: County
) -> None:
    overdue(correcting)
    day = local("2026-09-25 08:00")
    for n in range(24):
        tick(day + timedelta(days=n))
    late = [stage for stage in stages() if stage.startswith("late")]
    assert late == ["late.1", "late.8", "late.15", "late.22"]
    assert [text for text in told(here.inspector) if "已逾期 8 天" in text]


def test_days_on_which_the_program_stood_still_are_not_made_up_for(
    correcting: Matter, here: County
) -> None:
    overdue(correcting)
    tick(local("2026-10-14 08:00"))
    assert [stage for stage in stages() if stage.startswith("late")] == ["late.15"]
    assert "已逾期 20 天" in told(here.inspector)[0]


def test_the_superiors_hear_of_it_in_their_turn(correcting: Matter, here: County) -> None:
    """25 to 27 September 2026 are the Mid-Autumn holiday: the third working day is the 30th."""
    overdue(correcting)
    tick(local("2026-09-24 23:00"))
    assert told(here.office_head) == []
    tick(local("2026-09-25 08:00"))
    assert [text.startswith("请督促：【逾期】") for text in told(here.office_head)] == [True]
    assert told(here.head) == []
    tick(local("2026-09-29 20:00"))
    assert told(here.head) == []
    tick(local("2026-09-30 08:00"))
    assert len(told(here.head)) == 1
    tick(local("2026-10-20 08:00"))
    assert len(told(here.head)) == len(told(here.office_head)) == 1


def test_an_office_without_a_head_escalates_to_the_agency(correcting: Matter, here: County) -> None:
    overdue(correcting)
    Appointment.objects.filter(pk=here.office_head.pk).update(until=date(2026, 9, 1))
    tick(local("2026-09-25 08:00"))
    assert len(told(here.head)) == 1


def test_an_internal_target_is_never_called_a_breach(correcting: Matter, here: County) -> None:
    overdue(correcting, basis="internal")
    for day in ("09-21", "09-23", "09-24", "09-25", "09-30"):
        tick(local(f"2026-{day} 08:00"))
    texts = told(here.inspector) + told(here.office_head) + told(here.head)
    assert len(texts) == 6
    assert all("内部时限" in text and "逾期" not in text for text in texts)
    english = Notice.objects.filter(channel="app").values_list("text_en", flat=True)
    assert all("Internal target" in text and "overdue" not in text.lower() for text in english)


def test_a_term_in_hours_is_late_within_the_day(correcting: Matter, here: County) -> None:
    overdue(correcting)
    moment = local("2026-09-15 10:00")
    Clock.objects.filter(matter=correcting).update(due_at=moment, due_day=None)
    tick(local("2026-09-15 09:00"))
    assert stages() == ["before.0"]
    tick(local("2026-09-15 11:00"))
    assert stages() == ["before.0", "late.1"]
    assert told(here.office_head) == []
    tick(local("2026-09-16 09:00"))
    assert len(told(here.office_head)) == 1


def test_a_matter_without_handler_reminds_whoever_answers(correcting: Matter, here: County) -> None:
    Matter.objects.filter(pk=correcting.pk).update(handler=None)
    tick(local("2026-09-23 09:00"))
    assert len(told(here.office_head)) == 1 and told(here.inspector) == []


def test_a_paused_or_stopped_clock_and_a_closed_matter_are_silent(correcting: Matter) -> None:
    for change in ({"state": "paused"}, {"state": "stopped"}):
        Clock.objects.filter(matter=correcting).update(**change)
        tick(local("2026-09-23 09:00"))
    Clock.objects.filter(matter=correcting).update(state="running")
    Matter.objects.filter(pk=correcting.pk).update(closed_at=local("2026-09-20 09:00"))
    tick(local("2026-09-23 09:00"))
    assert stages() == []


def test_the_operator_is_reminded_of_his_own_duty_by_day(
    correcting: Matter, here: County, outbox: Path
) -> None:
    tick(local("2026-09-23 06:00"))
    notice = Notice.objects.get(operator=here.operator)
    assert (notice.channel, notice.state) == ("sms", "waiting"), "nobody is woken by a reminder"
    assert "赵立新" not in notice.text and f"/m/{correcting.uid.hex[:12]}" in notice.text
    tick(local("2026-09-23 08:00"))
    notice.refresh_from_db()
    assert notice.state == "sent"
    line = json.loads((outbox / "sms" / "2026-09-23.jsonl").read_text())
    assert (line["phone"], line["text"]) == ("13900000000", notice.text)


def test_many_clocks_are_read_in_few_queries(
    correcting: Matter, here: County, django_assert_max_num_queries: Any
) -> None:
    """The number of queries does not grow with the clocks."""
    rows = [
        Clock(
            matter=correcting,
            duty=f"toy.{n}",
            basis="statute",
            started_by=correcting.acts.get(seq=1),
            counts_from=local(MONDAY),
            due_at=local("2026-09-24 00:00"),
            due_day=date(2026, 9, 23),
        )
        for n in range(150)
    ]
    Clock.objects.bulk_create(rows)
    with timing.recorded_at(local("2026-09-24 08:00")), django_assert_max_num_queries(30):
        assert reminders.remind(timing.now()).reminders == 151
    assert len(told(here.inspector)) == 151


# --- the whole


def test_one_tick_does_everything_and_says_so(correcting: Matter, here: County) -> None:
    summary = tick(local("2026-09-25 08:10"))
    assert summary.performed == 1 and len(summary.roots) == 1 and summary.roots_sent == 1
    assert summary.roots[0].startswith("2026-09-24 ")
    assert LedgerRoot.objects.count() == 1
    text = str(summary)
    assert "到期行为 1" in text and "账本根 1，外送 1" in text


def test_a_leaver_is_not_reminded(correcting: Matter, here: County) -> None:
    Appointment.objects.filter(pk=here.inspector.pk).update(until=date(2026, 9, 16))
    tick(local("2026-09-23 09:00"))
    assert told(here.inspector) == [] and len(told(here.office_head)) == 1


def test_a_person_in_another_office_hears_nothing(correcting: Matter, here: County) -> None:
    other = person(here.bureau, "office_head", here.other_station, name="柳所长")
    overdue(correcting)
    tick(local("2026-09-28 09:00"))
    assert told(other) == [] and len(told(here.office_head)) == 1


def test_the_moment_is_given_for_replays_only() -> None:
    assert tick().performed == 0
    assert isinstance(timing.now(), datetime)
