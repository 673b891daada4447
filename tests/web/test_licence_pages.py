"""The register of licences, and the ghosts in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.web.licence_office import (
    JY,
    SC,
    Office,
    kept,
    office,
)
from tests.web.pages import logged_in
from zhian.apps.registry.licences import queries
from zhian.apps.registry.models import Licence
from zhian.desk.models import Matter

__all__ = ["office"]
pytestmark = pytest.mark.django_db


def found(office: Office, key: str, day: str = "2026-10-12") -> set[Licence]:
    rows = queries.visible_to(office.officer)
    return set(queries.ghost(key).find(rows, date.fromisoformat(day)))


def test_a_licence_that_outlives_its_holder_is_a_ghost(office: Office) -> None:
    kept(office)
    ghost = kept(office, operator_state="deregistered")
    kept(office, "cancelled", operator_state="deregistered")
    kept(office, operator_state="deregistered", expires_on=date(2026, 10, 11))
    assert found(office, "alive") == {ghost}


def test_business_that_goes_on_without_its_licence_is_a_ghost(office: Office) -> None:
    revoked = kept(office, "revoked")
    expired = kept(office, expires_on=date(2026, 10, 11))
    kept(office, "revoked", operator_state="closed")
    replaced = kept(office, "cancelled")
    new = kept(office)
    Licence.objects.filter(pk=new.pk).update(operator=replaced.operator)
    assert found(office, "operating") == {revoked, expired}
    assert found(office, "expired") == {expired}


def test_renewals_that_nobody_asked_for_are_listed_from_thirty_days_before(office: Office) -> None:
    licence = office.on("2021-11-25").licence(SC)  # to be renewed by 13 October 2026
    assert found(office, "expiring", "2026-09-12") == set()
    assert found(office, "expiring", "2026-09-13") == {licence}
    assert found(office, "expiring", "2026-11-24") == {licence}
    assert found(office, "expiring", "2026-11-25") == set()
    office.on("2026-10-08").open(
        SC, "apply_renewal", received_on=date(2026, 10, 8), licence_number=licence.number
    )
    assert found(office, "expiring", "2026-10-12") == set()


def test_a_food_business_is_listed_from_the_day_its_window_opens(office: Office) -> None:
    shop = kept(office, kind="JY", expires_on=date(2026, 11, 24))
    assert found(office, "expiring", "2026-07-14") == set()
    assert found(office, "expiring", "2026-07-15") == {shop}


# --- pages


@pytest.fixture
def licences(office: Office) -> Office:
    office.patch.undo()
    kept(office, operator_state="deregistered")
    kept(office, expires_on=date(2021, 1, 1))
    return office


def test_the_register_filters_and_exports(licences: Office) -> None:
    client = logged_in(licences.officer)
    assert "SC0" in client.get("/licences/").content.decode()
    shown = client.get("/licences/?state=expired").content.decode()
    assert "SC1" in shown and "SC0" not in shown
    assert "店1" in client.get("/licences/?format=csv").content.decode()
    assert "没有符合条件的许可证" in client.get("/licences/?q=无此店").content.decode()


def test_each_ghost_leads_to_what_is_to_be_done(licences: Office) -> None:
    client = logged_in(licences.officer)
    one = Licence.objects.get(number="SC0")
    shown = client.get("/licences/ghosts/?sort_of=alive").content.decode()
    assert f"/licences/{one.pk}/" in shown
    assert f"/new/licence_exit/open_ex_officio/?operator={one.operator_id}" in shown
    form = client.get(
        f"/new/licence_exit/open_ex_officio/?operator={one.operator_id}"
        f"&licence_number=SC0&ground=ended"
    ).content.decode()
    assert 'value="SC0"' in form
    assert "SC1" in client.get("/licences/ghosts/?sort_of=expired&format=csv").content.decode()


def test_a_licence_shows_what_it_says_and_how_it_came_to_be(office: Office) -> None:
    licence = office.on("2024-01-08").licence(JY)
    office.patch.undo()
    page = logged_in(office.officer).get(f"/licences/{licence.pk}/").content.decode()
    assert licence.number in page and "准予许可" in page and "热食类" in page
    assert "/new/food_business_licence/apply_renewal/?operator=" in page
    matter = Matter.objects.get(licence_application__licence=licence)
    panel = logged_in(office.officer).get(reverse("matter", args=[matter.pk])).content.decode()
    assert f"/licences/{licence.pk}/" in panel and "餐饮服务经营者" in panel


def test_a_list_of_licences_asks_the_same_number_of_questions_however_long(
    licences: Office, django_assert_max_num_queries: Any
) -> None:
    client = logged_in(licences.officer)
    client.get("/licences/")
    for _n in range(20):
        kept(licences, expires_on=date(2029, 1, 1) + timedelta(days=_n))
    with django_assert_max_num_queries(25):
        client.get("/licences/")
    with django_assert_max_num_queries(30):
        client.get("/licences/ghosts/?sort_of=expiring")
