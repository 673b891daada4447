"""Chromium, a county that the server shows, and the people in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visitor import WIDE, Visitor, context_of, enrol
from tests.builders import County, county
from zhian.directory.models import Appointment

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-quic",
)  # fmt: skip
ComeIn = Callable[..., Visitor]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each person gets a window of his own."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def here(transactional_db: None) -> County:
    """The county of most tests, where the server can see it."""
    cache.clear()  # failed logins of another test are not this one's
    return county()


@pytest.fixture
def come_in(chromium: Browser, live_server: object) -> Iterator[ComeIn]:
    """`come_in(here.inspector, PHONE)`: the person has logged in and stands at the desk.

    `by="session"` (for speed) as after a login, `by="pages"` through password and second factor,
    `by=""` not yet.
    """
    visitors: list[Visitor] = []

    def enter(
        who: Appointment, size: tuple[int, int] = WIDE, *, by: str = "session", **more: Any
    ) -> Visitor:
        context = context_of(chromium, size, **more)
        address = live_server.url  # type: ignore[attr-defined]
        visitor = Visitor(context, address, who.user, enrol(who.user))
        visitors.append(visitor)
        if by == "pages":
            visitor.log_in()
        elif by:
            visitor.has_logged_in()
        return visitor

    yield enter
    for visitor in visitors:
        visitor.context.close()
    for visitor in visitors:
        assert not visitor.faults, visitor.faults


@pytest.fixture(scope="session")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real picture, as a telephone would make it."""
    path = tmp_path_factory.mktemp("pictures") / "现场照片.jpg"
    Image.effect_noise((800, 600), 60).convert("RGB").save(path, "JPEG", quality=80)
    return path
