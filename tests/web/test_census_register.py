"""The register of establishments from run to run: numbers stay, decisions hold, what a legal act
rests on is not touched, and the directory finds its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import LONG_AGO
from tests.web.census_world import DAY, Census, census, decide, edited, matter, natural, state
from tests.web.pages import logged_in, text_of
from zhian.apps.registry.census import filing
from zhian.apps.registry.census.runs import computing, legal
from zhian.apps.registry.models import (
    BlindSpot,
    CensusConflict,
    CensusQuestion,
    Establishment,
    Licence,
    LinkRun,
    RecordLink,
)
from zhian.directory.models import DirectoryChange, Operator, Premises

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def here() -> Census:
    found = census()
    found.everything()
    return found


# --- numbers stay


def test_shuffled_and_edited_lists_keep_their_numbers(here: Census) -> None:
    here.publish()
    before, stood = here.homes(), here.standing()
    for roster, rows in here.rows.items():
        here.hand_in(roster, edited(rows, 0.1), name=f"{roster}-2.csv")
    run = here.publish()
    after = here.homes()
    assert before.keys() == after.keys()
    assert sum(before[key] == after[key] for key in before) >= 0.98 * len(before)
    counts = run.manifest["counts"]
    assert counts["merged"] + counts["split"] + counts["new"] <= 2
    assert len(here.standing() & stood) >= len(stood) - counts["merged"]


def uncoded(here: Census) -> tuple[RecordLink, RecordLink]:
    """Rows of two establishments that no code keeps apart."""
    rows = RecordLink.objects.filter(establishment__uscc="").select_related("record__agency")
    homes = {link.establishment_id: link for link in rows.order_by("-pk")}
    one, other, *_rest = homes.values()
    return one, other


def test_what_people_decided_holds_after_the_next_rosters(here: Census) -> None:
    """Two establishments called one, and a row called a new one, stay so through edited and
    shuffled lists."""
    here.publish()
    links = list(RecordLink.objects.select_related("record__agency").order_by("pk"))
    bare = [link for link in links if not link.record.uscc]
    one, other = uncoded(here)
    apart = next(
        link
        for link in bare
        if link.establishment_id not in (one.establishment_id, other.establishment_id)
        and RecordLink.objects.filter(establishment=link.establishment_id).count() > 2
    )
    siblings = [
        natural(link)
        for link in links
        if link.establishment_id == apart.establishment_id and link.pk != apart.pk
    ]
    decide(here, natural(one), natural(other), "same")
    decide(here, natural(apart), "", "new", tuple(siblings))
    for roster, rows in here.rows.items():
        here.hand_in(roster, edited(rows, 0.1), name=f"{roster}-2.csv")
    run = here.publish("判定之后。")
    assert run.manifest["kept"] == {"applied": 1 + len(siblings), "broken": 0}
    homes = {
        natural(link): link.establishment_id
        for link in RecordLink.objects.filter(ended_at=None).select_related("record__agency")
    }
    assert homes[natural(one)] == homes[natural(other)]
    assert homes[natural(apart)] not in {homes[key] for key in siblings}


def test_a_merged_number_leads_to_the_one_that_took_it_in(here: Census) -> None:
    here.publish()
    one, other = uncoded(here)
    decide(here, natural(one), natural(other), "same")
    run = here.publish("判定之后。")
    assert run.manifest["counts"]["merged"] == 1, run.manifest["kept"]
    gone = Establishment.objects.get(merged_into__isnull=False)
    assert gone.ended_on is not None
    client = logged_in(here.clerk)
    answer = client.get(f"/census/establishments/{gone.number}/")
    assert answer["Location"] == f"/census/establishments/{gone.merged_into.number}/"
    page = text_of(client.get(answer["Location"]))
    assert f"{gone.number} 已并入" in page
    assert gone.number in text_of(client.get(f"/census/establishments/{gone.number}/?old=1"))


def test_rows_that_are_gone_end_their_establishment(here: Census) -> None:
    here.publish()
    alone = next(
        one
        for one in Establishment.objects.all()
        if {link.record.roster for link in one.links.select_related("record")} == {"sweep"}
    )
    keys = {link.record.key for link in alone.links.select_related("record")}
    left = [row for row in here.rows["sweep"] if row["rid"] not in keys]
    here.hand_in("sweep", left, name="sweep-2.csv")
    here.publish("少了几户。")
    alone.refresh_from_db()
    assert alone.ended_on is not None
    assert not BlindSpot.objects.filter(establishment=alone, ended_at=None).exists()


def test_the_same_rosters_again_change_nothing(here: Census) -> None:
    here.publish()
    before, questions = state(), CensusQuestion.objects.filter(state="open").count()
    here.publish()
    assert state() == before
    assert CensusQuestion.objects.filter(state="open").count() == questions
    assert CensusQuestion.objects.filter(state="passed").count() == questions
    assert not RecordLink.objects.exclude(ended_at=None).exists()


def test_the_census_of_another_day_follows(here: Census) -> None:
    """A month later: one shop new, one gone; the figures of the next run say so."""
    here.publish()
    later = here.rows["market"][1:]
    here.hand_in("market", later, name="market-2.csv", as_of=DAY + timedelta(days=20))
    run = here.publish("下一月。")
    assert run.manifest["base"] == LinkRun.objects.order_by("pk").first().pk
    assert run.manifest["inputs"]["rosters"]["market"] == len(later)


# --- legal acts


def premises(here: Census, one: Establishment, name: str = "某店") -> Premises:
    operator = Operator.objects.create(name=name, kind="individual", place=here.here.town)
    made = Premises.objects.create(
        operator=operator, name=name, place=here.here.village, business_type="catering"
    )
    Establishment.objects.filter(pk=one.pk).update(premises=made)
    return made


def licence(here: Census, at: Premises) -> Licence:
    return Licence.objects.create(
        kind="JY",
        number=f"JY{at.pk}",
        agency=here.here.bureau,
        operator=at.operator,
        place_code=at.place.code,
        first_issued_on=LONG_AGO,
        issued_on=LONG_AGO,
    )


def test_what_a_legal_act_rests_on(here: Census) -> None:
    """A matter of the premises or of its operator, a licence; a check that the census itself gave
    out is none."""
    here.publish()
    rows = list(Establishment.objects.order_by("pk")[:6])
    at = [premises(here, one) for one in rows[:5]]
    matter(here, at[0])
    matter(here, at[1], by_operator=True)
    licence(here, at[2])
    check = matter(here, at[3])
    BlindSpot.objects.create(
        establishment=rows[3],
        flag="x",
        place=here.here.county,
        since_run=LinkRun.objects.get(),
        matter=check,
    )
    expected = {one.number for one in rows[:3]}
    assert legal.numbers(here.here.county) == expected
    assert {one.number for one in rows if legal.rests_on(one)} == expected


def test_a_run_never_merges_two_establishments_with_legal_acts(here: Census) -> None:
    """Not even where the rows then say that they are one: it becomes a conflict for people."""
    here.publish()
    shops = [
        one
        for one in Establishment.objects.order_by("pk")
        if any(link.record.roster == "sweep" for link in one.links.select_related("record"))
        and one.uscc == ""
    ][:2]
    rest = [one.number for one in shops]
    for one in shops:
        licence(here, premises(here, one, one.name))
    keys = [
        next(
            link.record.key
            for link in one.links.select_related("record")
            if link.record.roster == "sweep"
        )
        for one in shops
    ]
    rows = {row["rid"]: row for row in here.rows["sweep"]}
    twin = {name: rows[keys[0]][name] for name in rows[keys[0]] if name != "rid"}
    changed = [row | (twin if row["rid"] in keys else {}) for row in here.rows["sweep"]]
    before = here.homes()
    here.hand_in("sweep", changed, name="sweep-2.csv")
    run = here.publish("两户像是一户。")
    after = here.homes()
    assert run.manifest["counts"]["legal"] == 2
    assert run.manifest["counts"]["legal_touched"] == 0
    assert all(after[key] == before[key] for key in before if before[key] in rest)
    assert Establishment.objects.filter(number__in=rest, ended_on=None).count() == 2
    assert CensusConflict.objects.filter(run=run, kind=computing.DISPUTED).exists()


def test_a_large_establishment_flows_into_the_one_with_the_legal_act(here: Census) -> None:
    """The number with the act stays, however many rows the other has."""
    here.publish()
    rows = sorted(Establishment.objects.all(), key=lambda one: one.links.count())
    small = next(one for one in rows if one.uscc == "")
    large = rows[-1]
    licence(here, premises(here, small, small.name))
    first = [one.links.select_related("record__agency").first() for one in (small, large)]
    decide(here, natural(first[0]), natural(first[1]), "same")
    here.publish("判定之后。")
    large.refresh_from_db()
    small.refresh_from_db()
    assert large.merged_into == small
    assert small.ended_on is None
    assert RecordLink.objects.filter(establishment=small, ended_at=None).count() > 1


def test_a_legal_establishment_that_no_roster_names_any_more_still_stands(here: Census) -> None:
    here.publish()
    one = Establishment.objects.order_by("pk").first()
    assert one is not None
    licence(here, premises(here, one, one.name))
    keys: dict[str, set[str]] = {}
    for link in one.links.select_related("record"):
        keys.setdefault(link.record.roster, set()).add(link.record.key)
    for roster, gone in keys.items():
        left = [row for row in here.rows[roster] if row["rid"] not in gone]
        here.hand_in(roster, left, name=f"{roster}-2.csv")
    here.publish("少了几行。")
    one.refresh_from_db()
    assert one.ended_on is None


# --- the directory


def test_the_directorys_premises_find_their_establishments(here: Census) -> None:
    """By code, or by name, address and owner, as one more roster; without changing any flag."""
    coded = [row for row in here.rows["market"] if len(row["uscc"]) == 18 and row["uscc"].isascii()]
    made = []
    for row in coded[:10]:
        operator = Operator.objects.create(
            name=row["name"], uscc=row["uscc"], kind="individual", place=here.here.town,
            head=row["owner"], phone=row["phone"],
        )  # fmt: skip
        made.append(
            Premises.objects.create(
                operator=operator,
                name=row["name"],
                place=here.here.village,
                address=row["addr"],
                business_type="catering",
            )
        )
    run = here.publish()
    found = Establishment.objects.filter(premises__in=made)
    assert found.count() >= 9
    assert run.manifest["counts"]["premises"] >= 9
    assert not RecordLink.objects.filter(record__roster="register").exists()


def test_an_establishment_is_entered_in_the_directory_once(here: Census) -> None:
    here.publish()
    Establishment.objects.update(place=here.here.town)
    rows = filing.proposals(Establishment.objects.filter(uscc__gt=""))
    one = next(row.one for row in rows if row.ready and row.phone)
    made = filing.enter(one, here.clerk)
    one.refresh_from_db()
    assert one.premises == made
    assert made.operator.uscc == one.uscc
    assert made.operator.phone
    assert DirectoryChange.objects.filter(reason__contains=one.number).count() == 2
    with pytest.raises(Exception, match="已在主体名录中"):
        filing.enter(one, here.clerk)
    here.publish()
    one.refresh_from_db()
    assert one.premises == made


def test_many_are_entered_after_a_preview(here: Census) -> None:
    here.publish()
    Establishment.objects.filter(pk__lte=Establishment.objects.order_by("pk")[9].pk).update(
        place=here.here.town
    )
    client = logged_in(here.clerk)
    page = text_of(client.get("/census/establishments/enter/"))
    assert "还不能登入" in page
    assert "不知道在哪个乡镇" in page
    before = Premises.objects.count()
    answer = text_of(client.post("/census/establishments/enter/", follow=True))
    assert "已登入主体名录" in answer
    assert before < Premises.objects.count() <= before + 10
