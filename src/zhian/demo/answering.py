"""Who answers for what in the demo county: posts that one person holds, and a few gaps left."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from zhian.demo.county import County
from zhian.directory.actions import stewards

LEVELS = ("county", "township")


def take_in(here: County, at: datetime) -> int:
    """Bind everybody whose post leaves no choice; villages stay to be filled by hand."""
    day = timezone.localtime(at).date()
    return sum(
        stewards.fill_by_post(place=town, levels=LEVELS, since=day, by=None, reason="初次确定")
        for town in here.towns
    )
