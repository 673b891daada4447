"""Blind spots are looked at on the ground, and the answer changes the register at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import person
from tests.web.census_world import matter as legal_matter
from tests.web.review_world import Desk, desk, state
from zhian.apps.registry.census import filing
from zhian.apps.registry.census.blind import answers, finding, opening, reasons
from zhian.apps.registry.census.blind.finding import Wanted
from zhian.apps.registry.census.blind.kinds import settle
from zhian.apps.registry.census.review import actions, undoing
from zhian.apps.registry.models import (
    BlindSpot,
    CensusDecision,
    Establishment,
    GroundCheck,
    RecordLink,
)
from zhian.desk import handlers, timing
from zhian.desk.actors import Actor
from zhian.desk.engine import annul
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import DeskError, FieldErrors, NotAllowed, Refused
from zhian.desk.kinds import Opening
from zhian.desk.models import Act, Clock, Matter
from zhian.directory.models import Agency, Appointment, Place, Premises, Sponsorship
from zhian.methods.linkage import flags

pytestmark = pytest.mark.django_db
POINT = {"longitude": "126.5", "latitude": "45.8", "accuracy": "12"}


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> Desk:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    made = desk()
    settle_down(made)
    return made


def settle_down(made: Desk) -> None:
    """Two thirds lie in the county's townships; where the others are nobody knows."""
    towns = (made.census.here.town, made.census.here.other_town)
    for n, town in enumerate(towns):
        pks = Establishment.objects.order_by("pk").values_list("pk", flat=True)
        Establishment.objects.filter(pk__in=list(pks)[n::3]).update(place=town)


def clerk(here: Desk) -> Appointment:
    return here.census.here.clerk


def spot_of(flag: str) -> BlindSpot:
    rows = BlindSpot.objects.filter(flag=flag, ended_at=None, matter=None)
    return rows.select_related("establishment__place").order_by("pk")[0]


def give(here: Desk, spot: BlindSpot, to: str = "township") -> Matter:
    """The clerk sends somebody to look at a blind spot."""
    wanted = opening.targets(clerk(here), [f"S{spot.pk}"])
    done = opening.open_checks(wanted, giver=clerk(here), to=to)
    return done.given[0]


def holder(matter: Matter) -> Appointment:
    """Somebody of the township or station that has the check."""
    rows = Appointment.objects.filter(post__agency=matter.agency_id)
    kinds = ("township_officer", "inspector", "intake_clerk")
    found = rows.filter(post__kind__in=kinds)
    found = found.filter(post__office=matter.office_id)
    mine = found.order_by("pk").first()
    return mine or person(matter.agency, "township_officer")


def go(matter: Matter, **more: Any) -> None:
    fields = {"who": "村网格员", "visited_at": timing.now(), **(more or POINT)}
    perform(matter, "visit", fields=fields, by=Actor.official(holder(matter)))


def reply(matter: Matter, key: str, number: str = "") -> Act:
    """Go there, and answer."""
    if "visit" not in matter.done:
        go(matter)
    by = Actor.official(holder(matter))
    if key == answers.TRADING:
        return perform(matter, "trading", fields={"note": "铁门开着。"}, by=by)
    return perform(matter, "answer", fields={"answer": key, "number": number}, by=by)


# --- sending somebody


def test_a_blind_spot_goes_to_the_township_it_lies_in(here: Desk) -> None:
    town = here.census.here.town
    spot = next(
        s for s in finding.spots(clerk(here)) if s.establishment.place.code.startswith(town.prefix)
    )
    matter = give(here, spot)
    assert matter.agency == here.census.here.township
    assert matter.giver == clerk(here)
    spot.refresh_from_db()
    assert spot.matter == matter
    running = Clock.objects.filter(matter=matter, state="running")
    assert set(running.values_list("basis", flat=True)) == {"internal"}
    assert set(running.values_list("duty", flat=True)) == {"ground.take", "ground.answer"}


def test_or_to_the_station_that_answers_for_it(here: Desk) -> None:
    other = here.census.here.other_town
    spot = spot_of(flags.UNREGISTERED)
    Establishment.objects.filter(pk=spot.establishment_id).update(place=other)
    matter = give(here, spot, to="station")
    assert (matter.agency, matter.office) == (
        here.census.here.bureau,
        here.census.here.other_station,
    )


