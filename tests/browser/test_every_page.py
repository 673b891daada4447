"""Every room is visited at both widths: no fault, no page wider than the screen, and axe agrees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ComeIn
from tests.browser.test_desk import busy, give, propose_order
from tests.browser.test_thread import SIZES
from tests.browser.visitor import PHONE, WIDE, Visitor
from tests.builders import County, person
from tests.web.test_disposal import ready_to_conclude
from zhian.desk.models import Act, Matter
from zhian.directory.access import rule_of
from zhian.directory.rights_doc import addresses

__all__ = ["busy"]

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
GRAVE = {"serious", "critical"}
RUN_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map((rule) => [rule.id, rule.impact, rule.nodes.slice(0, 3).map(
    (node) => node.target.join(" ") + ": " + (node.any[0]?.message ?? node.html))]);
}"""

DESK = (
    "/desk/?whose=office&due=week", "/desk/?q=没有这个", "/tasks/?box=all", "/search/?q=河口",
    "/search/?q=河口&what=operators", "/search/?q=河口&what=documents", "/new/task/direct/",
    "/new/rectification/open/", "/accounts/2fa/", "/accounts/password/change/",
    "/accounts/logout/", "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/", "/accounts/2fa/totp/deactivate/",
)  # fmt: skip
OF_ONE = (
    "/directory/places/{place}/", "/directory/places/{place}/end/",
    "/directory/agencies/{agency}/", "/directory/agencies/{agency}/change/",
    "/directory/agencies/{agency}/offices/new/", "/directory/agencies/{agency}/posts/new/",
    "/directory/agencies/{agency}/numbers/", "/directory/agencies/{agency}/remedies/",
    "/directory/offices/{office}/", "/directory/offices/{office}/townships/",
    "/directory/posts/{post}/", "/directory/people/{user}/",
    "/directory/people/{user}/change/", "/directory/people/{user}/appoint/",
    "/directory/people/{user}/password/", "/directory/people/{user}/leave/",
    "/directory/appointments/{appointment}/end/",
    "/directory/imports/staff/", "/directory/settings/roll_weekends/",
)  # fmt: skip
ENTRANCE = (
    "/accounts/login/", "/accounts/password/reset/", "/accounts/inactive/",
    "/verify/0123456789ab/1/", "/there-is-no-such-page/",
)  # fmt: skip


FILES = ("/template/", ".csv", ".xlsx")  # what a browser keeps instead of showing it


def plain(room: str) -> list[str]:
    """Every address of a room that needs nothing more, and shows a page."""
    return [
        one.pattern
        for one in addresses()
        if one.pattern.startswith(room)
        and not one.takes
        and shows(one.view, one.name)
        and not one.pattern.endswith(FILES)
    ]


def shows(view: object, name: str) -> bool:
    """Whether an address can be opened, and is one of our own."""
    rule = rule_of(view, name)
    return rule is not None and "GET" in rule.methods and hasattr(view, "access_rule")


def of_matters() -> Iterator[str]:
    """The pages of every matter, and the forms of acts that are worth a look."""
    for matter in Matter.objects.filter(kind__in=("disposal", "service", "rectification")):
        yield f"/m/{matter.pk}/"
    task = Matter.objects.filter(kind="task").order_by("pk")[0]
    yield from (f"/m/{task.pk}/{verb}" for verb in ("", "split/", "link/", "report/"))
    order = Matter.objects.filter(kind="rectification").order_by("pk")[0]
    yield from (f"/m/{order.pk}/{verb}/" for verb in ("desk/share", "corrected", "order"))
    yield f"/proposals/{order.proposals.get().pk}/"
    disposal = Matter.objects.get(kind="disposal")
    yield from (f"/m/{disposal.pk}/{verb}/" for verb in ("conclude", "ask_retest", "tell_others"))
    yield f"/acts/{Act.objects.filter(matter=disposal).latest('seq').pk}/undo/"


@pytest.fixture
def full(busy: County) -> County:
    """A county with something on every page."""
    ready_to_conclude(busy)
    return busy


