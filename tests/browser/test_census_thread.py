"""The whole thread of the census: a roster comes in, is linked, published and reviewed; a blind
spot is looked at on the ground, the answer is a decision and the blind spot is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_every_page import Round
from tests.browser.test_thread import SIZES
from tests.browser.visitor import Visitor
from tests.web.census_world import Census, as_csv, census
from zhian.apps.registry.census.blind import answers, opening
from zhian.apps.registry.census.intake import job as intake
from zhian.apps.registry.census.runs import job as runs
from zhian.apps.registry.models import (
    BlindSpot,
    CensusDecision,
    CensusQuestion,
    Establishment,
    GroundCheck,
    LinkRun,
    RosterImport,
)
from zhian.directory.models import Appointment
from zhian.methods.linkage import flags

LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture
def here(transactional_db: None, settings: Any, tmp_path: Path) -> Census:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return census(operators=120)


class People:
    """Who comes in, in one language and at one width."""

    def __init__(self, come_in: ComeIn, size: tuple[int, int], language: str) -> None:
        self.come_in, self.size, self.language = come_in, size, language

    def __call__(self, who: Appointment) -> Visitor:
        found = self.come_in(who, self.size)
        cookie = {"name": "django_language", "value": self.language, "url": found.address}
        found.context.add_cookies([cookie])  # type: ignore[list-item]
        return found


@pytest.fixture
def people(come_in: ComeIn, size: tuple[int, int], language: str) -> People:
    return People(come_in, size, language)


def hand_in(here: Census, people: People, file: Path) -> None:
    """The sweep is uploaded, looked at and confirmed; the worker takes it in."""
    clerk = people(here.clerk)
    clerk.open("/census/rosters/new/")
    page = clerk.page
    page.locator("[name=roster]").select_option("sweep")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form[enctype] button.btn-primary").click()
    confirm = page.locator('form[action$="/confirm/"]')
    expect(confirm).to_be_visible()
    clerk.looks()
    assert RosterImport.objects.get(roster="sweep").state == "preview"
    confirm.locator("button.btn-primary").click()
    page.wait_for_load_state()
    row = RosterImport.objects.get(roster="sweep")
    assert row.state == "queued"
    intake.take_in.call(row.pk)
    clerk.open("/census/runs/")
    page.locator('form[action="/census/runs/"] button.btn-primary').first.click()
    page.wait_for_load_state()
    runs.link.call(LinkRun.objects.get().pk)
    clerk.open(f"/census/runs/{LinkRun.objects.get().pk}/")
    assert not page.locator('form[action$="/publish/"]').count(), "another person must publish"


def publish(here: Census, people: People) -> None:
    """The head reads the checks and publishes."""
    head, run = people(here.second), LinkRun.objects.get()
    head.open(f"/census/runs/{run.pk}/")
    form = head.page.locator('form[action$="/publish/"]')
    form.locator("[name=remark]").fill("ok")
    form.locator("button.btn-primary").click()
    head.page.wait_for_load_state()
    run.refresh_from_db()
    assert run.state == "published" and BlindSpot.objects.filter(ended_at=None).exists()


def review(here: Census, people: People) -> None:
    """Same, undone, new: by the keys alone."""
    reviewer = people(here.here.inspector)
    reviewer.open("/census/review/")
    first = CensusQuestion.objects.filter(purpose="review", state="open").order_by("-worth", "id")[
        0
    ]  # fmt: skip
    head = reviewer.page.locator("#mine-head")
    expect(head).to_have_text(first.record.name)
    note = reviewer.page.locator(".notes")
    for n, key in enumerate(("1", "z", "n"), 1):
        reviewer.page.keyboard.press(key)
        expect(note).not_to_be_empty()
        reviewer.page.wait_for_function(
            "() => !document.querySelector('.htmx-request')"
        )  # fmt: skip
        if key == "z":
            expect(head).to_have_text(first.record.name)
        else:
            expect(head).not_to_have_text(first.record.name)
        assert CensusDecision.objects.count() == n
    said = CensusDecision.objects.order_by("pk").values_list("answer", flat=True)
    assert list(said) == ["same", "undo", "new"]
    reviewer.looks()


def chosen(here: Census) -> tuple[BlindSpot, Establishment]:
    """A blind spot in a township, and the establishment that it will turn out to be."""
    spots = BlindSpot.objects.filter(flag=flags.UNREGISTERED, ended_at=None)
    spot = spots.select_related("establishment").order_by("pk")[0]
    Establishment.objects.filter(pk=spot.establishment_id).update(place=here.here.town)
    rows = Establishment.objects.filter(ended_on=None, uscc="", blind_spots=None)
    other = rows.exclude(pk=spot.establishment_id).order_by("pk")[0]
    return spot, other


def send(here: Census, people: People, spot: BlindSpot) -> None:
    """The clerk finds it on the list, reads why, and sends the township."""
    clerk = people(here.here.clerk)
    clerk.open(f"/census/blind/?q={spot.establishment.number}&flag={spot.flag}")
    clerk.page.locator(f'a[href="/census/blind/{spot.pk}/"]').click()
    expect(clerk.page.locator(".reasons .lacks").first).to_be_visible()
    clerk.looks()
    clerk.page.locator('form[action="/census/blind/open/"] button').click()
    expect(clerk.page.locator("table.list")).to_contain_text(spot.establishment.name)
    clerk.looks()


def answer(here: Census, people: People, number: str) -> None:
    """The township goes there and answers on its form."""
    officer = people(here.here.township_officer)
    officer.open("/census/checks/?state=mine")
    page, check = officer.page, GroundCheck.objects.get()
    page.locator(f'input[name=one][value="{check.pk}"]').check()
    page.locator("[data-bulk] button").click()
    page.locator("[name=no_point]").fill("no signal")
    page.locator(f'[name="answer-{check.pk}"]').select_option("same")
    with officer.refused(422):
        page.locator(".submit .btn-primary").click()
        expect(page.locator(".error")).to_be_visible()
    page.locator(f'[name="number-{check.pk}"]').fill(number)
    page.locator(".submit .btn-primary").click()
    page.wait_for_url("**/census/checks/")
    officer.looks()


@LANGUAGES
@SIZES
def test_from_the_roster_to_the_answer_on_the_ground(
    here: Census, people: People, size: tuple[int, int], language: str, tmp_path: Path
) -> None:
    for roster, rows in here.rows.items():
        if roster != "sweep":
            here.hand_in(roster, rows)
    file = tmp_path / "sweep.csv"
    file.write_bytes(as_csv(here.rows["sweep"]))
    hand_in(here, people, file)
    publish(here, people)
    review(here, people)
    spot, other = chosen(here)
    send(here, people, spot)
    officer = here.here.township_officer
    answer(here, people, other.number)
    spot.refresh_from_db()
    assert spot.ended_at is not None
    assert not GroundCheck.objects.get().open
    decision = CensusDecision.objects.get(source="ground")
    assert decision.answer == "same" and decision.by == officer
    reviewer = people(here.here.inspector)
    reviewer.open("/census/decisions/?source=ground")
    expect(reviewer.page.locator("table.decisions")).to_contain_text(f"#{decision.pk}")
    reviewer.open(f"/census/blind/?q={spot.establishment.number}&flag={spot.flag}")
    assert not reviewer.page.locator(f'a[href="/census/blind/{spot.pk}/"]').count()


@LANGUAGES
@SIZES
def test_every_page_of_blind_spots_fits_and_can_be_read(
    here: Census, people: People, size: tuple[int, int], language: str
) -> None:
    here.everything()
    here.publish()
    spot, _other = chosen(here)
    clerk = here.here.clerk
    done = opening.open_checks(opening.targets(clerk, [f"S{spot.pk}"]), giver=clerk)
    second = BlindSpot.objects.filter(ended_at=None, matter=None).order_by("pk")[0]
    walk = Round(people(clerk))
    paths = (
        "/census/", "/census/blind/", "/census/blind/?q=zzz", f"/census/blind/{spot.pk}/",
        f"/census/blind/{second.pk}/", f"/census/blind/open/?one=S{second.pk}",
        "/census/blind/open/?all=1", "/census/blind/open/", "/census/checks/",
        "/census/checks/?state=closed", "/census/unseen/", "/census/unseen/?all=1&told=no",
        f"/m/{done.given[0].pk}/",
        *(f"/census/blind/?what={what}" for what in (
            answers.UNSPONSORED, answers.UNVISITED, answers.CELL)),
    )  # fmt: skip
    walk.visit_all(*paths)
    assert walk.opened == set(paths)
    theirs = Round(people(here.here.township_officer))
    field = f"/census/checks/answer/?one={done.given[0].pk}"
    theirs.visit_all("/census/checks/?state=mine", field, f"/m/{done.given[0].pk}/visit/")
    assert field in theirs.opened
