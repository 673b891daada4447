"""An operator's person who reads English meets English, from the scan to the confirmation."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import County, county
from tests.web.enterprise_world import (
    PHONE,
    bound,
    competent,
    licence_until,
    order,
    photo,
    sent,
    service_of,
)
from tests.web.pages import hidden, text_of
from tests.web.test_english import CHINESE, Reader, compiled, in_english, in_latin
from zhian.desk import timing
from zhian.desk.models import Matter
from zhian.directory.actions import representatives
from zhian.directory.actions.representatives import Doer
from zhian.directory.models import User
from zhian.interfaces.enterprise import acts

pytestmark = pytest.mark.django_db
__all__ = ["compiled", "in_english"]


@pytest.fixture(autouse=True)
def outbox(settings: Any, tmp_path: Path) -> None:
    settings.OUTBOX, settings.SMS_URL = tmp_path / "outbox", ""


@pytest.fixture
def here() -> County:
    return county()


def test_the_way_in(here: County) -> None:
    bound(here)
    _slip, token = representatives.invite(
        operator=here.operator, role="staff", doer=Doer(by=here.clerk), now=timing.now()
    )
    code = representatives.wall_code(
        premises=here.premises, doer=Doer(by=here.clerk), now=timing.now()
    )
    licence_until(here, timing.today() + timedelta(days=60))
    in_latin()
    User.objects.filter(operator=here.operator).update(phone=PHONE)
    reader = Reader(None)
    for path in (f"/e/{code.code}/", f"/e/join/{token}/", "/e/join/x/", "/e/000000000000/"):
        reader.get(path)
    reader.post(f"/e/join/{token}/", name="", phone="1")
    reader.post("/accounts/login/phone/", phone="1")
    reader.post("/accounts/login/phone/", phone=PHONE)
    reader.post("/accounts/login/phone/again/")
    reader.post("/accounts/login/phone/code/", code="x")
    reader.post("/accounts/login/phone/code/", code=sent()[-1].code)
    assert "What do I owe, by when" in text_of(reader.get("/my/"))
    assert not reader.found, "\n".join(reader.found)


def test_what_is_owed_and_done(here: County) -> None:
    competent(here)
    row, matter = bound(here), order(here)
    licence_until(here, timing.today() + timedelta(days=60))
    in_latin()
    matter.refresh_from_db()
    service_of(matter).service.__class__.objects.update(
        recipient=row.operator.__class__.objects.get(pk=row.operator_id).name
    )
    reader = Reader(User.objects.get(pk=row.user_id))
    signing = f"/my/m/{service_of(matter).pk}/served/"
    assert "You may also" not in text_of(reader.get("/my/"))
    key = hidden(reader.get(signing))["key"]
    reader.post(signing, key=key)
    reader.post(signing, key=key, consent="1")
    in_latin()
    for path in ("", "papers/", "licences/", "matters/", "credit/", "people/", "phone/"):
        reader.get(f"/my/{path}")
    page = f"/my/m/{matter.pk}/"
    reader.get(page)
    reader.send(f"{page}report/", measures="")
    reader.send(f"{page}report/", measures="Done", files=photo())
    reader.post("/my/phone/", phone="1")
    reader.post("/my/people/invite/", role="king")
    assert Matter.objects.get(pk=matter.pk).phase == "review"
    assert not reader.found, "\n".join(reader.found)


def test_every_form_that_begins_something(here: County) -> None:
    competent(here)
    row = bound(here)
    in_latin()
    reader = Reader(User.objects.get(pk=row.user_id))
    for kind, spec in acts.openings():
        path = f"/my/new/{kind}/{spec.verb}/"
        reader.get(path)
        reader.post(path)
    assert not reader.found, "\n".join(reader.found)


def test_the_officials_page_of_telephones(here: County) -> None:
    row = bound(here)
    in_latin()
    reader = Reader(User.objects.get(pk=here.inspector.user_id))
    path = f"/operators/{here.operator.pk}/phones/"
    reader.get(path)
    reader.post(f"{path}bind/", name="x", phone="1", role="head")
    reader.post(f"{path}bind/", name="x", phone=PHONE, role="head")
    reader.post(f"/phones/{row.pk}/end/", reason="")
    assert not reader.found, "\n".join(reader.found)


def test_the_tables_of_words_have_both_languages() -> None:
    for row in [*acts.table().acts.values(), *acts.table().verbs.values()]:
        assert row.words.zh and row.words.en and not CHINESE.search(row.words.en)
