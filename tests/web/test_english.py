"""Whoever reads English meets English: no Chinese is left on any page but the county's own names.

The county of these tests writes its names in Latin letters, so that every Chinese character or
full-width mark on a page is a fault of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import escape

from scripts import catalogue
from tests.builders import County, county, person
from tests.web.pages import hidden, text_of
from tests.web.rights_world import NO_POST, OPERATOR, STRANGER, World, make_world
from tests.web.test_rights_matrix import POSTED, admitted, requests
from zhian.desk import timing
from zhian.desk.models import Act, Document, Matter, Signature
from zhian.directory.models import Appointment, User
from zhian.law.calendar import Calendar
from zhian.web.countdown import countdown

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]")
# What is Chinese on purpose: a part that says so (the switch, the public page in both languages),
# and the term of the law behind its English, in brackets.
MEANT = re.compile(r"""<(\w+)[^>]*\slang="zh-Hans"[^>]*>.*?</\1>|\([\u3400-\u9fff]+\)""", re.S)
BOTH_TITLES = "<title>文书核验 · Checking a paper</title>"
ROLES = (
    STRANGER,
    OPERATOR,
    NO_POST,
    "inspector",
    "bureau_head",
    "township_head",
    "system_admin",
    "audit_admin",
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue as it stands in the repository, compiled for these tests alone."""
    folder = tmp_path_factory.mktemp("english") / "locale"
    source = folder / "en/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_bytes(catalogue.ENGLISH.read_bytes())
    catalogue.compile_one(source)
    return folder


@pytest.fixture(autouse=True)
def in_english(compiled: Path, tmp_path: Path, settings: Any) -> Iterator[None]:
    """The house speaks from that catalogue."""
    settings.LOCALE_PATHS = [compiled]
    settings.DATA, settings.SECOND_FACTOR_REQUIRED = tmp_path, False
    yield
    translation.deactivate()


def in_latin() -> None:
    """Rename everything in the county that has a Chinese name."""
    for label in ("directory", "desk"):
        for model in apps.get_app_config(label).get_models():
            if model is not Act:
                _rename(model)


def _rename(model: type[models.Model]) -> None:
    texts = (models.CharField, models.TextField)
    fields = [f for f in model._meta.concrete_fields if isinstance(f, texts) and not f.choices]
    for row in model._default_manager.all():
        chosen = {f.attname: f"{f.attname} {row.pk}" for f in fields if _is_chinese(row, f)}
        if chosen:
            model._default_manager.filter(pk=row.pk).update(**chosen)


def _is_chinese(row: models.Model, field: models.Field[Any, Any]) -> bool:
    return bool(CHINESE.search(str(getattr(row, field.attname) or "")))


def records() -> list[str]:
    """What the house itself writes into files: Chinese, the language of the office's records."""
    rows = [Matter.objects.values_list("title"), Document.objects.values_list("title", "number")]
    return sorted({text for row in rows for texts in row for text in texts if text}, key=len)[::-1]


def chinese_on(page: HttpResponse) -> list[str]:
    """The Chinese on a page with what stands around it."""
    if not page.headers.get("Content-Type", "").startswith("text/html"):
        return []
    html = page.content.decode().replace(BOTH_TITLES, "")
    html = re.sub(r'<html lang="zh-Hans">', "<html>", html)
    for text in records() if CHINESE.search(MEANT.sub("", html)) else ():
        html = html.replace(escape(text), "")
    html = MEANT.sub("", html)
    if not CHINESE.search(html):
        return []
    found = re.finditer(rf".{{0,60}}(?:{CHINESE.pattern}[^<\"]*)+.{{0,20}}", html)
    return [match[0].strip() for match in found]


@dataclass
class Reader:
    """Somebody who reads English, and what was Chinese on the pages that they were shown."""

    user: User | None
    found: list[str] = field(default_factory=list)
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(headers={"accept-language": "en"})
        if self.user is not None:
            self.client.force_login(self.user, BACKEND)

    def get(self, path: str, **query: Any) -> HttpResponse:
        """Open a page."""
        return self._seen(path, self.client.get(path, query))

    def post(self, path: str, **fields: Any) -> HttpResponse:
        """Send a form, and read where it leads."""
        return self._seen(path, self.client.post(path, fields, follow=True))

    def send(self, path: str, **fields: Any) -> HttpResponse:
        """Open the form of an act, fill it in and send it."""
        in_latin()
        return self.post(path, **hidden(self.get(path)), **fields)

    def _seen(self, path: str, page: HttpResponse) -> HttpResponse:
        self.found += [f"{path}: {words}" for words in chinese_on(page)]
        return page


# --- every page of the house


@pytest.mark.parametrize("role", ROLES)
def test_no_page_has_chinese_left(role: str) -> None:
    reader = reader_of(world := make_world(role))
    for _name, url, rule, method, variant in list(requests(world)):
        if method == "GET" and variant in ("own", "other") and admitted(world, rule):
            reader.get(url)
    assert not reader.found, "\n".join(reader.found)


@pytest.mark.parametrize("role", ["inspector", "system_admin"])
def test_no_form_that_is_sent_empty_answers_in_chinese(role: str) -> None:
    reader = reader_of(world := make_world(role))
    for name, url, rule, method, _variant in list(requests(world)):
        if method == "POST" and admitted(world, rule) and name != "handover":
            reader._seen(url, reader.client.post(url, POSTED.get(name, {})))
    assert not reader.found, "\n".join(reader.found)


