"""Rosters are linked, the run is checked, a second person publishes; the register keeps its
numbers."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from tests.web.census_world import Census, census, decide, edited, matter, state
from zhian.apps.registry.census import keeping
from zhian.apps.registry.census.errors import CensusError, Unfit
from zhian.apps.registry.census.runs import asking, checks, computing, job, publishing
from zhian.apps.registry.census.runs.result import load
from zhian.apps.registry.models import (
    BlindSpot,
    CensusQuestion,
    Establishment,
    RecordLink,
    SourceRecord,
    UnseenEstimate,
)
from zhian.desk import timing
from zhian.directory.models import Place, Premises
from zhian.methods.linkage import features

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def here() -> Census:
    found = census()
    found.everything()
    return found


# --- written, checked, published


def test_nothing_stands_before_a_second_person_publishes(here: Census) -> None:
    run = here.run()
    assert run.state == "checked"
    for model in (Establishment, RecordLink, BlindSpot, CensusQuestion, UnseenEstimate):
        assert not model.objects.exists()
    publishing.publish(run, here.second)
    assert RecordLink.objects.count() == SourceRecord.objects.count()
    assert Establishment.objects.count() == run.manifest["counts"]["establishments"]
    assert CensusQuestion.objects.filter(purpose="audit").count() > 100
    assert UnseenEstimate.objects.filter(place=here.here.county, kind="").count() == 1


def test_the_establishments_are_those_that_the_generator_made(here: Census) -> None:
    """Pairs of rows of one shop stand in one establishment, and only those (F1)."""
    from zhian.demo import rosters

    here.publish()
    made = rosters.county(60, seed=3)
    truth = dict(zip(made.columns["rid"], made.truth, strict=True))
    homes = {key.partition("/")[2]: number for key, number in here.homes().items()}
    pairs = [(a, b) for a in homes for b in homes if a < b]
    same = {pair for pair in pairs if truth[pair[0]] == truth[pair[1]]}
    linked = {pair for pair in pairs if homes[pair[0]] == homes[pair[1]]}
    assert 2 * len(same & linked) / (len(same) + len(linked)) > 0.95


def test_the_manifest_says_what_went_in_and_what_came_out(here: Census) -> None:
    manifest = here.run().manifest
    assert {row["roster"] for row in manifest["inputs"]["imports"]} == set(here.rows)
    assert manifest["inputs"]["records"] == SourceRecord.objects.count()
    assert manifest["inputs"]["register"] == Premises.objects.count() == 1
    assert len(manifest["model"]["sha256"]) == 64
    assert manifest["model"]["pretrained"]
    sizes = manifest["counts"]["sizes"]
    assert sum(size * number for size, number in sizes) == manifest["inputs"]["records"]
    assert sum(number for _size, number in sizes) == manifest["counts"]["establishments"]
    assert set(manifest["seconds"]) == {"rows", "parse", "link", "ask", "unseen"}
    assert json.loads(json.dumps(manifest)) == manifest


def test_every_waterfall_sums_to_its_score_in_both_languages(here: Census) -> None:
    here.publish()
    choices = [c for q in CensusQuestion.objects.all() for c in q.choices]
    assert len(choices) > 100
    for choice in choices:
        total = sum(one["adds"] for one in choice["evidence"])
        assert math.isclose(total, choice["log_odds"], abs_tol=1e-6)
        assert math.isclose(choice["chance"], 1 / (1 + math.exp(-choice["log_odds"])))
        assert all(one["zh"] and one["en"] for one in choice["evidence"])
        assert Establishment.objects.filter(number=choice["establishment"]).exists()
        assert SourceRecord.objects.filter(pk=choice["record"]).exists()


def test_every_piece_of_evidence_has_an_english_name() -> None:
    assert set(asking.english()) == {*features.NAMES, "start"}


def test_the_audit_is_drawn_by_the_run_and_its_links_were_made(here: Census) -> None:
    run = here.publish()
    drawn = CensusQuestion.objects.filter(run=run, purpose="audit")
    homes = dict(RecordLink.objects.values_list("record", "establishment__number"))
    for question in drawn:
        (choice,) = question.choices
        assert homes[question.record_id] == homes[choice["record"]] == choice["establishment"]
    first, again = (computing.compute(run.place, seed) for seed in (7, 7))
    assert first.result.audit == again.result.audit


# --- who decides, and on what


def test_whoever_ran_it_cannot_publish_it(here: Census) -> None:
    run = publishing.begin(here.here.county, here.second)
    job.link.call(run.pk)
    run.refresh_from_db()
    with pytest.raises(Unfit, match="另一人"):
        publishing.publish(run, here.second)
    with pytest.raises(Unfit, match="岗位"):
        publishing.publish(run, here.clerk)
    publishing.publish(run, here.here.office_head)


def test_a_run_that_fails_a_check_is_published_only_with_a_reason(
    here: Census, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(checks.bars()["largest"], "most", 2)
    run = here.run()
    assert [one["name"] for one in checks.failed(run.manifest)] == ["largest"]
    with pytest.raises(Unfit) as why:
        publishing.publish(run, here.second, "  ")
    assert why.value.field == "remark"
    assert not RecordLink.objects.exists()
    published = publishing.publish(run, here.second, "几户确有多行。")
    assert published.remark == "几户确有多行。"


def test_a_refusal_needs_a_reason_and_changes_nothing(here: Census) -> None:
    run = here.run()
    with pytest.raises(Unfit):
        publishing.refuse(run, here.second, "")
    publishing.refuse(run, here.second, "排查名册交错了。")
    assert not Establishment.objects.exists()
    with pytest.raises(CensusError):
        publishing.publish(run, here.second)


def test_a_run_is_outdated_once_a_roster_or_a_decision_comes_after_it(here: Census) -> None:
    run = here.run()
    here.hand_in("health", edited(here.rows["health"], 0.2), name="health-2.csv")
    assert publishing.outdated(run)
    with pytest.raises(CensusError, match="过时"):
        publishing.publish(run, here.second)
    here.publish()
    run = here.run()
    decide(here, "a/b/c", "a/b/d", "same")
    with pytest.raises(CensusError, match="过时"):
        publishing.publish(run, here.second)


def test_one_run_at_a_time_and_none_without_rows(here: Census) -> None:
    publishing.begin(here.here.county, here.clerk)
    with pytest.raises(CensusError, match="正在进行"):
        publishing.begin(here.here.county, here.clerk)
    elsewhere = Place.objects.create(code="238800000000", name="北安县", level="county")
    with pytest.raises(CensusError, match="没有可关联"):
        publishing.begin(elsewhere, here.clerk)


def test_a_run_that_was_killed_is_computed_again(
    here: Census, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = publishing.begin(here.here.county, here.clerk)

    def dying(*given: Any, **more: Any) -> Any:
        raise SystemExit

    monkeypatch.setattr(computing.linker, "link", dying)
    with pytest.raises(SystemExit):
        job.link.call(run.pk)
    run.refresh_from_db()
    assert run.state == "running"
    monkeypatch.undo()
    assert job.resume() == 1
    job.link.call(run.pk)
    run.refresh_from_db()
    assert run.state == "checked"


def test_publishing_is_one_transaction(here: Census, monkeypatch: pytest.MonkeyPatch) -> None:
    here.publish()
    before = state()
    here.hand_in("health", edited(here.rows["health"], 0.9), name="health-2.csv")
    run, now = here.run(), state()
    monkeypatch.setattr(
        UnseenEstimate.objects, "bulk_create", lambda *given, **more: 1 / 0, raising=True
    )
    with pytest.raises(ZeroDivisionError):
        publishing.publish(run, here.second, "x")
    assert state() == now
    run.refresh_from_db()
    assert run.state == "checked"
    assert len(before[1]) == len(now[1])


def test_the_result_on_disk_is_not_believed_once_it_was_altered(here: Census) -> None:
    from zhian.desk import uploads

    run = here.run()
    assert run.result is not None
    assert load(keeping.load(run.result).content).pks
    path = uploads.path_of(run.result.stored)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(CensusError, match="不一致"):
        publishing.publish(run, here.second)


def test_an_answer_on_the_ground_is_not_asked_again(here: Census) -> None:
    """A blind spot that a check closed does not come back while its rows say the same."""
    here.publish()
    spot = BlindSpot.objects.filter(flag="unregistered_operating").first()
    assert spot is not None
    spot.matter = matter(here, here.here.premises)
    spot.ended_at = timing.now()
    spot.save()
    here.publish()
    again = BlindSpot.objects.filter(establishment=spot.establishment, flag=spot.flag)
    assert not again.filter(ended_at=None).exists()


# --- checks


def manifest(**counts: Any) -> dict[str, Any]:
    base = {
        "records": 100, "linked": 100, "before": 50, "merged": 0, "split": 0, "sizes": [(2, 50)],
        "flags": {"x": 40}, "legal_touched": 0, "contradictions": 0,
    }  # fmt: skip
    return {
        "counts": base | counts,
        "model": {"calibration": None},
        "kept": {"broken": counts.get("broken", 0)},
        "inputs": {"rosters": counts.get("rosters", {"sweep": 100})},
    }


@pytest.mark.parametrize(
    ("counts", "name"),
    [
        ({"linked": 99}, "linked"),
        ({"sizes": [(41, 1)]}, "largest"),
        ({"merged": 2}, "merged"),
        ({"split": 2}, "split"),
        ({"flags": {"x": 51}}, "flags"),
        ({"flags": {"y": 10}}, "flags"),
        ({"legal_touched": 1}, "legal"),
        ({"contradictions": 1}, "decisions"),
        ({"broken": 1}, "decisions"),
        ({"rosters": {"sweep": 69}}, "shrunk"),
        ({"rosters": {}}, "shrunk"),
    ],
)
def test_each_check_can_fail(counts: dict[str, Any], name: str) -> None:
    last = manifest()
    good = checks.checked(manifest(), last)
    assert all(one["met"] for one in good)
    found = checks.checked(manifest(**counts), last)
    assert [one["name"] for one in found if not one["met"]] == [name]
