"""The review desk: an answer takes effect at once, is undone exactly, and holds in the next run."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from tests.web.census_world import edited
from tests.web.review_world import Desk, desk, state
from zhian.apps.registry.census.review import actions, queries, queue, standing, undoing
from zhian.apps.registry.census.review.errors import (
    Changed,
    Contradiction,
    Lapsed,
    NotTaken,
    NotThisPerson,
    Rests,
)
from zhian.apps.registry.models import (
    BlindSpot,
    CensusDecision,
    CensusQuestion,
    Establishment,
    LinkRun,
    RecordLink,
    SourceRecord,
)
from zhian.desk import timing
from zhian.desk.models import Matter
from zhian.law.procedure import book

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"


@pytest.fixture
def here() -> Desk:
    return desk()


def home(record: int) -> Establishment:
    return RecordLink.objects.get(record=record, ended_at=None).establishment


def merging(here: Desk) -> CensusQuestion:
    """A question whose record stands elsewhere than its first choice."""
    return next(q for q in here.questions() if home(q.record_id) != home(q.choices[0]["record"]))


def legal_act(here: Desk, house: Establishment) -> Matter:
    """A matter about the establishment's premises."""
    county = here.census.here
    Establishment.objects.filter(premises=county.premises).update(premises=None)
    Establishment.objects.filter(pk=house.pk).update(premises=county.premises)
    procedure = next(p for p in book().all() if p.kind == "rectification")
    return Matter.objects.create(
        kind="rectification",
        procedure_version=procedure.version,
        number="1",
        title="责改",
        phase=procedure.phases[0].key,
        trigger_date=timing.today(),
        agency=county.bureau,
        place=county.village,
        opened_at=timing.now(),
        operator=county.operator,
        premises=county.premises,
    )


# --- answers


def test_every_question_and_audit_has_a_waterfall_that_sums_to_its_score(here: Desk) -> None:
    choices = [c for q in CensusQuestion.objects.all() for c in q.choices]
    assert len(choices) > 100
    for choice in choices:
        total = math.fsum(row["adds"] for row in choice["evidence"])
        assert abs(total - choice["log_odds"]) < 1e-6
        assert all(row["zh"] and row["en"] for row in choice["evidence"])


def test_the_queue_is_ordered_by_what_an_answer_would_change(here: Desk) -> None:
    rows = queue.queue(here.one, here.run, "review", queue.Filters())
    assert [q.pk for q in rows] == [q.pk for q in here.questions()]
    assert [q.worth for q in rows] == sorted((q.worth for q in rows), reverse=True)


def test_the_same_joins_two_establishments_and_their_blind_spots_end(here: Desk) -> None:
    asked = merging(here)
    one, two = home(asked.record_id), home(asked.choices[0]["record"])
    outcome = here.answer(asked)
    assert outcome.state == "done"
    assert home(asked.record_id) == home(asked.choices[0]["record"])
    gone = Establishment.objects.get(pk=({one.pk, two.pk} - {home(asked.record_id).pk}).pop())
    assert gone.merged_into == home(asked.record_id) and gone.ended_on == timing.today()
    assert not BlindSpot.objects.filter(establishment=gone, ended_at=None).exists()
    kept = home(asked.record_id)
    view = standing.situation(here.run, [asked.record_id])
    spots = BlindSpot.objects.filter(establishment=kept, ended_at=None)
    assert set(spots.values_list("flag", flat=True)) == view.register.flags(view.register.rows)
    rows = {link.record.roster for link in kept.links.filter(ended_at=None)}
    assert set(kept.rosters.split()) == rows
    asked.refresh_from_db()
    assert asked.state == "answered"


def test_new_keeps_a_stranger_apart_for_good(here: Desk) -> None:
    asked = merging(here)
    before = state()["links"]
    outcome = here.answer(asked, "new")
    assert outcome.state == "done" and state()["links"] == before
    found = queries.constraints(here.census.here.county)
    assert {one for one, _two in found.different} == {standing.key_of(asked.record)}


def test_a_wrong_link_that_the_audit_finds_is_taken_apart(here: Desk) -> None:
    asked = here.questions("audit")[0]
    other = asked.choices[0]["record"]
    origin = home(asked.record_id)
    outcome = here.answer(asked, "different")
    made = home(asked.record_id)
    assert made != home(other) == origin and made.split_from == origin
    assert outcome.decision is not None and outcome.decision.source == "audit"
    assert made.number != origin.number and made.name == asked.record.name