def test_a_second_click_opens_nothing(here: Desk) -> None:
    spot = spot_of(flags.UNREGISTERED)
    old = opening.targets(clerk(here), [f"S{spot.pk}"])
    give(here, spot)
    late = opening.open_checks(old, giver=clerk(here))  # the page of somebody who was slower
    again = opening.open_checks(
        opening.targets(clerk(here), [f"S{spot.pk}"]), giver=clerk(here)
    )  # fmt: skip
    assert (late.given, late.already, again.given, again.already) == ([], 1, [], 1)
    assert Matter.objects.filter(kind="ground_check").count() == 1


def test_a_whole_list_is_given_at_once(here: Desk) -> None:
    wanted = Wanted(flag=flags.UNLICENSED)
    every = opening.all_of(clerk(here), wanted)
    done = opening.open_checks(every, giver=clerk(here))
    assert len(done.given) == finding.narrowed(clerk(here), wanted).count() > 1
    assert not finding.narrowed(clerk(here), Wanted(flag=flags.UNLICENSED, state="none")).exists()


def test_a_township_sends_nobody(here: Desk) -> None:
    officer = here.census.here.township_officer
    assert not opening.may_open(officer)
    target = opening.targets(clerk(here), [f"S{spot_of(flags.UNREGISTERED).pk}"])
    with pytest.raises(NotAllowed):
        opening.open_checks(target, giver=officer)


# --- the visit


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ({}, "没有定位的原因"),
        ({"longitude": "126.5"}, "一并填写"),
        ({"longitude": "45.8", "latitude": "126.5", "accuracy": "5"}, "填反"),
        ({"longitude": "126.5", "latitude": "45.8"}, "定位精度"),
    ],
)
def test_a_visit_has_a_position_or_a_reason(here: Desk, point: Any, said: str) -> None:
    matter = give(here, spot_of(flags.UNREGISTERED))
    with pytest.raises(Refused, match=said):
        go(matter, **(point or {"no_point": ""}))


def test_no_answer_without_a_visit(here: Desk) -> None:
    matter = give(here, spot_of(flags.UNREGISTERED))
    by = Actor.official(holder(matter))
    with pytest.raises(Refused):
        perform(matter, "answer", fields={"answer": "ceased"}, by=by)
    go(matter, no_point="地下室没有信号")
    perform(matter, "answer", fields={"answer": "ceased"}, by=by)
    assert GroundCheck.objects.get().no_point == "地下室没有信号"


# --- what the answer does


@pytest.mark.parametrize("key", ["ceased", "absent"])
def test_what_is_gone_is_blind_no_longer(here: Desk, key: str) -> None:
    spot = spot_of(flags.UNREGISTERED)
    matter = give(here, spot)
    reply(matter, key)
    spot.refresh_from_db()
    assert spot.ended_at is not None and spot.until_run is None
    assert not BlindSpot.objects.filter(establishment=spot.establishment, ended_at=None).exists()
    assert not matter.is_open
    here.census.publish("再次关联。")
    standing = BlindSpot.objects.filter(establishment=spot.establishment, ended_at=None)
    assert not standing.exists(), "the next run must not bring back what was answered"


def test_registered_under_a_code_becomes_one_with_that_registration(here: Desk) -> None:
    spot = spot_of(flags.UNREGISTERED)
    other = (
        RecordLink.objects.filter(ended_at=None, record__roster="market")
        .exclude(record__uscc="")
        .exclude(record__status__in=flags.ENDED)
        .filter(establishment__in=Establishment.objects.exclude(rosters__contains=" sweep "))
        .select_related("record", "establishment")
        .order_by("pk")[0]
    )
    matter = give(here, spot)
    reply(matter, "registered", other.record.uscc)
    decision = CensusDecision.objects.get(source="ground")
    assert (decision.answer, decision.second) == ("same", "")
    homes = {
        RecordLink.objects.get(record=pk, ended_at=None).establishment_id
        for pk in (other.record_id, spot.record_id)
    }
    assert len(homes) == 1
    spot.refresh_from_db()
    assert spot.ended_at is not None
    assert matter.ground_check.decision == decision


def test_a_wrong_code_is_told_beside_the_field(here: Desk) -> None:
    matter = give(here, spot_of(flags.UNREGISTERED))
    with pytest.raises(FieldErrors) as refused:
        reply(matter, "registered", "91230000MA0000000X")
    assert "number" in refused.value.errors
    with pytest.raises(Refused):
        reply(matter, "registered", "")
    assert matter.phase in ("given", "checking") and not CensusDecision.objects.exists()


