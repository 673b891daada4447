"""The tour can be made at any time; `make docs` keeps its pictures in docs/tour."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.core.cache import cache
from django.utils import timezone
from PIL import Image

from tests.browser import tour
from tests.browser.conftest import ComeIn

FOLDER = "TOUR_FOLDER"  # where the pictures are kept; thrown away where it is not set
DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_tour_of_eight_pages(transactional_db: None, come_in: ComeIn, tmp_path: Path) -> None:
    cache.clear()
    folder = Path(os.environ.get(FOLDER) or tmp_path)
    pictures = tour.walk(tour.stage(timezone.now()), come_in, folder)
    assert len(pictures) == 16
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.size in ((1440, 900), (780, 1688))
        assert path.stat().st_size < tour.LARGEST, path.name


def test_the_text_of_the_tour_shows_every_picture() -> None:
    text = (DOCS / "tour.md").read_text("utf-8")
    shown = set(re.findall(r"\]\(tour/([a-z]+-\d+\.png)\)", text))
    assert shown == {f"{name}-{width}.png" for name in tour.NAMES for width in (1440, 390)}
    assert {path.name for path in (DOCS / "tour").glob("*.png")} == shown