def test_unsure_leaves_the_question_to_others(here: Desk) -> None:
    asked = here.questions()[0]
    here.answer(asked, "unsure")
    mine = queue.queue(here.one, here.run, "review", queue.Filters())
    theirs = queue.queue(here.two, here.run, "review", queue.Filters())
    assert asked not in mine and asked in theirs


def test_the_mirror_of_a_question_is_not_asked_again(here: Desk) -> None:
    for asked in here.questions():
        asked.refresh_from_db()
        if asked.state == "open":
            here.answer(asked, "same")
    passed = CensusQuestion.objects.filter(state="passed")
    assert passed.exists()
    assert not CensusQuestion.objects.filter(purpose="review", state="open").exists()
    assert all(home(q.record_id) == home(q.choices[0]["record"]) for q in passed)


def test_the_opposite_of_a_decision_in_force_is_refused_with_its_rows(here: Desk) -> None:
    asked = merging(here)
    here.answer(asked, "same")
    again = CensusQuestion.objects.create(
        run=here.run, record=asked.record, choices=asked.choices, worth=1
    )
    before = state()
    with pytest.raises(Contradiction) as why:
        here.answer(again, "new")
    assert standing.key_of(asked.record) in why.value.words.zh
    assert state() == before


@pytest.mark.parametrize("say", ["", "nonsense", "same"])
def test_what_is_no_answer_changes_nothing(here: Desk, say: str) -> None:
    asked, before = here.questions()[0], state()
    with pytest.raises(NotTaken):
        here.answer(asked, say, 7)
    assert state() == before and not CensusDecision.objects.exists()


# --- two people


def test_the_second_of_two_with_the_same_answer_is_told_and_nothing_is_doubled(here: Desk) -> None:
    asked = merging(here)
    first = here.answer(asked, "same")
    outcome = here.answer(asked, "same", by=here.two)
    assert outcome.state == "already" and outcome.first == first.decision
    assert CensusDecision.objects.count() == 1


def test_the_second_of_two_with_another_answer_is_told_and_not_lost(here: Desk) -> None:
    asked = merging(here)
    first = here.answer(asked, "same").decision
    after = state()
    outcome = here.answer(asked, "new", by=here.two)
    assert outcome.state == "overtaken" and outcome.first == first and state() == after
    waits = queries.waits(queries.decisions(here.one))
    assert list(waits) == [outcome.decision]
    assert not queries.constraints(here.census.here.county).different
    # the first one concedes: hers is undone, and the other answer holds
    assert outcome.decision is not None
    actions.second(outcome.decision, True, by=here.one, at=timing.now())
    assert home(asked.record_id) != home(asked.choices[0]["record"])
    found = queries.constraints(here.census.here.county)
    assert found.different and not found.same


def test_what_changed_while_one_looked_is_said(here: Desk) -> None:
    asked = merging(here)
    view = standing.situation(here.run, [asked.record_id, asked.choices[0]["record"]])
    shown = actions.shown(asked, view)
    link = RecordLink.objects.filter(establishment=home(asked.choices[0]["record"])).first()
    other = RecordLink.objects.exclude(establishment=link.establishment).first()
    RecordLink.objects.filter(pk=other.pk).update(establishment=link.establishment)
    with pytest.raises(Changed):
        here.answer(asked, "same", shown=shown)
    assert not CensusDecision.objects.exists()


def test_a_merge_that_touches_a_legal_act_waits_for_a_second_person(here: Desk) -> None:
    asked = merging(here)
    house = home(asked.choices[0]["record"])
    legal_act(here, house)
    before = state()
    outcome = here.answer(asked, "same")
    assert outcome.state == "waits" and outcome.decision is not None
    assert outcome.decision.second == "legal_act"
    assert state()["links"] == before["links"] and state()["spots"] == before["spots"]
    assert not queries.constraints(here.census.here.county).same
    with pytest.raises(NotThisPerson):
        actions.second(outcome.decision, True, by=here.one, at=timing.now())
    actions.second(outcome.decision, True, by=here.two, at=timing.now())
    assert home(asked.record_id) == house, "the one with the act stays"
    assert queries.constraints(here.census.here.county).same
    with pytest.raises(NotTaken):
        actions.second(outcome.decision, True, by=here.two, at=timing.now())


