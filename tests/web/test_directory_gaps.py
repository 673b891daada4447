"""The report of gaps and overlaps: each figure is the number of rows behind it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.builders import County, county, person
from tests.web.test_directory_handover import proposed
from zhian.desk import timing
from zhian.directory import findings, gaps
from zhian.directory.actions import appointments, duties
from zhian.directory.models import (
    Agency,
    Appointment,
    Operator,
    Place,
    Post,
    Premises,
    Sponsorship,
)
from zhian.law import offices

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def admin(here: County) -> Appointment:
    return person(here.bureau, "system_admin", name="系统管理员")


def rows(key: str, by: Appointment) -> list[object]:
    finding = findings.FINDINGS[key]
    found = list(finding.rows(by, timing.today()))
    assert finding.count(by, timing.today()) == len(found)
    return found


def test_premises_without_a_sponsor_are_listed_until_one_is_named(
    here: County, admin: Appointment
) -> None:
    assert rows("without_sponsor", admin) == [here.premises]
    duties.sponsor(
        premises=here.premises,
        appointment=here.township_head,
        level="C",
        since=timing.today(),
        by=admin,
    )
    assert rows("without_sponsor", admin) == []
    assert [s.premises for s in rows("level_c", admin)] == [here.premises]
    assert rows("level_a", admin) == []


def test_a_closed_shop_needs_no_sponsor(here: County, admin: Appointment) -> None:
    here.premises.state = "deregistered"
    here.premises.save()
    assert rows("without_sponsor", admin) == []


def test_a_sponsorship_that_ended_yesterday_is_none(here: County, admin: Appointment) -> None:
    yesterday = timing.today() - timedelta(days=1)
    Sponsorship.objects.create(
        premises=here.premises,
        appointment=here.inspector,
        level="D",
        since=date(2024, 1, 1),
        until=yesterday,
    )
    assert rows("without_sponsor", admin) == [here.premises]


def test_two_sponsors_of_one_level_are_an_overlap_of_two_levels_not(
    here: County, admin: Appointment
) -> None:
    for who, level in ((here.inspector, "C"), (here.second, "D")):
        Sponsorship.objects.create(
            premises=here.premises, appointment=who, level=level, since=date(2026, 1, 1)
        )
    assert rows("twice_sponsored", admin) == []
    Sponsorship.objects.create(
        premises=here.premises, appointment=here.township_head, level="D", since=date(2026, 1, 1)
    )
    assert rows("twice_sponsored", admin) == [here.premises]


def test_naming_another_sponsor_of_the_level_ends_the_first(
    here: County, admin: Appointment
) -> None:
    today = timing.today()
    for who, since in ((here.inspector, today - timedelta(days=30)), (here.second, today)):
        duties.sponsor(premises=here.premises, appointment=who, level="C", since=since, by=admin)
    assert [s.appointment for s in Sponsorship.objects.on(today)] == [here.second]


def test_the_matrix_has_every_township_and_business_type(here: County, admin: Appointment) -> None:
    cells = gaps.cells(admin, timing.today())
    assert len(cells) == 2 * len(offices.business_types())
    assert len(rows("unanswered", admin)) == len(cells)
    first = rows("unanswered", admin)[0]
    assert (first.place, first.business_type, first.premises) == (
        here.town,
        "food_production",
        1,
    )


def test_one_row_of_the_county_answers_for_its_townships(here: County, admin: Appointment) -> None:
    duties.give_responsibility(
        agency=here.bureau,
        place=here.county,
        business_type="food_production",
        since=timing.today(),
        by=admin,
        basis="三定规定",
    )
    assert "food_production" not in {c.business_type for c in rows("unanswered", admin)}


def other_agency(here: County, kind: str) -> Agency:
    return Agency.objects.create(code=kind[:8], name=kind, kind=kind, place=here.county)


def both_answer(here: County, admin: Appointment, business_type: str, kind: str) -> list[object]:
    for agency in (here.bureau, other_agency(here, kind)):
        duties.give_responsibility(
            agency=agency,
            place=here.county,
            business_type=business_type,
            since=timing.today(),
            by=admin,
        )
    return rows("contested", admin)


def test_two_agencies_for_one_business_type_are_contested(here: County, admin: Appointment) -> None:
    found = both_answer(here, admin, "food_production", "commerce")
    assert {c.place for c in found} == {here.town, here.other_town}
    assert {a.kind for c in found for a in c.agencies} == {"market_regulation", "commerce"}


def test_where_the_law_divides_the_work_two_agencies_are_no_overlap(
    here: County, admin: Appointment
) -> None:
    assert both_answer(here, admin, "school_canteen", "education") == []


def test_townships_without_a_station(here: County, admin: Appointment) -> None:
    assert rows("without_station", admin) == []
    here.other_station.closed_on = timing.today()
    here.other_station.save()
    assert rows("without_station", admin) == [here.other_town]


def test_a_township_that_was_merged_is_no_gap(here: County, admin: Appointment) -> None:
    Place.objects.create(
        code="239900300000",
        name="旧镇",
        level="township",
        parent=here.county,
        valid_to=date(2020, 12, 31),
        merged_into=here.town,
    )
    assert rows("without_station", admin) == []


def test_a_post_that_nobody_holds(here: County, admin: Appointment) -> None:
    post = Post.objects.create(agency=here.bureau, kind="legal_reviewer")
    assert rows("unfilled", admin) == [post]
    appointments.appoint(
        user=here.second.user, post=post, since=timing.today(), by=admin, reason="任命"
    )
    assert rows("unfilled", admin) == []


def test_cards_that_ran_out_and_cards_that_soon_will(here: County, admin: Appointment) -> None:
    today = timing.today()
    gone, soon, none = here.inspector.user, here.second.user, here.outsider.user
    gone.card_until, soon.card_until = today - timedelta(days=1), today + timedelta(days=30)
    none.card_number = ""
    for user in (gone, soon, none):
        user.save()
    assert set(rows("card_expired", admin)) == {gone, none}
    assert rows("card_soon", admin) == [soon]


def test_a_county_sees_only_its_own_gaps(here: County) -> None:
    elsewhere = Place.objects.create(code="238800000000", name="北安县", level="county")
    agency = Agency.objects.create(
        code="BASJ", name="北安县市场监督管理局", kind="market_regulation", place=elsewhere
    )
    shop = Premises.objects.create(
        operator=Operator.objects.create(name="北安店", kind="individual", place=elsewhere),
        name="北安店",
        place=elsewhere,
        business_type="food_production",
    )
    assert rows("without_sponsor", person(agency, "system_admin")) == [shop]


def test_matters_of_a_handler_who_left_and_signatures_without_a_signer(
    here: County, admin: Appointment
) -> None:
    matter = proposed(here)
    assert rows("left_behind", admin) == rows("unsigned", admin) == []
    yesterday = timing.today() - timedelta(days=1)
    for who in (here.inspector, here.office_head):
        appointments.end_appointment(appointment=who, on=yesterday, by=admin, reason="免职")
    assert rows("left_behind", admin) == [matter]
    assert [s.proposal.matter for s in rows("unsigned", admin)] == [matter]
    person(here.bureau, "office_head", here.station)
    assert rows("unsigned", admin) == []