def reader_of(world: World) -> Reader:
    """The person of the role in a county that writes its names in Latin letters."""
    in_latin()
    return Reader(User.objects.get(pk=world.user.pk) if world.user else None)


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere/", 404), ("/directory/", 403), ("/desk/", 302)]
)
def test_what_stops_a_reader_is_said_in_english(path: str, status: int) -> None:
    here = county()
    user = None if status == 302 else here.inspector.user
    reader = Reader(user)
    in_latin()
    assert reader.client.get(path).status_code == status
    reader.post(path)
    reader.get(path)
    assert not reader.found, "\n".join(reader.found)


# --- work from its beginning to its end


@pytest.fixture
def here() -> County:
    return county()


def readers(*people: Appointment) -> list[Reader]:
    in_latin()
    found: list[str] = []
    return [Reader(User.objects.get(pk=one.user_id), found) for one in people]


def test_a_rectification_from_the_search_to_the_undoing(here: County) -> None:
    inspector, head = readers(here.inspector, here.office_head)
    inspector.send("/new/rectification/open/", problems="Records are missing")
    inspector.post("/new/rectification/open/", find="operator", **{"find-operator": "nobody"})
    inspector.send(
        "/new/rectification/open/", operator=here.operator.pk, basis="inspection", problems="x"
    )
    page = f"/m/{Matter.objects.get(kind='rectification').pk}/"
    inspector.send(f"{page}order/", until="2020-01-01", requirements="x", law="Art. 33")
    until = (timing.today() + timedelta(days=10)).isoformat()
    inspector.send(f"{page}order/", until=until, requirements="x", law="Art. 33")
    in_latin()
    head.get("/desk/")
    sign = Signature.objects.get()
    head.get(f"/proposals/{sign.proposal_id}/")
    inspector.get(f"/proposals/{sign.proposal_id}/")
    inspector.post(f"/proposals/{sign.proposal_id}/sign/")
    head.post(f"/proposals/{sign.proposal_id}/return/", reason=" ")
    head.get("/desk/sign/", signature=sign.pk)
    head.post("/desk/sign/", signature=sign.pk, opinion="Agreed")
    in_latin()
    assert Matter.objects.get(kind="rectification").phase == "ordered"
    for path in (page, "/desk/", "/calendar/", "/notices/", "/search/?q=x&what=documents"):
        inspector.get(path)
        head.get(path)
    assert not inspector.found, "\n".join(inspector.found)


DEADLINE = (timing.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")


def given(head: Reader, here: County, to: Appointment) -> str:
    """The page of a task that the head gave to somebody of the station."""
    fields = {"office": here.station.pk, "handler": to.pk, "deadline": DEADLINE}
    head.send("/new/task/direct/", text="x", **fields)
    in_latin()
    return f"/m/{Matter.objects.get(kind='task').pk}/"


def test_a_task_given_taken_split_and_undone(here: County) -> None:
    head, station, inspector = readers(here.head, here.office_head, here.inspector)
    page = given(head, here, here.office_head)
    station.send(f"{page}take/")
    station.send(f"{page}split/", **{"parts-0-text": "one"})
    part = {"parts-0-text": "one", "parts-0-handler": here.inspector.pk}
    station.send(f"{page}split/", **part, **{"parts-0-deadline": DEADLINE})
    station.send(f"{page}report/", text="done")
    in_latin()
    taken = Act.objects.get(matter__parent=None, verb="take")
    station.get(f"/acts/{taken.pk}/undo/")
    station.post(f"/acts/{taken.pk}/undo/", reason="x")
    for path in (page, "/tasks/?box=given", "/desk/?whose=office", "/notices/?box=failed"):
        for reader in (head, station, inspector):
            reader.get(path)
    assert not head.found, "\n".join(head.found)


def test_sharing_handing_over_and_leaving(here: County) -> None:
    head, inspector = readers(here.head, here.inspector)
    (admin,) = readers(person(here.bureau, "system_admin"))
    page = given(head, here, here.inspector)
    inspector.get(f"{page}desk/share/")
    shared = {"agency": here.township.pk, "what": "act", "reason": "x"}
    inspector.post(f"{page}desk/share/", **shared)
    inspector.post(f"{page}desk/note/", text="x", key="k" * 32)
    query = {"matter": page.split("/")[2], "to": here.second.pk, "reason": "x"}
    inspector.get("/desk/hand-over/", **query)
    inspector.post("/desk/hand-over/", **query)
    inspector.get(page)
    admin.get(f"/directory/people/{here.second.user_id}/leave/")
    admin.post(f"/directory/people/{here.second.user_id}/leave/", day="2020-01-01")
    admin.get(f"/directory/people/{here.second.user_id}/")
    found = inspector.found + admin.found
    assert not found, "\n".join(found)


def test_the_words_of_english_pages_are_those_of_the_office(here: County) -> None:
    head, inspector = readers(here.head, here.inspector)
    path = given(head, here, here.inspector)
    desk, page = text_of(inspector.get("/desk/")), text_of(inspector.get(path))
    for words in ("My desk", "To sign", "What is due", "Overdue", "Search"):
        assert words in desk
    for words in ("internal target", "If missed", "What happened", "Handled by"):
        assert words in page


@pytest.mark.parametrize(
    ("days", "words"), [(-2, "overdue by 2 days"), (-1, "overdue by 1 day"), (3, "3 days left")]
)
def test_deadlines_count_in_english(days: int, words: str) -> None:
    now = timezone.make_aware(datetime(2026, 11, 24, 9))
    with translation.override("en"):
        left = countdown(now, now + timedelta(days=days), None, "calendar_day", Calendar.load())
    assert left.words == words