def judged(visitor: Visitor) -> list[Any]:
    """What axe finds grave on the page that is open."""
    visitor.page.evaluate(AXE.read_text("utf-8"))
    return [row for row in visitor.page.evaluate(RUN_AXE) if row[1] in GRAVE]


class Round:
    """A walk from page to page; what is not this person's must say so, and not break."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.opened: set[str] = set()
        self.grave: dict[str, list[Any]] = {}
        visitor.refusals |= {403, 404}

    def visit(self, path: str) -> None:
        page = self.visitor.page
        answer = page.goto(self.visitor.address + path)
        assert answer is not None and answer.status in (200, 403, 404), f"{path}: {answer}"
        led_away = self.visitor.path.startswith("/accounts/") and not path.startswith("/accounts/")
        assert not led_away, f"{path} led to {self.visitor.path}"
        self.visitor.looks()
        if answer.status == 200:
            self.opened.add(path)
        if found := judged(self.visitor):
            self.grave[path] = found

    def visit_all(self, *paths: str) -> None:
        """Visit all of them, then say what axe found."""
        for path in paths:
            self.visit(path)
        assert not self.grave, "\n".join(f"{p}: {found}" for p, found in self.grave.items())


@pytest.fixture(autouse=True)
def axe_is_here() -> None:
    """The checker comes from npm with the other front-end files."""
    if not AXE.is_file():
        pytest.skip("axe-core is not here: run scripts/front_end.py")


@SIZES
def test_every_page_of_the_desk_keeps_the_rules(
    full: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    walk = Round(come_in(full.inspector, size))
    own = [p for room in ("/desk", "/tasks", "/notices", "/calendar", "/search", "/new")
           for p in plain(room)]  # fmt: skip
    paths = (*own, *DESK, *of_matters())
    walk.visit_all(*paths)
    assert set(paths) - walk.opened == set()


@SIZES
def test_every_page_of_the_administration_keeps_the_rules(
    full: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    named = {
        "place": full.town.pk, "agency": full.bureau.pk, "office": full.station.pk,
        "user": full.second.user.pk, "appointment": full.second.pk,
        "post": full.second.post.pk,
    }  # fmt: skip
    paths = [*plain("/directory/"), *(path.format(**named) for path in OF_ONE)]
    opened: set[str] = set()
    for kind in ("system_admin", "security_admin"):
        admin = person(full.bureau, kind, name=f"管理员{len(opened)}")
        walk = Round(come_in(admin, size))
        walk.visit_all(*(path for path in paths if path not in opened))
        opened |= walk.opened
    assert set(paths) - opened <= {"/directory/changes/"}, "opened for nobody"


@SIZES
def test_the_pages_before_the_login_keep_the_rules(
    full: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    stranger = come_in(full.clerk, size, by="")
    Round(stranger).visit_all(*ENTRANCE)


def test_the_dark_office_can_be_read(full: County, come_in: ComeIn) -> None:
    inspector = come_in(full.inspector, WIDE, color_scheme="dark")
    assert inspector.page.locator("html").get_attribute("data-bs-theme") == "dark"
    Round(inspector).visit_all(
        "/desk/", "/calendar/", "/tasks/", "/search/?q=河口", "/new/task/direct/", *of_matters()
    )
    chief = come_in(full.office_head, PHONE, color_scheme="dark")
    Round(chief).visit_all("/desk/", "/directory/gaps/")


def test_a_signer_sees_all_that_he_is_about_to_sign(full: County, come_in: ComeIn) -> None:
    propose_order(full, "生熟混放")
    give(full, "核查农村集体聚餐", 9, to="office_head")
    chief = come_in(full.office_head, PHONE)
    keys = chief.page.locator('[name="signature"]').evaluate_all("rows => rows.map(r => r.value)")
    walk = Round(chief)
    walk.visit_all("/desk/", "/desk/sign/?" + "&".join(f"signature={key}" for key in keys))
    chief.sees("批量签批：2 件", "生熟混放", "台账不全")
