"""交接: what an official leaves behind comes to his successor, and the log says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import County, county, days_ago, person
from zhian.desk import timing
from zhian.desk.engine import approvals, handover
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Act, Matter, Notice
from zhian.directory.actions import appointments, duties
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, DirectoryChange, Sponsorship

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def admin(here: County) -> Appointment:
    return person(here.bureau, "system_admin", name="系统管理员")


def rectification(here: County) -> Matter:
    return open_matter(
        "rectification",
        "open",
        Opening(
            title="责令改正",
            agency=here.bureau,
            office=here.station,
            handler=here.inspector,
            place=here.village,
            operator=here.operator,
            premises=here.premises,
            fields={
                "operator": here.operator,
                "premises": here.premises,
                "basis": "inspection",
                "problems": "原料库房无防鼠设施。",
            },
        ),
        by=here.actor("inspector"),
        at=days_ago(3),
    )


def proposed(here: County) -> Matter:
    """An order that waits for the head of the station."""
    matter = rectification(here)
    perform(
        matter,
        "order",
        fields={
            "requirements": "加装防鼠板。",
            "until": timing.today() + timedelta(days=10),
            "law": "食品安全法第三十三条",
        },
        by=here.actor("inspector"),
    )
    return matter


def hand_on(who: Appointment, to: Appointment, by: Appointment, **more: object) -> handover.Moves:
    given = {"on": timing.today(), "reason": "调任"} | more
    return handover.hand_on(appointment=who, successor=to, by=by, **given)


def test_open_matters_go_to_the_successor_with_an_act_each(
    here: County, admin: Appointment
) -> None:
    first, second = rectification(here), rectification(here)
    assert handover.preview(here.inspector, timing.today()).counts["handled"] == 2
    moved = hand_on(here.inspector, here.second, admin)
    for matter in (first, second):
        matter.refresh_from_db()
        act = Act.objects.filter(matter=matter).latest("seq")
        assert matter.handler == here.second
        assert (act.verb, act.appointment, act.reason) == ("hand_over", admin, "调任")
        assert act.data["to"] == here.second.user.username
    assert moved.counts["handled"] == 2
    assert Notice.objects.filter(user=here.second.user).count() == 2
    here.inspector.refresh_from_db()
    assert here.inspector.until == timing.today() - timedelta(days=1)


def test_nothing_of_what_he_did_is_changed(here: County, admin: Appointment) -> None:
    matter = rectification(here)
    before = list(Act.objects.filter(matter=matter).values_list("hash", "actor_name"))
    hand_on(here.inspector, here.second, admin)
    assert (
        list(
            Act.objects.filter(matter=matter, seq__lte=len(before)).values_list(
                "hash", "actor_name"
            )
        )
        == before
    )


def test_sponsorships_pass_on_without_a_day_between(here: County, admin: Appointment) -> None:
    today = timing.today()
    duties.sponsor(
        premises=here.premises,
        appointment=here.inspector,
        level="C",
        since=today - timedelta(days=90),
        by=admin,
    )
    hand_on(here.inspector, here.second, admin)
    yesterday = today - timedelta(days=1)
    assert [s.appointment for s in Sponsorship.objects.on(yesterday)] == [here.inspector]
    assert [s.appointment for s in Sponsorship.objects.on(today)] == [here.second]


def test_given_tasks_report_back_to_the_successor(here: County, admin: Appointment) -> None:
    from zhian.desk.tasks import opening_of

    fields = {
        "text": "报送自查情况",
        "origin": "superior",
        "agency": here.bureau,
        "office": here.station,
        "handler": here.second,
        "deadline": timing.now() + timedelta(days=5),
    }
    matter = open_matter(
        "task",
        "direct",
        opening_of(giver=here.head, source=None, fields=fields),
        by=here.actor("head"),
    )
    vice = person(here.bureau, "bureau_head")
    assert handover.preview(here.head, timing.today()).counts["given"] == 1
    hand_on(here.head, vice, admin)
    matter.refresh_from_db()
    assert (matter.giver, matter.handler) == (vice, here.second)
    act = Act.objects.filter(matter=matter).latest("seq")
    assert act.data["role"] == "giver"


def test_a_task_taken_on_goes_with_the_post(here: County, admin: Appointment) -> None:
    from zhian.desk.tasks import opening_of

    fields = {
        "text": "入户宣传",
        "origin": "superior",
        "agency": here.bureau,
        "office": here.station,
        "handler": here.inspector,
        "deadline": timing.now() + timedelta(days=5),
    }
    matter = open_matter(
        "task",
        "direct",
        opening_of(giver=here.head, source=None, fields=fields),
        by=here.actor("head"),
    )
    hand_on(here.inspector, here.second, admin)
    matter.refresh_from_db()
    matter.task.refresh_from_db()
    assert matter.handler == matter.task.assignee == here.second


def test_signatures_wait_at_the_post_not_at_the_person(here: County, admin: Appointment) -> None:
    matter = proposed(here)
    heir = person(here.bureau, "office_head", here.station)
    assert approvals.waiting_for(heir).count() == 1
    moved = hand_on(here.office_head, heir, admin)
    assert (moved.signatures, moved.unsigned) == (1, ())
    approvals.sign(matter.proposals.get(), by=here.actor("head").official(heir), opinion="同意")
    assert approvals.waiting_for(heir).count() == 0


def test_a_signature_that_nobody_could_give_stops_the_hand_over(
    here: County, admin: Appointment
) -> None:
    proposed(here)
    with pytest.raises(NotPossible, match="1 件待签批无人可签"):
        hand_on(here.office_head, here.second, admin)
    here.office_head.refresh_from_db()
    assert here.office_head.until is None
    moved = hand_on(here.office_head, here.second, admin, accept_unsigned=True)
    assert len(moved.unsigned) == 1


def test_the_proposer_as_successor_cannot_sign_his_own_proposal(
    here: County, admin: Appointment
) -> None:
    proposed(here)
    heir = appointments.appoint(
        user=here.inspector.user,
        post=here.office_head.post,
        since=timing.today(),
        by=admin,
        reason="接任所长",
    )
    with pytest.raises(NotPossible, match="无人可签"):
        hand_on(here.office_head, heir, admin)


def test_nobody_hands_over_to_another_agency(here: County, admin: Appointment) -> None:
    with pytest.raises(NotPossible, match="同一部门"):
        hand_on(here.inspector, here.township_officer, admin)


def test_a_hand_over_that_fails_changes_nothing(
    here: County, admin: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = rectification(here)

    def broken(leaving: handover.Leaving) -> int:
        raise RuntimeError("power cut")

    late = handover.Mover("late", handover.Words("甲", "a"), handover._handled, broken)
    monkeypatch.setitem(handover.MOVERS, "late", late)
    with pytest.raises(RuntimeError, match="power cut"):
        hand_on(here.inspector, here.second, admin)
    matter.refresh_from_db()
    assert matter.handler == here.inspector
    assert Act.objects.filter(matter=matter, verb="hand_over").count() == 0


def test_a_person_with_open_work_does_not_leave_without_a_successor(
    here: County, admin: Appointment
) -> None:
    rectification(here)
    with pytest.raises(NotPossible, match="请选择接任者"):
        handover.leave(
            user=here.inspector.user, successors={}, on=timing.today(), by=admin, reason="退休"
        )


def test_leaving_hands_on_every_post_and_ends_the_login(here: County, admin: Appointment) -> None:
    rectification(here)
    user = here.inspector.user
    user.set_password("correct-horse-battery")
    user.save()
    done = handover.leave(
        user=user,
        successors={here.inspector.pk: here.second},
        on=timing.today(),
        by=admin,
        reason="退休",
    )
    user.refresh_from_db()
    assert done[here.inspector.pk].counts["handled"] == 1
    assert user.left_on == timing.today()
    assert not user.has_usable_password()
    whats = set(DirectoryChange.objects.filter(person=user).values_list("what", flat=True))
    assert {"hand_over", "end", "leave"} <= whats


def test_nobody_signs_himself_out_of_service(here: County, admin: Appointment) -> None:
    with pytest.raises(NotPossible, match="本人"):
        handover.leave(user=admin.user, successors={}, on=timing.today(), by=admin, reason="辞职")
