"""Conflicts settled: whose code it is, who succeeded whom, what is to be looked at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.review_world import Desk, desk, state
from tests.web.test_review import home
from zhian.apps.registry.census.review import actions, queries, standing
from zhian.apps.registry.models import CensusConflict, Establishment
from zhian.desk import timing
from zhian.methods.linkage import suspects

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"


@pytest.fixture
def here() -> Desk:
    return desk()


def conflict(here: Desk, kind: str) -> CensusConflict:
    found = CensusConflict.objects.filter(run=here.run, kind=kind).first()
    assert found is not None
    return found


@pytest.mark.parametrize(("say", "aside"), [("first", [1]), ("second", [0]), ("neither", [0, 1])])
def test_whose_code_it_is(here: Desk, say: str, aside: list[int]) -> None:
    asked = conflict(here, suspects.ONE_CODE_TWO_PLACES)
    before = state()
    keys = standing.keys(asked.records)
    outcome = here.settle(asked, say, reason="抄错了")
    wanted = [keys[asked.records[n]] for n in aside]
    assert outcome.decision is not None and outcome.decision.aside == wanted
    assert home(asked.records[0]) != home(asked.records[1])
    assert queries.constraints(here.census.here.county).aside == wanted
    asked.refresh_from_db()
    assert asked.state == "settled"
    here.undo(outcome.decision)
    assert state() == before
    assert queries.constraints(here.census.here.county).aside == []


def test_a_code_that_was_set_aside_binds_no_more(here: Desk) -> None:
    asked = conflict(here, suspects.ONE_CODE_TWO_PLACES)
    decision = here.settle(asked, "first").decision
    assert decision is not None
    here.census.publish("再次关联。")
    assert home(asked.records[0]) != home(asked.records[1])


def test_two_codes_one_place_become_one_with_the_later_code(here: Desk) -> None:
    codes = Establishment.objects.exclude(uscc="").order_by("pk")[:2]
    rows = [
        house.links.filter(ended_at=None, record__uscc=house.uscc).first().record_id
        for house in codes
    ]
    asked = CensusConflict.objects.create(
        run=here.run, kind=suspects.TWO_CODES_ONE_PLACE, records=rows, weight=5
    )
    before = state()
    outcome = here.settle(asked, "second")
    assert outcome.state == "waits" and outcome.decision is not None
    agreed = actions.second(outcome.decision, True, by=here.two, at=timing.now())
    assert home(rows[0]) == home(rows[1])
    assert home(rows[0]).uscc == codes[1].uscc
    lost = {standing.keys([rows[0]])[rows[0]]}
    assert lost <= set(agreed.aside)
    assert set(queries.constraints(here.census.here.county).aside) >= lost
    here.undo(agreed, by=here.two)
    here.undo(outcome.decision)
    assert state() == before


def test_operating_after_its_end_is_to_be_looked_at(here: Desk) -> None:
    asked = conflict(here, suspects.ENDED_BUT_OPERATING)
    before = state()
    decision = here.settle(asked, "check").decision
    assert decision is not None and decision.answer == "check"
    assert state()["links"] == before["links"] and state()["spots"] == before["spots"]
    here.undo(decision)
    split = here.settle(asked, "two").decision
    assert split is not None and home(asked.records[0]) != home(asked.records[1])
    here.undo(split)
    assert state() == before
