"""Every room is visited at both widths: no fault, no page wider than the screen, and axe agrees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ComeIn
from tests.browser.test_desk import busy, give, propose_order
from tests.browser.test_thread import SIZES
from tests.browser.visitor import PHONE, WIDE, Visitor, context_of
from tests.builders import County, person
from tests.web.test_disposal import ready_to_conclude
from zhian.desk.models import Matter

__all__ = ["busy"]

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
GRAVE = {"serious", "critical"}
RUN_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map((rule) => [rule.id, rule.impact,
    rule.nodes.slice(0, 3).map((node) => node.target.join(" ") + ": " + (node.any[0]?.message ?? ""))]);
}"""

DESK = (
    "/desk/", "/desk/?whose=office&due=week", "/desk/?q=没有这个", "/tasks/", "/tasks/?box=all",
    "/notices/", "/calendar/", "/search/?q=河口", "/search/?q=河口&what=operators",
    "/search/?q=河口&what=documents", "/search/", "/new/", "/new/task/direct/",
    "/new/rectification/open/", "/accounts/2fa/", "/accounts/password/change/",
)  # fmt: skip
ADMIN = (
    "/directory/", "/directory/places/", "/directory/places/new/", "/directory/agencies/",
    "/directory/agencies/1/", "/directory/agencies/new/", "/directory/people/",
    "/directory/people/new/", "/directory/people/1/", "/directory/appointments/",
    "/directory/deputies/", "/directory/gaps/", "/directory/responsibilities/",
    "/directory/responsibilities/matrix/", "/directory/responsibilities/new/",
    "/directory/sponsorships/", "/directory/imports/", "/directory/imports/staff/",
    "/directory/settings/", "/directory/calendar/", "/directory/changes/",
)  # fmt: skip
ENTRANCE = ("/accounts/login/", "/accounts/password/reset/", "/verify/0123456789ab/1/")


def of_matters() -> Iterator[str]:
    """The pages of every matter, with the form of each act that its handler may do."""
    for matter in Matter.objects.order_by("pk"):
        yield f"/m/{matter.pk}/"
    rectification = Matter.objects.filter(kind="rectification").first()
    if rectification is not None:
        yield f"/m/{rectification.pk}/desk/share/"
        yield f"/m/{rectification.pk}/corrected/"
        yield f"/m/{rectification.pk}/pass/"
        yield f"/proposals/{rectification.proposals.get().pk}/"
    for disposal in Matter.objects.filter(kind="disposal"):
        yield from (f"/m/{disposal.pk}/{verb}/" for verb in ("conclude", "ask_retest", "tell_others"))
    for task in Matter.objects.filter(kind="task"):
        yield from (f"/m/{task.pk}/{verb}/" for verb in ("split", "link"))


@pytest.fixture
def full(busy: County) -> County:
    """A county with something on every page."""
    give(busy, "核查农村集体聚餐", 9, to="office_head")
    ready_to_conclude(busy)
    return busy


@SIZES
def test_every_page_of_the_desk_keeps_the_rules(
    full: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    inspector = come_in(full.inspector, size)
    for path in (*DESK, *of_matters()):
        if may_see(inspector, path):
            inspector.looks()


def may_see(visitor: Visitor, path: str) -> bool:
    """Whether the page is this person's; what is not must say so, not break."""
    visitor.refusals |= {403, 404}
    answer = visitor.page.goto(visitor.address + path)
    assert answer is not None and answer.status in (200, 403, 404), f"{path}: {answer}"
    visitor.looks()
    return answer.status == 200


@SIZES
def test_every_page_of_the_administration_keeps_the_rules(
    full: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    seen = set()
    for kind in ("system_admin", "security_admin"):
        admin = come_in(person(full.bureau, kind, name=f"管理员{kind[:3]}"), size)
        seen |= {path for path in ADMIN if may_see(admin, path)}
    assert seen == set(ADMIN), f"opened for nobody: {set(ADMIN) - seen}"


@SIZES
def test_the_pages_before_the_login_keep_the_rules(
    full: County, come_in: ComeIn, size: tuple[int, int]
) -> None:
    stranger = come_in(full.clerk, size, log_in=False)
    for path in ENTRANCE:
        may_see(stranger, path)


def judged(page: Page) -> list[Any]:
    """What axe finds grave on the page that is open."""
    page.evaluate(AXE.read_text("utf-8"))
    return [row for row in page.evaluate(RUN_AXE) if row[1] in GRAVE]


SCHEMES = (("light", WIDE), ("dark", WIDE), ("light", PHONE))


@pytest.mark.parametrize(("scheme", "size"), SCHEMES, ids=["light-1440", "dark-1440", "light-390"])
def test_axe_finds_nothing_grave(
    full: County,
    come_in: ComeIn,
    chromium: Browser,
    scheme: Any,
    size: tuple[int, int],
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not here: run scripts/front_end.py")
    inspector = come_in(full.inspector, size)
    admin = come_in(person(full.bureau, "system_admin", name="管理员"), size)
    found = {}
    for visitor, paths in ((inspector, (*DESK, *of_matters())), (admin, ADMIN), (None, ENTRANCE)):
        cookies = visitor.context.storage_state() if visitor else None
        context = context_of(
            chromium, size, bypass_csp=True, storage_state=cookies, color_scheme=scheme
        )
        page = context.new_page()
        for path in paths:
            page.goto(inspector.address + path)
            if grave := judged(page):
                found[path] = grave
        context.close()
    assert not found, "\n".join(f"{path}: {grave}" for path, grave in found.items())


def test_a_proposal_on_every_desk_is_seen_by_its_signer(full: County, come_in: ComeIn) -> None:
    propose_order(full, "生熟混放")
    chief = come_in(full.office_head, PHONE)
    keys = chief.page.locator('[name="signature"]').evaluate_all("rows => rows.map(r => r.value)")
    chief.open("/desk/sign/?" + "&".join(f"signature={key}" for key in keys))
    chief.sees("批量签批：2 件", "生熟混放", "台账不全")
