"""Where people come in to the census, and what goes on after a worker died."""

from __future__ import annotations

from zhian.apps.registry.census import rights
from zhian.desk.engine import begin
from zhian.law.words import Words

HAND_IN = Words("提交普查名册", "Hand in a roster for the census")


def register() -> None:
    """Offer the page that takes rosters beside what begins by hand."""
    begin.add_door(begin.Door(HAND_IN, "census_roster_new", rights.UPLOADERS))


def resume() -> int:
    """Queue again what was cut short: imports first, then runs; returns how many."""
    from zhian.apps.registry.census.intake import job as intake
    from zhian.apps.registry.census.runs import job as runs

    return intake.resume() + runs.resume()