def test_declined_is_asked_again(here: Desk) -> None:
    asked = merging(here)
    legal_act(here, home(asked.choices[0]["record"]))
    before = state()
    outcome = here.answer(asked, "same")
    assert outcome.decision is not None
    row = actions.second(outcome.decision, False, by=here.two, at=timing.now(), reason="两户")
    assert state() == before
    assert here.answer(asked, "new", by=here.two).state == "done"
    with pytest.raises(Rests):
        here.undo(outcome.decision)
    assert row.reason == "两户"


def test_an_agreement_undone_lets_the_decision_wait_again(here: Desk) -> None:
    asked = merging(here)
    legal_act(here, home(asked.choices[0]["record"]))
    before = state()
    decision = here.answer(asked, "same").decision
    assert decision is not None
    waiting = state()
    agreed = actions.second(decision, True, by=here.two, at=timing.now())
    with pytest.raises(Rests):
        here.undo(decision)
    here.undo(agreed, by=here.two)
    assert state() == waiting
    assert list(queries.waits(queries.decisions(here.one))) == [decision]
    here.undo(decision)
    assert state() == before


# --- undoing


def test_undo_restores_everything(here: Desk) -> None:
    for asked, say in zip(here.questions()[:6], ("same", "new") * 3, strict=False):
        asked.refresh_from_db()
        if asked.state != "open":
            continue
        before = state()
        try:
            decision = here.answer(asked, say).decision
        except Contradiction:
            continue
        assert decision is not None and state() != before
        here.undo(decision)
        assert state() == before


def test_what_a_later_decision_rests_on_is_not_undone_first(here: Desk) -> None:
    asked = merging(here)
    first = here.answer(asked, "same").decision
    house = home(asked.record_id)
    later = CensusQuestion.objects.create(
        run=here.run,
        record=house.links.filter(ended_at=None).exclude(record=asked.record).first().record,
        choices=asked.choices,
        worth=1,
    )
    second = here.answer(later, "same").decision
    assert first is not None and second is not None
    with pytest.raises(Rests) as why:
        here.undo(first)
    assert f"#{second.pk}" in str(why.value)
    here.undo(second)
    here.undo(first)
    assert home(asked.record_id) != home(asked.choices[0]["record"])


def test_a_task_given_upon_a_decision_stands_on_it(here: Desk) -> None:
    asked = next(q for q in here.questions("audit"))
    decision = None
    for asked in here.questions("audit"):
        found = here.answer(asked, "different").decision
        if found is not None and found.effects["spots_begun"]:
            decision = found
            break
    assert decision is not None
    house, flag = decision.effects["spots_begun"][0]
    matter = legal_act(here, Establishment.objects.get(pk=house))
    BlindSpot.objects.filter(establishment=house, flag=flag, ended_at=None).update(matter=matter)
    with pytest.raises(Rests) as why:
        here.undo(decision)
    assert matter.number in str(why.value)


def test_the_last_answer_is_undone_by_one_key(here: Desk) -> None:
    before = state()
    first = here.answer(here.questions()[0], "same").decision
    done = [first, here.answer(here.questions()[0], "unsure").decision]
    for expected in reversed(done):
        undone = undoing.undo_last(here.run, by=here.one, at=timing.now(), source="review")
        assert undone.undoes == expected
    assert state() == before
    with pytest.raises(NotTaken):
        undoing.undo_last(here.run, by=here.one, at=timing.now(), source="review")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["review", "audit"]),
        st.integers(0, 30),
        st.sampled_from(["same", "new", "different", "unsure"]),
        st.booleans(),
    ),
    min_size=3,
    max_size=12,
)


def test_any_answers_undone_in_any_order_leave_the_register_as_it_was(here: Desk) -> None:
    """Undoing the last gives back the state before it; all undone give back the first."""
    start = state()

    @hypothesis_settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS, order=st.randoms(use_true_random=False))
    def run(steps: list[tuple[str, int, str, bool]], order: Any) -> None:
        with transaction.atomic():
            _play(here, steps, order)
            assert state() == start
            transaction.set_rollback(True)

    run()


