"""Whoever reads English meets English: no Chinese is left on any page but the county's own names.

The county of these tests writes its names in Latin letters, so that every Chinese character or
full-width mark on a page is a fault of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from scripts import catalogue
from tests.web.pages import hidden, logged_in
from tests.web.rights_world import NO_POST, OPERATOR, STRANGER, World, make_world
from tests.web.test_rights_matrix import POSTED, requests
from zhian.desk import timing
from zhian.desk.models import Act, Matter, Notice
from zhian.directory.models import User

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ENGLISH = {"accept-language": "en"}
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]")
OWN_LANGUAGE = re.compile(r'<button[^>]*lang="zh-Hans">中文</button>')
ROLES = (
    STRANGER,
    OPERATOR,
    NO_POST,
    "inspector",
    "office_head",
    "bureau_head",
    "intake_clerk",
    "township_head",
    "system_admin",
    "security_admin",
    "audit_admin",
)


@pytest.fixture(autouse=True)
def compiled(tmp_path: Path, settings: Any) -> Iterator[None]:
    """The catalogue as it stands in the repository, compiled for this test alone."""
    source = tmp_path / "locale/en/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_bytes(catalogue.ENGLISH.read_bytes())
    catalogue.compile_one(source)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
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


def chinese_on(page: HttpResponse) -> list[str]:
    """The lines of a page that hold Chinese, the switch to Chinese left out."""
    if not page.headers.get("Content-Type", "").startswith("text/html"):
        return []
    html = OWN_LANGUAGE.sub("", page.content.decode())
    return [line.strip()[:300] for line in html.splitlines() if CHINESE.search(line)]


def client_of(user: User | None) -> Client:
    client = Client(headers=ENGLISH)
    if user is not None:
        client.force_login(user, BACKEND)
    return client


def faults(client: Client, world: World, method: str) -> Iterator[str]:
    """What is Chinese on the pages of one role, asked for or sent empty."""
    for name, url, _rule, asked, variant in list(requests(world)):
        if asked == method and variant in ("own", "other"):
            data = POSTED.get(name, {}) if method == "POST" else {}
            page = client.generic("GET", url) if method == "GET" else client.post(url, data)
            yield from (f"{method} {url}: {line}" for line in chinese_on(page))


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_any_role_has_chinese_left(role: str) -> None:
    world = make_world(role)
    in_latin()
    client = client_of(world.user and User.objects.get(pk=world.user.pk))
    found = list(faults(client, world, "GET"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ["inspector", "office_head", "system_admin", "security_admin"])
def test_no_refusal_has_chinese_left(role: str) -> None:
    world = make_world(role)
    in_latin()
    client = client_of(world.user and User.objects.get(pk=world.user.pk))
    client.raise_request_exception = True
    found = list(faults(client, world, "POST"))
    assert not found, "\n".join(found)
