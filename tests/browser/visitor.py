"""A person who comes in through the real login and works on the real pages.

Every page that is seen is held to the same: no breach of the content policy, nothing in the
console, nothing fetched from elsewhere, nothing wider than the screen.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import make_password
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from zhian.directory.models import User

PASSWORD = "laizi-hekou-2026"
WIDE, PHONE = (1440, 900), (390, 844)
WIDTHS = (WIDE, PHONE)
PERIOD = 30  # seconds that a code holds

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP: " + event.violatedDirective + " " + event.blockedURI));
"""
_FAULTY = """() => {
  const room = document.documentElement.clientWidth;
  const parts = document.documentElement.scrollWidth > room ? "body *" : "body.none";
  const wide = Array.from(document.querySelectorAll(parts))
    .filter((part) => part.getBoundingClientRect().right > room + 1)
    .slice(0, 5)
    .map((part) => `${part.tagName}.${part.className} ${part.textContent.trim().slice(0, 40)}`);
  if (parts === "body *" && !wide.length) { wide.push("something that no element shows"); }
  const nameless = Array.from(document.querySelectorAll("input, select, textarea"))
    .filter((part) => part.type !== "hidden" && part.offsetParent !== null)
    .filter((part) => !(part.labels?.length || part.getAttribute("aria-label") ||
                        part.getAttribute("aria-labelledby") || part.title))
    .map((part) => part.outerHTML.slice(0, 120));
  return [wide, nameless];
}"""


def code_of(secret: str) -> str:
    """The six figures that the person's telephone shows, with time enough left to type them."""
    left = PERIOD - time.time() % PERIOD
    if left < 2:
        time.sleep(left)
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // PERIOD))


def enrol(user: User) -> str:
    """Password and second factor, as after a first login; gives the secret of the telephone."""
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))
    secret = totp.generate_totp_secret()
    Authenticator.objects.filter(user=user).delete()
    totp.TOTP.activate(user, secret)
    return secret


def context_of(browser: Browser, size: tuple[int, int], **more: Any) -> BrowserContext:
    """A browser of this size, in the language and time of the office."""
    width, height = size
    made = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
        has_touch=size == PHONE,
        is_mobile=size == PHONE,
        **more,
    )
    made.set_default_timeout(30_000)
    made.add_init_script(_TELL_VIOLATIONS)
    return made