def _play(here: Desk, steps: list[tuple[str, int, str, bool]], order: Any) -> None:
    done: list[CensusDecision] = []
    for purpose, at, say, back in steps:
        questions = here.questions(purpose)
        if not questions:
            continue
        before = state()
        try:
            row = here.answer(questions[at % len(questions)], say).decision
        except NotTaken:
            assert state() == before
            continue
        assert row is not None
        if back:
            here.undo(row)
            assert state() == before
        else:
            done.append(row)
    while done:
        tried = order.sample(done, len(done))
        undone = next(row for row in tried if _undone(here, row))
        done.remove(undone)


def _undone(here: Desk, row: CensusDecision) -> bool:
    try:
        with transaction.atomic():
            here.undo(row)
    except Rests:
        return False
    return True


# --- the next roster, the next run


def test_every_decision_survives_the_next_roster(here: Desk) -> None:
    """A tenth of the rows edited, all of them shuffled: what people said holds in the next run."""
    bound: list[tuple[str, str]] = []
    apart: list[tuple[str, str]] = []
    for n, asked in enumerate([*here.questions(), *here.questions("audit")[:40]]):
        asked.refresh_from_db()
        if asked.state != "open":
            continue
        say = ("same", "different")[n % 2]
        try:
            row = here.answer(asked, say).decision
        except Contradiction:
            continue
        assert row is not None
        if not row.second:
            (bound if say == "same" else apart).append((row.one, row.two))
    assert len(bound) >= 10 and len(apart) >= 10
    census = here.census
    for roster, rows in census.rows.items():
        census.hand_in(roster, edited(rows, 0.1), name=f"{roster}2.csv")
    run = census.publish("复核之后。")
    homes = {
        standing.key_of(link.record): link.establishment_id
        for link in RecordLink.objects.filter(ended_at=None).select_related("record__agency")
    }
    assert all(homes[one] == homes[two] for one, two in bound)
    assert all(homes[one] != homes[two] for one, two in apart)
    found = queries.constraints(census.here.county)
    assert set(found.same) == set(bound) and set(found.different) == set(apart)
    assert run.pk != here.run.pk


def test_a_decision_of_an_older_run_is_undone_for_the_next_one(here: Desk) -> None:
    asked = merging(here)
    decision = here.answer(asked, "same").decision
    other = here.questions()[-1]
    assert decision is not None
    here.census.publish("再次关联。")
    before = state()
    here.undo(decision)
    assert state() == before
    assert not queries.constraints(here.census.here.county).same
    with pytest.raises(Lapsed):
        here.answer(other, "same")


def test_a_newer_version_of_a_row_goes_back_in_the_place_of_the_old(here: Desk) -> None:
    decision = here.answer(merging(here), "same").decision
    assert decision is not None
    link = RecordLink.objects.select_related("record").get(pk=decision.effects["ended"][0])
    record, old_home = link.record, link.establishment
    kept = home(record.pk)
    rows = [dict(row) for row in here.census.rows[record.roster]]
    next(row for row in rows if row["rid"] == record.key)["phone"] = "13711112222"
    here.census.hand_in(record.roster, rows, name="again.csv")
    newer = SourceRecord.objects.get(roster=record.roster, key=record.key, until=None)
    assert newer.pk != record.pk and home(newer.pk) == kept != old_home
    here.undo(decision)
    assert home(newer.pk) == old_home


def test_contradictions_are_reported_and_do_not_bind(here: Desk) -> None:
    place = here.census.here.county
    more = {"place": place, "run": here.run, "by": here.one, "at": timing.now()}
    CensusDecision.objects.create(one="a/x/1", two="a/x/2", answer="same", **more)
    CensusDecision.objects.create(one="a/x/2", two="a/x/3", answer="same", **more)
    CensusDecision.objects.create(one="a/x/8", two="a/x/9", answer="same", **more)
    CensusDecision.objects.create(one="a/x/1", unlike=["a/x/3"], answer="new", **more)
    found = queries.constraints(place)
    assert found.contradictions == [("a/x/1", "a/x/3")]
    assert found.same == [("a/x/8", "a/x/9")] and found.different == [("a/x/1", "a/x/3")]


def test_a_question_of_a_run_that_was_replaced_has_lapsed(here: Desk) -> None:
    asked = merging(here)
    LinkRun.objects.filter(pk=here.run.pk).update(state="refused")
    with pytest.raises(Lapsed):
        here.answer(asked, "same")