def test_the_same_as_another_establishment(here: Desk) -> None:
    spot = spot_of(flags.UNREGISTERED)
    others = Establishment.objects.filter(ended_on=None, uscc="").exclude(pk=spot.establishment_id)
    other = others.filter(links__ended_at=None).distinct().order_by("pk")[0]
    matter = give(here, spot)
    with pytest.raises(FieldErrors, match="没有这个编号"):
        reply(matter, "same", "E0000")
    with pytest.raises(FieldErrors, match="它自己"):
        reply(matter, "same", spot.establishment.number)
    reply(matter, "same", other.number.lower())
    gone = Establishment.objects.filter(merged_into__isnull=False)
    assert {spot.establishment_id, other.pk} & set(gone.values_list("pk", flat=True))
    spot.refresh_from_db()
    assert spot.ended_at is not None


def test_another_business_than_the_one_that_ended(here: Desk) -> None:
    spot = spot_of(flags.CANCELLED)
    reply(give(here, spot), "new")
    decision = CensusDecision.objects.get(source="ground")
    assert decision.answer == "new" and decision.unlike
    made = Establishment.objects.get(split_from=spot.establishment)
    flag = BlindSpot.objects.get(establishment=made, ended_at=None, flag=flags.UNREGISTERED)
    assert flag.matter is None, "what is new must be looked at anew"


def test_a_merge_upon_legal_acts_waits_for_a_second_person(here: Desk) -> None:
    spot = spot_of(flags.UNREGISTERED)
    rows = Establishment.objects.filter(ended_on=None, rosters__contains=" market ")
    other = rows.exclude(kind="").exclude(uscc="").filter(place__level="township")[0]
    legal_matter(here.census, filing.enter(other, here.census.second))
    matter = give(here, spot)
    reply(matter, "same", other.number)
    waiting = CensusDecision.objects.get(source="ground")
    spot.refresh_from_db()
    assert waiting.second == "legal_act" and spot.ended_at is None
    actions.second(waiting, True, by=here.two, at=timing.now())
    spot.refresh_from_db()
    assert spot.ended_at is not None


def test_answers_are_undone_exactly(here: Desk) -> None:
    spot = spot_of(flags.UNREGISTERED)
    other = Establishment.objects.filter(ended_on=None, uscc="").exclude(
        pk=spot.establishment_id
    )[0]  # fmt: skip
    matter = give(here, spot)
    go(matter)
    before = state()
    for key, number in (("same", other.number), ("ceased", "")):
        act = reply(matter, key, number)
        assert state() != before
        annul.annul(act, by=Actor.official(holder(matter)), reason="看错了门牌")
        now, was = state(), dict(before)
        assert [row[1:] for row in now.pop("links")] == [row[1:] for row in was.pop("links")]
        assert now == was
        matter.refresh_from_db()
        assert matter.ground_check.open and matter.ground_check.answer == ""


def test_a_decision_undone_in_the_list_brings_the_blind_spot_back(here: Desk) -> None:
    spot = spot_of(flags.CANCELLED)
    reply(give(here, spot), "new")
    undoing.undo(CensusDecision.objects.get(source="ground"), by=here.one, at=timing.now())
    spot.refresh_from_db()
    assert spot.ended_at is None
    assert opening.targets(clerk(here), [f"S{spot.pk}"])[0].open is None


# --- trading without what it needs


def order(here: Desk, premises: Premises) -> Matter:
    begun = Opening(
        title="责令改正",
        agency=here.census.here.bureau,
        office=here.census.here.station,
        place=premises.place,
        operator=premises.operator,
        premises=premises,
        fields={
            "operator": premises.operator, "premises": premises, "basis": "unlicensed",
            "problems": "无照经营",
        },
    )  # fmt: skip
    return open_matter("rectification", "open", begun, by=Actor.official(here.one))


def test_trading_without_licence_stays_open_until_an_order_is_given(here: Desk) -> None:
    rows = BlindSpot.objects.filter(flag=flags.UNREGISTERED, ended_at=None)
    spot = rows.exclude(establishment__kind="").filter(establishment__place__level="township")[0]
    matter = give(here, spot)
    reply(matter, answers.TRADING)
    assert matter.phase == "followup"
    spot.refresh_from_db()
    assert spot.ended_at is None
    premises = filing.enter(spot.establishment, here.census.second)
    made = order(here, premises)
    handlers.run_waiting()
    matter.refresh_from_db()
    assert not matter.is_open
    assert Act.objects.get(matter=matter, verb="ordered").data["matter"] == made.pk


def test_an_order_elsewhere_settles_nothing(here: Desk) -> None:
    matter = give(here, spot_of(flags.UNREGISTERED))
    reply(matter, answers.TRADING)
    order(here, here.census.here.premises)
    handlers.run_waiting()
    matter.refresh_from_db()
    assert matter.is_open