@dataclass
class Visitor:
    """One person, one browser window."""

    context: BrowserContext
    address: str
    user: User
    secret: str = ""
    faults: list[str] = field(default_factory=list)
    refusals: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", lambda request: self._request(request.url))

    # ---- what no page may do

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        status = re.search(r"responded with a status of (\d+)", message.text)
        if status and int(status[1]) in self.refusals:
            return
        self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and not url.startswith(self.address):
            self.faults.append(f"asked elsewhere: {url}")

    @contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """A page that answers with this status is meant; the browser notes it in its console."""
        self.refusals.add(status)
        yield
        self.looks()
        self.refusals.discard(status)

    def looks(self) -> None:
        """Hold the page that is seen now to what every page must keep."""
        too_wide, nameless = self.page.evaluate(_FAULTY)
        where = urlsplit(self.page.url).path
        assert not too_wide, f"{where} is wider than the screen: {too_wide}"
        assert not nameless, f"{where} has fields without a name: {nameless}"
        assert not self.faults, f"{where}: {self.faults}"

    # ---- going about

    def open(self, path: str, status: int = 200) -> str:
        """Open an address; gives what is written there."""
        answer = self.page.goto(self.address + path)
        assert answer is not None and answer.status == status, f"{path}: {answer and answer.status}"
        self.looks()
        return self.text

    @property
    def text(self) -> str:
        """What is written in the main part of the page."""
        return self.page.locator("main").inner_text()

    def go(self, words: str) -> str:
        """From the desk to the matter whose title holds these words."""
        self.open("/desk/")
        link = self.page.locator("#desk-list td.c-title a", has_text=words).first
        with self.page.expect_navigation(wait_until="load"):
            link.click()
        self.looks()
        return self.text

    @property
    def path(self) -> str:
        """The address without the house."""
        return urlsplit(self.page.url).path

    def press(self, words: str, within: str = "main", exact: bool = True) -> str:
        """Press the button or follow the link that says this; gives the page it leads to."""
        part = self.page.locator(within)
        button = part.get_by_role("button", name=words, exact=exact)
        link = part.get_by_role("link", name=words, exact=exact)
        with self.page.expect_navigation(wait_until="load"):
            button.or_(link).first.click()
        self.looks()
        return self.text

    def sees(self, *words: str) -> None:
        """All of these stand on the page."""
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one)

    def waits_until(self, condition: str) -> None:
        """Until the page says so; the strict policy forbids the browser to ask for us."""
        for _ in range(50):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"not so after five seconds: {condition}")

    def told(self) -> str:
        """The confirmation on top of the page."""
        return " ".join(self.page.locator(".notes .note").all_inner_texts())

    # ---- coming in

    def log_in(self) -> None:
        """Name and password, then the six figures."""
        self.open("/")
        self.give_password(PASSWORD)
        self.page.fill("#id_code", code_of(self.secret))
        self.press("登录")
        assert self.path == "/desk/", self.text

    def has_logged_in(self) -> None:
        """As after a login, for tests of what comes then."""
        self.user.refresh_from_db()
        client = Client()
        client.force_login(self.user, "allauth.account.auth_backends.AuthenticationBackend")
        session = client.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.address}])
        self.open("/desk/")
        assert self.path == "/desk/", self.path

    def give_password(self, password: str) -> None:
        """The first of the two login pages."""
        self.page.fill("#id_login", self.user.username)
        self.page.fill("#id_password", password)
        self.press("登录")

    # ---- filling in

    def fill(self, **values: Any) -> None:
        """Fill the fields of the form by name; what is chosen is named as the page shows it."""
        for name, value in values.items():
            self._fill(name, value)

    def _fill(self, name: str, value: Any) -> None:
        part = self.page.locator(f'main [name="{name}"]')
        if isinstance(value, Path):
            part.set_input_files(value)
        elif self.page.locator(f'[name="find-{name}"]').count():
            self._find(name, value)
        elif part.first.evaluate("part => part.tagName") == "SELECT":
            part.select_option(label=self._option(part, value))
        elif part.first.get_attribute("type") in ("radio", "checkbox"):
            self._tick(name, value)
        else:
            part.fill(str(value))

    def _option(self, select: Locator, words: str) -> str:
        shown: Sequence[str] = select.locator("option").all_inner_texts()
        found = [one for one in shown if words in one]
        assert len(found) == 1, f"{words} among {shown}"
        return found[0]

    def _tick(self, name: str, value: str | bool) -> None:
        boxes = self.page.locator(f'main label.tick:has([name="{name}"])')
        box = boxes if value is True else boxes.filter(has_text=str(value))
        box.locator("input").check()

    def _find(self, name: str, words: str) -> None:
        """Search in the form, and choose what is found."""
        self.page.locator(f'[name="find-{name}"]').press_sequentially(words)
        self._tick(name, words)

    def do(self, words: str, **fields: Any) -> str:
        """On the page of a matter: press an act, fill it in, and confirm."""
        self.press(words)
        self.fill(**fields)
        return self.confirm()

    def confirm(self) -> str:
        """The first button of the form; gives the confirmation."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator("main form .submit .btn-primary").click()
        self.looks()
        return self.told()

    def sign(self, opinion: str = "同意。") -> str:
        """On the desk: open the first proposal that waits for me, and sign it."""
        self.open("/desk/")
        row = self.page.locator("section[aria-labelledby=to-sign] tr[data-row]").first
        with self.page.expect_navigation(wait_until="load"):
            row.get_by_role("link").first.click()
        self.looks()
        self.fill(opinion=opinion)
        self.press("同意，签批")
        return self.told()

    def download(self, words: str) -> Path:
        """Follow a link that brings a file."""
        with self.page.expect_download() as brought:
            self.page.locator("main").get_by_role("link", name=words).first.click()
        return Path(brought.value.path())


def facts(page: Page) -> Mapping[str, str]:
    """The head of a matter's page: what stands beside each word."""
    rows = page.locator(".facts li").all_inner_texts()
    pairs = (row.split("\n", 1) if "\n" in row else (row[:2], row[2:]) for row in rows)
    return {name.strip(): value.strip() for name, value in pairs}
