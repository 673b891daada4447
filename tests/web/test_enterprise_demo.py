"""The demonstration has operators' people who can log in by telephone, and says how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.web.enterprise_world import come_in
from tests.web.pages import text_of
from zhian.demo import commands, county, phones
from zhian.desk import timing
from zhian.directory.models import Representative, User, WallCode

pytestmark = pytest.mark.django_db


def test_three_telephones_of_the_demonstration_come_in(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.OUTBOX, settings.SMS_URL = tmp_path / "outbox", ""
    here = county.build(7, 12)
    assert phones.give(here, timing.now()) == 3
    people = User.objects.filter(operator__isnull=False).exclude(phone="").order_by("pk")
    assert len(people) == 3 and WallCode.objects.count() == 3
    assert Representative.objects.count() == len(here.operator_logins) + 1
    commands._print_telephones(8000)
    said = capsys.readouterr().out
    assert all(user.phone in said and user.operator.name in said for user in people)
    assert str(tmp_path / "outbox" / "sms") in said
    owner = next(u for u in people if u.represents.count() == 2)
    page = text_of(come_in(Client(), owner.phone).get("/my/"))
    assert "为哪家单位办事" in page
