"""The census at both widths: a department hands its roster in, the clerk links, the head publishes,
and every page fits and can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ComeIn
from tests.browser.test_every_page import Round
from tests.browser.test_thread import SIZES
from tests.browser.visitor import WIDE
from tests.web.census_world import Census, as_csv, census, looked, rows
from zhian.apps.registry.census.intake import job as intake
from zhian.apps.registry.census.runs import job as runs
from zhian.apps.registry.models import BlindSpot, LinkRun, RosterImport


@pytest.fixture
def here(transactional_db: None, settings: Any, tmp_path: Path) -> Census:
    settings.MEDIA_ROOT = tmp_path / "media"
    return census(operators=30)


@SIZES
def test_every_page_of_the_census_fits_and_can_be_read(
    here: Census, come_in: ComeIn, size: tuple[int, int]
) -> None:
    here.everything()
    here.publish()
    faulty = looked(here, as_csv(rows({"name": ""}, {"uscc": "91230000MA00000001"})))
    odd = looked(here, as_csv(rows({"kind": "下馆子"})), "食品经营许可.csv")
    done = RosterImport.objects.get(roster="health")
    waiting, spot = here.run(), BlindSpot.objects.select_related("establishment").first()
    assert spot is not None
    published = LinkRun.objects.get(state="published")
    walk = Round(come_in(here.second, size))
    walk.visit_all(
        "/census/",
        "/census/rosters/",
        "/census/rosters/?state=failed",
        "/census/rosters/new/",
        *(f"/census/rosters/{row.pk}/" for row in (faulty, odd, done)),
        "/census/runs/",
        f"/census/runs/{waiting.pk}/",
        f"/census/runs/{published.pk}/",
        "/census/establishments/",
        "/census/establishments/?q=没有这个",
        f"/census/establishments/{spot.establishment.number}/",
        "/census/establishments/enter/",
    )
    assert "/census/establishments/" in walk.opened


def test_from_the_file_to_the_register(here: Census, come_in: ComeIn, tmp_path: Path) -> None:
    for roster in ("market", "foodlic", "health"):
        here.hand_in(roster, here.rows[roster])
    file = tmp_path / "sweep.csv"
    file.write_bytes(as_csv(here.rows["sweep"]))
    clerk = come_in(here.clerk, WIDE).page
    clerk.goto(clerk.url.split("/desk")[0] + "/census/")
    clerk.get_by_role("link", name="提交名册").click()
    clerk.get_by_label("名册", exact=True).select_option("sweep")
    clerk.get_by_label("名册文件").set_input_files(file)
    clerk.get_by_role("button", name="上传并预览").click()
    expect(clerk.get_by_role("heading", name="预览：还没有导入")).to_be_visible()
    clerk.get_by_role("button", name=f"确认导入 {len(here.rows['sweep'])} 行").click()
    expect(clerk.get_by_text("排队中")).to_be_visible()
    intake.take_in.call(RosterImport.objects.get(roster="sweep").pk)
    expect(clerk.get_by_text("已导入")).to_be_visible()
    clerk.goto(clerk.url.split("/census")[0] + "/census/runs/")
    clerk.get_by_role("button", name="关联全部名册").click()
    expect(clerk.get_by_text("排队中")).to_be_visible()
    run = LinkRun.objects.get()
    runs.link.call(run.pk)
    expect(clerk.get_by_role("heading", name="发布前检查")).to_be_visible()
    head = come_in(here.second, WIDE).page
    head.goto(head.url.split("/desk")[0] + f"/census/runs/{run.pk}/")
    head.get_by_label("意见").fill("核对无误。")
    head.get_by_role("button", name="发布", exact=True).click()
    expect(head.get_by_text("已发布，登记按这次关联更新。")).to_be_visible()
    head.goto(head.url.split("/census")[0] + "/census/establishments/?roster=sweep")
    head.get_by_role("link", name="E2399").first.click()
    expect(head.get_by_role("heading", name="各名册怎么说")).to_be_visible()
