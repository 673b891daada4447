"""Operators' people with their telephones, and what the regulator did to reach them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.builders import LONG_AGO, County
from tests.web.paper_files import pdf
from zhian.apps.registry.models import Licence
from zhian.desk import timing
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter
from zhian.directory.actions import representatives
from zhian.directory.actions.representatives import Doer
from zhian.directory.models import Operator, Premises, Representative, Responsibility, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PHONE = "13912345678"


def bound(
    here: County,
    phone: str = PHONE,
    name: str = "赵立新",
    role: str = "head",
    operator: Operator | None = None,
) -> Representative:
    """A person whose telephone an official bound to the operator."""
    return representatives.bind(
        operator=operator or here.operator,
        phone=phone,
        name=name,
        role=role,
        doer=Doer(by=here.clerk),
    )


def another(here: County, name: str = "柳林老王豆腐坊") -> Operator:
    """Another operator of the county, with premises."""
    operator = Operator.objects.create(name=name, kind="individual", place=here.other_town)
    Premises.objects.create(
        operator=operator, name=name, place=here.other_town, business_type="food_production"
    )
    return operator


def inside(row: Representative) -> Client:
    """A browser in which this person has logged in."""
    client = Client()
    client.force_login(User.objects.get(pk=row.user_id), BACKEND)
    return client


@dataclass(frozen=True)
class Message:
    """One SMS as it left for the file outbox."""

    phone: str
    text: str

    @property
    def code(self) -> str:
        found = re.search(r"\b(\d{6})\b", self.text)
        assert found, self.text
        return found[1]


def sent() -> list[Message]:
    """Every SMS in the outbox, the latest last."""
    folder = Path(settings.OUTBOX) / "sms"
    lines = [line for f in sorted(folder.glob("*.jsonl")) for line in f.read_text().splitlines()]
    rows = [json.loads(line) for line in lines]
    return [Message(row["phone"], row["text"]) for row in rows]


def come_in(client: Client, phone: str = PHONE, **more: str) -> Client:
    """Number, code, in."""
    assert client.post("/accounts/login/phone/", {"phone": phone, **more}).status_code == 302
    code = sent()[-1].code
    assert client.post("/accounts/login/phone/code/", {"code": code}).status_code == 302
    return client


def photo() -> SimpleUploadedFile:
    """A file that stands every check."""
    return SimpleUploadedFile("整改照片.pdf", pdf(), "application/pdf")


# ---- what reaches an operator -------------------------------------------------------------------


def order(here: County, days: int = 10, operator: Operator | None = None) -> Matter:
    """A rectification order that is signed and waits to be served."""
    whose = operator or here.operator
    matter = open_matter(
        "rectification",
        "open",
        Opening(
            title=f"责令改正：{whose.name}",
            agency=here.bureau,
            office=here.station,
            handler=here.inspector,
            place=here.village,
            operator=whose,
            premises=whose.premises.first(),
            fields={"operator": whose, "basis": "inspection", "problems": "无防鼠设施。"},
        ),
        by=here.actor("inspector"),
    )
    until = timing.today() + timedelta(days=days)
    given = {"requirements": "加装防鼠板。", "until": until, "law": "食品安全法第三十三条"}
    perform(matter, "order", fields=given, by=here.actor("inspector"))
    approvals.sign(matter.proposals.get(), by=here.actor("office_head"), opinion="同意")
    matter.refresh_from_db()
    return matter


def service_of(matter: Matter) -> Matter:
    """The service of the paper of a matter."""
    found: Matter = matter.children.get(kind="service")
    return found


def competent(here: County) -> None:
    """The bureau answers for food production in the county."""
    Responsibility.objects.create(
        agency=here.bureau, place=here.county, business_type="food_production", since=LONG_AGO
    )


def licence_until(
    here: County, expires: date, operator: Operator | None = None, **more: Any
) -> Licence:
    """A food business licence that ends on a day."""
    whose = operator or here.operator
    return Licence.objects.create(
        kind="JY",
        number=f"JY1{Licence.objects.count():013d}",
        agency=here.bureau,
        operator=whose,
        premises=here.premises if whose == here.operator else whose.premises.first(),
        place_code=here.village.code,
        form="caterer",
        item="hot",
        first_issued_on=LONG_AGO,
        issued_on=LONG_AGO,
        expires_on=expires,
        **more,
    )
