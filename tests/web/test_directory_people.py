"""People into posts and out of them; logins opened and closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from tests.builders import County, county, person
from zhian.desk import timing
from zhian.directory import rights
from zhian.directory.actions import accounts, appointments, structure
from zhian.directory.errors import NotPossible
from zhian.directory.models import (
    Agency,
    Appointment,
    Deputyship,
    DirectoryChange,
    Place,
    Post,
    User,
)
from zhian.directory.models.change import ChangeKept
from zhian.law import offices

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def admin(here: County) -> Appointment:
    return person(here.bureau, "system_admin", name="系统管理员")


@pytest.fixture
def security(here: County) -> Appointment:
    return person(here.bureau, "security_admin", name="安全管理员")


def post(here: County, kind: str, agency: Agency | None = None) -> Post:
    return Post.objects.get_or_create(agency=agency or here.bureau, office=None, kind=kind)[0]


def test_an_appointment_is_made_and_kept_in_the_log(here: County, admin: Appointment) -> None:
    today = timing.today()
    row = appointments.appoint(
        user=here.inspector.user,
        post=post(here, "sampler"),
        since=today,
        by=admin,
        reason="任免文件",
    )
    line = DirectoryChange.objects.get(what="appoint")
    assert row in Appointment.objects.on(today)
    assert (line.by, line.person, line.reason) == (admin, here.inspector.user, "任免文件")
    assert line.after["since"] == today.isoformat()


INCOMPATIBLE = sorted(
    (one.key, other) for one in offices.posts().values() for other in one.incompatible
)


@pytest.mark.parametrize(("held", "wanted"), INCOMPATIBLE)
def test_posts_that_may_not_be_held_together_are_refused(
    here: County, admin: Appointment, held: str, wanted: str
) -> None:
    holder = person(here.bureau, held)
    with pytest.raises(NotPossible, match="同一人不能同时任"):
        appointments.appoint(
            user=holder.user, post=post(here, wanted), since=timing.today(), by=admin, reason="试"
        )
    assert Appointment.objects.filter(user=holder.user).count() == 1


def test_a_post_held_before_does_not_stand_in_the_way(here: County, admin: Appointment) -> None:
    holder = person(here.bureau, "audit_admin")
    today = timing.today()
    appointments.end_appointment(
        appointment=holder, on=today - timedelta(days=1), by=admin, reason="调任"
    )
    row = appointments.appoint(
        user=holder.user, post=post(here, "bureau_head"), since=today, by=admin, reason="任命"
    )
    assert row.pk


def test_the_same_post_is_not_given_twice(here: County, admin: Appointment) -> None:
    with pytest.raises(NotPossible, match="已任此岗位"):
        appointments.appoint(
            user=here.inspector.user,
            post=here.inspector.post,
            since=timing.today(),
            by=admin,
            reason="重复",
        )


def test_an_administrator_of_another_county_is_refused(here: County) -> None:
    elsewhere = Place.objects.create(code="238800000000", name="北安县", level="county")
    other = Agency.objects.create(
        code="BASJ", name="北安县市场监督管理局", kind="market_regulation", place=elsewhere
    )
    stranger = person(other, "system_admin")
    with pytest.raises(NotPossible, match="管理范围"):
        appointments.end_appointment(
            appointment=here.inspector, on=timing.today(), by=stranger, reason="越权"
        )


def test_an_inspector_does_not_appoint(here: County) -> None:
    with pytest.raises(NotPossible, match="岗位不能办理"):
        appointments.appoint(
            user=here.second.user,
            post=post(here, "sampler"),
            since=timing.today(),
            by=here.inspector,
            reason="自作主张",
        )


def deputise(here: County, days: int = 5, **changed: object) -> Deputyship:
    today = timing.today()
    given = {
        "absent": here.office_head,
        "deputy": here.inspector,
        "since": today,
        "until": today + timedelta(days=days),
        "by": here.office_head,
        "reason": "年休假",
    }
    return appointments.set_deputy(**(given | changed))


def test_an_official_names_his_own_deputy_during_leave(here: County) -> None:
    row = deputise(here)
    assert rights.hands(here.inspector, row.since) == [here.inspector, here.office_head]


def test_a_deputy_must_be_of_the_same_agency(here: County) -> None:
    with pytest.raises(NotPossible, match="同一部门"):
        deputise(here, deputy=here.township_head)


def test_nobody_names_a_deputy_for_a_colleague(here: County) -> None:
    with pytest.raises(NotPossible, match="岗位不能办理"):
        deputise(here, by=here.inspector)


def test_two_deputies_at_once_are_refused(here: County) -> None:
    deputise(here)
    with pytest.raises(NotPossible, match="已有代理人"):
        deputise(here, deputy=here.second)


def test_a_deputy_may_not_gather_posts_that_exclude_each_other(here: County) -> None:
    auditor, keeper = person(here.bureau, "audit_admin"), person(here.bureau, "system_admin")
    with pytest.raises(NotPossible, match="同一人不能同时任"):
        deputise(here, absent=auditor, deputy=keeper, by=auditor)


def test_the_end_of_an_appointment_cuts_its_deputies(here: County, admin: Appointment) -> None:
    row = deputise(here)
    appointments.end_appointment(
        appointment=here.inspector, on=timing.today() + timedelta(days=1), by=admin, reason="调任"
    )
    row.refresh_from_db()
    assert row.until == timing.today() + timedelta(days=1)


def signed_in(user: User) -> Client:
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_leaver_cannot_log_in_and_his_sessions_end(here: County, admin: Appointment) -> None:
    user = here.inspector.user
    client = signed_in(user)
    assert "_auth_user_id" in client.session
    appointments.leave_service(user=user, on=timing.today(), by=admin, reason="退休")
    assert not client.session.keys()
    answer = Client().post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert "_auth_user_id" not in answer.wsgi_request.session
    assert list(Appointment.objects.on(timing.today()).filter(user=user)) == []
    line = DirectoryChange.objects.get(what="leave")
    assert line.after["sessions_ended"] == 1


def test_one_time_passwords_must_be_changed(here: County, security: Appointment) -> None:
    user = here.inspector.user
    password = accounts.issue_password(user=user, by=security, reason="新同事")
    user.refresh_from_db()
    assert user.check_password(password)
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/directory/places/").headers["Location"] == "/accounts/password/change/"
    answer = client.post(
        "/accounts/password/change/",
        {"oldpassword": password, "password1": PASSWORD, "password2": PASSWORD},
    )
    assert answer.status_code == 302
    user.refresh_from_db()
    assert not user.must_change_password


def test_the_directory_administrator_opens_no_login(here: County, admin: Appointment) -> None:
    with pytest.raises(NotPossible, match="岗位不能办理"):
        accounts.issue_password(user=here.inspector.user, by=admin, reason="图方便")


def test_a_closed_login_ends_at_once(here: County, security: Appointment) -> None:
    client = signed_in(here.inspector.user)
    assert accounts.close_login(user=here.inspector.user, by=security, reason="手机丢失") == 1
    assert not client.session.keys()


def test_the_log_is_never_changed(here: County, admin: Appointment) -> None:
    structure.add_person(username="xinren", name="新人", by=admin)
    line = DirectoryChange.objects.get(what="add")
    line.reason = "改写"
    with pytest.raises(ChangeKept):
        line.save()
    with pytest.raises(ChangeKept):
        line.delete()


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("230000000000", "province"),
        ("230600000000", "city"),
        ("230621000000", "county"),
        ("230621100000", "township"),
        ("230621100200", "village"),
        ("230621100200001", "grid"),
    ],
)
def test_the_level_follows_from_the_code(code: str, level: str) -> None:
    assert structure.level_of(code) == level


def test_a_merged_division_leads_to_its_successor(here: County, admin: Appointment) -> None:
    structure.close_place(
        place=here.other_town,
        last_day=date(2025, 12, 31),
        merged_into=here.town,
        by=admin,
        reason="撤乡并镇",
    )
    code = here.other_town.code
    assert Place.objects.resolve(code, date(2025, 12, 31)) == here.other_town
    assert Place.objects.resolve(code, date(2026, 1, 1)) == here.town


def test_a_post_that_such_an_agency_does_not_have_is_refused(
    here: County, admin: Appointment
) -> None:
    with pytest.raises(NotPossible, match="没有“局长”岗位"):
        structure.add_post(agency=here.township, kind="bureau_head", by=admin)


def test_an_office_in_which_people_sit_is_not_closed(here: County, admin: Appointment) -> None:
    with pytest.raises(NotPossible, match="还有 3 人在此任职"):
        structure.close_unit(unit=here.station, last_day=timing.today(), by=admin, reason="撤所")