def test_a_check_whose_blind_spot_is_gone_closes_by_itself(here: Desk) -> None:
    spot, other = spot_of(flags.UNREGISTERED), spot_of(flags.CANCELLED)
    gone, stays = give(here, spot), give(here, other)
    BlindSpot.objects.filter(pk=spot.pk).update(ended_at=timing.now(), until_run=here.run)
    assert (settle(), settle()) == (1, 0)
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert not gone.is_open and stays.is_open


def test_sent_back_given_again_withdrawn(here: Desk) -> None:
    spot = spot_of(flags.UNREGISTERED)
    matter = give(here, spot)
    mine, theirs = Actor.official(clerk(here)), Actor.official(holder(matter))
    perform(matter, "send_back", fields={"reason": "不在本镇"}, by=theirs)
    assert matter.phase == "returned"
    perform(matter, "give_again", fields={"office": here.census.here.station,
                                          "agency": here.census.here.bureau}, by=mine)  # fmt: skip
    assert (matter.phase, matter.office) == ("given", here.census.here.station)
    perform(matter, "close", fields={"why": "重复"}, by=mine)
    spot.refresh_from_db()
    assert not matter.is_open and spot.ended_at is None
    assert give(here, spot).pk != matter.pk


# --- what nobody looks after


def test_premises_without_a_sponsor_are_listed_until_one_is_bound(here: Desk) -> None:
    wanted, shop = Wanted(what=answers.UNSPONSORED), here.census.here.premises
    assert shop in finding.premises(clerk(here), wanted)
    target = opening.targets(clerk(here), [f"U{shop.pk}"])
    matter = opening.open_checks(target, giver=clerk(here)).given[0]
    given = Wanted(what=answers.UNSPONSORED, state="given")
    assert list(finding.premises(clerk(here), given)) == [shop]
    Sponsorship.objects.create(
        premises=shop, appointment=here.one, level="D", since=timing.today() - timedelta(1)
    )
    assert shop not in finding.premises(clerk(here), wanted)
    assert settle() == 1
    matter.refresh_from_db()
    assert not matter.is_open


def test_premises_and_cells_count_as_visited_once_somebody_was_there(here: Desk) -> None:
    shop, village = here.census.here.premises, here.census.here.village
    premises, cells = Wanted(what=answers.UNVISITED), Wanted(what=answers.CELL)
    assert shop in finding.premises(clerk(here), premises)
    assert village in finding.cells(clerk(here), cells)
    tokens = [f"V{shop.pk}", f"C{village.pk}"]
    done = opening.open_checks(opening.targets(clerk(here), tokens), giver=clerk(here))
    assert {m.ground_check.flag for m in done.given} == {answers.UNVISITED, answers.CELL}
    for matter, key in zip(done.given, ("trading_well", "looked"), strict=True):
        reply(matter, key)
    assert shop not in finding.premises(clerk(here), premises)
    assert village not in finding.cells(clerk(here), cells)


def test_an_answer_must_fit_the_reason(here: Desk) -> None:
    village = here.census.here.village
    wanted = opening.targets(clerk(here), [f"C{village.pk}"])
    matter = opening.open_checks(wanted, giver=clerk(here)).given[0]
    for key in ("registered", answers.TRADING):
        with pytest.raises(DeskError):
            reply(matter, key, "1")
    assert matter.is_open


# --- why


@pytest.mark.parametrize("flag", [flags.UNREGISTERED, flags.CANCELLED, flags.UNLICENSED])
def test_the_reason_names_who_has_it_and_who_has_not(here: Desk, flag: str) -> None:
    spot = spot_of(flag)
    links = RecordLink.objects.filter(establishment=spot.establishment, ended_at=None)
    found = reasons.reasons(spot, [link.record for link in links.select_related("record")])
    said = " ".join(one.words.zh for one in found)
    assert "排查（截至 2026-10-31）有" in said
    if flag == flags.UNREGISTERED:
        assert "市场主体登记（截至 2026-10-31" in said and "没有它" in said
    assert any(not one.good for one in found) or flag == flags.UNLICENSED


def test_townships_see_their_own_alone(here: Desk) -> None:
    mine = here.census.here.township_officer
    first, after = here.census.here.town.code_range
    rows = finding.spots(mine)
    assert rows.exists()
    assert all(first <= one.establishment.place.code < after for one in rows)
    assert rows.count() < finding.spots(clerk(here)).count()
    assert sum(t.total for t in finding.counts(mine)) == rows.count()
    assert sum(t.total for t in finding.counts(clerk(here))) == finding.spots(clerk(here)).count()
    assert Place.objects.filter(level="county").count() == 1 and Agency.objects.exists()
